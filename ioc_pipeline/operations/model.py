"""The operations store as SQLAlchemy sees it: one append-only table. State is derived from it, never stored."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

REVISION = "0001"
"""The migration this code works with."""


class Base(DeclarativeBase):
    """Tables of the operations store."""


class EventRow(Base):
    """One event; see `operations.events.Event`. Times are text, so that every database gives back what was hashed."""

    __tablename__ = "events"
    __table_args__ = (Index("events_by_subject", "stream", "subject"),)

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    stream: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[str] = mapped_column(String(40))
    who: Mapped[str] = mapped_column(String(200))
    evidence: Mapped[str | None] = mapped_column(Text)
    body_json: Mapped[str] = mapped_column(Text)
    once: Mapped[str | None] = mapped_column(String(200), unique=True)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
