"""A published release against the one made again: its manifest, and every table value by value."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import duckdb

from ioc_pipeline.audit.excuses import Excuses
from ioc_pipeline.audit.findings import (
    CLAUSES,
    DIFFERS,
    OTHER,
    RELEASE_FILE,
    SCORES,
    UNDETERMINED,
    VALUES,
    Finding,
    Report,
)  # fmt: skip
from ioc_pipeline.audit.tables import CellDifference, columns_of, compare
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.publish.release import Release, current
from ioc_pipeline.settings import Places

TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "indicator_values": (VALUES, ("feed_id", "code", "area", "period")),
    "indicator_vintages": (VALUES, ("feed_id", "code", "area", "period", "data_type", "vintage")),
    "clause_verdicts": (CLAUSES, ("scope", "feed_id", "clause")),
    "scores": (SCORES, ("level", "id")),
    "release_info": (OTHER, ()),
    "indicators": (OTHER, ("code",)),
    "feeds": (OTHER, ("feed_id",)),
    "deliveries": (OTHER, ("feed_id", "delivery_id")),
    "validation_results": (OTHER, ("feed_id", "delivery_id", "expectation_id")),
    "quarantine": (OTHER, ("feed_id", "delivery_id", "row_no", "clause", "expectation_id", "column_name")),
    "doubts": (OTHER, ("feed_id", "delivery_id", "clause", "column_name", "code")),
    "clauses": (OTHER, ("id",)),
    "observations": (
        OTHER,
        ("feed_id", "indicator", "item", "area", "period", "measure", "data_type", "unit", "agency"),
    ),
    "areas": (OTHER, ("code",)),
    "incidents": (OTHER, ("incident_id",)),
    "corrections": (OTHER, ("id",)),
    "target_path": (VALUES, ("code", "area", "period")),
    "status_tree": (VALUES, ("node",)),
    "forecasts": (VALUES, ("code", "area")),
    "forecast_path": (VALUES, ("code", "area", "period")),
    "contributions": (VALUES, ("code", "area", "period", "against", "dimension", "part")),
    "contribution_totals": (VALUES, ("code", "area", "period", "against")),
    "task_followup": (OTHER, ("feed_id", "task_id")),
    "unit_ranking": (OTHER, ("unit", "year")),
    "field_coverage": (OTHER, ("field_id",)),
    "scenario_assumptions": (OTHER, ("scenario", "name")),
    "scenario_effects": (OTHER, ("scenario", "code")),
    "service_cards": (OTHER, ("part", "code")),
    "service_units": (VALUES, ("code", "unit")),
    "service_fields": (VALUES, ("code", "field")),
    "top_services": (VALUES, ("procedure",)),
}
_WITH = ("run_id", "release_id", "code_version", "contracts_hash")
"""Columns that say with what a release was made; the report names them when they are others."""

_OF_MANIFEST = ("standard_version", "contract_versions", "tables", "corrections_failed", "indicators_failed")

OF_ONE_FEED = (
    "indicator_values",
    "indicator_vintages",
    "deliveries",
    "doubts",
    "validation_results",
    "quarantine",
    "observations",
    "feeds",
)
"""Tables of which the rows of one feed depend on no other feed."""


def released(places: Places, wanted: str) -> list[Release]:
    """Releases to audit: `current`, `all`, or an id; in the order in which they were made.

    Raises IocError for an id that is not there; an empty list when nothing was published yet.
    """
    if wanted == "current":
        now = current(places)
        return [now] if now else []
    found = []
    for path in sorted(places.releases.glob("[!.]*/manifest.json")):
        with suppress(ValueError):  # named by the look at all releases
            found.append(Release(path.parent.name, path.parent, json.loads(path.read_text(encoding="utf-8"))))
    chosen = [r for r in found if wanted in ("all", r.release_id)]
    if wanted != "all" and not chosen:
        listed = ", ".join(r.release_id for r in found) or "–"
        raise IocError(
            Message(
                "audit.release",
                f"Không có bản phát hành {wanted} trong {places.releases}. Hiện có: {listed}.",
                f"No release {wanted} in {places.releases}. There are: {listed}.",
            )
        )
    return sorted(chosen, key=lambda r: r.manifest["created_at"])


def compare_release(
    release: Release, again: Release, excuses: Excuses, own: Text | None, report: Report, feed: str | None
) -> None:
    """Compare manifest inputs and every table; `own` says why the release as a whole may differ. With `feed`, only
    what depends on this feed alone."""
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name, folder in (("published", release.folder), ("again", again.folder)):
            path = str(folder / "release.duckdb").replace("'", "''")
            try:
                connection.execute(f"ATTACH '{path}' AS {name} (READ_ONLY)")
            except duckdb.Error as error:
                what = f"{release.release_id}/release.duckdb"
                report.add([Finding(RELEASE_FILE, DIFFERS, None, None, what, "readable", str(error), None)])
                return
        for table, (part, key) in TABLES.items():
            if feed and table not in OF_ONE_FEED:
                continue
            columns = [columns_of(connection, f"{side}.{table}").keys() for side in ("published", "again")]
            if not columns[0]:
                state = UNDETERMINED if own else DIFFERS
                report.add([Finding(part, state, None, None, table, "table", None, table, _OLDER if own else None)])
                continue
            for column in sorted(columns[0] ^ columns[1]):
                then, now = (column if column in side else None for side in columns)
                state = UNDETERMINED if own else DIFFERS
                report.add([Finding(part, state, None, None, table, column, then, now, own)])
            where = "feed_id = '" + feed.replace("'", "''") + "'" if feed else "true"
            difference = compare(
                connection, f"published.{table}", f"again.{table}", key, where=where,
                ignored=_WITH,
            )  # fmt: skip
            report.agree(part, difference.agreeing)
            report.add(_finding(part, table, key, cell, excuses, own) for cell in difference.cells)
            left = difference.total - len(difference.cells)
            if left:
                state = UNDETERMINED if own else DIFFERS
                report.add([Finding(part, state, None, None, f"{table}: + {left}", why=own)])
    _compare_inputs(release.manifest, again.manifest, excuses, own, report, feed)


def _finding(
    part: str, table: str, key: tuple[str, ...], cell: CellDifference, excuses: Excuses, own: Text | None
) -> Finding:
    named = dict(zip(key, cell.key, strict=True))
    feed, delivery = named.pop("feed_id", None), named.pop("delivery_id", None)
    what = " ".join(str(value) for value in named.values() if value is not None)
    why = own or excuses.of(feed, delivery)
    return Finding(
        part, UNDETERMINED if why else DIFFERS, feed, delivery, f"{table}: {what}".rstrip(": "), cell.column,
        cell.stored, cell.recomputed, why,
    )  # fmt: skip


def _compare_inputs(
    published: dict[str, Any],
    again: dict[str, Any],
    excuses: Excuses,
    own: Text | None,
    report: Report,
    feed: str | None,
) -> None:
    """What the manifest says besides hashes and moments: counts, failures, and the files and outcomes of its inputs."""
    for column in () if feed else _OF_MANIFEST:
        if published.get(column) == (found := json.loads(json.dumps(again[column]))):
            report.agree(RELEASE_FILE)
            continue
        why = own or excuses.of(None, None)
        then, now = (json.dumps(said, ensure_ascii=False, sort_keys=True) for said in (published.get(column), found))
        report.add(
            [
                Finding(
                    RELEASE_FILE, UNDETERMINED if why else DIFFERS, None, None, "manifest.json", column, then, now, why
                )
            ]
        )
    sides = [
        {(i["feed_id"], i["delivery_id"]): i for i in manifest["inputs"] if feed in (None, i["feed_id"])}
        for manifest in (published, again)
    ]
    for key in sorted(sides[0].keys() | sides[1].keys()):
        one, two = (side.get(key, {}) for side in sides)
        wrong = [c for c in ("file_name", "sha256", "outcome") if one.get(c) != two.get(c)]
        if not wrong:
            report.agree(RELEASE_FILE)
        for column in wrong:
            why = own or excuses.of(*key)
            report.add(
                [
                    Finding(
                        RELEASE_FILE, UNDETERMINED if why else DIFFERS, *key, "manifest.json: inputs", column,
                        one.get(column), two.get(column), why,
                    )
                ]
            )  # fmt: skip


_OLDER = Text("bản phát hành cũ chưa có bảng này", "the release is older than this table")
