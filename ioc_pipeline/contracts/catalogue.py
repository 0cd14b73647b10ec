"""Everything declared under `data_contracts/`, loaded once; what is broken is listed, not raised."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from ioc_pipeline import settings
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.attested import Attestation, load_attestations
from ioc_pipeline.contracts.corrections import Correction, load_corrections
from ioc_pipeline.contracts.feed_contract import load_feed
from ioc_pipeline.contracts.model import Code, CodeList, Feed, Indicator, Problem, Province, Target
from ioc_pipeline.contracts.score_weights import ScoreWeights, load_score_weights
from ioc_pipeline.contracts.standard import Standard, load_standard
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import IocError, Message, Text

Loaded = TypeVar("Loaded")


@dataclass(frozen=True)
class Catalogue:
    """All declarations; `problems` lists what `ioc contract check` prints."""

    root: Path
    feeds: dict[str, Feed]
    codes: dict[str, CodeList]
    standard: Standard
    indicators: dict[str, Indicator]
    province: Province
    score_weights: ScoreWeights
    problems: tuple[Problem, ...] = ()
    hash: str = field(default="")
    attestations: tuple[Attestation, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def bindings(self, as_of: datetime) -> dict[str, Any]:
        """Values a suite may refer to: code lists, areas and parameters (see `validate.suite.bind`)."""
        now = [unit.code for unit in units.provinces()]
        before = [unit.code for unit in units.provinces_before_merger()]
        own = [unit.code for unit in units.communes(self.province.code, as_of.date())]
        every = [unit.code for code in now for unit in units.communes(code, as_of.date())]
        bound: dict[str, Any] = {f"codes:{name}": list(codes.codes) for name, codes in self.codes.items()}
        above_100 = {
            code for f in self.feeds.values() for code, d in f.declared_indicators().items() if d.get("above_100")
        }
        return bound | {
            "codes:ratios_above_100": sorted(above_100),
            "areas:provinces": now,
            "areas:provinces_before_merger": before,
            "areas:communes_of_province": own,
            "areas:province_and_communes": [self.province.code, *own],
            "areas:all_known": sorted({"VN", *now, *before, *every}),
            "param:as_of": as_of.isoformat(timespec="seconds"),
            "param:agency": self.province.agency,
            "param:province": self.province.code,
        }


def load_catalogue(root: Path | None = None, province: str | None = None, today: date | None = None) -> Catalogue:
    """Load `data_contracts/` (see `settings.contracts_root`) for a province (default: the configured one), as in force
    on a day (UTC; default: today).

    Raises IocError when the standard, the code lists or the province themselves cannot be used; a broken feed or
    indicator is listed under `problems` and left out.
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
    codes = {path.stem: _code_list(path) for path in sorted((root / "reference").glob("*.yaml")) if _is_list(path)}
    feeds: dict[str, Feed] = {}
    for folder in sorted(p for p in (root / "feeds").iterdir() if p.is_dir()):
        feed, wrong = load_feed(folder, root)
        problems += wrong
        if feed is not None:
            feeds[feed.id] = feed
    indicators: dict[str, Indicator] = {}
    for path in sorted((root / "indicators").glob("*.yaml")):
        for card in _guarded(path, problems, partial(_indicators, path, codes)) or []:
            if card.code in indicators:
                problems.append(
                    Problem(str(path), None, Text(f"mã chỉ số {card.code} khai hai lần", f"{card.code} declared twice"))
                )
            indicators[card.code] = card
    attestations, wrong = load_attestations(root, province_code, standard.clauses)
    problems += wrong
    weights, wrong = load_score_weights(root)
    problems += wrong
    corrections, wrong = load_corrections(root, province_code, indicators, today)
    problems += wrong
    return Catalogue(
        root=root,
        feeds=feeds,
        codes=codes,
        standard=standard,
        indicators=indicators,
        province=_province(root, province_code, codes),
        problems=tuple(problems),
        hash=hash_of_content,
        attestations=attestations,
        corrections=corrections,
        score_weights=weights,
    )


def _guarded(path: Path, problems: list[Problem], load: Callable[[], Loaded]) -> Loaded | None:
    """Run a loader; an error becomes a problem naming the file."""
    try:
        return load()
    except IocError as error:
        problems.append(Problem(str(path), None, Text(error.message.vi, error.message.en)))
    except (KeyError, TypeError, ValueError) as error:
        detail = f"{type(error).__name__}: {error}"
        text = Text(
            f"khai báo thiếu hoặc sai kiểu ({detail})", f"a declaration is missing or of the wrong type ({detail})"
        )
        problems.append(Problem(str(path), None, text))
    return None


def _is_list(path: Path) -> bool:
    source = YamlSource(path).data
    return isinstance(source, dict) and "codes" in source


def _code_list(path: Path) -> CodeList:
    data = YamlSource(path).data
    codes = {}
    for entry in data["codes"]:
        rest = {k: v for k, v in entry.items() if k not in ("code", "vi", "en", "aliases")}
        code = str(entry["code"])
        codes[code] = Code(code, Text(str(entry["vi"]), str(entry["en"])), tuple(entry.get("aliases") or ()), rest)
    return CodeList(data["id"], Text(data["title"]["vi"], data["title"]["en"]), str(data["mark"]), codes)


def _text(value: dict[str, str]) -> Text:
    return Text(str(value["vi"]), str(value["en"]))


def _indicators(path: Path, codes: dict[str, CodeList]) -> list[Indicator]:
    data = YamlSource(path).data
    field_text = _text(data["field"])
    cards = []
    for entry in data["indicators"]:
        unit = codes["units"].codes[entry["unit"]]
        cards.append(
            Indicator(
                code=entry["code"],
                name=_text(entry["name"]),
                short=_text(entry.get("short") or entry["name"]),
                unit=entry["unit"],
                unit_text=unit.name,
                decimals=int(entry["decimals"]),
                field=field_text,
                direction=entry["direction"],
                owner=_text(entry["owner"]),
                feed=entry["feed"],
                definition=_text(entry["definition"]),
                selection=dict(entry.get("select") or {}),
                formula=entry.get("formula"),
                targets=tuple(
                    Target(int(t["year"]), float(t["value"]), _text(t["basis"]), t["mark"], t.get("path", "constant"))
                    for t in entry.get("targets") or ()
                ),
                plan=entry.get("plan"),
                amber_margin=float(entry.get("amber_margin", 0.0)),
                headline=bool(entry.get("headline", False)),
                sort=int(entry["sort"]),
                group=entry.get("group"),
            )
        )
    return cards


def _province(root: Path, code: str, codes: dict[str, CodeList]) -> Province:
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
    profile_path = root / "profiles" / f"{code}.yaml"
    profile = YamlSource(profile_path).data if profile_path.exists() else {}
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
    return Province(
        code=code,
        name=Text(unit.full_name, f"{unit.name_en} {prefix}"),
        agency=str(profile.get("agency", agency.code)),
        agency_mark=str(agency.extra.get("mark", "")),
        timezone=str(profile.get("timezone", "Asia/Ho_Chi_Minh")),
    )
