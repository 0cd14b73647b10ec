"""What the dashboard's benchmark looks at: a copy of a state folder, the states of its pages, further releases."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import duckdb

from ioc_dashboard.pages import every_page
from ioc_dashboard.texts import t

_BUSY = ("overview", "indicator", "alerts", "tasks", "services", "data", "standard", "briefing")
_DEEP = {
    "indicator": "SELECT code, code FROM indicator_values JOIN indicators USING (code) WHERE headline GROUP BY code "
    "ORDER BY count(*) DESC, code LIMIT 1",
    "data": "SELECT feed_id, NULL FROM deliveries GROUP BY feed_id "
    "ORDER BY sum(quarantined) DESC NULLS LAST, count(*) DESC, feed_id LIMIT 1",
    "standard": "SELECT id, id FROM clauses ORDER BY id LIMIT 1",
}
"""Of a page, the fullest state of its parts: the value of its query and a word the page must then show."""
_PARAMETER = {"indicator": "code", "data": "feed", "standard": "clause"}
_FIXED = [
    ("overview", {"wall": "1"}, ""), ("overview", {"lang": "en"}, ""), ("data", {"view": "owners"}, "owners_lead"),
    ("data", {"view": "coverage"}, "coverage_title"), ("search", {"q": "giai ngan"}, ""),
    ("scenario", {"view": "what_if"}, "scn_what_if_banner"), ("tasks", {"state": "overdue"}, ""),
]  # fmt: skip
"""Page, query, and the text that only this state of the page shows."""


@dataclass(frozen=True)
class State:
    """A page as an address asks for it; `says`: words without which it is not that page; `busy`: often opened."""

    name: str
    page: str
    query: str = ""
    says: str = ""
    busy: bool = False


def copied(home: Path, into: Path) -> Path:
    """The parts of a state folder that a dashboard and the baseline read, elsewhere."""
    for part in ("releases", "warehouse", "operations", "geo"):
        if (home / part).exists():
            shutil.copytree(home / part, into / part)
    if (home / "province").exists():
        shutil.copy(home / "province", into / "province")
    if not (into / "releases" / "current.json").exists():
        raise SystemExit(f"{home}: no release; make one with ioc sample and ioc run, or leave --home out")
    return into


def made(home: Path, dossiers: int, months: int) -> Path:
    """A simulated province taken from the inbox to a release, by the commands anybody would use."""
    environment = os.environ | {"IOC_HOME": str(home)}
    ioc = [sys.executable, "-m", "ioc_pipeline.cli.main"]
    sample = [*ioc, "sample", "--out", str(home / "inbox"), "--dossiers", str(dossiers), "--months", str(months)]
    for argv, accepted in ((sample, (0,)), ([*ioc, "run"], (0, 2))):
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
        if done.returncode not in accepted:
            raise SystemExit(f"{' '.join(argv)}: exit {done.returncode}\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
    return home


def states(home: Path) -> list[State]:
    """Every page as it opens first, and fuller states of some."""
    pointer = _pointer(home)
    keys = [spec.key for spec, _ in every_page()]
    asked: list[tuple[str, dict[str, str], str]] = [(key, {}, "") for key in keys]
    with duckdb.connect(str(home / "releases" / pointer["path"]), read_only=True) as release:
        for key, sql in _DEEP.items():
            found = release.execute(sql).fetchone()
            if found and key in keys:
                asked.append((key, {_PARAMETER[key]: str(found[0])}, str(found[1] or "")))
    asked += [(key, query, t(text, "vi") if text else "") for key, query, text in _FIXED if key in keys]
    found_states = []
    for key, query, says in asked:
        name = f"{key}?{urlencode(query)}" if query else key
        says = says or ("" if "wall" in query else pointer["release_id"])
        busy = key in _BUSY and not {"wall", "lang"} & query.keys()
        found_states.append(State(name, "" if key == keys[0] else key, urlencode(query), says, busy))
    return found_states


def another_release(home: Path) -> str:
    """Publish a copy of the current release under another id, as the pipeline does; its id."""
    pointer, now = _pointer(home), datetime.now(UTC)
    name = f"{pointer['release_id'].split('-again')[0]}-again{now:%H%M%S%f}"
    shutil.copytree(home / "releases" / pointer["release_id"], home / "releases" / name)
    database = home / "releases" / name / "release.duckdb"
    database.chmod(0o644)
    with duckdb.connect(str(database)) as connection:
        connection.execute("UPDATE release_info SET release_id = ?", [name])
    manifest = home / "releases" / name / "manifest.json"
    if manifest.exists():
        said = json.loads(manifest.read_text(encoding="utf-8")) | {"release_id": name, "created_at": now.isoformat()}
        manifest.write_text(json.dumps(said), encoding="utf-8")
    aside = home / "releases" / "current.json.tmp"
    said = {"release_id": name, "path": f"{name}/release.duckdb", "created_at": now.isoformat()}
    aside.write_text(json.dumps(said), encoding="utf-8")
    os.replace(aside, home / "releases" / "current.json")
    return name


def _pointer(home: Path) -> dict[str, str]:
    found = json.loads((home / "releases" / "current.json").read_text(encoding="utf-8"))
    return {"path": f"{found['release_id']}/release.duckdb"} | found
