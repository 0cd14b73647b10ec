"""Plants each kind in a copy of a clean inbox and says which were detected, by which clause."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.faults.kinds import Kind, plant
from ioc_pipeline.faults.signals import FEEDS, CleanRun, Signals, clean_signals, contents
from ioc_pipeline.sample.inbox import generate_inbox

UNTIL = date(2026, 10, 31)
"""Last day of a generated inbox: fixed, so that the same seed always gives the same table."""
DOSSIERS, MONTHS = 800, 4
CLEAN_DOSSIERS, CLEAN_MONTHS, LONG_MONTHS = 400, 2, 4
LONG_EVERY = 11
"""Of the clean inboxes every eleventh has a longer past; eleven, so that they fall on different provinces in turn."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Finding:
    """How one kind came out. `detected`: an expected clause raised something that the clean inbox does not raise."""

    kind: Kind
    clauses: dict[str, list[str]]  # everything new, by clause, with the rules
    planted: bool = True

    @property
    def detected(self) -> bool:
        """True when one of the expected clauses is among those that raised something new."""
        return any(clause in self.clauses for clause in self.kind.expected)

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return {
            "kind": self.kind.id,
            "title": {"vi": self.kind.title.vi, "en": self.kind.title.en},
            "feed": self.kind.feed,
            "planted": self.planted,
            "expected": list(self.kind.expected),
            "detected": self.detected,
            "clauses": sorted(self.clauses),
            "rules": self.clauses,
            "why_missed": {"vi": self.kind.missed.vi, "en": self.kind.missed.en} if self.kind.missed else None,
        }


def clean_inbox(out: Path, catalogue: Catalogue, seed: int, *, dossiers: int = DOSSIERS, months: int = MONTHS) -> None:
    """A small clean inbox of the province."""
    generate_inbox(
        out,
        province=catalogue.province.code,
        seed=seed,
        dossiers=dossiers,
        months=months,
        until=UNTIL,
        agency=catalogue.province.agency,
        contracts=catalogue.root,
        feeds=FEEDS,
    )


def judge(clean: Path, run: CleanRun, chosen: Sequence[Kind], *, seed: int) -> list[Finding]:
    """Plant the chosen kinds together in one copy of `clean` and compare with what the clean inbox raised."""
    with tempfile.TemporaryDirectory(prefix="ioc-faults-") as folder:
        spoiled = Path(folder) / "inbox"
        impossible = plant(clean, spoiled, chosen, seed=seed, catalogue=run.catalogue)
        signals = run.observe(spoiled, dict.fromkeys(kind.feed for kind in chosen))
    return [
        Finding(kind, {}, planted=False)
        if kind.id in impossible
        else Finding(kind, signals.beyond(run.signals, kind.feed))
        for kind in chosen
    ]


def score(
    clean: Path,
    chosen: Sequence[Kind],
    *,
    seed: int,
    catalogue: Catalogue,
    together: bool = False,
    progress: Progress | None = None,
) -> tuple[list[Finding], Signals]:
    """Findings of the chosen kinds, each planted alone (or all `together`), and the signals of the clean inbox."""
    say = progress or (lambda _: None)
    with tempfile.TemporaryDirectory(prefix="ioc-faults-") as folder:
        say("…")
        run = CleanRun(clean, catalogue, Path(folder))
        if together:
            return judge(clean, run, chosen, seed=seed), run.signals
        found: list[Finding] = []
        for kind in chosen:
            say(kind.id)
            found += judge(clean, run, [kind], seed=seed)
        return found, run.signals


def false_alarms(catalogue: Catalogue, seeds: Iterable[int], progress: Progress | None = None) -> list[dict[str, Any]]:
    """Everything the pipeline raises on clean generated inboxes, one entry a rule and seed.

    The inboxes are smaller than those in which faults are planted, but large enough for every rule to have enough rows
    to judge (a constant column is called so from 200 rows). A feed that comes with the bytes it had under an earlier
    seed (published figures are not generated) is judged once.
    """
    alarms: list[dict[str, Any]] = []
    judged: set[tuple[str, tuple[str, ...]]] = set()
    for seed in seeds:
        if progress:
            progress(f"seed {seed}")
        with tempfile.TemporaryDirectory(prefix="ioc-faults-") as folder:
            inbox = Path(folder) / "inbox"
            months = CLEAN_MONTHS if seed % LONG_EVERY else LONG_MONTHS
            clean_inbox(inbox, catalogue, seed, dossiers=CLEAN_DOSSIERS, months=months)
            came = {(feed, tuple(contents(inbox / feed).values())) for feed in FEEDS}
            new = [feed for feed, _ in sorted(came - judged)]
            judged |= came
            alarms += as_alarms(clean_signals(inbox, catalogue, Path(folder), new), seed)
    return alarms


def as_alarms(signals: Signals, seed: int) -> list[dict[str, Any]]:
    """Signals of a clean inbox as a list for JSON."""
    return [
        {"seed": seed, "feed": feed, "clause": clause, "rule": rule, "count": count}
        for (feed, clause, rule), count in sorted(signals.found.items())
    ]
