"""Marking a case as protected, and ending it: by a named post, for a declared reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from minsheng.apps.cases import access, catalogue, protection, store
from minsheng.apps.cases.actions.joining import sever_joins
from minsheng.apps.cases.actions.transition import locked, write_events
from minsheng.apps.cases.models import Case, LookUp
from minsheng.apps.mandates import actions as mandates
from minsheng.apps.notices import actions as notices
from minsheng.apps.people.models import Account
from minsheng.apps.records import actions as records
from minsheng.engines.casework.state import Event
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text


def protect_case(number: str, *, by: Account, reason: str) -> Case:
    """Return the case, protected from now on; nothing changes for one that is already.

    Its items pass to the named posts; whoever else is in it, acts for the applicant or was told
    of it loses every trace. Raises NotAllowed unless `by` fills a named post, NotFound, and
    WrongInput for a reason that isn't declared.
    """
    post = protection.require_named(by)
    _require_declared(reason, protection.REASONS)
    found = access.case_by_number(number)
    with transaction.atomic():
        case = locked(found.pk)
        if case.protected:
            return case
        at = timezone.now()
        case.protected = True
        case.save(update_fields=["protected"])
        _write(case, protection.PROTECTED, f"post:{post}/account:{by.pk}", reason, at)
        _hide(case)
    return case


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
        case.protected = False
        case.save(update_fields=["protected"])
        _write(case, protection.RELEASED, f"post:{post}/account:{by.pk}", reason, at)
        records.set_discreet(case.number, discreet=False)
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


def _require_declared(reason: str, declared: object) -> None:
    if reason not in declared:  # type: ignore[operator]
        words = Text(
            "请在列出的理由里选一个，没有改动任何东西。",
            "Choose one of the listed reasons. Nothing was changed.",
        )
        raise WrongInput("protection_reason", words.zh, words.en, field="reason")
