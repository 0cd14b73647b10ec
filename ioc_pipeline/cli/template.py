"""`ioc template`: the Excel form a department fills in, made from its feed's contract."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ioc_pipeline.cli.output import say
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.flow import now_utc
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.periods import Period, deadline, parse_period, period_of


def template(
    feed: Annotated[str | None, typer.Argument(help="Nguồn · feed")] = None,
    out: Annotated[Path | None, typer.Option(help="Tệp .xlsx · file (default: <feed>_<period>.xlsx)")] = None,
    period: Annotated[
        str | None, typer.Option(help="Kỳ · period: 2026-11, 2026-Q4, 2026 (default: the next due)")
    ] = None,
    all_to: Annotated[
        Path | None, typer.Option("--all", help="Mọi biểu vào thư mục này · every form into this folder")
    ] = None,
) -> None:
    """Biểu mẫu Excel để đơn vị điền · the Excel form a department fills in, derived from the contract."""
    from ioc_pipeline.forms.form_file import write_form

    catalogue = load_catalogue()
    forms = {f.id: f for f in catalogue.feeds.values() if f.reader["format"] == "form"}
    if (feed is None) == (all_to is None):
        raise typer.BadParameter("<feed> | --all FOLDER", param_hint="feed")
    if feed is not None and feed not in forms:
        raise IocError(
            Message(
                "template.no_form",
                f"Nguồn {feed} không nhận bằng biểu mẫu. Các nguồn có biểu mẫu: {', '.join(sorted(forms))}.",
                f"Feed {feed} does not come on a form. Feeds with a form: {', '.join(sorted(forms))}.",
            )
        )
    for declared in [forms[feed]] if feed is not None else forms.values():
        covered = _period(declared, period, catalogue, explicit=feed is not None)
        name = f"{declared.id}_{covered.text}.xlsx"
        path = all_to / name if all_to is not None else out or Path(name)
        write_form(declared, catalogue, path, period=covered.text)
        due = deadline(covered, declared.lag_days, catalogue.province.timezone)
        say(
            f"{path}: {declared.title.vi}, {covered.words.vi}, hạn gửi {due:%d/%m/%Y}",
            f"{path}: {declared.title.en}, {covered.words.en}, due {due:%d/%m/%Y}",
            style="green",
        )


def _period(feed: Feed, text: str | None, catalogue: Catalogue, *, explicit: bool) -> Period:
    """The period asked for, or the first whose deadline has not passed."""
    now = now_utc()
    if text is not None:
        try:
            asked = parse_period(text)
        except ValueError as error:
            raise typer.BadParameter(f"{text}: 2026-11, 2026-Q4, 2026", param_hint="--period") from error
        if asked.kind == feed.period:
            return asked
        if explicit:
            raise IocError(
                Message(
                    "template.period",
                    f"Nguồn {feed.id} báo cáo theo kỳ {feed.period}; {text} không phải kỳ đó.",
                    f"Feed {feed.id} reports by {feed.period}; {text} is not such a period.",
                )
            )
        return period_of(feed.period, asked.end)
    found = period_of(feed.period, datetime.now(now.tzinfo).date())
    while deadline(found.previous, feed.lag_days, catalogue.province.timezone) > now:
        found = found.previous
    return found
