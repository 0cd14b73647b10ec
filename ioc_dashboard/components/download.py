"""Download buttons: what a page shows, as CSV and XLSX with where every row came from.

A file is made when somebody asks for it, in a thread of its own, and kept for the others who see the same release.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO, StringIO
from threading import Lock

import duckdb
import streamlit as st

from ioc_dashboard.screen import Screen
from ioc_pipeline.export.files import write_csv, write_xlsx
from ioc_pipeline.export.rows import Exported, exported

MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_KEPT = 8
_files: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
_lock = Lock()


def download(screen: Screen, name: str, rows: Callable[[duckdb.DuckDBPyConnection], Exported], mark: str = "") -> None:
    """Two buttons for one table. `name`: end of its text (`download_<name>`), of its file and of its key; `rows` reads
    them from the open release; `mark` tells apart tables of one name in one release (filters, state of the store)."""
    words = screen.t(f"download_{name}")
    with st.container(key=f"download_{name}", horizontal=True, gap="small", vertical_alignment="center"):
        for kind in ("xlsx", "csv"):
            made: Callable[[], bytes] = partial(_file, screen, name, mark, kind, rows)
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


def release_table(screen: Screen, name: str, asked: Mapping[str, str] | None = None) -> None:
    """Buttons for one of the release's own tables, as `ioc export` writes it."""
    filters = dict(asked or {})
    download(screen, name, lambda release: exported(release, name, filters), mark=str(sorted(filters.items())))


def card_values(screen: Screen, code: str) -> None:
    """Buttons for every published value of one card: all areas and periods."""
    download(screen, "card_values", lambda release: exported(release, "values", {"code": code}), mark=code)


def _file(
    screen: Screen, name: str, mark: str, kind: str, rows: Callable[[duckdb.DuckDBPyConnection], Exported]
) -> bytes:
    def make() -> bytes:
        cursor = screen.release.connection.cursor()
        try:
            content = rows(cursor)
        finally:
            cursor.close()
        if kind == "xlsx":
            book = BytesIO()
            write_xlsx(content, book)
            return book.getvalue()
        text = StringIO(newline="")
        write_csv(content, text)
        return text.getvalue().encode("utf-8")

    return kept_file((screen.release.key, name, mark, kind), make)
