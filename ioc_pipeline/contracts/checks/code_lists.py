"""`reference/*.yaml`: code lists, the changes of administrative units and the weights of divided ones."""

from __future__ import annotations

from collections.abc import Iterator

from ioc_pipeline.contracts.checks.duplicates import ambiguous, repeated
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.checks.split_weights import weight_problems
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import schema_problems

NEEDED_EXTRA = {"lris_periods": ("kind", "index"), "data_types": ("lris", "rank"), "agencies": ("province",)}
"""Attributes that the code reads from single lists (`Code.extra`)."""
NO_CODE_LISTS = ("unit_changes", "split_weights")
"""Files of `reference/` with a schema of their own."""


def code_list_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with one file of `reference/`."""
    if source.path.stem in NO_CODE_LISTS:
        found = schema_problems(source, source.path.stem)
        return found or (weight_problems(source) if source.path.stem == "split_weights" else [])
    found = schema_problems(source, "code_list")
    declared = source.data.get("id") if isinstance(source.data, dict) else None
    if isinstance(declared, str) and declared != source.path.stem:
        found.append(
            source.problem(
                ("id",),
                f"id {declared!r} phải trùng tên tệp {source.path.stem!r}; đổi id hoặc tên tệp",
                f"id {declared!r} must equal the file's name {source.path.stem!r}; change the id or the name",
                "list.id",
            )
        )
    found += repeated(source, ("codes",), source.entries("codes"), "code")
    found += ambiguous(source, _spellings(source), ("mã", "code"))
    for position, entry in enumerate(source.entries("codes")):
        missing = [k for k in NEEDED_EXTRA.get(source.path.stem, ()) if isinstance(entry, dict) and k not in entry]
        if missing:
            found.append(
                source.problem(
                    ("codes", position),
                    f"thiếu {', '.join(missing)}; thêm vào mục này",
                    f"{', '.join(missing)} missing; add it to this entry",
                    "key.missing",
                )
            )
    return found


def _spellings(source: Source) -> Iterator[tuple[Keys, str, str]]:
    for position, entry in enumerate(source.entries("codes")):
        if not isinstance(entry, dict) or not isinstance(entry.get("aliases"), list):
            continue
        for place, alias in enumerate(entry["aliases"]):
            yield ("codes", position, "aliases", place), str(entry.get("code")), str(alias)
