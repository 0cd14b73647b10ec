"""Names and aliases of a code list → its codes."""

from __future__ import annotations

from ioc_pipeline.contracts.model import CodeList


def code_names(codes: CodeList) -> dict[str, str]:
    """Lower-case names and aliases of a code list → code; names that stand for two codes are left out."""
    found: dict[str, str | None] = {}
    for code in codes.codes.values():
        for spelling in {code.code, code.name.vi, code.name.en, *code.aliases}:
            key = " ".join(spelling.lower().split())
            if key:
                found[key] = code.code if found.get(key, code.code) == code.code else None
    return {name: code for name, code in found.items() if code is not None}
