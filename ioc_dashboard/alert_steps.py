"""Steps taken from the screen: only where the centre allows it, never without a name, through the same functions as
`ioc alerts`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from ioc_dashboard.alert_board import code_of, kind_of, possible_steps
from ioc_dashboard.screen import moment_now
from ioc_dashboard.texts import t
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.operations import steps
from ioc_pipeline.operations.alerts import Alert
from ioc_pipeline.operations.store import Ledger, OperationsStore
from ioc_pipeline.settings import places

SWITCH = "IOC_DASHBOARD_ACTIONS"
"""Environment variable: `on` lets readers record steps of alerts from the dashboard. Anything else: they cannot."""
NOTE = "note"
FIELDS: Mapping[str, tuple[str, ...]] = {
    "acknowledged": ("text",),
    "assigned": ("to", "text"),
    "acting": ("text",),
    "closed": ("evidence", "text"),
    "escalated": ("text",),
    NOTE: ("text", "evidence"),
}
"""What each step asks for, beside the name."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "acknowledged": (), "assigned": ("to",), "acting": ("text",), "closed": ("evidence",), "escalated": ("text",),
    NOTE: ("text",),
}  # fmt: skip
_COMMANDS = {"acknowledged": "ack", "assigned": "assign", "acting": "act", "closed": "close", "escalated": "escalate"}


def allowed() -> bool:
    """Whether the centre lets readers record steps from the screen."""
    return os.environ.get(SWITCH, "").strip().lower() in ("on", "1", "true", "yes")


def offered(alert: Alert) -> list[str]:
    """Steps possible now; a note only where the alert is about one indicator."""
    return [*possible_steps(alert), *([NOTE] if kind_of(alert) == "indicator" and code_of(alert) else [])]


def command(alert: Alert, step: str, lang: str) -> str:
    """The command that records a step, ready to copy; what a person must fill in stands in quotes."""
    if step == NOTE:
        parts = [f"ioc note add {code_of(alert)}", *_options(("text",), lang)]
    else:
        needed = NEEDED[step]
        parts = [f"ioc alerts {_COMMANDS[step]} {alert.id}", *_options(needed, lang)]
    return " ".join([*parts, f'--who "{t("al_cmd_who", lang)}"'])


def _options(names: tuple[str, ...], lang: str) -> list[str]:
    return [f'--{name} "{t(f"al_cmd_{name}", lang)}"' for name in names]


def take(alert_id: str, step: str, who: str, said: Mapping[str, str], *, code: str = "") -> None:
    """Record one step of an alert (or a note on the indicator `code`) as one event.

    Raises IocError when the centre does not allow it, when nobody is named, when something needed is empty, or when
    the step is not possible any more.
    """
    if not allowed():
        vi, en = f"Chưa ghi: {SWITCH} không bật.", f"Not recorded: {SWITCH} is not on."
        raise IocError(Message("alert.screen", vi, en))
    if not who.strip():
        raise IocError(Message("alert.nobody", t("al_form_nobody", "vi"), t("al_form_nobody", "en")))
    words = {name: value.strip() for name, value in said.items()}
    for name in NEEDED[step]:
        if not words.get(name):
            vi, en = (t("al_form_empty", lang, field=t(f"al_cmd_{name}", lang)) for lang in ("vi", "en"))
            raise IocError(Message("alert.empty", vi, en))
    store = OperationsStore(places())
    try:
        with store.writing(moment_now()) as ledger:
            _record(ledger, alert_id, step, who.strip(), words, code)
    finally:
        store.close()


def _record(ledger: Ledger, alert_id: str, step: str, who: str, said: Mapping[str, str], code: str) -> None:
    text = said.get("text") or None
    if step == "acknowledged":
        steps.acknowledge(ledger, alert_id, who, text)
    elif step == "assigned":
        steps.assign(ledger, alert_id, who, said["to"], text)
    elif step == "acting":
        steps.act(ledger, alert_id, who, said["text"])
    elif step == "closed":
        steps.close(ledger, alert_id, who, said["evidence"], text)
    else:
        catalogue = load_catalogue()
        if step == NOTE:
            day = ledger.now.astimezone(ZoneInfo(catalogue.province.timezone)).date()
            steps.add_note(ledger, code, who, said["text"], day, said.get("evidence") or None)
        elif catalogue.operations.alerts is not None:
            steps.escalate(ledger, alert_id, who, catalogue.operations.alerts, said["text"])
        else:
            vi = "Quy tắc operations/alerts.yaml thiếu hoặc có lỗi; xem: ioc contract check"
            en = "The rules operations/alerts.yaml are missing or broken; see: ioc contract check"
            raise IocError(Message("operations.rules", vi, en))
