# ruff: noqa: E501 (one mistake, one line)
"""What the keys of a card say must fit together; each mistake is named with the line it stands on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ioc_pipeline.compute.bound_facts import _OBSERVED
from ioc_pipeline.compute.card_clauses import cards_complete
from ioc_pipeline.compute.formulas import STATEMENTS
from ioc_pipeline.contracts.card_source import with_defaults
from ioc_pipeline.contracts.cards import in_force, load_cards
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.contracts.checks.card_versions import overlapping_versions
from ioc_pipeline.contracts.checks.cards import OTHER_TABLES, card_problems, formula_problem
from ioc_pipeline.contracts.checks.demands import demand_problems
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.demands import load_demands
from ioc_pipeline.contracts.yaml_source import YamlSource

FILE = """field: {id: thu, vi: Thử, en: Trial}
defaults:
  version: 1
  valid_from: 2025-07-01
  group: ket_qua
  kind: rate
  additivity: R
  period: month
  lag_days: 5
  price_basis: none
  confidentiality: cong_khai
  thresholds: {amber: 0.1, hysteresis: 0.01}
  owner: {id: vp_ubnd, vi: Văn phòng UBND tỉnh, en: Office}
indicators:
  - code: THU_TYLE
    name: {vi: Tỷ lệ, en: Share}
    unit: "%"
    decimals: 1
    direction: up
    feed: dossiers
    definition: {vi: Chia, en: Divided}
    plain: {vi: Dễ hiểu, en: Plain}
    guidance: {vi: Làm, en: Do}
    breakdowns: {don_vi_xu_ly: {vi: Đơn vị, en: Unit}}
    formula: SELECT ma_xa AS area, 'x' AS period, 1 AS numerator, 2 AS denominator FROM dossiers
    targets:
      - {year: 2030, value: 80, path: straight, from: {year: 2025, value: 50}, basis: {vi: b, en: b}, mark: A}
      - {year: 2026, value: 55, high: 60, basis: {vi: b, en: b}, mark: A}
    related: [HC_DUNGHAN]
    references: [CS11.1]
    sort: 1
  - code: THU_SO
    name: {vi: Số, en: Count}
    kind: level
    additivity: S
    unit: hồ sơ
    decimals: 0
    direction: up
    feed: dossiers
    definition: {vi: Đếm, en: Counted}
    plain: {vi: Dễ hiểu, en: Plain}
    guidance: {vi: Làm, en: Do}
    formula: SELECT ma_xa AS area, 'x' AS period, 1 AS value FROM dossiers
    sort: 2
"""
MISTAKES = {
    "band without bounds": ("direction: up", "direction: band", "needs its range", None),
    "bounds without band": ("direction: up", "direction: up\n    band: {low: 1, high: 2}", "direction: band only", "band: {low"),
    "band upside down": ("direction: up\n    feed: dossiers\n    definition: {vi: Đếm", "direction: band\n    band: {low: 2, high: 1}\n    feed: dossiers\n    definition: {vi: Đếm", "must be above low", "band: {low: 2"),
    "target of a neutral indicator": ("direction: up", "direction: neutral", "not judged against a target", "    targets:"),
    "W without weight": ("kind: level\n    additivity: S", "kind: level\n    additivity: W", "W needs weight", "additivity: W"),
    "weight without W": ("related: [HC_DUNGHAN]", "weight: THU_SO", "with additivity W only", "weight: THU_SO"),
    "weight of no card": ("kind: level\n    additivity: S", "kind: level\n    weight: THU_KHONG\n    additivity: W", "no indicator 'THU_KHONG'", "weight: THU_KHONG"),
    "weight that is no sum": ("kind: level\n    additivity: S", "kind: level\n    weight: HC_DUNGHAN\n    additivity: W", "must be a sum", "weight: HC_DUNGHAN"),
    "straight without a start": ("path: straight, from: {year: 2025, value: 50}", "path: straight", "needs from", "path: straight"),
    "start without straight": ("path: straight, from", "path: constant, from", "path: straight only", "- {year: 2030"),
    "start after the end": ("from: {year: 2025", "from: {year: 2030", "must start before", "- {year: 2030"),
    "given without months": ("path: straight, from: {year: 2025, value: 50}", "path: given", "needs months", "path: given"),
    "eleven months": ("path: straight, from: {year: 2025, value: 50}", "path: given, months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]", "at least 12", "path: given"),
    "range upside down": ("high: 60", "high: 50", "must be value or more", "- {year: 2026"),
    "two targets of one year": ("year: 2026, value: 55", "year: 2030, value: 55", "has two targets", "- {year: 2030, value: 55"),
    "even path of a rate": ("value: 55, high: 60", "value: 55, path: even", "level or ytd only", "- {year: 2026"),
    "target without basis": (", high: 60, basis: {vi: b, en: b}", "", "basis missing", "- {year: 2026"),
    "rate in points": ('unit: "%"', "unit: điểm", "scale 100", "unit: điểm"),
    "ratio of another scale in %": ('unit: "%"', 'unit: "%"\n    scale: 10000', "another scale", 'unit: "%"'),
    "scale of a sum": ("unit: hồ sơ", "unit: hồ sơ\n    scale: 10", "additivity R only", "scale: 10"),
    "sum of per cent": ("unit: hồ sơ", 'unit: "%"', "cannot be summed", '    unit: "%"\n    decimals: 0'),
    "sum of a rate": ("kind: level\n", "kind: rate\n", "cannot be summed", "additivity: S"),
    "growth as a ratio of sums": ("kind: rate", "kind: yoy", "no ratio of sums", "additivity: R"),
    "rank in points": ("kind: level\n    additivity: S\n    unit: hồ sơ", "kind: rank\n    additivity: X\n    unit: điểm", "unit “hạng”", "unit: điểm"),
    "rank derived": ("kind: level\n    additivity: S\n    unit: hồ sơ", "kind: rank\n    additivity: L\n    weight: THU_TYLE\n    unit: hạng", "additivity W only", "weight: THU_TYLE"),
    "no feed": ("    feed: dossiers\n    definition: {vi: Đếm", "    definition: {vi: Đếm", "has no source", "formula: SELECT ma_xa AS area, 'x' AS period, 1 AS value"),
    "source and no source": ("    feed: dossiers\n    definition: {vi: Đếm", "    feed: dossiers\n    no_source: {vi: a, en: a}\n    definition: {vi: Đếm", "has no feed", "    feed: dossiers\n    no_source"),
    "no feed and nothing said": ("    feed: dossiers\n    definition: {vi: Đếm, en: Counted}\n    plain: {vi: Dễ hiểu, en: Plain}\n    guidance: {vi: Làm, en: Do}\n    formula: SELECT ma_xa AS area, 'x' AS period, 1 AS value FROM dossiers\n", "    definition: {vi: Đếm, en: Counted}\n    plain: {vi: Dễ hiểu, en: Plain}\n    guidance: {vi: Làm, en: Do}\n", "feed missing", "- code: THU_SO"),
    "ratio without its parts": ("1 AS numerator, 2 AS denominator", "1 AS value", "numerator and denominator", "formula: SELECT"),
    "unknown related card": ("related: [HC_DUNGHAN]", "related: [HC_DUNGHA]", "did you mean HC_DUNGHAN", "related:"),
    "related to itself": ("related: [HC_DUNGHAN]", "related: [THU_TYLE]", "not related to itself", "related:"),
    "unknown row of a list": ("references: [CS11.1]", "references: [CS11.13]", "no row in", "references:"),
    "breakdown by no column": ("{don_vi_xu_ly:", "{don_vi:", "has no column 'don_vi'", "breakdowns:"),
    "money without prices": ("unit: hồ sơ", "unit: tỷ đồng", "is money", "price_basis: none"),
    "owner of another name": ("vi: Văn phòng UBND tỉnh, en", "vi: Văn phòng, en", "one id, one name", "owner: {id"),
    "old and new thresholds": ("unit: hồ sơ", "unit: hồ sơ\n    thresholds: {amber: 0.1, hysteresis: 0}\n    amber_margin: 0.1", "old form", "amber_margin: 0.1"),
    "growth that adds up": ("kind: rate", "kind: rate\n  over_year: sum", "does not add up", "over_year: sum"),
    "bounds upside down": ("unit: hồ sơ", "unit: hồ sơ\n    bounds: {low: 5, high: 1}", "must be above", "bounds:"),
    "most of an unknown card": ("unit: hồ sơ", "unit: hồ sơ\n    bounds: {high_of: HC_DUNGHA}", "did you mean HC_DUNGHAN", "bounds:"),
    "ends before it begins": ("unit: hồ sơ", "unit: hồ sơ\n    valid_to: 2025-06-30", "must not be before valid_from", "valid_to: 2025"),
    "not complete": ("    plain: {vi: Dễ hiểu, en: Plain}\n", "", "plain missing", "- code: THU_TYLE"),
    "owner without id": ("owner: {id: vp_ubnd, vi", "owner: {vi", "owner.id missing", "- code: THU_TYLE"),
    "unknown default": ("  lag_days: 5\n", "  lag_day: 5\n", "did you mean “lag_days”", "lag_day: 5"),
    "default of another kind": ("  lag_days: 5\n", "  lag_days: five\n", "whole number", "lag_days: five"),
    "code in lower case": ("code: THU_SO", "code: thu_so", "upper-case", "code: thu_so"),
    "demand on a card": ("    sort: 2\n", "    seeds: [D104]\n    sort: 2\n", "unknown key", "seeds: [D104]"),
    "another unit than the formula's": ("    formula: SELECT ma_xa AS area, 'x' AS period, 1 AS value FROM dossiers\n", "    formula: SELECT area, period, value FROM HC_DUNGHAN\n", "the formula gives %", "unit: hồ sơ"),
    "period of the selection": ("    formula: SELECT ma_xa AS area, 'x' AS period, 1 AS value FROM dossiers\n", "    select: {indicator: I, measure: level, period_kind: year}\n", "not the card's period", "select: {indicator"),
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def known(catalogue: Catalogue) -> Known:
    known = Known(catalogue.root, "56", catalogue.feeds)
    known.cards["THU_SO"] = {"code": "THU_SO", "additivity": "S"}
    known.cards["THU_TYLE"] = {"code": "THU_TYLE", "additivity": "R"}
    return known


def written(folder: Path, text: str, name: str = "thu.yaml") -> YamlSource:
    path = folder / "indicators" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return YamlSource(path)


def test_a_complete_file_is_clean(tmp_path: Path, known: Known) -> None:
    assert card_problems(written(tmp_path, FILE), known) == []


@pytest.mark.parametrize("kind", MISTAKES)
def test_what_does_not_fit_is_named_with_its_line(kind: str, tmp_path: Path, known: Known) -> None:
    old, new, says, at = MISTAKES[kind]
    assert old in FILE, "the mistake changes nothing"
    text = FILE.replace(old, new, 1)
    found = card_problems(written(tmp_path, text), known)
    said = [p for p in found if says in p.text.en]
    assert said, [(p.line, p.text.en) for p in found]
    line = text.count("\n", 0, text.index(at if at is not None else new)) + 1
    assert said[0].line == line, said[0].text.en
    assert said[0].text.vi and said[0].text.vi != said[0].text.en
    assert len({p.line for p in said}) == len(said), "named twice"


VERSIONS = FILE.replace("unit: hồ sơ", "valid_to: 2025-12-31\n    unit: hồ sơ") + (
    FILE[FILE.index("  - code: THU_SO") :].replace(
        "unit: hồ sơ", "version: 2\n    valid_from: 2026-01-01\n    unit: nhiệm vụ"
    )
)


def test_the_version_of_the_day_counts(tmp_path: Path, known: Known, catalogue: Catalogue) -> None:
    written(tmp_path, VERSIONS)
    versions, problems = load_cards(tmp_path, catalogue.codes)
    assert problems == [] and [c.version for c in versions["THU_SO"]] == [1, 2]
    assert in_force(versions, date(2025, 12, 31))["THU_SO"].unit == "hồ sơ"
    assert in_force(versions, date(2026, 1, 1))["THU_SO"].unit == "nhiệm vụ"
    assert in_force(versions, date(2025, 6, 30)) == {}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("valid_to: 2025-12-31", "valid_to: 2026-01-01", "declared twice"),
        ("version: 2", "version: 1", "is used already"),
    ],
)
def test_versions_that_overlap_are_refused(old: str, new: str, says: str, tmp_path: Path, catalogue: Catalogue) -> None:
    source = written(tmp_path, VERSIONS.replace(old, new, 1))
    [problem] = overlapping_versions([with_defaults(source)])
    assert says in problem.text.en
    versions, problems = load_cards(tmp_path, catalogue.codes)
    assert problems == [problem] and [c.unit for c in versions["THU_SO"]] == ["hồ sơ"]


def test_an_unfinished_card_is_shown_and_named_by_the_clause(tmp_path: Path, catalogue: Catalogue) -> None:
    written(
        tmp_path,
        FILE.replace("    guidance: {vi: Làm, en: Do}\n", "", 1).replace("  thresholds:", "  amber_margin: 0.1\n  #"),
    )
    versions, problems = load_cards(tmp_path, catalogue.codes)
    assert problems == []
    spoiled = Catalogue(**{**_parts(catalogue), "indicators": in_force(versions, date(2026, 1, 1))})
    judged = cards_complete(spoiled)
    assert (judged.verdict, judged.numerator, judged.denominator) == ("fail", 0, 2)
    assert judged.details == ("THU_TYLE: cach_lam, nguong_canh_bao", "THU_SO: nguong_canh_bao")


def test_every_card_we_ship_is_complete(catalogue: Catalogue) -> None:
    judged = cards_complete(catalogue)
    assert judged.verdict == "pass", judged.details
    assert judged.numerator == judged.denominator == len(catalogue.indicators)


def _parts(catalogue: Catalogue) -> dict[str, object]:
    return {name: getattr(catalogue, name) for name in Catalogue.__dataclass_fields__ if not name.startswith("_")}


def test_all_162_demands_are_answered_by_what_exists(catalogue: Catalogue, known: Known) -> None:
    source = YamlSource(catalogue.root / "standard" / "demands.yaml")
    assert [p.text.en for p in demand_problems(source, known)] == []
    demands = load_demands(catalogue.root)
    assert [d.id for d in demands] == [f"D{n:03}" for n in range(1, 163)]
    assert all(d.answers or d.exclusion for d in demands)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  - id: D161\n", "  - id: D160\n", "1 demands missing: D161"),
        ("indicators: [HC_TT_CONG]", "indicators: [HC_TT_CON]", "did you mean HC_TT_CONG"),
        ("clauses: [IOC-QTRI-01]", "clauses: [IOC-QTRI-99]", "no clause IOC-QTRI-99"),
        ("feeds: [dti, pii]", "feeds: [dtii, pii]", "no feed dtii"),
        ("pages: [tasks, briefing]", "pages: [taskz, briefing]", "no page taskz"),
        ("    answers: {indicators: [CDS_TROLYAO], pages: [indicator]}\n", "", "nothing answers this demand"),
        ("id: D162", "id: D163", "D001 to D162"),
    ],
)
def test_a_demand_without_its_answer_is_named(
    old: str, new: str, says: str, tmp_path: Path, known: Known, catalogue: Catalogue
) -> None:
    text = (catalogue.root / "standard" / "demands.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "demands.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = demand_problems(YamlSource(path), known)
    assert any(says in p.text.en for p in found), [p.text.en for p in found]


def test_a_formula_may_read_the_current_statements_and_the_areas(catalogue: Catalogue) -> None:
    sql = (
        "SELECT o.area, period, sum(value) AS value FROM observations_current o "
        "JOIN areas a ON a.code = o.area AND a.level = 'commune' GROUP BY ALL"
    )
    columns = tuple((c.name, c.type) for c in catalogue.feeds["nso_monthly"].columns)
    assert formula_problem(sql, "nso_monthly", columns, "56") is None
    misread = formula_problem(sql.replace("o.area,", "o.ma_xa,"), "nso_monthly", columns, "56")
    assert misread is not None and "ma_xa" in misread.en
    stated = [column.split()[0] for column in OTHER_TABLES[STATEMENTS].split(", ")]
    assert set(stated) == set(_OBSERVED)
