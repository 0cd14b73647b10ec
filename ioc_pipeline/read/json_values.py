"""JSON as the pipeline takes it: no repeated keys, no NaN or Infinity; damaged text is refused in words."""

from __future__ import annotations

import json
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
    return refused(
        "read.json_malformed",
        f"Tệp {name}{vi}: JSON hỏng hoặc bị cắt cụt ({detail}). Hãy xuất lại và gửi lại toàn bộ tệp.",
        f"File {name}{en}: malformed or truncated JSON ({detail}). Export it again and send the whole file.",
    )
