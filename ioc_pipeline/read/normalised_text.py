"""Texts written with decomposed letters (NFD): reading composes them (NFC), and says so to whoever sent them."""

from __future__ import annotations

import duckdb

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import Text
from ioc_pipeline.read.raw_table import RawTable, literal
from ioc_pipeline.read.reading import Notice

CLAUSE = "IOC-SACH-08"
_COMBINING = r"[\x{0300}-\x{036F}]"


def normalised_notices(con: duckdb.DuckDBPyConnection, feed: Feed, raw: RawTable) -> tuple[Notice, ...]:
    """One notice for each text column in which the reader composed letters, with how many values and the first place.

    Costs one scan for combining marks; columns known to need no cleaning and those that the format itself types are
    passed over: the latter are stored as they are and left to the suite.
    """
    known = raw.native.keys() | raw.plain
    columns = [c for c in feed.columns if c.type == "VARCHAR" and c.name in raw.text and c.name not in known]
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


def _decomposed(text: str) -> str:
    return f"regexp_matches({text}, {literal(_COMBINING)}) AND {text} <> nfc_normalize({text})"


def _words(title: Text, count: int) -> Text:
    return Text(
        f"Cột {title.vi}: {count} giá trị viết bằng chữ tổ hợp rời (NFD), đã đổi sang Unicode dựng sẵn (NFC) khi đọc. "
        "Đề nghị nơi gửi xuất Unicode dựng sẵn.",
        f"Column {title.en}: {count} values in decomposed letters (NFD), turned into precomposed Unicode (NFC) in "
        "reading. The sender should export precomposed Unicode.",
    )
