"""Screenshots of a running dashboard for the README: python docs/screenshots.py http://127.0.0.1:8501

Needs Debian's chromium (apt-get install chromium). Writes docs/images/*.png.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parent / "images"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SHOTS = (
    ("overview", "/", 1920, 1080),
    ("overview-phone", "/", 390, 844),
    ("indicator", "/indicator?code=DTC_TL", 1920, 1080),
    ("indicator-phone", "/indicator?code=DTC_TL", 390, 844),
    ("feed", "/data?feed=dossiers", 1366, 768),
    ("standard", "/standard", 1366, 768),
)


def main(address: str) -> None:
    """Take every screenshot of `SHOTS` from the dashboard at an address."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for name, path, width, height in SHOTS:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(address.rstrip("/") + path)
            page.wait_for_selector(".ioc", timeout=30_000)
            page.wait_for_timeout(2500)
            page.screenshot(path=IMAGES / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8501")
