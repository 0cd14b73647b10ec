"""`standard/demands.yaml`: what the founding texts demand, each answered by what exists or excluded in words."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from ioc_pipeline.contracts.checks.duplicates import repeated
from ioc_pipeline.contracts.checks.known import Known, listed
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import schema_problems
from ioc_pipeline.messages import Text

LAST = 162
KINDS = {
    "indicators": Text("chỉ số", "indicator"),
    "clauses": Text("điều khoản", "clause"),
    "feeds": Text("nguồn", "feed"),
    "pages": Text("trang", "page"),
}


def demand_problems(source: Source, known: Known) -> list[Problem]:
    """Demands that are missing, stated twice, unanswered, or answered by what is not declared."""
    found = schema_problems(source, "demands")
    found += repeated(source, ("demands",), source.entries("demands"))
    found += _unlisted(source)
    names = {
        "indicators": list(known.cards),
        "clauses": list(known.clauses),
        "feeds": list(known.feed_ids),
        "pages": [str(page) for page in source.entries("pages")],
    }
    for position, entry in enumerate(source.entries("demands")):
        if isinstance(entry, dict):
            found += _one(source, ("demands", position), entry, names)
    return found


def _unlisted(source: Source) -> Iterator[Problem]:
    ids = {str(entry.get("id")) for entry in listed(source, "demands")}
    missing = [f"D{n:03}" for n in range(1, LAST + 1) if f"D{n:03}" not in ids]
    if missing:
        shown = ", ".join(missing[:8]) + (" …" if len(missing) > 8 else "")
        yield source.problem(
            ("demands",),
            f"thiếu {len(missing)} yêu cầu: {shown}; thêm từng yêu cầu và nơi trả lời",
            f"{len(missing)} demands missing: {shown}; add each with what answers it",
            "demand.missing",
        )


def _one(source: Source, where: Keys, entry: dict[str, Any], names: dict[str, list[str]]) -> Iterator[Problem]:
    answers = entry.get("answers")
    if not answers and not entry.get("exclusion"):
        yield source.problem(
            where,
            "chưa có gì trả lời yêu cầu này; thêm answers, hoặc exclusion: {vi, en} nêu lý do",
            "nothing answers this demand; add answers, or exclusion: {vi, en} with the reason",
            "demand.unanswered",
        )
    for kind, stated in answers.items() if isinstance(answers, dict) else ():
        for position, name in enumerate(stated if isinstance(stated, list) and kind in names else ()):
            if isinstance(name, str) and name not in names[kind]:
                close = get_close_matches(name, names[kind], n=1)
                vi, en = KINDS[kind].vi, KINDS[kind].en
                yield source.problem(
                    (*where, "answers", kind, position),
                    f"không có {vi} {name}" + (f"; có phải {close[0]}?" if close else "; sửa hoặc bỏ"),
                    f"no {en} {name}" + (f"; did you mean {close[0]}?" if close else "; correct or remove it"),
                    "demand.answer",
                )
