"""`ioc alerts`: what changed for the worse, who answers for it, by when, and how it was closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from ioc_pipeline.cli.operations_store import Json, Who, alert_rules, opened, person, stepped, today_of
from ioc_pipeline.cli.output import language, print_json, print_table, say
from ioc_pipeline.compute.status import shown_number
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.flow import now_utc
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.operations import steps
from ioc_pipeline.operations.alerts import STATES, Alert, alerts_of
from ioc_pipeline.operations.causes import GROUP, STATE_WORDS
from ioc_pipeline.operations.events import ALERT
from ioc_pipeline.operations.follow import escalate_overdue
from ioc_pipeline.operations.working_days import WORDS

app = typer.Typer(help="Cảnh báo điều hành · alerts on changes of status", no_args_is_help=True)
AlertId = Annotated[str, typer.Argument(help="Mã cảnh báo, ví dụ CB-0001 · id of the alert")]
Note = Annotated[str | None, typer.Option("--text", help="Nội dung · what is said")]
KINDS = {
    "opened": Text("mở", "opened"),
    "changed": Text("thay đổi", "changed"),
    "recovered": Text("đã phục hồi, đề nghị đóng", "recovered, closing proposed"),
    "acknowledged": Text("tiếp nhận", "acknowledged"),
    "assigned": Text("giao", "assigned"),
    "acting": Text("xử lý", "acting"),
    "settled": Text("đóng một chỉ tiêu", "one indicator closed"),
    "escalated": Text("chuyển lên cấp trên", "escalated"),
    "closed": Text("đóng", "closed"),
}


@app.command("list")
def list_alerts(
    everything: Annotated[bool, typer.Option("--all", help="Cả cảnh báo đã đóng · closed ones too")] = False,
    as_json: Json = False,
) -> None:
    """Cảnh báo đang mở: việc gì, ai chịu trách nhiệm, hạn nào · open alerts with owner and deadline."""
    catalogue = load_catalogue()
    with opened() as store:
        alerts = [a for a in alerts_of(store.events(ALERT)).values() if everything or a.live]
    if as_json:
        print_json([a.as_dict() for a in alerts])
        return
    if not alerts:
        say("Không có cảnh báo nào đang mở.", "No alert is open.", style="green")
        return
    today, rules = today_of(catalogue), alert_rules(catalogue)
    columns = [
        (Text("Mã", "Id"), "left"),
        (Text("Mức", "Severity"), "left"),
        (Text("Việc gì", "What"), "left"),
        (Text("Chủ quản", "Owner"), "left"),
        (Text("Hạn", "Due"), "left"),
        (Text("Tình trạng", "State"), "left"),
        (Text("Người xử lý", "Assignee"), "left"),
    ]
    order = list(rules.severities)
    alerts.sort(key=lambda a: (not a.live, order.index(a.severity), a.due_on, a.id))
    rows = [
        (
            a.id, rules.severities[a.severity].name.in_language(language()), _what(a).in_language(language()),
            a.owner[language()], a.due_on, _state(a, today).in_language(language()), a.assignee,
        )
        for a in alerts
    ]  # fmt: skip
    counted = WORDS[rules.days].in_language(language())
    print_table(Text(f"Cảnh báo (hạn tính theo {counted})", f"Alerts (deadlines in {counted})"), columns, rows)


@app.command("show")
def show(alert_id: AlertId, as_json: Json = False) -> None:
    """Một cảnh báo: minh chứng, hướng dẫn, toàn bộ lịch sử · one alert with evidence, guidance and history."""
    catalogue = load_catalogue()
    with opened() as store:
        alert = alerts_of(store.events(ALERT)).get(alert_id.upper())
    if alert is None:
        raise IocError(
            Message(
                "alert.unknown",
                f"Không có cảnh báo {alert_id}; xem mã ở: ioc alerts list --all",
                f"No alert {alert_id}; see the ids with: ioc alerts list --all",
            )
        )
    if as_json:
        print_json(alert.as_dict())
        return
    today, lang = today_of(catalogue), language()
    lines: list[tuple[Text, Any]] = [
        (Text("Việc gì", "What"), _what(alert).in_language(lang)),
        (Text("Tình trạng", "State"), _state(alert, today).in_language(lang)),
        (Text("Chủ quản", "Owner"), alert.owner[lang]),
        (Text("Người xử lý", "Assignee"), alert.assignee),
        (Text("Tiếp nhận trước", "Acknowledge by"), alert.acknowledge_by),
        (Text("Hạn đóng", "Close by"), alert.due_on),
        (Text("Hướng dẫn", "What to do"), alert.guidance.in_language(lang)),
        *_evidence(alert, catalogue),
    ]
    if alert.members and not alert.cause.startswith("indicator:"):
        lines.append((Text(f"Gồm {len(alert.members)}", f"Groups {len(alert.members)}"), _members(alert, catalogue)))
    if not alert.live:
        lines.append((Text("Minh chứng đóng", "Closing evidence"), alert.closing_evidence))
    print_table(Text(alert.id, alert.id), [(Text("", ""), "left"), (Text("", ""), "left")],
                [(label.in_language(lang), value) for label, value in lines])  # fmt: skip
    columns = [(Text("Lúc", "At"), "left"), (Text("Bước", "Step"), "left"), (Text("Ai", "Who"), "left"),
               (Text("Nội dung", "Said"), "left"), (Text("Minh chứng", "Evidence"), "left")]  # fmt: skip
    rows = [
        (e.moment, KINDS[e.kind].in_language(lang), e.who, _said(e.kind, e.body), e.evidence) for e in alert.history
    ]
    print_table(Text("Lịch sử", "History"), columns, rows)


@app.command("ack")
def ack(alert_id: AlertId, who: Who = None, text: Note = None) -> None:
    """Tiếp nhận cảnh báo · acknowledge."""
    _report(stepped(lambda ledger: steps.acknowledge(ledger, alert_id, person(who), text)))


@app.command("assign")
def assign(
    alert_id: AlertId,
    to: Annotated[str, typer.Option("--to", help="Một người chịu trách nhiệm · the one person who answers for it")],
    who: Who = None,
    text: Note = None,
) -> None:
    """Giao cho đúng một người · give it to exactly one person."""
    _report(stepped(lambda ledger: steps.assign(ledger, alert_id, person(who), to, text)))


@app.command("act")
def act(
    alert_id: AlertId,
    text: Annotated[str, typer.Option("--text", help="Đang làm gì · what is being done")],
    who: Who = None,
) -> None:
    """Bắt đầu xử lý · work on it has begun."""
    _report(stepped(lambda ledger: steps.act(ledger, alert_id, person(who), text)))


@app.command("close")
def close(
    alert_id: AlertId,
    evidence: Annotated[
        str | None, typer.Option("--evidence", help="Văn bản, số liệu, biên bản · document, figure, record")
    ] = None,
    member: Annotated[
        str | None, typer.Option("--member", help="Chỉ đóng một chỉ tiêu trong danh sách · one indicator of the list")
    ] = None,
    who: Who = None,
    text: Note = None,
) -> None:
    """Đóng cảnh báo (hoặc một chỉ tiêu của cảnh báo gộp), phải có minh chứng · close, with evidence."""
    if member is not None:
        one = member
        alert = stepped(lambda ledger: steps.settle(ledger, alert_id, one, person(who), evidence, text))
    else:
        alert = stepped(lambda ledger: steps.close(ledger, alert_id, person(who), evidence, text))
    _report(alert)
    if alert.live:
        left = ", ".join(alert.unsettled)
        say(f"Còn {len(alert.unsettled)}: {left}.", f"{len(alert.unsettled)} left: {left}.")
    elif not alert.closed_recovered:
        say(
            f"Lưu ý: số liệu mới nhất chưa cho thấy {alert.id} đã phục hồi; điều này được ghi cạnh việc đóng.",
            f"Note: the newest figures do not show that {alert.id} recovered; this is recorded beside the closing.",
            style="yellow",
        )


@app.command("escalate")
def escalate(
    alert_id: Annotated[
        str | None, typer.Argument(help="Mã cảnh báo; bỏ trống cùng --due · id, or none with --due")
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="Chuyển mọi cảnh báo quá hạn · all that are overdue")] = False,
    text: Annotated[str, typer.Option("--text", help="Lý do · why")] = "",
    who: Who = None,
) -> None:
    """Chuyển lên cấp trên · send up one level."""
    catalogue = load_catalogue()
    rules = alert_rules(catalogue)
    if due == (alert_id is not None):
        raise typer.BadParameter("ID | --due")
    if alert_id is not None:
        name = alert_id
        _report(stepped(lambda ledger: steps.escalate(ledger, name, person(who), rules, text)))
        return
    up = stepped(lambda ledger: escalate_overdue(ledger, rules, catalogue.province.timezone))
    listed = ", ".join(up) or "–"
    say(f"Đã chuyển lên cấp trên: {listed}", f"Sent up: {listed}")


@app.command("verify")
def verify(
    expect: Annotated[
        list[str] | None, typer.Option("--expect", help="SỐ:MÃ_BĂM đã ghi lại trước đây · NUMBER:HASH noted earlier")
    ] = None,
    as_json: Json = False,
) -> None:
    """Kiểm tra chuỗi sự kiện có bị sửa, xóa hay không; mã thoát 1 nếu có · check that no event was tampered with."""
    noted = [(int(n) if n.isdigit() else -1, found) for n, _, found in (e.partition(":") for e in expect or ())]
    with opened() as store:
        count, head, problems = store.verify(noted)
    if as_json:
        print_json({"events": count, "head": head, "problems": [p.__dict__ for p in problems], "at": now_utc()})
    elif not problems:
        say(
            f"{count} sự kiện, chuỗi nguyên vẹn. Ghi lại để đối chiếu sau: {count}:{head}",
            f"{count} events, the chain is whole. Note for later: {count}:{head}",
            style="green",
        )
    else:
        for problem in problems:
            say(f"Kho nghiệp vụ: {problem.vi}.", f"Operations store: {problem.en}.", style="red")
    raise typer.Exit(1 if problems else 0)


def _what(alert: Alert) -> Text:
    mark = Text(" (mô phỏng)", " (simulated)") if alert.simulated else Text("", "")
    return Text(f"{alert.subject.vi}: {alert.title.vi}{mark.vi}", f"{alert.subject.en}: {alert.title.en}{mark.en}")


def _state(alert: Alert, today: Any) -> Text:
    words = STATES[alert.state]
    vi, en = [words.vi], [words.en]
    if alert.overdue(today):
        vi, en = [*vi, "QUÁ HẠN"], [*en, "OVERDUE"]
    if alert.live and alert.recovered:
        vi, en = [*vi, "đã phục hồi, đề nghị đóng"], [*en, "recovered, closing proposed"]
    if alert.live and alert.escalated_to:
        vi, en = [*vi, f"đã lên: {alert.escalated_to['vi']}"], [*en, f"up to: {alert.escalated_to['en']}"]
    if alert.closed_recovered is False:
        vi, en = [*vi, "khi chưa phục hồi"], [*en, "before it recovered"]
    return Text("; ".join(vi), "; ".join(en))


def _evidence(alert: Alert, catalogue: Catalogue) -> list[tuple[Text, Any]]:
    said, lang = alert.evidence, language()
    lines: list[tuple[Text, Any]] = [
        (Text("Bản phát hành", "Release"), said.get("release")),
        (Text("Bản trước", "Release before"), said.get("previous_release")),
        (Text("Thay đổi", "Change"), _change(said)),
    ]
    now, before = said.get("now"), said.get("before")
    for label, reading in ((Text("Nay", "Now"), now), (Text("Trước", "Before"), before)):
        if reading:
            told = f"{_figures(reading, catalogue)}; {reading[f'reason_{lang}']}; {reading['file'] or '–'}"
            lines.append((label, told))
    if said.get("reason_vi"):
        lines.append((Text("Lý do", "Reason"), said[f"reason_{lang}"]))
    return lines


def _members(alert: Alert, catalogue: Catalogue) -> str:
    """What one alert groups: indicators of one owner with their figures, one a line; else codes."""
    readings = {pair["now"]["code"]: pair["now"] for pair in alert.evidence.get("indicators", ())}
    if not alert.cause.startswith(f"{GROUP}:"):
        return ", ".join(alert.members)
    lines = []
    for code in alert.members:
        card, now = catalogue.indicators.get(code), readings.get(code)
        text = f"{code} · {card.short.in_language(language())}" if card else code
        if now:
            text += f": {_figures(now, catalogue)}"
        if code in alert.settled:
            closed = Text("đã đóng", "closed").in_language(language())
            text += f" – {closed}: {alert.settled[code]}"
        lines.append(text)
    return "\n".join(lines)


def _figures(reading: Mapping[str, Any], catalogue: Catalogue) -> str:
    """Value and target of a reading with their unit and period, rounded as the card says."""
    card = catalogue.indicators.get(reading["code"])
    value, target = (_number(reading[name], card.decimals if card else None) for name in ("value", "target"))
    unit = card.unit_text.in_language(language()) if card else reading["unit"]
    goal = Text("mục tiêu", "target").in_language(language())
    aim = f"{target} {unit}" if reading["target"] is not None else target
    return f"{value} {unit} ({goal} {aim}, {reading['period']})"


def _number(value: Any, decimals: int | None) -> str:
    if value is None:
        return "–"
    if decimals is not None:
        return shown_number(value, decimals, language())
    text = f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return text if language() == "en" else text.translate(str.maketrans(",.", ".,"))


def _said(kind: str, body: dict[str, Any]) -> str:
    if kind == "assigned":
        return " — ".join(str(part) for part in (f"→ {body['to']}", body.get("text")) if part)
    if kind == "escalated":
        return " — ".join(str(part) for part in (f"→ {body['to'][language()]}", body.get("why")) if part)
    if kind in ("opened", "changed"):
        said = body["evidence"]
        return f"{_change(said)} ({said['release']})"
    if kind == "settled":
        return " — ".join(str(part) for part in (body["member"], body.get("text")) if part)
    return str(body.get("text") or _word(body.get("state")) or "–")


def _change(said: dict[str, Any]) -> str:
    return f"{_word(said.get('from'))} → {_word(said.get('to'))}"


def _word(state: Any) -> str:
    return STATE_WORDS[state].in_language(language()) if state in STATE_WORDS else str(state or "")


def _report(alert: Alert) -> None:
    last = KINDS[alert.history[-1].kind]
    who = alert.history[-1].who
    say(f"{alert.id}: {last.vi} ({who}).", f"{alert.id}: {last.en} ({who}).", style="green")
