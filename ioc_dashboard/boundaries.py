"""The boundary file that `ioc boundaries` wrote for the province, placed on a picture."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ioc_pipeline.settings import places

Ring = tuple[tuple[float, float], ...]
WIDTH = 1000.0
_TALL, _FLAT = 1.25, 0.55  # the picture's height, as a share of its width, stays between these
_MARGIN = 14.0
_INSET = 0.24  # side of the frame of far islands, as a share of the width


@dataclass(frozen=True, slots=True)
class Shape:
    """A commune on the picture: outer and inner rings, and the point its mark stands at."""

    code: str
    rings: tuple[Ring, ...]
    at: tuple[float, float]
    far: bool  # drawn in the frame of far islands


@dataclass(frozen=True, slots=True)
class Picture:
    """All shapes in picture coordinates; `inset`: the frame (x, y, side, side) of far islands."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    inset: tuple[float, float, float, float] | None
    unmatched: tuple[tuple[str, str, str], ...]  # label, why in Vietnamese and English
    source: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """Identity of the boundary file: caches follow it."""

    path: str
    changed: int

    @property
    def exists(self) -> bool:
        """Whether the province has a boundary file."""
        return self.changed > 0


def stamp(province: str) -> Stamp:
    """The province's boundary file as it is on disk now; a cheap question."""
    path = places().root / "geo" / f"{province}.geojson"
    try:
        return Stamp(str(path), path.stat().st_mtime_ns)
    except OSError:
        return Stamp(str(path), 0)


@lru_cache(maxsize=4)
def picture(file: Stamp) -> Picture | None:
    """The file as a picture; None when it is not one that `ioc boundaries` wrote."""
    try:
        document = json.loads(Path(file.path).read_bytes())
        known = document["ioc"]
        raw = [_raw(feature) for feature in document["features"]]
        unmatched = tuple((str(u["label"]), str(u["vi"]), str(u["en"])) for u in known["unmatched"])
        source = str(known["source"])
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    near, far = [one for one in raw if not one.far], [one for one in raw if one.far]
    if not near:
        return None
    west, south, east, north = _bounds(near)
    squeeze = math.cos(math.radians((south + north) / 2))
    ratio = min(_TALL, max(_FLAT, (north - south) / ((east - west) * squeeze or 1e-9)))
    height = WIDTH * ratio
    shapes = _placed(near, (_MARGIN, _MARGIN, WIDTH - 2 * _MARGIN, height - 2 * _MARGIN))
    inset = None
    if far:
        side = WIDTH * _INSET
        inset = (*_emptiest(shapes, height, side), side, side)
        x, y = inset[:2]
        shapes += _placed(far, (x + 12, y + 12, side - 24, side - 24))
    return Picture(WIDTH, height, tuple(shapes), inset, unmatched, source)


def _raw(feature: dict[str, Any]) -> Shape:
    geometry, known = feature["geometry"], feature["properties"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    rings = tuple(tuple((float(p[0]), float(p[1])) for p in ring) for polygon in polygons for ring in polygon)
    return Shape(str(known["code"]), rings, (float(known["at"][0]), float(known["at"][1])), bool(known["far"]))


def _bounds(shapes: Sequence[Shape]) -> tuple[float, float, float, float]:
    points = [point for one in shapes for ring in one.rings for point in ring]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _placed(shapes: Sequence[Shape], box: tuple[float, float, float, float]) -> list[Shape]:
    """Shapes scaled into a box and centred there; a degree of longitude is shorter than one of latitude."""
    west, south, east, north = _bounds(shapes)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, tall = max((east - west) * squeeze, 1e-6), max(north - south, 1e-6)
    scale = min(box[2] / wide, box[3] / tall)
    left, top = box[0] + (box[2] - wide * scale) / 2, box[1] + (box[3] - tall * scale) / 2

    def put(x: float, y: float) -> tuple[float, float]:
        return round(left + (x - west) * squeeze * scale, 1), round(top + (north - y) * scale, 1)

    return [
        Shape(one.code, tuple(tuple(put(*p) for p in ring) for ring in one.rings), put(*one.at), one.far)
        for one in shapes
    ]


def _emptiest(shapes: Sequence[Shape], height: float, side: float) -> tuple[float, float]:
    """Corner of the picture with the fewest points of land: islands' frame goes there (east first: the sea)."""
    right, low = WIDTH - side - 4, height - side - 4
    corners = [(right, low), (right, 4.0), (4.0, low), (4.0, 4.0)]

    def land(corner: tuple[float, float]) -> int:
        x, y = corner
        return sum(x <= px <= x + side and y <= py <= y + side
                   for one in shapes for ring in one.rings for px, py in ring)  # fmt: skip

    return min(corners, key=land)
