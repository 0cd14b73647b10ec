"""`reference/split_weights.yaml`, and the columns of a contract that are spread by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.checks.duplicates import repeated
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.places import former_communes
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.split_weights import declared_weights

_PROPERTIES: Keys = ("schema", 0, "properties")


def weight_problems(source: Source) -> list[Problem]:
    """What the schema cannot say: sets or communes declared twice, communes not divided so, weights of nothing."""
    found = list(repeated(source, ("weights",), source.entries("weights"), "id"))
    divided = {f.code: {code for code, _ in f.successors} for f in former_communes() if len(f.successors) > 1}
    for position, entry in enumerate(source.entries("weights")):
        where: Keys = ("weights", position)
        if not entry.get("parts") and not entry.get("successors"):
            found.append(
                source.problem(
                    where,
                    "bộ tỷ trọng chưa có số nào; thêm parts hoặc successors: area",
                    "these weights have no number; add parts or successors: area",
                    "weights.empty",
                )
            )
        found += repeated(source, (*where, "parts"), entry.get("parts") or [], "former")
        for number, part in enumerate(entry.get("parts") or ()):
            found += _part_problems(source, (*where, "parts", number), part, divided)
    return found


def _part_problems(
    source: Source, where: Keys, part: dict[str, Any], divided: dict[str, set[str]]
) -> Iterator[Problem]:
    former, weights = str(part["former"]), part["successors"]
    if former not in divided:
        yield source.problem(
            (*where, "former"),
            f"{former} không phải xã cũ bị chia ngày 01/7/2025; sửa mã",
            f"{former} is no former commune that was divided on 1 July 2025; correct the code",
            "weights.former",
        )
        return
    if set(map(str, weights)) != divided[former]:
        listed = ", ".join(sorted(divided[former]))
        yield source.problem(
            (*where, "successors"),
            f"xã cũ {former} đã chia cho {listed}; ghi tỷ trọng cho đúng các mã này",
            f"former commune {former} was divided among {listed}; give exactly these codes a weight",
            "weights.successors",
        )
    elif not any(weights.values()):
        yield source.problem(
            (*where, "successors"),
            f"mọi tỷ trọng của {former} đều bằng 0; ghi số lớn hơn 0",
            f"every weight of {former} is 0; give at least one above 0",
            "weights.zero",
        )


def split_problems(source: Source, root: Path, shape: str, reader: Any, properties: list[Any]) -> list[Problem]:
    """Columns with `split` or `split_by` that cannot be spread as declared.

    `reader` is the format of the feed's reader, `root` the folder of all declarations.
    """
    known = declared_weights(root)
    found: list[Problem] = []
    for position, declared in enumerate(properties):
        customs = declared.get("customProperties") or ()
        at: dict[str, Keys] = {
            custom.get("property"): (*_PROPERTIES, position, "customProperties", place, "value")
            for place, custom in enumerate(customs)
        }
        values = {custom.get("property"): custom.get("value") for custom in customs}
        name, by = declared.get("name"), values.get("split_by")
        if values.get("split") != "weights":
            if "split_by" in at:
                found.append(
                    source.problem(
                        at["split_by"],
                        f"cột {name}: split_by chỉ dùng với split: weights; thêm hoặc bỏ split_by",
                        f"column {name}: split_by goes with split: weights only; add that or remove split_by",
                        "split.by",
                    )
                )
            continue
        if by not in known:
            choices = ", ".join(known) or "–"
            found.append(
                source.problem(
                    at.get("split_by", at["split"]),
                    f"cột {name}: split_by phải là một bộ tỷ trọng của reference/split_weights.yaml: {choices}",
                    f"column {name}: split_by must be a set of weights of reference/split_weights.yaml: {choices}",
                    "split.by",
                )
            )
        if (shape, reader, name, values.get("places")) != ("observations", "table", "area", "commune"):
            found.append(
                source.problem(
                    at["split"],
                    f"cột {name}: split: weights chỉ dùng cho cột area có places: commune của nguồn dạng observations, "
                    "reader table; bản ghi thì không chia được, hãy dùng refuse hoặc main",
                    f"column {name}: split: weights is for the column area with places: commune of a feed of shape "
                    "observations, reader table; a record cannot be divided: use refuse or main",
                    "split.weights",
                )
            )
    return found
