"""The steps of a request, each a verb: who may, then one command in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import cast

from minsheng.apps.appeals import access
from minsheng.apps.appeals.actions.repairing import require_archived
from minsheng.apps.appeals.actions.transition import Make, take_step
from minsheng.apps.appeals.models import Request
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.spec import Way
from minsheng.engines.appeals.state import (
    AddHelper,
    Answer,
    AnswerExtension,
    AnswerHold,
    AskExtension,
    AskHold,
    Classify,
    Command,
    Contact,
    DecideDispute,
    Dispatch,
    EndHold,
    NotAccept,
    RaiseDispute,
    Relieve,
    Result,
    SendBack,
    Sign,
    Urge,
    VisitBack,
    Withdraw,
)
from minsheng.engines.appeals.state import Request as State
from minsheng.lib.errors import WrongInput

Make1 = Callable[[str], Command]


# ── the dispatcher ──────────────────────────────────────────────────────────────────────────────
def classify(number: str, category: str, grade: str = "", *, by: Account) -> Request:
    """Find that it is another matter, or more or less urgent, as whoever dispatches it."""
    return take_step(number, _as_dispatcher(by, lambda who: Classify(who, category, grade)))


def refuse_request(number: str, reason: str, *, by: Account, words: str = "") -> Request:
    """Not accept a request, for a declared reason that says where to go instead."""
    make = _as_dispatcher(by, lambda who: NotAccept(who, reason))
    return take_step(number, make, words=words, shown=True)


def dispatch(
    number: str,
    lead: str,
    helpers: Sequence[str] = (),
    *,
    by: Account,
    words: str = "",
    at: datetime | None = None,
) -> Request:
    """Give a request to one lead and perhaps helpers, as whoever dispatches it now."""
    for post in (lead, *helpers):
        _known(post, name="lead" if post == lead else "helpers")
    make = _as_dispatcher(by, lambda who: Dispatch(who, lead, tuple(helpers)))
    return take_step(number, make, words=words, at=at)


def add_helper(number: str, post: str, *, by: Account, words: str = "") -> Request:
    """Call one more office, as the lead or the dispatcher."""
    _known(post, name="post")

    def make(request: Request, spec: Appeal, state: State) -> Command:
        leads = [i.post for i in state.open_items if i.is_lead]
        return AddHelper(access.acting_as_one_of([*leads, spec.dispatcher, spec.redo], by), post)

    return take_step(number, make, words=words)


def relieve(number: str, item: str, *, by: Account) -> Request:
    """Let a helper go, as the dispatcher."""

    def make(request: Request, spec: Appeal, state: State) -> Command:
        return Relieve(item, access.acting_as_one_of([spec.dispatcher, spec.redo], by))

    return take_step(number, make)


def decide_dispute(
    number: str, item: str, to: str = "", *, by: Account, words: str = ""
) -> Request:
    """Decide whose duty it is: it stays, or goes `to` another post."""
    if to:
        _known(to, name="to")

    def make(request: Request, spec: Appeal, state: State) -> Command:
        return DecideDispute(item, access.acting(spec.dispute.decide, by), to)

    return take_step(number, make, words=words)


# ── the office ──────────────────────────────────────────────────────────────────────────────────
def sign(number: str, item: str, *, by: Account, at: datetime | None = None) -> Request:
    """Sign for an item, as its post."""
    return take_step(number, _as_office(item, by, lambda who: Sign(item, who)), at=at)


def contact(
    number: str,
    item: str,
    way: str,
    *,
    by: Account,
    reached: bool = True,
    words: str = "",
    at: datetime | None = None,
) -> Request:
    """Write down that the requester was spoken to, in person or by call, or that it was in vain.

    Where the requester is hidden from the office, whoever dispatches speaks for it.
    """

    def make(request: Request, spec: Appeal, state: State) -> Command:
        found = state.items.get(item)
        post = access.contact_post(request, spec, found.post if found else "", way)
        return Contact(item, access.acting(post, by), cast(Way, way), reached)

    return take_step(number, make, words=words, shown=True, at=at)


def send_back(
    number: str, item: str, reason: str, *, by: Account, words: str = "", at: datetime | None = None
) -> Request:
    """Send an item back to the dispatcher, once, for a declared reason."""
    make = _as_office(item, by, lambda who: SendBack(item, who, reason))
    return take_step(number, make, words=words, at=at)


def raise_dispute(number: str, item: str, reason: str, *, by: Account, words: str = "") -> Request:
    """Say that this isn't the duty of one's post; another post decides, and the clock stands."""
    make = _as_office(item, by, lambda who: RaiseDispute(item, who, reason))
    return take_step(number, make, words=words)


def ask_extension(number: str, item: str, reason: str, *, by: Account, words: str = "") -> Request:
    """Ask for more time, once, before the time is up."""
    make = _as_office(item, by, lambda who: AskExtension(item, who, reason))
    return take_step(number, make, words=words, shown=True)


def answer_extension(number: str, item: str, *, by: Account, granted: bool) -> Request:
    """Give more time, or don't, as the post that may."""

    def make(request: Request, spec: Appeal, state: State) -> Command:
        extend = spec.grades[state.grade].extend
        who = access.acting(extend.approver if extend else "", by)
        return AnswerExtension(item, who, granted)

    return take_step(number, make)


def ask_hold(
    number: str, item: str, reason: str, until: date, *, by: Account, words: str = ""
) -> Request:
    """Ask to put an item on hold until a day on which it is looked at again."""
    make = _as_office(item, by, lambda who: AskHold(item, who, reason, until))
    return take_step(number, make, words=words, shown=True)


def answer_hold(number: str, item: str, *, by: Account, granted: bool) -> Request:
    """Agree to a hold, or don't, as the post that may."""

    def make(request: Request, spec: Appeal, state: State) -> Command:
        return AnswerHold(item, access.acting(spec.hold.approver, by), granted)

    return take_step(number, make)


def end_hold(number: str, item: str, *, by: Account) -> Request:
    """Go on with an item before its review date."""
    return take_step(number, _as_office(item, by, lambda who: EndHold(item, who)))


def answer_item(
    number: str, item: str, result: str, words: str, *, by: Account, at: datetime | None = None
) -> Request:
    """Say what was done. The lead's words go to the requester; a helper's to the lead."""
    answer = _as_office(item, by, lambda who: Answer(item, who, cast(Result, result)))

    def make(request: Request, spec: Appeal, state: State) -> Command:
        command = answer(request, spec, state)
        if result == "done" and item in state.items and state.items[item].is_lead:
            require_archived(request)
        return command

    if not words.strip():
        raise WrongInput(
            "appeals.words_missing",
            "请写清办了什么，或者为什么办不了。别的都还在。",
            "Say what was done, or why it can't be. The rest is still there.",
            field="words",
        )
    return take_step(number, make, words=words, shown=True, at=at)


# ── after the answer ────────────────────────────────────────────────────────────────────────────
def record_visit(
    number: str,
    *,
    by: Account,
    reached: bool = True,
    solved: bool | None = None,
    accepts: bool = False,
    score: int | None = None,
    words: str = "",
    at: datetime | None = None,
) -> Request:
    """Write down what the requester said when called back, or that nobody was reached."""

    def make(request: Request, spec: Appeal, state: State) -> Command:
        who = access.acting(spec.visit.post, by)
        return VisitBack(who, reached, solved, accepts, score)

    return take_step(number, make, words=words, at=at)


def answer_visit(
    number: str,
    *,
    by: Account,
    solved: bool | None,
    accepts: bool = False,
    score: int | None = None,
    words: str = "",
    at: datetime | None = None,
) -> Request:
    """Say oneself whether it is solved, and how satisfied one is."""

    def command(who: str) -> Command:
        return VisitBack(who, solved=solved, accepts=accepts, score=score)

    return take_step(number, _as_requester(by, command), words=words, shown=True, at=at)


def withdraw_request(number: str, *, by: Account) -> Request:
    """Take one's own request back."""
    return take_step(number, _as_requester(by, Withdraw))


def urge(number: str, *, by: Account) -> Request:
    """Ask where one's own request stands."""
    return take_step(number, _as_requester(by, Urge))


# ── who ─────────────────────────────────────────────────────────────────────────────────────────
def _as_dispatcher(by: Account, command: Make1) -> Make:
    def make(request: Request, spec: Appeal, state: State) -> Command:
        return command(access.acting(access.dispatcher(spec, state), by))

    return make


def _as_office(item: str, by: Account, command: Make1) -> Make:
    def make(request: Request, spec: Appeal, state: State) -> Command:
        found = state.items.get(item)
        return command(access.acting(found.post if found else "", by))

    return make


def _as_requester(by: Account, command: Make1) -> Make:
    def make(request: Request, spec: Appeal, state: State) -> Command:
        who = access.speaker(request, by)
        if not who:
            raise access.no_such_request()
        return command(who)

    return make


def _known(post: str, *, name: str) -> None:
    if post not in installed.packs().district.posts:
        raise WrongInput(
            "appeals.no_post",
            "请从列出的岗位里选。您写的都还在。",
            "Choose one of the listed posts. What you wrote is kept.",
            field=name,
        )
