"""The commands about the standard, as a user runs them."""

from __future__ import annotations

import json

import yaml

from tests.contracts.declarations import ROOT, few


def test_coverage_prints_what_is_not_tested(ioc):
    printed = ioc("contract", "coverage")
    assert printed.code == 0 and "CHƯA KIỂM" in printed.out
    matrix = ioc("contract", "coverage", "--json").json
    states = {row["clause"]: row["state"] for row in matrix["clauses"]}
    assert len(states) == 63 and states["IOC-QTRI-13"] == "not_tested" and states["IOC-DU-01"] == "computed"
    assert all(row["state"] != "tested" or row["rules"] for row in matrix["clauses"])


def test_commands_before_the_first_release_say_what_to_do(ioc):
    for command in ("verdicts", "score", "incidents"):
        ran = ioc(command)
        assert ran.code == 1 and "ioc run" in ran.err


def test_verdicts_score_and_a_correction_that_no_longer_fits(ioc, places, drop, tmp_path):
    figures = (ROOT / "feeds" / "province_published" / "published_2025.csv").read_text(encoding="utf-8")
    record = {
        "id": "DC-9", "indicator": "CB_GRDP_TT", "area": "56", "period": "2025", "action": "flag", "expect": 6.0,
        "reason": {"vi": "Đang đối chiếu", "en": "Being reconciled"}, "who": "A", "when": "2026-01-01",
        "evidence": "CV 1", "expires": "2099-12-31",
    }  # fmt: skip
    root = few(tmp_path)
    (root / "corrections" / "56.yaml").write_text(yaml.safe_dump({"corrections": [record]}), encoding="utf-8")
    environment = {"IOC_CONTRACTS": str(root)}
    drop("province_published", "a.csv", figures.encode())

    ran = ioc("run", "--json", **environment)
    assert ran.code == 2, ran.err
    assert [c["id"] for c in ran.json["corrections_failed"]] == ["DC-9"]
    checked = ioc("contract", "check", "--json", **environment)
    assert checked.code == 1
    (problem,) = checked.json["problems"]
    assert problem["path"].endswith("corrections/56.yaml") and problem["line"] == 2 and "7.11" in problem["vi"]

    found = ioc("verdicts", "--json", **environment).json["verdicts"]
    assert len(found) == 63 and {v["verdict"] for v in found} == {"pass", "fail", "undetermined", "not_tested"}
    assert all(v["layer"] == "standard" and v["layer_version"] for v in found)
    assert next(v for v in found if v["clause"] == "IOC-QTRI-08")["verdict"] == "fail"
    one_feed = ioc("verdicts", "--feed", "province_published", "--json", **environment).json["verdicts"]
    assert {v["feed_id"] for v in one_feed} == {"province_published"}

    printed = ioc("score", "--feed", "province_published", **environment)
    assert "chưa xác nhận" in printed.out and "DQI_rule = passing / evaluated × 100" in printed.out
    assert "Trọng số" in printed.out
    score = ioc("--lang", "en", "score", "--json", **environment).json
    assert score["weights"]["fields"]["identifier"] == 2 and "unconfirmed" in json.dumps(score["label"])
    assert ioc("incidents", "--json", **environment).json == []
    assert ioc("score", "--feed", "none", **environment).code == 1
