"""What the apps beside and above cases hold about somebody: the rest of "my data"."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from minsheng.apps.appeals import reads as appeals
from minsheng.apps.assessments import reads as assessments
from minsheng.apps.cases.reads.mydata import Row, Section
from minsheng.apps.clubs import reads as clubs
from minsheng.apps.contests import reads as contests
from minsheng.apps.councils import reads as councils
from minsheng.apps.dual import reads as dual
from minsheng.apps.grants import reads as grants
from minsheng.apps.loans import reads as loans
from minsheng.apps.mastery import reads as mastery
from minsheng.apps.people.models import Account
from minsheng.apps.points import reads as points
from minsheng.apps.policies import reads as policies
from minsheng.apps.ratings import reads as ratings
from minsheng.apps.schools import erasing as schools
from minsheng.apps.scores import reads as scores
from minsheng.apps.sittings import reads as sittings
from minsheng.apps.stakes import reads as stakes
from minsheng.apps.visits import reads as visits
from minsheng.lib.texts import Text, day_said


def held_elsewhere(account: Account) -> tuple[Section, ...]:
    """Return the sections of "my data" that cases know nothing of; those without a row are left out."""
    found = (
        *ratings.held_about(account),
        Section("requests", Text("我的诉求", "My requests"), tuple(_requests(account))),
        Section("visits", Text("上门走访", "Visits to me"), tuple(_visits(account))),
        Section("points", Text("我的积分", "My points"), tuple(_points(account))),
        Section("seats", Text("企业之家的座位", "Seats at topic days"), tuple(_seats(account))),
        Section("clubs", Text("课后社团", "Clubs after school"), tuple(_clubs(account))),
        Section("schools", Text("学校名册", "School registers"), tuple(_schools(account))),
        Section("dual", Text("双师课", "Dual lessons"), tuple(_dual(account))),
        Section(
            "contests", Text("评选和成长档案", "Contests and record"), tuple(_contests(account))
        ),
        Section("grants", Text("我的补贴", "My subsidies"), tuple(_grants(account))),
        Section("assessments", Text("能力评估", "Assessments"), tuple(_assessments(account))),
        Section("learning", Text("我的学习", "My learning"), tuple(_learning(account))),
        Section(
            "policies", Text("判政策用的事实", "Facts for policies"), tuple(_policies(account))
        ),
        Section("talent", Text("人才积分", "Points of a talent"), tuple(_talent(account))),
        Section("loans", Text("企业的贷款", "Loans of my firm"), tuple(_loans(account))),
        Section("stakes", Text("先投后股", "Grants and shares"), tuple(_stakes(account))),
        Section("home", Text("居民议事的名册", "The roll of neighbours"), tuple(_home(account))),
    )
    return tuple(section for section in found if section.rows)


def _requests(account: Account) -> Iterator[Row]:
    """Yield each request with its words and what was answered, the newest first."""
    for line in (*appeals.own_requests(account), *appeals.firm_requests(account)):
        own = appeals.own_view(line.number, account=account)
        note = f"{own.number}，{timezone.localdate(own.received)}，{own.said.zh}"
        yield Row(own.title, own.words, note)
        if own.answer:
            yield Row(Text("答复", "Answer"), own.answer, own.number)
        if own.score:
            yield Row(Text("我的评价", "My rating"), str(own.score), own.number)


def _visits(account: Account) -> Iterator[Row]:
    for plan in visits.own_visits(account):
        yield Row(plan.title, plan.why, plan.often)
        for one in plan.waiting:
            yield Row(Text("还没来的", "Still to come"), day_said(one.due), one.number)
        for done in plan.earlier:
            yield Row(Text("来过", "Made"), day_said(done.on), done.way)
            for label, answer in done.answers:
                yield Row(label, answer, done.number)


def _points(account: Account) -> Iterator[Row]:
    for one in points.memberships(account):
        yield Row(one.scheme.title, one.usable, one.circle.title)
        for row in points.mine(one.scheme.scheme, account=account).rows:
            yield Row(row.what, row.amount, f"{timezone.localdate(row.entry.posting.at)}")


def _seats(account: Account) -> Iterator[Row]:
    for seat in sittings.own_seats(account):
        note = f"{seat.firm}，{seat.sitting.day}，{seat.said.zh}"
        yield Row(seat.sitting.topic, seat.words, note)
        if seat.answer:
            yield Row(Text("答复", "Answer"), seat.answer, seat.firm)


def _clubs(account: Account) -> Iterator[Row]:
    for title, said, note in clubs.held_about(account):
        yield Row(title, said, note)


def _schools(account: Account) -> Iterator[Row]:
    for one in schools.held_about(account):
        yield Row(one.title, one.value, one.note)


def _dual(account: Account) -> Iterator[Row]:
    for title, said, note in dual.held_about(account):
        yield Row(title, said, note)


def _contests(account: Account) -> Iterator[Row]:
    for one in contests.held_about(account):
        yield Row(one.what, one.said, one.note)


def _learning(account: Account) -> Iterator[Row]:
    for one in mastery.held_about(account):
        yield Row(one.what, one.words, one.note)


def _policies(account: Account) -> Iterator[Row]:
    for one in policies.held_about(account):
        said = Text(f"{one.said.zh}，{one.as_of}", f"{one.said.to('en')}, {one.as_of}")
        yield Row(one.label, one.shown, said)


def _assessments(account: Account) -> Iterator[Row]:
    for title, said, note in assessments.held_about(account):
        yield Row(title, said, note)


def _grants(account: Account) -> Iterator[Row]:
    for title, said, note in grants.held_about(account):
        yield Row(title, said, note)


def _talent(account: Account) -> Iterator[Row]:
    for title, said, note in scores.talent_held_about(account):
        yield Row(title, said, note)


def _loans(account: Account) -> Iterator[Row]:
    for title, said, note in loans.held_about(account):
        yield Row(title, said, note)


def _stakes(account: Account) -> Iterator[Row]:
    for title, said, note in stakes.held_about(account):
        yield Row(title, said, note)


def _home(account: Account) -> Iterator[Row]:
    room = councils.own_room(account)
    if room.home:
        yield Row(Text("我家", "My home"), room.home)
    for vote in room.votes:
        voted = Text("投过了，投了什么没有人知道", "Voted; for what, nobody knows")
        yield Row(Text(vote.title), voted if vote.has_voted else Text("还没有投", "Not voted yet"))
