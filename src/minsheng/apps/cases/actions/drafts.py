"""An application before it is submitted: look-ups first, then only what no register knows."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.cases import access, catalogue, facts
from minsheng.apps.cases.facts import ASKED, Fact
from minsheng.apps.cases.gathering import Gathering, asked_fields
from minsheng.apps.cases.models import Draft, DraftFile
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account
from minsheng.apps.records import actions as records
from minsheng.engines.casework.spec import FieldSpec, MaterialSpec, ServiceSpec
from minsheng.lib.errors import MinshengError, NotFound, WrongInput
from minsheng.lib.texts import Text
from minsheng.rules import Reason


def open_draft(account: Account, slug: str) -> Draft:
    """Return this person's draft of a service; at the first call the registers are asked.

    With exactly one real-world event (one child), it is chosen; with several, `choose_event` must
    follow; with none, or a silent register, the fields become questions.
    """
    access.require_proved(account)
    loaded = catalogue.service_on(slug, timezone.localdate())
    existing = Draft.objects.filter(account=account, slug=slug).order_by("-saved_at").first()
    if existing is not None:
        return existing
    draft = Draft(
        account=account,
        person=account.person,
        slug=slug,
        pack=catalogue.pin(loaded),
        created_at=timezone.now(),
        saved_at=timezone.now(),
    )
    gathering = _gathering(draft, loaded.spec)
    events = gathering.events()
    if len(events.records) == 1:
        gathering.event = draft.event = _event_id(loaded.spec, events.records[0])
    gathered = gathering.run()
    try:
        with transaction.atomic():
            _write(draft, gathered, {})
    except IntegrityError:
        # A second click was faster; the table holds one draft for each event.
        return Draft.objects.get(account=account, slug=slug, event=draft.event)
    return draft


def choose_event(draft_id: uuid.UUID, *, by: Account, event: str) -> Draft:
    """Say which real-world event (which child) the draft is about; registers are read again."""
    draft = _own_unlocked(draft_id, by)
    spec = catalogue.pinned_spec(draft.pack_id)
    gathering = _gathering(draft, spec)
    known = {_event_id(spec, record) for record in gathering.events().records}
    if event not in known:
        raise WrongInput(
            "no_such_event",
            "请在列出的里面选一个。",
            "Choose one of those listed.",
            field="event",
        )
    gathering.event = event
    # The registers are asked before the lock: nobody else waits for the network.
    gathered = gathering.run()
    with transaction.atomic():
        draft = _own(draft_id, by)
        draft.event = event
        _write(draft, gathered, answers_of(draft))
    return draft


def save_answers(
    draft_id: uuid.UUID, *, by: Account, step: str, answers: Mapping[str, str]
) -> dict[str, MinshengError]:
    """Keep the answers of one page of the form and return what is wrong, by field.

    What is right is kept even when something else is wrong; nothing typed is lost.
    """
    with transaction.atomic():
        draft = _own(draft_id, by)
        spec = catalogue.pinned_spec(draft.pack_id)
        known = facts_of(draft)
        typed_texts = answers_of(draft)
        errors: dict[str, MinshengError] = {}
        fields = _fields_of_step(spec, step)
        for key in fields:
            if key not in answers or _stands_on_record(spec.fields[key], known.get(key)):
                continue
            text = answers[key]
            typed_texts[key] = text
            errors.update(_take(spec, known, key, text))
        on = timezone.localdate()
        for declared in asked_fields(spec, known, selected=selected_of(spec), on=on):
            is_open = declared.key in fields and declared.key not in errors
            if is_open and declared.required and not known.get(declared.key, _NOTHING).is_known:
                errors[declared.key] = missing_answer(declared.key, declared.label)
        _write(draft, known, typed_texts)
    return errors


def give_file(
    draft_id: uuid.UUID, *, by: Account, material: str, name: str, content: bytes
) -> Draft:
    """Keep an uploaded file for one material. Raises WrongInput when it isn't what it says."""
    draft = _own_unlocked(draft_id, by)
    _declared_material(draft, material)
    stored = records.store_file(content, name, owner=draft.person, by=by)
    return _put_file(draft, material, stored.pk, by=by)


def give_promise(draft_id: uuid.UUID, *, by: Account, material: str) -> Draft:
    """Promise to bring one material later (容缺承诺), where the service allows it."""
    draft = _own_unlocked(draft_id, by)
    declared = _declared_material(draft, material)
    if not any(source.kind == "promise" for source in declared.sources):
        raise WrongInput(
            "no_promise",
            "这一份不能先承诺后补。请拍照上传，或到窗口办。",
            "This one can't be promised for later. Upload a photo, or come to a counter.",
            field=material,
        )
    return _put_file(draft, material, None, by=by)


def discard_draft(draft_id: uuid.UUID, *, by: Account) -> None:
    """Throw a draft away, with the files that were given for it."""
    with transaction.atomic():
        draft = _own(draft_id, by)
        files = [row.file_id for row in draft.files.all() if row.file_id]
        draft.delete()
        for file_id in files:
            records.forget_file(file_id)


def facts_of(draft: Draft) -> dict[str, Fact]:
    """Return the typed facts of a draft."""
    spec = catalogue.pinned_spec(draft.pack_id)
    text = (
        people_reads.open_value(draft.person, draft.facts, purpose_field="draft")
        if draft.facts
        else ""
    )
    return facts.from_json(text, spec.fields)


def answers_of(draft: Draft) -> dict[str, str]:
    """Return what the applicant typed, word for word, also what was wrong."""
    text = (
        people_reads.open_value(draft.person, draft.values, purpose_field="draft")
        if draft.values
        else ""
    )
    return dict(json.loads(text)) if text else {}


def selected_of(spec: ServiceSpec) -> frozenset[str]:
    """Return the optional items that are chosen when nothing else is said: all."""
    return frozenset(key for key, item in spec.items.items() if item.optional)


def missing_answer(field: str, label: Text) -> WrongInput:
    """Return the error of a required answer that isn't there."""
    return WrongInput(
        "answer_missing",
        f"“{label.zh}”还没有填。",
        f"“{label.to('en')}” is still empty.",
        field=field,
    )


_NOTHING = Fact(facts.unknown("", Reason.NOT_ASKED), "")


def _take(
    spec: ServiceSpec, known: dict[str, Fact], key: str, text: str
) -> dict[str, MinshengError]:
    declared = spec.fields[key]
    if not text.strip():
        known[key] = Fact(facts.unknown(key, Reason.NOT_ASKED), known.get(key, _NOTHING).origin)
        return {}
    try:
        known[key] = Fact(facts.typed(declared, text, on=timezone.localdate()), ASKED)
    except WrongInput as error:
        known[key] = Fact(facts.unknown(key, Reason.NOT_ASKED), "")
        return {key: error}
    return {}


def _stands_on_record(declared: FieldSpec, fact: Fact | None) -> bool:
    """Whether a register gave this value and the form doesn't ask: nobody may put another in."""
    is_from_register = fact is not None and fact.is_known and fact.origin.startswith("register:")
    return is_from_register and declared.ask != "always"


def _fields_of_step(spec: ServiceSpec, step: str) -> tuple[str, ...]:
    for declared in spec.steps:
        if declared.key == step:
            return declared.fields
    raise NotFound(
        "no_such_step",
        "没有这一步。请回到表的开头。",
        "There is no such step. Go back to the start of the form.",
    )


def _declared_material(draft: Draft, material: str) -> MaterialSpec:
    declared = catalogue.pinned_spec(draft.pack_id).materials.get(material)
    if declared is None:
        raise NotFound(
            "no_such_material",
            "没有这一份材料。请回到材料那一页看看。",
            "There is no such document. Look at the page of documents.",
        )
    return declared


def _put_file(draft: Draft, material: str, file_id: uuid.UUID | None, *, by: Account) -> Draft:
    """Return the draft with this file, or promise, in place of what was given before."""
    with transaction.atomic():
        draft = _own(draft.pk, by)
        before = DraftFile.objects.filter(draft=draft, material=material).first()
        DraftFile.objects.update_or_create(
            draft=draft, material=material, defaults={"file_id": file_id}
        )
        if before is not None and before.file_id is not None:
            records.forget_file(before.file_id)
    return draft


def _gathering(draft: Draft, spec: ServiceSpec) -> Gathering:
    return Gathering(
        spec=spec,
        person=draft.person,
        event=draft.event,
        at=timezone.now(),
        on=timezone.localdate(),
    )


def _event_id(spec: ServiceSpec, record: Mapping[str, object]) -> str:
    return str(record.get(spec.event_key.part or "record_id", ""))


def _write(draft: Draft, known: Mapping[str, Fact], typed_texts: Mapping[str, str]) -> None:
    draft.facts = people.seal_value(draft.person, facts.to_json(known), purpose_field="draft")
    draft.values = people.seal_value(
        draft.person, json.dumps(dict(typed_texts), ensure_ascii=False), purpose_field="draft"
    )
    draft.saved_at = timezone.now()
    draft.save()


def _own(draft_id: uuid.UUID, by: Account) -> Draft:
    draft = Draft.objects.select_for_update().filter(pk=draft_id, account=by).first()
    if draft is None:
        raise access.no_such_draft()
    return draft


def _own_unlocked(draft_id: uuid.UUID, by: Account) -> Draft:
    draft = Draft.objects.filter(pk=draft_id, account=by).first()
    if draft is None:
        raise access.no_such_draft()
    return draft
