"""What a running case is: its state, the commands that may come, the events that follow.

The state is a fold over events (`replay`). Events carry ids, decisions and hashes, never a
personal value, so that a person can be erased while the chain still verifies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from minsheng.lib.workdays import Stop

ItemStatus = Literal[
    "waiting",  # needed items, a consent or the applicant come first; the clock has not started
    "open",  # an officer of the post can decide; the clock runs
    "returned",  # the applicant must supply something; the clock is stopped
    "external",  # approved; the outside register has not answered yet; the clock runs
    "done",
    "refused",
    "held",  # a needed item was reversed; a person must look
    "cancelled",  # a needed item can't come any more, or the case was withdrawn
    "skipped",  # not chosen, or its condition is false
]
CaseStatus = Literal["running", "done", "partly_done", "refused", "withdrawn"]
TERMINAL: frozenset[ItemStatus] = frozenset({"done", "refused", "cancelled", "skipped"})
Json = str | int | bool | None


@dataclass(frozen=True, slots=True)
class ItemState:
    """One item now. `started` is the day its clock began; `stops` are its stopped days."""

    key: str
    status: ItemStatus
    started: date | None = None
    stops: tuple[Stop, ...] = ()
    finished: date | None = None
    attempt: int = 1
    result: str = ""
    reason: str = ""
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class CaseState:
    """A whole case now. `seq` is the number of the last event folded in.

    `consents` holds the subjects who have agreed; `wanted` the subjects whose consent is needed.
    """

    status: CaseStatus
    submitted: date
    items: Mapping[str, ItemState]
    wanted: frozenset[str] = frozenset()
    consents: frozenset[str] = frozenset()
    score: int | None = None
    call_back: bool = False
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `by` is a post or account id, `data` holds nothing personal."""

    kind: str
    at: datetime
    by: str = ""
    item: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)


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
    Approve | Refuse | Return | Supply | Consent | EffectDone | Withdraw | Reverse | Release | Rate
)
