"""How one value reads: number with unit, period, target, change, data date."""

from __future__ import annotations

from ioc_dashboard import formats
from ioc_dashboard.components.markup import esc, mark_tag
from ioc_dashboard.model import Tile
from ioc_dashboard.screen import Screen
from ioc_dashboard.summary import change, target_text
from ioc_dashboard.texts import DATA_TYPES, MEASURES, known


def value_text(screen: Screen, tile: Tile) -> str:
    """Value with its unit as plain text, or why there is none."""
    latest = tile.latest
    if latest is None or latest.value is None:
        return missing_word(screen, tile)
    return formats.quantity(latest.value, screen.say(tile.card.unit), tile.card.decimals, screen.lang)


def missing_word(screen: Screen, tile: Tile) -> str:
    """`Chưa có số liệu`, `Không phát sinh` or `Bảo mật`."""
    status = tile.latest.value_status if tile.latest else ""
    return screen.t(f"value_{status}") if status in ("nil", "confidential") else screen.t("value_missing")


def big_value(screen: Screen, tile: Tile) -> str:
    """The number in large type, its unit beside it."""
    latest = tile.latest
    if latest is None or latest.value is None:
        return f'<p class="value none"><span>{esc(missing_word(screen, tile))}</span></p>'
    number = esc(screen.number(latest.value, tile.card.decimals))
    unit = screen.say(tile.card.unit)
    close = " tight" if unit == "%" else ""
    held = " held" if latest.held else ""
    return f'<p class="value{held}"><b>{number}</b><span class="unit{close}">{esc(unit)}</span></p>'


def period_line(screen: Screen, tile: Tile) -> str:
    """Period in words, what the number measures, and whether it is an estimate or official."""
    latest = tile.latest
    if latest is None:
        return esc(screen.t("no_period"))
    parts = [screen.period(latest.period)]
    measure = MEASURES.get(latest.measure)
    if measure and screen.say(measure):
        parts.append(screen.say(measure))
    kind = DATA_TYPES.get(latest.data_type)
    if kind or latest.data_type:
        parts.append(screen.say(kind) if kind else latest.data_type)
    return " · ".join([f"<b>{esc(parts[0])}</b>", *map(esc, parts[1:])])


def target_line(screen: Screen, tile: Tile) -> str:
    """Target with the document it rests on and how certain that basis is."""
    text = target_text(tile, screen.lang)
    if text is None:
        return f'<span class="soft">{esc(screen.t("no_target"))}</span>'
    basis = screen.say(tile.card.target_basis)
    tail = f' <span class="basis">{esc(basis)} {mark_tag(screen, tile.card.target_mark)}</span>' if basis else ""
    return f"{esc(screen.t('target'))} <b>{esc(text)}</b>{tail}"


def change_line(screen: Screen, tile: Tile) -> str:
    """Change against the previous period as arrow, number, period and word."""
    found = change(tile)
    if found is None:
        return f'<span class="soft">{esc(screen.t("nothing_before"))}</span>' if tile.latest else ""
    period = screen.period(found.earlier.period)
    unit = screen.say(tile.card.unit)
    decimals = tile.card.decimals if found.points else 1
    amount = formats.number(abs(found.amount), decimals, screen.lang)
    if not any(digit in "123456789" for digit in amount):
        return esc(screen.t("unchanged", period=period))
    if not found.points:
        amount += "%"
    elif unit == "%":
        amount += formats.NBSP + screen.t("pct_points")
    else:
        amount += formats.NBSP + unit
    arrow, verb = ("↑", "risen") if found.amount > 0 else ("↓", "fallen")
    judged, css = "", "flat"
    if found.good is not None:
        css = "good" if found.good else "bad"
        judged = f", {esc(screen.t('better' if found.good else 'worse'))}"
    text = screen.t(verb, change=f"<b>{esc(amount)}</b>", period=esc(period))
    return f'<span class="{css}"><span class="arrow" aria-hidden="true">{arrow}</span> {text}{judged}</span>'


def date_line(screen: Screen, tile: Tile) -> str:
    """The data date and its age now."""
    latest = tile.latest
    if latest is None or latest.period_end is None:
        return ""
    return esc(screen.t("data_to", day=screen.day(latest.period_end), age=screen.age(latest.period_end)))


def national_line(screen: Screen, tile: Tile) -> str:
    """The nation's value of the same period, when the release has it."""
    nation = tile.national
    if nation is None or nation.value is None:
        return ""
    amount = formats.quantity(nation.value, screen.say(tile.card.unit), tile.card.decimals, screen.lang)
    return esc(screen.t("national", value=amount))


def owner_text(screen: Screen, tile: Tile) -> str:
    """The unit that answers for the indicator."""
    return screen.say(tile.card.owner) or screen.t("no_owner")


def status_word(screen: Screen, tile: Tile) -> str:
    """Status in words."""
    return known("status_", tile.verdict, screen.lang)
