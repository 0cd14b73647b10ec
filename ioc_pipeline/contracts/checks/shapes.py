"""`shapes/*.yaml`: the columns that every feed of a shape has."""

from __future__ import annotations

from ioc_pipeline.contracts.checks.duplicates import repeated
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.feed_contract import SHAPES
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Source
from ioc_pipeline.contracts.schema_check import schema_problems


def shape_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with a shape; other files of the folder (templates of rules) are not declarations of columns."""
    if source.path.stem not in SHAPES:
        return []
    found = schema_problems(source, "shape")
    columns = [c for c in source.entries("columns") if isinstance(c, dict)]
    names = {str(c.get("name")) for c in columns}
    found += repeated(source, ("columns",), source.entries("columns"), "name")
    for position, name in enumerate(source.entries("key")):
        if str(name) not in names:
            found.append(
                source.problem(
                    ("key", position),
                    f"khóa nêu cột lạ {name!r}; ghi một cột của dạng này",
                    f"the key names an unknown column {name!r}; name a column of this shape",
                    "column.unknown",
                )
            )
    for position, column in enumerate(source.entries("columns")):
        codes = column.get("codes") if isinstance(column, dict) else None
        if isinstance(codes, str) and codes not in known.codes:
            found.append(
                source.problem(
                    ("columns", position, "codes"),
                    f"không có danh mục {codes!r}; chọn: {', '.join(known.codes)}",
                    f"no code list {codes!r}; use: {', '.join(known.codes)}",
                    "list.unknown",
                )
            )
    return found
