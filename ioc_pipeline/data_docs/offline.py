"""Great Expectations' pages without outside hosts.

Its templates load Bootstrap, icon fonts, jQuery and Vega from CDNs and a logo from a storage bucket. Here every script
and every outside reference is taken out, and the local stylesheets take their place: opening a page asks nobody.
"""

from __future__ import annotations

import re

_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r"<link\b[^>]*>", re.IGNORECASE)
_IMAGE = re.compile(r"""<img\b[^>]*\bsrc\s*=\s*["']?\s*(?:https?:)?//[^>]*>""", re.DOTALL | re.IGNORECASE)
_FOOTER = re.compile(r"<footer\b.*?</footer\s*>", re.DOTALL | re.IGNORECASE)
_STYLE_URL = re.compile(r"""url\(\s*["']?(?:https?:)?//[^)]*\)""", re.IGNORECASE)
_IMPORT = re.compile(r"@import\b[^;]*;", re.IGNORECASE)
_ANCHOR = re.compile(r"""(<a\b[^>]*?)\bhref\s*=\s*["'](?:https?:)?//[^"']*["']""", re.IGNORECASE)
_ACTIONS = re.compile(r'<div class="card mb-3">\s*<div class="card-header p-2">\s*<strong>Actions</strong>', re.DOTALL)

OUTSIDE = re.compile(
    r"""(?:\b(?:src|href|action|data|poster|srcset)\s*=\s*["']?\s*(?:https?:)?//)|(?:url\(\s*["']?(?:https?:)?//)|@import""",
    re.IGNORECASE,
)
"""Anything in a page that would make a browser ask another host, or lead there."""


def offline(page: str, root: str) -> str:
    """The page with local styles only; `root` is the relative way to the site's folder (`../`)."""
    for pattern in (_SCRIPT, _LINK, _IMAGE, _FOOTER, _IMPORT):
        page = pattern.sub("", page)
    page = _STYLE_URL.sub("none", page)
    page = _ANCHOR.sub(r"\1", page)
    page = _ACTIONS.sub(lambda m: m[0].replace('class="card mb-3"', 'class="card mb-3 d-none"'), page)
    styles = "".join(
        f'<link rel="stylesheet" href="{root}static/{name}">' for name in ("bootstrap.min.css", "data_docs.css")
    )
    # First of all styles but ours: the templates' own ones are written on top of Bootstrap.
    first, second = styles.split(">", 1)
    page = re.sub(r"<style>", f"{first}><style>", page, count=1)
    return page.replace("</head>", f"{second}</head>", 1).replace("<html>", '<html lang="vi">', 1)
