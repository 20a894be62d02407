"""What the sheets of a round say, and where the line falls: by numbers and letters, no names."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from minsheng.apps.contests import access
from minsheng.apps.contests.models import (
    CONFLICT,
    IN_ROUND,
    LIVE,
    SCORED,
    Judge,
    Round,
    Sheet,
    Work,
)
from minsheng.apps.schools.models import Org
from minsheng.engines.judging import Finding, Line, Rating, draw_line, measure


@dataclass(frozen=True, slots=True)
class Result:
    """The result as it stands. `scores`: points of 100 by work, as the contest ranks.

    `undecided`: draws that nobody has looked at again; `overfull`: more are let in than places are left.
    `digest` is what the chair confirms.
    """

    finding: Finding[int, str]
    line: Line[int]
    scores: dict[int, float]
    chosen: tuple[int, ...]
    undecided: tuple[int, ...]
    overfull: int
    digest: str


def result_of(one: Round) -> Result:
    """Return the result of a round from the sheets that are filled in."""
    spec = access.contest(one.contest)
    works = list(Work.objects.filter(round=one, state__in=IN_ROUND).order_by("pk"))
    sheets = Sheet.objects.filter(work__round=one, state=SCORED).select_related("judge")
    ratings = [
        Rating(work=row.work_id, judge=row.judge.letter, grades=row.grades)
        for row in sheets.order_by("pk")
        if set(row.grades) == set(spec.criteria)
    ]
    finding = measure(ratings, criteria=spec.lines, scale=spec.scale)
    scores = {
        pk: found.fair if spec.judging.ranked_by == "fair" else found.plain
        for pk, found in finding.works.items()
    }
    line = draw_line(scores, places=one.places, draw_within=spec.judging.draw_within)
    looks = {work.pk: work.second_look for work in works}
    taken = [pk for pk in line.draws if looks.get(pk) == "in"]
    undecided = tuple(pk for pk in line.draws if not looks.get(pk))
    inside = {*line.inside, *taken}
    said = json.dumps(
        [
            sorted((row.work_id, row.judge.letter, sorted(row.grades.items())) for row in sheets),
            sorted(looks.items()),
            one.places,
        ]
    )
    return Result(
        finding=finding,
        line=line,
        scores=scores,
        chosen=tuple(pk for pk in line.order if pk in inside),
        undecided=undecided,
        overfull=max(0, len(taken) - line.left),
        digest=hashlib.sha256(said.encode()).hexdigest()[:32],
    )


def prizes(one: Round, result: Result) -> dict[int, str]:
    """Return the prize of each chosen work; equal scores share the better one."""
    spec, found = access.contest(one.contest), dict[int, str]()
    rounded = {pk: round(result.scores[pk] * 100) for pk in result.chosen}
    for pk in result.chosen:
        ahead = sum(rounded[other] > rounded[pk] for other in result.chosen)
        reach = 0
        for prize in spec.prizes.values():
            reach += prize.places
            if ahead < reach:
                found[pk] = prize.key
                break
    return found


def conflicts_of(one: Round) -> set[tuple[int, int]]:
    """Return which works each judge may not have: their own, by the bars of the contest, and declared."""
    bars = access.contest(one.contest).judging.bars
    works = list(Work.objects.filter(round=one).select_related("school"))
    found: set[tuple[int, int]] = set()
    for judge in Judge.objects.filter(round=one).select_related("account"):
        mine = access.schools_of(judge.account)
        rows = Org.objects.filter(pk__in=mine)
        groups = {row.parent_id for row in rows if row.parent_id} | mine
        for work in works:
            barred = (
                work.account_id == judge.account_id
                or ("school" in bars and work.school_id in mine)
                or ("group" in bars and work.school.parent_id in groups)
            )
            if barred:
                found.add((work.pk, judge.pk))
    gone = Sheet.objects.filter(work__round=one).exclude(state__in=LIVE)
    declared = Sheet.objects.filter(work__round=one, state=CONFLICT, why="relative")
    found |= set(gone.values_list("work", "judge"))
    for row in declared.select_related("work"):
        # Who is related to a teacher judges none of that teacher's works.
        others = [work.pk for work in works if work.account_id == row.work.account_id]
        found |= {(pk, row.judge_id) for pk in others}
    return found
