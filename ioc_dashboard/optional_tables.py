"""Tables that only newer releases have."""

from __future__ import annotations

from typing import Any

import duckdb

from ioc_dashboard.release import Release


def rows_if_there(release: Release, sql: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
    """Rows of a query; none when the release was made before a table or column of it existed."""
    try:
        return release.rows(sql, parameters)
    except (duckdb.CatalogException, duckdb.BinderException):
        return []
