"""`ioc contract draft`: the first suite of a new feed, from its contract."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from ioc_pipeline.atomic import replacing
from ioc_pipeline.cli.output import say
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.feed_contract import load_feed
from ioc_pipeline.contracts.suite_draft import draft_suite
from ioc_pipeline.messages import IocError, Message


def draft(
    feed: Annotated[str, typer.Argument(help="Mã nguồn · feed id (folder under data_contracts/feeds)")],
    force: Annotated[bool, typer.Option("--force", help="Ghi đè suite.json · replace an existing suite.json")] = False,
) -> None:
    """Soạn suite.json ban đầu từ contract.yaml · write a feed's first suite.json from its contract.yaml."""
    catalogue = load_catalogue()
    folder = catalogue.root / "feeds" / feed
    path = folder / "suite.json"
    if path.exists() and not force:
        raise IocError(
            Message(
                "draft.exists",
                f"{path} đã có; thêm --force để thay bằng bản nháp mới.",
                f"{path} exists already; add --force to replace it with a new draft.",
            )
        )
    loaded, problems = load_feed(folder, catalogue.root, suite_needed=False)
    if loaded is None:
        raise IocError(
            Message(
                "draft.contract",
                "; ".join(f"{p.path}:{p.line or ''} {p.text.vi}" for p in problems),
                "; ".join(f"{p.path}:{p.line or ''} {p.text.en}" for p in problems),
            )
        )
    today = datetime.now(UTC).date()
    suite = draft_suite(loaded, catalogue.root, today)
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(suite, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    count = len(suite["expectations"])
    say(
        f"Đã soạn {count} quy tắc vào {path}; bổ sung quy tắc riêng của nguồn rồi chạy ioc contract check.",
        f"{count} rules written to {path}; add the feed's own rules, then run ioc contract check.",
        style="green",
    )
