"""Names and codes of provinces and communes as files write them → the code valid on a day, or why there is none.

Up to 30 June 2025 a name means one of the 63 provinces' communes (with a district tier), from 1 July 2025 one of the
3,321. A former name in later data leads to its successor and is flagged as a break of series; a former commune that
was divided among several is refused unless the contract says which successor to take. Nothing is repaired by spelling
distance: near names are only suggested.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from rapidfuzz import process

from ioc_pipeline.contracts.units import (
    MERGER,
    Unit,
    communes,
    fold_name,
    names_district,
    package_rows,
    provinces,
    provinces_before_merger,
)

LEVELS = ("province", "commune")
SPLIT_POLICIES = ("refuse", "main", "weights")
"""What to do with a former commune that was divided: refuse, take the successor the unit database calls its main one
(flagged), or spread its additive figures over all successors (`read.divided_communes`; here it has no code either)."""

# Problems and doubts, codes of `problem_codes`.
UNKNOWN, AMBIGUOUS, SPLIT, NOT_YET = "place.unknown", "place.ambiguous", "place.split", "place.not_yet"
DISTRICT = "place.district"
MERGED, SPLIT_MAIN, OTHER_KIND = "place.merged", "place.split_main", "place.kind"
CODE_LIVES_ON = "place.code_lives_on"

_KINDS = {
    "phường": ("phường", "p"),
    "xã": ("xã", "x"),
    "đặc khu": ("đặc khu", "đ k", "đk"),
    "thị trấn": ("thị trấn", "tt"),
}
_KIND_WORD = re.compile(r"^(phường|xã|đặc\s+khu|thị\s+trấn|p\.|x\.|tt\.|đ\.\s?k\.?|đk\.?\s|p(?=\s?\d)|tt\s)\s*")
_COUNTRY = {"cả nước", "toàn quốc", "việt nam", "cả nước whole country"}


@dataclass(frozen=True)
class Place:
    """What a name or code stands for: a `code`, perhaps with a `doubt`; or a `problem` with the `candidates` in words
    (for a name that several bear) or near spellings (for an unknown one)."""

    code: str | None
    problem: str | None = None
    doubt: str | None = None
    candidates: tuple[str, ...] = ()
    former: str | None = field(default=None, compare=False)  # code of the one former commune that is meant, if any


@dataclass(frozen=True)
class FormerCommune:
    """A commune before 1 July 2025; `successors`: (code, is the main one) of the communes its land went to."""

    code: str
    name: str
    kind: str
    district: str
    province: str  # code of that time
    key: str
    successors: tuple[tuple[str, bool], ...]

    @property
    def label(self) -> str:
        """Name with type and district, as printed then."""
        return f"{self.kind[:1].upper()}{self.kind[1:]} {self.name} ({self.district})"


def resolve(text: str, level: str, on: date, *, province: str | None = None, split: str = "refuse") -> Place:
    """Place named or coded by `text` on a day; `province`: today's code of the province its communes belong to.

    A commune is looked for in that province only (in its predecessors before the merger); without a province, in the
    whole country, where 314 names are borne by several communes.
    """
    return _province(text, on) if level == "province" else _commune(text, on, province, split)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("đ", "d")


@cache
def _folded(name: str) -> tuple[str, str]:
    """A unit's name for comparing, with marks and without."""
    folded = fold_name(name)
    return folded, _plain(folded)


@cache
def _provinces_by_name(before: bool) -> dict[str, str]:
    return {fold_name(u.name): u.code for u in (provinces_before_merger() if before else provinces())}


@cache
def successor_province() -> dict[str, str]:
    """Code before 1 July 2025 → code of the province it is part of today."""
    keys = dict(package_rows("SELECT DISTINCT provinceKey, provinceCode FROM admin_units"))
    old = dict(package_rows("SELECT DISTINCT provinceKey, provinceCode FROM admin_units_legacy"))
    return {
        old[former]: keys[today]
        for today, formers in _conversion()["DICT_PROVINCE"].items()
        for former in formers
        if former in old
    }


def _province(text: str, on: date) -> Place:
    name = fold_name(text)
    if name in _COUNTRY:
        return Place("VN")
    before = on < MERGER
    here, there = _provinces_by_name(before), _provinces_by_name(not before)
    if re.fullmatch(r"\d{2}", text.strip()):
        if text.strip() in here.values():
            return Place(text.strip(), doubt=_lives_on(text.strip(), _made_of(text.strip()), before))
        successor = None if before else successor_province().get(text.strip())
        return Place(successor, doubt=MERGED) if successor else Place(None, UNKNOWN)
    code, merged = here.get(name), False
    if code is None and not before and name in there:
        code, merged = successor_province().get(there[name]), True
    if code is None and name == _plain(name):
        found = {c for n, c in here.items() if _plain(n) == name}
        if not found and not before:
            found = {successor_province()[c] for n, c in there.items() if _plain(n) == name}
            merged = bool(found)
        if len(found) > 1:
            return Place(None, AMBIGUOUS, candidates=tuple(sorted(n for n in here if _plain(n) == name)))
        code = next(iter(found), None)
    if code is None:
        return Place(None, UNKNOWN, candidates=_near(name, {n: n for n in here}))
    if merged:
        return Place(code, doubt=MERGED)
    return Place(code, doubt=_lives_on(code, _made_of(code), before))


def _made_of(province: str) -> set[str]:
    """Codes before the merger of the provinces that one of today was made of."""
    return {old for old, new in successor_province().items() if new == province}


def _lives_on(code: str, made_of: Collection[str], before: bool) -> str | None:
    """Doubt about a code of before the merger that a unit made of others too (`made_of`) bears today: whoever looks up
    the code finds that unit, and the series of the two are not one."""
    return CODE_LIVES_ON if before and made_of and set(made_of) != {code} else None


@cache
def _conversion() -> dict[str, dict]:
    spec = find_spec("vietnamadminunits")
    assert spec is not None and spec.origin is not None
    path = Path(spec.origin).parent / "data" / "converter_2025.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


@cache
def former_communes() -> tuple[FormerCommune, ...]:
    """The communes until 30 June 2025 with what became of each (by the conversion list of the unit database)."""
    conversion = _conversion()
    renumbered = _renumbered()
    codes = {
        (province, ward): renumbered.get(code, code)
        for province, ward, code in package_rows("SELECT provinceKey, wardKey, wardCode FROM admin_units")
    }
    became: dict[str, list[tuple[str, bool]]] = {}
    for province, wards in conversion["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, formers in wards.items():
            for former in formers:
                became.setdefault(former, []).append((codes[province, ward], True))
    for province, divided in conversion["DICT_PROVINCE_WARD_DIVIDED"].items():
        for former, parts in divided.items():
            for part in parts:
                became.setdefault(former, []).append((codes[province, part["newWardKey"]], part["isDefaultNewWard"]))
    sql = (
        "SELECT provinceCode, provinceKey, district, districtKey, wardCode, wardShort, wardType, wardKey "
        "FROM admin_units_legacy WHERE wardCode IS NOT NULL"
    )
    return tuple(
        FormerCommune(code, name, kind.casefold(), district, province, f"{pkey}_{dkey}_{wkey}",
                      tuple(sorted(set(became.get(f"{pkey}_{dkey}_{wkey}", ())))))
        for province, pkey, district, dkey, code, name, kind, wkey in package_rows(sql)
    )  # fmt: skip


def _renumbered() -> dict[str, str]:
    from ioc_pipeline.contracts.units import unit_changes

    return {c["code"]: c["becomes"] for c in unit_changes()["corrections"] if "becomes" in c}


@cache
def predecessors() -> dict[str, tuple[str, ...]]:
    """Codes of the former communes that gave land to each commune of today."""
    found: dict[str, list[str]] = {}
    for former in former_communes():
        for code, _ in former.successors:
            found.setdefault(code, []).append(former.code)
    return {code: tuple(sorted(formers)) for code, formers in found.items()}


@cache
def _communes_of(province: str | None, on: date) -> tuple[Unit, ...]:
    codes = [province] if province else [u.code for u in provinces(on)]
    return tuple(unit for code in codes for unit in communes(code, on))


@cache
def _former_of(province: str | None) -> tuple[FormerCommune, ...]:
    successors = successor_province()
    return tuple(f for f in former_communes() if province is None or successors.get(f.province) == province)


def split_name(text: str) -> tuple[str | None, str, str | None]:
    """Type of commune, folded name and district of a name as written: `P. Vĩnh Hải, TP Nha Trang`."""
    whole = " ".join(unicodedata.normalize("NFC", text).casefold().replace("\xa0", " ").split())
    name, _, rest = whole.partition(",")
    district = fold_name(re.sub(r"^(q|h|tx)\.\s*", "", rest.split(",")[0].strip())) if rest.strip() else None
    word = _KIND_WORD.match(name)
    kind = None
    if word:
        spelled = " ".join(word.group(1).replace(".", " ").split())
        kind = next((k for k, words in _KINDS.items() if spelled in words), None)
        name = name[word.end() :]
    name = re.sub(r"^0+(?=\d)", "", name.strip())
    return kind, fold_name(name), district


def _commune(text: str, on: date, province: str | None, split: str) -> Place:
    before = on < MERGER
    day = MERGER if before else on
    code = text.strip()
    if re.fullmatch(r"\d{5}", code):
        return _by_code(code, day, province, split, before)
    if names_district(text):
        return Place(None, DISTRICT)
    kind, name, district = split_name(text)
    if not name:
        return Place(None, UNKNOWN)
    today = _communes_of(province, day)
    former = [f for f in _former_of(province) if district is None or _folded(f.district)[0] == district]
    if before:
        return _one_former(_matching(former, kind, name), kind, former, name, today)
    found = _matching(today, kind, name) if district is None else []
    if len(found) == 1:
        if kind in (None, found[0].kind):
            return Place(found[0].code)
        # `Phường Vĩnh Hải` today: the xã of that name under a wrong type, or the former phường?
        meant = [f for f in _matching(former, kind, name) if f.kind == kind]
        if all(_succeeded(f, split).code == found[0].code for f in meant):
            return Place(found[0].code, doubt=OTHER_KIND)
        return Place(None, AMBIGUOUS, candidates=(*_labels(found), *(f.label for f in meant)))
    if len(found) > 1:
        return Place(None, AMBIGUOUS, candidates=_labels(found))
    old = _matching(former, kind, name)
    if not old:
        return Place(None, UNKNOWN, candidates=_near(name, {fold_name(u.name): u.full_name for u in today}))
    places = {_succeeded(f, split) for f in old}
    if len(places) == 1:
        return places.pop() if len(old) == 1 else replace(places.pop(), former=None)
    return Place(None, AMBIGUOUS, candidates=tuple(f.label for f in old))


def _matching(units: Iterable, kind: str | None, name: str) -> list:
    """Units of the name: of the type written if there are any, with marks if there are any."""
    index = [(u, *_folded(u.name)) for u in units]
    found = [u for u, folded, _ in index if folded == name]
    if not found and name == _plain(name):
        found = [u for u, _, plain in index if plain == name]
    return [u for u in found if u.kind == kind] or found if kind else found


def _one_former(
    found: list[FormerCommune], kind: str | None, former: list[FormerCommune], name: str, today: tuple[Unit, ...]
) -> Place:
    if len(found) == 1:
        code = found[0].code
        other = kind not in (None, found[0].kind)
        return Place(code, doubt=OTHER_KIND if other else _lives_on(code, predecessors().get(code, ()), True))
    if found:
        return Place(None, AMBIGUOUS, candidates=tuple(f.label for f in found))
    if _matching(today, kind, name):
        return Place(None, NOT_YET)
    return Place(None, UNKNOWN, candidates=_near(name, {fold_name(f.name): f.label for f in former}))


def _by_code(code: str, day: date, province: str | None, split: str, before: bool) -> Place:
    former = {f.code: f for f in _former_of(province)}
    if before:
        known = code in former
        return Place(code, doubt=_lives_on(code, predecessors().get(code, ()), True)) if known else Place(None, UNKNOWN)
    if any(u.code == code for u in _communes_of(province, day)):
        return Place(code)
    return _succeeded(former[code], split) if code in former else Place(None, UNKNOWN)


def _succeeded(former: FormerCommune, split: str) -> Place:
    """Today's code of a former commune."""
    if len(former.successors) == 1:
        code = former.successors[0][0]
        return Place(code, doubt=None if len(predecessors()[code]) == 1 else MERGED, former=former.code)
    main = [code for code, is_main in former.successors if is_main]
    if split == "main" and len(main) == 1:
        return Place(main[0], doubt=SPLIT_MAIN)
    names = {u.code: u for u in _communes_of(None, date(2026, 4, 30))}
    labels = _labels(names[code] for code, _ in former.successors if code in names)
    return Place(None, SPLIT, candidates=labels, former=former.code)


def _labels(units: Iterable[Unit]) -> tuple[str, ...]:
    names = {u.code: u.name for u in provinces()}
    return tuple(f"{u.code} {u.full_name} ({names[u.province]})" for u in units)


def _near(name: str, labels: dict[str, str]) -> tuple[str, ...]:
    """Names spelled alike, for the message only."""
    return tuple(labels[match] for match, _, _ in process.extract(name, list(labels), limit=3, score_cutoff=80))
