"""JSON-stat: real tables, shapes that do not add up, marks of absence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ioc_pipeline.contracts.feed_contract import load_feed
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import ReadRefused
from ioc_pipeline.read.exchange.json_stat import read_json_stat
from ioc_pipeline.read.reading import Reading
from tests.read.answer_key import ROOT, realdata


def px_feed() -> Feed:
    feed, problems = load_feed(ROOT / "data_contracts" / "feeds" / "nso_pxweb", ROOT / "data_contracts")
    assert feed is not None, [p.text.en for p in problems]
    return feed


def table(areas: list[str], years: list[str], values: Any, **more: Any) -> dict[str, Any]:
    def dimension(label: str, labels: list[str]) -> dict[str, Any]:
        codes = [str(i) for i in range(len(labels))]
        category = {"index": {c: int(c) for c in codes}, "label": dict(zip(codes, labels, strict=True))}
        return {"label": label, "category": category}

    items = ["Average population (Thous. pers.)"]
    return {
        "label": "Area, population and population density by province by …",
        "dimension": {
            "A": dimension("Cities, provincies", areas), "Y": dimension("Year", years), "I": dimension("Items", items),
            "id": ["A", "Y", "I"], "size": [len(areas), len(years), 1],
        },
        "value": values, **more,
    }  # fmt: skip


def read(folder: Path, document: Any, tail: bytes = b"") -> tuple[Reading, list[dict[str, Any]]]:
    path = folder / "a.json"
    path.write_bytes((document if isinstance(document, bytes) else json.dumps(document).encode()) + tail)
    reading = read_json_stat(px_feed(), path, path.name, folder / "out.parquet")
    return reading, pq.read_table(reading.rows_path).to_pylist()


def test_areas_periods_and_absence(tmp_path: Path) -> None:
    areas = [" WHOLE COUNTRY", "Mekong River Delta", "Khanh  Hoa", "Atlantis"]
    values = [1, 2, "..", None, 5.5, "-", 7, 8]
    _, rows = read(tmp_path, {"dataset": table(areas, ["2023", "Prel. 2024"], values)})
    assert [(r["area"], r["item"], r["value"], r["value_status"]) for r in rows] == [
        ("VN", None, 1, "present"), ("VN", None, 2, "present"),
        ("VN", "Đồng bằng sông Cửu Long", None, "missing"), ("VN", "Đồng bằng sông Cửu Long", None, "missing"),
        ("56", None, 5.5, "present"), ("56", None, None, "nil"), (None, None, 7, "present"), (None, None, 8, "present"),
    ]  # fmt: skip
    assert [r["data_type"] for r in rows[:2]] == ["actual", "preliminary"]
    assert [[p["code"] for p in r["_problems"]] for r in rows[6:]] == [["area.unknown"], ["area.unknown"]]


def test_sparse_values_and_status(tmp_path: Path) -> None:
    document = {"dataset": table(["Ha Noi"], ["2022", "2023"], {"0": 8.4}, status={"1": "x"})}
    _, rows = read(tmp_path, document)
    assert [(r["area"], r["value"], r["value_status"]) for r in rows] == [
        ("01", 8.4, "present"),
        ("01", None, "confidential"),
    ]


def test_a_value_with_a_footnote_is_a_doubt(tmp_path: Path) -> None:
    _, rows = read(tmp_path, {"dataset": table(["Ha Noi"], ["2022", "2023"], ["8,4*", "(1.234)"])})
    assert [r["value"] for r in rows] == [8.4, None]
    assert [[(d["column"], d["code"], d["reading"]) for d in r["_doubts"]] for r in rows] == [
        [("value", "number.footnote", "8.4")], [],
    ]  # fmt: skip
    assert [[p["code"] for p in r["_problems"]] for r in rows] == [[], ["number.ambiguous"]]


def test_sizes_must_multiply_to_the_number_of_values(tmp_path: Path) -> None:
    with pytest.raises(ReadRefused, match="cells but there are 3 values"):
        read(tmp_path, {"dataset": table(["Ha Noi"], ["2022", "2023"], [1, 2, 3])})


@pytest.mark.parametrize(
    ("said", "simulated"),
    [({"source": "SỐ LIỆU MÔ PHỎNG · SIMULATED DATA"}, True), ({"note": ["Simulated data"]}, True),
     ({"source": "NSO", "note": ["Preliminary"]}, False), ({"source": None}, False)],
)  # fmt: skip
def test_a_labelled_table_is_simulated(tmp_path: Path, said: dict[str, Any], simulated: bool) -> None:
    reading, rows = read(tmp_path, {"dataset": table(["Ha Noi"], ["2022", "2023"], [1, 2], **said)})
    assert reading.simulated is simulated and [r["simulated"] for r in rows] == [simulated, simulated]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b'{"dataset": ', "read.json_malformed"), (b'{"a": 1}', "jsonstat.not_jsonstat"),
     (b'{"d": {"label": "x", "value": [NaN]}}', "read.json_malformed"),
     (b'{"d": {"label": "\\ud800", "value": [1]}}', "read.json_malformed"),
     (b'{"d": {"label": "unknown table", "value": [1]}}', "jsonstat.no_table")],
)  # fmt: skip
def test_other_files_are_refused(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(ReadRefused) as refused:
        read(tmp_path, content)
    assert refused.value.message.code == code


@pytest.mark.realdata
@pytest.mark.skipif(not (realdata() / "nso_pxweb").is_dir(), reason="set IOC_REALDATA")
def test_the_published_tables(tmp_path: Path) -> None:
    folder = realdata() / "nso_pxweb"
    first, rows = read(tmp_path, (folder / "E02.01.json").read_bytes())
    assert first.received == 2940 and not any(r["_problems"] for r in rows)
    assert not first.simulated and not any(r["simulated"] for r in rows)
    assert len({r["area"] for r in rows}) == 64  # the country and the 63 provinces of that time
    assert {"NUL", "9999"} <= {w for n in first.notices for w in ("NUL", "9999") if w in n.text.en}
    second, rows = read(tmp_path, (folder / "E02.02.json").read_bytes())
    assert second.received == 525 and {r["data_type"] for r in rows if r["period"] == "2024"} == {"preliminary"}
