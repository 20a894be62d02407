"""An ended case taken up again: a new form with the old answers, linked both ways."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from minsheng.apps.cases import agents, catalogue, events, facts, store
from minsheng.apps.cases.actions.drafts import (
    begin_draft,
    change_draft,
    choose_event,
    resume_draft,
)
from minsheng.apps.cases.actions.transition import locked, write_events
from minsheng.apps.cases.facts import ASKED, Fact
from minsheng.apps.cases.forms import Form, open_form
from minsheng.apps.cases.models import RUNNING, Case, Draft, DraftFile
from minsheng.apps.mandates import access as mandates
from minsheng.apps.mandates.models import Mandate
from minsheng.apps.people.models import Account
from minsheng.engines.casework.state import Event
from minsheng.lib.errors import Conflict

SUCCEEDED = "case.succeeded"


def reopen_case(case_id: int, *, by: Account) -> Draft:
    """Return a form that takes an ended case up again, with what was typed then filled in.

    Registers are asked anew; files that still serve come along. What the case has brought about isn't
    done again. Raises NotFound for anybody but the applicant and who acts for them, NotAllowed for an
    agent whose mandate is for the old case alone, and Conflict while the case runs or when all of it
    is done.
    """
    actor = agents.actor_in(case_id, by)
    case = Case.objects.select_related("applicant").get(pk=case_id)
    mandate = _mandate_for_new(case, by) if actor.mandate else None
    _require_ended(case)
    mine = Draft.objects.filter(account=by, person=case.applicant, successor_of=case)
    if mandate is not None:
        mine.exclude(mandate=mandate).update(mandate=mandate)
    begun = mine.first()
    if begun is not None:
        return resume_draft(begun.pk, by=by)
    loaded = catalogue.service_on(case.slug, timezone.localdate())
    draft = begin_draft(by, loaded, case.applicant, mandate)
    form = open_form(draft, on=timezone.localdate())
    event = events.same_event(case.slug, case.event, form.choices) if case.is_event_known else ""
    if event and form.event != event:
        draft = choose_event(draft.pk, by=by, event=event)
    typed = {key: fact for key, fact in facts.values_of(case).items() if fact.origin == ASKED}

    wanted = facts.chosen(catalogue.pinned_spec(case.pack_id), store.state_of(case))

    def take_in(draft: Draft, form: Form) -> None:
        items = form.spec.items
        form.chosen = frozenset(key for key in wanted if key in items and items[key].optional)
        for key, fact in typed.items():
            if key in form.spec.fields and key not in form.answers and fact.is_known:
                form.take(key, _as_typed(fact))
        draft.successor_of = case
        _carry_files(case, draft, form)
        actor.note("took_up", by, case)

    return change_draft(draft.pk, by, take_in)


def _mandate_for_new(case: Case, by: Account) -> Mandate:
    """Return the mandate by which an agent fills in the new form; raises NotAllowed without one."""
    mandate = agents.mandate_to_take_up(case, by)
    if mandate is None:
        raise mandates.ended()
    return mandate


def _carry_files(case: Case, draft: Draft, form: Form) -> None:
    """Give the new form the files of the ended case that still serve: not asked for again.

    Those which the service still takes from the applicant, given at most MINSHENG_PROOF_DAYS ago. What
    was promised and never came is asked for anew.
    """
    oldest = timezone.now() - timedelta(days=settings.MINSHENG_PROOF_DAYS)
    given = case.materials.filter(state="provided", at__gte=oldest).exclude(file=None)
    for row in given:
        declared = form.spec.materials.get(row.key)
        if declared is not None and any(one.kind == "applicant" for one in declared.sources):
            DraftFile.objects.get_or_create(
                draft=draft, material=row.key, defaults={"file_id": row.file_id}
            )


def link_to_predecessor(case: Case, *, at: datetime, by: str) -> None:
    """Write on the chain of the ended case which one has taken it up; its lock is taken here.

    Raises Conflict when it runs again meanwhile, as after an objection.
    """
    if case.successor_of_id is None:
        return
    before = locked(case.successor_of_id)
    _require_ended(before)
    spec, state = catalogue.pinned_spec(before.pack_id), store.state_of(before)
    event = Event(SUCCEEDED, at, by, data={"case": case.number})
    write_events(before, spec, state, [event], at=at)


def _require_ended(case: Case) -> None:
    if case.status == RUNNING:
        raise Conflict(
            "still_running",
            f"案卷 {case.number} 还在办，不用再办一次。到案卷里看进度。",
            f"Case {case.number} is still in progress; there is no need to do it again.",
            facts={"case": case.number},
        )
    if case.status == "done":
        raise events.already_done()


def _as_typed(fact: Fact) -> str:
    if isinstance(fact.value, bool):
        return "yes" if fact.value else "no"
    return str(facts.as_plain(fact.value))
