"""One source of data as a card in the list of sources."""

from __future__ import annotations

from ioc_dashboard.components.markup import esc, health_pill, pairs, tag
from ioc_dashboard.model import Feed
from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import known


def feed_card(screen: Screen, feed: Feed) -> str:
    """Health, owner, newest period with its age, what was received and what the rules said."""
    labels = tag(screen.t("simulated"), "sim") if feed.simulated else ""
    reason = screen.say(feed.reason)
    facts = [
        (screen.t("newest_period"), newest(screen, feed)),
        (screen.t("last_received"), esc(screen.since(feed.last_received_at)) if feed.last_received_at else ""),
        (screen.t("schedule"), esc(schedule(screen, feed))),
    ]
    return (
        f'<article class="feed h-{esc(feed.health)}"><header>{health_pill(screen, feed.health)}{labels}</header>'
        f'<h2>{esc(screen.say(feed.title))}</h2><p class="owner">{esc(screen.say(feed.owner))}</p>'
        + (f'<p class="reason">{esc(reason)}</p>' if reason and feed.health != "ok" else "")
        + pairs(facts)
        + counts(screen, feed)
        + "</article>"
    )


def newest(screen: Screen, feed: Feed) -> str:
    """Newest period with the age of its last day."""
    if not feed.newest_period:
        return f'<span class="soft">{esc(screen.t("no_period"))}</span>'
    age = f' <span class="soft">({esc(screen.age(feed.newest_period_end))})</span>' if feed.newest_period_end else ""
    return f"{esc(screen.period(feed.newest_period))}{age}"


def schedule(screen: Screen, feed: Feed) -> str:
    """When a delivery is due, in words."""
    if not feed.schedule_period:
        return ""
    period = known("period_", feed.schedule_period, screen.lang)
    return screen.t("schedule_of", period=period, lag=screen.number(feed.lag_days or 0))


def counts(screen: Screen, feed: Feed) -> str:
    """Deliveries, rows and rules as small figures."""
    total = feed.rules_passed + feed.rules_failed + feed.rules_unknown
    figures = [
        (screen.number(feed.deliveries), screen.t("deliveries_count"), ""),
        (screen.number(feed.accepted), screen.t("rows_accepted"), ""),
        (screen.number(feed.quarantined), screen.t("rows_quarantined"), "amber" if feed.quarantined else ""),
        (f"{feed.rules_passed}/{total}", screen.t("rules_passed_short"), "amber" if feed.rules_failed else ""),
    ]
    cells = "".join(
        f'<div class="{css}"><b class="num">{esc(number)}</b><span>{esc(label)}</span></div>'
        for number, label, css in figures
    )
    return f'<div class="figures">{cells}</div>'
