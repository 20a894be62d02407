"""A small district of schools, and a round of a contest led to one of its points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tests.factories import District

from minsheng.apps.contests import actions
from minsheng.apps.contests.models import Judge, Round, Sheet, Work
from minsheng.apps.schools.actions import write_roster
from minsheng.engines.rosters import OrgRow, Roster, UserRow

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
TEACHERS = {"tanmei": "s1", "kelan": "s1", "qiaoyu": "s2", "sunwei": "s3"}
HEADS = {"kongrui": "s1", "xiaohui": "s3"}
JUDGES = ("linlan", "wutong", "luoyun", "hemiao")
RUNNER, CHAIR = "shaoqing", "duping"
POINTS = ("open", "sent", "recommended", "judging", "review", "public", "done")


def schools(district: District) -> None:
    """Write two groups: s1 and s2 in one, s3 in the other; teachers and heads."""
    orgs = [
        OrgRow(sourced_id=key, kind="group", name=f"{name}教育集团（演示）", stage="primary")
        for key, name in (("g1", "东山"), ("g2", "西河"))
    ]
    orgs += [
        OrgRow(
            sourced_id=key, kind="school", name=f"{name}小学（演示）", stage="primary", parent=group
        )
        for key, name, group in (("s1", "松林", "g1"), ("s2", "竹园", "g1"), ("s3", "梅溪", "g2"))
    ]
    users = [
        UserRow(sourced_id=f"{name}@{org}", role="teacher", org=org, username=name)
        for name, org in TEACHERS.items()
    ]
    users += [
        UserRow(sourced_id=f"{name}@{org}h", role="administrator", org=org, username=name)
        for name, org in HEADS.items()
    ]
    write_roster(Roster(orgs=tuple(orgs), users=tuple(users)), by="system")  # fmt: skip


@dataclass
class Story:
    """A round of papers with works of 谭梅 and 孙伟; `works` by sign-in."""

    district: District
    round: Round
    works: dict[str, Work]

    def sheets(self, username: str) -> list[Sheet]:
        """Return the sheets of a judge that still count."""
        return list(
            Sheet.objects.filter(
                judge__account__username=username, state__in=("waiting", "scored")
            ).order_by("work")
        )

    def judge_of(self, work: str) -> str:
        """Return the sign-in of one judge of a work."""
        row = Sheet.objects.filter(work=self.works[work]).select_related("judge__account").first()
        assert row is not None
        return row.judge.account.username

    def again(self) -> Round:
        """Return the round, read anew."""
        self.round.refresh_from_db()
        return self.round


def entered(
    title: str = "怎么教分数", knot: str = "分数的初步认识", **more: object
) -> actions.Entered:
    """Return what a teacher says about a paper."""
    return actions.Entered(kind="paper", subject="数学", grade=4, knot=knot, title=title, **more)  # type: ignore[arg-type]


def open_papers(district: District, **more: int) -> Round:
    """Open this year's round of papers."""
    new = actions.NewRound(
        contest="papers", year=district.today.year, enter_by=district.today + timedelta(days=3), **more
    )  # fmt: skip
    return actions.open_round(new, by=district.account(RUNNER))


def hand_in(district: District, one: Round, username: str, title: str = "怎么教分数") -> Work:
    """Enter a work of a teacher with its paper and hand it in."""
    by = district.account(username)
    work = actions.begin_work(one.pk, entered(title), by=by)
    actions.add_material(work.pk, "paper", PDF, "论文.pdf", by=by)
    return actions.send_work(work.pk, by=by)


def story(district: District, until: str = "done", *, places: int = 1) -> Story:
    """Lead a round of papers to one of POINTS."""
    last = POINTS.index(until)
    schools(district)
    made = Story(district, open_papers(district, places=places), {})
    runner = district.account(RUNNER)
    if last >= 1:
        made.works = {
            name: hand_in(district, made.round, name, title)
            for name, title in (("tanmei", "怎么教分数"), ("sunwei", "怎么教面积"))
        }
    if last >= 2:
        actions.recommend(made.works["tanmei"].pk, by=district.account("kongrui"))
        actions.recommend(made.works["sunwei"].pk, by=district.account("xiaohui"))
    if last >= 3:
        actions.name_judges(made.round.pk, JUDGES, by=runner)
        actions.begin_judging(made.round.pk, by=runner)
    if last >= 4:
        score_all(made)
        actions.close_judging(made.round.pk, by=runner)
    if last >= 5:
        from minsheng.apps.contests import findings

        seen = findings.result_of(made.again()).digest
        actions.confirm(made.round.pk, seen, by=district.account(CHAIR))
    if last >= 6:
        Round.objects.update(public_until=district.today - timedelta(days=1))
        actions.finish(made.round.pk, by=runner)
    made.again()
    return made


def score_all(made: Story, *, first: int = 9, second: int = 6) -> None:
    """Let every judge give 谭梅's work `first` for each line and 孙伟's `second`."""
    for judge in Judge.objects.filter(round=made.round).select_related("account"):
        for sheet in made.sheets(judge.account.username):
            grade = first if sheet.work_id == made.works["tanmei"].pk else second
            actions.score_work(sheet.pk, dict.fromkeys(("question", "evidence", "words"), grade), "写得实。", by=judge.account)  # fmt: skip
