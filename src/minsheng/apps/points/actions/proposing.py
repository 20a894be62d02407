"""Proposing that something counts, and making a list of proposals public."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from minsheng.apps.people import actions as people
from minsheng.apps.points import access
from minsheng.apps.points.actions.telling import NOTE, checked_words, record, tell, who
from minsheng.apps.points.models import (
    DROPPED,
    PROPOSED,
    PUBLISHED,
    Participant,
    Proposal,
    PublicList,
)
from minsheng.apps.points.schemes import circle_of, item_of
from minsheng.engines.points import Past, earn
from minsheng.lib.errors import Conflict, NotFound, WrongInput
from minsheng.lib.texts import Text, day_said

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

OLDEST_DAYS = 92
MOST_ON_A_LIST = 500


def propose(
    scheme: str,
    circle: str,
    number: int,
    *,
    item: str,
    day: date,
    times: int = 1,
    note: str = "",
    by: Account,
) -> Proposal:
    """Return the proposal that participant `number` of a circle did an item on a day.

    The rules say what it earns; it counts nothing until it was public. Raises NotAllowed, NotFound,
    and WrongInput where the rules count no more.
    """
    access.require_duty(by, scheme, circle, "propose")
    declared, _ = circle_of(scheme, circle)
    rule = item_of(declared, item)
    _check_day(day, declared.effective_from)
    note = checked_words(note, field="note")
    with transaction.atomic():
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
        earned = earn(rule, times, past_of(row, item), on=day)
        proposal = Proposal.objects.create(
            participant=row,
            person=row.person,
            item=item,
            day=day,
            times=earned.times,
            points=earned.points,
            note=people.seal_value(row.person, note, purpose_field=NOTE)
            if note and not row.person.is_erased
            else "",
            proposed_by=by,
            proposed_at=timezone.now(),
        )
        record(row, "proposed", who(by), proposal=proposal.pk, item=item, points=earned.points)
    return proposal


def drop(proposal_id: int, *, by: Account) -> Proposal:
    """Return a proposal that whoever proposes took back before it was public."""
    with transaction.atomic():
        row = locked_proposal(proposal_id)
        access.require_duty(by, row.participant.scheme, row.participant.circle, "propose")
        if row.state != PROPOSED:
            raise Conflict(
                "points.public_already",
                "已经公示了，不能直接撤。有不对的，走异议。",
                "It is public already and can't be taken back. If it is wrong, object to it.",
            )
        row.state = DROPPED
        row.save(update_fields=["state"])
        record(row.participant, "dropped", who(by), proposal=row.pk)
    return row


def publish(scheme: str, circle: str, *, by: Account) -> PublicList:
    """Return the list that makes public whatever waits in a circle; Conflict for nothing."""
    access.require_duty(by, scheme, circle, "propose")
    declared, _ = circle_of(scheme, circle)
    today = timezone.localdate()
    last_day = declared.publicity.last_day(today)
    with transaction.atomic():
        waiting = list(
            Proposal.objects.select_for_update(of=("self",))
            .filter(state=PROPOSED, participant__scheme=scheme, participant__circle=circle)
            .select_related("participant", "person")
            .order_by("pk")[:MOST_ON_A_LIST]
        )
        if not waiting:
            raise Conflict(
                "points.nothing_to_publish",
                "现在没有要公示的。先记一条。",
                "Nothing waits to be published. Record something first.",
            )
        lists = PublicList.objects.filter(scheme=scheme, circle=circle)
        made = PublicList.objects.create(
            scheme=scheme,
            circle=circle,
            number=(lists.aggregate(last=Max("number"))["last"] or 0) + 1,
            published_on=today,
            last_day=last_day,
            by=by,
        )
        for row in waiting:
            row.state, row.public_list = PUBLISHED, made
            row.save(update_fields=["state", "public_list"])
            record(row.participant, "published", who(by), proposal=row.pk, list=made.number)
            tell(
                row.person,
                row.participant,
                Text("您的积分在公示", "Your points are public now"),
                Text(
                    f"公示到{day_said(last_day).zh}，没有异议就记账。有不对的，现在说。",
                    f"Until {day_said(last_day).en}; then they count. If something is wrong, say so now.",
                ),
                key=f"published:{row.pk}",
            )
    return made


def past_of(participant: Participant, item: str, *, but: int = 0) -> list[Past]:
    """Return how often an item was counted for a participant, one proposal left out."""
    rows = Proposal.objects.filter(participant=participant, item=item).exclude(state=DROPPED)
    return [Past(row.day, row.times) for row in rows.exclude(pk=but)]


def locked_proposal(proposal_id: int) -> Proposal:
    """Return a proposal, locked; NotFound for an unknown one."""
    row = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("participant", "person", "public_list")
        .filter(pk=proposal_id)
        .first()
    )
    if row is None:
        raise NotFound(
            "points.no_proposal",
            "没有这一条。请刷新页面。",
            "There is no such proposal. Reload the page.",
        )
    return row


def _check_day(day: date, begins: date) -> None:
    today = timezone.localdate()
    if not begins <= day <= today or (today - day).days > OLDEST_DAYS:
        raise WrongInput(
            "points.day",
            f"日期要在今天以前，最多补报 {OLDEST_DAYS} 天内的。请改一下日期。",
            f"The day lies before today, at most {OLDEST_DAYS} days back. Change it.",
            field="day",
        )
