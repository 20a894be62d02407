"""The money of policies as somebody sees it who runs the system: batches line by line without names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minsheng.apps.payouts import access
from minsheng.apps.payouts.models import OPEN, BankAnswer, Batch, BatchLine


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One line: what the bank gives back as key, and what it said. `outcome`: "", "paid", "refused"."""

    key: str
    month: date
    amount_fen: int
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class BatchFigures:
    """A batch held against its answers. `ask_about`: the keys for which a person must ask the bank."""

    number: str
    policy: str
    pay_on: date
    count: int
    sum_fen: int
    open: int
    answers: int
    ask_about: tuple[str, ...]
    lines: tuple[LineFigures, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the lines sum to the batch."""
        return len(self.lines) == self.count and self.sum_fen == sum(
            one.amount_fen for one in self.lines
        )


def batch_figures(number: str) -> BatchFigures:
    """Return one batch line by line, without names and accounts; raises NotFound."""
    batch = Batch.objects.filter(number=number).first()
    if batch is None:
        raise access.no_such_batch()
    rows = BatchLine.objects.filter(batch=batch).select_related("instalment").order_by("pk")
    lines = tuple(
        LineFigures(row.key, row.instalment.month, row.amount_fen, row.outcome, row.reason)
        for row in rows
    )
    answers = list(BankAnswer.objects.filter(batch=batch))
    return BatchFigures(
        number=batch.number,
        policy=batch.policy,
        pay_on=batch.pay_on,
        count=batch.count,
        sum_fen=batch.sum_fen,
        open=sum(one.outcome == OPEN for one in lines),
        answers=len(answers),
        ask_about=tuple(sorted({key for one in answers for key in one.looked_at})),
        lines=lines,
    )
