"""Which reader reads which feed: the contract's `reader.format` decides."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.read.reading import Reading
from ioc_pipeline.read.records.paged_json import is_page_archive, join_pages, locate

Reader = Callable[[Feed, Path, str, Path, Catalogue], Reading]


def _table(feed: Feed, blob: Path, name: str, out: Path, catalogue: Catalogue) -> Reading:
    from ioc_pipeline.read.records.divided_communes import spreading
    from ioc_pipeline.read.records.table_file import read_table

    province, how = catalogue.province.code, spreading(feed, catalogue)
    return read_table(feed, blob, name, out, code_lists=catalogue.codes, province=province, spreading=how)


def _indicator_json(feed: Feed, blob: Path, name: str, out: Path, catalogue: Catalogue) -> Reading:
    from ioc_pipeline.read.exchange.indicator_json import read_indicator_json

    return read_indicator_json(feed, blob, name, out, code_lists=catalogue.codes, province=catalogue.province)


def _nso_workbook(feed: Feed, blob: Path, name: str, out: Path, catalogue: Catalogue) -> Reading:
    from ioc_pipeline.read.statistics.nso_workbook import read_workbook

    return read_workbook(feed, blob, name, out)


def _json_stat(feed: Feed, blob: Path, name: str, out: Path, catalogue: Catalogue) -> Reading:
    from ioc_pipeline.read.exchange.json_stat import read_json_stat

    return read_json_stat(feed, blob, name, out)


def _sdmx(feed: Feed, blob: Path, name: str, out: Path, catalogue: Catalogue) -> Reading:
    from ioc_pipeline.read.exchange.sdmx import read_sdmx

    return read_sdmx(feed, blob, name, out)


def _form(feed: Feed, blob: Path, name: str, out: Path, catalogue: Catalogue) -> Reading:
    from ioc_pipeline.read.forms.form_file import read_form

    return read_form(feed, blob, name, out, catalogue)


READERS: dict[str, Reader] = {
    "table": _table,
    "indicator_json": _indicator_json,
    "nso_workbook": _nso_workbook,
    "json_stat": _json_stat,
    "sdmx": _sdmx,
    "form": _form,
}
"""Readers import what they need when first used: a run without workbooks never loads a spreadsheet library."""


def read_delivery(feed: Feed, blob: Path, original_name: str, out: Path, catalogue: Catalogue) -> Reading:
    """Read the bytes of a delivery into a Parquet file at `out`.

    The pages of a pull are read by the feed's own reader as one array. Raises ReadRefused when the bytes cannot be
    what the contract says.
    """
    reader = READERS[feed.reader["format"]]
    with _without_search_for_cycles():
        if not is_page_archive(blob):
            return reader(feed, blob, original_name, out, catalogue)
        with tempfile.TemporaryDirectory(prefix=".pages-", dir=out.parent) as work:
            pages = Path(work) / "pages.json"
            joined = join_pages(blob, original_name, pages)
            return locate(reader(feed, pages, original_name, out, catalogue), joined)


@contextmanager
def _without_search_for_cycles() -> Iterator[None]:
    """Python's garbage collector off: cells by the hundred thousand make it search again and again, and none of them is
    part of a cycle, so each is freed when it is done with all the same."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
