"""`ioc forecast`: where the year will end, how far that can be relied on, and what must happen to reach the target."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ioc_pipeline.cli.output import language, out, print_json, print_table, say
from ioc_pipeline.cli.released import released
from ioc_pipeline.compute.status import shown_number
from ioc_pipeline.compute.status_tree import WORDS
from ioc_pipeline.messages import IocError, Message, Text

_SQL = (
    "SELECT f.*, i.name_vi, i.name_en, i.short_vi, i.short_en, i.unit_vi, i.unit_en, i.decimals, i.owner_vi, "
    "i.owner_en FROM forecasts f JOIN indicators i USING (code) WHERE ? IS NULL OR code = ? ORDER BY i.sort, code, area"
)


def forecast(
    code: Annotated[str | None, typer.Argument(help="Mã chỉ số · indicator code (default: all)")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Cả chỉ số chưa dự báo được · those without a forecast too")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Dự báo về đích năm nay, khoảng tin cậy, sai số thử lại, mức cần đạt · year-end landing, interval, error, need."""
    release, rows = released(_SQL, [code, code])
    if code is not None and not rows:
        raise IocError(
            Message(
                "forecast.none",
                f"Không có dự báo cho {code}: chỉ số chưa có số liệu tháng hoặc quý, hoặc không có mã này.",
                f"No forecast for {code}: it has no monthly or quarterly values, or there is no such code.",
            )
        )
    if as_json:
        _, path = released("SELECT * FROM forecast_path WHERE ? IS NULL OR code = ? ORDER BY ALL", [code, code])
        print_json({"release": release.release_id, "forecasts": rows, "path": path})
    elif code is not None:
        for row in rows:
            _print_one(row)
    else:
        _print_all(rows, everything)


def _print_all(rows: list[dict[str, Any]], everything: bool) -> None:
    lang = language()
    shown = [row for row in rows if everything or row["landing"] is not None]
    columns = [
        (Text("Mã", "Code"), "left"),
        (Text("Chỉ số (đơn vị)", "Indicator (unit)"), "left"),
        (Text("Đến nay, kỳ", "So far, period"), "right"),
        (Text("Dự báo", "Landing"), "right"),
        (Text("Khoảng 80 %", "80 % interval"), "left"),
        (Text("Chỉ tiêu", "Target"), "right"),
        (Text("Kết quả", "Status"), "left"),
        (Text("Sai số thử lại", "Back-test error"), "right"),
        (Text("Điều phải đạt", "What must be true"), "left"),
    ]
    simulated = Text(" · mô phỏng", " · simulated").in_language(lang)
    table = [
        (
            row["code"], f"{row[f'short_{lang}']} ({row[f'unit_{lang}']}){simulated if row['simulated'] else ''}",
            f"{_number(row, 'so_far')}\n{row['newest_period']}",
            _number(row, "landing") + ("*" if row.get("uncapped") is not None else ""),
            _interval(row), _target(row), _status(row), _error(row), row[f"must_be_true_{lang}"],
        )
        for row in shown
    ]  # fmt: skip
    print_table(Text("Dự báo về đích năm", "Year-end landing"), columns, table)
    without = [row["code"] for row in rows if row["landing"] is None]
    if without and not everything:
        say(
            f"Chưa dự báo được {len(without)} chỉ số (ít lịch sử): {', '.join(without)}. Lý do: ioc forecast MÃ",
            f"No forecast for {len(without)} indicators (little history): {', '.join(without)}. Why: ioc forecast CODE",
        )
    if any(row.get("uncapped") is not None for row in shown):
        say("* đã giới hạn ở mức cao nhất (thấp nhất) có thể.", "* cut at the most (least) there can be.")
    if any(row["simulated"] for row in shown):
        say("Có số liệu mô phỏng.", "Simulated data are among them.", style="yellow")


def _print_one(row: dict[str, Any]) -> None:
    lang = language()
    unit = row[f"unit_{lang}"]
    lines = [
        (Text("Chỉ số", "Indicator"), f"{row['code']} · {row[f'name_{lang}']} ({row['area']}, {row['year']})"),
        (Text("Chủ quản", "Owner"), row[f"owner_{lang}"]),
        (Text("Đến nay", "So far"), f"{_number(row, 'so_far')} {unit} ({row['newest_period']})"),
        (Text("Dự báo", "Landing"), f"{_number(row, 'landing')} {unit}" if row["landing"] is not None else "–"),
        (Text("Khoảng 80 %", "80 % interval"), _interval(row)),
        (Text("Phương pháp", "Method"), row[f"method_{lang}"] or "–"),
        (Text("Sai số thử lại", "Back-test error"), _tested(row)),
        (Text("Chỉ tiêu", "Target"), f"{_target(row)} {unit}" if row["target"] is not None else "–"),
        (Text("Kết quả", "Status"), _status(row)),
        (Text("Theo nhịp hiện nay", "At the present pace"), f"{_number(row, 'at_this_pace')} {unit}"),
        (Text("Điều phải đạt", "What must be true"), row[f"must_be_true_{lang}"] or "–"),
        (Text("Nhận xét", "In words"), row[f"reason_{lang}"]),
    ]
    if row["simulated"]:
        lines.append((Text("Lưu ý", "Note"), Text("Số liệu mô phỏng", "Simulated data").in_language(lang)))
    width = max(len(heading.in_language(lang)) for heading, _ in lines)
    for heading, text in lines:
        out.print(f"{heading.in_language(lang):<{width}}  {text}", markup=False, soft_wrap=True)
    out.print()


def _number(row: dict[str, Any], name: str) -> str:
    value = row[name]
    return "–" if value is None else shown_number(value, row["decimals"], language())


def _interval(row: dict[str, Any]) -> str:
    return "–" if row["landing"] is None else f"{_number(row, 'low')} … {_number(row, 'high')}"


def _target(row: dict[str, Any]) -> str:
    high = f" – {_number(row, 'target_high')}" if row["target_high"] is not None else ""
    return f"{_number(row, 'target')}{high}"


def _status(row: dict[str, Any]) -> str:
    return (
        "–" if row["landing"] is None or row["target"] is None else WORDS[row["landing_status"]].in_language(language())
    )


def _error(row: dict[str, Any]) -> str:
    if row["backtest_error"] is None:
        return "–"
    if row["backtest_relative"]:
        return f"{shown_number(100 * row['backtest_error'], 1, language())} %"
    return f"± {shown_number(row['backtest_error'], row['decimals'] + 1, language())}"


def _tested(row: dict[str, Any]) -> str:
    if row["backtest_error"] is None:
        return "–"
    count = Text(f"thử lại {row['backtest_n']} lần", f"tested {row['backtest_n']} times").in_language(language())
    return f"{_error(row)} ({count})"
