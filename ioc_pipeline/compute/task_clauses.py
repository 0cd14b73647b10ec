"""Clauses about conduct: guidance given, tasks clear and sent up in time, reminders, no field of management vacant."""

from __future__ import annotations

from collections.abc import Sequence

from ioc_pipeline.compute.verdicts import FAIL, PASS, UNDETERMINED, Computed, share_verdict
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.messages import Text
from ioc_pipeline.operations.fields import COVERED, LIMIT, WARNING, FieldCoverage
from ioc_pipeline.operations.ranking import DISCIPLINE, NONE, UnitStanding
from ioc_pipeline.operations.tasks import TaskConduct
from ioc_pipeline.operations.working_days import WORDS

SHOWN = 12


def guidance_given(catalogue: Catalogue) -> Computed:
    """IOC-QTRI-09: clauses and cards with how-to and plain words in Vietnamese, triggers with a how-to."""
    rules = catalogue.operations.alerts
    asked = {f"clause {c.id}": c.guidance.vi and c.explanation.vi for c in catalogue.standard.clauses.values()}
    asked |= {f"card {c.code}": c.guidance.vi and c.plain.vi for c in catalogue.indicators.values()}
    asked |= {f"alert {t.id}": t.guidance.vi for t in (rules.triggers if rules else ())}
    without = [name for name, words in asked.items() if not words.strip()]
    have, total = len(asked) - len(without), len(asked)
    reason = Text(
        f"{have}/{total} yêu cầu (điều khoản, thẻ chỉ số, loại cảnh báo) có hướng dẫn cách làm và lời dễ hiểu",
        f"{have} of {total} requirements (clauses, cards, kinds of alert) have how-to and plain words",
    )
    counted = Text("yêu cầu", "requirements")
    return Computed(share_verdict(have, total, 100), have, total, counted, reason, tuple(without[:SHOWN]))


def tasks_conducted(found: TaskConduct, days: int, kind: str) -> Computed:
    """IOC-QTRI-10: tasks in hand with time, responsibility and result, sent up when stuck for longer than `days`."""
    words = WORDS[kind]
    if found.counted == 0:
        reason = Text("chưa có nhiệm vụ nào trong sổ theo dõi", "no register holds a task yet")
    else:
        reason = Text(
            f"{found.right}/{found.counted} nhiệm vụ đúng yêu cầu; {len(found.incomplete)} thiếu thời gian, "
            f"trách nhiệm hoặc kết quả; {len(found.not_sent_up)} bế tắc quá {days} {words.vi} chưa chuyển lên; "
            f"{len(found.sent_up_late)} chuyển lên chậm; {found.awaiting} chờ lãnh đạo quyết định",
            f"{found.right} of {found.counted} tasks as required; {len(found.incomplete)} lack time, responsibility or "
            f"result; {len(found.not_sent_up)} stuck over {days} {words.en} and not sent up; "
            f"{len(found.sent_up_late)} sent up late; {found.awaiting} await the leaders",
        )
    verdict = share_verdict(found.right, found.counted, 100)
    counted = Text("nhiệm vụ", "tasks")
    return Computed(verdict, found.right, found.counted, counted, reason, tuple(sorted(found.wrong)[:SHOWN]))


def reminders_counted(units: Sequence[UnitStanding], review: float, discipline: float) -> Computed:
    """IOC-QTRI-07: units below the number of reminders that leads to a review, of all units followed.

    Reminders follow from late tasks and deliveries; those sent by hand are in the operations store, which a release
    does not read: everybody must be able to recompute it from the received files alone.
    """
    over = [u for u in units if u.consequence != NONE]
    worst = sum(u.consequence == DISCIPLINE for u in over)
    have, total = len(units) - len(over), len(units)
    reason = Text(
        f"{have}/{total} đơn vị dưới {review:g} lần nhắc trong năm; {len(over) - worst} đơn vị đến mức kiểm điểm trách "
        f"nhiệm, {worst} đơn vị từ {discipline:g} lần (xem xét kỷ luật); chưa kể nhắc thủ công",
        f"{have} of {total} units below {review:g} reminders this year; {len(over) - worst} at review of "
        f"responsibility, {worst} at {discipline:g} or more (discipline considered); reminders by hand not counted",
    )
    details = tuple(f"{u.unit}: {u.reminders}" for u in sorted(over, key=lambda u: (-u.reminders, u.unit))[:SHOWN])
    return Computed(share_verdict(have, total, 100), have, total, Text("đơn vị", "units"), reason, details)


def fields_covered(fields: Sequence[FieldCoverage]) -> Computed:
    """IOC-QTRI-11: fields of management with a live indicator or a task. Vacant for less than the warning's years is
    not yet a failure, and no pass either."""
    vacant = [f for f in fields if f.state != COVERED]
    failed = [f for f in vacant if f.state in (WARNING, LIMIT)]
    have, total = len(fields) - len(vacant), len(fields)
    reason = Text(
        f"{have}/{total} lĩnh vực có chỉ tiêu sống hoặc nhiệm vụ; {len(vacant)} lĩnh vực bỏ trống, trong đó "
        f"{len(failed)} đến mức cảnh báo",
        f"{have} of {total} fields have a live indicator or a task; {len(vacant)} are vacant, {len(failed)} of them "
        "for so long that it is a warning",
    )
    verdict = FAIL if failed else UNDETERMINED if vacant or not fields else PASS
    details = tuple(
        f"{f.field.name.vi}: {f.state}, từ {f.vacant_since:%d/%m/%Y}" for f in vacant if f.vacant_since is not None
    )
    return Computed(verdict, have, total, Text("lĩnh vực", "fields"), reason, details[:SHOWN])
