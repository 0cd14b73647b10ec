"""The operations store for those who only look: never creates, migrates or locks anything, never waits long."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.operations.events import Event
from ioc_pipeline.operations.model import REVISION
from ioc_pipeline.operations.store import COLUMNS, URL, engine_for, read_rows, revision_of
from ioc_pipeline.receive.secrets import redact
from ioc_pipeline.settings import Places

_PATIENCE = 2  # seconds
_REVISION_SQL = "SELECT version_num FROM alembic_version"


def store_file(places: Places) -> Path:
    """Where the embedded store is, whether it exists or not."""
    return places.operations / "operations.db"


def change_mark(places: Places) -> str | None:
    """Text that changes whenever the embedded store does, without opening it; None when a server holds the store."""
    if os.environ.get(URL):
        return None
    found = []
    for name in ("operations.db", "operations.db-wal", "head.json"):
        try:
            said = (places.operations / name).stat()
            found.append(f"{said.st_mtime_ns}.{said.st_size}")
        except OSError:
            found.append("-")
    return ":".join(found)


def read_events(places: Places) -> list[Event] | None:
    """All events in their order; None when no store was made yet.

    Raises IocError when there is one that cannot be read or was made by a newer version.
    """
    url = os.environ.get(URL)
    try:
        revision, events = _from_server(url) if url else _from_file(store_file(places))
    except (DBAPIError, sqlite3.Error) as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
        detail = redact(said[0])
        raise IocError(
            Message(
                "operations.unreadable",
                f"Không đọc được kho nghiệp vụ ({detail}). Kiểm tra {URL} hoặc tệp operations/operations.db; nếu tệp "
                "hỏng thì khôi phục từ bản sao lưu rồi chạy: ioc alerts verify",
                f"The operations store cannot be read ({detail}). Check {URL} or the file operations/operations.db; "
                "restore a damaged file from the backup, then run: ioc alerts verify",
            )
        ) from error
    if revision is not None and revision > REVISION:
        raise IocError(
            Message(
                "operations.newer",
                f"Kho nghiệp vụ do phiên bản mới hơn tạo ({revision}, hiện hiểu đến {REVISION}); cập nhật phần mềm.",
                f"The operations store was made by a newer version ({revision}; this one knows {REVISION}); update.",
            )
        )
    return events


def noted_heads(places: Places) -> list[tuple[int, str]]:
    """The newest event as written beside the store (see `store.OperationsStore.verify`)."""
    try:
        noted = json.loads((places.operations / "head.json").read_text(encoding="utf-8"))
        return [(int(noted["seq"]), str(noted["hash"]))]
    except OSError:
        return []
    except (ValueError, KeyError, TypeError):
        return [(-1, "?")]


def _from_file(path: Path) -> tuple[str | None, list[Event] | None]:
    if not path.exists():
        return None, None
    try:
        return _rows_of(path, "mode=ro")
    except sqlite3.OperationalError:
        if path.with_name(path.name + "-wal").exists():
            raise
        return _rows_of(path, "immutable=1")  # a folder nobody may write to: no write-ahead log can be opened


def _rows_of(path: Path, mode: str) -> tuple[str | None, list[Event] | None]:
    with closing(sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True, timeout=_PATIENCE)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "events" not in tables:
            return None, None
        revision = connection.execute(_REVISION_SQL).fetchone() if "alembic_version" in tables else None
        rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM events ORDER BY seq").fetchall()
    return (revision[0] if revision else None), [Event(*row) for row in rows]


def _from_server(url: str) -> tuple[str | None, list[Event] | None]:
    engine = engine_for(url, patience=_PATIENCE)
    try:
        with engine.connect() as connection:
            revision = revision_of(connection)
            return revision, read_rows(connection, None) if revision is not None else None
    finally:
        engine.dispose()
