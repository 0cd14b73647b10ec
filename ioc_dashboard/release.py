"""Which release is shown, and the read-only connection to it.

The pipeline publishes a release under a new folder and then replaces `current.json`. Here the
pointer is read often (it is tiny) and a release's database is opened once; every query takes a
cursor of its own, because one DuckDB connection shared between threads gives wrong answers.
The warehouse is never opened.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import streamlit as st

from ioc_pipeline.settings import places

DATABASE = "release.duckdb"
_NEEDED = ("release_info", "indicators", "indicator_values", "feeds", "deliveries", "validation_results",
           "quarantine", "clauses")  # fmt: skip


class Unreadable(Exception):
    """The release file is missing, damaged, or lacks a table this dashboard reads."""


@dataclass(frozen=True)
class Pointer:
    """Content of `current.json`: the release declared current."""

    release_id: str
    database: Path
    created_at: str | None


@dataclass(frozen=True)
class Release:
    """A release that opened. `wanted` names the current release when this one only stands in for it."""

    release_id: str
    database: Path
    connection: duckdb.DuckDBPyConnection
    wanted: str | None = None
    created_at: datetime | None = None  # of a release that was asked for as of a day
    reconstructed: bool = False  # made afterwards: nobody saw it on its day

    @property
    def key(self) -> str:
        """What caches are keyed by: two homes may hold the same release id."""
        return f"{self.database}"

    def rows(self, sql: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
        """Rows of a query as dictionaries; times come back as UTC `datetime`."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql, parameters or [])
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]
        finally:
            cursor.close()


@dataclass(frozen=True)
class NoRelease:
    """Nothing can be shown. `damaged` tells that a release was published but none opens; `before`: the first release
    was published later than the day that was asked for."""

    home: Path
    damaged: bool = False
    before: datetime | None = None


@dataclass(frozen=True)
class Published:
    """A complete release on disk: its id, when it was published, its database."""

    release_id: str
    created_at: datetime
    database: Path


def read_pointer() -> Pointer | None:
    """Pointer to the current release; None when there is none or it cannot be understood."""
    spots = places()
    try:
        content = json.loads(spots.current_release.read_text(encoding="utf-8"))
        release_id = str(content["release_id"])
        relative = Path(str(content.get("path") or f"{release_id}/{DATABASE}"))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    database = (spots.releases / relative).resolve()
    if not database.is_relative_to(spots.releases.resolve()):
        return None
    return Pointer(release_id, database, content.get("created_at"))


def stamp() -> str:
    """Short text that changes exactly when another release should be shown; cheap enough to ask often."""
    pointer = read_pointer()
    if pointer is None:
        return "none" if not places().current_release.exists() else "damaged pointer"
    return f"{pointer.release_id}{'' if pointer.database.exists() else ' (missing)'}"


def current() -> Release | NoRelease:
    """Release to show: the current one, or the newest older one that opens, or the reason for none."""
    spots = places()
    pointer = read_pointer()
    if pointer is not None:
        try:
            return Release(pointer.release_id, pointer.database, connection(str(pointer.database)))
        except Unreadable:
            pass
    elif not spots.current_release.exists() and not _folders(spots.releases):
        return NoRelease(spots.root)
    wanted = pointer.release_id if pointer else "current.json"
    for database in _folders(spots.releases):
        if pointer is not None and database == pointer.database:
            continue
        try:
            return Release(database.parent.name, database, connection(str(database)), wanted=wanted)
        except Unreadable:
            continue
    return NoRelease(spots.root, damaged=True)


def published() -> tuple[Published, ...]:
    """Every complete release on disk, oldest first; read again only when one was added or removed."""
    return _in(places().releases)


def reconstructed() -> tuple[Published, ...]:
    """Days before the first release that were made afterwards (`ioc reconstruct`), oldest first."""
    return _in(places().reconstructed)


def _in(folder: Path) -> tuple[Published, ...]:
    try:
        return _published(str(folder), folder.stat().st_mtime_ns)
    except OSError:
        return ()


@lru_cache(maxsize=4)
def _published(folder: str, changed: int) -> tuple[Published, ...]:
    found = []
    for database in _folders(Path(folder)):
        try:
            created = datetime.fromisoformat(_age_key(database)[0])
        except ValueError:
            continue
        found.append(Published(database.parent.name, created.astimezone(UTC), database))
    return tuple(sorted(found, key=lambda one: (one.created_at, one.release_id)))


def as_of(asked: str, zone: tzinfo) -> Release | NoRelease:
    """What was on the screen at the end of a past day (`2026-10-31`, in the province's time zone), or the release
    with the given id: the newest one published by then that opens. Before the first one: what was reconstructed of
    that day or of the last one before it. `NoRelease.before` when there is neither."""
    every, made = published(), reconstructed()
    named = [one for one in (*every, *made) if one.release_id == asked]
    try:
        evening = datetime.combine(date.fromisoformat(asked), time.max, zone)
    except ValueError:
        evening = None
    if evening is None and not named:
        return current()
    then = named or _by(evening, every) or _by(evening, made)
    for one in reversed(then):
        try:
            opened = connection(str(one.database))
        except Unreadable:
            continue
        return Release(one.release_id, one.database, opened, created_at=one.created_at, reconstructed=one in made)
    return NoRelease(places().root, damaged=bool(then), before=every[0].created_at if every and not then else None)


def _by(evening: datetime | None, every: tuple[Published, ...]) -> list[Published]:
    return [one for one in every if evening is not None and one.created_at <= evening]


def _folders(releases: Path) -> list[Path]:
    """Databases of all complete release folders, newest first."""
    try:
        found = [path for path in releases.glob(f"*/{DATABASE}") if not path.parent.name.startswith((".", "tmp"))]
        return sorted((path.resolve() for path in found), key=_age_key, reverse=True)
    except OSError:
        return []


def _age_key(database: Path) -> tuple[str, float, str]:
    """Order of publication: the manifest's time where there is one, else the file's."""
    created = ""
    try:
        manifest = json.loads((database.parent / "manifest.json").read_text(encoding="utf-8"))
        created = str(manifest.get("created_at") or "")
    except (OSError, ValueError, AttributeError):
        pass
    try:
        changed = database.stat().st_mtime
    except OSError:
        changed = 0.0
    return (created or datetime.fromtimestamp(changed, UTC).isoformat(), changed, database.parent.name)


@st.cache_resource(max_entries=6, show_spinner=False)
def connection(database: str) -> duckdb.DuckDBPyConnection:
    """Read-only connection to one release, opened once per process; raises `Unreadable`."""
    if not Path(database).is_file():
        raise Unreadable(database)
    try:
        opened = duckdb.connect(database, read_only=True, config={"threads": "2"})
    except duckdb.Error as error:
        raise Unreadable(str(error)) from error
    try:
        present = {row[0] for row in opened.execute("SELECT table_name FROM information_schema.tables").fetchall()}
        missing = [table for table in _NEEDED if table not in present]
        if missing or opened.execute("SELECT count(*) FROM release_info").fetchone() != (1,):
            raise Unreadable(f"{database}: {', '.join(missing) or 'release_info'}")
        for table in _NEEDED:
            opened.execute(f"SELECT bit_xor(hash(t)) FROM {table} AS t").fetchall()  # reads every block once
    except duckdb.Error as error:
        opened.close()
        raise Unreadable(str(error)) from error
    except Unreadable:
        opened.close()
        raise
    return opened


def _plain(value: Any) -> Any:
    """Times as UTC `datetime`, everything else as it is."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return value
