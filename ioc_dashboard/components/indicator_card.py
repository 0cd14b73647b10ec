"""What the indicator means, what to do about it, and where its value comes from down to the cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ioc_dashboard import formats
from ioc_dashboard.components.indicator_head import basis
from ioc_dashboard.components.indicator_history import ratio
from ioc_dashboard.components.markup import esc, pairs, tag
from ioc_dashboard.components.trust import badge, trust_of
from ioc_dashboard.model import Delivery, Feed, Tile
from ioc_dashboard.notes import Note
from ioc_dashboard.queries_indicator import Sheet
from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import known

_DELIVERIES = 3


def definition(screen: Screen, sheet: Sheet, names: Mapping[str, str]) -> str:
    """Plain words, definition, formula in words and as it runs, legal basis with its mark, what to do and who."""
    card, more = sheet.tile.card, sheet.more
    plain = f'<p class="plain">{esc(screen.say(more.plain))}</p>' if screen.say(more.plain) else ""
    guidance = screen.say(more.guidance)
    owner = screen.say(card.owner) or screen.t("no_owner")
    act = (
        f'<div class="guide"><h3>{esc(screen.t("ind_guidance"))}</h3><p>{esc(guidance)}</p>'
        f"<p class='soft'>{esc(screen.t('owner'))}: <b>{esc(owner)}</b></p></div>"
        if guidance
        else ""
    )
    counted = ratio(screen, sheet.numerator, sheet.denominator)
    band = ""
    if more.band[0] is not None and more.band[1] is not None:
        low, high = (formats.plain(value, card.decimals, screen.lang) for value in more.band)
        band = esc(formats.with_unit(f"{low} – {high}", screen.say(card.unit)))
    lag = esc(screen.t("schedule_of", period=known("period_", more.period, screen.lang), lag=more.lag_days))
    facts = pairs(
        [
            (screen.t("definition"), esc(screen.say(card.definition))),
            (screen.t("ind_ratio_now"), counted),
            (screen.t("ind_from_cards"), ", ".join(_link(screen, code, names[code]) for code in sheet.parts)),
            (screen.t("ind_unit"), esc(screen.say(card.unit))),
            (screen.t("ind_direction"), esc(known("ind_direction_", card.direction, screen.lang))),
            (screen.t("ind_band"), band),
            (screen.t("ind_adds"), esc(known("ind_adds_", more.additivity, screen.lang)) if more.additivity else ""),
            (screen.t("ind_group"), esc(known("ind_group_", more.group, screen.lang)) if more.group else ""),
            (screen.t("schedule"), lag if more.period and more.lag_days is not None else ""),
            (screen.t("ind_basis"), basis(screen, card.target_basis, card.target_mark)),
            (screen.t("ind_references"), " ".join(tag(code, "code") for code in more.references)),
            (
                screen.t("ind_open"),
                esc(known("ind_open_", more.confidentiality, screen.lang)) if more.confidentiality else "",
            ),
        ]
    )
    sql = (
        f"<details><summary>{esc(screen.t('ind_sql'))}</summary>"
        f"<pre tabindex='0'><code>{esc(more.sql.strip())}</code></pre></details>"
        if more.sql
        else ""
    )
    return f'<section class="icard"><h2>{esc(screen.t("ind_meaning"))}</h2>{plain}{act}{facts}{sql}</section>'


def _link(screen: Screen, code: str, name: str) -> str:
    return f'<a href="{esc(screen.address("indicator", code=code))}">{esc(name)}</a>'


def lineage(screen: Screen, sheet: Sheet, feed: Feed | None, deliveries: Sequence[Delivery]) -> str:
    """Feed → delivery → file → sheet and cell, with the hash of the bytes; and the badge that opens the rules."""
    latest = sheet.tile.latest
    title = f"<h2>{esc(screen.t('lineage'))}</h2>"
    feed_id = (latest.feed_id if latest else "") or sheet.tile.card.feed_id
    if not feed_id:
        key = "ind_lineage_cards" if sheet.parts else "ind_lineage_none"
        return f'<section class="iline">{title}<p class="note">{esc(screen.t(key))}</p></section>'
    source = screen.say(feed.title) if feed else feed_id
    steps = [
        _step(
            screen.t("feed"),
            f'<a href="{esc(screen.address("data", feed=feed_id))}">{esc(source)}</a>',
            [screen.say(feed.owner), screen.say(feed.source)] if feed else [],
        )
    ]
    mine = [item for item in deliveries if latest and item.delivery_id == latest.delivery_id]
    if mine:
        steps.append(_delivery(screen, mine[0]))
        if latest and latest.location:
            steps.append(_step(screen.t("ind_cell"), f"<code>{esc(latest.location)}</code>", []))
    elif latest:
        stored = [item for item in deliveries if item.outcome == "stored"]
        told = screen.t("ind_records", n=screen.number(feed.accepted if feed else 0), files=len(stored))
        steps.append(_step(screen.t("ind_from_records"), esc(told), []))
        steps += [_delivery(screen, item) for item in stored[:_DELIVERIES]]
    else:
        steps.append(_step(screen.t("deliveries"), esc(screen.t("ind_no_delivery")), []))
    state = trust_of(sheet.tile)
    why = screen.t(f"trust_{state}_why") if state in ("held", "unverified") else ""
    if latest and latest.rules_total:
        counted = {"passed": latest.rules_passed, "failed": latest.rules_failed, "unknown": latest.rules_unknown}
        why += " " + screen.t("ind_checked", all=latest.rules_total, **counted)
    told = f"{why} {screen.t('ind_open_rules')}".strip()
    opened = f'<div class="checked">{badge(screen, sheet.tile, "wide")}<p>{esc(told)}</p></div>'
    return f'<section class="iline">{title}<ol class="chain">{"".join(steps)}</ol>{opened}</section>'


def _step(label: str, what: str, notes: Sequence[str]) -> str:
    below = "".join(f"<p>{esc(note)}</p>" for note in dict.fromkeys(notes) if note)
    return f'<li><p class="kicker">{esc(label)}</p><p class="what">{what}</p>{below}</li>'


def _delivery(screen: Screen, item: Delivery) -> str:
    said = [screen.t("ind_received", time=screen.moment(item.received_at))]
    if item.published_at:
        said.append(screen.t("ind_published", day=screen.day(item.published_at)))
    if item.producer:
        said.append(screen.t("ind_sent_by", who=item.producer))
    digest = f"<br><small>SHA-256 <code>{esc(item.sha256)}</code></small>" if item.sha256 else ""
    size = f" <small>({formats.size(item.size_bytes, screen.lang)})</small>" if item.size_bytes is not None else ""
    return _step(screen.t("file"), f'<span class="file">{esc(item.file_name)}</span>{size}{digest}', said)


def notes(screen: Screen, found: Sequence[Note]) -> str:
    """Owners' notes, newest first; nothing when there are none."""
    if not found:
        return ""
    items = "".join(
        f'<li><p class="kicker">{esc(screen.day(note.on or note.at.astimezone(screen.zone).date()))} · {esc(note.who)}'
        + (f" · {esc(note.document)}" if note.document else "")
        + f"</p><p>{esc(note.text)}</p></li>"
        for note in found
    )
    return (
        f'<section class="inotes"><h2>{esc(screen.t("ind_notes"))}</h2><ol>{items}</ol>'
        f'<p class="note">{esc(screen.t("ind_notes_note"))}</p></section>'
    )


def unknown(screen: Screen, asked: str, near: Sequence[Tile]) -> str:
    """Told when the address names an indicator that is not declared."""
    return esc(screen.t("ind_unknown", code=asked)) + (
        " " + ", ".join(_link(screen, t.card.code, screen.say(t.card.name)) for t in near) if near else ""
    )
