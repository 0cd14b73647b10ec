"""Clauses about the cards themselves: complete, in one of the five groups, shown even when empty."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ioc_pipeline.compute.verdicts import FAIL, Computed, Verdict, share_verdict
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.check import GROUPS
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.messages import Text

CARDS = Text("thẻ chỉ số", "cards")
NOT_KEPT = (
    "loai_gia", "cong_don_duoc", "phan_to", "nguong_canh_bao", "muc_bao_mat", "loi_de_hieu", "cach_lam", "phien_ban",
    "hieu_luc_tu",
)  # fmt: skip
"""Mandatory fields of section 6 of the standard's notes that the cards of this version do not carry yet."""
SHOWN = 12


def cards_complete(catalogue: Catalogue) -> Computed:
    """IOC-THONG-02: cards with every mandatory field of section 6 (letter 7146), of all cards."""
    missing = {card.code: [*_empty_fields(card), *NOT_KEPT] for card in catalogue.indicators.values()}
    have, total = sum(not fields for fields in missing.values()), len(missing)
    reason = Text(
        f"{have}/{total} thẻ đủ mọi mục bắt buộc; thẻ chưa ghi: {', '.join(NOT_KEPT)}",
        f"{have} of {total} cards have every mandatory field; not on the cards yet: {', '.join(NOT_KEPT)}",
    )
    details = tuple(f"{code}: {', '.join(f)}" for code, f in missing.items() if len(f) > len(NOT_KEPT))[:SHOWN]
    return Computed(share_verdict(have, total, 100), have, total, CARDS, reason, details)


def _empty_fields(card: Indicator) -> list[str]:
    needed = {
        "ten_vi": card.name.vi, "ten_en": card.name.en, "nhom_7146": card.group, "linh_vuc": card.field.vi,
        "dinh_nghia": card.definition.vi, "cong_thuc": card.formula or card.selection, "don_vi_tinh": card.unit,
        "chieu_tot": card.direction, "nguon": card.feed, "chu_so_huu": card.owner.vi,
    }  # fmt: skip
    return [name for name, value in needed.items() if not value]


def cards_in_groups(catalogue: Catalogue) -> Computed:
    """IOC-THONG-03: cards in exactly one of the five groups, and every group with at least one card."""
    cards = catalogue.indicators.values()
    grouped = [c for c in cards if c.group in GROUPS]
    empty = [group for group in GROUPS if all(c.group != group for c in cards)]
    have, total = len(grouped), len(catalogue.indicators)
    reason = Text(
        f"{have}/{total} thẻ thuộc một trong 5 nhóm; {5 - len(empty)}/5 nhóm có chỉ số",
        f"{have} of {total} cards are in one of the five groups; {5 - len(empty)} of 5 groups have an indicator",
    )
    verdict = FAIL if empty and total else share_verdict(have, total, 100)
    return Computed(verdict, have, total, CARDS, reason, tuple(f"{group}: 0" for group in empty))


def cards_shown(catalogue: Catalogue) -> Computed:
    """IOC-DU-06: cards that a release lists with their owner, with data or without, of all cards declared."""
    places = {(p.path, p.keys[:2]) for p in catalogue.problems if Path(p.path).parent.name == "indicators"}
    broken = [f"{path}: {' '.join(map(str, keys))}" for path, keys in sorted(places, key=str)]
    have = sum(1 for card in catalogue.indicators.values() if card.owner.vi)
    total = len(catalogue.indicators) + len(broken)
    reason = Text(
        f"{have}/{total} chỉ số được liệt kê kèm chủ quản, kể cả khi chưa có số liệu",
        f"{have} of {total} indicators are listed with their owner, even without data",
    )
    return Computed(share_verdict(have, total, 100), have, total, CARDS, reason, tuple(broken[:SHOWN]))


def verdicts_honest(verdicts: Sequence[Verdict], clauses: int) -> Computed:
    """IOC-QTRI-12: clauses that have a printed verdict, no pass among them without evidence, of all in force."""
    sound = [v for v in verdicts if v.verdict != "pass" or v.evidence]
    reason = Text(
        f"{len(sound)}/{clauses} điều khoản có kết luận; không kết luận “đạt” nào thiếu minh chứng",
        f"{len(sound)} of {clauses} clauses have a verdict; no pass without evidence",
    )
    counted = Text("điều khoản", "clauses")
    return Computed(share_verdict(len(sound), clauses, 100), len(sound), clauses, counted, reason)
