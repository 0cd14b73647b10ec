"""`ioc contract cards`: the indicator cards in one table; `--markdown` writes docs/indicators.md."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any

import typer

from ioc_pipeline.cli.output import language, print_json, print_table
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.contracts.model import Indicator, Target
from ioc_pipeline.messages import Text

HEAD = """# Indicators

Every card under `data_contracts/indicators/`, from the declarations themselves: this file is written by
`ioc contract cards --markdown` and compared with them by `tests/contracts`. Kind: level, rate, index, yoy (growth on
the same period), ytd (cumulated from January), points (percentage points), rank, score. Then additivity over areas:
S sum, R ratio of sums, W weighted mean, X official value only, L last value. ↑ higher is better, ↓ lower is better,
↔ a band, – not judged. The mark behind a target is that of its basis: A attested, S secondary,
P proposal, U unverified.
"""
PATHS = {
    "even": Text("chia đều theo tháng", "even"),
    "straight": Text("đường thẳng", "straight"),
    "seasonal": Text("theo mùa", "seasonal"),
    "given": Text("theo từng tháng", "month by month"),
}
ARROWS = {"up": "↑", "down": "↓", "band": "↔", "neutral": "–"}


def cards(
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="docs/indicators.md")] = False,
) -> None:
    """Danh sách thẻ chỉ số đã khai báo · the declared indicator cards."""
    catalogue = load_catalogue()
    shown = in_order(catalogue)
    if markdown:
        typer.echo(cards_markdown(catalogue), nl=False)
    elif as_json:
        print_json([_facts(card) for card in shown])
    else:
        columns = [
            (Text("Mã", "Code"), "left"), (Text("Tên", "Name"), "left"), (Text("Đơn vị", "Unit"), "left"),
            (Text("Loại", "Kind"), "left"), (Text("Chủ quản", "Owner"), "left"), (Text("Nguồn", "Feed"), "left"),
            (Text("Chỉ tiêu", "Target"), "left"),
        ]  # fmt: skip
        rows = [
            (
                c.code, c.name.in_language(language()), c.unit_text.in_language(language()), _kind(c),
                c.owner.in_language(language()), _source(c).in_language(language()), target_words(c, language()),
            )
            for c in shown
        ]  # fmt: skip
        print_table(Text(f"{len(rows)} chỉ số", f"{len(rows)} indicators"), columns, rows)


def in_order(catalogue: Catalogue) -> list[Indicator]:
    """Cards by field of management and the order of their file."""
    return sorted(catalogue.indicators.values(), key=lambda c: (c.field_id, c.sort, c.code))


def cards_markdown(catalogue: Catalogue) -> str:
    """The page docs/indicators.md."""
    shown = in_order(catalogue)
    parts = [HEAD]
    for _, members in groupby(shown, key=lambda c: c.field_id):
        found = list(members)
        parts.append(f"\n## {found[0].field.vi} · {found[0].field.en}\n\n")
        parts.append("| code | name | unit | kind | due | owner | source | target | formula |\n")
        parts.append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
        parts += [_line(card) for card in found]
    sourced = sum(1 for c in shown if c.no_source is None)
    parts.append(f"\n{len(shown)} indicators, {sourced} with a source, {len(shown) - sourced} waiting for one.\n")
    return "".join(parts)


def _line(c: Indicator) -> str:
    unit = c.unit if c.price_basis == "none" else f"{c.unit} ({c.price_basis.replace('_', ' ')})"
    source = _source(c).en if c.no_source else f"`{c.feed}`" if c.feed else _source(c).en
    cells = (
        f"`{c.code}`", f"{c.name.vi} · {c.name.en}", f"{unit} {ARROWS[c.direction]}", _kind(c),
        f"{c.period} + {c.lag_days} d", c.owner.vi, source, target_words(c, "en", basis=True), formula_words(c),
    )  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def formula_words(card: Indicator) -> str:
    """The formula as code on one line; the selection where values are taken as stated; empty without a source."""
    if card.formula:
        return f"`{' '.join(card.formula.split())}`"
    return ", ".join(f"{key} {_plain(value)}" for key, value in card.selection.items())


def target_words(card: Indicator, spoken: str, basis: bool = False) -> str:
    """Targets, the newest year first, or the band, in a language; with the basis of each if asked."""
    if card.band is not None:
        return f"{_number(card.band.low)}–{_number(card.band.high)}"
    words = [_one_target(t, spoken, basis) for t in sorted(card.targets, key=lambda t: (-t.year, str(t.valid_from)))]
    if card.plan:
        path = f" ({PATHS[card.plan].in_language(spoken)})" if card.plan in PATHS else ""
        words.append(Text("kế hoạch nêu cùng số liệu", "plan stated by the feed").in_language(spoken) + path)
    return "; ".join(words)


def _one_target(target: Target, spoken: str, basis: bool) -> str:
    value = _number(target.value) + (f"–{_number(target.high)}" if target.high is not None else "")
    path = f", {PATHS[target.path].in_language(spoken)}" if target.path in PATHS else ""
    if target.from_year is not None and target.from_value is not None:
        start = _number(target.from_value)
        path += Text(f" từ {start} năm {target.from_year}", f" from {start} in {target.from_year}").in_language(spoken)
    why = f" ({target.basis.vi})" if basis else ""
    return f"{target.year}: {value}{path} [{target.mark}]{why}"


def _kind(card: Indicator) -> str:
    return f"{card.kind} {card.additivity}" + (f" ({card.weight})" if card.weight else "")


def _source(card: Indicator) -> Text:
    if card.no_source is not None:
        return Text(f"chưa có nguồn: {card.no_source.vi}", f"none yet: {card.no_source.en}")
    return Text(card.feed, card.feed) if card.feed else Text("từ chỉ số khác", "other indicators")


def _plain(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _number(value: float) -> str:
    return f"{value:g}"


def _facts(c: Indicator) -> dict[str, object]:
    return {
        "code": c.code, "version": c.version, "name_vi": c.name.vi, "name_en": c.name.en, "unit": c.unit,
        "field": c.field_id, "group": c.group, "kind": c.kind, "additivity": c.additivity, "weight": c.weight,
        "direction": c.direction, "period": c.period, "lag_days": c.lag_days, "price_basis": c.price_basis,
        "owner": c.owner_id, "feed": c.feed or None, "no_source_vi": c.no_source.vi if c.no_source else None,
        "no_source_en": c.no_source.en if c.no_source else None, "confidentiality": c.confidentiality,
        "plain_vi": c.plain.vi, "plain_en": c.plain.en, "guidance_vi": c.guidance.vi, "guidance_en": c.guidance.en,
        "targets": [
            {"year": t.year, "value": t.value, "high": t.high, "path": t.path, "mark": t.mark, "basis_vi": t.basis.vi,
             "basis_en": t.basis.en} for t in c.targets
        ],
        "formula": c.formula, "select": c.selection or None, "related": list(c.related),
        "references": list(c.references), "missing": list(c.missing),
    }  # fmt: skip
