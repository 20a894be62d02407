"""Who may do what with a case: one predicate for each act, and the sentence when one may not."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from minsheng.apps.cases.models import (
    Case,
    CaseSubject,
    Draft,
    Item,
    NoticeObjection,
    PublicNotice,
)
from minsheng.apps.mandates import access as mandates
from minsheng.apps.people import access as people_access
from minsheng.apps.people import keys
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person, Post
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.lib.errors import Conflict, NotAllowed, NotFound
from minsheng.lib.workdays import Stop


def is_applicant(case: Case, account: Account) -> bool:
    """Whether this account's proved person applied, and the case isn't hidden from them."""
    is_theirs = account.is_proved and case.applicant_id == account.person_id
    return account.is_active and is_theirs and not case.hidden_from_applicant


def cases_shown_to(person: Person | None) -> QuerySet[Case]:
    """Return the cases that this person applied for and may know of.

    One whose danger comes from the applicant is none of theirs: every list, count, export and
    sentence for an applicant begins here.
    """
    if person is None:
        return Case.objects.none()
    return Case.objects.filter(applicant=person, hidden_from_applicant=False)


def may_see(case: Case, account: Account) -> bool:
    """Whether this account applied, or is asked to agree."""
    return is_applicant(case, account) or subject_of(case.pk, account) is not None


def may_decide(item: Item, account: Account) -> bool:
    """Whether the item's post is one of this account's posts today."""
    return item.post in {post.key for post in people.posts_of(account, timezone.localdate())}


def may_propose(spec: ServiceSpec, account: Account) -> bool:
    """Whether this account fills a post of an office that this service concerns, or leads."""
    if not people_access.is_staff(account):
        return False
    offices = {spec.lead, *(item.office for item in spec.items.values())}
    posts = people.posts_of(account, timezone.localdate())
    return any(post.may_lead or post.department.key in offices for post in posts)


def may_publish(account: Account) -> bool:
    """Whether this account fills a leading post today. Who proposed a form may not publish it."""
    return people_access.is_staff(account) and any(
        post.may_lead for post in people.posts_of(account, timezone.localdate())
    )


def subjects_of(account: Account) -> QuerySet[CaseSubject]:
    """Return in which cases this account's proved person is asked to agree.

    Who isn't asked learns nothing of a case that is about them: the number may be mistyped. Nor
    does anybody of a protected one: they may live with the person in danger.
    """
    if not account.is_active or not account.is_proved or account.person is None:
        return CaseSubject.objects.none()
    is_me = Q(person=account.person)
    number = people.number_of(account.person)
    if number:
        is_me |= Q(person=None, number_blind__in=keys.blinds_of_number(number))
    return CaseSubject.objects.filter(is_me, is_asked=True, case__protected=False)


def subject_of(case_id: int, account: Account) -> str | None:
    """Return as which subject this account is asked to agree in a case, or None."""
    found = subjects_of(account).filter(case_id=case_id).first()
    return found.key if found else None


def case_by_number(number: str) -> Case:
    """Return the case with a number a person quotes; raises NotFound."""
    year, _, serial = number.partition("-")
    if number.isascii() and year.isdigit() and serial.isdigit() and len(serial) <= 12:
        case = Case.objects.select_related("applicant").filter(pk=int(serial)).first()
        if case is not None and case.number == number:
            return case
    raise no_such_case()


def require_applicant(case_id: int, account: Account) -> None:
    """Raise NotFound unless this account applied: a stranger learns nothing."""
    case = Case.objects.filter(pk=case_id).only("applicant_id", "hidden_from_applicant").first()
    if case is None or not is_applicant(case, account):
        raise no_such_case()


def require_subject(case_id: int, account: Account) -> str:
    """Return which subject this account is; raises NotFound for everybody else."""
    subject = subject_of(case_id, account)
    if subject is None:
        raise no_such_case()
    return subject


def require_post(item: Item, account: Account) -> None:
    """Raise NotAllowed unless the item is this account's post's today, and not their own affair."""
    require_another(item.case, account)
    if not may_decide(item, account):
        raise another_office(item.post)


def require_another(case: Case, account: Account) -> None:
    """Raise NotAllowed for an officer's own case, or one that they filed for somebody."""
    if case.filed_by_id == account.pk or case.applicant_id == account.person_id:
        raise NotAllowed(
            "own_case",
            "这个案卷是您自己的，或是您代办的，不能由您来决定。请同事来办。",
            "This case is your own, or you filed it for somebody. A colleague must decide it.",
        )


def require_asked(item: Item, account: Account) -> None:
    """Raise NotAllowed unless this account's post is asked for more time for the item today."""
    posts = {post.key for post in people.posts_of(account, timezone.localdate())}
    if not item.asks_post or item.asks_post not in posts:
        raise NotAllowed(
            "not_asked",
            "这一件没有等您批的延期。可能已经批过，回待办看看。",
            "This item doesn't wait for you to agree to more time. It may be answered already; see "
            "your work list.",
        )


def posted_notice(number: str) -> PublicNotice:
    """Return a notice that everybody may read; raises NotFound, also for a protected case's."""
    rows = PublicNotice.objects.select_related("item__case__applicant")
    found = rows.filter(number=number, item__case__protected=False).first()
    if found is None:
        raise NotFound(
            "no_such_notice",
            "没有这个公示，请核对编号，或看正在公示的。",
            "There is no such notice. Check its number, or see what is posted now.",
        )
    return found


def require_heard(case: Case, spec: ServiceSpec, item: str, stops: Iterable[Stop]) -> None:
    """Raise Conflict while somebody's words against a posted item lie unread.

    Only an item that was posted asks the database.
    """
    kinds = {spec.reasons[one.reason].kind for one in stops if one.reason in spec.reasons}
    if "public_notice" not in kinds:
        return
    unread = NoticeObjection.objects.filter(
        notice__item__case=case, notice__item__key=item, seen_at=None
    )
    if unread.exists():
        raise Conflict(
            "notice_unread",
            "公示期里有人提了不同意见，还没有看。打开这一件看过，再决定。",
            "Somebody spoke up against the notice and nobody has read it. Open the item, read it, then "
            "decide.",
        )


def passed_on() -> Conflict:
    """Return the refusal of an act on an item that was passed to another post meanwhile."""
    return Conflict(
        "passed_on",
        "这一件刚刚转给了别的岗位，您不用再办。回待办看看。",
        "This item has just been passed to another post; there is nothing left for you to do. See "
        "your work list.",
    )


def require_proved(account: Account) -> None:
    """Raise NotAllowed unless the account's citizen number is proved."""
    if not account.is_proved:
        raise NotAllowed(
            "not_proved",
            "要先核实身份，才能看到和办理您的事。到“我的”里核实，大约 1 分钟；也可以到窗口办。",
            "First confirm who you are, so that you can see your cases and start new ones: "
            "under “Mine”, in about a minute, or at a counter.",
        )


def posts_that_answer(account: Account) -> list[Post]:
    """Return the posts by which an officer answers requests for correction today."""
    return [post for post in people.posts_of(account) if post.may_look and not post.duty]


def is_owner(draft: Draft, account: Account) -> bool:
    """Whether this account began the draft, and still speaks for the same person, or acts for them."""
    if draft.account_id != account.pk:
        return False
    if draft.mandate is None:
        return account.is_proved and draft.person_id == account.person_id
    is_for_it = draft.mandate.covers(draft.slug) and not draft.mandate.case
    return is_for_it and mandates.holds(draft.mandate, account)


def another_office(post: str) -> NotAllowed:
    """Return the answer to an officer whose post the item isn't."""
    return NotAllowed(
        "another_office",
        "这一件不归您的岗位办，所以您不能决定。要转给别人，请找分管负责人。",
        "This item belongs to another post, so you can't decide it. "
        "To have it passed on, ask the leader in charge.",
        facts={"post": post},
    )


def no_such_case() -> NotFound:
    """Return the one answer to everybody who may not know whether there is such a case."""
    return NotFound(
        "no_such_case",
        "没有这个案卷，或者它不是您的。请核对案卷号，或到“我的”里找。",
        "There is no such case, or it isn't yours. Check the number, or look under “Mine”.",
    )


def no_such_item() -> NotFound:
    """Return the answer when there is no such item."""
    return NotFound(
        "no_such_item",
        "没有这一件。它可能已经转走，回待办看看。",
        "There is no such item. It may have been passed on; see your work list.",
    )


def no_such_draft() -> NotFound:
    """Return the answer when a draft isn't there, or isn't this account's."""
    return NotFound(
        "no_such_draft",
        "没有找到这张没提交的表。它可能已经提交，请到“我的”里看。",
        "There is no such unfinished form. It may have been submitted already; look under “Mine”.",
    )
