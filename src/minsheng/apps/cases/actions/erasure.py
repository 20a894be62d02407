"""Erasing a person here: what only they could read is gone, and the chains still verify."""

from __future__ import annotations

from django.db import transaction

from minsheng.apps.cases import access
from minsheng.apps.cases.actions.joining import forget_joins
from minsheng.apps.cases.models import (
    RUNNING,
    Case,
    CaseSubject,
    CorrectionRequest,
    Draft,
    LookUp,
    NoticeObjection,
)
from minsheng.apps.mandates import actions as mandates
from minsheng.apps.matching import actions as matching
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import actions as people
from minsheng.apps.people import assurance
from minsheng.apps.people.models import Account, Person
from minsheng.apps.visits import actions as visits
from minsheng.lib.errors import Conflict, WrongInput


def forget_person(person: Person, *, by: str, reason: str) -> Person:
    """Return the person, erased, with drafts, look-ups and notices deleted.

    Values, notes and files of closed cases stay as sealed rows that nobody can open any more.
    Raises Conflict while a case of theirs is running. `reason` is a code.
    """
    with transaction.atomic():
        # Accounts first, then the person: the order in which a proof locks them.
        accounts = list(Account.objects.select_for_update().filter(person=person))
        locked = Person.objects.select_for_update().get(pk=person.pk)
        if Case.objects.filter(applicant=locked, hidden_from_applicant=True).exists():
            raise _not_now()
        open_cases = Case.objects.filter(applicant=locked, status=RUNNING)
        running = open_cases.order_by("-promised_day").first()
        if running is not None:
            raise Conflict(
                "case_running",
                f"案卷 {running.number} 还在办，最晚 {running.promised_day} 办完。办完或撤回以后才能删除信息，"
                "现在什么都没有删。",
                f"Case {running.number} is running, until {running.promised_day} at most. Data can be "
                "erased once it is finished or withdrawn. Nothing was erased now.",
                facts={"case": running.number, "until": running.promised_day.isoformat()},
            )
        for account in accounts:
            notices.forget(account)
        mandates.forget(locked, by=by)
        visits.forget(locked)
        matching.forget(locked)
        Draft.objects.filter(person=locked).delete()
        CorrectionRequest.objects.filter(person=locked).delete()
        LookUp.objects.filter(person=locked).delete()
        forget_joins(locked)
        NoticeObjection.objects.filter(person=locked).delete()
        CaseSubject.objects.filter(person=locked).update(number_blind="")
        return people.erase_person(locked, by=by, reason=reason)


def _not_now() -> Conflict:
    """Return the answer where what others must keep can't be named. Source: 个人信息保护法, art. 47."""
    return Conflict(
        "erase_not_now",
        "依法要保存的信息现在还不能删，什么都没有删。想知道到哪天，请打 12345，或者到窗口问。",
        "Some data must be kept by law for now, so nothing was erased. To ask until when, call 12345 "
        "or come to a counter.",
    )


def erase_oneself(account: Account, *, password: str) -> Person:
    """Return the person, erased at their own wish; the account is closed with it.

    Raises NotAllowed unless a clerk has seen the card, WrongInput for a wrong password, Conflict
    while a case is running, with until when.
    """
    assurance.require_level(account, "erase")
    if account.person is None:
        raise access.no_such_case()
    if not account.check_password(password):
        raise WrongInput(
            "people.wrong_old_password",
            "密码不对，什么都没有删。请再输一次。",
            "The password is wrong; nothing was erased. Try again.",
            field="password",
        )
    return forget_person(account.person, by=f"account:{account.pk}", reason="own_wish")
