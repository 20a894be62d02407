"""Each month of a running award is worked out on that month's facts and set aside from the pot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from minsheng.apps.grants import sheets, together
from minsheng.apps.grants.access import policy_of
from minsheng.apps.grants.models import RUNNING, Grant
from minsheng.apps.grants.writing import locked, record, tell
from minsheng.apps.payouts import actions as payouts
from minsheng.apps.payouts import reads as payout_reads
from minsheng.apps.payouts.access import acting, rules
from minsheng.apps.payouts.actions import Due
from minsheng.apps.payouts.models import COUNTED
from minsheng.apps.people.models import Account
from minsheng.apps.policies.shelf import policy, shelf
from minsheng.engines.policies.spec import Policy, Rhythm
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text

_STEP: dict[Rhythm, int] = {"once": 0, "month": 1, "quarter": 3, "year": 12}


@dataclass
class Computed:
    """What a run over all awards of a policy did, by award: set aside, not due, or the pot too small."""

    reserved: int = 0
    reserved_fen: int = 0
    not_due: int = 0
    short: list[int] = field(default_factory=list)


def compute_months(slug: str, *, by: Account) -> Computed:
    """Return what became of every running award of a policy up to this month.

    Each award is a transaction of its own: a pot that is too small stops one, not the others.
    Running it again does nothing twice.
    """
    post = rules().decide.get(policy(slug).office, "")
    return _computed(Grant.objects.filter(policy=slug), acting(post, by))


def compute_due() -> int:
    """Work out this month of every running award, as the worker does each day; return how many were set aside."""
    return _computed(Grant.objects.all(), "system").reserved


def _computed(grants: QuerySet[Grant], by: str) -> Computed:
    done, month = Computed(), sheets.month_of(timezone.localdate())
    paying = [one.slug for one in shelf().policies.values() if one.pays]
    rows = grants.filter(state=RUNNING, policy__in=paying)
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        try:
            with transaction.atomic():
                made = compute(locked(pk, RUNNING), upto=month, by=by)
        except Conflict:
            done.short.append(pk)
            continue
        done.reserved += len(made)
        done.reserved_fen += sum(made)
        done.not_due += not made
    return done


def compute(grant: Grant, *, upto: date, by: str) -> list[int]:
    """Set aside each month of an award that is due and isn't yet; return the amounts.

    A month that doesn't come out as yes is told to the person and not set aside. In the caller's
    transaction, the award locked. Raises Conflict where the pot is too small.
    """
    found, made = policy_of(grant), list[int]()
    there = {one.month for one in payout_reads.instalments_of(grant.person, grant.policy)}
    for month in _due(grant, found.per, upto):
        if month in there or not found.in_force(month):
            continue
        reckoned = sheets.reckon(
            grant.person, found, month=month, claimed_on=timezone.localdate(grant.claimed_at)
        )
        if reckoned.value is not True or not reckoned.amount_fen:
            _say_no(grant, month, reckoned.value)
            continue
        choice = together.choices(grant.person, on=month, states=[RUNNING])[grant.policy]
        if not choice.is_kept or _has_other(grant, month, found):
            _say_other(grant, month, choice.text)
            continue
        kept = sheets.sealed(grant.person, reckoned.text)
        row = payouts.set_aside(
            grant.person,
            Due(
                policy=grant.policy, month=month, amount_fen=reckoned.amount_fen,
                sheet_sealed=kept.token, sheet_digest=kept.digest,
            ),
            by=by,
        )  # fmt: skip
        made.append(row.amount_fen)
        record(
            grant, "month", by, month=f"{month:%Y-%m}", amount_fen=row.amount_fen,
            instalment=row.pk, sheet=kept.digest,
        )  # fmt: skip
    return made


def _has_other(grant: Grant, month: date, found: Policy) -> bool:
    """Whether a month of something that excludes this one is on its way or was paid already."""
    others = {one.other: one.same for one in found.conflicts if one.kind != "after"}
    others |= {
        one.slug: conflict.same
        for one in shelf().policies.values()
        for conflict in one.conflicts
        if conflict.other == found.slug and conflict.kind != "after"
    }
    return any(
        row.month == month and row.state in COUNTED
        for slug, same in others.items()
        if not (same and _for_another(grant, slug))
        for row in payout_reads.instalments_of(grant.person, slug)
    )


def _for_another(grant: Grant, slug: str) -> bool:
    """Whether every award of another policy is for something else than this one, as far as is known."""
    subjects = set(
        Grant.objects.filter(person=grant.person, policy=slug).values_list(
            "subject_digest", flat=True
        )
    )
    return bool(grant.subject_digest) and not subjects & {"", grant.subject_digest}


def _due(grant: Grant, per: Rhythm, upto: date) -> Iterator[date]:
    """Yield the months of an award up to one, in the rhythm of its policy."""
    month, step = grant.from_month, _STEP[per]
    while month <= upto and (grant.ended_on is None or month < grant.ended_on):
        yield month
        if not step:
            return
        after = month.year * 12 + month.month - 1 + step
        month = date(after // 12, after % 12 + 1, 1)


def _say_other(grant: Grant, month: date, why: Text) -> None:
    said = Text(
        "这个月已经有另一项，没有再发", "Another policy pays this month, so this one doesn't"
    )
    because = why if why.zh else Text("那一项这个月已经发了", "That one was paid this month")
    tell(grant, said, because, key=f"{month:%Y-%m}:other")


def _say_no(grant: Grant, month: date, value: bool | None) -> None:
    said = (
        Text("这个月算下来不符合，没有发", "It doesn't come out this month, so nothing is paid")
        if value is False
        else Text("这个月还算不出，缺登记", "It can't be worked out yet: something isn't known")
    )
    tell(
        grant,
        said,
        Text(f"{month:%Y-%m}，里面写了差哪一条", f"{month:%Y-%m}; inside is which condition"),
        key=f"{month:%Y-%m}:{value}",
    )
