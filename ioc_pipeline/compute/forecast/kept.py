"""Fitted forecasts kept in the warehouse: a series that did not change is not fitted again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from ioc_pipeline.compute.forecast import landing as landing_module
from ioc_pipeline.compute.forecast.landing import Landing, Step, TooLittle, land
from ioc_pipeline.periods import Period, parse_period

Fits = Mapping[tuple[str, str], tuple[str, str]]
"""Kept forecasts by code and area: hash of what they were fitted to, and what was found, as JSON."""


def kept_fits(connection: duckdb.DuckDBPyConnection) -> Fits:
    """All forecasts that the warehouse keeps."""
    rows = connection.execute("SELECT code, area, inputs_hash, fitted_json FROM forecast_fits").fetchall()
    return {(code, area): (digest, fitted) for code, area, digest, fitted in rows}


def landing_of(
    connection: duckdb.DuckDBPyConnection,
    code: str,
    area: str,
    values: Sequence[tuple[Period, float | None]],
    form: str,
    *,
    limits: tuple[float, float],
    decimals: int,
    fits: Fits | None = None,
) -> tuple[Landing | TooLittle, bool]:
    """The landing of a series and whether it had to be fitted now. Numbers are rounded to `decimals`: no digits that
    nobody may rely on, and the same on every machine. The connection must be able to write. `fits`: what is kept, when
    it was read already."""
    key = _key(values, form, limits, decimals)
    kept = (kept_fits(connection) if fits is None else fits).get((code, area))
    if kept is not None and kept[0] == key:
        return _restored(json.loads(kept[1])), False
    found = _rounded(land(values, form, limits=limits), decimals)
    connection.execute("DELETE FROM forecast_fits WHERE code = ? AND area = ?", [code, area])
    connection.execute(
        "INSERT INTO forecast_fits VALUES (?, ?, ?, ?)", [code, area, key, json.dumps(_plain(found), sort_keys=True)]
    )
    return found, True


def _key(values: Sequence[tuple[Period, float | None]], form: str, limits: tuple[float, float], decimals: int) -> str:
    stated = [[period.text, value] for period, value in values]
    return hashlib.sha256(json.dumps([_method_version(), form, limits, decimals, stated]).encode()).hexdigest()


@cache
def _method_version() -> str:
    """Changes with the code of the methods and with the library's version."""
    folder = Path(str(landing_module.__file__)).parent
    sources = [(folder / name).read_bytes() for name in ("landing.py", "methods.py")]
    return hashlib.sha256(b"".join(sources) + version("statsmodels").encode()).hexdigest()


def _rounded(found: Landing | TooLittle, decimals: int) -> Landing | TooLittle:
    if isinstance(found, TooLittle):
        return found
    steps = tuple(
        Step(s.period, round(s.value, decimals), round(s.low, decimals), round(s.high, decimals)) for s in found.path
    )
    return Landing(
        found.year, found.method, round(found.value, decimals), round(found.low, decimals),
        round(found.high, decimals), round(found.error, 4 if found.relative else decimals + 2), found.relative,
        found.tests, steps, None if found.uncapped is None else round(found.uncapped, decimals), found.cut,
    )  # fmt: skip


def _plain(found: Landing | TooLittle) -> dict[str, Any]:
    plain = asdict(found)
    if isinstance(found, Landing):
        plain["path"] = [[s.period.text, s.value, s.low, s.high] for s in found.path]
    return plain


def _restored(plain: dict[str, Any]) -> Landing | TooLittle:
    if "what" in plain:
        return TooLittle(**plain)
    path = tuple(Step(parse_period(text), value, low, high) for text, value, low, high in plain.pop("path"))
    return Landing(**plain | {"path": path, "cut": tuple(plain["cut"])})
