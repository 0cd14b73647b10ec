"""Texts of cards: one each, readable by PostgreSQL too, ordered by what they read, with units that fit."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlglot

from ioc_pipeline.compute.formulas import in_order, inputs_of, sql_of, to_postgres, unit_problem
from ioc_pipeline.messages import IocError
from tests.compute.engine_fixture import card, with_cards

SHARE = "SELECT a.area, a.period, a.value {0} b.value AS value FROM KC_A AS a JOIN KC_B AS b USING (area, period)"


def test_every_shipped_text_is_valid_postgresql(catalogue):
    texts = {c.code: text for c in catalogue.indicators.values() if (text := sql_of(c)) is not None}
    assert len(texts) >= 73
    for code, text in texts.items():
        moved = to_postgres(text)
        sqlglot.parse_one(moved, read="postgres")
        for left in ("GROUP BY ALL", "QUALIFY", "STRFTIME", "COUNT_IF", "QUARTER("):
            assert left not in moved.upper(), (code, moved)


def test_every_shipped_card_can_be_put_in_order(catalogue):
    levels, wrong = in_order(catalogue)
    assert wrong == {}
    done: set[str] = set()
    for level in levels:
        assert all(set(inputs_of(c, catalogue).cards) <= done for c in level)
        done |= {c.code for c in level}
    assert done == set(catalogue.indicators)


def test_every_shipped_card_has_a_unit_that_fits(catalogue):
    assert {c.code: p for c in catalogue.indicators.values() if (p := unit_problem(c, catalogue))} == {}


def test_a_circle_is_named_and_stops_only_its_own(catalogue):
    read = "SELECT area, period, value FROM {}"
    cards = with_cards(
        catalogue,
        [
            card(catalogue, "KC_A", read.format("KC_C")),
            card(catalogue, "KC_B", read.format("KC_A")),
            card(catalogue, "KC_C", read.format("KC_B")),
            card(catalogue, "KC_D", read.format("KC_C")),
            card(
                catalogue,
                "KC_E",
                "SELECT ma_xa AS area, '2026' AS period, count(*) AS value FROM feedback GROUP BY ALL",
            ),
        ],
    )
    levels, wrong = in_order(cards)
    assert [[c.code for c in level] for level in levels] == [["KC_E"]]
    assert set(wrong) == {"KC_A", "KC_B", "KC_C", "KC_D"}
    for code in ("KC_A", "KC_B", "KC_C"):
        assert "KC_A → KC_C → KC_B → KC_A" in wrong[code].vi and "KC_A → KC_C → KC_B → KC_A" in wrong[code].en
    assert "KC_C" in wrong["KC_D"].vi and "vòng quanh" not in wrong["KC_D"].vi


@pytest.mark.parametrize(
    "formula",
    [
        "SELECT ma_xa AS area, '2026' AS period, 1 AS value FROM dossiers",  # another feed's records
        "SELECT * FROM read_csv('x.csv')",
        "DELETE FROM feedback",
    ],
)
def test_a_text_may_read_its_feed_and_cards_only(catalogue, formula):
    wanted = card(catalogue, "KC_A", formula)
    with pytest.raises(IocError):
        inputs_of(wanted, with_cards(catalogue, [wanted]))
    _, wrong = in_order(with_cards(catalogue, [wanted]))
    assert "KC_A" in wrong["KC_A"].vi


@pytest.mark.parametrize(
    ("sign", "other", "own", "fits"),
    [("-", "%", "%", True), ("-", "%", "người", False), ("+", "người", "%", False), ("/", "người", "%", True)],
)
def test_units_of_sums_and_differences(catalogue, sign, other, own, fits):
    composite = card(catalogue, "KC_C", SHARE.format(sign), unit=own)
    cards = [card(catalogue, "KC_A", None), card(catalogue, "KC_B", None, unit=other), composite]
    assert (unit_problem(composite, with_cards(catalogue, cards)) is None) is fits


def test_a_selection_says_what_it_selects(catalogue):
    plain = next(c for c in catalogue.indicators.values() if c.selection.get("minus") and not c.plan)
    text = sql_of(plain)
    assert text is not None and "value - 100 AS value" in text and "item IS NULL" in text
    assert sql_of(replace(plain, selection={}, formula=None)) is None
