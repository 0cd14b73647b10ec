"""`ioc contract demands`: what the founding texts demand and what answers it; `--markdown` writes docs/seeds.md."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated

import typer

from ioc_pipeline.cli.output import language, print_json, print_table
from ioc_pipeline.contracts.demands import Demand, load_demands
from ioc_pipeline.messages import Text
from ioc_pipeline.settings import contracts_root

HEAD = """# What the founding texts demand, and what answers it

162 demands of the five founding texts (D001–D162). Each is answered by indicators, clauses of the standard, feeds or
pages of the dashboard, or it is excluded with the reason; some are answered in part and say what is left out. This file
is written by `ioc contract demands --markdown` from `data_contracts/standard/demands.yaml`; `ioc contract check`
verifies that every indicator, clause, feed and page named here exists, and `tests/contracts` that it is up to date.
"""
SHOWN = {
    "indicators": Text("Chỉ số", "indicators"),
    "clauses": Text("Điều khoản", "clauses"),
    "feeds": Text("Nguồn", "feeds"),
    "pages": Text("Trang", "pages"),
}


def demands(
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="docs/seeds.md")] = False,
) -> None:
    """Yêu cầu của các tài liệu định hướng và nơi trả lời · demands of the founding texts and what answers them."""
    found = load_demands(contracts_root())
    if markdown:
        typer.echo(demands_markdown(found), nl=False)
    elif as_json:
        print_json([_facts(demand) for demand in found])
    else:
        columns = [
            (Text("Mã", "No."), "left"), (Text("Yêu cầu", "Demand"), "left"),
            (Text("Trả lời bởi", "Answered by"), "left"), (Text("Không thuộc phạm vi", "Left out"), "left"),
        ]  # fmt: skip
        rows = [
            (
                d.id,
                d.text.in_language(language()),
                "; ".join(f"{SHOWN[k].in_language(language())}: {', '.join(names)}" for k, names in d.answers.items()),
                d.exclusion.in_language(language()) if d.exclusion else "",
            )
            for d in found
        ]
        print_table(Text(f"{len(rows)} yêu cầu", f"{len(rows)} demands"), columns, rows)


def demands_markdown(found: list[Demand]) -> str:
    """The page docs/seeds.md."""
    parts = [HEAD]
    for group, members in groupby(found, key=lambda d: d.group):
        parts.append(f"\n## {group.en} · {group.vi[3:]}\n\n| no. | demand | answered by | left out, and why |\n")
        parts.append("| --- | --- | --- | --- |\n")
        for d in members:
            answers = "; ".join(
                f"{SHOWN[kind].en}: " + ", ".join(f"`{name}`" if kind != "pages" else name for name in names)
                for kind, names in d.answers.items()
            )
            parts.append(f"| {d.id} | {d.text.vi} · {d.text.en} | {answers} | {_both(d.exclusion)} |\n")
    whole = sum(1 for d in found if d.answers and not d.exclusion)
    part = sum(1 for d in found if d.answers and d.exclusion)
    parts.append(f"\n{len(found)} demands: {whole} answered, {part} in part, {len(found) - whole - part} excluded.\n")
    return "".join(parts)


def _both(words: Text | None) -> str:
    return f"{words.vi} · {words.en}" if words else ""


def _facts(demand: Demand) -> dict[str, object]:
    return {
        "id": demand.id,
        "vi": demand.text.vi,
        "en": demand.text.en,
        "answers": {kind: list(names) for kind, names in demand.answers.items()},
        "exclusion_vi": demand.exclusion.vi if demand.exclusion else None,
        "exclusion_en": demand.exclusion.en if demand.exclusion else None,
    }
