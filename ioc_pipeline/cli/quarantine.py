"""`ioc quarantine`: which rows were held back, where they stand, and how to fix them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ioc_pipeline.cli.output import language, print_json, print_table, say
from ioc_pipeline.messages import Text
from ioc_pipeline.settings import places
from ioc_pipeline.store.warehouse import reading


def quarantine(
    feed: Annotated[str | None, typer.Option(help="Nguồn · feed")] = None,
    delivery: Annotated[str | None, typer.Option(help="Mã lần giao · delivery id")] = None,
    limit: Annotated[int, typer.Option(help="Số dòng tối đa · at most this many rows")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Các dòng bị cách ly, vị trí, điều khoản, cách sửa · quarantined rows, where, by which clause, how to fix."""
    try:
        with reading(places()) as warehouse:
            where = "($feed IS NULL OR q.feed_id = $feed) AND ($delivery IS NULL OR q.delivery_id = $delivery)"
            parameters = {"feed": feed, "delivery": delivery}
            cursor = warehouse.execute(
                f"SELECT q.feed_id, q.delivery_id, d.file_name, q.row_no, q.location, q.clause, q.expectation_id, "
                f"q.column_name, q.raw, q.reason_vi, q.reason_en FROM quarantine q "
                f"JOIN deliveries d USING (feed_id, delivery_id) WHERE {where} "
                f"ORDER BY d.received_at DESC, q.feed_id, q.row_no, q.expectation_id LIMIT $limit",
                parameters | {"limit": limit},
            )
            names = [d[0] for d in cursor.description or ()]
            rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            counted = warehouse.execute(
                f"SELECT count(DISTINCT (q.feed_id, q.delivery_id, q.row_no)) FROM quarantine q WHERE {where}",
                parameters,
            ).fetchone()
    except FileNotFoundError:
        rows, counted = [], (0,)
    total = counted[0] if counted else 0
    if as_json:
        print_json({"entries": total, "rows": rows})
        return
    suffix = language()
    columns = [
        (Text("Tệp", "File"), "left"),
        (Text("Vị trí", "Where"), "left"),
        (Text("Điều khoản", "Clause"), "left"),
        (Text("Cột", "Column"), "left"),
        (Text("Giá trị", "Value"), "left"),
        (Text("Lý do và cách sửa", "Reason and fix"), "left"),
    ]
    shown = [
        (r["file_name"], r["location"], r["clause"], r["column_name"], r["raw"], r[f"reason_{suffix}"]) for r in rows
    ]
    print_table(Text("Dòng bị cách ly", "Quarantined rows"), columns, shown)
    say(f"{len(rows)} mục hiển thị, {total} dòng trong kho cách ly.", f"{len(rows)} entries shown, {total} rows held.")
