"""The map's page around its drawing: what is shown, the choices as links, the legend, the list of communes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ioc_dashboard import formats
from ioc_dashboard.boundaries import Picture
from ioc_dashboard.components.map_drawing import Paint, map_html, shade
from ioc_dashboard.components.markup import ICON, banner, esc, status_pill, tag
from ioc_dashboard.model import Card, Tile, Words
from ioc_dashboard.queries_places import Choice, Figure, Unit
from ioc_dashboard.ranking import class_of, verdict_of
from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import DATA_TYPES, MEASURES, known

_ORDER = ("red", "amber", "green", "untargeted", "grey")
_CHIPS, _PERIODS = 6, 6


@dataclass(frozen=True)
class MapState:
    """What one address of the map shows, with everything its parts need."""

    card: Card
    choice: Choice
    period: str
    area: str  # chosen commune, or empty
    by_value: bool
    units: tuple[Unit, ...]
    figures: dict[str, Figure]
    own: Figure | None  # the whole province
    bounds: tuple[float, ...] = ()
    cards: dict[str, Card] = field(default_factory=dict)
    choices: dict[str, Choice] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, str]:
        """The state as the address says it."""
        found = {"code": self.card.code, "period": self.period}
        return (
            found
            | ({"by": "value"} if self.by_value and self.judged else {})
            | ({"area": self.area} if self.area else {})
        )

    @property
    def judged(self) -> bool:
        """Whether any commune has a status in this period."""
        return any(verdict_of(f.value) in ("red", "amber", "green") for f in self.figures.values())

    def verdict(self, code: str) -> str:
        """Status of a commune."""
        found = self.figures.get(code)
        return verdict_of(found.value if found else None)

    def kind(self, code: str) -> str:
        """How a commune is painted: its status, or the class of its value."""
        found = self.figures.get(code)
        if found is None or found.value.value is None:
            return "grey"
        if self.by_value or not self.judged:
            return str(class_of(found.value.value, self.bounds))
        return self.verdict(code)


def quantity(screen: Screen, card: Card, value: float | None) -> str:
    """Value with its unit."""
    return formats.quantity(value, screen.say(card.unit), card.decimals, screen.lang)


def value_text(screen: Screen, card: Card, found: Figure | None) -> str:
    """Value with its unit, or the word for why there is none."""
    if found is None or found.value.value is None:
        status = found.value.value_status if found else ""
        return screen.t(f"value_{status}") if status in ("nil", "confidential") else screen.t("value_missing")
    return quantity(screen, card, found.value.value)


def base_text(screen: Screen, found: Figure | None) -> str:
    """`412/530`: what the value was divided from; empty for a plain number."""
    if found is None or found.denominator is None or found.numerator is None:
        return ""
    return "/".join(formats.plain(part, 2, screen.lang) for part in (found.numerator, found.denominator))


def head(screen: Screen, state: MapState) -> str:
    """Name, how many communes stand where, period, data date, owner, the province's own value, trust."""
    card, figures = state.card, list(state.figures.values())
    counted = {kind: sum(state.verdict(u.code) == kind for u in state.units) for kind in _ORDER}
    if state.judged:
        lead = screen.t("map_lead", n=screen.number(len(state.units))) + " " + ", ".join(
            f'<b class="s-{kind}">{esc(screen.t(f"map_{kind}", n=screen.number(counted[kind])))}</b>'
            for kind in _ORDER if counted[kind] or kind in ("red", "green")
        ) + "."  # fmt: skip
    else:
        lead = esc(range_text(screen, state)) + "."
    sample = figures[0].value if figures else None
    when = [f"<b>{esc(screen.period(state.period))}</b>"]
    if sample:
        for words in (MEASURES.get(sample.measure), DATA_TYPES.get(sample.data_type)):
            if words and screen.say(words):
                when.append(esc(screen.say(words)))
        when.append(esc(screen.t("data_to", day=screen.day(sample.period_end), age=screen.age(sample.period_end))))
    owner = screen.say(card.owner) or screen.t("no_owner")
    return (
        f'<p class="kicker">{esc(screen.t("map_kicker"))}</p><h1>{esc(screen.say(card.name))}</h1>'
        f'<p class="big">{lead}</p>{province_line(screen, state)}'
        f'<p class="when">{" · ".join(when)}</p>'
        f'<p class="when">{esc(screen.t("owner"))}: <b>{esc(owner)}</b>{trust_line(screen, figures)}</p>'
    )


def range_text(screen: Screen, state: MapState) -> str:
    """Lowest and highest value, and how many have none."""
    values = [f.value.value for f in state.figures.values() if f.value.value is not None]
    low, high = (quantity(screen, state.card, pick(values, default=None)) for pick in (min, max))
    none = screen.number(len(state.units) - len(values))
    return screen.t("map_range", n=screen.number(len(values)), none=none, low=low, high=high)


def province_line(screen: Screen, state: MapState) -> str:
    """The province's own figure; never an average of its communes."""
    own = state.own
    if own is None or own.value.value is None:
        return f'<p class="own soft">{esc(screen.t("map_province_none"))}</p>'
    tile = Tile(state.card, own.value)
    sign = {"up": "≥ ", "down": "≤ "}.get(state.card.direction, "")
    target = ""
    if own.value.target is not None:
        target = f" · {esc(screen.t('target'))} <b>{esc(sign + quantity(screen, state.card, own.value.target))}</b>"
    return (
        f'<p class="own">{esc(screen.t("map_province"))}: <b>{esc(quantity(screen, state.card, own.value.value))}</b> '
        f"{status_pill(screen, tile.verdict)}{target}</p>"
    )


def trust_line(screen: Screen, figures: Sequence[Figure]) -> str:
    """Trust of the values shown, counted by state."""
    counted: dict[str, int] = {}
    for one in figures:
        state = "held" if one.value.held and one.value.trust == "verified" else one.value.trust
        counted[state] = counted.get(state, 0) + 1
    badges = "".join(
        f'<span class="trust t-{esc(state)}">{ICON}{esc(known("trust_", state, screen.lang))} '
        f'<b class="num">{screen.number(n)}</b></span>'
        for state, n in sorted(counted.items(), key=lambda item: -item[1])
    )
    return f' <span class="trusts">{esc(screen.t("map_trust"))}: {badges}</span>' if badges else ""


def warnings(screen: Screen, state: MapState) -> str:
    """Simulated and held values, in lines across the page."""
    shown = [f.value for f in state.figures.values()]
    parts = []
    if simulated := sum(v.simulated for v in shown):
        text = screen.t("map_simulated", count=screen.number(simulated), all=screen.number(len(shown)))
        parts.append(banner("sim", text))
    if held := sum(v.held for v in shown):
        parts.append(banner("warn", screen.t("map_held", n=screen.number(held))))
    return "".join(parts)


def chip(href: str, text: str, here: bool, note: str = "") -> str:
    """A choice as a link."""
    current = ' aria-current="true"' if here else ""
    tail = f" <small>{esc(note)}</small>" if note else ""
    return f'<a class="chip{" here" if here else ""}" href="{esc(href)}"{current}>{esc(text)}{tail}</a>'


def indicator_links(screen: Screen, page: str, code: str, choices: dict[str, Choice], cards: dict[str, Card],
                    **more: str) -> str:  # fmt: skip
    """The most urgent indicators, and all of them by field."""

    def link(choice: Choice) -> str:
        note = (
            screen.t("map_off", red=choice.red, all=choice.shown)
            if choice.red + choice.amber + choice.green
            else screen.t("map_shown", all=choice.shown)
        )
        href = screen.address(page, **more, code=choice.code)
        return chip(href, screen.say(cards[choice.code].short), choice.code == code, note)

    first = list(choices.values())[:_CHIPS]
    if code in choices and choices[code] not in first:
        first = [choices[code], *first[: _CHIPS - 1]]
    groups: dict[str, list[Choice]] = {}
    for choice in choices.values():
        groups.setdefault(screen.say(cards[choice.code].field) or screen.t("other_field"), []).append(choice)
    every = "".join(
        f'<div><h3>{esc(name)}</h3><p class="chips">{"".join(map(link, members))}</p></div>'
        for name, members in groups.items()
    )
    rest = (
        f"<details><summary>{esc(screen.t('map_more', n=len(choices)))}</summary>"
        f'<div class="allchips">{every}</div></details>'
        if len(choices) > len(first)
        else ""
    )
    title = esc(screen.t("map_indicators"))
    return (
        f'<nav class="choose indicators" aria-label="{title}"><span class="label">{title}</span>'
        f'<p class="chips">{"".join(map(link, first))}</p>{rest}</nav>'
    )


def period_links(screen: Screen, page: str, periods: Sequence[str], here: str, **more: str) -> str:
    """The newest periods, and the older ones folded away."""

    def link(period: str) -> str:
        return chip(screen.address(page, **more, period=period), screen.period(period), period == here)

    first, rest = list(periods[:_PERIODS]), list(periods[_PERIODS:])
    folded = ""
    if rest:
        shown = " open" if here in rest else ""
        folded = (
            f"<details{shown}><summary>{esc(screen.t('map_older', n=len(rest)))}</summary>"
            f'<p class="chips">{"".join(map(link, rest))}</p></details>'
        )
    title = esc(screen.t("map_periods"))
    return (
        f'<nav class="choose periods" aria-label="{title}"><span class="label">{title}</span>'
        f'<p class="chips">{"".join(map(link, first))}</p>{folded}</nav>'
    )


def colour_links(screen: Screen, state: MapState) -> str:
    """Colour by status or by value, where both are possible."""
    if not state.judged:
        return ""
    base = {k: v for k, v in state.query.items() if k != "by"}
    title = esc(screen.t("map_colour"))
    return (
        f'<nav class="choose" aria-label="{title}"><span class="label">{title}</span><p class="chips">'
        + chip(screen.address("map", **base), screen.t("map_by_status"), not state.by_value)
        + chip(screen.address("map", **base, by="value"), screen.t("map_by_value"), state.by_value)
        + "</p></nav>"
    )


def class_words(screen: Screen, state: MapState, number: int) -> str:
    """`Mức 2: 12 – 40`."""
    values = [f.value.value for f in state.figures.values() if f.value.value is not None]
    members = [v for v in values if class_of(v, state.bounds) == number]
    low, high = min(members, default=None), max(members, default=None)
    if low == high:
        return screen.t("map_class_one", n=number, low=quantity(screen, state.card, low))
    return screen.t(
        "map_class", n=number, low=screen.number(low, state.card.decimals), high=quantity(screen, state.card, high)
    )


def groups(screen: Screen, state: MapState) -> list[tuple[str, str, list[Unit]]]:
    """Communes by how they are painted, worst (or highest class) first: kind, words, members."""
    kinds: list[str]
    if state.by_value or not state.judged:
        kinds = [str(n) for n in range(len(state.bounds), 0, -1)]
    else:
        kinds = ["red", "amber", "green", "untargeted"]
    by_class = state.by_value or not state.judged  # the highest first; by status, the worst first

    def weight(unit: Unit) -> float:
        found = state.figures.get(unit.code)
        value = found.value.value if found and found.value.value is not None else 0.0
        return -value if by_class or state.card.direction == "down" else value

    result = []
    for kind in [*kinds, "grey"]:
        members = sorted((u for u in state.units if state.kind(u.code) == kind), key=weight)
        if members:
            words = class_words(screen, state, int(kind)) if kind.isdigit() else known("status_", kind, screen.lang)
            result.append((kind, words, members))
    return result


def swatch(kind: str, classes: int) -> str:
    """Colour with its mark, as the map draws it."""
    if kind.isdigit():
        dark = " dark" if shade(kind, classes) in ("#2f74b5", "#0b3d78") else ""
        return f'<i class="swatch{dark}" style="background:{shade(kind, classes)}">{kind}</i>'
    return f'<i class="swatch m-{esc(kind)}"></i>'


def legend(screen: Screen, state: MapState) -> str:
    """Colour, mark, word and count of everything on the map."""
    items = "".join(
        f"<li>{swatch(kind, len(state.bounds))}<span>"
        f'{esc(screen.t("map_no_data") if kind == "grey" else words)} <b class="num">{len(members)}</b></span></li>'
        for kind, words, members in groups(screen, state)
    )
    note = f'<p class="note">{esc(screen.t("map_class_note"))}</p>' if state.by_value or not state.judged else ""
    return f'<ul class="maplegend" aria-label="{esc(screen.t("map_legend"))}">{items}</ul>{note}'


def drawing(screen: Screen, state: MapState, found: Picture) -> str:
    """The map with its notes on what is missing from it."""
    names = {unit.code: screen.say(unit.name) for unit in state.units}
    base = {k: v for k, v in state.query.items() if k != "area"}
    links = {code: screen.address("map", **base, area=code) for code in names}
    paints = {}
    for unit in state.units:
        value = state.figures.get(unit.code)
        title = f"{names[unit.code]}: {value_text(screen, state.card, value)}"
        if state.judged:
            title += f" · {known('status_', state.verdict(unit.code), screen.lang)}"
        paints[unit.code] = Paint(state.kind(unit.code), title, bool(value and value.value.held))
    words = screen.t(
        "map_alt", place=screen.say(screen.info.province), name=screen.say(state.card.short),
        period=screen.period(state.period),
        lead="; ".join(f"{words}: {len(members)}" for _, words, members in groups(screen, state)) + ".",
    )  # fmt: skip
    far = [names[one.code] for one in found.shapes if one.far and one.code in names]
    inset = far[0] if len(far) == 1 else screen.t("map_islands")
    drawn = {one.code for one in found.shapes}
    notes = [esc(screen.t("map_source", file=found.source))]
    if missing := [name for code, name in names.items() if code not in drawn]:
        notes.append(esc(screen.t("map_missing_shapes", names=", ".join(missing))))
    folded = ""
    if found.unmatched:
        items = "".join(
            f"<li>{esc(label)}: {esc(Words(vi, en).say(screen.lang))}</li>" for label, vi, en in found.unmatched
        )
        title = screen.t("map_unmatched", n=len(found.unmatched))
        folded = f"<details><summary>{esc(title)}</summary><ul>{items}</ul></details>"
    return (
        map_html(found, paints, links, state.area, words, inset, len(state.bounds))
        + legend(screen, state) + f'<p class="note">{" · ".join(notes)}</p>{folded}'
    )  # fmt: skip


def tile_map(screen: Screen, state: MapState, bad_file: str = "") -> str:
    """Without boundaries: one tile per commune in the order of codes, each a link."""
    base = {k: v for k, v in state.query.items() if k != "area"}
    tiles = []
    for unit in sorted(state.units, key=lambda one: one.code):
        kind, found = state.kind(unit.code), state.figures.get(unit.code)
        style = f' style="background:{shade(kind, len(state.bounds))}"' if kind.isdigit() else ""
        dark = " dark" if kind.isdigit() and shade(kind, len(state.bounds)) in ("#2f74b5", "#0b3d78") else ""
        held = " is-held" if found and found.value.held else ""
        here = " here" if unit.code == state.area else ""
        word = known("status_", state.verdict(unit.code), screen.lang) if not kind.isdigit() else kind
        mark = f'<i class="glyph">{kind if kind.isdigit() else ""}</i>'
        tiles.append(
            f'<a class="cell m-{esc("class" if kind.isdigit() else kind)}{dark}{held}{here}"{style} '
            f'href="{esc(screen.address("map", **base, area=unit.code))}" title="{esc(screen.say(unit.name))}">'
            f'{mark}<span class="quiet">{esc(word)}. </span><span class="who">{esc(screen.say(unit.short))}</span>'
            f"<b>{esc(_in_tile(screen, state.card, found))}</b></a>"
        )
    of = screen.say(state.card.unit)
    of_unit = f' <small class="soft">{esc(screen.t("map_unit", unit=of))}</small>' if of not in ("", "%") else ""
    note = screen.t("map_bad_file", path=bad_file) if bad_file else screen.t("map_tiles_note")
    return (
        f"<h2>{esc(screen.t('map_tiles_title'))}{of_unit}</h2>"
        f'<div class="cells{" many" if len(tiles) > 150 else ""}">{"".join(tiles)}</div>'
        f'{legend(screen, state)}<p class="note">{esc(note)}</p>'
    )


def _in_tile(screen: Screen, card: Card, found: Figure | None) -> str:
    """The number, with the per cent sign only: a tile has no room for longer units."""
    if found is None or found.value.value is None:
        return value_text(screen, card, found)
    return formats.quantity(found.value.value, "%" if card.unit.vi == "%" else "", card.decimals, screen.lang)


def commune_list(screen: Screen, state: MapState) -> str:
    """Every commune as a link, grouped as the map paints them: the way by keyboard and screen reader."""
    base = {k: v for k, v in state.query.items() if k != "area"}
    parts = []
    for kind, words, members in groups(screen, state):
        rows = []
        for unit in members:
            found = state.figures.get(unit.code)
            here = ' aria-current="true" class="here"' if unit.code == state.area else ""
            marks = tag(screen.t("held"), "held") if found and found.value.held else ""
            if found and found.value.trust in ("warning", "unverified"):
                marks += tag(known("trust_", found.value.trust, screen.lang))
            rows.append(
                f'<li><a{here} href="{esc(screen.address("map", **base, area=unit.code))}">'
                f"<span>{esc(screen.say(unit.name))}</span> {marks}"
                f'<small class="num">{esc(base_text(screen, found))}</small> '
                f'<b class="num">{esc(value_text(screen, state.card, found))}</b></a></li>'
            )
        pill = f"{swatch(kind, len(state.bounds))}<b>{esc(words)}</b>" if kind.isdigit() else status_pill(screen, kind)
        parts.append(f'<h3>{pill} <span class="count">{len(members)}</span></h3><ol>{"".join(rows)}</ol>')
    base_hint = screen.t("map_col_base") if any(f.denominator for f in state.figures.values()) else ""
    title = esc(screen.t("map_list"))
    return (
        f'<section class="communes"><h2>{esc(screen.t("map_list"))}</h2>'
        f'<p class="note">{esc(screen.t("map_list_hint"))}. {esc(base_hint)}</p>'
        f'<div class="scroller" tabindex="0" role="region" aria-label="{title}">{"".join(parts)}</div></section>'
    )
