"""The table of `ioc forecast`: no number without its unit and period, simulated ones named one by one."""

from __future__ import annotations

from typing import Any

from ioc_pipeline.cli.forecast import _print_all
from ioc_pipeline.cli.output import out


def _row(code: str, unit: str, *, simulated: bool) -> dict[str, Any]:
    words = {f"{name}_{lang}": "" for name in ("must_be_true", "reason") for lang in ("vi", "en")}
    return words | {
        "code": code, "short_vi": code.lower(), "short_en": code.lower(), "unit_vi": unit, "unit_en": unit,
        "decimals": 1, "so_far": 45663.4, "newest_period": "2026-10", "landing": 53672.0, "low": 1.0, "high": 2.0,
        "target": None, "target_high": None, "landing_status": "grey", "backtest_error": None, "uncapped": None,
        "simulated": simulated,
    }  # fmt: skip


def test_every_number_has_its_unit_and_period() -> None:
    with out.capture() as caught:
        _print_all([_row("NS_THU", "tỷ đồng", simulated=True), _row("CB_THU", "%", simulated=False)], False)
    first, second = (part for part in caught.get().split("│ ") if "(tỷ đồng)" in part or "(%)" in part)
    assert "ns_thu (tỷ đồng) · mô phỏng" in first and "cb_thu (%)" in second and "mô phỏng" not in second
    assert caught.get().count("2026-10") == 2
