"""The corrections register (`data_contracts/corrections/<province code>.yaml`): dated, signed, guarded, expiring.

A correction never touches a stored fact. It is applied when values are computed, only while the raw value is the one
it was written against (`expect`) and only until it expires.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import IocError, Text
from ioc_pipeline.periods import parse_period

DROP, REPLACE, SCALE, FLAG = "drop", "replace", "scale", "flag"
ACTIONS = (DROP, REPLACE, SCALE, FLAG)
_NEEDED = ("id", "indicator", "area", "period", "action", "reason", "who", "when", "evidence", "expires")
_KNOWN = frozenset({*_NEEDED, "measure", "value", "factor", "expect"})


@dataclass(frozen=True)
class Correction:
    """One record; `expect` is the raw value it was written against (None: no value), `line` its place in the file."""

    id: str
    indicator: str
    area: str
    period: str
    measure: str | None
    action: str
    value: float | None
    factor: float | None
    expect: float | None
    reason: Text
    who: str
    when: date
    evidence: str
    expires: date
    path: str
    line: int | None

    def expired(self, day: date) -> bool:
        """True after the last day of validity."""
        return day > self.expires


def load_corrections(
    root: Path, province: str, cards: Collection[str], today: date
) -> tuple[tuple[Correction, ...], list[Problem]]:
    """Register of a province, and what is wrong with it: incomplete records (left out) and expired ones (kept, so
    that the release can say that they are no longer applied)."""
    path = root / "corrections" / f"{province}.yaml"
    if not path.exists():
        return (), []
    try:
        source = YamlSource(path)
        entries = source.entries("corrections")
    except IocError as error:
        return (), [Problem(str(path), None, Text(error.message.vi, error.message.en))]
    found: dict[str, Correction] = {}
    problems: list[Problem] = []
    for position, entry in enumerate(entries):
        line = source.line("corrections", position)
        wrong = _wrong(entry, cards)
        if wrong is None and str(entry["id"]) in found:
            wrong = Text("mã khai hai lần", "id declared twice")
        if wrong is not None:
            name = entry.get("id", f"#{position + 1}") if isinstance(entry, dict) else f"#{position + 1}"
            problems.append(Problem(str(path), line, Text(f"{name}: {wrong.vi}", f"{name}: {wrong.en}")))
            continue
        correction = _correction(entry, path, line)
        found[correction.id] = correction
        if correction.expired(today):
            problems.append(Problem(str(path), line, _expired(correction)))
    return tuple(found.values()), problems


def _expired(correction: Correction) -> Text:
    return Text(
        f"{correction.id}: đính chính hết hạn từ {correction.expires:%d/%m/%Y}, không còn được áp dụng; "
        "gia hạn kèm minh chứng hoặc xóa",
        f"{correction.id}: expired on {correction.expires:%d/%m/%Y} and is no longer applied; "
        "renew it with evidence or remove it",
    )


def _correction(entry: dict[str, Any], path: Path, line: int | None) -> Correction:
    return Correction(
        id=str(entry["id"]),
        indicator=str(entry["indicator"]),
        area=str(entry["area"]),
        period=str(entry["period"]),
        measure=entry.get("measure"),
        action=entry["action"],
        value=_number(entry.get("value")),
        factor=_number(entry.get("factor")),
        expect=_number(entry.get("expect")),
        reason=Text(str(entry["reason"]["vi"]), str(entry["reason"]["en"])),
        who=str(entry["who"]),
        when=date.fromisoformat(str(entry["when"])),
        evidence=str(entry["evidence"]),
        expires=date.fromisoformat(str(entry["expires"])),
        path=str(path),
        line=line,
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def _wrong(entry: Any, cards: Collection[str]) -> Text | None:
    """Why a record cannot be used; None when it can."""
    if not isinstance(entry, dict):
        return Text("mỗi đính chính là một đối tượng", "each correction is an object")
    missing = [name for name in _NEEDED if not entry.get(name)]
    if "expect" not in entry:
        missing.append("expect")
    unknown = sorted(set(entry) - _KNOWN)
    if missing:
        return Text(f"thiếu {', '.join(missing)}", f"missing: {', '.join(missing)}")
    if unknown:
        return Text(f"mục lạ {', '.join(unknown)}", f"unknown entries: {', '.join(unknown)}")
    if entry["indicator"] not in cards:
        return Text(f"không có thẻ chỉ số {entry['indicator']!r}", f"no indicator card {entry['indicator']!r}")
    if not (isinstance(entry["reason"], dict) and entry["reason"].get("vi") and entry["reason"].get("en")):
        return Text("reason cần cả vi và en", "reason needs both vi and en")
    try:
        parse_period(str(entry["period"]))
        start, end = date.fromisoformat(str(entry["when"])), date.fromisoformat(str(entry["expires"]))
    except ValueError as error:
        return Text(f"kỳ hoặc ngày sai ({error})", f"bad period or date ({error})")
    if end < start:
        return Text("expires trước when", "expires is before when")
    return _wrong_numbers(entry)


def _wrong_numbers(entry: dict[str, Any]) -> Text | None:
    action, expect = entry["action"], entry["expect"]
    if action not in ACTIONS:
        return Text(f"action phải là {', '.join(ACTIONS)}", f"action must be {', '.join(ACTIONS)}")
    if expect is not None and not _is_number(expect):
        return Text("expect phải là số hoặc null", "expect must be a number or null")
    if (action == REPLACE) != _is_number(entry.get("value")):
        return Text("value (số) đi cùng và chỉ đi cùng action: replace", "value (a number) goes with replace only")
    if (action == SCALE) != (_is_number(entry.get("factor")) and entry.get("factor") != 0):
        return Text("factor (số khác 0) đi cùng và chỉ đi cùng action: scale", "factor (not 0) goes with scale only")
    if action == SCALE and expect is None:
        return Text("không nhân được giá trị trống: expect phải là số", "no value to scale: expect must be a number")
    return None
