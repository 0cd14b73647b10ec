"""What if: the same settings give the same figures, and a changed assumption moves what it moves."""

from __future__ import annotations

from pathlib import Path

import pytest

from ioc_pipeline.compute.what_if import CardFacts, what_if
from ioc_pipeline.contracts.arithmetic import evaluated, names
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.check import BY_FOLDER, STANDARD, _yaml
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.scenarios import Scenario, load_scenarios
from ioc_pipeline.messages import IocError
from tests.contracts.declarations import copied

FACTS = {
    "DTC_TL": CardFacts(so_far=64.0, pace=6.4, remaining=2, elapsed=10, base=76.8, target=95),
    "CN_IIP_LK": CardFacts(so_far=12.8, base=12.8, remaining=2, elapsed=10, forecast=True),
    "KT_GRDP_TT": CardFacts(so_far=9.0, pace=9.0, remaining=1, elapsed=3, base=9.0, target=10),
    "KT_CC_CNXD": CardFacts(so_far=40.0, base=40.0),
}


@pytest.fixture(scope="module")
def cards():
    return load_catalogue().indicators


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    found, problems = load_scenarios(Known(load_catalogue().root, "56", load_catalogue().feeds))
    assert not problems
    return found["cuoi_nam"]


def results(scenario, cards, **changes):
    return {r.card.code: r for r in what_if(scenario, cards, FACTS, changes).results}


def test_nothing_changed_changes_nothing(scenario, cards):
    found = results(scenario, cards)
    assert found["DTC_TL"].after == found["DTC_TL"].before == 76.8
    assert found["KT_GRDP_TT"].after == 9.0


def test_disbursement_moves_its_landing_its_colour_and_growth(scenario, cards):
    found = results(scenario, cards, giai_ngan=15.5)
    assert found["DTC_TL"].after == 95.0 and found["DTC_TL"].status_after == "green"
    assert found["DTC_TL"].status_before == "red"
    assert found["KT_GRDP_TT"].after == pytest.approx(9.0 + 0.2 * (95.0 - 76.8) / 10)
    more = results(scenario, cards, giai_ngan=15.5, tang_cong_nghiep=14.8)
    assert more["KT_GRDP_TT"].after - found["KT_GRDP_TT"].after == pytest.approx(0.4 * 2)


def test_what_has_no_data_stays_unknown(scenario, cards):
    found = results(scenario, cards)
    assert found["DN_MOI"].after is None and found["DN_MOI"].status_after == "grey"
    assert results(scenario, cards, doanh_nghiep_moi=200)["DN_MOI"].after is None  # the year so far is not known


@pytest.mark.parametrize("changes", [{"giai_ngan": 51}, {"khong_co": 1}])
def test_a_strange_setting_is_refused_in_words(scenario, cards, changes):
    with pytest.raises(IocError) as refused:
        what_if(scenario, cards, FACTS, changes)
    assert "0 – 50" in refused.value.message.vi or "khong_co" in refused.value.message.vi


def test_arithmetic_and_nothing_else():
    facts = {("A", "base"): 4.0, (None, "x"): 2.0, ("A", "target"): None, ("A", "zero"): 0.0}
    assert evaluated("-(A.base - x) * 3 + 1 / 4", facts) == -5.75
    assert evaluated("A.base / A.zero", facts) is None and evaluated("A.target + 1", facts) is None
    assert list(names("A.base + x")) == [("A", "base"), (None, "x")]
    for text in ("read_csv('x')", "SELECT 1", "x; DROP TABLE y", "CASE WHEN x THEN 1 END", "'a'", "x +", "abs(x)"):
        with pytest.raises(ValueError):
            evaluated(text, facts)


TREE, CONFIDENCE, SCENARIO = "standard/status_tree.yaml", "standard/confidence.yaml", "scenarios/cuoi_nam.yaml"
MISTAKES = [
    (TREE, "kind: worst_of, at_least_known: 1}", "kind: worst, at_least_known: 1}", "worst_of"),
    (TREE, "kind: majority, at_least_known: 2}", "kind: majority, green: 1, at_least_known: 2}", "does not use green"),
    (TREE, "green: 0.8, amber: 0.5", "green: 0.4, amber: 0.5", "above the green one"),
    (TREE, "parent: kinh_te\n", "parent: kinh_tee\n", "no node 'kinh_tee' above"),
    (TREE, "KT_GRDP_TT, CN_IIP_LK", "KT_GRDP_TTT, CN_IIP_LK", "no card 'KT_GRDP_TTT'"),
    (TREE, "NS_THU_XNK,", "CN_IIP_LK,", "belongs to node tang_truong already"),
    (TREE, "field: y_te", "field: y_tee", "declares the field 'y_tee'"),
    (CONFIDENCE, "age_above: 2", "age_abov: 2", "did you mean"),
    (CONFIDENCE, "level: khong_ro", "level: cao", "use: trung_binh"),
    (SCENARIO, "range: [0, 50]", "range: [50, 0]", "not below"),
    (SCENARIO, "default: DTC_TL.pace", "default: DTC_TL.speed", "has no 'speed'"),
    (SCENARIO, "DTC_TL.so_far + giai_ngan *", "DTC_TL.so_far + giai_ngn *", "no assumption 'giai_ngn'"),
    (SCENARIO, "landing: tang_cong_nghiep", "landing: DN_MOI.landing", "move that effect up"),
    (SCENARIO, "landing: tang_cong_nghiep", "landing: sum(tang_cong_nghiep)", "cannot be computed"),
    (SCENARIO, "- code: DN_MOI\n", "- code: DN_MOII\n", "no card 'DN_MOII'"),
]


def test_mistakes_are_named_with_their_line(tmp_path: Path):
    root = copied(tmp_path)
    for name in (TREE, CONFIDENCE, SCENARIO):
        path = root / name
        right = path.read_text(encoding="utf-8")
        for file, old, new, says in MISTAKES:
            if file != name:
                continue
            assert old in right, old
            path.write_text(right.replace(old, new, 1), encoding="utf-8")
            found = _problems_of(root, name)
            line = right[: right.index(old)].count("\n") + 1
            assert any(says in p.text.en and p.line in (line, line + 1) for p in found), (old, found)
            assert all(p.text.vi for p in found)
        path.write_text(right, encoding="utf-8")


def _problems_of(root: Path, name: str):
    checker = STANDARD.get(Path(name).name) or BY_FOLDER[Path(name).parent.name]
    known = Known(root, "56", {f: None for f in Known(root, "56").feed_ids})  # type: ignore[misc]
    return _yaml(root / name, checker, known)
