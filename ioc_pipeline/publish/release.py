"""Publish: a small read-only DuckDB file per release, its manifest, and the pointer that makes it current.

The file is built under a temporary name, checkpointed, synced and renamed; then the pointer is replaced. A kill at any
moment leaves the pointer on a complete release. Nobody opens a release for writing again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from ioc_pipeline.atomic import partial_prefix, sweep, sync, write_json
from ioc_pipeline.compute.health import FeedHealth, healths_of
from ioc_pipeline.compute.incidents import read_incidents
from ioc_pipeline.compute.incremental import Refreshed, refresh
from ioc_pipeline.compute.vintages import refresh_vintages
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.file_hash import sha256_of
from ioc_pipeline.publish.tables import fill
from ioc_pipeline.settings import Places
from ioc_pipeline.store.warehouse import ANY_NUMBER, FAST_COMPRESSION, fit_to, writing
from ioc_pipeline.version import code_version

_BLOCK_BYTES = 16384
"""Of a release's file, whose many small tables would fill the usual blocks of 256 KiB with nothing."""


@dataclass(frozen=True)
class Release:
    """A published release; `folder` holds `release.duckdb` and `manifest.json`.

    `refreshed`: which cards were recomputed for it; None when it was not made just now. It stands in no file: an audit
    recomputes all of them and gets the same release.
    """

    release_id: str
    folder: Path
    manifest: dict[str, Any]
    refreshed: Refreshed | None = None


def current(places: Places) -> Release | None:
    """The release the pointer names; None before the first one or when the pointer cannot be followed."""
    try:
        pointer = json.loads(places.current_release.read_text(encoding="utf-8"))
        folder = places.releases / pointer["release_id"]
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        return None
    return Release(pointer["release_id"], folder, manifest)


def is_behind(places: Places, catalogue: Catalogue, now: datetime) -> bool:
    """True when a release made now would say something that the current one does not."""
    if not places.warehouse.exists():
        return False
    with writing(places) as warehouse:
        state = _state(warehouse, catalogue, _healths(warehouse, catalogue, now), now)
    before = current(places)
    return bool(state["change"]) and (before is None or before.manifest["state"] != state)


def _healths(warehouse: duckdb.DuckDBPyConnection, catalogue: Catalogue, now: datetime) -> dict[str, FeedHealth]:
    return healths_of(warehouse, list(catalogue.feeds.values()), now, catalogue.province.timezone)


def publish(places: Places, catalogue: Catalogue, *, run_id: str, now: datetime) -> Release | None:
    """Publish what the warehouse holds; None when the current release already says the same.

    The same means: no delivery since, the same declarations, code and province, and no feed whose health changed
    (a feed can become late without any delivery).
    """
    with writing(places) as warehouse:
        sweep(places.releases)
        healths = _healths(warehouse, catalogue, now)
        state = _state(warehouse, catalogue, healths, now)
        before = current(places)
        if before is not None and before.manifest["state"] == state:
            return None
        if not state["change"]:
            return None
        held = warehouse.execute(
            "SELECT coalesce(sum(estimated_size), 0) FROM duckdb_tables() WHERE database_name = current_database()"
        ).fetchone()
        fit_to(warehouse, int(held[0]) if held else 0)
        try:
            refreshed = refresh(warehouse, catalogue, now)
            refresh_vintages(warehouse, catalogue)
            return _build(places, warehouse, catalogue, healths, state, refreshed, run_id=run_id, now=now)
        finally:
            fit_to(warehouse, ANY_NUMBER)


def _state(
    warehouse: duckdb.DuckDBPyConnection, catalogue: Catalogue, healths: dict[str, FeedHealth], now: datetime
) -> dict[str, Any]:
    """What a release is a function of (besides the moment): compared to tell whether there is anything new."""
    change = warehouse.execute("SELECT max(change) FROM changes").fetchone()
    today = now.astimezone(ZoneInfo(catalogue.province.timezone)).date()
    return {
        "change": change[0] if change else None,
        "contracts_hash": catalogue.hash,
        "code_version": code_version(),
        "province": catalogue.province.code,
        "health": {feed_id: [h.health, h.due.text] for feed_id, h in sorted(healths.items())},
        "layers": [[layer.id, layer.version] for layer in catalogue.standard.layers],
        "corrections_expired": sorted(c.id for c in catalogue.corrections if c.expired(today)),
        "incidents_overdue": sorted(i.id for i in read_incidents(warehouse, catalogue) if i.overdue(now)),
    }


def _build(
    places: Places,
    warehouse: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    healths: dict[str, FeedHealth],
    state: dict[str, Any],
    refreshed: Refreshed,
    *,
    run_id: str,
    now: datetime,
) -> Release:
    inputs = _inputs(warehouse)
    release_id = release_name(now, state, inputs)
    places.releases.mkdir(parents=True, exist_ok=True)
    folder = places.releases / f"{partial_prefix()}{release_id}"
    folder.mkdir()
    path = folder / "release.duckdb"
    warehouse.execute(f"ATTACH '{_sql(path)}' AS release (BLOCK_SIZE {_BLOCK_BYTES})")
    warehouse.execute(FAST_COMPRESSION)
    try:
        warehouse.execute("USE release")
        warehouse.execute((Path(__file__).parent / "schema.sql").read_text(encoding="utf-8"))
        warehouse.execute(f"USE {_sql(places.warehouse.stem)}")
        counts = fill(warehouse, catalogue, healths, refreshed.failed, release_id=release_id, run_id=run_id, now=now)
        failed = _failed_corrections(warehouse)
        warehouse.execute("CHECKPOINT release")
    finally:
        warehouse.execute(f"USE {_sql(places.warehouse.stem)}")
        warehouse.execute("DETACH release")
        warehouse.execute("RESET disabled_compression_methods")
    manifest = {
        "release_id": release_id,
        "created_at": now.isoformat(),
        "run_id": run_id,
        "state": state,
        "standard_version": catalogue.standard.version,
        "contract_versions": {feed.id: feed.version for feed in catalogue.feeds.values()},
        "duckdb_version": duckdb.__version__,
        "tables": counts,
        "release_sha256": sha256_of(path),
        "corrections_failed": failed,
        "indicators_failed": [{"id": code, "vi": m.vi, "en": m.en} for code, m in sorted(refreshed.failed.items())],
        "inputs": inputs,
    }
    write_json(folder / "manifest.json", manifest)
    path.chmod(0o444)
    sync(path)
    final = places.releases / release_id
    folder.rename(final)
    sync(places.releases)
    pointer = {"release_id": release_id, "path": f"{release_id}/release.duckdb", "created_at": now.isoformat()}
    write_json(places.current_release, pointer)
    return Release(release_id, final, manifest, refreshed)


def release_name(now: datetime, state: dict[str, Any], inputs: list[dict[str, Any]]) -> str:
    """Id of a release: its moment, and the start of a hash of its state and inputs."""
    fingerprint = hashlib.sha256(json.dumps([state, inputs], sort_keys=True).encode()).hexdigest()
    return f"{now:%Y%m%dT%H%M%SZ}-{fingerprint[:8]}"


def _failed_corrections(warehouse: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    """Corrections that this release does not apply although they are declared: for the run's summary."""
    rows = warehouse.execute("SELECT id, state, state_vi, state_en FROM release.corrections WHERE failed ORDER BY id")
    return [dict(zip(("id", "state", "vi", "en"), row, strict=True)) for row in rows.fetchall()]


def _inputs(warehouse: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Every delivery with an outcome: its hash and under which contract and code it was judged."""
    rows = warehouse.execute(
        "SELECT feed_id, delivery_id, file_name, sha256, outcome, contract_version, contract_hash, code_version "
        "FROM deliveries ORDER BY feed_id, stated_at, delivery_id"
    )
    names = [d[0] for d in rows.description or ()]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def _sql(path: object) -> str:
    return str(path).replace("'", "''")
