"""`tables.yaml` of a workbook feed: how its tables are recognised and what their columns and rows mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.positions import Source
from ioc_pipeline.contracts.schema_check import schema_problems
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.read.text.text_folding import fold

DATA_TYPES = ("plan", "estimate", "preliminary", "actual", "official")
ROW_KINDS = ("area", "item")
QUARTERS = ("titled", "always")
ROW_UNITS = ("column", "label")
"""Where rows of a table print a unit of their own: in a column beside the labels, or in brackets behind them."""
Aliases = tuple[tuple[re.Pattern[str], str], ...]
"""Pattern of a whole folded label, and the label it stands for."""
_TABLE_KEYS = {
    "id", "name", "title", "not_title", "whole", "groups", "sections", "rows", "columns", "ignore", "data_type",
    "title_period", "title_day", "row_units", "parts", "quarters", "start", "last_year", "aliases",
}  # fmt: skip


@dataclass(frozen=True)
class IndicatorSpec:
    """An indicator the tables feed: its name and the units it may come in."""

    code: str
    name: Text
    units: tuple[str, ...]


@dataclass(frozen=True)
class ColumnSpec:
    """A kind of column: `words` are those of its heading besides period words (None: no others)."""

    indicator: str  # empty when `role` is set
    units: tuple[str, ...]
    words: re.Pattern[str] | None = None
    share: bool = False  # a share of the total, in per cent
    note_units: tuple[str, ...] = ()  # units a footnote may give single rows
    role: str | None = None  # the section a row stands in says which indicator this is


@dataclass(frozen=True)
class SectionSpec:
    """A heading row and what the rows under it are: areas, or items below `item`.

    Among areas, labels that match `not_areas` (oil and gas off shore) are items. `indicators` says which indicator
    the columns of each role state in this section and in those after it; `whole`: numbers beside the heading are
    the section's total.
    """

    heading: re.Pattern[str]
    rows: str
    item: str | None = None
    not_areas: tuple[re.Pattern[str], ...] = ()
    indicators: tuple[tuple[str, IndicatorSpec], ...] = ()
    whole: bool = False


@dataclass(frozen=True)
class RowSpec:
    """A row that is an indicator of its own; `growth` gives one indicator per measure, stated as growth in %."""

    label: re.Pattern[str]
    indicator: str | None
    growth: dict[str, str]


@dataclass(frozen=True, eq=False)
class TableSpec:
    """One table of the workbook; every pattern is matched against folded text. Itself its key in caches."""

    id: str
    name: Text
    title: tuple[re.Pattern[str], ...]
    not_title: tuple[re.Pattern[str], ...]
    whole: tuple[re.Pattern[str], ...]
    groups: tuple[re.Pattern[str], ...]  # rows whose parts follow them, in books that print no indentation
    parts: tuple[re.Pattern[str], ...]  # rows that are always parts of the row before them, however printed
    sections: tuple[SectionSpec, ...]
    start: SectionSpec | None  # what the rows before any section's heading are; None: items
    rows: tuple[RowSpec, ...]
    columns: tuple[ColumnSpec, ...]
    ignore: tuple[re.Pattern[str], ...]
    latest: str  # data type of columns of the reference month that print none
    earlier: str  # … and of earlier months
    title_period: bool  # columns without a period take the title's
    title_day: bool  # `this period` of a heading is the day the title names
    row_units: str | None  # one of ROW_UNITS; None: the unit is the column's
    quarters: str | None  # columns about any quarter of the year: under the title `các quý`, or always
    last_year: bool  # columns about the same period of the year before need not say that they are actual figures
    aliases: Aliases  # labels that drifted between years, those of all tables after the table's own

    def matches(self, title: str) -> bool:
        """True when a folded title, its number dropped, is this table's."""
        return any(p.search(title) for p in self.title) and not any(p.search(title) for p in self.not_title)


@dataclass(frozen=True)
class WorkbookSpec:
    """Everything `tables.yaml` declares."""

    title_mark: re.Pattern[str]
    continued: re.Pattern[str]
    indicators: dict[str, IndicatorSpec]
    tables: tuple[TableSpec, ...]
    not_taken: tuple[tuple[re.Pattern[str], Text], ...]  # titles of known tables that are not read, and why
    harmless_notes: tuple[re.Pattern[str], ...] = ()  # footnotes that do not change what the numbers mean


def load_table_spec(path: Path) -> WorkbookSpec:
    """Spec declared in a file; IocError listing every mistake with its line and key when it is not valid."""
    source = YamlSource(path)
    problems = spec_problems(source)
    if problems:
        vi = "; ".join(f"dòng {line}: {text.vi}" for line, text in problems)
        en = "; ".join(f"line {line}: {text.en}" for line, text in problems)
        raise IocError(Message("contract.tables", f"{path}: {vi}.", f"{path}: {en}."))
    return _SpecReader(source).workbook()


def spec_problems(source: Source) -> list[tuple[int, Text]]:
    """Every mistake of a parsed `tables.yaml` with its line; values of the wrong kind first, alone."""
    wrong_kinds = schema_problems(source, "tables")
    if wrong_kinds:
        return [(p.line or 1, p.text) for p in wrong_kinds]
    reader = _SpecReader(source)
    reader.workbook()
    return reader.problems


class _SpecReader:
    """Reads the parsed file, gathering problems instead of stopping at the first."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[tuple[int, Text]] = []

    def workbook(self) -> WorkbookSpec:
        data = self.source.data if isinstance(self.source.data, dict) else {}
        self.unknown(
            data, {"title_mark", "continued", "indicators", "aliases", "tables", "not_taken", "harmless_notes"}, ()
        )
        indicators = {
            str(code): self.indicator(str(code), declared) for code, declared in (data.get("indicators") or {}).items()
        }
        shared = self.aliases(data.get("aliases") or {}, ())
        tables = tuple(self.table(i, t, indicators, shared) for i, t in enumerate(data.get("tables") or ()))
        if not tables:
            self.wrong(("tables",), "chưa khai báo biểu nào", "no table is declared")
        seen: set[str] = set()
        for position, table in enumerate(tables):
            if table.id in seen:
                self.wrong(("tables", position, "id"), f"trùng id {table.id!r}", f"id {table.id!r} is used twice")
            seen.add(table.id)
        return WorkbookSpec(
            self.pattern(data.get("title_mark", ""), ("title_mark",)),
            self.pattern(data.get("continued") or r"(?!)", ("continued",)),
            indicators,
            tables,
            tuple(self.refusal(entry, ("not_taken", i)) for i, entry in enumerate(data.get("not_taken") or ())),
            tuple(self.pattern(p, ("harmless_notes", i)) for i, p in enumerate(data.get("harmless_notes") or ())),
        )

    def refusal(self, declared: Any, where: tuple[str | int, ...]) -> tuple[re.Pattern[str], Text]:
        declared = declared if isinstance(declared, dict) else {"title": declared}
        self.unknown(declared, {"title", "vi", "en"}, where)
        why = Text(str(declared.get("vi", "")), str(declared.get("en", "")))
        if not why.vi or not why.en:
            self.wrong(where, "cần nêu lý do (vi, en)", "a reason is needed (vi, en)")
        return self.pattern(declared.get("title", ""), where), why

    def indicator(self, code: str, declared: Any) -> IndicatorSpec:
        where = ("indicators", code)
        declared = declared if isinstance(declared, dict) else {}
        if not declared.get("vi") or not declared.get("en") or not declared.get("units"):
            self.wrong(where, f"{code} cần vi, en và units", f"{code} needs vi, en and units")
        units = tuple(str(unit) for unit in declared.get("units") or ())
        return IndicatorSpec(code, Text(str(declared.get("vi", "")), str(declared.get("en", ""))), units)

    def table(self, position: int, declared: Any, indicators: dict[str, IndicatorSpec], shared: Aliases) -> TableSpec:
        where: tuple[str | int, ...] = ("tables", position)
        declared = declared if isinstance(declared, dict) else {}
        self.unknown(declared, _TABLE_KEYS, where)
        for key in ("id", "name", "title", "columns"):
            if not declared.get(key):
                self.wrong(where, f"biểu thứ {position + 1} thiếu {key}", f"table {position + 1} lacks {key}")
        name = declared.get("name") or {}
        types = declared.get("data_type") or {}
        for key in ("latest", "earlier"):
            if types.get(key, "actual") not in DATA_TYPES:
                choices = ", ".join(DATA_TYPES)
                self.wrong((*where, "data_type", key), f"{key} phải là {choices}", f"{key} must be one of {choices}")
        return TableSpec(
            str(declared.get("id", "")),
            Text(str(name.get("vi", "")), str(name.get("en", ""))),
            self.patterns(declared, "title", where),
            self.patterns(declared, "not_title", where),
            self.patterns(declared, "whole", where),
            self.patterns(declared, "groups", where),
            self.patterns(declared, "parts", where),
            tuple(
                self.section(s, (*where, "sections", i), indicators)
                for i, s in enumerate(declared.get("sections") or ())
            ),
            self.section({"heading": "", **declared["start"]}, (*where, "start"), indicators)
            if declared.get("start")
            else None,
            tuple(self.row(r, (*where, "rows", i), indicators) for i, r in enumerate(declared.get("rows") or ())),
            tuple(
                self.column(c, (*where, "columns", i), indicators) for i, c in enumerate(declared.get("columns") or ())
            ),
            self.patterns(declared, "ignore", where),
            str(types.get("latest", "estimate")),
            str(types.get("earlier", "actual")),
            bool(declared.get("title_period", False)),
            bool(declared.get("title_day", False)),
            self.one_of(declared.get("row_units"), ROW_UNITS, "row_units", where),
            self.one_of(declared.get("quarters"), QUARTERS, "quarters", where),
            bool(declared.get("last_year", False)),
            (*self.aliases(declared.get("aliases") or {}, where), *shared),
        )

    def one_of(self, declared: Any, known: tuple[str, ...], key: str, where: tuple[str | int, ...]) -> str | None:
        if declared is not None and declared not in known:
            choices = ", ".join(known)
            self.wrong((*where, key), f"{key} phải là {choices}", f"{key} must be one of {choices}")
            return None
        return declared

    def aliases(self, declared: dict[str, list[str]], where: tuple[str | int, ...]) -> Aliases:
        """Pairs (pattern, label) of `aliases: {label: [patterns]}`; a label matches as a whole."""
        return tuple(
            (self.pattern(f"^(?:{pattern})$", (*where, "aliases", label)), str(label))
            for label, patterns in declared.items()
            for pattern in patterns
        )

    def section(
        self, declared: dict[str, Any], where: tuple[str | int, ...], indicators: dict[str, IndicatorSpec]
    ) -> SectionSpec:
        self.unknown(declared, {"heading", "rows", "item", "not_areas", "indicators", "whole"}, where)
        roles = {str(role): str(code) for role, code in (declared.get("indicators") or {}).items()}
        for code in roles.values():
            self.known(code, where, indicators)
        if declared.get("rows") not in ROW_KINDS:
            choices = ", ".join(ROW_KINDS)
            self.wrong(where, f"rows phải là {choices}", f"rows must be one of {choices}")
        return SectionSpec(
            self.pattern(declared.get("heading", ""), where),
            str(declared.get("rows")),
            declared.get("item"),
            self.patterns(declared, "not_areas", where),
            tuple((role, indicators[code]) for role, code in roles.items() if code in indicators),
            bool(declared.get("whole", False)),
        )

    def row(
        self, declared: dict[str, Any], where: tuple[str | int, ...], indicators: dict[str, IndicatorSpec]
    ) -> RowSpec:
        self.unknown(declared, {"label", "indicator", "growth"}, where)
        growth = {str(k): str(v) for k, v in (declared.get("growth") or {}).items()}
        for code in (declared.get("indicator"), *growth.values()):
            self.known(code, where, indicators)
        return RowSpec(self.pattern(declared.get("label", ""), where), declared.get("indicator"), growth)

    def column(
        self, declared: dict[str, Any], where: tuple[str | int, ...], indicators: dict[str, IndicatorSpec]
    ) -> ColumnSpec:
        self.unknown(declared, {"indicator", "role", "words", "share", "note_units"}, where)
        code = declared.get("indicator")
        self.known(code, where, indicators)
        role = declared.get("role")
        if bool(code) == bool(role):
            self.wrong(where, "cột cần indicator hoặc role", "the column needs either indicator or role")
        units = indicators[str(code)].units if str(code) in indicators else ()
        words = declared.get("words")
        return ColumnSpec(
            str(code or ""),
            units,
            self.pattern(words, where) if words else None,
            bool(declared.get("share", False)),
            tuple(str(unit) for unit in declared.get("note_units") or ()),
            str(role) if role else None,
        )

    def known(self, code: Any, where: tuple[str | int, ...], indicators: dict[str, IndicatorSpec]) -> None:
        if code is not None and str(code) not in indicators:
            self.wrong(where, f"chỉ số {code!r} chưa khai báo", f"indicator {code!r} is not declared")

    def patterns(self, data: dict[str, Any], key: str, where: tuple[str | int, ...]) -> tuple[re.Pattern[str], ...]:
        listed = data.get(key) or []
        if not isinstance(listed, list):
            self.wrong((*where, key), f"{key} phải là danh sách", f"{key} must be a list")
            return ()
        return tuple(self.pattern(text, (*where, key, i)) for i, text in enumerate(listed))

    def pattern(self, text: Any, where: tuple[str | int, ...]) -> re.Pattern[str]:
        try:
            folded = str(text)
            if fold(folded) != folded.strip():  # a pattern that can never match folded text is a mistake
                self.wrong(
                    where,
                    f"mẫu {folded!r} phải viết thường, dấu kiểu mới, một dấu cách",
                    f"pattern {folded!r} must be lower case, new tone-mark style, single spaces",
                )
            return re.compile(folded)
        except re.error as error:
            self.wrong(where, f"biểu thức {text!r} sai: {error}", f"bad regular expression {text!r}: {error}")
            return re.compile(r"(?!)")

    def unknown(self, declared: Any, allowed: set[str], where: tuple[str | int, ...]) -> None:
        for key in declared if isinstance(declared, dict) else ():
            if key not in allowed:
                choices = ", ".join(sorted(allowed))
                self.wrong((*where, key), f"khóa lạ {key!r} (có: {choices})", f"unknown key {key!r} (known: {choices})")

    def wrong(self, where: tuple[str | int, ...], vi: str, en: str) -> None:
        line = self.source.line(*where) or 1
        path = "/".join(str(part) for part in where)
        self.problems.append((line, Text(f"{path}: {vi}" if path else vi, f"{path}: {en}" if path else en)))
