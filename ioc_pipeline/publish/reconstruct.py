"""A day before the first release, reconstructed: what a release of that evening would have said.

A release is history: it is kept as it was and never made again. Before the first one nobody saw anything, but what had
been published by then is known, because every statement has its time. Here a copy of the warehouse forgets all
deliveries stated later, and a release is made of the rest by the declarations and code of today. It is kept apart from
the releases (`releases/reconstructed/`) and says in its manifest that it was reconstructed.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from ioc_pipeline.atomic import partial_prefix, sync, write_json
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.publish.release import Release, publish
from ioc_pipeline.settings import Places
from ioc_pipeline.store.warehouse import quoted, writer_lock, writing

_MADE_AGAIN = ("indicator_cells", "indicator_vintages", "indicator_runs", "indicator_vintage_days", "forecast_fits")
"""Tables computed from the others: the reconstruction computes them from what it knows."""


@dataclass(frozen=True)
class Reconstruction:
    """A reconstructed release and how many of the deliveries were known on its day."""

    release: Release
    known: int
    of: int


def reconstruct(places: Places, catalogue: Catalogue, day: date, *, run_id: str, made_at: datetime) -> Reconstruction:
    """Make the release of a day's evening (in the province's time zone) from what had been stated by then.

    Files that were received later than their publication count as received when they were published: that is the
    assumption of a reconstruction. Same warehouse, declarations and code: same release.

    Raises IocError when a release had been published by that day (that one is the history), when there is no release
    at all, and when nothing was known yet.
    """
    evening = datetime.combine(day, time(23, 59, 59), ZoneInfo(catalogue.province.timezone))
    _refuse_what_is_history(places, day, evening)
    with _copy(places) as aside:
        with writing(aside) as warehouse:
            known, of = _forget(warehouse, evening)
        if not known:
            raise IocError(
                Message(
                    "reconstruct.nothing",
                    f"Đến hết ngày {day:%d/%m/%Y} chưa có số liệu nào được công bố (kho có {of} lần giao, đều sau đó).",
                    f"Nothing had been published by the end of {day} (all {of} deliveries of the warehouse are later).",
                )
            )
        made = publish(aside, catalogue, run_id=run_id, now=evening.astimezone(UTC))
        assert made is not None, "a release folder of its own has no release before"
        manifest = made.manifest | {"reconstructed": {"day": day.isoformat(), "made_at": made_at.isoformat()}}
        write_json(made.folder / "manifest.json", manifest)
        final = places.reconstructed / made.release_id
        final.parent.mkdir(exist_ok=True)
        shutil.rmtree(final, ignore_errors=True)
        made.folder.rename(final)
        sync(final.parent)
    return Reconstruction(Release(made.release_id, final, manifest), known, of)


def _refuse_what_is_history(places: Places, day: date, evening: datetime) -> None:
    moments = {
        path.parent.name: datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["created_at"])
        for path in places.releases.glob("[!.]*/manifest.json")
    }
    if not moments:
        raise IocError(
            Message(
                "release.none",
                f"Chưa có bản phát hành nào trong {places.root}; chạy: ioc run",
                f"No release in {places.root} yet; run: ioc run",
            )
        )
    then = [name for name, moment in sorted(moments.items(), key=lambda one: one[1]) if moment <= evening]
    if then:
        raise IocError(
            Message(
                "reconstruct.history",
                f"Ngày {day:%d/%m/%Y} đã có bản phát hành {then[-1]}: lịch sử không dựng lại, hãy xem chính bản đó "
                f"(?asof={day}).",
                f"Release {then[-1]} was in force on {day}: history is not made again, look at that one (?asof={day}).",
            )
        )


@contextmanager
def _copy(places: Places) -> Iterator[Places]:
    """A state folder that holds nothing but a copy of the warehouse, for the time of the block."""
    folder = Path(tempfile.mkdtemp(prefix=f"{partial_prefix()}reconstruct-", dir=places.releases))
    try:
        aside = Places(folder)
        aside.warehouse.parent.mkdir()
        with writer_lock(places):
            for path in places.warehouse.parent.glob(f"{places.warehouse.name}*"):  # with its log, if one was left
                shutil.copyfile(path, aside.warehouse.parent / path.name)
        yield aside
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _forget(warehouse: duckdb.DuckDBPyConnection, evening: datetime) -> tuple[int, int]:
    """Remove every delivery stated later and all that came with it; how many are left of how many."""
    (of,) = warehouse.execute("SELECT count(*) FROM deliveries").fetchone() or (0,)
    warehouse.begin()
    warehouse.execute("DELETE FROM deliveries WHERE stated_at > ?", [evening])
    columns: dict[str, set[str]] = {}
    for table, column in warehouse.execute(
        "SELECT table_name, column_name FROM duckdb_columns() JOIN duckdb_tables() USING (table_oid, table_name) "
        "WHERE duckdb_columns.database_name = current_database() AND NOT duckdb_columns.internal"
    ).fetchall():
        columns.setdefault(table, set()).add(column)
    for table, names in sorted(columns.items()):
        if table in _MADE_AGAIN:
            warehouse.execute(f"DELETE FROM {quoted(table)}")
        elif "_delivery_id" in names:
            feed_id = table.removeprefix("records_")
            warehouse.execute(
                f"DELETE FROM {quoted(table)} WHERE _delivery_id NOT IN "
                "(SELECT delivery_id FROM deliveries WHERE feed_id = ?)",
                [feed_id],
            )
            warehouse.execute(
                f"UPDATE {quoted(table)} SET _known_at = d.stated_at FROM deliveries AS d "
                "WHERE d.feed_id = ? AND d.delivery_id = _delivery_id AND _known_at > ?",
                [feed_id, evening],
            )
        elif {"feed_id", "delivery_id"} <= names and table != "deliveries":
            warehouse.execute(
                f"DELETE FROM {quoted(table)} AS t WHERE NOT EXISTS (SELECT 1 FROM deliveries AS d "
                "WHERE (d.feed_id, d.delivery_id) = (t.feed_id, t.delivery_id))"
            )
    warehouse.execute("UPDATE observations SET known_at = stated_at WHERE known_at > ?", [evening])
    warehouse.execute(
        'UPDATE incidents AS i SET "at" = d.stated_at FROM deliveries AS d '
        'WHERE (d.feed_id, d.delivery_id) = (i.feed_id, i.delivery_id) AND i."at" > ?',
        [evening],
    )
    warehouse.execute("UPDATE deliveries SET received_at = stated_at WHERE received_at > ?", [evening])
    (known,) = warehouse.execute("SELECT count(*) FROM deliveries").fetchone() or (0,)
    warehouse.commit()
    return known, of
