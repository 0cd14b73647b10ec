"""Where a feed is fetched from by us: an entry of the contract's `servers` (ODCS) with our extension `ioc`.

A server without the extension only documents where data live. The extension's schema is `pull_source.schema.json`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema

KINDS = {"api": "api", "postgres": "postgres", "postgresql": "postgres"}
RESERVED = (".invalid", ".example", ".test")
"""Top-level names that can never exist (RFC 2606): a contract that cannot know a province's own address says so."""

DEFAULTS: dict[str, Any] = {
    "attempts": 5,
    "backoff_seconds": 1.0,
    "backoff_max_seconds": 60.0,
    "connect_seconds": 10.0,
    "every_minutes": 1440,
    "fetch_rows": 10_000,
    "lock_seconds": 10.0,
    "max_page_mib": 32,
    "max_pages": 10_000,
    "max_rows": 50_000_000,
    "max_total_mib": 2048,
    "page_seconds": 120.0,
    "read_seconds": 30.0,
    "requests_per_second": 5.0,
    "resume_hours": 6.0,
    "retry_after_max_seconds": 300.0,
    "sslmode": "require",
    "statement_seconds": 120.0,
    "overlap_minutes": 60.0,
}

Wrong = tuple[tuple[str | int, ...], str, str]
"""A place below `servers` and what is wrong there, in Vietnamese and English."""


@dataclass(frozen=True)
class PullSource:
    """A declared source. `location`: base URL, or `postgresql://host:port/database`; `options`: the extension."""

    kind: str  # api | postgres
    server: str
    location: str
    options: dict[str, Any] = field(hash=False)
    schema: str = "public"  # postgres: schema of the table

    def option(self, name: str) -> Any:
        """An option as declared, or its default; None for an undeclared one without a default."""
        return self.options.get(name, DEFAULTS.get(name))

    @property
    def incremental(self) -> dict[str, Any] | None:
        """How only what changed since the last pull is asked for; None when everything is fetched each time."""
        return self.options.get("incremental")

    @property
    def overlap_minutes(self) -> float:
        """How far before the newest known change the next pull starts again."""
        return float((self.incremental or {}).get("overlap_minutes", DEFAULTS["overlap_minutes"]))


@cache
def _schema() -> dict[str, Any]:
    path = Path(__file__).parent / "pull_source.schema.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def parse_servers(servers: list[dict[str, Any]]) -> tuple[PullSource | None, list[Wrong]]:
    """The one server of a contract that carries our extension, and what is wrong with it."""
    found: PullSource | None = None
    wrong: list[Wrong] = []
    for position, server in enumerate(servers):
        custom = server.get("customProperties") or []
        at = next((i for i, p in enumerate(custom) if p.get("property") == "ioc"), None)
        if at is None:
            continue
        where = (position, "customProperties", at, "value")
        kind = KINDS.get(server["type"])
        if kind is None:
            kinds = ", ".join(KINDS)
            wrong.append(((position, "type"), f"chỉ kéo được từ {kinds}", f"can only be pulled from {kinds}"))
            continue
        if found is not None:
            wrong.append(((position,), "chỉ một server được kéo", "only one server can be pulled"))
            continue
        options = custom[at].get("value")
        checker = jsonschema.Draft201909Validator({"$defs": _schema()["$defs"], **_schema()[kind]})
        errors = list(checker.iter_errors(options))
        wrong += [
            ((*where, *error.absolute_path), f"khai báo kéo dữ liệu sai: {error.message}", f"wrong: {error.message}")
            for error in errors
        ]
        if errors:
            continue
        location = str(server.get("location") or f"postgresql://{server.get('host')}:{server.get('port')}")
        if kind == "postgres":
            location = f"{location}/{server.get('database')}"
        found = PullSource(kind, server["server"], location, dict(options), str(server.get("schema") or "public"))
        wrong += [((position, "location"), vi, en) for vi, en in location_problems(found, location)]
    return found, wrong


def location_problems(source: PullSource, location: str) -> list[tuple[str, str]]:
    """What is wrong with an address: credentials inside it, or a token that would travel unencrypted."""
    parts = urlsplit(location)
    if parts.password or (source.kind == "api" and parts.username):
        return [
            (
                "địa chỉ không được chứa tài khoản hay mật khẩu; dùng ${secret:TÊN}",
                "the address must not contain credentials; use ${secret:NAME}",
            )
        ]
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if source.kind == "api" and (parts.scheme not in ("http", "https") or not parts.hostname):
        return [("địa chỉ phải là https://…", "the address must be https://…")]
    if source.kind == "api" and parts.scheme == "http" and source.options.get("auth") and not local:
        return [
            (
                "có xác thực thì phải dùng https:// (http:// sẽ để lộ mã truy cập)",
                "with authentication it must be https:// (http:// would expose the token)",
            )
        ]
    return []


def is_placeholder(location: str) -> bool:
    """True for an address that can never exist: the province has yet to name its own."""
    return (urlsplit(location).hostname or "").endswith(RESERVED)
