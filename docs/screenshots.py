"""Screenshots of a running dashboard for README and docs/dashboard.md: python docs/screenshots.py http://127.0.0.1:8501

Needs Debian's chromium (apt-get install chromium). Writes docs/images/*.png: every page on the wall and on a phone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parent / "images"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PAGES = {
    "overview": "/",
    "indicator": "/indicator?code=DTC_TL",
    "map": "/map?area=22366",
    "compare": "/compare",
    "scenario": "/scenario",
    "alerts": "/alerts",
    "tasks": "/tasks",
    "services": "/services",
    "briefing": "/briefing",
    "data": "/data",
    "feed": "/data?feed=dossiers",
    "standard": "/standard",
    "search": "/search?q=giai+ngan",
    "wall": "/?wall=1",
}
SIZES = {"": (1920, 1080), "-phone": (390, 844)}


def main(address: str) -> None:
    """Take every page of `PAGES` at every size from the dashboard at an address."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for end, (width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, locale="vi-VN")
            for name, path in PAGES.items():
                page.goto(address.rstrip("/") + path)
                page.wait_for_selector(".ioc.foot" if name != "wall" else ".ioc", timeout=30_000)
                page.wait_for_timeout(1500)  # pictures and fonts
                page.screenshot(path=IMAGES / f"{name}{end}.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8501")
