from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ioc_dashboard.model import Card, Clause, Tile, Value, Words
from ioc_dashboard.summary import (
    attention,
    change,
    clause_verdict,
    count,
    gap,
    per_row,
    span,
    target_text,
    year_before,
)
from ioc_dashboard.texts import every_text


def card(unit: str = "%", direction: str = "up") -> Card:
    words = Words("tên", "name")
    return Card(
        "X", words, words, Words(unit, unit), 1, words, direction, words, "feed", words, "", words, "P", True, 1
    )


def value(period: str, number: float | None, **more: object) -> Value:
    base = Value(
        "X", "56", Words(), period, "month", date(2026, 9, 30), "rate", "actual", number, "present", 98.0, "red", "",
        Words(), None, None, False, False, "verified", 8, 0, 0, "feed", "d1", "f.csv", "", True,
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def tile(*values: Value, **of_card: str) -> Tile:
    return Tile(card(**of_card), values[-1] if values else None, values)


def test_per_cent_changes_by_points_and_better_follows_the_direction() -> None:
    falling = change(tile(value("2026-08", 96.0), value("2026-09", 95.4)))
    assert falling is not None and falling.points and round(falling.amount, 6) == -0.6 and falling.good is False
    good = change(tile(value("2026-08", 96.0), value("2026-09", 95.4), direction="down"))
    assert good is not None and good.good is True
    neutral = change(tile(value("2026-08", 96.0), value("2026-09", 95.4), direction="neutral"))
    assert neutral is not None and neutral.good is None


def test_amounts_change_by_per_cent() -> None:
    found = change(tile(value("2026-08", 200.0), value("2026-09", 250.0), unit="tỷ đồng"))
    assert found is not None and not found.points and found.amount == 25.0
    assert change(tile(value("2026-08", 0.0), value("2026-09", 250.0), unit="tỷ đồng")) is None


def test_a_running_total_is_never_compared_with_the_month_before() -> None:
    running = [value("2026-08", 200.0, measure="ytd"), value("2026-09", 250.0, measure="ytd")]
    assert change(tile(*running, unit="tỷ đồng")) is None
    last_year = value("2025-09", 200.0, measure="ytd")
    found = change(tile(last_year, *running, unit="tỷ đồng"))
    assert found is not None and found.earlier.period == "2025-09"


def test_a_gap_in_the_series_is_stepped_over_and_named() -> None:
    found = change(tile(value("2026-07", 90.0), value("2026-08", None), value("2026-09", 95.4)))
    assert found is not None and found.earlier.period == "2026-07"


def test_no_value_no_change() -> None:
    assert change(Tile(card(), None)) is None
    assert change(tile(value("2026-08", 96.0), value("2026-09", None))) is None


def test_gap_counts_from_the_good_side() -> None:
    assert gap(tile(value("2026-09", 95.0))) == -3.0
    assert gap(tile(value("2026-09", 95.0), direction="down")) == 3.0
    assert gap(tile(value("2026-09", 95.0, target=None))) is None


def test_target_text() -> None:
    assert target_text(tile(value("2026-09", 95.0)), "vi") == "≥ 98%"
    assert target_text(tile(value("2026-09", 3.9, target=4.5), direction="down"), "en") == "≤ 4.5%"
    assert target_text(tile(value("2026-09", 3.9, target=None)), "vi") is None


def test_a_value_without_a_target_is_not_called_missing_data() -> None:
    grey = {"target": None, "status": "grey"}
    assert tile(value("2026-09", 95.0, grey_cause="no_target", **grey)).verdict == "untargeted"
    assert tile(value("2026-09", None, grey_cause="no_data", **grey)).verdict == "grey"
    assert tile(value("2019-12", 95.0, grey_cause="too_old", **grey)).verdict == "grey"
    assert tile(value("2026-09", 95.0, status="no such status")).verdict == "grey"
    assert Tile(card(), None).verdict == "grey"


def test_attention_is_red_then_amber() -> None:
    tiles = [tile(value("2026-09", 1.0, status=status)) for status in ("amber", "green", "red", "grey", "amber")]
    assert [item.verdict for item in attention(tiles)] == ["red", "amber", "amber"]
    assert count(tiles) == {"red": 1, "amber": 2, "green": 1, "grey": 1, "untargeted": 0}


@pytest.mark.parametrize(("period", "before"), [("2026-Q3", "2025-Q3"), ("2026", "2025"), ("9 tháng", "")])
def test_year_before(period: str, before: str) -> None:
    assert year_before(period) == before


def test_a_clause_without_a_result_is_never_passed() -> None:
    clause = Clause("IOC-X", "đúng", Words(), Words(), "critical", "record", "EXP", "", "A", Words())
    assert clause_verdict(clause) == "untested"
    assert clause_verdict(replace(clause, passed=2)) == "passed"
    assert clause_verdict(replace(clause, passed=2, unknown=1)) == "unknown"
    assert clause_verdict(replace(clause, passed=2, unknown=1, failed=1)) == "failed"


@pytest.mark.parametrize("columns", [2, 3, 4, 5])
def test_fields_fit_the_page(columns: int) -> None:
    for tiles in range(1, 30):
        assert 1 <= per_row(tiles, columns) <= columns
        assert per_row(tiles, columns) <= tiles
        assert min(tiles, columns) <= span(tiles, columns) <= columns


def test_every_text_has_both_languages_with_the_same_parts() -> None:
    from string import Formatter

    def parts(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for key, (vi, en) in every_text().items():
        assert vi and en, key
        assert parts(vi) == parts(en), key
