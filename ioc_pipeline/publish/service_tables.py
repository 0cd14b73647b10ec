"""The release's tables of public services: the newest own values of the declared cards by unit and field, by the cards'
own SQL grouped by one more column; and the most used services with both of their targets."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import duckdb

from ioc_pipeline.compute.explain.figures import Numbers, grouped_rows
from ioc_pipeline.compute.explain.names import PartNames
from ioc_pipeline.compute.explain.parts import CannotSplit
from ioc_pipeline.compute.explain.regroup import PART, grouped_by, value_columns
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.services import Services, Split, load_services
from ioc_pipeline.store.bulk import insert_rows
from ioc_pipeline.store.warehouse import quoted

TABLES = ("service_cards", "service_units", "service_fields", "top_services")


def fill_services(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> dict[str, int]:
    """Fill the four tables of the attached release (`indicator_values` is there already); returns rows per table.
    Without a declaration, and of cards without a value, there are no rows."""
    own = catalogue.province.code
    declared, _ = load_services(Known(catalogue.root, own, catalogue.feeds))
    if declared is None:
        return dict.fromkeys(TABLES, 0)
    newest: dict[str, str] = dict(
        connection.execute(
            "SELECT code, period FROM release.indicator_values WHERE area = ? AND is_latest AND value IS NOT NULL",
            [own],
        ).fetchall()
    )
    names = PartNames(connection, catalogue)
    ranked = _ranked(connection, declared, newest, own)
    rows = {
        "service_cards": [r for r in _cards(declared, ranked) if r["code"] in catalogue.indicators],
        "service_units": list(_parts(connection, catalogue, declared.units, "unit", newest, names)),
        "service_fields": list(_parts(connection, catalogue, declared.fields, "field", newest, names)),
        "top_services": list(_top(connection, catalogue, declared, newest, names)),
    }
    return {table: insert_rows(connection, f"release.{table}", found) for table, found in rows.items()}


def _cards(declared: Services, ranked: int | None) -> Iterator[dict[str, Any]]:
    places: list[tuple[str, tuple[str, ...]]] = [
        ("summary", declared.summary), ("trend", (declared.trend,)), ("overdue", declared.overdue),
        ("rank", (declared.rank,)), ("units", declared.units.cards), ("fields", declared.fields.cards),
        ("top", (declared.top,)),
    ]  # fmt: skip
    for part, codes in places:
        for sort, code in enumerate(codes):
            count = ranked if part == "rank" else None
            yield {"part": part, "code": code, "maximum": None, "ranked": count, "sort": sort}
    for part, scores in (("score", (declared.total,)), ("score_group", declared.groups)):
        for sort, score in enumerate(scores):
            yield {"part": part, "code": score.code, "maximum": score.maximum, "ranked": None, "sort": sort}


def _ranked(connection: duckdb.DuckDBPyConnection, declared: Services, newest: dict[str, str], own: str) -> int | None:
    """Among how many the newest rank stands; None when nobody says it, or two rows of the period differ."""
    period = newest.get(declared.rank)
    rows = _rows(connection, declared.ranked, own, "period = $period", {"period": period}) if period else []
    counts = {row["ranked"] for row in rows}
    return int(counts.pop()) if len(counts) == 1 and None not in counts else None


def _parts(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    split: Split,
    what: str,
    newest: dict[str, str],
    names: PartNames,
) -> Iterator[dict[str, Any]]:
    own = catalogue.province.code
    for code in split.cards:
        card, period = catalogue.indicators.get(code), newest.get(code)
        if card is None or period is None or card.formula is None:
            continue
        try:
            sql = grouped_by(card.formula, split.column, card.feed)
            found = grouped_rows(
                connection, sql, PART, value_columns(card.formula), area=own, own=own, periods=[period]
            )
        except (CannotSplit, duckdb.Error):
            continue  # ioc contract check refuses such a declaration; here the page says that there are no parts
        examples = _examples(connection, card.feed, split) if split.example else {}
        for part, numbers in sorted(found.get(period, {}).items(), key=lambda item: item[0] or ""):
            name = names.of(card.feed, split.column, part)
            row = {
                "code": code, what: names.key(part), f"{what}_vi": name.vi, f"{what}_en": name.en, "period": period,
                **_numbers(numbers, "denominator" in value_columns(card.formula), card.scale),
            }  # fmt: skip
            yield row | ({"example": examples.get(part)} if what == "field" else {})


def _numbers(found: Numbers, ratio: bool, scale: float) -> dict[str, float | None]:
    n, d = found.n, found.d
    if not ratio:
        return {"value": _double(n), "numerator": None, "denominator": None}
    value = Fraction(scale) * n / d if n is not None and d else None
    return {"value": _double(value), "numerator": _double(n), "denominator": _double(d)}


def _double(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _examples(connection: duckdb.DuckDBPyConnection, feed_id: str, split: Split) -> dict[str | None, str]:
    """Most frequent value of the example column by part; of two as frequent the first by the alphabet."""
    assert split.example is not None
    part, example = quoted(split.column), quoted(split.example)
    rows = connection.execute(
        f"SELECT part, example FROM (SELECT CAST({part} AS VARCHAR) AS part, CAST({example} AS VARCHAR) AS example, "
        f"count(*) AS n FROM {quoted(feed_id)} WHERE {example} IS NOT NULL GROUP BY ALL) "
        f"QUALIFY row_number() OVER (PARTITION BY part ORDER BY n DESC, example) = 1"
    ).fetchall()
    return dict(rows)


def _top(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    declared: Services,
    newest: dict[str, str],
    names: PartNames,
) -> Iterator[dict[str, Any]]:
    card, period = catalogue.indicators.get(declared.top), newest.get(declared.top)
    if card is None or period is None:
        return
    rows = _rows(connection, declared.top_services, catalogue.province.code, "period = $period", {"period": period})
    rows.sort(key=lambda r: (-(r["received"] or 0), r["procedure"]))
    for place, row in enumerate(rows, start=1):
        agency = names.of(card.feed, declared.agency, row["agency"])
        level = names.of(card.feed, declared.level, row["level"])
        received, online = row["received"], row["online"]
        share = 100 * online / received if received and online is not None else None
        yield {
            "code": card.code, "place": place, "share_target": declared.share_target, "online_share": share,
            "agency_vi": agency.vi, "agency_en": agency.en, "level_vi": level.vi, "level_en": level.en,
            "simulated": bool(row["simulated"]),
            **{name: row[name] for name in ("procedure", "name", "field", "agency", "period", "received", "online",
                                            "level", "on_portal", "offer_met", "use_met")},
        }  # fmt: skip


def _rows(
    connection: duckdb.DuckDBPyConnection, sql: str, own: str, where: str, parameters: dict[str, Any]
) -> list[dict[str, Any]]:
    """Rows of a declared SELECT; none when its feed has delivered nothing yet."""
    given = parameters | ({"province": own} if "$province" in sql else {})
    try:
        cursor = connection.execute(f"SELECT * FROM ({sql}) WHERE {where}", given)
    except duckdb.CatalogException:
        return []
    names = [d[0] for d in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
