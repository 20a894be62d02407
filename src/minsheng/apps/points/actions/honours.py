"""Public thanks: offered, shown only while the person agrees, barred for a while by a veto."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from minsheng.apps.people import actions as people
from minsheng.apps.points import access, reads
from minsheng.apps.points.actions.telling import record, tell, who
from minsheng.apps.points.models import ACCEPTED, DECLINED, OFFERED, Bar, Honour, Participant
from minsheng.apps.points.schemes import circle_of
from minsheng.engines.points import period_of
from minsheng.lib.errors import Conflict, NotFound
from minsheng.lib.periods import add_months
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

PURPOSE = "points.honour"


def offer_honour(scheme: str, circle: str, number: int, honour: str, *, by: Account) -> Honour:
    """Return the honour offered to a participant for the period of today.

    Raises Conflict where the points aren't enough or a veto bars it.
    """
    access.require_duty(by, scheme, circle, "decide")
    declared, _ = circle_of(scheme, circle)
    if honour not in declared.honours:
        raise NotFound("points.no_honour", "没有这项表扬。", "There is no such honour.")
    rule, today = declared.honours[honour], timezone.localdate()
    period = period_of(today, rule.every)
    with transaction.atomic():
        row = _participant(scheme, circle, number)
        if row.bars.filter(until__gt=today).exists():
            raise Conflict(
                "points.barred",
                "有一票否决的情况，这段时间不能表扬。",
                "A veto stands in the way for now, so there can be no public thanks.",
            )
        earned = reads.earned_in(row, period)
        if earned < rule.least:
            raise Conflict(
                "points.not_enough_for_honour",
                f"这段时间记了 {earned}，要 {rule.least}。",
                f"{earned} were earned in this period; {rule.least} are needed.",
            )
        made, is_new = Honour.objects.get_or_create(
            participant=row,
            honour=honour,
            since=period.first,
            defaults={
                "person": row.person,
                "until": period.last or period.first,
                "offered_by": by,
                "offered_at": timezone.now(),
            },
        )
        if is_new:
            record(row, "honour_offered", who(by), honour=made.pk)
            tell(
                row.person,
                row,
                Text("想公开表扬您，要您同意", "We should like to thank you in public"),
                Text("不同意就不公开，积分一分不少。", "Without your consent nothing is shown."),
                key=f"honour:{made.pk}",
            )
    return made


def answer_honour(honour_id: int, *, agrees: bool, by: Account) -> Honour:
    """Return one's own honour with the answer; shown in public only by consent."""
    with transaction.atomic():
        row = _own(honour_id, by)
        if agrees:
            people.give_consent(row.person, PURPOSE, by=by, scope=f"honour:{row.pk}")
        elif row.state == ACCEPTED:
            people.withdraw_consent(row.person, PURPOSE, by=by, scope=f"honour:{row.pk}")
        row.state = ACCEPTED if agrees else DECLINED
        row.save(update_fields=["state"])
        record(row.participant, "honour_answered", who(by), honour=row.pk, state=row.state)
    return row


def withdraw_honour(honour_id: int, *, by: Account) -> Honour:
    """Return one's own honour, not shown any more; as easy as agreeing was."""
    return answer_honour(honour_id, agrees=False, by=by)


def bar(scheme: str, circle: str, number: int, veto: str, *, by: Account) -> Bar:
    """Return the bar that keeps a participant from honours for the months of a veto."""
    access.require_duty(by, scheme, circle, "decide")
    declared, _ = circle_of(scheme, circle)
    if veto not in declared.vetoes:
        raise NotFound("points.no_veto", "规则里没有这一条。", "The rules have no such veto.")
    today = timezone.localdate()
    with transaction.atomic():
        row = _participant(scheme, circle, number)
        made = Bar.objects.create(
            participant=row,
            veto=veto,
            since=today,
            until=add_months(today, declared.vetoes[veto].months),
            by=by,
        )
        record(row, "barred", who(by), veto=veto)
        tell(
            row.person,
            row,
            Text("这段时间不参加公开表扬", "No public thanks for a while"),
            Text(
                "积分不受影响。不同意的，找积分监督组说。",
                "Your points aren't touched. Speak up if you disagree.",
            ),
            key=f"bar:{made.pk}",
        )
    return made


def _participant(scheme: str, circle: str, number: int) -> Participant:
    row = (
        Participant.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(scheme=scheme, circle=circle, number=number, left_on__isnull=True)
        .first()
    )
    if row is None:
        raise NotFound(
            "points.no_participant",
            "没有这个编号，或者已经退出。请核对编号。",
            "There is no such number, or they have left. Check the number.",
            field="number",
        )
    return row


def _own(honour_id: int, by: Account) -> Honour:
    rows = Honour.objects.select_for_update(of=("self",)).select_related("participant", "person")
    row = rows.filter(pk=honour_id).first()
    if row is None or by.person is None or row.person_id != by.person_id or not by.is_proved:
        raise NotFound(
            "points.no_honour",
            "没有这项表扬，或者不是给您的。",
            "There is no such honour of yours.",
        )
    return row


__all__ = ["OFFERED", "PURPOSE", "answer_honour", "bar", "offer_honour", "withdraw_honour"]
