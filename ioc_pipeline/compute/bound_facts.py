"""Facts under the names formulas use, as they stand now or as they stood at a moment: temporary tables and views that
shadow the warehouse's own while cards are evaluated, and are gone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from ioc_pipeline.compute.formulas import AREAS, STATEMENTS, columns_of, inputs_of, is_stated, sql_of, tables_read
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed, Indicator
from ioc_pipeline.store.bulk import insert_rows
from ioc_pipeline.store.warehouse import quoted, tables_there

_OBSERVED = (
    "feed_id", "indicator", "item", "area", "period", "period_kind", "period_end", "measure", "data_type", "value",
    "value_status", "unit", "agency", "numerator", "denominator", "known_at", "published_at", "stated_at", "simulated",
    "delivery_id", "sheet", "cell", "row_no",
)  # fmt: skip
_INEXACT = ("DOUBLE", "FLOAT", "REAL")
_SUPERSEDED, _RESTATED = "_superseded", "_restated"


@dataclass(frozen=True)
class FeedState:
    """What is known of a records feed: when it was received and stated, up to which day it speaks, whether simulated.

    `inexact`: a formula reads columns whose sums depend on the order of rows.
    """

    known_at: datetime | None
    stated_at: datetime | None
    as_of: date | None
    simulated: bool
    inexact: bool


class BoundFacts:
    """Names bound for one evaluation; `feeds` has the records feeds that delivered anything, by id."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        catalogue: Catalogue,
        as_of: datetime | None,
        every_vintage: bool,
    ) -> None:
        self.connection, self.catalogue, self.as_of, self.every_vintage = connection, catalogue, as_of, every_vintage
        self.feeds: dict[str, FeedState] = {}
        self.names: list[tuple[str, str]] = []
        self._tables: frozenset[str] | None = None
        self._superseded: bool | None = None  # None: not looked for yet
        row = connection.execute("SELECT current_database()").fetchone()
        self.home = f"{quoted(str(row[0] if row else 'memory'))}.main"

    def bind(self, cards: Sequence[Indicator], *, statements: bool = True, breakdowns: bool = False) -> None:
        """Bind everything that the cards' formulas read, but other cards; nothing for cards that take statements as
        they are.

        `statements`: False where `observations_current` is bound already. `breakdowns`: with the columns by which the
        cards' values are split.
        """
        cards = [card for card in cards if not is_stated(card)]
        texts = {card.code: text for card in cards if (text := sql_of(card)) is not None}
        tables = {card.code: tables_read(card) for card in cards if card.code in texts}
        read = {feed for card in cards for feed in inputs_of(card, self.catalogue).feeds}
        if any(AREAS in found for found in tables.values()):
            self._make("TABLE", AREAS, "(code VARCHAR, level VARCHAR, parent VARCHAR)")
            insert_rows(self.connection, f"temp.main.{AREAS}", area_rows(self.catalogue))
        observed = {feed for feed in read if self.catalogue.feeds[feed].shape != "records"}
        named = {feed.lower() for feed in observed} | {STATEMENTS}
        observing = [c for c in cards if named & tables.get(c.code, set())]
        if observing and statements:
            self._bind_statements(observing)
        for feed in (self.catalogue.feeds[f] for f in sorted(read)):
            if feed.shape == "records":
                readers = [c for c in cards if feed.id.lower() in tables.get(c.code, ())]
                self._bind_records(
                    feed, [texts[c.code] for c in readers], {b for c in readers for b in c.breakdowns if breakdowns}
                )
            elif any(feed.id.lower() in found for found in tables.values()):
                self._make("VIEW", feed.id, f"AS SELECT * FROM {STATEMENTS} WHERE feed_id = '{feed.id}'")

    def bind_cards(self, codes: Iterable[str], shown: Callable[[Sequence[str]], str]) -> None:
        """Bind cards by code; `shown` gives the relation of the shown cells of some cards."""
        for code in codes:
            self._make(
                "VIEW", code,
                "AS SELECT area, period, period_end, value, numerator, denominator "
                f"FROM {shown([code])}",
            )  # fmt: skip

    def release(self) -> None:
        """Forget all names: a table left behind would hide the warehouse's own."""
        for kind, name in reversed(self.names):
            self.connection.execute(f"DROP {kind} IF EXISTS temp.main.{quoted(name)}")
        self.names.clear()

    def _make(self, kind: str, name: str, definition: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TEMP {kind} {quoted(name)} {definition}")
        if (kind, name) not in self.names:
            self.names.append((kind, name))

    def statements(self) -> str:
        """Relation: the statement of every fact that counts (all ever made with `every_vintage`), as `observations`.

        Few facts were stated twice: only their rows are put in order, and the relation leaves out what was superseded.
        """
        table = f"{self.home}.observations"
        when = f"WHERE stated_at <= TIMESTAMPTZ '{self.as_of.isoformat()}'" if self.as_of else ""
        if self.every_vintage:
            return f"(FROM {table} {when})"
        if self._superseded is None:
            self._make(
                "TABLE", _SUPERSEDED,
                f"AS SELECT rowid AS superseded FROM (SELECT rowid, * FROM {table} {when}) SEMI JOIN "
                f"(SELECT fact_key FROM {table} {when} GROUP BY fact_key HAVING count(*) > 1) USING (fact_key) "
                "QUALIFY row_number() OVER "
                "(PARTITION BY fact_key ORDER BY stated_at DESC, known_at DESC, delivery_id DESC) > 1",
            )  # fmt: skip
            self._superseded = self.connection.execute(f"SELECT 1 FROM {_SUPERSEDED} LIMIT 1").fetchone() is not None
        if not self._superseded:
            return f"(FROM {table} {when})"
        return f"(FROM {table} o ANTI JOIN {_SUPERSEDED} s ON s.superseded = o.rowid {when})"

    def _bind_statements(self, cards: Sequence[Indicator]) -> None:
        """Statements of the feeds that the cards' formulas read, in one order: sums of fractions depend on it."""
        feeds = ", ".join(f"'{feed}'" for feed in sorted({c.feed for c in cards}))
        order = ("feed_id", "indicator", "area", "period_end", "period", "measure", "data_type", "stated_at", "row_no")
        self._make(
            "TABLE", STATEMENTS,
            f"AS SELECT {', '.join(_OBSERVED)} FROM {self.statements()} WHERE feed_id IN ({feeds}) "
            f"ORDER BY {', '.join(order)}",
        )  # fmt: skip

    def _bind_records(self, feed: Feed, texts: Sequence[str], more: Collection[str]) -> None:
        table = f"records_{feed.id}"
        if self._tables is None:
            self._tables = tables_there(self.connection)
        if table not in self._tables:
            return
        wanted = [columns_of(text) for text in texts]
        have = [row[0] for row in self.connection.execute(f"DESCRIBE {self.home}.{quoted(table)}").fetchall()]
        used = have if None in wanted else [c for c in have if c in more or any(c.lower() in w for w in wanted if w)]
        used = list(dict.fromkeys([*used, "_known_at", "_version_at", "_delivery_id", "simulated"]))
        kinds = {c.name: c.type.upper() for c in feed.columns}
        inexact = any(kinds.get(c, "").startswith(_INEXACT) for c in used)
        # Sums of inexact numbers depend on the order of rows: only then is the order worth its price.
        order = "ORDER BY _key" if inexact and "_key" in have else ""
        listed = ", ".join(quoted(c) for c in used if c in have)
        if self.as_of is None:
            source = f"SELECT {listed} FROM {self.home}.{quoted(feed.id)} {order}"
        else:
            source = (
                f"SELECT {listed} FROM {self.home}.{quoted(table)} SEMI JOIN ("
                f"SELECT delivery_id AS _delivery_id FROM {self.home}.deliveries WHERE feed_id = '{feed.id}' "
                f"AND stated_at <= TIMESTAMPTZ '{self.as_of.isoformat()}') USING (_delivery_id) "
                "QUALIFY row_number() OVER (PARTITION BY _key "
                f"ORDER BY _version_at DESC, _known_at DESC, _delivery_id DESC) = 1 {order}"
            )
        self._make("TABLE", feed.id, f"AS {source}")
        facts = self.connection.execute(
            f"SELECT max(_known_at), (SELECT max(stated_at) FROM {self.home}.deliveries WHERE feed_id = $1 "
            "AND outcome = 'stored' AND added + revised > 0 AND ($2::TIMESTAMPTZ IS NULL OR stated_at <= $2)), "
            f"CAST(max(_version_at) AS DATE), {'bool_or(simulated)' if 'simulated' in have else 'false'} "
            f"FROM {quoted(feed.id)}",
            [feed.id, self.as_of],
        ).fetchone()
        assert facts is not None
        self.feeds[feed.id] = FeedState(facts[0], facts[1], facts[2], bool(facts[3]), inexact)


@contextmanager
def statements_kept(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Look for the newest statement of every fact once, for all that read `observations_current` in the block.

    Few facts were stated twice: only their rows are numbered. Nothing in the block may evaluate cards: those bind
    statements of their own under the name.
    """
    row = connection.execute("SELECT current_database()").fetchone()
    table = f"{quoted(str(row[0] if row else 'memory'))}.main.observations"
    order = "(PARTITION BY fact_key ORDER BY stated_at, known_at, delivery_id)"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_RESTATED} AS SELECT rowid AS restated, row_number() OVER {order} AS number, "
        f"count(*) OVER (PARTITION BY fact_key) AS numbers FROM (SELECT rowid, * FROM {table}) "
        f"SEMI JOIN (SELECT fact_key FROM {table} GROUP BY fact_key HAVING count(*) > 1) USING (fact_key)"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {STATEMENTS} AS SELECT o.*, coalesce(r.number, 1) AS vintage "
        f"FROM {table} o LEFT JOIN temp.main.{_RESTATED} r ON r.restated = o.rowid "
        "WHERE r.number IS NULL OR r.number = r.numbers"
    )
    try:
        yield
    finally:
        connection.execute(f"DROP VIEW IF EXISTS temp.main.{STATEMENTS}")
        connection.execute(f"DROP TABLE IF EXISTS temp.main.{_RESTATED}")


@contextmanager
def bound_facts(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    as_of: datetime | None = None,
    every_vintage: bool = False,
) -> Iterator[BoundFacts]:
    """Bind names for the time of the block; `as_of`: only what had been stated by then.

    `every_vintage`: all statements ever made of every fact, not the newest of each.
    """
    facts = BoundFacts(connection, catalogue, as_of, every_vintage)
    try:
        yield facts
    finally:
        facts.release()


def area_rows(catalogue: Catalogue) -> list[dict[str, str | None]]:
    """Every area: code, level (country, province, commune) and the area it is part of."""
    own = catalogue.province.code
    rows: list[dict[str, str | None]] = [{"code": "VN", "level": "country", "parent": None}]
    rows += [{"code": u.code, "level": "province", "parent": "VN"} for u in units.provinces()]
    return rows + [{"code": u.code, "level": "commune", "parent": own} for u in units.communes(own)]
