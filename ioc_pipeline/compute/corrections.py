"""Applying the corrections register to computed values: guarded, visible, and loud when it no longer fits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ioc_pipeline.compute.values import Value
from ioc_pipeline.compute.verdicts import Computed, share_verdict
from ioc_pipeline.contracts.corrections import DROP, FLAG, SCALE, Correction
from ioc_pipeline.messages import Text

APPLIED, STALE, EXPIRED, NO_VALUE, NOT_YET = "applied", "stale", "expired", "no_value", "not_yet"


@dataclass(frozen=True)
class CorrectionState:
    """What became of one correction: `applied`, or why not."""

    correction: Correction
    state: str
    raw: float | None
    reason: Text

    @property
    def failed(self) -> bool:
        """True when the record asks for something that no longer fits the data: somebody must act."""
        return self.state in (STALE, EXPIRED, NO_VALUE)

    @property
    def changes(self) -> bool:
        """True when it is applied and the shown figure is no longer the source's."""
        return self.state == APPLIED and self.correction.action != FLAG


def apply_corrections(
    values: Mapping[str, Sequence[Value]], corrections: Sequence[Correction], today: date
) -> tuple[dict[str, list[Value]], list[CorrectionState]]:
    """Values by card with the fitting corrections applied, and the state of every correction.

    The guard: a correction applies only while the raw value equals `expect` (to 1 part in 10⁹). Two corrections of
    one value are applied in the order of the register, each guarded by the raw value.
    """
    corrected = {code: list(found) for code, found in values.items()}
    raw = {(v.code, v.area, v.period.text, v.measure): v for found in values.values() for v in found}
    states = []
    for correction in corrections:
        series = corrected.get(correction.indicator, [])
        place = next((i for i, v in enumerate(series) if _is_about(correction, v)), None)
        if place is None:
            states.append(_state(correction, None, NO_VALUE, today))
            continue
        value = series[place]
        before = raw[(value.code, value.area, value.period.text, value.measure)].value
        state = _judge(correction, before, today)
        states.append(_state(correction, before, state, today))
        if state == APPLIED:
            series[place] = _corrected(value, correction, before)
    return corrected, states


def register_in_order(states: Sequence[CorrectionState]) -> Computed:
    """Evidence of clause IOC-QTRI-08: corrections that still fit and have not expired, of all on the register."""
    wrong = [f"{s.correction.id}: {s.state}" for s in states if s.failed]
    have, total = len(states) - len(wrong), len(states)
    if total == 0:
        reason = Text("sổ đính chính đang trống", "the corrections register is empty")
    else:
        reason = Text(
            f"{have}/{total} đính chính còn khớp và còn hạn", f"{have} of {total} corrections still fit and are valid"
        )
    counted = Text("đính chính", "corrections")
    return Computed(share_verdict(have, total, 100), have, total, counted, reason, tuple(wrong))


def _is_about(correction: Correction, value: Value) -> bool:
    return (
        value.area == correction.area
        and value.period.text == correction.period
        and correction.measure in (None, value.measure)
    )


def _judge(correction: Correction, raw: float | None, today: date) -> str:
    if correction.expired(today):
        return EXPIRED
    if today < correction.when:
        return NOT_YET
    if raw is None or correction.expect is None:
        return APPLIED if raw is correction.expect else STALE
    return APPLIED if math.isclose(raw, correction.expect, rel_tol=1e-9, abs_tol=1e-12) else STALE


def _corrected(value: Value, correction: Correction, raw: float | None) -> Value:
    words = Text(
        f"Đính chính {correction.id} ({correction.who}, {correction.when:%d/%m/%Y}): {correction.reason.vi}",
        f"Correction {correction.id} ({correction.who}, {correction.when:%d/%m/%Y}): {correction.reason.en}",
    )
    if value.correction is not None:
        words = Text(f"{value.correction.vi}; {words.vi}", f"{value.correction.en}; {words.en}")
    marked = replace(value, correction=words, raw_value=raw)
    if correction.action == FLAG:
        return marked
    # The numerator and denominator of the source no longer explain the shown value.
    marked = replace(marked, numerator=None, denominator=None)
    if correction.action == DROP:
        return replace(marked, value=None, value_status="missing")
    if correction.action == SCALE:
        return replace(marked, value=None if value.value is None else value.value * float(correction.factor or 1))
    return replace(marked, value=correction.value, value_status="present")


def _state(correction: Correction, raw: float | None, state: str, today: date) -> CorrectionState:
    expect = "trống" if correction.expect is None else f"{correction.expect:g}"
    found = "trống" if raw is None else f"{raw:g}"
    expect_en, found_en = expect.replace("trống", "empty"), found.replace("trống", "empty")
    reason = {
        APPLIED: Text("đang áp dụng", "applied"),
        NOT_YET: Text(f"có hiệu lực từ {correction.when:%d/%m/%Y}", f"in force from {correction.when:%d/%m/%Y}"),
        EXPIRED: Text(
            f"hết hạn từ {correction.expires:%d/%m/%Y}: không áp dụng",
            f"expired on {correction.expires:%d/%m/%Y}: not applied",
        ),
        NO_VALUE: Text(
            f"không có giá trị nào của {correction.indicator}/{correction.area}/{correction.period}: không áp dụng",
            f"no value of {correction.indicator}/{correction.area}/{correction.period}: not applied",
        ),
        STALE: Text(
            f"số nguồn gửi nay là {found}, không còn là {expect}: không áp dụng; bỏ đính chính nếu nguồn đã sửa",
            f"the source now says {found_en}, no longer {expect_en}: not applied; remove it if the source was repaired",
        ),
    }[state]
    return CorrectionState(correction, state, raw, reason)
