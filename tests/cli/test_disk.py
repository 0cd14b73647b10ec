"""A full or read-only disk is said in words, whichever library met it; any other error stays what it is."""

from __future__ import annotations

import errno
import sqlite3

import duckdb
import pytest

from ioc_pipeline.cli import disk, main


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk.full"),
        (sqlite3.OperationalError("database or disk is full"), "disk.full"),
        (duckdb.IOException('Could not write file "x": No space left on device'), "disk.full"),
        (OSError(errno.EROFS, "Read-only file system"), "disk.readonly"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "disk.readonly"),
        (sqlite3.OperationalError("disk I/O error"), None),  # there is room: a broken disk is not a full one
        (ValueError("full"), None),
    ],
)
def test_what_is_said(error, code, tmp_path):
    try:
        try:
            raise error
        except Exception as inner:
            raise RuntimeError("wrapped by a library") from inner
    except RuntimeError as outer:
        said = disk.disk_trouble(outer, tmp_path)
    assert (said.code if said else None) == code


def test_an_io_error_without_room_is_a_full_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda root: type("Usage", (), {"free": 0}))
    assert disk.disk_trouble(sqlite3.OperationalError("disk I/O error"), tmp_path).code == "disk.full"


def test_the_command_ends_with_words_and_other_errors_are_raised(monkeypatch, capsys):
    def full() -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(main, "app", full)
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 1 and "đã đầy" in capsys.readouterr().err

    def wrong() -> None:
        raise ValueError("a defect")

    monkeypatch.setattr(main, "app", wrong)
    with pytest.raises(ValueError, match="a defect"):
        main.main()
