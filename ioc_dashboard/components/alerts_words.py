"""How parts of an alert read: severity, state, deadline, value against target, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ioc_dashboard import formats
from ioc_dashboard.alert_board import STATES, code_of, kind_of, need
from ioc_dashboard.components.markup import ICON, esc, status_pill, tag
from ioc_dashboard.model import Tile
from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import known
from ioc_pipeline.messages import Text
from ioc_pipeline.operations.alerts import Alert
from ioc_pipeline.operations.causes import STATE_WORDS

_COLOURS = ("green", "amber", "red", "grey")
_SIGNS = {"up": "≥ ", "down": "≤ "}


def both(screen: Screen, words: Text) -> str:
    """Words of the operations store in the reader's language."""
    return words.in_language(screen.lang)


def capital(text: str) -> str:
    """Text with its first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def severity_pill(screen: Screen, severity: str) -> str:
    """Severity as colour, icon and word."""
    return f'<span class="pill v-{esc(severity)}">{ICON}{esc(known("severity_", severity, screen.lang))}</span>'


def state_pill(screen: Screen, alert: Alert) -> str:
    """Where an alert is in its life: five dots and the word."""
    reached = STATES.index(alert.state)
    dots = "".join(f'<i class="{"on" if number <= reached else ""}"></i>' for number in range(len(STATES)))
    word = esc(screen.t(f"al_state_{alert.state}"))
    return f'<span class="life a-{esc(alert.state)}"><span class="dots" aria-hidden="true">{dots}</span>{word}</span>'


def state_word(screen: Screen, state: str | None) -> str:
    """A state of an indicator, feed or task: colours as pill, everything else as words."""
    if state in _COLOURS:
        return status_pill(screen, str(state))
    words = STATE_WORDS.get(str(state or "none"))
    return f'<span class="pill s-untargeted">{esc(both(screen, words) if words else state)}</span>'


def change_line(screen: Screen, alert: Alert) -> str:
    """From which state to which."""
    said = alert.evidence
    arrow = f'<span class="arrow" aria-hidden="true">→</span><span class="quiet">{esc(screen.t("al_becomes"))}</span>'
    before, after = state_word(screen, said.get("from")), state_word(screen, said.get("to"))
    return f'<span class="shift">{before} {arrow} {after}</span>'


def need_text(screen: Screen, alert: Alert, today: date) -> str:
    """Why it needs a decision today, in words."""
    why = need(alert, today)
    if why is None:
        return ""
    late = (today - (alert.acknowledge_by if why == "unacknowledged" else alert.due_on)).days
    return screen.t(f"al_need_{why}", n=screen.number(late))


def deadline(screen: Screen, alert: Alert, today: date, *, one: bool = False) -> str:
    """Its deadlines with an overdue mark or the days left; `one`: only the one that counts now."""
    if not alert.live:
        closed = alert.closed_at or ""
        day = screen.moment(datetime.fromisoformat(closed)) if closed else formats.MISSING
        return f'<span class="due">{esc(screen.t("al_closed_on", day=day))}</span>'
    days = [("al_close_by", alert.due_on)]
    if alert.state == "open":
        days.insert(0, ("al_ack_by", alert.acknowledge_by))
    if one:
        days = days[-1:] if alert.level or today > alert.due_on else days[:1]
    lines = []
    for asked, by in days:
        text = esc(screen.t(asked, day=screen.day(by)))
        if today > by:
            mark = f'<b class="late">{ICON}{esc(screen.t("al_overdue", n=screen.number((today - by).days)))}</b>'
        elif today == by:
            mark = f'<b class="soon">{esc(screen.t("al_due_today"))}</b>'
        else:
            mark = f'<span class="soft">{esc(screen.t("al_days_left", n=screen.number((by - today).days)))}</span>'
        lines.append(f'<span class="due">{text} {mark}</span>')
    return "".join(lines)


def number_of(screen: Screen, reading: Mapping[str, Any], name: str, tile: Tile | None) -> str:
    """A number of the evidence with its unit; target with its sign. The card's decimals, else those it needs."""
    value = reading.get(name)
    if value is None:
        return screen.t("no_target") if name == "target" else screen.t("al_no_value")
    decimals = tile.card.decimals if tile else 2
    unit = screen.say(tile.card.unit) if tile else str(reading.get("unit") or "")
    if name == "target":
        sign = _SIGNS.get(tile.card.direction, "") if tile else ""
        return sign + formats.with_unit(formats.plain(float(value), decimals, screen.lang), unit)
    text = formats.number(value, decimals, screen.lang) if tile else formats.plain(float(value), decimals, screen.lang)
    return formats.with_unit(text, unit)


def value_block(screen: Screen, alert: Alert, tile: Tile | None) -> str:
    """Value against target of an indicator; how many things one cause brought of anything else."""
    now = alert.evidence.get("now")
    if now:
        return (
            f'<p class="value"><b>{esc(number_of(screen, now, "value", tile))}</b></p>'
            f"<p>{esc(screen.t('target'))} <b>{esc(number_of(screen, now, 'target', tile))}</b></p>"
            f'<p class="soft">{esc(screen.period(now.get("period")))}</p>'
        )
    if not alert.members:
        return ""
    words = {"tasks": "al_groups_tasks", "indicator": "al_groups_owner"}.get(kind_of(alert), "al_groups")
    return f"<p>{esc(screen.t(words, n=screen.number(len(alert.members))))}</p>"


def labels(screen: Screen, alert: Alert) -> str:
    """Simulated, sent up, recovered, closed too early: small labels."""
    found = []
    if alert.simulated:
        found.append(tag(screen.t("simulated"), "sim"))
    if alert.live and alert.escalated_to:
        found.append(tag(screen.t("al_up_to", name=alert.escalated_to[screen.lang]), "up"))
    if alert.live and alert.recovered:
        found.append(tag(screen.t("al_recovered"), "good"))
    if alert.closed_recovered is False:
        found.append(tag(screen.t("al_not_recovered"), "corrected"))
    return " ".join(found)


def about_link(screen: Screen, alert: Alert) -> tuple[str, str]:
    """Address and words of the page the alert is about; empty when there is none."""
    of, code = kind_of(alert), code_of(alert)
    page, query, words = {
        "indicator": ("indicator", {"code": code} if code else {"status": "red"}, "al_open_indicator"),
        "feed": ("data", {"feed": code}, "al_open_feed"),
        "tasks": ("tasks", {"state": "leaders"}, "al_open_tasks"),
    }.get(of, ("", {}, ""))
    if page not in screen.pages:
        return "", ""
    return screen.address(page, **query), screen.t(words)
