"""One feed's `contract.yaml` (Open Data Contract Standard v3.1) → `Feed`."""

from __future__ import annotations

import importlib.resources
import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs

from ioc_pipeline.contracts.checks.contracts import (
    PROPERTIES,
    column_extra_problems,
    extension_problems,
    name_problems,
)
from ioc_pipeline.contracts.checks.split_weights import split_problems
from ioc_pipeline.contracts.json_source import JsonSource
from ioc_pipeline.contracts.model import Column, Feed, Problem
from ioc_pipeline.contracts.places import LEVELS, SPLIT_POLICIES
from ioc_pipeline.contracts.positions import UnreadableFile
from ioc_pipeline.contracts.pull_source import parse_servers
from ioc_pipeline.contracts.schema_check import schema_problems, violations
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import Text

COLUMN_TYPES = ("VARCHAR", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN")
SHAPES = ("observations", "records")
READERS = ("table", "indicator_json", "nso_workbook", "json_stat", "sdmx", "form")
PERIODS = ("day", "month", "quarter", "half", "year")
WAYS_IN = ("api", "file", "form")
AREA_COVERAGES = ("provinces", "communes")


@cache
def odcs_schema() -> dict[str, Any]:
    """JSON schema of the Open Data Contract Standard, as its own package ships it."""
    path = importlib.resources.files("open_data_contract_standard") / "schema.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def shape_columns(root: Path, shape: str) -> tuple[dict[str, Any], ...]:
    """Columns every feed of a shape has (`shapes/<shape>.yaml`); none for records, or when the file is wrong."""
    return _shape(root / "shapes" / f"{shape}.yaml")[0]


def shape_key(root: Path, shape: str) -> tuple[str, ...]:
    """Fact key that the shape prescribes; empty when the contract names its own."""
    return _shape(root / "shapes" / f"{shape}.yaml")[1]


def _shape(path: Path) -> tuple[tuple[dict[str, Any], ...], tuple[str, ...]]:
    return _read_shape(path, path.stat().st_mtime_ns) if path.is_file() else ((), ())


@lru_cache(maxsize=16)
def _read_shape(path: Path, changed: int) -> tuple[tuple[dict[str, Any], ...], tuple[str, ...]]:
    try:
        source = YamlSource(path)
    except UnreadableFile:
        return (), ()
    if schema_problems(source, "shape"):
        return (), ()
    return tuple(source.data["columns"]), tuple(source.data["key"])


def load_feed(folder: Path, root: Path, *, suite_needed: bool = True) -> tuple[Feed | None, list[Problem]]:
    """Feed declared in a folder, and what is wrong with its declaration.

    `suite_needed`: false while the first suite is still to be written.
    A contract with problems yields no feed: that feed is disabled, the others go on.
    """
    path = folder / "contract.yaml"
    try:
        source = YamlSource(path)
    except UnreadableFile as error:
        return None, [error.problem]
    problems = source.repeated_keys() + _schema_problems(source)
    if problems:
        return None, problems
    reading = _Contract(source, folder, root, suite_needed)
    feed = reading.feed()
    return (None if reading.problems else feed), reading.problems


def _schema_problems(source: YamlSource) -> list[Problem]:
    return list(_odcs_problems(source.path, source.text or ""))


@lru_cache(maxsize=128)
def _odcs_problems(path: Path, text: str) -> tuple[Problem, ...]:
    source = YamlSource(path)
    if _fits_odcs(source.data):
        return ()
    return tuple(violations(source, jsonschema.Draft201909Validator(odcs_schema()).iter_errors(source.data)))


def _fits_odcs(data: Any) -> bool:
    """True when a contract certainly fits: a hundredth of the time of the validator that has words for what is wrong,
    which decides when this one says no or meets a value that is not JSON."""
    try:
        return _fast_odcs().is_valid(data)
    except ValueError:
        return False


@cache
def _fast_odcs() -> jsonschema_rs.Draft201909Validator:
    return jsonschema_rs.Draft201909Validator(odcs_schema(), validate_formats=False)


class _Contract:
    """Walks one parsed contract, gathering problems instead of stopping at the first."""

    def __init__(self, source: YamlSource, folder: Path, root: Path, suite_needed: bool) -> None:
        self.source, self.folder, self.root, self.suite_needed = source, folder, root, suite_needed
        self.problems: list[Problem] = []
        declared = source.data.get("customProperties") or []
        self.position = next((i for i, p in enumerate(declared) if p.get("property") == "ioc"), None)
        found = declared[self.position].get("value") if self.position is not None else None
        self.ioc: dict[str, Any] = found if isinstance(found, dict) else {}

    def feed(self) -> Feed | None:
        data, ioc = self.source.data, self.ioc
        if self.position is None:
            self.wrong(
                (),
                "thiếu phần mở rộng customProperties/ioc; thêm - {property: ioc, value: {…}}",
                "the extension customProperties/ioc is missing; add - {property: ioc, value: {…}}",
            )
            return None
        where = ("customProperties", self.position, "value")
        self.problems += extension_problems(self.source, where, self.ioc)
        schema = data.get("schema") or []
        properties = (schema[0].get("properties") if schema else None) or []
        self.problems += column_extra_problems(self.source, properties)
        if self.problems:
            return None
        if data["id"] != self.folder.name:
            self.wrong(
                ("id",),
                f"id {data['id']!r} phải trùng tên thư mục {self.folder.name!r}; đổi một trong hai",
                f"id {data['id']!r} must equal the folder's name {self.folder.name!r}; change one of the two",
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
        if schedule.get("period") not in PERIODS:
            self.wrong(
                ("schedule", "period"),
                f"schedule.period phải là một trong {', '.join(PERIODS)}",
                f"schedule.period must be one of {', '.join(PERIODS)}",
                ioc=True,
            )
        columns = self.columns(shape, properties)
        key = tuple(ioc.get("key") or shape_key(self.root, shape))
        self.place_columns(columns, {column.name for column in columns})
        if not key:
            self.wrong(("key",), "thiếu khóa; thêm key: [tên cột]", "the key is missing; add key: [column]", ioc=True)
        self.problems += split_problems(self.source, self.root, shape, reader.get("format"), properties)
        self.problems += self.declared_files(reader)
        for name, allowed in (("way_in", WAYS_IN), ("area_coverage", AREA_COVERAGES)):
            if name in ioc:
                self.one_of(name, allowed)
        owner = ioc.get("owner") or {}
        suite = self.suite()
        pull, wrong = parse_servers(data.get("servers") or [])
        for keys, vi, en in wrong:
            self.wrong(("servers", *keys), vi, en)
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
            period_by=ioc.get("period_by"),
            max_age_days=ioc.get("max_age_days"),
            way_in=ioc.get("way_in"),
            area_coverage=ioc.get("area_coverage"),
            pull=pull,
        )

    def declared_files(self, reader: dict[str, Any]) -> list[Problem]:
        """Files that the reader's options name and that are not in the folder."""
        named = {k: reader[k] for k in ("indicators", "tables") if isinstance(reader.get(k), str)}
        return [
            self.source.problem(
                ("customProperties", self.position or 0, "value", "reader", key),
                f"không có tệp {name} trong thư mục của nguồn; tạo tệp hoặc sửa tên",
                f"no file {name} in the feed's folder; create it or correct the name",
                "file.missing",
            )
            for key, name in named.items()
            if not (self.folder / name).is_file()
        ]

    def columns(self, shape: str, properties: list[Any]) -> list[Column]:
        merged: dict[str, dict[str, Any]] = {c["name"]: dict(c) for c in shape_columns(self.root, shape)}
        canonical = set(merged)
        if shape == "observations" and not merged:
            self.wrong(
                ("shape",),
                "tệp shapes/observations.yaml sai nên chưa biết các cột; sửa tệp đó trước",
                "shapes/observations.yaml is wrong, so the columns are not known; correct that file first",
                ioc=True,
            )
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
            if not isinstance(name, str) or not name:
                self.wrong(where, "cột thiếu name; đặt tên cột", "the column has no name; name it")
                continue
            if canonical and name not in canonical:
                known = ", ".join(sorted(canonical))
                self.wrong(
                    (*where, "name"),
                    f"cột {name!r} không thuộc dạng {shape}; dùng một trong: {known}",
                    f"column {name!r} is not a column of shape {shape}; use one of: {known}",
                )
                continue
            merged[name] = {**merged.get(name, {}), **{k: v for k, v in flat.items() if v is not None}}
            if merged[name].get("type") not in COLUMN_TYPES:
                self.wrong(
                    (*where, "physicalType"),
                    f"cột {name!r}: physicalType phải là một trong {', '.join(COLUMN_TYPES)}",
                    f"column {name!r}: physicalType must be one of {', '.join(COLUMN_TYPES)}",
                )
        inside = ("customProperties", self.position or 0, "value")
        self.problems += name_problems(self.source, inside, self.ioc, merged, properties)
        self.problems += self.code_lists(properties)
        return [_column(flat) for flat in merged.values() if flat.get("type") in COLUMN_TYPES]

    def code_lists(self, properties: list[Any]) -> list[Problem]:
        """Code lists that columns name and `reference/` does not hold."""
        known = sorted(p.stem for p in (self.root / "reference").glob("*.yaml"))
        return [
            self.source.problem(
                (*PROPERTIES, position, "customProperties", place, "value"),
                f"không có danh mục {custom['value']!r} trong reference/; chọn: {', '.join(known)}, hoặc thêm tệp đó",
                f"no code list {custom['value']!r} in reference/; use: {', '.join(known)}, or add that file",
                "list.unknown",
            )
            for position, declared in enumerate(properties)
            for place, custom in enumerate(declared.get("customProperties") or ())
            if custom.get("property") == "codes" and custom.get("value") not in known
        ]

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
        if not self.suite_needed:
            return {}
        try:
            source = JsonSource(path)
        except UnreadableFile as error:
            self.problems.append(error.problem)
            return {}
        self.problems += schema_problems(source, "suite")
        return source.data if isinstance(source.data, dict) else {}

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
        self.problems.append(Problem(str(self.source.path), self.source.line(*keys), Text(vi, en), "contract", keys))


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
        split_by=flat.get("split_by"),
        raw_of=flat.get("raw_of"),
        agency=bool(flat.get("agency", False)),
    )
