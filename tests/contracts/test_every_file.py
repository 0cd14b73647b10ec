"""Every file under `data_contracts/` is of a known kind, loads, and keeps what the project promises of it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.check import check
from ioc_pipeline.contracts.feed_contract import odcs_schema
from ioc_pipeline.contracts.units import provinces

ROOT = Path(__file__).parents[2] / "data_contracts"
FILES = sorted(p.relative_to(ROOT).as_posix() for p in ROOT.rglob("*") if p.is_file())
CONTRACTS = [f for f in FILES if f.endswith("/contract.yaml")]
LISTS = [f for f in FILES if f.startswith("reference/") and (ROOT / f).read_text(encoding="utf-8").find("\ncodes:") > 0]
MARKS = set("ASPU/")


def read(name: str) -> object:
    text = (ROOT / name).read_text(encoding="utf-8")
    return json.loads(text) if name.endswith(".json") else yaml.safe_load(text)


def test_nothing_is_wrong_with_what_we_ship(catalogue):
    assert [f"{p.path}:{p.line} {p.text.en}" for p in check(catalogue)] == []


@pytest.mark.parametrize("name", [f for f in FILES if f.endswith((".yaml", ".json"))])
def test_every_file_parses_and_is_not_empty(name):
    assert read(name)


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_contract_is_valid_odcs_3_1(name):
    contract = read(name)
    jsonschema.Draft201909Validator(odcs_schema()).validate(contract)
    assert contract["apiVersion"] == "v3.1.0" and contract["kind"] == "DataContract"


def test_every_feed_folder_has_a_contract_and_a_suite(catalogue):
    folders = {p.name for p in (ROOT / "feeds").iterdir() if p.is_dir()}
    assert folders == set(catalogue.feeds), "a folder whose contract does not load is a broken feed"
    assert all((ROOT / "feeds" / f / "suite.json").is_file() for f in folders)


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_feed_says_who_what_when_in_both_languages(name, catalogue):
    feed = catalogue.feeds[Path(name).parent.name]
    for words in (feed.title, feed.owner, feed.source):
        assert words.vi and words.en
    assert feed.owner_id and feed.key and feed.columns and feed.lag_days >= 0
    assert feed.max_age_days, "without it a value of any age would keep its colour"
    assert any(c.identifier for c in feed.columns)
    for column in feed.columns:
        assert column.title.vi and column.title.en, column.name
        assert column.codes is None or column.codes in catalogue.codes


@pytest.mark.parametrize("name", LISTS)
def test_every_code_list_has_a_mark_and_both_languages(name):
    found = read(name)
    assert found["id"] == Path(name).stem
    assert set(str(found["mark"])) <= MARKS
    codes = [str(c["code"]) for c in found["codes"]]
    assert len(codes) == len(set(codes))
    assert all(c["vi"] and c["en"] for c in found["codes"])


def test_every_indicator_has_one_source_one_owner_and_plain_words(catalogue):
    for card in catalogue.indicators.values():
        said = (
            card.name,
            card.short,
            card.unit_text,
            card.field,
            card.owner,
            card.definition,
            card.plain,
            card.guidance,
        )
        for words in said:
            assert words.vi and words.en, card.code
        if card.feed:
            assert card.feed in catalogue.feeds and card.no_source is None, card.code
        else:
            assert card.no_source is not None or card.formula, card.code
        assert all(t.basis.vi and t.basis.en and t.mark for t in card.targets), card.code


@pytest.mark.parametrize("code", [p.code for p in provinces()])
def test_any_of_the_34_provinces_is_configuration(code):
    catalogue = load_catalogue(ROOT, code)
    assert catalogue.province.code == code and catalogue.province.agency
    assert not catalogue.problems


@pytest.mark.parametrize("name", [f for f in FILES if f.startswith("profiles/")])
def test_every_profile_is_of_a_province(name):
    profile = read(name)
    assert profile["province"] == Path(name).stem in {p.code for p in provinces()}


def test_no_province_is_written_into_the_code():
    """The province is configuration: no module of the product names one by code or name, except as an example."""
    package = ROOT.parent / "ioc_pipeline"
    for path in package.rglob("*.py"):
        code = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
        text = "\n".join(code)
        for name in ("'56'", '"H32"', "'H32'"):
            assert name not in text, f"{path}: {name}"
        if path.name != "settings.py":
            assert '"56"' not in text, path
