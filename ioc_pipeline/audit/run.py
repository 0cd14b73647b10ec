"""An audit from end to end: landed bytes, every verdict again, the release again; nothing of it trusts the centre."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from ioc_pipeline.audit import excuses as why_not
from ioc_pipeline.audit import stored
from ioc_pipeline.audit.excuses import Excuses
from ioc_pipeline.audit.findings import DELIVERIES, DIFFERS, ENGINES, MANIFESTS, OTHER, UNDETERMINED, Finding, Report
from ioc_pipeline.audit.history import check_history
from ioc_pipeline.audit.landing import Landed, check_landing
from ioc_pipeline.audit.published import compare_release, released
from ioc_pipeline.audit.replay import Declared, Replayed, Step, publish_again, replay, scratch_places
from ioc_pipeline.audit.stored import StoredDelivery
from ioc_pipeline.audit.warehouse import compare_warehouse
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.messages import Text
from ioc_pipeline.publish.release import Release
from ioc_pipeline.settings import Places
from ioc_pipeline.store.warehouse import writing
from ioc_pipeline.version import code_version

Progress = Callable[[str, str], None]
"""Called with feed id (or `release`) and file name (or the release's id) as the work goes on."""


@dataclass(frozen=True)
class Wish:
    """What the auditor asks for: one feed or all; which release (`current`, `all`, `none` or an id); `engine` `sql`,
    `gx` or `both`; `limit`: stock Great Expectations looks at the newest so many deliveries of each feed only."""

    feed: str | None = None
    release: str = "current"
    engine: str = "sql"
    limit: int | None = None


def audit(places: Places, declared: Declared, catalogue: Catalogue, wish: Wish, progress: Progress) -> Report:
    """Recompute the state folder `places` from its landing bytes and compare; it is only read.

    `declared` gives the declarations of a day, `catalogue` those of today. Raises IocError when the warehouse cannot be
    opened or the release asked for is not there.
    """
    report = Report(recomputed_with=_with(catalogue, wish), not_asked=_not_asked(wish))
    feeds = [f for f in catalogue.feeds.values() if wish.feed in (None, f.id)]
    releases = [] if wish.release == "none" else released(places, wish.release)
    landed = check_landing(places, feeds, report)
    with tempfile.TemporaryDirectory(prefix="ioc-audit-") as folder:
        scratch = scratch_places(places, Places(Path(folder) / "home"))
        if wish.release != "none":
            check_history(places, scratch, report, wish.feed)
        known = _known(places, wish)
        steps = _steps(known, landed, catalogue, wish, releases)
        excuses = Excuses({_key(step): place for place, (_, step) in enumerate(steps)})
        _hold_manifests(known, landed, catalogue, excuses, report)
        again = _go_again(scratch, declared, steps, releases, excuses, report, progress)
        if known is None:
            report.add([Finding(DELIVERIES, UNDETERMINED, None, None, "warehouse/ioc.duckdb", why=_NO_WAREHOUSE)])
        else:
            with writing(scratch) as connection, stored.attached(connection, places):
                compare_warehouse(connection, feeds, excuses, report, wish.feed)
        for release, made in again:
            own = why_not.of_release(release.manifest["state"], declared(_day(release)))
            if own is not None:
                report.notes.append(Text(f"{release.release_id}: {own.vi}", f"{release.release_id}: {own.en}"))
            if made is None:
                report.add([Finding(OTHER, UNDETERMINED, None, None, release.release_id, why=_NOTHING)])
            else:
                compare_release(release, made, excuses, own, report, wish.feed)
    return report


def _with(catalogue: Catalogue, wish: Wish) -> dict[str, object]:
    return {
        "code_version": code_version(),
        "declarations_hash": catalogue.hash,
        "standard_version": catalogue.standard.version,
        "province": catalogue.province.code,
        "duckdb_version": duckdb.__version__,
        "engine": wish.engine,
    }


def _known(places: Places, wish: Wish) -> list[StoredDelivery] | None:
    """What the warehouse recorded of each delivery, in the order of storing; None without a warehouse."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        with stored.attached(connection, places) as is_there:
            if not is_there:
                return None
            return [s for s in stored.stored_deliveries(connection) if wish.feed in (None, s.feed_id)]


def _steps(
    known: list[StoredDelivery] | None,
    landed: Landed,
    catalogue: Catalogue,
    wish: Wish,
    releases: Sequence[Release],
) -> list[tuple[int, Step]]:
    """Deliveries to go through again, each with its number in the order of storing (0 without a warehouse)."""
    by_key = {(d.feed_id, d.delivery_id): d for d in landed.deliveries if d.feed_id in catalogue.feeds}
    if known is None:
        judged = {(i["feed_id"], i["delivery_id"]) for r in releases for i in r.manifest["inputs"]}
        in_order = sorted(by_key.values(), key=lambda d: (d.received_at, d.stated_at, d.delivery_id))
        chosen = [(d, None) for d in in_order if not judged or (d.feed_id, d.delivery_id) in judged]
    else:
        chosen = [(by_key[s.key], s) for s in known if s.key in by_key]  # type: ignore[misc]
    of_feed: dict[str, list[str]] = {}
    for delivery, _ in chosen:
        of_feed.setdefault(delivery.feed_id, []).append(delivery.delivery_id)
    steps = []
    for delivery, before in chosen:
        asked = wish.limit is None or delivery.delivery_id in of_feed[delivery.feed_id][-wish.limit :]
        engine = wish.engine if asked else "sql"
        if before is None:
            steps.append((0, Step(delivery, "audit", delivery.received_at.date(), engine)))
            continue
        # A verdict that rested on the engines' disagreement comes out again only when both are asked.
        engine = "both" if engine == "sql" and before.disputed else engine
        steps.append((before.change, Step(delivery, before.run_id, before.stored_at.date(), engine)))
    return steps


def _key(step: Step) -> tuple[str, str]:
    return step.delivery.feed_id, step.delivery.delivery_id


def _hold_manifests(
    known: list[StoredDelivery] | None, landed: Landed, catalogue: Catalogue, excuses: Excuses, report: Report
) -> None:
    """Manifests against what the warehouse recorded of them; notes what cannot be recomputed exactly."""
    by_key = {(d.feed_id, d.delivery_id): d for d in landed.deliveries}
    for key, reason in landed.damaged.items():
        excuses.taint(*key, reason)
    others: Counter[Text] = Counter()
    for before in known or ():
        delivery, name = by_key.get(before.key), str(before.manifest["file_name"])
        if before.feed_id not in catalogue.feeds:
            why = why_not.of_delivery(before, catalogue)
            report.add([Finding(MANIFESTS, UNDETERMINED, *before.key, name, why=why)])
            continue
        if delivery is None:
            sha256 = str(before.manifest["sha256"])
            report.add([Finding(MANIFESTS, DIFFERS, *before.key, name, "manifest", sha256, None, _GONE)])
            excuses.taint(*before.key, _GONE)
            continue
        wrong = stored.against_manifest(before, delivery)
        report.add(Finding(MANIFESTS, DIFFERS, *before.key, name, *columns) for columns in wrong)
        if wrong:
            excuses.taint(*before.key, _OTHER_MANIFEST)
        elif before.key not in landed.damaged:
            report.agree(MANIFESTS)
        other = why_not.of_delivery(before, catalogue)
        if other is not None:
            excuses.own.setdefault(before.key, other)
            others[other] += 1
    report.notes += [
        Text(f"{count} lần giao: {other.vi}", f"{count} deliveries: {other.en}") for other, count in others.items()
    ]
    if known is not None:
        recorded = {s.key for s in known}
        report.add(
            Finding(DELIVERIES, UNDETERMINED, d.feed_id, d.delivery_id, d.file_name, why=_WAITING)
            for d in landed.deliveries
            if (d.feed_id, d.delivery_id) not in recorded
        )


def _go_again(
    scratch: Places,
    declared: Declared,
    steps: Sequence[tuple[int, Step]],
    releases: Sequence[Release],
    excuses: Excuses,
    report: Report,
    progress: Progress,
) -> list[tuple[Release, Release | None]]:
    """Replay up to each release and make it again there, then to the end; releases with what came out for them."""

    def go(some: list[Step]) -> None:
        done = replay(scratch, declared, some, lambda s: progress(s.delivery.feed_id, s.delivery.file_name))
        _note(done, excuses, report)

    left = list(steps)
    again: list[tuple[Release, Release | None]] = []
    for release in sorted(releases, key=lambda r: int(r.manifest["state"]["change"])):
        until = int(release.manifest["state"]["change"])
        go([step for change, step in left if change <= until])
        left = [entry for entry in left if entry[0] > until]
        progress("release", release.release_id)
        again.append((release, publish_again(scratch, declared(_day(release)), release)))
    go([step for _, step in left])
    return again


def _note(done: Sequence[Replayed], excuses: Excuses, report: Report) -> None:
    """Deliveries that could not be gone through again, and what the two engines say of the others."""
    for replayed in done:
        key, name = _key(replayed.step), replayed.step.delivery.file_name
        if replayed.error is not None:
            why = Text(f"lỗi khi tính lại: {replayed.error}", f"error while recomputing: {replayed.error}")
            report.add([Finding(DELIVERIES, UNDETERMINED, *key, name, why=why)])
            excuses.taint(*key, why)
        opinion = replayed.outcome.opinion if replayed.outcome else None
        if opinion is None:
            continue
        report.agree(ENGINES, opinion.compared - len({d.expectation_id for d in opinion.differences}))
        report.add(
            Finding(ENGINES, DIFFERS, *key, d.expectation_id, d.aspect, d.compiled, d.stock, _TWO_ENGINES)
            for d in opinion.differences
        )


def _day(release: Release) -> date:
    return datetime.fromisoformat(release.manifest["created_at"]).date()


def _not_asked(wish: Wish) -> list[Text]:
    left = []
    if wish.engine == "sql":
        left.append(
            Text(
                "Great Expectations gốc không được hỏi (thêm --engine both)",
                "stock Great Expectations was not asked (add --engine both)",
            )
        )
    elif wish.limit is not None:
        left.append(
            Text(
                f"Great Expectations gốc chỉ xét {wish.limit} lần giao mới nhất của mỗi nguồn",
                f"stock Great Expectations looked at the newest {wish.limit} deliveries of each feed only",
            )
        )
    if wish.feed:
        left.append(
            Text(
                f"chỉ nguồn {wish.feed}: không xét kết luận điều khoản, điểm và các bảng chung của bản phát hành",
                f"feed {wish.feed} only: clause verdicts, scores and common tables of the release were not judged",
            )
        )
    if wish.release == "none":
        left.append(Text("bản phát hành", "the release"))
    return left


_GONE = Text("không còn bản kê trong vùng tiếp nhận", "its manifest is gone from the landing area")
_OTHER_MANIFEST = Text("bản kê khác với kho", "its manifest differs from the warehouse")
_WAITING = Text(
    "chưa có kết quả trong kho: lần giao còn chờ xử lý, chưa có gì để đối chiếu",
    "no outcome in the warehouse: still waiting to be judged, nothing to compare with",
)
_NO_WAREHOUSE = Text(
    "không có kho để đối chiếu từng kết luận; đã tính lại từ byte đã nhận, theo thứ tự tiếp nhận",
    "no warehouse to compare verdicts with; recomputed from the received bytes in the order of receipt",
)
_NOTHING = Text("tính lại không ra gì để phát hành", "recomputing gave nothing to publish")
_TWO_ENGINES = Text(
    "trái: SQL biên dịch, phải: Great Expectations gốc", "stored: compiled SQL; recomputed: stock Great Expectations"
)
