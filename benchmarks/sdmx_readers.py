"""Our SDMX-ML reader against the library sdmx1: `python -m benchmarks.sdmx_readers FOLDER`.

Both read every `*.xml` of the folder. Compared are the observations (series code, period, base period and value as
printed) and the numbers: sdmx1's value times its UNIT_MULT in the unit that the feed declares. sdmx1 is in the optional
group `bench`: it brings lxml, which openpyxl then uses by itself, and the pipeline reads workbooks as its lock says.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import duckdb

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.read.exchange.sdmx import read_sdmx
from ioc_pipeline.read.exchange.sdmx_spec import load_sdmx_spec

FEED = "nso_sdmx"


@dataclass(frozen=True)
class Observation:
    """What both readers must agree on; `value` is None where there is none or our reader refused the row."""

    series: str
    base: str
    period: str
    printed: str


def with_library(path: Path) -> list[tuple[Observation, str | None]]:
    """Observations as sdmx1 reads them, each with the multiplier it states."""
    import sdmx

    found = []
    for dataset in sdmx.read_sdmx(path).data:
        for obs in dataset.obs:
            stated: dict[str, Any] = {k: v.value for k, v in obs.key.values.items()}
            stated |= {k: v.value for k, v in getattr(dataset, "attrib", {}).items()}
            if obs.series_key is not None:
                stated |= {k: v.value for k, v in obs.series_key.attrib.items()}
            stated |= {k: v.value for k, v in obs.attached_attribute.items()}
            period = str(stated["TIME_PERIOD"]).replace("-M", "-").replace("-A1", "").replace("-S", "-H")
            text = "" if obs.value is None else str(obs.value)
            base = str(stated.get("BASE_PER", "_Z")).replace("_Z", "")  # `_Z`: not applicable
            one = Observation(str(stated["INDICATOR"]), base, period, text)
            found.append((one, stated.get("UNIT_MULT")))
    return found


def with_ours(feed: Feed, path: Path) -> list[tuple[Observation, float | None, str | None]]:
    """Observations as the pipeline reads them, each with its number and the code of its problem or doubt."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        rows_path = Path(folder) / "rows.parquet"
        read_sdmx(feed, path, path.name, rows_path)
        rows = con.execute(
            "SELECT sheet, indicator, period, value_text, value, coalesce(_problems[1].code, _doubts[1].code) "
            "FROM read_parquet(?) ORDER BY _row",
            [str(rows_path)],
        ).fetchall()
    return [
        (Observation(sheet, indicator.partition("@")[2], period or "", text or ""), value, code)
        for sheet, indicator, period, text, value, code in rows
    ]


def differences(feed: Feed, path: Path) -> tuple[int, int, list[str]]:
    """Observations of both, how many numbers were compared, and what differs."""
    spec_path = feed.folder / str(feed.reader["indicators"])
    spec = load_sdmx_spec(spec_path, spec_path.stat().st_mtime_ns)
    theirs, ours = with_library(path), with_ours(feed, path)
    one, two = Counter(o for o, _ in theirs), Counter(o for o, _, _ in ours)
    said = [f"only sdmx1: {o} ×{n}" for o, n in (one - two).items()] + [
        f"only ours: {o} ×{n}" for o, n in (two - one).items()
    ]
    multipliers: dict[Observation, str | None] = dict(theirs)
    compared = 0
    for observation, value, code in ours:
        series = spec.series("".join(observation.series.split()))
        if observation not in multipliers or series is None or code not in (None, "unit.multiplier"):
            continue
        try:
            number = Decimal(observation.printed.strip())
        except InvalidOperation:
            if value is not None:
                said.append(f"{observation}: no number for sdmx1, {value} for us")
            continue
        shift = 0 if code else int(multipliers[observation] or 0) - series.power
        compared += 1
        if number.is_nan() != (value is None) or (value is not None and float(number.scaleb(shift)) != value):
            said.append(f"{observation}: {number} × 10^{shift} for sdmx1, {value} for us")
    return len(theirs), compared, said


def main() -> None:
    """Exit code 1 when the readers differ on a message."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    feed = load_catalogue().feeds[FEED]
    total = numbers = wrong = 0
    for path in sorted(options.folder.glob("*.xml")):
        count, compared, said = differences(feed, path)
        total, numbers, wrong = total + count, numbers + compared, wrong + len(said)
        print(f"{path.name}: {count} observations, {compared} numbers compared, {len(said)} differences")
        for line in said[:20]:
            print(f"    {line}")
    print(f"{total} observations, {numbers} numbers compared, {wrong} differences")
    raise SystemExit(bool(wrong or not total))


if __name__ == "__main__":
    main()
