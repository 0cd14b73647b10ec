"""How the command line speaks: language, tables, JSON, errors."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ioc_pipeline.messages import Message, Text
from ioc_pipeline.periods import TIMEZONE

WIDTH_WITHOUT_TERMINAL = 160
"""Columns when the output goes to a file or another program."""
_ZONE = ZoneInfo(TIMEZONE)


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, width=None if stream.isatty() else WIDTH_WITHOUT_TERMINAL)


out = _console(stderr=False)
err = _console(stderr=True)


def language() -> str:
    """`vi` unless $IOC_LANG says `en`."""
    return "en" if os.environ.get("IOC_LANG", "vi").lower().startswith("en") else "vi"


def say(vi: str, en: str, *, style: str = "") -> None:
    """One line to the reader, on standard error so that --json output stays clean."""
    err.print(escape(en if language() == "en" else vi), style=style or None)


def say_message(message: Message | Text, *, style: str = "") -> None:
    """A bilingual message in the reader's language."""
    err.print(escape(message.in_language(language())), style=style or None)


def print_json(value: Any) -> None:
    """JSON to standard output: dates in ISO, Unicode as is."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def print_table(title: Text, columns: Sequence[tuple[Text, str]], rows: Sequence[Sequence[Any]]) -> None:
    """A table; `columns` gives headings and justification (left, right)."""
    table = Table(title=title.in_language(language()), title_justify="left", header_style="bold")
    for heading, justify in columns:
        table.add_column(heading.in_language(language()), justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*(cell_text(value) for value in row))
    out.print(table)


def cell_text(value: Any) -> str:
    """A value as shown in a table: a dash for null, Vietnamese thousands marks for counts, times of Viet Nam as on the
    dashboard and the receipts, wherever the server stands."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, int):
        grouped = f"{value:,}"
        return grouped if language() == "en" else grouped.replace(",", ".")
    if isinstance(value, datetime):
        return value.astimezone(_ZONE).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return escape(str(value))
