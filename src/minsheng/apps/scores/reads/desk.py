"""The desk: whose scores there are, objections that wait, weights entered and confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Organisation
from minsheng.apps.scores import access, sealing
from minsheng.apps.scores.models import OPEN, Declared, Objection, WeightSet
from minsheng.content.scores import LoadedScore
from minsheng.engines.scoring import Fact
from minsheng.lib.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """An objection that waits for an answer."""

    id: int
    firm: str
    fact: Fact
    value: int
    paper: str
    words: str
    is_yours_to_settle: bool


@dataclass(frozen=True, slots=True)
class WeightLine:
    """One set of weights. `may_decide`: this account may confirm or refuse it."""

    id: int
    loaded: LoadedScore
    starts: date
    source: str
    state: str
    entered_by: str
    weights: Mapping[str, Mapping[str, str]]
    may_decide: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits at the desk of scores."""

    objections: tuple[ObjectionLine, ...]
    weights: tuple[WeightLine, ...]
    to_weigh: tuple[LoadedScore, ...]
    years: tuple[LoadedScore, ...]
    may_note: bool


def may_keep(account: Account) -> bool:
    """Whether this account has a desk of scores."""
    return access.may_keep(account)


def desk(account: Account) -> Desk:
    """Return the desk of whoever keeps or confirms scores; raises NotAllowed."""
    if not access.may_keep(account):
        raise NotAllowed(
            "scores.not_yours",
            "这一页给企业服务中心管积分的岗位看。您的待办在工作台。",
            "This page is for the posts that keep scores. What waits for you is at your desk.",
        )
    loaded = {one.score.score: one for one in access.scores()}
    confirms = any("confirm" in access.duties(account, one) for one in loaded.values())
    waiting = Objection.objects.filter(outcome=OPEN).order_by("pk")
    sets = WeightSet.objects.filter(score__in=loaded).order_by("-pk")[:20]
    return Desk(
        objections=tuple(
            _objection(row, account, confirms)
            for row in waiting.select_related("declared", "declared__organisation")
        ),
        weights=tuple(
            _weights(row, loaded[row.score], account) for row in sets.select_related("entered_by")
        ),
        to_weigh=tuple(
            one
            for one in loaded.values()
            if one.score.stages and "keep" in access.duties(account, one)
        ),
        years=tuple(one for one in loaded.values() if access.duties(account, one)),
        may_note=any("keep" in access.duties(account, one) for one in loaded.values()),
    )


def noted_facts() -> dict[str, Fact]:
    """Return the facts of firms that a score or a policy reads."""
    return access.read_facts()


def nothing_to_weigh() -> NotAllowed:
    """Return the refusal to who enters no weights of this score."""
    return NotAllowed(
        "scores.no_weights_of_yours",
        "这种积分的权重不是您录的。请回“企业积分”看看。",
        "You don't enter the weights of this score. See the page of scores.",
    )


def firms(account: Account) -> list[Organisation]:
    """Return the firms with numbers, or with somebody who speaks for them, by name."""
    desk(account)
    known = set(Declared.objects.values_list("organisation_id", flat=True))
    known |= {row.organisation_id for row in people.representatives()}
    return list(Organisation.objects.filter(pk__in=known).order_by("name")[:200])


def _objection(row: Objection, account: Account, confirms: bool) -> ObjectionLine:
    noted_it = row.declared.by.endswith(f"/account:{account.pk}")
    return ObjectionLine(
        id=row.pk,
        firm=row.declared.organisation.name,
        fact=access.fact_named(row.declared.fact),
        value=int(sealing.opened(row.declared.value)),
        paper=sealing.opened(row.declared.paper),
        words=sealing.opened(row.words),
        is_yours_to_settle=confirms and not noted_it,
    )


def _weights(row: WeightSet, loaded: LoadedScore, account: Account) -> WeightLine:
    decides = "confirm" in access.duties(account, loaded) and row.entered_by_id != account.pk
    return WeightLine(
        id=row.pk,
        loaded=loaded,
        starts=row.starts,
        source=row.source,
        state=row.state,
        entered_by=row.entered_by.display,
        weights=row.weights,
        may_decide=decides and row.state == "entered",
    )
