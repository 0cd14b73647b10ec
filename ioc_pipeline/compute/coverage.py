"""Coverage and freshness: counts present of counts expected, from the warehouse and the declarations.

Every function returns a `Computed` with both counts, what is counted, and the names of what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb

from ioc_pipeline.compute.due_cells import Cell, due_periods, kinds_of_periods
from ioc_pipeline.compute.health import FeedHealth
from ioc_pipeline.compute.shown import known_from
from ioc_pipeline.compute.values import areas_of
from ioc_pipeline.compute.verdicts import FAIL, PASS, UNDETERMINED, Computed, share_verdict
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import Period, deadline, newest_due
from ioc_pipeline.store.warehouse import quoted

CELLS, FEEDS, UNITS = Text("ô số liệu", "cells"), Text("nguồn", "feeds"), Text("đơn vị", "units")
VALUES = Text("giá trị", "values")
SHOWN = 12
"""Names of missing things kept in the evidence; the counts are always complete."""


def cells_present(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, shown: str, now: datetime
) -> tuple[Computed, Computed]:
    """IOC-DU-01 over the newest due periods, and IOC-SONG-01 over the newest one: cells present of cells due.

    `shown`: relation of the shown values before corrections.
    """
    standard, timezone = catalogue.standard, catalogue.province.timezone
    kinds = kinds_of_periods(connection, shown)
    periods = int(standard.parameter("due_periods"))
    due: dict[str, list[Period]] = {}
    outside: list[str] = []
    for card in catalogue.indicators.values():
        feed = catalogue.feeds.get(card.feed)
        if feed is None:
            continue
        found = due_periods(card, feed, kinds.get(card.code, {}), now=now, timezone=timezone, periods=periods)
        if found is None:
            outside.append(card.code)
        else:
            due[card.code] = found
    known = known_from(connection, [(code, period.text) for code, found in due.items() for period in found])
    all_cells: list[Cell] = []
    newest: list[Cell] = []
    for code, found in due.items():
        card = catalogue.indicators[code]
        lag, areas = catalogue.feeds[card.feed].lag_days, list(dict.fromkeys(areas_of(catalogue, card)))
        for period in found:
            due_at = deadline(period, lag, timezone)
            cells = [Cell(code, area, period, due_at, known.get((code, area, period.text))) for area in areas]
            all_cells += cells
            newest += cells if period == found[0] else []
    share = standard.parameter("due_share")
    late = sum(1 for c in newest if c.known_at is not None and c.known_at > c.due_at)
    left_out = _also("ngoài lịch, không xét", "outside the calendar, not judged", outside)
    came_late = Text(f"; {late} ô đến trễ hạn", f"; {late} cells came late") if late else Text("", "")
    return _cells(all_cells, share, left_out), _cells(newest, 100, came_late)


def _cells(cells: Sequence[Cell], share: float, more: Text) -> Computed:
    missing = [c.name for c in cells if not c.present]
    have = len(cells) - len(missing)
    reason = Text(
        f"{have}/{len(cells)} ô đến hạn có số liệu{more.vi}", f"{have} of {len(cells)} due cells are present{more.en}"
    )
    return Computed(share_verdict(have, len(cells), share), have, len(cells), CELLS, reason, tuple(missing[:SHOWN]))


def units_present(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> Computed:
    """IOC-DU-02: administrative units in the newest period of every figure, for feeds that declare area coverage."""
    have = expected = 0
    missing: list[str] = []
    for feed in catalogue.feeds.values():
        if feed.area_coverage is None or feed.shape != "observations":
            continue
        rows = connection.execute(
            "SELECT indicator, measure, period, period_end, list(DISTINCT area) FROM observations_current "
            "WHERE feed_id = ? AND data_type <> 'plan' GROUP BY indicator, measure, period, period_end "
            "QUALIFY row_number() OVER (PARTITION BY indicator, measure ORDER BY period_end DESC) = 1 ORDER BY 1, 2",
            [feed.id],
        ).fetchall()
        for indicator, measure, period, end, areas in rows:
            if feed.area_coverage == "provinces":
                wanted = {
                    u.code for u in (units.provinces() if end >= units.MERGER else units.provinces_before_merger())
                }
            else:
                wanted = {u.code for u in units.communes(catalogue.province.code, end)}
            absent = wanted - set(areas)
            expected += len(wanted)
            have += len(wanted) - len(absent)
            missing += [f"{indicator}/{measure}/{period}/{code}" for code in sorted(absent)]
    reason = Text(
        f"{have}/{expected} lượt đơn vị hành chính có trong kỳ mới nhất của các nguồn khai phạm vi",
        f"{have} of {expected} administrative units are in the newest period of the feeds that declare coverage",
    )
    verdict = share_verdict(have, expected, catalogue.standard.parameter("area_share"))
    return Computed(verdict, have, expected, UNITS, reason, tuple(missing[:SHOWN]))


def feeds_delivered(catalogue: Catalogue, healths: Mapping[str, FeedHealth]) -> Computed:
    """IOC-DU-04: feeds that have delivered at least one accepted file, of the feeds declared, with both per owner."""
    delivered = {f for f, health in healths.items() if health.last_good_at is not None}
    have, total = len(delivered), len(catalogue.feeds)
    reason = Text(f"{have}/{total} bộ dữ liệu đã được cung cấp", f"{have} of {total} data sets have been delivered")
    verdict = share_verdict(have, total, catalogue.standard.parameter("delivered_share"))
    return Computed(verdict, have, total, FEEDS, reason, _per_owner(catalogue, delivered))


def feeds_by_api(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> Computed:
    """IOC-CHUNG-01: feeds that come by API of all feeds, as their contracts declare the way in; per owner the accepted
    rows that came otherwise, of all accepted rows."""
    feeds = catalogue.feeds.values()
    by_api = {f.id for f in feeds if f.way_in == "api"}
    unknown = [f.id for f in feeds if f.way_in is None]
    total = len(catalogue.feeds)
    reason = Text(
        f"{len(by_api)}/{total} nguồn qua API; {total - len(by_api) - len(unknown)} nguồn gửi tệp hoặc nhập tay"
        + _also("chưa khai way_in", "", unknown).vi,
        f"{len(by_api)} of {total} feeds by API; {total - len(by_api) - len(unknown)} by file or by hand"
        + _also("", "way_in not declared", unknown).en,
    )
    verdict = share_verdict(len(by_api), total, catalogue.standard.parameter("api_share"))
    if unknown:
        verdict = UNDETERMINED
    return Computed(verdict, len(by_api), total, FEEDS, reason, _rows_by_hand(connection, catalogue, by_api))


def feeds_on_time(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, now: datetime) -> Computed:
    """IOC-SONG-02: feeds whose newest due period came by its deadline (section 4.1), of all feeds."""
    timezone, longest = catalogue.province.timezone, int(catalogue.standard.parameter("lag_days"))
    states = []
    for feed in catalogue.feeds.values():
        lag = min(feed.lag_days, longest)
        due = newest_due(feed.period, lag, now, timezone)
        arrived = _arrival(connection, feed, due.start, due.end)
        on_time = arrived is not None and arrived <= deadline(due, lag, timezone)
        states.append((feed.id, due.text, on_time, arrived))
    have = sum(on_time for _, _, on_time, _ in states)
    late = [f"{feed}/{due}: trễ" for feed, due, on_time, arrived in states if arrived is not None and not on_time]
    overdue = [f"{feed}/{due}: quá hạn" for feed, due, _, arrived in states if arrived is None]
    reason = Text(
        f"{have}/{len(states)} nguồn đúng hạn, {len(late)} trễ, {len(overdue)} quá hạn",
        f"{have} of {len(states)} feeds on time, {len(late)} late, {len(overdue)} overdue",
    )
    return Computed(share_verdict(have, len(states), 100), have, len(states), FEEDS, reason, tuple(late + overdue))


def _arrival(connection: duckdb.DuckDBPyConnection, feed: Feed, start: object, end: object) -> datetime | None:
    """When the first result for a due period (or a later one) became known; plans and early estimates do not count.

    A delivery that says it is a backfill counts from its publication date: history loaded on purpose is not late.
    """
    if feed.shape == "observations":
        row = connection.execute(
            "SELECT min(CASE WHEN d.backfill AND o.published_at IS NOT NULL THEN CAST(o.published_at AS TIMESTAMPTZ) "
            "ELSE o.known_at END) FROM observations o JOIN deliveries d USING (feed_id, delivery_id) "
            "WHERE o.feed_id = ? AND data_type <> 'plan' AND period_end >= ? "
            "AND period_end <= CAST(o.known_at AS DATE)",
            [feed.id, end],
        ).fetchone()
    else:
        table = f"records_{feed.id}"
        if not connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [table]).fetchone():
            return None
        row = connection.execute(
            f"SELECT min(_known_at) FROM {quoted(table)} WHERE CAST(_version_at AS DATE) >= ?", [start]
        ).fetchone()
    return row[0] if row else None


def held_values_dated(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, shown: str, healths: Mapping[str, FeedHealth]
) -> Computed:
    """IOC-SONG-05: newest values kept while their feed is rejected that carry a date and a maximum age."""
    aged = {
        card.code: feed.max_age_days is not None
        for card in catalogue.indicators.values()
        if (feed := catalogue.feeds.get(card.feed)) is not None and healths[feed.id].rejected
    }
    rows = connection.execute(
        f"SELECT code, area, known_at IS NOT NULL FROM {shown} WHERE is_latest AND list_contains(?, code)", [list(aged)]
    ).fetchall()
    order = {code: place for place, code in enumerate(aged)}
    rows.sort(key=lambda row: (order[row[0]], row[1]))
    held = [(f"{code}/{area}", dated and aged[code]) for code, area, dated in rows]
    have = sum(dated for _, dated in held)
    if not held:
        reason = Text("không có giá trị nào đang giữ lại", "no value is held at present")
    else:
        reason = Text(
            f"{have}/{len(held)} giá trị giữ lại ghi rõ ngày và có tuổi tối đa",
            f"{have} of {len(held)} held values carry their date and a maximum age",
        )
    missing = tuple(name for name, dated in held if not dated)[:SHOWN]
    return Computed(share_verdict(have, len(held), 100), have, len(held), VALUES, reason, missing)


def incidents_in_time(handled: int, total: int, late: Sequence[str]) -> Computed:
    """IOC-SONG-06: incidents closed, or still open, within their deadline, of all incidents."""
    if total == 0:
        reason = Text("chưa có sự cố nào được mở", "no incident has been opened")
    else:
        reason = Text(f"{handled}/{total} sự cố trong hạn", f"{handled} of {total} incidents within their deadline")
    verdict = UNDETERMINED if total == 0 else PASS if handled == total else FAIL
    return Computed(verdict, handled, total, Text("sự cố", "incidents"), reason, tuple(late[:SHOWN]))


def _rows_by_hand(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, by_api: set[str]) -> tuple[str, ...]:
    accepted = dict(connection.execute("SELECT feed_id, sum(accepted) FROM deliveries GROUP BY feed_id").fetchall())
    counts: dict[str, list[int]] = {}
    for feed in catalogue.feeds.values():
        entry = counts.setdefault(feed.owner.vi, [0, 0])
        rows = int(accepted.get(feed.id, 0))
        entry[0] += 0 if feed.id in by_api else rows
        entry[1] += rows
    return tuple(f"{owner}: {by_hand}/{rows} dòng không qua API" for owner, (by_hand, rows) in counts.items())


def _per_owner(catalogue: Catalogue, chosen: set[str]) -> tuple[str, ...]:
    counts: dict[str, list[int]] = {}
    for feed in catalogue.feeds.values():
        entry = counts.setdefault(feed.owner.vi, [0, 0])
        entry[0] += feed.id in chosen
        entry[1] += 1
    return tuple(f"{owner}: {have}/{total}" for owner, (have, total) in counts.items())


def _also(vi: str, en: str, names: Sequence[str]) -> Text:
    if not names:
        return Text("", "")
    listed = ", ".join(names[:SHOWN])
    return Text(f"; {vi}: {listed}", f"; {en}: {listed}")
