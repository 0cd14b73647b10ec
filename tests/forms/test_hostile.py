"""Files that mean harm, or come from elsewhere: a clear receipt, nothing run, nothing opened."""

from __future__ import annotations

import zipfile

import pytest

from ioc_pipeline.messages import ReadRefused
from ioc_pipeline.read.workbooks import sheet_book
from tests.forms.form_grid import facts, filled, read

FEED = "health_facilities"


@pytest.fixture(scope="module")
def form(catalogue, tmp_path_factory):
    return filled(catalogue, FEED, tmp_path_factory.mktemp("forms"))


def with_part(form, path, name: str, content: bytes):
    """A copy of the form with one more part in its archive."""
    path.write_bytes(form.read_bytes())
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("part", "said"),
    [("xl/vbaProject.bin", "macro"), ("xl/externalLinks/externalLink1.xml", "tệp khác")],
)
def test_macros_and_links_are_said_and_never_followed(catalogue, form, tmp_path, part, said):
    path = with_part(form, tmp_path / "bieu.xlsm", part, b"<x/>")
    reading, rows = read(catalogue, FEED, path)
    assert any(said in n.text.vi for n in reading.notices)
    assert facts(rows) == facts(read(catalogue, FEED, form)[1])


def test_a_zip_bomb_is_refused_before_it_unpacks(catalogue, form, tmp_path, monkeypatch):
    monkeypatch.setattr(sheet_book, "MAX_UNPACKED", 8 << 20)
    path = with_part(form, tmp_path / "bom.xlsx", "xl/worksheets/sheet9.xml", b" " * (1 << 24))
    with pytest.raises(ReadRefused, match="bom nén"):
        read(catalogue, FEED, path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b"<html><body>x</body></html>",
        b"a\n" * 1000,
        b";" * 10_000,
        b"PK\x03\x04broken",
        b"%PDF-1.4",
    ],
)
def test_anything_else_is_refused_in_both_languages(catalogue, tmp_path, content):
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(content)
    with pytest.raises(ReadRefused) as refusal:
        read(catalogue, FEED, path)
    assert "bieu.xlsx" in refusal.value.message.vi and "bieu.xlsx" in refusal.value.message.en
