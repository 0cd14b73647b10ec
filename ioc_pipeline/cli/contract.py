"""`ioc contract`: check everything declared under `data_contracts/`."""

from __future__ import annotations

from typing import Annotated

import typer

from ioc_pipeline.cli.output import print_json, print_table, say
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.check import check
from ioc_pipeline.messages import Text

app = typer.Typer(help="Hợp đồng dữ liệu · data contracts", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `check` a subcommand."""


@app.command("check")
def check_all(as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False) -> None:
    """Kiểm tra mọi tệp trong data_contracts/ · check every file under data_contracts/ (exit 1 if anything is wrong)."""
    catalogue = load_catalogue()
    problems = check(catalogue)
    if as_json:
        print_json(
            {
                "feeds": sorted(catalogue.feeds),
                "clauses": len(catalogue.standard.clauses),
                "indicators": len(catalogue.indicators),
                "problems": [{"path": p.path, "line": p.line, "vi": p.text.vi, "en": p.text.en} for p in problems],
            }
        )
    elif problems:
        rows = [(f"{p.path}{f':{p.line}' if p.line else ''}", p.text.vi, p.text.en) for p in problems]
        columns = [
            (Text("Tệp:dòng", "File:line"), "left"),
            (Text("Vấn đề", "Problem (vi)"), "left"),
            (Text("Problem (en)", "Problem (en)"), "left"),
        ]
        print_table(Text("Khai báo cần sửa", "Declarations to correct"), columns, rows)
    else:
        say(
            f"{len(catalogue.feeds)} nguồn, {len(catalogue.standard.clauses)} điều khoản, {len(catalogue.indicators)} "
            "chỉ số: mọi khai báo đều hợp lệ.",
            f"{len(catalogue.feeds)} feeds, {len(catalogue.standard.clauses)} clauses, {len(catalogue.indicators)} "
            "indicators: every declaration is valid.",
            style="green",
        )
    raise typer.Exit(1 if problems else 0)
