"""Requests about one thing: joined by a dispatcher, dispatched together, answered together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from minsheng.apps.appeals import access, store
from minsheng.apps.appeals.actions import steps
from minsheng.apps.appeals.actions.transition import locked, step_locked, write_own
from minsheng.apps.appeals.models import Joined, Request
from minsheng.apps.matching import actions as matching
from minsheng.apps.people.models import Account
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.decide import may_send_back
from minsheng.engines.appeals.state import Dispatch, Event
from minsheng.engines.appeals.state import Request as State
from minsheng.lib.errors import Conflict


@dataclass(frozen=True, slots=True)
class Answered:
    """Which requests got the one answer; and which didn't: they have no sign-in, or wait for something."""

    request: Request
    answered: tuple[str, ...]
    to_call: tuple[str, ...]


def join_request(number: str, to: str, *, by: Account, at: datetime | None = None) -> Request:
    """Join a request that waits to be dispatched to one about the same thing, as the dispatcher.

    Where that one is with an office already, this one goes there as well. Once is enough.
    """
    at = at or timezone.now()
    with transaction.atomic():
        # Both rows, always in the order of their numbers, so that two joins can't wait for each other.
        rows = {one: locked(one) for one in sorted({number, to})}
        request, head = rows[number], rows[to]
        spec, state = access.spec_of(request), store.state_of(request)
        who = access.acting(access.dispatcher(spec, state), by)
        if Joined.objects.filter(request=request, head=head).exists():
            return request
        _may_join(request, head, state)
        Joined.objects.create(request=request, head=head, by=who, at=at)
        write_own(request, Event("request.joined", at, who, "", {"number": to}))
        matching.join(number)
        lead = store.state_of(head).lead
        if head.status == "handling" and lead is not None:
            _dispatch_as(request, lead.post, who, at)
    return request


def part_request(number: str, *, by: Account, at: datetime | None = None) -> Request:
    """Let a joined request stand by itself again, as whoever dispatches."""
    at = at or timezone.now()
    with transaction.atomic():
        request = locked(number)
        spec = access.spec_of(request)
        who = access.acting_as_one_of([spec.dispatcher, spec.redo], by)
        if Joined.objects.filter(request=request).delete()[0]:
            write_own(request, Event("request.parted", at, who, "", {}))
            matching.part(number)
    return request


def dispatch_together(
    number: str, lead: str, helpers: Sequence[str] = (), *, by: Account, words: str = ""
) -> Request:
    """Dispatch a request, and those joined to it to the same lead, in one transaction."""
    with transaction.atomic():
        _lock_all(number)
        head, at = steps.dispatch(number, lead, helpers, by=by, words=words), timezone.now()
        waiting = Request.objects.filter(joined__head=head, status="received")
        for one in waiting.order_by("number").values_list("number", flat=True):
            request = locked(one)
            spec, state = access.spec_of(request), store.state_of(request)
            if state.status == "received":
                _dispatch_as(request, lead, access.acting(access.dispatcher(spec, state), by), at)
    return head


def send_back_together(
    number: str, item: str, reason: str, *, by: Account, words: str = ""
) -> Request:
    """Send an item back; a lead's takes along what is joined to it and lies with the same post.

    One answer goes to all, so all must go to the same office. Whatever may not go back stays.
    """
    with transaction.atomic():
        _lock_all(number)
        head = steps.send_back(number, item, reason, by=by, words=words)
        gone = store.state_of(head).items[item]
        for one in _led_by(gone.post, head) if gone.is_lead else ():
            spec, state = access.spec_of(one), store.state_of(one)
            lead = state.lead
            is_at_work = lead is not None and lead.status in ("waiting", "open")
            if lead is not None and is_at_work and may_send_back(spec, state, lead):
                steps.send_back(one.number, lead.key, reason, by=by)
    return head


def answer_all(head: str, item: str, result: str, words: str, *, by: Account) -> Answered:
    """Answer a request and all that are joined to it, as the lead: one answer to all.

    A requester with a sign-in is written to, which counts as being in touch; whoever only called has
    to be called, so their request stays open.
    """
    done, to_call = [], []
    with transaction.atomic():
        _lock_all(head)
        request = steps.answer_item(head, item, result, words, by=by)
        for one in _led_by(store.state_of(request).items[item].post, request):
            if _answered_too(one, result, words, by):
                done.append(one.number)
            else:
                to_call.append(one.number)
    return Answered(request, tuple(done), tuple(to_call))


def _answered_too(one: Request, result: str, words: str, by: Account) -> bool:
    """Whether a joined request got the answer: not where its lead can't answer, or only called."""
    state = store.state_of(one)
    lead = state.lead
    is_at_work = lead is not None and lead.status in ("waiting", "open")
    if lead is None or not is_at_work or any(not item.is_lead for item in state.open_items):
        return False
    if one.account_id is None and lead.contacted is None:
        return False
    if lead.status == "waiting":
        steps.sign(one.number, lead.key, by=by)
    if lead.contacted is None:
        steps.contact(one.number, lead.key, "portal", by=by, words=words)
    steps.answer_item(one.number, lead.key, result, words, by=by)
    return True


def _lock_all(number: str) -> None:
    """Lock a request with those joined to it by number, as a join does: so none waits for another."""
    joined = Request.objects.filter(joined__head__number=number).values_list("number", flat=True)
    for one in sorted({number, *joined}):
        locked(one)


def _led_by(post: str, head: Request) -> list[Request]:
    """Return what is joined to a request and lies with the same lead now, by number."""
    followers = Request.objects.filter(joined__head=head, status="handling").order_by("number")
    leads = ((one, store.state_of(one).lead) for one in followers)
    return [one for one, lead in leads if lead and lead.post == post and lead.is_open]


def _dispatch_as(request: Request, post: str, who: str, at: datetime) -> None:
    def make(row: Request, spec: Appeal, state: State) -> Dispatch:
        return Dispatch(who, post, ())

    step_locked(request, make, at=at)


def _may_join(request: Request, head: Request, state: State) -> None:
    if request.pk == head.pk or request.slug != head.slug or state.status != "received":
        raise _refused(
            "要并的这件还没派出去、和那件同一类，才能并。",
            "Only a request of the same kind that isn't dispatched yet can be joined.",
        )
    if access.spec_of(request).protected:
        raise _refused("受保护的诉求各自单独办，不能并。", "Protected requests each stand alone.")
    if head.status == "closed" or Joined.objects.filter(request=head).exists():
        raise _refused(
            "那一件已经办结，或者它自己并在别的一件里。请换一件。",
            "That request is closed, or is joined to another one itself. Choose another.",
        )
    if Joined.objects.filter(request=request).exists():
        raise _refused(
            "这件已经并在别的一件里。要换，先让它单独办，再并。",
            "This request is joined to another one already. Let it stand by itself first.",
        )
    if Joined.objects.filter(head=request).exists():
        raise _refused(
            "已经有别的诉求并在这一件里，它不能再并到别处。",
            "Others are joined to this request, so it can't be joined to another.",
        )


def _refused(zh: str, en: str) -> Conflict:
    return Conflict("appeals.join", f"{zh}什么都没有改。", f"{en} Nothing was changed.")
