"""What surrounds every page: style, masthead with navigation and language, banners, footer."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import streamlit as st

from ioc_dashboard.components.markup import banner, block, esc
from ioc_dashboard.model import Feed, Tile, Words
from ioc_dashboard.screen import Pages, Screen
from ioc_dashboard.texts import t

_STATIC = Path(__file__).parents[1] / "static"
ICON = str(_STATIC / "icon.svg")


@lru_cache(maxsize=1)
def stylesheet() -> str:
    """All style sheets of the dashboard as one element."""
    sheets = [sheet.read_text(encoding="utf-8") for sheet in sorted((_STATIC / "css").glob("*.css"))]
    return "<style>" + "\n".join(sheets) + "</style>"


def apply_style(theme: str | None) -> None:
    """Send the style sheets; `theme` forces light or dark, otherwise the reader's device decides."""
    st.html(stylesheet())
    if theme in ("light", "dark"):
        st.html(f"<style>.stApp{{color-scheme:{theme} !important}}</style>")


def masthead(lang: str, province: Words | None, pages: Pages, here: str, kept: dict[str, str]) -> None:
    """Brand, pages and the language switch."""
    with st.container(key="masthead", horizontal=True, vertical_alignment="center", gap="medium"):
        place = f"<strong>{esc(province.say(lang))}</strong>" if province else ""
        st.html(
            f'<div class="ioc brand" lang="{lang}"><span class="seal" aria-hidden="true"></span>'
            f"<p><span>{esc(t('centre', lang))}</span>{place}</p></div>"
        )
        with st.container(key="nav", horizontal=True, gap=None, width="content"):
            for name, page in (("overview", pages.overview), ("data", pages.data), ("standard", pages.standard)):
                with st.container(key=f"nav_{name}{'_here' if name == here else ''}", width="content"):
                    st.page_link(page, label=t(f"page_{name}", lang), query_params=kept)
        with st.container(key="language", width="content"):
            other = "vi" if lang == "en" else "en"
            current: dict[str, str] = {str(name): str(st.query_params[name]) for name in st.query_params}
            query = {name: value for name, value in current.items() if name != "lang"}
            target = {"overview": pages.overview, "data": pages.data, "standard": pages.standard}[here]
            label = "English" if other == "en" else "Tiếng Việt"
            st.page_link(target, label=label, query_params=query | ({"lang": "en"} if other == "en" else {}))


def release_strip(screen: Screen, feeds: tuple[Feed, ...], tiles: tuple[Tile, ...]) -> str:
    """When the release was published and how fresh its data are."""
    created = screen.info.created_at
    published = screen.t("published", time=screen.moment(created), age=screen.since(created)) if created else ""
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
