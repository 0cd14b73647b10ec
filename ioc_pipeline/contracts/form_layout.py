"""What a form (biểu mẫu) looks like, derived from the feed's contract: its columns, its fixed rows, its title block.

The writer of the template and the reader of what comes back both start from this, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.model import CodeList, Column, Feed
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import Period

LAYOUTS = ("rows", "wide", "indicators")
"""rows: a row is a record, its columns are the contract's. wide: a row is a commune, a column an indicator.
indicators: a row is an indicator, the columns are kinds of number (this period, year to date, plan …)."""
FIXED_ROWS = ("communes", "indicators", "none")
METADATA_SHEET, LISTS_SHEET = "_ioc", "_danh_muc"
NUMBER_COLUMN = "_stt"
AREA, AREA_NAME, INDICATOR, INDICATOR_NAME, UNIT = "area", "area_name", "indicator", "indicator_name", "unit"
MARKS = {"-": "nil", "..": "missing", "x": "confidential"}
"""What a clerk writes where there is no number, and the status it means."""
SIMULATED_LABEL = "SỐ LIỆU MÔ PHỎNG · SIMULATED DATA"
COUNTED = frozenset(
    {"người", "dự án", "hồ sơ", "doanh nghiệp", "giường", "chiếc", "lượt", "ca", "trường", "lớp", "cơ sở", "vụ"}
)
"""Units of things that are counted one by one: their numbers are whole."""

_NO_TEXT = Text("", "")


@dataclass(frozen=True)
class FormColumn:
    """One column of the form. `name` is a contract column, an indicator code or a declared value column.

    `role`: `label` says which row it is (locked where the rows are fixed), `value` is filled in.
    """

    name: str
    title: Text
    role: str  # number | label | value
    type: str = "VARCHAR"
    unit: str | None = None
    required: bool = True
    description: Text = _NO_TEXT
    codes: str | None = None
    aliases: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    group: Text | None = None
    example: str | float | None = None
    indicator: str | None = None  # wide
    measure: str | None = None
    data_type: str | None = None
    whole_year: bool = False  # the number is about the year of the form's period

    @property
    def numeric(self) -> bool:
        """True when its cells hold numbers."""
        return self.type in ("DOUBLE", "BIGINT")

    def as_column(self) -> Column:
        """As a column of a contract, for matching headers."""
        return Column(self.name, self.type, required=self.required, title=self.title, aliases=self.aliases)


@dataclass(frozen=True)
class FormRow:
    """A row whose label the contract knows: a commune, or an indicator."""

    code: str
    name: Text
    unit: str | None = None
    measures: tuple[str, ...] = ()  # indicators: kinds of number that exist for it; empty = all
    whole: bool = False  # its numbers are counts
    level: int = 0
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class FormLayout:
    """The whole form of one feed."""

    feed: Feed
    layout: str
    fixed_rows: str
    columns: tuple[FormColumn, ...]
    sheet: str
    number: str | None
    period_column: str | None  # rows: the contract column filled with the form's period
    area_column: str | None  # rows: the contract column that holds the commune's code
    period_label: Mapping[str, str] = field(default_factory=dict)
    data_type: str = "actual"
    total_row: bool = False
    blank_rows: int = 30

    @cached_property
    def by_name(self) -> dict[str, FormColumn]:
        """Columns by name."""
        return {c.name: c for c in self.columns}

    @property
    def labels(self) -> tuple[FormColumn, ...]:
        """Columns that say which row it is."""
        return tuple(c for c in self.columns if c.role == "label")

    @property
    def values(self) -> tuple[FormColumn, ...]:
        """Columns that are filled in."""
        return tuple(c for c in self.columns if c.role == "value")

    def rows(self, province: str, on: date) -> tuple[FormRow, ...]:
        """Rows the contract knows, in their order; empty when the form is open."""
        if self.fixed_rows == "communes":
            return tuple(
                FormRow(unit.code, Text(unit.full_name, unit.name_en)) for unit in units.communes(province, on)
            )
        if self.fixed_rows == "indicators":
            return tuple(_indicator_row(code, d) for code, d in self.feed.declared_indicators().items())
        return ()

    def period_words(self, period: Period) -> Text:
        """The form's period as printed in its title block."""
        if not self.period_label:
            return period.words
        year = period.start.year
        return Text(*(self.period_label[k].format(year=year, next_year=year + 1) for k in ("vi", "en")))


def form_layout(feed: Feed) -> FormLayout:
    """Layout of a feed whose contract says `reader.format: form`; KeyError or ValueError when it does not add up
    (`ioc contract check` says what is wrong, see `form_problems`)."""
    reader = feed.reader
    layout = str(reader["layout"])
    fixed = str(reader.get("fixed_rows", {"wide": "communes", "indicators": "indicators"}.get(layout, "none")))
    columns: list[FormColumn] = [FormColumn(NUMBER_COLUMN, Text("STT", "No."), "number", required=False)]
    if layout == "rows":
        columns += _record_columns(feed)
    else:
        columns += _area_labels() if layout == "wide" else _indicator_labels()
        columns += _indicator_columns(feed) if layout == "wide" else _value_columns(feed)
    return FormLayout(
        feed=feed,
        layout=layout,
        fixed_rows=fixed,
        columns=tuple(columns),
        sheet=str(reader.get("sheet") or "Biểu"),
        number=reader.get("form_number"),
        period_column=reader.get("period_column"),
        area_column=reader.get("area_column"),
        period_label=dict(reader.get("period_label") or {}),
        data_type=str(reader.get("data_type", "actual")),
        total_row=bool(reader.get("total_row", False)),
        blank_rows=int(reader.get("blank_rows", 30)),
    )


def _area_labels() -> list[FormColumn]:
    return [
        FormColumn(AREA, Text("Mã xã", "Commune code"), "label", required=False, aliases=("Mã đơn vị hành chính",)),
        FormColumn(
            AREA_NAME,
            Text("Tên xã, phường, đặc khu", "Commune"),
            "label",
            required=False,
            aliases=("Tên xã", "Tên xã, phường", "Xã, phường", "Đơn vị hành chính", "Địa phương", "Commune name"),
        ),
    ]


def _indicator_labels() -> list[FormColumn]:
    return [
        FormColumn(INDICATOR, Text("Mã số", "Code"), "label", required=False, aliases=("Mã chỉ tiêu", "Mã")),
        FormColumn(
            INDICATOR_NAME,
            Text("Chỉ tiêu", "Indicator"),
            "label",
            required=False,
            aliases=("Tên chỉ tiêu", "Nội dung"),
        ),
        FormColumn(
            UNIT, Text("Đơn vị tính", "Unit"), "label", required=False, aliases=("ĐVT", "Đơn vị", "Unit of measure")
        ),
    ]


def _record_columns(feed: Feed) -> list[FormColumn]:
    reader = feed.reader
    left_out = {"simulated", reader.get("period_column"), *(reader.get("not_in_form") or ())}
    groups = {name: Text(g["vi"], g["en"]) for g in reader.get("groups") or () for name in g["columns"]}
    examples = reader.get("example") or {}
    found = []
    for c in feed.columns:
        if c.name in left_out:
            continue
        label = c.name in (reader.get("area_column"), reader.get("area_name_column")) or c.name in feed.key
        found.append(
            FormColumn(
                c.name, c.title, "label" if label else "value", c.type, c.unit, c.required, c.description, c.codes,
                c.aliases, c.formats, groups.get(c.name), examples.get(c.name),
            )
        )  # fmt: skip
    return found


def _indicator_columns(feed: Feed) -> list[FormColumn]:
    data_type = str(feed.reader.get("data_type", "actual"))
    return [
        FormColumn(
            name=code,
            title=Text(str(d["vi"]), str(d["en"])),
            role="value",
            type="BIGINT" if _whole(d) else "DOUBLE",
            unit=str(d["unit"]),
            required=bool(d.get("required", True)),
            description=Text(*((d.get("description") or {}).get(k, "") for k in ("vi", "en"))),
            aliases=tuple(d.get("aliases") or ()),
            group=Text(d["group"]["vi"], d["group"]["en"]) if d.get("group") else None,
            example=d.get("example"),
            indicator=code,
            measure=str(d["measure"]),
            data_type=str(d.get("data_type", data_type)),
        )
        for code, d in feed.declared_indicators().items()
    ]


def _value_columns(feed: Feed) -> list[FormColumn]:
    data_type = str(feed.reader.get("data_type", "actual"))
    return [
        FormColumn(
            name=str(v["name"]),
            title=Text(str(v["vi"]), str(v["en"])),
            role="value",
            type="DOUBLE",
            required=bool(v.get("required", True)),
            description=Text(*((v.get("description") or {}).get(k, "") for k in ("vi", "en"))),
            aliases=tuple(v.get("aliases") or ()),
            example=v.get("example"),
            measure=str(v["measure"]),
            data_type=str(v.get("data_type", data_type)),
            whole_year=bool(v.get("whole_year", False)),
        )
        for v in feed.reader.get("values") or ()
    ]


def _whole(declared: Mapping[str, Any]) -> bool:
    measured = declared.get("measure") in ("level", "period", "ytd", None)
    return declared.get("decimals", 0 if declared["unit"] in COUNTED and measured else 2) == 0


def _indicator_row(code: str, declared: Mapping[str, Any]) -> FormRow:
    return FormRow(
        code,
        Text(str(declared["vi"]), str(declared["en"])),
        str(declared["unit"]),
        tuple(declared.get("measures") or ()),
        _whole(declared),
        int(declared.get("level", 0)),
        tuple(declared.get("aliases") or ()),
    )


def form_problems(feed: Feed, codes: Mapping[str, CodeList]) -> list[tuple[str, str]]:
    """What is wrong with the declaration of a form, in both languages; empty when it adds up."""
    reader, found = feed.reader, []
    layout = reader.get("layout")
    if layout not in LAYOUTS:
        listed = ", ".join(LAYOUTS)
        return [(f"reader.layout phải là một trong {listed}", f"reader.layout must be one of {listed}")]
    if reader.get("fixed_rows", "none") not in FIXED_ROWS:
        listed = ", ".join(FIXED_ROWS)
        found.append((f"reader.fixed_rows phải là một trong {listed}", f"reader.fixed_rows must be one of {listed}"))
    shape = "records" if layout == "rows" else "observations"
    if feed.shape != shape:
        found.append((f"layout {layout} cần shape {shape}", f"layout {layout} needs shape {shape}"))
    names = {c.name for c in feed.columns}
    for key in ("period_column", "area_column", "area_name_column"):
        if reader.get(key) is not None and reader[key] not in names:
            found.append((f"reader.{key}: không có cột {reader[key]!r}", f"reader.{key}: no column {reader[key]!r}"))
    if layout != "rows" and not feed.declared_indicators():
        found.append(("thiếu tệp reader.indicators", "the file reader.indicators is missing"))
    if layout == "indicators" and not reader.get("values"):
        found.append(("thiếu reader.values (các cột số)", "reader.values (the columns of numbers) is missing"))
    if found:
        return found
    try:
        form = form_layout(feed)
    except (KeyError, ValueError, TypeError) as error:
        return [(f"khai báo biểu thiếu hoặc sai ({error!r})", f"the form's declaration is incomplete ({error!r})")]
    for column in form.values:
        for name, value in (("measures", column.measure), ("data_types", column.data_type), ("units", column.unit)):
            if layout != "rows" and value is not None and value not in codes[name].codes:
                found.append((f"{column.name}: {value!r} ∉ {name}", f"{column.name}: {value!r} is not in {name}"))
    for row in form.rows("", date(2026, 4, 30)) if layout == "indicators" else ():
        if row.unit not in codes["units"].codes:
            found.append((f"{row.code}: đơn vị {row.unit!r} ∉ units", f"{row.code}: unit {row.unit!r} is not in units"))
    return found
