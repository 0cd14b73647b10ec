"""`ioc tasks`: tasks of the registers, what goes up to the leaders, reminders, ranking, vacant fields."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from ioc_pipeline.atomic import replacing
from ioc_pipeline.cli.operations_store import Json, Who, as_day, opened, person, stepped, task_rules, today_of
from ioc_pipeline.cli.output import language, print_json, print_table, say
from ioc_pipeline.cli.released import released
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.operations import steps
from ioc_pipeline.operations.events import TASK, UNIT
from ioc_pipeline.operations.ranking import CONSEQUENCES
from ioc_pipeline.operations.reminder_register import reminded_units

app = typer.Typer(help="Nhiệm vụ, nhắc việc, xếp hạng · tasks, reminders, ranking", no_args_is_help=True)
ATTENTION = (
    "(NOT valid AND state IS DISTINCT FROM 'done') OR followed IN ('overdue', 'unproven') "
    "OR escalation NOT IN ('clear')"
)
"""Tasks somebody must do something about now."""


@app.command("list")
def list_tasks(
    group: Annotated[str | None, typer.Option("--group", help="ubnd | chu-tich | nq57 | khcn")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="Mã đơn vị chủ trì · code of the lead unit")] = None,
    leaders: Annotated[
        bool, typer.Option("--leaders", help="Chỉ việc chờ lãnh đạo · only what awaits leaders")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Mọi nhiệm vụ · every task")] = False,
    as_json: Json = False,
) -> None:
    """Nhiệm vụ cần xử lý: thiếu nội dung, quá hạn, vướng mắc · tasks incomplete, overdue or stuck."""
    rules = task_rules(load_catalogue())
    wanted = ["true" if everything else f"({ATTENTION})"]
    parameters: list[Any] = []
    for column, value in (("group_id", group), ("unit", unit)):
        if value is not None:
            wanted.append(f"{column} = ?")
            parameters.append(value)
    if leaders:
        wanted.append("escalation IN ('must_escalate', 'awaiting_decision')")
    _, rows = released(
        f"SELECT * FROM task_followup WHERE {' AND '.join(wanted)} ORDER BY due_on NULLS FIRST, task_id", parameters
    )
    outcomes = {o.id: o.name for o in rules.outcomes}
    with opened() as store:
        decided = {e.subject: e for e in store.events(TASK) if e.kind == "decided"}
    for row in rows:
        said = decided.get(row["task_id"])
        about_this = said is not None and str(said.body["on"]) >= str(row["stuck_since"] or "")
        row["decision"] = {**said.body, "document": said.evidence} if said is not None and about_this else None
    if as_json:
        print_json(rows)
        return
    _print_groups()
    if not rows:
        say("Không có nhiệm vụ nào cần xử lý.", "No task needs attention.", style="green")
        return
    lang = language()
    columns = [
        (Text("Mã", "Task"), "left"),
        (Text("Nhóm", "Group"), "left"),
        (Text("Chủ trì", "Lead"), "left"),
        (Text("Hạn", "Due"), "left"),
        (Text("Tiến độ", "Progress"), "left"),
        (Text("Còn thiếu", "Lacks"), "left"),
        (Text("Vướng mắc", "Stuck"), "left"),
        (Text("Kết luận của lãnh đạo", "Leaders' decision"), "left"),
    ]
    shown = [
        (
            r["task_id"], r[f"group_{lang}"], r[f"unit_{lang}"], r["due_on"], r[f"followed_{lang}"],
            r[f"missing_{lang}"], _stuck(r), _decision(r, outcomes),
        )
        for r in rows
    ]  # fmt: skip
    rule = rows[0][f"rule_{lang}"]
    title = Text(
        f"Nhiệm vụ cần xử lý (bế tắc quá {rule} thì lên lãnh đạo)", f"Tasks (stuck over {rule}: to the leaders)"
    )
    print_table(title, columns, shown)


def _print_groups() -> None:
    lang = language()
    _, groups = released(
        f"SELECT group_{lang} AS name, count(*) AS n, count(*) FILTER (valid) AS valid, "
        "count(*) FILTER (followed = 'in_time') AS in_time, count(*) FILTER (followed = 'late') AS late, "
        "count(*) FILTER (followed = 'unproven') AS unproven, count(*) FILTER (followed = 'overdue') AS overdue, "
        "count(*) FILTER (followed = 'not_due') AS not_due, count(*) FILTER (escalation = 'must_escalate') AS up, "
        "bool_or(simulated) AS simulated FROM task_followup GROUP BY 1 ORDER BY 1"
    )
    headings = [
        Text("Nhóm", "Group"), Text("Tổng", "All"), Text("Đủ 3 rõ", "Complete"), Text("Đúng hạn", "In time"),
        Text("Quá hạn đã xong", "Late"), Text("Chưa có minh chứng", "No proof"), Text("Quá hạn", "Overdue"),
        Text("Chưa đến hạn", "Not due"), Text("Phải lên lãnh đạo", "Must go up"), Text("Mô phỏng", "Simulated"),
    ]  # fmt: skip
    columns = [(h, "left" if n == 0 else "right") for n, h in enumerate(headings)]
    print_table(Text("Theo nhóm nhiệm vụ", "By group of tasks"), columns, [tuple(g.values()) for g in groups])


def _stuck(row: dict[str, Any]) -> str | None:
    if row["escalation"] == "clear":
        return None
    words = row[f"escalation_{language()}"]
    by = Text("lên trước", "goes up by").in_language(language())
    return f"{words} ({by} {row['goes_up_by']:%d/%m/%Y})" if row["goes_up_by"] else words


def _decision(row: dict[str, Any], outcomes: dict[str, Text]) -> str | None:
    said = row["decision"]
    if said is None:
        return None
    words = outcomes[said["outcome"]].in_language(language()) if said["outcome"] in outcomes else said["outcome"]
    return f"{words}; {said['signed_by']}, {said['on']}; {said['document']}"


@app.command("decide")
def decide(
    task: Annotated[str, typer.Argument(help="Mã nhiệm vụ · task")],
    outcome: Annotated[str, typer.Option("--outcome", help="huong_giai_quyet | ra_khoi_ke_hoach")],
    signed_by: Annotated[str, typer.Option("--signed-by", help="Người ký · who signed")],
    document: Annotated[str, typer.Option("--document", help="Số văn bản · document")],
    on: Annotated[str | None, typer.Option("--on", help="Ngày ký (mặc định hôm nay) · day signed")] = None,
    who: Who = None,
) -> None:
    """Ghi kết luận của lãnh đạo về việc khó: đúng một trong hai · record the leaders' decision: one of two outcomes."""
    catalogue = load_catalogue()
    rules, today = task_rules(catalogue), today_of(catalogue)
    _, rows = released("SELECT escalation, stuck_since FROM task_followup WHERE task_id = ?", [task])
    if not rows:
        raise IocError(
            Message("task.unknown", f"Không có nhiệm vụ {task} trong sổ theo dõi.", f"No task {task} in any register.")
        )
    with opened() as store:
        up = any(e.subject == task and e.kind == "escalated" for e in store.events(TASK))
    if rows[0]["escalation"] not in ("must_escalate", "awaiting_decision") and not up:
        raise IocError(
            Message(
                "task.not_up",
                f"{task} chưa phải đưa lên lãnh đạo; xem: ioc tasks list --leaders",
                f"{task} is not with the leaders; see: ioc tasks list --leaders",
            )
        )
    day = as_day(on, today)
    event = stepped(
        lambda ledger: steps.decide(
            ledger, task, outcome, rules.outcomes, who=person(who), signed_by=signed_by, on=day, document=document,
            today=today, stuck_since=rows[0]["stuck_since"],
        )
    )  # fmt: skip
    name = next(o.name for o in rules.outcomes if o.id == outcome)
    say(f"{task}: {name.vi} ({event.evidence}).", f"{task}: {name.en} ({event.evidence}).", style="green")


@app.command("ranking")
def ranking(
    out: Annotated[
        Path | None, typer.Option("--csv", help="Ghi bảng công bố (CSV, chỉ đơn vị có hạng) · the table to publish")
    ] = None,
    as_json: Json = False,
) -> None:
    """Xếp hạng đơn vị: công thức, đầu vào; chưa đủ cơ sở thì không có hạng · units ranked, with formula and inputs."""
    _, rows = released(
        "SELECT * FROM unit_ranking WHERE due > 0 OR incomplete > 0 ORDER BY class, rank NULLS LAST, unit"
    )
    if out is not None:
        _publish(out, rows)
        return
    if as_json:
        print_json([r | {"inputs_json": json.loads(r["inputs_json"])} for r in rows])
        return
    if not rows:
        say("Chưa có nhiệm vụ nào để xếp hạng.", "There are no tasks to rank units by.")
        return
    lang = language()
    columns = [(Text(vi, en), justify) for vi, en, justify in (
        ("Hạng", "Rank", "right"), ("Đơn vị", "Unit", "left"), ("Điểm", "Score", "right"), ("Đến hạn", "Due", "right"),
        ("Đúng hạn", "In time", "right"), ("Trễ", "Late", "right"), ("Chưa minh chứng", "No proof", "right"),
        ("Quá hạn", "Overdue", "right"), ("Căn cứ", "Basis", "left"),
    )]  # fmt: skip
    for name in dict.fromkeys(r[f"class_{lang}"] for r in rows):
        own = [r for r in rows if r[f"class_{lang}"] == name]
        shown = [
            (
                f"{r['rank']}/{r['of_units']}" if r["rank"] else None, r[f"unit_{lang}"], _score(r["score"]), r["due"],
                r["in_time"], r["late"], r["unproven"], r["overdue"], r[f"reason_{lang}"],
            )
            for r in own
        ]  # fmt: skip
        print_table(Text(f"{name}, năm {own[0]['year']}", f"{name}, {own[0]['year']}"), columns, shown)
    say(rows[0]["formula_vi"], rows[0]["formula_en"])
    if any(r["simulated"] for r in rows):
        say("Có số liệu mô phỏng: không công bố.", "Simulated data: not for publication.", style="yellow")


def _score(value: float | None) -> str | None:
    if value is None:
        return None
    return f"{value:.2f}" if language() == "en" else f"{value:.2f}".replace(".", ",")


def _publish(out: Path, rows: list[dict[str, Any]]) -> None:
    """The table as it may be published: ranked units only, with the formula, the inputs and the day."""
    simulated = any(r["simulated"] for r in rows)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["hang", "tren_so", "nhom", "don_vi", "diem", "den_han", "dung_han", "tre", "chua_minh_chung",
                     "qua_han", "nam", "tinh_den", "cong_thuc", "mo_phong"])  # fmt: skip
    ranked = [r for r in rows if r["rank"] is not None]
    for r in ranked:
        writer.writerow([r["rank"], r["of_units"], r["class_vi"], r["unit_vi"], round(r["score"], 2), r["due"],
                         r["in_time"], r["late"], r["unproven"], r["overdue"], r["year"], r["as_of"], r["formula_vi"],
                         "x" if r["simulated"] else ""])  # fmt: skip
    with replacing(out.expanduser()) as temporary:
        temporary.write_text(text.getvalue(), encoding="utf-8-sig")
    left = len(rows) - len(ranked)
    say(
        f"{out}: {len(ranked)} đơn vị có hạng; {left} đơn vị chưa đủ cơ sở, không ghi.",
        f"{out}: {len(ranked)} units ranked; {left} undetermined and left out.",
        style="green",
    )
    if simulated:
        say("Có số liệu mô phỏng: không công bố.", "Simulated data: not for publication.", style="yellow")


@app.command("reminders")
def reminders(as_json: Json = False) -> None:
    """Số lần nhắc của từng đơn vị trong năm, mức xử lý · reminders per unit this year and what they lead to."""
    catalogue = load_catalogue()
    parameter = catalogue.standard.parameter
    review, discipline = parameter("reminder_review"), parameter("reminder_discipline")
    _, rows = released("SELECT unit, unit_vi, unit_en, year, reminders_json FROM unit_ranking")
    year = rows[0]["year"] if rows else today_of(catalogue).year
    by_rule = [
        (r["unit"], date.fromisoformat(entry["on"]), ", ".join(entry["what"]))
        for r in rows
        for entry in json.loads(r["reminders_json"])
    ]
    with opened() as store:
        units = reminded_units(by_rule, store.events(UNIT), year, review, discipline)
    if as_json:
        print_json([u.__dict__ | {"count": u.count} for u in units])
        return
    if not units:
        say(f"Năm {year} chưa có đơn vị nào bị nhắc.", f"No unit was reminded in {year}.", style="green")
        return
    lang, names = language(), {r["unit"]: r[f"unit_{language()}"] for r in rows}
    columns = [(Text("Đơn vị", "Unit"), "left"), (Text("Số lần", "Count"), "right"),
               (Text("Theo quy tắc", "By rule"), "right"), (Text("Thủ công", "By hand"), "right"),
               (Text("Được miễn", "Waived"), "right"), (Text("Mức xử lý", "Leads to"), "left")]  # fmt: skip
    shown = [
        (names.get(u.unit, u.unit), u.count, len(u.by_rule), len(u.by_hand), len(u.waived),
         CONSEQUENCES[u.consequence].in_language(lang))
        for u in units
    ]  # fmt: skip
    title = Text(
        f"Nhắc việc năm {year}: từ {review:g} lần kiểm điểm trách nhiệm, từ {discipline:g} lần xem xét kỷ luật",
        f"Reminders in {year}: {review:g} lead to a review of responsibility, {discipline:g} to considering discipline",
    )
    print_table(title, columns, shown)


@app.command("remind")
def remind(
    unit: Annotated[str, typer.Argument(help="Mã đơn vị · unit")],
    why: Annotated[str, typer.Option("--why", help="Nhắc việc gì · about what")],
    document: Annotated[str | None, typer.Option("--document", help="Số văn bản · document")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Ngày nhắc (mặc định hôm nay) · day")] = None,
    who: Who = None,
) -> None:
    """Ghi một lần nhắc thủ công · record a reminder sent by hand."""
    day = as_day(on, today_of(load_catalogue()))
    stepped(lambda ledger: steps.remind(ledger, unit, person(who), day, why, document))
    say(f"Đã ghi lần nhắc {unit} ngày {day:%d/%m/%Y}.", f"Reminder of {unit} on {day} recorded.", style="green")


@app.command("waive")
def waive(
    unit: Annotated[str, typer.Argument(help="Mã đơn vị · unit")],
    month: Annotated[str, typer.Option("--month", help="2026-03")],
    why: Annotated[str, typer.Option("--why", help="Lý do, ví dụ chờ nguồn trung ương · why")],
    document: Annotated[str, typer.Option("--document", help="Số văn bản · document")],
    who: Who = None,
) -> None:
    """Không tính lần nhắc của một tháng, có văn bản · a month's reminder that shall not count, on record."""
    stepped(lambda ledger: steps.waive(ledger, unit, person(who), month, why, document))
    say(f"{unit}, tháng {month}: không tính lần nhắc.", f"{unit}, {month}: the reminder does not count.", style="green")


@app.command("coverage")
def coverage(as_json: Json = False) -> None:
    """Lĩnh vực quản lý có chỉ tiêu sống hoặc nhiệm vụ, lĩnh vực bỏ trống · fields covered and vacant."""
    _, rows = released("SELECT * FROM field_coverage ORDER BY state = 'covered', vacant_since, field_id")
    if as_json:
        print_json(rows)
        return
    lang = language()
    columns = [(Text("Lĩnh vực", "Field"), "left"), (Text("Tình trạng", "State"), "left"),
               (Text("Chỉ tiêu khai", "Cards"), "right"), (Text("Có số liệu", "Live"), "right"),
               (Text("Nhiệm vụ", "Tasks"), "right"), (Text("Bỏ trống từ", "Vacant since"), "left")]  # fmt: skip
    shown = [
        (r[f"field_{lang}"], r[f"state_{lang}"], r["cards"], r["live"], r["tasks"], r["vacant_since"]) for r in rows
    ]
    vacant = sum(r["state"] != "covered" for r in rows)
    title = Text(f"Lĩnh vực quản lý: {vacant}/{len(rows)} bỏ trống", f"Fields: {vacant} of {len(rows)} vacant")
    print_table(title, columns, shown)
