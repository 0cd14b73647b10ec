"""One feed's `contract.yaml` (Open Data Contract Standard v3.1) → `Feed`."""

from __future__ import annotations

import importlib.resources
import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from ioc_pipeline.contracts.model import Column, Feed, Problem
from ioc_pipeline.contracts.places import LEVELS, SPLIT_POLICIES
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import IocError, Text

COLUMN_TYPES = ("VARCHAR", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN")
SHAPES = ("observations", "records")
READERS = ("table", "indicator_json", "nso_workbook")
PERIODS = ("day", "month", "quarter", "year")
WAYS_IN = ("api", "file", "form")
AREA_COVERAGES = ("provinces", "communes")


@cache
def odcs_schema() -> dict[str, Any]:
    """JSON schema of the Open Data Contract Standard, as its own package ships it."""
    path = importlib.resources.files("open_data_contract_standard") / "schema.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


@cache
def shape_columns(root: Path, shape: str) -> tuple[dict[str, Any], ...]:
    """Columns every feed of a shape has (`shapes/<shape>.yaml`); none for records."""
    path = root / "shapes" / f"{shape}.yaml"
    if not path.exists():
        return ()
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8"))["columns"])


@cache
def shape_key(root: Path, shape: str) -> tuple[str, ...]:
    """Fact key that the shape prescribes; empty when the contract names its own."""
    path = root / "shapes" / f"{shape}.yaml"
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8"))["key"]) if path.exists() else ()


def load_feed(folder: Path, root: Path) -> tuple[Feed | None, list[Problem]]:
    """Feed declared in a folder, and what is wrong with its declaration.

    A contract with problems yields no feed: that feed is disabled, the others go on.
    """
    path = folder / "contract.yaml"
    if not path.exists():
        return None, [_problem(path, None, f"thiếu tệp {path.name}", f"{path.name} is missing")]
    try:
        source = YamlSource(path)
    except IocError as error:
        return None, [Problem(str(path), None, Text(error.message.vi, error.message.en))]
    problems = _schema_problems(source)
    if problems:
        return None, problems
    reading = _Contract(source, folder, root)
    feed = reading.feed()
    return (None if reading.problems else feed), reading.problems


def _schema_problems(source: YamlSource) -> list[Problem]:
    validator = jsonschema.Draft201909Validator(odcs_schema())
    return [
        _problem(
            source.path,
            source.line(*error.absolute_path),
            f"không đúng chuẩn ODCS tại {'/'.join(map(str, error.absolute_path)) or 'gốc'}: {error.message}",
            f"not valid ODCS at {'/'.join(map(str, error.absolute_path)) or 'the top'}: {error.message}",
        )
        for error in sorted(validator.iter_errors(source.data), key=lambda e: str(e.absolute_path))
    ]


class _Contract:
    """Walks one parsed contract, gathering problems instead of stopping at the first."""

    def __init__(self, source: YamlSource, folder: Path, root: Path) -> None:
        self.source, self.folder, self.root = source, folder, root
        self.problems: list[Problem] = []
        declared = source.data.get("customProperties") or []
        self.position = next((i for i, p in enumerate(declared) if p.get("property") == "ioc"), None)
        self.ioc: dict[str, Any] = declared[self.position]["value"] if self.position is not None else {}

    def feed(self) -> Feed | None:
        data, ioc = self.source.data, self.ioc
        if self.position is None:
            self.wrong((), "thiếu phần mở rộng customProperties/ioc", "the extension customProperties/ioc is missing")
            return None
        if data["id"] != self.folder.name:
            self.wrong(
                ("id",),
                f"id {data['id']!r} phải trùng tên thư mục {self.folder.name!r}",
                f"id {data['id']!r} must equal the folder's name {self.folder.name!r}",
            )
        shape = self.one_of("shape", SHAPES)
        reader = ioc.get("reader") or {}
        if reader.get("format") not in READERS:
            self.wrong(
                ("reader", "format"),
                f"reader.format phải là một trong {', '.join(READERS)}",
                f"reader.format must be one of {', '.join(READERS)}",
                ioc=True,
            )
        schedule = ioc.get("schedule") or {}
        if schedule.get("period") not in PERIODS or not isinstance(schedule.get("lag_days"), int):
            self.wrong(
                ("schedule",),
                f"schedule cần period ({', '.join(PERIODS)}) và lag_days (số nguyên)",
                f"schedule needs period ({', '.join(PERIODS)}) and lag_days (whole number)",
                ioc=True,
            )
        columns = self.columns(shape)
        key = tuple(ioc.get("key") or shape_key(self.root, shape))
        names = {column.name for column in columns}
        self.place_columns(columns, names)
        for name in key:
            if name not in names:
                self.wrong(("key",), f"khóa nêu cột lạ {name!r}", f"the key names an unknown column {name!r}", ioc=True)
        if not key:
            self.wrong(("key",), "thiếu khóa (key)", "the key is missing", ioc=True)
        for name, allowed in (("way_in", WAYS_IN), ("area_coverage", AREA_COVERAGES)):
            if name in ioc:
                self.one_of(name, allowed)
        owner = ioc.get("owner") or {}
        suite = self.suite()
        texts = {name: self.text(name) for name in ("title", "owner", "source")}
        if self.problems:
            return None
        return Feed(
            id=data["id"],
            version=str(data["version"]),
            title=texts["title"],
            description=Text(
                str((ioc.get("description") or {}).get("vi", "")), (data.get("description") or {}).get("purpose", "")
            ),
            owner_id=str(owner.get("id", "")),
            owner=texts["owner"],
            source=texts["source"],
            group=str(ioc.get("group", "khac")),
            shape=shape,
            reader=dict(reader),
            period=schedule["period"],
            lag_days=schedule["lag_days"],
            key=key,
            columns=tuple(columns),
            suite=suite,
            folder=self.folder,
            published_at=ioc.get("published_at"),
            version_by=ioc.get("version_by"),
            max_age_days=ioc.get("max_age_days"),
            way_in=ioc.get("way_in"),
            area_coverage=ioc.get("area_coverage"),
        )

    def columns(self, shape: str) -> list[Column]:
        schema = self.source.data.get("schema") or []
        properties = (schema[0].get("properties") if schema else None) or []
        merged: dict[str, dict[str, Any]] = {c["name"]: dict(c) for c in shape_columns(self.root, shape)}
        canonical = set(merged)
        for position, declared in enumerate(properties):
            where = ("schema", 0, "properties", position)
            custom = {p["property"]: p.get("value") for p in declared.get("customProperties") or []}
            flat = {
                "name": declared.get("name"),
                "type": declared.get("physicalType"),
                "required": declared.get("required"),
                "description_en": declared.get("description"),
                **custom,
            }
            name = flat["name"]
            if canonical and name not in canonical:
                self.wrong(
                    where,
                    f"cột {name!r} không thuộc dạng {shape}",
                    f"column {name!r} is not a column of shape {shape}",
                )
                continue
            merged[name] = {**merged.get(name, {}), **{k: v for k, v in flat.items() if v is not None}}
            if merged[name].get("type") not in COLUMN_TYPES:
                self.wrong(
                    where,
                    f"cột {name!r}: physicalType phải là một trong {', '.join(COLUMN_TYPES)}",
                    f"column {name!r}: physicalType must be one of {', '.join(COLUMN_TYPES)}",
                )
        return [_column(flat) for flat in merged.values() if flat.get("type") in COLUMN_TYPES]

    def place_columns(self, columns: list[Column], names: set[str]) -> None:
        for column in columns:
            for option, value, allowed in (
                ("places", column.places, LEVELS),
                ("split", column.split, SPLIT_POLICIES),
                ("places_on", column.places_on, tuple(sorted(names))),
                ("raw_of", column.raw_of, tuple(sorted(names))),
            ):
                if value is not None and value not in allowed:
                    choices = ", ".join(allowed)
                    self.wrong(
                        ("schema", 0, "properties"),
                        f"cột {column.name}: {option} phải là một trong {choices}",
                        f"column {column.name}: {option} must be one of {choices}",
                    )

    def suite(self) -> dict[str, Any]:
        path = self.folder / "suite.json"
        try:
            suite: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self.problems.append(_problem(path, None, "thiếu tệp suite.json", "suite.json is missing"))
            return {}
        except json.JSONDecodeError as error:
            text = f"JSON không hợp lệ: {error.msg}", f"not valid JSON: {error.msg}"
            self.problems.append(_problem(path, error.lineno, *text))
            return {}
        return suite

    def text(self, name: str) -> Text:
        value = self.ioc.get(name) or {}
        if not (isinstance(value, dict) and value.get("vi") and value.get("en")):
            self.wrong((name,), f"{name} cần cả vi và en", f"{name} needs both vi and en", ioc=True)
            return Text("", "")
        return Text(str(value["vi"]), str(value["en"]))

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.ioc.get(name)
        if value not in allowed:
            choices = ", ".join(allowed)
            self.wrong((name,), f"{name} phải là một trong {choices}", f"{name} must be one of {choices}", ioc=True)
        return str(value)

    def wrong(self, keys: tuple[str | int, ...], vi: str, en: str, *, ioc: bool = False) -> None:
        if ioc and self.position is not None:
            keys = ("customProperties", self.position, "value", *keys)
        self.problems.append(_problem(self.source.path, self.source.line(*keys), vi, en))


def _column(flat: dict[str, Any]) -> Column:
    return Column(
        name=flat["name"],
        type=flat["type"],
        required=bool(flat.get("required")),
        identifier=bool(flat.get("identifier")),
        title=Text(flat.get("title_vi") or flat["name"], flat.get("title_en") or flat["name"]),
        description=Text(flat.get("description_vi") or "", flat.get("description_en") or ""),
        unit=flat.get("unit"),
        aliases=tuple(flat.get("aliases") or ()),
        formats=tuple(flat.get("formats") or ()),
        codes=flat.get("codes"),
        places=flat.get("places"),
        places_on=flat.get("places_on"),
        split=str(flat.get("split") or "refuse"),
        raw_of=flat.get("raw_of"),
    )


def _problem(path: Path, line: int | None, vi: str, en: str) -> Problem:
    return Problem(str(path), line, Text(vi, en))
