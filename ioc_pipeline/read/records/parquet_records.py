"""Parquet files → raw records (the file itself is scanned: nothing is copied)."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.read.file_content import refused
from ioc_pipeline.read.records.column_match import column_notices, match_columns, needed_columns, refuse_missing
from ioc_pipeline.read.records.raw_table import RawTable, identifier, literal

_EXACT_NUMBERS = {
    "DOUBLE": ("DOUBLE",),
    "BIGINT": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"),
}
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "U")


def read_parquet_records(
    con: duckdb.DuckDBPyConnection, feed: Feed, path: Path, name: str, derived: frozenset[str]
) -> RawTable:
    """Records of a Parquet file; ReadRefused when it is damaged, empty or lacks a mandatory column.

    Times with a zone become local time of Asia/Ho_Chi_Minh; times without one are taken as local.
    """
    source = f"read_parquet({literal(str(path))}, file_row_number = true)"
    try:
        described = con.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {source}").fetchall()
        counted = con.execute(f"SELECT count(*) FROM {source}").fetchone()
    except duckdb.Error as error:
        raise damaged(name) from error
    received = int(counted[0]) if counted else 0
    headers = [row[0] for row in described]
    match = match_columns(feed, headers, name)
    refuse_missing(feed, match, needed_columns(feed, derived), headers, name)
    if received == 0:
        raise refused(
            "read.no_records",
            f"Tệp {name} không có bản ghi nào. Hãy kiểm tra bước xuất dữ liệu rồi gửi lại.",
            f"File {name} holds no records. Check the export and send it again.",
        )
    text: dict[str, str] = {}
    kind: dict[str, str] = {}
    native: dict[str, str] = {}
    present: dict[str, str] = {}
    for column, position in match.positions.items():
        cell, stored = identifier(headers[position]), str(described[position][1])
        wanted = feed.column(column).type
        present[column] = f"{cell} IS NOT NULL"
        text[column] = f"CAST({cell} AS VARCHAR)"
        if stored.endswith("[]") or stored.startswith(("STRUCT", "MAP")):
            kind[column] = "'nested'"
        elif stored == "BOOLEAN":
            kind[column] = "'boolean'"
        elif stored.startswith(_NUMBERS):
            kind[column] = "'number'"
        if wanted in ("DATE", "TIMESTAMP") and stored.startswith(("DATE", "TIMESTAMP")):
            zoned = stored == "TIMESTAMP WITH TIME ZONE"
            local = f"timezone('Asia/Ho_Chi_Minh', {cell})" if zoned else cell
            native[column] = local if stored == wanted else f"TRY_CAST({local} AS {wanted})"
            text[column] = f"CAST({local} AS VARCHAR)"
        elif stored == wanted == "BOOLEAN":
            native[column] = cell
        elif stored in _EXACT_NUMBERS.get(wanted, ()):
            native[column] = cell if stored == wanted else f"TRY_CAST({cell} AS {wanted})"
    return RawTable(
        path=path,
        received=received,
        text=text,
        location="'hàng ' || (file_row_number + 1)",
        kind=kind,
        native=native,
        present=present,
        scanned=True,
        dictionaries=True,
        notices=tuple(column_notices(feed, match, (*derived, "simulated"), None)),
    )


def damaged(name: str) -> Exception:
    """The refusal of a Parquet file that cannot be opened or read to its end."""
    return refused(
        "read.truncated",
        f"Tệp Parquet {name} bị cắt cụt hoặc hỏng. Hãy gửi lại toàn bộ tệp.",
        f"The Parquet file {name} is truncated or damaged. Send the whole file again.",
    )
