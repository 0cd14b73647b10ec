"""A card's own SQL by one more column: the parts are those of the whole, or it is refused with the reason."""

from __future__ import annotations

import duckdb
import pytest

from ioc_pipeline.compute.explain.exact import exact
from ioc_pipeline.compute.explain.expressions import card_formula
from ioc_pipeline.compute.explain.parts import CannotSplit
from ioc_pipeline.compute.explain.regroup import PART, by_area, grouped_by
from ioc_pipeline.lookup.rows_behind import rows_behind

OF = "SELECT $province AS area, ky AS period, "
ROWS = """CREATE TABLE t AS FROM (VALUES
  ('2026-01', 'a', '22363', true, 3), ('2026-01', 'a', '22366', false, 4), ('2026-01', 'b', NULL, NULL, 5),
  ('2026-02', 'b', '22363', true, 6), ('2026-02', NULL, '22363', true, NULL)
) AS r(ky, u, ma_xa, good, amount)"""


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as connection:
        connection.execute(ROWS)
        yield connection


SPLIT = [
    OF + "count_if(good) AS numerator, count(*) AS denominator FROM t GROUP BY ALL",
    OF + "coalesce(sum(amount), 0) - count_if(good) / 2 AS value FROM t GROUP BY 1, 2",
    OF + "sum(good) AS value FROM t GROUP BY ALL",
    OF + "count(*) FILTER (good) AS value FROM t AS x WHERE amount > 3 GROUP BY x.ky",
    "WITH c AS (SELECT ky, amount FROM t WHERE amount > 3) " + OF + "sum(amount) AS value FROM c GROUP BY ALL",
    "WITH m AS (SELECT DISTINCT ky AS month FROM t) SELECT $province AS area, month AS period, "
    "count_if(ky <= month) AS value FROM m, t GROUP BY ALL",
    OF + "count_if(n > 0) AS value FROM (SELECT ky, u, count(*) AS n FROM t GROUP BY ALL) GROUP BY ALL",
    OF + "sum(amount) AS value FROM t GROUP BY ALL UNION ALL SELECT ma_xa, ky, sum(amount) FROM t GROUP BY ALL",
]


@pytest.mark.parametrize("sql", SPLIT)
def test_the_parts_are_those_of_the_whole(con, sql):
    names = [d[0] for d in con.execute(sql, {"province": "56"}).description]
    value = next(n for n in names if n in ("numerator", "value"))
    whole = dict(con.execute(f"SELECT period, {value} FROM ({sql}) WHERE area = '56'", {"province": "56"}).fetchall())
    split = f"SELECT period, sum({value}) FROM ({grouped_by(sql, 'u', 't')}) GROUP BY ALL"
    assert {p: v or 0 for p, v in dict(con.execute(split, {"province": "56"}).fetchall()).items()} == {
        p: v or 0 for p, v in whole.items()
    }
    keys = con.execute(f"SELECT DISTINCT {PART} FROM ({grouped_by(sql, 'u', 't')})", {"province": "56"}).fetchall()
    assert len(keys) > 1


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELECT ma_xa AS area, ky AS period, amount AS value FROM t", "GROUP BY"),
        (OF + "avg(amount) AS value FROM t GROUP BY ALL", "AVG(amount)"),
        (OF + "count(DISTINCT u) AS value FROM t GROUP BY ALL", "add up"),
        (OF + "100 * sum(amount) / count(*) AS value FROM t GROUP BY ALL", "add up"),
        (OF + "sum(amount) AS value FROM t GROUP BY ALL HAVING count(*) > 1", "HAVING"),
        (OF + "sum(sum(amount)) OVER () AS value FROM t GROUP BY ALL", "window"),
        (OF + "count(*) AS value FROM t GROUP BY ALL LIMIT 5", "LIMIT"),
        ("SELECT ma_xa AS area, ky AS period, sum(amount) AS value FROM t GROUP BY ALL UNION ALL "
         "SELECT u, ky, sum(amount) FROM t GROUP BY ALL", "set operation"),
        (OF + "sum(n) AS value FROM (SELECT ky, count(*) AS n FROM t GROUP BY ALL) "
         "GROUP BY ALL", "does not read the column u"),
        ("SELECT $province AS area, a.ky AS period, count(*) AS value FROM t AS a JOIN t AS b USING (ky) GROUP BY ALL",
         "from 2 tables"),
    ],
)  # fmt: skip
def test_what_does_not_split_is_refused_with_the_reason(sql, why):
    with pytest.raises(CannotSplit) as refusal:
        grouped_by(sql, "u", "t")
    assert why in refusal.value.reason.en and refusal.value.reason.vi


def test_communes_of_a_formula_are_seen(con):
    assert by_area(SPLIT[0]) is None
    assert "COALESCE(COUNT_IF" in str(
        by_area("SELECT ma_xa AS area, ky AS period, count_if(good) AS value FROM t GROUP BY ALL")
    )


@pytest.mark.parametrize(
    "added", ["sum(DISTINCT amount)", "sum(amount ORDER BY u)", "sum(sum(amount)) OVER (PARTITION BY ma_xa)"]
)
def test_sums_of_more_than_an_expression_stay_as_they_are_written(con, added):
    sql = f"SELECT ma_xa AS area, ky AS period, {added} AS value FROM t GROUP BY ma_xa, ky"
    assert (
        con.execute(f"FROM ({by_area(sql)}) ORDER BY ALL").fetchall()
        == con.execute(f"FROM ({sql}) ORDER BY ALL").fetchall()
    )


def test_the_records_behind_a_value_are_those_it_counts(con):
    listing = rows_behind(SPLIT[0], "t", ["u"], period="2026-01", province="56")
    assert sorted(con.execute(listing).fetchall(), key=str) == [("a", False), ("a", True), ("b", None)]
    only = OF + "count_if(good) AS value FROM t WHERE $province = '56' GROUP BY ALL"
    assert con.execute(rows_behind(only, "t", ["u"], period="2026-01", province="56")).fetchall() == [("a",)]
    assert rows_behind("SELECT 1 AS area", "t", ["u"], period="2026", province="56") is None


def test_a_formula_over_cards_is_split_term_by_term():
    sql = (
        "SELECT a.area, a.period, 0.6 * a.value * b.value / 100 - c.value AS value "
        "FROM A AS a JOIN B AS b USING (area, period) JOIN C AS c USING (area, period)"
    )
    formula = card_formula(sql, ("A", "B", "C"), exact(100))
    assert formula is not None and formula.children == ("A", "B", "C")

    def cells(a, b, c):
        return {("A", "value"): exact(a), ("B", "value"): exact(b), ("C", "value"): exact(c)}

    found = formula.contributions(cells(50, 8, 1), cells(60, 10, 3))
    assert sum(found.values()) == formula.worth(cells(60, 10, 3)) - formula.worth(cells(50, 8, 1))
    assert found["C"] == -2 and found["A"] == exact("0.54") and found["B"] == exact("0.66")
    share = card_formula("SELECT area, period, value AS numerator, 4 AS denominator FROM A", ("A",), exact(100))
    assert share is not None and share.worth({("A", "value"): exact(3)}) == 75
    assert card_formula(SPLIT[0], ("A",), exact(100)) is None
    with pytest.raises(CannotSplit):
        card_formula("SELECT area, period, max(value) AS value FROM A GROUP BY ALL", ("A",), exact(100))
