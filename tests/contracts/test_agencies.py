"""The register of agencies: names by declaration, mistakes named with their line, made-up names for made-up rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from ioc_pipeline.contracts.agencies import is_agency_code, load_agencies, undeclared
from ioc_pipeline.contracts.checks.agencies import agency_problems
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.yaml_source import YamlSource

FILE = """simulated: true
agencies:
  - {code: H32.05, vi: Sở Tài chính, en: Finance, owner: so_tai_chinh}
  - {code: H32.101, commune: "22333"}
"""


def declared(folder: Path, text: str, catalogue) -> tuple[Known, Path]:
    path = folder / "agencies" / "56.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    known = Known(folder, "56", catalogue.feeds)
    known.cards = {}
    return known, path


def test_names_come_from_the_register_and_communes_from_the_list_of_units(tmp_path, catalogue):
    register, problems = load_agencies(declared(tmp_path, FILE, catalogue)[0])
    assert not problems and register.owners == {"H32.05": "so_tai_chinh"}
    commune = register.name("H32.101")
    assert commune is not None and commune.vi == "UBND phường Bắc Nha Trang"
    assert register.name("H32.99") is None and undeclared("H32.99").vi == "H32.99 (chưa khai tên)"
    assert register.of_rows(simulated=True).name("H32.05") and register.of_rows(simulated=False).name("H32.05") is None
    assert is_agency_code("H32.05.12") and not is_agency_code("Viện nghiên cứu") and not is_agency_code("so_y_te")


@pytest.mark.parametrize(
    ("old", "new", "says", "line"),
    [
        ("H32.101, commune", "H32.05, commune", "declared twice", 4),
        ('commune: "22333"', 'commune: "99999"', "no commune", 4),
        ('commune: "22333"', 'commune: "22333", vi: a, en: b', "exactly one way", 4),
        ("owner: so_tai_chinh", "owner: so_tai_chin", "did you mean so_tai_chinh", 3),
        ("code: H32.05", "code: 000.05.00.H32", "of the form H32", 3),
        ("simulated: true\n", "", "simulated missing", 1),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, catalogue, old, new, says, line):
    known, path = declared(tmp_path, FILE.replace(old, new, 1), catalogue)
    found = [p for p in agency_problems(YamlSource(path), known) if says in p.text.en]
    assert found and found[0].line == line, found
    register, problems = load_agencies(known)
    assert problems and len(register.agencies) < 2


def test_a_register_that_no_province_reads_is_named(tmp_path, catalogue):
    known, path = declared(tmp_path, FILE, catalogue)
    assert agency_problems(YamlSource(path), known) == []
    other = path.rename(path.with_name("56_khanh_hoa.yaml"))
    (problem,) = agency_problems(YamlSource(other), known)
    assert "is no province's code" in problem.text.en and "đổi tên tệp" in problem.text.vi


def test_the_shipped_register_names_every_unit_of_the_sample(catalogue):
    from ioc_pipeline.contracts import units
    from ioc_pipeline.sample.procedures import DEPARTMENT_NAMES

    register = catalogue.agencies
    assert register.simulated and len(register.agencies) == len(DEPARTMENT_NAMES) + len(units.communes("56"))
    named = [register.agencies[f"H32.{n:02d}"].name.vi for n in range(2, 2 + len(DEPARTMENT_NAMES))]
    assert named == [vi for vi, _ in DEPARTMENT_NAMES]
