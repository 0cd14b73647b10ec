"""Links to pages that may not be there in every build: text stays text without its page."""

from __future__ import annotations

from ioc_dashboard.components.markup import esc
from ioc_dashboard.screen import Screen


def link(screen: Screen, page: str, text: str, css: str = "", **query: str) -> str:
    """A link to `page`, or the escaped text alone when this dashboard has no such page."""
    if page not in screen.pages:
        return esc(text)
    style = f' class="{esc(css)}"' if css else ""
    return f'<a{style} href="{esc(screen.address(page, **query))}">{esc(text)}</a>'


def indicator_link(screen: Screen, code: str, text: str) -> str:
    """A link to one indicator in full."""
    return link(screen, "indicator", text, code=code)
