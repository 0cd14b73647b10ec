"""HTML to PDF by the engine this machine has: WeasyPrint where the system has pango, else an installed Chromium.

Both know CSS for pages (margins, numbers of pages) and embed the fonts. WeasyPrint comes as a wheel, but loads pango of
the system; a bare machine has neither, then there is no PDF and the caller says so.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import tempfile
from functools import lru_cache
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
    try:
        import weasyprint  # noqa: F401  (loads pango: OSError without it)
    except (ImportError, OSError):
        return False
    return True


def _browser() -> str | None:
    return next((found for name in _BROWSERS if (found := shutil.which(name))), None)


def to_pdf(html: str, with_engine: Engine) -> bytes:
    """The PDF of a document that needs no other file. Raises `PdfFailed`."""
    made = _by_weasyprint(html) if with_engine == "weasyprint" else _by_chromium(html)
    if not made.startswith(b"%PDF-"):
        raise PdfFailed(with_engine)
    return made


def _by_weasyprint(html: str) -> bytes:
    import weasyprint
    from weasyprint.urls import URLFetcher

    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    fetcher = URLFetcher(allowed_protocols={"data"})  # whatever a text of the data may hold: nothing is fetched
    made = weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf()
    return bytes(made or b"")


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
