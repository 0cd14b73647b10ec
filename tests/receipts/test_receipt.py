"""The receipt says what the warehouse recorded: counts, each fault with its place and remedy, refusals."""

from __future__ import annotations

import json

import pytest

from ioc_pipeline.flow import ingest_feed
from ioc_pipeline.messages import IocError
from ioc_pipeline.receipts.receipt import latest_delivery, receipt_of
from ioc_pipeline.store.warehouse import reading

FEED = "province_published"
HEADER = "indicator,area,period,measure,data_type,value,unit\n"


@pytest.fixture
def receipt(places, catalogue, drop):
    def take(text: str):
        drop(FEED, "so_lieu.csv", text.encode())
        feed = catalogue.feeds[FEED]
        run = ingest_feed(places, catalogue, feed, run_id="test", settle_seconds=0.0)
        assert run.problem is None, run.problem
        with reading(places) as warehouse:
            return receipt_of(warehouse, feed, latest_delivery(warehouse, feed), catalogue)

    return take


def test_a_row_that_cannot_be_read_stands_with_place_reason_and_fix(receipt):
    found = receipt(HEADER + "KT_GRDP_TT,56,2025,growth,estimate,mười,%\n")
    number = next(f for f in found.faults if f.rule == "read.number.text")
    assert number.value == "mười" and number.column == "value" and "3" not in (number.location or "")
    for language in ("vi", "en"):
        text = found.text(language)
        assert number.fix.in_language(language) and number.fix.in_language(language) in text
        assert "mười" in text
    assert found.received == found.accepted + found.quarantined
    assert json.loads(json.dumps(found.as_json()))["faults"][0]["clause"]


def test_a_refused_file_says_why(receipt):
    found = receipt("a,b\n1,2\n")
    assert found.outcome == "refused" and found.received == 0
    assert "so_lieu.csv" in found.text("vi") and "missing" in found.text("en")


def test_an_unknown_delivery_is_an_error_in_words(receipt, places, catalogue):
    receipt("a,b\n1,2\n")
    with reading(places) as warehouse, pytest.raises(IocError):
        receipt_of(warehouse, catalogue.feeds[FEED], "zz", catalogue)
