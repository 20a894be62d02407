"""What a running case is: its state, the commands that may come, the events that follow.

The state is a fold over events (`replay`). Events carry ids, decisions and hashes, never a
personal value, so that a person can be erased while the chain still verifies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, Literal, TypeVar

from minsheng.lib.workdays import Due, Stop

ItemStatus = Literal[
    "waiting",  # needed items, a consent or the applicant come first; the clock has not started
    "open",  # an officer of the post can decide; the clock runs
    "returned",  # the applicant must supply something; the clock is stopped
    "external",  # approved; the outside register has not answered yet; the clock runs
    "done",
    "refused",
    "held",  # a needed item was reversed; a person must look
    "objected",  # refused, and the applicant objects: another post looks; its own clock runs
    "cancelled",  # a needed item can't come any more, or the case was withdrawn
    "skipped",  # not chosen, or its condition is false
]
CaseStatus = Literal["running", "done", "partly_done", "refused", "withdrawn"]
TERMINAL: frozenset[ItemStatus] = frozenset({"done", "refused", "cancelled", "skipped"})
Json = str | int | bool | None
Outcome = Literal["passed", "not_passed", "unclear"]
Extension = Literal["", "asked", "granted", "refused"]
SYSTEM = "system"
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def day_of(at: datetime) -> date:
    """Return the day of `at` in China, where every office keeps its calendar.

    Raises ValueError for a time without a zone: at 00:30 the day would depend on the machine.
    """
    if at.tzinfo is None:
        raise ValueError("a time without a zone has no day: pass an aware datetime")
    return at.astimezone(CHINA).date()


def person_of(by: str) -> str:
    """Return who acted, without the post: "post:police.household/account:7" → "account:7"."""
    return by.rpartition("/")[2]


@dataclass(frozen=True)  # without slots: `altered` copies it in one go
class ItemState:
    """One item now. `started` is the day its clock began; `stops` are its stopped days.

    `finished` is the day its clock ended, `changed` the day of its last event, `promised` the due
    day that was promised when the clock last began to run. `before` is where a held item returns
    to, `maybe` says that the item's own condition was unknown at submission.

    post: to which it was passed on; "" is the declared one. claimed_by: who is on it, on the day
    `claimed_on` alone. accepted: the day from which it counts as accepted. ask_by: the last day on
    which the applicant may be asked; answer_by: the last day to answer; object_by: to object.
    stop_until: the last day of a stop whose length is declared. extension: how far a request for
    more time has come, `extra` what it gave. objected_on: since when the clock is that of the
    objection. not_by: who refused it before and may not decide it again.
    """

    key: str
    status: ItemStatus
    started: date | None = None
    stops: tuple[Stop, ...] = ()
    finished: date | None = None
    attempt: int = 1
    result: str = ""
    reason: str = ""
    decided_by: str = ""
    changed: date | None = None
    promised: Due | None = None
    before: ItemStatus | None = None
    maybe: bool = False
    post: str = ""
    claimed_by: str = ""
    claimed_on: date | None = None
    accepted: date | None = None
    ask_by: date | None = None
    answer_by: date | None = None
    object_by: date | None = None
    stop_until: date | None = None
    extension: Extension = ""
    extension_by: str = ""
    extension_reason: str = ""
    extra: int = 0
    objected_on: date | None = None
    not_by: str = ""

    @property
    def is_stopped(self) -> bool:
        """Return whether the clock stands still now."""
        return bool(self.stops) and self.stops[-1].end is None


@dataclass(frozen=True)
class CaseState:
    """A whole case now. `seq` is the number of the last event folded in.

    `consents` holds the subjects who have agreed, `declined` those who said no or took it back,
    `wanted` the subjects whose consent is needed. `promised` is the finish shown at submission.
    `admission_unknown`: a condition of the whole case could not be settled; an officer looks.
    """

    status: CaseStatus
    submitted: date
    items: Mapping[str, ItemState]
    wanted: frozenset[str] = frozenset()
    consents: frozenset[str] = frozenset()
    score: int | None = None
    call_back: bool = False
    seq: int = 0
    declined: frozenset[str] = frozenset()
    withdrawn: bool = False
    admission_unknown: bool = False
    promised: Due | None = None


State = TypeVar("State", ItemState, CaseState)


def altered(state: State, **changes: Any) -> State:
    """Return a state in which some fields differ.

    The same as `dataclasses.replace`, which asks for each of 25 fields in turn: a third of the
    engine's work in a step.
    """
    made = object.__new__(type(state))
    made.__dict__.update(state.__dict__, **changes)
    return made


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `by` is a post or account id, `data` holds nothing personal."""

    kind: str
    at: datetime
    by: str = ""
    item: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """Return the day in China on which it happened."""
        return day_of(self.at)


@dataclass(frozen=True, slots=True)
class Approve:
    """An officer agrees. `evidence` says how an unknown check was settled (its hash)."""

    item: str
    by: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Refuse:
    """An officer refuses for a declared reason."""

    item: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Return:
    """An officer asks the applicant once for a correction; the clock stops."""

    item: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Supply:
    """The applicant has supplied what was asked; the clock runs again."""

    item: str
    by: str


@dataclass(frozen=True, slots=True)
class Pause:
    """An officer stops the clock for a declared reason outside the office; nobody is asked."""

    item: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Resume:
    """The reason to stand still is over; the clock runs again.

    `outcome` is what a panel of experts found, `evidence` the digest of its words.
    """

    item: str
    by: str
    outcome: Outcome | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """An officer takes an item on for today; `take_over` from a colleague who has it."""

    item: str
    by: str
    take_over: bool = False


@dataclass(frozen=True, slots=True)
class Unclaim:
    """An officer leaves an item to the colleagues again, or the day is over (`lapsed`)."""

    item: str
    by: str
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class Accept:
    """An officer accepts formally; `deemed`: the time to ask is over, so it counts as accepted."""

    item: str
    by: str
    deemed: bool = False


@dataclass(frozen=True, slots=True)
class AskExtension:
    """An officer asks for more time for a declared reason."""

    item: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class AnswerExtension:
    """The post that may agree to more time does, or does not."""

    item: str
    by: str
    granted: bool


@dataclass(frozen=True, slots=True)
class Transfer:
    """An officer passes the item to another post, with its clock.

    `same_office`: the caller has looked up that both posts belong to one office.
    """

    item: str
    by: str
    to: str
    same_office: bool = False


@dataclass(frozen=True, slots=True)
class Correct:
    """What a done item has given is worded wrongly: a new certificate replaces it."""

    item: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Expire:
    """The applicant was asked and has not answered in the declared time."""

    item: str
    by: str


@dataclass(frozen=True, slots=True)
class Objection:
    """The applicant objects to a refusal."""

    item: str
    by: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class DecideObjection:
    """Another post has looked: the item is done again by somebody else, or the refusal stands."""

    item: str
    by: str
    upheld: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Skip:
    """An officer has found that an item whose condition was unknown isn't needed."""

    item: str
    by: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """A subject agrees (or, with `given` false, does not)."""

    subject: str
    by: str
    given: bool = True


@dataclass(frozen=True, slots=True)
class EffectDone:
    """The outside register has answered for this attempt of the item."""

    item: str
    attempt: int
    result: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The applicant takes the case back."""

    by: str


@dataclass(frozen=True, slots=True)
class Reverse:
    """A done item is taken back for a declared reason; items that need it follow their policy."""

    item: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Release:
    """An officer has looked at a held item: it starts again (`redo`) or stands (`keep`)."""

    item: str
    by: str
    redo: bool


@dataclass(frozen=True, slots=True)
class Rate:
    """The applicant's score."""

    by: str
    score: int


Command = (
    Approve
    | Refuse
    | Return
    | Supply
    | Pause
    | Resume
    | Skip
    | Consent
    | EffectDone
    | Withdraw
    | Reverse
    | Release
    | Rate
    | Claim
    | Unclaim
    | Accept
    | AskExtension
    | AnswerExtension
    | Transfer
    | Correct
    | Expire
    | Objection
    | DecideObjection
)
