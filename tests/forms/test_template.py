"""The form itself: derived from the contract, the same bytes each time, locked where it is printed."""

from __future__ import annotations

import openpyxl
import pytest

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.form_layout import SIMULATED_LABEL, form_layout
from ioc_pipeline.contracts.units import communes
from ioc_pipeline.forms.form_file import write_form
from tests.forms.form_grid import PERIODS, ROWS, filled

FEEDS = tuple(ROWS)


@pytest.mark.parametrize("feed", FEEDS)
def test_the_same_form_is_the_same_bytes(catalogue, tmp_path, feed):
    for name in "ab":
        write_form(catalogue.feeds[feed], catalogue, tmp_path / name, period=PERIODS[feed], rows=ROWS[feed]())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("feed", FEEDS)
def test_printed_cells_are_locked_and_data_cells_are_not(catalogue, tmp_path, feed):
    path = tmp_path / "f.xlsx"
    write_form(catalogue.feeds[feed], catalogue, path, period=PERIODS[feed])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    layout = form_layout(catalogue.feeds[feed])
    assert sheet.protection.sheet and not sheet.protection.password
    first = next(r for r in range(1, 40) if str(sheet.cell(r, 1).value).startswith("Ví dụ")) + 1
    assert sheet.freeze_panes and int("".join(c for c in sheet.freeze_panes if c.isdigit())) == first
    for position, column in enumerate(layout.columns, start=1):
        cell = sheet.cell(first, position)
        assert cell.protection.locked == (column.role != "value"), column.name
    assert sheet.data_validations.count >= 1
    assert all(" · " in v.error for v in sheet.data_validations.dataValidation), "error texts are bilingual"
    assert book["_ioc"].sheet_state == "veryHidden"


def test_any_province_has_its_own_communes_in_the_form(tmp_path):
    catalogue = load_catalogue(province="79")
    path = tmp_path / "f.xlsx"
    write_form(catalogue.feeds["health_facilities"], catalogue, path, period="2026-10")
    codes = {row[1] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)}
    assert {u.code for u in communes("79")} <= codes


def test_simulated_data_say_so_where_it_is_seen(catalogue, tmp_path):
    sheet = openpyxl.load_workbook(filled(catalogue, "health_facilities", tmp_path, simulated=True)).worksheets[0]
    assert any(SIMULATED_LABEL in row for row in sheet.iter_rows(values_only=True))


@pytest.mark.parametrize("feed", FEEDS)
def test_the_instructions_name_every_column_in_both_languages(catalogue, tmp_path, feed):
    path = tmp_path / "f.xlsx"
    write_form(catalogue.feeds[feed], catalogue, path, period=PERIODS[feed])
    guide = openpyxl.load_workbook(path)["Hướng dẫn · Instructions"]
    text = "\n".join(str(v) for row in guide.iter_rows(values_only=True) for v in row if v)
    for column in form_layout(catalogue.feeds[feed]).columns[1:]:
        assert column.title.vi in text and column.title.en in text
    assert all(e["meta"]["fix"]["vi"] in text for e in catalogue.feeds[feed].suite["expectations"])


def test_statements_and_rows_write_the_same_form(catalogue, tmp_path):
    feed = catalogue.feeds["health_facilities"]
    wide = ROWS["health_facilities"]()[:3]
    long = [{"area": r["area"], "indicator": k, "value": v} for r in wide for k, v in r.items() if k != "area"]
    for name, rows in (("a", wide), ("b", long)):
        write_form(feed, catalogue, tmp_path / name, period="2026-10", rows=rows)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_row_the_form_does_not_have_is_an_error(catalogue, tmp_path):
    with pytest.raises(ValueError, match="99999"):
        write_form(
            catalogue.feeds["health_facilities"], catalogue, tmp_path / "a", period="2026-10",
            rows=[{"area": "99999", "YT_COSO": 1}],
        )  # fmt: skip
