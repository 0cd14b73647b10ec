"""Words of the search."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "page_search": ("Tìm kiếm", "Search"),
    "search_title": ("Tìm chỉ tiêu, xã phường, nguồn dữ liệu, điều khoản", "Find indicators, areas, sources, clauses"),
    "search_label": ("Từ cần tìm, có dấu hoặc không dấu", "What to find, with or without Vietnamese marks"),
    "search_hint": ("Ví dụ: giai ngan, Nha Trang, dung han", "For example: giai ngan, Nha Trang, on time"),
    "search_found": ("{n} kết quả cho “{asked}”.", "{n} results for “{asked}”."),
    "search_none": (
        "Không thấy “{asked}” trong bản phát hành này. Thử ít từ hơn, hoặc chỉ phần đầu của từ.",
        "“{asked}” is not in this release. Try fewer words, or only the beginning of a word.",
    ),
    "search_some": ("{shown} trong {n}, hợp nhất đứng trước", "{shown} of {n}, the best first"),
    "search_kind_indicator": ("Chỉ tiêu", "Indicators"),
    "search_kind_area": ("Địa bàn", "Areas"),
    "search_kind_feed": ("Nguồn dữ liệu", "Data sources"),
    "search_kind_clause": ("Điều khoản của chuẩn", "Clauses of the standard"),
    "search_scope": (
        "Tìm trong {indicator} chỉ tiêu, {area} địa bàn, {feed} nguồn dữ liệu và {clause} điều khoản.",
        "Searches {indicator} indicators, {area} areas, {feed} sources and {clause} clauses.",
    ),
}
