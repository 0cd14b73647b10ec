"""Files that are no readable workbook, and workbooks built to exhaust memory."""

from __future__ import annotations

import resource
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from ioc_pipeline.messages import ReadRefused
from ioc_pipeline.read.workbooks import spreadsheet, workbook_guard
from ioc_pipeline.read.workbooks.biff import read_biff
from ioc_pipeline.read.workbooks.spreadsheet import cell_name, open_workbook
from tests.read.nso_books import budget, exports, read, write_xls, write_xlsx


def refusal(path: Path, content: bytes | None = None) -> tuple[str, str, str]:
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ReadRefused) as refused:
        read(path)
    message = refused.value.message
    assert path.name in message.vi and path.name in message.en
    assert "hãy" in message.vi and "please" in message.en  # every refusal says what to do
    return message.code, message.vi, message.en


def test_an_empty_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "rỗng.xlsx", b"")[0] == "file.empty"


def test_a_book_without_known_tables_is_refused_by_what_it_holds(tmp_path: Path) -> None:
    """The titles that were found, not the formulas that show an error."""
    path = tmp_path / "khác.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("A", "B", "C"):
            sheet = book.add_worksheet(name)
            sheet.write_column("A1", ["7. Số vụ cháy nổ", "Số vụ"])
            sheet.write_row("B2", [1, 2])
            sheet.write_formula("D2", "=1/0", None, "#DIV/0!")
    code, vi, en = refusal(path)
    assert code == "workbook.no_table" and "Số vụ cháy nổ" in vi and "Số vụ cháy nổ" in en and "#DIV/0!" not in en


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_truncated_xlsx(tmp_path: Path, share: float) -> None:
    content = write_xlsx(tmp_path / "a.xlsx", {"XK": exports()}).read_bytes()
    assert refusal(tmp_path / "cụt.xlsx", content[: int(len(content) * share)])[0] == "file.truncated"


def test_a_truncated_xls(tmp_path: Path) -> None:
    content = write_xls(tmp_path / "a.xls", {"XK": exports()}, "Arial").read_bytes()
    assert refusal(tmp_path / "cụt.xls", content[:1500])[0] in ("file.damaged", "file.not_workbook")


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html><body>404</body></html>",
        "\ufeff\r\n<HTML><body>Không tìm thấy</body></HTML>".encode(),
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"></html>',
        b"<table><tr><td>1</td></tr></table>",
    ],
)
def test_a_web_page_named_xls(tmp_path: Path, page: bytes) -> None:
    code, vi, _ = refusal(tmp_path / "Biểu 5.xls", page)
    assert code == "file.html" and "trang web" in vi


@pytest.mark.parametrize("content", [b"a;b\n1;2\n", b"%PDF-1.7\n", "chữ thường".encode(), b"\x00" * 600])
def test_other_content(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path / "a.xlsx", content)[0] == "file.not_workbook"


def test_another_archive_or_document(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(tmp_path / "a.xlsx")[0] == "file.not_workbook"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    assert refusal(tmp_path / "thư.xls", ole + "WordDocument".encode("utf-16-le"))[0] == "file.not_workbook"


def test_an_encrypted_workbook(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    code, vi, en = refusal(tmp_path / "mật.xlsx", ole + "EncryptedPackage".encode("utf-16-le"))
    assert code == "file.encrypted" and "mật khẩu" in vi and "password" in en


def test_damaged_parts(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"XK": exports()})
    broken = tmp_path / "hỏng.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[: len(content) // 2] if name == "xl/workbook.xml" else content)
    assert refusal(broken)[0] == "file.damaged"


def test_the_extension_decides_nothing(tmp_path: Path) -> None:
    xlsx = write_xlsx(tmp_path / "a.xlsx", {"XK": exports()})
    misnamed = xlsx.rename(tmp_path / "a.xls")
    assert read(misnamed)[0].received > 0
    xls = write_xls(tmp_path / "b.xls", {"XK": exports()}, "Arial")
    renamed = xls.rename(tmp_path / "b.csv")
    assert [r["value"] for r in read(renamed)[1]] == [r["value"] for r in read(misnamed)[1]]
    blob = misnamed.rename(tmp_path / "ab12cd")  # as the landing area keeps it: no extension at all
    assert read(blob)[0].received > 0


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bom.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\x00" * (8 << 20))
    monkeypatch.setattr(workbook_guard, "MAX_UNPACKED", 4 << 20)
    assert refusal(path)[0] == "file.too_large"
    monkeypatch.setattr(workbook_guard, "MAX_UNPACKED", 1 << 30)
    monkeypatch.setattr(workbook_guard, "LARGE", 4 << 20)
    assert refusal(path)[0] == "file.too_large"


def test_one_value_in_the_last_cell_does_not_fill_a_rectangle(tmp_path: Path) -> None:
    path = tmp_path / "góc.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("XK")
    for r, row in enumerate(exports()):
        for c, value in enumerate(row):
            if value is not None:
                sheet.write(r, c, value)
    sheet.write(200_000, 16_383, 1)
    book.close()
    code = (
        "import resource, sys; from pathlib import Path; resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)); "
        "from ioc_pipeline.read.workbooks.spreadsheet import open_workbook; "
        "print(open_workbook(Path(sys.argv[1]), 'góc.xlsx').sheets[0].rows[12][1])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "Gạo", done.stderr[-500:]


@pytest.mark.parametrize("rows", [1, 6_000])
def test_a_cell_that_names_a_row_far_below_its_own_does_not_fill_a_rectangle(tmp_path: Path, rows: int) -> None:
    small = write_xlsx(tmp_path / "a.xlsx", {"XK": exports()}, {("XK", 10, 1): 2})
    lines = "".join(f'<row r="{r}"><c r="Z{r}"><v>1</v></c></row>' for r in range(1, rows))
    far = f'{lines}<row r="{rows}"><c r="Z{rows}"><v>1</v></c><c r="A1048576"><v>1</v></c></row></sheetData>'
    path = tmp_path / "sâu.xlsx"
    with zipfile.ZipFile(small) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content[: content.index(b"<sheetData>") + 11] + far.encode() + b"</worksheet>"
            new.writestr(name, content)
    with zipfile.ZipFile(path) as archive:
        assert workbook_guard.sheet_is_wide(archive, "xl/worksheets/sheet1.xml")
    assert open_workbook(path, path.name).second == ["XK"]


def test_forty_megabytes_of_empty_cells(tmp_path: Path) -> None:
    small = write_xlsx(tmp_path / "a.xlsx", {"XK": exports()}, {("XK", 10, 1): 2})
    columns = [cell_name(0, c)[:-1] for c in range(256)]
    path = tmp_path / "trống.xlsx"
    with zipfile.ZipFile(small) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                empty = "".join(
                    f'<row r="{r}">' + "".join(f'<c r="{letters}{r}" s="1"/>' for letters in columns) + "</row>"
                    for r in range(20, 8_200)
                )
                content = content.replace(b"</sheetData>", empty.encode() + b"</sheetData>")
                assert len(content) > 40_000_000
            new.writestr(name, content)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    opened = open_workbook(path, path.name).sheets[0]
    assert len(opened.rows) == len(exports())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000  # kB
    assert read(path)[1] == read(small)[1]


def test_the_second_reader_gives_the_same_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    xlsx = write_xlsx(tmp_path / "a.xlsx", {"XK": exports()}, {("XK", 10, 1): 2})
    xls = write_xls(tmp_path / "b.xls", {"XK": exports()}, "Arial")
    first = [read(path)[1] for path in (xlsx, xls)]

    def refuse(content: bytes) -> None:
        raise spreadsheet.python_calamine.CalamineError("no")

    def unusual(content: bytes) -> None:
        raise spreadsheet.Unusual

    assert [read_biff(xls.read_bytes()).sheets[0].name] == ["XK"]  # read by its records before
    monkeypatch.setattr(spreadsheet, "_calamine", refuse)
    monkeypatch.setattr(spreadsheet, "read_biff", unusual)
    assert [read(path)[1] for path in (xlsx, xls)] == first


def test_a_sheet_only_the_second_reader_takes_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"XK": exports(), "VĐT": budget()})
    first, rows = read(path)
    assert not first.notices
    take = spreadsheet._from_calamine

    def refuse_one(source: Any, hidden: bool) -> Any:
        if source.name == "VĐT":
            raise spreadsheet.python_calamine.CalamineError("no")
        return take(source, hidden)

    monkeypatch.setattr(spreadsheet, "_from_calamine", refuse_one)
    second, again = read(path)
    assert again == rows
    (notice,) = second.notices
    assert notice.location == "VĐT" and "bộ đọc thứ hai (openpyxl)" in notice.text.vi
    assert "second reader (openpyxl)" in notice.text.en


def test_a_file_calamine_refuses_is_read_with_openpyxl(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"XK": exports()})
    rows = read(path)[1]
    odd = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(odd, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                # An error value of newer Excel versions, beside the table: calamine refuses the whole sheet.
                cell = b'<c r="Z17" t="e"><v>#BUSY!</v></c>'
                content = content.replace(b"</row></sheetData>", cell + b"</row></sheetData>")
                assert cell in content
            new.writestr(part.filename, content)
    with pytest.raises(spreadsheet.python_calamine.CalamineError):
        spreadsheet._calamine(odd.read_bytes()).get_sheet_by_name("XK")
    reading, again = read(odd)
    assert again == rows
    assert [("openpyxl" in n.text.vi, "openpyxl" in n.text.en, n.location) for n in reading.notices] == [
        (True, True, "XK")
    ]


@pytest.mark.parametrize(
    "label", ["SỐ LIỆU MÔ PHỎNG · SIMULATED DATA", "Simulated data", "Số liệu mô phỏng, không dùng"]
)
def test_a_labelled_workbook_is_simulated(tmp_path: Path, label: str) -> None:
    plain = write_xlsx(tmp_path / "a.xlsx", {"XK": exports(), "VĐT": budget()})
    reading, rows = read(plain)
    assert not reading.simulated and not any(row["simulated"] for row in rows)
    # The label on one sheet holds for the whole file.
    reading, labelled = read(write_xlsx(tmp_path / "b.xlsx", {"XK": exports(), "VĐT": [[label], [], *budget()]}))
    assert reading.simulated and all(row["simulated"] for row in labelled)
    assert [row["value"] for row in labelled] == [row["value"] for row in rows]


def test_cell_names() -> None:
    assert [cell_name(0, c) for c in (0, 25, 26, 701, 702)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]
    assert cell_name(13, 4) == "E14"
