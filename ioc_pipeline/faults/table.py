"""The fault table as Markdown: `docs/faults.md` is what this writes."""

from __future__ import annotations

from collections.abc import Sequence

from ioc_pipeline.faults.score import DOSSIERS, MONTHS, UNTIL, Finding
from ioc_pipeline.faults.signals import FEEDS

_HEAD = """# Planted faults

What the centre detects and what it does not. `ioc faults` plants each kind of fault alone in a copy of a clean inbox,
runs both through the pipeline (read, validate, store, health of the feeds) and compares: detected means that a clause
expected for the kind raises something that the clean inbox does not raise. Clauses in *italics* were raised as well.

No false alarms: a hundred clean inboxes of ten provinces raise nothing; `tests/faults` runs them all, and
`ioc faults --clean-seeds 100` does the same by hand.

This file is written by `ioc faults --seed {seed} --markdown` (province {province}, {dossiers} dossiers,
{months} months until {until}) and compared with a fresh run by `tests/faults`.

**{detected} of {planted} kinds detected.** Not detected: {missed}.
Rules raised on the clean inbox: {alarms}.
"""
_COLUMNS = "| Kind | What is planted | Được cài | Expected | Detected by |\n| --- | --- | --- | --- | --- |"


def markdown(findings: Sequence[Finding], alarms: int, *, seed: int, province: str) -> str:
    """The whole document, one table a feed."""
    missed = [f.kind.id for f in findings if not f.detected]
    parts = [
        _HEAD.format(
            seed=seed,
            province=province,
            dossiers=DOSSIERS,
            months=MONTHS,
            until=UNTIL.isoformat(),
            detected=len(findings) - len(missed),
            planted=len(findings),
            missed=", ".join(f"`{name}`" for name in missed) or "none",
            alarms=alarms,
        )
    ]
    for feed in FEEDS:
        rows = [_row(f) for f in findings if f.kind.feed == feed]
        if rows:
            parts.append(f"## {feed}\n\n{_COLUMNS}\n" + "\n".join(rows) + "\n")
    excused = [f.kind for f in findings if f.kind.missed]
    if excused:
        lines = [f"- `{k.id}`: {k.missed.en} ({k.missed.vi})" for k in excused if k.missed]
        parts.append("## Why some are missed\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def _row(finding: Finding) -> str:
    kind = finding.kind
    by = [clause if clause in kind.expected else f"*{clause}*" for clause in sorted(finding.clauses)]
    shown = ", ".join(by) if finding.detected else f"**missed** {', '.join(by)}".strip()
    return f"| `{kind.id}` | {kind.title.en} | {kind.title.vi} | {', '.join(kind.expected)} | {shown} |"
