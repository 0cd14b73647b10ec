"""Spellings of numbers in text columns and what is certain about them (regular expressions for DuckDB)."""

from __future__ import annotations

SIGN = "[+-]?"
FOOTNOTE = r"\s*(\*+|[¹²³⁴⁵⁶⁷⁸⁹⁰]+|\([1-9a-z*]\)|\[[1-9a-z*]\])$"
PATTERNS = {
    "plain": SIGN + r"\d+",
    "scientific": SIGN + r"\d+(\.\d+)?[eE][+-]?\d{1,3}",
    "spaced": SIGN + r"\d{1,3}( \d{3})+([.,]\d+)?",
    "dots_comma": SIGN + r"\d{1,3}(\.\d{3})+,\d+",
    "commas_dot": SIGN + r"\d{1,3}(,\d{3})+\.\d+",
    "dots": SIGN + r"\d{1,3}(\.\d{3}){2,}",
    "commas": SIGN + r"\d{1,3}(,\d{3}){2,}",
    "one_dot": SIGN + r"\d+\.\d+",
    "one_comma": SIGN + r"\d+,\d+",
}
EITHER_DOT = SIGN + r"[1-9]\d{0,2}\.\d{3}"
EITHER_COMMA = SIGN + r"[1-9]\d{0,2},\d{3}"
"""`1.234` and `1,234` alone: decimal or thousands, nobody can tell from the text."""
