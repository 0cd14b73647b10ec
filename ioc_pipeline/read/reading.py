"""What reading a delivery gives: the rows file, how many rows, and what was readable but not understood."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ioc_pipeline.messages import Text


@dataclass(frozen=True)
class Notice:
    """Something readable that was not understood, so not taken, or that reading mended.

    `location` is `Sheet!A1`, a line or a JSON path; `clause` is the clause of the standard that it touches, if any.
    `table` and `reason` are set when it is a whole table that was not read: its title, and why.
    """

    text: Text
    location: str | None = None
    clause: str | None = None
    table: str | None = None
    reason: Text | None = None


@dataclass(frozen=True)
class Reading:
    """Rows of one delivery: a Parquet file of `received` rows (one per statement or record) and the notices."""

    rows_path: Path
    received: int
    notices: tuple[Notice, ...] = ()
    simulated: bool = False
