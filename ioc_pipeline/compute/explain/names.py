"""What the parts of a dimension are called: by code list, by the list of communes, or as a feed itself names them."""

from __future__ import annotations

import duckdb

from ioc_pipeline.compute.explain.parts import UNSTATED
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.agencies import is_agency_code, undeclared
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.messages import Text
from ioc_pipeline.store.warehouse import quoted

_CODE, _NAME = "ma_", "ten_"
"""Prefixes by which contracts call a code and its name: ma_co_quan, ten_co_quan."""

_NOT_STATED = Text("Không ghi", "Not stated")
_NO_COMMUNE = Text("Không thuộc xã nào", "No commune")
_TRUTH = {"true": Text("có", "yes"), "false": Text("không", "no")}


class PartNames:
    """Names of parts for one province; reads each feed's own names once, when first asked."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._communes = {u.code: Text(u.full_name, u.name_en) for u in units.communes(catalogue.province.code)}
        self._stated: dict[str, dict[str, Text]] | None = None
        self._made_up: dict[str, bool] = {}

    def key(self, part: str | None) -> str:
        """Key of a part in a release."""
        return UNSTATED if part is None else part

    def area(self, code: str | None) -> Text:
        """Name of a commune."""
        return _NO_COMMUNE if code is None else self._communes.get(code, Text(code, code))

    def of(self, feed_id: str, column: str, part: str | None) -> Text:
        """Name of one value of a feed's column: by its code list, as a feed sends it beside the code, by the register
        of agencies; where nobody names a code, the code itself, saying so."""
        if part is None:
            return _NOT_STATED
        feed = self._catalogue.feeds[feed_id]
        declared = feed.column(column)
        if declared.codes and part in self._catalogue.codes[declared.codes].codes:
            return self._catalogue.codes[declared.codes].codes[part].name
        if declared.type == "BOOLEAN":
            return _TRUTH.get(part, Text(part, part))
        if part in self._communes:
            return self._communes[part]
        every = self.stated()
        own = every.get(column.removeprefix(_CODE), {})
        # Agency codes are one space over all columns that hold them (don_vi_xu_ly, ma_co_quan …).
        stated = own.get(part) or every.get("co_quan", {}).get(part)
        if stated is None and is_agency_code(part):
            stated = self._catalogue.agencies.of_rows(self._simulated(feed_id)).name(part)
        named = declared.codes is None and not is_agency_code(part)
        return stated or (Text(part, part) if named else undeclared(part))

    def stated(self) -> dict[str, dict[str, Text]]:
        """Names that the feeds themselves send, by what they are names of and code."""
        if self._stated is None:
            self._stated = self._read()
        return self._stated

    def _simulated(self, feed_id: str) -> bool:
        """True when every row of a feed of records is simulated."""
        if feed_id not in self._made_up:
            self._made_up[feed_id] = False
            columns = {row[0] for row in self._connection.execute(f"DESCRIBE {quoted(feed_id)}").fetchall()}
            if "simulated" in columns:
                row = self._connection.execute(f"SELECT bool_and(simulated) FROM {quoted(feed_id)}").fetchone()
                self._made_up[feed_id] = bool(row and row[0])
        return self._made_up[feed_id]

    def _read(self) -> dict[str, dict[str, Text]]:
        """Newest name of every code that some feed of records sends beside it, by what it is a code of."""
        found: dict[str, dict[str, Text]] = {}
        tables = {row[0] for row in self._connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        home = self._connection.execute("SELECT current_database()").fetchone()
        assert home is not None
        for feed in self._catalogue.feeds.values():
            columns = {c.name for c in feed.columns}
            pairs = [c for c in sorted(columns) if c.startswith(_CODE) and _NAME + c.removeprefix(_CODE) in columns]
            table = f"records_{feed.id}"
            if feed.shape != "records" or table not in tables:
                continue
            for code in pairs:
                thing = code.removeprefix(_CODE)
                rows = self._connection.execute(
                    f"SELECT {quoted(code)}, max_by({quoted(_NAME + thing)}, (_version_at, {quoted(_NAME + thing)})) "
                    f"FROM {quoted(home[0])}.main.{quoted(table)} WHERE {quoted(code)} IS NOT NULL "
                    f"AND {quoted(_NAME + thing)} IS NOT NULL GROUP BY ALL"
                ).fetchall()
                found.setdefault(thing, {}).update({c: Text(name, name) for c, name in rows})
        return found
