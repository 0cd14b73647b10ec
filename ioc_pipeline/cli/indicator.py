"""`ioc indicator <code>`: one indicator from its card to the cell, and why it stands where it does."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from ioc_pipeline.cli.indicator_text import print_sheet
from ioc_pipeline.cli.output import print_json, say
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.lookup.nearest import find_card
from ioc_pipeline.lookup.sheet import Asked, indicator_sheet
from ioc_pipeline.lookup.sources import opened
from ioc_pipeline.settings import places


def indicator(
    code: Annotated[str, typer.Argument(help="Mã hoặc tên chỉ số, dấu tùy ý · code or name, accents optional")],
    area: Annotated[str | None, typer.Option(help="VN, mã tỉnh, mã hoặc tên xã · VN, a province, a commune")] = None,
    period: Annotated[str | None, typer.Option(help="Kỳ · period: 2026, 2026-Q3, 2026-09, 2026-09-30")] = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Đã nói gì tính đến ngày · said by then")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Thẻ, giá trị, các lần công bố, dự báo, vì sao, nguồn gốc · card, value, vintages, forecast, why, lineage."""
    catalogue = load_catalogue()
    card = find_card(catalogue.indicators, code)
    asked = Asked(area, period, as_of.date() if as_of is not None else None)
    with opened(places()) as sources:
        sheet = indicator_sheet(sources, places(), catalogue, card, asked)
    if as_json:
        print_json(sheet)
        return
    print_sheet(sheet, today=date.today(), as_of=asked.as_of)
    if not sheet["release"]["warehouse"]:
        say(
            "Kho dữ liệu không có hoặc đang được ghi: thiếu các lần công bố, phân rã kỳ khác và bản ghi gốc.",
            "The warehouse is not there or is being written: vintages, other periods and records are left out.",
            style="yellow",
        )
