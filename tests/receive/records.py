"""A few right dossiers, and a way to spoil one."""

from __future__ import annotations

from typing import Any


def dossiers(count: int, *, first: int = 1, day: str = "2026-10-01") -> list[dict[str, Any]]:
    """Records that the suite of the feed `dossiers` accepts row by row."""
    short = day.replace("-", "")
    return [
        {
            "MaHoSo": f"000.00.01.H32-{short[2:]}-{n:04}",
            "MaTTHC": "1.010708",
            "DonViXuLy": "000.00.01.H32",
            "KenhThucHien": "2" if n % 2 else "1",
            "LoaiDoiTuong": "1",
            "NgayTiepNhan": f"{short}080000",
            "NgayHenTra": "20261120170000",
            "NgayKetThucXuLy": None,
            "NgayTra": None,
            "TrangThaiHoSo": "4",
            "CoNghiaVuTaiChinh": n % 3 == 0,
            "DuocThanhToanTrucTuyen": False,
            "DuocSoHoa": n % 4 == 0,
            "CoKetQuaDienTu": None,
            "CapNhatLuc": f"{day}T08:00:00",
        }
        for n in range(first, first + count)
    ]
