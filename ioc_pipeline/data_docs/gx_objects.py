"""Suites and stored results as Great Expectations' own objects, for its renderers.

Great Expectations has no third verdict: a rule that could not be decided is given to it as one that raised, with our
reason as the message, so that its page shows neither a pass nor a failure.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.validate.suite import Expectation, Suite

LONGEST_LIST = 12
"""Values of a code list that a page shows."""


def _quiet() -> None:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")


def notes(expectation: Expectation) -> list[str]:
    """How to fix, and the rule itself as the suite states it (Markdown)."""
    kwargs = {name: _shortened(value) for name, value in expectation.kwargs.items()}
    return [
        f"Cách sửa: {expectation.fix.vi} *How to fix: {expectation.fix.en}*",
        f"`{expectation.id}` · `{expectation.type}` · `{json.dumps(kwargs, ensure_ascii=False)}`",
    ]


def configuration(expectation: Expectation, *, with_fix: bool = False) -> Any:
    """`ExpectationConfiguration` with our words: clause and why as its description, fix and rule as its notes.

    Pages of results show no notes: `with_fix` puts the fix into the description.
    """
    _quiet()
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.expectations.metadata_types import FailureSeverity

    words = f"[{expectation.clause}] {expectation.why.vi} · {expectation.why.en}"
    if with_fix:
        words += f" — Cách sửa: {expectation.fix.vi} · How to fix: {expectation.fix.en}"
    return ExpectationConfiguration(
        type=expectation.type,
        kwargs={name: _shortened(value) for name, value in expectation.kwargs.items()},
        severity=FailureSeverity(expectation.severity),
        description=words.replace("$", "$$"),
        notes=notes(expectation),
        meta={"id": expectation.id, "clause": expectation.clause},
    )


def _shortened(value: Any) -> Any:
    if isinstance(value, list) and len(value) > LONGEST_LIST:
        return [*value[:LONGEST_LIST], f"… ({len(value)})"]
    return value


def expectation_suite(feed: Feed, suite: Suite) -> Any:
    """`ExpectationSuite` of a feed."""
    _quiet()
    from great_expectations.core import ExpectationSuite

    made = ExpectationSuite(
        name=feed.id,
        notes=[f"{feed.title.vi} · *{feed.title.en}*", f"{feed.owner.vi} · *{feed.owner.en}*"],
    )
    made.expectations = [configuration(e).to_domain_obj() for e in suite.expectations]
    return made


def suite_result(
    feed: Feed, suite: Suite, delivery: Mapping[str, Any], stored: Sequence[Mapping[str, Any]]
) -> tuple[Any, list[str]]:
    """`ExpectationSuiteValidationResult` of one delivery from the results stored then, and the ids of rules that the
    suite no longer has (they have no page form)."""
    _quiet()
    from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult

    rules = {e.id: e for e in suite.expectations}
    known = [row for row in stored if row["expectation_id"] in rules]
    results = [_result(rules[row["expectation_id"]], row) for row in known]
    passed = sum(row["success"] is True for row in known)
    decided = sum(row["success"] is not None for row in known)
    made = ExpectationSuiteValidationResult(
        success=decided > 0 and passed == decided,
        results=results,
        suite_name=feed.id,
        statistics={
            "evaluated_expectations": decided,
            "successful_expectations": passed,
            "unsuccessful_expectations": decided - passed,
            "success_percent": 100.0 * passed / decided if decided else None,
        },
        meta={
            "great_expectations_version": _version(),
            "run_id": {"run_name": delivery["file_name"], "run_time": delivery["received_at"].isoformat()},
            "validation_time": delivery["received_at"].isoformat(),
            "active_batch_definition": {"data_asset_name": delivery["file_name"]},
            "batch_spec": {
                "data_asset_name": delivery["file_name"],
                "delivery_id": delivery["delivery_id"],
                "sha256": delivery["sha256"],
            },
        },
    )
    return made, sorted({row["expectation_id"] for row in stored} - set(rules))


def _result(rule: Expectation, row: Mapping[str, Any]) -> Any:
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult

    evaluated, unexpected, missing = (int(row[c] or 0) for c in ("evaluated", "unexpected", "missing"))
    undecided = row["success"] is None
    result: dict[str, Any] = {}
    if not undecided:
        elements = evaluated + missing
        result = {
            "element_count": elements,
            "unexpected_count": unexpected,
            "unexpected_percent": 100.0 * unexpected / evaluated if evaluated else 0.0,
            "unexpected_percent_nonmissing": 100.0 * unexpected / evaluated if evaluated else 0.0,
            "missing_count": missing,
            "missing_percent": 100.0 * missing / elements if elements else 0.0,
            "partial_unexpected_list": [],
            "observed_value": _observed(row),
        }
    return ExpectationValidationResult(
        success=bool(row["success"]),
        expectation_config=configuration(rule, with_fix=row["success"] is False),
        result=result,
        meta={},
        exception_info={
            "raised_exception": undecided,
            "exception_message": f"{row['message_vi']} · {row['message_en']}" if undecided else None,
            "exception_traceback": "" if undecided else None,
        },
    )


def _observed(row: Mapping[str, Any]) -> Any:
    """What was observed; rules on rows have only words."""
    if row["observed"] is None:
        return f"{row['message_vi']} · {row['message_en']}"
    try:
        value = json.loads(row["observed"])
    except json.JSONDecodeError:
        return row["observed"]
    return value if isinstance(value, int | float | str) else json.dumps(value, ensure_ascii=False)


def _version() -> str:
    import great_expectations

    return str(great_expectations.__version__)
