"""What a request is now: its state, the commands that may come, the events that follow.

The state is a fold over events (`replay`). Events carry ids, posts and moments, never words of a
person: those lie sealed beside, so that a requester can be erased while the chain still verifies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Literal

from minsheng.engines.appeals.spec import Way
from minsheng.lib.workdays import Moment

RequestStatus = Literal["received", "handling", "visiting", "closed"]
ItemStatus = Literal[
    "waiting",  # dispatched, nobody has signed for it
    "open",  # signed for; the clock runs
    "disputed",  # the office says it isn't its duty; the dispatcher's clock runs
    "held",  # on hold by approval, until a review date; the clock stands still
    "answered",  # the office has said what was done
    "returned",  # sent back, with a reason
    "moved",  # the dispute went to another post
    "relieved",  # no longer needed: the lead went elsewhere, or the request ended
]
Outcome = Literal["", "solved", "explained", "unreached", "not_accepted", "withdrawn"]
Result = Literal["", "done", "partly", "explained"]
Wish = Literal["", "asked", "granted", "refused"]
ClockName = Literal["dispatch", "dispute", "contact", "finish", "visit"]
Json = str | int | bool | None
ENDED: frozenset[ItemStatus] = frozenset({"answered", "returned", "moved", "relieved"})
STOPPED: frozenset[ItemStatus] = frozenset({"disputed", "held"})
SYSTEM = "system"
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def day_of(at: datetime) -> date:
    """Return the day of an aware moment in China."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone has no day: pass an aware datetime")
    return at.astimezone(CHINA).date()


def person_of(by: str) -> str:
    """Return who acted, without the post: "post:water.repair/account:7" → "account:7"."""
    return by.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Item:
    """What one office has to do. `tries` are calls in vain, `contacted` the first that wasn't.

    `is_wrong`: it should never have come here, so it counts against nobody's rates.
    """

    key: str
    post: str
    is_lead: bool
    round: int
    status: ItemStatus
    dispatched: datetime
    finish_due: Moment
    contact_due: Moment | None = None
    dispute_due: Moment | None = None
    signed: datetime | None = None
    contacted: datetime | None = None
    ended: datetime | None = None
    tries: int = 0
    result: Result = ""
    reason: str = ""
    by: str = ""
    stopped: datetime | None = None
    was_disputed: bool = False
    is_wrong: bool = False
    extension: Wish = ""
    extension_by: str = ""
    hold: Wish = ""
    hold_by: str = ""
    hold_until: date | None = None

    @property
    def is_open(self) -> bool:
        """Return whether somebody still has to do something here."""
        return self.status not in ENDED


@dataclass(frozen=True, slots=True)
class Said:
    """What the requester said of one answer. `score` is None where they gave none."""

    round: int
    at: datetime
    solved: bool
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request now. `seq` is the number of the last event folded in.

    `round` counts how often it was dispatched anew after an answer that didn't solve it. `visits`
    are calls after the answer that reached nobody, in this round. `noted` are the clocks that were
    found late, each once for each due moment.
    """

    status: RequestStatus
    category: str
    grade: str
    area: str
    received: datetime
    dispatch_due: Moment | None = None
    visit_due: Moment | None = None
    items: Mapping[str, Item] = field(default_factory=dict)
    round: int = 1
    visits: int = 0
    last_visit: datetime | None = None
    outcome: Outcome = ""
    reason: str = ""
    score: int | None = None
    solved: bool | None = None
    said: tuple[Said, ...] = ()
    closed: datetime | None = None
    closed_by: str = ""
    successor: str = ""
    urged: int = 0
    noted: frozenset[str] = frozenset()
    seq: int = 0

    @property
    def lead(self) -> Item | None:
        """Return the item that leads now, or led last: returned and moved ones don't."""
        leads = [i for i in self.items.values() if i.is_lead and not i.is_wrong]
        return leads[-1] if leads else None

    @property
    def open_items(self) -> tuple[Item, ...]:
        """Return the items at which somebody still has to do something."""
        return tuple(item for item in self.items.values() if item.is_open)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `by` is a post and account id, `data` holds nothing personal."""

    kind: str
    at: datetime
    by: str = ""
    item: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Classify:
    """The dispatcher finds that it is another matter, or another grade."""

    by: str
    category: str
    grade: str = ""


@dataclass(frozen=True, slots=True)
class NotAccept:
    """The dispatcher can't take it, for a declared reason that says where to go instead."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dispatch:
    """The dispatcher gives it to one lead and perhaps helpers."""

    by: str
    lead: str
    helpers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddHelper:
    """The lead or the dispatcher calls one more office."""

    by: str
    post: str


@dataclass(frozen=True, slots=True)
class Relieve:
    """A helper isn't needed any more."""

    item: str
    by: str


@dataclass(frozen=True, slots=True)
class Sign:
    """An office signs for an item."""

    item: str
    by: str


@dataclass(frozen=True, slots=True)
class Contact:
    """The lead has spoken to the requester, or tried in vain."""

    item: str
    by: str
    way: Way
    reached: bool = True


@dataclass(frozen=True, slots=True)
class SendBack:
    """An office sends its item back to the dispatcher, once, for a declared reason."""

    item: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class RaiseDispute:
    """An office says that this isn't its duty; somebody else decides."""

    item: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class DecideDispute:
    """It stays where it is, or goes `to` another post."""

    item: str
    by: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class AskExtension:
    """An office asks for more time, once, before the time is up."""

    item: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class AnswerExtension:
    """The post that may agree does, or doesn't."""

    item: str
    by: str
    granted: bool


@dataclass(frozen=True, slots=True)
class AskHold:
    """An office asks to put its item on hold until a day on which it is looked at again."""

    item: str
    by: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class AnswerHold:
    """The post that may agree to a hold does, or doesn't."""

    item: str
    by: str
    granted: bool


@dataclass(frozen=True, slots=True)
class EndHold:
    """The hold is over: the office goes on, or the review date has come."""

    item: str
    by: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An office says what was done."""

    item: str
    by: str
    result: Result


@dataclass(frozen=True, slots=True)
class VisitBack:
    """What the requester says of the answer, to a clerk or by themselves; or nobody was reached.

    `solved` false with `accepts`: not done, but explained, and they let it rest.
    """

    by: str
    reached: bool = True
    solved: bool | None = None
    accepts: bool = False
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The requester takes it back."""

    by: str


@dataclass(frozen=True, slots=True)
class Urge:
    """The requester asks where it stands."""

    by: str


@dataclass(frozen=True, slots=True)
class NoteLate:
    """A clock has run out; said once for each due moment."""

    by: str
    clock: ClockName
    item: str = ""


@dataclass(frozen=True, slots=True)
class Derive:
    """The notice of a year is out: moments that rested on a provisional one are derived anew."""

    by: str


@dataclass(frozen=True, slots=True)
class TakeUpAgain:
    """A new request goes on where this one ended."""

    by: str
    successor: str


Command = (
    Classify
    | NotAccept
    | Dispatch
    | AddHelper
    | Relieve
    | Sign
    | Contact
    | SendBack
    | RaiseDispute
    | DecideDispute
    | AskExtension
    | AnswerExtension
    | AskHold
    | AnswerHold
    | EndHold
    | Answer
    | VisitBack
    | Withdraw
    | Urge
    | NoteLate
    | Derive
    | TakeUpAgain
)
