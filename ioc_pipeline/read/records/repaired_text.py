"""Cells of a UTF-8 file whose text was decoded wrongly before it got here: TCVN3 letters kept as Latin-1 (`Hµ Néi`),
UTF-8 read as Windows-1252 (`HÃ  Ná»™i`). Restored only when there is one way back, it spells Vietnamese, and the file
holds two such words: a single one (`KÎ`, which could be `Kẻ`) may be a name that is written so."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pyarrow as pa

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.read.records.raw_table import RawTable, literal
from ioc_pipeline.read.text.legacy_encodings import unmangled
from ioc_pipeline.read.text.syllables import is_syllable, marked_words, only_vietnamese
from ioc_pipeline.read.text.tcvn3 import convert, looks_tcvn3

_MOST = 100_000
_ENOUGH_WORDS = 2
_SUSPICIOUS = r"[\x{80}-\x{9F}\x{A1}-\x{BF}ÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñö÷øûüþÿ]"
"""Characters that Vietnamese does not write. A file without any of the first (by far the commonest in TCVN3) is not
looked at: clause IOC-SACH-08 of the suite remains."""


def restored(text: str) -> str | None:
    """What a garbled text was; None when it is not garbled or the way back is not certain."""
    found = {t for t in (unmangled(text), convert(text) if looks_tcvn3(text) else None) if t and _sound(t)}
    return found.pop() if len(found) == 1 and text not in found else None


def _sound(text: str) -> bool:
    words = marked_words(text)
    return bool(words) and only_vietnamese(text) and all(map(is_syllable, words))


def with_repairs(con: duckdb.DuckDBPyConnection, feed: Feed, raw: RawTable) -> RawTable:
    """The records with garbled texts restored; what the file had stays in `repaired`. All texts stay as they are when
    fewer than `_ENOUGH_WORDS` different words of the file speak for it, or none has a sign that no language writes in
    a word (`µ`, `»`)."""
    columns = [c.name for c in feed.columns if c.type == "VARCHAR" and c.name in raw.text and c.name not in raw.native]
    found: dict[int, list[tuple[str, str]]] = {}
    for position, name in enumerate(columns):
        cell = raw.text[name]
        rows = con.execute(
            f"SELECT DISTINCT {cell} FROM {raw.source} "
            f"WHERE regexp_matches({cell}, {literal(_SUSPICIOUS)}) LIMIT {_MOST}"
        ).fetchall()
        pairs = [(text, was) for (text,) in rows if (was := restored(text))]
        if pairs:
            found[position] = pairs
    words = {word.lower() for pairs in found.values() for _, text in pairs for word in marked_words(text)}
    signs = any("\xa0" <= c <= "\xbf" for pairs in found.values() for was, _ in pairs for c in was)
    if len(words) < _ENOUGH_WORDS or not signs:
        return raw
    tables = {}
    for position, pairs in found.items():
        _pairs = pa.table({"was": [p[0] for p in pairs], "text": [p[1] for p in pairs]})
        con.execute(f"CREATE OR REPLACE TEMP TABLE repaired_{position} AS SELECT * FROM _pairs")
        tables[columns[position]] = f"repaired_{position}"
    joins, texts = [], []
    for name, table in tables.items():
        joins.append(f"LEFT JOIN {table} ON {table}.was = s.{raw.text[name]}")
        texts.append(f"{table}.text AS {table}_text")
    source = f"(SELECT s.*, {', '.join(texts)} FROM {raw.source} s {' '.join(joins)})"
    return replace(
        raw,
        wrapped=source,
        text=raw.text | {n: f"coalesce({t}_text, {raw.text[n]})" for n, t in tables.items()},
        composed=False,
        complete=False,
        repaired={n: f"CASE WHEN {t}_text IS NOT NULL THEN {raw.text[n]} END" for n, t in tables.items()},
    )
