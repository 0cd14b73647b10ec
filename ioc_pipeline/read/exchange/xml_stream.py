"""XML as a stream of elements, safe from hostile files.

Expat of the standard library, with any document type declaration refused: entities (billion laughs, external files)
can only be declared there, so none is ever expanded or fetched. Memory is bounded: a tag or a text that does not end
within `MAX_TOKEN` bytes is refused, and so is nesting deeper than `MAX_DEPTH`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.parsers import expat

from ioc_pipeline.read.file_content import refused

MAX_TOKEN = 16 << 20
MAX_DEPTH = 200
_CHUNK = 1 << 20
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str, str], None]


def local(name: str) -> str:
    """Name without its namespace."""
    return name.rpartition(" ")[2]


def read_xml(path: Path, name: str, start: Start, end: End) -> None:
    """Call `start(local name, attributes)` and `end(local name, text)` for every element of the file.

    Raises ReadRefused, naming line and column, when the file is not well-formed XML, declares a document type, or
    holds a token or nesting beyond the limits.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0
    texts: list[str] = []

    def started(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise _refused(name, parser, f"lồng quá {MAX_DEPTH} tầng", f"nested deeper than {MAX_DEPTH} levels")
        texts.clear()
        start(local(tag), {local(key): value for key, value in attributes.items()})

    def ended(tag: str) -> None:
        nonlocal depth
        depth -= 1
        end(local(tag), "".join(texts).strip())
        texts.clear()

    def doctype(*_: Any) -> Any:
        raise refused(
            "xml.doctype",
            f"Tệp {name} khai báo DOCTYPE (có thể chứa thực thể độc hại); tệp SDMX không cần khai báo này. "
            "Không đọc gì từ tệp. Hãy xuất lại từ hệ thống nguồn.",
            f"File {name} declares a DOCTYPE (it may hold hostile entities), which SDMX never needs. "
            "Nothing of it was read. Export it again from the source system.",
        )

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = texts.append
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    parser.ExternalEntityRefHandler = doctype
    fed = 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                fed += len(chunk)
                parser.Parse(chunk, False)
                if fed - max(parser.CurrentByteIndex, 0) > MAX_TOKEN:
                    raise _refused(name, parser, "một thẻ dài quá 16 MiB", "one tag is longer than 16 MiB")
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise refused(
            "xml.malformed",
            f"Tệp {name}, dòng {error.lineno}, cột {error.offset}: XML hỏng hoặc bị cắt cụt "
            f"({expat.ErrorString(error.code)}). Hãy xuất lại và gửi lại toàn bộ tệp.",
            f"File {name}, line {error.lineno}, column {error.offset}: malformed or truncated XML "
            f"({expat.ErrorString(error.code)}). Export it again and send the whole file.",
        ) from error
    except (LookupError, ValueError) as error:  # an encoding expat does not know
        raise refused(
            "xml.malformed",
            f"Tệp {name}: XML không đọc được ({error}). Hãy xuất lại bằng UTF-8.",
            f"File {name}: the XML cannot be read ({error}). Export it in UTF-8.",
        ) from error


def _refused(name: str, parser: Any, vi: str, en: str) -> Exception:
    line = parser.CurrentLineNumber
    return refused(
        "xml.limit",
        f"Tệp {name}, dòng {line}: {vi}; không đọc. Hãy kiểm tra bước xuất dữ liệu.",
        f"File {name}, line {line}: {en}; not read. Check the export.",
    )
