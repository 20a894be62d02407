"""Who may do what in a contest: the entrant, the head, the judge, who runs it, who confirms it."""

from __future__ import annotations

from minsheng.apps.contests.models import CONTESTED, LIVE, Growth, Round, Sheet, Work
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.apps.schools import reads as school_reads
from minsheng.apps.schools.models import ACTIVE, STUDENT, Org, SchoolUser
from minsheng.content.contests import ContestSpec
from minsheng.lib.errors import NotAllowed, NotFound

REVIEWER = "education.lessons"
"""The bureau's post that looks at what a teacher says is wrong in their record."""


def contest(key: str) -> ContestSpec:
    """Return one contest of the packs; raises NotFound."""
    found = installed.packs().contests.get(key)
    if found is None:
        raise no_such()
    return found


def holds(account: Account, post: str) -> bool:
    """Whether this account fills a post today."""
    return account.is_staff_member and any(one.key == post for one in people.posts_of(account))


def runs(account: Account, spec: ContestSpec) -> bool:
    """Whether this account runs the rounds of a contest."""
    return account.is_active and holds(account, spec.runner)


def chairs(account: Account, spec: ContestSpec) -> bool:
    """Whether this account confirms the results of a contest."""
    return account.is_active and holds(account, spec.chair)


def school_of(account: Account) -> Org | None:
    """Return the school at which this account works, or None."""
    found = (
        SchoolUser.objects.filter(account=account, status=ACTIVE)
        .exclude(role=STUDENT)
        .select_related("org")
        .order_by("pk")
        .first()
    )
    return found.org if found and account.is_active and account.is_staff_member else None


def schools_of(account: Account) -> set[int]:
    """Return every school at which this account works or which it leads."""
    rows = SchoolUser.objects.filter(account=account, status=ACTIVE).exclude(role=STUDENT)
    return {*rows.values_list("org", flat=True), *(one.pk for one in school_reads.schools_led(account))}  # fmt: skip


def works_at_a_school(account: Account) -> bool:
    """Whether this account may see what is made public among schools."""
    return school_reads.works_at_school(account)


def require_runner(account: Account, spec: ContestSpec) -> None:
    """Raise NotAllowed unless this account runs the contest."""
    if not runs(account, spec):
        raise NotAllowed(
            "contests.not_runner",
            "评选由教育局的教研岗来组织。请联系教育局。",
            "The education bureau's lesson advisers run contests. Ask them.",
        )


def require_chair(account: Account, spec: ContestSpec) -> None:
    """Raise NotAllowed unless this account confirms results."""
    if not chairs(account, spec):
        raise NotAllowed(
            "contests.not_chair",
            "结果由教育局负责人确认，您不能代为确认。",
            "The head of the education bureau confirms the result; you can't in their place.",
        )


def require_round(round_id: int) -> Round:
    """Return a round; raises NotFound."""
    found = Round.objects.filter(pk=round_id).first()
    if found is None:
        raise no_such()
    return found


def require_own(work_id: int, account: Account) -> Work:
    """Return a work of this account's own; raises NotFound for anybody else's."""
    found = Work.objects.select_related("round", "school").filter(pk=work_id).first()
    if found is None or found.account_id != account.pk or not account.is_active:
        raise no_such()
    return found


def require_led(work_id: int, account: Account) -> Work:
    """Return a work sent in at a school that this account leads; raises NotFound."""
    found = Work.objects.select_related("round", "school").filter(pk=work_id).first()
    if found is None or found.state == "draft" or not schools.heads(account, found.school):
        raise no_such()
    return found


def require_sheet(sheet_id: int, account: Account) -> Sheet:
    """Return a sheet that this account still has to judge by; raises NotFound."""
    found = (
        Sheet.objects.select_related("work__round", "judge")
        .filter(pk=sheet_id, state__in=LIVE)
        .first()
    )
    if found is None or found.judge.account_id != account.pk or not account.is_active:
        raise no_such()
    return found


def may_open_material(work: Work, account: Account) -> bool:
    """Whether this account may open what was handed in: its owner, its head, its judges, the runner."""
    return account.is_active and (
        work.account_id == account.pk
        or (work.state != "draft" and schools.heads(account, work.school))
        or Sheet.objects.filter(work=work, judge__account=account, state__in=LIVE).exists()
        or (work.state != "draft" and runs(account, contest(work.round.contest)))
    )


def require_evidence(growth_id: int, account: Account) -> Growth:
    """Return a line of a record whose evidence this account may open; raises NotFound for others.

    Its teacher; the head of the teacher's school; the bureau's lesson adviser where the teacher says
    that something is wrong.
    """
    rows = Growth.objects.select_related("account", "school__parent", "evidence")
    found = rows.filter(pk=growth_id, evidence__isnull=False).first()
    if found is None or not (account.is_active and _may_see(found, account)):
        raise no_such()
    return found


def _may_see(row: Growth, account: Account) -> bool:
    if row.account_id == account.pk or schools.heads(account, row.school):
        return True
    return row.state == CONTESTED and holds(account, REVIEWER)


def no_such() -> NotFound:
    """Return the answer to who asks for what isn't there, or isn't theirs."""
    return NotFound(
        "contests.none",
        "没有这一条，或者不是您能看的。请回评选首页看看。",
        "There is no such thing here, or it isn't yours to see. Go back to the contests.",
    )
