"""What an auditor would do: recompute a shown number from the received files, with other code."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import polars as pl
import pytest


def _rows(folder: Path) -> list[dict[str, str]]:
    """Code, state, finished, due and last change of every dossier statement in the files, times as yyyymmddhhmmss."""
    rows = []
    for path in folder.iterdir():
        if path.suffix == ".parquet":
            for row in pl.read_parquet(path).iter_rows(named=True):
                times = [row[n] for n in ("ngay_ket_thuc_xu_ly", "ngay_hen_tra", "cap_nhat_luc")]
                rows.append([row["ma_ho_so"], row["trang_thai"], *(f"{t:%Y%m%d%H%M%S}" if t else "" for t in times)])
            continue
        text = path.read_text(encoding="utf-8-sig")
        records = json.loads(text) if path.suffix == ".json" else csv.DictReader(text.splitlines())
        names = ("MaHoSo", "TrangThaiHoSo", "NgayKetThucXuLy", "NgayHenTra", "CapNhatLuc")
        rows += [[str(record[n] or "") for n in names] for record in records]
    keys = ("code", "state", "finished", "due", "changed")
    return [dict(zip(keys, row, strict=True)) for row in rows]


def test_dossiers_on_time_can_be_recomputed_from_the_files(filled, take, release):
    newest: dict[str, dict[str, str]] = {}
    for row in _rows(filled / "dossiers"):
        if row["code"] not in newest or row["changed"] > newest[row["code"]]["changed"]:
            newest[row["code"]] = row
    by_month: dict[str, list[bool]] = {}
    for row in newest.values():
        if row["state"] in ("9", "10") and row["finished"]:
            month = f"{row['finished'][:4]}-{row['finished'][4:6]}"
            by_month.setdefault(month, []).append(row["finished"] <= row["due"])
    assert by_month

    take("dossiers")
    made = release()
    with duckdb.connect(str(made.folder / "release.duckdb"), read_only=True) as shown:
        values = shown.execute(
            "SELECT period, numerator, denominator, value FROM indicator_values "
            "WHERE code = 'HC_DUNGHAN' AND area = '56'"
        ).fetchall()
    assert len(values) >= 2
    for period, numerator, denominator, value in values:
        on_time = by_month[period]
        assert (numerator, denominator) == (sum(on_time), len(on_time)), period
        assert value == pytest.approx(100 * sum(on_time) / len(on_time))
