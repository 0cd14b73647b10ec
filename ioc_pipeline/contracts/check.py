"""`ioc contract check`: what is wrong under `data_contracts/`, with file, line and what to do.

Every file is judged alone (`contracts/checks`), whether or not the rest loads, so one mistake hides no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from ioc_pipeline.contracts.broken import BrokenDeclarations
from ioc_pipeline.contracts.card_source import with_defaults
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.contracts.checks.agencies import agency_problems
from ioc_pipeline.contracts.checks.attested import attested_problems
from ioc_pipeline.contracts.checks.card_versions import overlapping_versions
from ioc_pipeline.contracts.checks.cards import card_problems
from ioc_pipeline.contracts.checks.clauses import standard_problems
from ioc_pipeline.contracts.checks.code_lists import code_list_problems
from ioc_pipeline.contracts.checks.confidence import confidence_problems
from ioc_pipeline.contracts.checks.corrections import correction_problems
from ioc_pipeline.contracts.checks.demands import demand_problems
from ioc_pipeline.contracts.checks.feed_indicators import feed_indicator_problems
from ioc_pipeline.contracts.checks.forms import form_declaration_problems
from ioc_pipeline.contracts.checks.incidents import incident_problems
from ioc_pipeline.contracts.checks.known import Known, lenient
from ioc_pipeline.contracts.checks.layers import layer_problems
from ioc_pipeline.contracts.checks.operations import operation_problems
from ioc_pipeline.contracts.checks.profiles import profile_problems
from ioc_pipeline.contracts.checks.reconciliations import reconciliation_problems
from ioc_pipeline.contracts.checks.scenarios import scenario_problems
from ioc_pipeline.contracts.checks.score import score_problems
from ioc_pipeline.contracts.checks.services import service_problems
from ioc_pipeline.contracts.checks.shapes import shape_problems
from ioc_pipeline.contracts.checks.status_tree import tree_problems
from ioc_pipeline.contracts.checks.structures import LOADERS as STRUCTURES
from ioc_pipeline.contracts.checks.structures import structure_problems
from ioc_pipeline.contracts.checks.suites import suite_problems
from ioc_pipeline.contracts.checks.tables import table_problems
from ioc_pipeline.contracts.feed_contract import load_feed
from ioc_pipeline.contracts.json_source import JsonSource
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Source, UnreadableFile
from ioc_pipeline.contracts.standard import load_standard
from ioc_pipeline.contracts.yaml_source import YamlSource

GROUPS = ("dau_vao", "qua_trinh", "ket_qua", "tac_dong", "tong_hop")
"""The five groups of indicators of letter 7146/VPCP-KSTT."""
OF_PROVINCES = ("agencies",)
"""Folders with one file a province, which is judged by the names of that province."""
MAY_BE_EMPTY = ("layers", "attested", "corrections", "incidents")
"""Folders of registers: a file without any entry, even an empty one, says that there is nothing to say."""
Checker = Callable[[Source, Known], list[Problem]]
BY_FOLDER: dict[str, Checker] = {
    "agencies": agency_problems,
    "layers": layer_problems,
    "attested": attested_problems,
    "corrections": correction_problems,
    "incidents": incident_problems,
    "reconciliations": reconciliation_problems,
    "scenarios": scenario_problems,
    "services": service_problems,
    "operations": operation_problems,
    "indicators": card_problems,
    "reference": code_list_problems,
    "profiles": profile_problems,
    "shapes": shape_problems,
}
STANDARD: dict[str, Checker] = {
    "clauses.yaml": standard_problems,
    "score.yaml": score_problems,
    "demands.yaml": demand_problems,
    "status_tree.yaml": tree_problems,
    "confidence.yaml": confidence_problems,
}


def check(catalogue: Catalogue) -> list[Problem]:
    """All problems of the declarations a catalogue was loaded from, by file and line."""
    return check_files(catalogue.root, catalogue.province.code)


def check_files(root: Path, province: str) -> list[Problem]:
    """All problems under a root, whether or not a catalogue can be loaded from it.

    Raises IocError only for a province that is none.
    """
    problems: list[Problem] = []
    known = Known(root, province)
    try:
        catalogue = load_catalogue(root, province)
    except BrokenDeclarations as error:
        problems += error.problems
        known.feeds = {f.id: f for name in known.feed_ids if (f := load_feed(root / "feeds" / name, root)[0])}
    else:
        problems += catalogue.problems
        known.feeds, known.bindings = catalogue.feeds, catalogue.bindings(datetime.now(UTC))
        for feed in catalogue.feeds.values():
            problems += form_declaration_problems(feed, catalogue.codes)
    for name, check_one in STANDARD.items():
        problems += _yaml(root / "standard" / name, check_one, known)
    for folder, check_one in BY_FOLDER.items():
        for path in sorted((root / folder).glob("*.yaml")):
            owner = path.stem.split("_")[0][:2]
            own = (
                known
                if folder not in (*MAY_BE_EMPTY, *OF_PROVINCES) or owner == province
                else _of_province(known, owner)
            )
            problems += _yaml(path, check_one, own)
            if folder == "layers" and owner != province:
                problems += _loosening(root, path.stem, known)
    cards = [s for p in sorted((root / "indicators").glob("*.yaml")) if (s := lenient(p)) is not None]
    problems += overlapping_versions([with_defaults(source) for source in cards])
    for name in known.feed_ids:
        problems += _feed_problems(root / "feeds" / name, root, known)
    return _in_order(problems)


def _of_province(known: Known, province: str) -> Known:
    return Known(known.root, province, known.feeds, known.bindings, known.today)


def _yaml(path: Path, check_one: Checker, known: Known) -> list[Problem]:
    try:
        source = YamlSource(path)
    except UnreadableFile as error:
        return [error.problem]
    if source.data is None and path.parent.name in MAY_BE_EMPTY:
        return []
    return source.repeated_keys() + check_one(source, known)


def _loosening(root: Path, province: str, known: Known) -> list[Problem]:
    try:
        return load_standard(root, province, known.today)[1]
    except BrokenDeclarations:
        return []  # of the ministry's file: named already


def _feed_problems(folder: Path, root: Path, known: Known) -> list[Problem]:
    feed, problems = load_feed(folder, root)
    reader = feed.reader if feed is not None else _declared_reader(folder)
    problems += structure_problems(folder, reader)
    for key, check_one in (("indicators", feed_indicator_problems), ("tables", table_problems)):
        name = reader.get(key)
        if isinstance(name, str) and (folder / name).is_file() and reader.get("format") not in STRUCTURES:
            problems += _yaml(folder / name, check_one, known)
    path = folder / "suite.json"
    try:
        return problems + suite_problems(JsonSource(path), known, folder.name)
    except UnreadableFile as error:
        return [*problems, error.problem]


def _declared_reader(folder: Path) -> dict[str, object]:
    """The reader's options of a contract that does not load, to check the files it names all the same."""
    source = lenient(folder / "contract.yaml")
    for entry in source.entries("customProperties") if source else []:
        value = entry.get("value") if isinstance(entry, dict) and entry.get("property") == "ioc" else None
        reader = value.get("reader") if isinstance(value, dict) else None
        if isinstance(reader, dict):
            return reader
    return {}


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, by file and line. A place that two checks name in other words keeps the first."""
    found: dict[tuple[str, int | None, str], Problem] = {}
    for problem in problems:
        found.setdefault((problem.path, problem.line, problem.text.en), problem)
    return sorted(found.values(), key=lambda p: (p.path, p.line or 0))
