"""Results in words, Vietnamese and English."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ioc_pipeline.messages import Text
from ioc_pipeline.validate.catalogue import may_be_row_level
from ioc_pipeline.validate.results import ERROR, NOTHING_TO_EVALUATE, Result
from ioc_pipeline.validate.rules import Finding
from ioc_pipeline.validate.suite import Expectation

#: What a failing row does wrong; `{c}` is the column, `{range}` the bounds.
_ROW_FAULTS: Mapping[str, tuple[str, str]] = {
    "expect_column_values_to_not_be_null": ("để trống cột {c}", "leave column {c} empty"),
    "expect_column_values_to_be_null": (
        "có giá trị ở cột {c} dù phải để trống",
        "fill column {c}, which must be empty",
    ),
    "expect_column_values_to_be_in_set": (
        "có cột {c} không thuộc danh mục",
        "have a {c} that is not in the list",
    ),
    "expect_column_values_to_not_be_in_set": ("có cột {c} mang giá trị bị cấm", "have a forbidden value in {c}"),
    "expect_column_values_to_match_regex": ("có cột {c} không đúng mẫu", "have a {c} that does not fit the pattern"),
    "expect_column_values_to_not_match_regex": (
        "có cột {c} rơi vào mẫu không được phép",
        "have a {c} that fits a forbidden pattern",
    ),
    "expect_column_values_to_match_regex_list": (
        "có cột {c} không đúng các mẫu quy định",
        "have a {c} that does not fit the patterns",
    ),
    "expect_column_values_to_not_match_regex_list": (
        "có cột {c} rơi vào mẫu không được phép",
        "have a {c} that fits a forbidden pattern",
    ),
    "expect_column_values_to_be_between": (
        "có cột {c} ngoài khoảng {range}",
        "have a {c} outside {range}",
    ),
    "expect_column_values_to_be_unique": ("trùng nhau ở cột {c}", "repeat a {c}"),
    "expect_compound_columns_to_be_unique": ("trùng nhau ở bộ cột ({c})", "repeat the key ({c})"),
    "expect_column_value_lengths_to_be_between": (
        "có cột {c} dài ngoài khoảng {range} ký tự",
        "have a {c} whose length is outside {range}",
    ),
    "expect_column_value_lengths_to_equal": ("có cột {c} sai độ dài", "have a {c} of the wrong length"),
    "expect_column_pair_values_a_to_be_greater_than_b": (
        "có {a} trước hoặc nhỏ hơn {b}",
        "have {a} before or below {b}",
    ),
    "expect_column_pair_values_to_be_equal": ("có {a} khác {b}", "have {a} different from {b}"),
    "expect_multicolumn_sum_to_equal": ("có tổng các cột ({c}) sai", "have a wrong sum of ({c})"),
    "expect_select_column_values_to_be_unique_within_record": (
        "lặp cùng một giá trị ở các cột ({c})",
        "repeat one value across ({c})",
    ),
    "unexpected_rows_expectation": ("vi phạm quy tắc “{why}”", "break the rule “{why}”"),
}
_ASKED: Mapping[str, tuple[str, str]] = {
    "expect_table_row_count_to_be_between": ("số dòng", "number of rows"),
    "expect_table_row_count_to_equal": ("số dòng", "number of rows"),
    "expect_table_column_count_to_be_between": ("số cột", "number of columns"),
    "expect_table_column_count_to_equal": ("số cột", "number of columns"),
    "expect_column_min_to_be_between": ("giá trị nhỏ nhất của {c}", "smallest {c}"),
    "expect_column_max_to_be_between": ("giá trị lớn nhất của {c}", "largest {c}"),
    "expect_column_mean_to_be_between": ("trung bình của {c}", "mean of {c}"),
    "expect_column_sum_to_be_between": ("tổng của {c}", "sum of {c}"),
    "expect_column_unique_value_count_to_be_between": ("số giá trị khác nhau của {c}", "distinct values of {c}"),
    "expect_column_proportion_of_unique_values_to_be_between": (
        "tỷ lệ giá trị khác nhau của {c}",
        "share of distinct values of {c}",
    ),
    "expect_column_proportion_of_non_null_values_to_be_between": ("tỷ lệ có giá trị của {c}", "share of filled {c}"),
}


def result_of(finding: Finding) -> Result:
    """Result of a finding, without feed, delivery and run (the caller adds them)."""
    e = finding.expectation
    judged_by_row = may_be_row_level(e.type)
    success, reason = finding.success, None
    if finding.error is not None:
        success, reason = None, ERROR
    elif judged_by_row and finding.evaluated == 0:
        success, reason = None, NOTHING_TO_EVALUATE
    return Result(
        feed="",
        delivery_id="",
        run_id="",
        clause=e.clause,
        expectation_id=e.id,
        expectation_type=e.type,
        column=e.column,
        level=e.level,
        severity=e.severity,
        success=success,
        evaluated=finding.evaluated,
        unexpected=finding.unexpected,
        missing=finding.missing,
        observed=None if finding.observed is None else json.dumps(finding.observed, ensure_ascii=False, default=str),
        message=_message(finding, reason),
        why=e.why,
        fix=e.fix,
        engine=finding.engine,
        reason=reason,
        examples=finding.examples,
    )


def _message(finding: Finding, reason: str | None) -> Text:
    e = finding.expectation
    if reason == ERROR:
        return Text(
            f"Chưa đủ cơ sở: không tính được quy tắc này ({finding.error})",
            f"Undetermined: the rule could not be computed ({finding.error})",
        )
    if reason == NOTHING_TO_EVALUATE:
        return Text(
            "Chưa đủ cơ sở: không có dòng nào để xét" + (f" ở cột {e.column}" if e.column else ""),
            "Undetermined: no row to judge" + (f" in {e.column}" if e.column else ""),
        )
    if not may_be_row_level(e.type):
        return _table_message(finding)
    if e.type == "unexpected_rows_expectation" and e.level == "table":
        return _query_message(finding)
    if finding.unexpected == 0:
        n = finding.evaluated
        return Text(f"Đạt: {count_vi(n)} dòng, không có lỗi", f"Passed: {count_en(n)} rows, no fault")
    fault_vi, fault_en = _ROW_FAULTS.get(e.type, ("không đạt quy tắc ở cột {c}", "fail the rule on {c}"))
    words = _names(e)
    vi = (
        f"{count_vi(finding.unexpected)}/{count_vi(finding.evaluated)} dòng "
        f"{fault_vi.format(**words, range=_range(e.kwargs, 'vi'), why=e.why.vi.rstrip('.'))}"
    )
    en = (
        f"{count_en(finding.unexpected)} of {count_en(finding.evaluated)} rows "
        f"{fault_en.format(**words, range=_range(e.kwargs, 'en'), why=e.why.en.rstrip('.'))}"
    )
    if finding.examples:
        shown = "; ".join(finding.examples[:3])
        vi, en = f"{vi} (ví dụ: {shown})", f"{en} (for example: {shown})"
    if finding.success:
        allowed = 100 * (1 - float(e.kwargs.get("mostly", 1)))
        vi, en = f"Đạt, trong mức cho phép {allowed:g} %: {vi}", f"Passed, within the {allowed:g} % allowed: {en}"
    return Text(vi, en)


def _query_message(finding: Finding) -> Text:
    if finding.success:
        return Text("Đạt: không phát hiện sai lệch", "Passed: no deviation found")
    shown = "; ".join(finding.examples[:3])
    vi = f"{count_vi(finding.unexpected)} sai lệch" + (f" (ví dụ: {shown})" if shown else "")
    en = f"{count_en(finding.unexpected)} deviations" + (f" (for example: {shown})" if shown else "")
    return Text(vi, en)


def _table_message(finding: Finding) -> Text:
    e, observed = finding.expectation, finding.observed
    vi, en = ("Đạt", "Passed") if finding.success else ("Không đạt", "Failed")
    if isinstance(observed, Mapping):
        parts_vi, parts_en = _set_parts(observed)
        subject = e.column or "bảng"
        return Text(
            f"{vi}: cột {subject}" + (", ".join(["", *parts_vi]) if parts_vi else ", đúng danh mục"),
            f"{en}: {e.column or 'table'}" + (", ".join(["", *parts_en]) if parts_en else ", as listed"),
        )
    asked = _ASKED.get(e.type)
    if asked is None or observed is None:
        none_vi = "" if asked is None else f": {asked[0].format(c=e.column)} chưa có giá trị"
        none_en = "" if asked is None else f": no {asked[1].format(c=e.column)}"
        return Text(vi + none_vi, en + none_en)
    subject_vi, subject_en = (words.format(c=e.column) for words in asked)
    wanted = e.kwargs.get("value")
    return Text(
        f"{vi}: {subject_vi} là {_shown(observed, 'vi')}, yêu cầu "
        + (_shown(wanted, "vi") if wanted is not None else _range(e.kwargs, "vi")),
        f"{en}: {subject_en} is {_shown(observed, 'en')}, required "
        + (_shown(wanted, "en") if wanted is not None else _range(e.kwargs, "en")),
    )


def _set_parts(observed: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    vi, en = [], []
    for key, word_vi, word_en in (("missing", "thiếu", "missing"), ("unexpected", "thừa", "unexpected")):
        items = list(observed.get(key) or ())
        number = observed.get(f"{key}_count", len(items))
        if number:
            shown = ", ".join(str(item) for item in items[:10])
            vi.append(f"{word_vi} {count_vi(number)} ({shown})")
            en.append(f"{word_en} {count_en(number)} ({shown})")
    return vi, en


def _names(e: Expectation) -> dict[str, str]:
    return {"c": e.column or "", "a": str(e.kwargs.get("column_A", "")), "b": str(e.kwargs.get("column_B", ""))}


def _range(kwargs: Mapping[str, Any], language: str) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    left = "(" if kwargs.get("strict_min") or low is None else "["
    right = ")" if kwargs.get("strict_max") or high is None else "]"
    first = "−∞" if low is None else _shown(low, language)
    last = "+∞" if high is None else _shown(high, language)
    return f"{left}{first}; {last}{right}"


def _shown(value: Any, language: str) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, int):
        return count_vi(value) if language == "vi" else count_en(value)
    text = f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.2f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def count_vi(number: int) -> str:
    """A count in Vietnamese style: 1.000."""
    return f"{number:,}".replace(",", ".")


def count_en(number: int) -> str:
    """A count in English style: 1,000."""
    return f"{number:,}"
