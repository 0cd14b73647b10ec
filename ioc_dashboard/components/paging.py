"""Filters and pages of long lists as plain links: every state has an address of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ioc_dashboard.components.markup import esc
from ioc_dashboard.screen import Screen


def filter_links(
    screen: Screen, label: str, items: Sequence[tuple[str, str, int, bool]], *, keep_empty: bool = False
) -> str:
    """One filter: (words, address, how many, chosen?). Choices with nothing behind them are text, or left out."""
    found = []
    for words, address, count, here in items:
        text = f'{esc(words)} <span class="num">{screen.number(count)}</span>'
        if here:
            found.append(f'<li><a class="here" aria-current="true" href="{esc(address)}">{text}</a></li>')
        elif count:
            found.append(f'<li><a href="{esc(address)}">{text}</a></li>')
        elif keep_empty:
            found.append(f"<li><span>{text}</span></li>")
    return f'<nav class="filter" aria-label="{esc(label)}"><b>{esc(label)}</b><ul>{"".join(found)}</ul></nav>'


def pager(screen: Screen, page: int, pages: int, total: int, size: int, address: Callable[[int], str]) -> str:
    """Which part of the list is shown, and links to the parts before and after; nothing when all of it is shown."""
    if pages <= 1:
        return ""
    first, last = (page - 1) * size + 1, min(page * size, total)
    shown = screen.t("al_shown", first=screen.number(first), last=screen.number(last), all=screen.number(total))
    back = f'<a href="{esc(address(page - 1))}">{esc(screen.t("al_previous"))}</a>' if page > 1 else ""
    on = f'<a href="{esc(address(page + 1))}">{esc(screen.t("al_next"))}</a>' if page < pages else ""
    return f'<p class="pager">{back}<span class="num">{esc(shown)}</span>{on}</p>'
