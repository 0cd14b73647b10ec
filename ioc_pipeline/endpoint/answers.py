"""Answers of the push endpoint: a receipt or an error, as JSON or, when asked, as a page or text."""

from __future__ import annotations

import html
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

SECURITY = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_PAGE = (
    '<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title><style>body{{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}"
    "pre{{white-space:pre-wrap}}</style><h1>{title}</h1><pre>{text}</pre></html>"
)


class Refusal(Exception):
    """A request that is turned down, in both languages."""

    def __init__(self, status: int, code: str, vi: str, en: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(en)
        self.status, self.code, self.vi, self.en, self.headers = status, code, vi, en, headers or {}


def language(request: Request) -> str:
    """`en` when the sender prefers it, otherwise Vietnamese."""
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return "en" if asked.lower().startswith("en") else "vi"


def answer(
    request: Request, status: int, content: dict[str, Any], text: dict[str, str], headers: dict[str, str] | None = None
) -> Response:
    """The same answer in the form that `Accept` prefers: JSON, text/html or text/plain."""
    headers = SECURITY | (headers or {})
    lang = language(request)
    accept = request.headers.get("accept", "").lower()
    wanted = next((t for t in ("application/json", "text/html", "text/plain") if t in accept), "application/json")
    if wanted == "text/html":
        title = {"vi": "Phiếu tiếp nhận", "en": "Receipt"}[lang]
        page = _PAGE.format(lang=lang, title=title, text=html.escape(text[lang]))
        return HTMLResponse(page, status, headers | {"Content-Language": lang})
    if wanted == "text/plain":
        return PlainTextResponse(text[lang] + "\n", status, headers | {"Content-Language": lang})
    return JSONResponse(content, status, headers)


def refused(request: Request, refusal: Refusal) -> Response:
    """The answer to a request that is turned down; the connection is closed, since its body may not have been read."""
    content = {"error": {"code": refusal.code, "vi": refusal.vi, "en": refusal.en}}
    headers = refusal.headers | {"Connection": "close"}
    return answer(request, refusal.status, content, {"vi": refusal.vi, "en": refusal.en}, headers)


def receipt_status(receipt: dict[str, Any]) -> int:
    """200 when the delivery was stored, 422 when it was refused or blocked (it is kept all the same)."""
    return 200 if receipt["outcome"] == "stored" else 422
