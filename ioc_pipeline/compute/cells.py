"""Cells of indicators, set-wise: each card's text is evaluated once for all areas and periods, in the order in which
cards read each other. Nothing is looped over but cards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from ioc_pipeline.compute.bound_facts import BoundFacts, bound_facts
from ioc_pipeline.compute.formulas import STATEMENTS, inputs_of, is_stated, selected_columns, sql_of, tables_read
from ioc_pipeline.compute.rollup import ROLLUP_TABLES, rolled_up
from ioc_pipeline.compute.stated_cells import SELECTIONS, keep_one_statement, take_stated
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.messages import Message
from ioc_pipeline.periods import parse_period
from ioc_pipeline.store.bulk import insert_rows

NEW = "_new_cells"
"""Temporary table of the cells just evaluated, with the columns of `indicator_cells`."""

Seen = Callable[[Sequence[str]], str]
"""Relation of the shown cells of some cards, as formulas see them: the best figure that is no plan."""

_RAW, _META, _PERIODS = "_raw_cells", "_card_meta", "_cell_periods"
_ROWS = (
    "code VARCHAR, area VARCHAR, period VARCHAR, measure VARCHAR, data_type VARCHAR, value DOUBLE, "
    "value_status VARCHAR, numerator DOUBLE, denominator DOUBLE, known_at TIMESTAMPTZ, published_at DATE, "
    "stated_at TIMESTAMPTZ, simulated BOOLEAN"
)


@dataclass
class Evaluated:
    """What came of an evaluation: cards whose text does not work, and seconds per card."""

    failed: dict[str, Message] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def rank_of(catalogue: Catalogue, column: str = "data_type") -> str:
    """SQL text: place of a data type when several state one cell (1 is shown); null for a plan, which never is."""
    ranks = {c.code: c.extra["rank"] for c in catalogue.codes["data_types"].codes.values() if c.extra["rank"]}
    return f"CASE {column} " + " ".join(f"WHEN '{code}' THEN {rank}" for code, rank in ranks.items()) + " END"


def shown_of(catalogue: Catalogue, cells: str) -> str:
    """SELECT of the shown cells of a relation: of each code, area and period the best-ranked one that is no plan.

    Most cards have one kind of figure only: those are not ranked, which is most of the price.
    """
    rank = rank_of(catalogue)
    several = (
        f"(SELECT code FROM {cells} WHERE {rank} IS NOT NULL GROUP BY code HAVING min(data_type) <> max(data_type))"
    )
    return (
        f"SELECT * FROM {cells} WHERE {rank} IS NOT NULL AND code NOT IN {several} "
        f"UNION ALL SELECT * FROM {cells} WHERE {rank} IS NOT NULL AND code IN {several} "
        f"QUALIFY row_number() OVER (PARTITION BY code, area, period ORDER BY {rank}) = 1"
    )


def evaluate(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    levels: Sequence[Sequence[Indicator]],
    *,
    as_of: datetime | None = None,
    every_vintage: bool = False,
    known_cells: str = "indicator_cells",
) -> Evaluated:
    """Fill the temporary table `_new_cells` with the cells of the cards, level by level.

    `as_of`: only from what had been stated by then. `every_vintage`: stated cards only, with every statement ever made
    of a cell as a row. `known_cells`: relation with the cells of cards that are read but
    not among `levels`. A card whose text fails has no cells; the others go on. Must run outside a transaction.
    """
    done = Evaluated()
    cards = [card for level in levels for card in level]
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {NEW} AS FROM indicator_cells LIMIT 0")
    asked = {card.code for card in cards}

    def seen(some: Sequence[str]) -> str:
        mine = [f"'{code}'" for code in some if code in asked]
        others = [f"'{code}'" for code in some if code not in asked]
        found = [
            f"FROM {cells} WHERE code IN ({', '.join(codes)})"
            for cells, codes in ((NEW, mine), (known_cells, others))
            if codes
        ]
        return f"({shown_of(catalogue, '(' + ' UNION ALL BY NAME '.join(found) + ')')})"

    try:
        with bound_facts(connection, catalogue, as_of, every_vintage) as facts:
            facts.bind(cards)
            read = sorted({code for card in cards for code in inputs_of(card, catalogue).cards})
            facts.bind_cards(read, seen)
            for level in levels:
                _level(connection, catalogue, facts, level, done, seen)
    finally:
        for table in (_RAW, _META, _PERIODS, SELECTIONS, *ROLLUP_TABLES):
            connection.execute(f"DROP TABLE IF EXISTS temp.main.{table}")
    return done


def _level(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    facts: BoundFacts,
    level: Sequence[Indicator],
    done: Evaluated,
    seen: Seen,
) -> None:
    """Add the cells of cards that do not read each other to `_new_cells`."""
    stated = [card for card in level if is_stated(card) and sql_of(card) is not None]
    if stated:
        _stated(connection, catalogue, facts, stated, done, seen)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_RAW} ({_ROWS})")
    evaluated: list[Indicator] = []
    for inexact in (False, True):
        chosen = [c for c in level if not is_stated(c) and _is_inexact(c, catalogue, facts) is inexact]
        with _one_thread(connection) if inexact and chosen else nullcontext():
            evaluated += [card for card in chosen if _evaluate_card(connection, catalogue, facts, card, done)]
    if not evaluated:
        return
    _describe(connection, catalogue, facts, evaluated, seen)
    for code, message in _not_cells(connection).items():
        done.failed[code] = message
        connection.execute(f"DELETE FROM {_RAW} WHERE code = ?", [code])
    above = rolled_up(connection, catalogue, [c for c in evaluated if c.code not in done.failed], _RAW, seen)
    if above is not None:
        connection.execute(f"INSERT INTO {_RAW} BY NAME {above}")
    connection.execute(
        f"INSERT INTO {NEW} BY NAME SELECT r.code, area, r.period, period_kind, period_end, "
        "coalesce(measure, CASE WHEN denominator IS NULL THEN 'level' ELSE 'rate' END) AS measure, "
        "coalesce(data_type, 'actual') AS data_type, value, "
        "coalesce(value_status, CASE WHEN value IS NULL THEN 'nil' ELSE 'present' END) AS value_status, "
        "numerator, denominator, coalesce(r.known_at, m.known_at) AS known_at, r.published_at, "
        "coalesce(r.stated_at, m.stated_at) AS stated_at, coalesce(r.simulated, m.simulated, false) AS simulated, "
        "m.feed_id "
        f"FROM {_RAW} r JOIN {_META} m USING (code) JOIN {_PERIODS} p USING (period) "
        "WHERE area IS NOT NULL AND (m.as_of IS NULL OR period_end <= m.as_of)"
    )


@contextmanager
def _one_thread(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """One thread adds up in one order: the same bytes every time."""
    row = connection.execute("SELECT current_setting('threads')").fetchone()
    connection.execute("SET threads = 1")
    try:
        yield
    finally:
        connection.execute(f"SET threads = {row[0] if row else 1}")


def _stated(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    facts: BoundFacts,
    cards: Sequence[Indicator],
    done: Evaluated,
    seen: Seen,
) -> None:
    """Add the cells of cards that take statements as they are; `seconds` are shared out evenly."""
    started = time.perf_counter()
    _name_periods(connection, f"{facts.home}.observations")
    take_stated(connection, catalogue, facts, cards, NEW)
    for code, text in connection.execute(
        f"SELECT code, min(period) FROM {NEW} WHERE period_end IS NULL GROUP BY code"
    ).fetchall():
        done.failed[code] = _no_period(code, text)
        connection.execute(f"DELETE FROM {NEW} WHERE code = ?", [code])
    if not facts.every_vintage:
        keep_one_statement(connection, NEW)
    above = rolled_up(connection, catalogue, [c for c in cards if c.code not in done.failed], NEW, seen)
    if above is not None:
        connection.execute(
            f"INSERT INTO {NEW} BY NAME SELECT r.*, period_kind, period_end, feed_id FROM ({above}) r "
            f"JOIN {_PERIODS} USING (period) JOIN (SELECT code, feed_id FROM {SELECTIONS}) USING (code)"
        )
    done.seconds |= dict.fromkeys((card.code for card in cards), (time.perf_counter() - started) / len(cards))


def _is_inexact(card: Indicator, catalogue: Catalogue, facts: BoundFacts) -> bool:
    """True when the text may add up numbers whose sum depends on their order."""
    read = inputs_of(card, catalogue)
    return bool(read.cards) or any(
        facts.feeds[f].inexact if f in facts.feeds else catalogue.feeds[f].shape == "observations" for f in read.feeds
    )


def _evaluate_card(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    facts: BoundFacts,
    card: Indicator,
    done: Evaluated,
) -> bool:
    """Run one text into `_raw_cells`; False when it has nothing to read yet, or fails."""
    text = sql_of(card)
    if text is None:
        return False
    read = inputs_of(card, catalogue)
    absent = [f for f in read.feeds if catalogue.feeds[f].shape == "records" and f not in facts.feeds]
    if absent:
        return False
    started = time.perf_counter()
    try:
        connection.execute(
            f"INSERT INTO {_RAW} BY NAME {_own_statements(card)} "
            f"SELECT {_columns(card, text)} FROM ({text.strip().rstrip(';')}\n) AS f",
            {"province": catalogue.province.code} if "$province" in text else {},
        )
    except (duckdb.Error, KeyError) as error:
        done.failed[card.code] = _does_not_run(card.code, error)
        connection.execute(f"DELETE FROM {_RAW} WHERE code = ?", [card.code])
        return False
    finally:
        done.seconds[card.code] = time.perf_counter() - started
    return True


def _own_statements(card: Indicator) -> str:
    """WITH clause that restricts the statements to the card's feed: those of others are bound for other cards, and are
    none of its inputs."""
    if STATEMENTS not in tables_read(card):
        return ""
    return f"WITH {STATEMENTS} AS (FROM temp.main.{STATEMENTS} WHERE feed_id = '{card.feed}')"


def _columns(card: Indicator, text: str) -> str:
    """Columns of `_raw_cells` from those that a text returns. KeyError names one that is missing."""
    code = f"'{card.code}' AS code, area, period"
    returned = selected_columns(text)
    ratio = {"numerator", "denominator"} <= returned
    if "value" not in returned and not ratio:
        raise KeyError("value, or numerator and denominator")
    counts = ", CAST(numerator AS DOUBLE) AS numerator, CAST(denominator AS DOUBLE) AS denominator" if ratio else ""
    value = "CAST(value AS DOUBLE)"
    if "value" not in returned:
        # 0/0 is unknown, never 0 % (IOC-DUNG-04).
        value = f"{card.scale!r} * numerator / nullif(CAST(denominator AS DOUBLE), 0)"
    return f"{code}, {value} AS value{counts}"


def _describe(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    facts: BoundFacts,
    cards: Sequence[Indicator],
    seen: Seen,
) -> None:
    """Table of what is known of each card as a whole: no single statement gives its cells."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_META} (code VARCHAR, feed_id VARCHAR, known_at TIMESTAMPTZ, "
        "stated_at TIMESTAMPTZ, simulated BOOLEAN, as_of DATE)"
    )
    rows = []
    newest = _newest(connection, catalogue, cards, seen)
    for card in cards:
        read = inputs_of(card, catalogue)
        states = [facts.feeds[f] for f in read.feeds if f in facts.feeds]
        as_of = [s.as_of for s in states if s.as_of is not None]
        known = [s.known_at for s in states if s.known_at is not None]
        said = [s.stated_at for s in states if s.stated_at is not None]
        simulated = any(s.simulated for s in states)
        for more in newest.get(card.code, ()):
            known += [more[0]] if more[0] else []
            said += [more[1]] if more[1] else []
            simulated = simulated or bool(more[2])
        rows.append(
            {
                "code": card.code, "feed_id": card.feed, "known_at": max(known, default=None),
                "stated_at": max(said, default=None), "simulated": simulated, "as_of": max(as_of, default=None),
            }
        )  # fmt: skip
    insert_rows(connection, _META, rows)


_Newest = tuple[datetime | None, datetime | None, bool | None]


def _newest(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, cards: Sequence[Indicator], seen: Seen
) -> dict[str, list[_Newest]]:
    """When the newest of the cells and statements that cards read was received and stated, and whether any is
    simulated; by code."""
    by_card, by_feed = [], []
    for card in cards:
        read = inputs_of(card, catalogue)
        by_card += [(card.code, other) for other in read.cards]
        by_feed += [(card.code, f) for f in read.feeds if catalogue.feeds[f].shape == "observations"]
    sources = []
    if by_card:
        sources.append((by_card, "code", seen(sorted({other for _, other in by_card}))))
    if by_feed:
        sources.append((by_feed, "feed_id", STATEMENTS))
    found: dict[str, list[_Newest]] = {}
    for pairs, name, relation in sources:
        facts = {
            key: newest
            for key, *newest in connection.execute(
                f"SELECT {name}, max(known_at), max(stated_at), bool_or(simulated) FROM {relation} GROUP BY {name}"
            ).fetchall()
        }
        for code, key in pairs:
            if key in facts:
                found.setdefault(code, []).append((facts[key][0], facts[key][1], facts[key][2]))
    return found


def _not_cells(connection: duckdb.DuckDBPyConnection) -> dict[str, Message]:
    """Cards whose rows in `_raw_cells` are no cells: a period that is none, or two rows of one area and period. Makes
    the table of periods."""
    wrong: dict[str, Message] = {}
    for text in _name_periods(connection, _RAW):
        codes = connection.execute(
            f"SELECT DISTINCT code FROM {_RAW} WHERE period IS NOT DISTINCT FROM ?", [text]
        ).fetchall()
        wrong |= {code: _no_period(code, text) for (code,) in codes}
    twice = connection.execute(
        "SELECT code, first(area), first(period) FROM (SELECT code, area, period "
        f"FROM {_RAW} GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL) GROUP BY code"
    ).fetchall()
    return wrong | {code: _twice(code, area, period) for code, area, period in twice}


def _name_periods(connection: duckdb.DuckDBPyConnection, relation: str) -> list[str | None]:
    """Make the table `_cell_periods` of all periods in a relation; returns the texts that are none."""
    wrong: list[str | None] = []
    periods = []
    for (text,) in connection.execute(f"SELECT DISTINCT period FROM {relation}").fetchall():
        try:
            period = parse_period(text or "")
        except ValueError:
            wrong.append(text)
            continue
        periods.append({"period": text, "period_kind": period.kind, "period_end": period.end})
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_PERIODS} (period VARCHAR, period_kind VARCHAR, period_end DATE)"
    )
    insert_rows(connection, _PERIODS, periods)
    return wrong


def _does_not_run(code: str, error: Exception) -> Message:
    detail = str(error).splitlines()[0]
    return Message(
        "indicator.formula",
        f"Công thức của chỉ số {code} không chạy được: {detail}",
        f"The formula of indicator {code} does not run: {detail}",
    )


def _no_period(code: str, text: str | None) -> Message:
    return Message(
        "indicator.period",
        f"Công thức của chỉ số {code} trả về kỳ {text!r}; viết 2026, 2026-Q3, 2026-09 hoặc 2026-09-30.",
        f"The formula of indicator {code} returns the period {text!r}; write 2026, 2026-Q3, 2026-09 or 2026-09-30.",
    )


def _twice(code: str, area: str | None, period: str) -> Message:
    where = area or "–"
    return Message(
        "indicator.twice",
        f"Công thức của chỉ số {code} trả về hai dòng cho {where}, kỳ {period}; gộp lại bằng GROUP BY.",
        f"The formula of indicator {code} returns two rows for {where}, period {period}; group them.",
    )


def cells_of(
    connection: duckdb.DuckDBPyConnection, code: str, cells: str = "indicator_cells"
) -> Mapping[tuple[str, str, str], float | None]:
    """Values of a card by area, period and data type: for tests and for small questions."""
    rows = connection.execute(f"SELECT area, period, data_type, value FROM {cells} WHERE code = ?", [code]).fetchall()
    return {(area, period, kind): value for area, period, kind, value in rows}
