"""`indicators.yaml` of an SDMX feed: which series are known, and what their codes mean.

A series code is declared singly (`indicators`) or by a pattern with code lists (`families`): the names of 18 branches
of the economy are written once, not once for each price basis.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import IocError, Message, Text


@dataclass(frozen=True)
class Series:
    """A known series: name, unit at the multiplier `power` (10^power), and what kind of number it is."""

    name: Text
    unit: str
    power: int
    measure: str
    mark: str
    ignore_power: tuple[int, ...] = ()  # multipliers the sender states that contradict the unit, declared one by one


@dataclass(frozen=True)
class _Family:
    pattern: re.Pattern[str]
    lists: dict[str, dict[str, Text]]
    name: Text
    kind: str
    mark: str


@dataclass(frozen=True)
class SdmxSpec:
    """Everything `indicators.yaml` declares."""

    single: dict[str, Series]
    families: tuple[_Family, ...]
    kinds: dict[str, Series]
    area: str
    fixed: dict[str, str]
    missing: frozenset[str]

    def series(self, code: str) -> Series | None:
        """Meaning of a series code; None when it is not declared."""
        if code in self.single:
            return self.single[code]
        for family in self.families:
            found = family.pattern.fullmatch(code)
            if found is None:
                continue
            parts = {group: family.lists[group].get(value) for group, value in found.groupdict().items()}
            if any(part is None for part in parts.values()):
                return None
            kind = self.kinds[family.kind]
            vi = family.name.vi.format(**{g: t.vi for g, t in parts.items() if t})
            en = family.name.en.format(**{g: t.en for g, t in parts.items() if t})
            return Series(Text(vi, en), kind.unit, kind.power, kind.measure, family.mark, kind.ignore_power)
        return None


@lru_cache(maxsize=8)
def load_sdmx_spec(path: Path, changed: int) -> SdmxSpec:
    """Spec of a file, loaded once for each of its versions (`changed` is its modification time in ns).

    Raises IocError naming file, line and key of the first mistake.
    """
    source = YamlSource(path)
    data: dict[str, Any] = source.data
    here: tuple[str | int, ...] = ()
    try:
        kinds = {}
        for kind_id, declared in data["kinds"].items():
            here = ("kinds", kind_id)
            ignored = tuple(int(power) for power in declared.get("ignore_power", ()))
            kinds[str(kind_id)] = Series(
                Text("", ""), declared["unit"], int(declared.get("power", 0)), declared["measure"], "", ignored
            )
        lists = {
            list_id: {str(code): Text(*map(str, names)) for code, names in entries.items()}
            for list_id, entries in (data.get("lists") or {}).items()
        }
        single = {}
        for code, declared in (data.get("indicators") or {}).items():
            here = ("indicators", code)
            kind = kinds[declared["kind"]]
            name = Text(declared["vi"], declared["en"])
            single[str(code)] = Series(
                name, kind.unit, kind.power, kind.measure, declared.get("mark", data["mark"]), kind.ignore_power
            )
        families = []
        for position, declared in enumerate(data.get("families") or ()):
            here = ("families", position)
            pattern = re.compile(declared["pattern"])
            used = {group: lists[declared["lists"][group]] for group in pattern.groupindex}
            kinds[declared["kind"]]
            families.append(
                _Family(
                    pattern,
                    used,
                    Text(declared["vi"], declared["en"]),
                    declared["kind"],
                    declared.get("mark", data["mark"]),
                )
            )
        here = ()
        fixed = {str(k): str(v) for k, v in (data.get("fixed") or {}).items()}
        missing = frozenset(str(text).casefold() for text in data.get("missing") or ())
        return SdmxSpec(single, tuple(families), kinds, str(data["area"]), fixed, missing)
    except (KeyError, TypeError, ValueError, re.error) as error:
        where = "/".join(map(str, here)) or "top"
        line = source.line(*here) or 1
        raise IocError(
            Message(
                "contract.sdmx",
                f"{path}, dòng {line} ({where}): khai báo thiếu hoặc sai ({error!r}).",
                f"{path}, line {line} ({where}): missing or wrong declaration ({error!r}).",
            )
        ) from error
