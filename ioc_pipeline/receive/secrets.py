"""Secrets by name: from the environment or one private file, and kept out of everything that is written.

Declarations say `${secret:NAME}`. The value is `$IOC_SECRET_NAME`, or the line `NAME=value` of the file that
`$IOC_SECRETS` names (mode 0600, outside the declarations and the state folder). Every value that was ever handed out
is remembered in this process, and `redact` takes it out of texts; from the first one on, log records pass through it.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from ioc_pipeline import settings
from ioc_pipeline.messages import IocError, Message

ENV_PREFIX = "IOC_SECRET_"
FILE_VARIABLE = "IOC_SECRETS"
HIDDEN = "***"
SHORTEST = 4
"""A shorter value cannot be taken out of texts without ruining them."""

_REFERENCE = re.compile(r"\$\{secret:([A-Z][A-Z0-9_]*)\}")
_URL_CREDENTIALS = re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)")
_AUTHORIZATION = re.compile(
    r"(?i)\b(authorization['\"]?\s*[:=]\s*['\"]?(?:bearer|basic)?|bearer|password=)\s*[^\s'\",;]+"
)
_handed_out: set[str] = set()


class SecretMissing(IocError):
    """A declared secret has no value here: whatever needs it is not configured."""


def names_in(value: Any) -> list[str]:
    """Names of the secrets that a declared value (text, list or mapping) refers to, each once, in order."""
    return list(dict.fromkeys(_names(value)))


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _REFERENCE.findall(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _names(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _names(inner)


def resolve(text: str) -> str:
    """The text with every `${secret:NAME}` replaced by its value; SecretMissing when one has none."""
    return _REFERENCE.sub(lambda match: value_of(match[1]), text)


def missing(names: list[str]) -> list[str]:
    """Those of the names that have no value here. Raises IocError when the secrets file itself cannot be used."""
    from_file = _file_values()
    return [name for name in names if not os.environ.get(ENV_PREFIX + name) and name not in from_file]


def value_of(name: str) -> str:
    """Value of a secret, read anew each time (it may have been renewed); SecretMissing when there is none."""
    value = os.environ.get(ENV_PREFIX + name) or _file_values().get(name)
    if not value:
        raise SecretMissing(
            Message(
                "secret.missing",
                f"Chưa có bí mật {name}: đặt biến môi trường {ENV_PREFIX}{name}, hoặc dòng {name}=… trong tệp "
                f"mà biến {FILE_VARIABLE} chỉ tới (quyền 0600).",
                f"No secret {name}: set the environment variable {ENV_PREFIX}{name}, or a line {name}=… in the file "
                f"that {FILE_VARIABLE} names (mode 0600).",
            )
        )
    if len(value) < SHORTEST:
        raise IocError(
            Message(
                "secret.short",
                f"Bí mật {name} ngắn hơn {SHORTEST} ký tự; dùng giá trị dài hơn.",
                f"Secret {name} is shorter than {SHORTEST} characters; use a longer one.",
            )
        )
    remember(value)
    return value


def remember(value: str) -> None:
    """Keep a value (a secret, or a token obtained with one) out of every text from now on."""
    if not _handed_out:
        _guard_logs()
    if len(value) >= SHORTEST:
        _handed_out.add(value)


def redact(text: str) -> str:
    """The text without any secret handed out so far, without credentials in addresses and authorization headers."""
    for value in sorted(_forms(), key=len, reverse=True):
        if value in text:
            text = text.replace(value, HIDDEN)
    text = _URL_CREDENTIALS.sub(f"{HIDDEN}:{HIDDEN}", text)
    return _AUTHORIZATION.sub(lambda match: f"{match[1]} {HIDDEN}", text)


def appears_in(data: bytes) -> bool:
    """True when a secret handed out so far stands in these bytes (a source that echoes our token)."""
    return any(value.encode() in data for value in _handed_out)


def _forms() -> set[str]:
    """Every secret as it may stand in a text: plain, percent-encoded, in JSON, in base64."""
    forms: set[str] = set()
    for value in _handed_out:
        encoded = base64.b64encode(value.encode()).decode()
        forms |= {value, quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1], encoded.rstrip("=")}
    return forms


def _file_values() -> dict[str, str]:
    """Lines `NAME=value` of the secrets file; empty when none is named."""
    configured = os.environ.get(FILE_VARIABLE)
    if not configured:
        return {}
    path = Path(configured).expanduser().resolve()
    _refuse_unsafe(path)
    values = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, mark, value = line.strip().partition("=")
        if mark and not name.startswith("#"):
            values[name.removeprefix("export ").strip()] = value.strip().strip("'\"")
    return values


def _refuse_unsafe(path: Path) -> None:
    try:
        stat = path.stat()
    except OSError as error:
        raise _file_problem(path, f"không mở được ({error.strerror})", f"cannot be opened ({error.strerror})") from None
    for folder in (settings.contracts_root().resolve().parent, settings.home()):
        if path.is_relative_to(folder):
            vi, en = "nằm trong kho mã nguồn hoặc thư mục trạng thái", "is inside the repository or the state folder"
            raise _file_problem(path, f"{vi}; chuyển ra ngoài", f"{en}; move it elsewhere")
    if stat.st_mode & 0o077 or stat.st_uid not in (0, os.geteuid()):
        raise _file_problem(
            path, f"người khác đọc được; chạy: chmod 600 {path}", f"others can read it: chmod 600 {path}"
        )


def _file_problem(path: Path, vi: str, en: str) -> IocError:
    return IocError(Message("secret.file", f"Tệp bí mật {path} {vi}.", f"The secrets file {path} {en}."))


def _guard_logs() -> None:
    """Make every log record of this process pass through `redact`, whoever writes it and wherever it goes."""
    make = logging.getLogRecordFactory()

    def guarded(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = redact("".join(traceback.format_exception(*record.exc_info))).rstrip("\n")
            record.exc_info = None  # handlers that format the exception themselves would print it as it was
        return record

    logging.setLogRecordFactory(guarded)
