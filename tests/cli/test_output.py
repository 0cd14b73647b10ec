"""What every table of the command line writes alike."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest

from ioc_pipeline.cli.output import cell_text


@pytest.mark.parametrize("server", ["UTC", "America/New_York"])
def test_times_are_those_of_the_dashboard_and_the_receipts(monkeypatch: pytest.MonkeyPatch, server: str) -> None:
    """A receipt says 15:29 and a deadline is the end of a day: a server on UTC said 08:29 and 16:59."""
    monkeypatch.setenv("TZ", server)
    time.tzset()
    try:
        assert cell_text(datetime(2026, 11, 22, 8, 29, tzinfo=UTC)) == "22/11/2026 15:29"
        assert cell_text(datetime(2026, 11, 25, 16, 59, 59, tzinfo=UTC)) == "25/11/2026 23:59"
        assert cell_text(date(2026, 11, 25)) == "25/11/2026"
    finally:
        monkeypatch.undo()
        time.tzset()
