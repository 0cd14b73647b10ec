"""Faults of whole files: damaged, empty, not what the contract says, late."""

from __future__ import annotations

import csv
import io

from ioc_pipeline.faults.ground import Ground, Record, matches

_ERROR_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
    "<body><h1>502 Bad Gateway</h1><p>Máy chủ không phản hồi.</p></body></html>\n"
)


def replace(ground: Ground, feed: str, which: str, content: str) -> None:
    """Put other content in a file: `html` (an error page) or `empty`."""
    ground.file(feed, which).write_text("" if content == "empty" else _ERROR_PAGE, encoding="utf-8")


def truncate(ground: Ground, feed: str, which: str, share: float) -> None:
    """The transfer broke off: only the first share of the bytes is there."""
    path = ground.file(feed, which)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def remove(ground: Ground, feed: str, which: str) -> None:
    """The file was never sent."""
    ground.file(feed, which).unlink()


def columns(ground: Ground, feed: str, column: str, renamed: str | None = None) -> None:
    """Leave out a column of a CSV file, or give it a name nobody declared."""
    path = ground.file(feed, "csv")
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    rows = list(reader)
    names = [renamed if n == column else n for n in reader.fieldnames or () if n != column or renamed]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row[n] for n in reader.fieldnames or () if n != column or renamed] for row in rows)
    path.write_text(out.getvalue(), encoding="utf-8")


def recode(ground: Ground, feed: str, encoding: str) -> None:
    """Write a CSV file in an encoding nobody announced; what it cannot write becomes a question mark."""
    path = ground.file(feed, "csv")
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding, errors="replace"))


def edit_rows(ground: Ground, feed: str, where: Record, values: Record, count: int = 1) -> None:
    """Write values into some rows of a CSV file."""

    def change(rows: list[Record]) -> list[Record]:
        for row in ground.some([r for r in rows if matches(r, where)], count, str(where)):
            row.update(values)
        return rows

    ground.edit_lines(feed, change)


def scale_rows(ground: Ground, feed: str, where: Record, factor: float, decimals: int = 2) -> None:
    """Multiply the value of one row of a CSV file."""

    def change(rows: list[Record]) -> list[Record]:
        row = ground.some([r for r in rows if matches(r, where) and r["value"] not in ("", "–", "-")])[0]
        row["value"] = f"{float(row['value']) * factor:.{decimals}f}"
        return rows

    ground.edit_lines(feed, change)


def drop_rows(ground: Ground, feed: str, where: Record | None = None, by: str | None = None) -> None:
    """Leave out the rows of a CSV file that match, or those of one value of a column by lot."""

    def change(rows: list[Record]) -> list[Record]:
        wanted = dict(where or {})
        if by:
            wanted[by] = ground.rng.choice(sorted({row[by] for row in rows}))
        return [row for row in rows if not matches(row, wanted)]

    ground.edit_lines(feed, change)


def repeat_rows(ground: Ground, feed: str, count: int) -> None:
    """Some rows of a CSV file stand twice."""
    ground.edit_lines(feed, lambda rows: rows + ground.some(rows, count))


def send_again(ground: Ground, feed: str, where: Record, factor: float | None) -> None:
    """A second file repeats the first with one value changed by `factor`, or emptied when there is none."""
    path = ground.file(feed, "csv")
    again = path.with_name(f"{path.stem}_lai.csv")
    again.write_bytes(path.read_bytes())
    rows = list(csv.DictReader(io.StringIO(again.read_text(encoding="utf-8"))))
    row = ground.some([r for r in rows if matches(r, where) and r["value"] not in ("", "–", "-")])[0]
    row["value"] = "–" if factor is None else f"{float(row['value']) * factor:.2f}"
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    again.write_text(out.getvalue(), encoding="utf-8")
