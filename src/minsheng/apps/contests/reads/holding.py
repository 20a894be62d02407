"""What is held about somebody, and what stands against erasing them."""

from __future__ import annotations

from dataclasses import dataclass

from minsheng.apps.contests.models import (
    DONE,
    DRAFT,
    JUDGING,
    LIVE,
    Sheet,
    Work,
)
from minsheng.apps.contests.reads.awards import awards_of
from minsheng.apps.contests.reads.growth import own_growth
from minsheng.apps.contests.words import WORK_STATES
from minsheng.apps.people.models import Account, Person
from minsheng.apps.people.obstacles import Obstacle
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class Held:
    """One thing held about somebody: what it is, what it says, a note."""

    what: Text
    said: str
    note: str


def held_about(account: Account) -> list[Held]:
    """Return the works, awards and growth lines of an account."""
    found = [
        Held(Text("参评作品", "A work in a contest"), row.title, WORK_STATES[row.state].zh)
        for row in Work.objects.filter(account=account).order_by("-pk")
    ]
    found += [
        Held(Text("获奖", "An award"), one.title, f"{one.given_on}，{one.level_said.zh}")
        for one in awards_of(account)
    ]
    found += [
        Held(one.platform_said, one.title, f"{one.day}，{one.said.zh}")
        for one in own_growth(account)
    ]
    return found


def obstacles(person: Person) -> list[Obstacle]:
    """Return the rounds in which a person's work or judging is under way."""
    works = Work.objects.filter(account__person=person).exclude(round__state=DONE)
    found = [
        Obstacle(
            code="erase_contest", number=row.number, until=None,
            what=Text("您的作品还在评选里", "A work of yours is in a contest"),
            way=Text("等这一轮结束，或者撤回作品", "Wait for the round to end, or take it back"),
        )
        for row in works.exclude(state=DRAFT).order_by("pk")
    ]  # fmt: skip
    sheets = Sheet.objects.filter(
        judge__account__person=person, state__in=LIVE, work__round__state=JUDGING
    )
    found += [
        Obstacle(
            code="erase_judge", number=row.work.number, until=None,
            what=Text("您还在评作品", "You are judging a work"),
            way=Text("评完，或者请教育局换人", "Finish, or ask the bureau for a substitute"),
        )
        for row in sheets.select_related("work").order_by("pk")
    ]  # fmt: skip
    return found
