"""Words of the download buttons."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "download_values": ("Mọi giá trị", "All values"),
    "download_card_values": ("Giá trị của chỉ tiêu này", "Values of this indicator"),
    "download_indicators": ("Chỉ tiêu", "Indicators"),
    "download_quarantine": ("Dòng bị cách ly", "Quarantined rows"),
    "download_verdicts": ("Kết luận điều khoản", "Verdicts"),
    "download_alerts": ("Cảnh báo", "Alerts"),
    "download_help": (
        "Kèm bản phát hành, kỳ, ngày số liệu, nguồn, tệp và vị trí của từng dòng.",
        "With the release, and period, data date, source, file and place of every row.",
    ),
}
