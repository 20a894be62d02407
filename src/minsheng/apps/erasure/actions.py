"""Erasing a person here: what only they could read is gone, and the chains still verify."""

from __future__ import annotations

from django.db import transaction

from minsheng.apps.appeals import actions as appeals
from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import reads as case_reads
from minsheng.apps.contests import actions as contests
from minsheng.apps.councils import actions as councils
from minsheng.apps.erasure import reads
from minsheng.apps.mandates import actions as mandates
from minsheng.apps.mastery import actions as mastery
from minsheng.apps.matching import actions as matching
from minsheng.apps.notices import actions as notices
from minsheng.apps.payouts import actions as payouts
from minsheng.apps.people import actions as people
from minsheng.apps.people import assurance
from minsheng.apps.people.models import Account, Person
from minsheng.apps.people.obstacles import Obstacle
from minsheng.apps.points import actions as points
from minsheng.apps.policies import actions as policies
from minsheng.apps.schools import actions as schools
from minsheng.apps.scores import actions as scores
from minsheng.apps.screening import actions as screening
from minsheng.apps.visits import actions as visits
from minsheng.lib.errors import Conflict, NotFound, WrongInput


def erase_person(person: Person, *, by: str, reason: str) -> Person:
    """Return the person, erased, with drafts, look-ups, traces and notices deleted.

    Values, words, notes and files of what has ended stay as sealed rows that nobody can open any more.
    Raises Conflict while anything of theirs is under way: whoever begins something locks the person
    first, as this does. `reason` is a code.
    """
    with transaction.atomic():
        # Accounts first, then the person: the order in which a proof locks them.
        accounts = list(Account.objects.select_for_update().filter(person=person))
        locked = Person.objects.select_for_update().get(pk=person.pk)
        if case_reads.is_anything_hidden(locked):
            raise _not_now()
        found = reads.obstacles(locked)
        if found:
            raise _held(found)
        for account in accounts:
            notices.forget(account)
        appeals.forget(locked)
        councils.forget(locked)
        mandates.forget(locked, by=by)
        visits.forget(locked)
        points.forget(locked)
        mastery.forget(locked)
        policies.forget(locked)
        scores.forget_talent(locked)
        payouts.forget(locked)
        screening.forget(locked)
        schools.forget(locked)
        contests.forget(locked)
        matching.forget(locked)
        cases.forget(locked)
        return people.erase_person(locked, by=by, reason=reason)


def erase_oneself(account: Account, *, password: str) -> Person:
    """Return the person, erased at their own wish; the account is closed with it.

    Raises NotAllowed unless a clerk has seen the card, WrongInput for a wrong password, Conflict
    while anything is under way, with until when.
    """
    assurance.require_level(account, "erase")
    if account.person is None:
        raise NotFound(
            "erase_nobody",
            "这个账号还没有核实身份，没有可删的个人信息。",
            "This account isn't proved: it holds no personal record to erase.",
        )
    if not account.check_password(password):
        raise WrongInput(
            "people.wrong_old_password",
            "密码不对，什么都没有删。请再输一次。",
            "The password is wrong; nothing was erased. Try again.",
            field="password",
        )
    return erase_person(account.person, by=f"account:{account.pk}", reason="own_wish")


def _held(found: list[Obstacle]) -> Conflict:
    """Return the refusal that names the first thing under way, and how many others there are."""
    first, more = found[0], len(found) - 1
    until = first.until.isoformat() if first.until else ""
    also = (f"另外还有 {more} 件。", f" And {more} more.") if more else ("", "")
    when = (f"，最晚 {until} 办完", f", until {until} at most") if until else ("", "")
    return Conflict(
        first.code,
        f"{first.what.zh}{when[0]}。{first.way.zh}，才能删除信息，现在什么都没有删。{also[0]}",
        f"{first.what.to('en')}{when[1]}. {first.way.to('en')}; data can be erased afterwards. "
        f"Nothing was erased now.{also[1]}",
        facts={"number": first.number, "until": until, "more": more},
    )


def _not_now() -> Conflict:
    """Return the answer where what others must keep can't be named. Source: 个人信息保护法, art. 47."""
    return Conflict(
        "erase_not_now",
        "依法要保存的信息现在还不能删，什么都没有删。想知道到哪天，请打 12345，或者到窗口问。",
        "Some data must be kept by law for now, so nothing was erased. To ask until when, call 12345 "
        "or come to a counter.",
    )
