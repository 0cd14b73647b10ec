"""Headers of a record file → columns of its contract, by name or alias, whatever their order."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ioc_pipeline.contracts.model import Column, Feed
from ioc_pipeline.messages import Message, ReadRefused, Text
from ioc_pipeline.read.reading import Notice

MOST_NOTICED = 20
"""Unknown columns that are noticed one by one."""
_NO_LETTER = re.compile(r"[\W_]+")
_ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")


def strict_key(header: str) -> str:
    """Header for comparison: NFC, no zero-width characters, single spaces, lower case."""
    text = _ZERO_WIDTH.sub("", unicodedata.normalize("NFC", header)).casefold()
    return " ".join(text.replace("\xa0", " ").split())


def loose_key(header: str) -> str:
    """Last resort: letters without marks and digits only (`Mã hồ sơ`, `MaHoSo` and `ma_ho_so` are one)."""
    plain = unicodedata.normalize("NFD", strict_key(header)).replace("đ", "d")
    return _NO_LETTER.sub("", plain)


@dataclass(frozen=True)
class ColumnMatch:
    """Contract column → position in the file, and the headers that belong to no column."""

    positions: dict[str, int]
    extra: tuple[str, ...]

    @property
    def score(self) -> int:
        """How many columns of the contract were found."""
        return len(self.positions)


def spellings(column: Column) -> tuple[str, ...]:
    """Every header accepted for a column: its name, aliases and titles."""
    return tuple(dict.fromkeys(spelling for spelling in _named(column) if strict_key(spelling)))


def _named(column: Column) -> tuple[str, ...]:
    return (column.name, *column.aliases, column.title.vi, column.title.en)


@lru_cache(maxsize=64)
def _column_keys(named: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Columns by strict and by loose key of their spellings; the search for a header asks for every line of a file."""
    exact: dict[str, str] = {}
    loose: dict[str, set[str]] = {}
    for column, accepted in named:
        for spelling in accepted:
            if strict_key(spelling):
                exact.setdefault(strict_key(spelling), column)
                loose.setdefault(loose_key(spelling), set()).add(column)
    return exact, loose


def match_columns(feed: Feed, headers: Sequence[str], file_name: str) -> ColumnMatch:
    """Match headers to the contract's columns.

    Exact spellings win; marks and punctuation are ignored only where exactly one column fits. Two headers for one
    column raise ReadRefused: which one is meant is never guessed.
    """
    exact, loose = _column_keys(tuple((column.name, _named(column)) for column in feed.columns))
    positions: dict[str, int] = {}
    extra: list[str] = []
    for position, header in enumerate(headers):
        name = exact.get(strict_key(header))
        if name is None:
            key = loose_key(header)
            candidates = loose.get(key, set()) if key else set()
            name = next(iter(candidates)) if len(candidates) == 1 else None
        if name is None:
            extra.append(header)
        elif name in positions:
            first = headers[positions[name]]
            raise ReadRefused(
                Message(
                    "read.column_twice",
                    f"Tệp {file_name}: hai cột “{first}” và “{header}” cùng ứng với cột {name}. "
                    "Hãy giữ lại một cột rồi gửi lại.",
                    f"File {file_name}: two headers, “{first}” and “{header}”, stand for column {name}. "
                    "Keep one of them and send the file again.",
                )
            )
        else:
            positions[name] = position
    return ColumnMatch(positions, tuple(extra))


def needed_columns(feed: Feed, optional: Container[str]) -> list[str]:
    """Columns that must stand in a file: the required ones, but for `optional`, and the reader's `columns_needed`."""
    needed = [c.name for c in feed.columns if c.required and c.name not in optional]
    return needed + [n for n in feed.reader.get("columns_needed", ()) if n not in needed]


def refuse_missing(feed: Feed, match: ColumnMatch, needed: Sequence[str], headers: Sequence[str], file: str) -> None:
    """Raise ReadRefused when a needed column is not in the file; names the nearest header."""
    missing = [name for name in needed if name not in match.positions]
    if not missing:
        return
    hints_vi, hints_en = [], []
    left = {loose_key(header): header for header in match.extra if header.strip()}
    for name in missing:
        words = [loose_key(s) for s in spellings(feed.column(name))]
        near = [left[n] for w in words for n in difflib.get_close_matches(w, list(left), n=1, cutoff=0.6)]
        if near:
            hints_vi.append(f"cột “{near[0]}” có phải là {name}?")
            hints_en.append(f"is “{near[0]}” meant to be {name}?")
    listed = ", ".join(missing)
    found = ", ".join(f"“{h}”" for h in list(headers)[:40]) or "∅"
    raise ReadRefused(
        Message(
            "read.column_missing",
            f"Tệp {file}: thiếu cột bắt buộc {listed}. Các cột có trong tệp: {found}. "
            + " ".join(h[:1].upper() + h[1:] for h in hints_vi)
            + (" " if hints_vi else "")
            + "Hãy thêm cột hoặc đặt lại tên cột đúng như hợp đồng dữ liệu rồi gửi lại.",
            f"File {file}: mandatory column(s) {listed} missing. Headers found: {found}. "
            + " ".join(h[:1].upper() + h[1:] for h in hints_en)
            + (" " if hints_en else "")
            + "Add the column or rename it as in the data contract and send the file again.",
        )
    )


def no_header(feed: Feed, file: str, first: Sequence[str]) -> ReadRefused:
    """The refusal of a file in which no row looks like the header; `first`: the cells of its first line."""
    found = ", ".join(f"“{cell.strip()[:60]}”" for cell in first[:20])
    return ReadRefused(
        Message(
            "read.no_header",
            f"Tệp {file}: không tìm thấy dòng tiêu đề có các cột của hợp đồng {feed.id}. Dòng đầu có: {found}. "
            "Hãy thêm dòng tiêu đề rồi gửi lại.",
            f"File {file}: no header row with the columns of contract {feed.id}. The first line has: {found}. "
            "Add the header row and send the file again.",
        )
    )


def skipped_notice(skipped: int, location: str) -> list[Notice]:
    """What to say about filled lines above the header."""
    vi = f"{skipped} dòng phía trên dòng tiêu đề không được đọc."
    en = f"{skipped} line(s) above the header row were not read."
    return [Notice(Text(vi, en), location)] if skipped else []


def column_notices(feed: Feed, match: ColumnMatch, silent: Sequence[str], location: str | None) -> list[Notice]:
    """Notices for headers that no column takes and for columns that the file does not carry."""
    notices = []
    for header in match.extra[:MOST_NOTICED]:
        vi, en = f"Cột “{header}”", f"Column “{header}”"
        if not header.strip():
            vi, en = "Một cột không có tên", "A column without a name"
        text = Text(f"{vi} không có trong hợp đồng dữ liệu, không được đọc.", f"{en} is not in the contract; not read.")
        notices.append(Notice(text, location))
    more = len(match.extra) - MOST_NOTICED
    if more > 0:
        notices.append(
            Notice(Text(f"Và {more} cột khác không được đọc.", f"And {more} more columns not read."), location)
        )
    absent = [c.name for c in feed.columns if c.name not in match.positions and c.name not in silent]
    if absent:
        listed = ", ".join(absent)
        notices.append(
            Notice(
                Text(
                    f"Tệp không có cột {listed}: giá trị để trống.",
                    f"The file has no column {listed}: values are left empty.",
                ),
                location,
            )
        )
    return notices
