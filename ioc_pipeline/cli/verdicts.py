"""`ioc verdicts`: what the current release says about every clause of the standard."""

from __future__ import annotations

import json
from collections import Counter
from typing import Annotated

import typer

from ioc_pipeline.cli.output import language, print_json, print_table
from ioc_pipeline.cli.released import disputes, print_disputes, released
from ioc_pipeline.compute.verdicts import WORDS
from ioc_pipeline.messages import Text


def verdicts(
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
    feed: Annotated[str | None, typer.Option(help="Chỉ nguồn này · verdicts of this feed")] = None,
) -> None:
    """Kết luận theo từng điều khoản, kèm tử số, mẫu số, lớp xét · verdict per clause with counts and judging layer."""
    release, rows = released(
        "SELECT v.* FROM clause_verdicts v LEFT JOIN clauses c ON c.id = v.clause "
        "WHERE feed_id IS NOT DISTINCT FROM ? ORDER BY c.rowid",
        [feed],
    )
    if as_json:
        for row in rows:
            row["evidence"] = json.loads(row.pop("evidence_json"))
        print_json(
            {"release": release.release_id, "feed": feed, "verdicts": rows, "engine_differences": disputes(feed)}
        )
        return
    suffix = language()
    counted = Counter(row["verdict"] for row in rows)
    words = " · ".join(f"{counted[name]} {text.in_language(suffix)}" for name, text in WORDS.items())
    columns = [
        (Text("Điều khoản", "Clause"), "left"),
        (Text("Kết luận", "Verdict"), "left"),
        (Text("Đạt / xét", "Fine / judged"), "right"),
        (Text("Đơn vị đếm", "Counted"), "left"),
        (Text("Lý do", "Reason"), "left"),
        (Text("Lớp xét", "Judging layer"), "left"),
    ]
    shown = [
        (
            row["clause"],
            row[f"verdict_{suffix}"],
            f"{row['numerator']}/{row['denominator']}",
            row[f"counted_{suffix}"],
            row[f"reason_{suffix}"],
            f"{row['layer']} {row['layer_version']}",
        )
        for row in rows
    ]
    print_table(Text(f"{release.release_id}: {words}", f"{release.release_id}: {words}"), columns, shown)
    print_disputes(disputes(feed))
