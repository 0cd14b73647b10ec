"""The data-quality score with its formula and inputs printed, and the incidents that are open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ioc_dashboard.components.data_tables import band_pill
from ioc_dashboard.components.links import link
from ioc_dashboard.components.markup import esc, table, tag
from ioc_dashboard.model import Clause, Feed
from ioc_dashboard.queries_data import Incident, Score
from ioc_dashboard.screen import Screen


def score_tree(screen: Screen, scores: Sequence[Score], *, deep: bool = False) -> str:
    """Nested details from the first score down. `deep`: one dataset down to its rules; else datasets link there."""
    if not scores:
        return ""
    below: dict[str, list[Score]] = defaultdict(list)
    for score in scores[1:]:
        below[f"{_above(score.level)} {score.parent}"].append(score)
    names = {score.id: screen.say(score.name) or score.id for score in scores}
    root = scores[0]
    label = tag("P", "mark", screen.t("mark_P"))
    return (
        f'<section class="scores"><h2>{esc(screen.t("score_title"))}</h2><p class="lead">{esc(screen.t("score_lead"))} '
        f"{esc(screen.say(root.label))} {label}</p>{_node(screen, root, below, names, deep, opened=deep)}</section>"
    )


def _above(level: str) -> str:
    order = ("centre", "owner", "dataset", "field", "criterion", "rule")
    return order[max(0, order.index(level) - 1)] if level in order else ""


def _node(
    screen: Screen, score: Score, below: Mapping[str, list[Score]], names: Mapping[str, str], deep: bool, opened: bool
) -> str:  # fmt: skip
    children = below.get(f"{score.level} {score.id}", [])
    weight = f' <span class="soft">{esc(screen.t("score_weight", weight=screen.number(score.weight, 1)))}</span>' if (
        score.weight is not None
    ) else ""  # fmt: skip
    severe = " " + tag(screen.t("score_severe"), "corrected") if score.severe else ""
    head = f'{band_pill(screen, score)}<span class="title">{esc(names[score.id])}</span><span>{weight}{severe}</span>'
    if score.evaluated is not None:
        counted = f"{screen.number(score.passing)} / {screen.number(score.evaluated)}"
        return f'<p class="rulescore">{head}<b class="num">{counted}</b></p>'
    inputs = ", ".join(
        f"{names.get(name, name.rpartition('.')[2] or name)} {screen.number(value, 1)} × {screen.number(share, 1)}"
        for name, value, share in score.inputs
    )
    said = f'<p class="formula"><code>{esc(score.formula)}</code></p>'
    said += f'<p class="soft">{esc(screen.t("score_inputs"))}: {esc(inputs)}</p>' if inputs else ""
    if score.level == "dataset" and not deep:
        said += f'<p class="more">{link(screen, "standard", screen.t("score_open") + " ›", score=score.id)}</p>'
    parts = "".join(_node(screen, child, below, names, deep, opened=False) for child in children)
    return f"<details{' open' if opened else ''}><summary>{head}</summary>{said}{parts}</details>"


def incidents(
    screen: Screen, found: Sequence[Incident], feeds: Sequence[Feed], clauses: Mapping[str, Clause]
) -> str:  # fmt: skip
    """Open incidents with their deadlines; one that has passed says so."""
    title = f'<h2>{esc(screen.t("incidents_title"))} <span class="count">{screen.number(len(found))}</span></h2>'
    if not found:
        return f'<section>{title}<p class="note">{esc(screen.t("incidents_none"))}</p></section>'
    names = {feed.feed_id: feed for feed in feeds}
    heads = [(screen.t("feed"), ""), (screen.t("incident_clause"), "wide"), (screen.t("col_owner"), ""),
             (screen.t("incident_opened"), ""), (screen.t("incident_due"), ""),
             (screen.t("incident_case"), "")]  # fmt: skip
    rows = []
    for one in found:
        feed, clause = names.get(one.feed_id), clauses.get(one.clause)
        late = one.due_at is not None and one.due_at < screen.now
        day = one.due_at.astimezone(screen.zone).date() if one.due_at else None
        due = esc(screen.t("due_overdue" if late else "due_by", day=screen.day(day))) if day else ""
        rows.append([
            link(screen, "data", screen.say(feed.title) if feed else one.feed_id, feed=one.feed_id),
            f"{esc(screen.say(clause.title) if clause else one.clause)} {tag(one.clause, 'code')}",
            esc(screen.say(feed.owner) if feed else ""),
            f'{esc(screen.moment(one.opened_at))}<p class="file">{esc(one.file)}</p>',
            f'<b class="late">{due}</b>' if late else due, esc(screen.t(f"incident_case_{one.case_no}")),
        ])  # fmt: skip
    return f"<section>{title}{table(screen.t('incidents_title'), heads, rows)}</section>"
