"""Table-level expectations as SQL aggregates with a judge in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ioc_pipeline.validate.bounds import within
from ioc_pipeline.validate.references import is_system
from ioc_pipeline.validate.rules import AggregateRule, NotCompiled, Rule, Verdict
from ioc_pipeline.validate.sql_text import members, name
from ioc_pipeline.validate.suite import Expectation

Builder = Callable[[Expectation, "str | None", Mapping[str, str]], Rule]


def _bounded(template: str) -> Builder:
    def build(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
        aggregate = template.format(column=name(e.kwargs["column"])) if "column" in e.kwargs else template
        return AggregateRule(e, domain, (aggregate,), lambda value: within(value, e.kwargs))

    return build


def _row_count_equals(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    expected = e.kwargs["value"]
    return AggregateRule(e, domain, ("count(*)",), lambda count: Verdict(count == expected, count))


def _proportion_of_non_null(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    def judge(rows: int, filled: int) -> Verdict:
        return within(filled / rows if rows else 0, e.kwargs)

    return AggregateRule(e, domain, ("count(*)", f"count({name(e.kwargs['column'])})"), judge)


def _unique_count(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    column = e.kwargs["column"]
    return AggregateRule(
        e, domain, (f"count({name(column)})",), lambda count: within(count, e.kwargs), values_of=column
    )


def _proportion_of_unique(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    column = e.kwargs["column"]

    def judge(distinct: int, filled: int | None) -> Verdict:
        return within(distinct / int(filled) if filled else 0, e.kwargs)

    aggregates = (f"count({name(column)})", f"sum(_n) FILTER (WHERE {name(column)} IS NOT NULL)")
    return AggregateRule(e, domain, aggregates, judge, values_of=column)


def _distinct(unexpected_counts: bool, missing_counts: bool) -> Builder:
    """Distinct values against a set: `in_set` forbids strangers, `contain_set` absences, `equal_set` both."""

    def build(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
        column, values = e.kwargs["column"], list(e.kwargs.get("value_set") or [])
        if None in values:
            raise NotCompiled("null in the value set of a distinct-values expectation")
        subject = name(column)
        inside = f"{subject} IN ({members(values, types[column])})" if values else "FALSE"
        stranger = f"{subject} IS NOT NULL AND NOT ({inside})"
        aggregates = (
            f"count(*) FILTER (WHERE {stranger})",
            f"min({subject}, 3) FILTER (WHERE {stranger})",
            f"count(*) FILTER (WHERE {inside})",
            f"list({subject}) FILTER (WHERE {inside})",
        )

        def judge(strangers: int, examples: list[Any] | None, found: int, present: list[Any] | None) -> Verdict:
            absent = len(values) - found
            observed: dict[str, Any] = {}
            if unexpected_counts:
                observed |= {"unexpected_count": strangers, "unexpected": _plain(examples)}
            if missing_counts:
                shown = {str(value) for value in present or ()}
                lacking = [value for value in values if str(value) not in shown][:10]
                observed |= {"missing_count": absent, "missing": _plain(lacking)}
            wrong = (strangers if unexpected_counts else 0) + (absent if missing_counts else 0)
            return Verdict(wrong == 0, observed, wrong)

        return AggregateRule(e, domain, aggregates, judge, values_of=column)

    return build


def _plain(values: list[Any] | None) -> list[Any]:
    return [v if isinstance(v, (str, int, float, bool)) else str(v) for v in values or ()]


def _own(types: Mapping[str, str]) -> list[str]:
    return [column for column in types if not is_system(column)]


def _column_exists(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    wanted, index, columns = e.kwargs["column"], e.kwargs.get("column_index"), _own(types)
    place = columns.index(wanted) if wanted in columns else None
    success = place is not None and index in (None, 0, place)
    return AggregateRule(e, domain, ("count(*)",), lambda _: Verdict(success, None))


def _columns_match_set(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    """Unquoted names match without case, quoted ones exactly; the reader's own columns are left out."""
    wanted = set(e.kwargs["column_set"] or ())
    quoted = {w[1:-1] for w in wanted if w.startswith('"') and w.endswith('"')}
    folded = {w.lower() for w in wanted if w.strip('"') == w}
    actual = _own(types)
    extra = sorted(c for c in actual if c not in quoted and c.lower() not in folded)
    missing = sorted(quoted - set(actual)) + sorted(folded - {c.lower() for c in actual})
    success = not missing and (not extra or not e.kwargs.get("exact_match", True))
    observed = {"missing": missing, "unexpected": extra}
    verdict = Verdict(success, observed, len(missing) + len(extra))
    return AggregateRule(e, domain, ("count(*)",), lambda _: verdict)


def _column_count(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    if "strict_min" in e.kwargs or "strict_max" in e.kwargs:
        raise ValueError("strict_min and strict_max do not apply to a number of columns")
    count = len(_own(types))
    verdict = Verdict(count == e.kwargs["value"], count) if "value" in e.kwargs else within(count, e.kwargs)
    return AggregateRule(e, domain, ("count(*)",), lambda _: verdict)


BUILDERS: dict[str, Builder] = {
    "expect_table_row_count_to_be_between": _bounded("count(*)"),
    "expect_table_row_count_to_equal": _row_count_equals,
    "expect_column_min_to_be_between": _bounded("min({column})"),
    "expect_column_max_to_be_between": _bounded("max({column})"),
    "expect_column_mean_to_be_between": _bounded("avg(1.0::DOUBLE * {column})"),
    "expect_column_sum_to_be_between": _bounded("sum({column})"),
    "expect_column_proportion_of_non_null_values_to_be_between": _proportion_of_non_null,
    "expect_column_unique_value_count_to_be_between": _unique_count,
    "expect_column_proportion_of_unique_values_to_be_between": _proportion_of_unique,
    "expect_column_distinct_values_to_be_in_set": _distinct(True, False),
    "expect_column_distinct_values_to_contain_set": _distinct(False, True),
    "expect_column_distinct_values_to_equal_set": _distinct(True, True),
    "expect_column_to_exist": _column_exists,
    "expect_table_column_count_to_be_between": _column_count,
    "expect_table_column_count_to_equal": _column_count,
    "expect_table_columns_to_match_set": _columns_match_set,
}
