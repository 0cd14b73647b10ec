"""The corrections register, the attested documents and the matrix clause × rule."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import yaml

from ioc_pipeline.compute.clause_matrix import clause_matrix, summary
from ioc_pipeline.contracts.check import check
from tests.contracts.declarations import few, load_with

RECORD: dict[str, Any] = {
    "id": "DC-1", "indicator": "NS_THU", "area": "56", "period": "2026-09", "measure": "ytd", "action": "scale",
    "factor": 0.001, "expect": 17020000, "reason": {"vi": "Sai đơn vị", "en": "Wrong unit"}, "who": "Trần Thị B",
    "when": "2026-10-05", "evidence": "CV 123", "expires": "2099-12-31",
}  # fmt: skip
DOCUMENT = {
    "clause": "IOC-QTRI-01", "number": "1/QĐ-UBND", "date": "2026-03-01", "signer": "Chủ tịch", "confirmed_by": "A",
    "sha256": hashlib.sha256(b"signed").hexdigest(),
}  # fmt: skip


def register(*records: dict[str, Any]) -> str:
    return yaml.safe_dump({"corrections": list(records)}, allow_unicode=True)


def test_a_complete_record_is_taken(tmp_path):
    catalogue = load_with(tmp_path, "corrections/56.yaml", register(RECORD))
    assert check(catalogue) == []
    (correction,) = catalogue.corrections
    assert (correction.factor, correction.expect, correction.line) == (0.001, 17020000.0, 2)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"who": ""}, "who"), ({"indicator": "NO_SUCH"}, "no indicator card"), ({"action": "invent"}, "action"),
        ({"factor": None}, "factor"), ({"factor": 0}, "factor"), ({"action": "replace"}, "value"),
        ({"action": "drop"}, "factor"), ({"expect": None}, "expect"), ({"expect": "17"}, "expect"),
        ({"period": "last year"}, "period"), ({"expires": "2026-01-01"}, "before"), ({"reason": "x"}, "reason"),
        ({"surprise": 1}, "surprise"),
    ],
)  # fmt: skip
def test_an_incomplete_record_is_left_out_and_named(tmp_path, change, word):
    catalogue = load_with(tmp_path, "corrections/56.yaml", register(RECORD | change))
    problem, *_ = check(catalogue)
    assert catalogue.corrections == ()
    assert problem.line and word in problem.text.en and "DC-1" in problem.text.vi


def test_a_record_without_its_guard_or_given_twice_is_refused(tmp_path):
    unguarded = {k: v for k, v in RECORD.items() if k != "expect"} | {"id": "DC-2"}
    catalogue = load_with(tmp_path, "corrections/56.yaml", register(RECORD, RECORD, unguarded))
    assert [p.text.en for p in check(catalogue)] == [
        "DC-1 / id: DC-1 is declared twice, first on line 9; change the id or remove one",
        "DC-2: expect missing; add it to this entry",
    ]


def test_an_expired_record_is_a_problem_and_is_kept_to_be_shown(tmp_path):
    catalogue = load_with(tmp_path, "corrections/56.yaml", register(RECORD | {"expires": "2026-10-31"}))
    (problem,) = check(catalogue)
    assert "expired" in problem.text.en and len(catalogue.corrections) == 1


def test_a_document_counts_only_with_the_hash_of_its_file(tmp_path):
    root = few(tmp_path / "kept")
    (root / "attested" / "quy-che.pdf").write_bytes(b"signed")
    for content, problems in ((b"signed", 0), (b"changed", 1)):
        (root / "attested" / "quy-che.pdf").write_bytes(content)
        text = yaml.safe_dump({"documents": [DOCUMENT | {"file": "quy-che.pdf"}]}, allow_unicode=True)
        (root / "attested" / "56.yaml").write_text(text, encoding="utf-8")
        from ioc_pipeline.contracts.catalogue import load_catalogue

        catalogue = load_catalogue(root, "56")
        assert (len(catalogue.attestations), len(check(catalogue))) == (1 - problems, problems)


@pytest.mark.parametrize(
    "change", [{"signer": ""}, {"sha256": "abc"}, {"clause": "IOC-X"}, {"date": "soon"}, {"file": "none.pdf"}]
)
def test_an_incomplete_document_is_no_evidence(tmp_path, change):
    text = yaml.safe_dump({"documents": [DOCUMENT | change]}, allow_unicode=True)
    catalogue = load_with(tmp_path, "attested/56.yaml", text)
    assert catalogue.attestations == () and len(check(catalogue)) == 1


@pytest.mark.parametrize("name", ["corrections", "attested", "layers"])
@pytest.mark.parametrize(
    "text", ["- 1", "corrections: x\ndocuments: x\nclauses: x\n", "corrections: [1]\ndocuments: [1]\n", "{", ""]
)
def test_a_file_of_another_shape_is_a_problem_never_a_crash(tmp_path, name, text):
    catalogue = load_with(tmp_path, f"{name}/56.yaml", text)
    assert catalogue.corrections == () and catalogue.attestations == ()
    assert bool(check(catalogue)) or text == ""


def test_the_matrix_holds_every_clause_and_never_calls_an_untested_one_anything_else(catalogue):
    matrix = clause_matrix(catalogue)
    assert [row.clause.id for row in matrix] == list(catalogue.standard.clauses)
    for row in matrix:
        decided = row.rules or row.computed or row.clause.evidence == "DOC"
        assert (row.state == "not_tested") == (not decided or row.clause.evidence == "NONE")
    declared = sum(len(feed.suite["expectations"]) for feed in catalogue.feeds.values())
    assert sum(len(row.rules) for row in matrix) == declared
    assert sum(sum(states.values()) for states in summary(matrix).values()) == len(matrix)
