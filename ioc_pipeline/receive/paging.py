"""Which request follows a page, by the source's style of paging. Pure functions on plain requests."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from ioc_pipeline.contracts.pull_source import PullSource
from ioc_pipeline.receive.json_page import Page, at

Request = dict[str, Any]
"""`{"url": …, "params": {…}}`: everything but credentials."""

_NEXT = re.compile(r'<([^>]*)>[^,]*;\s*rel="?next"?', re.IGNORECASE)


def first_request(source: PullSource, location: str, window: dict[str, str]) -> Request:
    """The request of the first page; `window` holds the parameters of an incremental pull."""
    path = source.options.get("path", "")
    params: dict[str, Any] = {**(source.options.get("query") or {}), **window}
    paging = source.options.get("paging") or {}
    if paging.get("size_parameter"):
        params[paging["size_parameter"]] = paging.get("size", 500)
    if paging.get("style") == "page":
        params[paging["parameter"]] = paging.get("first", 1)
    if paging.get("style") == "offset":
        params[paging["parameter"]] = paging.get("first", 0)
    return {"url": location.rstrip("/") + path, "params": params}


def next_request(
    source: PullSource, request: Request, page: Page, link: str, *, first_size: int, fetched: int, used: set[str]
) -> Request | None:
    """The request after a page; None after the last one.

    `first_size`: records of the first page. A source may cap the page size we ask for, so "fewer than asked" does not
    mean "the last one"; fewer than its own first page does. `fetched`: records so far; `used`: cursors and links
    already followed. Raises LookupError when the source sends us in a circle.
    """
    paging = source.options.get("paging") or {"style": "none"}
    style, count = paging["style"], len(page.records)
    if style == "none":
        return None
    if style in ("page", "offset"):
        asked = int(request["params"][paging["parameter"]])
        first_page = asked == paging.get("first", 1 if style == "page" else 0)
        complete = page.total is not None and fetched >= page.total
        if count == 0 or complete or (not first_page and count < first_size and page.total is None):
            return None
        step = 1 if style == "page" else count
        return {"url": request["url"], "params": request["params"] | {paging["parameter"]: asked + step}}
    if style == "cursor":
        token = at(page.document, paging["next"])
        if token in (None, "", False):
            return None
        following = {"url": request["url"], "params": request["params"] | {paging["parameter"]: token}}
    else:
        if style == "next_link":
            target = at(page.document, paging["next"])
        else:
            match = _NEXT.search(link)
            target = match[1] if match else None
        if not target:
            return None
        following = {"url": urljoin(request["url"], str(target)), "params": {}}
    if (mark := str(following)) in used:
        raise LookupError(mark)
    used.add(mark)
    return following
