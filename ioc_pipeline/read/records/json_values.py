"""JSON as the pipeline takes it: no repeated keys, no NaN or Infinity; damaged text is refused in words."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from ioc_pipeline.read.file_content import refused


def decoder() -> json.JSONDecoder:
    """A decoder that raises ValueError for repeated keys, NaN and Infinity."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError(f"repeated key in {sorted(k for k, _ in pairs)}")
        return found

    def constant(word: str) -> NoReturn:
        raise ValueError(f"{word} is not JSON")

    return json.JSONDecoder(object_pairs_hook=unique, parse_constant=constant)


def malformed(name: str, line: int | None, detail: str) -> Exception:
    """The refusal of a JSON text that is damaged."""
    vi, en = (f", dòng {line}", f", line {line}") if line else ("", "")
    if "surrogate" in detail:
        found = re.search(r"record/value (\d+)", detail)
        record = max(int(found[1]) - 1, 1) if found else None  # DuckDB counts the array's bracket as the first
        at_vi, at_en = (f", bản ghi {record}", f", record {record}") if record else (vi, en)
        return refused(
            "read.json_malformed",
            f"Tệp {name}{at_vi}: có nửa ký tự Unicode (\\ud800…\\udfff đứng một mình), không phải chữ nào; thường do "
            "cắt chuỗi giữa một biểu tượng. Hãy sửa ở hệ thống nguồn rồi gửi lại toàn bộ tệp.",
            f"File {name}{at_en}: half of a Unicode character (a lone surrogate, \\ud800…\\udfff), which is no text; "
            "usually a string cut inside an emoji. Correct it at the source and send the whole file.",
        )
    return refused(
        "read.json_malformed",
        f"Tệp {name}{vi}: JSON hỏng hoặc bị cắt cụt ({detail}). Hãy xuất lại và gửi lại toàn bộ tệp.",
        f"File {name}{en}: malformed or truncated JSON ({detail}). Export it again and send the whole file.",
    )
