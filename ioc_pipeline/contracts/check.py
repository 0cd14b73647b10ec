"""`ioc contract check`: what is wrong under `data_contracts/`, with file, line and what to do."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.form_layout import form_problems
from ioc_pipeline.contracts.model import Clause, Feed, Indicator, Problem
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import IocError, Text
from ioc_pipeline.read.table_spec import load_table_spec
from ioc_pipeline.validate.sql_guard import check_select
from ioc_pipeline.validate.suite import bind, check_suite, parse_suite

SEVERITIES = ("critical", "warning", "info")
EVIDENCE = ("EXP", "COV", "FRESH", "DOC", "NONE")
DIRECTIONS = ("up", "down", "neutral")
PATHS = ("constant", "even")
MARKS = frozenset("ASPU")
GROUPS = ("dau_vao", "qua_trinh", "ket_qua", "tac_dong", "tong_hop")
"""The five groups of indicators of letter 7146/VPCP-KSTT."""
UNIQUE_TYPES = ("expect_compound_columns_to_be_unique", "expect_column_values_to_be_unique")


def check(catalogue: Catalogue) -> list[Problem]:
    """All problems, those found while loading first."""
    problems = list(catalogue.problems)
    for feed in catalogue.feeds.values():
        problems += _feed_problems(catalogue, feed)
    problems += repeated_clauses(catalogue.root / "standard" / "clauses.yaml")
    for clause in catalogue.standard.clauses.values():
        problems += _clause_problems(catalogue, clause)
    for card in catalogue.indicators.values():
        problems += _card_problems(catalogue, card)
    return problems


def _problem(path: Path, vi: str, en: str, line: int | None = None) -> Problem:
    return Problem(str(path), line, Text(vi, en))


def _feed_problems(catalogue: Catalogue, feed: Feed) -> list[Problem]:
    contract, suite_path = feed.folder / "contract.yaml", feed.folder / "suite.json"
    problems = [
        _problem(contract, f"cột {c.name}: không có danh mục {c.codes!r}", f"column {c.name}: no code list {c.codes!r}")
        for c in feed.columns
        if c.codes and c.codes not in catalogue.codes
    ]
    if feed.reader["format"] == "nso_workbook":
        problems += _table_problems(feed)
    if feed.reader["format"] == "form":
        problems += [_problem(contract, vi, en) for vi, en in form_problems(feed, catalogue.codes)]
    text = suite_path.read_text(encoding="utf-8")
    columns = [c.name for c in feed.columns]
    wrong = check_suite(
        feed.suite, path=str(suite_path), columns=columns, clauses=set(catalogue.standard.clauses), text=text
    )
    if wrong:
        return problems + wrong
    suite = parse_suite(feed.suite, path=str(suite_path), columns=columns)
    try:
        bind(suite, catalogue.bindings(datetime.now(UTC)))
    except IocError as error:
        problems.append(_problem(suite_path, error.message.vi, error.message.en))
    if not any(e.type in UNIQUE_TYPES and e.level == "row" and e.severity == "critical" for e in suite.expectations):
        key = ", ".join(feed.key)
        problems.append(
            _problem(
                suite_path,
                f"chưa có quy tắc nghiêm trọng mức dòng về tính duy nhất của khóa ({key}); thêm {UNIQUE_TYPES[0]}",
                f"no critical row-level rule states that the key ({key}) is unique; add {UNIQUE_TYPES[0]}",
            )
        )
    return problems


def _table_problems(feed: Feed) -> list[Problem]:
    """What is wrong with the file that says how the tables of a workbook are recognised."""
    path = feed.folder / str(feed.reader.get("tables", "tables.yaml"))
    try:
        load_table_spec(path)
    except IocError as error:
        return [_problem(path, error.message.vi, error.message.en)]
    return []


def _clause_problems(catalogue: Catalogue, clause: Clause) -> list[Problem]:
    own = clause.layer != "standard" and clause.id.startswith(f"IOC-{catalogue.province.code}-")
    path = catalogue.root / (f"layers/{clause.layer}.yaml" if own else "standard/clauses.yaml")
    found: list[tuple[str, str]] = []
    if clause.severity not in SEVERITIES:
        found.append((f"severity lạ {clause.severity!r}", f"unknown severity {clause.severity!r}"))
    if clause.evidence not in EVIDENCE:
        found.append((f"evidence lạ {clause.evidence!r}", f"unknown evidence {clause.evidence!r}"))
    if clause.weight <= 0:
        found.append(("weight phải lớn hơn 0", "weight must be greater than 0"))
    if clause.principle not in catalogue.standard.principles:
        found.append((f"principle lạ {clause.principle!r}", f"unknown principle {clause.principle!r}"))
    if date.fromisoformat(clause.valid_from) > datetime.now(UTC).date():
        found.append(
            (f"valid_from {clause.valid_from} ở tương lai", f"valid_from {clause.valid_from} is in the future")
        )
    for name, words in (("explanation", clause.explanation), ("guidance", clause.guidance)):
        if not words.vi or not words.en:
            found.append((f"{name} cần cả vi và en", f"{name} needs both vi and en"))
    line = _line_of(path, clause.id) if found else None
    return [_problem(path, f"{clause.id}: {vi}", f"{clause.id}: {en}", line) for vi, en in found]


def _line_of(path: Path, text: str) -> int | None:
    """First line of a file that holds a text."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if text in line), None)


def repeated_clauses(path: Path) -> list[Problem]:
    """Ids that the standard's file gives to two clauses, with the line of the second."""
    source = YamlSource(path)
    seen: set[str] = set()
    problems = []
    for position, entry in enumerate(source.data["clauses"]):
        if entry["id"] in seen:
            line = source.line("clauses", position, "id")
            problems.append(_problem(path, f"{entry['id']}: mã khai hai lần", f"{entry['id']}: declared twice", line))
        seen.add(entry["id"])
    return problems


def _card_problems(catalogue: Catalogue, card: Indicator) -> list[Problem]:
    path = catalogue.root / "indicators"
    found: list[tuple[str, str]] = []
    feed = catalogue.feeds.get(card.feed)
    if feed is None:
        found.append((f"không có nguồn {card.feed!r}", f"no feed {card.feed!r}"))
    if card.direction not in DIRECTIONS:
        found.append((f"direction phải là {', '.join(DIRECTIONS)}", f"direction must be {', '.join(DIRECTIONS)}"))
    if bool(card.formula) == bool(card.selection):
        found.append(("cần đúng một trong select và formula", "exactly one of select and formula is needed"))
    if card.group is not None and card.group not in GROUPS:
        found.append((f"group phải là {', '.join(GROUPS)}", f"group must be one of {', '.join(GROUPS)}"))
    if card.selection:
        measures = catalogue.codes["measures"].codes
        if card.selection.get("measure") not in measures:
            found.append((f"measure phải là {', '.join(measures)}", f"measure must be one of {', '.join(measures)}"))
        if feed and (names := feed.indicator_names()) and card.selection.get("indicator") not in names:
            found.append((f"nguồn {feed.id} không khai mã này", f"feed {feed.id} does not declare this code"))
    if card.formula and feed:
        found += _formula_problems(catalogue, card.formula, feed)
    for target in card.targets:
        if target.path not in PATHS:
            found.append((f"target.path phải là {', '.join(PATHS)}", f"target.path must be {', '.join(PATHS)}"))
        if not set(target.mark.replace("/", "")) <= MARKS:
            found.append(("target.mark phải là A, S, P hoặc U", "target.mark must be A, S, P or U"))
    return [_problem(path, f"{card.code}: {vi}", f"{card.code}: {en}") for vi, en in found]


def _formula_problems(catalogue: Catalogue, formula: str, feed: Feed) -> list[tuple[str, str]]:
    """The formula must be one read-only SELECT that runs on a table with the feed's columns."""
    try:
        check_select(formula, [feed.id])
    except IocError as error:
        return [(error.message.vi, error.message.en)]
    columns = ", ".join(f'"{c.name}" {c.type}' for c in feed.columns)
    with duckdb.connect() as scratch:
        scratch.execute(f'CREATE TABLE "{feed.id}" ({columns})')
        parameters = {"province": catalogue.province.code} if "$province" in formula else {}
        try:
            returned = [d[0] for d in scratch.execute(formula, parameters).description or ()]
        except duckdb.Error as error:
            return [(f"công thức không chạy được: {error}", f"the formula does not run: {error}")]
    if not {"area", "period"} <= set(returned) or not (
        {"value"} <= set(returned) or {"numerator", "denominator"} <= set(returned)
    ):
        return [
            (
                "công thức phải trả về area, period và value, hoặc numerator và denominator",
                "the formula must return area, period and value, or numerator and denominator",
            )
        ]
    return []
