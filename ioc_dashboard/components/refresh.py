"""Keeps an open page up to date without a reload.

A small fragment looks at the pointer file every few seconds; only when another release should be
shown, or the ages on the page have grown old, the whole page runs again.
"""

from __future__ import annotations

import gc
import time

import streamlit as st

from ioc_dashboard.release import stamp

EVERY_SECONDS = 3  # a new release is on every open screen within five seconds, also when many screens change at once
_AGES_GROW_OLD_SECONDS = 600


def watch() -> None:
    """Remember what this run shows, then watch for something newer. Call last on every page."""
    _settle()
    st.session_state["_shown_release"] = stamp()
    st.session_state["_shown_at"] = time.monotonic()
    _look()


@st.cache_resource(show_spinner=False)
def _settle() -> bool:
    """Once per process, on its first page: what is loaded by now stays for good, and no search for garbage looks at it
    again. Streamlit's own search after every run, also of this small fragment, is switched off in `config.toml`: it was
    four fifths of what idle screens cost.
    """
    gc.collect()
    gc.freeze()
    return True


@st.fragment(run_every=EVERY_SECONDS)
def _look() -> None:
    changed = stamp() != st.session_state.get("_shown_release")
    old = time.monotonic() - st.session_state.get("_shown_at", 0.0) > _AGES_GROW_OLD_SECONDS
    if changed or old:
        st.rerun(scope="app")
