"""`ioc faults`: plant known faults in a clean inbox and see which of them the centre detects."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ioc_pipeline.cli.output import err, language, print_json, print_table, say
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.faults.kinds import Kind, kinds
from ioc_pipeline.faults.score import Finding, as_alarms, clean_inbox, false_alarms, score
from ioc_pipeline.faults.table import markdown
from ioc_pipeline.messages import Text


def faults(
    inbox: Annotated[
        Path | None, typer.Option(help="Hộp nhận sạch · clean inbox, only read (default: a generated one)")
    ] = None,
    seed: Annotated[int, typer.Option(help="Hạt giống · seed")] = 1,
    kind: Annotated[list[str] | None, typer.Option(help="Chỉ loại lỗi này · only this kind (repeatable)")] = None,
    combined: Annotated[
        str | None, typer.Option("--kinds", help="a,b,…: cài cùng lúc · plant these kinds together")
    ] = None,
    together: Annotated[
        bool, typer.Option("--together", help="Cài tất cả cùng lúc · plant all of them at once")
    ] = False,
    clean_seeds: Annotated[int, typer.Option(help="Thử báo động giả trên N hộp nhận sạch · N clean inboxes")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="docs/faults.md")] = False,
) -> None:
    """Cài lỗi đã biết vào bản sao hộp nhận sạch rồi chấm · plant known faults and score what is detected.

    Exit code 1 when a kind that should be detected was missed, or a clean inbox raised an alarm.
    """
    if combined is not None:
        kind, together = [*(kind or ()), *(name.strip() for name in combined.split(","))], True
    chosen = _chosen(kind)
    catalogue = load_catalogue()
    with _progress() as progress:
        task = progress.add_task("…", total=None)
        report: Callable[[str], None] = lambda words: progress.update(task, description=words)  # noqa: E731
        findings, alarms = _score(catalogue, inbox, chosen, seed, together, report)
        alarms += false_alarms(catalogue, range(1, clean_seeds + 1), report)
    if as_json:
        print_json(_summary(findings, alarms, seed, clean_seeds))
    elif as_markdown:
        sys.stdout.write(markdown(findings, len(alarms), seed=seed, province=catalogue.province.code))
    else:
        _print(findings, alarms, clean_seeds)
    unexpected = [f for f in findings if f.planted and not f.detected and f.kind.missed is None]
    raise typer.Exit(1 if unexpected or alarms else 0)


def _chosen(names: list[str] | None) -> list[Kind]:
    known = kinds()
    unknown = sorted(set(names or ()) - set(known))
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)} ∉ {', '.join(known)}", param_hint="--kind")
    return [k for k in known.values() if not names or k.id in names]


def _score(
    catalogue: Catalogue,
    inbox: Path | None,
    chosen: list[Kind],
    seed: int,
    together: bool,
    report: Callable[[str], None],
) -> tuple[list[Finding], list[dict[str, Any]]]:
    """Findings, and the alarms of a generated clean inbox (a given one may have faults of its own)."""
    if inbox is not None:
        if not inbox.is_dir():
            raise typer.BadParameter(str(inbox), param_hint="--inbox")
        return score(inbox, chosen, seed=seed, catalogue=catalogue, together=together, progress=report)[0], []
    with tempfile.TemporaryDirectory(prefix="ioc-faults-") as folder:
        clean = Path(folder) / "inbox"
        clean_inbox(clean, catalogue, seed)
        found, signals = score(clean, chosen, seed=seed, catalogue=catalogue, together=together, progress=report)
        return found, as_alarms(signals, seed)


def _summary(findings: list[Finding], alarms: list[dict[str, Any]], seed: int, clean_seeds: int) -> dict[str, Any]:
    planted = [f for f in findings if f.planted]
    missed = [f.kind.id for f in planted if not f.detected]
    return {
        "seed": seed,
        "kinds": [f.as_dict() for f in findings],
        "planted": len(planted),
        "detected": len(planted) - len(missed),
        "missed": missed,
        "clean_seeds": clean_seeds,
        "false_alarms": alarms,
    }


def _print(findings: list[Finding], alarms: list[dict[str, Any]], clean_seeds: int) -> None:
    columns = [
        (Text("Loại lỗi", "Kind"), "left"),
        (Text("Được cài", "What is planted"), "left"),
        (Text("Nguồn", "Feed"), "left"),
        (Text("Điều khoản mong đợi", "Expected"), "left"),
        (Text("Phát hiện", "Detected"), "left"),
        (Text("Điều khoản báo", "Raised"), "left"),
    ]
    rows = [
        (
            f.kind.id,
            f.kind.title.in_language(language()),
            f.kind.feed,
            ", ".join(f.kind.expected),
            _verdict(f).in_language(language()),
            ", ".join(sorted(f.clauses)),
        )
        for f in findings
    ]
    print_table(Text("Lỗi được cài và kết quả phát hiện", "Planted faults and what was detected"), columns, rows)
    detected, planted = sum(f.detected for f in findings), sum(f.planted for f in findings)
    say(
        f"Phát hiện {detected}/{planted} loại; {len(alarms)} báo động giả trên hộp nhận sạch (đã thử thêm "
        f"{clean_seeds} hạt giống).",
        f"{detected} of {planted} kinds detected; {len(alarms)} false alarms on clean inboxes ({clean_seeds} "
        "further seeds tried).",
        style="green" if not alarms else "yellow",
    )
    for alarm in alarms:
        say(
            f"{alarm['seed']}: {alarm['clause']} {alarm['rule']}", f"{alarm['seed']}: {alarm['clause']} {alarm['rule']}"
        )


def _verdict(finding: Finding) -> Text:
    if not finding.planted:
        return Text("không cài được", "not plantable")
    return Text("có", "yes") if finding.detected else Text("không", "no")


def _progress() -> Progress:
    return Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=err, transient=True)
