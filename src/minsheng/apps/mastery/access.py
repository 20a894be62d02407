"""Who may give, answer, decide and look: by what the school's registers say."""

from __future__ import annotations

from minsheng.apps.mastery.models import Sheet, Work
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.apps.schools.models import SchoolUser
from minsheng.lib.errors import NotAllowed, NotFound

PART = "learning"
"""What is opened with a portrait, as looks name it."""


def require_work(account: Account, work_id: int) -> Work:
    """Return a work of a class that this account teaches; raises NotFound for anybody else."""
    found = Work.objects.select_related("school_class__school").filter(pk=work_id).first()
    if found is None or not schools.teaches(account, found.school_class):
        raise no_such_work()
    return found


def require_sheet(account: Account, work_id: int) -> Sheet:
    """Return the sheet of the pupil that this account is; raises NotFound for anybody else."""
    if account.person_id is None or not account.is_proved or not account.is_active:
        raise no_such_work()
    found = (
        Sheet.objects.select_related("work__school_class", "pupil__person")
        .filter(work=work_id, pupil__person=account.person_id, pupil__status="active")
        .first()
    )
    if found is None:
        raise no_such_work()
    return found


def require_teacher_of(account: Account, pupil_id: int) -> SchoolUser:
    """Return a pupil whom this account teaches; raises NotFound, or NotAllowed for their family."""
    pupil = schools.require_pupil(account, pupil_id)
    if not schools.teaches_pupil(account, pupil):
        raise NotAllowed(
            "mastery.teachers_word",
            "这一步由任课老师来定。觉得哪里不对，请点“我觉得不对”。",
            "This is for a teacher to settle. If something is wrong, say so with “I disagree”.",
        )
    return pupil


def no_such_work() -> NotFound:
    """Return the answer to who asks for a work that isn't there, or isn't theirs."""
    return NotFound(
        "mastery.no_work",
        "没有这份练习，或者不是给您的。请回上一页看看。",
        "There is no such work, or it isn't for you. Please go back.",
    )
