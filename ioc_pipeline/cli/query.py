"""`ioc query`: one read-only SELECT on the current release, or on the warehouse."""

from __future__ import annotations

from typing import Annotated

import duckdb
import sqlglot
import typer
from sqlglot import exp

from ioc_pipeline.cli.output import print_json, print_table, say
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.publish.release import current
from ioc_pipeline.settings import places
from ioc_pipeline.store.warehouse import reading


def query(
    sql: Annotated[str, typer.Argument(help="SELECT …")],
    warehouse: Annotated[bool, typer.Option("--warehouse", help="Truy vấn kho · query the warehouse")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
    limit: Annotated[int, typer.Option(help="Số dòng in ra · rows printed (0 = all)")] = 200,
) -> None:
    """Một câu SELECT chỉ đọc · one read-only SELECT on the current release (or --warehouse)."""
    refuse_writes(sql)
    try:
        if warehouse:
            with reading(places()) as connection:
                names, rows = _fetch(connection, sql)
        else:
            release = current(places())
            if release is None:
                raise FileNotFoundError(places().current_release)
            with duckdb.connect(str(release.folder / "release.duckdb"), read_only=True) as connection:
                names, rows = _fetch(connection, sql)
    except FileNotFoundError as error:
        raise _nothing_yet() from error
    except duckdb.Error as error:
        raise IocError(Message("query.failed", f"Câu truy vấn lỗi: {error}", f"The query failed: {error}")) from error
    if as_json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    shown = rows if limit == 0 else rows[:limit]
    print_table(Text("", ""), [(Text(name, name), "left") for name in names], shown)
    if len(shown) < len(rows):
        say(
            f"{len(shown)} trong {len(rows)} dòng; --limit 0 để in hết.",
            f"{len(shown)} of {len(rows)} rows; --limit 0.",
        )


def refuse_writes(sql: str) -> None:
    """Raise IocError unless the text is exactly one SELECT (or a set operation of SELECTs), DESCRIBE or SHOW."""
    try:
        statements = [s for s in sqlglot.parse(sql, read="duckdb") if s is not None]
    except sqlglot.errors.ParseError as error:
        raise IocError(Message("query.syntax", f"SQL sai cú pháp: {error}", f"SQL syntax error: {error}")) from error
    allowed = (exp.Select, exp.SetOperation, exp.Subquery, exp.Describe, exp.Show)
    writing = (exp.Insert, exp.Update, exp.Delete, exp.Create, exp.Drop, exp.Copy, exp.Command, exp.Attach)
    if (
        len(statements) != 1
        or not isinstance(statements[0], allowed)
        or any(statements[0].find(kind) for kind in writing)
    ):
        raise IocError(
            Message(
                "query.read_only", "Chỉ nhận một câu SELECT chỉ đọc.", "Only a single read-only SELECT is accepted."
            )
        )


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[list[str], list[tuple[object, ...]]]:
    """Run with no access to files or settings: only the tables of the opened database can be read."""
    connection.execute("SET enable_external_access = false; SET TimeZone = 'UTC'; SET lock_configuration = true")
    cursor = connection.execute(sql)
    return [d[0] for d in cursor.description or ()], cursor.fetchall()


def _nothing_yet() -> IocError:
    return IocError(
        Message(
            "query.no_data",
            f"Chưa có dữ liệu trong {places().root}; chạy: ioc run",
            f"No data in {places().root} yet; run: ioc run",
        )
    )
