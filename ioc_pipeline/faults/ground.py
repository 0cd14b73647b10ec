"""The inbox a fault is planted in: its files, its province, and the random numbers that choose where."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from ioc_pipeline.sample.dossier_deliveries import as_synchronised, write_parquet
from ioc_pipeline.sample.indicator_messages import write_message

Record = dict[str, Any]
OWN = {"lris_indicators": "*.json", "province_published": "*.csv"}


class NotPlantable(ValueError):
    """The inbox holds nothing that this fault could be planted in."""


@dataclass(frozen=True)
class Ground:
    """A copy of a clean inbox that may be spoiled."""

    inbox: Path
    rng: random.Random
    province: str
    agency: str
    communes: tuple[str, ...]

    def files(self, feed: str, pattern: str = "*") -> list[Path]:
        """Files of a feed in the order of their names, which begin with the date."""
        found = sorted(p for p in (self.inbox / feed).glob(pattern) if p.is_file())
        if not found:
            raise NotPlantable(f"{feed}: no file {pattern}")
        return found

    def file(self, feed: str, which: str) -> Path:
        """One file of a feed: `newest`, `first`, or the newest with an ending such as `csv`."""
        if which == "first":
            return self.files(feed)[0]
        return self.files(feed)[-1] if which == "newest" else self.files(feed, f"*.{which}")[-1]

    def some(self, records: list[Record], count: int = 1, what: str = "") -> list[Record]:
        """`count` of the records by lot; NotPlantable when there are fewer."""
        if len(records) < count:
            raise NotPlantable(f"{len(records)} records {what}, {count} needed")
        return self.rng.sample(records, count)

    def messages(self) -> list[Path]:
        """Messages of the report system, oldest first."""
        return self.files("lris_indicators", "*.json")

    def edit_message(self, change: Callable[[list[Record]], list[Record] | None], number: int = -1) -> None:
        """Change the records of a message in place (or return new ones); by default of the newest message."""
        path = self.messages()[number]
        message = json.loads(path.read_text(encoding="utf-8"))
        changed = change(message["data"])
        message["data"] = message["data"] if changed is None else changed
        message["total"] = len(message["data"])
        write_message(message, path)

    def records(self, number: int = -1) -> list[Record]:
        """Records of a message, for reading."""
        return list(json.loads(self.messages()[number].read_text(encoding="utf-8"))["data"])

    def edit_dossiers(self, change: Callable[[list[Record]], list[Record] | None]) -> None:
        """Change the records of the newest JSON delivery of dossiers (names of the synchronisation)."""
        path = self.file("dossiers", "json")
        records = json.loads(path.read_text(encoding="utf-8"))
        changed = change(records)
        lines = ",\n".join(json.dumps(r, ensure_ascii=False) for r in (records if changed is None else changed))
        path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")

    def edit_bulk(self, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
        """Change the Parquet delivery of dossiers (names and types of the contract)."""
        path = self.file("dossiers", "parquet")
        write_parquet(change(pl.read_parquet(path)), path)

    def bulk_as_synchronised(self, condition: pl.Expr) -> list[Record]:
        """Dossiers of the Parquet delivery as a synchronisation would send them again, those of no later file."""
        later: set[str] = set()
        for path in self.files("dossiers"):
            if path.suffix == ".json":
                later |= {str(r["MaHoSo"]) for r in json.loads(path.read_text(encoding="utf-8"))}
            elif path.suffix == ".csv":
                later |= {row["MaHoSo"] for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))}
        rows = pl.read_parquet(self.file("dossiers", "parquet")).filter(condition & ~pl.col("ma_ho_so").is_in(later))
        return list(as_synchronised(rows).iter_rows(named=True))

    def edit_lines(self, feed: str, change: Callable[[list[Record]], list[Record]]) -> None:
        """Change the rows of the newest CSV file of a feed."""
        path = self.file(feed, "csv")
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
        names = list(reader.fieldnames or ())
        rows = change(list(reader))
        out = io.StringIO()
        writer = csv.DictWriter(out, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(out.getvalue(), encoding="utf-8")


def matches(record: Record, where: Record | None) -> bool:
    """True when a record has the wanted values; a list names several, `present` any value at all."""
    for name, wanted in (where or {}).items():
        value = record.get(name)
        if wanted == "present":
            if value in (None, ""):
                return False
        elif isinstance(wanted, list):
            if value not in wanted:
                return False
        elif str(value) != str(wanted):
            return False
    return True
