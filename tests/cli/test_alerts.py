"""Figures of an alert on the command line: the card's decimals, and the unit in both languages."""

from __future__ import annotations

import pytest

from ioc_pipeline.cli.alerts import _figures
from ioc_pipeline.contracts.catalogue import Catalogue


def test_value_and_target_have_unit_and_period(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = {"code": "CDS_CKS", "value": 45.04782, "target": 70.0, "unit": "%", "period": "2026-Q3"}
    monkeypatch.setenv("IOC_LANG", "vi")
    assert _figures(reading, catalogue) == "45,05 % (mục tiêu 70 %, 2026-Q3)"
    monkeypatch.setenv("IOC_LANG", "en")
    assert _figures(reading, catalogue) == "45.05 % (target 70 %, 2026-Q3)"
    assert _figures(reading | {"code": "GONE", "target": None}, catalogue) == "45.0478 % (target –, 2026-Q3)"
