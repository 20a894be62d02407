"""Submitting: the draft becomes a case in one transaction, once for each real-world event."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit.actions import Head
from minsheng.apps.cases import access, agents, catalogue, events, facts, filing, store
from minsheng.apps.cases.actions.drafts import drop_files, move_draft
from minsheng.apps.cases.actions.succession import link_to_predecessor
from minsheng.apps.cases.actions.transition import follow_effect
from minsheng.apps.cases.facts import Fact
from minsheng.apps.cases.forms import Form, missing_answer, open_form
from minsheng.apps.cases.materials import Material, Search
from minsheng.apps.cases.models import Case, Draft
from minsheng.apps.mandates import actions as mandate_actions
from minsheng.apps.people import actions as people
from minsheng.apps.people import keys
from minsheng.apps.people.models import Account, Person
from minsheng.engines.casework import plan as planning
from minsheng.engines.casework.advance import submit
from minsheng.engines.casework.plan import Plan
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import CaseState, Event, Json
from minsheng.lib.errors import Conflict, WrongInput


def submit_draft(draft_id: uuid.UUID, *, by: Account) -> Case:
    """Make a case of a draft and return it; a second click returns the same case.

    Raises WrongInput naming the first field that is missing or the condition that isn't met, and
    Conflict when a case for the same event is open, or when the service has changed since the
    plan was shown: the draft is then in the new version, to be looked at again.
    """
    with transaction.atomic():
        draft = filing.locked_draft(draft_id)
        if draft is None or not access.is_owner(draft, by):
            # A second click, or another one was faster, and the draft is gone.
            case = Case.objects.filter(
                filed_by=by, draft=draft_id, hidden_from_applicant=False
            ).first()
            if case is None:
                raise access.no_such_draft()
            return case
        case = _submit(draft, by, timezone.now())
        if case is not None:
            return case
    move_draft(draft_id, by=by)
    raise Conflict(
        "service_changed",
        "这张表刚刚更新过，安排可能不一样了。请再打开看一遍，再提交；填的都留着。",
        "This form was just updated, so the plan may differ. Open it again, look, and submit; "
        "what you typed is kept.",
    )


def _submit(draft: Draft, by: Account, at: datetime) -> Case | None:
    """Return the case, or None when the draft is in a form that isn't in force (any more)."""
    on = store.local_day(at)
    form = open_form(draft, on=on)
    spec, calendar = form.spec, catalogue.calendar()
    known = form.needed()
    numbers = numbers_of_others(spec, known)
    named = events.blinds_of_draft(draft, form.event)
    stands = filing.standing(draft, events=named, numbers=blinds_of(numbers))
    if draft.pack_id != catalogue.form_among(draft.slug, stands.later, on).hash:
        return None
    before = store.done_before(draft.successor_of)
    values = facts.for_rules(known, selected=form.selected, done_before=before)
    _require_whole(form)
    plan = planning.plan(spec, values, on=on, calendar=calendar)
    events.refuse_second(draft, form.event, stands.others)
    who = agents.by_of_draft(draft, by)
    state, happened = submit(spec, values, at=at, by=who, calendar=calendar, planned=plan)
    planned = [item.key for item in plan.items]
    materials = _require_materials(form, draft, known, planned, stands.given)
    require_numbers(spec, numbers, state.wanted)
    case = _new_case(draft, form.event, state, plan, by=by, at=at)
    try:
        filing.number_case(case, stands)
        links = store.links_of(case, [_with_origin(happened[0], draft), *happened[1:]])
        store.set_case(case, state, Head(links[-1].seq, links[-1].hash), on=on)
        filing.write(
            case,
            filing.Filing(
                links=links,
                items=store.item_rows(spec, case, state),
                values=sealed_values(draft.person, known, at),
                materials=_material_rows(materials, at, on),
                subjects=subject_rows(numbers, state.wanted, stands.persons),
                effect=follow_effect(case, len(happened)),
            ),
            draft,
        )
    except IntegrityError as error:
        # Somebody else opened a case for the same event between the question and the insert. The
        # transaction ends with this error, so it needs no savepoint.
        raise events.already_open() from error
    if draft.mandate is not None:
        mandate_actions.note_act(draft.mandate, "submitted", by=by, case=case.number)
    link_to_predecessor(case, at=at, by=who)
    used = {material.file_id for material in materials}
    drop_files(file for file in stands.given.values() if file is not None and file not in used)
    return case


def _new_case(
    draft: Draft, event: str, state: CaseState, plan: Plan, *, by: Account, at: datetime
) -> Case:
    return Case(
        slug=draft.slug,
        pack_id=draft.pack_id,
        applicant=draft.person,
        filed_by=by,
        mandate=draft.mandate,
        event=events.blind_of_draft(draft, event),
        is_event_known=bool(event),
        draft=draft.pk,
        successor_of=draft.successor_of,
        status=state.status,
        submitted_at=at,
        submitted_day=plan.on,
        promised_day=plan.finish.day,
        promised_provisional=plan.finish.provisional,
        promised_workdays=plan.workdays,
        calendar=catalogue.calendar().version,
        closed_day=None if state.status == "running" else plan.on,
        state={},
        protected=catalogue.pinned_spec(draft.pack_id).protected,
    )


def _with_origin(event: Event, draft: Draft) -> Event:
    """Return the first event with the version that the process is pinned to, and whom it follows."""
    after: dict[str, Json] = {}
    if draft.successor_of is not None:
        after = {"after": draft.successor_of.number}
    return replace(event, data={**event.data, "pack": draft.pack_id, **after})


def _require_whole(form: Form) -> None:
    """Raise WrongInput for the first thing that is missing, wrong or not admitted."""
    if form.choices and not form.event:
        raise WrongInput(
            "event_missing",
            "先选这张表是为哪一个办的，再提交。填的都留着。",
            "Choose first which one this form is for. What you typed is kept.",
            field="event",
        )
    for declared in form.asked():
        if declared.key in form.mistakes:
            raise form.mistakes[declared.key]
    for declared in form.unanswered():
        raise missing_answer(declared)


def _require_materials(
    form: Form,
    draft: Draft,
    known: Mapping[str, Fact],
    planned: Collection[str],
    given: Mapping[str, uuid.UUID | None],
) -> list[Material]:
    search = Search(
        spec=form.spec,
        facts=known,
        holder=draft.person,
        planned=planned,
        given=given,
        on=form.on,
    )
    materials = search.all()
    for material in materials:
        if material.state == "missing":
            raise WrongInput(
                "material_missing",
                f"还差一样：{material.spec.title.zh}。拍照上传就行，其他都留着。",
                f"One thing is missing: {material.spec.title.to('en')}. A photo will do; the rest "
                "is kept.",
                field=material.spec.key,
            )
    return materials


def sealed_values(applicant: Person, known: Mapping[str, Fact], at: datetime) -> list[filing.Row]:
    """Return the rows of a case's values, each sealed under the applicant's key."""
    return [
        (
            key,
            people.seal_value(applicant, facts.as_text(fact.value), purpose_field=key)
            if fact.is_known
            else "",
            fact.origin,
            fact.reason.value if fact.reason else "",
            at,
        )
        for key, fact in known.items()
    ]


def _material_rows(materials: list[Material], at: datetime, on: date) -> list[filing.Row]:
    return [
        (
            material.spec.key,
            material.state,
            material.origin,
            _promised(material, on),
            material.file_id,
            at,
        )
        for material in materials
    ]


def _promised(material: Material, on: date) -> date | None:
    """Return the day until which a promised material must come; on its day without a term."""
    if material.state != "promised":
        return None
    term = material.spec.promise_due
    return catalogue.calendar().add(on, term).day if term else on


def numbers_of_others(spec: ServiceSpec, known: Mapping[str, Fact]) -> dict[str, str]:
    """Return the citizen numbers of the others whom an application is about, by subject."""
    return {
        declared.subject: str(fact.value)
        for key, fact in known.items()
        if (declared := spec.fields[key]).type == "citizen_number"
        and fact.is_known
        and declared.subject != spec.applicant.key
    }


def blinds_of(numbers: Mapping[str, str]) -> list[str]:
    """Return every index under which the persons with these numbers may be known."""
    return [blind for number in numbers.values() for blind in keys.blinds_of_number(number)]


def require_numbers(spec: ServiceSpec, numbers: Mapping[str, str], wanted: Collection[str]) -> None:
    """Raise WrongInput when somebody's agreement is wanted whose citizen number is unknown."""
    for key in sorted(set(wanted) - numbers.keys() - {spec.applicant.key}):
        title = spec.subjects[key].title
        raise WrongInput(
            "consent_of_nobody",
            f"要{title.zh}同意，可是没有{title.zh}的公民身份号码。请补上再提交，其他都留着。",
            f"{title.to('en')} must agree, but their citizen number is missing. Add it.",
        )


def subject_rows(
    numbers: Mapping[str, str], wanted: Collection[str], persons: Mapping[str, uuid.UUID]
) -> list[filing.Row]:
    """Return whom else the case is about, by citizen number, and whose agreement is wanted.

    `persons` are the ids of those who are known here, by any index of their number.
    """
    return [
        (
            key,
            next((persons[b] for b in keys.blinds_of_number(numbers[key]) if b in persons), None),
            keys.blind_of_number(numbers[key]),
            key in wanted,
        )
        for key in sorted(numbers)
    ]
