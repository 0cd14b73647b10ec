"""`corrections/<province>.yaml`: dated, signed, guarded, expiring patches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ioc_pipeline.contracts.checks.duplicates import repeated
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import as_date, is_amount, schema_problems
from ioc_pipeline.periods import parse_period

EXPIRED = "correction.expired"
"""The one problem that leaves a correction on the register: it is shown as no longer applied."""


def correction_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with a register; records with another problem than being expired are left out."""
    found = schema_problems(source, "corrections")
    found += repeated(source, ("corrections",), source.entries("corrections"))
    for position, entry in enumerate(source.entries("corrections")):
        if isinstance(entry, dict):
            found += _correction(source, ("corrections", position), entry, known)
    return found


def _correction(source: Source, where: Keys, entry: dict[str, Any], known: Known) -> Iterator[Problem]:
    card, measure = entry.get("indicator"), entry.get("measure")
    if isinstance(card, str) and card not in known.cards:
        yield source.problem(
            (*where, "indicator"),
            f"không có thẻ chỉ số {card!r}; ghi mã có trong indicators/",
            f"no indicator card {card!r}; name one of indicators/",
            "card.unknown",
        )
    if isinstance(measure, str) and known.codes and measure not in known.codes.get("measures", {measure: {}}):
        yield source.problem(
            (*where, "measure"),
            f"không có kiểu số {measure!r}; chọn: {', '.join(known.codes['measures'])}",
            f"no measure {measure!r}; use: {', '.join(known.codes['measures'])}",
            "code.unknown",
        )
    try:
        if "period" in entry:
            parse_period(str(entry["period"]))
    except ValueError:
        yield source.problem(
            (*where, "period"),
            f"kỳ {entry['period']!s:.40} không đọc được; viết 2026, 2026-H1, 2026-Q3, 2026-09 hoặc 2026-09-30",
            f"period {entry['period']!s:.40} cannot be read; write 2026, 2026-H1, 2026-Q3, 2026-09 or 2026-09-30",
            "correction.period",
        )
    start, end = as_date(entry.get("when")), as_date(entry.get("expires"))
    if start is not None and end is not None and end < start:
        yield source.problem(
            (*where, "expires"),
            f"expires {end} trước when {start}; sửa một trong hai ngày",
            f"expires {end} is before when {start}; correct one of the two",
            "correction.dates",
        )
    elif end is not None and end < known.today:
        yield source.problem(
            (*where, "expires"),
            f"đính chính hết hạn từ {end:%d/%m/%Y}, không còn được áp dụng; gia hạn kèm minh chứng hoặc xóa",
            f"expired on {end:%d/%m/%Y} and is no longer applied; renew it with evidence or remove it",
            EXPIRED,
        )
    yield from _numbers(source, where, entry)


def _numbers(source: Source, where: Keys, entry: dict[str, Any]) -> Iterator[Problem]:
    action = entry.get("action")
    if action not in ("drop", "replace", "scale", "flag"):
        return  # named already
    if (action == "replace") != is_amount(entry.get("value")):
        yield source.problem(
            (*where, "value" if "value" in entry else "action"),
            "value (số) đi cùng và chỉ đi cùng action: replace; thêm hoặc bỏ value",
            "value (a number) goes with action: replace and with it only; add or remove value",
            "correction.value",
        )
    if (action == "scale") != (is_amount(entry.get("factor")) and entry.get("factor") != 0):
        yield source.problem(
            (*where, "factor" if "factor" in entry else "action"),
            "factor (số khác 0) đi cùng và chỉ đi cùng action: scale; thêm hoặc bỏ factor",
            "factor (a number, not 0) goes with action: scale and with it only; add or remove factor",
            "correction.factor",
        )
    if action == "scale" and "expect" in entry and entry["expect"] is None:
        yield source.problem(
            (*where, "expect"),
            "không nhân được giá trị trống: expect phải là số đang có ở nguồn",
            "no value to scale: expect must be the number the source states",
            "correction.expect",
        )
