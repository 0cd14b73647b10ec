"""Words of a column heading → which period, which kind of number, compared with what.

`Thực hiện tháng 4 năm 2017` is the actual number of one month; `Cộng dồn 5 tháng năm 2017` a sum from 1 January;
`5 tháng năm 2017 so với cùng kỳ năm 2016 (%)` an index. A heading is understood only when every word of it is
accounted for: what is left over is handed back in `rest`, and the caller must not guess.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ioc_pipeline.read.text.text_folding import fold

_YEAR = r"(?:(?:\s*(?:năm|/|-|\.)\s*|\s+(?=(?:19|20)\d\d\b))(?P<{0}>\d{{4}})\b)?"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_TWICE = re.compile(r"\b(năm|tháng)(?:\s+\1\b)+")  # a word repeated where two cells of a heading meet
# `víi`, `ưíc` and `kú` are what a half-converted TCVN3 heading leaves of `với` and `kỳ`.
_COMPARED = re.compile(r"so\s*v(?:ới|íi)\s*:?\s*")
_REFERENCES = (
    ("same", re.compile(r"cùng\s*k[ỳúì](?:\s+(?:của\s+)?(?:năm\s+trước|(?:năm\s+)?(?P<year>\d{4})\b))?")),
    ("previous_month", re.compile(r"cùng\s*thời\s*điểm\s*(?:của\s*)?tháng\s+trước")),
    ("same", re.compile(r"cùng\s*thời\s*điểm\s*(?:của\s*)?năm\s+(?:trước|(?P<year>\d{4}))")),
    ("plan", re.compile(r"kế\s*hoạch(?:\s+(?:cả\s+)?năm\b(?:\s*(?P<year>\d{4}))?)?")),
    ("base", re.compile(r"(?:kỳ\s*)?gốc\s*\(?\s*(?:năm\s*)?(?P<year>\d{4})?\s*\)?|năm\s+gốc\s*\(?(?P<base>\d{4})?\)?")),
    ("previous_month", re.compile(r"tháng\s+trước")),
    ("month", re.compile(r"tháng\s*(?P<index>\d{1,2})(?!\s*tháng)" + _YEAR.format("year"))),
    ("quarter", re.compile(r"qu[ýí]\s*(?P<index>iv|i{1,3}|[1-4])\b" + _YEAR.format("year"))),
    ("ytd", re.compile(r"(?P<index>\d{1,2})\s*tháng(?:\s+đầu)?" + _YEAR.format("year"))),
    ("previous_year", re.compile(r"năm\s+trước")),
    ("year", re.compile(r"(?:cả\s+)?năm\s*(?P<year>\d{4})")),
)
_SPANS = re.compile(
    "|".join(
        (
            r"thời\s*điểm\s*(?P<day>\d{1,2})\s*/\s*(?P<day_month>\d{1,2})\s*/\s*(?P<day_year>\d{4})\b",
            r"(?P<this>\bkỳ\s*này\b)",
            r"(?P<last>\bcùng\s*kỳ\s*năm\s*trước\b)",
            r"(?P<ytd>\d{1,2})\s*tháng(?:\s+đầu(?=\s+năm))?" + _YEAR.format("ytd_year") + r"(?!\s*\d)",
            r"tháng\s*(?P<month>\d{1,2})(?!\d)" + _YEAR.format("month_year"),
            r"(?:cả\s+)?qu[ýí]\s*(?P<quarter>iv|i{1,3}|[1-4])\b" + _YEAR.format("quarter_year"),
            r"(?:cả\s+)?năm\s*(?P<year>\d{4})\b",
            r"(?P<whole>cả\s+năm)\b",
        )
    )
)
_DATA_TYPES = (
    ("estimate", re.compile(r"\bư[ớí]c\b(?:\s*tính\b)?(?:\s*thực\s*hiện\b)?")),
    ("preliminary", re.compile(r"\bsơ\s*bộ\b")),
    ("official", re.compile(r"\bchính\s*thức\b")),
    ("actual", re.compile(r"\bthực\s*hiện\b")),
    ("plan", re.compile(r"\bkế\s*hoạch\b")),
)
_CUMULATED = re.compile(r"\bcộng\s*dồn\b|\blũy\s*kế\b")
_AVERAGE = re.compile(r"\bbình\s*quân\b")
_TITLE_DAY = re.compile(r"ngày\s*(?P<day>\d{1,2})\s*tháng\s*(?P<month>\d{1,2})\s*năm\s*(?P<year>\d{4})\b")
_DATED = re.compile(
    r"(?:từ\s*(?:ngày\s*)?)?\b0?1\s*/\s*0?1(?:\s*/\s*(?P<from_year>\d{4}))?\s*(?:[-–]|đến(?:\s*ngày)?)\s*"
    r"(?P<day>\d{1,2})\s*/\s*(?P<month>\d{1,2})\s*(?:/|năm)\s*(?P<year>\d{4})"
)


class Month(NamedTuple):
    """A calendar month; compares in time order."""

    year: int
    month: int

    def shifted(self, months: int) -> Month:
        """The month so many months later (earlier when negative)."""
        position = self.year * 12 + self.month - 1 + months
        return Month(position // 12, position % 12 + 1)

    @property
    def last_day(self) -> date:
        """Its last calendar day."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True)
class Span:
    """A stretch of time as worded; the year may be open.

    `kind`: month, ytd (`index` months from January), quarter, year, day (`index` is month × 100 + day), or `this` and
    `last`: the day the table is about, and the same day of the year before.
    """

    kind: str
    index: int
    year: int | None = None

    @property
    def end(self) -> Month | None:
        """Its last month; None while the year is open."""
        if self.year is None:
            return None
        months = {"quarter": self.index * 3, "year": 12, "day": self.index // 100}
        return Month(self.year, months.get(self.kind, self.index))


@dataclass(frozen=True)
class Words:
    """A heading taken apart; `rest` is what no rule accounted for (empty = fully understood)."""

    span: Span | None
    data_type: str | None = None
    cumulated: bool = False
    average: bool = False
    compared: str | None = None  # same, plan, base, previous_month, previous_year, or a span's kind
    reference: Span | None = None
    rest: str = ""


@dataclass(frozen=True)
class Period:
    """What a column states: `measure` of the list `measures`, period as stored, its kind and last day."""

    measure: str
    period: str
    period_kind: str
    period_end: date
    end: Month


@lru_cache(maxsize=4096)
def read_words(heading: str) -> Words:
    """Take a heading apart (any case, any tone-mark style, line breaks as spaces)."""
    text = _TWICE.sub(r"\1", fold(heading))
    compared, reference, contradiction = None, None, ""
    parts = _COMPARED.split(text)
    if len(parts) == 2:
        before, after = parts
        for kind, pattern in _REFERENCES:
            found = pattern.match(after)
            if found and found.group().strip():
                compared, reference = kind, _reference(kind, found)
                after = after[found.end() :]
                break
        else:
            contradiction = "so với "
        text = f"{before} | {after}"
    elif len(parts) > 2:
        contradiction = "so với so với "
    spans, text = _take_spans(text)
    types = []
    for name, pattern in _DATA_TYPES:
        if pattern.search(text):
            types.append(name)
            text = pattern.sub(" ", text)
    if len(types) == 2 and "actual" in types:  # `Thực hiện` above columns of which one is `Ước tính`
        types.remove("actual")
    cumulated, text = bool(_CUMULATED.search(text)), _CUMULATED.sub(" ", text)
    average, text = bool(_AVERAGE.search(text)), _AVERAGE.sub(" ", text)
    span = _one_span(spans)
    if span is None and spans:
        contradiction += "? "
    if len(types) > 1:
        contradiction += "? "
    rest = " ".join((contradiction + text.replace("|", " ")).strip(" :;,.-–").split())
    return Words(span, types[0] if len(types) == 1 else None, cumulated, average, compared, reference, rest)


def _reference(kind: str, found: re.Match[str]) -> Span | None:
    groups = found.groupdict()
    year = groups.get("year") or groups.get("base")
    index = groups.get("index")
    return Span(kind, _ROMAN.get(index, 0) or int(index) if index else 0, int(year) if year else None)


def _take_spans(text: str) -> tuple[list[Span], str]:
    spans = []
    for found in _SPANS.finditer(text):
        groups = found.groupdict()
        for kind in ("ytd", "month", "quarter"):
            if groups[kind]:
                year = groups[f"{kind}_year"]
                index = _ROMAN.get(groups[kind], 0) or int(groups[kind])
                spans.append(Span(kind, index, int(year) if year else None))
        if groups["day"]:
            spans.append(Span("day", int(groups["day_month"]) * 100 + int(groups["day"]), int(groups["day_year"])))
        if groups["this"] or groups["last"]:
            spans.append(Span("this" if groups["this"] else "last", 0))
        if groups["year"] or groups["whole"]:
            spans.append(Span("year", 0, int(groups["year"]) if groups["year"] else None))
    return spans, _SPANS.sub(" ", re.sub(r"\bđầu\s+năm\b(?!\s*\d)", " ", text) if spans else text)


def _one_span(spans: list[Span]) -> Span | None:
    """The one span a heading is about; a lone year completes a span without one. None when there are several."""
    if len(spans) == 2 and spans[1].kind == "year" and spans[1].year and spans[0].year is None:
        spans = [replace(spans[0], year=spans[1].year)]
    if len(spans) != 1:
        return None
    span = spans[0]
    if span.kind in ("year", "this", "last"):
        return span
    if span.kind == "day":
        return span if span.year and _day(span.year, span.index) else None
    return span if 1 <= span.index <= {"month": 12, "ytd": 12, "quarter": 4}[span.kind] else None


def _day(year: int, index: int) -> date | None:
    try:
        return date(year, index // 100, index % 100)
    except ValueError:
        return None


def title_day(title: str) -> Span | None:
    """The day of a title `… đến ngày 15 tháng 5 năm 2017`; None when it names none, or several."""
    found = {
        (int(f["year"]), int(f["month"]) * 100 + int(f["day"]))
        for f in _TITLE_DAY.finditer(fold(title))
        if _day(int(f["year"]), int(f["month"]) * 100 + int(f["day"]))
    }
    return Span("day", next(iter(found))[1], next(iter(found))[0]) if len(found) == 1 else None


def on_day(span: Span, day: Span | None) -> Span:
    """`this` and `last` as the day they stand for; any other span, or without a day, as it is."""
    if day is None or day.year is None or span.kind not in ("this", "last"):
        return span
    return day if span.kind == "this" else replace(day, year=day.year - 1)


def resolve(words: Words, reference_year: int | None = None) -> Period | None:
    """Measure and period a heading states; None when it states none with certainty.

    `reference_year` completes a heading that prints no year of its own (`Thực hiện tháng 4`).
    """
    span = words.span
    if span is None or span.kind in ("this", "last"):
        return None
    if span.year is None:
        year = _implied_year(words) or reference_year
        if year is None:
            return None
        span = replace(span, year=year)
    if words.cumulated and span.kind == "month":
        span = replace(span, kind="ytd")
    measure = _measure(span, words)
    end = span.end
    if measure is None or end is None or not 1990 <= end.year <= 2100:
        return None
    if measure == "plan":
        return Period("period", str(end.year), "year", date(end.year, 12, 31), end)
    if span.kind == "day":
        day = _day(end.year, span.index)
        return Period(measure, day.isoformat(), "day", day, end) if day else None
    if span.kind == "quarter" and (span.index > 1 or measure == "qoq"):
        return Period(measure, f"{end.year}-Q{span.index}", "quarter", end.last_day, end)
    return Period(measure, str(end), "month", end.last_day, end)


def _implied_year(words: Words) -> int | None:
    """`so với cùng kỳ năm 2016` implies 2017; `so với kế hoạch năm 2017` implies 2017."""
    if words.reference is None or words.reference.year is None:
        return None
    if words.compared == "same":
        return words.reference.year + 1
    return words.reference.year if words.compared == "plan" else None


def _measure(span: Span, words: Words) -> str | None:
    """Code of the kind of number; first quarter and whole year count as year to date."""
    cumulative = span.kind in ("ytd", "year") or (span.kind == "quarter" and span.index == 1)
    if words.data_type == "plan":
        return "plan" if span.kind == "year" and words.compared is None else None
    if words.compared is None:
        return "level" if span.kind == "day" else "ytd" if cumulative else "period"
    reference, year = words.reference, span.year
    if year is None:
        return None
    if words.compared == "base":
        return "index" if span.kind == "month" else None
    if words.compared == "plan":
        stated = reference.year if reference else None
        return (
            "plan_pct"
            if stated in (None, year) and (cumulative or (span.kind == "month" and span.index == 1))
            else None
        )
    if words.compared == "previous_month":
        return "mom" if span.kind in ("month", "day") else None
    if words.compared in ("same", "previous_year"):
        stated = reference.year if reference else None
        if stated not in (None, year - 1) or (words.compared == "previous_year" and span.kind != "year"):
            return None
        return _year_on_year(span, cumulative)
    if reference is None:
        return None
    if words.compared == "month" and span.kind == "month":
        return _month_on_month(span, reference)
    if words.compared == span.kind == "quarter" and _quarter_before(span, reference):
        return "qoq"
    if words.compared == span.kind and reference.index == span.index and reference.year in (None, year - 1):
        return _year_on_year(span, cumulative) if span.kind != "year" or reference.year else None
    return None


def _year_on_year(span: Span, cumulative: bool) -> str:
    return "ytd_yoy" if cumulative else "quarter_yoy" if span.kind == "quarter" else "yoy"


def _quarter_before(span: Span, reference: Span) -> bool:
    if span.year is None or reference.year is None:
        return False
    return span.year * 4 + span.index - 1 == reference.year * 4 + reference.index


def _month_on_month(span: Span, reference: Span) -> str | None:
    here = span.end
    if here is None or reference.year is None or not 1 <= reference.index <= 12:
        return None
    there = Month(reference.year, reference.index)
    if there == here.shifted(-1):
        return "mom"
    if there == here.shifted(-12):
        return "yoy"
    return "dec" if there == Month(here.year - 1, 12) else None


def title_month(title: str) -> Month | None:
    """Month a table's title says it is about: the end of `từ 01/01 - 20/5/2017`, `tháng 9 và 9 tháng năm 2019`.

    None when it names none, or names two.
    """
    text = fold(title)
    ends = {Month(int(found["year"]), int(found["month"])) for found in _DATED.finditer(text)}
    if not ends:
        spans = [span for span in _take_spans(text)[0] if span.kind != "quarter"]
        years = {span.year for span in spans if span.year}
        if len(years) == 1:
            year = years.pop()
            ends = {end for span in spans if (end := replace(span, year=year).end) and span.kind in ("month", "ytd")}
            ends = ends or {Month(year, 12) for span in spans if span.kind == "year" and "cả năm" in text}
    if len(ends) != 1 or not 1 <= next(iter(ends)).month <= 12:
        return None
    return ends.pop()


def title_span(title: str) -> Span | None:
    """Span of a table whose title alone gives it: `từ 01/01 - 20/5/2017`, `4 tháng năm 2001`; None when not one."""
    text = fold(title)
    dated = list(_DATED.finditer(text))
    if dated:
        end = title_month(title)
        if len(dated) > 1 or end is None or dated[0]["from_year"] not in (None, str(end.year)):
            return None
        return Span("ytd", end.month, end.year)
    spans = _take_spans(text)[0]
    if len(spans) != 1 or spans[0].year is None or spans[0].kind == "year":
        return None
    return _one_span(spans)
