"""Everything about one source: state, deliveries, rules by clause, quarantine, notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ioc_dashboard import formats
from ioc_dashboard.components.feed_card import counts, newest, schedule
from ioc_dashboard.components.markup import ICON, banner, esc, health_pill, pairs, rule_pill, table, tag
from ioc_dashboard.model import Clause, Delivery, Feed, QuarantineRow, Rule
from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import known

_DELIVERIES_SHOWN = 10
_NOTICED_SHOWN = 24  # deliveries
_NOTICES_SHOWN = 200  # of one delivery
_NOTICES_OPEN = 8


def head(screen: Screen, feed: Feed) -> str:
    """Name, health, why, and the dates that matter."""
    reason = screen.say(feed.reason)
    facts = [
        (screen.t("owner"), esc(screen.say(feed.owner))),
        (screen.t("feed"), esc(screen.say(feed.source))),
        (screen.t("newest_period"), newest(screen, feed)),
        (screen.t("last_received"), _moment(screen, feed.last_received_at)),
        (screen.t("last_good"), _moment(screen, feed.last_good_at)),
        (screen.t("schedule"), esc(schedule(screen, feed))),
        (screen.t("next_due"), esc(screen.moment(feed.due_at)) if feed.due_at else ""),
    ]
    simulated = banner("sim", screen.t("simulated_feed_banner")) if feed.simulated else ""
    return (
        f'{simulated}<section class="feedhead h-{esc(feed.health)}"><div>{health_pill(screen, feed.health)}'
        f'<h1>{esc(screen.say(feed.title))}</h1><p class="code">{esc(feed.feed_id)}</p>'
        + (f'<p class="reason">{esc(reason)}</p>' if reason else "")
        + f"{counts(screen, feed)}</div>{pairs(facts)}</section>"
    )


def _moment(screen: Screen, value: datetime | None) -> str:
    if value is None:
        return ""
    return f'{esc(screen.moment(value))} <span class="soft">({esc(screen.since(value))})</span>'


def deliveries(screen: Screen, items: Sequence[Delivery]) -> str:
    """Deliveries, newest first, with what became of their rows."""
    title = f"<h2>{esc(screen.t('deliveries'))}</h2>"
    if not items:
        return f'<section>{title}<p class="note">{esc(screen.t("deliveries_none"))}</p></section>'
    heads = [
        (screen.t("time_received"), ""),
        (screen.t("file"), ""),
        (screen.t("outcome"), ""),
        (screen.t("received"), "num"),
        (screen.t("accepted"), "num"),
        (screen.t("quarantined"), "num"),
        (screen.t("added_revised"), "num"),
        (screen.t("size"), "num"),
    ]
    shown = table(screen.t("deliveries"), heads, [_delivery(screen, item) for item in items[:_DELIVERIES_SHOWN]])
    rest = items[_DELIVERIES_SHOWN:]
    more = ""
    if rest:
        summary = esc(screen.t("older_deliveries", n=screen.number(len(rest))))
        older = table(screen.t("deliveries"), heads, [_delivery(screen, item) for item in rest])
        more = f"<details><summary>{summary}</summary>{older}</details>"
    return f"<section>{title}{shown}{more}</section>"


def _delivery(screen: Screen, item: Delivery) -> list[str]:
    message = screen.say(item.message)
    return [
        esc(screen.moment(item.received_at)),
        f'<span class="file" title="sha256 {esc(item.sha256)}">{esc(item.file_name)}</span>'
        + (f'<p class="reason">{esc(message)}</p>' if message else ""),
        outcome_pill(screen, item),
        screen.number(item.received),
        screen.number(item.accepted),
        screen.number(item.quarantined),
        " / ".join(screen.number(part) for part in (item.added, item.revised, item.unchanged)),
        esc(formats.size(item.size_bytes, screen.lang)),
    ]


def rules(screen: Screen, judged: Sequence[tuple[Delivery, Sequence[Rule]]], clauses: Mapping[str, Clause]) -> str:
    """Rules of the newest judged delivery (and of the stored one when that was blocked), by clause."""
    title = f"<h2>{esc(screen.t('rules'))}</h2>"
    if not judged:
        return f'<section>{title}<p class="note">{esc(screen.t("rules_none_feed"))}</p></section>'
    return f"<section>{title}{''.join(_judged(screen, item, results, clauses) for item, results in judged)}</section>"


def _judged(screen: Screen, delivery: Delivery, results: Sequence[Rule], clauses: Mapping[str, Clause]) -> str:
    groups: dict[str, list[Rule]] = {}
    for rule in results:
        groups.setdefault(rule.clause, []).append(rule)
    body = "".join(_clause(screen, clause_id, members, clauses.get(clause_id)) for clause_id, members in groups.items())
    about = screen.t("rules_delivery", file=delivery.file_name, time=screen.moment(delivery.received_at))
    return f'<p class="lead">{outcome_pill(screen, delivery)} {esc(about)}</p><div class="clauses">{body}</div>'


def outcome_pill(screen: Screen, delivery: Delivery) -> str:
    """What became of a delivery: stored, blocked or refused."""
    word = esc(known("outcome_", delivery.outcome, screen.lang))
    return f'<span class="pill o-{esc(delivery.outcome)}">{ICON}{word}</span>'


def _clause(screen: Screen, clause_id: str, members: list[Rule], clause: Clause | None) -> str:
    bad = any(rule.success is False for rule in members)
    unknown = any(rule.success is None for rule in members)
    verdict = False if bad else None if unknown else True
    title = screen.say(clause.title) if clause else ""
    rows = "".join(_rule(screen, rule) for rule in members)
    return (
        f"<details{'' if verdict else ' open'}><summary>{rule_pill(screen, verdict)}"
        f'<span class="title">{esc(title or clause_id)}</span>{tag(clause_id, "code")}'
        f'<span class="soft">{sum(rule.success is True for rule in members)}/{len(members)}</span></summary>'
        f'<ul class="rules">{rows}</ul></details>'
    )


def _rule(screen: Screen, rule: Rule) -> str:
    facts = [known("severity_", rule.severity, screen.lang)]
    if rule.column:
        facts.append(f"{screen.t('column')} {rule.column}")
    if rule.evaluated is not None:
        facts.append(f"{screen.t('checked')} {screen.number(rule.evaluated)}")
    if rule.unexpected:
        facts.append(f"{screen.t('broken')} {screen.number(rule.unexpected)}")
    if rule.observed:
        facts.append(rule.observed)
    text = (
        f'<b>{esc(screen.say(rule.message) or rule.expectation_id)}</b><p class="soft num">{esc(" · ".join(facts))}</p>'
    )
    if rule.success is not True:
        for label, words in (("why", rule.why), ("fix", rule.fix)):
            if screen.say(words):
                text += f"<p><i>{esc(screen.t(label))}:</i> {esc(screen.say(words))}</p>"
    return f"<li>{rule_pill(screen, rule.success)}<div>{text}</div></li>"


def quarantine(screen: Screen, rows: Sequence[QuarantineRow], total: int) -> str:
    """Rows set aside: where, which clause, why."""
    title = f'<h2>{esc(screen.t("quarantine"))} <span class="count">{screen.number(total)}</span></h2>'
    if not rows:
        return f'<section>{title}<p class="note">{esc(screen.t("quarantine_none"))}</p></section>'
    heads = [
        (screen.t("location"), ""),
        (screen.t("clause"), ""),
        (screen.t("column"), ""),
        (screen.t("raw"), ""),
        (screen.t("why_state"), "wide"),
        (screen.t("file"), ""),
    ]
    cells = [
        [
            esc(row.location or (f"#{row.row_no}" if row.row_no is not None else "")),
            tag(row.clause, "code"),
            esc(row.column),
            f"<code>{esc(row.raw)}</code>" if row.raw else "",
            esc(screen.say(row.reason)),
            f'<span class="file">{esc(row.file_name)}</span>',
        ]
        for row in rows
    ]
    more = f'<p class="lead">{esc(screen.t("quarantine_some", shown=screen.number(len(rows))))}</p>'
    return (
        f'<section>{title}{more}<div class="scroll" tabindex="0" role="region" '
        f'aria-label="{esc(screen.t("quarantine"))}">{table(screen.t("quarantine"), heads, cells)}</div></section>'
    )


def notices(screen: Screen, items: Sequence[Delivery]) -> str:
    """What was in the files but not understood, by delivery: reported, never guessed."""
    found = [delivery for delivery in items if delivery.notices]
    title = f"<h2>{esc(screen.t('notices'))}</h2>"
    if not found:
        return f'<section>{title}<p class="note">{esc(screen.t("notices_none"))}</p></section>'
    groups = "".join(_noticed(screen, delivery, index == 0) for index, delivery in enumerate(found[:_NOTICED_SHOWN]))
    lead = f'<p class="lead">{esc(screen.t("notices_lead"))}</p>'
    return f'<section>{title}{lead}<div class="notices">{groups}</div></section>'


def _noticed(screen: Screen, delivery: Delivery, newest: bool) -> str:
    lines = "".join(f"<li>{esc(screen.say(notice))}</li>" for notice in delivery.notices[:_NOTICES_SHOWN])
    number = f'<span class="count">{screen.number(len(delivery.notices))}</span>'
    opened = " open" if newest and len(delivery.notices) <= _NOTICES_OPEN else ""
    name = f'<span class="file">{esc(delivery.file_name)}</span>'
    return f"<details{opened}><summary>{name} {number}</summary><ul>{lines}</ul></details>"
