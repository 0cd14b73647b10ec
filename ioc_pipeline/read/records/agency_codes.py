r"""Agency codes in the older form (`000.00.00.H32`) and today's (`H32`, `H32.05`) → one form, where that is certain.

The older form reads from the right, its unused levels are zeros: with none used it is the level-1 code itself. Lower
levels do not convert by their digits (a unit may be `05` in one and `242` in the other): such a code becomes today's
only if the list `reference/agencies.yaml` has it as an alias; otherwise it stays as it stands, for the suite to judge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ioc_pipeline.contracts.model import CodeList
from ioc_pipeline.read.records.raw_table import literal
from ioc_pipeline.read.values.code_names import code_names

_OLDER = r"\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}"
_WHOLE = r"000\.00\.00\.[A-Z][0-9]{2}"


def older_forms(agencies: CodeList | None) -> dict[str, str]:
    """Codes of the older form that the list of agencies knows as aliases → today's code."""
    names = code_names(agencies) if agencies else {}
    return {spelling.upper(): code for spelling, code in names.items() if re.fullmatch(_OLDER, spelling.upper())}


def agency_code(text: str, listed: Mapping[str, str]) -> str:
    """One form of an agency code; `listed`: what `older_forms` gives."""
    return text[-3:] if re.fullmatch(_WHOLE, text) else listed.get(text, text)


def agency_sql(text: str, listed: Mapping[str, str]) -> str:
    """SQL of `agency_code`; codes of today's form, which most are, cost one look at their first character."""
    known = " ".join(f"WHEN {literal(older)} THEN {literal(code)}" for older, code in listed.items())
    other = f"CASE {text} {known} ELSE {text} END" if known else text
    whole = f"regexp_full_match({text}, {literal(_WHOLE)})"
    old = f"CASE WHEN {whole} THEN right({text}, 3) ELSE {other} END"
    return f"CASE WHEN starts_with({text}, '0') THEN {old} ELSE {text} END"
