"""The pages of one pull as one file: a zip of the pages' bytes as received and an index with their hashes.

It holds nothing of the moment it was made, so the same pages give the same bytes, on every machine with the same zlib.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

INDEX = "index.json"
FORMAT = "ioc-pages-1"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class PageEntry:
    """One page: member name, hash and size of its bytes, encoding, number of records."""

    name: str
    sha256: str
    size_bytes: int
    encoding: str
    records: int


def write_archive(target: Path, records_path: str, pages: Sequence[tuple[PageEntry, Path]]) -> None:
    """Pack pages in their order."""
    index = {"format": FORMAT, "records": records_path, "pages": [asdict(entry) for entry, _ in pages]}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_member(INDEX), json.dumps(index, indent=1, sort_keys=True))
        for entry, path in pages:
            with path.open("rb") as source, archive.open(_member(entry.name), "w", force_zip64=True) as packed:
                shutil.copyfileobj(source, packed, 1 << 20)


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
