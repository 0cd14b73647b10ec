"""JSON record files → raw records: an array, JSON lines, or an envelope `{"data": [...], "error": …, "total": …}`."""

from __future__ import annotations

import codecs
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import ReadRefused, Text
from ioc_pipeline.read.file_content import refused
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.records.column_match import column_notices, match_columns, refuse_missing
from ioc_pipeline.read.records.json_depth import nests_beyond
from ioc_pipeline.read.records.json_envelope import STREAMED_FROM, beside_data, stream_records
from ioc_pipeline.read.records.json_lines import BROKEN_SHARE, LONGEST_LINE, SortedLines, sort_lines
from ioc_pipeline.read.records.json_values import decoder, malformed
from ioc_pipeline.read.records.raw_table import RawTable, identifier, literal
from ioc_pipeline.read.text.text_encoding import TextFile

MAX_ENVELOPE = 64 * 1024 * 1024
"""Bytes of a JSON document that is parsed as a whole (about ten times as much memory); arrays, JSON lines and the
envelopes of record feeds stream and have no such limit."""
_FIRST_LINE = 8 * 1024 * 1024
"""Bytes of a line that may still be one record among lines; a longer first line is a whole document."""
MAX_DEPTH = 500
"""Brackets open at once; real messages have fewer than ten."""
ENVELOPE_KEYS = {"data", "error", "total"}


def looks_like_json(path: Path) -> bool:
    """Whether the text starts as a JSON array or object."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return file.read(4096).lstrip()[:1] in ("[", "{")


def parse_document(path: Path, name: str) -> Any:
    """A whole JSON document; JSON lines become a list.

    Raises ReadRefused for malformed or truncated text (naming line and column), for NaN or Infinity, for repeated keys
    in one object and for documents beyond MAX_ENVELOPE bytes.
    """
    if path.stat().st_size > MAX_ENVELOPE:
        raise refused(
            "read.too_large",
            f"Tệp {name} lớn hơn {MAX_ENVELOPE >> 20} MiB, không đọc được một lần. Hãy chia thành nhiều tệp dưới "
            f"{MAX_ENVELOPE >> 20} MiB rồi gửi lần lượt.",
            f"File {name} is larger than {MAX_ENVELOPE >> 20} MiB and cannot be read at once. Split it into files "
            f"below {MAX_ENVELOPE >> 20} MiB and send them one after the other.",
        )
    text = path.read_text(encoding="utf-8-sig").rstrip()
    try:
        return decoder().decode(text)
    except json.JSONDecodeError as error:
        lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
        if error.msg == "Extra data" and len(lines) > 1:
            return [_line(line, number, name) for number, line in lines]
        raise malformed(name, error.lineno, error.msg) from error
    except (RecursionError, ValueError) as error:
        raise malformed(name, None, str(error)) from error


def _line(line: str, number: int, name: str) -> Any:
    try:
        return decoder().decode(line)
    except json.JSONDecodeError as error:
        raise malformed(name, number, error.msg) from error
    except (RecursionError, ValueError) as error:
        raise malformed(name, number, str(error)) from error


def envelope_data(document: Any, name: str) -> tuple[list[Any], str]:
    """Records of a parsed document and the JSON path of the list (`$`, `$.data`; `$.data!` for a single object).

    Raises ReadRefused when the envelope reports an error or holds no list.
    """
    if isinstance(document, list):
        return document, "$"
    if isinstance(document, dict) and ENVELOPE_KEYS & document.keys():
        error = document.get("error")
        if error and not _no_error(error):
            said = error
            if isinstance(error, dict):
                said = error.get("userMessage") or error.get("internalMessage") or error
            raise refused(
                "read.source_error",
                f"Tệp {name}: hệ thống nguồn báo lỗi “{said}” thay vì số liệu. Hãy kiểm tra nguồn rồi gửi lại.",
                f"File {name}: the source system reports the error “{said}” instead of data. "
                "Check the source and send again.",
            )
        data = document.get("data")
        if isinstance(data, list):
            return data, "$.data"
        if isinstance(data, dict):
            return [data], "$.data!"
        raise refused(
            "read.no_records",
            f"Tệp {name}: phần “data” trống. Hãy kiểm tra nguồn rồi gửi lại.",
            f"File {name}: “data” is empty. Check the source and send again.",
        )
    if isinstance(document, dict):
        return [document], "$!"
    raise malformed(name, None, "neither an array nor an object of records")


def _no_error(error: Any) -> bool:
    """An error object whose fields are all empty, or whose code is 0 or 200 without messages, reports none."""
    if not isinstance(error, dict):
        return False
    messages = [v for k, v in error.items() if k != "code"]
    return not any(messages) and error.get("code") in (None, "", 0, "0", 200, "200")


def record_path(base: str, index: int) -> str:
    """JSON path of a record."""
    return base[:-1] if base.endswith("!") else f"{base}[{index}]"


def read_json_records(
    con: duckdb.DuckDBPyConnection, feed: Feed, file: TextFile, name: str, work: Path, derived: frozenset[str]
) -> RawTable:
    """Records of a JSON file; ReadRefused when it is malformed, holds no objects or never has a mandatory key.

    Of JSON lines the broken ones are rows of their own with their raw text, up to the share that the contract bears.
    """
    if nests_beyond(file.path, MAX_DEPTH):
        raise malformed(name, None, f"nested more than {MAX_DEPTH} deep")
    source, layout, base = _as_stream(file.path, name, work)
    lines: SortedLines | None = None
    try:
        keysets = _keysets(con, source, layout, name)
    except ReadRefused:
        if base != "lines":
            raise
        lines = sort_lines(source, work / "good-lines.json")
        if not lines.broken:
            raise
        lines.refuse_beyond(float(feed.reader.get("broken_share", BROKEN_SHARE)), name)
        source = lines.path
        keysets = _keysets(con, source, layout, name)
    reading = _reading(source, layout)
    received = sum(count for _, count, _ in keysets)
    if received == 0:
        raise refused(
            "read.no_records",
            f"Tệp {name} không có bản ghi nào. Hãy kiểm tra bước xuất dữ liệu rồi gửi lại.",
            f"File {name} holds no records. Check the export and send it again.",
        )
    headers = _headers(keysets)
    match = match_columns(feed, headers, name)
    refuse_missing(feed, match, [c.name for c in feed.columns if c.required and c.name not in derived], headers, name)
    raw = work / "raw.parquet"
    wanted = {column: headers[position] for column, position in match.positions.items()}
    # Only where it matters whether a value came as a number is it read as JSON; text is faster.
    watched = {n for n in wanted if feed.column(n).identifier or feed.column(n).type in ("DOUBLE", "BIGINT")}
    columns = ", ".join(f"{literal(key)}: '{'JSON' if n in watched else 'VARCHAR'}'" for n, key in wanted.items())
    selected = ", ".join(
        f"{identifier(key)} ->> '$' AS c{i}, json_type({identifier(key)}) AS k{i}"
        if n in watched
        else f"{identifier(key)} AS c{i}"
        for i, (n, key) in enumerate(wanted.items())
    )
    try:
        con.execute(
            f"COPY (SELECT {selected} FROM read_json({reading}, columns = {{{columns}}})) "
            f"TO {literal(str(raw))} (FORMAT parquet, COMPRESSION snappy)"
        )
    except duckdb.Error as error:
        raise _refusal(error, name) from error
    notices = [*file.notices, *column_notices(feed, match, (*derived, *_nullable(feed)), None)]
    if lines is not None:
        placed = work / "placed.parquet"
        lines.with_places(con, raw, placed)
        raw, received = placed, received + len(lines.broken)
        notices += _cut_notice(lines)
    location = {
        "$": "'$[' || file_row_number || ']'",
        "$.data": "'$.data[' || file_row_number || ']'",
        "lines": f"'dòng ' || ({'file_row_number + 1' if lines is None else '_line'})",
    }.get(base, literal(base.rstrip("!")))
    by_type = "CASE WHEN k{i} IN ('OBJECT', 'ARRAY') THEN 'nested' WHEN k{i} = 'BOOLEAN' THEN 'boolean' "
    by_type += "WHEN k{i} IS NOT NULL AND k{i} NOT IN ('VARCHAR', 'NULL') THEN 'number' END"
    by_look = "CASE WHEN c{i}[1] IN ('{', '[') AND json_valid(c{i}) THEN 'nested' END"
    return RawTable(
        path=raw,
        received=received,
        text={column: f"c{i}" for i, column in enumerate(wanted)},
        location=location,
        kind={n: (by_type if n in watched else by_look).replace("{i}", str(i)) for i, n in enumerate(wanted)},
        notices=tuple(notices),
        broken=None if lines is None else "_broken",
    )


def _nullable(feed: Feed) -> tuple[str, ...]:
    """A record may leave out an empty key: its absence from a whole JSON file says nothing."""
    return tuple(c.name for c in feed.columns if not c.required)


def _cut_notice(lines: SortedLines) -> list[Notice]:
    if not lines.cut:
        return []
    line = lines.broken[-1][0]
    return [
        Notice(
            Text(
                "Dòng cuối bị đứt giữa chừng: tệp có thể đã bị cắt và thiếu các bản ghi phía sau. Hãy gửi lại cả tệp.",
                "The last line breaks off: the file may have been cut and lack what followed. Send the whole file.",
            ),
            f"dòng {line}",
            "IOC-DU-05",
        )
    ]


def _reading(source: Path, layout: str) -> str:
    return f"{literal(str(source))}, format = '{layout}', maximum_object_size = {LONGEST_LINE}"


def _keysets(con: duckdb.DuckDBPyConnection, source: Path, layout: str, name: str) -> list[tuple[list[str], int, str]]:
    """Sets of keys that the records have, how many have each; ReadRefused unless all are objects without a repeated
    key."""
    try:
        found = con.execute(
            "SELECT keys, count(*), min(CASE WHEN len(keys) > 0 THEN 'OBJECT' ELSE json_type(json) END) "
            "FROM (SELECT json, json_keys(json) AS keys "
            f"FROM read_json_objects({_reading(source, layout)})) GROUP BY 1"
        ).fetchall()
    except duckdb.Error as error:
        raise _refusal(error, name) from error
    for keys, count, kind in found:
        if kind != "OBJECT":
            raise refused(
                "read.not_objects",
                f"Tệp {name}: {count} bản ghi không phải đối tượng JSON. Hãy xuất mỗi bản ghi thành đối tượng {{…}}.",
                f"File {name}: {count} record(s) are not JSON objects {{…}}. Export each record as an object.",
            )
        if len(set(keys or [])) != len(keys or []):
            twice = sorted({k for k in keys if keys.count(k) > 1})
            raise malformed(name, None, f"repeated key {', '.join(twice)}")
    return [(keys or [], count, kind) for keys, count, kind in found]


def _headers(keysets: Sequence[tuple[list[str], int, str]]) -> list[str]:
    headers: dict[str, None] = {}
    for keys, _, _ in keysets:
        headers.update(dict.fromkeys(keys))
    return list(headers)


def _as_stream(path: Path, name: str, work: Path) -> tuple[Path, str, str]:
    """(file, DuckDB layout, base path) of records that DuckDB can stream."""
    path = _without_bom(path, work)
    with path.open(encoding="utf-8") as file:
        if file.read(4096).lstrip().startswith("["):
            return path, "array", "$"
    if _are_lines(path):
        return path, "newline_delimited", "lines"
    target = work / "records.json"
    if path.stat().st_size >= STREAMED_FROM and stream_records(path, name, target):
        envelope_data(beside_data(path, name), name)  # an error of the source is said in its own words
        return target, "newline_delimited", "$.data"
    records, base = envelope_data(parse_document(path, name), name)
    with target.open("w", encoding="utf-8") as out:
        try:
            for record in records:
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
        except UnicodeEncodeError as error:
            raise malformed(name, None, "lone surrogate in a text") from error
    return target, "newline_delimited", base


def _are_lines(path: Path) -> bool:
    """True when the first line is a record of its own and others follow, or the next two are: a document printed over
    several lines never has two lines after its first that are complete objects."""
    first: list[bytes] = []
    with path.open("rb") as file:
        while len(first) < 4 and (line := file.readline(_FIRST_LINE)):
            if len(line) == _FIRST_LINE and not line.endswith(b"\n"):
                return False
            first += [line] if line.strip() else []
    kinds = [_record(line) for line in first]
    if kinds and kinds[0] is not None:
        return kinds[0] and len(kinds) > 1
    return kinds[1:3] == [True, True]


def _record(line: bytes) -> bool | None:
    """True for a record, False for an envelope, None for neither."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return not ENVELOPE_KEYS & value.keys() if isinstance(value, dict) else None


def _without_bom(path: Path, work: Path) -> Path:
    """DuckDB reads no JSON lines behind a byte-order mark."""
    with path.open("rb") as file:
        if file.read(3) != codecs.BOM_UTF8:
            return path
        target = work / "without-bom.json"
        with target.open("wb") as out:
            shutil.copyfileobj(file, out)
    return target


def _refusal(error: duckdb.Error, name: str) -> Exception:
    detail = re.sub(r'in file ".*?"', "", str(error).split("\n")[0])
    where = re.search(r"(?:line|record/value) (\d+)", detail)
    return malformed(name, None, detail.strip() if where is None else f"{detail.strip()}")
