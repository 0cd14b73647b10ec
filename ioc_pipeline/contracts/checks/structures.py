"""What an SDMX or a JSON-stat feed declares of its structure: its own loader knows what it must say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.messages import IocError, Text
from ioc_pipeline.read.exchange.json_stat_spec import load_json_stat_spec
from ioc_pipeline.read.exchange.sdmx_spec import load_sdmx_spec

LOADERS: dict[str, tuple[str, Callable[[Path, int], Any]]] = {
    "sdmx": ("indicators", load_sdmx_spec),
    "json_stat": ("tables", load_json_stat_spec),
}
"""Reader → the option that names its file, and what loads that file."""


def structure_problems(folder: Path, reader: Mapping[str, object]) -> list[Problem]:
    """The first mistake of the structure file of an SDMX or JSON-stat feed; empty for other feeds."""
    option, load = LOADERS.get(str(reader.get("format")), ("", None))
    path = folder / str(reader.get(option, f"{option}.yaml"))
    if load is None or not path.is_file():
        return []
    try:
        load(path, path.stat().st_mtime_ns)
    except IocError as error:
        line = re.search(r"line (\d+)", error.message.en)
        number = int(line.group(1)) if line else None
        return [Problem(str(path), number, Text(error.message.vi, error.message.en), error.message.code)]
    return []
