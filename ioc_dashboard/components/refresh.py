"""Keeps an open page up to date without a reload.

A small fragment looks at the pointer file every few seconds; only when another release should be
shown, or the ages on the page have grown old, the whole page runs again.
"""

from __future__ import annotations

import time

import streamlit as st

from ioc_dashboard.release import stamp

EVERY_SECONDS = 4  # a new release is on every open screen within five seconds
_AGES_GROW_OLD_SECONDS = 600


def watch() -> None:
    """Remember what this run shows, then watch for something newer. Call last on every page."""
    st.session_state["_shown_release"] = stamp()
    st.session_state["_shown_at"] = time.monotonic()
    _look()


@st.fragment(run_every=EVERY_SECONDS)
def _look() -> None:
    changed = stamp() != st.session_state.get("_shown_release")
    old = time.monotonic() - st.session_state.get("_shown_at", 0.0) > _AGES_GROW_OLD_SECONDS
    if changed or old:
        st.rerun(scope="app")
