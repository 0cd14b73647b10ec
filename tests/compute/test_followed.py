"""What is computed from a corrected figure follows it, says why, and is explained by its children."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ioc_pipeline.compute.incremental import refresh
from ioc_pipeline.compute.shown import CORRECTED, RAW, correct, forget, show
from ioc_pipeline.contracts.corrections import Correction
from ioc_pipeline.messages import Text
from tests.compute.engine_fixture import card, deliver, statement, warehouse, with_cards

FEED = "province_published"
TODAY = date(2026, 11, 21)


def correction(code: str, action: str, expect: float, number: int = 1, **more: float | None) -> Correction:
    fields = {"value": None, "factor": None} | more
    return Correction(
        f"DC-{number}", code, "56", "2026-08", None, action, fields["value"], fields["factor"], expect,
        Text("Sai đơn vị", "Wrong unit"), "Trần Thị B", date(2026, 10, 6), "CV 1", date(2026, 12, 31), "56.yaml", 3,
    )  # fmt: skip


@pytest.fixture(scope="module")
def made(catalogue):
    """A ratio of two stated sums, a difference of that ratio, and a card that reads something else."""
    select = {"measure": "level", "areas": ["own"]}
    cards = [
        card(catalogue, "KC_A", None, FEED, additivity="S", selection={"indicator": "A", **select}, unit="người"),
        card(catalogue, "KC_B", None, FEED, additivity="S", selection={"indicator": "B", **select}, unit="người"),
        card(catalogue, "KC_TL", "SELECT a.area, a.period, a.value AS numerator, b.value AS denominator "
             "FROM KC_A AS a JOIN KC_B AS b USING (area, period)", "", additivity="R"),
        card(catalogue, "KC_HAI", "SELECT area, period, 2 * value AS value FROM KC_TL", ""),
        card(catalogue, "KC_TU", "SELECT area, period, numerator AS value FROM KC_TL", ""),
        card(catalogue, "KC_CO", "SELECT area, period, value FROM KC_A WHERE value IS NOT NULL", ""),
        card(catalogue, "KC_KHAC", "SELECT area, period, value FROM KC_B", ""),
    ]  # fmt: skip
    con = warehouse()
    declared = with_cards(catalogue, cards)
    both = [statement(n, "56", p, v) for p in ("2026-07", "2026-08") for n, v in (("A", 30000.0), ("B", 120.0))]
    deliver(con, catalogue, FEED, 0, both)
    assert refresh(con, declared, datetime(2026, 11, 21, tzinfo=UTC)).failed == {}
    return con, declared


def shown(made, *corrections: Correction) -> tuple[dict[tuple[str, str], float | None], dict[str, str | None]]:
    con, declared = made
    show(con, declared)
    states = correct(con, replace(declared, corrections=corrections), TODAY)
    assert all(s.state == "applied" for s in states)
    rows = con.execute(f"SELECT code, period, value, correction_vi, raw_value FROM {CORRECTED}").fetchall()
    raw = dict(con.execute(f"SELECT code, value FROM {RAW} WHERE period = '2026-08'").fetchall())
    forget(con)
    for code, period, _, words, before in rows:
        assert before == (raw[code] if words is not None and period == "2026-08" else None)
    return {(r[0], r[1]): r[2] for r in rows}, {r[0]: r[3] for r in rows if r[1] == "2026-08"}


def test_composites_of_a_corrected_child_are_computed_again_and_say_so(made):
    values, words = shown(made, correction("KC_A", "scale", 30000.0, factor=0.001))
    assert values["KC_TL", "2026-08"] == pytest.approx(25.0) and values["KC_TL", "2026-07"] == 25000.0
    assert values["KC_HAI", "2026-08"] == pytest.approx(50.0) and values["KC_TU", "2026-08"] == 30.0
    assert words["KC_TL"] is not None and words["KC_TL"].startswith("Tính lại theo đính chính DC-1 của ")
    assert words["KC_HAI"] is not None and "DC-1" in words["KC_HAI"] and "(KC_TL)" in words["KC_HAI"]
    assert words["KC_KHAC"] is None and values["KC_KHAC", "2026-08"] == 120.0


def test_a_composite_with_a_correction_of_its_own_keeps_it(made):
    own = correction("KC_TL", "replace", 25000.0, 2, value=40.0)
    values, words = shown(made, correction("KC_A", "scale", 30000.0, factor=0.001), own)
    assert values["KC_TL", "2026-08"] == 40.0 and values["KC_HAI", "2026-08"] == 80.0
    assert words["KC_TL"] is not None and "DC-2" in words["KC_TL"] and "DC-2" in str(words["KC_HAI"])
    assert values["KC_TU", "2026-08"] is None and "không đủ để tính" in str(words["KC_TU"])


def test_a_dropped_child_leaves_no_composite_and_a_flag_changes_nothing(made):
    values, words = shown(made, correction("KC_A", "drop", 30000.0))
    assert values["KC_TL", "2026-08"] is None and "không đủ để tính" in str(words["KC_TL"])
    assert values["KC_CO", "2026-08"] is None and "không đủ để tính" in str(words["KC_CO"]), "its formula has no row"
    values, words = shown(made, correction("KC_A", "flag", 30000.0))
    assert values["KC_TL", "2026-08"] == 25000.0 and words["KC_TL"] is None and words["KC_A"] is not None
