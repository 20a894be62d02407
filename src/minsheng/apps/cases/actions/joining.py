"""Joining somebody else's case: asking, the answer of its applicant or the leading office, leaving.

Who asks is tied to the event by a register; nobody else learns whether there is a case. Each act is an
event on the case's chain, with ids alone; who follows the events tells both sides.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.cases import access, catalogue, joining, store
from minsheng.apps.cases.actions.drafts import own_draft, resume_draft
from minsheng.apps.cases.actions.transition import locked, write_events
from minsheng.apps.cases.forms import open_form
from minsheng.apps.cases.joining import Tie
from minsheng.apps.cases.models import Case, Joiner
from minsheng.apps.people.models import Account, Person
from minsheng.engines.casework.state import Event, Json
from minsheng.lib.errors import Conflict, WrongInput

SYSTEM = "system"


def ask_to_join(draft_id: uuid.UUID, *, by: Account) -> Joiner:
    """Return the wish of a draft's owner to join the case that somebody else has for the same event.

    The registers were asked today. Asking again while one waits changes nothing. Raises NotFound
    where no register ties them to an open case, and Conflict once they were told no or have asked
    too often.
    """
    access.require_proved(by)
    draft = resume_draft(draft_id, by=by)
    tie = joining.tie_of(draft, open_form(draft, on=timezone.localdate()))
    if tie is None:
        raise joining.no_such_wish()
    try:
        with transaction.atomic():
            # The asker's row is locked, so that two clicks are judged one after the other.
            person = Person.objects.select_for_update().get(pk=draft.person_id)
            draft = own_draft(draft_id, by)
            return _ask(draft.slug, person, tie, by)
    except IntegrityError as error:
        raise joining.no_such_wish() from error


def answer_join(join_id: int, *, by: Account, agreed: bool, basis: str = "") -> Joiner:
    """Return a wish that the applicant, or an officer of the leading office, answered.

    An officer agrees on a declared `basis`. Raises NotFound for everybody else and for a protected
    case, Conflict when somebody was faster.
    """
    with transaction.atomic():
        case, row = _locked_in_case(join_id)
        who = _answerer(case, by)
        if row.status != Joiner.ASKED:
            raise _answered(case, row)
        if who.startswith("post:"):
            if row.person_id == by.person_id:
                raise joining.no_such_wish()
            if agreed and basis not in joining.BASES:
                raise WrongInput(
                    "join_basis",
                    "请选为什么由您来同意。",
                    "Choose why you agree in the applicant's place.",
                    field="basis",
                )
            row.basis = basis if agreed else ""
        status, kind = (
            (Joiner.AGREED, joining.AGREED) if agreed else (Joiner.DECLINED, joining.DECLINED)
        )
        _settle(case, row, status, kind, who, timezone.now())
    return row


def end_join(join_id: int, *, by: Account) -> Joiner:
    """Return a wish taken back, or a joiner who is out again.

    By whoever joined, at any time; of those who are in, by the applicant and the leading office too.
    """
    asker = Joiner.objects.filter(pk=join_id).values_list("person_id", flat=True).first()
    if asker is not None and by.is_proved and asker == by.person_id:
        return _leave(join_id, by)
    with transaction.atomic():
        case, row = _locked_in_case(join_id)
        who = _answerer(case, by)
        if row.status != Joiner.AGREED:
            raise joining.no_such_wish()
        _settle(case, row, Joiner.ENDED, joining.ENDED, who, timezone.now())
    return row


def lapse_joins(at: datetime) -> int:
    """Let wishes that nobody answered in MINSHENG_JOIN_DAYS lapse; return how many did."""
    oldest = at - timedelta(days=settings.MINSHENG_JOIN_DAYS)
    waiting = Joiner.objects.filter(status=Joiner.ASKED, asked_at__lt=oldest)
    return sum(_lapse(pk, at) for pk in list(waiting.values_list("pk", flat=True)))


def sever_joins(case: Case) -> None:
    """Let nobody be in, or lead to, a case that has become protected; its lock is held.

    To a joiner it is as if they had been let out; to an asker as if nobody had answered.
    """
    at = timezone.now()
    case.joiners.filter(status=Joiner.ASKED).update(case=None)
    case.joiners.filter(status=Joiner.AGREED).update(
        status=Joiner.ENDED, answered_at=at, answered_by=SYSTEM
    )


def forget_joins(person: Person) -> None:
    """Delete what an erased person wished for; the chains hold its number alone."""
    Joiner.objects.filter(person=person).delete()


def _ask(slug: str, person: Person, tie: Tie, by: Account) -> Joiner:
    mine = Joiner.objects.filter(person=person, slug=slug, event=tie.event)
    same = mine.filter(status__in=(Joiner.ASKED, Joiner.AGREED)).first()
    if same is not None:
        return same
    if mine.filter(status__in=(Joiner.DECLINED, Joiner.ENDED)).exists():
        raise Conflict(
            "join_declined",
            "对方没有同意，所以不能再请求。有不同意见，带证件到窗口，或打 12345。",
            "They did not agree, so you can't ask again. If you think this is wrong, come to a "
            "counter with your papers, or call 12345.",
        )
    if mine.count() >= joining.MOST_WISHES:
        raise Conflict(
            "join_too_often",
            "已经请求过几次，没有结果。带证件到窗口，或打 12345。",
            "You have asked several times. Come to a counter with your papers, or call 12345.",
        )
    at, case = timezone.now(), None
    if tie.case is not None:
        case = locked(tie.case.pk)
        # Marked a moment ago: then nobody is asked, and the asker sees nothing of it.
        case = None if case.protected else case
    row = Joiner.objects.create(
        slug=slug, event=tie.event, case=case, person=person, subject=tie.subject, asked_at=at
    )
    if case is not None:
        _write(case, joining.ASKED, row, f"account:{by.pk}", at)
    return row


def _leave(join_id: int, by: Account) -> Joiner:
    with transaction.atomic():
        case, row = _locked(join_id)
        if row.status not in (Joiner.ASKED, Joiner.AGREED):
            raise joining.no_such_wish()
        _settle(case, row, Joiner.LEFT, joining.LEFT, f"account:{by.pk}", timezone.now())
    return row


def _locked(join_id: int) -> tuple[Case | None, Joiner]:
    """Return a wish and its case, if it leads to one, both locked, the case first."""
    case_id = Joiner.objects.filter(pk=join_id).values_list("case_id", flat=True).first()
    case = locked(case_id) if case_id is not None else None
    row = Joiner.objects.select_for_update().filter(pk=join_id).first()
    if row is None:
        raise joining.no_such_wish()
    # It may have lost its case while we waited for the lock.
    return (case if row.case_id is not None else None), row


def _locked_in_case(join_id: int) -> tuple[Case, Joiner]:
    case, row = _locked(join_id)
    if case is None or case.protected:
        raise joining.no_such_wish()
    return case, row


def _answerer(case: Case, by: Account) -> str:
    """Return as whom an account answers for a case; raises NotFound."""
    if access.is_applicant(case, by):
        return f"account:{by.pk}"
    post = joining.leads(case, joining.offices_led(by), by)
    if not post:
        raise joining.no_such_wish()
    return f"post:{post}/account:{by.pk}"


def _answered(case: Case, row: Joiner) -> Conflict:
    """Return what is told to who answers second: who was faster, and with what."""
    by_office = row.answered_by.startswith("post:")
    who = ("牵头部门", "The leading office") if by_office else ("申请人", "The applicant")
    if row.status in (Joiner.LEFT, Joiner.LAPSED):
        what = ("这个请求已经收回或者过期", "This request was taken back or has lapsed")
    elif row.status == Joiner.DECLINED:
        what = (f"{who[0]}已经答复：不同意", f"{who[1]} has answered: no")
    else:
        what = (f"{who[0]}已经同意了", f"{who[1]} has agreed already")
    return Conflict(
        "join_answered",
        f"{what[0]}。刷新页面看看。",
        f"{what[1]}. Reload the page.",
        facts={"status": row.status, "by": "office" if by_office else "applicant"},
    )


def _lapse(join_id: int, at: datetime) -> int:
    with transaction.atomic():
        case, row = _locked(join_id)
        if row.status != Joiner.ASKED:
            return 0
        _settle(case, row, Joiner.LAPSED, joining.LAPSED, SYSTEM, at)
        return 1


def _settle(case: Case | None, row: Joiner, status: str, kind: str, who: str, at: datetime) -> None:
    row.status, row.answered_at, row.answered_by = status, at, who
    row.save(update_fields=["status", "answered_at", "answered_by", "basis"])
    if case is not None and not case.protected:
        _write(case, kind, row, who, at)


def _write(case: Case, kind: str, row: Joiner, who: str, at: datetime) -> None:
    spec, state = catalogue.pinned_spec(case.pack_id), store.state_of(case)
    data: dict[str, Json] = {"joiner": row.pk}
    if row.basis:
        data["basis"] = row.basis
    write_events(case, spec, state, [Event(kind, at, who, data=data)], at=at)
