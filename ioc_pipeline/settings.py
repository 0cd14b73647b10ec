"""Where things are: the state folder `IOC_HOME`, the declarations, the province served."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_PROVINCE = "56"


def home() -> Path:
    """State folder: `$IOC_HOME`, or `ioc_home` in the working directory."""
    return Path(os.environ.get("IOC_HOME") or "ioc_home").expanduser().resolve()


def contracts_root() -> Path:
    """Folder of the declarations: `$IOC_CONTRACTS`, or `data_contracts` beside the package."""
    configured = os.environ.get("IOC_CONTRACTS")
    return Path(configured).expanduser().resolve() if configured else Path(__file__).parent.parent / "data_contracts"


def province_code() -> str:
    """Code of the province this centre serves: `$IOC_PROVINCE`, what the state folder was made for, or the default
    of the samples."""
    return os.environ.get("IOC_PROVINCE") or _province_of_home() or DEFAULT_PROVINCE


def _province_of_home() -> str | None:
    try:
        return (home() / "province").read_text(encoding="ascii").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None


def remember_province(code: str) -> None:
    """Note in a state folder that has no province yet which one it serves: the file `province`, one line."""
    path = home() / "province"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{code}\n", encoding="ascii")


@dataclass(frozen=True)
class Places:
    """Folders and files below one state folder."""

    root: Path

    @property
    def inbox(self) -> Path:
        """Where departments drop files, one folder per feed; only ever read."""
        return self.root / "inbox"

    @property
    def blobs(self) -> Path:
        """Received bytes by their SHA-256."""
        return self.root / "landing" / "blobs"

    @property
    def deliveries(self) -> Path:
        """Manifests of deliveries, one folder per feed."""
        return self.root / "landing" / "deliveries"

    @property
    def staging(self) -> Path:
        """Typed rows of deliveries; can be made again from the landing area."""
        return self.root / "staging"

    @property
    def warehouse(self) -> Path:
        """The warehouse database."""
        return self.root / "warehouse" / "ioc.duckdb"

    @property
    def writer_lock(self) -> Path:
        """Lock file of the single writer."""
        return self.root / "warehouse" / "writer.lock"

    @property
    def releases(self) -> Path:
        """Published releases and the pointer to the current one."""
        return self.root / "releases"

    @property
    def reconstructed(self) -> Path:
        """Days before the first release, made afterwards; never the current release."""
        return self.releases / "reconstructed"

    @property
    def current_release(self) -> Path:
        """The pointer file."""
        return self.releases / "current.json"

    @property
    def operations(self) -> Path:
        """The embedded operations store: alerts, decisions on tasks, notes."""
        return self.root / "operations"

    @property
    def dagster(self) -> Path:
        """Dagster's own state."""
        return self.root / "dagster"


def places() -> Places:
    """Folders below the configured state folder."""
    return Places(home())
