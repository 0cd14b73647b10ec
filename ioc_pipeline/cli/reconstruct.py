"""`ioc reconstruct`: the dashboard of a day before the first release, from what had been published by then."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from ioc_pipeline.cli.output import print_json, say
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.settings import places


def reconstruct(
    days: Annotated[list[str], typer.Argument(help="Ngày trước bản phát hành đầu tiên · day, YYYY-MM-DD (several)")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Dựng lại màn hình của ngày trước bản phát hành đầu tiên · the dashboard of a day before the first release."""
    from ioc_pipeline.contracts.catalogue import load_catalogue
    from ioc_pipeline.flow import now_utc
    from ioc_pipeline.publish.reconstruct import reconstruct as make

    try:
        wanted = sorted({date.fromisoformat(day) for day in days})
    except ValueError as error:
        raise IocError(
            Message("reconstruct.day", f"Ngày phải có dạng 2026-09-30: {error}", f"A day is like 2026-09-30: {error}")
        ) from error
    catalogue = load_catalogue()
    made = {}
    for day in wanted:
        done = make(places(), catalogue, day, run_id=f"reconstruct-{day}", made_at=now_utc())
        made[day.isoformat()] = {
            "release_id": done.release.release_id,
            "folder": str(done.release.folder),
            "deliveries_known": done.known,
            "deliveries_of": done.of,
            "values": done.release.manifest["tables"]["indicator_values"],
        }
        if not as_json:
            say(
                f"{day:%d/%m/%Y}: dựng lại từ {done.known}/{done.of} lần giao đã công bố đến ngày đó, theo quy tắc "
                f"hiện nay; xem trên bảng điều hành: ?asof={day}",
                f"{day}: reconstructed from {done.known} of {done.of} deliveries published by then, under today's "
                f"rules; on the dashboard: ?asof={day}",
                style="green",
            )
    if as_json:
        print_json(made)
