"""A lamp in a stairway, led to a point of its story: sorted, called, met, voting, agreed, approved, paid, done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from tests.factories import District

from minsheng.apps.appeals import actions as appeals
from minsheng.apps.councils import actions
from minsheng.apps.councils.models import Home, Matter, Payment, Vote
from minsheng.apps.people import reads as people

AREA = "estate.fengyuan"
COMMUNITY = "shiqiao.qiaotou"
SHARED = {"danger": "no", "duty": "no", "touched": "stair", "property": "shared", "effort": "some"}
OWN = {"danger": "no", "duty": "no", "touched": "home", "property": "own", "effort": "some"}
NEIGHBOURS = ("wangfang", "zhouyan", "suqin", "zhanglei")
"""Those who live on the stairway: 2-1 to 2-4 of building 3."""
POINTS = (
    "asked",
    "sorted",
    "called",
    "met",
    "voting",
    "agreed",
    "proposed",
    "approved",
    "paid",
    "done",
)
CONTACT = {"contact_name": "王芳", "phone": "13800001234"}


@dataclass
class Story:
    """Where a story stands."""

    district: District
    number: str
    matter: int = 0
    vote: int = 0
    payment: int = 0

    def by(self, name: str):
        """Return a sign-in."""
        return self.district.account(name)

    def votes(self, *choices: str, at: datetime | None = None) -> None:
        """Let the neighbours vote in their order."""
        for name, choice in zip(NEIGHBOURS, choices, strict=False):
            actions.cast_vote(self.vote, choice, by=self.by(name), at=at)

    def close(self) -> None:
        """Let the last day pass."""
        day = Vote.objects.get(pk=self.vote).closes_on + timedelta(days=1)
        actions.close_due_votes(noon(day))


def noon(day: date) -> datetime:
    """Return the middle of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_current_timezone())


def settle_homes(district: District, names=NEIGHBOURS) -> None:
    """Write the homes of building 3 down, with who votes for each."""
    labels = [f"3 栋 2-{n}" for n in range(1, len(names) + 1)]
    actions.write_homes(AREA, labels, by="test")
    for name, label in zip(names, labels, strict=True):
        household = people.household_members(district.account(name).person)[0].household_id
        actions.settle_home(Home.objects.get(area=AREA, label=label), household, by="test")


def invitation(days: int = 2) -> actions.Invitation:
    """Return a meeting in the yard."""
    return actions.Invitation(
        timezone.now() + timedelta(days=days), "3 栋楼下", ("community", "volunteer")
    )


def lamp(district: District, until: str = "sorted", *, answers=SHARED) -> Story:
    """Return the story of the lamp, led to one of POINTS."""
    last = POINTS.index(until)
    made = appeals.Told(
        category="other.matter.unsure", words="楼梯间的灯不亮", area=AREA, contact=CONTACT
    )
    settle_homes(district)
    story = Story(
        district, appeals.file_request("hotline", made, by=district.account("wangfang")).number
    )
    desk, fund = story.by("shenya"), story.by("tangping")
    today = timezone.localdate()

    def call() -> None:
        story.matter = actions.call_council(
            story.number, title="3 栋楼梯间的灯", words="换灯要不要办，怎么办",
            invitation=invitation(), by=desk, part="3 栋",
        ).pk  # fmt: skip

    def open_vote() -> None:
        story.vote = actions.open_vote(
            story.matter,
            question="楼梯间的灯怎么修？",
            proposals=[("请电工换 6 盏感应灯", 80000), ("只换坏的 2 盏", 20000)],
            opens_on=today,
            closes_on=today + timedelta(days=4),
            by=desk,
        ).pk

    def agree() -> None:
        story.votes("1", "1", "2")
        story.close()

    def propose() -> None:
        actions.grant_budget(
            "hotline", COMMUNITY, 100000, by=district.account("zhoujing"), on=today
        )
        story.payment = actions.propose_payment(
            story.matter, what="6 盏感应灯和人工", payee="演示电工", amount_fen=78000, by=desk
        ).pk

    steps = (
        lambda: appeals.sort_request(story.number, answers, by=district.account("fanxue")),
        call,
        lambda: actions.hold_meeting(story.matter, came=3, minutes="都说要换，先投票。", by=desk),
        open_vote,
        agree,
        propose,
        lambda: actions.decide_payment(story.payment, agrees=True, by=fund),
        lambda: actions.pay(story.payment, actions.Proof("收据 01 号"), by=desk),
        lambda: actions.finish_matter(story.matter, "6 盏灯都亮了。", by=desk),
    )
    for step in steps[:last]:
        step()
    return story


def matter(story: Story) -> Matter:
    """Return the row as it is now."""
    return Matter.objects.get(pk=story.matter)


def payment(story: Story) -> Payment:
    """Return the row as it is now."""
    return Payment.objects.get(pk=story.payment)
