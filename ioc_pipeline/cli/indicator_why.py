"""The decomposition of an indicator on a terminal: a sentence, and per dimension the parts that weigh most."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from rich.markup import escape
from rich.table import Table

from ioc_pipeline.cli.output import language, out
from ioc_pipeline.compute.explain.exact import allotted, exact, rounded
from ioc_pipeline.compute.explain.parts import DATA, LAST_YEAR, OTHERS, TARGET
from ioc_pipeline.compute.explain.reasons import HELD, LATE
from ioc_pipeline.compute.explain.words import shown, signed
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import parse_period

SHOWN_PARTS = 5
"""Parts of a dimension that a terminal shows; the others are one line."""

_HEADS = {
    "target": Text("So với chỉ tiêu", "Against the target"),
    "previous": Text("So với kỳ trước", "Against the period before"),
    "last_year": Text("So với cùng kỳ năm trước", "Against the same period of last year"),
}


def print_why(card: dict[str, Any], comparisons: Sequence[dict[str, Any]], width: int) -> None:
    """Every comparison in a sentence; tables for the target and the period before."""
    lang = language()
    for comparison in comparisons:
        out.print(f"[bold]{_HEADS[comparison['against']].in_language(lang)}[/bold]: "
                  f"{escape(comparison[f'why_{lang}'])}", width=width)  # fmt: skip
        if comparison["total"] is None:
            continue
        if comparison["against"] != LAST_YEAR:
            for dimension in comparison["dimensions"]:
                _print_dimension(card, comparison, dimension, width)
        if comparison["why_not_vi"] and comparison["decomposable"]:
            out.print(escape(comparison[f"why_not_{lang}"]), style="dim", width=width)
    _print_related(comparisons)


def _print_dimension(card: dict[str, Any], comparison: dict[str, Any], dimension: dict[str, Any], width: int) -> None:
    lang = language()
    parts = _few(dimension["parts"])
    if not _tells(dimension, parts):
        return
    places = card["decimals"]
    total = sum((p["amount"] for p in parts), Fraction(0))
    printed = allotted([p["amount"] for p in parts], total, places)
    shares = any(p["d1"] is not None for p in parts)
    before = comparison["against"] != TARGET and any(p["n0"] is not None for p in parts)
    now = any(p["n1"] is not None for p in parts)
    table = Table(
        title=escape(dimension["name"][lang]), title_justify="left", title_style="italic", header_style="bold"
    )
    table.add_column("", overflow="fold")
    if before:
        table.add_column(_period(comparison["against_period"]), justify="right")
    if now:
        table.add_column(_period(comparison["period"]), justify="right")
    if shares and now:
        table.add_column(card["unit"][lang] if card["percent"] else _said("Tỷ lệ", "Share"), justify="right")
    table.add_column(_said("Đóng góp", "Contribution"), justify="right")
    for part, amount in zip(parts, printed, strict=True):
        if not amount and part["n1"] is None and part["part"] not in (HELD, LATE):
            continue  # a rounding or a revision too small to print
        row = [escape(part[f"part_name_{lang}"])]
        if before:
            row.append(_counts(part["n0"], part["d0"]))
        if now:
            row.append(_counts(part["n1"], part["d1"]))
        if shares and now:
            row.append(_share(part["n1"], part["d1"], card))
        table.add_row(*row, signed(amount, places, lang) if amount else "0")
    blanks = [""] * (len(table.columns) - 2)
    table.add_section()
    table.add_row(_said("Cộng", "Sum"), *blanks, signed(rounded(total, places), places, lang), style="bold")
    out.print(table, width=None if table.columns else width)


def _tells(dimension: dict[str, Any], parts: Sequence[dict[str, Any]]) -> bool:
    """Data reasons are a table only when there is more to say than that the value changed as stated."""
    return dimension["dimension"] != DATA or len(parts) > 1


def _few(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first parts with exact amounts; the rest, and the others of the release, in one."""
    rows = [p | {"amount": exact(p["amount"]) or Fraction(0)} for p in parts]
    named = [p for p in rows if p["part"] != OTHERS]
    if len(rows) <= SHOWN_PARTS + 1:
        return rows
    rest = named[SHOWN_PARTS:] + [p for p in rows if p["part"] == OTHERS]
    others = rest[-1] | {
        "part": OTHERS,
        "part_name_vi": "Các phần còn lại",
        "part_name_en": "All others",
        "amount": sum((p["amount"] for p in rest), Fraction(0)),
    }
    for key in ("n0", "d0", "n1", "d1"):
        known = [p[key] for p in rest]
        others[key] = sum(known) if all(k is not None for k in known) else None
    return [*named[:SHOWN_PARTS], others]


def _print_related(comparisons: Sequence[dict[str, Any]]) -> None:
    """Related indicators with their status and change: the only answer for a figure that cannot be decomposed."""
    related: list[dict[str, Any]] = next((c["related"] for c in comparisons if c["related"]), [])
    if not related:
        return
    lang = language()
    out.print(f"[bold]{_said('Chỉ số liên quan', 'Related indicators')}[/bold]")
    for driver in related:
        places = int(driver["decimals"])
        value = "–"
        if driver["value"] is not None:
            value = shown(rounded(exact(driver["value"]) or Fraction(0), places), places, lang)
            value += f" {driver['unit'][lang]}" if driver["unit"] else ""
        change = ""
        if driver["change"] is not None:
            moved = rounded(exact(driver["change"]) or Fraction(0), places)
            change = f" ({signed(moved, places, lang) if moved else _said('không đổi', 'unchanged')})"
        period = f", {_period(driver['period'])}" if driver["period"] else ""
        colour = {"green": "green", "amber": "yellow", "red": "red"}.get(driver["status"], "bright_black")
        name = escape(driver[f"name_{lang}"])
        out.print(f"  [{colour}]●[/{colour}] {driver['code']} {name}: {value}{change}{period}")


def _period(period: str) -> str:
    return parse_period(period).words.in_language(language())


def _said(vi: str, en: str) -> str:
    return en if language() == "en" else vi


def _counts(n: float | None, d: float | None) -> str:
    if n is None:
        return "–"
    return _number(n) if d is None else f"{_number(n)}/{_number(d)}"


def _number(value: float) -> str:
    whole = value == int(value) or abs(value) >= 1000
    return shown(rounded(exact(value) or Fraction(0), 0 if whole else 1), 0 if whole else 1, language())


def _share(n: float | None, d: float | None, card: dict[str, Any]) -> str:
    if n is None or not d:
        return "–"
    share = (exact(n) or Fraction(0)) * Fraction(repr(float(card["scale"]))) / (exact(d) or Fraction(1))
    return shown(rounded(share, 1), 1, language())
