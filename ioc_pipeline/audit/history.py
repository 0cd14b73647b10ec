"""What is never made again, held against itself: names and files of all releases, the pointer, the chain of events.

A release is named after its moment and a hash of its state and inputs, so its manifest cannot change under the same
name. Inputs of any kept release must still be in the landing area, and the events of the operations store name every
release that was current: what disappeared afterwards is found here, without recomputing anything.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ioc_pipeline.audit.findings import DIFFERS, OPERATIONS, RELEASE_FILE, UNDETERMINED, Finding, Report
from ioc_pipeline.file_hash import sha256_of
from ioc_pipeline.messages import IocError, Text
from ioc_pipeline.operations.events import RELEASE, Event, chain_problems
from ioc_pipeline.operations.reading import noted_heads, read_events, store_file
from ioc_pipeline.publish.release import Release, release_name
from ioc_pipeline.receive.delivery import load_manifest, manifest_path
from ioc_pipeline.settings import Places


def check_history(places: Places, aside: Places, report: Report, feed: str | None) -> None:
    """Check all releases, reconstructed ones too, and the operations store (a copy in `aside` is opened, never the
    store itself); `feed` restricts the inputs looked at."""
    kept = list(_kept(places, report))
    for release in kept:
        _check_name_and_file(places, release, report)
        _check_still_landed(places, release, report, feed)
    events = _check_events(places, aside, report)
    _check_pointer(places, [r for r in kept if r.folder.parent == places.releases], events, report)
    if any(r.folder.parent == places.reconstructed for r in kept):
        report.not_asked.append(_NOT_MADE_AGAIN)


def _kept(places: Places, report: Report) -> Iterator[Release]:
    for parent in (places.releases, places.reconstructed):
        for folder in sorted(p for p in parent.glob("[!.]*") if p.is_dir() and p != places.reconstructed):
            try:
                manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
                release = Release(folder.name, folder, manifest)
                release_name(*_named_after(release))
            except (OSError, ValueError, KeyError, TypeError) as error:
                what = f"{folder.relative_to(places.releases)}/manifest.json"
                report.add([Finding(RELEASE_FILE, DIFFERS, None, None, what, "readable", "true", repr(error))])
            else:
                yield release


def _named_after(release: Release) -> tuple[datetime, dict[str, Any], list[dict[str, Any]]]:
    manifest = release.manifest
    return datetime.fromisoformat(manifest["created_at"]), manifest["state"], manifest["inputs"]


def _check_name_and_file(places: Places, release: Release, report: Report) -> None:
    """The hash of the release file against its manifest; the release's name against what it is named after."""
    place = release.folder.relative_to(places.releases)
    path = release.folder / "release.duckdb"
    found = sha256_of(path) if path.exists() else "–"
    name = release_name(*_named_after(release))
    checks = (
        (f"{place}/release.duckdb", "sha256", str(release.manifest.get("release_sha256")), found, None),
        (f"{place}/manifest.json", "release_id", str(release.manifest.get("release_id")), release.release_id, None),
        (f"{place}/manifest.json", "release_id", release.release_id, name, _NAME),
    )
    wrong = [
        Finding(RELEASE_FILE, DIFFERS, None, None, what, column, stated, now, why)
        for what, column, stated, now, why in checks
        if stated != now
    ]
    report.add(wrong)
    if not wrong:
        report.agree(RELEASE_FILE)


def _check_still_landed(places: Places, release: Release, report: Report, feed: str | None) -> None:
    what = f"{release.folder.relative_to(places.releases)}/manifest.json: inputs"
    for entry in release.manifest["inputs"]:
        key = (entry["feed_id"], entry["delivery_id"])
        if feed not in (None, key[0]):
            continue
        path = manifest_path(places, *key)
        if not path.exists():
            report.add([Finding(RELEASE_FILE, DIFFERS, *key, what, "manifest", entry["sha256"], None, _NOT_LANDED)])
            continue
        try:
            landed = load_manifest(path).sha256
        except (ValueError, KeyError, TypeError):
            continue  # named with the manifests
        if landed != entry["sha256"]:
            report.add([Finding(RELEASE_FILE, DIFFERS, *key, what, "sha256", entry["sha256"], landed)])


def _check_events(places: Places, aside: Places, report: Report) -> list[Event]:
    """The events of the operations store, after a look at their chain; none when there is no store."""
    if places.operations.is_dir():
        shutil.copytree(places.operations, aside.operations)
    try:
        events = read_events(aside)
    except IocError as error:
        text = Text(error.message.vi, error.message.en)
        report.add([Finding(OPERATIONS, UNDETERMINED, None, None, "operations", why=text)])
        return []
    if events is None:
        report.not_asked.append(_NO_STORE)
        return []
    heads = noted_heads(aside)
    problems = chain_problems(events, heads)
    report.add(Finding(OPERATIONS, DIFFERS, None, None, "operations: events", why=problem) for problem in problems)
    if not problems:
        report.agree(OPERATIONS, len(events))
    if events and not heads and store_file(aside).exists():
        report.add([Finding(OPERATIONS, UNDETERMINED, None, None, "operations/head.json", why=_NO_WITNESS)])
    return events


def _check_pointer(places: Places, kept: list[Release], events: list[Event], report: Report) -> None:
    """The pointer and the releases that are there against those which the events say were current."""
    evaluated = [e.subject for e in events if (e.stream, e.kind) == (RELEASE, "evaluated")]
    there = {r.release_id: r for r in kept}
    for gone in dict.fromkeys(name for name in evaluated if not (places.releases / name).is_dir()):
        report.add([Finding(RELEASE_FILE, DIFFERS, None, None, gone, "release", gone, None, _RELEASE_GONE)])
    if events:
        unseen = [r for r in kept if r.release_id not in evaluated and _named_after(r)[0] > events[0].moment]
        report.add(Finding(OPERATIONS, UNDETERMINED, None, None, r.release_id, why=_UNSEEN) for r in unseen)
    try:
        pointed = str(json.loads(places.current_release.read_text(encoding="utf-8"))["release_id"])
    except (OSError, ValueError, KeyError, TypeError):
        pointed = None
    if pointed is None or pointed not in there:
        state = DIFFERS if pointed else UNDETERMINED
        if pointed not in evaluated:  # otherwise named above
            report.add([Finding(RELEASE_FILE, state, None, None, "current.json", "release_id", pointed, None, _NO_ONE)])
        return
    if pointed in evaluated and evaluated[-1] != pointed:
        report.add(
            [
                Finding(
                    RELEASE_FILE, DIFFERS, None, None, "current.json", "release_id", pointed, evaluated[-1], _PUT_BACK
                )
            ]
        )
        return
    newest = max(kept, key=lambda r: (int(r.manifest["state"].get("change") or 0), r.release_id == pointed))
    if newest.release_id != pointed:
        report.add(
            [
                Finding(
                    RELEASE_FILE, UNDETERMINED, None, None, "current.json", "release_id", pointed, newest.release_id,
                    _NEWER,
                )
            ]
        )  # fmt: skip


_NAME = Text(
    "tên bản phát hành chứa mã băm của trạng thái và đầu vào trong bản kê: bản kê hoặc tên thư mục đã bị đổi",
    "a release's name holds a hash of the state and inputs in its manifest: manifest or folder name was changed",
)
_NOT_LANDED = Text(
    "bản phát hành đã dùng lần giao này, nay vùng tiếp nhận không còn bản kê của nó",
    "the release used this delivery; its manifest is gone from the landing area",
)
_RELEASE_GONE = Text(
    "kho nghiệp vụ ghi bản phát hành này từng là bản hiện hành; thư mục của nó không còn",
    "the operations store says that this release was the current one; its folder is gone",
)
_UNSEEN = Text(
    "kho nghiệp vụ không ghi việc xét cảnh báo cho bản phát hành này: việc đó không chạy được, hoặc sự kiện đã bị bỏ",
    "the operations store has no evaluation of alerts for this release: it could not be done, or events were removed",
)
_NO_ONE = Text("không có bản phát hành nào như con trỏ nêu", "there is no release such as the pointer names")
_PUT_BACK = Text(
    "con trỏ trở về một bản phát hành cũ hơn bản hiện hành sau cùng trong kho nghiệp vụ",
    "the pointer went back to a release older than the last current one in the operations store",
)
_NEWER = Text(
    "có bản phát hành mới hơn bản mà con trỏ nêu: lần phát hành bị ngắt giữa chừng, hoặc con trỏ đã bị đưa về bản cũ",
    "there is a newer release than the pointer names: publishing was interrupted, or the pointer was put back",
)
_NO_WITNESS = Text(
    "không có tệp ghi sự kiện cuối: nếu phần cuối của chuỗi bị cắt thì không thấy được",
    "the file that notes the newest event is missing: a cut-off end of the chain could not be seen",
)
_NO_STORE = Text(
    "kho nghiệp vụ (cảnh báo, ghi chú, quyết định): không có trong bản sao",
    "the operations store (alerts, notes, decisions): there is none in this copy",
)
_NOT_MADE_AGAIN = Text(
    "các ngày dựng lại chỉ được đối chiếu tên, bản kê và mã băm của tệp; muốn tính lại số liệu: ioc reconstruct NGÀY "
    "trên một bản sao",
    "reconstructed days: only name, manifest and file hash were compared; to compute their figures again: "
    "ioc reconstruct DAY on a copy",
)
