"""The expectation types a suite may name: which columns they speak of and which result they give.

Names and keyword arguments are those of Great Expectations 1.24 (`great_expectations/expectations/core`), listed here
because importing Great Expectations takes seconds. A contract test compares this list with the installed package.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Types that judge each row: kwargs that hold one column name or a list of them.
COLUMN_MAP = frozenset(
    {
        "expect_column_value_lengths_to_be_between",
        "expect_column_value_lengths_to_equal",
        "expect_column_value_z_scores_to_be_less_than",
        "expect_column_values_to_be_between",
        "expect_column_values_to_be_dateutil_parseable",
        "expect_column_values_to_be_decreasing",
        "expect_column_values_to_be_in_set",
        "expect_column_values_to_be_in_type_list",
        "expect_column_values_to_be_increasing",
        "expect_column_values_to_be_json_parseable",
        "expect_column_values_to_be_null",
        "expect_column_values_to_be_of_type",
        "expect_column_values_to_be_unique",
        "expect_column_values_to_match_json_schema",
        "expect_column_values_to_match_like_pattern",
        "expect_column_values_to_match_like_pattern_list",
        "expect_column_values_to_match_regex",
        "expect_column_values_to_match_regex_list",
        "expect_column_values_to_match_strftime_format",
        "expect_column_values_to_not_be_in_set",
        "expect_column_values_to_not_be_null",
        "expect_column_values_to_not_be_outliers",
        "expect_column_values_to_not_match_like_pattern",
        "expect_column_values_to_not_match_like_pattern_list",
        "expect_column_values_to_not_match_regex",
        "expect_column_values_to_not_match_regex_list",
    }
)
PAIR_MAP = frozenset(
    {
        "expect_column_pair_values_a_to_be_greater_than_b",
        "expect_column_pair_values_to_be_equal",
        "expect_column_pair_values_to_be_in_set",
    }
)
MULTICOLUMN_MAP = frozenset(
    {
        "expect_compound_columns_to_be_unique",
        "expect_multicolumn_sum_to_equal",
        "expect_multicolumn_values_to_be_equal",
        "expect_multicolumn_values_to_be_unique",
        "expect_select_column_values_to_be_unique_within_record",
    }
)
COLUMN_AGGREGATE = frozenset(
    {
        "expect_column_bootstrapped_ks_test_p_value_to_be_greater_than",
        "expect_column_chisquare_test_p_value_to_be_greater_than",
        "expect_column_distinct_values_to_be_in_set",
        "expect_column_distinct_values_to_contain_set",
        "expect_column_distinct_values_to_equal_set",
        "expect_column_kl_divergence_to_be_less_than",
        "expect_column_max_to_be_between",
        "expect_column_mean_to_be_between",
        "expect_column_median_to_be_between",
        "expect_column_min_to_be_between",
        "expect_column_most_common_value_to_be_in_set",
        "expect_column_pair_cramers_phi_value_to_be_less_than",
        "expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than",
        "expect_column_proportion_of_non_null_values_to_be_between",
        "expect_column_proportion_of_unique_values_to_be_between",
        "expect_column_quantile_values_to_be_between",
        "expect_column_stdev_to_be_between",
        "expect_column_sum_to_be_between",
        "expect_column_type_to_be",
        "expect_column_unique_value_count_to_be_between",
    }
)
TABLE = frozenset(
    {
        "expect_column_to_exist",
        "expect_query_results_to_match_comparison",
        "expect_table_column_count_to_be_between",
        "expect_table_column_count_to_equal",
        "expect_table_columns_to_match_ordered_list",
        "expect_table_columns_to_match_set",
        "expect_table_row_count_to_be_between",
        "expect_table_row_count_to_equal",
        "expect_table_row_count_to_equal_other_table",
        "unexpected_rows_expectation",
    }
)
ROW_TYPES = COLUMN_MAP | PAIR_MAP | MULTICOLUMN_MAP
KNOWN = ROW_TYPES | COLUMN_AGGREGATE | TABLE

#: Types whose column need not exist: they ask exactly that.
ASKS_FOR_COLUMNS = frozenset(
    {
        "expect_column_to_exist",
        "expect_table_columns_to_match_set",
        "expect_table_columns_to_match_ordered_list",
    }
)


def may_be_row_level(type_: str) -> bool:
    """True when the type can name its failing rows (a SQL rule does so through a column `_row`)."""
    return type_ in ROW_TYPES or type_ == "unexpected_rows_expectation"


def columns_of(type_: str, kwargs: Mapping[str, Any]) -> tuple[str, ...]:
    """Columns of the feed an expectation reads, its row condition included."""
    names: list[str] = []
    if type_ not in ASKS_FOR_COLUMNS:
        for key in ("column", "column_A", "column_B"):
            if isinstance(kwargs.get(key), str):
                names.append(kwargs[key])
        for name in kwargs.get("column_list") or ():
            if isinstance(name, str):
                names.append(name)
    names.extend(_condition_columns(kwargs.get("row_condition")))
    return tuple(dict.fromkeys(names))


def _condition_columns(condition: Any) -> list[str]:
    if isinstance(condition, Mapping):
        column = condition.get("column")
        own = [column["name"]] if isinstance(column, Mapping) and "name" in column else []
        return own + [name for part in condition.get("conditions") or () for name in _condition_columns(part)]
    return []


def title_column(type_: str, kwargs: Mapping[str, Any]) -> str | None:
    """The column shown beside a result: one name, or several joined by a comma."""
    if type_ == "expect_column_to_exist":
        return str(kwargs.get("column"))
    shown = {key: value for key, value in kwargs.items() if key != "row_condition"}
    return ", ".join(columns_of(type_, shown)) or None
