"""A state folder of its own for every test, and the real declarations."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.settings import Places
from tests.contracts.declarations import few

ROOT = Path(__file__).parent.parent

LONGEST = (
    "faults/test_faults.py", "dashboard/test_browser.py", "flow/test_kill.py", "dashboard/test_accessibility.py",
    "audit/test_audit.py", "validate/test_differential.py", "cli/test_run.py",
)  # fmt: skip
"""Files of few but long tests: they begin first, or one process would still run them when the others have finished."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; the others in their order (`make test` passes `--no-loadscope-reorder`)."""
    place = {name: number for number, name in enumerate(LONGEST)}
    folder = ROOT / "tests"
    items.sort(key=lambda item: place.get(item.path.relative_to(folder).as_posix(), len(place)))


@pytest.fixture(autouse=True)
def _no_configured_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may touch the state folder of whoever runs it."""
    for name in ("IOC_CONTRACTS", "IOC_PROVINCE", "IOC_LANG", "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IOC_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture
def places() -> Places:
    return Places(Path(os.environ["IOC_HOME"]))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(ROOT / "data_contracts", "56")


@pytest.fixture(scope="session")
def few_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the declarations of four feeds (`tests.contracts.declarations.few`); not to be spoiled."""
    return few(tmp_path_factory.mktemp("few"))


@pytest.fixture(scope="session")
def few_catalogue(few_root: Path) -> Catalogue:
    """Catalogue of four feeds: a release of them costs a quarter of one of all."""
    return load_catalogue(few_root, "56")


@pytest.fixture
def drop(places: Places) -> Callable[[str, str, bytes], Path]:
    """Put a file into a feed's inbox, at rest for long enough to be taken at once."""

    def put(feed: str, name: str, content: bytes) -> Path:
        path = places.inbox / feed / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        past = path.stat().st_mtime - 60
        os.utime(path, (past, past))
        return path

    return put
