"""Expectations → pieces of DuckDB SQL, with the semantics of stock Great Expectations over SQLAlchemy.

Nothing is executed here. An expectation becomes one of

- `RowRule`: a predicate that is true on a failing row, and the rows it considers;
- `UniqueRule`: a key whose duplicate groups fail;
- `AggregateRule`: SQL aggregates, judged in Python;
- `QueryRule`: a SELECT whose rows fail.

Semantics kept on purpose (a null predicate is *not* a failure; each was read in the installed source and is held by
the differential test): map rules over a column skip nulls; pair and multicolumn rules skip by `ignore_row_if`, whose
defaults (`both_values_are_missing`, `all_values_are_missing`) are not in the suite's JSON; uniqueness skips keys
with a null part and counts every row of a duplicate group; `None` in a value set is ignored; an empty set fails every
value for `in_set` and none for `not_in_set`; bounds on text or boolean columns are an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ioc_pipeline.validate import aggregates
from ioc_pipeline.validate.bounds import check_order, outside
from ioc_pipeline.validate.catalogue import columns_of
from ioc_pipeline.validate.conditions import ConditionUnsupported
from ioc_pipeline.validate.conditions import predicate as condition_predicate
from ioc_pipeline.validate.rules import NotCompiled, QueryRule, RowRule, Rule, UniqueRule
from ioc_pipeline.validate.sql_guard import columns_read, plain_filter, refusal
from ioc_pipeline.validate.sql_text import literal, members, name
from ioc_pipeline.validate.suite import Expectation


def compile_expectation(expectation: Expectation, types: Mapping[str, str]) -> Rule:
    """The SQL of one bound expectation over columns of DuckDB `types`.

    Raises `NotCompiled` where Great Expectations itself must run, and ValueError, TypeError or KeyError where the
    expectation is wrong (missing argument, bounds both absent or crossed, unknown column).
    """
    builder = _BUILDERS.get(expectation.type)
    if builder is None:
        raise NotCompiled(expectation.type)
    for column in columns_of(expectation.type, expectation.kwargs):
        if column not in types:
            raise KeyError(f"no column {column!r}")
    try:
        domain = condition_predicate(expectation.kwargs)
    except ConditionUnsupported as error:
        raise NotCompiled(str(error)) from error
    return builder(expectation, domain, types)


def compiled_types() -> frozenset[str]:
    """Types that run as SQL."""
    return frozenset(_BUILDERS)


# --- rules over one column ------------------------------------------------------------------------------------------


def _column_rule(
    e: Expectation, domain: str | None, unexpected: str, *, by_value: bool = False, skip_null: bool = True
) -> RowRule:
    column = str(e.kwargs["column"])
    considered = f"{name(column)} IS NOT NULL" if skip_null else None
    filled = (column,) if skip_null else ()
    return RowRule(e, domain, considered, unexpected, column, by_value and domain is None, filled)


def _not_null(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    return _column_rule(e, domain, f"{name(e.kwargs['column'])} IS NULL", skip_null=False)


def _null(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    return _column_rule(e, domain, f"{name(e.kwargs['column'])} IS NOT NULL", skip_null=False)


def _value_set(e: Expectation) -> list[Any] | None:
    values = e.kwargs.get("value_set")
    return None if values is None else [value for value in values if value is not None]


def _in_set(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    values = _value_set(e)
    if values is None:
        return _column_rule(e, domain, "FALSE")
    column = e.kwargs["column"]
    unexpected = f"{name(column)} NOT IN ({members(values, types[column])})" if values else "TRUE"
    return _column_rule(e, domain, unexpected, by_value=True)


def _not_in_set(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    values = _value_set(e)
    column = e.kwargs["column"]
    unexpected = f"{name(column)} IN ({members(values, types[column])})" if values else "FALSE"
    return _column_rule(e, domain, unexpected, by_value=True)


def _matches(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    match = f"regexp_matches({name(e.kwargs['column'])}, {literal(e.kwargs['regex'])})"
    return _column_rule(e, domain, f"NOT {match}", by_value=True)


def _not_matches(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    match = f"regexp_matches({name(e.kwargs['column'])}, {literal(e.kwargs['regex'])})"
    return _column_rule(e, domain, match, by_value=True)


def _any_of(e: Expectation) -> list[str]:
    patterns = list(e.kwargs["regex_list"])
    if not patterns:
        raise ValueError("at least one pattern must be in regex_list")
    return [f"regexp_matches({name(e.kwargs['column'])}, {literal(pattern)})" for pattern in patterns]


def _matches_list(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    choice = e.kwargs.get("match_on", "any")
    if choice not in ("any", "all"):
        raise ValueError("match_on must be any or all")
    joined = (" OR " if choice == "any" else " AND ").join(_any_of(e))
    return _column_rule(e, domain, f"NOT ({joined})", by_value=True)


def _not_matches_list(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    return _column_rule(e, domain, " OR ".join(_any_of(e)), by_value=True)


def _between(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    check_order(e.kwargs)
    type_ = types[e.kwargs["column"]]
    if type_.startswith(("VARCHAR", "BOOLEAN", "BIT")):
        raise TypeError(f"bounds cannot be applied to a column of type {type_}")
    return _column_rule(e, domain, outside(name(e.kwargs["column"]), e.kwargs))


def _length(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    return _column_rule(e, domain, outside(f"length({name(e.kwargs['column'])})", e.kwargs, whole=True), by_value=True)


def _length_equals(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    unexpected = f"length({name(e.kwargs['column'])}) <> {literal(e.kwargs['value'])}"
    return _column_rule(e, domain, unexpected, by_value=True)


def _unique(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    column = str(e.kwargs["column"])
    return UniqueRule(e, domain, f"{name(column)} IS NOT NULL", (column,), (column,))


# --- rules over several columns -------------------------------------------------------------------------------------


def _considered(e: Expectation, columns: list[str], defaults: tuple[str, str, str]) -> str | None:
    """Rows left by `ignore_row_if`; `defaults` name the values for all missing (the default), any missing, none."""
    everything, anything, nothing = defaults
    choice = e.kwargs.get("ignore_row_if", everything)
    nulls = [f"{name(c)} IS NULL" for c in columns]
    if choice == everything:
        return f"NOT ({' AND '.join(nulls)})"
    if choice == anything:
        return f"NOT ({' OR '.join(nulls)})"
    if choice == nothing:
        return None
    raise ValueError(f"unrecognized value of ignore_row_if ({choice!r})")


def _filled(e: Expectation, columns: list[str], any_missing: str) -> tuple[str, ...]:
    return tuple(columns) if e.kwargs.get("ignore_row_if") == any_missing else ()


_PAIR = ("both_values_are_missing", "either_value_is_missing", "neither")
_MANY = ("all_values_are_missing", "any_value_is_missing", "never")


def _pair(e: Expectation, domain: str | None, unexpected: str) -> Rule:
    columns = [e.kwargs["column_A"], e.kwargs["column_B"]]
    return RowRule(e, domain, _considered(e, columns, _PAIR), unexpected, filled=_filled(e, columns, _PAIR[1]))


def _pair_greater(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    a, b = name(e.kwargs["column_A"]), name(e.kwargs["column_B"])
    expected = f"{a} >= {b} OR ({a} IS NULL AND {b} IS NULL)" if e.kwargs.get("or_equal") else f"{a} > {b}"
    return _pair(e, domain, f"NOT ({expected})")


def _pair_equal(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    a, b = name(e.kwargs["column_A"]), name(e.kwargs["column_B"])
    return _pair(e, domain, f"NOT ({a} = {b} AND NOT ({a} IS NULL OR {b} IS NULL))")


def _column_list(e: Expectation) -> list[str]:
    columns = list(e.kwargs["column_list"])
    if len(columns) < 2:
        raise ValueError("column_list must contain at least 2 columns")
    return columns


def _sum_equals(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    columns = _column_list(e)
    total = " + ".join(name(column) for column in columns)
    return RowRule(e, domain, _considered(e, columns, _MANY), f"{total} <> {literal(e.kwargs['sum_total'])}")


def _unique_within_record(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    columns = _column_list(e)
    same = [
        f"{name(a)} = {name(b)} OR ({name(a)} IS NULL AND {name(b)} IS NULL)"
        for i, a in enumerate(columns)
        for b in columns[i + 1 :]
    ]
    return RowRule(e, domain, _considered(e, columns, _MANY), " OR ".join(same))


def _compound_unique(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    columns = _column_list(e)
    return UniqueRule(e, domain, _considered(e, columns, _MANY), tuple(columns))


def _query(e: Expectation, domain: str | None, types: Mapping[str, str]) -> Rule:
    query = str(e.kwargs["unexpected_rows_query"]).rstrip("; \t\r\n")
    reason = refusal(query)
    if reason is not None:
        raise ValueError(reason.en)
    predicate = plain_filter(query)
    if predicate is None:
        return QueryRule(e, query)
    read = columns_read(query)
    one = next(iter(read)) if len(read) == 1 and read <= set(types) else None
    return RowRule(e, None, None, predicate, one, by_value=one is not None)


_BUILDERS: dict[str, aggregates.Builder] = {
    **aggregates.BUILDERS,
    "expect_column_values_to_not_be_null": _not_null,
    "expect_column_values_to_be_null": _null,
    "expect_column_values_to_be_in_set": _in_set,
    "expect_column_values_to_not_be_in_set": _not_in_set,
    "expect_column_values_to_match_regex": _matches,
    "expect_column_values_to_not_match_regex": _not_matches,
    "expect_column_values_to_match_regex_list": _matches_list,
    "expect_column_values_to_not_match_regex_list": _not_matches_list,
    "expect_column_values_to_be_between": _between,
    "expect_column_values_to_be_unique": _unique,
    "expect_column_value_lengths_to_be_between": _length,
    "expect_column_value_lengths_to_equal": _length_equals,
    "expect_column_pair_values_a_to_be_greater_than_b": _pair_greater,
    "expect_column_pair_values_to_be_equal": _pair_equal,
    "expect_multicolumn_sum_to_equal": _sum_equals,
    "expect_select_column_values_to_be_unique_within_record": _unique_within_record,
    "expect_compound_columns_to_be_unique": _compound_unique,
    "unexpected_rows_expectation": _query,
}
