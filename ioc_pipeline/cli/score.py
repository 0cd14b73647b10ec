"""`ioc score`: the score with its formula, inputs and weights beside it."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from ioc_pipeline.cli.output import language, out, print_json, print_table, say
from ioc_pipeline.cli.released import released
from ioc_pipeline.compute.score import BAND_WORDS, FORMULAS, LABEL
from ioc_pipeline.messages import IocError, Message, Text


def score(
    feed: Annotated[str | None, typer.Option(help="Chi tiết một nguồn · one feed in detail")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Điểm chất lượng dữ liệu, kèm công thức, đầu vào, trọng số · data quality score with formula, inputs, weights."""
    release, rows = released("SELECT * FROM scores ORDER BY rowid")
    for row in rows:
        for name in ("severe", "inputs", "weights"):
            text = row.pop(f"{name}_json")
            row[f"{name}_fields" if name == "severe" else name] = json.loads(text) if text else None
    weights = next((row["weights"] for row in rows if row["level"] == "centre"), None)
    if feed is not None:
        rows = [row for row in rows if row["id"] == feed or row["id"].startswith(f"{feed}.")]
        if not rows:
            raise IocError(Message("score.feed", f"Không có nguồn {feed!r}.", f"There is no feed {feed!r}."))
    if as_json:
        print_json(
            {
                "release": release.release_id,
                "label": {"vi": LABEL.vi, "en": LABEL.en},
                "formulas": FORMULAS,
                "weights": weights,
                "scores": rows,
            }
        )
        return
    _print(rows, weights, feed)


def _print(rows: list[dict[str, Any]], weights: Any, feed: str | None) -> None:
    suffix = language()
    levels = ("dataset", "field", "criterion", "rule") if feed else ("centre", "owner", "dataset")
    columns = [
        (Text("Mức", "Level"), "left"),
        (Text("Mã", "Id"), "left"),
        (Text("Tên", "Name"), "left"),
        (Text("Điểm", "Score"), "right"),
        (Text("Dải", "Band"), "left"),
        (Text("W", "W"), "right"),
        (Text("Đầu vào", "Inputs"), "left"),
    ]
    shown = [
        (
            row["level"], row["id"], row[f"name_{suffix}"], _number(row["score"]),
            BAND_WORDS[row["band"]].in_language(suffix) + (" (!)" if row["severe"] else ""), _number(row["weight"]),
            _inputs(row),
        )
        for row in rows
        if row["level"] in levels
    ]  # fmt: skip
    print_table(LABEL, columns, shown)
    for level in levels:
        if level in FORMULAS:
            out.print(FORMULAS[level], markup=False)
    out.print(
        ("Trọng số (cấu hình): " if suffix == "vi" else "Weights (configuration): ")
        + json.dumps(weights, ensure_ascii=False),
        markup=False,
    )
    severe = sorted({name for row in rows for name in row["severe_fields"] or ()})
    for name in severe:
        say(
            f"Sự cố nghiêm trọng, trường định danh dưới 100: {name}",
            f"Severe incident, identifier field below 100: {name}",
            style="red",
        )
    left_out = [row["id"] for row in rows if row["level"] == "dataset" and row["score"] is None]
    if left_out:
        names = ", ".join(left_out)
        say(f"Chưa có gì để xét, để ngoài cùng trọng số: {names}", f"Nothing evaluated, left out: {names}")


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    text = f"{value:.2f}" if value != int(value) else f"{int(value)}"
    return text if language() == "en" else text.replace(".", ",")


def _inputs(row: dict[str, Any]) -> str:
    if row["level"] == "rule":
        return f"{row['passing']} / {row['evaluated']}"
    return " + ".join(
        f"{i['id'].removeprefix(row['id'] + '.')} {_number(i['score'])} × {_number(i['weight'])}" for i in row["inputs"]
    )
