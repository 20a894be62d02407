"""Pots, months had, batches as the desk sees them with masked names, and the files that go to the bank."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils import timezone

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.payouts import access
from minsheng.apps.payouts.models import (
    BATCHED,
    COUNTED,
    FAILED,
    OPEN,
    PAID,
    PROPOSED,
    REFUSED,
    RESERVED,
    BankAnswer,
    Batch,
    BatchLine,
    Budget,
    Instalment,
    Purse,
)
from minsheng.apps.payouts.writing import FIELD, holder_of, unit_of
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account, Person
from minsheng.apps.people.obstacles import Obstacle
from minsheng.engines import payments as engine
from minsheng.lib.identifiers import mask_name
from minsheng.lib.texts import Text

STATES: Mapping[str, Text] = {
    RESERVED: Text("钱留好了，等发", "Set aside, to be paid"),
    BATCHED: Text("已送银行", "With the bank"),
    PAID: Text("到账了", "Paid"),
    FAILED: Text("银行退回了", "Refused by the bank"),
    "reversed": Text("收回了", "Taken back"),
}


@dataclass(frozen=True, slots=True)
class Pot:
    """What a policy may spend in a year, in fen."""

    policy: str
    year: int
    given_fen: int
    held_fen: int
    left_fen: int

    @property
    def spent_fen(self) -> int:
        """What was paid of it."""
        return self.given_fen - self.held_fen - self.left_fen


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch with its lines and what the bank said so far."""

    batch: Batch
    lines: tuple[BatchLine, ...]
    names: Mapping[UUID, str]
    answers: tuple[BankAnswer, ...]
    paid_fen: int
    refused_fen: int

    @property
    def open_fen(self) -> int:
        """What the bank hasn't answered for good."""
        return self.batch.sum_fen - self.paid_fen - self.refused_fen


def months_had(persons: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """Return how many months each person had of each policy: paid, or owed and on the way."""
    found: dict[UUID, dict[str, int]] = {}
    rows = (
        Instalment.objects.filter(person__in=persons, state__in=COUNTED)
        .values_list("person_id", "policy")
        .annotate(months=Count("pk"))
    )
    for person, policy, months in rows:
        found.setdefault(person, {})[policy] = months
    return found


def pays_on(instalments: Collection[int]) -> date | None:
    """Return the first day on which a bank is asked to pay any of these that are in an open batch."""
    rows = BatchLine.objects.filter(
        instalment__in=instalments, instalment__state="batched", outcome=""
    )
    return rows.order_by("batch__pay_on").values_list("batch__pay_on", flat=True).first()


def times_had(persons: Collection[UUID], year: int) -> dict[UUID, dict[str, int]]:
    """Return how often each person had each policy in a year, counted as `months_had` does."""
    found: dict[UUID, dict[str, int]] = {}
    rows = (
        Instalment.objects.filter(person__in=persons, state__in=COUNTED, month__year=year)
        .values_list("person_id", "policy")
        .annotate(times=Count("pk"))
    )
    for person, policy, times in rows:
        found.setdefault(person, {})[policy] = times
    return found


def pot(policy: str, year: int) -> Pot:
    """Return the pot of a policy in a year."""
    unit, holder = unit_of(policy, year), holder_of(policy)
    balances = accounts.balance(unit, holder, on=timezone.localdate())
    given = Budget.objects.filter(policy=policy, year=year, state="given").aggregate(
        sum=Sum("amount_fen")
    )["sum"]
    return Pot(policy, year, given or 0, balances.held, balances.usable)


def budgets_proposed() -> list[Budget]:
    """Return the amounts that wait for the second person."""
    return list(Budget.objects.filter(state=PROPOSED).select_related("proposed_by").order_by("pk"))


def purse_of(person: Person) -> Purse | None:
    """Return the masked account of a person, or None."""
    return Purse.objects.filter(person=person).first()


def instalments_of(person: Person, policy: str = "") -> list[Instalment]:
    """Return what a person got and gets, the newest month first."""
    rows = Instalment.objects.filter(person=person)
    if policy:
        rows = rows.filter(policy=policy)
    return list(rows.order_by("-month", "policy"))


def instalment(instalment_id: int) -> Instalment | None:
    """Return one instalment, or None."""
    return Instalment.objects.select_related("person").filter(pk=instalment_id).first()


def went_elsewhere(row: Instalment) -> bool:
    """Whether a paid instalment went to another account than the one the person has now."""
    line = BatchLine.objects.filter(instalment=row, outcome=PAID).first()
    purse = purse_of(row.person)
    if line is None or purse is None:
        return False
    paid, own = (
        people_reads.open_value(row.person, token, purpose_field=FIELD)
        for token in (line.number_sealed, purse.number_sealed)
    )
    return paid != own


def waiting(policy: str) -> tuple[int, int, int]:
    """Return how many instalments of a policy wait for a batch, their sum, and how many lack an account."""
    rows = Instalment.objects.filter(policy=policy, state=RESERVED)
    ready = rows.filter(person__purse__isnull=False)
    found = ready.aggregate(n=Count("pk"), sum=Sum("amount_fen"))
    return found["n"], found["sum"] or 0, rows.filter(person__purse__isnull=True).count()


def failed(policy: str = "") -> list[Instalment]:
    """Return what the bank refused and nobody has set aside anew."""
    rows = Instalment.objects.filter(state=FAILED)
    if policy:
        rows = rows.filter(policy=policy)
    return list(rows.select_related("person").order_by("pk"))


def batches(limit: int = 50) -> list[tuple[Batch, int]]:
    """Return the newest batches, each with how many of its lines are open."""
    rows = Batch.objects.annotate(open=Count("lines", filter=Q(lines__outcome=OPEN)))
    return [(row, row.open) for row in rows.order_by("-pk")[:limit]]


def batch_view(number: str, *, account: Account) -> BatchView:
    """Return a batch for whoever handles money; names are masked."""
    batch = Batch.objects.filter(number=number).first()
    if batch is None:
        raise access.no_such_batch()
    if not access.handles_money(account):
        raise access.not_yours()
    lines = tuple(
        BatchLine.objects.filter(batch=batch).select_related("instalment__person").order_by("pk")
    )
    names = {}
    for line in lines:
        person = line.instalment.person
        if person.pk not in names:
            names[person.pk] = "" if person.is_erased else mask_name(people_reads.name_of(person))
    sums = {
        outcome: sum(one.amount_fen for one in lines if one.outcome == outcome)
        for outcome in (PAID, REFUSED)
    }
    answers = tuple(BankAnswer.objects.filter(batch=batch).order_by("-pk"))
    return BatchView(batch, lines, names, answers, sums[PAID], sums[REFUSED])


def batch_policy(number: str) -> str:
    """Return whose money a batch pays: the name of its policy."""
    found = Batch.objects.filter(number=number).values_list("policy", flat=True).first()
    if found is None:
        raise access.no_such_batch()
    return found


def orders_of(batch: Batch) -> list[engine.Order]:
    """Return the orders of a batch without names: what an answer is held against."""
    return [
        engine.Order(
            key=line.key, name="", account="0", amount_fen=line.amount_fen, purpose=batch.policy
        )
        for line in BatchLine.objects.filter(batch=batch).order_by("pk")
    ]


def payment_file(number: str, *, account: Account, title: Text, as_list: bool = False) -> bytes:
    """Return the file of a batch for the bank, pain.001 or the list, as whoever pays.

    Names and whole account numbers are opened: each person sees that somebody looked.
    """
    batch = Batch.objects.filter(number=number).first()
    if batch is None:
        raise access.no_such_batch()
    access.acting(access.rules().pay, account)
    lines = BatchLine.objects.filter(batch=batch).select_related("instalment__person")
    orders = []
    for line in lines.order_by("pk"):
        person = line.instalment.person
        people.record_look(
            person.pk, by=account, purpose="case", what="values", case=f"batch {number}",
            post_key=access.rules().pay,
        )  # fmt: skip
        orders.append(
            engine.Order(
                key=line.key,
                name=people_reads.name_of(person),
                account=people_reads.open_value(person, line.number_sealed, purpose_field=FIELD),
                amount_fen=line.amount_fen,
                purpose=f"{title.zh} {line.instalment.month:%Y-%m}",
            )
        )
    made = engine.Batch(
        number=batch.number, made_at=timezone.localtime(batch.at), pay_on=batch.pay_on,
        debtor=access.rules().debtor, orders=tuple(orders),
    )  # fmt: skip
    return engine.write_list(made) if as_list else engine.write_pain001(made)


def obstacles(person: Person) -> list[Obstacle]:
    """Return the money under way that stands against erasing a person."""
    waiting = Instalment.objects.filter(person=person, state__in=[RESERVED, BATCHED, FAILED])
    if not waiting.exists():
        return []
    return [
        Obstacle(
            code="money_under_way",
            what=Text("有补贴还没到账", "A subsidy is on its way"),
            way=Text("到账以后", "Once it has been paid"),
            link="/mine/grants",
        )
    ]
