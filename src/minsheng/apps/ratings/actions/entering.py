"""What somebody else writes down for a rater: on paper, called back by 12345, or sent as a text message.

Whose work is rated never writes it down: neither the office, nor who gave out the code, nor who
worked on the case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import reads as case_reads
from minsheng.apps.cases.models import Case
from minsheng.apps.people import keys
from minsheng.apps.people.models import Account
from minsheng.apps.ratings import access
from minsheng.apps.ratings.actions.rating import (
    Given,
    checked_parts,
    find_visit,
    keep,
    keep_visit,
    office_of,
)
from minsheng.apps.ratings.contact import phone_of
from minsheng.apps.ratings.models import CASE, ENTERED, SMS, VISIT, Rating, SmsStop, Visit
from minsheng.apps.ratings.sms import CASE_NUMBER, Reply, read_reply
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, NotFound, WrongInput
from minsheng.lib.identifiers import parse_phone
from minsheng.lib.texts import Text

PHONE = "rating-phone"


@dataclass(frozen=True, slots=True)
class Texted:
    """What became of a text message, and what may be texted back.

    `outcome`: rated, unclear, unknown (nothing of this telephone to be rated), already, stopped,
    started, ignored (it had stopped).
    """

    outcome: str
    reply: Text


def what_is_rated(about: str, *, by: Account) -> str:
    """Return "case" or "visit": what a case number or code stands for that this account may enter."""
    found = _entered(about, by)
    return CASE if isinstance(found, Case) else VISIT


def enter_rating(about: str, given: Given, *, by: Account) -> Rating:
    """Write down what a rater said on paper or to 12345, once, and return the rating.

    `about` is a case number, or the code of a visit. Raises NotAllowed for whose work it is,
    Conflict where it was rated already, by whichever way.
    """
    if given.channel not in ENTERED:
        raise WrongInput(
            "ratings.channel",
            "请选是纸质的还是 12345 回访的。",
            "Say whether it came on paper or by a call of 12345.",
            field="channel",
        )
    found = _entered(about, by)
    post = next(key for key in access.rules().entry if key in access.standing(by).posts)
    given = replace(given, entered_by=f"post:{post}/account:{by.pk}")
    if isinstance(found, Visit):
        return keep_visit(about, given, person=None)
    return _keep_case(found, given, by=given.entered_by)


def take_text(*, phone: str, text: str, about: str = "") -> Texted:
    """Take a text message that came back, and return what became of it.

    The case or code stands in the message, or in `about`, to which it answers. A case is rated only
    from the telephone that its applicant gave; an unknown one learns nothing.
    """
    reply, number = read_reply(text), _phone(phone)
    if number is None:
        return _texted("unknown")
    stops = SmsStop.objects.filter(blind__in=keys.blinds(PHONE, number))
    if reply.word == "stop":
        if not stops.exists():
            SmsStop.objects.create(blind=keys.blind(PHONE, number), at=timezone.now())
        return _texted("stopped")
    if reply.word == "start":
        stops.delete()
        return _texted("started")
    if stops.exists():
        return _texted("ignored")
    if not reply.score:
        return _texted("unclear")
    try:
        _keep_text(reply, about, number)
    except Conflict:
        return _texted("already")
    except MinshengError:
        return _texted("unknown")
    return _texted("rated")


def may_text(phone: str) -> bool:
    """Whether a telephone may still be sent messages about ratings."""
    number = _phone(phone)
    if number is None:
        return False
    return not SmsStop.objects.filter(blind__in=keys.blinds(PHONE, number)).exists()


def _keep_text(reply: Reply, about: str, number: str) -> Rating:
    about = reply.about or about
    given = Given(reply.score, {}, reply.words, channel=SMS)
    if not CASE_NUMBER.fullmatch(about):
        return keep_visit(about, given, person=None)
    case = _open_case(about)
    if _phone(phone_of(case)) != number:
        raise _unknown()
    return _keep_case(case, given, by="sms")


def _keep_case(case: Case, given: Given, *, by: str) -> Rating:
    parts = checked_parts(CASE, given.parts)
    with transaction.atomic():
        case = cases.keep_score(case.pk, score=given.score, by=by)
        return keep(
            CASE,
            str(case.pk),
            given,
            parts=parts,
            person=case.applicant,
            office=office_of(case, ""),
        )


def _entered(about: str, by: Account) -> Case | Visit:
    """Return what is rated, if this account may enter it."""
    if not access.may_enter(by):
        raise NotAllowed(
            "ratings.may_not_enter",
            "纸质的和 12345 的评价由评价回访岗或综合窗口录入。请交给他们。",
            "What came on paper or by 12345 is entered by the feedback desk or the general "
            "counter. Hand it to them.",
        )
    about = about.strip()
    found = _open_case(about) if CASE_NUMBER.fullmatch(about) else find_visit(about)
    if isinstance(found, Visit):
        is_own = found.given_by_id == by.pk or access.is_rated_by(by, office=found.office)
    else:
        is_own = access.is_rated_by(by, office=office_of(found, "")) or _worked_on(found, by)
    if is_own:
        raise NotAllowed(
            "ratings.own_work",
            "这条评的是您或您的部门，不能由您录入。请交给评价回访岗。",
            "This rates your own work or your office's, so you can't enter it. Hand it to the "
            "feedback desk.",
        )
    return found


def _worked_on(case: Case, by: Account) -> bool:
    own = f"/account:{by.pk}"
    rows = case.items.values_list("decided_by", "claimed_by")
    return any(who.endswith(own) for row in rows for who in row)


def _open_case(number: str) -> Case:
    """Return a case that isn't protected; of a protected one nobody learns here."""
    case = case_reads.find_case(number)
    if case.protected:
        raise _unknown()
    return case


def _phone(text: str) -> str | None:
    try:
        return parse_phone(text) if text else None
    except MinshengError:
        return None


def _unknown() -> NotFound:
    return NotFound(
        "no_such_case",
        "没有这个案卷。请核对案卷号。",
        "There is no such case. Check the number.",
    )


def _texted(outcome: str) -> Texted:
    return Texted(outcome, REPLIES[outcome])


REPLIES = {
    "rated": Text(
        "收到，谢谢。不满意的会有人回访。", "Thank you. Who isn't satisfied is called back."
    ),
    "unclear": Text(
        "没看懂。请回复 1 到 5 的一个数字：5 非常满意，1 非常不满意。退订回 T。",
        "Not understood. Reply with one digit: 5 very satisfied to 1 very dissatisfied. STOP ends this.",
    ),
    "unknown": Text(
        "这个号码没有要评的。要说的话请打 12345。",
        "There is nothing to rate for this number. You can call 12345.",
    ),
    "already": Text("这一件已经评过了，谢谢。", "This has been rated already. Thank you."),
    "stopped": Text(
        "不再发评价短信。要恢复，回复“开始”。", "No more messages. Reply START to resume."
    ),
    "started": Text("恢复了。", "Messages are on again."),
    "ignored": Text(
        "您退订过，这条没有记。要恢复，回复“开始”。",
        "You had stopped; this wasn't kept. Reply START to resume.",
    ),
}
