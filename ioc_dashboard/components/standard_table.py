"""Clauses of the IOC standard with what the current release found: never passed without a result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ioc_dashboard.components.markup import clause_pill, esc, mark_tag
from ioc_dashboard.model import Clause
from ioc_dashboard.screen import Screen
from ioc_dashboard.summary import clause_verdict
from ioc_dashboard.texts import PRINCIPLES, known

_WORST_FIRST = ("failed", "unknown", "passed", "untested")


def summary_line(screen: Screen, clauses: Sequence[Clause]) -> str:
    """How many clauses stand where."""
    counted = Counter(map(clause_verdict, clauses))
    suffix = "_judged" if any(clause.verdict for clause in clauses) else ""
    text = screen.t(
        f"standard_lead{suffix}",
        all=screen.number(len(clauses)),
        **{name: screen.number(counted[name]) for name in _WORST_FIRST},
    )
    bar = "".join(
        f'<span class="r-{name}" style="flex-grow:{counted[name]}"><i class="icon"></i><b>{counted[name]}</b></span>'
        for name in _WORST_FIRST
        if counted[name]
    )
    return (
        f'<section class="verdict"><h1>{esc(screen.t("standard_title"))}</h1><p class="big">{esc(text)}</p>'
        f'<div class="bar" aria-hidden="true">{bar}</div><p class="note">{esc(screen.t(f"standard_note{suffix}"))}</p>'
        f'<p class="legend">{esc(screen.t("mark"))}: '
        + " ".join(f"<span>{esc(screen.t(f'mark_{mark}'))}</span>" for mark in "ASPU")
        + "</p></section>"
    )


def clause_groups(screen: Screen, clauses: Sequence[Clause]) -> str:
    """Clauses by principle, each with verdict, counts, explanation and guidance."""
    groups: dict[str, list[Clause]] = {}
    for clause in clauses:
        groups.setdefault(clause.principle, []).append(clause)
    return "".join(_group(screen, principle, members) for principle, members in groups.items())


def _group(screen: Screen, principle: str, members: list[Clause]) -> str:
    words = PRINCIPLES.get(principle)
    title = screen.say(words) if words else principle
    rows = "".join(_clause(screen, clause) for clause in members)
    return (
        f'<section class="principle"><h2>{esc(title)} <span class="count">{len(members)}</span></h2>'
        f'<ul class="standard">{rows}</ul></section>'
    )


def _clause(screen: Screen, clause: Clause) -> str:
    verdict = clause_verdict(clause)
    pill = clause_pill(screen, verdict, judged=bool(clause.verdict))
    numbers = _judged(screen, clause) if clause.verdict else _rule_counts(screen, clause)
    words = "".join(
        f"<p>{'<i>' + esc(screen.t(label)) + ':</i> ' if label else ''}{esc(text)}</p>"
        for label, text in (
            ("", screen.say(clause.explanation)),
            ("verdict_reason", screen.say(clause.reason)),
            ("fix", screen.say(clause.fix)),
            ("basis", clause.basis),
            ("judged_by", screen.say(clause.layer)),
        )
        if text
    )
    return (
        f'<li class="r-{verdict}"><div class="c-verdict">{pill}</div>'
        f'<div class="c-title"><h3>{esc(screen.say(clause.title))}</h3>'
        f'<p class="soft"><span class="code">{esc(clause.id)}</span> · '
        f"{esc(known('severity_', clause.severity, screen.lang))} {mark_tag(screen, clause.mark)}</p></div>"
        f'<div class="c-words">{words}</div>'
        f'<div class="c-counts">{numbers}</div></li>'
    )


def _judged(screen: Screen, clause: Clause) -> str:
    """Objects that are fine of objects judged; nothing when nothing was judged."""
    if not clause.denominator:
        return ""
    return (
        f'<span><b class="num">{screen.number(clause.numerator)} / {screen.number(clause.denominator)}</b> '
        f"{esc(screen.say(clause.counted))}</span>"
    )


def _rule_counts(screen: Screen, clause: Clause) -> str:
    """Results of the clause's rules: what releases without verdicts can say."""
    return "".join(
        f'<span class="{f"r-{name}" if count else ""}">{esc(screen.t(f"rule_{name}"))} '
        f'<b class="num">{screen.number(count)}</b></span>'
        for name, count in (("passed", clause.passed), ("failed", clause.failed), ("unknown", clause.unknown))
        if count or (clause.tested and name != "unknown")
    )
