"""JSON-stat (PX-Web downloads, versions 1 and 2) → one row for each cell of the tables the feed declares.

pyjstat was not taken: last released in 2023, it builds a pandas frame by label, so two categories with one label
become one, and it never compares the number of values with the sizes of the dimensions.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.contracts.units import MERGER, provinces, provinces_before_merger
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import Period, parse_period
from ioc_pipeline.read.exchange.json_stat_spec import Category, JsonStatSpec, JsonStatTable, load_json_stat_spec
from ioc_pipeline.read.exchange.observation_file import ObservationWriter
from ioc_pipeline.read.file_content import refused
from ioc_pipeline.read.reading import Notice, Reading
from ioc_pipeline.read.simulated_label import says_simulated
from ioc_pipeline.read.text.text_folding import clean, fold
from ioc_pipeline.read.values.numbers import read_number

MAX_BYTES = 256 << 20
MAX_CELLS = 20_000_000
_QUARTER = re.compile(r"^(\d{4})\s*[- ]?q([1-4])$|^q([1-4])\s*[/ ]\s*(\d{4})$")


class Dimension(NamedTuple):
    """A dimension: its name and label, and its categories' labels in the order of the values."""

    key: str
    label: str
    categories: list[str]


def read_json_stat(feed: Feed, blob: Path, original_name: str, out: Path) -> Reading:
    """Read one JSON-stat file into the Parquet file `out` (columns of the shape observations).

    Areas are the provinces of the day a period ends, so figures before 1 July 2025 keep the codes of the 63 provinces
    of that time; groups of provinces become items of the country. A table that is not declared is a notice; a file
    with none raises ReadRefused, as does one whose number of values is not the product of its dimensions' sizes.
    """
    declared = feed.folder / str(feed.reader.get("tables", "tables.yaml"))
    spec = load_json_stat_spec(declared, declared.stat().st_mtime_ns)
    document, notices = _document(blob, original_name)
    simulated = False
    with ObservationWriter(feed, out) as writer:
        for where, dataset in _datasets(document, original_name):
            label = clean(str(dataset.get("label") or ""))
            matching = [table for table in spec.tables if table.label.search(fold(label))]
            if len(matching) != 1:
                why = ("khớp nhiều khai báo", "matches several declarations") if matching else (
                    "chưa khai báo", "is not declared")  # fmt: skip
                notices.append(
                    Notice(Text(f"Bảng “{label}” {why[0]}, không đọc", f"Table “{label}” {why[1]}, not read"), where)
                )
                continue
            _Table(spec, matching[0], label, dataset, original_name, where, writer, notices).read()
            simulated = simulated or dataset_says_simulated(dataset)
        if not writer.count:
            said_vi = "; ".join(n.text.vi for n in notices[-2:]) or "không có giá trị nào"
            said_en = "; ".join(n.text.en for n in notices[-2:]) or "it holds no value"
            raise refused(
                "jsonstat.no_table",
                f"Tệp {original_name}: không có bảng nào của nguồn này ({said_vi}). Hãy tải đúng bảng, hoặc khai báo "
                "bảng mới trong tables.yaml.",
                f"File {original_name}: none of this feed's tables is in it ({said_en}). Download the right table or "
                "declare the new one in tables.yaml.",
            )
    return Reading(out, writer.count, tuple(notices), simulated)


def dataset_says_simulated(dataset: dict[str, Any]) -> bool:
    """True when the table's source, label or one of its notes bears the label of generated data."""
    notes = dataset.get("note")
    said = [dataset.get("source"), dataset.get("label"), *(notes if isinstance(notes, list) else [notes])]
    return any(says_simulated(text) for text in said)


def _document(blob: Path, name: str) -> tuple[Any, list[Notice]]:
    if blob.stat().st_size > MAX_BYTES:
        raise refused(
            "read.too_large",
            f"Tệp {name} lớn hơn {MAX_BYTES >> 20} MiB. Hãy tải từng bảng, hoặc bớt danh mục.",
            f"File {name} is larger than {MAX_BYTES >> 20} MiB. Download table by table or fewer categories.",
        )
    raw = blob.read_bytes()
    notices = []
    body = raw.rstrip(b"\x00 \t\r\n")
    if b"\x00" in raw[len(body) :]:
        count = raw[len(body) :].count(b"\x00")
        notices.append(
            Notice(Text(f"{count} byte NUL sau phần JSON, đã bỏ qua", f"{count} NUL byte(s) after the JSON, ignored"))
        )
    try:
        document = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
        if b"\\u" in body:
            json.dumps(document, ensure_ascii=False).encode()  # a lone surrogate is no text
        return document, notices
    except UnicodeDecodeError as error:
        raise _malformed(name, None, f"UTF-8, byte {error.start}") from error
    except UnicodeEncodeError as error:
        raise _malformed(name, None, "lone surrogate in a text") from error
    except json.JSONDecodeError as error:
        raise _malformed(name, error.lineno, error.msg) from error
    except (ValueError, RecursionError) as error:
        raise _malformed(name, None, str(error)) from error


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def _malformed(name: str, line: int | None, detail: str) -> Exception:
    vi, en = (f", dòng {line}", f", line {line}") if line else ("", "")
    return refused(
        "read.json_malformed",
        f"Tệp {name}{vi}: JSON hỏng hoặc bị cắt cụt ({detail}). Hãy tải lại toàn bộ tệp.",
        f"File {name}{en}: malformed or truncated JSON ({detail}). Download the whole file again.",
    )


def _datasets(document: Any, name: str) -> list[tuple[str, dict[str, Any]]]:
    """Datasets of a document with their JSON paths: version 2 (`class: dataset`), or version 1 (an object of them)."""
    if isinstance(document, dict) and "value" in document and "dimension" in document:
        return [("$", document)]
    found = (
        [(f"$.{key}", value) for key, value in document.items() if isinstance(value, dict) and "value" in value]
        if isinstance(document, dict)
        else []
    )
    if not found:
        raise refused(
            "jsonstat.not_jsonstat",
            f"Tệp {name} không phải JSON-stat (thiếu dimension và value). Hãy chọn định dạng JSON-stat khi tải.",
            f"File {name} is not JSON-stat (no dimension and value). Choose JSON-stat when downloading.",
        )
    return found


class _Table:
    """One dataset while it is read."""

    def __init__(
        self, spec: JsonStatSpec, table: JsonStatTable, label: str, dataset: dict[str, Any], name: str, where: str,
        writer: ObservationWriter, notices: list[Notice],
    ) -> None:  # fmt: skip
        self.spec, self.table, self.label, self.dataset = spec, table, label, dataset
        self.name, self.where, self.writer, self.notices = name, where, writer, notices
        self.simulated = dataset_says_simulated(dataset)

    def read(self) -> None:
        dimensions = self.dimensions()
        roles = {role: self.dimension(role, dimensions) for role in self.table.dimensions}
        extra = [d.label for i, d in enumerate(dimensions) if i not in roles.values() and len(d.categories) > 1]
        if extra:
            raise self.refusal(
                f"chiều {', '.join(extra)} chưa khai báo", f"dimension(s) {', '.join(extra)} not declared"
            )
        values = self.values(math.prod(len(d.categories) for d in dimensions))
        statuses = self.dataset.get("status")
        self.date_notice()
        for position, picked in enumerate(product(*(range(len(d.categories)) for d in dimensions))):
            labels = {role: dimensions[at].categories[picked[at]] for role, at in roles.items() if at is not None}
            status = _at(statuses, position)
            self.cell(position, labels, _at(values, position), str(status) if status is not None else None)

    def dimensions(self) -> list[Dimension]:
        declared = self.dataset.get("dimension")
        holder = self.dataset if "id" in self.dataset else declared
        if not isinstance(declared, dict) or not isinstance(holder, dict):
            raise self.refusal("thiếu dimension", "dimension is missing")
        keys, sizes = holder.get("id"), holder.get("size")
        if not isinstance(keys, list) or not isinstance(sizes, list) or len(keys) != len(sizes):
            raise self.refusal("id và size không khớp nhau", "id and size do not fit each other")
        found = []
        for key, size in zip(keys, sizes, strict=True):
            entry = declared.get(key)
            category = entry.get("category") if isinstance(entry, dict) else None
            if not isinstance(entry, dict) or not isinstance(category, dict):
                raise self.refusal(f"chiều {key!r} không có category", f"dimension {key!r} has no category")
            codes = _codes(category)
            if len(codes) != size:
                raise self.refusal(
                    f"chiều {key!r} ghi {size} mục nhưng có {len(codes)}",
                    f"dimension {key!r} states {size} categories but has {len(codes)}",
                )
            labels = category.get("label") or {}
            texts = [clean(str(labels.get(code, code))) for code in codes]
            found.append(Dimension(str(key), clean(str(entry.get("label") or key)), texts))
        return found

    def dimension(self, role: str, dimensions: list[Dimension]) -> int | None:
        matching = [
            i
            for i, d in enumerate(dimensions)
            if any(p.search(fold(d.label)) or p.search(fold(d.key)) for p in self.table.dimensions[role])
        ]
        if len(matching) != 1:
            raise self.refusal(
                f"cần đúng một chiều {role}, thấy {len(matching)}",
                f"exactly one dimension of role {role} is needed, {len(matching)} found",
            )
        return matching[0]

    def values(self, cells: int) -> Any:
        values = self.dataset["value"]
        if cells > MAX_CELLS:
            raise self.refusal(f"bảng có {cells} ô, quá {MAX_CELLS}", f"the table has {cells} cells, over {MAX_CELLS}")
        if isinstance(values, list) and len(values) == cells:
            return values
        if isinstance(values, dict) and all(k.isdigit() and int(k) < cells for k in values):
            return values
        held = len(values) if isinstance(values, list | dict) else "?"
        raise self.refusal(
            f"tích các chiều là {cells} ô nhưng có {held} giá trị: không biết giá trị nào thuộc ô nào",
            f"the dimensions make {cells} cells but there are {held} values: which belongs where is unknown",
        )

    def refusal(self, vi: str, en: str) -> Exception:
        return refused(
            "jsonstat.shape",
            f"Tệp {self.name}, bảng “{self.label}”: {vi}. Hãy tải lại toàn bộ bảng.",
            f"File {self.name}, table “{self.label}”: {en}. Download the whole table again.",
        )

    def date_notice(self) -> None:
        updated = str(self.dataset.get("updated") or "")
        if updated[:4].isdigit() and int(updated[:4]) > 2100:
            self.notices.append(
                Notice(
                    Text(
                        f"Ngày cập nhật {updated} không có thật, không dùng tới",
                        f"The date of update {updated} is not real and is not used",
                    ),
                    f"{self.where}.updated",
                )
            )

    def cell(self, position: int, labels: dict[str, str], raw: Any, status_sign: str | None) -> None:
        problems: list[tuple[str, str | None, str]] = []
        category = self.category(labels["indicator"])
        period, data_type = self.period(labels["period"])
        if category is None:
            problems.append(("indicator", labels["indicator"][:2000], "indicator.unknown"))
        if period is None:
            problems.append(("period", labels["period"][:2000], "period.unknown"))
        item, known = self.item(labels.get("item"))
        if not known:
            problems.append(("item", str(labels.get("item"))[:2000], "dimension.unknown"))
        area: str | None = "VN"
        region = None
        if "area" in labels and period is not None:
            area, region = self.area(labels["area"], period.end)
            if area is None:
                problems.append(("area", labels["area"][:2000], "area.unknown"))
        value, status, problem, doubt = self.number(raw, status_sign)
        if problem:
            problems.append(("value", str(raw)[:2000], problem))
        parts = [part for part in (region, item) if part]
        values: dict[str, Any] = {
            "indicator": category.indicator if category else None, "item": " > ".join(parts) or None, "area": area,
            "area_name": labels.get("area"), "period": period.text if period else None,
            "period_kind": period.kind if period else None, "period_end": period.end if period else None,
            "measure": category.measure if category else None, "data_type": data_type, "value": value,
            "value_text": "" if raw is None else str(raw), "value_status": status,
            "unit": category.unit if category else None, "simulated": self.simulated, "source_table": self.label,
            "sheet": self.table.id, "cell": f"{self.where}.value[{position}]",
        }  # fmt: skip
        doubts = [("value", str(raw)[:2000], doubt)] if doubt else []
        self.writer.add((f"{self.where}.value[{position}]", values, problems), doubts)

    def category(self, label: str) -> Category | None:
        found = [c for c in self.table.categories if c.label.search(fold(label))]
        return found[0] if len(found) == 1 else None

    def item(self, label: str | None) -> tuple[str | None, bool]:
        if label is None:
            return None, True
        found = [c for c in self.table.items if c.label.search(fold(label))]
        return (found[0].item, True) if len(found) == 1 else (None, False)

    def period(self, label: str) -> tuple[Period | None, str]:
        text = fold(label)
        mark = self.spec.preliminary.search(text)
        if mark:
            text = clean(text[: mark.start()] + " " + text[mark.end() :])
        quarter = _QUARTER.match(text)
        if quarter:
            text = f"{quarter[1] or quarter[4]}-Q{quarter[2] or quarter[3]}"
        try:
            return parse_period(text), "preliminary" if mark else self.table.data_type
        except ValueError:
            return None, self.table.data_type

    def area(self, label: str, day: date) -> tuple[str | None, str | None]:
        """Code of an area (`VN` for a region, with the item that names it); (None, None) when it is not known."""
        if self.spec.country.search(fold(label)):
            return "VN", None
        region = self.spec.regions.get(fold(label))
        if region is not None:
            return "VN", region
        return _province(label, day < MERGER), None

    def number(self, raw: Any, sign: str | None) -> tuple[float | None, str, str | None, str | None]:
        """Value, status, problem and doubt of a cell."""
        if sign is not None and raw is None:
            return None, self.spec.missing.get(sign, "missing"), None, None
        if isinstance(raw, str) and raw.strip() in self.spec.missing:
            return None, self.spec.missing[raw.strip()], None, None
        read = read_number(raw, doubtful=True)
        if read is None:
            return None, "missing", None, None
        return read.value, read.status, read.problem, read.doubt


def _codes(category: dict[str, Any]) -> list[str]:
    index = category.get("index")
    if isinstance(index, list):
        return [str(code) for code in index]
    if isinstance(index, dict):
        return sorted((str(code) for code in index), key=lambda code: int(index[code]))
    return [str(code) for code in category.get("label") or {}]


def _at(values: Any, position: int) -> Any:
    if isinstance(values, list):
        return values[position] if position < len(values) else None
    if isinstance(values, dict):
        return values.get(str(position))
    return values if isinstance(values, str) else None


def _province(label: str, before: bool) -> str | None:
    return _by_plain_name(before).get(_plain(label))


def _plain(name: str) -> str:
    """Letters of a name without marks, spaces or signs (`Thua Thien-Hue`, `Thai  Nguyen`)."""
    text = unicodedata.normalize("NFD", name.casefold()).replace("đ", "d")
    letters = "".join(c for c in text if c.isalnum())
    return letters.removesuffix("city") if letters.endswith("city") else letters


@cache
def _by_plain_name(before: bool) -> dict[str, str]:
    """Province codes by name without marks; a name two provinces would share is left out."""
    found: dict[str, set[str]] = {}
    for unit in provinces_before_merger() if before else provinces():
        found.setdefault(_plain(unit.name), set()).add(unit.code)
    if "hue" in found:
        found["thuathienhue"] = found["hue"]
    elif "thuathienhue" in found:
        found["hue"] = found["thuathienhue"]
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}
