"""One alert in full: where it is in its life, who answers for it, its evidence, what to do, every event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import Any

from ioc_dashboard.alert_board import STATES, code_of, decides, kind_of
from ioc_dashboard.components.alerts_words import (
    about_link,
    both,
    capital,
    change_line,
    deadline,
    labels,
    need_text,
    number_of,
    severity_pill,
    state_word,
)  # fmt: skip
from ioc_dashboard.components.links import indicator_link
from ioc_dashboard.components.markup import ICON, banner, esc, pairs, table, tag
from ioc_dashboard.model import Tile
from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import known
from ioc_pipeline.operations.alerts import Alert
from ioc_pipeline.operations.events import SYSTEM, Event

_MEMBERS_OPEN = 12


def head(screen: Screen, alert: Alert, today: date) -> str:
    """What it is about, why it needs somebody today, its life as steps, who and by when."""
    address, words = about_link(screen, alert)
    link = f'<p class="about"><a href="{esc(address)}">{esc(words)} ›</a></p>' if address else ""
    needed = need_text(screen, alert, today)
    urgent = (
        f'<p class="need">{ICON}<span><b>{esc(decides(alert, screen.lang))}:</b> {esc(needed)}</span></p>'
        if needed
        else ""
    )
    level = alert.escalated_to[screen.lang] if alert.escalated_to else screen.t("al_level_none")
    facts = [
        (screen.t("al_owner"), f"<b>{esc(alert.owner[screen.lang])}</b>"),
        (screen.t("al_assignee_label"), esc(alert.assignee or screen.t("al_unassigned"))),
        (
            screen.t("al_due_label"),
            deadline(screen, alert, today) + f'<span class="soft">{esc(_days(screen, alert))}</span>',
        ),
        (screen.t("al_level"), esc(level)),
        (screen.t("al_opened_label"), esc(screen.moment(alert.history[0].moment))),
    ]
    sim = banner("sim", screen.t("al_simulated_one")) if alert.simulated else ""
    return (
        f'{sim}<section class="alerthead v-{esc(alert.severity)}"><div>{severity_pill(screen, alert.severity)} '
        f'<span class="code">{esc(alert.id)}</span> {labels(screen, alert)}'
        f'<h1>{esc(both(screen, alert.subject))}</h1><p class="big">{esc(capital(both(screen, alert.title)))}</p>'
        f"{urgent}{link}{life(screen, alert)}</div>{pairs(facts)}</section>"
    )


def _days(screen: Screen, alert: Alert) -> str:
    return f" ({known('al_days_', alert.days, screen.lang)})"


def life(screen: Screen, alert: Alert) -> str:
    """The five steps, those done, the one it is at."""
    at = STATES.index(alert.state)
    items = []
    for number, state in enumerate(STATES):
        css = "done" if number < at else "here" if number == at else ""
        current = ' aria-current="step"' if number == at else ""
        items.append(f'<li class="{css}"{current}><i aria-hidden="true"></i>{esc(screen.t(f"al_state_{state}"))}</li>')
    return f'<ol class="steps" aria-label="{esc(screen.t("al_life"))}">{"".join(items)}</ol>'


def guidance(screen: Screen, alert: Alert) -> str:
    """What to do, in the words of the card or clause."""
    title = esc(screen.t("al_guidance"))
    return f'<section class="todo"><h2>{title}</h2><p class="big">{esc(both(screen, alert.guidance))}</p></section>'


def evidence(screen: Screen, alert: Alert, tiles: Mapping[str, Tile]) -> str:
    """The readings before, when it fired and now, or when they fired those of every indicator it groups; reasons,
    incidents, other members; both releases."""
    said, code = alert.evidence, code_of(alert)
    tile = tiles.get(code) if kind_of(alert) == "indicator" else None
    rows = [
        _reading(screen, screen.t(label), reading, tile)
        for label, reading in (("al_before", said.get("before")), ("al_now", said.get("now")))
        if reading
    ]
    if rows and tile and tile.latest:
        rows.append(_present(screen, tile))
    grouped = [pair["now"] for pair in said.get("indicators", ())]
    for now in grouped:
        cells = _reading(screen, "", now, tiles.get(now["code"]))
        rows.append([_member(screen, alert, now["code"], tiles), *cells[1:]])
    names = (
        "col_indicator" if grouped else "release",
        "al_period",
        "al_value",
        "al_target",
        "al_status",
        "al_why",
        "al_trust",
        "al_file",
    )
    heads = [(screen.t(name), "") for name in names]
    readings = table(screen.t("al_evidence"), heads, rows) if rows else ""
    reason = str(said.get(f"reason_{screen.lang}") or said.get("reason_vi") or "")
    incidents = ", ".join(f"{i['clause']} ({i['id']})" for i in said.get("incidents") or ())
    facts = [
        (screen.t("al_changed_from"), change_line(screen, alert)),
        (screen.t("al_reason"), esc(capital(reason))),
        (screen.t("al_incidents"), esc(incidents)),
        (screen.t("al_members"), _members(screen, alert, {now["code"] for now in grouped}, tiles)),
        (screen.t("al_release"), _code(said.get("release"))),
        (
            screen.t("al_previous_release"),
            _code(said.get("previous_release")) or esc(screen.t("al_release_none")),
        ),
    ]
    return f"<section><h2>{esc(screen.t('al_evidence'))}</h2>{readings}{pairs(facts)}</section>"


def _code(text: object) -> str:
    return f'<span class="code">{esc(text)}</span>' if text else ""


def _reading(screen: Screen, label: str, reading: Mapping[str, Any], tile: Tile | None) -> list[str]:
    return [
        f"<b>{esc(label)}</b>",
        esc(screen.period(reading.get("period"))),
        f'<b class="num">{esc(number_of(screen, reading, "value", tile))}</b>',
        esc(number_of(screen, reading, "target", tile)),
        state_word(screen, reading.get("status")),
        esc(reading.get(f"reason_{screen.lang}") or reading.get("reason_vi")),
        _trust(screen, str(reading.get("trust") or "unverified")),
        f'<span class="file">{esc(reading.get("file"))}</span>' if reading.get("file") else "",
    ]


def _present(screen: Screen, tile: Tile) -> list[str]:
    latest = tile.latest
    assert latest is not None
    reading = {
        "period": latest.period, "value": latest.value, "target": latest.target, "status": latest.status,
        "reason_vi": latest.reason.vi, "reason_en": latest.reason.en, "trust": latest.trust, "file": latest.file_name,
    }  # fmt: skip
    return _reading(screen, screen.t("al_shown_release"), reading, tile)


def _trust(screen: Screen, trust: str) -> str:
    return f'<span class="sure t-{esc(trust)}">{ICON}{esc(known("trust_", trust, screen.lang))}</span>'


def _members(screen: Screen, alert: Alert, told: Set[str], tiles: Mapping[str, Tile]) -> str:
    """Members but for those told already; nothing for an alert about one indicator."""
    if kind_of(alert) == "indicator" and code_of(alert):
        return ""
    items = [_member(screen, alert, member, tiles) for member in alert.members if member not in told]
    if not items:
        return ""
    first = "".join(f"<li>{item}</li>" for item in items[:_MEMBERS_OPEN])
    rest = "".join(f"<li>{item}</li>" for item in items[_MEMBERS_OPEN:])
    if rest:
        more = f"+ {screen.number(len(items) - _MEMBERS_OPEN)}"
        rest = f'<details><summary>{esc(more)}</summary><ul class="members">{rest}</ul></details>'
    return f'<ul class="members">{first}</ul>{rest}'


def _member(screen: Screen, alert: Alert, member: str, tiles: Mapping[str, Tile]) -> str:
    """Its name, leading to its page; and the proof it was closed with."""
    tile = tiles.get(member)
    code = f'<span class="code">{esc(member)}</span>'
    name = indicator_link(screen, member, screen.say(tile.card.short)) if tile else code
    settled = alert.settled.get(member)
    return name if settled is None else f"{name} · {esc(screen.t('al_settled', proof=settled))}"


def notes(screen: Screen, found: Sequence[Event]) -> str:
    """Owners' dated notes on the indicator."""
    if not found:
        return ""
    items = "".join(
        f"<li><p>{esc(e.body.get('text'))}</p><p class='soft'>{esc(e.who)} · {esc(_day(screen, e))}"
        f"{' · ' + esc(e.evidence) if e.evidence else ''}</p></li>"
        for e in found
    )
    title, note = esc(screen.t("al_notes")), esc(screen.t("al_notes_note"))
    return f'<section><h2>{title}</h2><ul class="ownernotes">{items}</ul><p class="note">{note}</p></section>'


def _day(screen: Screen, event: Event) -> str:
    try:
        return screen.day(date.fromisoformat(str(event.body.get("on"))))
    except ValueError:
        return screen.moment(event.moment)


def history(screen: Screen, alert: Alert) -> str:
    """Every event, oldest first, with its number and hash."""
    heads = [(screen.t(f"al_{name}"), "") for name in ("at", "step", "who", "said", "proof", "event")]
    rows = [
        [
            esc(screen.moment(event.moment)),
            f"<b>{esc(known('al_event_', event.kind, screen.lang))}</b>",
            esc(screen.t("al_system") if event.who == SYSTEM else event.who),
            _said(screen, event),
            esc(event.evidence),
            f'<span class="code" title="sha256 {esc(event.hash)}">{event.seq} · {esc(event.hash[:10])}</span>',
        ]
        for event in alert.history
    ]
    grid = table(screen.t("al_history"), heads, rows)
    note = esc(screen.t("al_history_note"))
    return f'<section><h2>{esc(screen.t("al_history"))}</h2>{grid}<p class="note">{note}</p></section>'


def _said(screen: Screen, event: Event) -> str:
    body = event.body
    if event.kind in ("opened", "changed"):
        said = body["evidence"]
        return f"{state_word(screen, said.get('from'))} → {state_word(screen, said.get('to'))}"
    if event.kind == "recovered":
        return state_word(screen, body.get("state"))
    parts = []
    if event.kind == "assigned":
        parts.append(f"→ {body['to']}")
    if event.kind == "escalated":
        parts.append(f"→ {body['to'][screen.lang]}")
        parts.append(_overdue_since(screen, str(body.get("why") or "")))
    if event.kind == "settled":
        parts.append(str(body["member"]))
    parts.append(str(body.get("text") or ""))
    text = esc(" · ".join(part for part in parts if part))
    if event.kind == "closed" and body.get("recovered") is False:
        text += " " + tag(screen.t("al_not_recovered"), "corrected")
    return text


def _overdue_since(screen: Screen, why: str) -> str:
    """The system writes `> 2026-12-01 + 0` (deadline and level's days); people write words."""
    day, plus, days = why.removeprefix("> ").partition(" + ")
    try:
        past = screen.day(date.fromisoformat(day))
    except ValueError:
        return why
    return screen.t("al_past", day=past, n=days) if plus and days != "0" else screen.t("al_past_0", day=past)
