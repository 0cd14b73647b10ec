"""Statements about communes that were divided on 1 July 2025, spread over their successors by declared weights.

Runs on the typed rows, and only for a column with `split: weights`. A figure of today's commune is the sum of what the
former communes that gave it land bring: a divided one its part, the others their whole. It is stated only when the
file has all of them; parts of an incomplete figure are refused, because a part is not the commune's figure. Only
figures that add up over areas are spread. All arithmetic is in whole numbers of the last decimal place, so the parts of
a figure add up to it exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.contracts.places import FormerCommune, former_communes, predecessors
from ioc_pipeline.contracts.split_weights import SplitWeights, declared_weights
from ioc_pipeline.messages import Text
from ioc_pipeline.read.problem_codes import clause_of
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.records.raw_table import literal

_AREA = "area"
_LARGEST = 10**18  # of a value in its last decimal place, and …
_MOST_WEIGHT = 10**12  # … of a sum of weights: their product stays far below 2^127
_MOST_DECIMALS = 9
_NOTICED = 20


@dataclass(frozen=True)
class Spreading:
    """How a feed's divided communes are spread: the weights, and (indicator, kind of number) → decimal places of the
    figures that add up over areas."""

    weights: SplitWeights
    additive: Mapping[tuple[str, str], int]


def spreading(feed: Feed, catalogue: Catalogue) -> Spreading | None:
    """What the contract declares about divided communes; None unless its column `area` has `split: weights`."""
    column = next((c for c in feed.columns if c.name == _AREA and c.split == "weights"), None)
    if column is None:
        return None
    additive = {
        (str(card.selection["indicator"]), str(card.selection["measure"])): card.decimals
        for card in catalogue.indicators.values()
        if card.feed == feed.id and card.additivity == "S" and {"indicator", "measure"} <= card.selection.keys()
    }
    return Spreading(declared_weights(catalogue.root)[str(column.split_by)], additive)


def spread(
    con: duckdb.DuckDBPyConnection, feed: Feed, found: Spreading, names: str, typed: Path, out: Path
) -> list[Notice]:
    """Write the rows of `typed` to `out` with the former communes' figures spread and added up; `names` is the table
    of resolved names.

    `out` is not written (and nothing noticed) when the file names no former commune that was divided or joined others.
    """
    rows = f"read_parquet({literal(str(typed))})"
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE of_former AS
            SELECT r.*, l.former, l.problem IS NOT NULL AS divided FROM (
              SELECT *, coalesce({_said("_problems", "place.split")}, {_said("_doubts", "place.merged")}) AS said
              FROM {rows}) r
            JOIN {names} l ON r.said = l.raw AND NOT l.era WHERE l.former IS NOT NULL"""
    )
    formers = con.execute("SELECT former, bool_or(divided) FROM of_former GROUP BY 1 ORDER BY 1").fetchall()
    if not formers:
        return []
    _tables(con, found, [former for former, divided in formers if divided])
    con.execute(_sums(feed))
    con.execute(_spread_rows(feed, rows, out))
    return _notices(con, found)


def _said(entries: str, code: str) -> str:
    """SQL: what the file calls the area of a row, where that raised the problem or doubt `code`."""
    return f"list_filter({entries}, lambda x: x.\"column\" = '{_AREA}' AND x.code = '{code}')[1].raw"


def _tables(con: duckdb.DuckDBPyConnection, found: Spreading, divided: list[str]) -> None:
    """Temporary tables: the parts of every divided commune, what each successor needs, and what may be added up."""
    by_code: dict[str, FormerCommune] = {f.code: f for f in former_communes()}
    parts: list[tuple[str, str, int, int, int]] = []
    for code in divided:
        shares = found.weights.shares(by_code[code])
        total, low = sum(weight for _, weight in shares), 0
        for successor, weight in shares if total <= _MOST_WEIGHT else ():
            parts.append((code, successor, low, low + weight, total))
            low += weight
    _parts = pa.table(
        {
            name: pa.array([row[i] for row in parts], pa.string() if i < 2 else pa.int64())
            for i, name in enumerate(("former", "successor", "low", "high", "total"))
        }
    )
    con.execute("CREATE OR REPLACE TEMP TABLE parts AS SELECT * FROM _parts")
    needed = predecessors()
    _needed = pa.table({"successor": list(needed), "formers": [list(f) for f in needed.values()]})
    con.execute("CREATE OR REPLACE TEMP TABLE needed AS SELECT * FROM _needed")
    _additive = pa.table(
        {
            "indicator": pa.array([i for i, _ in found.additive], pa.string()),
            "measure": pa.array([m for _, m in found.additive], pa.string()),
            "decimals": pa.array(list(found.additive.values()), pa.int64()),
        }
    )
    con.execute("CREATE OR REPLACE TEMP TABLE additive AS SELECT * FROM _additive")


def _sums(feed: Feed) -> str:
    """SQL for the temporary table `brought`: one row per former commune and successor, in whole `quanta` of
    10^-`finest`, and whether the successor's figure is `complete` with it."""
    key = ", ".join(f'"{name}"' for name in feed.key if name != _AREA)
    # 1234.50 has the digits 12345 and one decimal place; a value with an exponent is too large to be spread exactly.
    return f"""CREATE OR REPLACE TEMP TABLE brought AS
      WITH able AS (
        SELECT f.*, rtrim(rtrim(CASE WHEN contains(v, '.') THEN v ELSE v || '.' END, '0'), '.') AS digits, a.decimals
        FROM (SELECT *, CAST(abs(value) AS VARCHAR) AS v FROM of_former) f
        JOIN additive a USING (indicator, measure)
        WHERE numerator IS NULL AND denominator IS NULL AND len(_problems) = divided::INT
          AND NOT coalesce(contains(v, 'e'), false)
      ), scaled AS (
        SELECT *, greatest(decimals, len(split_part(digits, '.', 2))) AS places
        FROM able
      ), whole AS (
        SELECT *, CASE WHEN value < 0 THEN -1 ELSE 1 END AS sign, TRY_CAST(rpad(replace(digits, '.', ''),
            CAST(len(split_part(digits, '.', 1)) + places AS INT), '0') AS HUGEINT) AS quanta
        FROM scaled WHERE places <= {_MOST_DECIMALS}
      ), counted AS (
        SELECT w._row, p.successor, w.former, w.places, true AS divided,
          w.sign * ((2 * w.quanta * p.high + p.total) // (2 * p.total)
            - (2 * w.quanta * p.low + p.total) // (2 * p.total)) AS quanta
        FROM whole w JOIN parts p USING (former) WHERE w.divided AND coalesce(w.quanta < {_LARGEST}, true)
        UNION ALL
        SELECT _row, {_AREA}, former, places, false, sign * quanta FROM whole
        WHERE NOT divided AND coalesce(quanta < {_LARGEST}, true)
      ), keyed AS (
        SELECT c.*, {key}, f.value_status, max(c.places) OVER same AS finest,
          list(c.former) OVER same AS formers, bool_or(c.divided) OVER same AS estimated
        FROM counted c JOIN of_former f USING (_row) WINDOW same AS (PARTITION BY c.successor, {key})
      )
      SELECT k.* EXCLUDE (formers, quanta, places), list_sort(k.formers) = n.formers AS complete,
        k.quanta * CAST(power(10, k.finest - k.places) AS HUGEINT) AS quanta,
        min(_row) OVER (PARTITION BY k.successor, {key}) AS first
      FROM keyed k JOIN needed n USING (successor)"""


def _spread_rows(feed: Feed, rows: str, out: Path) -> str:
    """SQL that writes what stays as it is or was not spread, and a figure per successor (refused if incomplete)."""
    columns = [c.name for c in feed.columns]
    number = "CAST(CAST({} AS VARCHAR) || 'e-' || CAST(finest AS VARCHAR) AS DOUBLE)"
    total, part = number.format("sum(b.quanta)"), number.format("b.quanta")
    unknown = "count(*) FILTER (b.value_status NOT IN ('present', 'nil'))"
    status = f"CASE WHEN {unknown} > 0 THEN 'missing' WHEN count(b.quanta) > 0 THEN 'present' ELSE 'nil' END"
    # What stood in the file, and what of it came here: 8001 → 540.
    brought = (
        f"coalesce(f.value_text, '') || CASE WHEN b.divided THEN coalesce(' → ' || {_plain(part)}, '') ELSE '' END"
    )
    summed = {
        "area": "b.successor",
        "value": f"CASE WHEN {unknown} = 0 THEN {total} END",
        "value_status": status,
        "value_text": f"string_agg({brought}, ' + ' ORDER BY f._row)",
        "area_name": "string_agg(f.said, ' + ' ORDER BY f._row)",
        "simulated": "bool_or(f.simulated)",
    }
    of_sum = ", ".join(f'{summed.get(c) or f"arg_min(f.{c}, f._row)"} AS "{c}"' for c in columns)
    kept = ", ".join(f'r."{c}"' for c in columns)
    said = f"string_agg(f.said || ': ' || {brought}, ' + ' ORDER BY f._row)"
    doubt = (
        f"struct_pack(clause := {literal(clause_of('place.split_weights'))}, \"column\" := 'value', raw := {said}, "
        f"reading := {_plain(summed['value'])}, "
        "code := CASE WHEN any_value(b.estimated) THEN 'place.split_weights' ELSE 'place.merged' END)"
    )
    problem = (
        f"struct_pack(clause := {literal(clause_of('place.part_only'))}, \"column\" := '{_AREA}', "
        f"raw := {said} || ' → ' || b.successor, code := 'place.part_only')"
    )
    not_spread = (
        "list_transform(_problems, lambda x: CASE WHEN x.code = 'place.split' AND a.indicator IS NULL THEN struct_pack("
        'clause := x.clause, "column" := x."column", raw := x.raw, code := \'place.split_ratio\') ELSE x END)'
    )
    other = f"list_filter(f._doubts, lambda x: x.\"column\" != '{_AREA}')"
    result = f"""
      SELECT {kept}, _row AS at_row, '' AS successor, _location, {not_spread} AS _problems, _doubts
      FROM {rows} r LEFT JOIN additive a ON a.indicator = r.indicator AND a.measure = r.measure
      WHERE _row NOT IN (SELECT _row FROM brought)
      UNION ALL
      SELECT {of_sum}, b.first, b.successor, string_agg(f._location, '; ' ORDER BY f._row),
        CASE WHEN any_value(b.complete) THEN [] ELSE [{problem}] END,
        flatten(list({other} ORDER BY f._row)) || CASE WHEN any_value(b.complete) THEN [{doubt}] ELSE [] END
      FROM brought b JOIN of_former f USING (_row) GROUP BY b.first, b.successor, b.finest"""
    numbered = "* EXCLUDE (at_row, successor), row_number() OVER (ORDER BY at_row, successor) AS _row"
    return (
        f"COPY (SELECT {numbered} FROM ({result}) ORDER BY at_row, successor) "
        f"TO {literal(str(out))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
    )


def _plain(number: str) -> str:
    """SQL: a number as text, whole ones without a decimal place."""
    return f"regexp_replace(CAST({number} AS VARCHAR), '\\.0$', '')"


def _notices(con: duckdb.DuckDBPyConnection, found: Spreading) -> list[Notice]:
    rows, stated, short = con.execute(
        "SELECT count(DISTINCT _row) FILTER (divided), "
        "count(DISTINCT (first, successor)) FILTER (complete AND estimated), "
        "count(DISTINCT (first, successor)) FILTER (NOT complete) "
        "FROM brought"
    ).fetchone() or (0, 0, 0)
    weights = found.weights
    text = Text(
        f"{rows} dòng của xã cũ đã bị chia được chia cho các xã mới theo {weights.title.vi} "
        f"(nguồn: {weights.source.vi}, mức tin cậy {weights.mark}); {stated} số liệu của xã mới là ước tính, "
        f"{short} số liệu bị giữ lại vì tệp chưa đủ các xã cũ đã nhập vào xã mới.",
        f"{rows} rows of divided former communes were spread over the new ones by {weights.title.en} "
        f"(source: {weights.source.en}, mark {weights.mark}); {stated} figures of new communes are estimates, "
        f"{short} are held because the file lacks other former communes that went into the new one.",
    )
    clause = clause_of("place.split_weights")
    return [*([Notice(text, clause=clause)] if rows else []), *_lacking(con, clause)]


def _lacking(con: duckdb.DuckDBPyConnection, clause: str) -> list[Notice]:
    """For each new commune that is not whole in any figure, the former communes that the file does not state for it."""
    found = con.execute(
        "SELECT successor, list_filter(any_value(n.formers), lambda x: NOT list_contains(list(DISTINCT b.former), x)) "
        "FROM brought b JOIN needed n USING (successor) WHERE NOT complete GROUP BY 1 ORDER BY 1"
    ).fetchall()
    labels = {f.code: f"{f.label}, {f.code}" for f in former_communes()}
    notices = []
    for successor, missing in found[:_NOTICED]:
        listed = "; ".join(labels[code] for code in missing)
        if listed:
            vi, en = f"Xã mới {successor}: tệp thiếu {listed}.", f"New commune {successor}: the file lacks {listed}."
            notices.append(Notice(Text(vi, en), clause=clause))
    return notices
