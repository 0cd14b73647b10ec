"""One cell with a number and perhaps its unit (`12 tỷ`) → the value in the declared unit."""

from __future__ import annotations

from dataclasses import replace

from ioc_pipeline.contracts.model import CodeList
from ioc_pipeline.read.text.text_folding import clean
from ioc_pipeline.read.values.cell_units import cell_unit, parted, scaled
from ioc_pipeline.read.values.number_marks import NumberEvidence
from ioc_pipeline.read.values.numbers import CellNumber, read_number


def read_with_unit(
    raw: object,
    unit: str | None,
    units: CodeList | None,
    *,
    decimal: str = "",
    evidence: NumberEvidence | None = None,
) -> CellNumber | None:
    """Number in a cell as `numbers.read_number` reads it, doubts included; a unit of the registry behind it is brought
    to the column's `unit`. None for a blank cell."""
    seen = evidence or NumberEvidence()
    parts = parted(clean(raw)) if isinstance(raw, str) and unit and units else None
    meaning = cell_unit(parts[1], str(unit), units) if parts and units else None
    if parts is None or meaning is None:
        return read_number(raw, decimal=decimal, evidence=seen, doubtful=True)
    if meaning.problem is not None:
        return CellNumber(None, "missing", problem=meaning.problem)
    # The unit is said, so neither a percent sign nor its absence says anything more.
    read = read_number(parts[0], decimal=decimal, evidence=replace(seen, signed=0, bare_shares=0), doubtful=True)
    if read is None or read.value is None:
        return read
    return read._replace(value=scaled(read.value, meaning.factor), doubt=read.doubt or meaning.doubt)
