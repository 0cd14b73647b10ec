"""The briefing as one file that needs nothing else: HTML with its fonts inside, ready for a browser or a PDF engine."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from ioc_dashboard.components import briefing as pieces
from ioc_dashboard.components.markup import esc
from ioc_dashboard.queries_briefing import Briefing, briefing
from ioc_dashboard.screen import Screen

_STATIC = Path(__file__).parent / "static"


def document(screen: Screen, brief: Briefing | None = None) -> str:
    """The briefing of a screen as a whole HTML document. Same release and language, same bytes."""
    screen = replace(screen, pages={})  # paper has no links
    brief = brief or briefing(screen)
    title = f"{pieces.title(screen, brief)} · {screen.say(screen.info.province)}"
    running = f'"{_css_text(title)} · {_css_text(screen.release.release_id)}"'
    page = _css_text(screen.t("briefing_page"))
    footer = (
        f"@page {{ @bottom-left {{ content: {running}; font: 7.5pt 'Be Vietnam Pro', sans-serif; color: #46566f }} "
        f'@bottom-right {{ content: "{page} " counter(page) "/" counter(pages); '
        "font: 7.5pt 'Be Vietnam Pro', sans-serif; color: #46566f } }"
    )
    made = f"{screen.info.created_at:%Y-%m-%dT%H:%M:%SZ}" if screen.info.created_at else ""
    style = (_STATIC / "print" / "briefing.css").read_text(encoding="utf-8")
    return (
        f'<!DOCTYPE html>\n<html lang="{screen.lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{esc(title)}</title>'
        f'<meta name="generator" content="IOC Pipeline {esc(screen.info.code_version)}">'
        f'<meta name="dcterms.created" content="{made}">'
        f"<style>{_fonts()}{style}{footer}</style></head><body>{pieces.body(screen, brief)}</body></html>\n"
    )


def _css_text(text: str) -> str:
    """Text harmless inside a CSS string within <style>."""
    return re.sub(r'[\\"<>\n\r]', " ", text)


@lru_cache(maxsize=1)
def _fonts() -> str:
    """The local fonts as rules with the font inside. Latin and Vietnamese letters are in one file a weight here, merged
    with fontTools: WeasyPrint 70 takes glyphs of one subset for the other's when both have the same name."""
    rules = []
    for path in sorted((_STATIC / "print" / "fonts").glob("*.woff2")):
        data = base64.b64encode(path.read_bytes()).decode("ascii")
        rules.append(
            f"@font-face {{ font-family: 'Be Vietnam Pro'; font-weight: {path.stem.rsplit('-', 1)[-1]}; "
            f"src: url(data:font/woff2;base64,{data}) format('woff2') }}\n"
        )
    return "".join(rules)
