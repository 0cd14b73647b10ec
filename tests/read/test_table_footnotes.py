"""Notes below the statistics office's tables: kept with the delivery, and a doubt where they change a number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.read.nso_books import Rows, budget, exports, read, write_xlsx


def noted(rows: Rows, *notes: str) -> Rows:
    return [*rows, [], *([None, note] for note in notes)]


def doubted(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Cell → what the note says, of every value under a doubt."""
    found = {}
    for row in rows:
        for doubt in row.get("_doubts") or ():
            assert (doubt["clause"], doubt["column"], doubt["code"]) == ("IOC-SACH-13", "value", "note.condition")
            assert doubt["reading"] == row["value_text"]
            found[row["cell"]] = doubt["raw"]
    return found


def book(folder: Path, rows: Rows) -> tuple[list[str], dict[str, str]]:
    reading, found = read(write_xlsx(folder / "a.xlsx", {"VĐT": rows}))
    return [n.text.en for n in reading.notices if n.clause or "does not change" in n.text.en], doubted(found)


def with_text(rows: Rows, at: tuple[int, int], text: Any) -> Rows:
    rows[at[0]][at[1]] = text
    return rows


def test_a_row_with_a_mark_is_doubted_and_the_note_is_kept(tmp_path: Path) -> None:
    rows = noted(budget(province="Khánh Hoà(*)"), "(*) Chưa bao gồm số liệu của 4 xã", "mới chuyển về.")
    said, found = book(tmp_path, rows)
    assert said == [
        "Table “Vốn đầu tư thực hiện từ nguồn ngân sách Nhà nước”, sheet “VĐT”, mark (*): “Chưa bao gồm số liệu của "
        "4 xã mới chuyển về.”; 3 value(s) taken under a doubt"
    ]
    assert found == dict.fromkeys(["C14", "D14", "E14"], "(*) Chưa bao gồm số liệu của 4 xã mới chuyển về.")


@pytest.mark.parametrize(
    ("at", "text", "cells"),
    [
        ((0, 0), "8. Vốn đầu tư thực hiện từ nguồn ngân sách Nhà nước(*)", 3 * 6),  # the title: every value
        ((3, 2), "tháng 5 (*)", 6),  # a heading: its column
        ((12, 1), "Phân theo một số tỉnh, thành phố (*)", 2 * 3),  # a heading of rows: the rows below it
        ((13, 3), "10885,875(*)", 1),  # a number: itself
    ],
)
def test_what_a_mark_stands_for(tmp_path: Path, at: tuple[int, int], text: str, cells: int) -> None:
    said, found = book(tmp_path, noted(with_text(budget(), at, text), "(*) Số liệu 52 tỉnh, thành phố"))
    assert len(found) == cells and set(found.values()) == {"(*) Số liệu 52 tỉnh, thành phố"}
    assert len(said) == 1 and f"{cells} value(s)" in said[0]


def test_a_note_without_a_mark_speaks_of_the_whole_table(tmp_path: Path) -> None:
    said, found = book(tmp_path, noted(budget(), "Ghi chú: Số liệu tính đến ngày 15 tháng 5"))
    assert len(found) == 3 * 6 and "note: “Số liệu tính đến ngày 15 tháng 5”" in said[0]


def test_a_mark_without_a_note_is_a_doubt_too(tmp_path: Path) -> None:
    said, found = book(tmp_path, budget(province="Khánh Hoà (1)"))
    assert found == dict.fromkeys(["C14", "D14", "E14"], "(1)") and "has no note below the table" in said[0]


def test_sources_definitions_and_units_change_nothing(tmp_path: Path) -> None:
    said, found = book(tmp_path, noted(budget(), "Nguồn: Bộ Tài chính"))
    assert found == {} and said[0].endswith("“Nguồn: Bộ Tài chính”; does not change what the numbers mean")
    reading, rows = read(write_xlsx(tmp_path / "b.xlsx", {"XK": exports()}))
    assert doubted(rows) == {} and not reading.notices


def test_without_notes_nothing_is_added(tmp_path: Path) -> None:
    reading, rows = read(write_xlsx(tmp_path / "a.xlsx", {"VĐT": budget()}))
    assert "_doubts" not in rows[0] and not [n for n in reading.notices if n.clause]
