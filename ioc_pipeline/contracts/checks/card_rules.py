"""What one card says must fit together: source, kind and additivity, band, weight, targets, validity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import as_date

MANDATORY = (
    "group", "version", "valid_from", "kind", "additivity", "period", "lag_days", "price_basis", "confidentiality",
    "plain", "guidance", "thresholds",
)  # fmt: skip
"""Keys that a card may lack and still be shown, but not be complete (IOC-THONG-02)."""
SUMS = ("level", "ytd")
"""Kinds of which the whole is the sum of its parts."""
RATIOS = ("rate", "ytd", "level")
_OWN_UNIT = {"rank": "hạng", "score": "điểm", "points": "điểm %", "yoy": "%"}
_NEVER_SUMMED = ("%", "‰", "điểm %", "điểm", "hạng")


def missing_keys(card: dict[str, Any]) -> list[str]:
    """Mandatory keys a card (its file's defaults filled in) does not state."""
    missing = [key for key in MANDATORY if key not in card]
    owner = card.get("owner")
    if not isinstance(owner, dict) or "id" not in owner:
        missing.append("owner.id")
    if card.get("additivity") == "W" and "weight" not in card:
        missing.append("weight")
    return missing


def own_problems(source: Source, where: Keys, card: dict[str, Any]) -> list[Problem]:
    """What makes a card that has the right shape unusable, without looking at anything else."""
    rules = (_source, _kind, _unit, _direction, _weight, _period, _targets, _thresholds, _over_year, _validity)
    return [source.problem((*where, *keys), vi, en, code) for rule in rules for keys, vi, en, code in rule(card)]


Found = Iterator[tuple[Keys, str, str, str]]


def _source(card: dict[str, Any]) -> Found:
    how = [key for key in ("select", "formula") if key in card]
    if "no_source" in card:
        for key in ("feed", *how, "plan"):
            if key in card:
                yield (
                    (key,),
                    f"thẻ ghi no_source (chưa có nguồn) thì không có {key}; bỏ một trong hai",
                    f"a card with no_source has no {key}; remove one of the two",
                    "card.source",
                )
        return
    if len(how) != 1:
        yield (
            ("formula",) if len(how) == 2 else (),
            "cần đúng một trong select và formula; thêm hoặc bỏ một",
            "exactly one of select and formula is needed; add or remove one",
            "card.source",
        )
    if "feed" not in card and "formula" not in card:
        yield (
            (),
            "thiếu feed; ghi nguồn, hoặc no_source: {vi, en} nếu chưa đơn vị nào cung cấp",
            "feed missing; name the source, or no_source: {vi, en} while nobody sends it",
            "key.missing",
        )


def _kind(card: dict[str, Any]) -> Found:
    kind, additivity = card.get("kind"), card.get("additivity")
    if kind is None or additivity is None:
        return
    if additivity == "S" and kind not in SUMS:
        yield (
            ("additivity",),
            f"loại {kind} không cộng được (S); dùng R, W, X hoặc L",
            f"kind {kind} cannot be summed (S); use R, W, X or L",
            "card.additivity",
        )
    if additivity == "R" and kind not in RATIOS:
        yield (
            ("additivity",),
            f"loại {kind} không phải tỷ số của hai tổng (R); dùng W, X hoặc L",
            f"kind {kind} is no ratio of sums (R); use W, X or L",
            "card.additivity",
        )
    if kind == "rank" and additivity not in ("X", "L"):
        yield (
            ("additivity",),
            "thứ hạng không suy ra được từ đơn vị cấp dưới; dùng X",
            "a rank is never derived from its parts; use X",
            "card.additivity",
        )


def _unit(card: dict[str, Any]) -> Found:
    unit, kind, additivity = card.get("unit"), card.get("kind"), card.get("additivity")
    wanted = _OWN_UNIT.get(str(kind))
    if wanted is not None and unit != wanted:
        yield (
            ("unit",),
            f"loại {kind} có đơn vị “{wanted}”, không phải “{unit}”; sửa unit hoặc kind",
            f"kind {kind} has the unit “{wanted}”, not “{unit}”; correct unit or kind",
            "card.unit",
        )
    if additivity == "S" and unit in _NEVER_SUMMED:
        yield (
            ("unit",),
            f"số có đơn vị “{unit}” không cộng được (S); dùng R, W, X hoặc L",
            f"values in “{unit}” cannot be summed (S); use R, W, X or L",
            "card.unit",
        )
    if additivity == "R" and (unit == "%") != (card.get("scale", 100) == 100):
        yield (
            ("unit",),
            "tỷ số của hai tổng (R) có đơn vị % khi scale là 100, đơn vị khác khi scale khác 100; sửa một trong hai",
            "a ratio of sums (R) has the unit % with scale 100, another unit with another scale; correct one",
            "card.unit",
        )
    if "scale" in card and additivity is not None and additivity != "R":
        yield (
            ("scale",),
            "scale chỉ dùng với additivity R; bỏ scale",
            "scale goes with additivity R only; remove it",
            "card.unit",
        )


def _direction(card: dict[str, Any]) -> Found:
    band, direction = card.get("band"), card.get("direction")
    if direction == "band" and band is None:
        yield (
            ("direction",),
            "chiều band cần khoảng tốt; thêm band: {low: …, high: …}",
            "direction band needs its range; add band: {low: …, high: …}",
            "card.band",
        )
    if band is not None and direction != "band":
        yield (
            ("band",),
            "band chỉ dùng với direction: band; sửa direction hoặc bỏ band",
            "band goes with direction: band only; correct the direction or remove the band",
            "card.band",
        )
    if band is not None and band["low"] >= band["high"]:
        yield ("band", "high"), "high phải lớn hơn low; sửa khoảng", "high must be above low; correct it", "card.band"
    if direction in ("neutral", "band"):
        for key in ("targets", "plan"):
            if card.get(key):
                yield (
                    (key,),
                    f"chiều {direction} không so với chỉ tiêu; bỏ {key} hoặc đổi direction thành up hoặc down",
                    f"direction {direction} is not judged against a target; remove {key} or use up or down",
                    "card.target",
                )


def _weight(card: dict[str, Any]) -> Found:
    if card.get("additivity") == "W" and "weight" not in card:
        yield (
            ("additivity",),
            "W cần weight: mã chỉ số dùng làm quyền số; thêm weight",
            "W needs weight: the code of the indicator that weighs; add it",
            "card.weight",
        )
    if "weight" in card and card.get("additivity") != "W":
        yield (
            ("weight",),
            "weight chỉ dùng với additivity W; bỏ weight hoặc sửa additivity",
            "weight goes with additivity W only; remove it or correct the additivity",
            "card.weight",
        )


def _period(card: dict[str, Any]) -> Found:
    kind = (card.get("select") or {}).get("period_kind")
    if kind is not None and "period" in card and kind != card["period"]:
        yield (
            ("select", "period_kind"),
            f"period_kind {kind} khác kỳ của thẻ (period: {card['period']}); sửa cho khớp",
            f"period_kind {kind} is not the card's period ({card['period']}); make them agree",
            "card.period",
        )


def _targets(card: dict[str, Any]) -> Found:
    if card.get("plan") in ("even", "seasonal"):
        yield from _path_fits(card, ("plan",), card["plan"])
    seen: dict[tuple[int, Any], int] = {}
    for position, target in enumerate(card.get("targets") or ()):
        where: Keys = ("targets", position)
        yield from _one_target(card, where, target)
        key = (target["year"], as_date(target.get("valid_from")))
        if key in seen:
            yield (
                (*where, "year"),
                f"năm {target['year']} có hai chỉ tiêu; bỏ một, hoặc ghi valid_from (ngày giao) khác nhau",
                f"year {target['year']} has two targets; remove one, or give them different valid_from days",
                "card.target",
            )
        seen[key] = position


def _one_target(card: dict[str, Any], where: Keys, target: dict[str, Any]) -> Found:
    path, start, months, high = (target.get(key) for key in ("path", "from", "months", "high"))
    if high is not None and high < target["value"]:
        yield (
            (*where, "high"),
            "high phải từ value trở lên; sửa khoảng chỉ tiêu",
            "high must be value or more; correct the range",
            "card.target",
        )
    for key, stated, wanted in (("from", start, "straight"), ("months", months, "given")):
        if path == wanted and stated is None:
            needs = "from: {year, value}" if key == "from" else "months: [12 …]"
            yield (
                (*where, "path"),
                f"đường {wanted} cần {needs}; thêm vào chỉ tiêu",
                f"path {wanted} needs {needs}; add it to the target",
                "card.target",
            )
        if stated is not None and path != wanted:
            yield (
                (*where, key),
                f"{key} chỉ dùng với path: {wanted}; bỏ {key} hoặc sửa path",
                f"{key} goes with path: {wanted} only; remove it or correct the path",
                "card.target",
            )
    if start is not None and start["year"] >= target["year"]:
        yield (
            (*where, "from", "year"),
            "năm xuất phát phải trước năm đích; sửa from hoặc year",
            "the path must start before its target's year; correct from or year",
            "card.target",
        )
    if path in ("even", "seasonal"):
        yield from _path_fits(card, (*where, "path"), path)


def _path_fits(card: dict[str, Any], where: Keys, path: str) -> Found:
    if card.get("kind") is not None and card["kind"] not in SUMS:
        yield (
            where,
            f"đường {path} chia chỉ tiêu năm theo tháng, chỉ cho kind level hoặc ytd; dùng constant, straight, given",
            f"path {path} spreads the year's target over its months, for kind level or ytd only; use constant, "
            "straight or given",
            "card.target",
        )


def _thresholds(card: dict[str, Any]) -> Found:
    if "thresholds" in card and "amber_margin" in card:
        yield (
            ("amber_margin",),
            "amber_margin là cách viết cũ của thresholds.amber; bỏ amber_margin",
            "amber_margin is the old form of thresholds.amber; remove it",
            "card.thresholds",
        )


def _over_year(card: dict[str, Any]) -> Found:
    if card.get("over_year") in ("sum", "cumulative") and card.get("kind") not in (None, *SUMS):
        yield (
            ("over_year",),
            f"kind {card['kind']} không cộng dồn qua các kỳ; dùng over_year: last, mean hoặc mean_to_date",
            f"kind {card['kind']} does not add up over the year; use over_year: last, mean or mean_to_date",
            "card.over_year",
        )
    bounds = card.get("bounds") or {}
    if {"low", "high"} <= bounds.keys() and bounds["low"] >= bounds["high"]:
        yield (
            ("bounds", "high"),
            "bounds.high phải lớn hơn bounds.low; sửa một trong hai",
            "bounds.high must be above bounds.low; correct one of them",
            "card.bounds",
        )


def _validity(card: dict[str, Any]) -> Found:
    start, end = as_date(card.get("valid_from")), as_date(card.get("valid_to"))
    if start is not None and end is not None and end < start:
        yield (
            ("valid_to",),
            "valid_to phải từ valid_from trở đi; sửa ngày",
            "valid_to must not be before valid_from; correct the day",
            "card.validity",
        )
