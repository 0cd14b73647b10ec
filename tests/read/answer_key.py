"""Comparison of what the reader takes from the statistics office's workbooks with an independent answer key.

The key (`nso_monthly/answers/*.csv`) is another author's extraction of the same workbooks, 2015–2019. Its columns
that restate a cell are compared cell by cell; columns of its author's arithmetic across months are left out. Run as
a script, it prints recovered / wrong / missing per table and year:

    .venv/bin/python tests/read/answer_key.py
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from ioc_pipeline.contracts.feed_contract import load_feed  # noqa: E402
from ioc_pipeline.contracts.model import Feed  # noqa: E402
from ioc_pipeline.contracts.units import resolve_province  # noqa: E402
from ioc_pipeline.read.statistics.nso_workbook import read_workbook  # noqa: E402
from ioc_pipeline.read.text.text_folding import fold  # noqa: E402
from tests.read.answer_tables import CORE_INFLATION, IIP_BY_POSITION, OWN_INDICATORS, QUARTER, TABLES, Table  # noqa: E402
from tests.read.known_key_errors import IIP_JANUARY_BY_POSITION, OTHER_SPELLINGS, key_error  # noqa: E402

YEARS = ("2015", "2016", "2017", "2018", "2019")
RELATIVE = 1e-9  # the key keeps every digit of the cell; only the printing of binary fractions may differ


def realdata() -> Path:
    """Folder of the real files: `IOC_REALDATA`, else beside the repository."""
    return Path(os.environ.get("IOC_REALDATA") or ROOT.parent / "shared" / "realdata")


def workbooks(years: tuple[str, ...]) -> list[Path]:
    """Workbooks published in the years given, oldest first."""
    folder = realdata() / "nso_monthly" / "workbooks"
    return sorted(path for path in folder.iterdir() if path.name[:4] in years)


@lru_cache(maxsize=1)
def nso_feed() -> Feed:
    """The feed as declared in the repository."""
    root = ROOT / "data_contracts"
    feed, problems = load_feed(root / "feeds" / "nso_monthly", root)
    assert feed is not None, [problem.text.en for problem in problems]
    return feed


@dataclass(frozen=True)
class Fact:
    """One value read from a workbook."""

    indicator: str
    label: str | None  # last part of the item, the area's name, or None for the whole
    item: str | None
    area: str | None
    period: str
    measure: str
    value: float | None
    location: str


@dataclass
class Book:
    """All values of one workbook, by (indicator, folded label)."""

    published: str
    month: str
    facts: dict[tuple[str, str], list[Fact]] = field(default_factory=lambda: defaultdict(list))


def read_book(feed: Feed, path: Path, folder: Path) -> Book:
    """Read a workbook and index its sound rows."""
    out = folder / f"{path.stem}.parquet"
    read_workbook(feed, path, path.name, out)
    book = Book(path.name[:10], "")
    months: dict[str, int] = defaultdict(int)
    for row in pq.read_table(out).to_pylist():
        if row["_problems"] and row["_problems"][0]["code"] != "area.unknown":
            continue
        printed_item = row["item_name"] or row["item"]
        label = row["area_name"] or (printed_item.split(" > ")[-1] if printed_item else None)
        fact = Fact(
            row["indicator"],
            label,
            row["item"],
            row["area"],
            row["period"],
            row["measure"],
            row["value"],
            row["_location"],
        )
        book.facts[row["indicator"], fold(label or "")].append(fact)
        if row["period_kind"] == "month":
            months[row["period"]] += 1
    book.month = max(months) if months else ""
    return book


@dataclass(frozen=True)
class Answer:
    """One cell of the key: where it stands and the value the book must hold for it."""

    table: str
    date: str
    label: str
    column: str
    indicator: str
    measures: tuple[str, ...]
    period: str
    value: float
    whole: bool


@dataclass
class Score:
    """Outcome for one table and year."""

    recovered: int = 0
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    excepted: int = 0

    @property
    def total(self) -> int:
        """Cells of the key that count."""
        return self.recovered + len(self.wrong) + len(self.missing)


def answers(table: Table) -> Iterator[Answer]:
    """Cells of one file of the key that restate a cell of a book."""
    path = realdata() / "nso_monthly" / "answers" / f"{table.file}.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        month = row.get("Month") or row["Date"][:7]
        for restated in table.columns:
            if row[restated.column] == "":
                continue
            if restated.column == "Vốn đăng ký" and row["Vốn đăng ký cấp mới"]:
                continue  # the author's sum of the two columns the books have since March 2019
            if table.file == "iip" and row["Date"] in IIP_JANUARY_BY_POSITION:
                restated = IIP_BY_POSITION.get(restated.column, restated)
            measures, indicator, minus = restated.measures, restated.indicator, restated.minus
            if month.endswith("-01"):
                measures = tuple(dict.fromkeys((*measures, *(table.january.get(m, m) for m in measures))))
            label = row[table.label]
            if label == "LẠM PHÁT CƠ BẢN":
                january = month.endswith("-01") and restated.measures[0] == "ytd_yoy"
                indicator = CORE_INFLATION["yoy" if january else restated.measures[0]]
                minus, measures = 0.0, ("growth",)
            period = _previous(month) if restated.month == "previous" else month
            if restated.month == "quarter" and row["Date"] >= "2018-09" and not month.endswith("-03"):
                period = f"{month[:4]}-Q{int(month[5:]) // 3}"
                measures = tuple(QUARTER[m] for m in measures)
            yield Answer(
                table.file,
                row["Date"],
                label,
                restated.column,
                OWN_INDICATORS.get(label, indicator),
                measures,
                period,
                float(row[restated.column]) + minus,
                label in table.whole or label in OWN_INDICATORS or label == "LẠM PHÁT CƠ BẢN",
            )


def _previous(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02d}"


def matching(answer: Answer, book: Book) -> list[Fact]:
    """Values of a book that the answer restates; several only where a label stands twice in the table."""
    labels = ("",) if answer.whole else (answer.label, *OTHER_SPELLINGS.get(answer.label, ()))
    area = resolve_province(answer.label, date(int(answer.date[:4]), 1, 1))
    found = [
        fact
        for label in labels
        for fact in book.facts.get((answer.indicator, fold(label)), ())
        if fact.period == answer.period and fact.measure in answer.measures
    ]
    if not found and area is not None:
        found = [
            fact
            for (indicator, _), facts in book.facts.items()
            for fact in facts
            if indicator == answer.indicator
            and fact.area == area
            and fact.period == answer.period
            and fact.measure in answer.measures
        ]
    return found


def equal(read: float | None, stated: float) -> bool:
    """The same number, but for the last bits that the author's subtraction of 100 costs."""
    if read is None:
        return False
    return abs(read - stated) <= RELATIVE * max(1.0, abs(stated))


def compare(books: dict[str, Book]) -> dict[tuple[str, str], Score]:
    """Scores by (table, year); cells where the key itself is known to be wrong are counted apart."""
    scores: dict[tuple[str, str], Score] = defaultdict(Score)
    for table in TABLES:
        for answer in answers(table):
            score = scores[table.file, answer.date[:4]]
            if key_error(answer.table, answer.date, answer.column, answer.label, answer.value) is not None:
                score.excepted += 1
                continue
            book = books.get(answer.date)
            facts = matching(answer, book) if book is not None else []
            if any(equal(fact.value, answer.value) for fact in facts):
                score.recovered += 1
            elif facts:
                score.wrong.append(
                    f"{answer.date} {answer.label} {answer.column}: key {answer.value}, read "
                    + ", ".join(f"{fact.value} at {fact.location}" for fact in facts)
                )
            else:
                score.missing.append(f"{answer.date} {answer.label} {answer.column}: key {answer.value}")
    return scores


def read_books(years: tuple[str, ...]) -> dict[str, Book]:
    """All workbooks of the years, read, by publication date."""
    feed = nso_feed()
    with tempfile.TemporaryDirectory() as folder:
        return {book.published: book for book in (read_book(feed, path, Path(folder)) for path in workbooks(years))}


def printed(scores: dict[tuple[str, str], Score]) -> str:
    """The table of scores, as text."""
    lines = [f"{'table':<9}{'year':<6}{'recovered':>10}{'wrong':>7}{'missing':>9}{'excepted':>10}{'share':>9}"]
    for (table, year), score in sorted(scores.items()):
        share = score.recovered / score.total if score.total else 1.0
        lines.append(
            f"{table:<9}{year:<6}{score.recovered:>10}{len(score.wrong):>7}{len(score.missing):>9}"
            f"{score.excepted:>10}{share:>9.2%}"
        )
    return "\n".join(lines)


def totals(scores: dict[tuple[str, str], Score]) -> dict[str, Score]:
    """Scores by table, all years together."""
    whole: dict[str, Score] = defaultdict(Score)
    for (table, _), score in scores.items():
        sum_ = whole[table]
        sum_.recovered += score.recovered
        sum_.wrong += score.wrong
        sum_.missing += score.missing
        sum_.excepted += score.excepted
    return whole


def main() -> None:
    """Print the comparison, and every wrong and missing cell with `--all`."""
    scores = compare(read_books(YEARS))
    print(printed(scores))
    for table, score in totals(scores).items():
        print(f"{table:<9}all   {score.recovered:>10}{len(score.wrong):>7}{len(score.missing):>9}{score.excepted:>10}")
        if "--all" in sys.argv:
            for line in [*(f"  wrong   {w}" for w in score.wrong), *(f"  missing {m}" for m in score.missing)]:
                print(line)


if __name__ == "__main__":
    main()
