"""Submitting: the draft becomes a case in one transaction, once for each real-world event."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.cases import access, catalogue, facts, store
from minsheng.apps.cases.actions.drafts import facts_of, missing_answer, selected_of
from minsheng.apps.cases.actions.steps import put_effects
from minsheng.apps.cases.facts import Fact
from minsheng.apps.cases.gathering import asked_fields, needed_facts
from minsheng.apps.cases.materials import Material, materials_of
from minsheng.apps.cases.models import Case, CaseMaterial, CaseSubject, CaseValue, Draft
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account
from minsheng.apps.records import actions as records
from minsheng.engines.casework import plan as planning
from minsheng.engines.casework import snapshot
from minsheng.engines.casework.advance import submit
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import Event
from minsheng.lib import suites
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.rules import Unknown


def submit_draft(draft_id: uuid.UUID, *, by: Account) -> Case:
    """Make a case of a draft and return it; a second click returns the same case.

    Raises WrongInput naming the first field that is missing or the condition that isn't met, and
    Conflict when a case for the same event is open.
    """
    at = timezone.now()
    access.require_proved(by)
    try:
        with transaction.atomic():
            draft = Draft.objects.select_for_update().filter(pk=draft_id, account=by).first()
            if draft is None:
                return _submitted_before(draft_id, by)
            return _submit(draft, by, at)
    except IntegrityError as error:
        draft = Draft.objects.get(pk=draft_id, account=by)
        event = event_hash(draft, facts_of(draft))
        if Case.objects.filter(slug=draft.slug, event=event, status="running").exists():
            raise already_open() from error
        raise


def already_open() -> Conflict:
    """Return the error of a second case for one real-world event."""
    return Conflict(
        "already_open",
        "这件事已经有一个案卷在办，不用再交。到“我的”里看进度；不是您交的，请打 12345。",
        "There is a case in progress for this already; you needn't submit again. See how it stands under “Mine”, or call 12345 if you didn't submit it.",
    )


def _submit(draft: Draft, by: Account, at: datetime) -> Case:
    on = store.local_day(at)
    spec = catalogue.pinned_spec(draft.pack_id)
    selected = selected_of(spec)
    known = needed_facts(spec, facts_of(draft), selected=selected, on=on)
    _require_answers(spec, known, selected, on)
    values = facts.for_rules(known, selected=selected)
    _require_admission(spec, values, on)
    calendar = catalogue.calendar()
    plan = planning.plan(spec, values, on=on, calendar=calendar)
    planned = [item.key for item in plan.items]
    _require_new_event(draft, known)
    materials = _require_materials(spec, draft, known, planned, on)
    state, events = submit(spec, values, at=at, by=f"account:{by.pk}", calendar=calendar)
    case = Case.objects.create(
        slug=draft.slug,
        pack_id=draft.pack_id,
        applicant=draft.person,
        filed_by=by,
        event=event_hash(draft, known),
        draft=draft.pk,
        status=state.status,
        submitted_at=at,
        submitted_day=on,
        promised_day=plan.finish.day,
        promised_provisional=plan.finish.provisional,
        promised_workdays=plan.workdays,
        closed_day=None if state.status == "running" else on,
        state=snapshot.dump(state),
        protected=spec.protected,
    )
    head = store.append(case, [_with_pack(events[0], draft.pack_id), *events[1:]])
    store.insert_items(spec, case, state)
    store.write_case(case, state, head, on=on)
    _write_values(case, known, at)
    _write_materials(case, materials, at, on)
    _write_subjects(case, spec, known, draft)
    put_effects(case, events, state)
    used = {material.file_id for material in materials}
    unused = [row.file_id for row in draft.files.all() if row.file_id and row.file_id not in used]
    draft.delete()
    for file_id in unused:
        records.forget_file(file_id)
    return case


def _require_new_event(draft: Draft, known: Mapping[str, Fact]) -> None:
    """Raise Conflict when everything was done for this event already."""
    done = Case.objects.filter(slug=draft.slug, event=event_hash(draft, known), status="done")
    if done.exists():
        raise Conflict(
            "already_done",
            "这件事已经办好了，不用再办。到“我的”里看证照；要更正，打 12345。",
            "This was done already. See the certificates under “Mine”; to correct something, "
            "call 12345.",
        )


def _with_pack(event: Event, pack_hash: str) -> Event:
    """Return the first event with the version that the process is pinned to."""
    return replace(event, data={**event.data, "pack": pack_hash})


def event_hash(draft: Draft, known: Mapping[str, Fact]) -> str:
    """Return the keyed hash of the real-world event; without a register's key, of who and when."""
    raw = draft.event or f"{draft.person_id}:{sorted(_dates(known))}"
    key = next(iter(settings.MINSHENG_KEYS.values()))
    return suites.blind_text(settings.MINSHENG_SUITE, key, f"{draft.slug}:{raw}")


def _dates(known: Mapping[str, Fact]) -> list[str]:
    return [f"{key}={fact.value}" for key, fact in known.items() if isinstance(fact.value, date)]


def _submitted_before(draft_id: uuid.UUID, by: Account) -> Case:
    case = Case.objects.filter(filed_by=by, draft=draft_id).first()
    if case is None:
        raise access.no_such_case()
    return case


def _require_answers(
    spec: ServiceSpec, known: Mapping[str, Fact], selected: frozenset[str], on: date
) -> None:
    for declared in asked_fields(spec, known, selected=selected, on=on):
        fact = known.get(declared.key)
        if declared.required and (fact is None or not fact.is_known):
            raise missing_answer(declared.key, declared.label)


def _require_admission(spec: ServiceSpec, values: Mapping[str, object], on: date) -> None:
    for condition in spec.admission:
        if condition.rule.decide(values, on=on).value is False:
            raise WrongInput(
                "not_admitted",
                f"{condition.otherwise.zh}{condition.instead.zh}",
                f"{condition.otherwise.to('en')} {condition.instead.to('en')}",
                facts={"rule": condition.rule.source},
            )


def _require_materials(
    spec: ServiceSpec, draft: Draft, known: Mapping[str, Fact], planned: list[str], on: date
) -> list[Material]:
    given = {row.material: row.file_id for row in draft.files.all()}
    materials = materials_of(spec, known, holder=draft.person, planned=planned, given=given, on=on)
    for material in materials:
        if material.state == "missing":
            raise WrongInput(
                "material_missing",
                f"还差一样：{material.spec.title.zh}。拍照上传就行，其他都留着。",
                f"One thing is missing: {material.spec.title.to('en')}. A photo will do; the rest is kept.",
                field=material.spec.key,
            )
    return materials


def _write_values(case: Case, known: Mapping[str, Fact], at: datetime) -> None:
    CaseValue.objects.bulk_create(
        CaseValue(
            case=case,
            field=key,
            sealed=""
            if isinstance(fact.value, Unknown)
            else people.seal_value(case.applicant, facts.as_text(fact.value), purpose_field=key),
            origin=fact.origin,
            reason=str(next(iter(fact.value.missing)).reason.value)
            if isinstance(fact.value, Unknown)
            else "",
            at=at,
        )
        for key, fact in known.items()
    )


def _write_materials(case: Case, materials: list[Material], at: datetime, on: date) -> None:
    calendar = catalogue.calendar()
    CaseMaterial.objects.bulk_create(
        CaseMaterial(
            case=case,
            key=material.spec.key,
            state=material.state,
            origin=material.origin,
            due_day=calendar.add(on, material.spec.promise_due).day
            if material.state == "promised" and material.spec.promise_due
            else None,
            file_id=material.file_id,
            at=at,
        )
        for material in materials
    )


def _write_subjects(case: Case, spec: ServiceSpec, known: Mapping[str, Fact], draft: Draft) -> None:
    rows = [CaseSubject(case=case, key=spec.applicant.key, person=draft.person)]
    for declared in spec.fields.values():
        fact = known.get(declared.key)
        if declared.type != "citizen_number" or declared.subject in {"", spec.applicant.key}:
            continue
        if fact is not None and fact.is_known:
            person = people_reads.person_by_number(str(fact.value))
            if person is not None:
                rows.append(CaseSubject(case=case, key=declared.subject, person=person))
    CaseSubject.objects.bulk_create(rows)
