"""What the commands on the operations store share: who speaks, and the store opened for reading or for one step."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import typer

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.operation_rules import AlertRules, TaskRules
from ioc_pipeline.flow import now_utc
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.operations.store import Ledger, OperationsStore
from ioc_pipeline.settings import places

T = TypeVar("T")
Who = Annotated[str | None, typer.Option("--who", help="Người thực hiện · who does it (default: OS user)")]
Json = Annotated[bool, typer.Option("--json", help="JSON")]


def person(who: str | None) -> str:
    """Who is named, or the user of the operating system."""
    return (who or getpass.getuser()).strip()


@contextmanager
def opened() -> Iterator[OperationsStore]:
    """The operations store of the configured state folder."""
    store = OperationsStore(places())
    try:
        yield store
    finally:
        store.close()


def stepped(step: Callable[[Ledger], T]) -> T:
    """Do one step in a writing transaction of its own."""
    with opened() as store, store.writing(now_utc()) as ledger:
        return step(ledger)


def today_of(catalogue: Catalogue) -> date:
    """The day it is in the province."""
    return now_utc().astimezone(ZoneInfo(catalogue.province.timezone)).date()


def alert_rules(catalogue: Catalogue) -> AlertRules:
    """The declared rules of alerts; IocError when they cannot be used."""
    if catalogue.operations.alerts is None:
        raise _unusable("alerts.yaml")
    return catalogue.operations.alerts


def task_rules(catalogue: Catalogue) -> TaskRules:
    """The declared rules of tasks; IocError when they cannot be used."""
    if catalogue.operations.tasks is None:
        raise _unusable("tasks.yaml")
    return catalogue.operations.tasks


def _unusable(name: str) -> IocError:
    return IocError(
        Message(
            "operations.rules",
            f"Quy tắc operations/{name} thiếu hoặc có lỗi; xem: ioc contract check",
            f"The rules operations/{name} are missing or broken; see: ioc contract check",
        )
    )


def as_day(text: str | None, today: date) -> date:
    """A day written 2026-11-30 or 30/11/2026; today when none is given."""
    if text is None:
        return today
    day, slash, rest = text.partition("/")
    month, _, year = rest.partition("/")
    try:
        return date.fromisoformat(f"{year}-{month:0>2}-{day:0>2}" if slash else text)
    except ValueError as error:
        raise IocError(
            Message(
                "date.unreadable",
                f"“{text}” không phải ngày; viết 30/11/2026 hoặc 2026-11-30.",
                f"“{text}” is no date; write 2026-11-30 or 30/11/2026.",
            )
        ) from error
