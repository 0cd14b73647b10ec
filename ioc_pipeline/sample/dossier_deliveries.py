"""Deliveries of the simulated one-stop system: a Parquet file of everything, then CSV and JSON of what changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from ioc_pipeline.sample.dossier_records import correct_some, end_of_day, snapshot

REVISED_SHARE = 0.05
"""Share of the finished dossiers of the first delivery that a later delivery corrects."""

SYNC_NAMES = {
    "ma_ho_so": "MaHoSo", "ma_tthc": "MaTTHC", "ten_tthc": "TenTTHC", "ma_linh_vuc": "MaLinhVuc",
    "don_vi_xu_ly": "DonViXuLy", "ma_xa": "MaXa", "kenh_thuc_hien": "KenhThucHien", "loai_doi_tuong": "LoaiDoiTuong",
    "ngay_tiep_nhan": "NgayTiepNhan", "ngay_hen_tra": "NgayHenTra", "ngay_ket_thuc_xu_ly": "NgayKetThucXuLy",
    "ngay_tra": "NgayTra", "trang_thai": "TrangThaiHoSo", "co_nghia_vu_tai_chinh": "CoNghiaVuTaiChinh",
    "thanh_toan_truc_tuyen": "DuocThanhToanTrucTuyen", "so_hoa": "DuocSoHoa", "ket_qua_dien_tu": "CoKetQuaDienTu",
    "cap_nhat_luc": "CapNhatLuc", "simulated": "simulated",
}  # fmt: skip
"""Field names of the synchronisation with the National Public Service Portal."""

Writer = Callable[[pl.DataFrame, Path], None]


def deliveries(histories: pl.DataFrame, first: date, until: date) -> list[tuple[str, pl.DataFrame, Writer]]:
    """(file name, rows, writer) in order of delivery; names begin with the day of the state they report."""
    span = (until - first).days
    bulk_day = until - timedelta(days=min(30, max(span // 2, 0)))
    second_day = bulk_day + timedelta(days=(until - bulk_day).days // 2)
    bulk, second, third = end_of_day(bulk_day), end_of_day(second_day), end_of_day(until)
    histories = correct_some(histories, REVISED_SHARE, bulk, third)
    planned: list[tuple[str, pl.DataFrame, Writer]] = [
        (f"{bulk_day:%Y-%m-%d}_ho_so_tthc.parquet", snapshot(histories, bulk), write_parquet),
        (f"{second_day:%Y-%m-%d}_ho_so_tthc.csv", snapshot(histories, second, bulk), write_csv),
        (f"{until:%Y-%m-%d}_ho_so_tthc.json", snapshot(histories, third, second), write_json),
    ]
    return [(name, rows, writer) for name, rows, writer in planned if rows.height]


def write_parquet(rows: pl.DataFrame, path: Path) -> None:
    """Parquet with the contract's column names and types."""
    pq.write_table(rows.to_arrow(), path, compression="zstd", row_group_size=122_880)


def as_synchronised(rows: pl.DataFrame) -> pl.DataFrame:
    """Field names and spellings of the synchronisation: yyyyMMddHHmmss, flags 0 and 1."""
    moments = [name for name, kind in rows.schema.items() if kind == pl.Datetime]
    flags = [name for name, kind in rows.schema.items() if kind == pl.Boolean and name != "simulated"]
    return rows.with_columns(
        pl.col(moments).dt.strftime("%Y%m%d%H%M%S"), pl.col(flags).cast(pl.Int8), pl.col("simulated")
    ).rename(SYNC_NAMES)


def write_csv(rows: pl.DataFrame, path: Path) -> None:
    """CSV in UTF-8 with the field names of the synchronisation."""
    as_synchronised(rows).write_csv(path)


def write_json(rows: pl.DataFrame, path: Path) -> None:
    """A JSON array, one record a line, with the field names of the synchronisation."""
    with path.open("w", encoding="utf-8") as file:
        for number, record in enumerate(as_synchronised(rows).iter_rows(named=True)):
            file.write(("[\n" if number == 0 else ",\n") + json.dumps(record, ensure_ascii=False))
        file.write("\n]\n")
