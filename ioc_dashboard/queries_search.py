"""What can be found by its name: indicators, areas, sources, clauses. Accents are optional; every word must match."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ioc_dashboard import queries
from ioc_dashboard.folding import folded
from ioc_dashboard.model import Words
from ioc_dashboard.queries_overview import optional_rows, words
from ioc_dashboard.release import Release

KINDS = ("indicator", "area", "feed", "clause")
_by_release: dict[str | type[Any], Any] = {Release: lambda release: release.key}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found. `names`: its folded names, best one first; `also`: other folded words about it;
    `written`: its names with their marks, lower case."""

    kind: str
    id: str
    title: Words
    under: Words
    names: tuple[str, ...]
    also: str
    written: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a question found, by kind, the best first; `counts`: all of a kind, also those left out."""

    entries: dict[str, tuple[Entry, ...]]
    counts: dict[str, int]


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_by_release)
def index(release: Release) -> tuple[Entry, ...]:
    """Everything of a release that can be found."""
    found = []
    for row in optional_rows(release, "SELECT * FROM indicators ORDER BY sort NULLS LAST, code"):
        found.append(
            _entry("indicator", row["code"], words(row, "name"), words(row, "field"), words(row, "short"),
                   words(row, "owner"), words(row, "plain"))
        )  # fmt: skip
    for row in optional_rows(
        release,
        """SELECT a.*, p.name_vi AS parent_vi, p.name_en AS parent_en
           FROM areas a LEFT JOIN areas p ON p.code = a.parent
           ORDER BY a.level, a.code""",
    ):
        found.append(_entry("area", row["code"], words(row, "name"), words(row, "parent")))
    for feed in queries.feeds(release):
        found.append(_entry("feed", feed.feed_id, feed.title, feed.owner, feed.source))
    for clause in queries.clauses(release):
        found.append(_entry("clause", clause.id, clause.title, Words(clause.id, clause.id), clause.explanation))
    return tuple(found)


def _entry(kind: str, key: str, title: Words, under: Words, *more: Words) -> Entry:
    short = more[0] if kind == "indicator" and more else Words()
    names = [title.vi, title.en, short.vi, short.en, key]
    also = [under.vi, under.en, *(text for words in more for text in (words.vi, words.en))]
    written = " ".join(unicodedata.normalize("NFC", name.casefold()) for name in names)
    return Entry(
        kind, key, title, under, tuple(dict.fromkeys(folded(name) for name in names if name)),
        folded(" ".join(also)), written,
    )  # fmt: skip


def find(entries: tuple[Entry, ...], asked: str, limit: int = 30) -> Found:
    """Entries in which every word of `asked` begins a word: in their names first, then in what is said about them."""
    wanted = folded(asked)
    hits: dict[str, list[tuple[int, Entry]]] = {kind: [] for kind in KINDS}
    if wanted:
        exact = unicodedata.normalize("NFC", asked.casefold()).strip()
        for entry in entries:
            rank = _rank(entry, wanted, exact)
            if rank is not None:
                hits[entry.kind].append((rank, entry))
    return Found(
        {
            kind: tuple(entry for _, entry in sorted(ranked, key=lambda hit: hit[0])[:limit])
            for kind, ranked in hits.items()
            if ranked
        },
        {kind: len(ranked) for kind, ranked in hits.items()},
    )


def _rank(entry: Entry, wanted: str, exact: str) -> int | None:
    """Smaller is better; None: not found."""
    marked = 0 if exact in entry.written else 1  # `bàn` before `bán` for who typed the mark
    if wanted in entry.names:
        return marked
    if any(name.startswith(wanted) for name in entry.names):
        return 2 + marked
    if any(f" {wanted}" in f" {name}" for name in entry.names):
        return 4 + marked
    parts = wanted.split()
    if any(all(f" {part}" in f" {name}" for part in parts) for name in entry.names):
        return 6 + marked
    everything = f" {' '.join(entry.names)} {entry.also}"
    return 8 + marked if all(f" {part}" in everything for part in parts) else None
