"""What the warehouse recorded when it judged: the order of deliveries, and with what each was judged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from ioc_pipeline.audit.tables import columns_of
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.receive.delivery import Delivery
from ioc_pipeline.settings import Places

STORED = "stored"
"""Catalogue under which the audited warehouse is attached, read-only."""


@dataclass(frozen=True)
class StoredDelivery:
    """One delivery as the warehouse has it; `change` is its place in the order of storing."""

    feed_id: str
    delivery_id: str
    change: int
    run_id: str
    contract_hash: str
    declarations_hash: str | None
    code_version: str
    stored_at: datetime
    disputed: bool  # the two engines disagreed then
    manifest: dict[str, Any]  # what its manifest said

    @property
    def key(self) -> tuple[str, str]:
        """Feed and delivery."""
        return self.feed_id, self.delivery_id


MANIFEST_COLUMNS = ("file_name", "sha256", "size_bytes", "producer", "received_at", "published_at")


@contextmanager
def attached(connection: duckdb.DuckDBPyConnection, places: Places) -> Iterator[bool]:
    """Attach the audited warehouse as `stored`; yields False when there is none.

    Raises IocError when it cannot be opened: another process writes it, or the file is damaged.
    """
    if not places.warehouse.exists():
        yield False
        return
    path = str(places.warehouse).replace("'", "''")
    try:
        connection.execute(f"ATTACH '{path}' AS {STORED} (READ_ONLY)")
    except duckdb.Error as error:
        raise IocError(
            Message(
                "audit.warehouse",
                f"Không mở được kho {places.warehouse} để đọc ({error}). Hãy kiểm toán trên một bản sao của thư mục "
                "trạng thái, sao khi không có tiến trình nào đang ghi.",
                f"The warehouse {places.warehouse} cannot be opened for reading ({error}). Audit a copy of the state "
                "folder, taken while nothing writes to it.",
            )
        ) from error
    try:
        yield True
    finally:
        connection.execute(f"DETACH {STORED}")


def stored_deliveries(connection: duckdb.DuckDBPyConnection) -> list[StoredDelivery]:
    """Deliveries of the attached warehouse in the order in which they were stored."""
    have = columns_of(connection, f"{STORED}.deliveries")
    declarations = "declarations_hash" if "declarations_hash" in have else "NULL"
    disputes = (
        f"EXISTS (SELECT 1 FROM {STORED}.engine_differences e WHERE e.feed_id = d.feed_id "
        "AND e.delivery_id = d.delivery_id)"
        if columns_of(connection, f"{STORED}.engine_differences")
        else "false"
    )
    rows = connection.execute(
        f"SELECT feed_id, delivery_id, min(change), any_value(run_id), any_value(contract_hash), "
        f"any_value({declarations}), any_value(code_version), any_value(d.stored_at), bool_or({disputes}), "
        f"{', '.join(f'any_value({c})' for c in MANIFEST_COLUMNS)} "
        f"FROM {STORED}.deliveries d LEFT JOIN {STORED}.changes c USING (feed_id, delivery_id) "
        "GROUP BY ALL ORDER BY 3 NULLS LAST, 1, 2"
    ).fetchall()
    found = []
    for feed_id, delivery_id, change, run_id, contract, declared, code, stored_at, disputed, *manifest in rows:
        said = dict(zip(MANIFEST_COLUMNS, manifest, strict=True))
        found.append(
            StoredDelivery(
                feed_id, delivery_id, change or 0, run_id, contract, declared, code, stored_at, disputed, said
            )
        )
    return found


def against_manifest(stored: StoredDelivery, delivery: Delivery) -> list[tuple[str, str, str]]:
    """What the warehouse and the landed manifest say differently: column, warehouse, manifest."""
    return [
        (column, str(before), str(getattr(delivery, column)))
        for column, before in stored.manifest.items()
        if before != getattr(delivery, column)
    ]
