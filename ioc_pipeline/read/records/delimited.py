"""Delimited text (CSV, TSV …) → raw records.

DuckDB reads well-formed files in parallel. Whatever it refuses, and every file where records and physical lines do not
match one to one (line breaks inside quotes, blank lines), goes through Python's `csv`, which can say which line is
malformed. A record's location is the physical line it starts on; the file's first line is line 1.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ioc_pipeline.contracts.model import CodeList, Feed
from ioc_pipeline.messages import ReadRefused
from ioc_pipeline.read.connection import SMALL_BYTES
from ioc_pipeline.read.file_content import refused
from ioc_pipeline.read.records.column_match import (
    ColumnMatch,
    column_notices,
    match_columns,
    needed_columns,
    no_header,
    refuse_missing,
    skipped_notice,
)
from ioc_pipeline.read.records.delimited_records import records
from ioc_pipeline.read.records.one_pass import as_raw_table, copy_typed, fits_one_pass, sample_certain, typed_as_read
from ioc_pipeline.read.records.raw_table import RawTable, identifier, literal
from ioc_pipeline.read.records.typed_columns import FIRST_YEAR, LAST_YEAR, SAMPLED, usual_format
from ioc_pipeline.read.text.text_encoding import TextFile
from ioc_pipeline.read.values.unit_line import StatedUnit, declared_units, judged_units, stated_units, unit_of_rows

DELIMITERS = (",", ";", "\t", "|")
HEADER_WITHIN = 40
"""The header row is looked for among this many first records."""
_LONGEST_FIELD = 16 * 1024 * 1024
_BATCH = 50_000
_RAW_SHOWN = 2000
_TABLE = "raw_records"


@dataclass(frozen=True)
class Header:
    """Where the header row is and how its cells match the contract."""

    delimiter: str
    cells: tuple[str, ...]
    first_line: int
    last_line: int
    skipped: int  # non-empty records above it
    match: ColumnMatch


def read_delimited(
    con: duckdb.DuckDBPyConnection,
    feed: Feed,
    file: TextFile,
    name: str,
    work: Path,
    derived: frozenset[str],
    units: CodeList | None = None,
    at_once: RawTable | None = None,
) -> RawTable:
    """Records of a delimited text file; ReadRefused when there is no header, a column is missing, no record follows, or
    a line above the header gives another unit than the contract.

    `derived`: columns that may be absent because a later step fills them. `units`: the registry of units. `at_once`:
    what `rows_at_once` made of the file; taken when records and lines match one to one.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    header = find_header(feed, file.path, name)
    stated = _stated_units(file.path, header, units)
    unit = unit_of_rows(feed, header.match.positions, stated)
    needed = needed_columns(feed, derived | ({"unit"} if unit else set()))
    refuse_missing(feed, header.match, needed, header.cells, name)
    at = f"dòng {header.first_line}"
    notices = [*file.notices, *column_notices(feed, header.match, (*derived, "simulated"), at)]
    notices += skipped_notice(header.skipped, at)
    if units is not None and unit is None:
        notices += judged_units(stated, declared_units(feed), units, name)
    raw = work / "raw.parquet"
    large = file.path.stat().st_size > SMALL_BYTES
    received, native = None, {}
    if at_once is not None and not file.lone_carriage_returns and at_once.received == file.lines - header.last_line:
        return replace(at_once, notices=tuple(notices), composed=file.composed)
    if large and (moments := _moments(con, feed, _sample(con, file.path, header))):
        received = _fast(con, file, header, raw, moments)
        native = {c: f"c{header.match.positions[c]}" for c in moments} if received is not None else {}
    if received is None:
        received = _fast(con, file, header, raw if large else None)
    physical = received is not None
    if received is None:
        received = _careful(file, header, raw, name)
    if received == 0:
        raise refused(
            "read.no_records",
            f"Tệp {name} chỉ có dòng tiêu đề, không có bản ghi nào. Hãy kiểm tra bước xuất dữ liệu rồi gửi lại.",
            f"File {name} has a header but no records. Check the export and send it again.",
        )
    line = f"file_row_number + {header.last_line + 1}" if physical else "_line"
    return RawTable(
        path=raw,
        received=received,
        text={column: f"c{position}" for column, position in header.match.positions.items()}
        | {column: f"CAST({cell} AS VARCHAR)" for column, cell in native.items()}
        | ({"unit": literal(unit)} if unit else {}),
        native=native,
        location=f"'dòng ' || ({line})",
        broken=None if physical else "_broken",
        notices=tuple(notices),
        table=_TABLE if physical and not large else None,
        dictionaries=large,
        composed=file.composed,
    )


def _stated_units(path: Path, header: Header, units: CodeList | None) -> list[StatedUnit]:
    if units is None or not header.skipped:
        return []
    above = [r for r in _first_records(path, header.delimiter) if r[0] < header.first_line]
    return stated_units(([(f"dòng {start}", cell) for cell in cells] for start, _, cells in above), units)


def find_header(feed: Feed, path: Path, name: str) -> Header:
    """The delimiter and the record whose cells match most columns of the contract."""
    best: Header | None = None
    ambiguous: ReadRefused | None = None
    first: tuple[str, ...] = ()
    for delimiter in DELIMITERS:
        skipped = 0
        for start, end, cells in _first_records(path, delimiter):
            while cells and not cells[-1].strip():
                cells = cells[:-1]
            if not cells:
                continue
            if not first or (len(cells) > len(first) and start == 1):
                first = cells
            try:
                match = match_columns(feed, cells, name)
            except ReadRefused as error:
                ambiguous = ambiguous or error
                continue
            if match.score > (best.match.score if best else 0):
                hint = cells[0].casefold().startswith("sep=")
                best = Header(delimiter, cells, start, end, skipped - hint, match)
                if match.score == len(feed.columns) > 1:
                    return best  # nothing could match better
            skipped += not cells[0].casefold().startswith("sep=")
    if ambiguous is not None and (best is None or best.match.score < 2):
        raise ambiguous
    if best is None:
        raise no_header(feed, name, first)
    return best


def _first_records(path: Path, delimiter: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """First records with the physical lines they start and end on; stops at anything malformed."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        start = 1
        try:
            for count, cells in enumerate(reader):
                if count >= HEADER_WITHIN:
                    return
                yield start, reader.line_num, tuple(cells)
                start = reader.line_num + 1
        except csv.Error:
            return


def rows_at_once(
    con: duckdb.DuckDBPyConnection,
    feed: Feed,
    path: Path,
    name: str,
    work: Path,
    code_lists: Mapping[str, CodeList],
) -> RawTable | None:
    """The typed rows of a large file whose every value seems to be certain as it stands; None when one is not, and for
    every file that is not regular. Nothing is known yet about the file's bytes: its encoding may be checked meanwhile.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        header = find_header(feed, path, name)
        positions = header.match.positions
        if not fits_one_pass(feed, positions):
            return None
        sample = _sample(con, path, header)
        moments = _moments(con, feed, sample)
    except (ReadRefused, UnicodeDecodeError):
        return None
    dated = [c.name for c in feed.columns if c.type in ("DATE", "TIMESTAMP") and c.name in positions]
    if moments is None or not moments.keys() >= set(dated) or not sample_certain(con, feed, sample, code_lists):
        return None
    rows = typed_as_read(feed, positions, _scan(path, header, moments), header.last_line + 1)
    out = work / "raw.parquet"
    received = copy_typed(con, rows, out)
    if not received or (dated and not _within_years(con, out, [identifier(column) for column in dated])):
        return None
    source, text, native = as_raw_table(feed, positions, out)
    location = f"'dòng ' || (file_row_number + {header.last_line + 1})"
    return RawTable(out, received, text, location, native=native, dictionaries=True, complete=True, wrapped=source)


def _sample(con: duckdb.DuckDBPyConnection, path: Path, header: Header) -> RawTable:
    """The first records of a file."""
    first = islice(records(path, header.delimiter, header.last_line, len(header.cells)), SAMPLED)
    values = [cells for _, cells, broken in first if broken is None]
    positions = header.match.positions
    _first = pa.table(
        {f"c{p}": pa.array([cells[p] or None for cells in values], pa.string()) for p in positions.values()}
    )
    con.execute("CREATE OR REPLACE TEMP TABLE raw_sample AS SELECT * FROM _first")
    texts = {name: f"c{position}" for name, position in positions.items()}
    return RawTable(path, len(values), texts, "''", table="raw_sample", dictionaries=True)


def _moments(con: duckdb.DuckDBPyConnection, feed: Feed, sample: RawTable) -> dict[str, tuple[str, str]] | None:
    """Type and format of the columns of dates and times, where the first values have one format for each type: DuckDB
    then parses them as it reads. None when that is not so."""
    columns = [c for c in feed.columns if c.type in ("DATE", "TIMESTAMP") and c.name in sample.text]
    if feed.shape == "observations":
        return None
    usual = usual_format(con, sample, columns)
    found = {c.name: (c.type, usual[c.name]) for c in columns if c.name in usual}
    for column in columns:  # empty so far: what is to come will have the format of its like, or is read again
        like = [c for c in columns if c.name in usual and (c.type, c.formats) == (column.type, column.formats)]
        if column.name not in usual and like:
            found[column.name] = (column.type, usual[like[0].name])
    return found if len({kind for kind, _ in found.values()}) == len(set(found.values())) else None


def _scan(path: Path, header: Header, moments: Mapping[str, tuple[str, str]]) -> str:
    """The columns of the contract as DuckDB reads them: texts, and moments by their formats."""
    names = [f"c{i}" for i in range(len(header.cells))]
    types = dict.fromkeys(names, "VARCHAR")
    types |= {names[header.match.positions[column]]: kind for column, (kind, _) in moments.items()}
    columns = ", ".join(f"'{n}': '{t}'" for n, t in types.items())
    kept = ", ".join(identifier(names[p]) for p in header.match.positions.values())
    formats = "".join(f", {kind.lower()}format = {literal(form)}" for kind, form in set(moments.values()))
    return (
        f"SELECT {kept} FROM read_csv({literal(str(path))}, delim = {literal(header.delimiter)}, "
        f"quote = '\"', escape = '\"', header = false, skip = {header.last_line}, auto_detect = false, "
        f"columns = {{{columns}}}, strict_mode = true, nullstr = '', max_line_size = {_LONGEST_FIELD}{formats})"
    )


def _fast(
    con: duckdb.DuckDBPyConnection,
    file: TextFile,
    header: Header,
    raw: Path | None,
    moments: Mapping[str, tuple[str, str]] | None = None,
) -> int | None:
    """Read with DuckDB into the Parquet file `raw`, a small file into a temporary table (`raw` None); `moments` are
    parsed on the way, and None is returned when one of them does not parse or lies outside the years accepted.

    A Parquet file keeps memory bounded and its dictionaries spare the later steps most texts. None when the file needs
    the careful reader.
    """
    if file.lone_carriage_returns:
        return None
    scan = _scan(file.path, header, moments or {})
    try:
        if raw is None:
            con.execute(f"CREATE OR REPLACE TEMP TABLE {_TABLE} AS {scan}")
            counted = con.execute(f"SELECT count(*) FROM {_TABLE}").fetchone()
        else:
            counted = con.execute(
                f"COPY ({scan}) TO {literal(str(raw))} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880)"
            ).fetchone()
            if moments and not _within_years(con, raw, [f"c{header.match.positions[c]}" for c in moments]):
                return None
    except duckdb.Error:
        return None
    rows = int(counted[0]) if counted else 0
    return rows if rows == max(file.lines - header.last_line, 0) else None


def _within_years(con: duckdb.DuckDBPyConnection, raw: Path, cells: list[str]) -> bool:
    tests = ", ".join(
        f"coalesce(isfinite(min({c})) AND year(min({c})) >= {FIRST_YEAR} AND isfinite(max({c})) "
        f"AND year(max({c})) <= {LAST_YEAR}, true)"
        for c in cells
    )
    return all(con.execute(f"SELECT {tests} FROM read_parquet({literal(str(raw))})").fetchone() or ())


def _careful(file: TextFile, header: Header, raw: Path, name: str) -> int:
    """Read record by record; malformed records are kept as one `_broken` row each."""
    width = len(header.cells)
    positions = list(header.match.positions.values())
    schema = pa.schema([*((f"c{p}", pa.string()) for p in positions), ("_line", pa.int64()), ("_broken", pa.string())])
    received = 0
    with pq.ParquetWriter(raw, schema, compression="snappy") as writer:
        batch: list[tuple[str | int | None, ...]] = []

        def write() -> None:
            columns = list(zip(*batch, strict=True)) or [()] * len(schema)
            arrays = [pa.array(values, f.type) for values, f in zip(columns, schema, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            batch.clear()

        for line, cells, broken in records(file.path, header.delimiter, header.last_line, width):
            if broken is None:
                batch.append((*(cells[p] for p in positions), line, None))
            else:
                batch.append((*([None] * len(positions)), line, broken[:_RAW_SHOWN]))
            received += 1
            if len(batch) >= _BATCH:
                write()
        if batch:
            write()
    return received
