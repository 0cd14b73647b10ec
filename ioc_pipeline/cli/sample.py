"""`ioc sample`: a seeded inbox to try everything with; what is generated says that it is simulated."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from ioc_pipeline.cli.output import print_json, say
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.settings import places, remember_province


def sample(
    out: Annotated[Path | None, typer.Option(help="Thư mục inbox · inbox folder (default: $IOC_HOME/inbox)")] = None,
    province: Annotated[str | None, typer.Option(help="Mã tỉnh · province code")] = None,
    seed: Annotated[int, typer.Option(help="Hạt giống · seed: same seed, same bytes")] = 42,
    dossiers: Annotated[int, typer.Option(help="Số hồ sơ · dossiers")] = 20_000,
    months: Annotated[int, typer.Option(help="Số tháng · months of history")] = 24,
    backcast: Annotated[
        int,
        typer.Option(
            min=0, max=15, help="Số năm tính lại trước khi sáp nhập · years recomputed before the merger, for forecasts"
        ),
    ] = 0,
    until: Annotated[str | None, typer.Option(help="Ngày cuối · last day, YYYY-MM-DD (default: yesterday)")] = None,
    feed: Annotated[
        list[str] | None, typer.Option(help="Chỉ nguồn này (lặp được) · only this feed (repeatable)")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Sinh hộp nhận mẫu (ghi rõ là mô phỏng) · generate a sample inbox, labelled as simulated."""
    from ioc_pipeline.sample.inbox import generate_inbox

    if province is not None:
        os.environ["IOC_PROVINCE"] = province
    catalogue = load_catalogue()
    today = datetime.now(ZoneInfo(catalogue.province.timezone)).date()
    last_day = date.fromisoformat(until) if until else today - timedelta(days=1)
    target = out or places().inbox
    if target.resolve() == places().inbox:
        remember_province(catalogue.province.code)
    summary = generate_inbox(
        target, province=catalogue.province.code, seed=seed, dossiers=dossiers, months=months, until=last_day,
        feeds=feed, backcast=backcast,
    )  # fmt: skip
    if as_json:
        print_json(asdict(summary) | {"records": summary.records})
    else:
        say(
            f"Đã sinh hộp nhận mẫu cho {catalogue.province.name.vi} (mô phỏng, hạt giống {seed}) tại {target}.",
            f"Sample inbox for {catalogue.province.name.en} (simulated, seed {seed}) written to {target}.",
            style="green",
        )
