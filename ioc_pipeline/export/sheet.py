"""A table to hand out: its rows with where each came from, under a heading that names the release. Pure data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from ioc_pipeline.messages import Text

Cell = str | int | float | bool | date | datetime | None


@dataclass(frozen=True)
class Sheet:
    """`name`: short, for file and tab; `heading`: label and value of everything that holds for the whole table;
    `columns`: headings of the rows. A time is UTC; None is an empty cell, never zero."""

    name: str
    title: Text
    heading: tuple[tuple[Text, Cell], ...]
    columns: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def filtered_by(self, filters: Sequence[tuple[Text, str]]) -> Sheet:
        """The same with the filters named in the heading."""
        return replace(self, heading=(*self.heading, *filters))
