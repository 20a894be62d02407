"""Which of several policies somebody gets where they may not be had together, and why, in words.

higher: of both only the one that gives more in a year is paid. instead: not beside one that runs, and
not that beside this. after: only once the other has ended. What isn't known yet is never compared as
nothing: of two of which only the higher is paid both stay open until the amounts are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from minsheng.engines.policies.spec import Conflict, Policy, Rhythm
from minsheng.lib.cites import Cite
from minsheng.lib.money import format_yuan
from minsheng.lib.texts import Text

_TIMES: dict[Rhythm, int] = {"once": 1, "month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A policy that somebody is entitled to, or has: what it gives each time, and whether it runs.

    amount_fen None: nobody knows yet, for want of a rate that the district hasn't entered. subject: what it
    is for, where there is one for each thing, such as a certificate; empty while that isn't known.
    """

    policy: Policy
    amount_fen: int | None
    is_running: bool = False
    subject: str = ""

    @property
    def year_fen(self) -> int | None:
        """What it comes to in a year: how two are compared; None while nobody knows."""
        return None if self.amount_fen is None else self.amount_fen * _TIMES[self.policy.per]


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether a policy is given; where not, because of which other, said in words, and who says so.

    One that is kept has words too where it can't be compared yet with another that is kept.
    """

    slug: str
    is_kept: bool
    by: str = ""
    text: Text = Text("")  # noqa: RUF009  Text is frozen
    cite: Cite | None = None


def choose(candidates: Iterable[Candidate]) -> dict[str, Choice]:
    """Return what becomes of each candidate; it doesn't depend on their order.

    Whatever isn't kept stands against one that is kept or runs. Of two alike the one that runs stays,
    then the first by name.
    """
    all_of_them = sorted(
        candidates,
        key=lambda one: (
            one.year_fen is None, -(one.year_fen or 0), not one.is_running, one.policy.slug,
        ),
    )  # fmt: skip
    found: dict[str, Choice] = {}
    kept: list[Candidate] = []
    for one in all_of_them:
        barred = next(_bars(one, kept, all_of_them), None)
        found[one.policy.slug] = barred or Choice(one.policy.slug, True)
        if barred is None:
            kept.append(one)
    for one in kept:
        found[one.policy.slug] = next(_open(one, kept), found[one.policy.slug])
    return found


def _open(one: Candidate, kept: list[Candidate]) -> Iterator[Choice]:
    """Yield what can't be compared yet with something else that is kept."""
    for other in kept:
        for conflict, _ in _between(one, other):
            if conflict.kind == "higher" and other is not one and not _comparable(one, other):
                text = _not_yet(one, other)
                yield Choice(one.policy.slug, True, other.policy.slug, text, conflict.cite)


def _comparable(one: Candidate, other: Candidate) -> bool:
    return one.year_fen is not None and other.year_fen is not None


def _bars(one: Candidate, kept: list[Candidate], all_of_them: list[Candidate]) -> Iterator[Choice]:
    """Yield what stands against a candidate: what runs first, then what was kept before it."""
    for other in all_of_them:
        if other is one:
            continue
        for conflict, is_own in _between(one, other):
            if conflict.kind == "higher" and other in kept and _comparable(one, other):
                yield _barred(one, other, conflict, _higher(one, other))
            if conflict.kind == "instead" and _comes_first(other, one, kept):
                yield _barred(one, other, conflict, _instead(one, other))
            if conflict.kind == "after" and is_own and other.is_running:
                yield _barred(one, other, conflict, _after(one, other))


def _comes_first(other: Candidate, one: Candidate, kept: list[Candidate]) -> bool:
    """Whether another stands against one by being there: it runs, or neither runs and it was kept."""
    if other.is_running != one.is_running:
        return other.is_running
    return other in kept


def _between(one: Candidate, other: Candidate) -> Iterator[tuple[Conflict, bool]]:
    """Yield the conflicts between two, whoever declares them, and whether the first does."""
    differ = bool(one.subject and other.subject) and one.subject != other.subject
    for mine, theirs, is_own in ((one, other, True), (other, one, False)):
        for conflict in mine.policy.conflicts:
            if conflict.other == theirs.policy.slug and not (conflict.same and differ):
                yield conflict, is_own


def _barred(one: Candidate, other: Candidate, conflict: Conflict, text: Text) -> Choice:
    return Choice(one.policy.slug, False, other.policy.slug, text, conflict.cite)


def _higher(one: Candidate, other: Candidate) -> Text:
    a, b = one.policy.short, other.policy.short
    mine, theirs = format_yuan(one.year_fen or 0), format_yuan(other.year_fen or 0)
    return Text(
        f"“{a.zh}”和“{b.zh}”只发高的一项：按一年算，{b.zh} {theirs} 元，{a.zh} {mine} 元，"
        f"所以发“{b.zh}”。",
        f"Of {a.to('en')} and {b.to('en')} only the higher is paid: in a year {theirs} yuan against "
        f"{mine}, so it is {b.to('en')}.",
    )


def _not_yet(one: Candidate, other: Candidate) -> Text:
    a, b = one.policy.short, other.policy.short
    return Text(
        f"“{a.zh}”和“{b.zh}”只发高的一项；本区的标准还没有填齐，现在比不出来。",
        f"Of {a.to('en')} and {b.to('en')} only the higher is paid; not all rates are entered yet, "
        "so they can't be compared.",
    )


def _instead(one: Candidate, other: Candidate) -> Text:
    a, b = one.policy.short, other.policy.short
    if not other.is_running and not _comparable(one, other):
        return Text(
            f"“{a.zh}”和“{b.zh}”只能选一项。想要“{a.zh}”，申请它就行。",
            f"{a.to('en')} and {b.to('en')} can't both be had. To have the first, apply for it.",
        )
    if not other.is_running:
        return Text(
            f"“{a.zh}”和“{b.zh}”只能选一项；{b.zh}按一年算多一些或一样多。想要“{a.zh}”，申请它就行。",
            f"{a.to('en')} and {b.to('en')} can't both be had; the second gives as much or more. To "
            "have the first, apply for it.",
        )
    return Text(
        f"您有“{b.zh}”，不能同时领“{a.zh}”；停了那一项再申请。",
        f"You have {b.to('en')}, which excludes {a.to('en')}; apply once it has ended.",
    )


def _after(one: Candidate, other: Candidate) -> Text:
    a, b = one.policy.short, other.policy.short
    return Text(
        f"“{a.zh}”要等“{b.zh}”领完以后才能领。",
        f"{a.to('en')} begins only once {b.to('en')} has ended.",
    )
