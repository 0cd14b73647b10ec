"""How numbers are spelled in files and what each spelling can mean: the one grammar behind both number readers.

`numbers.read_number` (Python, one cell) and `typed_columns` (SQL, whole columns) apply these patterns in this order;
a property test holds them against each other. The patterns are valid for Python's `re` and for RE2 (DuckDB).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ioc_pipeline.contracts.plain_yaml import plain_yaml
from ioc_pipeline.settings import contracts_root

# Before anything else: full-width digits and signs, every minus and dash, typographic apostrophes.
FROM = "０１２３４５６７８９．，％＋（）−–—‒－﹣’ʼ"
TO = "0123456789.,%+()------''"
TRANSLATED = str.maketrans(FROM, TO)

FOOTNOTE = r"([0-9%)])\s*(?:\*+|[¹²³⁰⁴-⁹]+|\(\s*(?:\*+|[0-9]{1,2}|[a-z])\s*\)|\[\s*(?:\*+|[0-9]{1,2}|[a-z])\s*\])$"
"""A footnote mark behind a number; replaced by the first group."""
PERCENT = r"\s*%$"
PARENTHESES = r"^\(\s*([0-9].*?)\s*\)$"
"""Accountants' negative: replaced by `-` and the first group."""
SIGN_GAP = r"^([+-]) "
EXCEL_TEXT = r"^'"
"""The apostrophe by which a spreadsheet marks text."""

_SIGN = "[+-]?"
_GROUP = "[1-9][0-9]{0,2}"
_WHOLE = "(?:0|[1-9][0-9]*)"
SHAPES: tuple[tuple[str, str], ...] = (
    ("plain", f"{_SIGN}{_WHOLE}"),
    ("either_dot", rf"{_SIGN}{_GROUP}\.[0-9]{{3}}"),
    ("either_comma", f"{_SIGN}{_GROUP},[0-9]{{3}}"),
    ("one_dot", rf"{_SIGN}{_WHOLE}\.[0-9]+"),
    ("one_comma", f"{_SIGN}{_WHOLE},[0-9]+"),
    ("dots_comma", rf"{_SIGN}{_GROUP}(?:\.[0-9]{{3}})+,[0-9]+"),
    ("commas_dot", rf"{_SIGN}{_GROUP}(?:,[0-9]{{3}})+\.[0-9]+"),
    ("dots", rf"{_SIGN}{_GROUP}(?:\.[0-9]{{3}}){{2,}}"),
    ("commas", f"{_SIGN}{_GROUP}(?:,[0-9]{{3}}){{2,}}"),
    ("spaced", f"{_SIGN}{_GROUP}(?: [0-9]{{3}})+(?:[.,][0-9]+)?"),
    ("apostrophes", f"{_SIGN}{_GROUP}(?:'[0-9]{{3}})+(?:[.,][0-9]+)?"),
    ("scientific", rf"{_SIGN}[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{{1,3}}"),
    ("zeros", f"{_SIGN}0[0-9]+"),
    ("range", r"[0-9][0-9., ]*(?:%|\()?\s*(?:-+|÷|~|đến)\s*[0-9][0-9., ]*%?"),
)
"""Shape of a number's body, the first that matches wholly. `1.234` and `1,234` (`either_…`) can be read two ways."""

MEANING: dict[str, tuple[str, bool]] = {
    "plain": ("", False),
    "one_dot": ("", False),
    "one_comma": ("", True),
    "dots_comma": (".", True),
    "commas_dot": (",", False),
    "dots": (".", False),
    "commas": (",", False),
    "spaced": (" ", True),
    "apostrophes": ("'", True),
    "scientific": ("", False),
    "zeros": ("", False),
}
"""Shape → characters that only group, and whether a comma is the decimal mark."""

# Codes of `problem_codes`.
AMBIGUOUS = "number.ambiguous"
UNREADABLE = "number.text"
RANGE = "number.range"
PERCENT_MIXED = "number.percent_mixed"
# Doubts: the value is taken, the suite sees them.
FOOTNOTED = "number.footnote"
IN_PARENTHESES = "number.parentheses"
ROUNDED = "number.rounded"
LEADING_ZERO = "number.leading_zero"
PERCENT_BARE = "number.percent_bare"
ROUNDED_SHAPE = r"E\+"
"""Excel writes long numbers as `1.23E+05` and drops the digits that do not fit its column."""


@dataclass(frozen=True)
class NumberEvidence:
    """What the certain numbers of a column say about its marks: a lone `1.234` is read only when they agree with the
    convention the contract declares. `signed`, `bare_shares`: values with a percent sign, and without one up to 1."""

    decimal_dots: int = 0
    decimal_commas: int = 0
    thousand_dots: int = 0
    thousand_commas: int = 0
    signed: int = 0
    bare_shares: int = 0

    @property
    def percent_mixed(self) -> bool:
        """Some values carry a percent sign and some look like shares of one."""
        return self.signed > 0 and self.bare_shares > 0


DECIMAL_DOTS = ("one_dot", "commas_dot")
DECIMAL_COMMAS = ("one_comma", "dots_comma")
THOUSAND_DOTS = ("dots", "dots_comma")
THOUSAND_COMMAS = ("commas", "commas_dot")


def lone_mark_meaning(decimal: str, seen: NumberEvidence) -> tuple[str, str]:
    """What a lone dot and a lone comma before exactly three digits mean: `decimal`, `thousand` or `` (unknown).

    The declared convention is not enough, because the same file may come from a person or a program; certain numbers
    of the same column must support it and none may speak against it.
    """
    dot = comma = ""
    if decimal == "." and seen.decimal_dots and not seen.thousand_dots and not seen.decimal_commas:
        dot, comma = "decimal", "thousand" if seen.thousand_commas else ""
    if decimal == "," and seen.decimal_commas and not seen.thousand_commas and not seen.decimal_dots:
        comma, dot = "decimal", "thousand" if seen.thousand_dots else ""
    if decimal == "." and seen.thousand_commas and not seen.decimal_commas and not seen.thousand_dots:
        comma = "thousand"
    if decimal == "," and seen.thousand_dots and not seen.decimal_dots and not seen.thousand_commas:
        dot = "thousand"
    return dot, comma


@cache
def missing_marks() -> dict[str, str]:
    """Folded mark → value status (`nil` or `missing`), from `reference/missing_marks.yaml`."""
    path = contracts_root() / "reference" / "missing_marks.yaml"
    declared = plain_yaml(path)
    return {
        " ".join(str(alias).lower().split()): code["code"] for code in declared["codes"] for alias in code["aliases"]
    }
