"""Where a value comes from, on a terminal: feed, file and cell; cards, communes or records behind it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from ioc_pipeline.cli.indicator_page import number, pairs, period_words, said, width
from ioc_pipeline.cli.output import cell_text, language, out
from ioc_pipeline.messages import Text

FILES_SHOWN = 6


def print_lineage(found: dict[str, Any], value: dict[str, Any]) -> None:
    """Feed, cell and file; or the cards, communes or records behind the value, down to their files."""
    lang = language()
    feed, statement, records = found["feed"], found["statement"], found["records"]
    rows: list[tuple[Text, str | None]] = []
    if feed is not None:
        rows += [
            (Text("Nguồn", "Feed"), escape(f"{feed['id']} · {feed['title'][lang]}")),
            (Text("Đơn vị gửi", "Sent by"), escape(feed["owner"][lang])),
        ]
    if statement is not None:
        row = statement["row"]
        where = " · ".join(
            w for w in (statement["location"] or "", said(f"dòng {row}", f"row {row}") if row is not None else "") if w
        )
        rows += [(Text("Ô, dòng", "Cell, row"), f"[bold]{escape(where)}[/bold]"), *_delivery(statement)]
    pairs(rows)
    if found["inputs"]:
        _inputs(found["inputs"])
    if found["communes"] is not None:
        _communes(found["communes"])
    if records is not None:
        _records(records, value)


def _inputs(inputs: Sequence[dict[str, Any]]) -> None:
    """The cards a composite was computed from, with the cell and file of each statement."""
    lang = language()
    table = Table(title=said("Tính từ các chỉ số", "Computed from"), title_justify="left", title_style="italic",
                  header_style="bold")  # fmt: skip
    for heading, justify in ((said("Chỉ số", "Indicator"), "left"), (said("Kỳ", "Period"), "left"),
                             (said("Giá trị", "Value"), "right"), (said("Tệp, ô", "File, cell"), "left")):  # fmt: skip
        table.add_column(heading, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for one in inputs:
        row = said(f"dòng {one['row']}", f"row {one['row']}") if one.get("row") is not None else None
        place = " ".join(str(w) for w in (one["file_name"], one["location"] or row) if w)
        if not place:
            more = any(other["depth"] > one["depth"] for other in _below(inputs, one))
            place = said("tính từ các chỉ số dưới", "from those below") if more else f"ioc indicator {one['code']}"
            if one["communes"]:
                counted = said(
                    f"{one['communes']} xã, phường, đặc khu trong {one['files']} tệp",
                    f"{one['communes']} communes in {one['files']} files",
                )
                place = f"{counted}: {place}"
        table.add_row(
            "  " * (one["depth"] - 1) + escape(f"{one['code']} {one['name'][lang]}"),
            period_words(one["period"]) if one["period"] else "–",
            escape(number(one, one["value"])), escape(place),
        )  # fmt: skip
    out.print(table, width=width())


def _below(inputs: Sequence[dict[str, Any]], one: dict[str, Any]) -> list[dict[str, Any]]:
    place = next(n for n, other in enumerate(inputs) if other is one)
    return list(inputs[place + 1 : place + 2])


def _communes(found: dict[str, Any]) -> None:
    """The communes' statements that a province's value adds up, by file."""
    count = cell_text(found["communes"])
    title = said(f"Cộng từ số của {count} xã, phường, đặc khu", f"From the statements of {count} communes")
    table = Table(title=title, title_justify="left", title_style="italic", header_style="bold")
    table.add_column(said("Địa bàn", "Communes"), justify="right")
    table.add_column(said("Tệp", "File"), overflow="fold")
    for row in found["files"][:FILES_SHOWN]:
        table.add_row(cell_text(row["communes"]), escape(str(row["file_name"])))
    if len(found["files"]) > FILES_SHOWN:
        rest = found["files"][FILES_SHOWN:]
        table.add_row(cell_text(sum(row["communes"] for row in rest)),
                      said(f"{len(rest)} tệp khác", f"{len(rest)} more files"))  # fmt: skip
    out.print(table, width=width())
    _query(found["query"], "ioc query")


def _query(query: str, command: str) -> None:
    """A query as a command that a shell takes as it is."""
    out.print(f"[cyan]{said('Liệt kê từng dòng', 'To list them')}[/cyan]")
    plain = not any(mark in query for mark in '"$`\\')
    out.print(
        escape(f'{command} "{query}"' if plain else f"{command} {shlex.quote(query)}"), soft_wrap=True, style="dim"
    )


def _delivery(facts: dict[str, Any]) -> list[tuple[Text, str | None]]:
    if "sha256" not in facts:
        return [(Text("Lần giao", "Delivery"), escape(facts["delivery_id"]))]
    gone = "" if facts["blob_there"] else said(" (không còn trên máy này)", " (not on this machine)")
    return [
        (Text("Tệp", "File"), escape(facts["file_name"])),
        (Text("Lần giao", "Delivery"), escape(f"{facts['delivery_id']} · ") + cell_text(facts["received_at"])),
        (Text("SHA-256", "SHA-256"), facts["sha256"]),
        (Text("Bản gốc", "Bytes as received"), escape(facts["blob"]) + gone),
    ]


def _records(records: dict[str, Any], value: dict[str, Any]) -> None:
    count, period = cell_text(records["count"]), period_words(value["period"])
    out.print(
        said(f"{count} bản ghi của {period}, theo lần giao:", f"{count} records of {period}, by delivery:")
        if records["of_the_period"]
        else said(f"{count} bản ghi hiện hành của nguồn, theo lần giao:", f"{count} current records, by delivery:")
    )
    table = Table(header_style="bold")
    for heading, justify in ((said("Bản ghi", "Records"), "right"), (said("Tệp", "File"), "left"),
                             (said("Nhận lúc", "Received"), "left"), (said("Bản gốc", "Bytes"), "left")):  # fmt: skip
        named = heading != said("Bản gốc", "Bytes")
        table.add_column(heading, justify=justify, overflow="fold", no_wrap=named)  # type: ignore[arg-type]
    for delivery in records["deliveries"]:
        table.add_row(
            cell_text(delivery["records"]), escape(delivery.get("file_name", delivery["delivery_id"])),
            cell_text(delivery.get("received_at")), escape(delivery.get("blob", "–")),
        )  # fmt: skip
    if records["more_deliveries"]:
        more = cell_text(records["more_deliveries"])
        table.add_row(
            cell_text(records["more_records"]), said(f"{more} lần giao khác", f"{more} more deliveries"), "", ""
        )
    out.print(table, width=width())
    _query(records["query"], "ioc query --warehouse")
