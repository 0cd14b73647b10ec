"""Which release a reader saw last, remembered in their browser: a cookie with two release ids and two times.

No account and no list of readers: the server keeps nothing. A visit lasts until the reader stays away for some hours;
reloading the page in between does not make its changes vanish.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

COOKIE = "ioc_visit"
AWAY = timedelta(hours=3)
"""Whoever comes back after this long is on a new visit."""
KEPT_SECONDS = 400 * 24 * 3600
_FORM = re.compile(r"([A-Za-z0-9_.-]{1,80})~(\d{9,11})(?:~([A-Za-z0-9_.-]{1,80})~(\d{9,11}))?")


@dataclass(frozen=True, slots=True)
class Visit:
    """`seen`, `at`: the release shown now and when; `before`, `before_at`: the one seen on the visit before, if any."""

    seen: str
    at: datetime
    before: str | None = None
    before_at: datetime | None = None


def read(cookie: str | None) -> Visit | None:
    """The visit a cookie tells of; None without one, or when it was not written by us."""
    found = _FORM.fullmatch(cookie or "")
    if not found:
        return None
    seen, at, before, before_at = found.groups()
    return Visit(seen, _moment(at), before, _moment(before_at) if before_at else None)


def following(cookie: str | None, release_id: str, now: datetime) -> str | None:
    """The cookie to set when `release_id` is shown at `now`; None when the id cannot be kept in one."""
    last = read(cookie)
    visit = Visit(release_id, now)
    if last is not None:
        new = now - last.at > AWAY
        before, before_at = (last.seen, last.at) if new else (last.before, last.before_at)
        visit = Visit(release_id, now, before, before_at)
    parts = [visit.seen, str(int(visit.at.timestamp()))]
    if visit.before and visit.before_at:
        parts += [visit.before, str(int(visit.before_at.timestamp()))]
    text = "~".join(parts)
    return text if _FORM.fullmatch(text) else None


def _moment(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
