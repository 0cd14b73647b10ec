"""What a page says about itself."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("decision", "warning", "administration", "emergency")
"""The four roles of a centre that leaders know; the navigation keeps pages of one role together."""


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: `key` is its address and the end of its title's text (`page_<key>`); `order` sorts the navigation."""

    key: str
    role: str
    order: int
    in_navigation: bool = True
