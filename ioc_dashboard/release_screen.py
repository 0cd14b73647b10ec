"""A screen without a browser: for commands that print what a page shows."""

from __future__ import annotations

from ioc_dashboard import formats, queries
from ioc_dashboard.release import Release, as_of, current
from ioc_dashboard.screen import Screen, moment_now
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.settings import places


def screen_of(asked: str | None, lang: str) -> Screen:
    """The current release, or the one of a past day or id, for a reader of `lang`. IocError when there is none."""
    newest = current()
    shown = newest
    if asked and isinstance(newest, Release):
        shown = as_of(asked, formats.zone(queries.info(newest).timezone))
        if isinstance(shown, Release) and shown.created_at is None:
            raise IocError(
                Message(
                    "release.unknown",
                    f"“{asked}” không phải ngày (viết 2026-11-20) và không phải mã bản phát hành nào đang lưu.",
                    f"“{asked}” is no day (write 2026-11-20) and no id of a release that is kept.",
                )
            )
    if not isinstance(shown, Release):
        if shown.before:
            first = f"{shown.before:%d/%m/%Y %H:%M} UTC"
            raise IocError(
                Message(
                    "release.before",
                    f"Ngày {asked} chưa có bản phát hành nào; bản đầu tiên công bố lúc {first}.",
                    f"No release on {asked} yet; the first one was published at {first}.",
                )
            )
        raise IocError(
            Message(
                "release.none",
                f"Chưa có bản phát hành nào mở được trong {places().root}; chạy: ioc run",
                f"No release that opens in {places().root}; run: ioc run",
            )
        )
    return Screen(lang, shown, queries.info(shown), shown.created_at or moment_now(), as_of=asked)
