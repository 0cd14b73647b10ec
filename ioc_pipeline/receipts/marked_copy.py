"""A copy of the sender's workbook with the cells to correct marked and commented; landed bytes stay as they are."""

from __future__ import annotations

import os
import re
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.receipts.receipt import Fault, Receipt

_PLACE = re.compile(r"(?:^|, )([^,!]+)!([A-Z]{1,3}\d+)(?::([A-Z]{1,3}\d+))?")
_RED = PatternFill("solid", start_color="FFC7CE", end_color="FFC7CE")
_LARGEST = 20 * 1024 * 1024
"""Bytes of a workbook that is still copied: a form has less than one hundredth of it."""


def mark_copy(receipt: Receipt, blob: Path, out: Path) -> int:
    """Write to `out` a copy of the workbook `blob` with every fault's cells marked; number of cells marked.

    Raises IocError when the delivery is no .xlsx (a CSV or .xls has no comments to write) or too large.
    """
    with blob.open("rb") as stream:
        is_xlsx = stream.read(2) == b"PK"
    if not is_xlsx or blob.stat().st_size > _LARGEST:
        raise IocError(
            Message(
                "receipt.no_copy",
                f"{receipt.file_name} không phải tệp .xlsx (hoặc quá lớn): chỉ có phiếu tiếp nhận dạng chữ.",
                f"{receipt.file_name} is no .xlsx file (or too large): there is only the receipt in words.",
            )
        )
    with blob.open("rb") as stream:
        book = openpyxl.load_workbook(stream, keep_links=False, keep_vba=False)
    said: dict[tuple[str, str], list[str]] = {}
    for fault in receipt.faults:
        for sheet, first, last in _PLACE.findall(fault.location or ""):
            if sheet not in book.sheetnames:
                continue
            for row in book[sheet][f"{first}:{last or first}"]:
                for cell in row:
                    said.setdefault((sheet, cell.coordinate), []).append(_words(fault))
    for (sheet, place), texts in said.items():
        cell = book[sheet][place]
        cell.fill = _RED
        if not hasattr(cell, "comment") or type(cell).__name__ == "MergedCell":
            continue
        comment = Comment("\n".join(dict.fromkeys(texts)), "IOC")
        comment.width, comment.height = 380, 60 + 60 * len(texts)
        cell.comment = comment
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = out.with_name(f".{out.name}.tmp")
    book.save(temporary)
    os.replace(temporary, out)
    return len(said)


def _words(fault: Fault) -> str:
    return f"[{fault.clause}] {fault.reason.vi} Cách sửa: {fault.fix.vi}\n{fault.reason.en} How to fix: {fault.fix.en}"
