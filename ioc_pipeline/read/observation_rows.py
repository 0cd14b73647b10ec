"""Rows of an observation feed as a Parquet file: the contract's columns, where each row stands, its problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from operator import attrgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ioc_pipeline.contracts.model import Column

_TYPES = {
    "VARCHAR": pa.string(),
    "DOUBLE": pa.float64(),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
    "BIGINT": pa.int64(),
    "TIMESTAMP": pa.timestamp("us"),
}
PROBLEMS = pa.list_(
    pa.struct([("clause", pa.string()), ("column", pa.string()), ("raw", pa.string()), ("code", pa.string())])
)
"""Type of `_problems`: values that would not convert, empty for none."""


@dataclass(frozen=True)
class CellProblem:
    """One value that could not be taken: the clause it breaks, its column, its text, a code of the reason."""

    clause: str
    column: str
    raw: str
    code: str


@dataclass(slots=True)
class Observation:
    """One statement of a file; the fields are the columns of the shape `observations`."""

    indicator: str
    item: str | None
    area: str | None
    area_name: str | None
    period: str
    period_kind: str
    period_end: date
    measure: str
    data_type: str
    value: float | None
    value_text: str
    value_status: str
    unit: str
    source_table: str
    sheet: str
    cell: str
    agency: str | None = None
    item_name: str | None = None  # the item as printed, where an alias gave it another name
    numerator: float | None = None
    denominator: float | None = None
    simulated: bool = False
    problems: list[CellProblem] = field(default_factory=list)

    @property
    def key(self) -> tuple[str | None, ...]:
        """The fact key of the shape."""
        return (
            self.indicator, self.item, self.area or self.area_name, self.period, self.measure, self.data_type,
            self.unit, self.agency,
        )  # fmt: skip


_FIELDS = tuple(f.name for f in fields(Observation) if f.name != "problems")


def write_observations(rows: Sequence[Observation], columns: Sequence[Column], out: Path) -> None:
    """Write rows in their order to `out`, with `_row` (from 1), `_location` (`Sheet!A1`) and `_problems`."""
    arrays: dict[str, pa.Array] = {}
    for column in columns:
        kind = _TYPES[column.type]
        if column.name in _FIELDS:
            arrays[column.name] = pa.array(map(attrgetter(column.name), rows), kind, size=len(rows))
        else:
            arrays[column.name] = pa.nulls(len(rows), kind)
    arrays["_row"] = pa.array(range(1, len(rows) + 1), pa.int64())
    arrays["_location"] = pa.array([f"{row.sheet}!{row.cell}" for row in rows], pa.string())
    arrays["_problems"] = pa.array([[vars(problem) for problem in row.problems] for row in rows], PROBLEMS)
    out.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(arrays), out, compression="zstd")
