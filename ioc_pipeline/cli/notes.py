"""`ioc note`: an owner's dated note on an indicator. No rule reads it: it never changes a colour."""

from __future__ import annotations

from typing import Annotated

import typer

from ioc_pipeline.cli.operations_store import Json, Who, as_day, opened, person, stepped, today_of
from ioc_pipeline.cli.output import print_json, print_table, say
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.operations.events import NOTE
from ioc_pipeline.operations.steps import add_note

app = typer.Typer(help="Ghi chú của chủ quản chỉ số · owners' notes on indicators", no_args_is_help=True)


@app.command("add")
def add(
    code: Annotated[str, typer.Argument(help="Mã chỉ số · code of the indicator")],
    text: Annotated[str, typer.Option("--text", help="Nội dung · what is said")],
    document: Annotated[str | None, typer.Option("--document", help="Số văn bản · document")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Ngày (mặc định hôm nay) · day (default today)")] = None,
    who: Who = None,
) -> None:
    """Thêm ghi chú có ngày, có người ký · add a dated, signed note."""
    catalogue = load_catalogue()
    if code not in catalogue.indicators:
        raise IocError(
            Message(
                "note.indicator",
                f"Không có chỉ số {code}; xem mã trên thẻ chỉ số.",
                f"No indicator {code}; see the cards.",
            )
        )
    day = as_day(on, today_of(catalogue))
    stepped(lambda ledger: add_note(ledger, code, person(who), text, day, document))
    owner = catalogue.indicators[code].owner
    say(
        f"Đã ghi chú cho {code} (chủ quản: {owner.vi}). Màu của chỉ số không thay đổi.",
        f"Note on {code} recorded (owner: {owner.en}). The indicator's colour does not change.",
        style="green",
    )


@app.command("list")
def list_notes(
    code: Annotated[str | None, typer.Argument(help="Mã chỉ số · code of the indicator")] = None, as_json: Json = False
) -> None:
    """Ghi chú theo ngày · notes by day."""
    with opened() as store:
        events = [e for e in store.events(NOTE) if code in (None, e.subject)]
    notes = [
        {
            "code": e.subject,
            "on": e.body["on"],
            "who": e.who,
            "text": e.body["text"],
            "document": e.evidence,
            "at": e.at,
        }
        for e in events
    ]
    notes.sort(key=lambda n: (n["code"], n["on"], n["at"]))
    if as_json:
        print_json(notes)
        return
    if not notes:
        say("Chưa có ghi chú nào.", "There is no note.")
        return
    columns = [(Text("Chỉ số", "Indicator"), "left"), (Text("Ngày", "Day"), "left"), (Text("Ai", "Who"), "left"),
               (Text("Ghi chú", "Note"), "left"), (Text("Văn bản", "Document"), "left")]  # fmt: skip
    rows = [[n[key] for key in ("code", "on", "who", "text", "document")] for n in notes]
    print_table(Text("Ghi chú của chủ quản (không làm đổi màu)", "Owners' notes (no colour changes)"), columns, rows)
