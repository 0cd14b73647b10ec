from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ioc_pipeline.messages import IocError
from ioc_pipeline.operations.events import ALERT, NewEvent
from ioc_pipeline.operations.reading import change_mark, noted_heads, read_events
from ioc_pipeline.operations.store import URL, OperationsStore
from ioc_pipeline.settings import Places


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    monkeypatch.delenv(URL, raising=False)
    return Places(tmp_path)


def write(places: Places, subject: str) -> None:
    store = OperationsStore(places)
    with store.writing() as ledger:
        ledger.append(NewEvent(ALERT, subject, "opened", "ioc", {"n": 1}))
    store.close()


def test_looking_makes_nothing_and_sees_every_event(places: Places) -> None:
    assert read_events(places) is None and not places.operations.exists()
    write(places, "CB-1")
    first = change_mark(places)
    assert change_mark(places) == first
    write(places, "CB-2")
    assert change_mark(places) != first, "a change shows without opening the store"
    events = read_events(places)
    assert events is not None and [e.subject for e in events] == ["CB-1", "CB-2"]
    assert events == OperationsStore(places).events() and noted_heads(places) == [(2, events[-1].hash)]


def test_looking_does_not_wait_for_a_writer(places: Places) -> None:
    write(places, "CB-1")
    store = OperationsStore(places)
    with store.writing() as ledger:
        ledger.append(NewEvent(ALERT, "CB-2", "opened", "ioc", {}))
        seen = read_events(places)
    assert seen is not None and [e.subject for e in seen] == ["CB-1"]


def test_a_folder_nobody_may_write_to(places: Places) -> None:
    write(places, "CB-1")
    database = places.operations / "operations.db"
    with sqlite3.connect(database) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for name in ("operations.db-wal", "operations.db-shm"):
        (places.operations / name).unlink(missing_ok=True)
    database.chmod(0o444)
    places.operations.chmod(0o555)
    try:
        events = read_events(places)
        assert events is not None and len(events) == 1
    finally:
        places.operations.chmod(0o755)


def test_what_cannot_be_read_is_said(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    write(places, "CB-1")
    with sqlite3.connect(places.operations / "operations.db") as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(IocError, match="9999"):
        read_events(places)
    (places.operations / "operations.db").write_bytes(b"no database" * 500)
    with pytest.raises(IocError, match="khôi phục từ bản sao lưu"):
        read_events(places)
    monkeypatch.setenv(URL, "postgresql://ioc:secret@127.0.0.1:1/none")
    assert change_mark(places) is None
    with pytest.raises(IocError, match="IOC_OPERATIONS_URL") as refused:
        read_events(places)
    assert "secret" not in str(refused.value)
