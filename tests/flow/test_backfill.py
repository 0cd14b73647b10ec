"""History loaded on purpose: order of publication, true vintages, resuming, and what the report says."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ioc_pipeline.backfill import FileReport, backfill, dry_run, missing_months, past_files
from ioc_pipeline.compute.coverage import _arrival
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.receive.delivery import deliveries_of
from ioc_pipeline.settings import Places
from ioc_pipeline.store.warehouse import writing
from tests.read.answer_key import realdata

BOOKS = realdata() / "nso_monthly" / "workbooks"
NAMES = ("2018-12-27-03-So-lieu-2018-1.xls", "2018-09-28-03-Bieu-9.2018-N-1.xlsx")


def test_stretches_without_a_publication() -> None:
    days = [date(2015, 11, 29), date(2016, 2, 1), date(2016, 4, 30)]
    assert missing_months(days) == ["2015-12 – 2016-01", "2016-03"]
    assert missing_months([]) == []


@pytest.mark.realdata
@pytest.mark.skipif(not BOOKS.is_dir(), reason="set IOC_REALDATA")
def test_what_was_known_when(places: Places, catalogue: Catalogue, tmp_path: Path) -> None:
    feed = catalogue.feeds["nso_monthly"]
    folder, work = tmp_path / "past", tmp_path / "work"
    folder.mkdir()
    work.mkdir()
    for name in NAMES:
        shutil.copy(BOOKS / name, folder / name)
    (folder / "thu.txt").write_text("không phải bảng tính", encoding="utf-8")
    files, undated = past_files(feed, folder, catalogue, {}, work)
    assert [f.path.name for f in files] == sorted(NAMES) and [p.name for p in undated] == ["thu.txt"]

    tried = list(dry_run(catalogue, feed, files[:1], work, lambda n, name: None))
    assert tried[0].outcome == "read" and deliveries_of(places, feed.id) == []

    def load() -> list[FileReport]:
        return list(backfill(places, catalogue, feed, files, "r", lambda n, name: None))

    first, again = load(), load()
    assert [r.outcome for r in first] == ["stored", "stored"]
    assert [(r.outcome, r.received, r.tables) for r in again] == [("known", r.received, r.tables) for r in first]
    assert all(r.received == r.accepted + r.quarantined for r in first)
    assert any(title == "Xuất, nhập khẩu dịch vụ" for title, _, _ in first[0].unread or ())
    known = deliveries_of(places, feed.id)
    assert [(d.backfill, d.published_at) for d in known] == [(True, f.published) for f in files]

    with writing(places) as warehouse:
        as_of = (
            "SELECT max_by(value, stated_at) FROM observations WHERE indicator = 'NSO_GDP_SS2010' AND item IS NULL "
            "AND period = '2018-Q3' AND measure = 'period' AND stated_at <= CAST(? AS TIMESTAMPTZ)"
        )
        then = warehouse.execute(as_of, ["2018-10-31"]).fetchone()
        later = warehouse.execute(as_of, ["2019-01-31"]).fetchone()
        assert then == (892393.1,) and later is not None and round(later[0], 2) == 891879.79
        arrived = _arrival(warehouse, feed, date(2018, 11, 1), date(2018, 11, 30))
        assert arrived is not None and arrived.astimezone(UTC) < datetime(2019, 1, 1, tzinfo=UTC)
