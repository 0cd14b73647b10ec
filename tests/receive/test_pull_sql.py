"""Pulling a table from a real PostgreSQL server."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import psycopg
import pyarrow.parquet as pq
import pytest

from ioc_pipeline.contracts.model import Column
from ioc_pipeline.contracts.pull_source import PullSource
from ioc_pipeline.receive.delivery import blob_path, deliveries_of
from ioc_pipeline.receive.pull import pull_feed
from tests.receive.postgres import PASSWORD, Database, running

COLUMNS = (
    Column("ma_so", "VARCHAR", required=True, identifier=True),
    Column("ten", "VARCHAR", aliases=("ten_doanh_nghiep",)),
    Column("von", "DOUBLE"),
    Column("lao_dong", "BIGINT"),
    Column("ngay_cap", "DATE"),
    Column("hoat_dong", "BOOLEAN"),
    Column("cap_nhat_luc", "TIMESTAMP", required=True),
)
BASIC = {"table": "doanh_nghiep", "user": "ioc_reader", "password": "${secret:DB}", "sslmode": "prefer"}
CHANGES = {"column": "cap_nhat_luc", "key": ["ma_so"], "overlap_minutes": 30}


@pytest.fixture(scope="module")
def server():
    with running() as database:
        yield database


@pytest.fixture
def database(server: Database) -> Database:
    server.execute(
        "DROP TABLE IF EXISTS dk.doanh_nghiep",
        "CREATE TABLE dk.doanh_nghiep (ma_so text, ten_doanh_nghiep varchar(200), von numeric(18,2), lao_dong int, "
        "ngay_cap date, hoat_dong bool, so_dien_thoai text, cap_nhat_luc timestamptz)",
        "GRANT SELECT ON dk.doanh_nghiep TO ioc_reader",
        "INSERT INTO dk.doanh_nghiep SELECT '42' || lpad(n::text, 8, '0'), 'Công ty số ' || n, n * 1000000.25, n, "
        "DATE '2026-01-01' + n, n % 2 = 0, '0900', TIMESTAMPTZ '2026-10-01 08:00+07' + n * interval '1 hour' "
        "FROM generate_series(1, 5) n",
    )
    return server


@pytest.fixture
def pull(places, catalogue, database, monkeypatch) -> Callable[..., Any]:
    monkeypatch.setenv("IOC_SECRET_DB", PASSWORD)

    def go(**options: Any) -> Any:
        fast = {"attempts": 2, "backoff_seconds": 0.01, "backoff_max_seconds": 0.02, "fetch_rows": 2}
        source = PullSource("postgres", "db", database.location, {**BASIC, **fast, **options}, schema="dk")
        feed = replace(catalogue.feeds["dossiers"], pull=source, columns=COLUMNS, reader={"format": "table"})
        return pull_feed(places, catalogue, feed, lambda: {d.delivery_id for d in deliveries_of(places, feed.id)})

    return go


def newest_rows(places) -> list[dict[str, Any]]:
    newest = max(deliveries_of(places, "dossiers"), key=lambda d: d.received_at)
    return pq.read_table(blob_path(places, newest.sha256)).to_pylist()


def test_the_first_pull_brings_every_row_with_its_types_and_only_declared_columns(pull, places):
    outcome = pull()
    assert (outcome.state, outcome.records, outcome.warnings) == ("landed", 5, ()), outcome.message
    (delivery,) = deliveries_of(places, "dossiers")
    table = pq.read_table(blob_path(places, delivery.sha256))
    assert {f.name: str(f.type) for f in table.schema} == {
        "ma_so": "string", "ten_doanh_nghiep": "string", "von": "decimal128(18, 2)", "lao_dong": "int32",
        "ngay_cap": "date32[day]", "hoat_dong": "bool", "cap_nhat_luc": "timestamp[us, tz=UTC]",
    }  # fmt: skip
    assert table.to_pylist()[2]["von"] == Decimal("3000000.75")
    assert "so_dien_thoai" not in table.column_names, "what the contract does not declare is not fetched"
    assert delivery.origin["way_in"] == "sql" and PASSWORD not in str(delivery.origin)
    assert pull().state == "unchanged"


def test_an_incremental_pull_brings_changes_ties_and_the_overlap(pull, places, database):
    assert pull(incremental=CHANGES).records == 5
    database.execute(
        "UPDATE dk.doanh_nghiep SET lao_dong = 99, cap_nhat_luc = '2026-10-01 14:00+07' WHERE ma_so = '4200000001'",
        "INSERT INTO dk.doanh_nghiep VALUES "
        "('4200000006', 'tie', 1, 1, NULL, true, NULL, '2026-10-01 13:00+07'), "  # the very time of the mark
        "('4200000000', 'tie before', 1, 1, NULL, true, NULL, '2026-10-01 13:00+07'), "
        "('4200000007', 'committed late', 1, 1, NULL, true, NULL, '2026-10-01 12:45+07')",
    )
    outcome = pull(incremental=CHANGES)
    assert outcome.state == "landed", outcome.message
    names = {row["ma_so"][-1]: row for row in newest_rows(places)}
    assert set(names) == {"0", "1", "5", "6", "7"} and names["1"]["lao_dong"] == 99
    assert pull(incremental=CHANGES).state in ("landed", "unchanged")  # the overlap again: the same or fewer rows


def test_without_overlap_ties_are_neither_skipped_nor_repeated(pull, places, database):
    changes = {**CHANGES, "overlap_minutes": 0}
    assert pull(incremental=changes).records == 5
    assert pull(incremental=changes).state == "nothing_new"
    database.execute(
        "INSERT INTO dk.doanh_nghiep VALUES ('4200000006', 'tie', 1, 1, NULL, true, NULL, '2026-10-01 13:00+07')"
    )
    assert pull(incremental=changes).records == 1
    assert [row["ma_so"] for row in newest_rows(places)] == ["4200000006"]
    assert pull(incremental=changes).state == "nothing_new"


def test_incremental_by_a_number(pull, places, database):
    by_number = {"column": "lao_dong", "overlap_minutes": 0}
    assert pull(incremental=by_number).records == 5
    database.execute("INSERT INTO dk.doanh_nghiep VALUES ('x', 'x', 1, 6, NULL, true, NULL, '2026-10-01')")
    assert pull(incremental=by_number).records == 1


def test_a_change_dated_in_the_future_is_no_mark(pull, places, database):
    database.execute("UPDATE dk.doanh_nghiep SET cap_nhat_luc = '2099-01-01' WHERE lao_dong = 5")
    pull(incremental=CHANGES)
    (delivery,) = deliveries_of(places, "dossiers")
    assert delivery.origin["watermark"]["values"][0].startswith("2026-10-01")


def test_an_empty_table_is_nothing_new(pull, database):
    database.execute("TRUNCATE dk.doanh_nghiep")
    assert pull().state == "nothing_new"


def test_a_renamed_or_missing_column_is_named(pull, database):
    database.execute("ALTER TABLE dk.doanh_nghiep RENAME cap_nhat_luc TO ngay_sua")
    outcome = pull()
    assert outcome.state == "failed" and "cap_nhat_luc" in outcome.message.vi and "ngay_sua" in outcome.message.vi
    database.execute("ALTER TABLE dk.doanh_nghiep RENAME TO dn_cu")
    gone = pull()
    assert gone.message.code == "pull.table" and "doanh_nghiep" in gone.message.en
    database.execute("DROP TABLE dk.dn_cu")


def test_a_locked_table_and_a_slow_query_end_by_timeout(pull, database):
    with psycopg.connect(database.admin) as holder:
        holder.execute("LOCK TABLE dk.doanh_nghiep IN ACCESS EXCLUSIVE MODE")
        locked = pull(lock_seconds=0.1)
    assert locked.message.code == "pull.locked", locked.message
    database.execute(
        "DROP TABLE dk.doanh_nghiep",
        "CREATE VIEW dk.doanh_nghiep AS SELECT '1' AS ma_so, now() AS cap_nhat_luc, pg_sleep(3)::text AS ten",
        "GRANT SELECT ON dk.doanh_nghiep TO ioc_reader",
    )
    begun = time.monotonic()
    slow = pull(statement_seconds=0.2)
    database.execute("DROP VIEW dk.doanh_nghiep")
    assert slow.message.code == "pull.timeout" and time.monotonic() - begun < 3, slow.message


def test_a_connection_that_drops_in_the_stream_is_tried_again(pull, places, database, monkeypatch):
    from ioc_pipeline.receive import pull_sql

    real, dropped = pull_sql._record_batch, []

    def drop_once(*arguments: Any) -> Any:
        if not dropped:
            dropped.append(True)
            database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ioc_reader'")
        return real(*arguments)

    monkeypatch.setattr(pull_sql, "_record_batch", drop_once)
    outcome = pull()
    assert dropped and (outcome.state, outcome.records) == ("landed", 5), outcome.message


def test_a_connection_that_drops_every_time_lands_nothing(pull, places, database):
    stop = threading.Event()

    def killer() -> None:
        with psycopg.connect(database.admin, autocommit=True) as connection:
            while not stop.is_set():
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ioc_reader'"
                )

    database.execute("INSERT INTO dk.doanh_nghiep SELECT d.* FROM dk.doanh_nghiep d, generate_series(1, 4000)")
    thread = threading.Thread(target=killer)
    thread.start()
    try:
        outcome = pull(fetch_rows=10)
    finally:
        stop.set()
        thread.join()
    assert outcome.state == "failed" and deliveries_of(places, "dossiers") == []
    assert not list(places.root.rglob(".partial-*"))


def test_a_wrong_password_is_said_and_never_printed(pull, monkeypatch, caplog):
    monkeypatch.setenv("IOC_SECRET_DB", "canary-wrong-99")
    outcome = pull()
    assert outcome.message.code == "pull.unauthorized" and "DB" in outcome.message.vi
    assert "canary" not in str(outcome) and "canary" not in caplog.text


def test_an_account_that_can_write_is_reported(pull, database, places):
    database.execute("GRANT SELECT, UPDATE ON dk.doanh_nghiep TO ioc_writer")
    outcome = pull(user="ioc_writer")
    assert outcome.state == "landed" and [w.code for w in outcome.warnings] == ["pull.privileges"]
    assert "GRANT SELECT" in outcome.warnings[0].vi


def test_the_transaction_is_read_only(pull, database):
    database.execute(
        "DROP TABLE dk.doanh_nghiep",
        "CREATE TABLE dk.vet (n int)",
        "GRANT ALL ON dk.vet TO ioc_reader",
        "CREATE FUNCTION dk.ghi() RETURNS text LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO dk.vet VALUES (1); RETURN 'x'; END $$",
        "CREATE VIEW dk.doanh_nghiep AS SELECT dk.ghi() AS ma_so, now() AS cap_nhat_luc",
        "GRANT SELECT ON dk.doanh_nghiep TO ioc_reader",
    )
    outcome = pull()
    database.execute("DROP VIEW dk.doanh_nghiep", "DROP FUNCTION dk.ghi", "DROP TABLE dk.vet")
    assert outcome.state == "failed" and "read-only" in outcome.message.en


def test_one_value_that_is_no_number_does_not_stop_a_feed(places, catalogue, database, monkeypatch):
    """PostgreSQL's numeric knows NaN, a decimal does not; its row is quarantined, the others go on."""
    monkeypatch.setenv("IOC_SECRET_DB", PASSWORD)
    database.execute(
        "DROP TABLE dk.doanh_nghiep",
        "CREATE TABLE dk.doanh_nghiep AS SELECT n::text ma_so, "
        "(CASE WHEN n = 2 THEN 'NaN' ELSE n::text END)::numeric(18, 2) von, now()::timestamp cap_nhat_luc "
        "FROM generate_series(1, 3) n",
        "GRANT SELECT ON dk.doanh_nghiep TO ioc_reader",
    )
    source = PullSource("postgres", "db", database.location, dict(BASIC), schema="dk")
    feed = replace(catalogue.feeds["dossiers"], pull=source, columns=COLUMNS, reader={"format": "table"})
    assert pull_feed(places, catalogue, feed, set).state == "landed"
    first, second, third = (row["von"] for row in newest_rows(places))
    assert (first, third) == (1.0, 3.0) and math.isnan(second)


def test_types_without_a_plain_counterpart_are_text_as_they_stand(places, catalogue, database, monkeypatch):
    monkeypatch.setenv("IOC_SECRET_DB", PASSWORD)
    database.execute(
        "DROP TABLE dk.doanh_nghiep",
        "CREATE TABLE dk.doanh_nghiep AS SELECT '1'::text ma_so, 12.345678901234567890::numeric von, "
        '\'{"a": "ô"}\'::jsonb ten, now()::timestamp cap_nhat_luc',
        "GRANT SELECT ON dk.doanh_nghiep TO ioc_reader",
    )
    source = PullSource("postgres", "db", database.location, dict(BASIC), schema="dk")
    feed = replace(catalogue.feeds["dossiers"], pull=source, columns=COLUMNS, reader={"format": "table"})
    assert pull_feed(places, catalogue, feed, set).state == "landed"
    (row,) = newest_rows(places)
    assert (row["von"], row["ten"]) == ("12.345678901234567890", '{"a": "ô"}')
