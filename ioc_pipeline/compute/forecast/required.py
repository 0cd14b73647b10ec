"""What the rest of the year must bring to reach the target, against what the year has brought so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ioc_pipeline.compute.forecast.landing import AVERAGE, MEAN, SEASONS
from ioc_pipeline.compute.status import shown_number
from ioc_pipeline.compute.target_path import CUMULATIVE, FLOW
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import Period


@dataclass(frozen=True)
class Required:
    """Rates per remaining period, in the card's unit: what sums must add, what a state must change by, what the mean of
    growth rates must be (periods weigh alike: about). `so_far`: the year's sum (or the newest state, or the mean).
    `now` is None before the year has begun; `target` and `needed` are None without a target."""

    target: float | None
    so_far: float
    remaining: int
    elapsed: int
    form: str
    needed: float | None
    now: float | None
    words: Text
    at_this_pace: float  # where the year ends when its rest is like the year so far; a state stays as it is


SMALL = 100
"""Below this a mean number of whole things is written with one decimal."""

PERIOD_WORDS = {"month": Text("tháng", "month"), "quarter": Text("quý", "quarter")}


def required(
    card: Indicator, values: Sequence[tuple[Period, float]], form: str, target: float | None, high: float | None = None
) -> Required:
    """What is needed from the period after the newest value to the end of its year (the next one's, when it is over).

    `values`: one series of months or quarters, oldest first, not empty; some may be missing. `target`, `high`: what the
    end of the year is asked for.
    """
    newest, last = values[-1]
    season = SEASONS[newest.kind]
    elapsed = newest.month_of_year * season // 12 % season
    remaining = season - elapsed
    year = [value for period, value in values if period.end.year == newest.end.year] if elapsed else []
    goal = target if card.direction != "down" or high is None else high
    if form in (FLOW, MEAN) and len(year) < elapsed:
        pace = sum(year) / len(year)
        return Required(
            goal, pace if form == MEAN else sum(year), remaining, elapsed, form, None, pace,
            _gaps(newest, len(year), elapsed) if goal is not None else Text("", ""),
            pace if form == MEAN else pace * season,
        )  # fmt: skip
    if form in (FLOW, CUMULATIVE):
        so_far = (last if form == CUMULATIVE else sum(year)) if elapsed else 0.0
        needed, now = None if goal is None else (goal - so_far) / remaining, so_far / elapsed if elapsed else None
    elif form in (MEAN, AVERAGE):
        so_far = last if form == AVERAGE or not year else sum(year) / len(year)
        needed = None if goal is None else (goal * season - so_far * elapsed) / remaining
        now = so_far if elapsed else None
    else:
        so_far = last
        before = _at_start(values, newest, elapsed)
        needed = None if goal is None else (goal - last) / remaining
        now = (last - before) / elapsed if before is not None else None
    words = Text("", "")
    if goal is not None and needed is not None and card.direction != "neutral":
        words = _words(card, newest, form, goal, high, so_far, remaining, elapsed, needed, now)
    pace = so_far + (now or 0.0) * remaining if form in (FLOW, CUMULATIVE) else so_far
    return Required(goal, so_far, remaining, elapsed, form, needed, now, words, pace)


def _at_start(values: Sequence[tuple[Period, float]], newest: Period, elapsed: int) -> float | None:
    """The value that closed the year before; None when it is not known, or the year has not begun."""
    start = newest
    for _ in range(elapsed):
        start = start.previous
    return next((value for period, value in values if elapsed and period.text == start.text), None)


def _gaps(newest: Period, have: int, elapsed: int) -> Text:
    period = PERIOD_WORDS[newest.kind]
    return Text(
        f"Năm nay mới có số liệu {have}/{elapsed} {period.vi}; chưa tính được mức cần đạt.",
        f"Only {have} of {elapsed} {period.en}s of this year have data; what is needed cannot be computed.",
    )


def _words(
    card: Indicator, newest: Period, form: str, goal: float, high: float | None, so_far: float, remaining: int,
    elapsed: int, needed: float, now: float | None,
) -> Text:  # fmt: skip
    year = newest.end.year + (0 if elapsed else 1)
    vi, en = (
        _Said(card, language, PERIOD_WORDS[newest.kind].in_language(language), year, remaining, elapsed)
        for language in ("vi", "en")
    )
    down = card.direction == "down"
    met = so_far <= goal if down else so_far >= goal
    if card.direction == "band" and high is not None:
        return Text(
            f"Giữ trong khoảng {vi.of(goal)} – {vi.of(high)}.", f"Stay between {en.of(goal)} and {en.of(high)}."
        )
    if form in (FLOW, CUMULATIVE):
        return _sums(vi, en, down, met, goal, so_far, needed, now)
    if form in (MEAN, AVERAGE):
        return _means(vi, en, down, needed, now)
    return _state(vi, en, down, met, goal, so_far, needed, now)


def _means(vi: _Said, en: _Said, down: bool, needed: float, now: float | None) -> Text:
    average = ("bình quân ", "average") if vi.remaining > 1 else ("", "be")
    words = Text(
        f"{vi.rest()} phải {'' if down else 'đạt '}{average[0]}{'không quá' if down else 'từ'} {vi.of(needed)}",
        f"{en.rest()} must {average[1]} {'at most' if down else 'at least'} {en.of(needed)}",
    )
    if now is None:
        return Text(f"{words.vi}.", f"{words.en}.")
    return Text(
        f"{words.vi} ({vi.past()} bình quân {vi.of(now)}; gần đúng, coi các {vi.period} như nhau).",
        f"{words.en} ({en.past()} averaged {en.of(now)}; about, each {en.period} weighs the same).",
    )


def _state(
    vi: _Said, en: _Said, down: bool, met: bool, goal: float, so_far: float, needed: float, now: float | None
) -> Text:
    if met:
        return Text(
            f"Đang đạt; giữ {'không quá' if down else 'từ'} {vi.of(goal)} đến hết năm (hiện {vi.of(so_far)}).",
            f"Met now; keep it {'at most' if down else 'at least'} {en.of(goal)} to the end of the year "
            f"(now {en.of(so_far)}).",
        )
    step_vi, step_en = vi.step(abs(needed)), en.step(abs(needed))
    each = (f" mỗi {vi.period}", f" a {en.period}") if vi.remaining > 1 else ("", "")
    words = Text(
        f"Phải {'giảm' if down else 'tăng'} {step_vi}{each[0]} trong {vi.rest(first=False)} "
        f"(từ {vi.of(so_far)} {'xuống' if down else 'lên'} {vi.of(goal)})",
        f"Must {'fall' if down else 'rise'} by {step_en}{each[1]} in {en.rest(first=False)} "
        f"(from {en.of(so_far)} to {en.of(goal)})",
    )
    if now is None:
        return Text(f"{words.vi}.", f"{words.en}.")
    if vi.step(abs(now)) == vi.step(0):
        return Text(
            f"{words.vi}; từ đầu năm {'' if now == 0 else 'hầu như '}không đổi.",
            f"{words.en}; it has {'not' if now == 0 else 'hardly'} moved so far this year.",
        )
    moved = ("tăng", "rose") if now > 0 else ("giảm", "fell")
    return Text(
        f"{words.vi}; từ đầu năm mỗi {vi.period} {moved[0]} {vi.step(abs(now))}.",
        f"{words.en}; so far this year it {moved[1]} by {en.step(abs(now))} a {en.period}.",
    )


def _sums(
    vi: _Said, en: _Said, down: bool, met: bool, goal: float, so_far: float, needed: float, now: float | None
) -> Text:
    if not down and met:
        return Text(
            f"Đã đạt chỉ tiêu năm {vi.of(goal)} (đến nay {vi.of(so_far)}).",
            f"The year's target of {en.of(goal)} is met already ({en.of(so_far)} so far).",
        )
    if down and not met:
        return Text(
            f"Đã vượt mức cả năm {vi.of(goal)} (đến nay {vi.of(so_far)}); không còn giữ được chỉ tiêu.",
            f"The year's limit of {en.of(goal)} is passed already ({en.of(so_far)} so far); it can no longer be kept.",
        )
    each = (" bình quân", f" mỗi {vi.period}", f" a {en.period} on average") if vi.remaining > 1 else ("", "", "")
    words = Text(
        f"{vi.rest()} phải{each[0] + ' không quá' if down else ' đạt' + each[0]} {vi.added(needed)}{each[1]}",
        f"{en.rest()} must bring {'at most ' if down else ''}{en.added(needed)}{each[2]}",
    )
    if not now:
        return Text(f"{words.vi}.", f"{words.en}.")
    times = {language: shown_number(needed / now, 2, language) for language in ("vi", "en")}
    return Text(
        f"{words.vi}, bằng {times['vi']} lần mức bình quân {vi.past()} ({vi.added(now)}).",
        f"{words.en}, {times['en']} times the average of {en.past()} ({en.added(now)}).",
    )


@dataclass(frozen=True)
class _Said:
    """Numbers of a card in one language."""

    card: Indicator
    language: str
    period: str  # month | quarter, in the language
    year: int
    remaining: int
    elapsed: int

    def of(self, value: float) -> str:
        """A value with its unit."""
        number = shown_number(value, self.card.decimals, self.language)
        return f"{number} {self.card.unit_text.in_language(self.language)}"

    def step(self, value: float) -> str:
        """A difference: percentage points for a percentage; of whole numbers with one decimal."""
        number = shown_number(value, max(self.card.decimals, 1), self.language)
        unit = Text("điểm %", "points") if self.card.unit == "%" else self.card.unit_text
        return f"{number} {unit.in_language(self.language)}"

    def added(self, value: float) -> str:
        """What a period adds to a sum; few whole things with one decimal."""
        return self.step(value) if self.card.unit == "%" or 0 < abs(value) < SMALL else self.of(value)

    def rest(self, first: bool = True) -> str:
        """The periods to come, at the beginning of a sentence or inside it."""
        if self.language == "vi":
            if not self.elapsed:
                return f"{self.remaining} {self.period} của năm {self.year}"
            said = f"{self.period} còn lại" if self.remaining == 1 else f"{self.remaining} {self.period} còn lại"
        elif not self.elapsed:
            said = f"the {self.remaining} {self.period}s of {self.year}"
        else:
            said = f"the remaining {self.period if self.remaining == 1 else self._many(self.remaining)}"
        return said[0].upper() + said[1:] if first else said

    def past(self) -> str:
        """The periods of the year that are over."""
        if self.language == "vi":
            return f"{self.elapsed} {self.period} qua" if self.elapsed > 1 else f"{self.period} qua"
        return f"the past {self._many(self.elapsed)}" if self.elapsed > 1 else f"the past {self.period}"

    def _many(self, count: int) -> str:
        return f"{count} {self.period}s"
