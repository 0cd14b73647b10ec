"""Data reasons: what of a gap or change comes from the data themselves rather than from what they measure.

Against an earlier period: (first₁ − first₀) as first stated, the revision of either period since, and the corrections
applied to either. Against the target: the gap there was one period earlier, the change of the value since, the change
of the target since, revision and correction of the value. Both sum exactly. A held value and a late feed explain why
the value is the one it is; they add nothing themselves and stand with zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ioc_pipeline.compute.explain.exact import close
from ioc_pipeline.compute.explain.figures import Figure, Said
from ioc_pipeline.compute.explain.parts import Contribution, Part
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import parse_period

MEASURED, EARLIER_GAP, TARGET_CHANGED = "measured", "earlier_gap", "target_changed"
REVISION, BASE_REVISION, CORRECTION_NOW, BASE_CORRECTION = "revision", "base_revision", "correction", "base_correction"
TARGET_PATH = "target_path"
HELD, LATE = "held", "late"
NOTABLE = (TARGET_CHANGED, REVISION, BASE_REVISION, CORRECTION_NOW, BASE_CORRECTION)
"""Reasons that a sentence mentions when they are not zero."""


@dataclass(frozen=True)
class Side:
    """One value with its past: `shown` = `first` + revision + correction."""

    figure: Figure
    shown: Fraction  # exact value as decomposed
    first: Fraction | None  # as first stated; None when there is no record of it

    @property
    def correction(self) -> Fraction:
        """What the corrections register adds."""
        raw, value = self.figure.raw, self.figure.value
        return Fraction(0) if raw is None or value is None or not self.figure.corrected else value - raw

    @property
    def stated(self) -> Fraction:
        """As first stated; the source's present figure when nothing is known of an earlier one."""
        uncorrected = self.shown - self.correction
        return uncorrected if self.first is None or close(self.first, uncorrected) else self.first

    @property
    def revision(self) -> Fraction:
        """What the source changed since."""
        return self.shown - self.correction - self.stated


def side(figure: Figure, shown: Fraction, said: Said | None) -> Side:
    """A value with what was said first about it."""
    return Side(figure, shown, said.value if said is not None else None)


def reasons_of_change(now: Side, base: Side, feed: tuple[str, str, str] | None) -> list[Contribution]:
    """Contributions to now − base."""
    period = parse_period(base.figure.period).words
    found = [
        _reason(MEASURED, "Thay đổi theo số công bố lần đầu", "Change as first stated", now.stated - base.stated),
        _reason(REVISION, "Nguồn sửa lại số kỳ này", "The source revised this period", now.revision),
        _reason(
            BASE_REVISION, f"Nguồn sửa lại số {period.vi}", f"The source revised {period.en}", -base.revision
        ),
        _reason(CORRECTION_NOW, "Đính chính của tỉnh cho kỳ này", "The province's correction of it", now.correction),
        _reason(
            BASE_CORRECTION, f"Đính chính của tỉnh cho {period.vi}", f"The province's correction of {period.en}",
            -base.correction,
        ),
    ]  # fmt: skip
    return _worth_saying(found) + _circumstances(now.figure, feed)


def reasons_of_gap(
    now: Side, target: Fraction, base: Side | None, feed: tuple[str, str, str] | None, moving: bool
) -> list[Contribution]:
    """Contributions to now − target; `base` is the period before, None when there is none. `moving`: the target moves
    along a path within the year, so that its change is no news."""
    earlier = base.figure.target if base is not None else None
    if base is None or earlier is None:
        found = [_reason(MEASURED, "Khoảng cách theo số công bố lần đầu", "Gap as first stated", now.stated - target)]
    else:
        period = parse_period(base.figure.period).words
        year, before = now.figure.period_end.year, base.figure.period_end.year
        changed = (
            Text(f"Chỉ tiêu được giao lại từ {period.vi}", f"The target was changed since {period.en}")
            if year == before
            else Text(
                f"Chỉ tiêu năm {year} khác chỉ tiêu năm {before}", f"Target of {year} instead of that of {before}"
            )
        )
        found = [
            _reason(EARLIER_GAP, f"Đã có từ {period.vi}", f"There was in {period.en}", base.shown - earlier),
            _reason(
                MEASURED, f"Giá trị thay đổi từ {period.vi}", f"Change of the value since {period.en}",
                now.stated - base.shown,
            ),
            _reason(
                TARGET_PATH, f"Chỉ tiêu đi theo lộ trình từ {period.vi}", f"The target's path since {period.en}",
                earlier - target,
            )
            if moving
            else _reason(TARGET_CHANGED, changed.vi, changed.en, earlier - target),
        ]  # fmt: skip
    found += [
        _reason(REVISION, "Nguồn sửa lại số kỳ này", "The source revised this period", now.revision),
        _reason(CORRECTION_NOW, "Đính chính của tỉnh cho kỳ này", "The province's correction of it", now.correction),
    ]
    return _worth_saying(found) + _circumstances(now.figure, feed)


def _reason(key: str, vi: str, en: str, amount: Fraction) -> Contribution:
    return Contribution(Part(key, Text(vi, en)), amount)


def _worth_saying(found: Sequence[Contribution]) -> list[Contribution]:
    """Without those that add nothing, except the first."""
    return [c for i, c in enumerate(found) if i == 0 or c.amount or c.part.key == MEASURED]


def _circumstances(figure: Figure, feed: tuple[str, str, str] | None) -> list[Contribution]:
    if feed is None:
        return []
    health, vi, en = feed
    if figure.held:
        words = Text(f"Số giữ lại, lần gửi mới không được nhận: {vi}", f"Held: the newer delivery was rejected: {en}")
        return [Contribution(Part(HELD, words), Fraction(0))]
    if health == "late":
        return [Contribution(Part(LATE, Text(f"Nguồn chậm: {vi}", f"The feed is late: {en}")), Fraction(0))]
    return []
