"""What surrounds every page: style, masthead with navigation and language, banners, footer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from ioc_dashboard import formats, queries
from ioc_dashboard.components.markup import banner, block, esc
from ioc_dashboard.model import Feed, ReleaseInfo, Tile, Words
from ioc_dashboard.pages import every_page
from ioc_dashboard.release import published, reconstructed
from ioc_dashboard.screen import Screen, moment_now
from ioc_dashboard.style import StyleMiddleware, sheet
from ioc_dashboard.texts import t

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

_STATIC = Path(__file__).parents[1] / "static"
ICON = str(_STATIC / "icon.svg")


def apply_style(theme: str | None) -> None:
    """Send the style sheets where no document links to them (`asgi.py` does); `theme` forces light or dark, otherwise
    the reader's device decides."""
    if not StyleMiddleware.linked:
        st.html(f"<style>{sheet()}</style>")
    if theme in ("light", "dark"):
        st.html(f"<style>.stApp{{color-scheme:{theme} !important}}</style>")


def zone_of(info: ReleaseInfo) -> tzinfo:
    """Time zone of the province a release speaks for."""
    return formats.zone(info.timezone)


def masthead(
    lang: str, province: Words | None, pages: Mapping[str, Page], here: str, theme: str | None, asked: str | None
) -> None:
    """Brand, language switch, the day that is shown, and the pages."""
    kept = {name: value for name, value in (("lang", lang), ("theme", theme), ("asof", asked)) if value}
    kept = {name: value for name, value in kept.items() if (name, value) != ("lang", "vi")}
    with st.container(key="masthead", horizontal=True, vertical_alignment="center", gap="medium"):
        place = f"<strong>{esc(province.say(lang))}</strong>" if province else ""
        st.html(
            f'<div class="ioc brand" lang="{lang}"><span class="seal" aria-hidden="true"></span>'
            f"<p><span>{esc(t('centre', lang))}</span>{place}</p></div>"
        )
        if province:
            with st.container(key="find", width="content"):
                st.page_link(pages["search"], label=t("page_search", lang), icon=":material/search:", query_params=kept)
            as_of_control(lang, pages[here], asked)
        with st.container(key="language", width="content"):
            other = "vi" if lang == "en" else "en"
            query = {str(n): str(st.query_params[n]) for n in st.query_params if n != "lang"}
            label = "English" if other == "en" else "Tiếng Việt"
            st.page_link(pages[here], label=label, query_params=query | ({"lang": "en"} if other == "en" else {}))
    with st.container(key="nav", horizontal=True, gap=None):
        role = ""
        for spec, _ in every_page():
            if not spec.in_navigation:
                continue
            first, role = spec.role != role and bool(role), spec.role
            name = f"nav_{spec.key}{'_here' if spec.key == here else ''}{'_first' if first else ''}"
            with st.container(key=name, width="content"):
                st.page_link(pages[spec.key], label=t(f"page_{spec.key}", lang), query_params=kept)


def as_of_control(lang: str, page: Page, asked: str | None) -> None:
    """Which day the whole dashboard shows: today's release, or what was on the screen on a past day."""
    every = published()
    if not every:
        return
    earliest = (*reconstructed(), *every)[0]
    label = t("as_of_now", lang) if not asked else t("as_of_day", lang, day=_shown_day(asked, lang))
    with st.container(key="asof", width="content"), st.popover(label, icon=":material/history:"):
        today = moment_now().date()
        first = min(earliest.created_at.date(), today)
        value = date.fromisoformat(asked) if asked and _is_day(asked) else today
        chosen = st.date_input(
            t("as_of_pick", lang), value=min(max(value, first), today), min_value=first, max_value=today,
            format="DD/MM/YYYY", key=f"_asof_{asked}",
        )  # fmt: skip
        st.caption(t("as_of_help", lang, n=len(every)))
        if isinstance(chosen, date) and chosen != min(max(value, first), today):
            st.query_params["asof"] = chosen.isoformat()
            st.rerun()
        if asked:
            query = {str(n): str(st.query_params[n]) for n in st.query_params if n != "asof"}
            st.page_link(page, label=t("as_of_back", lang), query_params=query)


def _is_day(asked: str) -> bool:
    try:
        date.fromisoformat(asked)
    except ValueError:
        return False
    return True


def _shown_day(asked: str, lang: str) -> str:
    return formats.day(date.fromisoformat(asked), lang) if _is_day(asked) else asked


def top(screen: Screen) -> None:
    """Above every page: when the release was published, and whether it is the past or only stands in."""
    feeds, tiles = queries.feeds(screen.release), queries.tiles(screen.release)
    st.html(block(screen, as_of_banner(screen) + release_strip(screen, feeds, tiles) + fallback_banner(screen), "top"))


def as_of_banner(screen: Screen) -> str:
    """Told on every page while a past day is shown."""
    if screen.as_of is None:
        return ""
    which = "as_of_reconstructed" if screen.release.reconstructed else "as_of_banner"
    text = screen.t(
        which, day=_shown_day(screen.as_of, screen.lang), time=screen.moment(screen.info.created_at),
        release=screen.release.release_id,
    )  # fmt: skip
    return banner("past", text)


def release_strip(screen: Screen, feeds: tuple[Feed, ...], tiles: tuple[Tile, ...]) -> str:
    """When the release was published and how fresh its data are."""
    created = screen.info.created_at
    kind = "published_again" if screen.release.reconstructed else "published"
    published = screen.t(kind, time=screen.moment(created), age=screen.since(created)) if created else ""
    fine = sum(feed.health == "ok" for feed in feeds)
    dates = [tile.latest.period_end for tile in tiles if tile.latest and tile.latest.period_end]
    past = [day for day in dates if day <= screen.today]
    fresh = [screen.t("newest_data", day=screen.day(max(past)))] if past else []
    if feeds:
        fresh.append(screen.t("feeds_fine", fine=fine, all=len(feeds)))
    return (
        f'<p class="strip"><span title="{esc(screen.info.release_id)}">{esc(published)}</span>'
        f"<span>{esc(' · '.join(fresh))}</span></p>"
    )


def fallback_banner(screen: Screen) -> str:
    """Told when the current release does not open and an earlier one stands in."""
    wanted = screen.release.wanted
    if wanted is None:
        return ""
    return banner("bad", screen.t("fallback_banner", wanted=wanted, shown=screen.release.release_id))


def footer(screen: Screen) -> None:
    """Identity of the release, for whoever asks where the numbers come from."""
    info = screen.info
    text = screen.t("footer", release=info.release_id, standard=info.standard_version, code=info.code_version)
    st.html(block(screen, f"<p>{esc(text)}</p>", "foot"))
