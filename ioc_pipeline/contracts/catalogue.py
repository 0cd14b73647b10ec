"""Everything declared under `data_contracts/`, loaded once; what is broken is listed, not raised."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from ioc_pipeline import settings
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.agencies import AgencyRegister, load_agencies
from ioc_pipeline.contracts.attested import Attestation, load_attestations
from ioc_pipeline.contracts.broken import BrokenDeclarations
from ioc_pipeline.contracts.cards import in_force, load_cards
from ioc_pipeline.contracts.checks.code_lists import NO_CODE_LISTS
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.checks.profiles import is_timezone, unknown_timezone
from ioc_pipeline.contracts.corrections import Correction, load_corrections
from ioc_pipeline.contracts.feed_contract import load_feed
from ioc_pipeline.contracts.incident_cases import IncidentCase, load_cases
from ioc_pipeline.contracts.model import Code, CodeList, Feed, Indicator, Problem, Province
from ioc_pipeline.contracts.operation_rules import OperationRules, load_operation_rules
from ioc_pipeline.contracts.positions import UnreadableFile
from ioc_pipeline.contracts.reconciliations import Reconciliation, load_reconciliations
from ioc_pipeline.contracts.schema_check import schema_problems
from ioc_pipeline.contracts.score_weights import ScoreWeights, load_score_weights
from ioc_pipeline.contracts.standard import Standard, load_standard
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.periods import TIMEZONE

CORE_LISTS = (
    "agencies", "closed_agency_codes", "data_types", "lris_periods", "measures", "unit_changes", "units",
    "value_statuses",
)  # fmt: skip
"""Files of `reference/` that the stages themselves read: without one of them no feed can be judged."""


@dataclass(frozen=True)
class Catalogue:
    """All declarations; `problems` lists what `ioc contract check` prints."""

    root: Path
    feeds: dict[str, Feed]
    codes: dict[str, CodeList]
    standard: Standard
    indicators: dict[str, Indicator]  # by code, the version in force on the day the catalogue was loaded for
    province: Province
    score_weights: ScoreWeights
    problems: tuple[Problem, ...] = ()
    hash: str = field(default="")
    attestations: tuple[Attestation, ...] = ()
    corrections: tuple[Correction, ...] = ()
    reconciliations: tuple[Reconciliation, ...] = ()
    incident_cases: tuple[IncidentCase, ...] = ()
    operations: OperationRules = field(default_factory=OperationRules)
    agencies: AgencyRegister = field(default_factory=AgencyRegister)
    card_versions: dict[str, tuple[Indicator, ...]] = field(default_factory=dict)  # every version, oldest first
    _bound: dict[date, dict[str, Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def bindings(self, as_of: datetime) -> dict[str, Any]:
        """Values a suite may refer to: code lists, areas and parameters (see `validate.suite.bind`)."""
        day = as_of.date()
        if day not in self._bound:
            self._bound[day] = self._bindings(day)
        return self._bound[day] | {"param:as_of": as_of.isoformat(timespec="seconds")}

    def card_on(self, code: str, day: date) -> Indicator | None:
        """The version of a card that was in force on a day; None when none was."""
        return next((card for card in self.card_versions.get(code, ()) if card.in_force(day)), None)

    def _bindings(self, day: date) -> dict[str, Any]:
        now = [unit.code for unit in units.provinces()]
        before = [unit.code for unit in units.provinces_before_merger()]
        own = [unit.code for unit in units.communes(self.province.code, day)]
        every = [unit.code for code in now for unit in units.communes(code, day)]
        bound: dict[str, Any] = {f"codes:{name}": list(codes.codes) for name, codes in self.codes.items()}
        above_100 = {
            code for f in self.feeds.values() for code, d in f.declared_indicators().items() if d.get("above_100")
        }
        return bound | {
            "codes:ratios_above_100": sorted(above_100),
            "areas:provinces": now,
            "areas:provinces_before_merger": before,
            "areas:communes_of_province": own,
            "areas:own_province": [self.province.code],
            "areas:province_and_communes": [self.province.code, *own],
            "areas:all_known": sorted({"VN", *now, *before, *every}),
            "param:agency": self.province.agency,
            "param:province": self.province.code,
        }


def load_catalogue(root: Path | None = None, province: str | None = None, today: date | None = None) -> Catalogue:
    """Load `data_contracts/` (see `settings.contracts_root`) for a province (default: the configured one), as in force
    on a day (UTC; default: today).

    Raises BrokenDeclarations when the standard or the code lists cannot be used, IocError for an unknown province; a
    broken feed or indicator is listed under `problems` and left out.
    """
    root = root or settings.contracts_root()
    return _load(root, province or settings.province_code(), content_hash(root), today or datetime.now(UTC).date())


def content_hash(root: Path) -> str:
    """SHA-256 over all declared files: names and bytes."""
    digest = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file() and not p.name.startswith(".")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@lru_cache(maxsize=4)
def _load(root: Path, province_code: str, hash_of_content: str, today: date) -> Catalogue:
    standard, problems = load_standard(root, province_code, today)
    codes, wrong = _code_lists(root)
    problems += wrong
    known = Known(root, province_code, today=today)
    feeds: dict[str, Feed] = {}
    for folder in sorted(p for p in (root / "feeds").iterdir() if p.is_dir()):
        feed, wrong = load_feed(folder, root)
        problems += wrong
        if feed is not None:
            feeds[feed.id] = feed
    known.feeds = feeds
    versions, wrong = load_cards(root, codes)
    problems += wrong
    indicators = in_force(versions, today)
    attestations, wrong = load_attestations(known, standard.clauses)
    problems += wrong
    weights, wrong = load_score_weights(root)
    problems += wrong
    corrections, wrong = load_corrections(known, indicators)
    problems += wrong
    reconciliations, wrong = load_reconciliations(known)
    problems += wrong
    cases, wrong = load_cases(known)
    problems += wrong
    operations, wrong = load_operation_rules(known)
    problems += wrong
    agencies, wrong = load_agencies(known)
    problems += wrong
    province, wrong = _province(root, province_code, codes)
    problems += wrong
    return Catalogue(
        root=root,
        feeds=feeds,
        codes=codes,
        standard=standard,
        indicators=indicators,
        province=province,
        problems=tuple(problems),
        hash=hash_of_content,
        attestations=attestations,
        corrections=corrections,
        reconciliations=reconciliations,
        incident_cases=cases,
        operations=operations,
        agencies=agencies,
        card_versions=versions,
        score_weights=weights,
    )


def _code_lists(root: Path) -> tuple[dict[str, CodeList], list[Problem]]:
    """Code lists by id, and what is wrong with those left out; BrokenDeclarations for one that all feeds need."""
    lists: dict[str, CodeList] = {}
    problems: list[Problem] = []
    for path in sorted((root / "reference").glob("*.yaml")):
        try:
            source = YamlSource(path)
        except UnreadableFile as error:
            problems.append(error.problem)
            continue
        wrong = schema_problems(source, path.stem if path.stem in NO_CODE_LISTS else "code_list")
        problems += wrong
        if not wrong and path.stem not in NO_CODE_LISTS:
            lists[path.stem] = _code_list(source)
    core = [p for p in problems if Path(p.path).stem in CORE_LISTS]
    for name in CORE_LISTS:
        path = root / "reference" / f"{name}.yaml"
        if not path.is_file():
            text = Text("thiếu tệp này; khôi phục từ kho mã", "this file is missing; restore it from the repository")
            core.append(Problem(str(path), None, text, "file.missing"))
    if core:
        raise BrokenDeclarations(core)
    return lists, problems


def _code_list(source: YamlSource) -> CodeList:
    data = source.data
    codes = {}
    for entry in data["codes"]:
        rest = {k: v for k, v in entry.items() if k not in ("code", "vi", "en", "aliases")}
        code = str(entry["code"])
        codes[code] = Code(code, Text(str(entry["vi"]), str(entry["en"])), tuple(entry.get("aliases") or ()), rest)
    return CodeList(data["id"], Text(data["title"]["vi"], data["title"]["en"]), str(data["mark"]), codes)


def _province(root: Path, code: str, codes: dict[str, CodeList]) -> tuple[Province, list[Problem]]:
    """The province served, and what is wrong with its profile (then not used)."""
    try:
        unit = units.province(code)
    except KeyError as error:
        raise IocError(
            Message(
                "province.unknown",
                f"Mã tỉnh {code!r} không thuộc 34 tỉnh, thành phố. Đặt IOC_PROVINCE hoặc --province bằng một mã đúng.",
                f"Province code {code!r} is not one of the 34. Set IOC_PROVINCE or --province to a valid code.",
            )
        ) from error
    profile, problems = _profile(root / "profiles" / f"{code}.yaml")
    agency = next((c for c in codes["agencies"].codes.values() if str(c.extra.get("province")) == code), None)
    if agency is None:
        raise IocError(
            Message(
                "province.agency",
                f"Danh mục agencies.yaml chưa có mã cơ quan cấp 1 của tỉnh {code}; thêm một dòng cho tỉnh này.",
                f"agencies.yaml has no level-1 agency code for province {code}; add an entry for it.",
            )
        )
    prefix = "City" if unit.kind == "thành phố" else "Province"
    province = Province(
        code=code,
        name=Text(unit.full_name, f"{unit.name_en} {prefix}"),
        agency=str(profile.get("agency", agency.code)),
        agency_mark=str(agency.extra.get("mark", "")),
        timezone=str(profile.get("timezone", TIMEZONE)),
    )
    return province, problems


def _profile(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    if not path.exists():
        return {}, []
    try:
        source = YamlSource(path)
    except UnreadableFile as error:
        return {}, [error.problem]
    problems = schema_problems(source, "profile")
    if not problems and not is_timezone(source.data.get("timezone", TIMEZONE)):
        problems = [unknown_timezone(source)]
    return ({} if problems else source.data), problems
