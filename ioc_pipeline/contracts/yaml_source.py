"""YAML files with the line of every key, so that a message can name the place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ioc_pipeline.messages import IocError, Message


class YamlSource:
    """A parsed YAML file: `data`, and `line(*keys)` of a value inside it (1-based)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise IocError(
                Message(
                    "contract.unreadable",
                    f"{path}: không đọc được ({error}); cần tệp YAML mã hóa UTF-8 ở đúng vị trí này.",
                    f"{path}: cannot be read ({error}); a YAML file in UTF-8 is needed in this place.",
                )
            ) from error
        try:
            self.node = yaml.compose(text, Loader=yaml.SafeLoader)
            self.data: Any = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            detail = getattr(error, "problem", None) or str(error)
            raise IocError(
                Message(
                    "contract.yaml",
                    f"{path}:{line}: tệp YAML không đọc được ({detail}); sửa cú pháp ở dòng này.",
                    f"{path}:{line}: not valid YAML ({detail}); correct the syntax on this line.",
                )
            ) from error

    def entries(self, key: str) -> list[Any]:
        """The list under a top-level key; empty when absent. IocError when the file or the list has another shape."""
        listed = (self.data if isinstance(self.data, dict) else {}).get(key) or []
        if not isinstance(listed, list) or not isinstance(self.data, dict | None):
            line = self.line(key)
            raise IocError(
                Message(
                    "contract.list",
                    f"{self.path}:{line}: “{key}” phải là một danh sách.",
                    f"{self.path}:{line}: “{key}” must be a list.",
                )
            )
        return listed

    def line(self, *keys: str | int) -> int | None:
        """Line of the value at a path of keys and list positions; the deepest part found, None for an empty file."""
        node = self.node
        if node is None:
            return None
        line: int = node.start_mark.line + 1
        for key in keys:
            child = None
            if isinstance(node, yaml.MappingNode):
                child = next((pair for pair in node.value if pair[0].value == str(key)), None)
                if child is None:
                    break
                line, node = child[0].start_mark.line + 1, child[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                node = node.value[key]
                line = node.start_mark.line + 1
            else:
                break
        return line
