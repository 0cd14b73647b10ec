"""The map as a picture: an SVG in an `<img>` with words that say the same, and links laid over it.

Each status has a colour, a mark in the middle of the commune and a word in the legend; classes of values have a shade
and a number. No data is grey and hatched.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from ioc_dashboard.boundaries import Picture, Ring, Shape
from ioc_dashboard.components.markup import esc

STATUS_FILL = {"green": "#3f9d73", "amber": "#f2b74b", "red": "#b5302d", "untargeted": "#8fa3bf"}
SHADES = ("#dbe9f6", "#a9cbe8", "#6aa3d5", "#2f74b5", "#0b3d78")
_NO_DATA = "url(#none)"
_DARK_INK = "#12233d"
_SMALL = 4.0  # a shape smaller than this becomes a dot, so that islands are seen


@dataclass(frozen=True, slots=True)
class Paint:
    """How a commune is drawn: `kind` is a status, `1`…`5` (class of values) or `grey`; `title` says it in words."""

    kind: str
    title: str
    held: bool = False


def shade(kind: str, classes: int) -> str:
    """Fill of a class: the lightest is the lowest, the darkest the highest, however many there are."""
    step = 2 if classes < 2 else round((int(kind) - 1) * (len(SHADES) - 1) / (classes - 1))
    return SHADES[step]


def _fill(kind: str, classes: int) -> str:
    if kind in STATUS_FILL:
        return STATUS_FILL[kind]
    return shade(kind, classes) if kind.isdigit() else _NO_DATA


def map_html(
    found: Picture, paints: Mapping[str, Paint], links: Mapping[str, str], chosen: str, words: str, inset_name: str,
    classes: int = 0,
) -> str:  # fmt: skip
    """The picture with its alternative text, and one link per commune laid over it (the list beside it is the way
    by keyboard and screen reader)."""
    source = "data:image/svg+xml;base64," + b64encode(svg(found, paints, chosen, inset_name, classes).encode()).decode()
    spots = "".join(
        f'<a class="spot{" here" if one.code == chosen else ""}" href="{esc(links[one.code])}" tabindex="-1" '
        f'aria-hidden="true" title="{esc(paints[one.code].title)}" '
        f'style="left:{one.at[0] / found.width * 100:.2f}%;top:{one.at[1] / found.height * 100:.2f}%"></a>'
        for one in found.shapes
        if one.code in links and one.code in paints
    )
    return (
        f'<div class="canvas" style="--ratio:{found.width / found.height:.3f}">'
        f'<img src="{source}" alt="{esc(words)}" width="{found.width:.0f}" '
        f'height="{found.height:.0f}">{spots}</div>'
    )


def svg(found: Picture, paints: Mapping[str, Paint], chosen: str, inset_name: str, classes: int) -> str:
    """The drawing itself."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {found.width:.0f} {found.height:.0f}">',
        '<defs><pattern id="none" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="9" height="9" fill="#cfd6e0"/><rect width="3" height="9" fill="#8a97aa"/></pattern>'
        '<pattern id="held" width="11" height="11" patternUnits="userSpaceOnUse" patternTransform="rotate(135)">'
        '<rect width="4" height="11" fill="#ffffff" fill-opacity=".45"/></pattern></defs>'
        "<style>.e{stroke:#fff;stroke-width:1.6;stroke-linejoin:round}.f{fill:none;stroke:#5b6a81;stroke-width:1.6;"
        "stroke-dasharray:7 5}.n{font:600 19px sans-serif;fill:#46566f}.c{fill:none;stroke:#12233d;stroke-width:6}"
        "@media (prefers-color-scheme:dark){.e{stroke:#142032}.n{fill:#b3c0d4}.f{stroke:#9aaac1}.c{stroke:#fff}}"
        "</style>",
    ]
    if found.inset:
        x, y, width, height = found.inset
        parts.append(f'<rect class="f" x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" rx="8"/>')
        parts.append(f'<text class="n" x="{x + 10:.0f}" y="{y + 25:.0f}">{esc(inset_name)}</text>')
    outline = ""
    for one in found.shapes:
        paint = paints.get(one.code)
        kind = paint.kind if paint else "grey"
        path, dots = _path(one)
        fill = _fill(kind, classes)
        parts.append(
            f'<g class="{"i" if one.far else "e"}" fill="{fill}"><path fill-rule="evenodd" d="{path}"/>{dots}</g>'
        )
        if paint and paint.held:
            parts.append(f'<path fill="url(#held)" fill-rule="evenodd" d="{path}"/>')
        if one.code == chosen and path:
            outline += f'<path class="c" d="{path}"/>'
    parts.append(outline)
    parts += [
        _mark(one, paint.kind, classes, _room(one))
        for one in found.shapes
        if (paint := paints.get(one.code)) is not None
    ]
    return "".join([*parts, "</svg>"])


def _path(one: Shape) -> tuple[str, str]:
    """Path of the rings that can be seen, and dots for the others of a far group (lost in the sea otherwise)."""
    drawn, dots = [], []
    for ring in one.rings:
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        if max(xs) - min(xs) < _SMALL and max(ys) - min(ys) < _SMALL:
            if one.far:
                dots.append(f'<circle cx="{sum(xs) / len(xs):.1f}" cy="{sum(ys) / len(ys):.1f}" r="4"/>')
        else:
            drawn.append(_ring(ring))
    return "".join(drawn), "".join(dots)


def _ring(ring: Ring) -> str:
    x0, y0 = ring[0]
    steps, x, y = [], x0, y0
    for next_x, next_y in ring[1:-1]:
        steps.append(f"{next_x - x:.4g} {next_y - y:.4g}")
        x, y = next_x, next_y
    return f"M{x0:g} {y0:g}l{' '.join(steps)}z" if steps else ""


def _room(one: Shape) -> float:
    """Half the side of a mark that fits the commune."""
    widest = max(
        (min(max(x for x, _ in r) - min(x for x, _ in r), max(y for _, y in r) - min(y for _, y in r))
         for r in one.rings),
        default=0.0,
    )  # fmt: skip
    return 9.0 if one.far else max(3.5, min(11.0, widest / 6))


def _mark(one: Shape, kind: str, classes: int, half: float) -> str:
    """The mark of a status, or the number of a class, at the commune's middle."""
    x, y = one.at
    if kind == "red":
        return (
            f'<rect x="{x - half:.1f}" y="{y - half:.1f}" width="{2 * half:.1f}" height="{2 * half:.1f}" fill="#fff"/>'
        )
    if kind == "green":
        return f'<circle cx="{x:g}" cy="{y:g}" r="{half:.1f}" fill="#fff"/>'
    if kind == "amber":
        return (
            f'<path d="M{x:g} {y - half * 1.1:.1f}l{half * 1.1:.1f} {half * 2:.1f}h{-half * 2.2:.1f}z" '
            f'fill="{_DARK_INK}"/>'
        )
    if kind.isdigit():
        dark = SHADES.index(shade(kind, classes)) >= 3
        return (
            f'<text x="{x:g}" y="{y + half * 0.8:.1f}" font-family="sans-serif" font-weight="700" '
            f'font-size="{half * 2.3:.1f}" text-anchor="middle" fill="{"#fff" if dark else _DARK_INK}">{kind}</text>'
        )
    return ""
