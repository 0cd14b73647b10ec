"""A whole simulated inbox of a province: same arguments, same bytes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ioc_pipeline.atomic import replacing
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.sample.declared import sample_declaration, write_deliveries
from ioc_pipeline.sample.dossier_deliveries import deliveries
from ioc_pipeline.sample.dossier_records import life_histories
from ioc_pipeline.sample.indicator_messages import IndicatorMessages, months_until, write_message
from ioc_pipeline.sample.scale import province_scale
from ioc_pipeline.sample.world import build_world

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
    feeds: Collection[str] | None = None,
    backcast: int = 0,
    progress: Progress | None = None,
) -> SampleSummary:
    """Write the inbox folders of all feeds that can be simulated below `out`, one folder a feed.

    `lris_indicators` and `dossiers` have generators of their own, `province_published` is published figures; every
    other feed is simulated as its `sample.yaml` declares. `feeds`: only these.

    `province`: GSO code of one of the 34. `months`: length of the history, ending with the last month over on `until`
    and never beginning before July 2025, when the 34 provinces came into being;
    no event happens after `until`. `backcast`: years before that for which the monthly economic series of the new
    province are given as recomputed, in one message (forecasts need past years). `agency`: level-1 agency code
    (default: the one of `reference/agencies.yaml`).
    Everything generated says so in its content (`simulated`); the published figures are real and say nothing.
    Nothing depends on the clock: same arguments, byte-identical files. Files of the same names are replaced.

    Raises KeyError for an unknown province or feed, ValueError for counts that cannot be served.
    """
    if dossiers < 0 or months < 1:
        raise ValueError("dossiers must not be negative and months must be at least 1")
    unit = units.province(province)
    catalogue = load_catalogue(contracts, province)
    chosen = set(catalogue.feeds) if feeds is None else set(feeds)
    if unknown := chosen - set(catalogue.feeds):
        raise KeyError(", ".join(sorted(unknown)))
    window = months_until(until, months)
    if not window:
        raise ValueError("no month since July 2025, when the 34 provinces came into being, is over on this day")
    made = _Sample(
        out=out, unit=unit, agency=agency or catalogue.province.agency, communes=units.communes(province, until),
        seed=seed, first=date(*window[0], 1), until=until, catalogue=catalogue,
        published=catalogue.root / "feeds" / "province_published" / "published_2025.csv",
        say=progress or (lambda _: None),
    )  # fmt: skip
    files: list[SampleFile] = []
    if "province_published" in chosen:
        files.append(made.published_figures())
    if "lris_indicators" in chosen:
        files += made.indicator_messages(window, backcast)
    if "dossiers" in chosen and dossiers:
        files += made.dossiers(dossiers)
    return SampleSummary(province, made.agency, seed, until, tuple(files + made.declared(chosen)))


@dataclass(frozen=True)
class _Sample:
    """What the generators of one inbox have in common."""

    out: Path
    unit: units.Unit
    agency: str
    communes: tuple[units.Unit, ...]
    seed: int
    first: date
    until: date
    catalogue: Catalogue
    published: Path
    say: Progress

    def published_figures(self) -> SampleFile:
        target = self.out / "province_published" / self.published.name
        with replacing(target) as temporary:
            shutil.copyfile(self.published, temporary)
        lines = self.published.read_text(encoding="utf-8").count("\n")
        return SampleFile("province_published", target, lines - 1, False)

    def indicator_messages(self, window: list[tuple[int, int]], backcast: int = 0) -> list[SampleFile]:
        self.say(f"lris_indicators {self.unit.full_name}")
        messages = IndicatorMessages(
            scale=province_scale(self.published, self.unit.code),
            province=self.unit.code,
            agency=self.agency,
            communes=self.communes,
            seed=self.seed,
            indicators=self.catalogue.feeds["lris_indicators"].folder / "indicators.yaml",
        )
        files = []
        named = [
            (f"{y}-{m:02d}-{REPORT_DAY}_chi_tieu.json", messages.message(y, m, n == 0))
            for n, (y, m) in enumerate(window)
        ]
        if backcast:
            named.insert(0, ("2025-07-20_so_lieu_tinh_lai.json", messages.backcast(backcast)))
        for name, message in named:
            target = self.out / "lris_indicators" / name
            with replacing(target) as temporary:
                write_message(message, temporary)
            files.append(SampleFile("lris_indicators", target, len(message["data"]), True))
        return files

    def dossiers(self, count: int) -> list[SampleFile]:
        self.say(f"dossiers {count}")
        histories = life_histories(
            agency=self.agency, province=self.unit.code, communes=self.communes, seed=self.seed, count=count,
            first=self.first, last=self.until,
        )  # fmt: skip
        files = []
        for name, rows, write in deliveries(histories, self.first, self.until):
            target = self.out / "dossiers" / name
            with replacing(target) as temporary:
                write(rows, temporary)
            files.append(SampleFile("dossiers", target, rows.height, True))
        return files

    def declared(self, chosen: Collection[str]) -> list[SampleFile]:
        """Files of the feeds that declare their own sample."""
        feeds = [f for f in self.catalogue.feeds.values() if f.id in chosen and sample_declaration(f) is not None]
        if not feeds:
            return []
        world = build_world(
            scale=province_scale(self.published, self.unit.code), province=self.unit, agency=self.agency,
            communes=self.communes, seed=self.seed, first=self.first, until=self.until,
            everywhere={u.code: province_scale(self.published, u.code) for u in units.provinces()},
        )  # fmt: skip
        files = []
        for feed in feeds:
            self.say(feed.id)
            written = write_deliveries(world, self.catalogue, feed, self.out, first=self.first, until=self.until)
            files += [SampleFile(w.feed, w.path, w.records, True) for w in written]
        world.close()
        return files
