"""Five-key indicator JSON → observation rows."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import ReadRefused
from ioc_pipeline.read.exchange.indicator_json import read_indicator_json
from ioc_pipeline.read.reading import Reading
from tests.read.declared_feeds import lris_feed

RECORD: dict[str, Any] = {
    "officeCode": "000.00.00.H32", "indicatorCode": "NS_THU", "dataTypeId": 3, "periodId": 9, "dataYear": 2026,
    "value": 100.5, "unit": "tỷ đồng",
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(province="56")


@pytest.fixture(scope="module")
def feed() -> Feed:
    return lris_feed()


class Statements:
    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        found = duckdb.execute("SELECT * FROM read_parquet(?) ORDER BY _row", [str(reading.rows_path)])
        names = [d[0] for d in found.description]
        self.rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        assert len(self.rows) == reading.received

    @property
    def codes(self) -> list[list[str]]:
        return [[p["code"] for p in row["_problems"]] for row in self.rows]


def _read(folder: Path, content: Any, feed: Feed, catalogue: Catalogue) -> Statements:
    path = folder / "chỉ tiêu.json"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")
    out = folder / "rows.parquet"
    return Statements(
        read_indicator_json(feed, path, path.name, out, code_lists=catalogue.codes, province=catalogue.province)
    )


@pytest.fixture
def read(tmp_path: Path, feed: Feed, catalogue: Catalogue) -> Any:
    return lambda content: _read(tmp_path, content, feed, catalogue)


def test_one_statement(read: Any) -> None:
    found = read({"data": RECORD, "error": None, "total": 1})
    row = found.rows[0]
    assert {k: row[k] for k in ("indicator", "area", "period", "period_kind", "measure", "data_type", "unit")} == {
        "indicator": "NS_THU", "area": "56", "period": "2026-09", "period_kind": "month", "measure": "ytd",
        "data_type": "actual", "unit": "tỷ đồng",
    }  # fmt: skip
    assert (row["value"], row["value_text"], row["value_status"]) == (100.5, "100.5", "present")
    assert row["period_end"] == date(2026, 9, 30) and row["agency"] == "H32"
    assert row["cell"] == row["_location"] == "$.data" and row["_problems"] == [] and row["simulated"] is False
    assert found.reading.notices == () and not found.reading.simulated


@pytest.mark.parametrize(
    ("document", "cells"),
    [
        ({"data": [RECORD, RECORD], "error": None, "total": 2}, ["$.data[0]", "$.data[1]"]),
        ([RECORD, RECORD], ["$[0]", "$[1]"]),
        (f"{json.dumps(RECORD)}\n{json.dumps(RECORD)}\n", ["$[0]", "$[1]"]),
        ([{"data": RECORD, "error": None}, {"data": [RECORD], "total": 1}], ["$[0].data", "$[1].data[0]"]),
        (RECORD, ["$"]),
        ("\ufeff" + json.dumps([RECORD]) + "\n\n", ["$[0]"]),
    ],
)
def test_layouts(read: Any, document: Any, cells: list[str]) -> None:
    assert [row["cell"] for row in read(document).rows] == cells


def test_keys_of_the_envelope_hold_for_its_records(read: Any) -> None:
    asked = {k: RECORD[k] for k in ("officeCode", "dataTypeId", "periodId", "dataYear")}
    answer = {"indicatorCode": "NS_THU", "unit": "tỷ đồng", "value": 7}
    found = read({**asked, "simulated": True, "data": answer, "error": {"code": 0, "userMessage": ""}, "total": 1})
    assert found.codes == [[]] and found.rows[0]["value"] == 7 and found.reading.simulated


PERIODS = [
    (1, "2026-01", date(2026, 1, 31)),
    (12, "2026-12", date(2026, 12, 31)),
    (13, "2026-Q1", date(2026, 3, 31)),
    (15, "2026-Q3", date(2026, 9, 30)),
    (17, "2026-H1", date(2026, 6, 30)),
    (18, "2026-H2", date(2026, 12, 31)),
    (20, "2026", date(2026, 12, 31)),
    ("9", "2026-09", date(2026, 9, 30)),
]


@pytest.mark.parametrize(("period_id", "period", "end"), PERIODS)
def test_periods(read: Any, period_id: Any, period: str, end: date) -> None:
    row = read([{**RECORD, "periodId": period_id}]).rows[0]
    assert (row["period"], row["period_end"], row["_problems"]) == (period, end, [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"periodId": 19}, "period.unknown"),
        ({"periodId": 21}, "period.unknown"),
        ({"periodId": "Quý I"}, "period.unknown"),
        ({"periodId": None}, "key.missing"),
        ({"dataYear": 25}, "year.range"),
        ({"dataYear": "hai nghìn"}, "year.range"),
        ({"dataTypeId": 5}, "data_type.unknown"),
        ({"dataTypeId": True}, "data_type.unknown"),
        ({"dataTypeName": "Chính thức"}, "data_type.mismatch"),
        ({"dataTypeName": "lạ"}, "data_type.mismatch"),
        ({"indicatorCode": "LA"}, "indicator.unknown"),
        ({"indicatorCode": ""}, "key.missing"),
        ({"kieuSo": "yoy"}, "measure.unknown"),
        ({"kieuSo": "lạ"}, "measure.unknown"),
        ({"unit": "kg"}, "unit.unknown"),
        ({"unit": "triệu đồng"}, "unit.other"),
        ({"unit": None}, "key.missing"),
        ({"value": "1.234"}, "number.ambiguous"),
        ({"value": "mười"}, "number.text"),
        ({"value": True}, "number.text"),
        ({"value": [1]}, "number.text"),
        ({"value": 1, "status": "không phát sinh"}, "status.value"),
        ({"value": None, "status": "có"}, "status.value"),
        ({"value": None, "status": "lạ"}, "status.unknown"),
        ({"areaCode": "99999"}, "area.unknown"),
        ({"areaCode": "00004"}, "area.unknown"),  # a commune of another province
        ({"areaCode": 22366}, "code.number"),
        ({"officeCode": "32H"}, "agency.unknown"),
        ({"officeCode": "H43"}, "agency.unknown"),  # closed since 1 July 2025
        ({"officeCode": 32}, "agency.unknown"),
        ({"dataDate": "31/02/2026"}, "date.format"),
        ({"tuSo": "năm"}, "number.text"),
    ],
)
def test_what_is_unknown_or_contradictory_is_a_problem(read: Any, change: dict[str, Any], code: str) -> None:
    assert code in read([RECORD, {**RECORD, **change}]).codes[1]


def test_a_nested_or_scalar_record_is_a_problem_row(read: Any) -> None:
    assert read([RECORD, 5, None]).codes == [[], ["row.object"], ["row.object"]]


@pytest.mark.parametrize(
    ("change", "value", "status"),
    [
        ({"value": None}, None, "missing"),
        ({"value": ""}, None, "missing"),
        ({"value": None, "status": "không phát sinh"}, None, "nil"),
        ({"value": None, "status": "bảo mật"}, None, "confidential"),
        ({"value": "…"}, None, "missing"),
        ({"value": "-"}, None, "nil"),
        ({"value": 0}, 0.0, "present"),
        ({"value": "1.234,5"}, 1234.5, "present"),
        ({"value": "98,5 (1)"}, 98.5, "present"),
    ],
)
def test_values_and_their_status(read: Any, change: dict[str, Any], value: float | None, status: str) -> None:
    found = read([{**RECORD, **change}])
    assert (found.rows[0]["value"], found.rows[0]["value_status"], found.codes) == (value, status, [[]])


def test_units_and_data_types_match_by_alias(read: Any) -> None:
    found = read([{**RECORD, "unit": "Tỉ  đồng", "dataTypeName": "thực hiện", "kieuSo": "Trong kỳ"}])
    assert found.codes == [[]]
    assert (found.rows[0]["unit"], found.rows[0]["measure"]) == ("tỷ đồng", "period")


def test_ratios_keep_numerator_and_denominator(read: Any) -> None:
    ratio = {**RECORD, "indicatorCode": "DTC_TL", "unit": "%", "value": 47.9, "tuSo": 19333, "mauSo": "40361"}
    row = read([ratio]).rows[0]
    assert (row["measure"], row["numerator"], row["denominator"]) == ("ytd_rate", 19333.0, 40361.0)


AREAS = [
    ({"officeCode": "H32"}, "56"),
    ({"officeCode": "H32.02"}, "56"),
    ({"officeCode": "000.01.23.H38"}, "15"),  # Lào Cai after the merger …
    ({"officeCode": "H38", "dataYear": 2024}, "10"),  # … and before it
    ({"officeCode": "000.00.00.H50"}, "44"),
    ({"officeCode": "H63", "dataYear": 2024}, "15"),  # Yên Bái, when it existed
    ({"areaCode": "22366"}, "22366"),
    ({"areaCode": "56"}, "56"),
]


@pytest.mark.parametrize(("change", "area"), AREAS)
def test_the_area_follows_the_office_on_the_date(read: Any, change: dict[str, Any], area: str) -> None:
    found = read([{**RECORD, **change}])
    assert (found.rows[0]["area"], found.codes) == (area, [[]])


def test_unknown_keys_and_missing_pages_are_noticed(read: Any) -> None:
    found = read({"data": [{**RECORD, "nguoiNhap": "x"}], "error": None, "total": 50})
    assert ["50" in n.text.vi or "nguoiNhap" in n.text.vi for n in found.reading.notices] == [True, True]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "read.empty_file"),
        ("[]", "read.no_records"),
        ('{"data": null, "error": null, "total": 0}', "read.no_records"),
        ('{"data": null, "error": {"code": 100, "userMessage": "AUTHEN_ERROR"}}', "read.source_error"),
        ('{"data": [], "error": "hỏng"}', "read.source_error"),
        ('[{"data": null, "error": {"code": 500}}]', "read.source_error"),
        ('{"data": [{"officeCode": "H32"', "read.json_malformed"),
        ('[{"value": NaN}]', "read.json_malformed"),
        ('[{"value": 1, "value": 2}]', "read.json_malformed"),
        ("<html></html>", "read.markup"),
        ("officeCode,value\nH32,1\n", "read.json_malformed"),
        ("5", "read.json_malformed"),
        (b'[{"unit": "t\xb8\xff"}]', "read.encoding"),
        (b"PK\x03\x04", "read.other_format"),
        ("[" * 50_000, "read.json_malformed"),
    ],
)
def test_refused(read: Any, content: Any, code: str) -> None:
    with pytest.raises(ReadRefused) as caught:
        read(content)
    assert caught.value.message.code == code and "chỉ tiêu.json" in caught.value.message.vi


VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6) | st.just("H32")
KEYS = st.sampled_from([*RECORD, "kieuSo", "tuSo", "status", "areaCode", "dataTypeName", "dataDate", "data", "error"])


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.dictionaries(KEYS, VALUES, max_size=5), min_size=1, max_size=5))
def test_any_record_becomes_a_row_or_the_file_is_refused(
    changes: list[dict[str, Any]], feed: Feed, catalogue: Catalogue
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = _read(Path(folder), [{**RECORD, **change} for change in changes], feed, catalogue)
        except ReadRefused:
            return
        assert found.reading.received == len(changes)


DOUBTFUL = [  # value, unit, number, problem, doubt
    ("17.020,5*", "tỷ đồng", 17020.5, None, "number.footnote"),
    ("(12,5)", "tỷ đồng", -12.5, None, "number.parentheses"),
    ("1,5 nghìn tỷ", "tỷ đồng", 1500.0, None, "unit.scale_word"),
    ("1,5 nghìn tỷ đồng", "tỷ đồng", 1500.0, None, None),
    ("12 USD", "tỷ đồng", None, "unit.other", None),
    ("1.234*", "tỷ đồng", None, "number.ambiguous", None),
]


@pytest.mark.parametrize(("value", "unit", "number", "problem", "doubt"), DOUBTFUL)
def test_doubts_of_values_sent_as_text(
    read: Any, value: str, unit: str, number: float | None, problem: str | None, doubt: str | None
) -> None:
    found = read([{**RECORD, "value": value, "unit": unit}])
    (row,) = found.rows
    assert (row["value"], found.codes) == (number, [[problem] if problem else []])
    assert [(d["column"], d["raw"], d["code"]) for d in row["_doubts"]] == ([("value", value, doubt)] if doubt else [])


def test_a_document_too_large_to_be_read_at_once_is_to_be_split(
    tmp_path: Path, feed: Feed, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ioc_pipeline.read.records.json_records.MAX_ENVELOPE", 1 << 20)
    with pytest.raises(ReadRefused) as refused:
        _read(tmp_path, {"data": [RECORD] * 10_000}, feed, catalogue)
    message = refused.value.message
    assert message.code == "read.too_large" and "chia thành nhiều tệp dưới 1 MiB" in message.vi
    assert "Split it into files below 1 MiB" in message.en
