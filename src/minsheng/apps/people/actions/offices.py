"""Offices, posts, who fills them, and who lives with whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people.models import (
    Account,
    Assignment,
    Department,
    Household,
    HouseholdMember,
    Person,
    Post,
)
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.texts import Text

Role = str
ADMINISTRATORS = frozenset({"system", "security", "audit"})


def set_department(key: str, title: Text) -> Department:
    """Return the office with this key, made or renamed."""
    office, _ = Department.objects.update_or_create(
        key=key, defaults={"title_zh": title.zh, "title_en": title.en}
    )
    return office


def set_post(
    key: str,
    department: Department,
    *,
    title: Text,
    may_look: bool | None = None,
    may_vouch: bool = False,
    may_lead: bool = False,
    opens_protected: bool = False,
) -> Post:
    """Return the post with this key, made or changed.

    `may_look`: may open personal records. Unless told, every post may, save the three separated
    administrators, whose keys end in `.system`, `.security` and `.audit`. `may_vouch`: sees
    identity cards and may prove whose account it is. `may_lead`: sees the figures of all offices.
    `opens_protected`: named to open protected cases. Raises WrongInput for an administrator's post with any of these rights.
    """
    ending = key.rpartition(".")[2]
    duty = ending if ending in ADMINISTRATORS else ""
    if may_look is None:
        may_look = not duty
    if duty and (may_look or may_vouch or may_lead or opens_protected):
        raise WrongInput(
            "people.duty_sees_nobody",
            "管理员的岗位不能看个人信息，也不能核实身份。把这几项去掉再存。",
            "An administrator's post sees no personal data and confirms nobody. Take those rights off.",
            field="rights",
        )
    post, _ = Post.objects.update_or_create(
        key=key,
        defaults={
            "department": department,
            "title_zh": title.zh,
            "title_en": title.en,
            "may_look": may_look,
            "may_vouch": may_vouch,
            "may_lead": may_lead,
            "opens_protected": opens_protected,
            "duty": duty,
        },
    )
    return post


def assign(
    account: Account, post: Post, *, since: date, until: date | None = None, by: str = ""
) -> Assignment:
    """Return the new assignment of a member of staff to a post.

    `until` is the first day on which it no longer holds. Raises NotAllowed for a resident,
    WrongInput for an empty span, Conflict when the account fills the post in that time already,
    or when an administrator's account would get anything else: such an account is for one duty
    and one term, and the table holds it.
    """
    if until is not None and until <= since:
        raise WrongInput(
            "people.assignment_span",
            "结束那天要在开始那天之后，请改一下日期。",
            "The last day must come after the first. Change one of them.",
            field="until",
        )
    with transaction.atomic():
        locked = Account.objects.select_for_update().get(pk=account.pk)
        if not locked.is_staff_member:
            raise NotAllowed(
                "people.not_staff",
                "只有工作人员的账号能安排到岗位，请换一个账号。",
                "Only the account of a member of staff can fill a post. Choose another account.",
            )
        overlapping = Q(until__isnull=True) | Q(until__gt=since)
        if until is not None:
            overlapping &= Q(since__lt=until)
        if Assignment.objects.filter(overlapping, account=locked, post=post).exists():
            raise Conflict(
                "people.already_assigned",
                "这段时间已经在这个岗位上了，不用再安排。",
                "This account holds the post in that time already; there is nothing to do.",
                facts={"post": post.key},
            )
        _require_separate(locked, post)
        made = Assignment.objects.create(
            account=locked, post=post, since=since, until=until, duty=post.duty
        )
        _record(locked, "assigned", by, {"post": post.key, **_span(since, until)})
    return made


def end_assignment(assignment: Assignment, *, on: date, by: str = "") -> Assignment:
    """Return the assignment, ended; `on` is the first day on which it no longer holds."""
    with transaction.atomic():
        locked = Assignment.objects.select_for_update().get(pk=assignment.pk)
        if on < locked.since:
            raise WrongInput(
                "people.assignment_span",
                "结束那天不能早于开始那天，请改一下日期。",
                "The last day can't come before the first. Change one of them.",
                field="on",
            )
        if locked.until is not None and locked.until <= on:
            return locked
        locked.until = on
        locked.save(update_fields=["until"])
        facts = {"post": locked.post.key, **_span(locked.since, on)}
        _record(locked.account, "assignment_ended", by, facts)
    return locked


def succeed_post(old: Post, new: Post, *, on: date, by: str) -> Post:
    """Return the old post, whose work is the new one's from `on`: an office merged, a post is gone.

    Items stay where they are and are resolved to people at reading time, so none is lost on the
    way. Who filled the old post leaves it on that day. Raises WrongInput for an administrator's
    post, a circle or a chain of more than two.
    """
    with transaction.atomic():
        locked = {one.pk: one for one in Post.objects.select_for_update().order_by("pk")}
        old, new = locked[old.pk], locked[new.pk]
        if old.duty or new.duty:
            raise _no_succession("管理员的岗位不能并", "An administrator's post can't be merged.")
        heirs = [one for one in locked.values() if one.succeeded_by_id == old.pk]
        after = locked.get(new.succeeded_by_id or 0)
        if old.pk == new.pk or old in (new, after) or old.succeeded_by_id is not None:
            raise _no_succession(
                "这样会绕成圈，或者它已经并走了",
                "That would go in a circle, or it has been merged.",
            )
        if after is not None or any(one.predecessors.exists() for one in heirs):
            raise _no_succession(
                "接手的岗位自己也并走了，请直接并到最后那个岗位",
                "The successor has itself been merged. Name the last post of the chain.",
            )
        old.succeeded_by, old.succeeded_on = new, on
        old.save(update_fields=["succeeded_by", "succeeded_on"])
        for assignment in Assignment.objects.filter(Q(until=None) | Q(until__gt=on), post=old):
            end_assignment(assignment, on=max(on, assignment.since), by=by)
        facts = {"to": new.key, "on": on.isoformat()}
        audit.record("post", old.key, audit.News("succeeded", timezone.now(), by, facts))
    return old


def _no_succession(zh: str, en: str) -> WrongInput:
    return WrongInput(
        "people.no_succession", f"不能这样并岗位：{zh}。请换一个岗位。", en, field="to"
    )


def create_household(
    members: Sequence[tuple[Person, Role, bool]],
    *,
    since: date,
    region: str = "",
    register_key: str = "",
    demo: bool = False,
) -> Household:
    """Return a new household of (person, role, is guardian of its children)."""
    with transaction.atomic():
        household = Household.objects.create(region=region, register_key=register_key, demo=demo)
        for person, role, is_guardian in members:
            join_household(household, person, role=role, since=since, is_guardian=is_guardian)
    return household


def join_household(
    household: Household, person: Person, *, role: Role, since: date, is_guardian: bool = False
) -> HouseholdMember:
    """Return the new membership; the person leaves the household they were in on that day."""
    check_role(role)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        leave_household(person, on=since)
        return HouseholdMember.objects.create(
            household=household, person=person, role=role, since=since, is_guardian=is_guardian
        )


def check_role(role: str) -> None:
    """Raise WrongInput unless this is a role in a household."""
    if role not in dict(HouseholdMember._meta.get_field("role").flatchoices):
        raise WrongInput(
            "people.role",
            "没有这种家庭角色，请重新选。",
            "There is no such role. Choose again.",
            field="role",
        )


def leave_household(person: Person, *, on: date) -> None:
    """End the person's open membership; `on` is the first day outside."""
    with transaction.atomic():
        open_now = HouseholdMember.objects.select_for_update().filter(
            person=person, until__isnull=True
        )
        for member in open_now:
            member.until = max(on, member.since)
            member.save(update_fields=["until"])


def _require_separate(account: Account, post: Post) -> None:
    """Raise Conflict when an administrator would hold a second post, now or ever."""
    held = Assignment.objects.filter(account=account)
    if not held.exclude(duty="").exists() and not (post.duty and held.exists()):
        return
    raise Conflict(
        "people.one_duty",
        "管理员的账号只担任一个管理岗位，不能再有别的岗位。请另开一个账号。",
        "An administrator's account holds that one duty and no other post. Open another account.",
        facts={"post": post.key},
    )


def _span(since: date, until: date | None) -> dict[str, str]:
    return {"since": since.isoformat(), "until": until.isoformat() if until else ""}


def _record(account: Account, kind: str, by: str, facts: dict[str, str]) -> None:
    news = audit.News(kind=kind, at=timezone.now(), by=by, data=facts)
    audit.record("account", str(account.pk), news)
