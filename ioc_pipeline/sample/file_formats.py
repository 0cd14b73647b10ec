"""Rows of a simulated delivery → the bytes a department would send. Same rows, same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.sample.json_stat_file import write_json_stat
from ioc_pipeline.sample.sdmx_file import write_sdmx
from ioc_pipeline.sample.statistics_workbook import write_statistics_workbook

Writer = Callable[..., None]


def write_csv(
    rows: pl.DataFrame,
    path: Path,
    *,
    feed: Feed,
    catalogue: Catalogue,
    period: str,
    published: date,
    options: Mapping[str, Any],
) -> None:
    """Delimited text. Options: `delimiter` (`,`), `decimal` (`.` or `,`), `encoding` (`utf-8`, `utf-8-sig`, `utf-16`),
    `headers` (`name`, `title_vi` or `alias`: the first declared alias), `dates` and `times`
    (strftime patterns)."""
    shown = _headed(_plain_moments(rows, options), feed, options)
    text = shown.write_csv(separator=options.get("delimiter", ","), decimal_comma=options.get("decimal") == ",")
    path.write_bytes(text.encode(options.get("encoding", "utf-8")))


def write_json(
    rows: pl.DataFrame,
    path: Path,
    *,
    feed: Feed,
    catalogue: Catalogue,
    period: str,
    published: date,
    options: Mapping[str, Any],
) -> None:
    """A JSON array, one record a line. Options: `wrap` (key of an envelope), `headers`, `dates`, `times`."""
    wrap = options.get("wrap")
    lines = ",\n".join(_json_lines(rows, feed, options))
    text = f"[\n{lines}\n]"
    if wrap:
        text = f'{{"{wrap}": {text}, "total": {rows.height}, "simulated": true}}'
    path.write_text(text + "\n", encoding="utf-8")


def write_ndjson(
    rows: pl.DataFrame,
    path: Path,
    *,
    feed: Feed,
    catalogue: Catalogue,
    period: str,
    published: date,
    options: Mapping[str, Any],
) -> None:
    """JSON Lines. Options: `headers`, `dates`, `times`."""
    path.write_text("\n".join(_json_lines(rows, feed, options)) + "\n", encoding="utf-8")


def write_parquet(
    rows: pl.DataFrame,
    path: Path,
    *,
    feed: Feed,
    catalogue: Catalogue,
    period: str,
    published: date,
    options: Mapping[str, Any],
) -> None:
    """Parquet with the contract's column names."""
    pq.write_table(rows.to_arrow(), path, compression="zstd", row_group_size=122_880)


def write_filled_form(
    rows: pl.DataFrame,
    path: Path,
    *,
    feed: Feed,
    catalogue: Catalogue,
    period: str,
    published: date,
    options: Mapping[str, Any],
) -> None:
    """The Excel form of the feed, filled in and labelled as simulated; columns as `forms.write_form` takes them."""
    from ioc_pipeline.forms.form_file import write_form

    named = rows.drop("simulated", strict=False).iter_rows(named=True)
    write_form(feed, catalogue, path, period=period, rows=list(named), simulated=True)


WRITERS: dict[str, Writer] = {
    "form": write_filled_form,
    "csv": write_csv,
    "json": write_json,
    "ndjson": write_ndjson,
    "parquet": write_parquet,
    "json_stat": write_json_stat,
    "sdmx": write_sdmx,
    "statistics_workbook": write_statistics_workbook,
}


def _json_lines(rows: pl.DataFrame, feed: Feed, options: Mapping[str, Any]) -> list[str]:
    shown = _headed(_plain_moments(rows, options), feed, options)
    return [json.dumps(record, ensure_ascii=False) for record in shown.iter_rows(named=True)]


def _plain_moments(rows: pl.DataFrame, options: Mapping[str, Any]) -> pl.DataFrame:
    """Dates and times as text: ISO, or `dates` and `times` where the source writes them otherwise."""
    days = [name for name, kind in rows.schema.items() if kind == pl.Date]
    moments = [name for name, kind in rows.schema.items() if kind == pl.Datetime]
    return rows.with_columns(
        pl.col(days).dt.strftime(options.get("dates", "%Y-%m-%d")),
        pl.col(moments).dt.strftime(options.get("times", "%Y-%m-%dT%H:%M:%S")),
    )


def _headed(rows: pl.DataFrame, feed: Feed, options: Mapping[str, Any]) -> pl.DataFrame:
    style = options.get("headers", "name")
    names: dict[str, str] = {}
    for column in feed.columns:
        if column.name in rows.columns and column.name != "simulated":
            if style == "title_vi":
                names[column.name] = column.title.vi
            elif style == "alias" and column.aliases:
                names[column.name] = column.aliases[0]
    return rows.rename(names)
