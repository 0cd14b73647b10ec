"""Simulated deliveries of a feed from its declaration `data_contracts/feeds/<id>/sample.yaml`: no Python per feed.

```yaml
prelude: |            # optional SQL statements, run once: tables of the feed's own (projects, stations …)
  CREATE TABLE projects AS SELECT …;
files:
  - every: month      # once | day | week | month | quarter | half | year
    last: 12          # only so many of the newest periods (default: all of the simulated time)
    lag_days: 6       # published so many days after the period's end; not published after `until` = not there
    day: 25           # or: published on that day of the period's last month
    counted_on: "10-20"  # years only: published on that day (month-day) of the year itself
    name: "{published}_giai_ngan.csv"   # {published} 2026-09-25, {period} 2026-09, {year}, {month}, {quarter}
    format: csv       # csv | json | ndjson | parquet | form | json_stat | sdmx | statistics_workbook
    options: {}       # of the format, see file_formats.py and the module of the format
    query: |          # one SELECT over the world's tables; columns are those of the contract
      SELECT … FROM communes WHERE …
```

The query sees `$first` and `$last` (days of the period), `$published`, `$period`, `$year`, `$month`, `$previous` (the
day the previous file of this entry was published; the beginning of the simulated time for the first) and `$opens` (true
for the entry's first file). The column `simulated` is added where the contract has it. A query without rows gives no
file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from ioc_pipeline.atomic import replacing
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.sample.file_formats import WRITERS

EVERY = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""Months of a period."""


@dataclass(frozen=True)
class Due:
    """One file that is due: its period and the day it is published."""

    period: str
    first: date
    last: date
    published: date


@dataclass(frozen=True)
class Written:
    """One file that was written."""

    feed: str
    path: Path
    records: int


def sample_declaration(feed: Feed) -> dict[str, Any] | None:
    """The feed's `sample.yaml`; None for a feed that has none."""
    path = feed.folder / "sample.yaml"
    return dict(YamlSource(path).data) if path.exists() else None


def write_deliveries(
    world: duckdb.DuckDBPyConnection, catalogue: Catalogue, feed: Feed, out: Path, *, first: date, until: date
) -> list[Written]:
    """Write the files of one feed below `out/<feed id>`, in the order in which they would have been published.

    `world`: see `world.build_world`; `first`, `until`: the simulated time. Raises duckdb.Error for a query that does
    not run and ValueError for one that lacks a column of the contract's key.
    """
    declared = sample_declaration(feed)
    if declared is None:
        return []
    con = world.cursor()
    if declared.get("prelude"):
        con.execute(f'DROP SCHEMA IF EXISTS "{feed.id}" CASCADE')
        con.execute(f'CREATE SCHEMA "{feed.id}"')
        con.execute(f"SET search_path = '{feed.id},main'")
        con.execute(declared["prelude"])
    written: list[Written] = []
    for entry in declared["files"]:
        previous, opens = first, True
        for due in due_files(entry, first, until):
            name = entry["name"].format(
                published=due.published.isoformat(), period=due.period, year=due.first.year,
                month=f"{due.last.month:02d}", quarter=(due.last.month + 2) // 3,
            )  # fmt: skip
            rows = _rows(con, feed, entry["query"], due, previous=previous, opens=opens)
            if rows.height:
                path = out / feed.id / name
                with replacing(path) as temporary:
                    WRITERS[entry["format"]](
                        rows, temporary, feed=feed, catalogue=catalogue, period=due.period, published=due.published,
                        options=entry.get("options") or {},
                    )  # fmt: skip
                written.append(Written(feed.id, path, rows.height))
                previous, opens = due.published, False
    return sorted(written, key=lambda file: file.path.name)


def due_files(entry: Mapping[str, Any], first: date, until: date) -> list[Due]:
    """Periods of an entry whose file is published by `until`, oldest first."""
    found = [due for due in _periods(entry, first, until) if due.published <= until]
    return found[-int(entry["last"]) :] if entry.get("last") else found


def _periods(entry: Mapping[str, Any], first: date, until: date) -> Iterator[Due]:
    every, lag = entry["every"], timedelta(days=int(entry.get("lag_days", 0)))
    if every == "once":
        yield Due(until.isoformat(), first, until, until)
        return
    if every in ("day", "week"):
        step = 1 if every == "day" else 7
        day = first if every == "day" else first + timedelta(days=-first.weekday() % 7)
        while day + timedelta(days=step - 1) <= until:
            last = day + timedelta(days=step - 1)
            yield Due(last.isoformat(), day, last, last + lag)
            day += timedelta(days=step)
        return
    if entry.get("counted_on"):
        month, day_of_month = (int(part) for part in str(entry["counted_on"]).split("-"))
        for year in range(first.year, until.year + 1):
            day = date(year, month, day_of_month)
            if day >= first:
                yield Due(str(year), date(year, 1, 1), date(year, 12, 31), day)
        return
    months = EVERY[every]
    index = -(-(first.year * 12 + first.month - 1) // months) * months
    while (last := _month_end(index + months - 1)) <= until:
        start = date(index // 12, index % 12 + 1, 1)
        published = last.replace(day=int(entry["day"])) if entry.get("day") else last + lag
        yield Due(_period_name(every, start, last), start, last, published)
        index += months


def _period_name(every: str, first: date, last: date) -> str:
    if every == "month":
        return f"{last:%Y-%m}"
    if every == "quarter":
        return f"{last.year}-Q{last.month // 3}"
    return f"{first.year}-H{last.month // 6}" if every == "half" else str(first.year)


def _month_end(index: int) -> date:
    return date((index + 1) // 12, (index + 1) % 12 + 1, 1) - timedelta(days=1)


def _rows(
    con: duckdb.DuckDBPyConnection, feed: Feed, query: str, due: Due, *, previous: date, opens: bool
) -> pl.DataFrame:
    values: dict[str, Any] = {
        "first": due.first, "last": due.last, "published": due.published, "period": due.period,
        "year": due.last.year, "month": due.last.month, "previous": previous, "opens": opens,
    }  # fmt: skip
    (statement,) = con.extract_statements(query)
    parameters = {name: values[name] for name in statement.named_parameters}
    rows = con.execute(query, parameters).pl()
    missing = [name for name in feed.key if name not in rows.columns and feed.shape == "records"]
    if missing:
        raise ValueError(f"{feed.id}: the sample's query gives no column {', '.join(missing)}")
    unknown = [name for name in rows.columns if name not in {column.name for column in feed.columns}]
    if unknown and not feed.reader.get("layout"):
        raise ValueError(f"{feed.id}: the sample's query gives columns the contract lacks: {', '.join(unknown)}")
    if any(column.name == "simulated" for column in feed.columns) and "simulated" not in rows.columns:
        rows = rows.with_columns(simulated=pl.lit(True))
    return rows
