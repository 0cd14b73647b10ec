"""What the other declarations say, read as leniently as possible: a reference is judged even while its target is broken
elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.card_source import with_defaults
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.contracts.positions import Source, UnreadableFile
from ioc_pipeline.contracts.yaml_source import YamlSource


def today() -> date:
    """The day against which effective dates are judged."""
    return datetime.now(UTC).date()


@dataclass
class Known:
    """Names that may be referred to. `feeds` are those that load; `feed_ids` all that have a folder."""

    root: Path
    province: str
    feeds: dict[str, Feed] = field(default_factory=dict)
    bindings: dict[str, Any] | None = None  # values a suite may refer to; None when they cannot be computed
    today: date = field(default_factory=today)

    @cached_property
    def feed_ids(self) -> tuple[str, ...]:
        """Folders under `feeds/`."""
        folder = self.root / "feeds"
        return tuple(sorted(p.name for p in folder.iterdir() if p.is_dir())) if folder.is_dir() else ()

    @cached_property
    def codes(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Entries of every code list by list and code."""
        return {
            path.stem: {str(e["code"]): e for e in listed(source, "codes") if "code" in e}
            for path in sorted((self.root / "reference").glob("*.yaml"))
            if (source := lenient(path)) is not None and isinstance(source.data, dict) and "codes" in source.data
        }

    @cached_property
    def standard(self) -> Source | None:
        """The ministry's file."""
        return lenient(self.root / "standard" / "clauses.yaml")

    @cached_property
    def clauses(self) -> dict[str, dict[str, Any]]:
        """Clauses of the ministry and of the province's layer by id."""
        sources = [self.standard, lenient(self.root / "layers" / f"{self.province}.yaml")]
        return {str(e["id"]): e for s in sources if s for e in listed(s, "clauses") if e.get("id")}

    @cached_property
    def principles(self) -> tuple[str, ...]:
        """Ids of the principles."""
        return tuple(str(e["id"]) for e in listed(self.standard, "principles") if e.get("id")) if self.standard else ()

    @cached_property
    def cards(self) -> dict[str, dict[str, Any]]:
        """Indicator cards by code."""
        sources = [lenient(path) for path in sorted((self.root / "indicators").glob("*.yaml"))]
        filled = [with_defaults(source) for source in sources if source is not None]
        return {str(e["code"]): e for s in filled for e in listed(s, "indicators") if e.get("code")}

    @cached_property
    def owners(self) -> dict[str, str]:
        """Vietnamese name of each owner by id: of the feeds first, then of the first card that names it."""
        names = {feed.owner_id: feed.owner.vi for feed in self.feeds.values()}
        for card in self.cards.values():
            owner = card.get("owner")
            if isinstance(owner, dict) and isinstance(owner.get("id"), str):
                names.setdefault(owner["id"], str(owner.get("vi")))
        return names

    def indicators_of(self, feed_id: str) -> dict[str, dict[str, Any]] | None:
        """Indicators a feed declares; None when it declares none or does not load."""
        feed = self.feeds.get(feed_id)
        return (feed.declared_indicators() or None) if feed else None


def lenient(path: Path) -> Source | None:
    """A YAML file, or None when it cannot be read (which its own check names)."""
    try:
        return YamlSource(path)
    except UnreadableFile:
        return None


def listed(source: Source, key: str) -> Iterator[dict[str, Any]]:
    """The mappings in the list under a top-level key."""
    return (entry for entry in source.entries(key) if isinstance(entry, dict))
