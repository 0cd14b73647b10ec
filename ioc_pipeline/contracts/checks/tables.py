"""`tables.yaml` of a workbook feed: `read/statistics/table_spec.py` knows what it must say; here mistakes get lines."""

from __future__ import annotations

from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Source
from ioc_pipeline.read.statistics.table_spec import spec_problems


def table_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with the file that says how the tables of a workbook are recognised."""
    found = [Problem(str(source.path), line, text, "tables") for line, text in spec_problems(source)]
    units = known.codes.get("units", {})
    for code, declared in source.mapping("indicators").items():
        listed = declared.get("units") if isinstance(declared, dict) else None
        for position, unit in enumerate(listed if isinstance(listed, list) else ()):
            if units and str(unit) not in units:
                found.append(
                    source.problem(
                        ("indicators", str(code), "units", position),
                        f"không có đơn vị tính {unit!r} trong reference/units.yaml; sửa, hoặc thêm một dòng ở đó",
                        f"no unit {unit!r} in reference/units.yaml; correct it, or add an entry there",
                        "code.unknown",
                    )
                )
    return sorted(found, key=lambda p: p.line or 0)
