"""A comparison: what hinders it, the order with bars and denominators, units without data apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ioc_dashboard import formats
from ioc_dashboard.components.markup import ICON, esc, status_pill, table, tag
from ioc_dashboard.model import Card, Words
from ioc_dashboard.ranking import SMALL_BASE, Entry, median, mixed, small_bases
from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import DATA_TYPES, MEASURES, known

_NOTHING = Words()


@dataclass(frozen=True, slots=True)
class Measured:
    """What is compared: words, unit and direction of a card, or of a score."""

    name: Words
    unit: Words
    decimals: int
    direction: str
    definition: Words = _NOTHING

    @classmethod
    def of_card(cls, card: Card) -> Measured:
        """The same of an indicator."""
        return cls(card.name, card.unit, card.decimals, card.direction, card.definition)

    def text(self, screen: Screen, value: float | None) -> str:
        """A value with its unit."""
        return formats.quantity(value, screen.say(self.unit), self.decimals, screen.lang)


def base_text(screen: Screen, one: Entry) -> str:
    """`412/530`, or nothing."""
    if one.denominator is None or one.numerator is None:
        return ""
    return "/".join(formats.plain(part, 2, screen.lang) for part in (one.numerator, one.denominator))


def rank_text(one: Entry, order: Sequence[Entry]) -> str:
    """`3/61` as HTML, `=3/61` for a shared rank; a dash where nobody is ranked."""
    if one.rank is None:
        return formats.MISSING
    shared = "=" if sum(other.rank == one.rank for other in order) > 1 else ""
    return f"<b>{shared}{one.rank}</b>/{len(order)}"


def standing(screen: Screen, me: Entry | None, order: Sequence[Entry]) -> str:
    """Where the unit the reader cares about stands, in a sentence."""
    if me is None:
        return ""
    placed = next((one for one in order if one.key == me.key), None)
    if placed is None:
        return screen.t("cmp_me_none", name=screen.say(me.name))
    if placed.rank is None:
        return ""
    shared = sum(one.rank == placed.rank for one in order) > 1
    key = "cmp_me_tied" if shared else "cmp_me"
    return screen.t(key, name=screen.say(me.name), rank=placed.rank, n=screen.number(len(order)))


def likes(screen: Screen, what: Measured, order: Sequence[Entry], unknown: Sequence[Entry], more: Sequence[str],
          said: Sequence[str]) -> str:  # fmt: skip
    """What hinders a fair comparison, each in a line; or that nothing known does. `more`: further hindrances, `said`:
    things to know that are no hindrance."""
    found = list(more)
    types, measures = mixed(order, "data_type"), mixed(order, "measure")
    if len(types) > 1:
        found.append(screen.t("cmp_mixed_types", kinds=_counted(screen, types, DATA_TYPES)))
    elif any(kind in ("plan", "estimate", "preliminary") for kind in types):
        found.append(screen.t("cmp_not_final", kind=screen.say(DATA_TYPES[next(iter(types))])))
    if len(measures) > 1:
        found.append(screen.t("cmp_mixed_measures", kinds=_counted(screen, measures, MEASURES)))
    if others := [one for one in unknown if one.other]:
        found.append(screen.t("cmp_other_period", n=screen.number(len(others))))
    if small := small_bases(order, what.unit.vi):
        found.append(screen.t("cmp_small", n=screen.number(len(small))))
    items = "".join(f"<li>{ICON}<span>{esc(text)}</span></li>" for text in found)
    if not found and order:
        items = f'<li class="fine">{ICON}<span>{esc(screen.t("cmp_fine"))}</span></li>'
    items += "".join(f'<li class="say">{ICON}<span>{esc(text)}</span></li>' for text in said)
    return f'<section><h2 class="quiet">{esc(screen.t("cmp_likes"))}</h2><ul class="likes">{items}</ul></section>'


def _counted(screen: Screen, counts: dict[str, int], words: dict[str, Words]) -> str:
    return ", ".join(
        f"{(screen.say(words[kind]) if kind in words else '') or kind or formats.MISSING} {n}"
        for kind, n in sorted(counts.items(), key=lambda item: -item[1])
    )


def whole_line(
    screen: Screen, what: Measured, label: str, whole: Entry | None, how: str, order: Sequence[Entry]
) -> str:
    """The whole's own figure, how it comes about, and the median under its own name."""
    value = what.text(screen, whole.value) if whole and whole.value is not None else screen.t("cmp_whole_none")
    parts = [f"<span>{esc(label)}: <b>{esc(value)}</b>{f' ({esc(how)})' if how else ''}</span>"]
    if len(order) > 2:
        middle = median([one.value for one in order if one.value is not None])
        parts.append(
            f"<span>{esc(screen.t('cmp_median', n=screen.number(len(order))))}: "
            f"<b>{esc(what.text(screen, middle))}</b> "
            f"({esc(screen.t('cmp_median_note'))})</span>"
        )
    return f'<p class="whole">{"".join(parts)}</p>'


def order_table(
    screen: Screen, what: Measured, title: str, order: Sequence[Entry], *, me: str = "", listed: Sequence[Entry] = (),
    links: dict[str, str] | None = None, base: str = "", tagged: frozenset[str] = frozenset(),
) -> str:  # fmt: skip
    """Units in order (or `listed`, the same units sorted otherwise): rank, bar, value, denominator, status, notes.

    `me`: the unit to mark; `tagged`: units that bear the mark of a merger.
    """
    values = [one.value for one in order if one.value is not None]
    if not values:
        return ""
    low, high = min(0.0, *values), max(0.0, *values)
    targets = [one.target for one in order if one.target is not None]
    reach = [target for target in targets if low <= target <= high + 0.5 * (high - low)]
    high = max([high, *reach])
    judged = any(one.verdict in ("red", "amber", "green") for one in order)
    based = any(one.denominator is not None for one in order)
    small = {one.key for one in small_bases(order, what.unit.vi)}
    kinds = mixed(order, "data_type")
    notes = {one.key: _notes(screen, one, one.key in small, len(kinds) > 1, one.key in tagged) for one in order}
    noted = any(notes.values())
    heads = [(screen.t("cmp_rank"), "rank"), (screen.t("cmp_unit_col"), ""), (screen.t("cmp_bar"), "bars"),
             (screen.t("col_value"), "num")]  # fmt: skip
    heads += [(base or screen.t("cmp_base"), "num")] if based else []
    heads += [(screen.t("col_status"), "")] if judged else []
    heads += [(screen.t("cmp_notes"), "")] if noted else []
    rows = []
    for one in listed or order:
        name = esc(screen.say(one.name))
        if links and one.key in links:
            name = f'<a href="{esc(links[one.key])}">{name}</a>'
        if one.key == me:
            name = f'<span class="isme">{name}</span>'
        row = [rank_text(one, order), name, bar(one, low, high), f"<b>{esc(what.text(screen, one.value))}</b>"]
        row += [esc(base_text(screen, one))] if based else []
        row += [status_pill(screen, one.verdict)] if judged else []
        row += [notes[one.key]] if noted else []
        rows.append(row)
    tick = f'<p class="note">{esc(screen.t("cmp_tick"))}</p>' if reach else ""
    return f'<section class="ranks">{tick}{table(title, heads, rows)}</section>'


def bar(one: Entry, low: float, high: float) -> str:
    """A bar from zero; the number beside it says the same, so screen readers skip it."""
    span = (high - low) or 1.0
    value = one.value or 0.0
    left, right = (min(0.0, value) - low) / span * 100, (max(0.0, value) - low) / span * 100
    tick = ""
    if one.target is not None and low <= one.target <= high:
        tick = f'<em style="left:calc({(one.target - low) / span * 100:.2f}% - 2px)"></em>'
    held = " is-held" if one.held else ""
    return (
        f'<span class="rankbar" aria-hidden="true"><i class="s-{esc(one.verdict)}{held}" '
        f'style="left:{left:.2f}%;width:{max(0.4, right - left):.2f}%"></i>{tick}</span>'
    )


def _notes(screen: Screen, one: Entry, small: bool, kinds: bool, merged: bool) -> str:
    parts = []
    if kinds and one.data_type in DATA_TYPES:
        parts.append(tag(screen.say(DATA_TYPES[one.data_type])))
    if merged:
        parts.append(tag(screen.t("cmp_merged")))
    if small:
        parts.append(tag(screen.t("cmp_small_tag"), title=f"< {SMALL_BASE}"))
    if one.held:
        parts.append(tag(screen.t("held"), "held"))
    if one.trust in ("warning", "unverified"):
        parts.append(tag(known("trust_", one.trust, screen.lang)))
    if screen.say(one.note):
        parts.append(esc(screen.say(one.note)))
    return " ".join(parts)


def unknown_list(screen: Screen, unknown: Sequence[Entry], key: str = "cmp_unknowns") -> str:
    """Units that cannot be placed, by name, with why or their newest other period."""
    if not unknown:
        return ""
    items = "".join(
        f"<li>{esc(screen.say(one.name))}"
        + (f" <small>{esc(screen.t('cmp_last', period=screen.period(one.other)))}</small>" if one.other else "")
        + (f" <small>{esc(screen.say(one.note))}</small>" if screen.say(one.note) else "")
        + "</li>"
        for one in unknown
    )
    title = esc(screen.t(key, n=screen.number(len(unknown))))
    return f'<section class="unknowns"><h3>{status_pill(screen, "grey")} {title}</h3><ul>{items}</ul></section>'
