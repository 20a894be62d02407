"""Awards as somebody sees them who runs the system: ids, states and sums, nobody's name or facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from minsheng.apps.grants.access import no_such_grant
from minsheng.apps.grants.models import STATES, Grant
from minsheng.apps.payouts import reads as payouts
from minsheng.apps.payouts.models import PAID, Instalment
from minsheng.apps.policies.shelf import policy
from minsheng.lib.errors import WrongInput

MOST = 500


@dataclass(frozen=True, slots=True)
class AwardFigures:
    """One award in figures: where it stands, since when, how many months were paid and how much."""

    grant: int
    policy: str
    state: str
    claimed_on: date
    from_month: date
    ended_on: date | None
    months_paid: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """One month of an award; `sheet`: the digest of how it was worked out."""

    instalment: int
    month: date
    amount_fen: int
    state: str
    attempt: int
    sheet: str


@dataclass(frozen=True, slots=True)
class RecoveryFigures:
    """What is asked back of an award."""

    recovery: int
    ground: str
    state: str
    opened_at: datetime
    hear_until: date
    due_fen: int
    parts: int


@dataclass(frozen=True, slots=True)
class AwardWhole:
    """One award with its months and recoveries. `people`: how many officers have dealt with it."""

    figures: AwardFigures
    sheet: str
    people: int
    months: tuple[MonthFigures, ...]
    recoveries: tuple[RecoveryFigures, ...]


def listed(slug: str = "", state: str = "") -> list[AwardFigures]:
    """Return the newest awards, of one policy or in one state where these are given.

    Raises NotFound for an unknown policy, WrongInput for an unknown state.
    """
    rows = Grant.objects.order_by("-pk")
    if slug:
        rows = rows.filter(policy=policy(slug).slug)
    if state:
        if state not in STATES:
            raise WrongInput(
                "grants.no_state",
                f"没有“{state[:20]}”这种状态。可以写：{'、'.join(STATES)}。",
                f"There is no state {state[:20]!r}. One of: {', '.join(STATES)}.",
                field="state",
            )
        rows = rows.filter(state=state)
    return _figures(rows[:MOST])


def whole(grant_id: int) -> AwardWhole:
    """Return one award with its months and what is asked back; raises NotFound."""
    found = Grant.objects.filter(pk=grant_id)
    grant = found.select_related("person").first()
    if grant is None:
        raise no_such_grant()
    dealt = {grant.claimed_by_id, grant.decided_by_id, grant.approved_by_id} - {None}
    recoveries = grant.recoveries.annotate(due=Sum("months__due_fen")).order_by("pk")
    return AwardWhole(
        figures=_figures(found)[0],
        sheet=grant.sheet_digest,
        people=len(dealt),
        months=tuple(
            MonthFigures(
                row.pk, row.month, row.amount_fen, row.state, row.attempt, row.sheet_digest
            )
            for row in payouts.instalments_of(grant.person, grant.policy)
        ),
        recoveries=tuple(
            RecoveryFigures(
                row.pk,
                row.ground,
                row.state,
                row.opened_at,
                row.hear_until,
                row.due or 0,
                row.parts,
            )
            for row in recoveries
        ),
    )


def _figures(rows: QuerySet[Grant]) -> list[AwardFigures]:
    grants = list(rows)
    paid = _paid({one.person_id for one in grants})
    found = []
    for one in grants:
        months, fen = paid.get((one.person_id, one.policy), (0, 0))
        found.append(
            AwardFigures(
                grant=one.pk,
                policy=one.policy,
                state=one.state,
                claimed_on=timezone.localdate(one.claimed_at),
                from_month=one.from_month,
                ended_on=one.ended_on,
                months_paid=months,
                paid_fen=fen,
            )
        )
    return found


def _paid(persons: set[UUID]) -> Mapping[tuple[UUID, str], tuple[int, int]]:
    rows = (
        Instalment.objects.filter(person__in=persons, state=PAID)
        .values_list("person_id", "policy")
        .annotate(months=Count("pk"), fen=Sum("amount_fen"))
    )
    return {(person, slug): (months, fen) for person, slug, months, fen in rows}
