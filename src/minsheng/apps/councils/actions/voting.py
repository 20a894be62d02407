"""Votes of households: opened, cast once and in secret, closed by the calendar, counted by the engine."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from minsheng.apps.councils import access
from minsheng.apps.councils.actions.telling import put_for_home
from minsheng.apps.councils.homes import homes_of
from minsheng.apps.councils.models import OPEN, Ballot, Choice, Vote, Voter
from minsheng.apps.councils.writing import checked, locked, move, note, tell
from minsheng.apps.people.models import Account
from minsheng.engines.councils import AGAINST, Result, VoteRules, count
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text

logger = logging.getLogger(__name__)
MOST_CHOICES = 5
MOST = 200
PROPOSAL = Text("方案", "the proposal")


def open_vote(
    matter_id: int,
    *,
    question: str,
    proposals: Sequence[tuple[str, int]],
    opens_on: date,
    closes_on: date,
    by: Account,
    at: datetime | None = None,
) -> Vote:
    """Open a vote over proposals, each in words with what it costs the fund in fen.

    The homes that may vote are set now; "none of these" is always a choice.
    """
    at = at or timezone.now()
    with transaction.atomic():
        matter, request = locked(matter_id)
        who = access.acting(matter.post, by)
        move(matter, "open_vote")
        council = access.rules(request)
        _require_days(opens_on, closes_on, council.vote, on=timezone.localdate(at))
        homes = homes_of(matter.area, matter.part)
        vote = Vote.objects.create(
            matter=matter,
            question=checked(
                question, field="question", what=Text("问题", "the question"), most=200
            ),
            opens_on=opens_on,
            closes_on=closes_on,
            entitled=len(homes),
            quorum_percent=council.vote.quorum_percent,
            majority_percent=council.vote.majority_percent,
            least_age=council.vote.least_age,
        )
        _write_choices(vote, proposals, most_fen=council.fund.most_yuan * 100)
        Voter.objects.bulk_create(Voter(vote=vote, home=home) for home in homes)
        matter.save()
        note(request, "council.vote", at, who, {"vote": vote.pk, "homes": vote.entitled})
        tell(matter, "vote", str(vote.pk))
    return vote


def cast_vote(vote_id: int, choice: str, *, by: Account, at: datetime | None = None) -> Vote:
    """Cast the vote of one's household, once; nobody sees what it was, not even afterwards."""
    on = timezone.localdate(at)
    with transaction.atomic():
        vote = _locked(vote_id)
        home = access.home_of(by)
        voter = Voter.objects.filter(vote=vote, home=home).first() if home else None
        if voter is None:
            raise no_such_vote()
        if not access.is_of_age(by, vote.least_age, on):
            raise NotAllowed(
                "councils.age",
                f"一户的票由满 {vote.least_age} 岁的家人来投。",
                f"The vote of a household is cast by a member of {vote.least_age} or more.",
            )
        _cast(vote, voter, choice, on=on, on_paper=False)
    return vote


def cast_on_paper(
    vote_id: int, label: str, choice: str, *, by: Account, at: datetime | None = None
) -> Vote:
    """Enter the paper vote of a home, as whoever called the council; once, and the home is told."""
    on = timezone.localdate(at)
    with transaction.atomic():
        vote = _locked(vote_id)
        access.acting(vote.matter.post, by)
        voter = Voter.objects.filter(vote=vote, home__label=label.strip()).first()
        if voter is None:
            raise WrongInput(
                "councils.home",
                "名册里没有这一户，或者不在这次表决的范围里。请对照名册再看。",
                "There is no such home on the roll of this vote. Look at the roll again.",
                field="label",
            )
        _cast(vote, voter, choice, on=on, on_paper=True)
        put_for_home(vote, voter.home_id)
    return vote


def close_due_votes(at: datetime | None = None) -> int:
    """Count the votes whose last day is over, and return how many that were."""
    at = at or timezone.now()
    due = Vote.objects.filter(state=OPEN, closes_on__lt=timezone.localdate(at)).order_by("pk")
    closed = 0
    for pk, matter in due.values_list("pk", "matter_id")[:MOST]:
        try:
            closed += _close(pk, matter, at)
        except MinshengError as error:
            logger.error("councils: vote %s: %s", pk, error.en)
    return closed


def _close(vote_id: int, matter_id: int, at: datetime) -> bool:
    with transaction.atomic():
        matter, request = locked(matter_id)
        vote = _locked(vote_id)
        if vote.state != OPEN:
            return False
        result = _result(vote)
        vote.state, vote.closed_at, vote.result = "closed", at, asdict(result)
        vote.save()
        move(matter, "agree" if result.outcome == "agreed" else "fail")
        matter.save()
        data = {"vote": vote.pk, "outcome": result.outcome, "took_part": result.took_part}
        note(request, "council.result", at, "time", data)
        tell(matter, "result", str(vote.pk))
    return True


def _result(vote: Vote) -> Result:
    ballots = list(vote.ballots.values_list("choice", flat=True))
    if len(ballots) != vote.voters.filter(has_voted=True).count():
        raise Conflict(
            "councils.ballots",
            "票数和投过票的户数对不上，没有计票。请告诉系统管理员。",
            "The ballots don't match the homes that have voted; nothing was counted. Tell the system administrator.",
            facts={"vote": vote.pk},
        )
    proposals = list(vote.choices.order_by("key").values_list("key", flat=True))
    return count(
        ballots,
        proposals=proposals,
        entitled=vote.entitled,
        quorum_percent=vote.quorum_percent,
        majority_percent=vote.majority_percent,
    )


def _cast(vote: Vote, voter: Voter, choice: str, *, on: date, on_paper: bool) -> None:
    if vote.state != OPEN or not vote.opens_on <= on <= vote.closes_on:
        raise Conflict(
            "councils.vote_not_open",
            "现在不能投：还没到开始的日子，或者已经截止。",
            "The vote isn't open now: its first day hasn't come, or its last day is over.",
        )
    if choice != AGAINST and not vote.choices.filter(key=choice).exists():
        raise WrongInput(
            "councils.choice",
            "请先选一样再投。",
            "Choose one of those listed, then vote.",
            field="choice",
        )
    taken = Voter.objects.filter(pk=voter.pk, has_voted=False)
    if not taken.update(has_voted=True, on_paper=on_paper):
        raise Conflict(
            "councils.voted",
            "这一户已经投过了。一户一票，投了不能改。",
            "This household has voted. There is one vote for each, and it stands.",
        )
    Ballot.objects.create(vote=vote, choice=choice)


def _write_choices(vote: Vote, proposals: Sequence[tuple[str, int]], *, most_fen: int) -> None:
    if not 1 <= len(proposals) <= MOST_CHOICES:
        raise WrongInput(
            "councils.choices",
            f"写 1 到 {MOST_CHOICES} 个方案。您写的都还在。",
            f"Write 1 to {MOST_CHOICES} proposals. What you wrote is still here.",
            field="proposal-1",
        )
    for number, (words, cost_fen) in enumerate(proposals, 1):
        if not 0 <= cost_fen <= most_fen:
            raise WrongInput(
                "councils.cost",
                f"小基金一件事最多出 {most_fen // 100} 元。再多的要另找办法，或者按大事报。",
                f"The small fund pays at most {most_fen // 100} yuan for one matter. Anything above is found elsewhere, or sorted as big.",
                field=f"cost-{number}",
            )
        said = checked(words, field=f"proposal-{number}", what=PROPOSAL, most=200)
        Choice.objects.create(vote=vote, key=str(number), words=said, cost_fen=cost_fen)


def _require_days(opens_on: date, closes_on: date, rules: VoteRules, *, on: date) -> None:
    days = (closes_on - opens_on).days + 1
    if opens_on < on:
        raise WrongInput(
            "councils.opens",
            "开始的日子已经过了。请写今天或以后。",
            "The first day is over. Choose today or later.",
            field="opens_on",
        )
    if not rules.least_days <= days <= rules.most_days:
        raise WrongInput(
            "councils.days",
            f"表决要开 {rules.least_days} 到 {rules.most_days} 天，现在是 {days} 天。",
            f"A vote is open for {rules.least_days} to {rules.most_days} days; this one would be {days}.",
            field="closes_on",
        )


def _locked(vote_id: int) -> Vote:
    found = Vote.objects.select_for_update(of=("self",)).select_related("matter")
    vote = found.filter(pk=vote_id).first()
    if vote is None:
        raise no_such_vote()
    return vote


def no_such_vote() -> NotFound:
    """Return the one answer to whoever has no vote here."""
    return NotFound(
        "councils.no_such_vote",
        "没有这次表决，或者您家不在名册里。请打社区电话问一问。",
        "There is no such vote, or your household isn't on its roll. Ask the community.",
    )
