"""Verdicts, score, incidents and corrections end to end: a delivery, a release, what it says."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import duckdb
import pytest
import yaml

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.flow import ingest_feed
from ioc_pipeline.publish.release import publish
from tests.contracts.declarations import few

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.fixture
def figures(catalogue) -> str:
    return (catalogue.feeds["province_published"].folder / "published_2025.csv").read_text(encoding="utf-8")


@pytest.fixture
def published(places, catalogue, drop):
    """Deliver a text as the published figures and publish; declarations may be replaced."""

    def deliver(name: str, text: str, now: datetime = NOW, declared=catalogue):
        drop("province_published", name, text.encode())
        run = ingest_feed(places, declared, declared.feeds["province_published"], run_id="t", settle_seconds=0.0)
        assert run.problem is None, run.problem
        return publish(places, declared, run_id="t", now=now)

    return deliver


def rows(release, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(release.folder / "release.duckdb"), read_only=True) as shown:
        return shown.execute(sql).fetchall()


def verdicts(release) -> dict[str, str]:
    return dict(rows(release, "SELECT clause, verdict FROM clause_verdicts WHERE scope = 'centre'"))


def test_every_clause_has_a_verdict_with_counts_layer_and_evidence(published, figures, catalogue):
    release = published("a.csv", figures)
    found = verdicts(release)
    assert set(found) == set(catalogue.standard.clauses)
    assert found["IOC-QTRI-13"] == "not_tested" and found["IOC-DUNG-05"] == "undetermined"
    assert found["IOC-QTRI-01"] == "undetermined" and found["IOC-QTRI-12"] == "pass"
    assert found["IOC-DU-04"] == "fail", "all feeds but one never delivered"
    assert found["IOC-SACH-01"] == "undetermined", "rules of feeds without a delivery are no pass"
    (units,) = rows(
        release,
        "SELECT verdict, numerator, denominator, counted_en, layer, layer_version FROM clause_verdicts "
        "WHERE clause = 'IOC-DU-02' AND scope = 'centre'",
    )
    assert units[0] == "undetermined", "the departments' feed has a rule on this clause and never delivered"
    assert units[3:] == ("units", "standard", "2026.11")
    assert rows(release, "SELECT count(*) FROM clause_verdicts WHERE verdict = 'pass' AND evidence_json = '[]'") == [
        (0,)
    ]
    own = rows(
        release, "SELECT verdict FROM clause_verdicts WHERE clause = 'IOC-SACH-01' AND feed_id = 'province_published'"
    )
    assert own == [("pass",)]


def test_a_broken_identifier_opens_an_incident_lowers_the_score_and_is_closed_with_evidence(published, figures):
    row = next(line for line in figures.splitlines() if line.startswith("56,"))
    broken = published("1.csv", figures + row.replace("56,", "00,", 1) + "\n")
    assert verdicts(broken)["IOC-SACH-01"] == "fail"
    (score,) = rows(broken, "SELECT score, severe, label_vi FROM scores WHERE id = 'province_published'")
    assert 90 < score[0] < 100 and score[1] is True and "chưa xác nhận" in score[2]
    opened = rows(broken, "SELECT clause, state, opened_file, repair_due_at - opened_at FROM incidents ORDER BY clause")
    assert ("IOC-SACH-01", "open", "1.csv") in [o[:3] for o in opened]
    assert {o[3].days for o in opened} == {10}

    repaired = published("2.csv", figures)
    closed = rows(repaired, "SELECT DISTINCT state, closed_file FROM incidents WHERE clause = 'IOC-SACH-01'")
    assert closed == [("closed", "2.csv")]
    assert rows(repaired, "SELECT count(*) FROM incidents WHERE state = 'open'") == [(0,)]
    (clean,) = rows(repaired, "SELECT score, band, severe FROM scores WHERE id = 'province_published'")
    assert clean == (100.0, "green", False)
    assert verdicts(repaired)["IOC-SONG-06"] == "pass"


def test_the_score_repeats_from_its_own_inputs(published, figures):
    release = published("1.csv", figures.replace(",estimate,7.11", ",estimate,250"))
    for level, score, inputs in rows(
        release, "SELECT level, score, inputs_json FROM scores WHERE level <> 'rule' AND score IS NOT NULL"
    ):
        parts = [i for i in json.loads(str(inputs)) if i["score"] is not None]
        mean = sum(i["score"] * i["weight"] for i in parts) / sum(i["weight"] for i in parts)
        assert mean == pytest.approx(score, abs=0.01), level
    (weights,) = rows(release, "SELECT weights_json FROM scores WHERE level = 'centre'")
    assert json.loads(str(weights[0]))["fields"]["identifier"] == 2.0


def test_a_correction_shows_beside_its_raw_value_and_fails_loudly_once_the_source_is_fixed(
    published, figures, tmp_path
):
    record = {
        "id": "DC-1", "indicator": "CB_GRDP_TT", "area": "56", "period": "2025", "action": "replace", "value": 9.5,
        "expect": 7.11, "reason": {"vi": "Số sơ bộ", "en": "Preliminary"}, "who": "Nguyễn Văn A", "when": "2026-11-01",
        "evidence": "CV 1", "expires": "2099-12-31",
    }  # fmt: skip
    root = few(tmp_path)
    (root / "corrections" / "56.yaml").write_text(
        yaml.safe_dump({"corrections": [record]}, allow_unicode=True), encoding="utf-8"
    )
    declared = load_catalogue(root, "56")
    shown = (
        "SELECT value, raw_value, status, correction_vi FROM indicator_values WHERE code = 'CB_GRDP_TT' AND area = '56'"
    )
    first = published("1.csv", figures, declared=declared)
    (value,) = rows(first, shown)
    assert value[:3] == (9.5, 7.11, "green") and "Nguyễn Văn A" in str(value[3])
    stored = "SELECT value FROM observations WHERE indicator = 'KT_GRDP_TT' AND area = '56' AND period = '2025'"
    assert rows(first, stored) == [(7.11,)], "facts are never changed"
    assert first.manifest["corrections_failed"] == []

    second = published("2.csv", figures.replace(",estimate,7.11", ",estimate,7.3"), declared=declared)
    (value,) = rows(second, shown)
    assert value[0] == 7.3 and value[3] is None
    (failed,) = second.manifest["corrections_failed"]
    assert failed["state"] == "stale" and "7.3" in failed["vi"]
    assert rows(second, "SELECT state, failed, raw_value FROM corrections") == [("stale", True, 7.3)]


def test_a_blocked_delivery_is_judged_and_opens_an_incident(published, figures):
    published("1.csv", figures)
    lines = [line for line in figures.splitlines() if not line.startswith("01,")]
    release = published("2.csv", "\n".join(lines) + "\n")
    assert rows(release, "SELECT health FROM feeds WHERE feed_id = 'province_published'") == [("held",)]
    assert verdicts(release)["IOC-DU-02"] == "fail"
    opened = rows(release, "SELECT opened_file FROM incidents WHERE clause = 'IOC-DU-02' AND state = 'open'")
    assert opened == [("2.csv",)]
    (held,) = rows(release, "SELECT verdict, numerator, denominator FROM clause_verdicts "
                            "WHERE clause = 'IOC-SONG-05' AND scope = 'centre'")  # fmt: skip
    assert held[0] == "pass" and held[1] == held[2] > 0


def test_a_value_the_reader_rejects_breaks_its_clause_and_the_score(published, figures):
    release = published("1.csv", figures.replace(",estimate,7.11", ",estimate,bảy"))
    assert verdicts(release)["IOC-SACH-10"] == "fail"
    (rule,) = rows(release, "SELECT passing, evaluated FROM scores WHERE id LIKE '%.read.IOC-SACH-10.%'")
    assert rule == (169, 170)
    assert ("IOC-SACH-10",) in rows(release, "SELECT clause FROM incidents WHERE state = 'open'")


RAISED = """version: "2026.12"
valid_from: 2026-11-01
layer: {vi: Lớp của tỉnh, en: Layer of the province}
stricter:
  - {clause: %s, severity: critical, why: {vi: Quy chế, en: Regulation}}
"""


def test_a_layer_that_raises_a_clause_quarantines_its_rows_and_is_named_in_the_verdict(
    published, figures, catalogue, tmp_path
):
    """The same delivery under the ministry's standard and under the layer: accepted with a flag, then quarantined."""
    clause, rule = "IOC-DUNG-13", "province_published.growth.plausible"
    declared = catalogue.feeds["province_published"].suite["expectations"]
    assert [e["severity"] for e in declared if e["meta"]["id"] == rule] == ["warning"]
    broken = figures.replace(",estimate,7.11", ",estimate,45")
    held = "SELECT DISTINCT clause, expectation_id FROM quarantine WHERE feed_id = 'province_published'"
    judge = (
        "SELECT verdict, severity, layer, layer_version FROM clause_verdicts "
        f"WHERE clause = '{clause}' AND feed_id = 'province_published'"
    )

    mild = published("1.csv", broken)
    assert rows(mild, held) == []
    assert rows(mild, judge) == [("fail", "warning", "standard", "2026.11")]

    root = few(tmp_path)
    (root / "layers" / "56.yaml").write_text(RAISED % clause, encoding="utf-8")
    strict = published("2.csv", broken + "\n", declared=load_catalogue(root, "56"))
    assert rows(strict, held) == [(clause, rule)]
    assert rows(strict, judge) == [("fail", "critical", "56", "2026.12")]
    assert rows(strict, f"SELECT state FROM incidents WHERE clause = '{clause}'") == [("open",)]
