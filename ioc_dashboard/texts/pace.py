"""Words of the pace that a year's target asks for."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "pace_needed": ("cần {amount}", "needed {amount}"),
    "pace_cap": ("không quá {amount}", "at most {amount}"),
    "pace_spare": ("còn dư {amount}", "{amount} to spare"),
    "pace_passed": ("đã vượt mức cả năm", "the year's limit is passed"),
}
