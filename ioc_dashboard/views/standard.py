"""Chuẩn IOC: the clauses in plain words and what the current release says about each."""

from __future__ import annotations

import streamlit as st

from ioc_dashboard import queries
from ioc_dashboard.components.markup import block, esc
from ioc_dashboard.components.standard_table import clause_groups, summary_line
from ioc_dashboard.screen import Screen
from ioc_dashboard.views.spec import PageSpec

PAGE = PageSpec("standard", "administration", 90)


def show(screen: Screen) -> None:
    """Draw the page."""
    clauses = queries.clauses(screen.release)
    if not clauses:
        text = f"<h1>{esc(screen.t('standard_title'))}</h1><p class='big'>{esc(screen.t('standard_none'))}</p>"
        st.html(block(screen, text, "intro"))
        return
    st.html(block(screen, summary_line(screen, clauses) + clause_groups(screen, clauses), "standardpage"))
