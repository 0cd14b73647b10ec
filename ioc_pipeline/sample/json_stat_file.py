"""Rows of observations → a JSON-stat file as the statistics office's PX-Web gives it, labelled as simulated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from math import prod
from pathlib import Path
from typing import Any

import polars as pl

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.form_layout import SIMULATED_LABEL
from ioc_pipeline.contracts.model import Feed


def write_json_stat(
    rows: pl.DataFrame, path: Path, *, feed: Feed, catalogue: Catalogue, period: str, published: date,
    options: Mapping[str, Any],
) -> None:  # fmt: skip
    """One table. Options: `label`; `dimensions`: name → column (or `period`), in the order of the values; `labels`:
    column → value → label as printed, where it is another (the empty value is written `""`).

    A period of preliminary numbers is `Prel. 2025`. Categories stand in the order in which rows bring them; a cell
    without a row is null. The label of simulated data is the source and a note; the NUL byte at the end is the real
    files' own. Raises ValueError when two rows claim one cell.
    """
    columns: dict[str, str] = options["dimensions"]
    wording: Mapping[str, Mapping[str, str]] = options.get("labels") or {}
    categories: dict[str, dict[str, int]] = {name: {} for name in columns}
    cells: dict[tuple[int, ...], float | None] = {}
    for row in rows.iter_rows(named=True):
        place = []
        for name, column in columns.items():
            key = "" if row[column] is None else str(row[column])
            label = wording.get(column, {}).get(key, key)
            if column == "period" and row["data_type"] == "preliminary":
                label = f"Prel. {label}"
            place.append(categories[name].setdefault(label, len(categories[name])))
        if tuple(place) in cells:
            raise ValueError(f"{feed.id}: two rows for one cell of {path.name}: {row}")
        cells[tuple(place)] = row["value"]
    sizes = [len(found) for found in categories.values()]
    values: list[float | None] = [None] * prod(sizes)
    for picked, value in cells.items():
        at = 0
        for index, size in zip(picked, sizes, strict=True):
            at = at * size + index
        values[at] = value
    dimension: dict[str, Any] = {
        name: {
            "label": name,
            "category": {
                "index": {str(index): index for index in found.values()},
                "label": {str(index): label for label, index in found.items()},
            },
        }
        for name, found in categories.items()
    }
    dimension |= {"id": list(columns), "size": sizes, "role": {}}
    dataset = {
        "dimension": dimension, "label": options["label"], "source": SIMULATED_LABEL, "note": [SIMULATED_LABEL],
        "updated": f"{published.isoformat()}T02:00:00Z", "value": values,
    }  # fmt: skip
    text = json.dumps({"dataset": dataset}, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(text.encode() + b"\x00")
