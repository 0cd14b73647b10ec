"""The top of an indicator's page: the number, what it is worth, one sentence why; and where the year will end."""

from __future__ import annotations

from ioc_dashboard import formats
from ioc_dashboard.components import reading
from ioc_dashboard.components.correction import correction_note, correction_tag
from ioc_dashboard.components.markup import ICON, banner, esc, mark_tag, pairs, status_pill, tag
from ioc_dashboard.components.pace import needed_text, now_text, unit_of
from ioc_dashboard.components.trust import badge
from ioc_dashboard.model import Words
from ioc_dashboard.queries_indicator import Comparison, Forecast, Sheet
from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import known


def head(screen: Screen, sheet: Sheet, area_name: str) -> str:
    """Everything a leader must know first."""
    tile, latest = sheet.tile, sheet.tile.latest
    labels = correction_tag(screen, tile)
    if latest and latest.held:
        labels += tag(screen.t("held"), "held")
    if latest and latest.simulated:
        labels += tag(screen.t("simulated"), "sim")
    place = f'<p class="place">{esc(area_name)}</p>' if area_name else ""
    date_line = reading.date_line(screen, tile)
    change = reading.change_line(screen, tile) if latest and latest.value is not None else ""
    nation = reading.national_line(screen, tile)
    number = (
        f'<div class="inumber">{status_pill(screen, tile.verdict)}{reading.big_value(screen, tile)}'
        f'<p class="when">{reading.period_line(screen, tile)}</p>'
        + (f'<p class="age">{date_line}</p>' if date_line else "")
        + "</div>"
    )
    judged = "".join(
        f'<p class="{css}">{text}</p>'
        for css, text in (
            ("sentence", esc(sentence(screen, sheet))),
            ("target", _target(screen, sheet)),
            ("change", change),
            ("nation", nation),
        )
        if text
    )
    facts = pairs(
        [
            (screen.t("owner"), f"<b>{esc(reading.owner_text(screen, tile))}</b>"),
            (screen.t("col_trust"), badge(screen, tile, "wide")),
            (screen.t("ind_confidence"), esc(confidence(screen, sheet.confidence)) if latest else ""),
            (screen.t("ind_labels"), labels),
        ]
    )
    warning = banner("sim", screen.t("ind_simulated")) if latest and latest.simulated else ""
    return (
        f'{warning}<section class="ihead s-{tile.verdict}"><header><h1>{esc(screen.say(tile.card.name))}</h1>{place}'
        f'<p class="soft"><span class="code">{esc(tile.card.code)}</span> · {esc(screen.say(tile.card.field))}</p>'
        f'</header>{number}<div class="ijudged">{judged}{correction_note(screen, tile)}</div>{facts}</section>'
    )


def _target(screen: Screen, sheet: Sheet) -> str:
    if sheet.tile.latest is None or sheet.tile.latest.value is None:
        return ""
    return reading.target_line(screen, sheet.tile)


def sentence(screen: Screen, sheet: Sheet) -> str:
    """Why the value stands where it does, or why there is none."""
    more = sheet.more
    if sheet.tile.latest is None:
        for words, key in ((more.no_source, "ind_no_source"), (more.failed, "ind_failed")):
            if screen.say(words):
                return screen.t(key, why=screen.say(words))
        if sheet.own and screen.say(sheet.waits):
            return screen.t("ind_waits", why=screen.say(sheet.waits))
        return screen.t("ind_no_value" if sheet.own else "ind_no_value_area")
    first = leading(sheet)
    return screen.say(first.why) if first else screen.say(sheet.tile.latest.reason)


def leading(sheet: Sheet) -> Comparison | None:
    """The comparison whose sentence stands at the top: against the target, else against the period before."""
    known = (sheet.comparisons.get(against) for against in ("target", "previous"))
    return next((one for one in known if one and one.total is not None and (one.why.vi or one.why.en)), None)


def confidence(screen: Screen, level: str) -> str:
    """How sure one may be of the value; kept apart from its status."""
    return known("ind_confidence_", level or "khong_ro", screen.lang)


def forecast(screen: Screen, sheet: Sheet) -> str:
    """Landing with interval, method and its test; what the rest of the year must bring."""
    found = sheet.forecast
    title = f"<h2>{esc(screen.t('ind_forecast'))}</h2>"
    if found is None:
        key = "ind_forecast_none" if sheet.own else "ind_forecast_own"
        if sheet.tile.latest is None:
            key = "ind_forecast_empty"
        return f'<section class="ifore">{title}<p class="note">{esc(screen.t(key))}</p></section>'
    unit, places, lang = screen.say(sheet.tile.card.unit), sheet.tile.card.decimals, screen.lang
    if found.landing is None:
        top = f'<p class="note">{esc(screen.say(found.reason))}</p>'
    else:
        level = formats.plain(100 * found.level, 0, lang)
        band = f"{formats.number(found.low, places, lang)} – {formats.quantity(found.high, unit, places, lang)}"
        top = (
            f'<p class="kicker">{esc(screen.t("ind_landing", year=found.year))} '
            f"{status_pill(screen, 'untargeted' if found.target is None else found.status)}</p>"
            f'<p class="value"><b>{esc(formats.number(found.landing, places, lang))}</b>'
            f'<span class="unit{" tight" if unit == "%" else ""}">{esc(unit)}</span></p>'
            f"<p>{esc(screen.t('ind_interval', level=level, band=band))}</p>"
        )
    facts = pairs(
        [
            (screen.t("ind_year_target"), _year_target(found, unit, places, lang)),
            (screen.t("ind_pace"), _pace(screen, sheet, found)),
            (screen.t("ind_method"), esc(screen.say(found.method)) if found.landing is not None else ""),
            (screen.t("ind_backtest"), _backtest(screen, found, unit, places)),
        ]
    )
    must = screen.say(found.must)
    css = "must met" if sheet.tile.verdict == "green" else "must"
    told = f'<p class="{css}">{ICON}<span><b>{esc(screen.t("ind_must"))}</b> {esc(must)}</span></p>' if must else ""
    return (
        f'<section class="ifore">{title}{top}{told}{facts}<p class="note">{esc(screen.t("ind_fc_note"))}</p></section>'
    )


def _year_target(found: Forecast, unit: str, places: int, lang: str) -> str:
    if found.target is None:
        return ""
    first = formats.plain(found.target, places, lang)
    if found.target_high is not None and found.target_high != found.target:
        first += " – " + formats.plain(found.target_high, places, lang)
    return esc(formats.with_unit(first, unit))


def _pace(screen: Screen, sheet: Sheet, found: Forecast) -> str:
    """Pace still needed, allowed or to spare beside the pace so far; nothing without a target or a rest."""
    if found.needed is None or found.now is None or not found.remaining:
        return ""
    unit = unit_of(screen, sheet.tile, found.form)
    needed = needed_text(screen, sheet.tile, found.form, found.needed, unit)
    now = now_text(screen, sheet.tile, found.form, found.now, unit)
    if not needed:
        return ""
    return esc(screen.t("ind_pace_text", needed=needed, left=found.remaining, past=found.elapsed, now=now))


def _backtest(screen: Screen, found: Forecast, unit: str, places: int) -> str:
    if found.error is None or found.landing is None:
        return ""
    if found.error_relative:
        amount = screen.number(100 * found.error, 1) + "%"
    else:
        amount = screen.number(found.error, max(places, 2)) + formats.NBSP
        amount += screen.t("pct_points") if unit == "%" else unit
    return esc(screen.t("ind_backtest_text", error=amount, n=found.tests or 0))


def basis(screen: Screen, words: Words, mark: str) -> str:
    """Legal basis with its honesty mark."""
    return f"{esc(screen.say(words))} {mark_tag(screen, mark)}" if screen.say(words) else ""
