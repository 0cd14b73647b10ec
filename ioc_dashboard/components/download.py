"""Download buttons: what a page shows, as CSV and XLSX with where every row came from.

A file is made when somebody asks for it, in a thread of its own, and kept for the others who see the same release.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any

import streamlit as st

from ioc_dashboard.release import Release
from ioc_dashboard.screen import Screen
from ioc_pipeline.export.files import MIME, to_bytes
from ioc_pipeline.export.release_rows import Filters, Query, release_sheet
from ioc_pipeline.export.sheet import Sheet

_KEPT = 8
_files: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
_lock = Lock()


def download(screen: Screen, name: str, rows: Callable[[], Sheet], mark: str = "") -> None:
    """Two buttons for one table. `name`: end of its text (`download_<name>`), of its file and of its key; `rows` makes
    the sheet; `mark` tells apart tables of the same name in one release (filters, state of the store)."""
    words = screen.t(f"download_{name}")
    with st.container(key=f"download_{name}", horizontal=True, gap="small", vertical_alignment="center"):
        for kind in ("xlsx", "csv"):
            made: Callable[[], bytes] = partial(_file, screen.release.key, screen.lang, name, mark, kind, rows)
            st.download_button(
                f"{words}: {kind.upper()}",
                made,
                file_name=f"{name}-{screen.release.release_id}.{kind}",
                mime=MIME[kind],
                key=f"_download_{name}_{kind}",
                on_click="ignore",
                icon=":material/download:",
                help=screen.t("download_help") if kind == "xlsx" else None,
            )


def kept_file(key: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
    """What was made before under a key, or made now; the oldest files are forgotten."""
    with _lock:
        if key in _files:
            _files.move_to_end(key)
            return _files[key]
    content = make()
    with _lock:
        _files[key] = content
        while len(_files) > _KEPT:
            _files.popitem(last=False)
    return content


def query_of(release: Release) -> Query:
    """Runs queries of the export on a release."""

    def query(sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
        return release.rows(sql, parameters)

    return query


def release_table(screen: Screen, name: str, asked: Filters | None = None) -> None:
    """Buttons for one of the release's own tables, as `ioc export` writes it."""
    release, lang = screen.release, screen.lang
    download(screen, name, lambda: release_sheet(name, query_of(release), lang, asked), mark=str(asked or ""))


def _file(key: str, lang: str, name: str, mark: str, kind: str, rows: Callable[[], Sheet]) -> bytes:
    return kept_file((key, lang, name, mark, kind), lambda: to_bytes(rows(), kind, lang))
