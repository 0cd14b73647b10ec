"""Small helpers of the tests of `ioc_pipeline.validate`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from ioc_pipeline.messages import Text
from ioc_pipeline.validate.engine import validate_table
from ioc_pipeline.validate.results import Validation
from ioc_pipeline.validate.suite import Expectation, Suite

SYSTEM = (
    "i AS _row, 'dòng ' || i AS _location, "
    '[]::STRUCT(clause VARCHAR, "column" VARCHAR, raw VARCHAR, code VARCHAR)[] AS _problems'
)


def rule(
    type_: str, kwargs: Mapping[str, Any], *, ident: str | None = None, level: str = "row", severity: str = "critical"
) -> Expectation:
    return Expectation(
        id=ident or type_,
        type=type_,
        kwargs=kwargs,
        severity=severity,
        clause="IOC-SACH-01",
        level=level,
        why=Text("vì sao", "why"),
        fix=Text("cách sửa", "fix"),
        since="2026-11-01",
    )


def judge(con: duckdb.DuckDBPyConnection, table: str, *expectations: Expectation, engine: str = "sql") -> Validation:
    suite = Suite("test", tuple(expectations))
    return validate_table(con, table, suite, feed="test", delivery_id="d", run_id="r", engine=engine)


def broken_rows(con: duckdb.DuckDBPyConnection, validation: Validation, ident: str) -> list[int]:
    return [
        row[0]
        for row in con.execute(
            f'SELECT _row FROM "{validation.broken_table}" WHERE expectation_id = ? ORDER BY _row', [ident]
        ).fetchall()
    ]
