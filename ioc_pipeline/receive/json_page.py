"""One page of a JSON API: parsed strictly, its records found, its application code understood. Pure functions."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from ioc_pipeline.contracts.model import CodeList
from ioc_pipeline.contracts.pull_source import PullSource

NO_ERROR = (None, "", 0, "0")
_CHARSET = re.compile(r"charset=\"?([\w.:-]+)")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class PageWrong(Exception):
    """The page is not what the declaration says. `again`: another try may bring it whole; `stop`: a person must act."""

    def __init__(self, vi: str, en: str, *, again: bool = False, stop: bool = False) -> None:
        super().__init__(en)
        self.vi, self.en, self.again, self.stop = vi, en, again, stop


@dataclass(frozen=True)
class Page:
    """What a page says. `records`: as parsed; `total`: records the source says it has; `code`: an application code
    that was accepted all the same, with its meaning in `code_list`."""

    document: Any
    records: list[Any]
    total: int | None
    encoding: str
    code: str | None = None


def encoding_of(data: bytes, content_type: str) -> str:
    """UTF-8 (or what a byte-order mark says); otherwise the declared charset if the bytes are valid in it.

    Raises PageWrong for bytes that are neither: an encoding is never guessed here.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        at = error.start
    declared = _CHARSET.search(content_type)
    if declared is not None:
        try:
            data.decode(declared[1])
            return codecs.lookup(declared[1]).name
        except (LookupError, UnicodeDecodeError):
            pass
    raise PageWrong(
        f"nội dung không phải UTF-8 (từ byte {at}) và không khai bảng mã; nguồn cần gửi JSON bằng UTF-8",
        f"the body is not UTF-8 (from byte {at}) and declares no charset; the source must send JSON in UTF-8",
    )


def parse(data: bytes, encoding: str) -> Any:
    """The document; PageWrong when it is malformed or cut off, holds NaN, or repeats a key in one object."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("repeated key")
        return found

    def constant(word: str) -> NoReturn:
        raise ValueError(f"{word} is not JSON")

    text = data.decode(encoding).rstrip("\x00 \r\n\t")
    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=constant)
    except (ValueError, RecursionError) as error:
        place = f"ký tự {error.pos}/{len(text)}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise PageWrong(
            f"JSON hỏng hoặc bị cắt cụt ({place})", f"malformed or truncated JSON ({error})", again=True
        ) from None


def at(document: Any, path: str) -> Any:
    """Value at a path like `$.data.items`; None when it is not there."""
    for name in path.split(".")[1:]:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def read_page(data: bytes, content_type: str, source: PullSource, codes: Mapping[str, CodeList]) -> Page:
    """Understand a page; PageWrong when it does not carry what the declaration says."""
    encoding = encoding_of(data, content_type)
    document = parse(data, encoding)
    accepted, reaction = _application_code(document, source, codes)
    found = at(document, source.option("records"))
    if found is None and reaction == "empty":
        found = []
    if not isinstance(found, list):
        path = source.option("records")
        keys = ", ".join(document) if isinstance(document, dict) else type(document).__name__
        raise PageWrong(
            f"không có danh sách tại {path} (có: {keys[:200]})", f"no list at {path} (there are: {keys[:200]})"
        )
    wrong = next((i for i, record in enumerate(found) if not isinstance(record, dict)), None)
    if wrong is not None:
        raise PageWrong(f"bản ghi {wrong} không phải đối tượng {{…}}", f"record {wrong} is no object {{…}}")
    total = at(document, source.option("total")) if source.option("total") else None
    counted = int(str(total)) if str(total).isdigit() else None
    return Page(document, found, counted, encoding, accepted)


def _application_code(
    document: Any, source: PullSource, codes: Mapping[str, CodeList]
) -> tuple[str | None, str | None]:
    """(code, reaction) of an application code in the body; (None, None) when it reports no trouble."""
    declared = source.options.get("application")
    if declared is None:
        return None, None
    code = at(document, declared["code"])
    if code in NO_ERROR or str(code) in {str(ok) for ok in declared.get("ok", ())}:
        return None, None
    known = codes[declared["codes"]].codes.get(str(code))
    said = at(document, declared["message"]) if "message" in declared else None
    words = f": {str(said)[:200]}" if said else ""
    if known is None:
        raise PageWrong(f"mã ứng dụng lạ {code}{words}", f"unknown application code {code}{words}")
    reaction = str(known.extra.get("reaction", "fail"))
    if reaction in ("accept", "empty"):
        return str(code), reaction
    name = known.extra.get("name", "")
    stop = reaction == "stop"
    raise PageWrong(
        f"mã ứng dụng {code} {name} – {known.name.vi}{words}"
        + ("; đã ngừng kéo tự động, người vận hành cần liên hệ cơ quan quản lý nền tảng" if stop else ""),
        f"application code {code} {name} – {known.name.en}{words}"
        + ("; automatic pulls stopped, the operator must contact the platform's owner" if stop else ""),
        stop=stop,
    )


def digest(record: Any) -> bytes:
    """16 bytes that are equal for equal records, whatever the order of their keys."""
    text = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode("utf-8", errors="surrogatepass"), digest_size=16).digest()


def moment(text: Any, formats: tuple[str, ...], timezone: str) -> datetime | None:
    """A time as a source writes it, in UTC; without a zone it is local time. None when it is no time."""
    if not isinstance(text, str) or not text.strip():
        return None
    parsed = None
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError:
        for form in formats:
            try:
                parsed = datetime.strptime(text.strip(), form)
                break
            except ValueError:
                continue
    if parsed is None:
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)
