"""The command `ioc`."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ioc_pipeline.cli import (
    alerts,
    audit,
    backfill,
    boundaries,
    briefing,
    card_list,
    contract,
    demand_list,
    docs,
    doubts,
    draft,
    export,
    faults,
    feed_list,
    forecast,
    incidents,
    indicator,
    notes,
    pull,
    push_server,
    quarantine,
    query,
    receipt,
    reconstruct,
    run,
    sample,
    scenario,
    score,
    status,
    tasks,
    template,
    token,
    up,
    verdicts,
)
from ioc_pipeline.cli.disk import disk_trouble
from ioc_pipeline.cli.output import say_message
from ioc_pipeline.messages import IocError
from ioc_pipeline.settings import places

app = typer.Typer(
    name="ioc",
    help="IOC Pipeline: tiếp nhận, kiểm tra, công bố số liệu của trung tâm điều hành thông minh · "
    "receive, validate and publish the data of a provincial operations centre.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run.run)
app.command("backfill")(backfill.backfill_command)
app.command("briefing")(briefing.briefing)
app.command("pull")(pull.pull)
app.command("status")(status.status)
app.command("quarantine")(quarantine.quarantine)
app.command("reconstruct")(reconstruct.reconstruct)
app.command("receipt")(receipt.receipt)
app.command("doubts")(doubts.doubts)
app.command("export")(export.export)
app.command("query")(query.query)
app.command("template")(template.template)
app.command("sample")(sample.sample)
app.command("audit")(audit.audit)
app.command("boundaries")(boundaries.boundaries)
app.command("docs")(docs.docs)
app.command("faults")(faults.faults)
app.command("up")(up.up)
app.command("push-server")(push_server.push_server)
app.command("verdicts")(verdicts.verdicts)
app.command("score")(score.score)
app.command("incidents")(incidents.incidents)
app.command("forecast")(forecast.forecast)
app.command("scenario")(scenario.scenario)
app.command("indicator")(indicator.indicator)
contract.app.command("draft")(draft.draft)
contract.app.command("feeds")(feed_list.feeds)
contract.app.command("cards")(card_list.cards)
contract.app.command("demands")(demand_list.demands)
app.add_typer(contract.app, name="contract")
app.add_typer(token.app, name="token")
app.add_typer(alerts.app, name="alerts")
app.add_typer(tasks.app, name="tasks")
app.add_typer(notes.app, name="note")


@app.callback()
def _options(
    home: Annotated[
        Path | None, typer.Option("--home", help="Thư mục trạng thái · state folder (default: $IOC_HOME or ./ioc_home)")
    ] = None,
    province: Annotated[
        str | None, typer.Option("--province", help="Mã tỉnh · province code (default: $IOC_PROVINCE or 56)")
    ] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="vi | en (default: $IOC_LANG or vi)")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Nhật ký chi tiết · log details")] = False,
) -> None:
    for name, value in (("IOC_HOME", home), ("IOC_PROVINCE", province), ("IOC_LANG", lang)):
        if value is not None:
            os.environ[name] = str(value)
    logging.basicConfig(level=logging.INFO if verbose else logging.CRITICAL, stream=sys.stderr)


def main() -> None:
    """Entry point: errors a user can act on are printed in words, without a traceback; exit code 1."""
    try:
        app()
    except IocError as error:
        say_message(error.message, style="red")
        raise SystemExit(1) from error
    except Exception as error:
        trouble = disk_trouble(error, places().root)
        if trouble is None:
            raise
        say_message(trouble, style="red")
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
