"""Marking a case as protected, keeping it so, and ending it: by a named post, for a declared reason.

A protection has a day on which somebody looks whether it is still needed. It never ends by itself:
before that day, and on each working day after it, the named posts are told.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from minsheng.apps.cases import access, catalogue, protection, store
from minsheng.apps.cases.actions.joining import sever_joins
from minsheng.apps.cases.actions.transition import locked, write_events
from minsheng.apps.cases.models import Case, LookUp
from minsheng.apps.mandates import actions as mandates
from minsheng.apps.notices import actions as notices
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.people.models import Account
from minsheng.apps.records import actions as records
from minsheng.engines.casework.state import Event
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term


def protect_case(number: str, *, by: Account, reason: str, review_on: date | None = None) -> Case:
    """Return the case, protected from now on, to be looked at again by `review_on`.

    Nothing changes for one that is already, save that it may come to be hidden from its applicant too
    (`from_applicant`). Its items pass to the named posts; whoever else is in it, acts for the applicant or was told
    of it loses every trace. Raises NotAllowed unless `by` fills a named post, NotFound, and
    WrongInput for a reason that isn't declared or a day that
    doesn't lie within a year.
    """
    post = protection.require_named(by)
    _require_declared(reason, protection.REASONS)
    day = _review_day(review_on)
    hides = reason == protection.FROM_APPLICANT
    found = access.case_by_number(number)
    with transaction.atomic():
        case = locked(found.pk)
        if case.protected and case.hidden_from_applicant >= hides:
            return case
        case.protected, case.review_on = True, day
        case.hidden_from_applicant = case.hidden_from_applicant or hides
        case.save(update_fields=["protected", "review_on", "hidden_from_applicant"])
        _write(case, protection.PROTECTED, f"post:{post}/account:{by.pk}", reason, timezone.now())
        _hide(case)
        if hides:
            _hide_from_applicant(case)
    return case


def keep_protection(
    number: str, *, by: Account, reason: str, review_on: date | None = None
) -> Case:
    """Return the case, still protected, to be looked at again by a later day.

    Raises as `protect_case` does; NotFound where the case isn't protected.
    """
    post = protection.require_named(by)
    _require_declared(reason, protection.KEEPINGS)
    day = _review_day(review_on)
    found = access.case_by_number(number)
    with transaction.atomic():
        case = locked(found.pk)
        if not case.protected:
            raise access.no_such_case()
        case.review_on = day
        case.save(update_fields=["review_on"])
        _write(case, protection.KEPT, f"post:{post}/account:{by.pk}", reason, timezone.now())
    return case


def remind_protections(on: date) -> None:
    """Tell the named posts which protections are to be looked at, ahead and each day after."""
    calendar = catalogue.calendar()
    if not calendar.is_workday(on):
        return
    ahead = calendar.add(on, Term(protection.WARN_WORKDAYS, "wd")).day
    due = list(Case.objects.filter(protected=True, review_on__lte=ahead).order_by("pk"))
    accounts = protection.accounts_named(on) if due else []
    for case in due:
        is_late = case.review_on is not None and case.review_on < on
        for account in accounts:
            notices.notify(
                account,
                kind="protection.review",
                title=Text("保护要复核", "A protection is to be reviewed"),
                body=Text(
                    f"案卷 {case.number}，{case.review_on} 前看还要不要保护。没有人看以前，保护一直在。",
                    f"Case {case.number}: see by {case.review_on} whether it is still needed. It stands "
                    "until somebody has looked.",
                ),
                link="/desk/protected",
                key=f"protection:{case.pk}:{on if is_late else case.review_on}:{account.pk}",
                is_quiet=True,
            )


def end_protection(number: str, *, by: Account, reason: str) -> Case:
    """Return the case, open to its usual posts again. What was hidden before stays hidden.

    Raises as `protect_case` does; NotFound where the case isn't protected, or its service is
    protected by its pack.
    """
    post = protection.require_named(by)
    _require_declared(reason, protection.ENDINGS)
    found = access.case_by_number(number)
    with transaction.atomic():
        case = locked(found.pk)
        if not case.protected or catalogue.pinned_spec(case.pack_id).protected:
            raise access.no_such_case()
        at = timezone.now()
        case.protected, case.hidden_from_applicant, case.review_on = False, False, None
        case.save(update_fields=["protected", "hidden_from_applicant", "review_on"])
        _write(case, protection.RELEASED, f"post:{post}/account:{by.pk}", reason, at)
        records.set_discreet(case.number, discreet=False)
        records.set_withheld(case.number, withheld=False)
        LookUp.objects.filter(person=case.applicant_id, slug=case.slug).update(withheld=False)
    return case


def _write(case: Case, kind: str, by: str, reason: str, at: datetime) -> None:
    spec, state = catalogue.pinned_spec(case.pack_id), store.state_of(case)
    write_events(case, spec, state, [Event(kind, at, by=by, data={"reason": reason})], at=at)
    store.move_posts(spec, case)


def _hide(case: Case) -> None:
    """Take back what others already had of the case."""
    account_ids = {case.filed_by_id} | set(
        Account.objects.filter(person_id=case.applicant_id).values_list("pk", flat=True)
    )
    if not case.hidden_from_applicant:
        # An ended mandate would be a sign; in a protected case it reaches nothing anyway.
        mandates.end_all_of(
            case.applicant, why="protected", by="system", case=case.number, slug=case.slug
        )
    account_ids -= {case.filed_by_id} if case.mandate_id else set()
    sever_joins(case)
    notices.forget_link(f"/mine/cases/{case.number}", keep=account_ids)
    records.set_discreet(case.number, discreet=True)
    others = case.subjects.exclude(person=None).values_list("person_id", flat=True)
    # Whose register was asked about is told to nobody but the applicant.
    LookUp.objects.filter(person_id__in=list(others), slug=case.slug, is_own=False).update(
        person_id=case.applicant_id
    )


def _hide_from_applicant(case: Case) -> None:
    """Take back what the applicant had: notices, certificates, look-ups, answers kept by the API."""
    accounts = list(Account.objects.filter(person_id=case.applicant_id))
    notices.forget_link(f"/mine/cases/{case.number}", keep=())
    records.set_withheld(case.number, withheld=True)
    LookUp.objects.filter(person_id=case.applicant_id, slug=case.slug).update(withheld=True)
    for account in accounts:
        outbox.forget_answers_of(f"account:{account.pk}")


def _review_day(wanted: date | None) -> date:
    """Return the day of the next look: the one that was named, or the usual time from today."""
    today = timezone.localdate()
    usual = today + timedelta(days=settings.MINSHENG_PROTECTION_REVIEW_DAYS)
    day = wanted or usual
    if not today < day <= today + timedelta(days=protection.LONGEST_DAYS):
        last = today + timedelta(days=protection.LONGEST_DAYS)
        raise WrongInput(
            "protection_day",
            f"复核的日子要在明天到一年之内，最晚 {last}。",
            f"Choose a day of review from tomorrow to a year from now, {last} at the latest.",
            field="review_on",
        )
    return day


def _require_declared(reason: str, declared: object) -> None:
    if reason not in declared:  # type: ignore[operator]
        words = Text(
            "请在列出的理由里选一个，没有改动任何东西。",
            "Choose one of the listed reasons. Nothing was changed.",
        )
        raise WrongInput("protection_reason", words.zh, words.en, field="reason")
