"""Which reader reads which feed: the contract's `reader.format` decides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.read.reading import Reading

Reader = Callable[[Feed, Path, str, Path, Catalogue], Reading]


def _table(feed: Feed, blob: Path, name: str, out: Path, catalogue: Catalogue) -> Reading:
    from ioc_pipeline.read.table_file import read_table

    return read_table(feed, blob, name, out, code_lists=catalogue.codes, province=catalogue.province.code)


def _indicator_json(feed: Feed, blob: Path, name: str, out: Path, catalogue: Catalogue) -> Reading:
    from ioc_pipeline.read.indicator_json import read_indicator_json

    return read_indicator_json(feed, blob, name, out, code_lists=catalogue.codes, province=catalogue.province)


def _nso_workbook(feed: Feed, blob: Path, name: str, out: Path, catalogue: Catalogue) -> Reading:
    from ioc_pipeline.read.nso_workbook import read_workbook

    return read_workbook(feed, blob, name, out)


READERS: dict[str, Reader] = {
    "table": _table,
    "indicator_json": _indicator_json,
    "nso_workbook": _nso_workbook,
}
"""Readers import what they need when first used: a run without workbooks never loads a spreadsheet library."""


def read_delivery(feed: Feed, blob: Path, original_name: str, out: Path, catalogue: Catalogue) -> Reading:
    """Read the bytes of a delivery into a Parquet file at `out`.

    Raises ReadRefused when the bytes cannot be what the contract says.
    """
    return READERS[feed.reader["format"]](feed, blob, original_name, out, catalogue)
