"""Submitting: the draft becomes a case in one transaction, once for each real-world event."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.cases import access, agents, catalogue, events, facts, store
from minsheng.apps.cases.actions.drafts import drop_draft, move_draft
from minsheng.apps.cases.actions.succession import link_to_predecessor
from minsheng.apps.cases.actions.transition import put_follow
from minsheng.apps.cases.facts import Fact
from minsheng.apps.cases.forms import Form, missing_answer, open_form
from minsheng.apps.cases.materials import Material, Search
from minsheng.apps.cases.models import Case, CaseMaterial, CaseSubject, CaseValue, Draft
from minsheng.apps.mandates import actions as mandate_actions
from minsheng.apps.people import actions as people
from minsheng.apps.people import keys
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account
from minsheng.engines.casework import plan as planning
from minsheng.engines.casework import snapshot
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
        # With the applicant's row: two drafts of one person are judged one after the other.
        rows = Draft.objects.select_for_update(of=("self", "person"))
        rows = rows.select_related("person", "mandate__principal")
        draft = rows.filter(pk=draft_id).first()
        if draft is not None and access.is_owner(draft, by):
            if draft.pack_id == catalogue.service_on(draft.slug, timezone.localdate()).hash:
                return _submit(draft, by, timezone.now())
        else:
            # A second click, or another one was faster, and the draft is gone.
            case = Case.objects.filter(
                filed_by=by, draft=draft_id, hidden_from_applicant=False
            ).first()
            if case is None:
                raise access.no_such_draft()
            return case
    move_draft(draft_id, by=by)
    raise Conflict(
        "service_changed",
        "这张表刚刚更新过，安排可能不一样了。请再打开看一遍，再提交；填的都留着。",
        "This form was just updated, so the plan may differ. Open it again, look, and submit; "
        "what you typed is kept.",
    )


def _submit(draft: Draft, by: Account, at: datetime) -> Case:
    on = store.local_day(at)
    form = open_form(draft, on=on)
    spec, calendar = form.spec, catalogue.calendar()
    known = form.needed()
    before = store.done_before(draft.successor_of)
    values = facts.for_rules(known, selected=form.selected, done_before=before)
    _require_whole(form)
    plan = planning.plan(spec, values, on=on, calendar=calendar)
    events.refuse_second(draft, form.event)
    who = agents.by_of_draft(draft, by)
    state, happened = submit(spec, values, at=at, by=who, calendar=calendar)
    materials = _require_materials(form, draft, known, [item.key for item in plan.items])
    case = _insert_case(draft, form.event, state, plan, by=by, at=at)
    head = store.append(case, [_with_origin(happened[0], draft), *happened[1:]])
    store.insert_items(spec, case, state)
    store.write_case(case, state, head, on=on)
    write_values(case, known, at)
    _write_materials(case, materials, at, on)
    write_subjects(case, spec, known, state.wanted)
    put_follow(case, len(happened))
    if draft.mandate is not None:
        mandate_actions.note_act(draft.mandate, "submitted", by=by, case=case.number)
    link_to_predecessor(case, at=at, by=who)
    draft.files.filter(file__in=[m.file_id for m in materials if m.file_id]).delete()
    drop_draft(draft)
    return case


def _insert_case(
    draft: Draft, event: str, state: CaseState, plan: Plan, *, by: Account, at: datetime
) -> Case:
    on = store.local_day(at)
    try:
        return Case.objects.create(
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
            submitted_day=on,
            promised_day=plan.finish.day,
            promised_provisional=plan.finish.provisional,
            promised_workdays=plan.workdays,
            calendar=catalogue.calendar().version,
            closed_day=None if state.status == "running" else on,
            state=snapshot.dump(state),
            protected=catalogue.pinned_spec(draft.pack_id).protected,
        )
    except IntegrityError as error:
        # Somebody else opened a case for the same event between the question and the insert. The
        # transaction ends with this error, so it needs no savepoint.
        raise events.already_open() from error


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
    form: Form, draft: Draft, known: Mapping[str, Fact], planned: Collection[str]
) -> list[Material]:
    search = Search(
        spec=form.spec,
        facts=known,
        holder=draft.person,
        planned=planned,
        given={row.material: row.file_id for row in draft.files.all()},
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


def write_values(case: Case, known: Mapping[str, Fact], at: datetime) -> None:
    """Write the values of a new case, each sealed under the applicant's key."""
    CaseValue.objects.bulk_create(
        CaseValue(
            case=case,
            field=key,
            sealed=people.seal_value(case.applicant, facts.as_text(fact.value), purpose_field=key)
            if fact.is_known
            else "",
            origin=fact.origin,
            reason=fact.reason.value if fact.reason else "",
            at=at,
        )
        for key, fact in known.items()
    )


def _write_materials(case: Case, materials: list[Material], at: datetime, on: date) -> None:
    CaseMaterial.objects.bulk_create(
        CaseMaterial(
            case=case,
            key=material.spec.key,
            state=material.state,
            origin=material.origin,
            due_day=_promised(material, on),
            file_id=material.file_id,
            at=at,
        )
        for material in materials
    )


def _promised(material: Material, on: date) -> date | None:
    """Return the day until which a promised material must come; on its day without a term."""
    if material.state != "promised":
        return None
    term = material.spec.promise_due
    return catalogue.calendar().add(on, term).day if term else on


def write_subjects(
    case: Case, spec: ServiceSpec, known: Mapping[str, Fact], wanted: Collection[str]
) -> None:
    """Note whom else the case is about, by citizen number, and whose agreement is wanted."""
    numbers = {
        declared.subject: str(fact.value)
        for key, fact in known.items()
        if (declared := spec.fields[key]).type == "citizen_number" and fact.is_known
    }
    for key in sorted(set(wanted) - numbers.keys()):
        title = spec.subjects[key].title
        raise WrongInput(
            "consent_of_nobody",
            f"要{title.zh}同意，可是没有{title.zh}的公民身份号码。请补上再提交，其他都留着。",
            f"{title.to('en')} must agree, but their citizen number is missing. Add it.",
        )
    CaseSubject.objects.bulk_create(
        CaseSubject(
            case=case,
            key=key,
            person=people_reads.person_by_number(numbers[key]),
            number_blind=keys.blind_of_number(numbers[key]),
            is_asked=key in wanted,
        )
        for key in sorted(numbers.keys() - {spec.applicant.key})
    )
