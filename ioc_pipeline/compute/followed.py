"""Cards computed from a corrected one follow it: their cells are computed again from the corrected figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from ioc_pipeline.compute.cells import NEW, evaluate, shown_of
from ioc_pipeline.compute.formulas import in_order, inputs_of
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.messages import Text
from ioc_pipeline.store.bulk import insert_rows

Row = dict[str, Any]

_CELLS, _CHANGED = "_followed_cells", "_followed_changes"
_COLUMNS = "code, area, period, data_type, value, value_status, numerator, denominator"


def followers(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    touched: Sequence[Row],
    causes: Mapping[str, Sequence[str]],
    raw: str,
) -> list[Row]:
    """Cells of cards that read corrected ones, directly or through others, where they come out otherwise.

    `touched`: corrected cells with the columns of `_COLUMNS`; `causes`: ids of the corrections that changed a card's
    figures, by code; `raw`: relation of the shown cells as the sources say. A cell that has a correction of its own
    keeps it. Each row has `correction_vi`, `correction_en` and `raw_value` beside those columns. Only cells of other
    cards follow: a commune's correction does not change the province's sum. Must run outside a transaction.
    """
    known: dict[str, tuple[str, ...]] = {code: tuple(ids) for code, ids in causes.items() if ids}
    own = {(row["code"], row["area"], row["period"]) for row in touched}
    found: list[Row] = []
    levels, _ = in_order(catalogue) if known else ([], {})
    for level in levels:
        cards = [card for card in level if known.keys() & set(inputs_of(card, catalogue).cards)]
        if not cards:
            continue
        read = {card.code: inputs_of(card, catalogue).cards for card in cards}
        _bind(connection, sorted({code for codes in read.values() for code in codes}), [*touched, *found])
        try:
            evaluate(connection, catalogue, [cards], known_cells=_CELLS)
            changed = connection.execute(
                # A formula may have no row for what was dropped: that cell has no value any more.
                "SELECT r.code, r.area, r.period, r.data_type, n.value, n.value_status, n.numerator, n.denominator, "
                f"r.value FROM {raw} r LEFT JOIN ({shown_of(catalogue, NEW)}) n USING (code, area, period) "
                "WHERE list_contains($codes, r.code) AND n.value IS DISTINCT FROM r.value ORDER BY ALL",
                {"codes": [card.code for card in cards]},
            ).fetchall()
        finally:
            for table in (NEW, _CELLS, _CHANGED):
                connection.execute(f"DROP TABLE IF EXISTS temp.main.{table}")
        for row in changed:
            if (row[0], row[1], row[2]) in own:
                continue
            causing = [code for code in read[row[0]] if code in known]
            ids = tuple(dict.fromkeys(i for code in causing for i in known[code]))
            found.append(_row(row, catalogue.indicators, causing, ids))
        for card in cards:
            if any(row["code"] == card.code for row in found):
                causing = [code for code in read[card.code] if code in known]
                ids = tuple(dict.fromkeys(i for code in causing for i in known[code]))
                known[card.code] = tuple(dict.fromkeys((*known.get(card.code, ()), *ids)))
    return found


def _bind(connection: duckdb.DuckDBPyConnection, codes: Sequence[str], changes: Sequence[Row]) -> None:
    """Make the table of the cells of some cards with the changes in them."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_CHANGED} (code VARCHAR, area VARCHAR, period VARCHAR, data_type VARCHAR, "
        "value DOUBLE, value_status VARCHAR, numerator DOUBLE, denominator DOUBLE)"
    )
    insert_rows(connection, _CHANGED, [{name: row[name] for name in _COLUMNS.split(", ")} for row in changes])
    listed = ", ".join(f"'{code}'" for code in codes)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_CELLS} AS FROM indicator_cells WHERE code IN ({listed})",
    )
    connection.execute(
        f"UPDATE {_CELLS} c SET value = t.value, value_status = t.value_status, numerator = t.numerator, "
        f"denominator = t.denominator FROM {_CHANGED} t "
        "WHERE c.code = t.code AND c.area = t.area AND c.period = t.period AND c.data_type = t.data_type"
    )


def _row(row: Sequence[Any], cards: Mapping[str, Indicator], causing: Sequence[str], ids: Sequence[str]) -> Row:
    value = row[4]
    words = _words([cards[code] for code in causing], ids, value is None)
    return dict(zip(_COLUMNS.split(", "), row[:8], strict=True)) | {
        "value_status": row[5] if value is not None else "missing", "raw_value": row[8],
        "correction_vi": words.vi, "correction_en": words.en,
    }  # fmt: skip


def _words(cards: Sequence[Indicator], ids: Sequence[str], unknown: bool) -> Text:
    listed = ", ".join(ids)
    vi = f"Tính lại theo đính chính {listed} của {', '.join(f'{c.short.vi} ({c.code})' for c in cards)}"
    en = f"Computed again after correction {listed} of {', '.join(f'{c.short.en} ({c.code})' for c in cards)}"
    if unknown:
        return Text(f"{vi}: số đã đính chính không đủ để tính", f"{en}: what is left does not suffice")
    return Text(vi, en)
