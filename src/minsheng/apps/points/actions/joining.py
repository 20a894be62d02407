"""Taking part and leaving: nobody is enrolled against their wish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from minsheng.apps.accounts import actions as accounts
from minsheng.apps.people import actions as people
from minsheng.apps.people import assurance
from minsheng.apps.points import access
from minsheng.apps.points.actions.posting import give_base_to
from minsheng.apps.points.actions.telling import record, who
from minsheng.apps.points.models import Participant
from minsheng.apps.points.schemes import circle_of
from minsheng.lib.errors import Conflict, NotAllowed

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account


def join(scheme: str, circle: str, *, by: Account) -> Participant:
    """Return the participation of a proved resident (or their household), begun now or before.

    Raises NotAllowed for staff and who isn't proved, and Conflict when they take part in another
    circle of the scheme.
    """
    declared, _ = circle_of(scheme, circle)
    assurance.require_level(by, "let_act")
    if by.person is None or by.is_staff_member:
        raise NotAllowed(
            "points.residents_only",
            "积分给居民自己参加。工作人员请到工作台。",
            "Residents take part themselves. Members of staff, please go to your desk.",
        )
    holders = access.holders_of(by.person)
    holder = holders[-1] if declared.holder == "household" else holders[0]
    today = timezone.localdate()
    try:
        with transaction.atomic():
            people.held(by.person)
            open_ = Participant.objects.select_for_update().filter(
                scheme=scheme, holder=holder, left_on__isnull=True
            )
            found = open_.first()
            if found is not None:
                return _same(found, circle)
            last = Participant.objects.filter(scheme=scheme, circle=circle)
            number = (last.aggregate(last=Max("number"))["last"] or 0) + 1
            row = Participant.objects.create(
                scheme=scheme,
                circle=circle,
                holder=holder,
                person=by.person,
                number=number,
                joined_on=today,
            )
            accounts.open_account(declared.unit(circle), holder)
            record(row, "joined", who(by))
            give_base_to(row, on=today)
    except IntegrityError as error:
        raise Conflict(
            "points.join_again",
            "刚才有人同时加入，编号撞上了。请再点一次。",
            "Somebody joined at the same moment. Press the button once more.",
        ) from error
    return row


def leave(scheme: str, *, by: Account) -> Participant:
    """Return the participation, ended today; what was earned stays until it ends."""
    row = access.require_participant(by, scheme)
    with transaction.atomic():
        row = Participant.objects.select_for_update().get(pk=row.pk)
        if row.left_on is None:
            row.left_on = timezone.localdate()
            row.save(update_fields=["left_on"])
            record(row, "left", who(by))
    return row


def _same(found: Participant, circle: str) -> Participant:
    if found.circle != circle:
        raise Conflict(
            "points.other_circle",
            "您已经在另一个村参加了。先在那边退出，再来这里。",
            "You take part in another circle already. Leave it there first, then come back.",
        )
    return found
