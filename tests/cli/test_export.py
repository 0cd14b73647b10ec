"""`ioc export` on a small home: provenance, rows with their source, and cells no spreadsheet computes."""

from __future__ import annotations

import csv
import io
from datetime import date
from importlib import resources

import duckdb
import openpyxl
import pytest

from ioc_pipeline.export.alerts import exported_alerts
from ioc_pipeline.export.files import csv_file, xlsx_file
from ioc_pipeline.export.rows import TABLES, Exported
from ioc_pipeline.messages import Text
from ioc_pipeline.operations.alerts import Alert
from ioc_pipeline.publish.release import current
from tests.contracts.declarations import ROOT


def _parsed(text: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Provenance by its English name, and rows by their English headings."""
    assert text.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    top = sum(line[0].startswith("# ") for line in lines)
    english = [heading.rpartition(" · ")[2] for heading in lines[top]]
    head = {line[0].rpartition(" · ")[2]: line[1] for line in lines[:top]}
    return head, [dict(zip(english, line, strict=True)) for line in lines[top + 1 :]]


def test_before_the_first_release_it_says_what_to_do(ioc):
    assert ioc("export", "values").code == 1


def test_the_tables_of_a_release(ioc, places, drop, tmp_path):
    figures = (ROOT / "feeds" / "province_published" / "published_2025.csv").read_text(encoding="utf-8")
    figures = figures.replace(
        "04,Cao Bằng,DS_TRUNGBINH,2025,level,estimate,562.93", "04,Cao Bằng,DS_TRUNGBINH,2025,level,estimate,=x1"
    )
    drop("province_published", "a.csv", figures.encode())
    assert ioc("run").code in (0, 2)
    release = current(places)

    ran = ioc("export", "values", "--code", "cb_grdp_tt", "--area", "Khánh Hòa", "--period", "2025")
    assert ran.code == 0, ran.err
    head, (row,) = _parsed(ran.out)
    assert head["Release"] == release.release_id and head["Province"] == "56 Tỉnh Khánh Hòa" and head["Rows"] == "1"
    assert head["Filter"] == "code = CB_GRDP_TT; area = 56; period = 2025"
    assert head["Published at"].endswith("+07:00")
    assert (row["Value"], row["Unit"], row["Data date"]) == ("7.11", "%", "2025-12-31")
    assert (row["Source feed"], row["File"], row["Simulated"]) == ("province_published", "a.csv", "không · no")
    assert len(row["SHA-256 of the file"]) == 64
    assert "·" in row["Trust"] and "·" in row["Status"]

    with duckdb.connect(str(release.folder / "release.duckdb"), read_only=True) as connection:
        counted = {
            "values": "SELECT count(*) FROM indicator_values",
            "indicators": "SELECT count(*) FROM indicators",
            "quarantine": "SELECT count(*) FROM quarantine",
            "verdicts": "SELECT count(*) FROM clause_verdicts",
        }
        expected = {name: connection.execute(sql).fetchone()[0] for name, sql in counted.items()}
    assert set(counted) == set(TABLES)
    for name, count in expected.items():
        target = tmp_path / f"{name}.xlsx"
        assert ioc("export", name, "--out", str(target)).code == 0
        sheet = openpyxl.load_workbook(target, read_only=True).active
        lines = list(sheet.iter_rows(values_only=True))
        top = next(at for at, line in enumerate(lines) if not any(line))
        assert len(lines) - top - 2 == count, name
        assert ("Bản phát hành · Release", release.release_id) in [line[:2] for line in lines[:top]]
        assert all(" · " in heading for heading in lines[top + 1])
    _, cards = _parsed(ioc("export", "indicators").out)
    silent = [card for card in cards if not card["Value"]]
    assert silent and all(card["Status"] == "Chưa xếp màu · No status" for card in silent)
    head, broken = _parsed(ioc("export", "quarantine").out)
    held = broken[0]
    assert (held["Source feed"], held["File"], held["Record number"]) == ("province_published", "a.csv", "2")
    assert {row["Value received"] for row in broken} == {"'=x1", "–"}  # one row, two rules
    assert held["Status"] == "cách ly · quarantined"
    assert "3" in held["Location in the file"] and held["Clause"]
    assert held["Reason and fix (Vietnamese)"] and head["Rows in quarantine"].startswith("1;")
    _, judged = _parsed(ioc("export", "verdicts", "--code", "IOC-QTRI-08").out)
    assert {row["Clause"] for row in judged} == {"IOC-QTRI-08"}
    assert "cả trung tâm · whole centre" in {row["Source feed"] for row in judged}

    found, alerts = _parsed(ioc("export", "alerts").out)
    assert found["Table"].endswith("(alerts)") and found["Rows"] == str(len(alerts))

    for wrong, said in (
        (("values", "--code", "CB_GRDP"), "CB_GRDP_TT"),
        (("values", "--period", "tháng 9"), "2026-09"),
        (("values", "--area", "Atlantis"), "Atlantis"),
        (("verdicts", "--period", "2025"), "--code"),
        (("quarantine", "--feed", "province_publish"), "province_published"),
    ):
        refused = ioc("export", *wrong)
        assert refused.code == 1 and said in refused.err and refused.out == "", wrong


@pytest.fixture
def empty_release():
    """The tables of a release, without a value."""
    with duckdb.connect() as connection:
        connection.execute(resources.files("ioc_pipeline.publish").joinpath("schema.sql").read_text(encoding="utf-8"))
        connection.execute(
            "INSERT INTO release_info VALUES ('R', now(), '56', 'T', 'T', 'Asia/Ho_Chi_Minh', '1', 'h', 'c', 'r')"
        )
        yield connection


def test_an_alert_of_several_indicators_has_a_row_for_each(empty_release):
    figures = [
        {"code": code, "area": "56", "period": "2026-10", "value": value, "unit": "%", "target": 95.0, "trust": "held",
         "feed": "f", "file": "a.xlsx", "simulated": code == "B"}
        for code, value in (("B", 2.0), ("A", None))
    ]  # fmt: skip
    pairs = [{"now": figure, "before": None} for figure in figures]
    day, one = date(2026, 11, 30), Text("a", "a")
    alert = Alert(
        "CB-1", "first:t:o", "t", "critical", one, one, {"vi": "Sở A"}, "2026-11-20", day, day, "working", one,
        ("B", "A"), {"release": "R", "indicators": pairs}, True, settled={"A": "BC 1"},
    )  # fmt: skip

    def rows(asked: dict[str, str]) -> list[list[object]]:
        made = exported_alerts(empty_release, [alert], date(2026, 11, 22), asked)
        names = [heading.en for heading in made.headings]
        wanted = ("Alert", "Indicator", "Period", "Value", "Unit", "Closing evidence", "Simulated")
        return [[row[names.index(name)] for name in wanted] for row in made.rows]

    other, first = ["CB-1", "B", "2026-10", 2.0, "%", None, "có · yes"], ["CB-1", "A", "2026-10", None, "%", "BC 1"]
    assert rows({}) == [[*first, "không · no"], other] and rows({"code": "B"}) == [other]


@pytest.mark.parametrize("text", ["=1+1", "+84 58", "-2", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "＝1"])
def test_text_that_looks_like_a_formula_stays_text(tmp_path, text):
    content = Exported(((Text("Tệp", "File"), text),), (Text("Cột", "Column"), Text("Số", "Number")), [(text, -2.5)])
    csv_file(content, tmp_path / "a.csv")
    written = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text("utf-8-sig"), newline="")))
    assert written[0][1] == f"'{text}" and written[-1] == [f"'{text}", "-2.5"]
    xlsx_file(content, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [(c.data_type, c.value) for c in sheet[4]] == [("s", text), ("n", -2.5)]
    assert sheet["B1"].data_type == "s"


def test_a_cell_too_long_or_with_control_characters_is_cut_aloud(tmp_path):
    content = Exported((), (Text("Cột", "Column"),), [("a" * 40_000,), ("\x00b",)])
    xlsx_file(content, tmp_path / "a.xlsx")
    long, odd = (
        row[0] for row in openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(min_row=3, values_only=True)
    )
    assert len(long) <= 32_767 and long.endswith("see the CSV]") and odd == "\ufffdb"
