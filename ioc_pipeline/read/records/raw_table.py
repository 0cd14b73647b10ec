"""Records of a file before typing: every value as text, with where it stands and what kind of thing it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ioc_pipeline.read.reading import Notice


@dataclass(frozen=True)
class RawTable:
    """Raw values and the SQL expressions over them, per contract column: a Parquet file, or a table of the connection.

    `text`: VARCHAR as received. `kind` (SQL, VARCHAR): what the format itself said about the value (`number`,
    `boolean`, `nested`); absent or NULL means text. `native`: expression already in the contract's type (Parquet);
    `present`: whether there was a value before it was brought to that type.
    `repaired`: VARCHAR, what a restored text was in the file, else NULL.
    `preset`: problem code that the reader already knows for a value (NULL: none); the value is then NULL.
    `doubted`: doubt code that the reader already knows for a value (NULL: none), and the value as it stood.
    `cells`: JSON text, column → cell, for files where a value has a place of its own; None where it has not.
    `location`: VARCHAR. `broken`: raw text of a record that could not be split into columns, else NULL.
    """

    path: Path
    received: int
    text: dict[str, str]
    location: str
    broken: str | None = None
    kind: dict[str, str] = field(default_factory=dict)
    native: dict[str, str] = field(default_factory=dict)
    present: dict[str, str] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    table: str | None = None
    plain: frozenset[str] = frozenset()  # columns whose texts need no cleaning (known for scanned files only)
    scanned: bool = False  # `path` is the delivered file itself: an error while scanning it is its own
    dictionaries: bool = False  # `path` is a large Parquet file: DuckDB asks about each distinct text only
    composed: bool = False  # the bytes hold no combining mark: every letter is composed
    complete: bool = False  # `path` holds the typed rows, if only no text of them needs a conversion (see `one_pass`)
    wrapped: str | None = None
    repaired: dict[str, str] = field(default_factory=dict)
    preset: dict[str, str] = field(default_factory=dict)
    doubted: dict[str, tuple[str, str]] = field(default_factory=dict)
    cells: str | None = None

    @property
    def source(self) -> str:
        """FROM clause; `file_row_number` counts from 0."""
        if self.wrapped is not None:
            return self.wrapped
        if self.table is not None:
            return f"(SELECT *, rowid AS file_row_number FROM {self.table})"
        return f"read_parquet({literal(str(self.path))}, file_row_number = true)"


def literal(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
