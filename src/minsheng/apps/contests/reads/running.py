"""A round as those see it who run and confirm it: numbers and letters until it is public."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.db.models import Count, Q

from minsheng.apps.contests import access, findings, sealing, words
from minsheng.apps.contests.models import (
    CHOSEN,
    DONE,
    IN_ROUND,
    LIVE,
    PUBLIC,
    REVIEW,
    SCORED,
    WAITING,
    Challenge,
    Judge,
    Round,
    Sending,
    Sheet,
    Work,
)
from minsheng.apps.contests.reads.mine import RoundLine, round_line
from minsheng.apps.people.models import Account
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class JudgeLine:
    """A judge by letter. Points and errors are None where unknown."""

    letter: str
    sheets: int
    done: int
    mean: float | None
    points: float | None
    error: float | None
    infit: float | None
    marks: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class RankLine:
    """A work by number, in the order of the round. `place`: "in", "draw" or "out"; `look`: after a second look."""

    id: int
    number: str
    kind: Text
    score: float
    plain: float
    error: float | None
    spread: float
    sheets: int
    place: str
    look: str
    why: str


@dataclass(frozen=True, slots=True)
class ChallengeLine:
    """An objection, for who decides it; not who made it."""

    id: int
    number: str
    words: str
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True)
class PublicWork:
    """A chosen work as it is public at the schools: with name, by the rule of the contest."""

    id: int
    number: str
    title: str
    owner: str
    school: Text
    prize: Text
    sendings: tuple[tuple[int, Text, str, Text, str], ...]


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round for whoever runs or confirms it. `names`: who judges, for the runner, in no order of letters.

    `waiting`: empty sheets with number and letter. `may`: the acts open now.
    """

    line: RoundLine
    by_school: tuple[tuple[Text, int], ...]
    names: tuple[str, ...]
    usernames: tuple[str, ...]
    waiting: tuple[tuple[int, str, str], ...]
    judges: tuple[JudgeLine, ...]
    ranks: tuple[RankLine, ...]
    method: Text
    agreement: float | None
    reliability: float | None
    draws: int
    left: int
    digest: str
    challenges: tuple[ChallengeLine, ...]
    chosen: tuple[PublicWork, ...]
    may: frozenset[str]

    @property
    def agreement_percent(self) -> int:
        """Return the agreement as a whole number of per cent."""
        return round(100 * (self.agreement or 0))


def round_view(round_id: int, *, account: Account) -> RoundView:
    """Return a round for whoever runs or confirms it; raises NotFound for everybody else."""
    one = access.require_round(round_id)
    spec = access.contest(one.contest)
    runs, chairs = access.runs(account, spec), access.chairs(account, spec)
    if not runs and not chairs:
        raise access.no_such()
    is_judged = one.state in (REVIEW, PUBLIC, DONE)
    result = findings.result_of(one) if is_judged else None
    judges = Judge.objects.filter(round=one).select_related("account")
    rows = Work.objects.filter(round=one, state__in=IN_ROUND).select_related("school")
    by_school = dict[int, tuple[Text, int]]()
    for work in rows:
        title, count = by_school.get(work.school_id, (work.school.title, 0))
        by_school[work.school_id] = title, count + 1
    waiting = Sheet.objects.filter(work__round=one, state=WAITING).select_related("work", "judge")
    names = sorted((row.account.display, row.account.username) for row in judges) if runs else []
    return RoundView(
        line=round_line(one, account),
        by_school=tuple(sorted(by_school.values(), key=lambda pair: pair[0].zh)),
        names=tuple(name for name, _ in names),
        usernames=tuple(username for _, username in names),
        waiting=tuple((row.pk, row.work.number, row.judge.letter) for row in waiting.order_by("work__number", "judge__letter")),
        judges=_judges(one, result),
        ranks=_ranks(one, result) if result else (),
        method=words.METHODS[result.finding.method] if result else Text(""),
        agreement=_known(result.finding.agreement) if result else None,
        reliability=_known(result.finding.reliability) if result else None,
        draws=len(result.undecided) if result else 0,
        left=result.line.left if result else 0,
        digest=result.digest if result else "",
        challenges=_challenges(one) if runs else (),
        chosen=tuple(_public(one)) if one.state in (PUBLIC, DONE) else (),
        may=_may(one, result, runs=runs, chairs=chairs),
    )  # fmt: skip


def public_works(round_id: int, *, account: Account) -> tuple[RoundLine, list[PublicWork]]:
    """Return what was chosen, for whoever works at a school, from the publicity on."""
    one = access.require_round(round_id)
    if not access.works_at_a_school(account):
        raise access.no_such()
    return round_line(one, account), _public(one) if one.state in (PUBLIC, DONE) else []


def _may(one: Round, result: findings.Result | None, *, runs: bool, chairs: bool) -> frozenset[str]:
    found = set()
    if runs:
        found |= {
            "open": {"judges", "begin"},
            "judging": {"close", "replace"},
            "review": {"look"},
            "public": {"finish", "decide"},
            "done": {"send", "outcome"},
        }[one.state]
    if chairs and result is not None and one.state == REVIEW:
        short = len(result.chosen) < min(one.places, len(result.line.order))
        found |= set() if result.undecided or result.overfull or short else {"confirm"}
    return frozenset(found)


def _judges(one: Round, result: findings.Result | None) -> tuple[JudgeLine, ...]:
    rows = Judge.objects.filter(round=one).annotate(
        given=Count("sheets", filter=Q(sheets__state__in=LIVE)),
        done=Count("sheets", filter=Q(sheets__state=SCORED)),
    )
    made = []
    for row in rows.order_by("letter"):
        found = result.finding.judges.get(row.letter) if result else None
        made.append(
            JudgeLine(
                letter=row.letter, sheets=row.given, done=row.done,
                mean=_known(found.mean) if found else None,
                points=_known(found.severity_points) if found else None,
                error=_known(found.severity_error) if found else None,
                infit=_known(found.infit) if found else None,
                marks=tuple(words.MARKS[mark] for mark in found.marks) if found else (),
            )
        )  # fmt: skip
    return tuple(made)


def _ranks(one: Round, result: findings.Result) -> tuple[RankLine, ...]:
    spec = access.contest(one.contest)
    rows = {row.pk: row for row in Work.objects.filter(round=one, state__in=IN_ROUND)}
    draws, inside = set(result.line.draws), set(result.line.inside)
    return tuple(
        RankLine(
            id=pk, number=rows[pk].number, kind=spec.classes[rows[pk].kind].title,
            score=result.scores[pk], plain=result.finding.works[pk].plain,
            error=_known(result.finding.works[pk].fair_error),
            spread=result.finding.works[pk].spread, sheets=result.finding.works[pk].sheets,
            place="draw" if pk in draws else "in" if pk in inside else "out",
            look=rows[pk].second_look, why=sealing.opened(rows[pk].second_words),
        )
        for pk in result.line.order
        if pk in rows
    )  # fmt: skip


def _challenges(one: Round) -> tuple[ChallengeLine, ...]:
    rows = Challenge.objects.filter(work__round=one).select_related("work").order_by("pk")
    return tuple(
        ChallengeLine(row.pk, row.work.number, sealing.opened(row.words), row.outcome, sealing.opened(row.answer))
        for row in rows
    )  # fmt: skip


def _public(one: Round) -> list[PublicWork]:
    spec = access.contest(one.contest)
    order = {key: at for at, key in enumerate(spec.prizes)}
    rows = Work.objects.filter(round=one, state=CHOSEN).select_related("account", "school")
    found = sorted(rows, key=lambda row: (order.get(row.prize, len(order)), row.number))
    sent: dict[int, list[Sending]] = {}
    for row in Sending.objects.filter(work__in=found).order_by("sent_on", "pk"):
        sent.setdefault(row.work_id, []).append(row)
    return [
        PublicWork(
            id=row.pk, number=row.number, title=row.title, owner=row.account.display,
            school=row.school.title,
            prize=spec.prizes[row.prize].title if row.prize in spec.prizes else Text("入选", "Chosen"),
            sendings=tuple(
                (one.pk, words.AWARD_LEVELS["city" if one.level == "city" else "national"], one.outcome, words.SENDINGS[one.outcome], one.certificate)
                for one in sent.get(row.pk, [])
            ),
        )
        for row in found
    ]  # fmt: skip


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
