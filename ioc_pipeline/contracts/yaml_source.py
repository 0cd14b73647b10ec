"""YAML files with the line of every key, so that a message can name the place."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ioc_pipeline.contracts.plain_yaml import SAFE_LOADER
from ioc_pipeline.contracts.positions import Place, Source, UnreadableFile


class _Loader(SAFE_LOADER):
    """Safe loader that keeps as text what looks like a date or a number and is none (`2026-13-45`)."""


def _or_text(construct: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def constructed(loader: Any, node: Any) -> Any:
        try:
            return construct(loader, node)
        except (ValueError, OverflowError):
            return node.value

    return constructed


for _kind in ("timestamp", "int", "float"):
    _tag = f"tag:yaml.org,2002:{_kind}"
    _Loader.add_constructor(_tag, _or_text(SAFE_LOADER.yaml_constructors[_tag]))


def read_text(path: Path) -> str:
    """Text of a declaration file; UnreadableFile when it is absent or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            path,
            None,
            f"không đọc được ({error}); đặt ở đây một tệp văn bản mã hóa UTF-8",
            f"cannot be read ({error}); put a text file in UTF-8 in this place",
        ) from error


class YamlSource(Source):
    """A parsed YAML file: `data`, and `line(*keys)` of a value inside it (1-based)."""

    def __init__(self, path: Path) -> None:
        text = read_text(path)
        try:
            data, top = _parsed(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            detail = getattr(error, "problem", None) or str(error).splitlines()[0]
            raise UnreadableFile(
                path,
                mark.line + 1 if mark else 1,
                f"tệp YAML không đọc được ({detail}); sửa cú pháp ở dòng này hoặc dòng ngay trên",
                f"not valid YAML ({detail}); correct the syntax on this line or the one above it",
            ) from error
        except (RecursionError, ValueError) as error:
            raise UnreadableFile(
                path,
                1,
                f"tệp YAML lồng nhau quá sâu hoặc tự tham chiếu ({error}); viết lại đơn giản hơn",
                f"the YAML is nested too deeply or refers to itself ({error}); write it more simply",
            ) from error
        super().__init__(path, data, top, text)


@lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[Any, Place]:
    """A text parsed once, however many checks look at it."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        top = _place(node, 1, ())
        return (loader.construct_document(node) if node is not None else None), top
    finally:
        loader.dispose()


def _place(node: Any, line: int, above: tuple[int, ...]) -> Place:
    place = Place(line)
    if id(node) in above:
        raise ValueError("anchor inside itself")
    above = (*above, id(node))
    if isinstance(node, yaml.MappingNode):
        inside: dict[str, Place] = {}
        for key, value in node.value:
            name, at = str(key.value), key.start_mark.line + 1
            if name in inside and name != "<<":
                place.repeated.append((name, at))
            inside[name] = _place(value, at, above)
        place.inside = inside
    elif isinstance(node, yaml.SequenceNode):
        place.inside = [_place(entry, entry.start_mark.line + 1, above) for entry in node.value]
    return place
