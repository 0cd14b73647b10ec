"""How large a province is: published figures that the sample's values are scaled by."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

VND_PER_USD = 24_975
"""Implied by GRDP per capita in VND and in USD of the published figures of 2025."""


@dataclass(frozen=True)
class ProvinceScale:
    """Published size and growth of a province, 2025 unless said otherwise."""

    population: float  # thousand people, average
    grdp: float  # tỷ đồng, current prices
    growth_2025: float  # %
    growth_2026: float  # %, nine months; that of 2025 where none is published

    def growth(self, year: int) -> float:
        """GRDP growth around which the sample of a year moves."""
        return self.growth_2025 if year <= 2025 else self.growth_2026

    @property
    def grdp_usd(self) -> float:
        """GRDP in million USD."""
        return self.grdp * 1000 / VND_PER_USD


def province_scale(published: Path, province: str) -> ProvinceScale:
    """Scale of a province from the published figures file; KeyError when it is not among them."""
    figures: dict[tuple[str, str], float] = {}
    with published.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["area"] == province and line["value"] not in ("", "–", "-"):
                figures[line["indicator"], line["period"]] = float(line["value"])
    if ("KT_GRDP_QM", "2025") not in figures:
        raise KeyError(province)
    growth = figures["KT_GRDP_TT", "2025"]
    newest = figures.get(("KT_GRDP_TT", "2026-09"), growth)
    return ProvinceScale(figures["DS_TRUNGBINH", "2025"], figures["KT_GRDP_QM", "2025"], growth, newest)


def generator(seed: int, province: str, purpose: int) -> np.random.Generator:
    """Random numbers that depend on nothing but the seed, the province and the part of the sample."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, int(province), purpose])))
