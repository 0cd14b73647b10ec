"""`ioc docs`: Great Expectations' Data Docs of the current release, as a static site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ioc_pipeline.cli.output import err, print_json, say
from ioc_pipeline.cli.released import released
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.settings import places


def docs(
    out: Annotated[Path | None, typer.Option(help="Thư mục trang · site folder (default: $IOC_HOME/data_docs)")] = None,
    newest: Annotated[int, typer.Option(min=1, max=12, help="Số lần giao mới nhất mỗi nguồn · newest deliveries")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Dựng trang Data Docs của Great Expectations, đọc không cần mạng · build Data Docs, readable offline."""
    from ioc_pipeline.data_docs.site import build_site

    release, _ = released("SELECT 1 AS one FROM release_info")
    folder = out or places().root / "data_docs"
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=err, transient=True
    ) as progress:
        task = progress.add_task("…")
        pages = build_site(
            release, load_catalogue(), folder, newest=newest,
            progress=lambda words: progress.update(task, description=words[-80:]),
        )  # fmt: skip
    if as_json:
        print_json({"release": release.release_id, "index": str(folder / "index.html"), "pages": pages})
    else:
        say(
            f"Đã dựng {pages} trang; mở tệp {folder / 'index.html'}",
            f"{pages} pages written; open {folder / 'index.html'}",
            style="green",
        )
