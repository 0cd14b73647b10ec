"""What every section of `ioc indicator` is printed with: width, language, numbers, two columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from ioc_pipeline.cli.output import language, out
from ioc_pipeline.compute.status import shown_number
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import parse_period

WIDTH = 110
"""Most columns used: longer lines are hard to read."""


def width() -> int:
    """Columns to use."""
    return min(out.width, WIDTH)


def said(vi: str, en: str) -> str:
    """Text in the reader's language."""
    return en if language() == "en" else vi


def number(card: dict[str, Any], value: float | None) -> str:
    """A value with the card's decimals and unit."""
    if value is None:
        return said("chưa có số liệu", "no data")
    return f"{shown_number(value, card['decimals'], language())} {card['unit'][language()]}"


def period_words(period: str) -> str:
    """The period as people say it."""
    return parse_period(period).words.in_language(language())


def pairs(rows: Sequence[tuple[Text, str | None]]) -> None:
    """Labels and values in two columns; values that are not there are left out."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="cyan", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in rows:
        if value:
            grid.add_row(label.in_language(language()), value)
    out.print(grid, width=width())
