"""Thuật ngữ: the words of the dashboard in plain language, and every indicator in one sentence."""

from __future__ import annotations

import streamlit as st

from ioc_dashboard import queries, queries_overview
from ioc_dashboard.components.links import indicator_link
from ioc_dashboard.components.markup import ICON, block, esc, mark_tag, status_pill, tag
from ioc_dashboard.screen import Screen
from ioc_dashboard.summary import by_field
from ioc_dashboard.texts import DATA_TYPES, PRINCIPLES, known
from ioc_dashboard.texts.glossary import STATUSES, TERMS_OF_TIME, TERMS_OF_TRUST, TRUSTS
from ioc_dashboard.views.spec import PageSpec

PAGE = PageSpec("glossary", "administration", 95)


def show(screen: Screen) -> None:
    """Draw the page."""
    st.html(_body(screen.release.key, screen.lang, screen.theme, screen.as_of, screen))


@st.cache_data(max_entries=16, show_spinner=False)
def _body(key: str, lang: str, theme: str | None, as_of: str | None, _screen: Screen) -> str:
    screen = _screen
    trusts = [
        (f'<span class="trust t-{name}">{ICON}{esc(screen.t(f"trust_{name}"))}</span>', f"explain_trust_{name}")
        for name in TRUSTS
    ]
    parts = [
        f"<h1>{esc(screen.t('glossary_title'))}</h1><p class='big'>{esc(screen.t('glossary_lead'))}</p>",
        _group(screen, "status", [(status_pill(screen, name), f"explain_status_{name}") for name in STATUSES]),
        _group(screen, "trust", trusts + [_term(screen, name) for name in TERMS_OF_TRUST]),
        _group(screen, "time", [_term(screen, name) for name in TERMS_OF_TIME]),
        _group(
            screen, "kinds", [(_first_upper(screen.say(words)), f"explain_kind_{k}") for k, words in DATA_TYPES.items()]
        ),
        _group(
            screen, "marks", [(f"{mark_tag(screen, m)} {_meaning(screen, m)}", f"explain_mark_{m}") for m in "ASPU"]
        ),
        _group(
            screen,
            "principles",
            [(esc(screen.say(words)), f"explain_principle_{p}") for p, words in PRINCIPLES.items()],
        ),
        _indicators(screen),
    ]
    return block(screen, "".join(parts), "glossarypage")


def _term(screen: Screen, name: str) -> tuple[str, str]:
    css = {"simulated": "sim", "correction": "corrected"}.get(name)
    text = screen.t(f"term_{name}")
    return (tag(text, css) if css else esc(text), f"explain_term_{name}")


def _meaning(screen: Screen, mark: str) -> str:
    return esc(known("mark_", mark, screen.lang).partition("· ")[2])


def _first_upper(text: str) -> str:
    return esc(text[:1].upper() + text[1:])


def _group(screen: Screen, name: str, terms: list[tuple[str, str]]) -> str:
    rows = "".join(f"<div><dt>{term}</dt><dd>{esc(screen.t(key))}</dd></div>" for term, key in terms)
    return f'<h2>{esc(screen.t(f"glossary_{name}"))}</h2><dl class="terms">{rows}</dl>'


def _indicators(screen: Screen) -> str:
    """Every indicator with its plain sentence, folded by field."""
    tiles, about = queries.tiles(screen.release), queries_overview.about(screen.release)
    if not tiles:
        return ""
    groups = []
    for field, members in by_field(tiles):
        rows = []
        for tile in members:
            said = about.get(tile.card.code, queries_overview.About()).plain
            text = screen.say(said) or screen.say(tile.card.definition) or screen.t("glossary_no_plain")
            name = indicator_link(screen, tile.card.code, screen.say(tile.card.name))
            unit = f'<p class="soft">{esc(screen.say(tile.card.unit))}</p>' if screen.say(tile.card.unit) else ""
            rows.append(f"<div><dt>{name}{unit}</dt><dd>{esc(text)}</dd></div>")
        title = f'{esc(screen.say(field) or screen.t("other_field"))} <span class="count">{len(members)}</span>'
        groups.append(f'<details><summary>{title}</summary><dl class="terms">{"".join(rows)}</dl></details>')
    return f"<h2>{esc(screen.t('glossary_indicators'))}</h2>{''.join(groups)}"
