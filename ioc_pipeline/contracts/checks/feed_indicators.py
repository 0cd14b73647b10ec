"""`indicators.yaml` of a feed: the indicators it may carry."""

from __future__ import annotations

from collections.abc import Iterator

from ioc_pipeline.contracts.checks.duplicates import ambiguous, repeated
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import schema_problems


def feed_indicator_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with the file: units and measures that do not exist, one code for two indicators."""
    found = schema_problems(source, "feed_indicators")
    entries = source.entries("indicators")
    found += repeated(source, ("indicators",), entries, "code")
    found += ambiguous(source, _spellings(source), ("chỉ số", "indicator"))
    for position, entry in enumerate(entries):
        if not isinstance(entry, dict):
            continue
        where = ("indicators", position)
        named: list[tuple[Keys, str, object]] = [((*where, "unit"), "units", entry.get("unit"))]
        named.append(((*where, "measure"), "measures", entry.get("measure")))
        listed = entry.get("measures")
        named += [
            ((*where, "measures", i), "measures", m) for i, m in enumerate(listed if isinstance(listed, list) else ())
        ]
        for keys, codes, name in named:
            choices = known.codes.get(codes)
            if isinstance(name, str) and choices and name not in choices:
                found.append(
                    source.problem(
                        keys,
                        f"không có {name!r} trong reference/{codes}.yaml; sửa, hoặc thêm một dòng ở đó",
                        f"no {name!r} in reference/{codes}.yaml; correct it, or add an entry there",
                        "code.unknown",
                    )
                )
        if isinstance(listed, list) and entry.get("measure") not in listed:
            found.append(
                source.problem(
                    (*where, "measure"),
                    f"measure {entry.get('measure')!r} phải nằm trong measures; thêm vào danh sách đó",
                    f"measure {entry.get('measure')!r} must be one of measures; add it to that list",
                    "indicator.measure",
                )
            )
    return found


def _spellings(source: Source) -> Iterator[tuple[Keys, str, str]]:
    codes = [(p, e) for p, e in enumerate(source.entries("indicators")) if isinstance(e, dict)]
    names = {str(e.get("code")): p for p, e in codes}
    for name, position in names.items():
        yield ("indicators", position, "code"), name, name
    for position, entry in codes:
        aliases = entry.get("aliases")
        for place, alias in enumerate(aliases if isinstance(aliases, list) else ()):
            yield ("indicators", position, "aliases", place), str(entry.get("code")), str(alias)
