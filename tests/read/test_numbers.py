"""Numbers kept as text: read when there is one way to read them, refused when there are two."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc_pipeline.read.numbers import AMBIGUOUS, UNREADABLE, as_printed, looks_numeric, read_number


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
    ["x", "30-32", "1,7 - 2,0", "(12,5)", "12.", ".5", "1.2.3", "1.234,567.8", "1,234,5", "1 23", "007", "1e5", "٣",
     "#DIV/0!", "2001-2002", "1'234", "12,5 triệu"],
)  # fmt: skip
def test_no_reading_is_refused(text: str) -> None:
    read = read_number(text)
    assert read is not None and read.value is None and read.problem == UNREADABLE


@pytest.mark.parametrize(
    ("text", "status"),
    [("-", "nil"), ("–", "nil"), ("--", "nil"), ("…", "missing"), ("..", "missing"), ("...", "missing")],
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
        assert not text.replace("\u200b", "").replace("\ufeff", "").strip()
    else:
        assert (read.value is None) == (read.status != "present")
        assert read.problem is None or read.value is None
        assert looks_numeric(text) == (read.value is not None) or len(text) > 40


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_cell_is_taken_as_it_is(value: float) -> None:
    read = read_number(value)
    assert read is not None and read.value == value
    assert float(as_printed(value)) == value
