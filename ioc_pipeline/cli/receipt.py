"""`ioc receipt`: the whole receipt of one delivery, for its sender."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ioc_pipeline.cli.output import language, print_json, say
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.receipts.receipt import latest_delivery, receipt_of
from ioc_pipeline.receive.delivery import blob_path
from ioc_pipeline.settings import places
from ioc_pipeline.store.warehouse import reading


def receipt(
    feed: Annotated[str, typer.Argument(help="Nguồn · feed")],
    delivery: Annotated[
        str | None, typer.Argument(help="Mã lần giao (hoặc phần đầu) · delivery id or its start (default: the newest)")
    ] = None,
    xlsx: Annotated[
        Path | None,
        typer.Option(help="Bản sao tệp đã gửi, tô và chú thích ô cần sửa · copy of the file with the cells marked"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Phiếu tiếp nhận gửi lại đơn vị: nhận gì, cần sửa ô nào, cách sửa · what was accepted, what to fix and how."""
    catalogue = load_catalogue()
    if feed not in catalogue.feeds:
        raise typer.BadParameter(f"{feed} ∉ {', '.join(catalogue.feeds)}", param_hint="feed")
    declared = catalogue.feeds[feed]
    try:
        with reading(places()) as warehouse:
            ident = delivery or latest_delivery(warehouse, declared)
            if ident is None:
                raise FileNotFoundError(feed)
            found = receipt_of(warehouse, declared, ident, catalogue)
    except FileNotFoundError as error:
        raise IocError(
            Message(
                "receipt.none",
                f"Nguồn {feed} chưa có lần giao nào được xử lý. Đặt tệp vào inbox/{feed} rồi chạy: ioc run",
                f"Feed {feed} has no delivery with an outcome yet. Put a file into inbox/{feed} and run: ioc run",
            )
        ) from error
    if xlsx is not None:
        from ioc_pipeline.receipts.marked_copy import mark_copy

        marked = mark_copy(found, blob_path(places(), found.sha256), xlsx)
        say(f"{xlsx}: đã đánh dấu {marked} ô.", f"{xlsx}: {marked} cells marked.", style="green")
    if as_json:
        print_json(found.as_json())
        return
    typer.echo(found.text(language()), nl=False)
