"""The release's tables about the standard: verdicts, scores, incidents and corrections."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb

from ioc_pipeline.compute.centre import judge_centre
from ioc_pipeline.compute.centre_score import WHOLE_TABLE, centre_score
from ioc_pipeline.compute.corrections import CorrectionState, register_in_order
from ioc_pipeline.compute.health import FeedHealth
from ioc_pipeline.compute.incidents import Incident, judged, read_incidents
from ioc_pipeline.compute.score import CENTRE, CRITERION, DATASET, FIELD, LABEL, OWNER, Score, band, walk
from ioc_pipeline.compute.verdicts import WORDS, Computed, Verdict
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.messages import Text
from ioc_pipeline.store.bulk import insert_rows

NOTHING = Text("", "")


def fill_standard(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    healths: Mapping[str, FeedHealth],
    shown: str,
    corrections: Sequence[CorrectionState],
    now: datetime,
    evidence: Mapping[str, Computed] | None = None,
) -> dict[str, int]:
    """Fill the four tables of the attached release; returns rows per table. `shown` is the relation of the shown
    values before corrections; `evidence` are further computations by clause."""
    incidents = read_incidents(connection, catalogue)
    registers = {"IOC-SONG-06": judged(incidents, now), "IOC-QTRI-08": register_in_order(corrections)}
    registers |= evidence or {}
    judgement = judge_centre(connection, catalogue, healths, shown, registers, now)
    score = centre_score(catalogue, judgement.rules)
    rows = {
        "clause_verdicts": [_verdict(catalogue, v) for v in (*judgement.centre, *judgement.feeds)],
        "scores": _scores(catalogue, score),
        "incidents": [_incident(i) for i in incidents],
        "corrections": [_correction(state) for state in corrections],
    }
    return {table: insert_rows(connection, f"release.{table}", found) for table, found in rows.items()}


def _both(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_vi": text.vi, f"{name}_en": text.en}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _verdict(catalogue: Catalogue, verdict: Verdict) -> dict[str, Any]:
    layer = catalogue.standard.judging(catalogue.standard.clauses[verdict.clause])
    return {
        "scope": "centre" if verdict.feed_id is None else "feed",
        "feed_id": verdict.feed_id,
        "clause": verdict.clause,
        "verdict": verdict.verdict,
        **_both("verdict", WORDS[verdict.verdict]),
        "severity": verdict.severity,
        "numerator": verdict.numerator,
        "denominator": verdict.denominator,
        **_both("counted", verdict.counted),
        **_both("reason", verdict.reason),
        "layer": verdict.layer,
        "layer_version": verdict.layer_version,
        **_both("layer_name", layer.name),
        "evidence_json": _json(verdict.evidence),
    }


def _scores(catalogue: Catalogue, centre: Score) -> list[dict[str, Any]]:
    green, yellow = (catalogue.standard.parameter(name) for name in ("dqi_green", "dqi_yellow"))
    weights = _json(catalogue.score_weights.as_dict() | {"bands": {"green": green, "yellow": yellow}})
    return [
        {
            "level": score.level,
            "id": score.id,
            "parent": parent,
            **_both("name", _name(catalogue, score)),
            "score": None if score.value is None else float(score.value),
            "band": band(score.value, green, yellow),
            "severe": bool(score.severe),
            "severe_json": _json(score.severe),
            "weight": weight,
            "passing": score.counts[0] if score.counts else None,
            "evaluated": score.counts[1] if score.counts else None,
            "formula": score.formula,
            "inputs_json": _json([{"id": s.id, "score": s.shown, "weight": w} for s, w in score.inputs]),
            "weights_json": weights if score.level in (CENTRE, OWNER, DATASET) else None,
            **_both("label", LABEL),
        }
        for score, parent, weight in walk(centre)
    ]


def _name(catalogue: Catalogue, score: Score) -> Text:
    if score.level == CENTRE:
        return catalogue.province.name
    if score.level == OWNER:
        return next(feed.owner for feed in catalogue.feeds.values() if feed.owner_id == score.id)
    parts = score.id.split(".")
    feed = catalogue.feeds.get(parts[0])
    if score.level == DATASET and feed is not None:
        return feed.title
    if score.level == FIELD and feed is not None:
        return Text("cả lần giao", "the whole delivery") if parts[1] == WHOLE_TABLE else feed.column(parts[1]).title
    if score.level == CRITERION:
        return catalogue.standard.principles[parts[-1]]
    return Text(score.id, score.id)


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "incident_id": incident.id,
        "feed_id": incident.feed_id,
        "clause": incident.clause,
        "state": "open" if incident.closed_at is None else "closed",
        "opened_at": incident.opened_at,
        "opened_delivery": incident.opened_delivery,
        "opened_file": incident.opened_file,
        "review_due_at": incident.review_due_at,
        "repair_due_at": incident.repair_due_at,
        "complex_due_at": incident.complex_due_at,
        "due_at": incident.due_at,
        "case_no": incident.case_no,
        "case_who": incident.case_who,
        **_both("case_why", incident.case_why or NOTHING),
        "case_evidence": incident.case_evidence,
        "case_on": incident.case_on,
        "opened_sha256": incident.opened_sha256,
        "closed_at": incident.closed_at,
        "closed_delivery": incident.closed_delivery,
        "closed_file": incident.closed_file,
        "closed_sha256": incident.closed_sha256,
    }


def _correction(state: CorrectionState) -> dict[str, Any]:
    correction = state.correction
    return {
        "id": correction.id,
        "code": correction.indicator,
        "area": correction.area,
        "period": correction.period,
        "measure": correction.measure,
        "action": correction.action,
        "value": correction.value,
        "factor": correction.factor,
        "expect": correction.expect,
        "raw_value": state.raw,
        "state": state.state,
        "failed": state.failed,
        **_both("state", state.reason),
        **_both("reason", correction.reason),
        "who": correction.who,
        "made_on": correction.when,
        "expires": correction.expires,
        "evidence": correction.evidence,
    }
