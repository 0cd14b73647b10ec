"""`indicators/*.yaml`: the cards leaders see."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import duckdb

from ioc_pipeline.contracts.checks.duplicates import repeated
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import schema_problems
from ioc_pipeline.contracts.scratch import scratch
from ioc_pipeline.messages import IocError, Text
from ioc_pipeline.validate.sql_guard import check_select


def card_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with one file of cards, the line being that of the wrong key."""
    found = schema_problems(source, "cards")
    found += repeated(source, ("indicators",), source.entries("indicators"), "code")
    for position, card in enumerate(source.entries("indicators")):
        if isinstance(card, dict):
            found += _card(source, ("indicators", position), card, known)
    return found


def repeated_across_files(sources: list[Source]) -> Iterator[Problem]:
    """Cards whose code another file declares already."""
    seen: dict[str, Source] = {}
    for source in sources:
        for position, card in enumerate(source.entries("indicators")):
            code = card.get("code") if isinstance(card, dict) else None
            if not isinstance(code, str):
                continue
            first = seen.setdefault(code, source)
            if first is not source:
                yield source.problem(
                    ("indicators", position, "code"),
                    f"mã chỉ số {code} đã khai trong {first.path.name}; đổi mã hoặc bỏ một thẻ",
                    f"card {code} is declared in {first.path.name} already; change the code or remove one",
                    "entry.repeated",
                )


def unknown_unit(source: Source, where: Keys, unit: str) -> Problem:
    """A card whose unit is not declared."""
    return source.problem(
        where,
        f"không có đơn vị tính {unit!r} trong reference/units.yaml; sửa tên hoặc thêm một dòng ở đó",
        f"no unit {unit!r} in reference/units.yaml; correct it or add an entry there",
        "code.unknown",
    )


def _card(source: Source, where: Keys, card: dict[str, Any], known: Known) -> Iterator[Problem]:
    unit, feed_id = card.get("unit"), card.get("feed")
    if isinstance(unit, str) and known.codes.get("units") and unit not in known.codes["units"]:
        yield unknown_unit(source, (*where, "unit"), unit)
    if isinstance(feed_id, str) and feed_id not in known.feed_ids:
        yield source.problem(
            (*where, "feed"),
            f"không có nguồn {feed_id!r}; chọn: {', '.join(known.feed_ids)}",
            f"no feed {feed_id!r}; use: {', '.join(known.feed_ids)}",
            "feed.unknown",
        )
    if bool(card.get("formula")) == bool(card.get("select")):
        yield source.problem(
            (*where, "formula") if card.get("formula") else where,
            "cần đúng một trong select và formula; thêm hoặc bỏ một",
            "exactly one of select and formula is needed; add or remove one",
            "card.source",
        )
    select = card.get("select")
    if isinstance(select, dict):
        yield from _selection(source, (*where, "select"), select, feed_id, known)
    feed = known.feeds.get(feed_id) if isinstance(feed_id, str) else None
    if isinstance(card.get("formula"), str) and feed is not None:
        wrong = formula_problem(card["formula"], feed.id, tuple((c.name, c.type) for c in feed.columns), known.province)
        if wrong is not None:
            yield source.problem((*where, "formula"), wrong.vi, wrong.en, "card.formula")


def _selection(source: Source, where: Keys, select: dict[str, Any], feed_id: Any, known: Known) -> Iterator[Problem]:
    measure, indicator = select.get("measure"), select.get("indicator")
    measures = known.codes.get("measures", {})
    if isinstance(measure, str) and measures and measure not in measures:
        yield source.problem(
            (*where, "measure"),
            f"không có kiểu số {measure!r}; chọn: {', '.join(measures)}",
            f"no measure {measure!r}; use: {', '.join(measures)}",
            "code.unknown",
        )
    declared = known.indicators_of(feed_id) if isinstance(feed_id, str) else None
    if declared and isinstance(indicator, str) and indicator not in declared:
        yield source.problem(
            (*where, "indicator"),
            f"nguồn {feed_id} không khai chỉ số {indicator!r}; có: {', '.join(declared)}",
            f"feed {feed_id} does not declare indicator {indicator!r}; known: {', '.join(declared)}",
            "indicator.unknown",
        )


@lru_cache(maxsize=256)
def formula_problem(formula: str, feed_id: str, typed: tuple[tuple[str, str], ...], province: str) -> Text | None:
    """Why a formula cannot be used: it must be one read-only SELECT that runs on a table with the feed's columns
    `typed` (name, DuckDB type) and returns area, period and value, or numerator and denominator."""
    try:
        check_select(formula, [feed_id])
    except IocError as error:
        return Text(
            f"{error.message.vi}; chỉ dùng một câu SELECT chỉ đọc từ bảng {feed_id}",
            f"{error.message.en}; use one read-only SELECT from the table {feed_id}",
        )
    columns = ", ".join(f'"{name}" {kind}' for name, kind in typed)
    connection = scratch()
    connection.execute(f'CREATE OR REPLACE TABLE "{feed_id}" ({columns})')
    parameters = {"province": province} if "$province" in formula else {}
    try:
        returned = {d[0] for d in connection.execute(formula, parameters).description or ()}
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        return Text(
            f"công thức không chạy được trên các cột của {feed_id}: {first}; sửa câu SELECT",
            f"the formula does not run on the columns of {feed_id}: {first}; correct the SELECT",
        )
    if {"area", "period"} <= returned and ("value" in returned or {"numerator", "denominator"} <= returned):
        return None
    return Text(
        "công thức phải trả về area, period và value, hoặc numerator và denominator; sửa danh sách cột của SELECT",
        "the formula must return area, period and value, or numerator and denominator; correct what it selects",
    )
