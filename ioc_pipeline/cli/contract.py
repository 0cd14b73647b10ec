"""`ioc contract`: check everything declared under `data_contracts/`; which rules decide which clause."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from ioc_pipeline.cli.output import language, print_json, print_table, say
from ioc_pipeline.compute.clause_matrix import NOT_TESTED, STATES, ClauseCoverage, clause_matrix, summary
from ioc_pipeline.contracts.broken import BrokenDeclarations
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.contracts.check import check_files
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.messages import Text
from ioc_pipeline.publish.release import current
from ioc_pipeline.settings import contracts_root, places, province_code

app = typer.Typer(help="Hợp đồng dữ liệu · data contracts", no_args_is_help=True)


@app.command("check")
def check_all(as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False) -> None:
    """Kiểm tra mọi tệp trong data_contracts/ · check every file under data_contracts/ (exit 1 if anything is wrong)."""
    catalogue: Catalogue | None
    try:
        catalogue = load_catalogue()
    except BrokenDeclarations:
        catalogue = None
    problems = check_files(contracts_root(), province_code())
    if catalogue is not None:
        problems += _stale_corrections(catalogue)
    if as_json:
        print_json(
            {
                "feeds": sorted(catalogue.feeds) if catalogue else [],
                "clauses": len(catalogue.standard.clauses) if catalogue else 0,
                "indicators": len(catalogue.indicators) if catalogue else 0,
                "problems": [
                    {"path": p.path, "line": p.line, "code": p.code, "vi": p.text.vi, "en": p.text.en} for p in problems
                ],
            }
        )
    elif problems:
        _print_problems(problems)
    elif catalogue is not None:
        say(
            f"{len(catalogue.feeds)} nguồn, {len(catalogue.standard.clauses)} điều khoản, {len(catalogue.indicators)} "
            "chỉ số: mọi khai báo đều hợp lệ.",
            f"{len(catalogue.feeds)} feeds, {len(catalogue.standard.clauses)} clauses, {len(catalogue.indicators)} "
            "indicators: every declaration is valid.",
            style="green",
        )
    raise typer.Exit(1 if problems else 0)


def _print_problems(problems: list[Problem]) -> None:
    """Each problem with its place on a line of its own, never wrapped or cut, so that an editor can jump to it."""
    say(f"{len(problems)} khai báo cần sửa:", f"{len(problems)} declarations to correct:", style="red")
    for problem in problems:
        typer.echo(f"{problem.path}{f':{problem.line}' if problem.line else ''}")
        typer.echo(f"    {problem.text.vi}")
        typer.echo(f"    {problem.text.en}")


def _stale_corrections(catalogue: Catalogue) -> list[Problem]:
    """Corrections that the current release (if any) could not apply, where they are declared."""
    release = current(places())
    failed = release.manifest.get("corrections_failed", []) if release else []
    today = datetime.now(UTC).date()
    declared = {c.id: c for c in catalogue.corrections if not c.expired(today)}  # expired ones are listed already
    return [
        Problem(c.path, c.line, Text(f"{c.id}: {entry['vi']}", f"{c.id}: {entry['en']}"))
        for entry in failed
        if (c := declared.get(entry["id"])) is not None
    ]


@app.command("coverage")
def coverage(as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False) -> None:
    """Ma trận điều khoản và quy tắc · the matrix clause × rule; a clause without a rule is printed as not tested."""
    catalogue = load_catalogue()
    matrix = clause_matrix(catalogue)
    counted = summary(matrix)
    if as_json:
        print_json(
            {
                "layers": [{"id": la.id, "version": la.version} for la in catalogue.standard.layers],
                "summary": counted,
                "clauses": [_as_dict(row) for row in matrix],
            }
        )
        return
    principles = catalogue.standard.principles
    columns = [
        (Text("Điều khoản", "Clause"), "left"),
        (Text("Tên", "Title"), "left"),
        (Text("Chứng cứ", "Evidence"), "left"),
        (Text("Tình trạng", "State"), "left"),
        (Text("Quy tắc theo nguồn", "Rules by feed"), "left"),
    ]
    rows = [
        (r.clause.id, r.clause.title.in_language(language()), r.clause.evidence, _state(r), _rules(r)) for r in matrix
    ]
    layers = " + ".join(f"{layer.name.in_language(language())} {layer.version}" for layer in catalogue.standard.layers)
    print_table(Text(f"Ma trận điều khoản × quy tắc ({layers})", f"Matrix clause × rule ({layers})"), columns, rows)
    heads = [(Text("Nguyên tắc", "Principle"), "left"), (Text("Điều khoản", "Clauses"), "right")]
    heads += [(words, "right") for words in STATES.values()]
    totals = [(principles[p].in_language(language()), sum(c.values()), *c.values()) for p, c in counted.items()]
    everything = [sum(c[state] for c in counted.values()) for state in STATES]
    totals.append((Text("cộng", "total").in_language(language()), sum(everything), *everything))
    print_table(Text("Theo nguyên tắc", "By principle"), heads, totals)


def _state(row: ClauseCoverage) -> str:
    words = STATES[row.state].in_language(language())
    if row.state == NOT_TESTED:
        return words.upper()
    return f"{words} ({len(row.rules)})" if row.rules else words


def _rules(row: ClauseCoverage) -> str:
    feeds: dict[str, int] = {}
    for rule in row.rules:
        feeds[rule.feed_id] = feeds.get(rule.feed_id, 0) + 1
    return ", ".join(f"{feed}: {count}" for feed, count in feeds.items())


def _as_dict(row: ClauseCoverage) -> dict[str, Any]:
    return {
        "clause": row.clause.id,
        "principle": row.clause.principle,
        "severity": row.clause.severity,
        "evidence": row.clause.evidence,
        "layer": row.clause.layer,
        "state": row.state,
        "rules": [{"feed": r.feed_id, "id": r.expectation_id, "type": r.type} for r in row.rules],
        "reader_codes": list(row.reader_codes),
    }
