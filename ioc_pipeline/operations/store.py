"""The operations store: SQLite inside the state folder, or PostgreSQL where `IOC_OPERATIONS_URL` names one.

Every writing transaction is alone: events are numbered and chained one after the other. After each, the newest hash is
also written to a file beside the store (a witness: see `verify`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from ioc_pipeline.atomic import write_json
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.operations.events import GENESIS, Event, NewEvent, chain_problems, chained
from ioc_pipeline.operations.model import REVISION, EventRow
from ioc_pipeline.receive.secrets import redact
from ioc_pipeline.settings import Places

URL = "IOC_OPERATIONS_URL"
"""Environment variable with the address of a PostgreSQL database; without it the store is embedded."""
COLUMNS = [f.name for f in fields(Event)]
"""Columns of the table of events, as `Event` takes them."""
_EVENTS = EventRow.__table__


class OperationsStore:
    """Append-only events. Raises IocError when the database cannot be reached or is newer than this code."""

    def __init__(self, places: Places, url: str | None = None) -> None:
        url = url or os.environ.get(URL)
        self.head_file = places.operations / "head.json"
        if not url:
            places.operations.mkdir(parents=True, exist_ok=True)
            url = f"sqlite:///{places.operations / 'operations.db'}"
        self._engine = engine_for(url)
        with self._guarded():
            self._migrate()

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def events(self, stream: str | None = None) -> list[Event]:
        """All events in their order, or those of one stream."""
        with self._guarded(), self._engine.connect() as connection:
            return read_rows(connection, stream)

    @contextmanager
    def writing(self, now: datetime | None = None) -> Iterator[Ledger]:
        """The only writer until the block ends; everything appended becomes visible at once, or nothing does.

        `now` is the time of the events (default: the clock).
        """
        with self._guarded(), self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE events IN EXCLUSIVE MODE"))
            ledger = Ledger(connection, now or datetime.now(UTC))
            yield ledger
        if ledger.appended:
            last = ledger.appended[-1]
            write_json(self.head_file, {"seq": last.seq, "hash": last.hash, "at": last.at})

    def verify(self, expected: Sequence[tuple[int, str]] = ()) -> tuple[int, str, list[Text]]:
        """Number of events, newest hash, and what is wrong with the chain, against the witness file and `expected`."""
        events = self.events()
        heads = [*expected]
        try:
            noted = json.loads(self.head_file.read_text(encoding="utf-8"))
            heads.append((int(noted["seq"]), str(noted["hash"])))
        except FileNotFoundError:
            pass
        except (ValueError, KeyError, TypeError):
            heads.append((-1, "?"))
        return len(events), events[-1].hash if events else GENESIS, chain_problems(events, heads)

    def _migrate(self) -> None:
        with self._engine.connect() as connection:
            found = revision_of(connection)
        if found == REVISION:
            return
        if found is not None and found > REVISION:
            raise IocError(
                Message(
                    "operations.newer",
                    f"Kho nghiệp vụ do phiên bản mới hơn tạo ({found}, hiện hiểu đến {REVISION}); cập nhật phần mềm.",
                    f"The operations store was made by a newer version ({found}; this one knows {REVISION}); update.",
                )
            )
        from alembic import command  # a quarter of a second, needed once per store
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(5610971)"))  # two first starts at once
            config.attributes["connection"] = connection
            command.upgrade(config, REVISION)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            detail = redact(
                str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error).__name__
            )
            raise IocError(
                Message(
                    "operations.database",
                    f"Kho nghiệp vụ không dùng được ({detail}). Kiểm tra {URL} hoặc thư mục operations rồi chạy lại.",
                    f"The operations store cannot be used ({detail}). Check {URL} or the folder operations; run again.",
                )
            ) from error


class Ledger:
    """An open writing transaction of the store."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self.now = now.astimezone(UTC)
        self.appended: list[Event] = []
        self._events = read_rows(connection, None)
        self._once = {e.once for e in self._events if e.once}

    def events(self, stream: str | None = None) -> list[Event]:
        """Events so far, this transaction's own included."""
        return [e for e in self._events if stream in (None, e.stream)]

    def append(self, new: NewEvent) -> Event | None:
        """Append an event; None when one with the same `once` is there already."""
        if new.once is not None and new.once in self._once:
            return None
        last = self._events[-1] if self._events else None
        made = chained(new, last.seq + 1 if last else 1, self.now, last.hash if last else GENESIS)
        self._connection.execute(insert(EventRow).values(**{name: getattr(made, name) for name in COLUMNS}))
        self._events.append(made)
        self.appended.append(made)
        if new.once is not None:
            self._once.add(new.once)
        return made


def read_rows(connection: Connection, stream: str | None) -> list[Event]:
    """Events in their order, all or those of one stream."""
    query = select(*(_EVENTS.c[name] for name in COLUMNS)).order_by(_EVENTS.c.seq)
    if stream is not None:
        query = query.where(_EVENTS.c.stream == stream)
    return [Event(*row) for row in connection.execute(query)]


def revision_of(connection: Connection) -> str | None:
    """The migration a store is at; None when it has none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def engine_for(url: str, patience: int | None = None) -> Engine:
    """Engine of a store's address; `patience`: seconds to wait for a server (default: the driver's)."""
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("postgresql", "sqlite"):
            raise ArgumentError(parsed.drivername)
        waiting = {"timeout": patience or 60} if "sqlite" in parsed.drivername else {"connect_timeout": patience}
        engine = create_engine(parsed, connect_args={k: v for k, v in waiting.items() if v is not None})
    except (ArgumentError, NoSuchModuleError) as error:
        raise IocError(
            Message(
                "operations.url",
                f"{URL} không phải địa chỉ PostgreSQL; viết dạng postgresql://người_dùng:mật_khẩu@máy_chủ/cơ_sở_dữ_liệu.",
                f"{URL} is no address of PostgreSQL; write postgresql://user:password@host/database.",
            )
        ) from error
    if engine.dialect.name == "sqlite":
        _serialised(engine)
    return engine


def _serialised(engine: Engine) -> None:
    """SQLite: a write-ahead log synced at every commit, and transactions that lock when they begin, not half-way."""

    @event.listens_for(engine, "connect")
    def _connected(connection, record) -> None:  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # the driver begins nothing by itself
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def _begun(connection) -> None:  # type: ignore[no-untyped-def]
        connection.exec_driver_sql("BEGIN IMMEDIATE")
