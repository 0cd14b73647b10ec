"""Smallest pieces of HTML. Every value that comes from data passes through `esc`."""

from __future__ import annotations

import re
from html import escape

from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import known

ICON = '<i class="icon" aria-hidden="true"></i>'  # which one is said by the class around it
SHAPE = '<i class="shape" aria-hidden="true"></i>'


def esc(value: object) -> str:
    """Text made harmless inside HTML and attributes."""
    return escape("" if value is None else str(value), quote=True)


def ident(*parts: str) -> str:
    """A safe, readable HTML id."""
    return "-".join(re.sub(r"[^A-Za-z0-9]+", "_", part) for part in parts)


def block(screen: Screen, inner: str, css: str = "") -> str:
    """Root of one piece of a page; carries the language, because the document's own is fixed at load."""
    return f'<div class="ioc {css}" lang="{screen.lang}">{inner}</div>'


def status_pill(screen: Screen, verdict: str) -> str:
    """Status as colour, shape and word."""
    word = esc(known("status_", verdict, screen.lang))
    return f'<span class="pill s-{esc(verdict)}">{SHAPE}{word}</span>'


def health_pill(screen: Screen, health: str) -> str:
    """Health of a feed as colour, shape and word."""
    word = esc(known("health_", health, screen.lang))
    return f'<span class="pill h-{esc(health)}">{ICON}{word}</span>'


def rule_pill(screen: Screen, success: bool | None) -> str:
    """Verdict of a rule: passed, failed or undetermined."""
    name = "unknown" if success is None else "passed" if success else "failed"
    word = esc(screen.t(f"rule_{name}"))
    return f'<span class="pill r-{name}">{ICON}{word}</span>'


def clause_pill(screen: Screen, verdict: str, *, judged: bool = False) -> str:
    """Verdict on a clause; without a result it is `not tested`. `judged`: in the words of the standard's verdicts."""
    if judged:
        word = screen.t(f"verdict_{verdict}")
    else:
        word = screen.t("not_tested") if verdict == "untested" else screen.t(f"clause_{verdict}")
    return f'<span class="pill r-{verdict}">{ICON}{esc(word)}</span>'


def tag(text: str, css: str = "", title: str = "") -> str:
    """Small label."""
    hint = f' title="{esc(title)}"' if title else ""
    return f'<span class="tag {css}"{hint}>{esc(text)}</span>'


def mark_tag(screen: Screen, mark: str) -> str:
    """Honesty mark with its meaning as hint."""
    if not mark:
        return ""
    first = mark.split("/")[0]
    return tag(mark, "mark", known("mark_", first, screen.lang))


def pairs(items: list[tuple[str, str]]) -> str:
    """Definition list of label and ready HTML; empty values are left out."""
    rows = "".join(f"<div><dt>{esc(label)}</dt><dd>{value}</dd></div>" for label, value in items if value)
    return f'<dl class="pairs">{rows}</dl>' if rows else ""


def banner(kind: str, text: str) -> str:
    """A line across the page: `warn`, `bad` or `sim`."""
    return f'<p class="banner b-{kind}" role="status">{ICON}<span>{esc(text)}</span></p>'


def table(caption: str, heads: list[tuple[str, str]], rows: list[list[str]], css: str = "") -> str:
    """Table of ready HTML cells; on a phone every cell carries its column's name."""
    head = "".join(f'<th scope="col" class="{kind}">{esc(title)}</th>' for title, kind in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td class="{kind}" data-label="{esc(title)}"><div>{cell}</div></td>'
            for (title, kind), cell in zip(heads, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<table class="grid {css}"><caption class="quiet">{esc(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
