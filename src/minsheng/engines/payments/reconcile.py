"""Orders and answers side by side: what was paid, refused, not answered, wrong, unknown or said twice.

Only what is certain is booked. A paid line with another amount, or an order of which a bank says two
different things, stays open and is shown: a person asks the bank.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from minsheng.engines.payments.orders import Answered, Order, Statement

Found = Literal["paid", "refused", "waiting", "missing", "differs", "unknown", "twice"]
OPEN: tuple[Found, ...] = ("waiting", "missing", "differs", "twice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One order with what became of it, or one line of the answer that fits none.

    `ordered_fen` is 0 for a line that fits no order, or says once more what was said.
    """

    key: str
    found: Found
    ordered_fen: int
    answered_fen: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """How many and how much."""

    count: int
    fen: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Every line, and the control sums. `sums_agree` None: the answer gives no control sum."""

    lines: tuple[Line, ...]
    sums_agree: bool | None = None

    def of(self, *found: Found) -> Sum:
        """Return count and sum of the orders that came out one of these ways."""
        lines = [one for one in self.lines if one.found in found and one.ordered_fen]
        return Sum(len(lines), sum(one.ordered_fen for one in lines))

    @property
    def ordered(self) -> Sum:
        """What was ordered: what is paid, refused and open, together."""
        return self.of("paid", "refused", *OPEN)

    @property
    def needs_a_person(self) -> tuple[Line, ...]:
        """What no rule may settle: another amount, a line nobody ordered, something said twice."""
        return tuple(one for one in self.lines if one.found in ("differs", "unknown", "twice"))


def reconcile(orders: Iterable[Order], statement: Statement) -> Reconciliation:
    """Return what a bank's answer makes of each order; every order is in exactly one line with its sum."""
    wanted = {one.key: one for one in orders}
    said: dict[str, list[Answered]] = {}
    for answer in statement.lines:
        said.setdefault(answer.key, []).append(answer)
    lines: list[Line] = []
    for key, order in wanted.items():
        lines += _of_order(order, said.get(key, []))
    for key, answers in said.items():
        if key not in wanted:
            lines += [
                Line(
                    key=key[:35], found="unknown", ordered_fen=0, answered_fen=one.amount_fen,
                    reason=one.reason,
                )
                for one in answers
            ]  # fmt: skip
    return Reconciliation(tuple(lines), _sums_agree(wanted, statement))


def _of_order(order: Order, answers: list[Answered]) -> Iterator[Line]:
    if not answers:
        yield Line(key=order.key, found="missing", ordered_fen=order.amount_fen)
        return
    first = answers[0]
    is_clear = all(
        (one.outcome, one.amount_fen) == (first.outcome, first.amount_fen) for one in answers
    )
    yield Line(
        key=order.key,
        found=_found(order, first) if is_clear else "twice",
        ordered_fen=order.amount_fen,
        answered_fen=first.amount_fen,
        reason=first.reason,
    )
    for again in answers[1:]:
        yield Line(
            key=order.key, found="twice", ordered_fen=0, answered_fen=again.amount_fen,
            reason=again.reason,
        )  # fmt: skip


def _found(order: Order, answer: Answered) -> Found:
    if answer.outcome != "paid":
        return answer.outcome
    is_same = answer.amount_fen is None or answer.amount_fen == order.amount_fen
    return "paid" if is_same else "differs"


def _sums_agree(wanted: dict[str, Order], statement: Statement) -> bool | None:
    if statement.count is None and statement.sum_fen is None:
        return None
    total = sum(one.amount_fen for one in wanted.values())
    return statement.count in (None, len(wanted)) and statement.sum_fen in (None, total)
