"""One firm: its numbers, its scores explained line by line, the scores of past years."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from minsheng.apps.people.models import Account, Organisation
from minsheng.apps.scores import access, sealing
from minsheng.apps.scores.models import CONFIRMED, OPEN, Declared, Objection, Snapshot, WeightSet
from minsheng.content.scores import LoadedScore
from minsheng.engines.scoring import (
    Count,
    Fact,
    Facts,
    Raise,
    Range,
    Way,
    Weights,
    count,
    open_facts,
    raises,
    ways,
)
from minsheng.engines.scoring.words import range_said
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class Number:
    """One fact of a firm with its number, or without. `objection`: "", "open", "changed", "kept".

    `is_scored`: a score reads it; others are read by policies alone.
    """

    fact: Fact
    id: int
    value: int | None
    source: str
    paper: str
    as_of: date | None
    objection: str
    answer: str
    is_scored: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """A score of a firm with what would raise it, and which numbers are still open."""

    loaded: LoadedScore
    count: Count
    raises: tuple[Raise, ...]
    ways: tuple[Way, ...]
    open: tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """The score of a year in words, and by which version of the table."""

    title: Text
    year: int
    said: Text
    digest: str
    score: str
    low: Fraction
    high: Fraction


def facts_of(firm: Organisation) -> dict[str, int]:
    """Return what is known of a firm: fact → number."""
    rows = Declared.objects.filter(organisation=firm, is_current=True)
    return {row.fact: int(sealing.opened(row.value)) for row in rows}


def weights_on(slug: str, on: date) -> WeightSet | None:
    """Return the confirmed weights of a score that hold on a day, or None."""
    rows = WeightSet.objects.filter(score=slug, state=CONFIRMED, starts__lte=on)
    return rows.order_by("-starts", "-pk").first()


def counted(loaded: LoadedScore, facts: Facts, *, on: date) -> Count:
    """Return the points of some facts with the weights that hold on a day."""
    return count(loaded.score, facts, on=on, weights=_weights(loaded, on))


def explained(loaded: LoadedScore, firm: Organisation, *, on: date) -> Explained:
    """Return a firm's score with what would raise it."""
    facts, weights = facts_of(firm), _weights(loaded, on)
    score = loaded.score
    return Explained(
        loaded=loaded,
        count=count(score, facts, on=on, weights=weights),
        raises=raises(score, facts, on=on, weights=weights),
        ways=ways(score, facts, on=on, weights=weights),
        open=open_facts(score, facts, on=on),
    )


def own_explained(account: Account, *, on: date, code: str = "") -> list[Explained]:
    """Return all scores of the firm that this account speaks for; raises NotAllowed."""
    firm = access.own_firm(account, code)
    return [explained(one, firm, on=on) for one in access.scores()]


def own_numbers(account: Account, *, code: str = "") -> list[Number]:
    """Return all facts of the firm that this account speaks for; raises NotAllowed."""
    return numbers_of(access.own_firm(account, code))


def numbers_of(firm: Organisation) -> list[Number]:
    """Return each fact that a score or a policy reads, with the firm's number where there is one."""
    rows = {row.fact: row for row in Declared.objects.filter(organisation=firm, is_current=True)}
    facts = access.read_facts()
    latest = {
        one.declared.fact: one
        for one in Objection.objects.filter(declared__organisation=firm)
        .select_related("declared")
        .order_by("pk")
    }
    scored = {name for one in access.scores() for name in one.score.used}
    return [
        _number(fact, rows.get(name), latest.get(name), is_scored=name in scored)
        for name, fact in facts.items()
    ]


def snapshots_of(firm: Organisation) -> list[SnapshotLine]:
    """Return the scores of past years, newest first."""
    found = []
    for row in Snapshot.objects.filter(organisation=firm).order_by("-year", "score"):
        detail = json.loads(sealing.opened(row.detail))
        points = Range(Fraction(detail["low"]), Fraction(detail["high"]))
        title = access.loaded(row.score).score.title
        found.append(
            SnapshotLine(
                title, row.year, range_said(points), row.digest, row.score, points.low, points.high
            )
        )
    return found


def _number(
    fact: Fact, row: Declared | None, objection: Objection | None, *, is_scored: bool
) -> Number:
    if row is None:
        return Number(fact, 0, None, "", "", None, "", "", is_scored)
    about = (
        objection if objection and (objection.declared_id == row.pk or objection.answer) else None
    )
    return Number(
        fact=fact,
        id=row.pk,
        value=int(sealing.opened(row.value)),
        source=row.source,
        paper=sealing.opened(row.paper),
        as_of=row.as_of,
        objection=about.outcome if about else "",
        answer=sealing.opened(about.answer) if about and about.outcome != OPEN else "",
        is_scored=is_scored,
    )


def _weights(loaded: LoadedScore, on: date) -> Weights | None:
    found = weights_on(loaded.score.score, on) if loaded.score.stages else None
    if found is None:
        return None
    return {
        stage: {part: Fraction(points) for part, points in row.items()}
        for stage, row in found.weights.items()
    }
