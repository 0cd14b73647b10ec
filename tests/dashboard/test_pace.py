"""The pace a target asks for, said as what it is: to reach, a limit, to spare; in points only where it is a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from ioc_dashboard import queries
from ioc_dashboard.components.pace import needed_text, now_text, unit_of
from ioc_dashboard.release_screen import screen_of


@pytest.mark.parametrize(
    ("code", "form", "needed", "said"),
    [
        ("DTC_TL", "cumulative", 15.5, "cần 15,5 điểm %"),
        ("DTC_TL", "cumulative", -3.0, "còn dư 3,0 điểm %"),
        ("DTC_TL", "mean", 6.39, "cần 6,4%"),
        ("DTC_TL", "state", 7.0, "cần +7,0 điểm %"),
        ("DTC_TL", "state", -0.2, "còn dư 0,2 điểm %"),
        ("KT_CPI", "average", 6.5, "không quá 6,50%"),
        ("KT_CPI", "flow", 6.5, "không quá 6,50 điểm %"),
        ("KT_CPI", "flow", -2.0, "đã vượt mức cả năm"),
        ("KT_CPI", "state", 0.19, "còn dư 0,19 điểm %"),
        ("KT_CPI", "state", -0.19, "cần −0,19 điểm %"),
        ("DTC_TL", "flow", None, "cần —"),
    ],
)
def test_what_the_rest_of_the_year_must_bring(
    shared_home: Path, monkeypatch: pytest.MonkeyPatch, code: str, form: str, needed: float | None, said: str
) -> None:
    monkeypatch.setenv("IOC_HOME", str(shared_home))
    screen = screen_of(None, "vi")
    tile = next(tile for tile in queries.tiles(screen.release) if tile.card.code == code)
    unit = unit_of(screen, tile, form)
    assert needed_text(screen, tile, form, needed, unit).replace("\u00a0", " ") == said
    assert ("+" in now_text(screen, tile, form, 1.0)) == (form == "state")
