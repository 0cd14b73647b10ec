"""Pull of a paged JSON API into one file: all pages or nothing.

Pages already fetched are kept in the partial area of the feed, so a killed pull goes on from there; the last kept page
is asked for again first, and if the source now says something else there, the pull starts over.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ioc_pipeline.atomic import sync
from ioc_pipeline.contracts.model import CodeList, Feed
from ioc_pipeline.contracts.pull_source import PullSource
from ioc_pipeline.messages import Message
from ioc_pipeline.receive import secrets
from ioc_pipeline.receive.http_source import Answer, HttpSource
from ioc_pipeline.receive.json_page import Page, PageWrong, digest, moment, read_page
from ioc_pipeline.receive.page_archive import PageEntry, write_archive
from ioc_pipeline.receive.paging import Request, first_request, next_request
from ioc_pipeline.receive.pull_state import pulls_folder
from ioc_pipeline.settings import Places

SKEW_SECONDS = 60.0
"""A source's clock this far from ours is reported."""
STALE_PAGES = 3
"""This many pages in a row without a single new record: the source ignores our paging."""


@dataclass
class Pulled:
    """A whole pull: the file, what the manifest says of it, and what is to be reported."""

    path: Path
    suffix: str
    records: int
    origin: dict[str, Any]
    warnings: list[Message] = field(default_factory=list)


@dataclass
class _Progress:
    """What the partial area remembers. `next` is the request to send; None when the last page is there."""

    fingerprint: str
    started_at: str
    pages: list[dict[str, Any]] = field(default_factory=list)
    next: Request | None = None
    used: set[str] = field(default_factory=set)


def _append(folder: Path, line: dict[str, Any]) -> None:
    """Add a line to the memory of an unfinished pull; what a kill leaves of a line is ignored."""
    with (folder / "progress.jsonl").open("a", encoding="utf-8") as out:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
        out.flush()
        os.fsync(out.fileno())


def _load(folder: Path) -> _Progress | None:
    """What a killed pull left; None when there is nothing to go on from."""
    try:
        text = (folder / "progress.jsonl").read_text(encoding="utf-8")
        begun, *lines = [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]
        pages = [line["page"] for line in lines]
        used = {str(line["next"]) for line in lines if line["next"]}
        return _Progress(begun["fingerprint"], begun["started_at"], pages, lines[-1]["next"], used)
    except (OSError, ValueError, KeyError, IndexError):
        return None


class HttpPull:
    """One pull of one feed."""

    def __init__(
        self,
        places: Places,
        feed: Feed,
        source: PullSource,
        location: str,
        codes: Mapping[str, CodeList],
        timezone: str,
        watermark: dict[str, Any] | None,
    ) -> None:
        self.feed, self.source, self.location, self.codes, self.timezone = feed, source, location, codes, timezone
        self.folder = pulls_folder(places, feed.id) / "partial"
        self.watermark = watermark
        self.window = self._window()
        self.digests: set[bytes] = set()
        self.repeated = 0
        self.resumed = 0
        self.warnings: list[Message] = []
        self.newest: datetime | None = None
        self.undated = 0
        self.ahead = 0

    def run(self) -> Pulled | None:
        """Fetch every page; None when the source has no records. Raises PullFailed when it cannot be whole."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with HttpSource(self.feed.id, self.source, self.location) as http:
            progress = self._resumed(http) or self._from_the_start()
            while progress.next is not None:
                self._fetch_next(http, progress)
        fetched = sum(p["records"] for p in progress.pages)
        distinct = len(self.digests)
        if fetched == 0:
            self.finished()
            return None
        self._compare_total(http, progress, distinct)
        self._report(progress)
        target = self.folder / "pages.zip"
        entries = [
            PageEntry(p["file"], p["sha256"], p["size_bytes"], p["encoding"], p["records"]) for p in progress.pages
        ]
        write_archive(target, self.source.option("records"), [(e, self.folder / e.name) for e in entries])
        return Pulled(target, "pages.zip", distinct, self._origin(progress, fetched, distinct), self.warnings)

    def finished(self) -> None:
        """Forget the partial area: its pages are landed, or were nothing."""
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- going on and starting over

    def _from_the_start(self) -> _Progress:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.digests.clear()
        self.repeated = self.undated = self.ahead = self.resumed = 0
        self.newest = None
        request = first_request(self.source, self.location, self.window)
        begun = _Progress(self._fingerprint(), datetime.now(UTC).isoformat(timespec="seconds"), next=request)
        _append(self.folder, {"fingerprint": begun.fingerprint, "started_at": begun.started_at})
        return begun

    def _fingerprint(self) -> str:
        return json.dumps([self.location, self.feed.declaration_hash, self.window], sort_keys=True)

    def _resumed(self, http: HttpSource) -> _Progress | None:
        """The unfinished pull, if it is of the same request, young, intact, and the source still says the same."""
        kept = _load(self.folder)
        if kept is None:
            return None
        age = datetime.now(UTC) - datetime.fromisoformat(kept.started_at)
        young = age < timedelta(hours=float(self.source.option("resume_hours")))
        if kept.fingerprint != self._fingerprint() or not kept.pages or not young:
            return None
        for entry in kept.pages:
            try:
                page = self._understood((self.folder / entry["file"]).read_bytes(), entry["content_type"])
            except (OSError, PageWrong):
                return None
            self._count(page, entry)
        last = kept.pages[-1]
        again, _ = self._page(http, last["request"], self.folder / "again.json")
        if [digest(r) for r in again.records] != [digest(r) for r in page.records]:
            self._warn(
                "pull.changed_meanwhile",
                "dữ liệu ở nguồn đã đổi từ lần kéo dở dang; kéo lại từ đầu",
                "the source changed since the unfinished pull; starting over",
            )
            return None
        self.resumed = len(kept.pages)
        return kept

    # -- one page

    def _fetch_next(self, http: HttpSource, progress: _Progress) -> None:
        request = progress.next
        assert request is not None
        number = len(progress.pages) + 1
        if number > int(self.source.option("max_pages")):
            raise http.failed("pull.max_pages", f"nhiều hơn {number - 1} trang", f"more than {number - 1} pages")
        name = f"pages/{number:05}.json"
        temporary = self.folder / "page.tmp"
        page, answer = self._page(http, request, temporary)
        (self.folder / "pages").mkdir(exist_ok=True)
        sync(temporary)
        os.replace(temporary, self.folder / name)
        entry = self._entry(name, request, page, answer)
        self._count(page, entry)
        progress.pages.append(entry)
        self._refuse_too_much(http, progress)
        used = progress.used
        try:
            progress.next = next_request(
                self.source, request, page, answer.link,
                first_size=progress.pages[0]["records"], fetched=sum(p["records"] for p in progress.pages), used=used,
            )  # fmt: skip
        except LookupError:
            raise http.failed(
                "pull.circle", "nguồn trỏ vòng tròn giữa các trang", "the pages point in a circle"
            ) from None
        progress.used = used
        _append(self.folder, {"page": entry, "next": progress.next})

    def _page(self, http: HttpSource, request: Request, target: Path) -> tuple[Page, Answer]:
        """Fetch and understand a page; a malformed one is asked for again as often as the declaration allows."""
        attempts = int(self.source.option("attempts"))
        for attempt in range(1, attempts + 1):
            answer = http.get(request["url"], request["params"], target)
            data = target.read_bytes()
            if secrets.appears_in(data):
                target.unlink()
                raise http.failed(
                    "pull.echo",
                    "nguồn lặp lại mã truy cập của ta trong câu trả lời; không lưu",
                    "the source repeats our credentials in its answer; not kept",
                )
            try:
                return self._understood(data, answer.content_type), answer
            except PageWrong as wrong:
                if not wrong.again or attempt == attempts:
                    where = self._where(request)
                    raise http.failed(
                        "pull.page", f"{where}: {wrong.vi}", f"{where}: {wrong.en}", stop=wrong.stop
                    ) from None
        raise AssertionError("unreachable")

    def _understood(self, data: bytes, content_type: str) -> Page:
        return read_page(data, content_type, self.source, self.codes)

    def _where(self, request: Request) -> str:
        parameter = (self.source.options.get("paging") or {}).get("parameter")
        return f"{parameter}={request['params'][parameter]}" if parameter in request["params"] else "…"

    def _entry(self, name: str, request: Request, page: Page, answer: Answer) -> dict[str, Any]:
        return {
            "file": name,
            "sha256": answer.sha256,
            "size_bytes": answer.size,
            "encoding": page.encoding,
            "content_type": answer.content_type,
            "records": len(page.records),
            "total": page.total,
            "code": page.code,
            "request": request,
            "received_at": answer.received_at.isoformat(timespec="seconds"),
            "source_time": answer.source_time.isoformat() if answer.source_time else None,
            "clock_skew": answer.clock_skew,
        }

    def _count(self, page: Page, entry: dict[str, Any]) -> None:
        """Take note of a page's records: which are new, and the newest change they tell of."""
        new = 0
        incremental = self.source.incremental
        formats = self._formats(incremental["column"]) if incremental else ()
        clock = datetime.fromisoformat(entry["source_time"] or entry["received_at"])
        for record in page.records:
            mark = digest(record)
            if mark not in self.digests:
                self.digests.add(mark)
                new += 1
            if incremental:
                changed = moment(record.get(incremental["column"]), formats, self.timezone)
                if changed is None:
                    self.undated += 1
                elif changed > clock + timedelta(minutes=1):
                    self.ahead += 1  # a date in the future must not make us skip what happens until then
                elif self.newest is None or changed > self.newest:
                    self.newest = changed
        entry["new"] = new
        self.repeated += len(page.records) - new

    def _formats(self, name: str) -> tuple[str, ...]:
        return next((c.formats for c in self.feed.columns if name == c.name or name in c.aliases), ())

    def _refuse_too_much(self, http: HttpSource, progress: _Progress) -> None:
        total, limit = sum(p["size_bytes"] for p in progress.pages), int(self.source.option("max_total_mib"))
        if total > limit << 20:
            raise http.failed(
                "pull.too_large", f"quá {limit} MiB (max_total_mib)", f"more than {limit} MiB (max_total_mib)"
            )
        newest = progress.pages[-STALE_PAGES:]
        if len(newest) == STALE_PAGES and all(p["records"] and not p["new"] for p in newest):
            raise http.failed(
                "pull.stale",
                f"{STALE_PAGES} trang liền không có bản ghi mới: nguồn bỏ qua tham số phân trang",
                f"{STALE_PAGES} pages in a row bring no new record: the source ignores the paging parameter",
            )

    # -- the whole

    def _window(self) -> dict[str, str]:
        """Parameters that ask for what changed since the last stored pull, less the overlap."""
        incremental = self.source.incremental
        if not incremental:
            return {}
        since = incremental.get("start")
        if self.watermark:
            start = datetime.fromisoformat(self.watermark["value"]) - timedelta(minutes=self.source.overlap_minutes)
            since = start.astimezone(ZoneInfo(self.timezone)).strftime(incremental.get("format", "%Y-%m-%dT%H:%M:%S"))
        return {incremental["since"]: since} if since else {}

    def _compare_total(self, http: HttpSource, progress: _Progress, distinct: int) -> None:
        total = progress.pages[-1]["total"]
        if total is None or total == distinct:
            return
        vi = f"nguồn nói có {total} bản ghi, nhận được {distinct} bản ghi khác nhau"
        en = f"the source says it has {total} records, {distinct} different ones came"
        if distinct < total and not self.source.option("total_may_differ"):
            self.finished()  # records moved between pages: what is kept cannot become whole
            raise http.failed(
                "pull.incomplete", f"{vi}; không tiếp nhận, sẽ kéo lại", f"{en}; not taken, tried again later"
            )
        self._warn("pull.total", vi, en)

    def _report(self, progress: _Progress) -> None:
        totals = sorted({p["total"] for p in progress.pages if p["total"] is not None})
        if len(totals) > 1:
            self._warn(
                "pull.moving_total",
                f"tổng số bản ghi đổi trong lúc kéo ({totals[0]}–{totals[-1]})",
                f"the number of records changed during the pull ({totals[0]}–{totals[-1]})",
            )
        if self.repeated:
            whole = [str(i) for i, p in enumerate(progress.pages, 1) if p["records"] and not p["new"]]
            pages = f" (trang / pages {', '.join(whole[:10])})" if whole else ""
            self._warn(
                "pull.repeated",
                f"{self.repeated} bản ghi lặp lại giữa các trang, chỉ tính một lần{pages}",
                f"{self.repeated} records came on more than one page and count once{pages}",
            )
        skews = [p["clock_skew"] for p in progress.pages if p["clock_skew"] is not None]
        if skews and abs(worst := max(skews, key=abs)) > SKEW_SECONDS:
            self._warn(
                "pull.clock",
                f"đồng hồ của nguồn lệch {worst:+.0f} giây; mốc kéo lần sau lấy theo bản ghi của nguồn",
                f"the source's clock is {worst:+.0f} seconds from ours; the next pull goes by the source's records",
            )
        if self.ahead:
            self._warn(
                "pull.future",
                f"{self.ahead} bản ghi có thời điểm cập nhật ở tương lai so với đồng hồ của nguồn; không dùng làm mốc",
                f"{self.ahead} records were changed in the future by the source's own clock; not used as a mark",
            )
        if self.undated:
            column = (self.source.incremental or {})["column"]
            self._warn(
                "pull.undated", f"{self.undated} bản ghi không có {column}", f"{self.undated} records without {column}"
            )
        for code in sorted({p["code"] for p in progress.pages if p["code"]}):
            known = self.codes[self.source.options["application"]["codes"]].codes[code]
            self._warn("pull.code", f"mã ứng dụng {code}: {known.name.vi}", f"application code {code}: {known.name.en}")

    def _warn(self, code: str, vi: str, en: str) -> None:
        self.warnings.append(Message(code, f"{self.feed.id}: {vi}.", f"{self.feed.id}: {en}."))

    def _origin(self, progress: _Progress, fetched: int, distinct: int) -> dict[str, Any]:
        """What the manifest says of the pull; no credentials, and links only as far as they were ours."""
        mark = self.newest
        if mark is None and self.watermark:
            watermark = self.watermark
        elif mark is not None:
            value = mark.isoformat()
            watermark = {"column": (self.source.incremental or {})["column"], "value": value, "order": value}
        else:
            watermark = None
        pages = [{k: v for k, v in p.items() if k not in ("file", "content_type")} for p in progress.pages]
        for entry in pages:
            entry["request"] = json.loads(secrets.redact(json.dumps(entry["request"], ensure_ascii=False)))
        skews = [p["clock_skew"] for p in progress.pages if p["clock_skew"] is not None]
        return {
            "way_in": "http",
            "server": self.source.server,
            "location": secrets.redact(self.location),
            "window": self.window,
            "watermark": watermark,
            "started_at": progress.started_at,
            "resumed_pages": self.resumed,
            "records": fetched,
            "distinct_records": distinct,
            "source_total": progress.pages[-1]["total"],
            "clock_skew_seconds": max(skews, key=abs) if skews else None,
            "pages": pages,
            "warnings": [w.as_dict() for w in self.warnings],
        }
