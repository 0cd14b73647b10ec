"""Small feeds for the tests of the record readers, and a reading as a list of rows."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ioc_pipeline.contracts.model import CodeList, Column, Feed
from ioc_pipeline.messages import ReadRefused, Text
from ioc_pipeline.read.reading import Reading
from ioc_pipeline.read.records.table_file import read_table

DATES = ("%Y%m%d%H%M%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y", "%Y-%m-%d")
COLUMNS = (
    Column("ma", "VARCHAR", required=True, identifier=True, title=Text("Mã hồ sơ", "Code"), aliases=("MaHoSo",)),
    Column("ten", "VARCHAR", title=Text("Tên", "Name")),
    Column("ngay", "TIMESTAMP", title=Text("Ngày nhận", "Received"), aliases=("NgayNhan",), formats=DATES),
    Column("so", "DOUBLE", title=Text("Số tiền", "Amount")),
    Column("dem", "BIGINT", title=Text("Số lượng", "Count")),
    Column("co", "BOOLEAN", title=Text("Có phí", "Fee")),
    Column("simulated", "BOOLEAN"),
)


def record_feed(columns: tuple[Column, ...] = COLUMNS, **reader: Any) -> Feed:
    """A feed of shape records; keyword arguments are reader options."""
    words = Text("Thử", "Test")
    return Feed(
        id="thu",
        version="1.0.0",
        title=words,
        description=words,
        owner_id="o",
        owner=words,
        source=words,
        group="thu",
        shape="records",
        reader={"format": "table", **reader},
        period="day",
        lag_days=1,
        key=("ma",),
        columns=columns,
        suite={},
        folder=Path("."),
    )


class Read:
    """A reading and its rows as dictionaries."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        with duckdb.connect() as con:
            found = con.execute("SELECT * FROM read_parquet(?) ORDER BY _row", [str(reading.rows_path)])
            names = [d[0] for d in found.description]
            self.rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        assert len(self.rows) == reading.received
        assert [row["_row"] for row in self.rows] == list(range(1, reading.received + 1))

    def codes(self) -> list[list[str]]:
        """Problem codes of every row."""
        return [[p["code"] for p in row["_problems"]] for row in self.rows]

    def column(self, name: str) -> list[Any]:
        """Values of a column."""
        return [row[name] for row in self.rows]


def read(
    folder: Path,
    content: bytes | str,
    *,
    name: str = "tệp.csv",
    feed: Feed | None = None,
    codes: Mapping[str, CodeList] | None = None,
) -> Read:
    """Read a file of the given content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Read(read_table(feed or record_feed(), path, name, folder / "out" / "rows.parquet", code_lists=codes))


def refusal(folder: Path, content: bytes | str, **options: Any) -> ReadRefused:
    """The refusal of a file; fails when the file is read, and checks that the refusal is fit for a user."""
    with pytest.raises(ReadRefused) as caught:
        read(folder, content, **options)
    message = caught.value.message
    assert message.code.startswith("read.") and message.vi and message.en and message.vi != message.en
    assert options.get("name", "tệp.csv") in message.vi and options.get("name", "tệp.csv") in message.en
    left = [p.name for p in (folder / "out").iterdir()] if (folder / "out").exists() else []
    assert set(left) <= {"rows.parquet"}, "nothing half written stays behind"
    return caught.value


def realdata(*parts: str) -> Path:
    """A file of the published test data; skips where it is absent."""
    root = os.environ.get("IOC_REALDATA")
    folder = Path(root) if root else Path(__file__).resolve().parents[2].parent / "shared" / "realdata"
    path = folder.joinpath(*parts)
    if not path.exists():
        pytest.skip("published test data not found: set IOC_REALDATA")
    return path
