"""Cell formats of a form: what is filled in stands out, what is printed does not invite typing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

FONT = "Times New Roman"  # the font of Vietnamese official documents (Nghị định 30/2020/NĐ-CP)
_HEAD, _EXAMPLE, _INPUT = "#DCE6F1", "#F2F2F2", "#FFFFFF"
WHOLE, DECIMAL, DATE, TEXT = "#,##0", "#,##0.##", "dd/mm/yyyy", "@"


@dataclass(frozen=True)
class Styles:
    """Formats of one workbook, made when first asked for."""

    book: Workbook
    _made: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def of(self, **properties: Any) -> Format:
        """A format with these properties, in the form's font."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format({"font_name": FONT, "font_size": 11, **properties})
        return self._made[key]

    @property
    def title(self) -> Format:
        """Title of the form."""
        return self.of(bold=True, font_size=14, align="center", valign="vcenter", text_wrap=True)

    @property
    def subtitle(self) -> Format:
        """Title in English, and small print."""
        return self.of(italic=True, align="center", valign="vcenter", text_wrap=True)

    @property
    def caption(self) -> Format:
        """Left part of the title block."""
        return self.of(bold=True)

    @property
    def plain(self) -> Format:
        """Running text."""
        return self.of(valign="top", text_wrap=True)

    @property
    def simulated(self) -> Format:
        """The label of generated data."""
        return self.of(bold=True, font_color="#C00000", align="center", border=2, border_color="#C00000")

    @property
    def head(self) -> Format:
        """Vietnamese heading of a column."""
        return self.of(bold=True, bg_color=_HEAD, border=1, align="center", valign="vcenter", text_wrap=True)

    @property
    def small_head(self) -> Format:
        """English heading, unit, column number."""
        return self.of(italic=True, bg_color=_HEAD, border=1, align="center", valign="vcenter", text_wrap=True)

    def label(self, indent: int = 0) -> Format:
        """A fixed label of a row."""
        return self.of(border=1, valign="vcenter", text_wrap=True, indent=indent, num_format=TEXT)

    def example(self, num_format: str) -> Format:
        """The example row."""
        return self.of(border=1, italic=True, font_color="#7F7F7F", bg_color=_EXAMPLE, num_format=num_format)

    def input(self, num_format: str) -> Format:
        """A cell to fill in."""
        return self.of(border=1, bg_color=_INPUT, num_format=num_format, locked=False, valign="vcenter")

    def total(self, num_format: str) -> Format:
        """The total row."""
        return self.of(border=1, bold=True, num_format=num_format)

    @property
    def closed(self) -> Format:
        """A cell that does not apply."""
        return self.of(border=1, bg_color="#BFBFBF")
