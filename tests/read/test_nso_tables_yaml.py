"""`tables.yaml`: the declared file is sound, and every mistake is named with its file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ioc_pipeline.contracts.feed_contract import _schema_problems
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import IocError
from ioc_pipeline.read.statistics.table_spec import load_table_spec
from tests.read.answer_key import ROOT, nso_feed

FOLDER = ROOT / "data_contracts" / "feeds" / "nso_monthly"

SMALL = """
title_mark: '^\\d+\\. '
indicators:
  A: {vi: a, en: a, units: ["%"]}
tables:
  - id: t
    name: {vi: t, en: t}
    title: ['^biểu a']
    whole: ['^tổng số$']
    columns:
      - {indicator: A}
"""


def test_the_declared_tables_are_sound() -> None:
    spec = load_table_spec(FOLDER / "tables.yaml")
    assert {table.id for table in spec.tables} >= {"fdi", "vdt_nsnn", "ban_le", "xuat_khau", "nhap_khau", "iip", "cpi"}
    used = {column.indicator for table in spec.tables for column in table.columns}
    used |= {row.indicator for table in spec.tables for row in table.rows if row.indicator}
    used |= {code for table in spec.tables for row in table.rows for code in row.growth.values()}
    used |= {named.code for table in spec.tables for section in table.sections for _, named in section.indicators}
    used.discard("")  # columns whose indicator the section names
    assert used == set(spec.indicators)  # every declared indicator is fed by a column or a row


def test_units_are_in_the_list_of_units() -> None:
    listed = yaml.safe_load((ROOT / "data_contracts" / "reference" / "units.yaml").read_text(encoding="utf-8"))
    codes = {entry["code"] for entry in listed["codes"]}
    spec = load_table_spec(FOLDER / "tables.yaml")
    assert {unit for indicator in spec.indicators.values() for unit in indicator.units} <= codes


def test_the_contract_is_valid() -> None:
    assert _schema_problems(YamlSource(FOLDER / "contract.yaml")) == []
    feed = nso_feed()
    assert feed.reader == {"format": "nso_workbook", "tables": "tables.yaml"}
    assert (feed.period, feed.lag_days, feed.shape) == ("month", 6, "observations")


@pytest.mark.parametrize(
    ("title", "table"),
    [
        ("chỉ số sản xuất công nghiệp các quý năm 2019", "iip"),
        ("hàng hóa xuất khẩu các quý năm 2019", "xuat_khau"),
        ("chỉ số giá xuất khẩu hàng hóa", "gia_xuat_khau"),
        ("vốn đầu tư phát triển toàn xã hội thực hiện theo giá hiện hành", "vdt_xa_hoi"),
        ("tổng sản phẩm trong nước 6 tháng đầu năm 2017", "gdp"),
        ("tổng sản phẩm trong nước theo giá so sánh 2010", "gdp_ss2010"),
        ("chỉ số sử dụng lao động của doanh nghiệp công nghiệp phân theo địa phương", "ld_cong_nghiep_tinh"),
        ("xuất, nhập khẩu dịch vụ", None),
        ("chỉ số sản xuất công nghiệp phân theo địa phương", None),
    ],
)
def test_a_title_is_one_table_at_most(title: str, table: str | None) -> None:
    spec = load_table_spec(FOLDER / "tables.yaml")
    assert [t.id for t in spec.tables if t.matches(title)] == ([table] if table else [])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("id: t\n", "id: t\n    colums: []\n", "unknown key 'colums'"),
        ("{indicator: A}", "{indicator: B}", "indicator 'B' is not declared"),
        ("'^biểu a'", "'^biểu (a'", "bad regular expression"),
        ("'^biểu a'", "'^Biểu A'", "must be lower case"),
        ("    columns:", "    row_units: cell\n    columns:", "row_units must be one of column, label"),
        ("    columns:", "    quarters: yes\n    columns:", "quarters must be one of titled, always"),
        ("{indicator: A}", "{indicator: A, role: b}", "either indicator or role"),
        ("    columns:", "    aliases: {x: ['(']}\n    columns:", "bad regular expression"),
        ("tables:\n", "not_taken: [{title: a}]\ntables:\n", "vi, en missing"),
        ('{vi: a, en: a, units: ["%"]}', "{vi: a}", "A needs vi, en and units"),
        ("    whole:", "    data_type: {latest: final}\n    whole:", "latest must be one of"),
        ("    whole:", "    sections: [{heading: a, rows: areas}]\n    whole:", "rows must be one of area, item"),
        ("title: ['^biểu a']", "title: '^biểu a'", "title: must be a list"),
        ("tables:\n", "tables: []\nothers:\n", "no table is declared"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "tables.yaml"
    assert old in SMALL
    path.write_text(SMALL, encoding="utf-8")
    load_table_spec(path)
    path.write_text(SMALL.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(IocError) as wrong:
        load_table_spec(path)
    message = wrong.value.message
    assert message.code == "contract.tables"
    assert str(path) in message.en and "line " in message.en and "dòng " in message.vi
    assert words in message.en, message.en


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tables.yaml"
    path.write_text("tables: [", encoding="utf-8")
    with pytest.raises(IocError, match=r"tables\.yaml"):
        load_table_spec(path)
