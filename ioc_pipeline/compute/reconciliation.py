"""Cross-feed reconciliation: two feeds that state the same fact, compared area by area and period by period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from ioc_pipeline.compute.verdicts import FAIL, PASS, UNDETERMINED, Computed
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.reconciliations import Reconciliation, Statement
from ioc_pipeline.messages import Text

PAIRS = Text("cặp (đơn vị, kỳ)", "pairs (area, period)")
TO_DATE = frozenset({"ytd", "ytd_rate", "ytd_yoy", "ytd_share"})
"""Measures that run from 1 January: equal last days mean equal spans, whatever the period is called (2026-09, Q3)."""
SHOWN = 12


@dataclass(frozen=True)
class Pair:
    """One fact stated twice, in the common scale; `shown` is the value of the feed that leaders see."""

    reconciliation: str
    area: str
    period: str
    shown: float
    other: float
    shown_feed: str
    other_feed: str
    shown_type: str
    other_type: str
    simulated: bool
    agrees: bool

    def as_text(self) -> str:
        """One line for the evidence: who says what, and how far apart."""
        mark = ", simulated" if self.simulated else ""
        return (
            f"{self.reconciliation} {self.area} {self.period}: {self.shown_feed} {self.shown:g} ({self.shown_type}), "
            f"{self.other_feed} {self.other:g} ({self.other_type}), |Δ| {abs(self.shown - self.other):.6g}"
            f"{' ✓' if self.agrees else ' ✗'}{mark}"
        )


def one_source_each(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, today: date) -> Computed:
    """IOC-THONG-01: pairs (area, period) of one fact that agree, of those stated by two feeds.

    A fact that two feeds state without a declared reconciliation counts as a pair that does not agree: nobody has said
    which source is the original. No pair at all is undetermined.
    """
    pairs = [p for r in catalogue.reconciliations if r.since <= today for p in compared(connection, catalogue, r)]
    undeclared = _undeclared(connection, catalogue)
    apart = [p for p in pairs if not p.agrees]
    have, total = len(pairs) - len(apart), len(pairs) + len(undeclared)
    declared = len(catalogue.reconciliations)
    if total == 0:
        reason = Text(
            f"{declared} đối chiếu đã khai, chưa có cặp số nào cùng đơn vị và kỳ để so",
            f"{declared} reconciliations declared, no two figures of one area and period to compare yet",
        )
    else:
        reason = Text(
            f"{have}/{total} cặp số của hai nguồn khớp trong sai số cho phép"
            + (f"; {len(undeclared)} số do hai nguồn cùng nêu mà chưa khai đối chiếu" if undeclared else ""),
            f"{have} of {total} pairs stated by two feeds agree within the tolerance"
            + (
                f"; {len(undeclared)} facts stated by two feeds without a declared reconciliation" if undeclared else ""
            ),
        )
    verdict = UNDETERMINED if total == 0 else PASS if have == total else FAIL
    details = [p.as_text() for p in apart] + undeclared + [p.as_text() for p in pairs if p.agrees]
    return Computed(verdict, have, total, PAIRS, reason, tuple(details[:SHOWN]))


def compared(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, rule: Reconciliation) -> list[Pair]:
    """Pairs that both feeds state, by area and period, each side by its best kind of figure (never a plan)."""
    shown, other = sorted(rule.statements, key=lambda s: s.feed != rule.shown)
    first, second = (_stated(connection, catalogue, side) for side in (shown, other))
    pairs = []
    for key in sorted(first.keys() & second.keys()):
        a, b = first[key], second[key]
        x, y = ((row["value"] - side.minus) * side.times for row, side in ((a, shown), (b, other)))
        pairs.append(
            Pair(
                rule.id, a["area"], a["period"], x, y, shown.feed, other.feed, a["data_type"], b["data_type"],
                bool(a["simulated"] or b["simulated"]), rule.agree(x, y),
            )
        )  # fmt: skip
    return pairs


def _stated(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, side: Statement
) -> dict[tuple[str, str], dict[str, Any]]:
    """Newest statement of a series by area and span."""
    ranks = {c.code: c.extra["rank"] for c in catalogue.codes["data_types"].codes.values() if c.extra["rank"]}
    span = "period_end::VARCHAR" if side.measure in TO_DATE else "period"
    rank = "CASE data_type " + " ".join(f"WHEN '{code}' THEN {number}" for code, number in ranks.items()) + " END"
    rows = connection.execute(
        f"SELECT area, {span} AS span, period, value, data_type, simulated FROM observations_current "
        "WHERE feed_id = $feed AND indicator = $indicator AND measure = $measure "
        "AND item IS NOT DISTINCT FROM $item AND data_type <> 'plan' AND value IS NOT NULL "
        f"QUALIFY row_number() OVER (PARTITION BY area, span ORDER BY {rank}, stated_at DESC, row_no) = 1",
        {"feed": side.feed, "indicator": side.indicator, "measure": side.measure, "item": side.item},
    ).fetchall()
    return {(area, at): dict(zip(("area", "period", "value", "data_type", "simulated"), (area, *rest), strict=True))
            for area, at, *rest in rows}  # fmt: skip


def _undeclared(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> list[str]:
    """Facts of cards that two feeds state and no reconciliation names, one line each."""
    series = sorted({str(c.selection["indicator"]) for c in catalogue.indicators.values() if c.selection})
    known: set[tuple[str, str, str]] = {s.series for r in catalogue.reconciliations for s in r.statements}
    rows: Sequence[Any] = connection.execute(
        "SELECT indicator, measure, item, area, period, list(DISTINCT feed_id ORDER BY feed_id) "
        "FROM observations_current WHERE list_contains(?, indicator) AND data_type <> 'plan' AND value IS NOT NULL "
        "GROUP BY ALL HAVING count(DISTINCT feed_id) > 1 ORDER BY ALL",
        [series],
    ).fetchall()
    return [
        f"{indicator} {measure}{f' {item}' if item else ''} {area} {period}: {', '.join(feeds)} ✗"
        for indicator, measure, item, area, period, feeds in rows
        if not all((feed, indicator, measure) in known for feed in feeds)
    ]
