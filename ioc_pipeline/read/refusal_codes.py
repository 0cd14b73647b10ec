"""Which clause of the IOC standard a refused file breaks, by the code of its message."""

from __future__ import annotations

from ioc_pipeline.messages import Message

UNREADABLE = "IOC-DU-04"
"""A file that cannot be read at all: the registered data set was not delivered."""

REFUSAL_CLAUSES: dict[str, str] = {
    "read.column_missing": "IOC-DU-03",
    "read.column_twice": "IOC-DU-03",
    "read.no_header": "IOC-DU-03",
    "read.sheets_differ": "IOC-DU-03",
    "read.encoding": "IOC-SACH-08",
    "read.unit_line": "IOC-SACH-11",
    "read.nul_byte": "IOC-SACH-08",
    "read.no_records": "IOC-DU-01",
    "read.empty_file": "IOC-DU-01",
    "file.empty": "IOC-DU-01",
}
"""Refusals with a clause of their own; every other one is `UNREADABLE`."""


def clause_of_refusal(code: str) -> str:
    """Clause that a refusal with this code stands for."""
    return REFUSAL_CLAUSES.get(code, UNREADABLE)


def with_clause(message: Message) -> Message:
    """The message of a refusal, opened by its clause: what the sender is told."""
    clause = clause_of_refusal(message.code)
    return Message(message.code, f"[{clause}] {message.vi}", f"[{clause}] {message.en}")
