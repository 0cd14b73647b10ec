"""`attested/<province>*.yaml`: documents a person confirms."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import as_date, schema_problems


def attested_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with a file of documents; a record with a problem is no evidence."""
    found = schema_problems(source, "attested")
    for position, entry in enumerate(source.entries("documents")):
        if isinstance(entry, dict):
            found += _document(source, ("documents", position), entry, known)
    return found


def _document(source: Source, where: Keys, entry: dict[str, Any], known: Known) -> Iterator[Problem]:
    clause, signed, end, name = (entry.get(key) for key in ("clause", "date", "valid_to", "file"))
    if isinstance(clause, str) and clause not in known.clauses:
        yield source.problem(
            (*where, "clause"),
            f"không có điều khoản {clause!r}; ghi mã có trong standard/clauses.yaml",
            f"no clause {clause!r}; name one of standard/clauses.yaml",
            "clause.unknown",
        )
    elif isinstance(clause, str) and known.clauses[clause].get("evidence") != "DOC":
        yield source.problem(
            (*where, "clause"),
            f"{clause} không xét bằng văn bản (evidence không phải DOC); bỏ bản ghi hoặc sửa mã",
            f"{clause} is not decided by documents (its evidence is not DOC); remove the record or correct the id",
            "attested.not_doc",
        )
    signed_on, until = as_date(signed), as_date(end)
    if signed_on is not None and signed_on > known.today:
        yield source.problem(
            (*where, "date"),
            f"ngày ký {signed_on} ở tương lai; ghi ngày trên văn bản",
            f"the date of signature {signed_on} is in the future; write the date on the document",
            "attested.future",
        )
    if signed_on is not None and until is not None and until < signed_on:
        yield source.problem(
            (*where, "valid_to"),
            f"valid_to {until} trước ngày ký {signed_on}; sửa một trong hai ngày",
            f"valid_to {until} is before the signature {signed_on}; correct one of the two",
            "attested.dates",
        )
    if not isinstance(name, str) or not name:
        return
    kept = source.path.parent / name
    if not kept.is_file():
        yield source.problem(
            (*where, "file"),
            f"không có tệp {name} cạnh tệp này; đặt bản đã ký vào {source.path.parent.name}/ hoặc bỏ khóa file",
            f"no file {name} beside this one; put the signed copy into {source.path.parent.name}/ or remove the key",
            "attested.file",
        )
    elif hashlib.sha256(kept.read_bytes()).hexdigest() != entry.get("sha256"):
        yield source.problem(
            (*where, "sha256"),
            f"tệp {name} không khớp sha256; tính lại từ bản đã ký, hoặc thay bằng đúng bản đã ký",
            f"file {name} does not match its sha256; compute it again from the signed copy, or put that copy back",
            "attested.hash",
        )
