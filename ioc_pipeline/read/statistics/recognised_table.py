"""One recognised table → its values, each with indicator, item or area, period, measure, unit and cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ioc_pipeline.read.statistics.row_labels import LabelState, TableLabels, read_labels
from ioc_pipeline.read.statistics.table_blocks import Block
from ioc_pipeline.read.statistics.table_columns import TableColumns, read_columns, without_growth
from ioc_pipeline.read.statistics.table_spec import TableSpec
from ioc_pipeline.read.statistics.table_values import ResolveArea, TableValues, table_values
from ioc_pipeline.read.values.numbers import read_number


@dataclass
class RecognisedTable:
    """One table of a sheet that a declaration matches, with everything read from it."""

    block: Block
    spec: TableSpec
    columns: TableColumns
    labels: TableLabels
    values: TableValues


def read_table(
    block: Block, spec: TableSpec, units: dict[str, str], state: LabelState, resolve_area: ResolveArea
) -> RecognisedTable:
    """Read a block as the table `spec`. `units` maps folded spellings to unit codes, `state` carries the labels of a
    table continued further down, `resolve_area(name, day)` gives the code of an area or None."""
    rows, facts = block.sheet.rows, block.facts
    labelled = [row for row in block.data if facts.text_left_of(row, block.first_value)]
    filled = {column for row in labelled for column in facts.filled[row] if column >= block.first_value}

    def numbers(column: int) -> Iterator[float]:
        cells = (rows[row][column] for row in labelled if column < len(rows[row]))
        read = (read_number(cell) for cell in cells if cell != "")
        return (number.value for number in read if number is not None and number.value is not None)

    columns = without_growth(read_columns(block, spec, units, filled), numbers)
    positions = {column.position for column in columns.read}
    valued = {row for row in block.data if not positions.isdisjoint(facts.filled[row])}
    labels = read_labels(block, spec, valued, state, units)
    values = table_values(block, labels, columns.read, units, resolve_area)
    return RecognisedTable(block, spec, columns, labels, values)
