"""From a list that was public long enough to the account; what everybody gets; what ends."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from minsheng.apps.accounts import actions as accounts
from minsheng.apps.accounts import reads as account_reads
from minsheng.apps.accounts.actions import Why
from minsheng.apps.points import access
from minsheng.apps.points.actions.proposing import locked_proposal
from minsheng.apps.points.actions.telling import record, tell, who
from minsheng.apps.points.models import POSTED, PUBLISHED, Participant, Proposal
from minsheng.apps.points.schemes import scheme_of, schemes
from minsheng.engines.points import Scheme, period_of
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.accounts.models import Posting
    from minsheng.apps.people.models import Account

WORKER = "system"


def post_due(*, on: date | None = None) -> int:
    """Return how many proposals were posted: public until yesterday or before, no objection open."""
    day = on or timezone.localdate()
    due = Proposal.objects.filter(state=PUBLISHED, public_list__last_day__lt=day)
    due = due.exclude(objections__outcome="").order_by("pk")
    return sum(_post(pk, on=day) for pk in due.values_list("pk", flat=True)[:1000])


def _post(proposal_id: int, *, on: date) -> int:
    with transaction.atomic():
        row = locked_proposal(proposal_id)
        if row.state != PUBLISHED or row.objections.filter(outcome="").exists():
            return 0
        participant = row.participant
        scheme = scheme_of(participant.scheme)
        unit = scheme.unit(participant.circle)
        why = Why(f"proposal:{row.pk}", f"proposal:{row.pk}", on, WORKER)
        if row.points > 0:
            accounts.give(
                unit,
                participant.holder,
                row.points,
                why,
                expires_on=scheme.expiry.last_day(row.day),
            )
        else:
            _take(unit, participant.holder, -row.points, why)
        row.state = POSTED
        row.save(update_fields=["state"])
        record(participant, "posted", WORKER, proposal=row.pk, points=row.points)
        tell(
            row.person,
            participant,
            Text("积分记上了", "Your points count now"),
            Text(
                "公示期过了，没有问题，已经记账。",
                "They were public and nobody was right to object.",
            ),
            key=f"posted:{row.pk}",
        )
    return 1


def _take(unit: str, holder: str, amount: int, why: Why) -> None:
    """Take points for a minus item; what isn't there is not owed."""
    there = account_reads.balance(unit, holder, on=why.day).usable
    if there:
        accounts.spend(unit, holder, min(amount, there), why)


def give_base(*, on: date | None = None) -> int:
    """Return how many participants got what everybody gets in the period of a day."""
    day = on or timezone.localdate()
    rows = Participant.objects.filter(left_on__isnull=True).order_by("pk")
    return sum(give_base_to(row, on=day) for row in rows.iterator())


def give_base_to(row: Participant, *, on: date) -> int:
    """Return 1 when a participant got what everybody gets in the period, 0 when they had it."""
    scheme = schemes().get(row.scheme)
    if scheme is None or not scheme.is_in_force(on):
        return 0
    unit, made = scheme.unit(row.circle), 0
    for item in scheme.items.values():
        if item.side != "base":
            continue
        first = period_of(on, item.every).first.isoformat()
        key = f"base:{row.scheme}:{item.key}:{row.holder}:{first}"
        if account_reads.is_posted(key):
            continue
        why = Why(key, f"base:{item.key}", on, WORKER)
        accounts.give(unit, row.holder, item.points, why, expires_on=scheme.expiry.last_day(on))
        made = 1
    return made


def expire_due(*, on: date | None = None) -> int:
    """Return how many holders lost what had ended before a day."""
    day = on or timezone.localdate()
    made = 0
    for scheme in schemes().values():
        for unit in _units(scheme):
            for holder in account_reads.holders_with_ended(unit, on=day):
                why = Why(f"expire:{unit}:{holder}:{day.isoformat()}", "expiry", day, WORKER)
                made += accounts.expire(unit, holder, why) is not None
    return made


def reverse_proposal(proposal_id: int, *, by: Account) -> Posting:
    """Return the posting that takes back what a proposal gave (or gives back what it took).

    For whoever decides in the circle and neither proposed nor published it.
    """
    with transaction.atomic():
        row = locked_proposal(proposal_id)
        participant = row.participant
        access.require_duty(by, participant.scheme, participant.circle, "decide")
        if by.pk in {row.proposed_by_id, row.public_list.by_id if row.public_list else 0}:
            raise WrongInput(
                "points.own_proposal",
                "这条是您提的或公示的，要由别人来撤。",
                "You proposed or published this; somebody else takes it back.",
            )
        posted = account_reads.posting_by_key(f"proposal:{row.pk}")
        if row.state != POSTED or posted is None:
            raise Conflict(
                "points.not_posted",
                "还没有记账，不用撤。",
                "It isn't posted, so there is nothing to undo.",
            )
        why = Why(f"reversal:{row.pk}", f"proposal:{row.pk}", timezone.localdate(), who(by))
        undone = accounts.reverse(posted, why)
        record(participant, "reversed", who(by), proposal=row.pk)
        tell(
            row.person,
            participant,
            Text("有一笔积分撤回了", "An entry of yours was reversed"),
            Text(
                "记错了，撤回的和原来的都在明细里。",
                "It was a mistake; both stand in your statement.",
            ),
            key=f"reversed:{row.pk}",
        )
    return undone


def _units(scheme: Scheme) -> set[str]:
    return {scheme.unit(circle) for circle in scheme.circles}
