"""What can be done about an alert: commands to copy, or forms where the centre allows them."""

from __future__ import annotations

import streamlit as st

from ioc_dashboard.alert_board import code_of
from ioc_dashboard.alert_steps import FIELDS, NEEDED, NOTE, command, offered, take
from ioc_dashboard.components.markup import banner, block, esc
from ioc_dashboard.screen import Screen
from ioc_pipeline.messages import IocError
from ioc_pipeline.operations.alerts import Alert

_DONE, _FAILED, _WHO = "_alert_done", "_alert_failed", "_alert_who"


def step_name(screen: Screen, step: str) -> str:
    """A step in words."""
    return screen.t("al_do_closed_step" if step == "closed" else f"al_do_{step}")


def commands(screen: Screen, alert: Alert) -> str:
    """The steps possible now as commands ready to copy."""
    title = f"<h2>{esc(screen.t('al_do'))}</h2>"
    if screen.as_of is not None:
        return f'<section class="next">{title}<p class="note">{esc(screen.t("al_do_past"))}</p></section>'
    closed = "" if alert.live else f'<p class="note">{esc(screen.t("al_do_closed"))}</p>'
    rows = "".join(
        f"<li><b>{esc(step_name(screen, step))}</b>"
        f"<pre><code>{esc(command(alert, step, screen.lang))}</code></pre></li>"
        for step in offered(alert)
    )
    lead = f'<p class="note">{esc(screen.t("al_do_commands"))}</p>' if rows else ""
    return f'<section class="next">{title}{closed}{lead}<ul class="commands">{rows}</ul></section>'


def forms(screen: Screen, alert: Alert) -> None:
    """One form per step possible now; each asks who does it."""
    lead = f"<h2>{esc(screen.t('al_do'))}</h2><p class='note'>{esc(screen.t('al_form_open'))}</p>"
    for key, kind in ((_DONE, "good"), (_FAILED, "bad")):
        if said := st.session_state.pop(key, None):
            lead += banner(kind, str(said))
    st.html(block(screen, f'<section class="next">{lead}</section>', "alertpage"))
    with st.container(key="alertforms"):
        for number, step in enumerate(offered(alert)):
            with st.expander(step_name(screen, step), expanded=number == 0):
                _form(screen, alert, step)


def _form(screen: Screen, alert: Alert, step: str) -> None:
    key = f"{alert.id}_{len(alert.history)}_{step}"
    with st.form(f"form_{key}", border=False):
        who = st.text_input(
            screen.t("al_form_who"), value=st.session_state.get(_WHO, ""), key=f"who_{key}", max_chars=120,
            autocomplete="name",
        )  # fmt: skip
        said = {}
        for name in FIELDS[step]:
            needed = name in NEEDED[step]
            label = screen.t(f"al_form_{name}_needed" if name == "text" and needed else f"al_form_{name}")
            if name == "evidence" and not needed:
                label = screen.t("al_cmd_evidence")
            said[name] = st.text_input(label, key=f"{name}_{key}", max_chars=500)
        pressed = st.form_submit_button(screen.t("al_form_save"), type="primary")
    if not pressed:
        return
    try:
        take(alert.id, step, who, said, code=code_of(alert) if step == NOTE else "")
    except IocError as error:
        st.session_state[_FAILED] = error.message.in_language(screen.lang)
    else:
        st.session_state[_WHO] = who.strip()
        st.session_state[_DONE] = screen.t("al_form_done", step=step_name(screen, step), who=who.strip())
    st.rerun()
