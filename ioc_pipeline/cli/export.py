"""`ioc export`: tables of the current release as CSV or XLSX, with their provenance."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from ioc_pipeline.cli.operations_store import opened, today_of
from ioc_pipeline.cli.output import say
from ioc_pipeline.cli.released import Query, opened_release
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.operations.alerts import Alert, alerts_of
from ioc_pipeline.operations.events import ALERT
from ioc_pipeline.periods import parse_period


class What(StrEnum):
    """Tables that can be exported."""

    values = "values"
    indicators = "indicators"
    quarantine = "quarantine"
    verdicts = "verdicts"
    alerts = "alerts"


class Format(StrEnum):
    """Formats of the file."""

    csv = "csv"
    xlsx = "xlsx"


def export(
    what: Annotated[What, typer.Argument(help="Bảng · table")],
    form: Annotated[
        Format | None, typer.Option("--format", help="Định dạng · format (default: from --out, else csv)")
    ] = None,
    code: Annotated[
        str | None, typer.Option(help="Mã chỉ tiêu; của quarantine và verdicts: mã điều khoản · indicator or clause")
    ] = None,
    area: Annotated[str | None, typer.Option(help="VN, mã tỉnh, mã hoặc tên xã · VN, a province, a commune")] = None,
    feed: Annotated[str | None, typer.Option(help="Nguồn, chỉ của quarantine · feed, of quarantine only")] = None,
    period: Annotated[str | None, typer.Option(help="Kỳ · period: 2026, 2026-Q3, 2026-09, 2026-09-30")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Tệp · file (default: csv to standard output, xlsx to <table>_<release>.xlsx)")
    ] = None,
) -> None:
    """Xuất bảng của bản phát hành hiện hành kèm nguồn gốc · export a table of the release with its provenance."""
    from ioc_pipeline.export.alerts import ALERTS, exported_alerts
    from ioc_pipeline.export.files import csv_file, write_csv, xlsx_file
    from ioc_pipeline.export.rows import TABLES, exported

    tables = {**TABLES, "alerts": ALERTS}
    chosen = form or (Format.xlsx if out is not None and out.suffix.lower() == ".xlsx" else Format.csv)
    given = {"code": code and code.strip().upper(), "area": area, "period": period, "feed": feed}
    asked = {name: value for name, value in given.items() if value}
    for name in asked.keys() - tables[what].filters.keys():
        takes = ", ".join(f"--{known}" for known in tables[what].filters)
        raise IocError(
            Message(
                "export.filter",
                f"Bảng {what} không lọc được theo --{name}; lọc được theo: {takes}.",
                f"Table {what} cannot be filtered by --{name}; it takes: {takes}.",
            )
        )
    if "period" in asked:
        asked["period"] = _period(asked["period"])
    with opened_release() as (release, query):
        if "code" in asked:
            of_cards = what in (What.values, What.indicators, What.alerts)
            _known(query, *(("indicators", "code") if of_cards else ("clauses", "id")), asked["code"])
        if "feed" in asked:
            _known(query, "feeds", "feed_id", asked["feed"])
        if "area" in asked:
            asked["area"] = _area(query, asked["area"])
    with duckdb.connect(str(release.folder / "release.duckdb"), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        try:
            if what is What.alerts:
                content = exported_alerts(connection, _alerts(), today_of(load_catalogue()), asked)
            else:
                content = exported(connection, what, asked)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise IocError(
                Message(
                    "release.older",
                    f"Bản phát hành {release.release_id} do phiên bản cũ tạo, thiếu bảng hoặc cột; chạy: ioc run",
                    f"Release {release.release_id} was made by an older version, a table or column is missing; "
                    "run: ioc run",
                )
            ) from error
    if chosen is Format.csv and out is None:
        write_csv(content, sys.stdout)
        return
    path = out or Path(f"{what}_{release.release_id}.xlsx")
    (csv_file if chosen is Format.csv else xlsx_file)(content, path)
    count = len(content.rows)
    say(
        f"{path}: {count} dòng của bản phát hành {release.release_id}.",
        f"{path}: {count} rows of release {release.release_id}.",
        style="green" if count else "yellow",
    )


def _alerts() -> list[Alert]:
    with opened() as store:
        return list(alerts_of(store.events(ALERT)).values())


def _period(text: str) -> str:
    try:
        return parse_period(text).text
    except ValueError as error:
        raise IocError(
            Message(
                "export.period",
                f"Không hiểu kỳ {text!r}: ghi 2026, 2026-Q3, 2026-09 hoặc 2026-09-30.",
                f"No period {text!r}: write 2026, 2026-Q3, 2026-09 or 2026-09-30.",
            )
        ) from error


def _known(query: Query, table: str, column: str, code: str) -> None:
    """IocError when the release knows no such indicator, clause or feed: an empty file would look like an answer."""
    if query(f"SELECT 1 FROM {table} WHERE {column} = ?", [code]):
        return
    near = query(
        f"SELECT {column} AS code FROM {table} ORDER BY jaro_winkler_similarity({column}, ?) DESC, {column} LIMIT 5",
        [code],
    )
    names = ", ".join(row["code"] for row in near)
    raise IocError(
        Message(
            "export.code",
            f"Bản phát hành không có mã {code}. Gần giống: {names}.",
            f"The release has no code {code}. Near: {names}.",
        )
    )


def _area(query: Query, asked: str) -> str:
    """Code of an area of the release, by code or by name."""
    areas = query("SELECT code, name_vi, name_en FROM areas", [])
    named = [row["code"] for row in areas if asked == row["code"]] or [
        row["code"] for row in areas if units.fold_name(asked) in {units.fold_name(row["name_vi"] or "")}
    ]
    if len(named) == 1:
        return str(named[0])
    raise IocError(
        Message(
            "export.area",
            f"Không có hoặc có nhiều địa bàn {asked!r}: ghi VN, mã tỉnh hoặc mã xã, phường, đặc khu.",
            f"No area {asked!r}, or several: write VN, the code of a province or of a commune.",
        )
    )
