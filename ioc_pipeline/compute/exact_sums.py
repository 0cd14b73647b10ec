"""Sums of doubles that are the same bytes in whatever order, and by however many threads, they are added up.

Each number is taken as a whole number of 2^-56: exact from 2^-4 on, and beyond that to seventeen decimals.
"""

from __future__ import annotations

UNITS = "72057594037927936::DOUBLE"  # 2^56

TOO_LARGE = "1e19"
"""Numbers below this still fit, two hundred at a time: 2^127 / 2^56 is 2.4e21."""


def units_of(number: str) -> str:
    """SQL text: a number, or a truth as 1 or 0, as a whole number of 2^-56; it fails for one that does not fit."""
    return f"CAST(CAST({number} AS DOUBLE) * {UNITS} AS HUGEINT)"


def total(number: str) -> str:
    """SQL text: the sum of a column or expression; numbers that do not fit are left out."""
    return f"CAST(sum(TRY_{units_of(number)}) AS DOUBLE) / {UNITS}"
