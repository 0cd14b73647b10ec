# ruff: noqa: E501 (one mistake, one line)
"""Kinds of mistakes under `data_contracts/`: what is changed where, and what must be said about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FUTURE = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
CONTRACT, SUITE = "feeds/dossiers/contract.yaml", "feeds/dossiers/suite.json"
LRIS = "feeds/lris_indicators/contract.yaml"
TABLES, FEED_CARDS = "feeds/nso_monthly/tables.yaml", "feeds/lris_indicators/indicators.yaml"
CLAUSES, SCORE, LAYER = "standard/clauses.yaml", "standard/score.yaml", "layers/56.yaml"
ECONOMY, UNITS, PROFILE = "indicators/kinh_te.yaml", "reference/units.yaml", "profiles/56.yaml"
SHAPE, CHANGES, PAIRS = "shapes/observations.yaml", "reference/unit_changes.yaml", "reconciliations/kinh_te.yaml"
CORRECTIONS, ATTESTED, INCIDENTS = "corrections/56.yaml", "attested/56.yaml", "incidents/56.yaml"

PUBLISHED, WEIGHTS = "feeds/province_published/contract.yaml", "reference/split_weights.yaml"
IDENTIFIER, AREA = "          - {property: identifier, value: true}\n", "    successors: area\n"
SPLIT, BY = "          - {property: split, value: weights}\n", "          - {{property: split_by, value: {}}}\n"
PARTS = '    parts:\n      - {{former: "{}", successors: {{{}}}, source: x, mark: A}}\n'

CORRECTION = """corrections:
  - id: DC-1
    indicator: NS_THU
    area: "56"
    period: 2026-09
    action: scale
    factor: 0.001
    expect: 17020000
    reason: {vi: Sai đơn vị, en: Wrong unit}
    who: Trần Thị B
    when: 2026-10-05
    evidence: CV 123
    expires: 2099-12-31
"""
DOCUMENT = f"""documents:
  - clause: IOC-QTRI-01
    number: 1/QĐ-UBND
    date: 2026-03-01
    signer: Chủ tịch
    sha256: {"a" * 64}
    confirmed_by: Nguyễn Văn A
"""
INCIDENT = """incidents:
  - feed: dossiers
    clause: IOC-SACH-01
    opened: 2026-10-01
    case: 2
    who: Trần Thị B
    why: {vi: Sai từ nguồn, en: Wrong at source}
    evidence: CV 5
    when: 2026-10-03
"""
HEAD = 'version: "2026.12"\nvalid_from: 2026-11-01\nlayer: {vi: Lớp, en: Layer}\n'


@dataclass(frozen=True)
class Mistake:
    """`old` (its first occurrence) becomes `new`; the problem stands on the line of `at` in the spoiled text, or on
    the line where `new` begins. With `whole`, `old` is ignored and the file is `whole` with `old` replaced."""

    file: str
    old: str
    new: str
    says: str
    at: str | None = None
    whole: str | None = None


def contract(old: str, new: str, says: str, at: str | None = None) -> Mistake:
    return Mistake(CONTRACT, old, new, says, at)


def suite(old: str, new: str, says: str, at: str | None = None) -> Mistake:
    return Mistake(SUITE, old, new, says, at)


MISTAKES = {
    # a feed's contract
    "contract: not YAML": contract("owner: {id", "owner: {{id", "not valid YAML", "      source:\n"),
    "contract: key twice": contract("way_in: file", "way_in: file\n      way_in: api", "written twice", "way_in: api"),
    "contract: unknown code list": contract("value: dossier_states", "value: dossier_state", "no code list"),
    "contract: bad physicalType": contract("physicalType: BOOLEAN", "physicalType: BOOL", "physicalType must be"),
    "contract: unknown column in key": contract("key: [ma_ho_so]", "key: [ma_hoso]", "unknown column 'ma_hoso'"),
    "contract: version_by names no column": contract("version_by: cap_nhat_luc", "version_by: luc", "unknown column"),
    "contract: alias of two columns": contract("[DuocSoHoa]", "[DuocSoHoa, MaHoSo]", "means both column"),
    "contract: alias twice": contract("[DuocSoHoa]", "[DuocSoHoa, duocsohoa]", "written twice"),
    "contract: alias is another column": contract("[DuocSoHoa]", "[ma_tthc]", "means both column"),
    "contract: two columns of one name": contract("- name: ma_tthc", "- name: ma_ho_so", "declared twice"),
    "contract: published_at is no expression": contract("'^(?P<date>", "'^((?P<date>", "bad regular expression"),
    "contract: published_at without date": contract("(?P<date>", "(?P<day>", "no group date"),
    "contract: missing text": contract(", en: Administrative-procedure dossiers}", "}", "en missing", "title: {vi: Hồ"),
    "contract: text is a list": contract("{vi: Hồ sơ thủ tục hành chính, en:", "{vi: [a], en:", "must be text"),
    "contract: unknown option of the reader": contract("columns_needed:", "column_needed:", "unknown key"),
    "contract: option of another kind": contract("format: table", "format: table\n        decimal: ';'", "use: ., ,", "decimal:"),
    "contract: columns_needed names no column": contract("[ngay_hen_tra,", "[ngay_hen,", "unknown column 'ngay_hen'"),
    "contract: unknown reader": contract("format: table", "format: tabel", "format must be"),
    "contract: unknown shape": contract("shape: records", "shape: record", "shape must be"),
    "contract: unknown key": contract("max_age_days:", "max_age:", "did you mean “max_age_days”"),
    "contract: lag is text": contract("lag_days: 1", "lag_days: one", "whole number"),
    "contract: unknown period": contract("{period: day", "{period: days", "schedule.period must be"),
    "contract: unknown way in": contract("way_in: file", "way_in: fax", "way_in must be"),
    "contract: bad date format": contract('"%Y%m%d%H%M%S"', '"%Y%m%d%Q"', "for strptime"),
    "contract: not ODCS": contract("kind: DataContract", "kind: Contract", "use:"),
    "contract: id is not the folder": contract("id: dossiers", "id: dossier", "must equal the folder's name"),
    "contract: no extension": contract("- property: ioc", "- property: ico", "extension", "apiVersion"),
    "contract: file of indicators missing": Mistake(LRIS, "indicators: indicators.yaml", "indicators: indicator.yaml", "no file"),
    "contract: column of no shape": Mistake(
        "feeds/province_published/contract.yaml", "- name: area\n", "- name: aria\n", "is not a column of shape"
    ),
    # a feed's suite
    "suite: not JSON": suite('"severity": "critical",', '"severity": "critical"', "not valid JSON", '      "meta": {'),
    "suite: key twice": suite('"severity": "critical",', '"severity": "critical",\n      "severity": "info",', "written twice", '"severity": "info"'),
    "suite: unknown type": suite("expect_column_values_to_not_be_null", "expect_column_not_null", "no expectation type"),
    "suite: unknown column": suite('"column": "ma_ho_so"', '"column": "ma_hs"', "no column 'ma_hs'"),
    "suite: unknown clause": suite('"clause": "IOC-DU-03"', '"clause": "IOC-DU-99"', "no clause"),
    "suite: unknown severity": suite('"severity": "critical"', '"severity": "fatal"', "use: critical"),
    "suite: missing meta": suite('"clause": "IOC-DU-03",', "", "clause missing", '"meta": {'),
    "suite: bad since": suite('"since": "2026-11-01"', '"since": "2026-13-01"', "must be a date"),
    "suite: since in the future": suite('"since": "2026-11-01"', f'"since": "{FUTURE}"', "in the future"),
    "suite: unknown level": suite('"level": "row"', '"level": "cell"', "use: row, table"),
    "suite: missing language": suite('"en": ', '"eng": ', "unknown key"),
    "suite: unknown argument": suite('"regex": ', '"regexp": ', "did you mean “regex”"),
    "suite: bad expression": suite('"regex": "', '"regex": "((', "bad regular expression"),
    "suite: name of another feed": suite('"name": "dossiers"', '"name": "dossier"', "must equal the folder's name"),
    "suite: unknown list": suite('"$codes": "dossier_states"', '"$codes": "states"', "no value called codes:states"),
    "suite: unknown reference": suite('"$codes": "dossier_states"', '"$list": "dossier_states"', "not supported"),
    "suite: kwargs is a list": suite('"kwargs": {\n        "column": "ma_ho_so"\n      }', '"kwargs": []', "must be a mapping"),
    "suite: an expectation is a number": suite('"expectations": [', '"expectations": [\n    7,', "must be a mapping", "    7,"),
    # the standard
    "clauses: two of one id": Mistake(CLAUSES, "id: IOC-DUNG-02\n", "id: IOC-DUNG-01\n", "declared twice", "\0second"),
    "clauses: in the future": Mistake(CLAUSES, "    valid_from: 2026-11-01", f"    valid_from: {FUTURE}", "in the future"),
    "clauses: weight of zero": Mistake(CLAUSES, "    weight: 3", "    weight: 0", "greater than 0"),
    "clauses: weight below zero": Mistake(CLAUSES, "    weight: 2", "    weight: -1", "greater than 0"),
    "clauses: unknown principle": Mistake(CLAUSES, "principle: dung\n", "principle: chinh_xac\n", "unknown principle"),
    "clauses: unknown severity": Mistake(CLAUSES, "    severity: critical", "    severity: high", "use: critical"),
    "clauses: unknown evidence": Mistake(CLAUSES, "    evidence: EXP", "    evidence: GUESS", "use: EXP"),
    "clauses: unknown mark": Mistake(CLAUSES, "    mark: A/P", "    mark: A+", "mark must be"),
    "clauses: no guidance": Mistake(CLAUSES, "    guidance:\n", "    guide:\n", "guidance missing", "  - id: IOC-DUNG-01"),
    "clauses: text in one language": Mistake(CLAUSES, "    title: {vi:", "    title: {vn:", "vi missing"),
    "clauses: ends before it starts": Mistake(CLAUSES, "    valid_to: null", "    valid_to: 2020-01-01", "is before valid_from"),
    "clauses: no legal basis": Mistake(CLAUSES, "    basis: {", "    base: {", "basis missing", "  - id: IOC-DUNG-01"),
    "clauses: a list is a number": Mistake(CLAUSES, "principles:\n", "principles: 7\nothers:\n", "must be a list", "principles: 7"),
    "parameters: of no clause": Mistake(CLAUSES, "{id: due_share, clause: IOC-DU-01", "{id: due_share, clause: IOC-DU-77", "no clause"),
    "score: weight of zero": Mistake(SCORE, "identifier: 2", "identifier: 0", "greater than 0"),
    "score: unknown principle": Mistake(SCORE, "criteria: {dung: 1", "criteria: {dungg: 1", "no principle"),
    "score: unknown feed": Mistake(SCORE, "datasets: {default: 1}", "datasets: {default: 1, hoso: 2}", "no feed"),
    # the layer of a province
    "layer: loosens": Mistake(LAYER, "", "stricter:\n  - clause: IOC-DUNG-01\n    severity: warning\n", "looser", "    severity:", HEAD),
    "layer: unknown clause": Mistake(LAYER, "", "stricter:\n  - clause: IOC-X\n", "no such clause", "  - clause:", HEAD),
    "layer: unknown parameter": Mistake(LAYER, "", "parameters: {made_up: 1}\n", "unknown parameter", "parameters:", HEAD),
    "layer: in the future": Mistake(LAYER, "2026-11-01", FUTURE, "in the future", "valid_from", HEAD),
    "layer: no version": Mistake(LAYER, 'version: "2026.12"\n', "", "version missing", "valid_from", HEAD),
    # registers
    "attested: unknown clause": Mistake(ATTESTED, "IOC-QTRI-01", "IOC-QTRI-99", "no clause", None, DOCUMENT),
    "attested: clause not of documents": Mistake(ATTESTED, "IOC-QTRI-01", "IOC-DUNG-01", "not DOC", None, DOCUMENT),
    "attested: bad hash": Mistake(ATTESTED, "a" * 64, "abc", "64 hexadecimal", None, DOCUMENT),
    "attested: no file": Mistake(ATTESTED, "    signer", "    file: none.pdf\n    signer", "no file", None, DOCUMENT),
    "attested: signed in the future": Mistake(ATTESTED, "2026-03-01", FUTURE, "in the future", None, DOCUMENT),
    "attested: number where a date is": Mistake(ATTESTED, "2026-03-01", "7", "must be a date", None, DOCUMENT),
    "correction: unknown card": Mistake(CORRECTIONS, "NS_THU", "NS_KHONG", "no indicator card", None, CORRECTION),
    "correction: unknown action": Mistake(CORRECTIONS, "scale", "double", "use: drop", None, CORRECTION),
    "correction: scale without factor": Mistake(CORRECTIONS, "    factor: 0.001\n", "", "factor (a number", "    action:", CORRECTION),
    "correction: no guard": Mistake(CORRECTIONS, "    expect: 17020000\n", "", "expect missing", "  - id:", CORRECTION),
    "correction: expires before it starts": Mistake(CORRECTIONS, "2099-12-31", "2026-01-01", "is before when", None, CORRECTION),
    "correction: expired": Mistake(CORRECTIONS, "2099-12-31", "2026-10-31", "expired on", None, CORRECTION),
    "correction: bad period": Mistake(CORRECTIONS, "2026-09", "tháng 9", "cannot be read", None, CORRECTION),
    "correction: guard is text": Mistake(CORRECTIONS, "17020000", "nhiều", "must be a number", None, CORRECTION),
    "incident: unknown feed": Mistake(INCIDENTS, "dossiers", "hoso", "no feed", None, INCIDENT),
    "incident: unknown clause": Mistake(INCIDENTS, "IOC-SACH-01", "IOC-SACH-77", "no clause", None, INCIDENT),
    "incident: unknown case": Mistake(INCIDENTS, "case: 2", "case: 4", "use: 1, 2, 3", None, INCIDENT),
    "incident: named by halves": Mistake(INCIDENTS, "    clause: IOC-SACH-01\n", "", "exactly one way", "  - feed:", INCIDENT),
    "incident: record before it opened": Mistake(INCIDENTS, "when: 2026-10-03", "when: 2026-09-03", "is before", None, INCIDENT),
    "incident: no evidence": Mistake(INCIDENTS, "    evidence: CV 5\n", "", "evidence missing", "  - feed:", INCIDENT),
    # cards
    "card: unknown unit": Mistake(ECONOMY, "unit: tỷ đồng", "unit: tỉ đồng", "no unit"),
    "card: unknown feed": Mistake(ECONOMY, "feed: lris_indicators", "feed: lris", "no feed"),
    "card: unknown indicator of the feed": Mistake(ECONOMY, "{indicator: CN_IIP_LK", "{indicator: CN_IIP", "does not declare"),
    "card: unknown measure": Mistake(ECONOMY, "measure: growth", "measure: grow", "no measure"),
    "card: decimals are text": Mistake(ECONOMY, "decimals: 2", "decimals: two", "whole number"),
    "card: unknown direction": Mistake(ECONOMY, "direction: up", "direction: north", "use: up"),
    "card: unknown mark": Mistake(ECONOMY, "mark: A}", "mark: X}", "mark must be"),
    "card: unknown group": Mistake(ECONOMY, "group: tac_dong", "group: khac", "use: dau_vao"),
    "card: declared in two files": Mistake("indicators/quoc_gia.yaml", "code: QG_CPI\n", "code: KT_GRDP_TT\n", "is declared in kinh_te.yaml"),
    "card: no owner": Mistake(ECONOMY, "    owner:", "    owned_by:", "owner missing", "  - code: KT_GRDP_TT"),
    "card: formula that writes": Mistake("indicators/hanh_chinh.yaml", "SELECT ma_xa", "DELETE ma_xa", "read-only SELECT", "formula: |"),
    "card: formula of an unknown column": Mistake("indicators/hanh_chinh.yaml", "WHERE trang_thai IN", "WHERE trangthai IN", "does not run", "formula: |"),
    # code lists, units, profile, shape, tables, indicators of a feed, reconciliations
    "list: code twice": Mistake(UNITS, "code: điểm,", "code: điểm %,", "declared twice"),
    "list: alias of two codes": Mistake(UNITS, "aliases: [tỷ đồng,", "aliases: [phần trăm,", "means both code"),
    "list: no English": Mistake(UNITS, "vi: điểm, en: points", "vi: điểm", "en missing"),
    "list: no mark": Mistake(UNITS, "mark: P", "marks: P", "mark missing", "id: units"),
    "list: codes is a mapping": Mistake(UNITS, "codes:\n", "codes: {a: 1}\nothers:\n", "must be a list", "codes: {a"),
    "contract: spread without weights": Mistake(PUBLISHED, IDENTIFIER, IDENTIFIER + SPLIT, "split_by must be", "value: weights"),
    "contract: spread by unknown weights": Mistake(PUBLISHED, IDENTIFIER, IDENTIFIER + SPLIT + BY.format("dan_so"), "split_by must be", "value: dan_so"),
    "contract: a province cannot be spread": Mistake(PUBLISHED, IDENTIFIER, IDENTIFIER + SPLIT + BY.format("dien_tich"), "places: commune", "value: weights"),
    "contract: weights without spreading": Mistake(PUBLISHED, IDENTIFIER, IDENTIFIER + BY.format("dien_tich"), "goes with split: weights", "value: dien_tich"),
    "weights: none": Mistake(WEIGHTS, "    successors: area\n", "", "have no number", "  - id: dien_tich"),
    "weights: no mark": Mistake(WEIGHTS, "    mark: P\n", "", "mark missing", "  - id: dien_tich"),
    "weights: commune that was not divided": Mistake(WEIGHTS, AREA, PARTS.format("22366", "22780: 1, 22888: 1"), "no former commune", "source: x"),
    "weights: other successors": Mistake(WEIGHTS, AREA, PARTS.format("22768", '"22780": 1, "22366": 1'), "was divided among 22780, 22888", "source: x"),
    "weights: nothing": Mistake(WEIGHTS, AREA, PARTS.format("22768", '"22780": 0, "22888": 0'), "every weight of 22768 is 0", "source: x"),
    "weights: a commune twice": Mistake(WEIGHTS, AREA, PARTS.format("22768", '"22780": 1, "22888": 2') + PARTS.format("22768", '"22780": 1, "22888": 9').replace("    parts:\n", ""), "22768 is declared twice", '"22888": 9'),
    "weights: below zero": Mistake(WEIGHTS, AREA, PARTS.format("22768", '"22780": -1, "22888": 2'), "0 or more", "source: x"),
    "unit changes: bad day": Mistake(CHANGES, "from: 2026-04-30", "from: 2026-04-31", "must be a date"),
    "profile: another province": Mistake(PROFILE, 'province: "56"', 'province: "65"', "must equal the file's name"),
    "profile: unknown agency": Mistake(PROFILE, "agency: H32", "agency: H99", "no agency"),
    "profile: unknown time zone": Mistake(PROFILE, "Asia/Ho_Chi_Minh", "Asia/Nha_Trang", "no time zone"),
    "shape: unknown column in the key": Mistake(SHAPE, "key: [indicator,", "key: [indicatr,", "unknown column"),
    "shape: unknown type": Mistake(SHAPE, "type: VARCHAR", "type: TEXT", "use: VARCHAR"),
    "shape: unknown list": Mistake(SHAPE, "codes: measures", "codes: measure", "no code list"),
    "tables: bad expression": Mistake(TABLES, "whole: ['^toàn", "whole: ['^(toàn", "bad regular expression"),
    "tables: unknown key": Mistake(TABLES, "    not_title: [", "    no_title: [", "unknown key"),
    "tables: list for a mapping": Mistake(TABLES, "indicators:\n", "indicators: []\nother:\n", "must be a mapping", "indicators: []"),
    "tables: unknown unit": Mistake(TABLES, "units: [dự án]", "units: [công trình]", "no unit"),
    "indicators: unknown unit": Mistake(FEED_CARDS, "unit: tỷ đồng", "unit: tỷ", "no 'tỷ' in reference/units"),
    "indicators: measure not among measures": Mistake(FEED_CARDS, "measure: growth, measures: [growth,", "measure: growth, measures: [rate,", "must be one of measures"),
    "indicators: one code twice": Mistake(FEED_CARDS, "code: CN_IIP_LK", "code: CN_IIP_TH", "declared twice"),
    "pair: unknown feed": Mistake(PAIRS, "feed: province_published", "feed: published", "no feed"),
    "pair: unknown indicator": Mistake(PAIRS, "indicator: KT_GRDP_TT", "indicator: KT_GRDP", "does not declare"),
    "pair: one feed twice": Mistake(PAIRS, "feed: lris_indicators", "feed: province_published", "needs two feeds"),
    "pair: shows neither": Mistake(PAIRS, "shown: province_published", "shown: nso_monthly", "none of the two"),
    "pair: no tolerance": Mistake(PAIRS, "tolerance: {absolute: 0.5}", "tolerance: {}", "at least 1 keys"),
    "pair: records": Mistake(PAIRS, "feed: lris_indicators", "feed: dossiers", "holds records"),
}  # fmt: skip
