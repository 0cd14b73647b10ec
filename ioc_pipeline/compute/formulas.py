"""One SQL text per card: declared, or derived from its selection; what it reads, and in which order cards are computed.

The text is what is evaluated, shown and audited; those derived from selections are evaluated together, by one join that
says the same (`compute.stated_cells`). It may read the current records of the card's feed under the feed's
id (`dossiers`), its current statements (`observations_current`), the list of areas (`areas`: code, level, parent) and
other cards by code. `$province` is the code of the served province.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.formula_units import wrong_unit
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.validate.sql_guard import check_select

STATEMENTS, AREAS = "observations_current", "areas"
CARD_COLUMNS = ("area", "period", "period_end", "value", "numerator", "denominator")
"""Columns under which a formula sees another card: one row per area and period, its best figure that is no plan."""

_SCOPES = {
    "own": "area = $province",
    "country": "area = 'VN'",
    "provinces": "area IN (SELECT code FROM areas WHERE level = 'province')",
    "communes": "area IN (SELECT code FROM areas WHERE level = 'commune')",
}
_STATED = (
    "measure", "data_type", "value_status", "numerator", "denominator", "known_at", "published_at", "stated_at",
    "simulated", "delivery_id", "sheet", "cell", "row_no",
)  # fmt: skip
"""Columns of a statement that go with its value: what it is, and where it stands."""


@dataclass(frozen=True)
class Inputs:
    """What a card is computed from: facts of feeds, and other cards (its weight among them)."""

    feeds: tuple[str, ...]
    cards: tuple[str, ...]


def sql_of(card: Indicator) -> str | None:
    """The card's text; None for a card that nobody sends yet (neither formula nor selection)."""
    if card.formula is not None:
        return card.formula
    if not card.selection or not card.feed:
        return None
    return _derived(card)


def _derived(card: Indicator) -> str:
    """Statements of the card's series as they stand now; an index (same period = 100) becomes a rate by `minus`."""
    select = card.selection
    minus = minus_of(card)
    value = "value" if minus is None else f"value - {minus:g} AS value"
    where = [f"feed_id = {_literal(card.feed)}", f"indicator = {_literal(select['indicator'])}"]
    item = select.get("item")
    where.append("item IS NULL" if item is None else f"item = {_literal(item)}")
    measure = f"measure = {_literal(select['measure'])}"
    if select.get("period_kind"):
        measure += f" AND period_kind = {_literal(select['period_kind'])}"
    # The plan of the year is a value of its cell, by whatever measure the feed states it.
    where.append(f"({measure} OR (data_type = 'plan' AND period_kind = 'year'))" if card.plan else measure)
    scopes = [_SCOPES[scope] for scope in select.get("areas", ["own"])]
    where.append(scopes[0] if len(scopes) == 1 else f"({' OR '.join(scopes)})")
    return f"SELECT area, period, {value}, {', '.join(_STATED)}\nFROM {STATEMENTS}\nWHERE " + "\n  AND ".join(where)


def minus_of(card: Indicator) -> float | None:
    """What is taken off every value of a selection, as its text says it; None for nothing."""
    minus = card.selection.get("minus")
    return None if minus is None else float(f"{float(minus):g}")


def _literal(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def is_stated(card: Indicator) -> bool:
    """True when the card's values are statements taken as they are, false when a formula computes them."""
    return card.formula is None


def inputs_of(card: Indicator, catalogue: Catalogue) -> Inputs:
    """Feeds and cards the text reads. Raises IocError for SQL that is refused or reads anything else."""
    feed = catalogue.feeds.get(card.feed or "")
    if is_stated(card):  # our own text, which reads nothing but the statements of its feed
        return Inputs(
            (feed.id,) if feed is not None and card.selection else (),
            (card.weight,) if card.weight and card.selection and card.feed else (),
        )
    sql = str(card.formula)
    names = _allowed_tables(sql, frozenset(catalogue.indicators), card.code, feed.id if feed else None)
    codes = {code.lower(): code for code in catalogue.indicators}
    feeds, cards = set(), set()
    for name in names:
        if feed is not None and name in (feed.id.lower(), STATEMENTS):
            feeds.add(feed.id)
        elif name in codes:
            cards.add(codes[name])
    weight = card.weight
    if weight:
        cards.add(weight)
    return Inputs(tuple(sorted(feeds)), tuple(sorted(cards)))


@lru_cache(maxsize=2048)
def _allowed_tables(sql: str, codes: frozenset[str], own: str, feed_id: str | None) -> frozenset[str]:
    """Tables a text reads. Raises SqlRefused when one of them is not for it."""
    check_select(sql, (codes - {own}) | {STATEMENTS, AREAS} | ({feed_id} if feed_id else set()))
    return tables_of(sql)


@lru_cache(maxsize=2048)
def _parsed(sql: str) -> exp.Query:
    tree = sqlglot.parse_one(sql, read="duckdb")
    assert isinstance(tree, exp.Query)
    return tree


@lru_cache(maxsize=2048)
def tables_of(sql: str) -> frozenset[str]:
    """Tables a text reads, in lower case, without its own CTEs and table functions."""
    tree = _parsed(sql)
    ctes = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
    named = {t.name.lower() for t in tree.find_all(exp.Table) if not isinstance(t.this, exp.Func)}
    return frozenset(named - ctes)


def tables_read(card: Indicator) -> frozenset[str]:
    """Tables that a card's text reads, in lower case; a derived text is not parsed for it."""
    if not is_stated(card):
        return tables_of(str(card.formula))
    if sql_of(card) is None:
        return frozenset()
    wide = {"provinces", "communes"} & set(card.selection.get("areas", ()))
    return frozenset({STATEMENTS, AREAS} if wide else {STATEMENTS})


@lru_cache(maxsize=2048)
def columns_of(sql: str) -> frozenset[str] | None:
    """Names of all columns a text mentions, in lower case; None when it reads all of a table (`*`)."""
    tree = _parsed(sql)
    if any(not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star)):
        return None
    return frozenset(c.name.lower() for c in tree.find_all(exp.Column))


@lru_cache(maxsize=2048)
def selected_columns(sql: str) -> frozenset[str]:
    """Names of the columns a text returns, in lower case."""
    return frozenset(name.lower() for name in _parsed(sql).named_selects)


def in_order(catalogue: Catalogue) -> tuple[list[list[Indicator]], dict[str, Message]]:
    """Cards in levels, each reading only cards of earlier levels, and what is wrong with the cards left out: a refused
    text, a card that reads itself through others (all of them named), or one that reads a card left out."""
    inputs: dict[str, Inputs] = {}
    wrong: dict[str, Message] = {}
    for card in catalogue.indicators.values():
        try:
            inputs[card.code] = inputs_of(card, catalogue)
        except IocError as error:
            wrong[card.code] = refused(card.code, error.message)
    for code, found in inputs.items():
        missing = [c for c in found.cards if c not in catalogue.indicators]
        if missing:
            wrong[code] = _unknown(code, missing[0])
    levels: list[list[Indicator]] = []
    done: set[str] = set()
    waiting = {code: set(found.cards) for code, found in inputs.items() if code not in wrong}
    while waiting:
        ready = sorted(code for code, needs in waiting.items() if needs <= done)
        if not ready:
            break
        levels.append([catalogue.indicators[code] for code in ready])
        done.update(ready)
        for code in ready:
            del waiting[code]
    for code in waiting:
        wrong[code] = _stuck(code, waiting, wrong)
    return levels, wrong


def closure(cards: Mapping[str, Indicator], catalogue: Catalogue, codes: Iterable[str]) -> set[str]:
    """The codes and all that their cards read, directly or not; without those that are not among `cards`."""
    found: set[str] = set()
    waiting = list(codes)
    while waiting:
        code = waiting.pop()
        if code in cards and code not in found:
            found.add(code)
            waiting += inputs_of(cards[code], catalogue).cards
    return found


def levels_of(catalogue: Catalogue, codes: Iterable[str]) -> list[list[Indicator]]:
    """The cards of the codes and all that they read, in levels (see `in_order`); without those left out there."""
    levels, _ = in_order(catalogue)
    wanted = closure({card.code: card for level in levels for card in level}, catalogue, codes)
    chosen = [[card for card in level if card.code in wanted] for level in levels]
    return [level for level in chosen if level]


def _stuck(code: str, waiting: Mapping[str, Collection[str]], wrong: Mapping[str, Message]) -> Message:
    """Why a card never became ready: it stands in a cycle, or something it reads does."""
    cycle = _cycle(code, waiting)
    if cycle and code in cycle:
        shown = " → ".join([*cycle, cycle[0]])
        return Message(
            "card.cycle",
            f"Các thẻ tính vòng quanh: {shown}. Sửa công thức của một trong các thẻ này để không đọc lại chính nó.",
            f"Cards read each other in a circle: {shown}. Change the formula of one of them.",
        )
    cause = next((c for c in sorted(waiting[code]) if c in wrong or c in waiting), "?")
    return Message(
        "card.upstream",
        f"Chỉ số {code} đọc chỉ số {cause} là chỉ số đang có lỗi; sửa {cause} trước.",
        f"Indicator {code} reads {cause}, which is wrong itself; correct {cause} first.",
    )


def _cycle(code: str, waiting: Mapping[str, Collection[str]]) -> list[str]:
    """A circle reached from a card, starting with its first code in the alphabet; empty when there is none."""
    path: list[str] = []
    at = code
    while at not in path:
        path.append(at)
        after = sorted(c for c in waiting.get(at, ()) if c in waiting)
        if not after:
            return []
        at = code if code in after and code in path else after[0]
    circle = path[path.index(at) :]
    first = circle.index(min(circle))
    return circle[first:] + circle[:first]


def refused(code: str, message: Message) -> Message:
    """A card's text that may not be run."""
    return Message(
        "indicator.formula",
        f"Công thức của chỉ số {code} không dùng được: {message.vi}",
        f"The formula of indicator {code} cannot be used: {message.en}",
    )


def _unknown(code: str, missing: str) -> Message:
    return Message(
        "card.unknown",
        f"Chỉ số {code} đọc {missing} nhưng không có thẻ nào mang mã đó; sửa công thức hoặc thêm thẻ.",
        f"Indicator {code} reads {missing} but no card has that code; correct the formula or add the card.",
    )


def unit_problem(card: Indicator, catalogue: Catalogue) -> Text | None:
    """What is wrong with the unit of a card computed from other cards; None when it fits or cannot be checked."""
    if card.formula is None:
        return None
    return wrong_unit(card.formula, card.unit, {code: c.unit for code, c in catalogue.indicators.items()})


# --- portability -----------------------------------------------------------------------------------------------------


def to_postgres(sql: str) -> str:
    """The text for PostgreSQL, by sqlglot; `$province` becomes `%(province)s`. Raises sqlglot's UnsupportedError."""
    tree = _parsed(sql).copy()
    for select in list(tree.find_all(exp.Select)):
        _spell_out_groups(select)
    for subquery in tree.find_all(exp.Subquery):
        if isinstance(subquery.parent, (exp.From, exp.Join)) and not subquery.alias:
            subquery.set("alias", exp.TableAlias(this=exp.to_identifier("part")))
    for quarter in list(tree.find_all(exp.Quarter)):
        quarter.replace(exp.Extract(this=exp.var("quarter"), expression=quarter.this))
    return str(tree.sql(dialect="postgres", unsupported_level=sqlglot.ErrorLevel.RAISE))


def _spell_out_groups(select: exp.Select) -> None:
    """PostgreSQL 15 has no GROUP BY ALL: group by every selected expression that is neither aggregate nor constant."""
    group = select.args.get("group")
    if group is None or not group.args.get("all"):
        return
    keys = [shown.unalias() for shown in select.expressions if not list(shown.find_all(exp.AggFunc))]
    keys = [key.copy() for key in keys if list(key.find_all(exp.Column))]
    select.set("group", exp.Group(expressions=keys) if keys else None)
