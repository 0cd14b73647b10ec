"""The message to the department about its newest delivery with problems: plain text to copy, in either language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ioc_dashboard import formats
from ioc_dashboard.model import Clause, Delivery, Feed, QuarantineRow
from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import known, t

_PLACES = 5


def troubled(items: Sequence[Delivery]) -> Delivery | None:
    """The newest delivery that was not stored whole."""
    return next((item for item in items if item.outcome != "stored" or item.quarantined), None)


def message(
    screen: Screen, feed: Feed, delivery: Delivery, rows: Sequence[QuarantineRow], clauses: Mapping[str, Clause],
    lang: str,
) -> str:  # fmt: skip
    """What was received, what was set aside and how to correct it, reason by reason."""
    lines = [
        t("message_dear", lang, owner=feed.owner.say(lang)),
        "",
        t("message_file", lang, feed=feed.title.say(lang), file=delivery.file_name, sha=delivery.sha256[:16],
          time=formats.moment(delivery.received_at, screen.zone, lang),
          outcome=known("outcome_", delivery.outcome, lang).lower()),
        t("message_counts", lang, **{
            name: formats.number(getattr(delivery, name), 0, lang) for name in ("received", "accepted", "quarantined")
        }),
    ]  # fmt: skip
    if delivery.message.say(lang):
        lines.append(delivery.message.say(lang))
    groups: dict[tuple[str, str, str], list[QuarantineRow]] = defaultdict(list)
    for row in rows:
        if row.delivery_id == delivery.delivery_id:
            groups[(row.clause, row.reason.say(lang), row.column)].append(row)
    if groups:
        lines += ["", t("message_to_fix", lang)]
    for number, ((clause, reason, column), members) in enumerate(sorted(groups.items(), key=_most_first), start=1):
        fix = clauses[clause].fix.say(lang) if clause in clauses else ""
        lines.append(
            t("message_reason", lang, n=number, clause=clause, reason=reason,
              column=t("message_column", lang, column=column) if column else "",
              count=formats.number(len(members), 0, lang),
              places=", ".join(row.location or f"#{row.row_no}" for row in members[:_PLACES]),
              fix=t("message_fix", lang, fix=fix) if fix else "")
        )  # fmt: skip
    return "\n".join([*lines, "", t("message_end", lang)])


def _most_first(group: tuple[tuple[str, str, str], list[QuarantineRow]]) -> tuple[int, tuple[str, str, str]]:
    return (-len(group[1]), group[0])
