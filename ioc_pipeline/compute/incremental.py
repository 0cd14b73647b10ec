"""What must be recomputed: a card whose own text, whose feed's facts, or a card it reads has changed; nothing else.

A card's inputs are hashed: its text and how it is rolled up, the deliveries that gave its feeds facts, and the hashes
of the cards it reads. Equal hash, equal cells.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from ioc_pipeline.compute.bound_facts import area_rows
from ioc_pipeline.compute.cells import NEW, evaluate
from ioc_pipeline.compute.formulas import AREAS, in_order, inputs_of, sql_of, tables_read
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.messages import Message
from ioc_pipeline.store.bulk import insert_rows
from ioc_pipeline.store.warehouse import FAST_COMPRESSION

ENGINE = 3
"""Raised when the same inputs would give other cells: every card is then recomputed."""


@dataclass(frozen=True)
class Refreshed:
    """What one refresh did; `failed` has every card without cells because its text does not work, old or new."""

    recomputed: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...]
    cells: int  # rows written
    seconds: float
    failed: dict[str, Message] = field(default_factory=dict)


def refresh(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, now: datetime) -> Refreshed:
    """Bring `indicator_cells` up to date with the facts and the declarations. Must run outside a transaction."""
    started = time.perf_counter()
    levels, wrong = in_order(catalogue)
    hashes = input_hashes(connection, catalogue, levels)
    before = dict(connection.execute("SELECT code, inputs_hash FROM indicator_runs").fetchall())
    stale = [[card for card in level if before.get(card.code) != hashes[card.code]] for level in levels]
    stale = [level for level in stale if level]
    recomputed = [card.code for level in stale for card in level]
    gone = sorted(set(before) - set(hashes))
    done = evaluate(connection, catalogue, stale) if stale else None
    written = 0
    if recomputed or gone:
        rows = _runs(connection, recomputed, hashes, done.seconds if done else {}, done.failed if done else {}, now)
        replaced = {*recomputed, *gone}
        written = _write(connection, None if replaced >= before.keys() else replaced, rows)
    connection.execute(f"DROP TABLE IF EXISTS temp.main.{NEW}")
    failed = dict(wrong)
    for code, vi, en in connection.execute(
        "SELECT code, error_vi, error_en FROM indicator_runs WHERE error_vi IS NOT NULL ORDER BY code"
    ).fetchall():
        failed[code] = Message("indicator.formula", vi, en)
    kept = tuple(sorted(set(hashes) - set(recomputed)))
    return Refreshed(
        tuple(sorted(recomputed)), kept, tuple(gone), written, time.perf_counter() - started, failed
    )  # fmt: skip


def input_hashes(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, levels: Sequence[Sequence[Indicator]]
) -> dict[str, str]:
    """Hash of everything a card's cells are a function of, by code."""
    states = feed_states(connection)
    areas = _digest(area_rows(catalogue))
    communes = _digest([unit.code for unit in units.communes(catalogue.province.code)])
    ranks = {c.code: c.extra["rank"] for c in catalogue.codes["data_types"].codes.values()}
    hashes: dict[str, str] = {}
    for level in levels:
        for card in level:
            text = sql_of(card) or ""
            read = inputs_of(card, catalogue)
            hashes[card.code] = _digest(
                [
                    ENGINE, catalogue.province.code, text, card.feed, card.additivity, card.weight,
                    card.scale, communes if card.additivity in "SRW" else "",
                    areas if AREAS in tables_read(card) else "", ranks if read.cards else "",
                    {feed: states.get(feed) for feed in read.feeds}, {code: hashes[code] for code in read.cards},
                ]
            )  # fmt: skip
    return hashes


def feed_states(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """State of the facts of each feed: which deliveries added or revised any. One that only repeats changes nothing."""
    return dict(
        connection.execute(
            "SELECT feed_id, md5(string_agg(delivery_id, '/' ORDER BY delivery_id)) FROM deliveries "
            "WHERE outcome = 'stored' AND added + revised > 0 GROUP BY feed_id"
        ).fetchall()
    )


def _runs(
    connection: duckdb.DuckDBPyConnection,
    codes: Sequence[str],
    hashes: dict[str, str],
    seconds: dict[str, float],
    failed: dict[str, Message],
    now: datetime,
) -> list[dict[str, Any]]:
    counts = dict(connection.execute(f"SELECT code, count(*) FROM {NEW} GROUP BY code").fetchall()) if codes else {}
    return [
        {
            "code": code,
            "inputs_hash": hashes[code],
            "computed_at": now,
            "cells": counts.get(code, 0),
            "seconds": seconds.get(code, 0.0),
            "error_vi": failed[code].vi if code in failed else None,
            "error_en": failed[code].en if code in failed else None,
        }
        for code in codes
    ]


def _write(connection: duckdb.DuckDBPyConnection, codes: Collection[str] | None, runs: Sequence[dict[str, Any]]) -> int:
    """One transaction: the cells of these cards (None: of all) and how they were made, or nothing. Returns cells
    written."""
    connection.execute(FAST_COMPRESSION)
    connection.execute("BEGIN TRANSACTION")
    try:
        written = 0
        listed = ", ".join(f"'{code}'" for code in codes or ())
        for table in ("indicator_cells", "indicator_runs"):
            connection.execute(f"DELETE FROM {table}" + (f" WHERE code IN ({listed})" if codes is not None else ""))
        if runs:
            insert_rows(connection, "indicator_runs", runs)
            row = connection.execute(f"INSERT INTO indicator_cells BY NAME FROM {NEW}").fetchone()
            written = int(row[0]) if row else 0
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    finally:
        connection.execute("RESET disabled_compression_methods")
    return written


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
