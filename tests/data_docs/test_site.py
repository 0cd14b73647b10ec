"""Data Docs: Great Expectations' pages from our stored results; opening one asks no other host."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.data_docs.gx_objects import suite_result
from ioc_pipeline.data_docs.offline import OUTSIDE, offline
from ioc_pipeline.data_docs.site import build_site
from ioc_pipeline.flow import ingest_feed, now_utc
from ioc_pipeline.publish.release import publish
from ioc_pipeline.settings import Places
from ioc_pipeline.validate.suite import bind, parse_suite


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Path:
    """The site of a release with one feed, whose file repeats a figure with another value."""
    from datetime import date

    from ioc_pipeline.sample.inbox import generate_inbox

    home = Places(tmp_path_factory.mktemp("docs"))
    generate_inbox(home.inbox, province="56", seed=3, dossiers=60, months=2, until=date(2026, 10, 31))
    newest = sorted((home.inbox / "lris_indicators").glob("*.json"))[-1]
    message = json.loads(newest.read_text(encoding="utf-8"))
    row = next(r for r in message["data"] if isinstance(r.get("value"), float))
    message["data"].append({**row, "value": row["value"] + 1})
    newest.write_text(json.dumps(message, ensure_ascii=False), encoding="utf-8")
    ingest_feed(home, catalogue, catalogue.feeds["lris_indicators"], run_id="docs", settle_seconds=0.0)
    release = publish(home, catalogue, run_id="docs", now=now_utc())
    assert release is not None
    out = home.root / "data_docs"
    for _ in range(2):  # replaced as a whole
        pages = build_site(release, catalogue, out, newest=2, progress=lambda words: None)
    assert pages == 1 + len(catalogue.feeds) + 2 == len(list(out.rglob("*.html")))
    assert [p.name for p in home.root.glob(".partial*")] == []
    return out


def test_no_page_leads_or_asks_outside(site: Path) -> None:
    for path in site.rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        assert not OUTSIDE.search(text), (path, OUTSIDE.search(text))
        assert "<script" not in text


def test_every_local_link_is_there(site: Path) -> None:
    links = [
        (page, link)
        for page in site.rglob("*.html")
        for link in re.findall(r"""(?:href|src)=["']([^"'#]+)["']""", page.read_text(encoding="utf-8"))
    ]
    assert len(links) > 20
    assert [(p.name, link) for p, link in links if not (p.parent / unquote(link)).exists()] == []


def test_pages_say_clause_why_fix_and_counts(site: Path) -> None:
    suite = (site / "expectations" / "dossiers.html").read_text(encoding="utf-8")
    assert "[IOC-SACH-04]" in suite and suite.count("Cách sửa") >= 50 and "How to fix" in suite
    index = (site / "index.html").read_text(encoding="utf-8")
    newest = re.findall(r'href="(validations/[^"]+)"', index)[0]
    page = (site / newest).read_text(encoding="utf-8")
    assert "Failed" in page and "2 unexpected values found" in page
    assert "[IOC-SACH-03]" in page and "Cách sửa" in page


def test_undetermined_is_neither_passed_nor_failed(catalogue: Catalogue) -> None:
    feed = catalogue.feeds["province_published"]
    now = now_utc()
    suite = bind(parse_suite(feed.suite), catalogue.bindings(now))
    verdicts = [None, False, True]
    stored = [
        {"expectation_id": e.id, "success": v, "evaluated": 10, "unexpected": int(v is False), "missing": 0,
         "observed": None, "message_vi": "chưa đủ cơ sở", "message_en": "undetermined"}
        for e, v in zip(suite.expectations, verdicts, strict=False)
    ]  # fmt: skip
    delivery = {"file_name": "a.csv", "received_at": now, "delivery_id": "d", "sha256": "s"}
    result, gone = suite_result(feed, suite, delivery, [*stored, {**stored[0], "expectation_id": "old.rule"}])
    assert gone == ["old.rule"]
    said = result.statistics
    assert (said["evaluated_expectations"], said["successful_expectations"], said["unsuccessful_expectations"]) == (
        2,
        1,
        1,
    )
    assert result.success is False
    assert [r.exception_info["raised_exception"] for r in result.results] == [True, False, False]


def test_offline_takes_out_whatever_a_template_may_load() -> None:
    page = (
        "<html><head><link rel='stylesheet' href=\"https://cdn.example/x.css\"/><style>@import url(//cdn.example/y);"
        "a{background:url('https://cdn.example/z.png')}</style><script src=https://cdn.example/j.js></script></head>"
        "<body><img class='x' src=\"https://cdn.example/l.png\"><a class='c' href='https://example.org/'>w</a></body></html>"
    )
    made = offline(page, "")
    assert "example" not in made and "static/bootstrap.min.css" in made
