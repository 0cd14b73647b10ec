"""What an observation row says between the lines: period kind and end, value status, raw text of the value."""

from __future__ import annotations

from ioc_pipeline.read.records.raw_table import literal
from ioc_pipeline.read.values.number_marks import missing_marks

DERIVED = frozenset(
    {"period_kind", "period_end", "value_status", "value_text", "item", "item_name", "area_name", "agency", "numerator",
     "denominator", "source_table", "sheet", "cell", "simulated"}
)  # fmt: skip
"""Columns of the shape `observations` that a record file need not carry."""

PERIOD_CODE = r"\d{4}|\d{4}-H[12]|\d{4}-Q[1-4]|\d{4}-(0[1-9]|1[0-2])|\d{4}-\d{2}-\d{2}"
"""How the code of a period is written."""


def derived_values(available: frozenset[str], reader: dict[str, object]) -> dict[str, str]:
    """SQL over typed columns (`v_<name>`) and cleaned texts (`t_<name>`) for derivable columns."""
    period = "v_period"
    year = f"TRY_CAST({period}[1:4] AS INTEGER)"
    kinds = {
        "year": r"\d{4}", "half": r"\d{4}-H[12]", "quarter": r"\d{4}-Q[1-4]", "month": r"\d{4}-(0[1-9]|1[0-2])",
        "day": r"\d{4}-\d{2}-\d{2}",
    }  # fmt: skip
    matches = {kind: f"regexp_full_match({period}, {literal(pattern)})" for kind, pattern in kinds.items()}
    last = {
        "year": f"make_date({year}, 12, 31)",
        "half": f"last_day(make_date({year}, 6 * TRY_CAST({period}[7:7] AS INTEGER), 1))",
        "quarter": f"last_day(make_date({year}, 3 * TRY_CAST({period}[7:7] AS INTEGER), 1))",
        "month": f"last_day(make_date({year}, TRY_CAST({period}[6:7] AS INTEGER), 1))",
        "day": f"TRY_CAST({period} AS DATE)",
    }
    found: dict[str, str] = {}
    if "period_kind" not in available:
        found["period_kind"] = "CASE " + " ".join(f"WHEN {m} THEN {literal(k)}" for k, m in matches.items()) + " END"
    if "period_end" not in available:
        found["period_end"] = "CASE " + " ".join(f"WHEN {m} THEN {last[k]}" for k, m in matches.items()) + " END"
    if "value_text" not in available:
        found["value_text"] = "t_value"
    declared = {" ".join(str(m).lower().split()) for m in reader.get("missing", ()) or ()}  # type: ignore[attr-defined]
    nil = [m for m, code in missing_marks().items() if code == "nil" and m not in declared]
    status = (
        f"CASE WHEN v_value IS NOT NULL THEN 'present' WHEN p_value IS NOT NULL THEN NULL "
        f"WHEN lower(t_value) IN ({', '.join(map(literal, nil))}) THEN 'nil' ELSE 'missing' END"
    )
    found["value_status"] = f"coalesce(v_value_status, {status})" if "value_status" in available else status
    return found


def period_problem() -> str:
    """SQL: problem code of a period that is none of `2026`, `2026-H1`, `2026-Q3`, `2026-09`, `2026-09-30`."""
    unfit = "CASE WHEN o_period_unfit THEN 'period.unfit' ELSE 'period.unknown' END"
    return f"CASE WHEN v_period IS NOT NULL AND o_period_end IS NULL THEN {unfit} END"
