"""TCVN3 text: every letter, fonts of capitals, mixed runs, and Unicode text left alone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc_pipeline.read.text.tcvn3 import TO_UNICODE, convert, decode_run, is_tcvn3_font, looks_tcvn3, none_looks_tcvn3

BACK = {new: chr(old) for old, new in TO_UNICODE.items()}
SMALL = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"


def in_tcvn3(text: str) -> str:
    return "".join(BACK.get(letter, letter) for letter in text)


def test_the_table_covers_every_small_letter_once() -> None:
    assert len(TO_UNICODE) == 74 and len(set(TO_UNICODE.values())) == 74
    assert all(unicodedata.is_normalized("NFC", letter) for letter in TO_UNICODE.values())
    assert convert(in_tcvn3(SMALL)) == SMALL


@given(st.text(alphabet=SMALL + " ,.()%0123456789", max_size=60))
def test_text_under_its_font_comes_back(text: str) -> None:
    assert decode_run(in_tcvn3(text), ".VnTime") == text
    assert decode_run(in_tcvn3(text), ".VnArialH") == text.upper()


@pytest.mark.parametrize(
    "text",
    [
        "Tổng sản phẩm trong nước",
        "Hòa Bình",
        "Cộng hoà Séc",
        "m² · (½) ®",
        "Côte d'Ivoire",
        "ÔTÔ",
        "«Đầu tư»",
        "Pháp",
        "vô",
    ],
)
def test_unicode_text_is_left_alone(text: str) -> None:
    assert decode_run(text, "Arial") == text and decode_run(text, None) == text


def test_a_mixed_run_is_decided_word_by_word() -> None:
    assert decode_run("Tæng s¶n phÈm 6 th¸ng đầu n¨m 2008", ".VnArial") == "Tổng sản phẩm 6 tháng đầu năm 2008"


def test_a_run_is_recognised_without_its_font() -> None:
    assert decode_run("dÞch vô", "Arial") == "dịch vụ"
    assert looks_tcvn3("th¸ng") and not looks_tcvn3("tháng")


def test_fonts() -> None:
    assert is_tcvn3_font(".VnTimeH") and not is_tcvn3_font("Times New Roman") and not is_tcvn3_font(None)


@given(st.lists(st.text(st.sampled_from(sorted("aeTn ®µÊÈ­ưế\n\t")), max_size=6), max_size=5))
def test_one_search_over_a_sheet_finds_what_one_per_text_finds(texts: list[str]) -> None:
    assert none_looks_tcvn3(texts) == (not any(looks_tcvn3(text) for text in texts))
