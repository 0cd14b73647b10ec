"""The archive of a pull's pages → one JSON array for the feed's own reader, and back to page and place.

A record that came on more than one page, in every field the same, is one record: paging moved it, nobody sent it twice.
"""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from ioc_pipeline.messages import Text
from ioc_pipeline.read.file_content import MAX_UNPACKED, refused
from ioc_pipeline.read.reading import Notice, Reading
from ioc_pipeline.read.records.raw_table import literal
from ioc_pipeline.receive.json_page import PageWrong, at, digest, parse
from ioc_pipeline.receive.page_archive import FORMAT, INDEX

_MAX_PAGE = 256 * 1024 * 1024


@dataclass(frozen=True)
class Joined:
    """`runs`: (number of the first record in the joined array, page, JSON path of its list, its position there)."""

    runs: list[tuple[int, str, str, int]]
    repeated: int


def is_page_archive(path: Path) -> bool:
    """True for a zip that says it holds the pages of a pull."""
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return bool(_index(archive).get("format") == FORMAT)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        return False


def _index(archive: zipfile.ZipFile) -> dict[str, Any]:
    with archive.open(INDEX) as member:
        index = json.loads(member.read(_MAX_PAGE))
    return index if isinstance(index, dict) else {}


def join_pages(path: Path, name: str, target: Path) -> Joined:
    """Write the records of every page into one array; ReadRefused when a page is not what the index says."""
    seen: set[bytes] = set()
    runs: list[tuple[int, str, str, int]] = []
    count = repeated = unpacked = 0
    with zipfile.ZipFile(path) as archive, target.open("w", encoding="utf-8", errors="surrogatepass") as out:
        index = _index(archive)
        out.write("[")
        for entry in index["pages"]:
            with archive.open(entry["name"]) as member:
                data = member.read(_MAX_PAGE + 1)
            unpacked += len(data)
            if len(data) > _MAX_PAGE or unpacked > MAX_UNPACKED:
                raise refused("read.too_large", f"Tệp {name} giải nén quá lớn.", f"File {name} unpacks to too much.")
            try:
                records = at(parse(data, entry["encoding"]), index["records"])
            except (PageWrong, UnicodeDecodeError, LookupError) as error:
                raise _damaged(name, entry["name"]) from error
            if not isinstance(records, list):
                raise _damaged(name, entry["name"])
            broken = True
            for position, record in enumerate(records):
                if (mark := digest(record)) in seen:
                    repeated, broken = repeated + 1, True
                    continue
                seen.add(mark)
                if broken:
                    runs.append((count, entry["name"], index["records"], position))
                    broken = False
                out.write(("," if count else "") + "\n" + json.dumps(record, ensure_ascii=False))
                count += 1
        out.write("\n]\n")
    return Joined(runs, repeated)


def _damaged(name: str, page: str) -> Exception:
    return refused(
        "read.page",
        f"Tệp {name}: trang {page} hỏng. Hãy kéo lại dữ liệu (ioc pull).",
        f"File {name}: page {page} is damaged. Pull the data again (ioc pull).",
    )


def locate(reading: Reading, joined: Joined) -> Reading:
    """Say of every row on which page and where there it stands, instead of its number in the joined array."""
    runs = ", ".join(f"({n}, {literal(page)}, {literal(path)}, {p})" for n, page, path, p in joined.runs)
    place = reading.rows_path.with_suffix(".placed")
    source = f"read_parquet({literal(str(reading.rows_path))})"
    with duckdb.connect() as con:
        con.execute(
            f"""COPY (
              SELECT rows.* EXCLUDE (_at) REPLACE (coalesce(
                page || ' ' || path || '[' || (_at - first + position) || ']'
                  || regexp_replace(_location, '^\\$\\[\\d+\\]', ''), _location) AS _location)
              FROM (SELECT *, coalesce(TRY_CAST(regexp_extract(_location, '^\\$\\[(\\d+)\\]', 1) AS BIGINT), -1) AS _at
                    FROM {source}) rows
              ASOF LEFT JOIN (VALUES {runs}) AS run(first, page, path, position) ON rows._at >= run.first
              ORDER BY _row
            ) TO {literal(str(place))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"""
        )
    os.replace(place, reading.rows_path)
    if not joined.repeated:
        return reading
    words = Text(
        f"{joined.repeated} bản ghi lặp nguyên vẹn giữa các trang, chỉ tính một lần.",
        f"{joined.repeated} records came unchanged on more than one page and count once.",
    )
    return replace(reading, notices=(*reading.notices, Notice(words, None)))
