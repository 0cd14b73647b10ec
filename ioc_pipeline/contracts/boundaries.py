"""Boundaries of a province's communes: a GeoJSON file as the province has it → one shape per commune code.

The file is matched by code, or by name through `places`; what does not match is listed, never guessed. The shapes are
simplified together, so that neighbours keep a common border, and islands far from the rest are marked: a map draws
them in a frame of their own. The result is a GeoJSON file again, `geo/<province>.geojson` of the state folder, with
a member `ioc` that says where it comes from and what was left out.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from ioc_pipeline.contracts.places import resolve
from ioc_pipeline.contracts.units import communes
from ioc_pipeline.messages import IocError, Message, Text

CODE_KEYS = ("code", "ma", "ma_xa", "maxa", "ma_dvhc", "ward_code", "wardcode")
NAME_KEYS = ("fullname", "full_name", "ten_day_du", "ten_xa", "tenxa", "ten", "ward_name", "name")
"""Properties looked for when none is named, in this order, whatever their case."""

_FAR = 0.25  # degrees (about 27 km): land further from the rest than this goes into a frame of its own
_DETAIL = 900  # details smaller than this part of the map's longer side are dropped
_DECIMALS = 4  # of a degree: about 11 m


@dataclass(frozen=True)
class Unmatched:
    """A feature of the file that stands for no commune of the province today, and why."""

    label: str
    reason: Text


@dataclass(frozen=True)
class Boundaries:
    """What a boundary file gives: GeoJSON to keep, features left out, communes without a shape (codes)."""

    geojson: dict[str, Any]
    matched: tuple[str, ...]
    unmatched: tuple[Unmatched, ...]
    missing: tuple[str, ...]
    elsewhere: int  # features of other provinces, as in a file of the whole country


def boundary_file(root: Path, province: str) -> Path:
    """Where a state folder keeps the boundaries of a province."""
    return root / "geo" / f"{province}.geojson"


def read_boundaries(
    content: bytes, file_name: str, province: str, on: date, *, code_key: str | None = None, name_key: str | None = None
) -> Boundaries:
    """Match and simplify a GeoJSON file in longitude and latitude (WGS 84); `on`: the day whose communes are meant.

    Raises `IocError` when the file is no such thing, or when no feature is a commune of the province.
    """
    shapes: dict[str, list[BaseGeometry]] = defaultdict(list)
    unmatched: list[Unmatched] = []
    elsewhere = 0
    for number, feature in enumerate(_features(content, file_name), start=1):
        properties = {str(k).casefold(): v for k, v in (feature.get("properties") or {}).items()}
        label = _first(properties, _keys(name_key, NAME_KEYS)) or f"#{number}"
        code, reason = _code_of(properties, province, on, _keys(code_key, CODE_KEYS), _keys(name_key, NAME_KEYS))
        if code is None and reason is None:
            elsewhere += 1
            continue
        polygons = _polygons(feature.get("geometry"), file_name, label) if code else []
        if code and polygons:
            shapes[code] += polygons
        else:
            unmatched.append(Unmatched(label, reason or Text("không có hình vùng hợp lệ", "has no valid polygon")))
    if not shapes:
        raise IocError(
            Message(
                "boundaries.none",
                f"{file_name}: không có vùng nào khớp xã, phường, đặc khu của tỉnh {province}. Kiểm mã tỉnh "
                "(--province), hoặc chỉ rõ cột mã, cột tên bằng --code-key, --name-key.",
                f"{file_name}: no feature is a commune of province {province}. Check --province, or name the "
                "properties that hold code and name: --code-key, --name-key.",
            )
        )
    expected = {unit.code: unit.full_name for unit in communes(province, on)}
    known = {
        "province": province, "source": file_name, "sha256": hashlib.sha256(content).hexdigest(),
        "unmatched": [{"label": u.label, "vi": u.reason.vi, "en": u.reason.en} for u in unmatched],
    }  # fmt: skip
    features = _simplified(shapes, expected)
    return Boundaries(
        {"type": "FeatureCollection", "ioc": known, "features": features},
        tuple(sorted(shapes)), tuple(unmatched), tuple(code for code in expected if code not in shapes), elsewhere,
    )  # fmt: skip


def _keys(asked: str | None, known: tuple[str, ...]) -> tuple[str, ...]:
    return (asked.casefold(),) if asked else known


def _features(content: bytes, file_name: str) -> Iterable[dict[str, Any]]:
    try:
        document = json.loads(content)
        features = document["features"]
        if document["type"] != "FeatureCollection" or not all(isinstance(f, dict) for f in features):
            raise ValueError
    except (ValueError, KeyError, TypeError) as error:
        raise IocError(
            Message(
                "boundaries.format",
                f"{file_name}: không phải GeoJSON FeatureCollection. Xuất lại từ phần mềm bản đồ dạng GeoJSON, "
                "hệ tọa độ WGS 84 (EPSG:4326).",
                f"{file_name}: not a GeoJSON FeatureCollection. Export it again as GeoJSON in WGS 84 (EPSG:4326).",
            )
        ) from error
    return list(features)


def _first(properties: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    return next((str(properties[k]).strip() for k in keys if properties.get(k) not in (None, "")), None)


def _code_of(
    properties: dict[str, Any], province: str, on: date, code_keys: tuple[str, ...], name_keys: tuple[str, ...]
) -> tuple[str | None, Text | None]:
    """Commune of a feature: its code, or why there is none; (None, None) for a commune of another province."""
    written, name = _first(properties, code_keys), _first(properties, name_keys)
    if written and re.fullmatch(r"\d{4}", written):
        written = written.zfill(5)  # a code kept as a number lost its leading zero
    if written and re.fullmatch(r"\d{5}", written):
        if resolve(written, "commune", on, province=province).code != written:
            if resolve(written, "commune", on).code == written:
                return None, None
            return None, Text(f"mã {written} không có hiệu lực", f"code {written} is not in force")
        said = resolve(name, "commune", on, province=province) if name else None
        if said and said.code and not said.doubt and said.code != written:
            return None, Text(f"mã {written} nhưng tên là của {said.code}", f"code {written}, name of {said.code}")
        return written, None
    if not name:
        return None, Text("không có mã, không có tên", "neither code nor name")
    found = resolve(name, "commune", on, province=province)
    if found.code and found.doubt is None:
        return found.code, None
    near = ", ".join(found.candidates)
    if found.code:
        return None, Text("tên hoặc loại đơn vị trước khi sắp xếp", "a name or type from before the merger")
    if near:
        return None, Text(f"không rõ là xã nào; gần giống: {near}", f"not clear which commune; near: {near}")
    return None, Text("tên không có trong danh mục của tỉnh", "name is not on the province's list")


def _polygons(geometry: Any, file_name: str, label: str) -> list[BaseGeometry]:
    """Valid polygons of a feature's geometry."""
    try:
        read = shapely.make_valid(shape(geometry))
    except (shapely.errors.ShapelyError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        return []
    parts = [
        part for part in shapely.get_parts(shapely.get_parts(read)) if part.geom_type == "Polygon" and part.area > 0
    ]
    west, south, east, north = shapely.total_bounds(parts) if parts else (0, 0, 0, 0)
    if parts and not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise IocError(
            Message(
                "boundaries.metres",
                f"{file_name}: tọa độ của “{label}” không phải kinh độ, vĩ độ (có thể là VN-2000 tính bằng mét). "
                "Chuyển sang WGS 84 (EPSG:4326) rồi làm lại.",
                f"{file_name}: coordinates of “{label}” are not longitude and latitude (VN-2000 in metres?). "
                "Convert to WGS 84 (EPSG:4326) and try again.",
            )
        )
    return [shapely.force_2d(part) for part in parts]


def _simplified(shapes: dict[str, list[BaseGeometry]], names: dict[str, str]) -> list[dict[str, Any]]:
    """One feature per commune, near the rest or far from it; a commune with both has two."""
    codes = sorted(shapes)
    owners = [code for code in codes for _ in shapes[code]]
    parts = [part for code in codes for part in shapes[code]]
    near = _nearby(parts, owners)
    main = {code: shapely.union_all([p for p, o, n in zip(parts, owners, near, strict=True) if o == code and n])
            for code in codes}  # fmt: skip
    main = {code: found for code, found in main.items() if not found.is_empty}
    west, south, east, north = shapely.total_bounds(list(main.values()))
    simple = shapely.coverage_simplify(list(main.values()), max(east - west, north - south) / _DETAIL)
    features = [_feature(code, names[code], geometry, False) for code, geometry in zip(main, simple, strict=True)]
    for code in codes:
        far = [p for p, o, n in zip(parts, owners, near, strict=True) if o == code and not n]
        if far:
            features.append(_feature(code, names[code], shapely.union_all(far).simplify(0.005), True))
    return features


def _nearby(parts: list[BaseGeometry], owners: list[str]) -> list[bool]:
    """Whether each part belongs to the connected land that holds the most communes."""
    tree = shapely.STRtree(parts)
    group = list(range(len(parts)))

    def root(i: int) -> int:
        while group[i] != i:
            group[i] = group[group[i]]
            i = group[i]
        return i

    for a, b in tree.query(parts, predicate="dwithin", distance=_FAR).T:
        group[root(int(a))] = root(int(b))
    members: dict[int, set[str]] = defaultdict(set)
    for i, owner in enumerate(owners):
        members[root(i)].add(owner)
    largest = max(members, key=lambda r: (len(members[r]), -r))
    return [root(i) == largest for i in range(len(parts))]


def _feature(code: str, name: str, geometry: BaseGeometry, far: bool) -> dict[str, Any]:
    body = max(shapely.get_parts(geometry), key=lambda part: part.area)
    at = body.representative_point()
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name, "at": [round(at.x, _DECIMALS), round(at.y, _DECIMALS)], "far": far},
        "geometry": _rounded(mapping(geometry)),
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(part) for part in value]
    return round(value, _DECIMALS) if isinstance(value, float) else value
