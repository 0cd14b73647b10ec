"""What the overview asks of a release beyond the tiles: groups and reasons of indicators, the status tree, tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import streamlit as st

from ioc_dashboard import queries
from ioc_dashboard.model import Words
from ioc_dashboard.release import Release

_KEEP = 8
_by_release: dict[str | type[Any], Any] = {Release: lambda release: release.key}
_RESULTS_FIRST = {"tac_dong": 0, "ket_qua": 0, "tong_hop": 1, "dau_vao": 2, "qua_trinh": 3}
"""What an indicator measures decides its place: results and impact before inputs and process."""


_SILENT = Words()


@dataclass(frozen=True, slots=True)
class About:
    """Of an indicator's card: what it measures (`rank`: results first), its plain sentence, why the newest value misses
    or meets its target (empty when nothing could be computed)."""

    rank: int = 2
    plain: Words = _SILENT
    why: Words = _SILENT


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the status tree; `rule` empty: an indicator."""

    id: str
    parent: str
    level: int
    name: Words
    status: str
    rule: str
    counts: tuple[int, int, int, int]  # green, amber, red, grey
    reason: Words


@dataclass(frozen=True, slots=True)
class Task:
    """A task that somebody must look at: it waits for a decision, is stuck or overdue."""

    task_id: str
    title: Words
    unit: Words
    due_on: date | None
    since: date | None
    escalation: str
    followed: str
    words: Words
    simulated: bool


def optional_rows(release: Release, sql: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
    """Rows of a query; none when the release was made before a table or column existed."""
    try:
        return release.rows(sql, parameters)
    except (duckdb.CatalogException, duckdb.BinderException):
        return []


def words(row: dict[str, Any], name: str) -> Words:
    """The Vietnamese and English column of a row as one."""
    return Words(str(row.get(f"{name}_vi") or ""), str(row.get(f"{name}_en") or ""))


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def about(release: Release) -> dict[str, About]:
    """Of every indicator, by code."""
    why = {
        row["code"]: words(row, "why")
        for row in optional_rows(
            release,
            """SELECT code, why_vi, why_en FROM contribution_totals
               WHERE against = 'target' AND total IS NOT NULL AND area = ?""",
            [queries.info(release).province_code],
        )
    }
    cards = optional_rows(release, "SELECT code, group_id, plain_vi, plain_en FROM indicators")
    return {
        row["code"]: About(
            _RESULTS_FIRST.get(row["group_id"] or "", 2), words(row, "plain"), why.get(row["code"], _SILENT)
        )
        for row in cards
    }


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def status_tree(release: Release) -> tuple[Node, ...]:
    """The tree in its own order, each node before its children; empty in releases without one."""
    return tuple(
        Node(
            id=row["node"],
            parent=row["parent"] or "",
            level=row["level"],
            name=words(row, "name"),
            status=row["status"],
            rule=row["rule"] or "",
            counts=(row["green"] or 0, row["amber"] or 0, row["red"] or 0, row["grey"] or 0),
            reason=words(row, "reason"),
        )
        for row in optional_rows(release, "SELECT * FROM status_tree ORDER BY rowid")
    )


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def pressing_tasks(release: Release) -> tuple[Task, ...]:
    """Tasks that wait for a decision first, then those that must go up, are stuck, are overdue; longest due first."""
    return tuple(
        Task(
            task_id=row["task_id"],
            title=_task_title(row),
            unit=words(row, "unit"),
            due_on=row["due_on"],
            since=row["escalated_on"] or row["stuck_since"],
            escalation=row["escalation"],
            followed=row["followed"],
            words=words(row, "escalation") if row["escalation"] != "clear" else words(row, "followed"),
            simulated=bool(row["simulated"]),
        )
        for row in optional_rows(
            release,
            """SELECT * FROM task_followup
               WHERE escalation IN ('awaiting_decision', 'must_escalate', 'stuck') OR followed = 'overdue'
               ORDER BY CASE escalation WHEN 'awaiting_decision' THEN 0 WHEN 'must_escalate' THEN 1 WHEN 'stuck' THEN 2
                        ELSE 3 END, due_on NULLS LAST, task_id""",
        )
    )


def _task_title(row: dict[str, Any]) -> Words:
    """The task's title; a register without titles gives what is due and where it was assigned."""
    if row["title"]:
        return Words(row["title"])
    result, group = words(row, "result"), words(row, "group")

    def said(lang: str) -> str:
        parts = [result.say(lang), group.say(lang), row["document"] or ""]
        return f"{row['task_id']}: {', '.join(part for part in parts if part)}".removesuffix(": ")

    return Words(said("vi"), said("en"))
