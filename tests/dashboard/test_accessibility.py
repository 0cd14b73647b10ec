"""Every page under axe-core, served from its Python package: nothing serious or critical, on screen and phone."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from ioc_dashboard.pages import every_page

from .test_browser import PAGES, PHONE, Server, browser, opened, server

__all__ = ["browser", "server"]  # fixtures
pytestmark = pytest.mark.browser

LAPTOP = (1366, 768)
GRAVE = {"serious", "critical"}
_IS_DARK = """() => getComputedStyle(document.querySelector('.stApp')).backgroundColor
  .match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) < 200"""
_SCAN = "axe.run(document, {resultTypes: ['violations']})"


def _addresses() -> tuple[str, ...]:
    """One address per registered page, with the query that shows most of it where `PAGES` declares one."""
    richest: dict[str, str] = {}
    for address in PAGES:
        key = address.partition("?")[0].strip("/")
        if key not in richest or ("?" in address and "?" not in richest[key]):
            richest[key] = address
    _, *others = (spec.key for spec, _ in every_page())
    return (richest.get("", "/"), *(richest.get(key, f"/{key}") for key in others))


def _violations(page: Page, where: str) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate(_SCAN)["violations"]
    return [
        f"{where}: {rule['id']} ({rule['impact']}) {node['target']} {node['html'][:99]}: {node['failureSummary'][:300]}"
        for rule in found
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


def test_no_page_has_a_serious_violation(browser: Browser, server: Server) -> None:
    """A page is loaded once, then turned into a dark phone: what differs is style, and loading is what costs."""
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    bad: list[str] = []
    for address in _addresses():
        with opened(browser, server, address, LAPTOP) as page:
            page.evaluate(axe)
            bad += _violations(page, f"{address} light")
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            page.emulate_media(color_scheme="dark")
            page.wait_for_function(_IS_DARK)
            bad += _violations(page, f"{address} dark phone")
    assert bad == []


def test_the_scan_sees_what_is_wrong(browser: Browser) -> None:
    """A scan that finds nothing anywhere would prove nothing."""
    page = browser.new_page()
    page.set_content("<p style='color:#999;background:#aaa'>mờ</p><img src='data:,'>")
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = " ".join(_violations(page, "made"))
    page.close()
    assert "color-contrast" in found and "image-alt" in found
