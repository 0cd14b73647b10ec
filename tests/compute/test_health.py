"""Which period a feed has reached: from the column that names it, not from the day a row was last touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import pytest

from ioc_pipeline.compute.health import OK, _health, _Outcomes, newest_period
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.periods import parse_period
from tests.compute.engine_fixture import deliver, statement, warehouse


@pytest.mark.parametrize(
    ("feed_id", "column", "type_", "value", "expected"),
    [
        ("public_investment", "ky", "VARCHAR", "2026-09", "2026-09"),
        ("digital_society", "ky", "VARCHAR", "2026-Q3", "2026-Q3"),
        ("innovation_enterprises", "ky", "VARCHAR", "2026-H1", "2026-H1"),
        ("education_pupils", "nam_hoc", "VARCHAR", "2026", "2026"),
        ("public_investment", "ky", "VARCHAR", "tháng 9", None),
        ("reservoirs", "ngay", "DATE", "2026-10-07", "2026-10-07"),
        ("board_766", "den_ngay", "DATE", "2026-10-31", "2026-10"),
    ],
)
def test_the_period_is_what_the_rows_say(
    catalogue: Catalogue, feed_id: str, column: str, type_: str, value: str, expected: str | None
) -> None:
    feed = catalogue.feeds[feed_id]
    assert feed.period_by == column
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE records_{feed_id} ({column} {type_}, _version_at TIMESTAMPTZ)")
        assert newest_period(con, feed) is None
        con.execute(f"INSERT INTO records_{feed_id} VALUES (?, ?)", [value, datetime(2026, 11, 8, 3, tzinfo=UTC)])
        newest = newest_period(con, feed)
        assert (newest.text if newest else None) == expected
        touched = newest_period(con, replace(feed, period_by=None))
        assert touched is not None and touched.end >= datetime(2026, 11, 8).date()


@pytest.mark.parametrize("rows", [1, -1])
def test_of_periods_that_end_on_one_day_the_feed_s_own_kind_is_the_newest(catalogue: Catalogue, rows: int) -> None:
    feed = catalogue.feeds["province_published"]
    con = warehouse()
    periods = ("2025-Q4", "2025-12", "2025", "2025-11")[::rows]
    deliver(con, catalogue, feed.id, 0, [statement("A", "56", period, 1.0) for period in periods])
    newest = {kind: newest_period(con, replace(feed, period=kind)) for kind in ("month", "quarter", "year")}
    assert {kind: period and period.text for kind, period in newest.items()} == {
        "month": "2025-12", "quarter": "2025-Q4", "year": "2025",
    }  # fmt: skip


def test_what_came_late_is_here_but_nobody_says_it_was_on_time(catalogue: Catalogue) -> None:
    """Clause IOC-SONG-02 judges when it came; both stand on one screen."""
    late = datetime(2026, 11, 20, tzinfo=UTC)
    found = _health(
        catalogue.feeds["public_investment"], _Outcomes(late, late, "stored", "", ""), parse_period("2026-10"),
        datetime(2026, 11, 22, tzinfo=UTC), "Asia/Ho_Chi_Minh",
    )  # fmt: skip
    assert found.health == OK and late > found.due_at
    assert "đúng hạn" not in found.reason.vi.lower() and "on time" not in found.reason.en.lower()
