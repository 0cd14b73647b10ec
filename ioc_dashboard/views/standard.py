"""Chuẩn IOC: the clauses in plain words and what the current release says about each; the score with its formula, open
incidents. One clause with `?clause=`, one dataset's score down to its rules with `?score=`."""

from __future__ import annotations

from datetime import date

import streamlit as st

from ioc_dashboard import queries, queries_data
from ioc_dashboard.components.download import release_table
from ioc_dashboard.components.markup import banner, block, esc
from ioc_dashboard.components.score_tree import incidents, score_tree
from ioc_dashboard.components.standard_table import clause_groups, summary_line
from ioc_dashboard.screen import Screen
from ioc_dashboard.views.spec import PageSpec

PAGE = PageSpec("standard", "administration", 90)


def show(screen: Screen) -> None:
    """Draw the page."""
    clause, score = screen.query.get("clause", ""), screen.query.get("score", "")
    st.html(
        _body(
            screen.release.key, screen.lang, screen.theme, screen.today, screen.as_of, clause[:60], score[:120], screen
        )
    )
    if queries.has_verdicts(screen.release):
        release_table(screen, "verdicts")


@st.cache_data(max_entries=32, show_spinner=False)
def _body(
    key: str, lang: str, theme: str | None, today: date, as_of: str | None, clause: str, score: str, _screen: Screen
) -> str:  # fmt: skip
    screen, release = _screen, _screen.release
    clauses = queries.clauses(release)
    if not clauses:
        text = f"<h1>{esc(screen.t('standard_title'))}</h1><p class='big'>{esc(screen.t('standard_none'))}</p>"
        return block(screen, text, "intro")
    if score:
        return block(screen, _back(screen, "score_back") + _one_score(screen, score), "standardpage")
    if clause:
        found = [one for one in clauses if one.id == clause]
        if found:
            title = f"<h1>{esc(screen.t('clause_asked', id=clause))}</h1>"
            return block(screen, _back(screen, "clause_all") + title + clause_groups(screen, found), "standardpage")
    missing = banner("warn", screen.t("clause_not_there", id=clause)) if clause else ""
    feeds = queries.feeds(release)
    named = {one.id: one for one in clauses}
    parts = [
        missing,
        summary_line(screen, clauses),
        f'<div class="opened">{incidents(screen, queries_data.incidents(release), feeds, named)}</div>',
        score_tree(screen, queries_data.scores(release)),
        clause_groups(screen, clauses),
    ]
    return block(screen, "".join(parts), "standardpage")


def _one_score(screen: Screen, dataset: str) -> str:
    scores = queries_data.scores(screen.release, dataset)
    if not scores:
        return banner("warn", screen.t("score_unknown", id=dataset))
    return score_tree(screen, scores, deep=True)


def _back(screen: Screen, text: str) -> str:
    return f'<p class="back"><a href="{esc(screen.address("standard"))}">‹ {esc(screen.t(text))}</a></p>'
