"""What every part of a page needs to know: language, release, the moment and the addresses of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ioc_dashboard import formats
from ioc_dashboard.model import ReleaseInfo, Words
from ioc_dashboard.release import Release
from ioc_dashboard.texts import t

if TYPE_CHECKING:
    from streamlit.navigation.page import Page


@dataclass(frozen=True)
class Screen:
    """One reader's view of one release at one moment. `as_of`: the past day or release the reader asked for; `now` is
    then the moment of that release, so that ages are those of that day."""

    lang: str
    release: Release
    info: ReleaseInfo
    now: datetime
    theme: str | None = None
    as_of: str | None = None
    pages: Mapping[str, Page] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)  # of the address: what a page was asked to show

    @property
    def zone(self) -> tzinfo:
        """Time zone of all times shown."""
        return formats.zone(self.info.timezone)

    @property
    def today(self) -> date:
        """Today in the province; ages count from it."""
        return self.now.astimezone(self.zone).date()

    def t(self, key: str, **parts: object) -> str:
        """Words of the screen in the reader's language."""
        return t(key, self.lang, **parts)

    def say(self, words: Words) -> str:
        """Words of the release in the reader's language."""
        return words.say(self.lang)

    def number(self, value: float | int | None, decimals: int = 0) -> str:
        """Number in the reader's notation."""
        return formats.number(value, decimals, self.lang)

    def day(self, value: date | None) -> str:
        """Date in the reader's notation."""
        return formats.day(value, self.lang)

    def moment(self, value: datetime | None) -> str:
        """Time in the province's zone."""
        return formats.moment(value, self.zone, self.lang)

    def since(self, value: datetime | None) -> str:
        """Time passed since an event."""
        return formats.since(value, self.now, self.lang)

    def age(self, value: date | None) -> str:
        """Age of a data date."""
        return formats.data_age(value, self.today, self.lang)

    def period(self, code: str | None) -> str:
        """Period in words."""
        return formats.period(code, self.lang)

    def kept(self, **more: str) -> dict[str, str]:
        """Query parameters that stay when moving between pages, and `more`."""
        stay = {"lang": self.lang} if self.lang != "vi" else {}
        if self.theme:
            stay["theme"] = self.theme
        if self.as_of:
            stay["asof"] = self.as_of
        return stay | more

    def address(self, page: str, **more: str) -> str:
        """Relative address of a page with its query, for links inside HTML."""
        query = urlencode(self.kept(**more))
        target = self.pages.get(page)
        home = target is not None and not target.url_path  # the home page has no path of its own
        path = "./" if home else page
        return f"{path}?{query}" if query else path


def moment_now() -> datetime:
    """The present; one place, so that tests can hold it still."""
    return datetime.now(UTC)
