"""What a typed column is in SQL, and the cleaning that every text goes through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ioc_pipeline.read.records.raw_table import RawTable, identifier, literal


@dataclass(frozen=True)
class TypedColumn:
    """SQL for one column: `value` in the contract's type, `problem` and `doubt`, codes or NULL.

    `steps`: helper columns, level by level; a level may use the levels before it. `t_<name>` is the cleaned text,
    `k_<name>` the kind; a value expression uses steps only.
    """

    name: str
    value: str
    problem: str
    doubt: str | None = None
    steps: tuple[dict[str, str], ...] = ({},)
    raw: str | None = None  # what stood in the file, where computing it for every row would be dear; else `t_<name>`


def full(text: str, pattern: str) -> str:
    """SQL: the whole text matches the pattern."""
    return f"regexp_full_match({text}, {literal(pattern)})"


_INNER = r"[!-~\x{A1}-\x{AC}\x{AE}-\x{2FF}\x{1E00}-\x{1EFF}\x{2010}-\x{2027}\x{2030}-\x{205E}]+"
_CLEAN = f"{_INNER}(?: {_INNER})*"
"""Characters that NFC leaves alone and single inner spaces: most values never need the slow functions. A full match is
half the cost of a search, and the one form that DuckDB asks of a dictionary's entries instead of every row."""


def needs_cleaning(text: str) -> str:
    """SQL: cleaning would change the text."""
    return f"NOT {full(text, _CLEAN)}"


def cleaned(text: str) -> str:
    """SQL: NFC, no zero-width characters, special spaces as spaces, runs of spaces reduced, trimmed; '' → NULL."""
    slow = (
        f"regexp_replace(regexp_replace(nfc_normalize({text}), '[\\x{{200B}}\\x{{200C}}\\x{{200D}}\\x{{2060}}"
        f"\\x{{FEFF}}\\x{{00AD}}]', '', 'g'), "
        f"'[ \\t\\x{{00A0}}\\x{{1680}}\\x{{2000}}-\\x{{200A}}\\x{{202F}}\\x{{205F}}\\x{{3000}}]+', ' ', 'g')"
    )
    return f"CASE WHEN {full(text, _CLEAN)} THEN {text} ELSE nullif(trim({slow}, e' \\r\\n'), '') END"


def converted(raw: RawTable, conversions: Sequence[TypedColumn]) -> str:
    """FROM clause of the records with every helper column, value (`v_`), problem (`p_`) and doubt (`d_`)."""
    broken = raw.broken or "NULL::VARCHAR"
    source = (
        f"(SELECT *, file_row_number + 1 AS _row, {raw.location} AS _location, {broken} AS _raw_record "
        f"FROM {raw.source})"
    )
    for level in range(max((len(c.steps) for c in conversions), default=0)):
        steps = [step for c in conversions if level < len(c.steps) for step in c.steps[level].items()]
        if steps:
            source = f"(SELECT *, {', '.join(f'{sql} AS {identifier(alias)}' for alias, sql in steps)} FROM {source})"
    values = [
        f'{c.value} AS "v_{c.name}", {c.problem} AS "p_{c.name}", {c.doubt or "NULL::VARCHAR"} AS "q_{c.name}"'
        for c in conversions
    ]
    return f"(SELECT *, {', '.join(values)} FROM {source})" if values else source
