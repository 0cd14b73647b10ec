"""Numbers kept as text: read when there is one way to read them, refused when there are two."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc_pipeline.read.text.text_folding import clean
from ioc_pipeline.read.values.number_marks import FOOTNOTED, IN_PARENTHESES, LEADING_ZERO, RANGE, ROUNDED
from ioc_pipeline.read.values.numbers import AMBIGUOUS, UNREADABLE, as_printed, looks_numeric, read_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("12,5", 12.5),
        ("105.2", 105.2),
        ("1 040.8", 1040.8),
        ("1 614,0", 1614.0),
        ("1\u00a0234", 1234.0),
        ("1.234.567", 1234567.0),
        ("1,234,567.25", 1234567.25),
        ("0,985", 0.985),
        ("1836,5", 1836.5),
        ("1234,567", 1234.567),
        ("-0.09", -0.09),
        ("− 1,5", -1.5),
        ("+3", 3.0),
        (" 98,5 ", 98.5),
        ("105,2(*)", 105.2),
        ("105,2 (1)", 105.2),
        ("12,5**", 12.5),
        ("12,5²", 12.5),
        ("98,5%", 98.5),
        ("1'234", 1234.0),
        ("1e5", 100000.0),
        ("１２，５", 12.5),
    ],
)
def test_one_reading_is_taken(text: str, value: float) -> None:
    read = read_number(text)
    assert read is not None and read.problem is None
    assert read.value == pytest.approx(value, abs=0)


@pytest.mark.parametrize("text", ["1.234", "1,234", "12.345", "999,999", "-1.234", "1.234(*)"])
def test_two_readings_are_refused(text: str) -> None:
    read = read_number(text)
    assert read is not None and read.value is None and read.problem == AMBIGUOUS


@pytest.mark.parametrize(
    "text",
    ["(12,5)", "12.", ".5", "1.2.3", "1.234,567.8", "1,234,5", "1 23", "007", "٣", "#DIV/0!", "12,5 triệu", "12 tỷ",
     "1.23E+05", "9" * 500],
)  # fmt: skip
def test_no_reading_is_refused(text: str) -> None:
    read = read_number(text)
    assert read is not None and read.value is None and read.problem == UNREADABLE


@pytest.mark.parametrize("text", ["30-32", "1,7 - 2,0", "2001-2002", "10,5–11,0", "98%-99%"])
def test_a_range_is_no_number(text: str) -> None:
    read = read_number(text)
    assert read is not None and read.value is None and read.problem == RANGE


@pytest.mark.parametrize(
    ("text", "value", "doubt"),
    [("(12,5)", -12.5, IN_PARENTHESES), ("007", 7.0, LEADING_ZERO), ("1.23E+05", 123000.0, ROUNDED),
     ("12,5*", 12.5, FOOTNOTED)],
)  # fmt: skip
def test_a_reader_that_records_doubts_takes_the_value(text: str, value: float, doubt: str) -> None:
    read = read_number(text, doubtful=True)
    assert read is not None and (read.value, read.doubt) == (value, doubt)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("x", "missing"),
        ("n/a", "missing"),
        ("Không phát sinh", "nil"),
        ("không có", "missing"),
        ("-", "nil"),
        ("–", "nil"),
        ("--", "nil"),
        ("…", "missing"),
        ("..", "missing"),
        ("...", "missing"),
    ],
)
def test_signs_of_absence_are_a_status_never_zero(text: str, status: str) -> None:
    read = read_number(text)
    assert read is not None and (read.value, read.status, read.problem) == (None, status, None)


@pytest.mark.parametrize("blank", [None, "", "  ", "\u00a0", "\u200b"])
def test_a_blank_cell_is_no_value(blank: object) -> None:
    assert read_number(blank) is None


@pytest.mark.parametrize("raw", [True, float("nan"), float("inf")])
def test_what_is_no_number_is_refused(raw: object) -> None:
    read = read_number(raw)
    assert read is not None and read.problem == UNREADABLE


def test_percent_sign_is_reported() -> None:
    read = read_number("98,5 %")
    assert read is not None and read.percent


def _written(number: int, decimals: int, thousands: str, decimal: str) -> str:
    """A number of hundred-thousandths, written with the marks of one convention."""
    whole, fraction = divmod(number, 10**decimals)
    text = f"{whole:,}".replace(",", thousands)
    return text + (decimal + f"{fraction:0{decimals}d}" if decimals else "")


CONVENTIONS = st.sampled_from([(".", ","), (",", "."), (" ", ","), (" ", "."), ("\u00a0", ","), ("", ","), ("", ".")])


@given(
    st.integers(0, 10**12),
    st.integers(0, 6),
    CONVENTIONS,
    st.sampled_from(["", "-", "+"]),
    st.sampled_from(["", "(*)", " (1)", "*"]),
)
def test_a_written_number_is_read_right_or_refused(
    number: int, decimals: int, marks: tuple[str, str], sign: str, note: str
) -> None:
    text = sign + _written(number, decimals, *marks) + note
    read = read_number(text)
    assert read is not None
    if read.problem is None:
        expected = number / 10**decimals * (-1 if sign == "-" else 1)
        assert read.value is not None and math.isclose(read.value, expected, rel_tol=1e-12)
    else:
        assert read.problem == AMBIGUOUS  # never unreadable: all of these are numbers


@given(st.integers(1_000_000, 10**12), st.integers(1, 6), st.sampled_from([(".", ","), (",", ".")]))
def test_two_different_marks_are_always_certain(number: int, decimals: int, marks: tuple[str, str]) -> None:
    read = read_number(_written(number * 1000, decimals, *marks))
    assert read is not None and read.problem is None


@given(st.text(max_size=30))
def test_any_text_gives_a_value_a_status_or_a_problem(text: str) -> None:
    read = read_number(text)
    if read is None:
        assert not clean(text)
    else:
        assert (read.value is None) == (read.status != "present")
        assert read.problem is None or read.value is None
        assert looks_numeric(text) == (read.value is not None) or len(text) > 40


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_cell_is_taken_as_it_is(value: float) -> None:
    read = read_number(value)
    assert read is not None and read.value == value
    assert float(as_printed(value)) == value
