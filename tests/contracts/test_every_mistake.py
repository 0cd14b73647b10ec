# ruff: noqa: E501 (one mistake, one line)
"""Every kind of mistake under `data_contracts/` is named with file, line and what to do, in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc_pipeline.contracts.check import check_files
from ioc_pipeline.contracts.json_source import JsonSource
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import IocError
from tests.contracts.declarations import ROOT, few
from tests.contracts.mistakes import CONTRACT, MISTAKES, SUITE


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return few(tmp_path_factory.mktemp("mistakes"))


@pytest.fixture
def spoil(root: Path) -> Iterator[Callable[[str, str], Path]]:
    kept: dict[Path, bytes | None] = {}

    def write(name: str, text: str) -> Path:
        path = root / name
        kept.setdefault(path, path.read_bytes() if path.exists() else None)
        path.write_text(text, encoding="utf-8")
        return path

    yield write
    for path, content in kept.items():
        path.unlink() if content is None else path.write_bytes(content)


def check_is_complete(problem: Problem) -> None:
    assert problem.path and problem.text.vi.strip() and problem.text.en.strip()
    assert problem.text.vi != problem.text.en and problem.code
    assert ";" in problem.text.en or ":" in problem.text.en or "must be" in problem.text.en


def line_of(text: str, wanted: str) -> int:
    place = text.index(wanted)
    return text.count("\n", 0, place) + 1


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_named_with_its_line(kind: str, root: Path, spoil: Callable[[str, str], Path]) -> None:
    mistake = MISTAKES[kind]
    before = mistake.whole if mistake.whole is not None else (root / mistake.file).read_text(encoding="utf-8")
    if mistake.old:
        assert mistake.old in before, "the declaration changed: adapt the mistake"
        after = before.replace(mistake.old, mistake.new, 1)
        expected = before[: before.index(mistake.old)].count("\n") + 1
        if mistake.new.startswith("\n"):
            expected += 1
    else:
        after, expected = before + mistake.new, 0
    if mistake.at and not mistake.at.startswith("\0"):
        expected = line_of(after, mistake.at)
    path = spoil(mistake.file, after)
    found = [p for p in check_files(root, "56") if p.path == str(path)]
    said = [p for p in found if mistake.says in p.text.en]
    assert said, [f"{p.line}: {p.text.en}" for p in found]
    assert expected in [p.line for p in said], [f"{p.line} (not {expected}): {p.text.en}" for p in said]
    for problem in found:
        check_is_complete(problem)


def changed_rule(wanted: Callable[[dict], bool], change: Callable[[dict], None]) -> tuple[str, int]:
    """Text of the suite of dossiers with one rule changed, and the position of that rule."""
    data = json.loads((ROOT / SUITE).read_text(encoding="utf-8"))
    position = next(i for i, e in enumerate(data["expectations"]) if wanted(e))
    change(data["expectations"][position])
    return json.dumps(data, ensure_ascii=False, indent=2), position


RULES: dict[str, tuple[Callable[[dict], bool], Callable[[dict], None], str, str]] = {
    "mostly above 1": (lambda e: "regex" in e["kwargs"], lambda e: e["kwargs"].update(mostly=1.5), "0.95 means", "mostly"),
    "min above max": (
        lambda e: isinstance(e["kwargs"].get("min_value"), int),
        lambda e: e["kwargs"].update(min_value=9, max_value=1), "put them in order", "min_value",
    ),
    "bound is a word": (
        lambda e: isinstance(e["kwargs"].get("min_value"), int),
        lambda e: e["kwargs"].update(min_value="nhiều"), "must be a number, a date", "min_value",
    ),
    "an argument missing": (lambda e: "value_set" in e["kwargs"], lambda e: e["kwargs"].pop("value_set"), "value_set missing", "kwargs"),
    "SQL that writes": (
        lambda e: e["type"] == "unexpected_rows_expectation",
        lambda e: e["kwargs"].update(unexpected_rows_query="DROP TABLE x"), "read-only SELECT", "unexpected_rows_query",
    ),
    "two statements": (
        lambda e: e["type"] == "unexpected_rows_expectation",
        lambda e: e["kwargs"].update(unexpected_rows_query="SELECT _row FROM {batch}; SELECT 1"), "read-only SELECT",
        "unexpected_rows_query",
    ),
    "SQL of another table": (
        lambda e: e["type"] == "unexpected_rows_expectation",
        lambda e: e["kwargs"].update(unexpected_rows_query="SELECT _row FROM {batch} JOIN thu USING (_row)"),
        "may not be read", "unexpected_rows_query",
    ),
    "SQL of an unknown column": (
        lambda e: e["type"] == "unexpected_rows_expectation",
        lambda e: e["kwargs"].update(unexpected_rows_query="SELECT _row FROM {batch} WHERE ngay_tiepnhan IS NULL"),
        "does not run on the feed's columns", "unexpected_rows_query",
    ),
    "SQL of an undeclared parameter": (
        lambda e: e["type"] == "unexpected_rows_expectation",
        lambda e: e["kwargs"].update(unexpected_rows_query={"$sql": "SELECT _row FROM {batch} WHERE ma_ho_so = :tinh"}),
        "no value called param:tinh", "$sql",
    ),
    "a row rule without _row": (
        lambda e: e["type"] == "unexpected_rows_expectation" and e["meta"]["level"] == "row",
        lambda e: e["kwargs"].update(unexpected_rows_query="SELECT ma_ho_so FROM {batch}"), "column _row",
        "unexpected_rows_query",
    ),
    "a bad row condition": (
        lambda e: "regex" in e["kwargs"], lambda e: e["kwargs"].update(row_condition={"type": "about"}),
        "row_condition cannot be read", "row_condition",
    ),
    "one id twice": (lambda e: "regex" in e["kwargs"], lambda e: e["meta"].update(id="dossiers.ma_ho_so.present"), "duplicate id", "id"),
}  # fmt: skip


@pytest.mark.parametrize("kind", RULES)
def test_a_mistake_inside_a_rule_is_named_with_the_line_of_its_key(kind, root, spoil) -> None:
    wanted, change, says, key = RULES[kind]
    text, position = changed_rule(wanted, change)
    path = spoil(SUITE, text)
    found = [p for p in check_files(root, "56") if p.path == str(path)]
    (problem,) = [p for p in found if says in p.text.en]
    lines = text.splitlines()
    assert f'"{key}":' in lines[problem.line - 1]
    starts = [i for i, line in enumerate(lines, start=1) if line == "    {"]
    assert starts[position] < problem.line, "the line is inside that very expectation"
    assert position + 1 == len(starts) or problem.line < starts[position + 1]
    check_is_complete(problem)


def test_a_broken_feed_does_not_stop_the_others(root, spoil) -> None:
    from ioc_pipeline.contracts.catalogue import load_catalogue

    spoil(CONTRACT, "- 1\n")
    spoil("feeds/nso_monthly/suite.json", '{"name": "nso_monthly", "expectations": [3]}')
    every = {path.parent.name for path in root.glob("feeds/*/contract.yaml")}
    assert set(load_catalogue(root, "56").feeds) == every - {"dossiers", "nso_monthly"}


def test_positions_of_json_are_right_for_every_suite_we_ship() -> None:
    for path in ROOT.glob("feeds/*/suite.json"):
        source, lines = JsonSource(path), path.read_text(encoding="utf-8").splitlines()
        for position, entry in enumerate(source.data["expectations"]):
            line = source.line("expectations", position, "meta", "id")
            assert entry["meta"]["id"] in lines[line - 1]


VALUES = st.sampled_from([None, 7, -1.5, True, "x", "", [], [1], {}, {"a": 1}, "2026-13-45", [[]], float("inf")])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_mutation_of_a_declaration_gives_a_traceback(data, root, spoil) -> None:
    names = sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.suffix in (".yaml", ".json"))
    name = data.draw(st.sampled_from(names))
    text = (root / name).read_text(encoding="utf-8")
    source = JsonSource(root / name) if name.endswith(".json") else YamlSource(root / name)
    if data.draw(st.booleans(), label="truncate"):
        spoiled = text[: data.draw(st.integers(0, len(text)))]
    else:
        value = json.loads(json.dumps(source.data, default=str))
        mutate(data, value)
        spoiled = (
            json.dumps(value, ensure_ascii=False)
            if name.endswith(".json")
            else yaml.dump(value, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper))
        )
    path = spoil(name, spoiled)
    try:
        found = check_files(root, "56")
    except IocError:
        pytest.fail("a declaration may not be refused without its problems")
    finally:
        path.write_text(text, encoding="utf-8")
    for problem in found:
        check_is_complete(problem)


def mutate(data: st.DataObject, value: object) -> None:
    """Delete or replace one value somewhere below."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))  # type: ignore[arg-type]
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        inner = value[key]  # type: ignore[index]
        if isinstance(inner, dict | list) and inner and data.draw(st.integers(0, 4)):
            value = inner
            continue
        if data.draw(st.booleans()):
            del value[key]  # type: ignore[attr-defined]
        else:
            value[key] = data.draw(VALUES)  # type: ignore[index]
        return
