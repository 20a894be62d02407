"""Speaking up against a public list, and deciding about it: by somebody else, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.people import actions as people
from minsheng.apps.points import access
from minsheng.apps.points.actions.proposing import locked_proposal
from minsheng.apps.points.actions.telling import WORDS, checked_words, record, tell, who
from minsheng.apps.points.models import (
    DISMISSED,
    DROPPED,
    PUBLISHED,
    UPHELD,
    Objection,
    Proposal,
)
from minsheng.apps.points.schemes import item_of, scheme_of
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account


def object_to(proposal_id: int, words: str, *, by: Account) -> Objection:
    """Return the objection of somebody in the circle against a proposal that is public.

    Raises NotFound for strangers, Conflict once the days are over or the second time.
    """
    words = checked_words(words, field="words", needed=True)
    try:
        with transaction.atomic():
            row = locked_proposal(proposal_id)
            if by.person is None or not access.may_object(by, row.participant):
                raise access.not_taking_part()
            listed = row.public_list
            if row.state != PUBLISHED or listed is None or timezone.localdate() > listed.last_day:
                raise Conflict(
                    "points.not_public_now",
                    "公示期已经过了，不能再提异议。还是不对的，找积分监督组。",
                    "It isn't public any more. If it is still wrong, tell whoever watches over points.",
                )
            made = Objection.objects.create(
                proposal=row,
                person=by.person,
                by=by,
                words=people.seal_value(by.person, words, purpose_field=WORDS),
                at=timezone.now(),
            )
            record(row.participant, "objected", who(by), proposal=row.pk, objection=made.pk)
    except IntegrityError as error:
        raise Conflict(
            "points.objected_already",
            "您对这一条提过异议了，等监督组答复。",
            "You have objected to this already; an answer will come.",
        ) from error
    return made


def decide_objection(objection_id: int, *, times: int | None, by: Account) -> Objection:
    """Return the objection, decided: `times` None leaves the proposal as it is, 0 drops it.

    Raises NotAllowed for whoever proposed, published or objected, Conflict when it was decided.
    """
    found = Objection.objects.filter(pk=objection_id).values_list("proposal_id", flat=True).first()
    if found is None:
        raise _no_objection()
    with transaction.atomic():
        proposal = locked_proposal(found)
        row = Objection.objects.select_for_update(of=("self",)).get(pk=objection_id)
        participant = proposal.participant
        access.require_duty(by, participant.scheme, participant.circle, "decide")
        _require_somebody_else(proposal, row, by)
        if row.outcome:
            raise Conflict(
                "points.objection_decided",
                "这条异议刚才有人定了。请刷新页面。",
                "Somebody has decided this objection. Reload the page.",
            )
        if times is not None:
            _correct(proposal, times, by)
        row.outcome = DISMISSED if times is None else UPHELD
        row.decided_by, row.decided_at = by, timezone.now()
        row.save(update_fields=["outcome", "decided_by", "decided_at"])
        record(participant, "objection_decided", who(by), objection=row.pk, outcome=row.outcome)
        tell(
            row.person,
            participant,
            Text("您的异议有答复了", "Your objection was decided"),
            Text("采纳了，已经更正。", "It was upheld and put right.")
            if times is not None
            else Text("核对过，没有采纳，按公示的记。", "It was looked into; the list stands."),
            key=f"objection:{row.pk}",
        )
    return row


def _correct(proposal: Proposal, times: int, by: Account) -> None:
    item = item_of(scheme_of(proposal.participant.scheme), proposal.item)
    if not 0 <= times <= item.most or times == proposal.times:
        raise WrongInput(
            "points.correction",
            f"更正后的次数要和原来不同，0 到 {item.most}；0 是不记。",
            f"The corrected number differs from the old one, 0 to {item.most}; 0 drops it.",
            field="times",
        )
    proposal.was_corrected = True
    if times == 0:
        proposal.state = DROPPED
    else:
        proposal.times, proposal.points = times, item.sign * item.points * times
    proposal.save(update_fields=["was_corrected", "state", "times", "points"])
    record(proposal.participant, "corrected", who(by), proposal=proposal.pk, times=times)
    tell(
        proposal.person,
        proposal.participant,
        Text("您的积分有一条更正了", "One of your entries was corrected"),
        Text(
            "有人提了异议，核对后改了。打开看改成多少。",
            "Somebody objected and it was put right. See it.",
        ),
        key=f"corrected:{proposal.pk}:{times}",
    )


def _require_somebody_else(proposal: Proposal, objection: Objection, by: Account) -> None:
    listed = proposal.public_list
    involved = {proposal.proposed_by_id, objection.by_id, listed.by_id if listed else 0}
    own = by.person_id in {proposal.person_id, objection.person_id} if by.person_id else False
    if by.pk in involved or own:
        raise NotAllowed(
            "points.somebody_else_decides",
            "这条是您提的或公示的，要由别人来定。请交给同组的另一位。",
            "You proposed or published this, so somebody else decides. Hand it to a colleague.",
        )


def _no_objection() -> NotFound:
    return NotFound(
        "points.no_objection",
        "没有这条异议。请刷新页面。",
        "There is no such objection. Reload the page.",
    )
