"""SDMX-ML: real messages, scaling, hostile XML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ioc_pipeline.contracts.feed_contract import load_feed
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import ReadRefused
from ioc_pipeline.read.exchange.sdmx import read_sdmx
from ioc_pipeline.read.reading import Reading
from tests.read.answer_key import ROOT, realdata

HEAD = '<m:StructureSpecificData xmlns:m="urn:m"><m:DataSet UNIT_MULT="0">'
TAIL = "</m:DataSet></m:StructureSpecificData>"


def sdmx_feed() -> Feed:
    feed, problems = load_feed(ROOT / "data_contracts" / "feeds" / "nso_sdmx", ROOT / "data_contracts")
    assert feed is not None, [p.text.en for p in problems]
    return feed


def read(folder: Path, body: str, head: str = HEAD) -> tuple[Reading, list[dict[str, Any]]]:
    path = folder / "a.xml"
    path.write_text(head + body + TAIL, encoding="utf-8")
    reading = read_sdmx(sdmx_feed(), path, path.name, folder / "out.parquet")
    return reading, pq.read_table(reading.rows_path).to_pylist()


def series(code: str, obs: str, more: str = 'FREQ="Q" UNIT_MULT="9"', area: str = "VN") -> str:
    return f'<Series INDICATOR="{code}" REF_AREA="{area}" COUNTERPART_AREA="_Z" {more}>{obs}</Series>'


def obs(period: str, value: str) -> str:
    return f'<Obs TIME_PERIOD="{period}" OBS_VALUE="{value}"/>'


def codes(row: dict[str, Any]) -> list[str]:
    return [problem["code"] for problem in row["_problems"]]


def test_a_multiplier_moves_the_decimal_point_exactly(tmp_path: Path) -> None:
    body = series("NGDP_XDC", obs("2020-Q1", "1234.5")) + series(
        "NGDP_XDC", obs("2020-Q2", "1234567.8"), 'FREQ="Q" UNIT_MULT="6"'
    )
    _, rows = read(tmp_path, body)
    assert [(r["value"], r["unit"], r["value_text"]) for r in rows] == [
        (1234.5, "tỷ đồng", "1234.5"),
        (1234.5678, "tỷ đồng", "1234567.8"),
    ]


def test_a_multiplier_that_contradicts_per_cent(tmp_path: Path) -> None:
    body = series("LUR_PT", obs("2020-Q1", "2.25"), 'FREQ="Q" UNIT_MULT="3"')
    reading, rows = read(tmp_path, body + series("LUR_PT", obs("2020-Q2", "2.3"), 'FREQ="Q" UNIT_MULT="6"'))
    assert (rows[0]["value"], codes(rows[0])) == (2.25, [])  # declared: the sender's 3 is wrong there
    assert [(d["code"], d["raw"]) for d in rows[0]["_doubts"]] == [("unit.multiplier", "2.25 (UNIT_MULT=3)")]
    assert codes(rows[1]) == ["unit.other"] and not rows[1]["_doubts"]
    assert any("UNIT_MULT=3 contradicts" in n.text.en for n in reading.notices)


def test_what_is_not_declared_is_quarantined(tmp_path: Path) -> None:
    body = (
        series("NEW_XDC", obs("2020-Q1", "1"))
        + series("NGDP_XDC", obs("2020-Q1", "1"), area="TH")
        + series("NGDP_XDC", obs("2020-01", "1"))
        + series("NGDP_XDC", obs("2020-Q4", "519.4sb") + obs("2020-Q3", "na") + obs("2020-Q2", "NaN"))
    )
    reading, rows = read(tmp_path, body)
    assert [codes(r) for r in rows] == [
        ["indicator.unknown"],
        ["area.unknown"],
        ["period.unknown"],
        ["number.text"],
        [],
        [],
    ]
    assert [r["value_status"] for r in rows[4:]] == ["missing", "missing"]
    assert any("NEW_XDC is not declared" in n.text.en for n in reading.notices)


def test_base_years_are_apart_and_spaces_in_codes_go(tmp_path: Path) -> None:
    body = series("PCPI_IX", obs("2020-01", "101"), 'FREQ="M" BASE_PER="2019"') + series(
        "NGDPVA_ISIC3_ B_XDC", obs("2004", "7"), 'FREQ="A" UNIT_MULT="9" BASE_PER="_Z"'
    )
    _, rows = read(tmp_path, body)
    assert [(r["indicator"], r["sheet"], r["_problems"]) for r in rows] == [
        ("PCPI_IX@2019", "PCPI_IX", []),
        ("NGDPVA_ISIC3_B_XDC", "NGDPVA_ISIC3_ B_XDC", []),
    ]


LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("head", "body", "code"),
    [
        (LAUGHS + HEAD, series("&b;", obs("2020", "1")), "xml.doctype"),
        (OUTSIDE + HEAD, "&x;", "xml.doctype"),
        (HEAD, "<Series>", "xml.malformed"),
        (HEAD, "<a>" * 300, "xml.limit"),
        ("<html><body>", "", "sdmx.other_message"),
        ("no xml", "", "sdmx.not_xml"),
        (HEAD, "", "read.no_records"),
    ],
)
def test_hostile_and_wrong_files_are_refused(tmp_path: Path, head: str, body: str, code: str) -> None:
    with pytest.raises(ReadRefused) as refused:
        read(tmp_path, body, head)
    assert refused.value.message.code == code
    assert "a.xml" in refused.value.message.vi
    assert not list(tmp_path.glob("*.parquet")) and not list(tmp_path.glob(".*.tmp"))


@pytest.mark.parametrize(
    ("header", "comment", "simulated"),
    [("<m:Name>SỐ LIỆU MÔ PHỎNG · SIMULATED DATA</m:Name>", "Published", True), ("", "Simulated data", True),
     ("<m:Test>true</m:Test>", "Published", True), ("<m:Test>false</m:Test><m:Name>NSDP</m:Name>", "Published", False)],
)  # fmt: skip
def test_a_labelled_or_test_message_is_simulated(tmp_path: Path, header: str, comment: str, simulated: bool) -> None:
    head = HEAD.replace("<m:DataSet", f'<m:Header>{header}</m:Header><m:DataSet COMMENT="{comment}"')
    reading, rows = read(tmp_path, series("LUR_PT", obs("2020-Q1", "2.25"), 'FREQ="Q" UNIT_MULT="0"'), head)
    assert reading.simulated is simulated and [r["simulated"] for r in rows] == [simulated]


@pytest.mark.realdata
@pytest.mark.skipif(not (realdata() / "nso_sdmx").is_dir(), reason="set IOC_REALDATA")
def test_the_published_messages(tmp_path: Path) -> None:
    feed, counted = sdmx_feed(), {}
    for path in sorted((realdata() / "nso_sdmx").glob("*.xml")):
        reading = read_sdmx(feed, path, path.name, tmp_path / "rows.parquet")
        rows = pq.read_table(reading.rows_path).to_pylist()
        assert not reading.simulated and not any(r["simulated"] for r in rows), path.name
        counted[path.name[:3]] = (len(rows), sum(bool(r["_problems"]) for r in rows))
    assert counted == {
        "CPI": (1683, 0), "GDP": (5818, 0), "IIP": (470, 0), "LMI": (737, 5), "POP": (165, 0), "PPI": (768, 0),
        "SBV": (232, 0),
    }  # fmt: skip
