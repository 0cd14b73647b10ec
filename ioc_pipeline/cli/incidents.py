"""`ioc incidents`: broken critical clauses, their case, their deadline, and the delivery that closed them."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any

import typer

from ioc_pipeline.cli.output import language, print_json, print_table, say
from ioc_pipeline.cli.released import released
from ioc_pipeline.compute.incidents import CASES, STATES, Incident
from ioc_pipeline.flow import now_utc
from ioc_pipeline.messages import Text

_FIELDS = {f.name for f in fields(Incident)}


def incidents(
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Cả sự cố đã đóng · closed ones too")] = False,
) -> None:
    """Sự cố dữ liệu, trường hợp, hạn xử lý và minh chứng đóng · data incidents, case, deadline, closing evidence."""
    _, rows = released("SELECT * FROM incidents ORDER BY opened_at, incident_id")
    now = now_utc()
    found = [_incident(row) for row in rows if everything or row["state"] == "open"]
    if as_json:
        print_json(
            [
                i.__dict__
                | {"case_why": i.case_why.__dict__ if i.case_why else None, "due_at": i.due_at}
                | {"age_days": i.age_days(now), "stage": i.stage(now), "overdue": i.overdue(now)}
                for i in found
            ]
        )
        return
    if not found:
        say("Không có sự cố nào đang mở.", "No incident is open.", style="green")
        return
    columns = [
        (Text("Sự cố", "Incident"), "left"),
        (Text("Mở lúc", "Opened"), "left"),
        (Text("Tệp", "File"), "left"),
        (Text("Tuổi (ngày)", "Age (days)"), "right"),
        (Text("Trường hợp", "Case"), "left"),
        (Text("Hạn rà soát", "Review by"), "left"),
        (Text("Hạn xử lý", "Repair by"), "left"),
        (Text("Tình trạng", "State"), "left"),
        (Text("Đóng bởi (sha256)", "Closed by (sha256)"), "left"),
    ]
    shown = [
        (
            i.id, i.opened_at, i.opened_file, i.age_days(now), CASES[i.case_no].in_language(language()),
            i.review_due_at, i.due_at, STATES[i.stage(now)].in_language(language()), _closing(i),
        )
        for i in found
    ]  # fmt: skip
    print_table(Text("Sự cố dữ liệu", "Data incidents"), columns, shown)
    for i in found:
        if i.case_why is not None and i.case_on is not None:
            why = i.case_why.in_language(language())
            typer.echo(f"{i.id}: {why} — {i.case_who}, {i.case_on:%d/%m/%Y}; {i.case_evidence}")


def _incident(row: dict[str, Any]) -> Incident:
    """Incident of a release's row; a release made before cases existed has none."""
    why = Text(row.get("case_why_vi") or "", row.get("case_why_en") or "")
    known = {key: value for key, value in row.items() if key in _FIELDS}
    return Incident(id=row["incident_id"], case_why=why if why.vi else None, **known)


def _closing(incident: Incident) -> str | None:
    return f"{incident.closed_file} ({(incident.closed_sha256 or '')[:12]})" if incident.closed_at else None
