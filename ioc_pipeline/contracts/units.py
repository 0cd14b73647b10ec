"""Administrative units: the 34 provinces and their communes, and the 63 provinces before 1 July 2025.

The list is the one the PyPI package `vietnamadminunits` ships (its SQLite file is read directly: importing the
package would load geometry libraries). What changed after that list was cut is declared in
`data_contracts/reference/unit_changes.yaml`.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.positions import UnreadableFile
from ioc_pipeline.contracts.schema_check import schema_problems
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.settings import contracts_root

MERGER = date(2025, 7, 1)
"""The day the 63 provinces became 34 and the district tier ended."""

# A tone mark stands on the other vowel in the older spelling (Hoà, Thuỷ); NFC does not reconcile them.
_OLD_TONES = {
    old: new
    for pair_old, pair_new in (
        ("oà oá oả oã oạ", "òa óa ỏa õa ọa"),
        ("oè oé oẻ oẽ oẹ", "òe óe ỏe õe ọe"),
        ("uỳ uý uỷ uỹ uỵ", "ùy úy ủy ũy ụy"),
    )
    for old, new in zip(pair_old.split(), pair_new.split(), strict=True)
}
_TYPE_WORDS = (
    "thành phố", "t.p.", "t.p", "tp.", "tp", "tỉnh", "phường", "xã", "đặc khu", "thị trấn", "quận", "huyện", "thị xã",
)  # fmt: skip
_DISTRICT_WORD = re.compile(r"(?:huyện|quận|thị\s+xã|thành\s+phố|t\.p|tp|tx|h|q)(?:\s*\.\s*|\s+)\S")
_NAME_ALIASES = {
    "thừa thiên huế": "huế",
    "tt huế": "huế",
    "hcm": "hồ chí minh",
    "đăk lăk": "đắk lắk",
    "đăk lắk": "đắk lắk",
    "đắc lắk": "đắk lắk",
    "đăk nông": "đắk nông",
    "đắc lắc": "đắk lắk",
    "bắc cạn": "bắc kạn",
}


@dataclass(frozen=True)
class Unit:
    """A province (2-digit code) or commune (5-digit code; `province` is its province's code)."""

    code: str
    name: str  # short: Khánh Hòa
    kind: str  # tỉnh, thành phố, phường, xã, đặc khu
    province: str
    name_en: str = ""

    @property
    def full_name(self) -> str:
        """Name with its type, as printed on documents: Tỉnh Khánh Hòa."""
        return f"{self.kind[:1].upper()}{self.kind[1:]} {self.name}"


@lru_cache(maxsize=16384)
def fold_name(name: str) -> str:
    """Key for comparing unit names inside one province: NFC, lower case, single spaces, one tone-mark style,
    no type word, hyphens and dots as spaces (source: the fold rule V2 of the standard's text rules)."""
    text = " ".join(unicodedata.normalize("NFC", name).casefold().replace("\xa0", " ").split())
    for old, new in _OLD_TONES.items():
        text = _replace_tone(text, old, new)
    for word in _TYPE_WORDS:
        if text.startswith(word + " ") or (word.endswith(".") and text.startswith(word)):
            text = text[len(word) :].strip()
            break
    else:
        if text.startswith("tphcm"):
            text = "hồ chí minh"
    for mark in "-–—.,'’":
        text = text.replace(mark, " ")
    text = " ".join(text.split())
    return _NAME_ALIASES.get(text, text)


def names_district(name: str) -> bool:
    """True for a name written with the type of a district (huyện, quận, thị xã, thành phố): never a commune's, although
    many a commune bears the name of the district it was the seat of."""
    return _DISTRICT_WORD.match(unicodedata.normalize("NFC", name).casefold().strip()) is not None


def _replace_tone(text: str, old: str, new: str) -> str:
    """Move the tone mark, but only where the vowel pair ends the syllable (`quý`, `hoàn` stay as they are)."""
    start = text.find(old)
    while start >= 0:
        end = start + len(old)
        after = text[end : end + 1]
        before = text[start - 1 : start]
        if not after.isalpha() and not (old.startswith("u") and before == "q"):
            text = text[:start] + new + text[end:]
        start = text.find(old, end)
    return text


def package_rows(sql: str) -> list[Any]:
    """Rows of a query on the SQLite file that the package vietnamadminunits ships."""
    spec = find_spec("vietnamadminunits")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the package vietnamadminunits is not installed")
    path = Path(spec.origin).parent / "data" / "dataset.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def _new_style(name: str) -> str:
    """Display spelling with the tone mark in today's usual place (Khánh Hòa, not Khánh Hoà)."""
    words = []
    for word in unicodedata.normalize("NFC", name).split(" "):
        folded = word.casefold()
        for old, new in _OLD_TONES.items():
            if folded.endswith(old) and not (old.startswith("u") and folded[-3:-2] == "q"):
                word = word[: -len(old)] + new
                break
        words.append(word)
    return " ".join(words)


@cache
def provinces(on: date = date(2026, 4, 30)) -> tuple[Unit, ...]:
    """The 34 provinces by code, with the type they bear on a day."""
    changed = _changed_kinds(on)
    rows = package_rows("SELECT DISTINCT provinceCode, provinceShort, province FROM admin_units ORDER BY 1")
    return tuple(
        Unit(code, _new_style(short), changed.get(code) or _kind(full, short), code, _without_marks(short))
        for code, short, full in rows
    )


@cache
def provinces_before_merger() -> tuple[Unit, ...]:
    """The 63 provinces in force until 30 June 2025, by their code of that time."""
    rows = package_rows("SELECT DISTINCT provinceCode, provinceShort, province FROM admin_units_legacy ORDER BY 1")
    return tuple(
        Unit(code, _new_style(short), _kind(full, short), code, _without_marks(short)) for code, short, full in rows
    )


@cache
def _all_communes(on: date) -> dict[str, tuple[Unit, ...]]:
    declared = unit_changes()
    renumbered = {c["code"]: c["becomes"] for c in declared["corrections"] if "becomes" in c}
    kinds = {c["code"]: c["kind"] for c in declared["corrections"] if "kind" in c} | _changed_kinds(on)
    found: dict[str, list[Unit]] = {}
    sql = "SELECT provinceCode, wardCode, wardShort, wardType FROM admin_units ORDER BY 1, 2"
    for province, listed, short, kind in package_rows(sql):
        code = renumbered.get(listed, listed)
        unit = Unit(code, _new_style(short), kinds.get(code, kind.casefold()), province, _without_marks(short))
        found.setdefault(province, []).append(unit)
    return {province: tuple(units) for province, units in found.items()}


def communes(province: str, on: date = date(2026, 4, 30)) -> tuple[Unit, ...]:
    """Communes of a province with the type they bear on a day; empty for an unknown province code."""
    return _all_communes(on).get(province, ())


def province(code: str) -> Unit:
    """One of the 34 provinces; KeyError with the known codes when the code is not one of them."""
    for unit in provinces():
        if unit.code == code:
            return unit
    raise KeyError(f"{code!r} is not one of {', '.join(unit.code for unit in provinces())}")


@cache
def _province_codes(before_merger: bool) -> dict[str, str]:
    units = provinces_before_merger() if before_merger else provinces()
    return {fold_name(unit.name): unit.code for unit in units}


def resolve_province(name: str, on: date) -> str | None:
    """GSO code of a province named as in a file, valid on a day; None when no province of that day bears the name."""
    return _province_codes(on < MERGER).get(fold_name(name))


def area_name(code: str, on: date) -> str | None:
    """Name of an area code (`VN`, province, commune) as valid on a day; None when unknown."""
    if code == "VN":
        return "Cả nước"
    units = provinces_before_merger() if on < MERGER else provinces()
    for unit in units:
        if unit.code == code:
            return unit.name
    for units_of_province in _all_communes(on).values():
        for unit in units_of_province:
            if unit.code == code:
                return unit.full_name
    return None


@cache
def unit_changes() -> dict[str, Any]:
    """The declared changes; none when the file is wrong, which loading the catalogue refuses with its line."""
    try:
        source = YamlSource(contracts_root() / "reference" / "unit_changes.yaml")
    except UnreadableFile:
        return {"corrections": [], "changes": []}
    if schema_problems(source, "unit_changes"):
        return {"corrections": [], "changes": []}
    declared: dict[str, Any] = source.data
    return declared


def _changed_kinds(on: date) -> dict[str, str]:
    """Types that differ from the list's on a day, by unit code."""
    return {
        code: change["kind"]
        for change in unit_changes()["changes"]
        if date.fromisoformat(str(change["from"])) <= on
        for code in change["codes"]
    }


def _kind(full: str, short: str) -> str:
    return full[: len(full) - len(short)].strip().casefold() or "tỉnh"


def _without_marks(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return plain.replace("đ", "d").replace("Đ", "D")
