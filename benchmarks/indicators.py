"""All indicators × 65 communes × 10 years of months, on two threads, from warm facts.

    python -m benchmarks.indicators                # --communes 65 --years 10

Made-up facts (seeded): every card that takes statements as they are gets a statement for each commune and month; every
card with a formula divides sums of one records feed by commune and month; one in ten reads another card. All are rolled
up to the province. Measured: cells, then corrections, trust and colours, then the cells after one feed changed. The
baseline, in the same run, is what an engineer writes by hand without any of it: one plain GROUP BY per card over the
same facts straight into a table. Processor seconds are of all threads.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import duckdb

from ioc_pipeline.compute.bound_facts import statements_kept
from ioc_pipeline.compute.formulas import is_stated, sql_of
from ioc_pipeline.compute.incremental import refresh
from ioc_pipeline.compute.judged_cells import judge_shown
from ioc_pipeline.compute.shown import CORRECTED, basis_of, correct, show
from ioc_pipeline.compute.trust import judge_trust
from ioc_pipeline.compute.vintages import refresh_vintages
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.settings import Places
from ioc_pipeline.store.warehouse import ensure_records_table, writing

RECORDS = "land_dossiers"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
TARGET_SECONDS = 10.0
T = TypeVar("T")
FORMULA = (
    f"SELECT ma_xa AS area, thang AS period, sum(giai_quyet_dung_han) AS numerator, sum(giai_quyet) AS denominator "
    f"FROM {RECORDS} GROUP BY ALL"
)


def spread(catalogue: Catalogue) -> Catalogue:
    """The declared cards, each for the province and its communes by month."""
    cards: list[Indicator] = []
    for place, card in enumerate(catalogue.indicators.values()):
        common = {"code": card.code, "plan": None, "weight": None, "scale": 100.0, "no_source": None}
        if cards and place % 10 == 9:
            text = f"SELECT area, period, value / 2 AS value FROM {cards[-1].code}"
            cards.append(replace(card, **(common | {"formula": text, "selection": {}, "feed": "", "additivity": "X"})))
        elif is_stated(card) and card.selection:
            select = card.selection | {"areas": ["own", "communes"], "period_kind": "month"}
            cards.append(replace(card, **(common | {"selection": select, "additivity": "S"})))
        else:
            more = {"formula": FORMULA, "selection": {}, "feed": RECORDS, "additivity": "R"}
            cards.append(replace(card, **(common | more)))
    return replace(catalogue, indicators={c.code: c for c in cards}, corrections=())


def fill(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, communes: list[str], months: int) -> None:
    """Seeded facts of all cards, with the deliveries they came in."""
    con.execute("SELECT setseed(0.5)")
    con.execute(
        "CREATE TEMP TABLE grid AS SELECT area, CAST(m AS DATE) AS start, strftime(m, '%Y-%m') AS period, "
        "last_day(CAST(m AS DATE)) AS period_end FROM (SELECT unnest($1) AS area) CROSS JOIN "
        "(SELECT unnest(generate_series(DATE '2026-10-01' - to_months($2), DATE '2026-10-01', INTERVAL 1 MONTH)) AS m)",
        [communes, months - 1],
    )
    series = {
        (c.feed, str(c.selection["indicator"]), str(c.selection["measure"]), c.selection.get("item"))
        for c in catalogue.indicators.values()
        if is_stated(c) and c.selection
    }
    for number, (feed, indicator, measure, item) in enumerate(sorted(series, key=str)):
        con.execute(
            "INSERT INTO observations BY NAME SELECT md5(concat_ws('/', $1, $2, $3, $4, area, period)) AS fact_key, "
            "$1 AS feed_id, 'first' AS delivery_id, row_number() OVER () AS row_no, "
            "TIMESTAMPTZ '2026-11-01' AS stated_at, "
            "TIMESTAMPTZ '2026-11-01' AS known_at, $2 AS indicator, $4::VARCHAR AS item, area, period, "
            "'month' AS period_kind, period_end, $3 AS measure, 'actual' AS data_type, 100 * random() + $5 AS value, "
            "'present' AS value_status, '%' AS unit, true AS simulated FROM grid",
            [feed, indicator, measure, item, number],
        )
    ensure_records_table(con, catalogue.feeds[RECORDS])
    con.execute(
        f"INSERT INTO records_{RECORDS} BY NAME SELECT concat(area, period) AS _key, "
        "md5(concat(area, period)) AS _hash, "
        "TIMESTAMPTZ '2026-11-01' AS _version_at, TIMESTAMPTZ '2026-11-01' AS _known_at, 'first' AS _delivery_id, "
        "row_number() OVER () AS _row, period AS thang, area AS ma_xa, "
        "CAST(100 + 100 * random() AS BIGINT) AS giai_quyet, "
        "CAST(100 * random() AS BIGINT) AS giai_quyet_dung_han, true AS simulated FROM grid"
    )
    for feed in {f for f, _, _, _ in series} | {RECORDS}:
        state(con, feed, "first", "2026-11-01")


def state(con: duckdb.DuckDBPyConnection, feed: str, delivery: str, day: str) -> None:
    """Record that a delivery gave facts, and that one rule passed on it."""
    con.execute(
        "INSERT INTO deliveries BY NAME SELECT $1 AS feed_id, $2 AS delivery_id, $2 || '.csv' AS file_name, "
        "'' AS sha256, "
        "0 AS size_bytes, $3::TIMESTAMPTZ AS received_at, $3::TIMESTAMPTZ AS stated_at, 'stored' AS outcome, "
        "1 AS received, 1 AS accepted, 0 AS quarantined, 1 AS added, 0 AS revised, 0 AS unchanged, "
        "'[]' AS notices_json, "
        "true AS simulated, '' AS run_id, '' AS contract_version, '' AS contract_hash, '' AS code_version, "
        "$3::TIMESTAMPTZ AS stored_at",
        [feed, delivery, day],
    )
    con.execute(
        "INSERT INTO validation_results BY NAME SELECT $1 AS feed_id, $2 AS delivery_id, '' AS run_id, 'c' AS clause, "
        "'r' AS expectation_id, 't' AS expectation_type, 'row' AS level, 'critical' AS severity, true AS success, "
        "'sql' AS engine",
        [feed, delivery],
    )


def baseline(con: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """One plain GROUP BY per card straight into a table: no order, roll-up, checks, provenance or colours."""
    con.execute("CREATE OR REPLACE TABLE by_hand (code VARCHAR, area VARCHAR, period VARCHAR, value DOUBLE)")
    for card in catalogue.indicators.values():
        if is_stated(card):
            con.execute(
                "INSERT INTO by_hand SELECT $1, area, period, max_by(value, stated_at) FROM observations "
                "WHERE feed_id = $2 AND indicator = $3 AND measure = $4 AND item IS NOT DISTINCT FROM $5 GROUP BY ALL",
                [
                    card.code,
                    card.feed,
                    card.selection["indicator"],
                    card.selection["measure"],
                    card.selection.get("item"),
                ],
            )
        elif card.feed:
            con.execute(
                "INSERT INTO by_hand SELECT $1, area, period, 100 * numerator / denominator FROM "
                f"({sql_of(card)})", [card.code]
            )  # fmt: skip
        else:
            read = str(sql_of(card)).rsplit(" ", 1)[-1]
            con.execute(
                "INSERT INTO by_hand SELECT $1, area, period, value / 2 FROM by_hand WHERE code = $2", [card.code, read]
            )


def judge(con: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """From cells to what a release shows: corrections, trust, colours."""
    show(con, catalogue)
    correct(con, catalogue, NOW.date())
    with statements_kept(con):
        basis = basis_of(catalogue)
        judge_trust(con, catalogue, CORRECTED, basis, ())
        judge_shown(con, catalogue, CORRECTED, basis, NOW.date())


@dataclass(frozen=True)
class Took:
    """Seconds on the clock and of the processor."""

    wall: float
    processor: float


def timed(work: Callable[[], T]) -> tuple[Took, T]:
    """How long it took, and what came of it."""
    started, used = time.perf_counter(), time.process_time()
    result = work()
    return Took(time.perf_counter() - started, time.process_time() - used), result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--communes", type=int, default=65)
    parser.add_argument("--years", type=int, default=10)
    given = parser.parse_args()
    catalogue = spread(load_catalogue())
    own = [u.code for u in units.communes(catalogue.province.code)]
    with TemporaryDirectory(prefix="ioc-bench-") as folder, writing(Places(Path(folder))) as con:
        con.execute("SET threads = 2")
        fill(con, catalogue, own[: given.communes], 12 * given.years)
        con.execute("CHECKPOINT")
        report(con, catalogue)


def report(con: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Measure and print."""
    hand = min((timed(lambda: baseline(con, catalogue))[0] for _ in range(2)), key=lambda t: t.processor)
    first, _ = timed(lambda: refresh(con, catalogue, NOW))
    con.execute("DELETE FROM indicator_runs")
    cells, _ = timed(lambda: refresh(con, catalogue, NOW))
    status, _ = timed(lambda: judge(con, catalogue))
    both = Took(cells.wall + status.wall, cells.processor + status.processor)
    nothing, _ = timed(lambda: refresh(con, catalogue, NOW))
    vintages, told = timed(lambda: refresh_vintages(con, catalogue))
    con.execute(
        f"INSERT INTO records_{RECORDS} SELECT * REPLACE (giai_quyet + 1 AS giai_quyet, "
        "TIMESTAMPTZ '2026-11-02' AS _version_at, TIMESTAMPTZ '2026-11-02' AS _known_at, 'second' AS _delivery_id) "
        f"FROM records_{RECORDS} LIMIT 10"
    )
    state(con, RECORDS, "second", "2026-11-02")
    part, changed = timed(lambda: refresh(con, catalogue, NOW))
    counted = con.execute("SELECT count(*), count(DISTINCT code) FROM indicator_cells").fetchone()
    assert counted is not None
    print(f"{counted[1]} cards, {counted[0]:,} cells, 2 threads, load {Path('/proc/loadavg').read_text().split()[0]}")
    print(f"{'':38} seconds  processor  ratio of processor")
    for name, took in (
        ("baseline: a plain GROUP BY per card", hand),
        ("cells, first time (texts parsed)", first),
        ("cells, all cards", cells),
        ("corrections, trust, colours", status),
        ("cells and status", both),
        ("nothing changed", nothing),
        ("one feed changed: cells", part),
        ("vintages, first time", vintages),
    ):
        print(f"{name:38} {took.wall:7.2f} {took.processor:10.2f} {took.processor / hand.processor:10.2f}")
    print(f"one feed changed: {len(changed.recomputed)} cards recomputed, {len(changed.kept)} kept")
    print(f"vintages: {told.evaluated} evaluations of cards as of {told.days} days")
    held = "held" if both.wall <= TARGET_SECONDS else "missed"
    print(f"target: cells and status in at most {TARGET_SECONDS:.0f} s: {both.wall:.2f} s, {held}")


if __name__ == "__main__":
    main()
