"""The IOC standard that judges: the ministry's clauses, tightened by the layer of the province.

A layer may add clauses and make existing ones stricter. Whatever would loosen the ministry's standard is not applied
and is a problem with file and line: the judged side never lowers its own bar.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.broken import BrokenDeclarations
from ioc_pipeline.contracts.model import Clause, Problem
from ioc_pipeline.contracts.positions import UnreadableFile
from ioc_pipeline.contracts.schema_check import as_date, schema_problems
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import Text

SEVERITY_RANK = {"info": 0, "warning": 1, "critical": 2}
STRICTER_KEYS = frozenset({"clause", "severity", "weight", "why"})
"""What a layer may say about a clause that is not its own."""


@dataclass(frozen=True)
class Parameter:
    """A number that a computed clause is judged with; `stricter` says in which direction it is stricter."""

    id: str
    clause: str
    value: float
    stricter: str  # higher | lower
    mark: str
    title: Text
    layer: str = "standard"


@dataclass(frozen=True)
class Layer:
    """A set of clauses with its version: the ministry's standard, or the additions of a province."""

    id: str
    version: str
    name: Text
    valid_from: str | None = None


@dataclass(frozen=True)
class Standard:
    """The clauses in effect, with the layers and versions they come from; `version` and `layer` are the ministry's."""

    version: str
    layer: Text
    principles: dict[str, Text]
    clauses: dict[str, Clause]
    parameters: dict[str, Parameter] = field(default_factory=dict)
    layers: tuple[Layer, ...] = ()

    def judging(self, clause: Clause) -> Layer:
        """The layer whose statement of a clause is in effect."""
        return next(layer for layer in self.layers if layer.id == clause.layer)

    def rule_severity(self, clause_id: str, declared: str) -> str:
        """Severity of a rule as the layers leave it: where a layer raised a clause, every rule that was at least as
        severe as the clause follows it. A rule declared milder than its clause stays as its feed declared it."""
        clause = self.clauses.get(clause_id)
        if clause is None or clause.raised_from is None:
            return declared
        before, after = SEVERITY_RANK[clause.raised_from], SEVERITY_RANK[clause.severity]
        own = SEVERITY_RANK.get(declared, after)
        return clause.severity if before <= own < after else declared

    def parameter(self, name: str) -> float:
        """Value of a parameter as the layers leave it; KeyError when the standard has none of that name."""
        return self.parameters[name].value


def load_standard(root: Path, province: str, today: date) -> tuple[Standard, list[Problem]]:
    """Ministry's standard with the layer of a province that is in force; and what is wrong with the layer.

    Raises BrokenDeclarations when the ministry's file cannot be used.
    """
    standard = _ministry(root / "standard" / "clauses.yaml")
    path = root / "layers" / f"{province}.yaml"
    if not path.exists():
        return standard, []
    try:
        source = YamlSource(path)
    except UnreadableFile as error:
        return standard, [error.problem]
    return (standard, []) if source.data is None else _LayerFile(source, province, today).applied_to(standard)


def _ministry(path: Path) -> Standard:
    try:
        source = YamlSource(path)
    except UnreadableFile as error:
        raise BrokenDeclarations([error.problem]) from error
    problems = schema_problems(source, "clauses")
    if problems:
        raise BrokenDeclarations(problems)
    data = source.data
    version, name = str(data["version"]), _text(data["layer"])
    layer = Layer(str(data["layer"].get("id", "standard")), version, name)
    principles = {entry["id"]: _text(entry) for entry in data["principles"]}
    clauses = {entry["id"]: _clause(entry, layer.id) for entry in data["clauses"]}
    parameters = {
        entry["id"]: Parameter(
            entry["id"], entry["clause"], float(entry["value"]), entry["stricter"], str(entry["mark"]), _text(entry)
        )
        for entry in data.get("parameters") or ()
    }
    return Standard(version, name, principles, clauses, parameters, (layer,))


def _text(value: dict[str, str]) -> Text:
    return Text(str(value["vi"]), str(value["en"]))


def _clause(entry: dict[str, Any], layer: str) -> Clause:
    return Clause(
        id=entry["id"],
        principle=entry["principle"],
        title=_text(entry["title"]),
        explanation=_text(entry["explanation"]),
        severity=entry["severity"],
        level=entry["level"],
        evidence=entry["evidence"],
        weight=float(entry["weight"]),
        basis=_text(entry["basis"]),
        mark=str(entry["mark"]),
        guidance=_text(entry["guidance"]),
        valid_from=str(entry["valid_from"]),
        valid_to=str(entry["valid_to"]) if entry.get("valid_to") else None,
        layer=layer,
    )


class _LayerFile:
    """Walks one layer's file; entries that would loosen the standard become problems and are left out."""

    def __init__(self, source: YamlSource, province: str, today: date) -> None:
        self.source, self.province, self.today = source, province, today
        self.data: dict[str, Any] = source.data if isinstance(source.data, dict) else {}
        self.problems: list[Problem] = schema_problems(source, "layer")
        self.unusable = {problem.keys[:2] for problem in self.problems}

    def applied_to(self, standard: Standard) -> tuple[Standard, list[Problem]]:
        layer = self.layer()
        if layer is None:
            return standard, self.problems
        clauses = dict(standard.clauses)
        for position, entry in self.usable("stricter"):
            self.tighten(clauses, position, entry, layer)
        for position, entry in self.usable("clauses"):
            self.add(standard, clauses, position, entry, layer)
        parameters = dict(standard.parameters)
        for name, value in self.source.mapping("parameters").items():
            if ("parameters", str(name)) not in self.unusable:
                self.tighten_parameter(parameters, clauses, str(name), value, layer)
        changed = clauses != standard.clauses or parameters != standard.parameters
        layers = (*standard.layers, layer) if changed else standard.layers
        return replace(standard, clauses=clauses, parameters=parameters, layers=layers), self.problems

    def layer(self) -> Layer | None:
        """The layer's identity; None (with a problem) when incomplete or not yet in force."""
        if any(keys[:1] in ((), ("layer",), ("version",), ("valid_from",)) for keys in self.unusable):
            return None
        name, version, since = self.data["layer"], self.data["version"], self.data["valid_from"]
        start = as_date(since)
        assert start is not None  # the schema saw to it
        if start > self.today:
            self.wrong(
                ("valid_from",),
                f"valid_from {since} ở tương lai: lớp này chưa được áp dụng; đợi đến ngày đó hoặc ghi đúng ngày",
                f"valid_from {since} is in the future: the layer is not applied yet; wait, or write the right day",
            )
            return None
        return Layer(self.province, str(version), _text(name), str(since))

    def usable(self, section: str) -> list[tuple[int, Any]]:
        """Entries of a list whose shape is right, with their positions."""
        entries = enumerate(self.source.entries(section))
        return [(position, entry) for position, entry in entries if (section, position) not in self.unusable]

    def tighten(self, clauses: dict[str, Clause], position: int, entry: Any, layer: Layer) -> None:
        where = ("stricter", position)
        before = clauses.get(entry["clause"])
        if before is None:
            self.wrong(
                (*where, "clause"),
                f"bộ tiêu chuẩn không có điều khoản {entry['clause']!r}; sửa mã",
                f"the standard has no such clause {entry['clause']!r}; correct the id",
            )
            return
        foreign = sorted(set(entry) - STRICTER_KEYS)
        if foreign:
            self.wrong(
                (*where, foreign[0]),
                f"{before.id}: lớp của tỉnh chỉ được đặt severity, weight, why; bỏ {', '.join(foreign)}",
                f"{before.id}: a province's layer may set severity, weight and why only; remove {', '.join(foreign)}",
            )
            return
        severity, weight = str(entry.get("severity", before.severity)), entry.get("weight", before.weight)
        if SEVERITY_RANK[severity] < SEVERITY_RANK[before.severity]:
            self.loosens((*where, "severity"), before.id, "severity", before.severity, severity)
            return
        if weight < before.weight:
            self.loosens((*where, "weight"), before.id, "weight", before.weight, weight)
            return
        raised = before.severity if severity != before.severity else before.raised_from
        clauses[before.id] = replace(
            before, severity=severity, weight=float(weight), layer=layer.id, raised_from=raised
        )

    def add(self, standard: Standard, clauses: dict[str, Clause], position: int, entry: Any, layer: Layer) -> None:
        where = ("clauses", position)
        clause = _clause(entry, layer.id)
        prefix = f"IOC-{self.province}-"
        if not clause.id.startswith(prefix):
            self.wrong(
                (*where, "id"),
                f"{clause.id}: mã điều khoản của tỉnh phải bắt đầu bằng {prefix}; đổi mã",
                f"{clause.id}: ids of the province's own clauses start with {prefix}; change the id",
            )
        elif clause.id in clauses:
            self.wrong((*where, "id"), f"{clause.id}: mã khai hai lần; đổi mã", f"{clause.id}: declared twice; change")
        elif clause.principle not in standard.principles:
            choices = ", ".join(standard.principles)
            self.wrong(
                (*where, "principle"),
                f"không có nguyên tắc {clause.principle!r}; chọn: {choices}",
                f"unknown principle {clause.principle!r}; use: {choices}",
            )
        else:
            clauses[clause.id] = clause

    def tighten_parameter(
        self, parameters: dict[str, Parameter], clauses: dict[str, Clause], name: str, value: Any, layer: Layer
    ) -> None:
        where = ("parameters", name)
        before = parameters.get(name)
        if before is None:
            known = ", ".join(parameters)
            self.wrong(where, f"tham số lạ {name!r}; có: {known}", f"unknown parameter {name!r}; known: {known}")
            return
        if (value < before.value) if before.stricter == "higher" else (value > before.value):
            self.loosens(where, before.clause, name, before.value, value)
            return
        parameters[name] = replace(before, value=float(value), layer=layer.id)
        if before.clause in clauses and value != before.value:
            clauses[before.clause] = replace(clauses[before.clause], layer=layer.id)

    def loosens(self, where: tuple[str | int, ...], clause: str, name: str, before: Any, after: Any) -> None:
        self.wrong(
            where,
            f"{clause}: {name} {after} nới lỏng mức {before} của bộ tiêu chuẩn; lớp của tỉnh chỉ được chặt hơn",
            f"{clause}: {name} {after} is looser than {before} of the standard; a province's layer may only tighten",
        )

    def wrong(self, keys: tuple[str | int, ...], vi: str, en: str) -> None:
        self.problems.append(Problem(str(self.source.path), self.source.line(*keys), Text(vi, en), "layer", keys))
