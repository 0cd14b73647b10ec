"""What was said when: one row per change of a cell, from the vintages of statements and from formulas evaluated as of
past days.

A statement's vintages are those of its fact. A computed card is evaluated as of the end of days on which one of its
feeds stated something new: every such day of the newest calendar month that has any, the end of each earlier month
(`said_then` is exact for any moment: it evaluates again). The rule depends on the facts alone, so that an auditor gets
the same rows. A day is evaluated once: only days from the first new or changed one on are evaluated again.
"""

from __future__ import annotations

import hashlib
import json
import time
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any

import duckdb

from ioc_pipeline.compute.cells import NEW, evaluate, shown_of
from ioc_pipeline.compute.formulas import closure, in_order, inputs_of, is_stated, levels_of, sql_of
from ioc_pipeline.compute.incremental import ENGINE, input_hashes
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.store.bulk import insert_rows

DAILY_MONTHS = 1
"""Newest calendar months with statements of which every day is kept."""

_DIRECT = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the single pass in which all vintages of a stated card are found."""

_LAST = "_last_said"
_SAID = "(value, value_status, numerator, denominator)"


@dataclass(frozen=True)
class VintagesRun:
    """What one pass did: evaluations of cards as of a day, rows in the table, seconds."""

    evaluated: int
    days: int
    seconds: float


def refresh_vintages(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> VintagesRun:
    """Bring `indicator_vintages` up to date. Must run outside a transaction; interrupted, it goes on next time."""
    started = time.perf_counter()
    levels, _ = in_order(catalogue)
    cards = {card.code: card for level in levels for card in level if sql_of(card) is not None}
    read = {code: closure(cards, catalogue, [code]) for code in cards}
    stated = _stated_days(connection)
    before: dict[str, dict[datetime, str]] = {}
    for code, as_of, digest in connection.execute(
        "SELECT code, as_of, inputs_hash FROM indicator_vintage_days ORDER BY code, as_of"
    ).fetchall():
        before.setdefault(code, {})[as_of] = digest
    direct: dict[str, str] = {}
    plan: dict[datetime, dict[str, str]] = {}
    cut: dict[str, datetime] = {}
    for code, card in cards.items():
        wanted = _wanted(catalogue, cards, read[code], card, stated)
        known = before.pop(code, {})
        if wanted == known:
            continue
        first = min(t for t in {*wanted, *known} if wanted.get(t) != known.get(t))
        # Rows found as of an earlier day were stated by that day.
        cut[code] = max((t for t in wanted if t < first), default=_DIRECT - timedelta(days=1))
        if _is_direct(card):
            direct |= {code: next(iter(wanted.values()))} if wanted else {}
            continue
        for as_of, digest in wanted.items():
            if as_of > cut[code]:
                plan.setdefault(as_of, {})[code] = digest
    cut |= dict.fromkeys(before, _DIRECT - timedelta(days=1))  # cards that are gone
    _forget(connection, cut)
    if direct:
        _take_direct(connection, catalogue, [cards[code] for code in direct], direct)
    current = _current(connection, catalogue, levels)
    newest = {code: as_of for as_of in sorted(plan) for code in plan[as_of]}
    evaluated = len(direct)
    for as_of in sorted(plan):
        # What was said by the last day with a statement is what is known now.
        already = {code: digest for code, digest in plan[as_of].items() if newest[code] == as_of and code in current}
        asked = {code: digest for code, digest in plan[as_of].items() if code not in already}
        if asked:
            needed = {c for code in asked for c in read[code]}
            chosen = [[card for card in level if card.code in needed] for level in levels]
            evaluate(connection, catalogue, [level for level in chosen if level], as_of=as_of)
            _add_changes(connection, asked, as_of, NEW)
            evaluated += len(asked)
        if already:
            _add_changes(connection, already, as_of, "indicator_cells")
    connection.execute(f"DROP TABLE IF EXISTS temp.main.{NEW}")
    return VintagesRun(evaluated, len(plan), time.perf_counter() - started)


def said_then(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, code: str, area: str, period: str, at: datetime
) -> dict[str, Any] | None:
    """The value of a cell as all that had been stated by `at` gives it; None when nothing was said of it by then.

    Exact for any moment: the card and what it reads are evaluated again from the facts of that moment.
    """
    levels = levels_of(catalogue, [code])
    if not levels:
        return None
    evaluate(connection, catalogue, levels, as_of=at)
    found = _one(connection, catalogue, NEW, code, area, period)
    connection.execute(f"DROP TABLE IF EXISTS temp.main.{NEW}")
    return found


def known_now(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, code: str, area: str, period: str
) -> dict[str, Any] | None:
    """The value of a cell as everything known now gives it; None when nothing is known of it."""
    return _one(connection, catalogue, "indicator_cells", code, area, period)


def _one(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, cells: str, code: str, area: str, period: str
) -> dict[str, Any] | None:
    of_cell = f"(SELECT * FROM {cells} WHERE code = $code AND area = $area AND period = $period)"
    relation = connection.execute(shown_of(catalogue, of_cell), {"code": code, "area": area, "period": period})
    names = [d[0] for d in relation.description or ()]
    row = relation.fetchone()
    return dict(zip(names, row, strict=True)) if row is not None else None


def _current(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, levels: Sequence[Sequence[Indicator]]
) -> set[str]:
    """Cards whose cells in the warehouse are those of the facts as they are."""
    hashes = input_hashes(connection, catalogue, levels)
    runs = connection.execute("SELECT code, inputs_hash FROM indicator_runs").fetchall()
    return {code for code, digest in runs if hashes.get(code) == digest}


def _is_direct(card: Indicator) -> bool:
    """True when the vintages of the card's facts are its own: taken as stated, with nothing rolled up."""
    return is_stated(card) and not (card.additivity in "SRW" and "communes" in card.selection.get("areas", ()))


_Days = dict[str, list[tuple[datetime, str]]]


def _stated_days(connection: duckdb.DuckDBPyConnection) -> _Days:
    """Days (their last moment, UTC) on which each feed stated anything new, with the state of its facts by then."""
    found: _Days = {}
    said: dict[str, Any] = {}
    for feed, day, ids in connection.execute(
        "SELECT feed_id, CAST(stated_at AS DATE) AS day, list(delivery_id ORDER BY delivery_id) FROM deliveries "
        "WHERE outcome = 'stored' AND added + revised > 0 GROUP BY ALL ORDER BY ALL"
    ).fetchall():
        state = said.setdefault(feed, hashlib.sha256())
        state.update("/".join(ids).encode() + b"\n")
        found.setdefault(feed, []).append((_end_of(day), state.hexdigest()))
    return found


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), clock(), tzinfo=UTC) - timedelta(microseconds=1)


def _wanted(
    catalogue: Catalogue, cards: Mapping[str, Indicator], read: set[str], card: Indicator, stated: _Days
) -> dict[datetime, str]:
    """Moments as of which a card is to be evaluated, with the hash of everything the result is a function of."""
    feeds = sorted({feed for code in read for feed in inputs_of(cards[code], catalogue).feeds})
    own = [[c.code, sql_of(c), c.feed, c.additivity, c.weight, c.scale] for c in (cards[code] for code in sorted(read))]
    ranks = {c.code: c.extra["rank"] for c in catalogue.codes["data_types"].codes.values()}
    fixed = json.dumps([ENGINE, DAILY_MONTHS, catalogue.province.code, own, ranks], sort_keys=True, default=str)
    moments = sorted({moment for feed in feeds for moment, _ in stated.get(feed, ())})
    if not moments:
        return {}
    kept = [_DIRECT] if _is_direct(card) else _kept(moments)

    def digest(until: datetime) -> str:
        states = []
        for feed in feeds:
            passed = [state for moment, state in stated.get(feed, ()) if moment <= until]
            states.append([feed, passed[-1] if passed else None])
        return hashlib.sha256((fixed + json.dumps(states)).encode()).hexdigest()

    return {moment: digest(moments[-1] if moment == _DIRECT else moment) for moment in kept}


def _kept(moments: Sequence[datetime]) -> list[datetime]:
    """Of moments in order: all of the newest months, and of each earlier month its end, which says the same as its last
    moment and is one for all cards."""
    newest = sorted({(m.year, m.month) for m in moments})[-DAILY_MONTHS:]
    return sorted({m if (m.year, m.month) in newest else _month_end(m) for m in moments})


def _month_end(moment: datetime) -> datetime:
    return _end_of(date(moment.year, moment.month, monthrange(moment.year, moment.month)[1]))


def _forget(connection: duckdb.DuckDBPyConnection, cut: Mapping[str, datetime]) -> None:
    """Drop what was found after the last day that each card has in common with before."""
    if not cut:
        return
    connection.execute("CREATE OR REPLACE TEMP TABLE _cut (code VARCHAR, after TIMESTAMPTZ)")
    insert_rows(connection, "_cut", [{"code": c, "after": t} for c, t in cut.items()])
    connection.execute("BEGIN TRANSACTION")
    try:
        connection.execute(
            "DELETE FROM indicator_vintage_days v USING _cut c WHERE v.code = c.code AND v.as_of > c.after"
        )
        connection.execute(
            "DELETE FROM indicator_vintages v USING _cut c WHERE v.code = c.code "
            "AND (v.stated_at > c.after OR v.stated_at IS NULL)"
        )
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("DROP TABLE temp.main._cut")


def _take_direct(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    cards: Sequence[Indicator],
    digests: Mapping[str, str],
) -> None:
    """All vintages of stated cards in one pass: their texts over every statement ever made, changes only."""
    evaluate(connection, catalogue, [cards], every_vintage=True)
    cell = "PARTITION BY code, area, period, data_type ORDER BY stated_at, known_at, delivery_id, row_no"
    _write(
        connection,
        f"SELECT * EXCLUDE (_before), row_number() OVER ({cell}) AS vintage FROM (SELECT *, lag({_SAID}) OVER ({cell}) "
        f"AS _before FROM {NEW}) WHERE _before IS DISTINCT FROM {_SAID}",
        [{"code": code, "as_of": _DIRECT, "inputs_hash": digest} for code, digest in digests.items()],
    )


def _add_changes(
    connection: duckdb.DuckDBPyConnection, digests: Mapping[str, str], as_of: datetime, cells: str
) -> None:
    """Vintages of cells whose state as of a day differs from what was said last; a cell that is gone was withdrawn."""
    listed = ", ".join(f"'{code}'" for code in digests)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_LAST} AS SELECT * FROM indicator_vintages WHERE code IN ({listed}) "
        "QUALIFY row_number() OVER (PARTITION BY code, area, period, data_type ORDER BY vintage DESC) = 1"
    )
    # A withdrawn cell takes the moments of the cells that the same card still has.
    _write(
        connection,
        f"SELECT n.*, coalesce(l.vintage, 0) + 1 AS vintage FROM {cells} n LEFT JOIN {_LAST} l "
        "USING (code, area, period, data_type) WHERE n.code IN "
        f"({listed}) AND (l.vintage IS NULL OR (n.value, n.value_status, n.numerator, n.denominator) "
        "IS DISTINCT FROM (l.value, l.value_status, l.numerator, l.denominator)) "
        "UNION ALL BY NAME SELECT l.* REPLACE (NULL AS value, 'missing' AS value_status, NULL AS numerator, "
        "NULL AS denominator, coalesce(m.known_at, l.known_at) AS known_at, "
        f"coalesce(m.stated_at, TIMESTAMPTZ '{as_of.isoformat()}') AS stated_at, l.vintage + 1 AS vintage) "
        f"FROM {_LAST} l ANTI JOIN {cells} n USING (code, area, period, data_type) "
        f"LEFT JOIN (SELECT code, max(known_at) AS known_at, max(stated_at) AS stated_at FROM {cells} GROUP BY code) m "
        "ON m.code = l.code WHERE (l.value, l.value_status) IS DISTINCT FROM (NULL::DOUBLE, 'missing')",
        [{"code": code, "as_of": as_of, "inputs_hash": digest} for code, digest in digests.items()],
    )
    connection.execute(f"DROP TABLE temp.main.{_LAST}")


def _write(connection: duckdb.DuckDBPyConnection, rows: str, days: Sequence[Mapping[str, Any]]) -> None:
    """One transaction: the vintages and that these days were evaluated."""
    connection.execute("BEGIN TRANSACTION")
    try:
        connection.execute(
            f"INSERT INTO indicator_vintages BY NAME FROM ({rows}) "
            "ORDER BY code, area, period_end, period, data_type, vintage"
        )
        insert_rows(connection, "indicator_vintage_days", days)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
