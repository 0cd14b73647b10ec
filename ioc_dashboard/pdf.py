"""HTML to PDF by the engine this machine has: WeasyPrint where the system has pango, else an installed Chromium.

Both know CSS for pages (margins, numbers of pages) and embed the fonts. WeasyPrint comes as a wheel, but loads pango of
the system; a bare machine has neither, then there is no PDF and the caller says so.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

Engine = Literal["weasyprint", "chromium"]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_SECONDS = 90


class PdfFailed(Exception):
    """The engine did not make a PDF; says what it printed."""


@lru_cache(maxsize=1)
def engine() -> Engine | None:
    """The engine to use; None when there is none."""
    if _weasyprint_loads():
        return "weasyprint"
    return "chromium" if _browser() else None


def _weasyprint_loads() -> bool:
    """Tried in a process of its own: the server's memory, which is looked through after every page, stays small."""
    if find_spec("weasyprint") is None:
        return False
    tried = [sys.executable, "-c", "import weasyprint"]  # OSError without pango
    try:
        return subprocess.run(tried, capture_output=True, timeout=_SECONDS, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _browser() -> str | None:
    return next((found for name in _BROWSERS if (found := shutil.which(name))), None)


def to_pdf(html: str, with_engine: Engine) -> bytes:
    """The PDF of a document that needs no other file. Raises `PdfFailed`."""
    made = _by_weasyprint(html) if with_engine == "weasyprint" else _by_chromium(html)
    if not made.startswith(b"%PDF-"):
        raise PdfFailed(with_engine)
    return made


def _by_weasyprint(html: str) -> bytes:
    """Printed in a process of its own: a second of work that no reader of the dashboard waits for."""
    asked = [sys.executable, str(Path(__file__).resolve())]
    try:
        done = subprocess.run(asked, input=html.encode("utf-8"), capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PdfFailed(str(error)) from error
    if done.returncode:
        raise PdfFailed(done.stderr.decode("utf-8", "replace")[-500:])
    return done.stdout


def _by_chromium(html: str) -> bytes:
    browser = _browser()
    if browser is None:
        raise PdfFailed("chromium")
    with tempfile.TemporaryDirectory(prefix="ioc-pdf-") as folder:
        page, printed = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(html, encoding="utf-8")
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        flags = ["--headless", "--disable-gpu", "--no-pdf-header-footer", "--disable-background-networking", *root]
        command = [browser, *flags, f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}", page.as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PdfFailed(str(error)) from error
        if not printed.is_file():
            raise PdfFailed(done.stderr.decode("utf-8", "replace")[-500:])
        return printed.read_bytes()


def _print() -> None:
    """HTML from standard input to PDF on standard output."""
    import weasyprint
    from weasyprint.urls import URLFetcher

    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    fetcher = URLFetcher(allowed_protocols={"data"})  # whatever a text of the data may hold: nothing is fetched
    html = sys.stdin.buffer.read().decode("utf-8")
    sys.stdout.buffer.write(weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf(pdf_tags=True) or b"")


if __name__ == "__main__":
    _print()
