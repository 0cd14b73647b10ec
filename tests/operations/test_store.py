"""The store on SQLite and on PostgreSQL: append-only, alone when writing, tampering shows."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ioc_pipeline.messages import IocError
from ioc_pipeline.operations import model, store
from ioc_pipeline.operations.events import NewEvent
from ioc_pipeline.operations.store import OperationsStore
from ioc_pipeline.settings import Places
from tests.receive.postgres import running


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request) -> Iterator[str | None]:
    if request.param == "sqlite":
        yield None
        return
    with running() as database:
        yield database.admin


@pytest.fixture
def opened(url, tmp_path) -> Iterator[OperationsStore]:
    made = OperationsStore(Places(tmp_path), url)
    yield made
    with made._engine.begin() as connection:  # the server outlives the test: give the next one an empty store
        disarm(connection)
        connection.execute(text("DELETE FROM events"))
        arm(connection)
    made.close()


def disarm(connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE events DISABLE TRIGGER events_append_only"))
    else:
        for what in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS events_no_{what}"))


def arm(connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE events ENABLE TRIGGER events_append_only"))


def say(opened: OperationsStore, *texts: str) -> None:
    with opened.writing() as ledger:
        for words in texts:
            ledger.append(NewEvent("note", "A", "noted", "an", {"text": words}))


def test_the_migrations_end_where_the_code_begins():
    scripts = ScriptDirectory(os.path.join(os.path.dirname(store.__file__), "migrations"))
    assert scripts.get_heads() == [model.REVISION]


def test_events_come_back_as_they_were_hashed(opened, url, tmp_path):
    say(opened, "một", "hai")
    again = OperationsStore(Places(tmp_path), url)
    assert [(e.seq, e.body["text"]) for e in again.events()] == [(1, "một"), (2, "hai")]
    count, head, problems = again.verify()
    assert (count, problems) == (2, []) and json.loads(again.head_file.read_text())["hash"] == head
    assert again.verify([(1, again.events()[0].hash)])[2] == []
    again.close()


def test_nothing_is_appended_twice_and_nothing_half(opened):
    with opened.writing() as ledger:
        assert ledger.append(NewEvent("release", "R", "evaluated", "ioc", {}, once="R")) is not None
        assert ledger.append(NewEvent("release", "R", "evaluated", "ioc", {}, once="R")) is None
    with pytest.raises(RuntimeError), opened.writing() as ledger:
        ledger.append(NewEvent("note", "A", "noted", "an", {}))
        raise RuntimeError
    assert len(opened.events()) == 1


@pytest.mark.parametrize("sql", ["UPDATE events SET who = 'khác'", "DELETE FROM events"])
def test_the_database_itself_refuses_to_rewrite(opened, sql):
    say(opened, "một")
    with pytest.raises(DBAPIError, match="append-only"), opened._engine.begin() as connection:
        connection.execute(text(sql))
    assert opened.verify()[2] == []


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE events SET who = 'khác' WHERE seq = 2", "event 2 was changed"),
        ("UPDATE events SET body_json = '{}' WHERE seq = 3", "event 3 was changed"),
        ("DELETE FROM events WHERE seq = 2", "events 2 to 2 missing"),
        ("DELETE FROM events WHERE seq = 3", "noted outside the store"),
        ("DELETE FROM events", "noted outside the store"),
    ],
)
def test_tampering_shows(opened, sql, says):
    say(opened, "một", "hai", "ba")
    with opened._engine.begin() as connection:
        disarm(connection)
        connection.execute(text(sql))
        arm(connection)
    assert says in "; ".join(p.en for p in opened.verify()[2])


def test_writers_wait_for_each_other(opened, url, tmp_path):
    def write() -> None:
        own = OperationsStore(Places(tmp_path), url)
        for n in range(5):
            say(own, str(n))
        own.close()

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    count, _, problems = opened.verify()
    assert (count, problems) == (15, [])


def test_an_address_that_is_none_is_said_without_its_password(tmp_path):
    for url in ("mysql://a:geheim-77@h/d", "nothing", "postgresql://a:geheim-77@127.0.0.1:1/d"):
        with pytest.raises(IocError) as refused:
            OperationsStore(Places(tmp_path), url)
        assert "IOC_OPERATIONS_URL" in str(refused.value) and "geheim" not in str(refused.value)


def test_a_newer_store_is_not_touched(tmp_path):
    made = OperationsStore(Places(tmp_path))
    with made._engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    made.close()
    with pytest.raises(IocError, match="newer version"):
        OperationsStore(Places(tmp_path))
