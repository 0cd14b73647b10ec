"""The receipt says what the warehouse recorded: counts, each fault with its place and remedy, refusals."""

from __future__ import annotations

import json

import pytest

from ioc_pipeline.flow import ingest_feed
from ioc_pipeline.messages import IocError
from ioc_pipeline.receipts.receipt import latest_delivery, receipt_of
from ioc_pipeline.store.warehouse import reading

FEED = "dossiers"
HEADER = (
    "ma_ho_so,ma_tthc,don_vi_xu_ly,kenh_thuc_hien,ngay_tiep_nhan,trang_thai,ngay_hen_tra,ngay_ket_thuc_xu_ly,"
    "ngay_tra,co_nghia_vu_tai_chinh,thanh_toan_truc_tuyen,so_hoa,ket_qua_dien_tu,cap_nhat_luc\n"
)
ROW = "H32.101-261001-0001,1.010708,H32.101,2,01/10/2026,1,{due},,,có lẽ,,,,01/10/2026\n"


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
    found = receipt(HEADER + ROW.format(due="31/02/2026"))
    number = next(f for f in found.faults if f.rule == "read.date.impossible")
    assert (number.value, number.column, number.location) == ("31/02/2026", "ngay_hen_tra", "dòng 2")
    for language in ("vi", "en"):
        text = found.text(language)
        assert number.fix.in_language(language) and number.fix.in_language(language) in text
        assert "31/02/2026" in text
    assert found.received == found.accepted + found.quarantined
    assert json.loads(json.dumps(found.as_json()))["faults"][0]["clause"]


def test_a_refused_file_says_why(receipt):
    found = receipt("a,b\n1,2\n")
    assert found.outcome == "refused" and found.received == 0
    assert "so_lieu.csv" in found.text("vi") and "header row" in found.text("en")


def test_an_unknown_delivery_is_an_error_in_words(receipt, places, catalogue):
    receipt("a,b\n1,2\n")
    with reading(places) as warehouse, pytest.raises(IocError):
        receipt_of(warehouse, catalogue.feeds[FEED], "zz", catalogue)
