"""Alerts of the operations store as a sheet, each with the figure it rests on and where that came from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from ioc_pipeline.export.columns import ALERT_FIELDS
from ioc_pipeline.export.release_rows import Filters, Query, _cell, _named, release_heading
from ioc_pipeline.export.sheet import Sheet
from ioc_pipeline.messages import Text
from ioc_pipeline.operations.alerts import STATES, Alert

_PLACES = """SELECT v.code, v.area, v.period, v.period_end, v.location, i.target_mark AS mark
FROM indicator_values v LEFT JOIN indicators i USING (code)
QUALIFY row_number() OVER (PARTITION BY v.code, v.area, v.period ORDER BY v.is_latest DESC, v.known_at DESC NULLS LAST) = 1"""


def alert_sheet(alerts: Iterable[Alert], today: date, query: Query, lang: str, asked: Filters | None = None) -> Sheet:
    """All alerts (closed ones too) in the order they opened; `today` decides what is overdue; `query`: the release
    that is current, for data dates, places in files and marks of the figures."""
    asked = asked or Filters()
    places = {(row["code"], row["area"], row["period"]): row for row in query(_PLACES, [])}
    found = [_row(alert, today, places, lang) for alert in alerts]
    kept = [row for row in found if all(
        value is None or row[name] == value or (name == "period" and str(row[name] or "").startswith(f"{value}-"))
        for name, value in (("code", asked.code), ("area", asked.area), ("period", asked.period))
    )]  # fmt: skip
    return Sheet(
        name="alerts",
        title=Text("Cảnh báo điều hành", "Alerts"),
        heading=(
            *release_heading(query, lang),
            (Text("Quá hạn tính đến ngày", "Overdue as of"), today),
            *_named(asked),
            (Text("Số dòng", "Rows"), len(kept)),
        ),
        columns=tuple(label for _, label in ALERT_FIELDS),
        rows=tuple(tuple(_cell(row.get(name)) for name, _ in ALERT_FIELDS) for row in kept),
    )


def _row(alert: Alert, today: date, places: dict[tuple[Any, ...], dict[str, Any]], lang: str) -> dict[str, Any]:
    now = alert.evidence.get("now")
    said = now if isinstance(now, dict) else {}
    of, _, name = alert.cause.partition(":")
    code, area, period = said.get("code"), said.get("area"), said.get("period")
    place = places.get((code, area, period), {})
    return {
        "id": alert.id, "severity": alert.severity, "subject": alert.subject.in_language(lang),
        "title": alert.title.in_language(lang), "owner": alert.owner.get(lang), "assignee": alert.assignee,
        "state": STATES[alert.state].in_language(lang), "opened_at": datetime.fromisoformat(alert.opened_at),
        "acknowledge_by": alert.acknowledge_by, "due_on": alert.due_on, "overdue": alert.overdue(today),
        "level": alert.level, "recovered": alert.recovered,
        "closed_at": datetime.fromisoformat(alert.closed_at) if alert.closed_at else None,
        "closing_evidence": alert.closing_evidence, "code": code, "area": area, "period": period,
        "period_end": place.get("period_end"), "value": said.get("value"), "unit": said.get("unit"),
        "target": said.get("target"), "mark": place.get("mark"), "trust": said.get("trust"),
        "simulated": alert.simulated, "feed": said.get("feed") or (name if of == "feed" else None), "file": said.get("file"),
        "location": place.get("location"), "release": alert.evidence.get("release"),
    }  # fmt: skip
