"""The standard's clauses: complete, bilingual, and counted as the catalogue counts them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

PATH = Path(__file__).parents[2] / "data_contracts" / "standard" / "clauses.yaml"
DATA: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
CLAUSES: list[dict[str, Any]] = DATA["clauses"]
TESTED_ON = date(2026, 11, 1)


def test_the_version_and_the_layer_that_judges_are_named() -> None:
    assert DATA["version"] == "2026.11"
    assert DATA["layer"]["id"] == "standard"
    assert DATA["layer"]["vi"]
    assert DATA["layer"]["en"]


def test_ids_are_unique_and_name_their_principle() -> None:
    prefixes = {
        "dung": "DUNG", "du": "DU", "sach": "SACH", "song": "SONG", "thong_nhat": "THONG", "dung_chung": "CHUNG",
        "quan_tri": "QTRI",
    }  # fmt: skip
    assert len({clause["id"] for clause in CLAUSES}) == len(CLAUSES) == 63
    assert [p["id"] for p in DATA["principles"]] == list(prefixes)
    for clause in CLAUSES:
        assert clause["id"].split("-")[1] == prefixes[clause["principle"]]


def test_counts_match_the_catalogue() -> None:
    def counted(key: str) -> Counter[str]:
        return Counter(clause[key] for clause in CLAUSES)

    assert list(counted("principle").values()) == [14, 6, 13, 6, 8, 3, 13]
    assert counted("severity") == {"critical": 44, "warning": 17, "info": 2}
    assert counted("evidence") == {"EXP": 45, "COV": 9, "FRESH": 5, "DOC": 3, "NONE": 1}
    assert counted("level") == {"record": 15, "indicator": 18, "feed": 11, "centre": 19}


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause["id"])
def test_a_clause_is_complete_in_both_languages(clause: dict[str, Any]) -> None:
    for key in ("title", "explanation", "basis", "guidance"):
        for language in ("vi", "en"):
            assert clause[key][language].strip(), f"{key}.{language}"
        assert clause[key]["vi"] != clause[key]["en"], key
    assert len(clause["guidance"]["vi"]) >= 60, "guidance says concretely what to do"
    assert clause["weight"] > 0
    assert clause["mark"] in {"A/P", "S/P", "P/P", "A/U"}


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause["id"])
def test_a_clause_is_in_force(clause: dict[str, Any]) -> None:
    assert date(2025, 5, 21) <= clause["valid_from"] <= TESTED_ON
    assert clause["valid_to"] is None


def test_text_is_precomposed_unicode() -> None:
    import unicodedata

    text = PATH.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)


def test_unconfirmed_sources_are_never_called_attested() -> None:
    for clause in CLAUSES:
        if "4856" in clause["basis"]["vi"]:
            assert clause["mark"].startswith("S")
            assert "chưa được xác nhận" in clause["basis"]["vi"]
