"""`ioc doubts`: which values were taken although their sender may have meant another."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from ioc_pipeline.cli.output import language, print_json, print_table, say
from ioc_pipeline.messages import Text
from ioc_pipeline.settings import places
from ioc_pipeline.store.warehouse import reading


def doubts(
    feed: Annotated[str | None, typer.Option(help="Nguồn · feed")] = None,
    delivery: Annotated[str | None, typer.Option(help="Mã lần giao · delivery id")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Các giá trị đã nhận nhưng còn nghi vấn, theo tệp và cột · values taken under a doubt, by file and column."""
    try:
        with reading(places()) as warehouse:
            cursor = warehouse.execute(
                "SELECT q.feed_id, q.delivery_id, d.file_name, q.clause, q.column_name, q.code, q.doubted, "
                "q.reason_vi, q.reason_en, q.examples_json FROM doubts q "
                "JOIN deliveries d USING (feed_id, delivery_id) "
                "WHERE ($feed IS NULL OR q.feed_id = $feed) AND ($delivery IS NULL OR q.delivery_id = $delivery) "
                "ORDER BY d.received_at DESC, q.feed_id, q.doubted DESC, q.column_name",
                {"feed": feed, "delivery": delivery},
            )
            names = [d[0] for d in cursor.description or ()]
            rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except FileNotFoundError:
        rows = []
    for row in rows:
        row["examples"] = json.loads(row.pop("examples_json"))
    if as_json:
        print_json({"values": sum(row["doubted"] for row in rows), "rows": rows})
        return
    suffix = language()
    columns = [
        (Text("Tệp", "File"), "left"),
        (Text("Cột", "Column"), "left"),
        (Text("Số giá trị", "Values"), "right"),
        (Text("Điều khoản", "Clause"), "left"),
        (Text("Lý do", "Reason"), "left"),
        (Text("Ví dụ", "Examples"), "left"),
    ]
    shown = [
        (
            r["file_name"], r["column_name"], r["doubted"], r["clause"], r[f"reason_{suffix}"],
            "; ".join(f"{e['location']}: “{e['raw']}” → {e['reading']}" for e in r["examples"][:3]),
        )
        for r in rows
    ]  # fmt: skip
    print_table(Text("Giá trị còn nghi vấn", "Doubted values"), columns, shown)
    total = sum(r["doubted"] for r in rows)
    say(f"{total} giá trị đã nhận nhưng còn nghi vấn.", f"{total} values taken under a doubt.")
