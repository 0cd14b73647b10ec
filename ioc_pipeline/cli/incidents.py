"""`ioc incidents`: broken critical clauses, their age, and the 5/10/15 days they may take."""

from __future__ import annotations

from typing import Annotated

import typer

from ioc_pipeline.cli.output import language, print_json, print_table, say
from ioc_pipeline.cli.released import released
from ioc_pipeline.compute.incidents import Incident
from ioc_pipeline.flow import now_utc
from ioc_pipeline.messages import Text

_STAGES = {
    "closed": Text("đã đóng", "closed"),
    "review": Text("đang rà soát", "under review"),
    "repair": Text("đang sửa tại nguồn", "being repaired"),
    "complex": Text("quá hạn sửa; còn hạn nếu là mâu thuẫn phức tạp", "past repair; in time only if complex"),
    "overdue": Text("quá hạn", "overdue"),
}


def incidents(
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Cả sự cố đã đóng · closed ones too")] = False,
) -> None:
    """Sự cố dữ liệu và hạn xử lý 5/10/15 ngày · data incidents and their 5/10/15-day deadlines."""
    _, rows = released("SELECT * FROM incidents ORDER BY opened_at, incident_id")
    now = now_utc()
    found = [
        Incident(id=row["incident_id"], **{k: v for k, v in row.items() if k not in ("incident_id", "state")})
        for row in rows
        if everything or row["state"] == "open"
    ]
    if as_json:
        print_json(
            [
                i.__dict__ | {"age_days": i.age_days(now), "stage": i.stage(now), "overdue": i.overdue(now)}
                for i in found
            ]
        )
        return
    if not found:
        say("Không có sự cố nào đang mở.", "No incident is open.", style="green")
        return
    columns = [
        (Text("Nguồn", "Feed"), "left"),
        (Text("Điều khoản", "Clause"), "left"),
        (Text("Mở lúc", "Opened"), "left"),
        (Text("Tệp", "File"), "left"),
        (Text("Tuổi (ngày)", "Age (days)"), "right"),
        (Text("Rà soát trước", "Review by"), "left"),
        (Text("Sửa trước", "Repair by"), "left"),
        (Text("Phức tạp trước", "Complex by"), "left"),
        (Text("Tình trạng", "Stage"), "left"),
        (Text("Đóng bởi", "Closed by"), "left"),
    ]
    shown = [
        (
            i.feed_id, i.clause, i.opened_at, i.opened_file, i.age_days(now), i.review_due_at, i.repair_due_at,
            i.complex_due_at, _STAGES[i.stage(now)].in_language(language()), i.closed_file,
        )
        for i in found
    ]  # fmt: skip
    print_table(Text("Sự cố dữ liệu", "Data incidents"), columns, shown)
