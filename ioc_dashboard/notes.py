"""Owners' dated notes on indicators, read from the operations store; nothing is ever written or migrated here."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import streamlit as st
from sqlalchemy import create_engine, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from ioc_pipeline.operations.events import NOTE
from ioc_pipeline.operations.model import EventRow
from ioc_pipeline.operations.store import URL
from ioc_pipeline.settings import places

Row = tuple[str, str, str, str | None, str]


@dataclass(frozen=True)
class Note:
    """What an owner said of an indicator: the day it is dated, when it was recorded, by whom, on which document."""

    code: str
    on: date | None
    at: datetime
    who: str
    text: str
    document: str


def notes(code: str, until: datetime) -> tuple[Note, ...]:
    """Notes on an indicator recorded up to a moment, newest first; none without a store that can be read."""
    kept = [note for note in _notes(str(places().operations), os.environ.get(URL)) if note.code == code]
    return tuple(sorted((n for n in kept if n.at <= until), key=lambda n: (n.on or n.at.date(), n.at), reverse=True))


@st.cache_data(ttl=10, max_entries=4, show_spinner=False)
def _notes(folder: str, url: str | None) -> list[Note]:
    try:
        return [_note(*row) for row in (_remote(url) if url else _embedded(Path(folder) / "operations.db"))]
    except (SQLAlchemyError, sqlite3.Error, OSError, ValueError):
        return []


def _embedded(database: Path) -> list[Row]:
    if not database.is_file():
        return []
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=2)
    try:
        query = "SELECT subject, at, who, evidence, body_json FROM events WHERE stream = ? ORDER BY seq"
        return connection.execute(query, [NOTE]).fetchall()
    finally:
        connection.close()


def _remote(url: str) -> list[Row]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    columns = (EventRow.subject, EventRow.at, EventRow.who, EventRow.evidence, EventRow.body_json)
    try:
        with engine.connect() as connection:
            query = select(*columns).where(EventRow.stream == NOTE).order_by(EventRow.seq)
            return [
                (subject, at, who, evidence, body) for subject, at, who, evidence, body in connection.execute(query)
            ]
    finally:
        engine.dispose()


def _note(subject: str, at: str, who: str, evidence: str | None, body_json: str) -> Note:
    body = json.loads(body_json)
    on = date.fromisoformat(body["on"]) if body.get("on") else None
    return Note(subject, on, datetime.fromisoformat(at), who, str(body.get("text") or ""), evidence or "")
