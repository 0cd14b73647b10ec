"""`indicators/*.yaml`: the cards leaders see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import duckdb

from ioc_pipeline.contracts.card_source import with_defaults
from ioc_pipeline.contracts.checks.card_rules import missing_keys, own_problems
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Feed, Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import schema_problems
from ioc_pipeline.contracts.scratch import scratch
from ioc_pipeline.messages import IocError, Text
from ioc_pipeline.validate.sql_guard import check_select

MONEY = ("đồng", "USD", "nghìn đồng", "nghìn tỷ")
"""Bases of money units (reference/units.yaml), and money units without one."""
CARD_COLUMNS = "area VARCHAR, period VARCHAR, period_end DATE, value DOUBLE, numerator DOUBLE, denominator DOUBLE"
"""What a formula sees of another card."""
OTHER_TABLES = {
    "observations_current": (
        "feed_id VARCHAR, indicator VARCHAR, item VARCHAR, area VARCHAR, period VARCHAR, period_kind VARCHAR, "
        "period_end DATE, measure VARCHAR, data_type VARCHAR, value DOUBLE, value_status VARCHAR, unit VARCHAR, "
        "agency VARCHAR, numerator DOUBLE, denominator DOUBLE, known_at TIMESTAMPTZ, published_at DATE, "
        "stated_at TIMESTAMPTZ, simulated BOOLEAN, delivery_id VARCHAR, sheet VARCHAR, cell VARCHAR, row_no BIGINT"
    ),
    "areas": "code VARCHAR, level VARCHAR, parent VARCHAR",
}
"""What every formula may read besides: the current statements and the list of areas (`compute.bound_facts`)."""


def card_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with one file of cards, the line being that of the wrong key."""
    source = with_defaults(source)
    found = schema_problems(source, "cards")
    spoiled = {p.keys[:2] for p in found}
    whole_file = any(p.keys[:1] in ((), ("defaults",)) for p in found)
    for position, card in enumerate(source.entries("indicators")):
        where = ("indicators", position)
        if isinstance(card, dict):
            if where not in spoiled and not whole_file:
                found += own_problems(source, where, card)
                found += _incomplete(source, where, card)
            found += _references(source, where, card, known)
    return _said_once(source, found)


def _said_once(source: Source, found: list[Problem]) -> list[Problem]:
    """A mistake in `defaults` is named for the first card that inherits it."""
    lines = {source.line("defaults", key) for key in source.mapping("defaults")}
    first: dict[tuple[int | None, str, str], Problem] = {}
    for problem in found:
        key = "" if problem.line in lines else str(problem.keys)
        first.setdefault((problem.line, problem.code, key), problem)
    return list(first.values())


def _incomplete(source: Source, where: Keys, card: dict[str, Any]) -> Iterator[Problem]:
    missing = missing_keys(card)
    if missing:
        yield source.problem(
            where,
            f"thẻ chưa đủ mục bắt buộc, thiếu {', '.join(missing)}; thêm vào thẻ hoặc vào defaults của tệp",
            f"the card is not complete, {', '.join(missing)} missing; add them to it or to the file's defaults",
            "card.incomplete",
        )


def unknown_unit(source: Source, where: Keys, unit: str) -> Problem:
    """A card whose unit is not declared."""
    return source.problem(
        where,
        f"không có đơn vị tính {unit!r} trong reference/units.yaml; sửa tên hoặc thêm một dòng ở đó",
        f"no unit {unit!r} in reference/units.yaml; correct it or add an entry there",
        "code.unknown",
    )


def _references(source: Source, where: Keys, card: dict[str, Any], known: Known) -> Iterator[Problem]:
    unit, feed_id = card.get("unit"), card.get("feed")
    units = known.codes.get("units", {})
    if isinstance(unit, str) and units and unit not in units:
        yield unknown_unit(source, (*where, "unit"), unit)
    if isinstance(feed_id, str) and feed_id not in known.feed_ids:
        yield source.problem(
            (*where, "feed"),
            f"không có nguồn {feed_id!r}; chọn: {', '.join(known.feed_ids)}",
            f"no feed {feed_id!r}; use: {', '.join(known.feed_ids)}",
            "feed.unknown",
        )
    select = card.get("select")
    if isinstance(select, dict):
        yield from _selection(source, (*where, "select"), select, feed_id, known)
    feed = known.feeds.get(feed_id) if isinstance(feed_id, str) else None
    if isinstance(card.get("formula"), str) and (feed is not None or feed_id is None):
        columns = tuple((c.name, c.type) for c in feed.columns) if feed else ()
        cards = tuple(sorted(set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", card["formula"])) & known.cards.keys()))
        ratio = card.get("additivity") == "R"
        wrong = formula_problem(card["formula"], feed.id if feed else "", columns, known.province, cards, ratio)
        if wrong is not None:
            yield source.problem((*where, "formula"), wrong.vi, wrong.en, "card.formula")
        elif cards and isinstance(unit, str):
            yield from _unit(source, where, card["formula"], unit, cards, known)
    yield from _other_cards(source, where, card, known)
    yield from _columns(source, where, card, feed)
    yield from _prices(source, where, card, units)
    yield from _owner(source, where, card, known)


def _unit(
    source: Source, where: Keys, formula: str, unit: str, cards: tuple[str, ...], known: Known
) -> Iterator[Problem]:
    from ioc_pipeline.contracts.formula_units import wrong_unit

    wrong = wrong_unit(formula, unit, {c: u for c in cards if isinstance(u := known.cards[c].get("unit"), str)})
    if wrong is not None:
        yield source.problem(
            (*where, "unit"),
            f"{wrong.vi}; sửa đơn vị của thẻ hoặc công thức",
            f"{wrong.en}; correct the card's unit or the formula",
            "card.unit",
        )


_PLACES: dict[str, Keys] = {"weight": ("weight",), "bounds": ("bounds", "high_of")}
"""Where a code stands that is not one of a list."""


def _other_cards(source: Source, where: Keys, card: dict[str, Any], known: Known) -> Iterator[Problem]:
    weight = card.get("weight")
    bounds = card.get("bounds")
    ceiling = bounds.get("high_of") if isinstance(bounds, dict) else None
    lists = (
        ("related", [card.get("related")], known.cards, "chỉ số", "indicator"),
        ("weight", [[weight]] if isinstance(weight, str) else [], known.cards, "chỉ số", "indicator"),
        ("bounds", [[ceiling]] if isinstance(ceiling, str) else [], known.cards, "chỉ số", "indicator"),
        (
            "references", [card.get("references")], known.codes.get("national_indicators", {}),
            "dòng nào trong reference/national_indicators.yaml mã", "row in reference/national_indicators.yaml",
        ),
    )  # fmt: skip
    for key, stated, names, vi, en in lists:
        for position, name in enumerate(stated[0] if stated and isinstance(stated[0], list) else ()):
            if isinstance(name, str) and name not in names:
                close = get_close_matches(name, names, n=1)
                yield source.problem(
                    (*where, *_PLACES.get(key, (key, position))),
                    f"không có {vi} {name!r}" + (f"; có phải {close[0]}?" if close else "; sửa hoặc bỏ"),
                    f"no {en} {name!r}" + (f"; did you mean {close[0]}?" if close else "; correct or remove it"),
                    "indicator.unknown",
                )
    weigher = known.cards.get(weight) if isinstance(weight, str) else None
    if weigher is not None and weigher.get("additivity") not in (None, "S"):
        yield source.problem(
            (*where, "weight"),
            f"chỉ số làm quyền số phải cộng được (S); {weight} ghi {weigher['additivity']}",
            f"the indicator that weighs must be a sum (S); {weight} says {weigher['additivity']}",
            "card.weight",
        )
    if card.get("code") in (card.get("related") or ()):
        yield source.problem(
            (*where, "related"),
            "thẻ không thể là chỉ số liên quan của chính nó; bỏ",
            "a card is not related to itself; remove it",
            "card.related",
        )


def _columns(source: Source, where: Keys, card: dict[str, Any], feed: Feed | None) -> Iterator[Problem]:
    named = card.get("breakdowns")
    columns = [c.name for c in feed.columns] if feed else []
    for column in named if isinstance(named, dict) and feed else ():
        if column not in columns:
            yield source.problem(
                (*where, "breakdowns", column),
                f"nguồn {card['feed']} không có cột {column!r}; có: {', '.join(columns)}",
                f"feed {card['feed']} has no column {column!r}; known: {', '.join(columns)}",
                "column.unknown",
            )


def _prices(source: Source, where: Keys, card: dict[str, Any], units: dict[str, dict[str, Any]]) -> Iterator[Problem]:
    unit = card.get("unit")
    base = units.get(unit, {}).get("base", unit) if isinstance(unit, str) else None
    if (base in MONEY or unit in MONEY) and card.get("price_basis") == "none":
        yield source.problem(
            (*where, "price_basis"),
            f"đơn vị {unit} là tiền: ghi loại giá current (hiện hành) hoặc constant_2010 (so sánh)",
            f"the unit {unit} is money: state current or constant_2010",
            "card.price_basis",
        )


def _owner(source: Source, where: Keys, card: dict[str, Any], known: Known) -> Iterator[Problem]:
    owner = card.get("owner")
    if not isinstance(owner, dict) or not isinstance(owner.get("id"), str):
        return
    name = known.owners.get(owner["id"])
    if name is not None and name != owner.get("vi"):
        yield source.problem(
            (*where, "owner"),
            f"chủ quản {owner['id']} ở nơi khác tên là “{name}”; một mã chỉ một tên",
            f"owner {owner['id']} is called “{name}” elsewhere; one id, one name",
            "card.owner",
        )


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


@lru_cache(maxsize=1024)
def formula_problem(
    formula: str,
    feed_id: str,
    typed: tuple[tuple[str, str], ...],
    province: str,
    cards: tuple[str, ...] = (),
    ratio: bool = False,
) -> Text | None:
    """Why a formula cannot be used: it must be one read-only SELECT that runs on a table with the feed's columns
    `typed` (name, DuckDB type) and on the values of the cards it names, and returns area, period and value, or
    numerator and denominator (which a ratio of sums needs)."""
    tables = [*([feed_id] if feed_id else []), *cards]
    known_tables = [*tables, *OTHER_TABLES]
    if not tables:
        return Text(
            "công thức không có nguồn: ghi feed, hoặc đọc từ chỉ số khác theo mã",
            "the formula has no source: name a feed, or read from other cards by their code",
        )
    try:
        check_select(formula, known_tables)
    except IocError as error:
        return Text(
            f"{error.message.vi}; chỉ dùng một câu SELECT chỉ đọc từ bảng {', '.join(known_tables)}",
            f"{error.message.en}; use one read-only SELECT from {', '.join(known_tables)}",
        )
    connection = scratch()
    if feed_id:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in typed)
        connection.execute(f'CREATE OR REPLACE TABLE "{feed_id}" ({columns})')
    for name, stated in OTHER_TABLES.items():
        if re.search(rf"\b{name}\b", formula, re.IGNORECASE):
            connection.execute(f"CREATE OR REPLACE TABLE {name} ({stated})")
    for code in cards:
        connection.execute(f'CREATE OR REPLACE TABLE "{code}" ({CARD_COLUMNS})')
    parameters = {"province": province} if "$province" in formula else {}
    try:
        returned = {d[0] for d in connection.execute(formula, parameters).description or ()}
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        return Text(
            f"công thức không chạy được trên các cột của {feed_id}: {first}; sửa câu SELECT",
            f"the formula does not run on the columns of {feed_id}: {first}; correct the SELECT",
        )
    parts = {"numerator", "denominator"} <= returned
    if {"area", "period"} <= returned and (parts or ("value" in returned and not ratio)):
        return None
    if ratio and "value" in returned:
        return Text(
            "tỷ số của hai tổng (R) phải trả về numerator và denominator; thêm hai cột đó",
            "a ratio of sums (R) must return numerator and denominator; select both",
        )
    return Text(
        "công thức phải trả về area, period và value, hoặc numerator và denominator; sửa danh sách cột của SELECT",
        "the formula must return area, period and value, or numerator and denominator; correct what it selects",
    )
