"""Texts written with decomposed letters (NFD): reading composes them (NFC), and says so to whoever sent them."""

from __future__ import annotations

import duckdb

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import Text
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.records.raw_table import RawTable
from ioc_pipeline.read.records.typed_sql import full

CLAUSE = "IOC-SACH-08"
_WITHOUT = r"[^\x{0300}-\x{036F}]*"
"""Texts without a combining mark; asked as a full match for the reason given in `typed_sql`."""


def normalised_notices(con: duckdb.DuckDBPyConnection, feed: Feed, raw: RawTable) -> tuple[Notice, ...]:
    """One notice for each text column in which the reader composed letters, with how many values and the first place.

    Costs one scan for combining marks where the file's bytes do not rule them out; columns known to need no cleaning
    and those that the format itself types are passed over: the latter are stored as they are and left to the suite.
    """
    if raw.composed:
        return ()
    known = raw.native.keys() | raw.plain
    columns = [c for c in feed.columns if c.type == "VARCHAR" and c.name in raw.text and c.name not in known]
    if not columns:
        return ()
    # First the cheap question for every column, then how many and where for those that have any.
    marked = ", ".join(f"coalesce(bool_or({_marked(raw.text[c.name])}), false)" for c in columns)
    seen = con.execute(f"SELECT {marked} FROM {raw.source}").fetchone() or ()
    columns = [column for column, has in zip(columns, seen, strict=True) if has]
    if not columns:
        return ()
    counts = ", ".join(f"count(*) FILTER ({p}), min_by({raw.location}, file_row_number) FILTER ({p})" for p in (
        _decomposed(raw.text[c.name]) for c in columns
    ))  # fmt: skip
    found = con.execute(f"SELECT {counts} FROM {raw.source}").fetchone()
    assert found is not None
    return tuple(
        Notice(_words(column.title, count), place, CLAUSE)
        for column, count, place in zip(columns, found[::2], found[1::2], strict=True)
        if count
    )


def _marked(text: str) -> str:
    return f"NOT {full(text, _WITHOUT)}"


def _decomposed(text: str) -> str:
    return f"{_marked(text)} AND {text} <> nfc_normalize({text})"


def _words(title: Text, count: int) -> Text:
    return Text(
        f"Cột {title.vi}: {count} giá trị viết bằng chữ tổ hợp rời (NFD), đã đổi sang Unicode dựng sẵn (NFC) khi đọc. "
        "Đề nghị nơi gửi xuất Unicode dựng sẵn.",
        f"Column {title.en}: {count} values in decomposed letters (NFD), turned into precomposed Unicode (NFC) in "
        "reading. The sender should export precomposed Unicode.",
    )
