"""A private matter: the advice of the pack, and the talk with a mediator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from minsheng.apps.appeals import access as appeals
from minsheng.apps.appeals import sealing
from minsheng.apps.appeals.models import Request, Sorted
from minsheng.apps.councils import access
from minsheng.apps.councils.models import Appointment
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account
from minsheng.engines.councils import Advice
from minsheng.lib.texts import Text

OUTCOMES: Mapping[str, Text] = {
    "agreed": Text("谈成了一个约定", "They came to an agreement"),
    "not_agreed": Text(
        "没有谈成，可以再约，也可以走法律途径", "No agreement; another talk, or the law, stays open"
    ),
    "not_come": Text("有一方没有来", "One side didn't come"),
}


@dataclass(frozen=True, slots=True)
class PrivateView:
    """What helps with a private matter. `may`: "ask" or "cancel". `outcome` is of the last talk."""

    advice: tuple[Advice, ...]
    asked: bool
    at: datetime | None
    place: str
    outcome: Text
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class TalkLine:
    """A talk that waits for the mediator; `at` is None until there is an appointment."""

    number: str
    title: Text
    at: datetime | None


@dataclass(frozen=True, slots=True)
class TalkView:
    """What the mediator is shown of a request, whole."""

    number: str
    title: Text
    words: str
    contact: tuple[tuple[Text, str], ...]
    at: datetime | None
    place: str
    is_open: bool
    outcome: Text


def own_private(number: str, *, account: Account) -> PrivateView | None:
    """Return the advice about one's own request and its talk; None unless it was sorted as private."""
    request = Request.objects.filter(number=number).first()
    if request is None or not appeals.is_requester(request, account):
        raise appeals.no_such_request()
    council = access.council_of(request.slug)
    row = Sorted.objects.filter(request=request).first()
    if council is None or row is None or row.size != "private":
        return None
    last = Appointment.objects.filter(request=request).order_by("-pk").first()
    is_open = last is not None and last.is_open
    may = {"cancel"} if is_open else {"ask"} if request.status != "closed" else set()
    return PrivateView(
        advice=tuple(council.advice.values()),
        asked=is_open,
        at=last.at if last and last.is_open else None,
        place=last.place if last and last.is_open else "",
        outcome=OUTCOMES[last.outcome] if last and last.outcome else Text(""),
        may=frozenset(may),
    )


def talks_of(account: Account) -> list[TalkLine]:
    """Return the talks that wait for this account; raises NotAllowed for who isn't a mediator."""
    if not access.mediates(account):
        raise access.not_yours()
    rows = Appointment.objects.filter(is_open=True).select_related("request").order_by("at", "pk")
    return [
        TalkLine(
            row.request.number,
            appeals.spec_of(row.request).title_of(row.request.category),
            row.at,
        )
        for row in rows[:200]
        if _post(row.request) in appeals.posts_of(account)
    ]


def talk(number: str, *, account: Account) -> TalkView:
    """Return a request for its mediator, after writing down the look."""
    request = Request.objects.select_related("person").filter(number=number).first()
    last = Appointment.objects.filter(request=request).order_by("-pk").first() if request else None
    if request is None or last is None or _post(request) not in appeals.posts_of(account):
        raise access.no_such_matter()
    spec = appeals.spec_of(request)
    if not request.person.is_erased:
        people.record_look(
            request.person_id, by=account, purpose="case", what="values",
            case=request.number, post_key=_post(request), is_protected=spec.protected,
        )  # fmt: skip
    answers = sealing.opened_contact(request.person, request.contact)
    return TalkView(
        number=request.number,
        title=spec.title_of(request.category),
        words=sealing.opened(request.person, request.words, field=sealing.WORDS),
        contact=tuple(
            (one.label, answers[key]) for key, one in spec.fields.items() if answers.get(key)
        ),
        at=last.at,
        place=last.place,
        is_open=last.is_open,
        outcome=OUTCOMES[last.outcome] if last.outcome else Text(""),
    )


def _post(request: Request) -> str:
    council = access.council_of(request.slug)
    return council.mediation.post if council else ""
