"""`ioc contract feeds`: the declared feeds in one table; `--markdown` writes docs/feeds.md."""

from __future__ import annotations

from typing import Annotated

import typer

from ioc_pipeline.cli.output import language, print_json, print_table
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import Text

HEAD = """# Feeds

Every feed of a province that is declared under `data_contracts/feeds/`, from the declarations themselves:
this file is written by `ioc contract feeds --markdown` and compared with them by `tests/contracts`. Which of them a
sample simulates, and how, stands in each feed's `sample.yaml`; field names not attested are marked in the contract.

| feed | title | owner | due | comes as | shape | columns | rules |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""


def feeds(
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="docs/feeds.md")] = False,
) -> None:
    """Danh sách nguồn dữ liệu đã khai báo · the declared feeds."""
    catalogue = load_catalogue()
    if markdown:
        typer.echo(feeds_markdown(catalogue), nl=False)
    elif as_json:
        print_json([_facts(feed) for feed in catalogue.feeds.values()])
    else:
        columns = [
            (Text("Nguồn", "Feed"), "left"), (Text("Tên", "Title"), "left"), (Text("Chủ sở hữu", "Owner"), "left"),
            (Text("Kỳ, chậm nhất (ngày)", "Period, lag (days)"), "left"), (Text("Dạng đọc", "Reader"), "left"),
            (Text("Cột", "Columns"), "right"), (Text("Quy tắc", "Rules"), "right"),
        ]  # fmt: skip
        rows = [
            (
                f["feed"], f[f"title_{language()}"], f[f"owner_{language()}"], f"{f['period']} + {f['lag_days']}",
                f["reader"], str(f["columns"]), str(f["rules"]),
            )
            for f in map(_facts, catalogue.feeds.values())
        ]  # fmt: skip
        print_table(Text(f"{len(rows)} nguồn dữ liệu", f"{len(rows)} feeds"), columns, rows)


def feeds_markdown(catalogue: Catalogue) -> str:
    """The page docs/feeds.md."""
    lines = [
        f"| `{f['feed']}` | {f['title_vi']} · {f['title_en']} | {f['owner_vi']} | {f['period']} + {f['lag_days']} days "
        f"| {f['reader']}, {f['way_in']} | {f['shape']} | {f['columns']} | {f['rules']} |"
        for f in map(_facts, catalogue.feeds.values())
    ]
    rules = sum(len(feed.suite["expectations"]) for feed in catalogue.feeds.values())
    return HEAD + "\n".join(lines) + f"\n\n{len(lines)} feeds, {rules} rules.\n"


def _facts(feed: Feed) -> dict[str, object]:
    return {
        "feed": feed.id,
        "title_vi": feed.title.vi,
        "title_en": feed.title.en,
        "owner_vi": feed.owner.vi,
        "owner_en": feed.owner.en,
        "period": feed.period,
        "lag_days": feed.lag_days,
        "reader": feed.reader["format"],
        "way_in": feed.way_in or "?",
        "shape": feed.shape,
        "columns": len(feed.columns),
        "rules": len(feed.suite["expectations"]),
    }
