"""Who came to a club, kept by its leader on the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from minsheng.apps.clubs import access, telling
from minsheng.apps.clubs.actions.rounds import locked
from minsheng.apps.clubs.models import Choice, Presence
from minsheng.apps.clubs.models.rounds import PLACED, PRESENCES, PUBLISHED
from minsheng.apps.people.models import Account
from minsheng.lib.errors import Conflict, WrongInput

BACK = timedelta(days=14)


def note_presences(offer_id: int, day: date, marks: Mapping[int, str], *, by: Account) -> int:
    """Keep who came on a day, by choice; may be put right for two weeks. Returns how many were kept.

    Raises NotFound for strangers, NotAllowed for all but the leader, WrongInput for a day on which the
    club doesn't meet or a pupil who isn't in it.
    """
    offer = access.require_leader(by, offer_id)
    today = timezone.localdate()
    if day.weekday() != offer.day or not today - BACK <= day <= today:
        raise WrongInput(
            "clubs.day",
            "这一天社团不上课，或者还没到、过了两周。请选上课的那天。",
            "The club doesn't meet then, or it is to come or over two weeks past. Choose another day.",
            field="day",
        )
    with transaction.atomic():
        found = locked(offer.round_id)
        if found.status != PUBLISHED:
            raise Conflict(
                "clubs.not_running",
                "这一轮还没公布，或者已经结束，不用点名。",
                "The round isn't published, or has ended: nothing to keep.",
            )
        there = set(
            Choice.objects.filter(offer=offer, status=PLACED, pk__in=marks).values_list(
                "pk", flat=True
            )
        )
        if there != set(marks) or not set(marks.values()) <= set(PRESENCES):
            raise WrongInput(
                "clubs.marks",
                "名单刚刚变了，或者有一行没选。请看最新的名单再点一次。",
                "The list has just changed, or a line isn't marked. Look again.",
                field="marks",
            )
        for choice_id, status in marks.items():
            Presence.objects.update_or_create(
                choice_id=choice_id, day=day, defaults={"status": status}
            )
        facts: dict[str, str | int | bool] = {
            "offer": offer.pk, "day": day.isoformat(), "kept": len(marks),
        }  # fmt: skip
        telling.record(telling.ROUND, found.pk, "presence", f"leader/account:{by.pk}", facts)
    return len(marks)
