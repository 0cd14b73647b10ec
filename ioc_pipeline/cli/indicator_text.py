"""The sheet of an indicator on a terminal of 80 columns or more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from ioc_pipeline.cli.indicator_lineage import print_lineage
from ioc_pipeline.cli.indicator_page import number, pairs, period_words, said, width
from ioc_pipeline.cli.indicator_why import print_why
from ioc_pipeline.cli.output import cell_text, language, out
from ioc_pipeline.compute.confidence import WORDS as CONFIDENCE
from ioc_pipeline.compute.explain.exact import exact, rounded
from ioc_pipeline.compute.explain.words import signed
from ioc_pipeline.compute.status import shown_number
from ioc_pipeline.lookup.words import DATA_TYPES, STATUS, TRUST
from ioc_pipeline.messages import Text

COLOURS = {"green": "green", "amber": "yellow", "red": "red", "grey": "bright_black"}
MARKS = {
    "A": Text("A: văn bản công khai", "A: attested in a public text"),
    "S": Text("S: nguồn thứ cấp", "S: secondary source"),
    "P": Text("P: đề xuất của dự án", "P: proposed by the project"),
    "U": Text("U: chưa kiểm chứng", "U: unverified"),
}


def print_sheet(sheet: dict[str, Any], *, today: date, as_of: date | None = None) -> None:
    """Every section that has something to say; `today` gives the age of the data, `as_of` the day asked for."""
    card, value = sheet["card"], sheet["value"]
    then = sheet.get("then")
    _head(card, value, sheet["why"], then)
    _section(Text("Thẻ chỉ tiêu", "Card"))
    _card(card)
    if value is not None:
        _section(Text("Giá trị", "Value"))
        _value(card, value, today)
    _vintages(card, sheet["vintages"])
    _forecast(card, sheet["forecast"], past=then is not None)
    if then is not None:
        day = cell_text(then["as_of"].date())
        _section(Text(f"Vì sao, theo số liệu biết đến {day}", f"Why, from what was known by {day}"))
        if not sheet["why"]:
            out.print(
                said(
                    "Đến ngày đó chưa có số liệu của kỳ này nên không có gì để phân rã.",
                    "Nothing was known of this period by then, so there is nothing to decompose.",
                )
            )
        print_why(card, sheet["why"], width())
    elif sheet["why"]:
        _section(Text("Vì sao", "Why"))
        if as_of is not None:
            out.print(
                said(
                    "Không đọc được kho dữ liệu: phân rã dưới đây theo số liệu hiện nay.",
                    "The warehouse cannot be read: this decomposition is of today's figures.",
                ),
                style="yellow",
            )
        print_why(card, sheet["why"], width())
    if sheet["lineage"] is not None:
        now = Text(" của giá trị hiện nay", " of today's value") if then is not None else Text("", "")
        _section(Text(f"Nguồn gốc{now.vi}", f"Lineage{now.en}"))
        print_lineage(sheet["lineage"], value)


def _section(title: Text) -> None:
    out.print()
    words = title.in_language(language())
    out.print(f"[bold]── {words} " + "─" * max(width() - len(words) - 4, 3) + "[/bold]")


def _head(
    card: dict[str, Any], value: dict[str, Any] | None, why: Sequence[dict[str, Any]], then: dict[str, Any] | None
) -> None:
    lang = language()
    out.print(f"[bold]{card['code']} · {escape(card['name'][lang])}[/bold]", soft_wrap=True)
    if value is None:
        reason = card["no_source"]
        out.print(
            said("Chưa có nguồn: ", "No source yet: ") + escape(reason[lang])
            if reason
            else said("Chưa có giá trị nào.", "There is no value yet.")
        )
        return
    colour = COLOURS[value["status"]]
    simulated = said(" · MÔ PHỎNG", " · SIMULATED") if value["simulated"] else ""
    out.print(
        f"[{colour}]● {STATUS[value['status']].in_language(lang)}[/{colour}]  "
        f"[bold]{escape(number(card, value['value']))}[/bold]  "
        f"{period_words(value['period'])} · {escape(value[f'area_name_{lang}'])}[yellow]{simulated}[/yellow]"
    )
    if then is not None:
        day = cell_text(then["as_of"].date())
        out.print(
            said(f"Đến {day} đã biết: ", f"Known by {day}: ") + escape(number(card, then["value"]))
            + said("; số ở trên là số biết hiện nay.", "; the figure above is what is known today.")
        )  # fmt: skip
    for comparison in why:
        if comparison["against"] != "last_year" and comparison["total"] is not None:
            out.print(escape(comparison[f"why_{lang}"]), width=width())


def _card(card: dict[str, Any]) -> None:
    lang = language()
    pairs(
        [
            (Text("Định nghĩa", "Definition"), escape(card["definition"][lang])),
            (Text("Dễ hiểu", "In plain words"), escape(card["plain"][lang])),
            (Text("Lĩnh vực", "Field"), escape(card["field"][lang])),
            (Text("Chủ quản", "Owner"), escape(card["owner"][lang])),
            *[(Text("Chỉ tiêu", "Target"), _target(card, target)) for target in card["targets"]],
            (
                Text("Chỉ tiêu", "Target"),
                said("theo kế hoạch năm gửi cùng số liệu", "the year's plan stated with the data")
                if card["plan"] and not card["targets"]
                else None,
            ),
            (Text("Cách làm", "What to do"), escape(card["guidance"][lang])),
            (Text("Đối chiếu", "References"), escape(", ".join(card["references"]))),
        ]
    )
    formula = card["formula"]
    if formula:
        out.print(f"[cyan]{said('Công thức', 'Formula')}[/cyan]")
        out.print(Padding(escape(formula.rstrip()), (0, 0, 0, 2)), width=width(), style="dim")


def _target(card: dict[str, Any], target: dict[str, Any]) -> str:
    value = number(card, target["value"])
    if target["high"] is not None:
        value = f"{shown_number(target['value'], card['decimals'], language())}–{number(card, target['high'])}"
    mark = MARKS.get(target["mark"])
    shown = f"{value} ({target['year']}): {target['basis'][language()]}"
    return escape(f"{shown} [{mark.in_language(language()) if mark else target['mark']}]")


def _value(card: dict[str, Any], value: dict[str, Any], today: date) -> None:
    lang = language()
    age = (today - value["period_end"]).days
    counted = value["denominator"] is not None
    ratio = f" = {_plain(value['numerator'])} / {_plain(value['denominator'])}" if counted else ""
    rules = f"{value['rules_passed']} / {value['rules_failed']} / {value['rules_unknown']}"
    trust = TRUST[value["trust"]].in_language(lang)
    corrected = value[f"correction_{lang}"]
    kind = DATA_TYPES.get(value["data_type"] or "", Text("", "")).in_language(lang)
    target = number(card, value["target"]) if value["target"] is not None else None
    pairs(
        [
            (
                Text("Giá trị", "Value"),
                escape(f"{number(card, value['value'])}{ratio}" + (f" ({kind})" if kind else "")),
            ),
            (
                Text("Ngày số liệu", "Data date"),
                f"{cell_text(value['period_end'])} "
                + said(f"({age} ngày trước); nhận lúc ", f"({age} days ago); received ")
                + cell_text(value["known_at"]),
            ),
            (Text("Chỉ tiêu của kỳ", "Target of it"), target),
            (
                Text("Trạng thái", "Status"),
                f"{STATUS[value['status']].in_language(lang)}: {escape(value[f'status_reason_{lang}'] or '')}",
            ),
            (Text("Mức tin cậy", "Confidence"), _confidence(value)),
            (
                Text("Kiểm tra", "Trust"),
                f"{trust}; " + said("quy tắc đạt / không / chưa rõ: ", "rules passed / failed / unknown: ") + rules,
            ),
            *[(Text("  không đạt", "  failed"), _rule(rule)) for rule in value["rules"]],
            (Text("Giữ lại", "Held"), said("có, số mới chưa được nhận", "yes") if value["held"] else None),
            (Text("Đính chính", "Correction"), escape(corrected) if corrected else None),
            (
                Text("Trước đính chính", "Before correction"),
                escape(number(card, value["raw_value"])) if corrected else None,
            ),
        ]
    )


def _confidence(value: dict[str, Any]) -> str | None:
    """The level with what caps it, and the share of the communes that have reported."""
    if not value.get("confidence"):
        return None
    lang = language()
    reason, share = value.get(f"confidence_{lang}"), value.get("coverage")
    reported = said(" xã, phường, đặc khu đã có số liệu", " of the communes have reported")
    return escape(
        CONFIDENCE[value["confidence"]].in_language(lang)
        + (f": {reason}" if reason else "")
        + (f"; {shown_number(100 * share, 1, lang)} %{reported}" if share is not None else "")
    )


def _rule(rule: dict[str, Any]) -> str:
    words = rule[f"why_{language()}"] or rule[f"message_{language()}"] or rule["expectation_id"]
    return escape(f"[{rule['clause']}] {words}")


def _plain(value: float | None) -> str:
    return (
        said("chưa có", "none") if value is None else shown_number(value, 0 if value == int(value) else 2, language())
    )


def _vintages(card: dict[str, Any], found: dict[str, Any] | None) -> None:
    if found is None or not (found["of_period"] or found["recent"]):
        return
    _section(Text("Đã nói khi đó, nay biết", "Said then, known now"))
    as_of: datetime | None = found["as_of"]
    if found["of_period"]:
        period = period_words(found["of_period"][0]["period"])
        table = _table(said(f"Các lần công bố {period}", f"Statements about {period}"))
        for label, justify in ((Text("Công bố", "Stated"), "left"), (Text("Nhận lúc", "Received"), "left"),
                               (Text("Loại số", "Kind"), "left"), (Text("Giá trị", "Value"), "right"),
                               (Text("Ở đâu", "Where"), "left")):  # fmt: skip
            table.add_column(label.in_language(language()), justify=justify, overflow="fold")  # type: ignore[arg-type]
        for row in found["of_period"]:
            where = " ".join(str(w) for w in (row["file_name"], row["location"]) if w)
            kind = DATA_TYPES.get(row["data_type"], Text(str(row["data_type"]), str(row["data_type"])))
            stated, known = row["published_at"] or row["stated_at"], row["known_at"]
            table.add_row(
                cell_text(stated), cell_text(known), kind.in_language(language()),
                escape(number(card, row["value"])), escape(where) or "–",
            )  # fmt: skip
        out.print(table, width=width())
    then = (
        said(f"Đã nói đến {cell_text(as_of.date())}", f"Said by {cell_text(as_of.date())}")
        if as_of is not None
        else said("Nói lần đầu", "First said")
    )
    table = _table(said("Các kỳ gần đây", "Recent periods"))
    for heading, justify in ((said("Kỳ", "Period"), "left"), (then, "right"), (said("Nay biết", "Known now"), "right"),
                             (said("Lệch", "Difference"), "right"), (said("Số lần", "Times"), "right")):  # fmt: skip
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for row in found["recent"]:
        table.add_row(
            period_words(row["period"]), escape(number(card, row["said_then"])), escape(number(card, row["known_now"])),
            _difference(card, row), cell_text(row["statements"]),
        )  # fmt: skip
    out.print(table, width=width())


def _difference(card: dict[str, Any], row: dict[str, Any]) -> str:
    """With its sign and the unit of a difference, one decimal more where the printed values would belie it; a dash for
    none."""
    exactly, places = exact(row["difference"]) or Fraction(0), card["decimals"]
    now, then = exact(row["known_now"]), exact(row["said_then"])
    if (
        now is not None
        and then is not None
        and rounded(now, places) - rounded(then, places) != rounded(exactly, places)
    ):
        places += 1
    amount = rounded(exactly, places)
    if not amount:
        return "–"
    unit = said("điểm %", "points") if card["percent"] else card["unit"][language()]
    return escape(f"{signed(amount, places, language())} {unit}")


def _table(title: str) -> Table:
    return Table(title=escape(title), title_justify="left", title_style="italic", header_style="bold")


def _forecast(card: dict[str, Any], found: dict[str, Any] | None, *, past: bool) -> None:
    if found is None:
        return
    lang = language()
    today = Text(" (theo số liệu hiện nay)", " (from today's figures)") if past else Text("", "")
    _section(Text(f"Dự báo cuối năm {found['year']}{today.vi}", f"Forecast of the end of {found['year']}{today.en}"))
    reason = found[f"reason_{lang}"]
    must = found[f"must_be_true_{lang}"] or None
    rows: list[tuple[Text, str | None]] = [
        (Text("Chỉ tiêu", "Target"), _range(card, found["target"], found["target_high"])),
        (Text("Đến nay", "So far"), escape(number(card, found["so_far"]))),
        (Text("Theo nhịp hiện nay", "At the present pace"), escape(number(card, found["at_this_pace"]))),
        (Text("Điều phải đúng", "What must be true"), escape(must) if must else None),
    ]
    if found["landing"] is None:
        out.print(escape(reason or said("Không dự báo được.", "No forecast.")), width=width())
        pairs(rows)
        return
    error = (
        f"{shown_number(100 * found['backtest_error'], 1, lang)} %"
        if found.get("backtest_relative") and found["backtest_error"] is not None
        else _of(card, found["backtest_error"])
    )
    tried = said(f"sai số khi thử lại {error} ({found['backtest_n']} lần)",
                 f"back-test error {error} ({found['backtest_n']} times)")  # fmt: skip
    interval = f"{_of(card, found['low'])} – {_of(card, found['high'])} ({100 * found['level']:.0f} %)"
    status = STATUS.get(found.get("landing_status") or "")
    judged = f" · {status.in_language(lang)}" if status is not None else ""
    pairs(
        [
            (Text("Dự báo", "Landing"), escape(f"{number(card, found['landing'])}; {interval}{judged}")),
            (Text("Phương pháp", "Method"), escape(f"{found[f'method_{lang}']}; {tried}")),
            *rows,
            (Text("Ghi chú", "Note"), escape(reason or "")),
        ]
    )


def _range(card: dict[str, Any], low: float | None, high: float | None) -> str | None:
    """A target, both bounds of a range; None without one."""
    if low is None:
        return None
    first = f"{_of(card, low)}–" if high is not None else ""
    return escape(first + number(card, low if high is None else high))


def _of(card: dict[str, Any], value: float | None) -> str:
    return "–" if value is None else shown_number(value, card["decimals"], language())
