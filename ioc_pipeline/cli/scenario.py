"""`ioc scenario`: change an assumption and see where the year would end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from ioc_pipeline.cli.output import language, print_json, print_table, say
from ioc_pipeline.cli.released import released
from ioc_pipeline.compute.status import shown_number
from ioc_pipeline.compute.status_tree import WORDS
from ioc_pipeline.compute.what_if import CardFacts, Outcome, facts_of, what_if
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.contracts.scenarios import load_scenarios
from ioc_pipeline.messages import IocError, Message, Text


def scenario(
    name: Annotated[str | None, typer.Argument(help="Kịch bản · scenario (default: the first)")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Giả định=giá trị (lặp được) · assumption=value (repeatable)")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Nếu đổi giả định thì cuối năm về đâu · what if an assumption changes: the year's end, deterministically."""
    catalogue = load_catalogue()
    found, problems = load_scenarios(Known(catalogue.root, catalogue.province.code, catalogue.feeds))
    if not found or (name is not None and name not in found):
        listed = ", ".join(found) or "–"
        wrong = f" ({problems[0].path}:{problems[0].line})" if problems else ""
        raise IocError(
            Message(
                "scenario.unknown",
                f"Không có kịch bản {name or ''}; có: {listed}{wrong}. Kiểm tra: ioc contract check",
                f"No scenario {name or ''}; known: {listed}{wrong}. Check: ioc contract check",
            )
        )
    release, rows = released("SELECT * FROM forecasts WHERE area = ?", [catalogue.province.code])
    facts = {row["code"]: facts_of(row) for row in rows}
    chosen = found[name] if name is not None else next(iter(found.values()))
    outcome = what_if(chosen, catalogue.indicators, facts, _changes(settings or []))
    if as_json:
        print_json({"release": release.release_id} | _plain(outcome))
        return
    _print(outcome, facts, catalogue.indicators)
    if any(row["simulated"] for row in rows):
        say("Có số liệu mô phỏng.", "Simulated data are among them.", style="yellow")


def _changes(settings: list[str]) -> dict[str, float]:
    found = {}
    for text in settings:
        name, _, value = text.partition("=")
        try:
            found[name.strip()] = float(
                value.replace(",", ".") if value.count(",") == 1 and "." not in value else value
            )
        except ValueError:
            raise IocError(
                Message(
                    "scenario.setting",
                    f"--set {text!r}: viết tên=số, ví dụ --set giai_ngan=12,5",
                    f"--set {text!r}: write name=number, for example --set giai_ngan=12.5",
                )
            ) from None
    return found


def _print(outcome: Outcome, facts: dict[str, CardFacts], cards: Mapping[str, Indicator]) -> None:
    lang = language()
    print_table(
        Text(f"Giả định: {outcome.scenario.name.vi}", f"Assumptions: {outcome.scenario.name.en}"),
        [
            (Text("Tên", "Name"), "left"), (Text("Giả định", "Assumption"), "left"),
            (Text("Theo số liệu", "From the data"), "right"), (Text("Đang dùng", "Used"), "right"),
            (Text("Đơn vị", "Unit"), "left"), (Text("Khoảng", "Range"), "left"), (Text("Dấu", "Mark"), "left"),
        ],
        [
            (
                s.assumption.name, s.assumption.title.in_language(lang), _number(s.default, 2),
                _number(s.value, 2) + (" ◄" if s.changed else ""), s.assumption.unit.in_language(lang),
                f"{_number(s.assumption.low, 2)} … {_number(s.assumption.high, 2)}", s.assumption.mark,
            )
            for s in outcome.settings
        ],
    )  # fmt: skip
    print_table(
        Text("Cuối năm", "The year's end"),
        [
            (Text("Mã", "Code"), "left"), (Text("Chỉ số", "Indicator"), "left"),
            (Text("Không đổi gì", "Unchanged"), "right"), (Text("Nếu vậy", "What if"), "right"),
            (Text("Chênh", "Change"), "right"), (Text("Đơn vị", "Unit"), "left"), (Text("Chỉ tiêu", "Target"), "right"),
            (Text("Màu", "Status"), "left"), (Text("Cách tính", "How"), "left"), (Text("Dấu", "Mark"), "left"),
        ],
        [
            (
                card.code, card.short.in_language(lang),
                _number(r.before, card.decimals) + _origin(facts, card.code),
                _number(r.after, card.decimals), _change(r.before, r.after, card.decimals),
                card.unit_text.in_language(lang), _number(r.target, card.decimals),
                _colours(r.status_before, r.status_after), r.effect.why.in_language(lang), r.effect.mark,
            )
            for r in outcome.results
            for card in (cards[r.card.code],)
        ],
    )  # fmt: skip
    say(
        "* chưa có dự báo: tính theo nhịp từ đầu năm. Dấu U: hệ số chưa được xác nhận.",
        "* no forecast: at the pace of the year so far. Mark U: a coefficient nobody has confirmed.",
    )


def _origin(facts: dict[str, CardFacts], code: str) -> str:
    held = facts.get(code)
    return " *" if held is not None and not held.forecast else ""


def _colours(before: str, after: str) -> str:
    lang = language()
    first, second = WORDS[before].in_language(lang), WORDS[after].in_language(lang)
    return second if before == after else f"{first} → {second}"


def _number(value: float | None, decimals: int) -> str:
    return "–" if value is None else shown_number(value, decimals, language())


def _change(before: float | None, after: float | None, decimals: int) -> str:
    if before is None or after is None:
        return "–"
    number = shown_number(abs(after - before), decimals, language())
    return "0" if after == before else f"{'+' if after > before else '-'}{number}"


def _plain(outcome: Outcome) -> dict[str, Any]:
    return {
        "scenario": outcome.scenario.id,
        "assumptions": [
            {"name": s.assumption.name, "default": s.default, "value": s.value, "changed": s.changed}
            for s in outcome.settings
        ],
        "results": [
            {
                "code": r.card.code, "before": r.before, "after": r.after, "target": r.target,
                "status_before": r.status_before, "status_after": r.status_after,
            }
            for r in outcome.results
        ],
    }  # fmt: skip
