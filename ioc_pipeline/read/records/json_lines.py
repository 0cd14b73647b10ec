"""One record per line, some lines broken: those are set aside with their number, the others are read."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from ioc_pipeline.read.file_content import refused
from ioc_pipeline.read.records.json_values import decoder
from ioc_pipeline.read.records.raw_table import literal

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of one record."""
BROKEN_SHARE = 0.1
"""Share of broken lines beyond which the file is refused, unless the contract's reader says `broken_share`."""
_SHOWN = 2000


@dataclass
class SortedLines:
    """Where the good lines of a file are now (`path`), which lines they were, and the broken ones with their text."""

    path: Path
    good: array[int] = field(default_factory=lambda: array("q"))
    broken: list[tuple[int, str]] = field(default_factory=list)
    cut: bool = False  # the last line is broken and has no end: the file may have been cut

    def refuse_beyond(self, share: float, name: str) -> None:
        """Raise ReadRefused when more lines are broken than the contract bears."""
        total = len(self.good) + len(self.broken)
        if not self.good or len(self.broken) > share * total:
            line, _ = self.broken[0]
            raise refused(
                "read.json_malformed",
                f"Tệp {name}: {len(self.broken)} trên {total} dòng không phải bản ghi JSON, đầu tiên là dòng {line} "
                f"(mức cho phép {share:.0%}). Hãy xuất lại và gửi lại toàn bộ tệp.",
                f"File {name}: {len(self.broken)} of {total} lines are no JSON records, the first is line {line} "
                f"({share:.0%} is allowed). Export it again and send the whole file.",
            )

    def with_places(self, con: duckdb.DuckDBPyConnection, records: Path, out: Path) -> None:
        """The raw records of the good lines with `_line`, and one row per broken line with `_broken`, in file order."""
        _lines = pa.table({"_line": pa.array(self.good, pa.int64())})
        _broken = pa.table(
            {
                "_line": pa.array([line for line, _ in self.broken], pa.int64()),
                "_broken": pa.array([text for _, text in self.broken], pa.string()),
            }
        )
        con.execute(
            f"COPY (SELECT * FROM (SELECT r.*, l._line, NULL::VARCHAR AS _broken FROM read_parquet("
            f"{literal(str(records))}) r POSITIONAL JOIN _lines l UNION ALL BY NAME SELECT * FROM _broken) "
            f"ORDER BY _line) TO {literal(str(out))} (FORMAT parquet, COMPRESSION snappy)"
        )


def sort_lines(path: Path, target: Path) -> SortedLines:
    """Copy the lines that are JSON objects to `target`; blank lines are none. Memory holds one line at a time."""
    found = SortedLines(target)
    parse = decoder()
    ended = True
    with target.open("wb") as out:
        for number, line, whole in _lines_of(path):
            ended = line.endswith(b"\n")
            if not line.strip():
                continue
            if whole and _is_object(parse, line):
                out.write(line if ended else line + b"\n")
                found.good.append(number)
            else:
                found.broken.append((number, line[: 4 * _SHOWN].decode("utf-8", "replace").strip()[:_SHOWN]))
    found.cut = bool(found.broken) and not ended and found.broken[-1][0] > (found.good[-1] if found.good else 0)
    return found


def _lines_of(path: Path) -> Iterator[tuple[int, bytes, bool]]:
    """(number, bytes, whole) of every line; of a line beyond LONGEST_LINE only the beginning, not whole."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            whole = len(line) < LONGEST_LINE or line.endswith(b"\n")
            rest = line
            while not whole and rest and not rest.endswith(b"\n"):
                rest = file.readline(LONGEST_LINE)
            yield number, line, whole


def _is_object(parse: json.JSONDecoder, line: bytes) -> bool:
    try:
        record = parse.decode(line.decode("utf-8"))
        json.dumps(record, ensure_ascii=False).encode()  # a lone surrogate is no text
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict)
