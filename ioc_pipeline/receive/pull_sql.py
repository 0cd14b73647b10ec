"""Pull of a PostgreSQL table into one Parquet file: one read-only snapshot, streamed, types kept.

psycopg 3 rather than DuckDB's postgres extension or ADBC: transaction mode, timeouts and server-side cursor are ours to
set, errors say which of them struck, and its binary wheel needs neither a client installation nor a download.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import tenacity
from psycopg import sql

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.contracts.pull_source import PullSource
from ioc_pipeline.messages import Message, ReadRefused
from ioc_pipeline.read.records.column_match import match_columns, refuse_missing
from ioc_pipeline.receive import secrets
from ioc_pipeline.receive.pull_http import SKEW_SECONDS, Pulled
from ioc_pipeline.receive.pull_state import PullFailed, pulls_folder
from ioc_pipeline.settings import Places

_PLAIN: dict[str, pa.DataType] = {
    "bool": pa.bool_(), "int2": pa.int16(), "int4": pa.int32(), "int8": pa.int64(), "float4": pa.float32(),
    "float8": pa.float64(), "date": pa.date32(), "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", tz="UTC"), "bytea": pa.binary(),
}  # fmt: skip
_TIMES = frozenset({"date", "timestamp", "timestamptz"})
_AUTHENTICATION = re.compile(
    r"authentication failed|no pg_hba\.conf entry|role .* does not exist|password", re.IGNORECASE
)


class SqlPull:
    """One pull of one feed from a table."""

    def __init__(
        self,
        places: Places,
        feed: Feed,
        source: PullSource,
        location: str,
        timezone: str,
        watermark: dict[str, Any] | None,
    ) -> None:
        self.feed, self.source, self.location, self.timezone = feed, source, location, timezone
        self.watermark = watermark
        self.folder = pulls_folder(places, feed.id) / "sql"
        self.warnings: list[Message] = []
        self.skew: float | None = None

    def run(self) -> Pulled | None:
        """Fetch every row; None when there are none. Raises PullFailed when the pull cannot be whole.

        A connection that is lost is tried again from the start: a snapshot cannot be continued in another one.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        o = self.source.option
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(o("attempts")),
            wait=tenacity.wait_exponential_jitter(multiplier=o("backoff_seconds"), max=o("backoff_max_seconds")),
            retry=tenacity.retry_if_exception(_lost),
            reraise=True,
        )
        try:
            return retrying(self._attempt)
        except psycopg.Error as error:
            raise self._in_words(error, retrying.statistics.get("attempt_number", 1)) from None

    def finished(self) -> None:
        """Remove the pulled file."""
        (self.folder / "rows.parquet").unlink(missing_ok=True)

    def _attempt(self) -> Pulled | None:
        self.warnings.clear()
        options = self.source.options
        with psycopg.connect(
            self.location,
            user=secrets.resolve(options["user"]),
            password=secrets.resolve(options["password"]),
            sslmode=self.source.option("sslmode"),
            sslrootcert=options.get("sslrootcert"),
            connect_timeout=int(self.source.option("connect_seconds")),
            application_name="ioc_pipeline",
            autocommit=False,
        ) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            self._limit(connection)
            self._look_around(connection)
            not_finite: set[str] = set()
            while True:  # at most once for each column, and in one snapshot
                try:
                    return self._stream(connection, not_finite)
                except _NotFiniteError as found:
                    not_finite.add(found.column)

    def _limit(self, connection: psycopg.Connection[Any]) -> None:
        for name, option in (("statement_timeout", "statement_seconds"), ("lock_timeout", "lock_seconds")):
            milliseconds = int(float(self.source.option(option)) * 1000)
            connection.execute(sql.SQL("SET LOCAL {} = {}").format(sql.Identifier(name), sql.Literal(milliseconds)))

    def _look_around(self, connection: psycopg.Connection[Any]) -> None:
        """Compare clocks, and say so when the account may do more than it needs."""
        asked = time.time()
        row = connection.execute("SELECT clock_timestamp(), current_user").fetchone()
        assert row is not None
        self.skew = round(row[0].timestamp() - (asked + time.time()) / 2, 1)
        if abs(self.skew) > SKEW_SECONDS:
            self._warn(
                "pull.clock",
                f"đồng hồ của nguồn lệch {self.skew:+.0f} giây; mốc kéo lần sau lấy theo bản ghi của nguồn",
                f"the source's clock is {self.skew:+.0f} seconds from ours; the next pull goes by the source's records",
            )
        table = f"{_quoted(self.source.schema)}.{_quoted(self.source.options['table'])}"
        rights = connection.execute(
            "SELECT rolsuper OR bool_or(has_table_privilege(to_regclass(%s), p)) FROM pg_roles, "
            "unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p WHERE rolname = current_user GROUP BY rolsuper",
            [table],
        ).fetchone()
        if rights and rights[0]:
            self._warn(
                "pull.privileges",
                f"tài khoản {row[1]} có quyền ghi; chỉ nên có quyền đọc: GRANT SELECT ON {table} TO <tài khoản đọc>",
                f"account {row[1]} can write; it should only read: GRANT SELECT ON {table} TO <reading account>",
            )

    def _stream(self, connection: psycopg.Connection[Any], not_finite: Collection[str]) -> Pulled | None:
        headers = self._headers(connection)
        names = self._wanted(headers)
        query = self._query(names)
        target = self.folder / "rows.parquet"
        limit, rows = int(self.source.option("max_rows")), 0
        newest: tuple[Any, ...] | None = None
        incremental = self.source.incremental
        marks = [names.index(n) for n in self._order(names)] if incremental else []
        with connection.cursor(name="ioc_pull", binary=True) as cursor:
            cursor.execute(query)
            schema, converters = _schema(cursor.description or (), not_finite)
            with pq.ParquetWriter(target, schema, compression="zstd") as writer:
                while batch := cursor.fetchmany(int(self.source.option("fetch_rows"))):
                    rows += len(batch)
                    if rows > limit:
                        raise self._failed("pull.max_rows", f"nhiều hơn {limit} dòng", f"more than {limit} rows")
                    writer.write_batch(_record_batch(batch, schema, converters))
                    if target.stat().st_size > int(self.source.option("max_total_mib")) << 20:
                        raise self._failed("pull.too_large", "quá max_total_mib", "more than max_total_mib")
                    if marks:
                        newest = self._newest(newest, batch, marks)
        if rows == 0:
            return None
        return Pulled(target, "parquet", rows, self._origin(rows, names, newest), self.warnings)

    def _headers(self, connection: psycopg.Connection[Any]) -> list[str]:
        table = sql.Identifier(self.source.schema, self.source.options["table"])
        cursor = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(table))
        return [column.name for column in cursor.description or ()]

    def _wanted(self, headers: list[str]) -> list[str]:
        """Columns of the table that the contract knows, and no others: what is not declared is not fetched."""
        name = f"{self.source.schema}.{self.source.options['table']}"
        try:
            match = match_columns(self.feed, headers, name)
            needed = [c.name for c in self.feed.columns if c.required]
            needed += [n for n in self.feed.reader.get("columns_needed", ()) if n not in needed]
            refuse_missing(self.feed, match, needed, headers, name)
        except ReadRefused as refusal:
            raise PullFailed(refusal.message) from None
        wanted = [headers[position] for position in sorted(match.positions.values())]
        missing = [n for n in self._order(headers) if n not in wanted]
        if missing:
            columns = ", ".join(missing)
            raise self._failed(
                "pull.column",
                f"bảng {name} không có cột {columns} mà khai báo incremental cần; có: {', '.join(headers)}",
                f"table {name} has no column {columns}, which `incremental` needs; there are: {', '.join(headers)}",
            )
        return wanted

    def _order(self, headers: list[str]) -> list[str]:
        incremental = self.source.incremental
        return [incremental["column"], *incremental.get("key", ())] if incremental else []

    def _query(self, names: list[str]) -> sql.Composed:
        """What changed since the watermark, oldest change first.

        With an overlap everything from (watermark - overlap) on is asked for, ties included; facts already known stay
        as they are. Without, the row comparison (column, key) > (watermark) neither skips nor repeats ties.
        """
        table = sql.Identifier(self.source.schema, self.source.options["table"])
        query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(map(sql.Identifier, names)), table)
        order = [sql.Identifier(n) for n in self._order(names)]
        if not order:
            return query
        if self.watermark:
            values = self.watermark["values"]
            if self.watermark["time"] and self.source.overlap_minutes > 0:
                since = datetime.fromisoformat(values[0]) - timedelta(minutes=self.source.overlap_minutes)
                query += sql.SQL(" WHERE {} >= {}").format(order[0], sql.Literal(since.isoformat()))
            else:
                query += sql.SQL(" WHERE ({}) > ({})").format(
                    sql.SQL(", ").join(order), sql.SQL(", ").join(map(sql.Literal, values))
                )
        return query + sql.SQL(" ORDER BY ") + sql.SQL(", ").join(order)

    def _newest(self, newest: tuple[Any, ...] | None, batch: Iterable[tuple[Any, ...]], marks: list[int]) -> Any:
        """The newest (column, key…) so far; a change dated in the future by the source's own clock is no mark."""
        future = datetime.now(UTC) + timedelta(seconds=(self.skew or 0.0) + SKEW_SECONDS)
        for row in batch:
            mark = tuple(row[i] for i in marks)
            if any(part is None for part in mark):
                continue
            if isinstance(mark[0], datetime) and self._utc(mark[0]) > future:
                continue
            if newest is None or mark > newest:
                newest = mark
        return newest

    def _utc(self, value: datetime) -> datetime:
        return (value if value.tzinfo else value.replace(tzinfo=ZoneInfo(self.timezone))).astimezone(UTC)

    def _origin(self, rows: int, names: list[str], newest: tuple[Any, ...] | None) -> dict[str, Any]:
        watermark = self.watermark
        if newest is not None and self.source.incremental:
            first = newest[0]
            is_time = hasattr(first, "isoformat")
            order = (
                self._utc(first).isoformat() if isinstance(first, datetime) else first.isoformat() if is_time else first
            )
            values = [v.isoformat() if hasattr(v, "isoformat") else v if isinstance(v, int) else str(v) for v in newest]
            watermark = {
                "column": self.source.incremental["column"], "values": values, "time": is_time, "order": order,
            }  # fmt: skip
        parts = urlsplit(self.location)
        return {
            "way_in": "sql",
            "server": self.source.server,
            "location": f"postgresql://{parts.hostname or ''}:{parts.port or ''}{parts.path}",
            "table": f"{self.source.schema}.{self.source.options['table']}",
            "columns": names,
            "since": self.watermark,
            "watermark": watermark,
            "records": rows,
            "clock_skew_seconds": self.skew,
            "warnings": [w.as_dict() for w in self.warnings],
        }

    def _failed(self, code: str, vi: str, en: str) -> PullFailed:
        host = urlsplit(self.location).hostname or urlsplit(self.location).path
        return PullFailed(Message(code, f"{self.feed.id}: {host}: {vi}.", f"{self.feed.id}: {host}: {en}."))

    def _warn(self, code: str, vi: str, en: str) -> None:
        self.warnings.append(Message(code, f"{self.feed.id}: {vi}.", f"{self.feed.id}: {en}."))

    def _in_words(self, error: psycopg.Error, tried: int) -> PullFailed:
        detail = secrets.redact(" ".join(str(error).split()))[:300]
        o = self.source.option
        if isinstance(error, psycopg.errors.QueryCanceled):
            seconds, index = o("statement_seconds"), ", ".join(self._order([])) or self.source.options["table"]
            return self._failed(
                "pull.timeout",
                f"truy vấn quá {seconds} giây (statement_seconds); cần chỉ mục trên {index}",
                f"the query took more than {seconds} seconds (statement_seconds); an index on {index} helps",
            )
        if isinstance(error, psycopg.errors.LockNotAvailable):
            seconds = o("lock_seconds")
            return self._failed(
                "pull.locked",
                f"bảng đang bị khóa quá {seconds} giây; thử lại sau",
                f"the table has been locked for more than {seconds} seconds; tried again later",
            )
        if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.InsufficientPrivilege):
            return self._failed(
                "pull.table",
                f"không đọc được bảng ({detail}); kiểm tra tên bảng và quyền SELECT",
                f"the table cannot be read ({detail}); check its name and the right to SELECT",
            )
        if _AUTHENTICATION.search(str(error)) and not _lost(error):
            names = ", ".join(secrets.names_in([self.source.options["user"], self.source.options["password"]]))
            return self._failed(
                "pull.unauthorized",
                f"máy chủ từ chối tài khoản ({detail}); kiểm tra bí mật {names}",
                f"the server refuses the account ({detail}); check secret {names}",
            )
        return self._failed(
            "pull.database", f"lỗi cơ sở dữ liệu ({detail}); đã thử {tried} lần", f"{detail} (tried {tried} times)"
        )


def _lost(error: BaseException) -> bool:
    """True for failures of the connection, not of what was asked over it."""
    if not isinstance(error, psycopg.OperationalError) or isinstance(error, psycopg.errors.QueryCanceled):
        return False
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return False
    return not _AUTHENTICATION.search(str(error))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class _NotFiniteError(Exception):
    """A column of bounded numeric holds NaN, which no decimal can but a floating-point number does. (Text would not do:
    its `1.250` could be one thousand two hundred and fifty.)"""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


def _schema(
    description: Iterable[psycopg.Column], not_finite: Collection[str]
) -> tuple[pa.Schema, list[Callable[[Any], Any] | None]]:
    """Arrow schema of a result; columns without a plain counterpart (numeric without bounds, uuid, json …) as text,
    those of `not_finite` as floating-point numbers."""
    fields, converters = [], []
    for column in description:
        kind = psycopg.adapters.types[column.type_code].name if column.type_code in _known() else "text"
        arrow = _PLAIN.get(kind)
        convert: Callable[[Any], Any] | None = None
        if column.name in not_finite:
            arrow, convert = pa.float64(), _as_float
        elif arrow is None and kind == "numeric" and column.precision and 0 < column.precision <= 38:
            arrow = pa.decimal128(column.precision, column.scale or 0)
        elif arrow is None:
            arrow, convert = pa.string(), _as_text
        fields.append(pa.field(column.name, arrow))
        converters.append(convert)
    return pa.schema(fields), converters


def _known() -> set[int]:
    return {info.oid for info in psycopg.adapters.types}


def _as_float(value: Any) -> float | None:
    return None if value is None else float(value)


def _as_text(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        import json

        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return format(value, "f") if type(value).__name__ == "Decimal" else str(value)


def _record_batch(
    rows: list[tuple[Any, ...]], schema: pa.Schema, converters: list[Callable[[Any], Any] | None]
) -> pa.RecordBatch:
    columns = list(zip(*rows, strict=True))
    for values, field in zip(columns, schema, strict=True):
        if pa.types.is_decimal(field.type) and not all(v is None or v.is_finite() for v in values):
            raise _NotFiniteError(field.name)
    arrays = [
        pa.array(values if convert is None else [convert(v) for v in values], type=field.type)
        for values, field, convert in zip(columns, schema, converters, strict=True)
    ]
    return pa.record_batch(arrays, schema=schema)
