"""A province's boundary file: matched by code or name, never guessed; far islands apart; wrong files refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ioc_pipeline.cli.main import app
from ioc_pipeline.contracts.boundaries import Boundaries, read_boundaries
from ioc_pipeline.messages import IocError
from tests.read.answer_key import realdata

TODAY = date(2026, 11, 22)


def square(x: float, y: float, **properties: Any) -> dict[str, Any]:
    ring = [[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def read(*features: dict[str, Any], **more: Any) -> Boundaries:
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return read_boundaries(content, "xa.geojson", "56", TODAY, **more)


def test_by_code_by_name_and_never_by_likeness() -> None:
    found = read(
        square(109.0, 12.0, code="22366", fullName="Phường Nha Trang"),
        square(109.1, 12.0, TEN="Phường Ninh Hoà"),
        square(109.2, 12.0, ten="Phường Nha Trangg"),
        square(109.3, 12.0, code="22366", name="Phường Cam Ranh"),
        square(109.4, 12.0, code="99999"),
        square(105.8, 21.0, code="00004", name="Phường Ba Đình"),
        square(109.5, 12.0, ten="Phường Lộc Thọ"),
    )
    assert found.matched == ("22366", "22528") and found.elsewhere == 1
    assert [one.label for one in found.unmatched] == ["Phường Nha Trangg", "Phường Cam Ranh", "#5", "Phường Lộc Thọ"]
    reasons = [one.reason.vi for one in found.unmatched]
    assert "gần giống: Phường Nha Trang" in reasons[0] and "tên là của 22420" in reasons[1]
    assert "không có hiệu lực" in reasons[2] and "trước khi sắp xếp" in reasons[3]
    assert len(found.missing) == 63


def test_islands_far_from_the_land_are_marked() -> None:
    found = read(
        square(109.0, 12.0, code="22366"), square(109.1, 12.0, code="22333"), square(112.0, 9.0, code="22736"),
        square(113.0, 9.0, code="22736"),
    )  # fmt: skip
    far = {f["properties"]["code"]: f["properties"]["far"] for f in found.geojson["features"]}
    assert far == {"22366": False, "22333": False, "22736": True}
    assert all(f["properties"]["at"] for f in found.geojson["features"])


def test_a_named_property_decides() -> None:
    found = read(square(109.0, 12.0, code="x", so_hieu="22366"), code_key="so_hieu")
    assert found.matched == ("22366",)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "boundaries.format"),
        (b'{"type": "Feature"}', "boundaries.format"),
        (b'{"type": "FeatureCollection", "features": []}', "boundaries.none"),
        (json.dumps({"type": "FeatureCollection", "features": [square(601_234.0, 1_345_678.0, code="22366")]}).encode(),
         "boundaries.metres"),
        (json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"code": "22366"}, "geometry": {"type": "Polygon", "coordinates": [[]]}}
        ]}).encode(), "boundaries.none"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_what_to_do(content: bytes, code: str) -> None:
    with pytest.raises(IocError) as refused:
        read_boundaries(content, "xa.geojson", "56", TODAY)
    assert refused.value.message.code == code and refused.value.message.vi and refused.value.message.en


@pytest.mark.realdata
@pytest.mark.skipif(not (realdata() / "geo").is_dir(), reason="set IOC_REALDATA")
def test_the_real_communes_of_khanh_hoa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IOC_HOME", str(tmp_path))
    file = realdata() / "geo" / "khanh_hoa_communes.geojson"
    answer = CliRunner().invoke(app, ["--province", "56", "boundaries", str(file), "--json"])
    assert answer.exit_code == 0, answer.output
    said = json.loads(answer.stdout)
    assert (said["matched"], said["of"], said["unmatched"], said["missing"]) == (65, 65, [], [])
    kept = json.loads((tmp_path / "geo" / "56.geojson").read_text(encoding="utf-8"))
    assert [f["properties"]["name"] for f in kept["features"] if f["properties"]["far"]] == ["Đặc khu Trường Sa"]
