"""A whole simulated inbox of a province: same arguments, same bytes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from ioc_pipeline.atomic import replacing
from ioc_pipeline.contracts import units
from ioc_pipeline.sample.dossier_deliveries import deliveries
from ioc_pipeline.sample.dossier_records import life_histories
from ioc_pipeline.sample.indicator_messages import IndicatorMessages, months_until, write_message
from ioc_pipeline.sample.scale import province_scale
from ioc_pipeline.settings import contracts_root

REPORT_DAY = 25
"""Day of the month on which departments report (Quảng Nam's rule); the export's name begins with the date."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class SampleFile:
    """One generated file and how many records it holds."""

    feed: str
    path: Path
    records: int
    simulated: bool


@dataclass(frozen=True)
class SampleSummary:
    """What was generated, in the order in which it would have been delivered."""

    province: str
    agency: str
    seed: int
    until: date
    files: tuple[SampleFile, ...]

    @property
    def records(self) -> int:
        """Records of all files."""
        return sum(file.records for file in self.files)


def last_month_end(today: date) -> date:
    """Last day of the last month that is over on a day: the usual `until`."""
    return date.fromordinal(today.replace(day=1).toordinal() - 1)


def generate_inbox(
    out: Path,
    *,
    province: str,
    seed: int = 1,
    dossiers: int = 20_000,
    months: int = 24,
    until: date,
    agency: str | None = None,
    contracts: Path | None = None,
    progress: Progress | None = None,
) -> SampleSummary:
    """Write the inbox folders `lris_indicators`, `dossiers` and `province_published` below `out`.

    `province`: GSO code of one of the 34. `months`: length of the history, ending with the last month over on `until`
    and never beginning before July 2025, when the 34 provinces came into being;
    no event happens after `until`. `agency`: level-1 agency code (default: the one of `reference/agencies.yaml`).
    Everything generated says so in its content (`simulated`); the published figures are real and say nothing.
    Nothing depends on the clock: same arguments, byte-identical files. Files of the same names are replaced.

    Raises KeyError for an unknown province, ValueError for counts that cannot be served.
    """
    if dossiers < 0 or months < 1:
        raise ValueError("dossiers must not be negative and months must be at least 1")
    root = contracts or contracts_root()
    unit = units.province(province)
    agency = agency or _agency(root, province)
    communes = units.communes(province, until)
    say = progress or (lambda _: None)
    files: list[SampleFile] = []

    published = root / "feeds" / "province_published" / "published_2025.csv"
    target = out / "province_published" / published.name
    with replacing(target) as temporary:
        shutil.copyfile(published, temporary)
    lines = published.read_text(encoding="utf-8").count("\n")
    files.append(SampleFile("province_published", target, lines - 1, False))

    say(f"lris_indicators {unit.full_name}")
    window = months_until(until, months)
    if not window:
        raise ValueError("no month since July 2025, when the 34 provinces came into being, is over on this day")
    messages = IndicatorMessages(
        scale=province_scale(published, province),
        province=province,
        agency=agency,
        communes=communes,
        seed=seed,
        indicators=root / "feeds" / "lris_indicators" / "indicators.yaml",
    )
    for number, (year, month) in enumerate(window):
        message = messages.message(year, month, opens=number == 0)
        target = out / "lris_indicators" / f"{year}-{month:02d}-{REPORT_DAY}_chi_tieu.json"
        with replacing(target) as temporary:
            write_message(message, temporary)
        files.append(SampleFile("lris_indicators", target, len(message["data"]), True))

    if dossiers:
        say(f"dossiers {dossiers}")
        first = date(*window[0], 1)
        histories = life_histories(
            agency=agency, province=province, communes=communes, seed=seed, count=dossiers, first=first, last=until
        )
        for name, rows, write in deliveries(histories, first, until):
            target = out / "dossiers" / name
            with replacing(target) as temporary:
                write(rows, temporary)
            files.append(SampleFile("dossiers", target, rows.height, True))
    return SampleSummary(province, agency, seed, until, tuple(files))


def _agency(root: Path, province: str) -> str:
    declared = yaml.safe_load((root / "reference" / "agencies.yaml").read_text(encoding="utf-8"))
    for entry in declared["codes"]:
        if entry["province"] == province:
            return str(entry["code"])
    raise KeyError(province)
