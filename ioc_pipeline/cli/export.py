"""`ioc export`: tables of the current release with where every row came from, as CSV or XLSX."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ioc_pipeline.atomic import replacing
from ioc_pipeline.cli.operations_store import opened, today_of
from ioc_pipeline.cli.output import language, say
from ioc_pipeline.cli.released import opened_release
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.export.alert_rows import alert_sheet
from ioc_pipeline.export.columns import NAMES
from ioc_pipeline.export.files import FORMATS, TooLong, to_bytes
from ioc_pipeline.export.release_rows import Filters, release_sheet
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.operations.alerts import alerts_of
from ioc_pipeline.operations.events import ALERT


def export(
    table: Annotated[str, typer.Argument(help=" | ".join(NAMES), metavar="TABLE")],
    kind: Annotated[str, typer.Option("--format", help="csv | xlsx")] = "xlsx",
    code: Annotated[str | None, typer.Option("--code", help="Mã chỉ tiêu, nguồn hoặc điều khoản · code")] = None,
    area: Annotated[str | None, typer.Option("--area", help="Mã địa bàn · area code")] = None,
    period: Annotated[str | None, typer.Option("--period", help="Kỳ: 2026, 2026-Q3, 2026-10 · period")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Tệp · file (default: <table>-<release>.<format>)")] = None,
    no_heading: Annotated[
        bool, typer.Option("--no-heading", help="CSV chỉ có bảng, không có dòng # đầu tệp · CSV without # lines")
    ] = False,
) -> None:
    """Xuất bảng kèm nguồn gốc từng dòng · export a table with provenance of every row."""
    for name, value, known in (("TABLE", table, NAMES), ("--format", kind, FORMATS)):
        if value not in known:
            listed = ", ".join(known)
            raise IocError(
                Message(
                    "export.unknown",
                    f"{name}: không có “{value}”; chọn một trong: {listed}.",
                    f"{name}: no “{value}”; choose one of: {listed}.",
                )
            )
    lang, asked = language(), Filters(code, area, period)
    with opened_release() as (release, query):
        if table == "alerts":
            with opened() as store:
                alerts = alerts_of(store.events(ALERT)).values()
            sheet = alert_sheet(alerts, today_of(load_catalogue()), query, lang, asked)
        else:
            sheet = release_sheet(table, query, lang, asked)
    target = out or Path(f"{table}-{release.release_id}.{kind}")
    try:
        content = to_bytes(sheet, kind, lang, heading=not no_heading)
        with replacing(target) as partial:
            partial.write_bytes(content)
    except TooLong as error:
        raise IocError(
            Message(
                "export.long",
                f"Trang tính không chứa hết ({error} dòng); lọc bớt bằng --code, --area, --period hoặc dùng --format csv.",
                f"Too many rows for a worksheet ({error}); filter with --code, --area, --period or use --format csv.",
            )
        ) from error
    except OSError as error:
        raise IocError(
            Message(
                "export.write",
                f"Không ghi được {target}: {error.strerror}. Kiểm tra thư mục có cho phép ghi.",
                f"Cannot write {target}: {error.strerror}. Check that the folder can be written.",
            )
        ) from error
    rows = len(sheet.rows)
    say(f"Đã ghi {target}: {rows} dòng, bản phát hành {release.release_id}.",
        f"Wrote {target}: {rows} rows, release {release.release_id}.", style="green" if rows else "yellow")  # fmt: skip
