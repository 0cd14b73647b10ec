"""What is shown when no release can be shown: what to do, in words and commands."""

from __future__ import annotations

from ioc_dashboard import formats
from ioc_dashboard.components.markup import esc
from ioc_dashboard.release import NoRelease
from ioc_dashboard.texts import t


def no_release(state: NoRelease, lang: str, asked: str | None = None) -> str:
    """A calm page: what is missing and the commands that fix it. `asked`: the past day that has nothing."""
    if state.before is not None:
        title = t("before_title", lang)
        text, steps = t("before_text", lang, time=formats.moment(state.before, formats.zone(None), lang), day=asked), ""
    elif state.damaged:
        steps = "<pre><code>ioc run</code></pre>"
        title, text = t("damaged_title", lang), t("damaged_text", lang)
    else:
        title, text = t("none_title", lang), t("none_text", lang)
        inbox = esc(state.home / "inbox")
        steps = (
            f"<ol><li>{esc(t('none_step_1', lang))}<pre><code>{inbox}/&lt;feed&gt;/</code></pre></li>"
            f"<li>{esc(t('none_step_2', lang))}<pre><code>ioc run</code></pre></li>"
            f"<li>{esc(t('none_step_3', lang))}<pre><code>ioc sample --out {inbox}\nioc run</code></pre></li></ol>"
        )
    return (
        f'<div class="ioc empty" lang="{lang}"><div class="ring" aria-hidden="true"></div><h1>{esc(title)}</h1>'
        f"<p>{esc(text)}</p>{steps}</div>"
    )
