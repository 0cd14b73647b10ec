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
SHOWN = 12
FIELDS = {
    "group": "nhom_7146", "version": "phien_ban", "valid_from": "hieu_luc_tu", "kind": "kieu_so",
    "additivity": "cong_don_duoc", "weight": "cong_don_duoc", "period": "ky", "lag_days": "han_cung_cap",
    "price_basis": "loai_gia", "confidentiality": "muc_bao_mat", "plain": "loi_de_hieu", "guidance": "cach_lam",
    "thresholds": "nguong_canh_bao", "owner.id": "chu_so_huu",
}  # fmt: skip
"""Names of section 6 of the standard's notes for the mandatory keys of a card; the others no card can load without."""


def cards_complete(catalogue: Catalogue) -> Computed:
    """IOC-THONG-02: cards with every mandatory field of section 6 (letter 7146), of all cards."""
    missing = {card.code: fields for card in catalogue.indicators.values() if (fields := _missing(card, catalogue))}
    total = len(catalogue.indicators)
    have = total - len(missing)
    reason = Text(
        f"{have}/{total} thẻ đủ mọi mục bắt buộc" + (f"; {len(missing)} thẻ còn thiếu" if missing else ""),
        f"{have} of {total} cards have every mandatory field" + (f"; {len(missing)} do not" if missing else ""),
    )
    details = tuple(f"{code}: {', '.join(fields)}" for code, fields in missing.items())[:SHOWN]
    return Computed(share_verdict(have, total, 100), have, total, CARDS, reason, details)


def _missing(card: Indicator, catalogue: Catalogue) -> list[str]:
    """Fields of section 6 that a card lacks. The way in (`phuong_thuc`) is the feed's; a card nobody sends yet says why
    instead of naming source, formula and way in."""
    fields = [FIELDS[key] for key in card.missing]
    if card.no_source is None:
        feed = catalogue.feeds.get(card.feed)
        if not (card.feed or card.formula):
            fields.append("nguon")
        if not (card.formula or card.selection):
            fields.append("cong_thuc")
        if card.feed and (feed is None or feed.way_in is None):
            fields.append("phuong_thuc")
    return list(dict.fromkeys(fields))


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
