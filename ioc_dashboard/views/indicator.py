"""Chỉ tiêu: all indicators; one in full when the address names it (`?code=DTC_TL`, optional `&area=22366`)."""

from __future__ import annotations

from datetime import date

import streamlit as st

from ioc_dashboard import notes, queries, queries_indicator
from ioc_dashboard.components import (
    indicator_card,
    indicator_chart,
    indicator_head,
    indicator_history,
    indicator_list,
    indicator_why,
)
from ioc_dashboard.components.download import card_values, release_table
from ioc_dashboard.components.markup import block, esc
from ioc_dashboard.components.trust import panel
from ioc_dashboard.indicator_search import found
from ioc_dashboard.model import Delivery, Rule
from ioc_dashboard.queries_indicator import Sheet
from ioc_dashboard.screen import Screen
from ioc_dashboard.views.spec import PageSpec

PAGE = PageSpec("indicator", "decision", 20)
Moment = tuple[str, str, str | None, str | None, date]
_NEAR = 3  # suggestions for a code that is not there


def show(screen: Screen) -> None:
    """Draw the list, or the one indicator asked for."""
    code = screen.query.get("code", "").strip()
    sheet = queries_indicator.sheet(screen.release, code, screen.query.get("area", "").strip()) if code else None
    if sheet is not None:
        _one(screen, sheet)
        return
    if code:
        near = found(queries.tiles(screen.release), code.replace("_", " "))[:_NEAR]
        text = f'<p class="banner b-warn" role="status"><span>{indicator_card.unknown(screen, code, near)}</span></p>'
        st.html(block(screen, text, "top"))
    _list(screen)


def _list(screen: Screen) -> None:
    asked = screen.query.get("q", "").strip()
    status = screen.query.get("status", "")
    heading, listed = _listed(_moment(screen), asked, status, screen)
    st.html(heading)
    with st.container(key="isearch"):
        typed = st.text_input(
            screen.t("ind_search"), value=asked, placeholder=screen.t("ind_search_hint"), key=f"_q_{asked}",
            max_chars=80, icon=":material/search:",
        ).strip()  # fmt: skip
    if typed != asked:
        st.query_params.from_dict({n: v for n, v in st.query_params.to_dict().items() if n != "q"}
                                  | ({"q": typed} if typed else {}))  # fmt: skip
        st.rerun()
    st.html(listed)
    if queries.tiles(screen.release):
        release_table(screen, "indicators")


def _moment(screen: Screen) -> Moment:
    """What a piece of a page depends on besides the address: release, language, theme, day asked for, today."""
    return screen.release.key, screen.lang, screen.theme, screen.as_of, screen.today


@st.cache_data(max_entries=32, show_spinner=False)
def _listed(moment: Moment, asked: str, status: str, _screen: Screen) -> tuple[str, str]:
    """Heading and list."""
    screen = _screen
    tiles, without = queries.tiles(screen.release), queries_indicator.without_source(screen.release)
    matching = found(tiles, asked)
    shown = [tile for tile in matching if not status or indicator_list.state_of(tile, without) == status]
    fields = len({tile.card.field for tile in tiles})
    silent = sum(indicator_list.state_of(tile, without) == indicator_list.NO_SOURCE for tile in tiles)
    lead = screen.t("ind_lead", n=len(tiles), fields=fields, silent=silent) if tiles else screen.t("ind_none")
    heading = f"<h1>{esc(screen.t('ind_title'))}</h1><p class='big'>{esc(lead)}</p>"
    parts = []
    if asked and tiles:
        key = "ind_found" if matching else "ind_found_none"
        told = screen.t(key, q=asked, n=len(matching), all=len(tiles))
        parts.append(f'<p class="big" role="status">{esc(told)}</p>')
    if matching:
        parts.append(indicator_list.filters(screen, matching, without, status, asked))
        none = f'<p class="note">{esc(screen.t("ind_status_none"))}</p>'
        waits = queries_indicator.missing_behind(screen.release)
        parts.append(indicator_list.listing(screen, shown, without, waits) if shown else none)
    return block(screen, heading, "intro"), block(screen, "".join(parts), "indpage")


def _one(screen: Screen, sheet: Sheet) -> None:
    code = sheet.tile.card.code
    with st.container(key="back", horizontal=True):
        st.page_link(screen.pages["indicator"], label="‹ " + screen.t("ind_back"), query_params=screen.kept())
        if not sheet.own:
            label = "‹ " + screen.t("ind_back_province")
            st.page_link(screen.pages["indicator"], label=label, query_params=screen.kept(code=code))
    against, dim = indicator_why.chosen(sheet, screen.query.get("against"), screen.query.get("dim"))
    moment = _moment(screen)
    st.html(_upper(moment, code, sheet.area, screen))
    if sheet.own and against:
        _tabs(screen, sheet, against, dim)
    said = notes.notes(code, screen.now)
    st.html(_lower(moment, code, sheet.area, against, dim, said, screen))
    card_values(screen, code)


def _tabs(screen: Screen, sheet: Sheet, against: str, dim: str) -> None:
    """Links to the other comparisons and dimensions; the place on the page stays."""
    kept = {"code": sheet.tile.card.code}
    names = [name for name, one in sheet.comparisons.items() if one.total is not None]
    choices = [("against", name, screen.t(f"ind_against_{name}"), name == against, {"against": name}) for name in names]
    dims = indicator_why.dimensions(sheet, against)
    words = sheet.comparisons[against].dimensions
    rows = [choices]
    if len(dims) > 1:
        rows.append([("dim", name, screen.say(words[name][0]), name == dim, {"against": against, "dim": name})
                     for name in dims])  # fmt: skip
    with st.container(key="itabs", gap=None):
        for number, row in enumerate(rows):
            with st.container(key=f"itabs{number}", horizontal=True, gap=None):
                for kind, name, label, here, query in row:
                    with st.container(key=f"itab_{kind}_{name}{'_here' if here else ''}", width="content"):
                        st.page_link(
                            screen.pages["indicator"], label=label, query_params=screen.kept(**kept, **query)
                        )  # fmt: skip


@st.cache_data(max_entries=128, show_spinner=False)
def _upper(moment: Moment, code: str, area: str, _screen: Screen) -> str:
    """From the number to the heading of the reasons."""
    screen = _screen
    sheet = queries_indicator.sheet(screen.release, code, area)
    if sheet is None:
        return ""
    name = ""
    if not sheet.own:
        latest = sheet.tile.latest
        name = screen.say(latest.area_name) if latest and screen.say(latest.area_name) else area
    parts = [
        indicator_head.head(screen, sheet, name),
        f'<div class="itwo">{indicator_chart.chart(screen, sheet)}{indicator_head.forecast(screen, sheet)}</div>',
        f'<section class="iwhy">{indicator_why.title(screen, sheet)}</section>' if sheet.tile.latest else "",
    ]
    return block(screen, "".join(parts), "indpage")


@st.cache_data(max_entries=128, show_spinner=False)
def _lower(
    moment: Moment, code: str, area: str, against: str, dim: str,
    said: tuple[notes.Note, ...], _screen: Screen,
) -> str:  # fmt: skip
    """From the reasons to the cell of the file."""
    screen = _screen
    sheet = queries_indicator.sheet(screen.release, code, area)
    if sheet is None:
        return ""
    latest = sheet.tile.latest
    feed_id = (latest.feed_id if latest else "") or sheet.tile.card.feed_id
    feed = next((one for one in queries.feeds(screen.release) if one.feed_id == feed_id), None)
    names = {tile.card.code: screen.say(tile.card.name) for tile in queries.tiles(screen.release)}
    deliveries = queries.deliveries(screen.release).get(feed_id, ())
    clauses = {clause.id: clause for clause in queries.clauses(screen.release)}
    reasons = indicator_why.waterfall(screen, sheet, against, dim) if sheet.own and against else ""
    parts = [
        f'<section class="iwhy">{reasons}</section>' if reasons else "",
        indicator_history.vintages(screen, sheet),
        indicator_history.areas(screen, sheet),
        indicator_card.notes(screen, said),
        '<div class="ihalf">',
        indicator_card.definition(screen, sheet, names),
        indicator_card.lineage(screen, sheet, feed, deliveries),
        "</div>",
        panel(screen, sheet.tile, _rules_behind(screen, sheet, deliveries), clauses, feed),
    ]
    return block(screen, "".join(parts), "indpage")


def _rules_behind(screen: Screen, sheet: Sheet, deliveries: tuple[Delivery, ...]) -> tuple[Rule, ...]:
    """Results on the delivery a value stands in; of a value computed from records, on the newest one stored."""
    latest, results = sheet.tile.latest, queries.rules(screen.release)
    if latest is None or not latest.rules_total:
        return ()
    if latest.delivery_id:
        return results.get(latest.delivery_id, ())
    stored = (results[one.delivery_id] for one in deliveries if one.outcome == "stored" and one.delivery_id in results)
    return next(stored, ())
