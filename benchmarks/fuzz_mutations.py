"""Changes that keep a file's structure, so that cases get past the structure check and into the conversions: cells of
CSV, values and keys of JSON, texts and numbers of workbook parts, attributes of XML, columns of Parquet. What cannot be
taken apart comes back as None, and the caller changes bytes instead."""

# ruff: noqa: E501  a list of hostile values

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

VALUES = [
    "", " ", "-", "..", "…", "x", "n/a", "0", "007", "1.234", "1,234", "1.234,5", "1 234", "1'234", "-1,5", "−5", "１２",
    "(12,5)", "(1.234)", "98,5%", "0,985", "4,5‰", "12 tỷ", "1,5 nghìn tỷ", "350 tr.USD", "12 tỷ đồng", "12 USD", "2 nghìn",
    "12,3(1)", "5²", "98,5*", "1e999", "1.23E+05", "9" * 400, "10,5–11,0", "10 đến 11", "NaN", "Infinity", "#DIV/0!",
    "31/02/2026", "01/01/25", "0025-01-01", "2026-13", "Quý II/2025", "6 tháng đầu năm", "9T/2025", "tháng Chín năm 2025",
    "Sơ bộ 2024", "2026-W05", "2024-2025", "00004", "22333", "P. Vĩnh Hải", "Tân Tiến", "Hoà Bình", "Hòa Bình", "TPHCM",
    "H32", "000.00.00.H32", "000.01.23.H32", "H43", "=cmd|'/c calc'!A1", "@SUM(A1)", "../../x", "' OR 1=1 --", "\x00", "\ufeff",
    "\u200b12", "Nguyễn".encode().decode("latin-1"), "Ha\u0300 No\u0323\u0302i", "Hµ Néi", "Tổng số", "Trong đó:", "Ghi chú",
    "Đơn vị tính: triệu đồng", "ĐVT: %", "Đơn vị: UBND xã", "có", "không", "true", "2", "😀", "A" * 5000, "\t", "a\nb", '"',
]  # fmt: skip
_NUMBERS: list[Any] = [0, -1, 1.5, 1e308, 2**53 + 1, 10**30, 0.1, None, True, [], {}, [1], {"a": 1}]


def structured(rng: random.Random, data: bytes) -> bytes | None:
    """The file with one to eight values changed; None when its structure is not one of those known."""
    try:
        if data.startswith(b"PK\x03\x04"):
            return _zip(rng, data)
        if data.startswith(b"PAR1"):
            return _parquet(rng, data)
        text = data.decode("utf-8-sig")
        start = text.lstrip()[:1]
        if start in ("{", "["):
            return _json(rng, text)
        if start == "<":
            return _xml(rng, text)
        return _csv(rng, text)
    except (
        ValueError,
        KeyError,
        IndexError,
        csv.Error,
        zipfile.BadZipFile,
        pa.ArrowException,
        RecursionError,
        OSError,
    ):
        return None


def _times(rng: random.Random) -> range:
    return range(rng.choice((1, 1, 2, 3, 8)))


def _csv(rng: random.Random, text: str) -> bytes:
    delimiter = max(",;\t|", key=text[:2000].count)
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    for _ in _times(rng):
        row = rng.randrange(len(rows))
        change = rng.randrange(12)
        if change == 0:
            rows.insert(row, rng.choice([[], ["Đơn vị tính: triệu đồng"], ["BIỂU SỐ 1"], rows[row][:]]))
        elif change == 1 and len(rows) > 2:
            del rows[row]
        elif change == 2 and rows[row]:
            column = rng.randrange(len(rows[row]))
            for other in rows:
                if column < len(other):
                    other.insert(rng.randrange(len(other)), other.pop(column))
        elif rows[row]:
            row = row if row or rng.random() < 0.1 else rng.randrange(len(rows))
            rows[row][rng.randrange(len(rows[row]))] = rng.choice(VALUES)
    out = io.StringIO()
    csv.writer(out, delimiter=rng.choice(",;\t|") if rng.random() < 0.05 else delimiter).writerows(rows)
    encoding = "utf-8" if rng.random() < 0.93 else rng.choice(["utf-16", "utf-8-sig", "cp1258"])
    return out.getvalue().encode(encoding, "replace")


def _json(rng: random.Random, text: str) -> bytes:
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if document is None:  # one record per line
        lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        for _ in _times(rng):
            _leaf(rng, lines)
        written = [json.dumps(line, ensure_ascii=False) for line in lines]
        if rng.random() < 0.3:
            written[rng.randrange(len(written))] = rng.choice(['{"ma": ', "null", "[1]", "", '{"a": 1, "a": 2}'])
        return "\n".join(written).encode("utf-8", "replace")
    for _ in _times(rng):
        _leaf(rng, document)
    return json.dumps(document, ensure_ascii=rng.random() < 0.2, indent=rng.choice((None, None, 1))).encode(
        "utf-8", "replace"
    )


def _leaf(rng: random.Random, node: Any) -> None:
    """Change one value somewhere below, or a key, or repeat or drop an entry."""
    while isinstance(node, dict | list) and node:
        key = rng.choice(list(node)) if isinstance(node, dict) else rng.randrange(len(node))
        below = node[key]
        if isinstance(below, dict | list) and below and rng.random() < 0.93:
            node = below
            continue
        change = rng.randrange(10)
        if change == 0:
            del node[key]
        elif change == 1 and isinstance(node, list):
            node.append(below)
        elif change == 2 and isinstance(node, dict):
            node[str(rng.choice(VALUES))[:40]] = node.pop(key)
        elif change == 3:
            node[key] = rng.choice(_NUMBERS)
        else:
            node[key] = rng.choice(VALUES)
        return


_CELL = re.compile(r"(<t[^>]*>|<v>)([^<]*)(</t>|</v>)")
_ATTRIBUTE = re.compile(r'([A-Za-z_]+=")([^"<]*)(")')


def _escaped(text: str) -> str:
    kept = "".join(c for c in text if c >= " " or c in "\t\n")
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _replaced(rng: random.Random, text: str, pattern: re.Pattern[str], *, numeric: bool = False) -> str:
    found = list(pattern.finditer(text))
    for match in sorted(rng.sample(found, min(len(found), len(_times(rng)))), key=lambda m: -m.start()):
        value = rng.choice(VALUES)
        if numeric and match[1] == "<v>" and rng.random() < 0.7:
            value = str(rng.choice([0, -1, 1.5, 1e30, 46000, 99999, "1e999"]))
        text = text[: match.start(2)] + _escaped(value) + text[match.end(2) :]
    return text


def _xml(rng: random.Random, text: str) -> bytes:
    head, rest = text[:400], text[400:]
    return (head + _replaced(rng, rest, _ATTRIBUTE)).encode("utf-8", "replace")


def _zip(rng: random.Random, data: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        names = [i.filename for i in old.infolist()]
        parts = [n for n in names if re.fullmatch(r"xl/(sharedStrings|worksheets/sheet\d+)\.xml|pages/.*|.*\.json", n)]
        chosen = set(rng.sample(parts, min(len(parts), rng.randint(1, 2))))
        for name in names:
            content = old.read(name)
            if name in chosen:
                text = content.decode("utf-8")
                content = (
                    _json(rng, text) if name.endswith(".json") else _replaced(rng, text, _CELL, numeric=True).encode()
                )
            new.writestr(name, content)
    return out.getvalue()


def _parquet(rng: random.Random, data: bytes) -> bytes:
    table = pq.read_table(io.BytesIO(data))
    for _ in _times(rng):
        at = rng.randrange(table.num_columns)
        name = table.column_names[at]
        change = rng.randrange(5)
        if change == 0 and table.num_columns > 1:
            table = table.drop_columns([name])
        elif change == 1:
            table = table.set_column(
                at, rng.choice([name.upper(), f"{name} ", rng.choice(VALUES)[:40]]), table.column(at)
            )
        elif change == 2:
            table = table.set_column(at, name, pa.nulls(table.num_rows))
        else:
            texts = [None if v is None else str(v) for v in table.column(at).to_pylist()]
            for _ in range(min(len(texts), 5)):
                texts[rng.randrange(len(texts))] = rng.choice(VALUES)
            table = table.set_column(at, name, pa.array(texts, pa.string()))
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()
