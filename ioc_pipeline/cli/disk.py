"""A disk that is full or may not be written to, in words: whatever library met it, the operator reads the same."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

from ioc_pipeline.messages import Message

_FULL = ("no space left", "disk is full")
_LITTLE = 256 * 1024  # bytes left, below which an error without a reason is taken for a full disk


def disk_trouble(error: BaseException, root: Path) -> Message | None:
    """What to tell of an error that comes from the disk of the state folder; None for any other error."""
    causes = list(_causes(error))
    text = " ".join(str(cause) for cause in causes).lower()
    codes = {cause.errno for cause in causes if isinstance(cause, OSError)}
    if codes & {errno.ENOSPC, errno.EDQUOT} or any(said in text for said in _FULL) or _no_room(root, text):
        return Message(
            "disk.full",
            f"Đĩa chứa thư mục trạng thái {root} đã đầy. Bản phát hành hiện hành và số liệu đã lưu vẫn nguyên; hãy "
            "giải phóng dung lượng rồi chạy lại chính lệnh này: phần dở dang được làm lại từ byte đã nhận.",
            f"The disk of the state folder {root} is full. The current release and what was stored are intact; free "
            "some space and run the same command again: what was unfinished is done again from the received bytes.",
        )
    if errno.EROFS in codes or "read-only file system" in text or "readonly database" in text:
        return Message(
            "disk.readonly",
            f"Không ghi được vào thư mục trạng thái {root}: hệ thống tệp chỉ cho đọc. Gắn lại ổ đĩa ở chế độ ghi hoặc "
            "đặt IOC_HOME sang thư mục khác.",
            f"The state folder {root} cannot be written: its file system is read-only. Mount it writable, or set "
            "IOC_HOME to another folder.",
        )
    return None


def _no_room(root: Path, text: str) -> bool:
    """SQLite says of a full disk at times only that reading or writing failed."""
    return "disk i/o error" in text and root.exists() and shutil.disk_usage(root).free < _LITTLE


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
