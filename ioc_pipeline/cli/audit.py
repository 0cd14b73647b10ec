"""`ioc audit`: recompute everything from the received bytes and compare it with what was stored and published."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ioc_pipeline.audit.findings import DIFFERS, PARTS, UNDETERMINED, Finding, Report
from ioc_pipeline.cli.output import err, language, print_json, print_table, say
from ioc_pipeline.cli.run import ASPECT_WORDS, ENGINE_CHOICES
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.messages import Text
from ioc_pipeline.publish.release import current
from ioc_pipeline.settings import Places, places

SHOWN = 40
"""Findings printed; --json has all."""


def audit(
    feed: Annotated[str | None, typer.Option(help="Chỉ nguồn này · only this feed")] = None,
    release: Annotated[str, typer.Option(help="current | all | none | mã bản phát hành · release id")] = "current",
    engine: Annotated[str, typer.Option(help="sql | gx | both: hỏi thêm Great Expectations gốc · ask stock GX too")] = (
        "sql"
    ),
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="GX gốc chỉ xét N lần giao mới nhất của mỗi nguồn · stock GX on the newest N only"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Tính lại mọi kết luận từ byte đã nhận rồi đối chiếu · recompute every verdict from the received bytes.

    Exit codes: 0 everything judged agrees, 1 something differs, 2 nothing differs but not everything could be judged.
    """
    from ioc_pipeline.audit.run import Wish
    from ioc_pipeline.audit.run import audit as recompute

    if engine not in ENGINE_CHOICES:
        raise typer.BadParameter(" | ".join(ENGINE_CHOICES), param_hint="--engine")
    home = places()
    province = _province(home)

    def declared(day: date) -> Catalogue:
        return load_catalogue(province=province, today=day)

    catalogue = load_catalogue(province=province)
    if feed is not None and feed not in catalogue.feeds:
        raise typer.BadParameter(f"{feed} ∉ {', '.join(catalogue.feeds)}", param_hint="--feed")
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=err, transient=True
    ) as progress:
        task = progress.add_task("landing")
        report = recompute(
            home, declared, catalogue, Wish(feed, release, engine, limit),
            lambda what, name: progress.update(task, description=f"{what} · {name[-60:]}"),
        )  # fmt: skip
    if as_json:
        print_json({"home": str(home.root), **report.as_dict()})
    else:
        _print(home, report)
    raise typer.Exit(report.exit_code)


def _province(home: Places) -> str | None:
    """Province of the current release, whatever the auditor's own machine is set to: by another one's rules every
    delivery would differ. Without a release the setting decides."""
    now = current(home)
    return str(now.manifest["state"]["province"]) if now else None


def _print(home: Places, report: Report) -> None:
    columns = [
        (Text("Phần kiểm toán", "Part"), "left"),
        (Text("Khớp", "Agrees"), "right"),
        (Text("Khác", "Differs"), "right"),
        (Text("Chưa đủ cơ sở", "Undetermined"), "right"),
    ]
    rows = [
        (
            title.in_language(language()),
            report.agreeing[part],
            report.count(part, DIFFERS),
            report.count(part, UNDETERMINED),
        )
        for part, title in PARTS.items()
    ]
    print_table(Text(f"Kiểm toán {home.root}", f"Audit of {home.root}"), columns, rows)
    _print_findings(report)
    with_what = ", ".join(f"{k}={str(v)[:24]}" for k, v in report.recomputed_with.items())
    say(f"Tính lại bằng: {with_what}.", f"Recomputed with: {with_what}.")
    for text in report.notes:
        say(f"Khi đó xét bằng thứ khác: {text.vi}.", f"Judged with something else then: {text.en}.", style="yellow")
    for text in report.not_asked:
        say(f"Không xét: {text.vi}.", f"Not judged: {text.en}.")
    verdict, style = (
        (Text("Mọi điều đã xét đều khớp.", "Everything judged agrees."), "green"),
        (Text("CÓ KHÁC BIỆT: xem bảng trên.", "THERE ARE DIFFERENCES: see the table above."), "red"),
        (Text("Không có khác biệt, nhưng chưa đủ cơ sở cho mọi phần.", "No difference, but not everything could be "
              "judged."), "yellow"),
    )[report.exit_code]  # fmt: skip
    say(verdict.vi, verdict.en, style=style)


def _print_findings(report: Report) -> None:
    ordered = sorted(report.findings, key=lambda f: (f.state != DIFFERS, list(PARTS).index(f.part)))
    if not ordered:
        return
    columns = [
        (Text("Kết quả", "State"), "left"),
        (Text("Nguồn · lần giao", "Feed · delivery"), "left"),
        (Text("Điều được đối chiếu", "What was compared"), "left"),
        (Text("Đã lưu", "Stored"), "left"),
        (Text("Tính lại", "Recomputed"), "left"),
        (Text("Vì sao", "Why"), "left"),
    ]
    rows: list[tuple[Any, ...]] = [
        (
            (Text("KHÁC", "DIFFERS") if f.state == DIFFERS else Text("chưa rõ", "undetermined")).in_language(
                language()
            ),
            " · ".join(str(part) for part in (f.feed, f.delivery) if part),
            _what(f),
            _short(f.stored),
            _short(f.recomputed),
            f.why.in_language(language()) if f.why else "",
        )
        for f in ordered[:SHOWN]
    ]
    print_table(Text("Khác biệt và điều chưa đủ cơ sở", "Differences and what could not be judged"), columns, rows)
    if len(ordered) > SHOWN:
        more = len(ordered) - SHOWN
        say(f"Và {more} điều nữa; xem đủ bằng --json.", f"And {more} more; --json has them all.", style="yellow")


def _what(finding: Finding) -> str:
    column = finding.column or ""
    words = ASPECT_WORDS[column].in_language(language()) if finding.part == "engines" else column
    return f"{finding.part} · {finding.what}" + (f" · {words}" if words else "")


def _short(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        plain = json.dumps(json.loads(text), ensure_ascii=False) if text.startswith("{") else text
    except json.JSONDecodeError:
        plain = text
    return plain if len(plain) <= 120 else plain[:117] + "…"
