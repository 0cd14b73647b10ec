"""Codes and names of communes as people write them in a form → the code, or why it is not certain."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ioc_pipeline.contracts.form_layout import FormRow
from ioc_pipeline.contracts.units import fold_name, names_district
from ioc_pipeline.read.text.text_folding import fold

_TYPES = {"p": "phường", "x": "xã", "đk": "đặc khu"}
_SHORT_TYPES = re.compile(r"(p|x|đk)\s*\.\s*")


@dataclass(frozen=True)
class Identified:
    """Which row of the form a line is: its code, or a problem with the words to show (`raw`)."""

    code: str | None
    problem: str | None = None
    raw: str = ""


class KnownRows:
    """Lookup of the rows a form knows, by code and by name."""

    def __init__(self, rows: Sequence[FormRow], *, communes: bool) -> None:
        self.rows = {row.code: row for row in rows}
        self.communes = communes
        self._width = max((len(code) for code in self.rows), default=0)
        self._exact: dict[str, list[str]] = {}
        self._short: dict[str, list[str]] = {}
        for row in rows:
            for spelling in (row.name.vi, row.name.en, *row.aliases):
                for index, key in ((self._exact, fold(spelling)), (self._short, self._fold(spelling))):
                    codes = index.setdefault(key, [])
                    if row.code not in codes:
                        codes.append(row.code)

    def _fold(self, name: str) -> str:
        return fold_name(_in_full(name)) if self.communes else fold(name).strip(" -+*.:")

    def identify(self, code_cell: object, name_cell: object) -> Identified | None:
        """The row a line speaks of; None when both cells are blank."""
        code_text, name_text = self._code_text(code_cell), _text(name_cell)
        if not code_text and not name_text:
            return None
        by_code = code_text if code_text in self.rows else None
        by_name = self._by_name(name_text) if name_text else None
        if by_code is not None:
            if by_name is not None and by_name.code not in (None, by_code) and by_code not in self._named(name_text):
                return Identified(None, self.problem("mismatch"), f"{code_text} / {name_text}")
            return Identified(by_code)
        if code_text and by_name is None:  # a name may stand in the column of codes
            return self._by_name(code_text)
        if code_text and by_name is not None and by_name.code is not None:
            return Identified(None, self.problem("mismatch"), f"{code_text} / {name_text}")
        return by_name

    def knows(self, value: object) -> bool:
        """True when a cell alone names a row with certainty."""
        text = _text(value)
        return bool(text) and (self._code_text(value) in self.rows or self._by_name(text).code is not None)

    def problem(self, problem: str) -> str:
        """Code of a problem with a row's label."""
        return f"area.{problem}" if self.communes else f"indicator.{problem}"

    def _code_text(self, value: object) -> str:
        """Code as text; a number gets back the leading zeros that Excel took, if that makes a known code."""
        if isinstance(value, float) and value.is_integer():
            text = str(int(value))
            padded = text.zfill(self._width)
            return padded if padded in self.rows else text
        return _text(value).upper() if not self.communes else _text(value)

    def _named(self, name: str) -> list[str]:
        return self._exact.get(_in_full(name)) or self._short.get(self._fold(name)) or []

    def _by_name(self, name: str) -> Identified:
        if self.communes and names_district(name):
            return Identified(None, self.problem("district"), name)
        codes = self._named(name)
        if len(codes) == 1:
            return Identified(codes[0])
        if codes:
            listed = ", ".join(f"{c} {self.rows[c].name.vi}" for c in codes)
            return Identified(None, self.problem("ambiguous"), f"{name} ({listed})")
        near = difflib.get_close_matches(self._fold(name), list(self._short), n=2, cutoff=0.75)
        hint = ", ".join(self.rows[c].name.vi for key in near for c in self._short[key])
        return Identified(None, self.problem("unknown"), f"{name} (≈ {hint}?)" if hint else name)


def _in_full(name: str) -> str:
    """Folded name with its type word written out: `P. Nha Trang` → `phường nha trang`."""
    text = fold(name)
    found = _SHORT_TYPES.match(text)
    return f"{_TYPES[found[1]]} {text[found.end() :]}" if found else text


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split()) if value is not None else ""
