"""An application before it is submitted: look-ups first, then only what no register knows.

Registers are asked outside any transaction; then the draft is locked, read again and written.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.cases import access, catalogue, events
from minsheng.apps.cases.facts import Fact
from minsheng.apps.cases.forms import Form, missing_answer, open_form, seal_form
from minsheng.apps.cases.gathering import Gathering
from minsheng.apps.cases.models import CaseMaterial, Draft, DraftFile
from minsheng.apps.mandates import access as mandates
from minsheng.apps.mandates import actions as mandate_actions
from minsheng.apps.mandates.models import Mandate
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.records import actions as records
from minsheng.apps.records.models import StoredFile
from minsheng.content import LoadedService
from minsheng.engines.casework.spec import MaterialSpec, StepSpec
from minsheng.lib.errors import Conflict, MinshengError, NotFound, Unavailable, WrongInput
from minsheng.lib.texts import Text
from minsheng.rules import Reason


def open_draft(account: Account, slug: str, *, mandate_id: int | None = None) -> Draft:
    """Return this person's draft of a service; at the first call the registers are asked.

    With exactly one real-world event (one child) that isn't under way already, it is chosen; with
    several, `choose_event` must follow; with none, or a silent register, the fields become
    questions. With `mandate_id` it is filled in for the person who gave that mandate; NotAllowed
    when it ended or doesn't cover this service.
    """
    mandate = None
    if mandate_id is None:
        access.require_proved(account)
    else:
        mandate = mandates.require_own(mandate_id, account)
        if mandate.case or not mandate.covers(slug):
            raise mandates.ended()
    loaded = catalogue.service_on(slug, timezone.localdate())
    person = mandate.principal if mandate else account.person
    mine = Draft.objects.filter(account=account, person=person, slug=slug)
    existing = mine.order_by("-saved_at").first()
    if existing is None:
        return begin_draft(account, loaded, person, mandate)
    if mandate is not None and existing.mandate_id != mandate.pk:
        mine.update(mandate=mandate)
    return resume_draft(existing.pk, by=account)


def resume_draft(draft_id: uuid.UUID, *, by: Account) -> Draft:
    """Return a draft brought up to date.

    It is taken to the version of the service in force: answers that still fit are kept, and what
    has changed is said (`reads.draft_view(...).changed`). Registers are asked again on another
    day, and where one was silent.
    """
    draft = own_draft(draft_id, by)
    on = timezone.localdate()
    loaded = catalogue.service_on(draft.slug, on)
    if draft.pack_id != loaded.hash:
        draft = change_draft(draft_id, by, lambda d, form: _move(d, form, loaded))
    form = open_form(draft, on=on)
    silent = any(form.why_asked(key) is Reason.REGISTER_SILENT for key in form.found)
    if draft.asked_registers_on == on and not silent:
        return draft
    gathering = Gathering(form.spec, draft.person)
    choices = gathering.events()
    event = form.event or _only(_free(draft.slug, choices))
    gathering.event = event
    found = gathering.run()

    def take_in(draft: Draft, form: Form) -> None:
        form.choices = choices or form.choices
        form.read_registers(found, is_same_event=event == form.event)
        form.event = event
        draft.asked_registers_on = on

    return change_draft(draft_id, by, take_in)


def choose_event(draft_id: uuid.UUID, *, by: Account, event: str) -> Draft:
    """Say which real-world event (which child) the draft is about; registers are read again."""
    draft = own_draft(draft_id, by)
    gathering = Gathering(catalogue.pinned_spec(draft.pack_id), draft.person)
    choices = gathering.events()
    if not choices and event in open_form(draft, on=timezone.localdate()).choices:
        raise Unavailable(
            "register_silent",
            "登记库现在没有回答，过一会儿再选。填的都留着。",
            "The register isn't answering just now. Choose again in a while; what you typed is kept.",
        )
    if event not in choices:
        raise WrongInput(
            "no_such_event", "请在列出的里面选一个。", "Choose one of those listed.",
            field="event",
        )  # fmt: skip
    if events.open_events(draft.slug, [event]):
        raise events.already_open()
    gathering.event = event
    found = gathering.run()

    def take_in(draft: Draft, form: Form) -> None:
        form.choices = choices
        form.read_registers(found, is_same_event=event == form.event)
        form.event = event
        draft.asked_registers_on = timezone.localdate()

    return change_draft(draft_id, by, take_in)


def choose_items(draft_id: uuid.UUID, *, by: Account, items: Collection[str]) -> Draft:
    """Choose which of the optional items are wanted; what is left out isn't asked about.

    Raises WrongInput for an item that isn't offered, or that needs another one first.
    """
    return change_draft(draft_id, by, lambda draft, form: form.choose(items))


def save_answers(
    draft_id: uuid.UUID, *, by: Account, step: str, answers: Mapping[str, str]
) -> dict[str, MinshengError]:
    """Keep the answers of one page of the form and return what is wrong, by field.

    What is right is kept even when something else is wrong; nothing typed is lost. An answer to
    a question that isn't asked, because a register knows, is left out.
    """
    errors: dict[str, MinshengError] = {}

    def take_in(draft: Draft, form: Form) -> None:
        keys = _step(form, step).fields
        for key in keys:
            if key in answers and form.is_asked(key):
                form.take(key, answers[key])
        asked = [declared for declared in form.asked() if declared.key in keys]
        open_keys = {declared.key for declared in form.unanswered()}
        for declared in asked:
            if declared.key in form.mistakes:
                errors[declared.key] = form.mistakes[declared.key]
            elif declared.key in open_keys:
                errors[declared.key] = missing_answer(declared)
        draft.changed = []

    change_draft(draft_id, by, take_in)
    return errors


def give_file(
    draft_id: uuid.UUID, *, by: Account, material: str, name: str, content: bytes
) -> Draft:
    """Keep an uploaded file for one material. Raises WrongInput when it isn't what it says."""
    draft = own_draft(draft_id, by)
    declared = _material(draft, material)
    _require_way(declared, "applicant")
    stored = records.store_file(content, name, owner=draft.person, by=by)
    _give(draft, material, stored)
    return draft


def give_promise(draft_id: uuid.UUID, *, by: Account, material: str) -> Draft:
    """Promise to bring one material later (容缺承诺), where the service allows it."""
    draft = own_draft(draft_id, by)
    _require_way(_material(draft, material), "promise")
    _give(draft, material, None)
    return draft


def discard_draft(draft_id: uuid.UUID, *, by: Account) -> None:
    """Throw a draft away, with its files."""
    with transaction.atomic():
        drop_draft(own_draft(draft_id, by, is_locked=True))


def drop_draft(draft: Draft) -> None:
    """Delete a draft and the files that nothing else holds."""
    files = list(draft.files.exclude(file=None).values_list("file_id", flat=True))
    draft.delete()
    drop_files(files)


def move_draft(draft_id: uuid.UUID, *, by: Account) -> bool:
    """Take a draft to the version of its service in force; False when it is there already."""
    draft = own_draft(draft_id, by)
    loaded = catalogue.service_on(draft.slug, timezone.localdate())
    if draft.pack_id == loaded.hash:
        return False
    change_draft(draft_id, by, lambda d, form: _move(d, form, loaded))
    return True


def facts_of(draft: Draft) -> dict[str, Fact]:
    """Return the facts of a draft as of today."""
    return open_form(draft, on=timezone.localdate()).facts


def begin_draft(
    account: Account, loaded: LoadedService, person: Person | None, mandate: Mandate | None
) -> Draft:
    """Return a new draft with what registers say; the one that is there if two begin at once."""
    spec, on = loaded.spec, timezone.localdate()
    if person is None:
        raise access.no_such_draft()
    gathering = Gathering(spec, person)
    choices = gathering.events()
    form = Form(spec=spec, own_number=people.number_of(person), on=on, choices=choices)
    form.event = gathering.event = _only(_free(spec.slug, choices))
    form.read_registers(gathering.run(), is_same_event=False)
    draft = Draft(
        account=account,
        person=person,
        mandate=mandate,
        slug=spec.slug,
        pack=catalogue.pin(loaded),
        asked_registers_on=on,
        created_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            _write(draft, form)
            if mandate is not None:
                mandate_actions.note_act(mandate, f"began:{spec.slug}", by=account)
    except IntegrityError:
        # Opened on two devices at once: both go on with the one that was there first.
        first = Draft.objects.filter(account=account, person=person, slug=spec.slug)
        return first.latest("saved_at")
    return draft


def change_draft(draft_id: uuid.UUID, by: Account, change: Callable[[Draft, Form], None]) -> Draft:
    """Return a draft after a change, made on what it holds once it is locked."""
    try:
        with transaction.atomic():
            draft = own_draft(draft_id, by, is_locked=True)
            form = open_form(draft, on=timezone.localdate())
            change(draft, form)
            _write(draft, form)
    except IntegrityError as error:
        raise Conflict(
            "another_draft",
            "这一个您已经有一张没提交的表。到“我的”里接着填那一张。",
            "You have another unfinished form for this one. Go on with it under “Mine”.",
        ) from error
    return draft


def _move(draft: Draft, form: Form, loaded: LoadedService) -> None:
    changed = form.move_to(loaded.spec)
    draft.pack = catalogue.pin(loaded)
    draft.changed = [{"zh": label.zh, "en": label.en} for label in changed]
    draft.asked_registers_on = None
    gone = draft.files.exclude(material__in=loaded.spec.materials)
    files = list(gone.exclude(file=None).values_list("file_id", flat=True))
    gone.delete()
    drop_files(files)


def _write(draft: Draft, form: Form) -> None:
    seal_form(draft, form)
    draft.event = events.blind(draft.slug, form.event)
    draft.saved_at, draft.warned_at = timezone.now(), None
    draft.save()


def _free(slug: str, choices: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the events that have no open case; all of them when each has one."""
    taken = events.open_events(slug, list(choices))
    return [event for event in choices if event not in taken] or list(choices)


def _only(free: list[str]) -> str:
    return free[0] if len(free) == 1 else ""


def _give(draft: Draft, material: str, stored: StoredFile | None) -> None:
    """Keep a file, or a promise, in place of what was given before."""
    with transaction.atomic():
        before = DraftFile.objects.select_for_update().filter(draft=draft, material=material)
        files = [row.file_id for row in before if row.file_id]
        DraftFile.objects.update_or_create(
            draft=draft, material=material, defaults={"file": stored}
        )
        drop_files(files)


def drop_files(files: Iterable[uuid.UUID]) -> None:
    """Forget files that a draft held and nothing else holds; those of an earlier case stay with it."""
    files = list(files)
    held = set(CaseMaterial.objects.filter(file__in=files).values_list("file_id", flat=True))
    for file_id in files:
        if file_id not in held:
            records.forget_file(file_id)


def _step(form: Form, key: str) -> StepSpec:
    for declared in form.spec.steps:
        if declared.key == key:
            return declared
    raise NotFound(
        "no_such_step",
        "没有这一步。请回到表的开头。",
        "There is no such step. Go back to the start of the form.",
    )


def _material(draft: Draft, key: str) -> MaterialSpec:
    declared = catalogue.pinned_spec(draft.pack_id).materials.get(key)
    if declared is None:
        raise NotFound(
            "no_such_material",
            "没有这一份材料。请回到材料那一页看看。",
            "There is no such document. Look at the page of documents.",
        )
    return declared


def _require_way(declared: MaterialSpec, way: str) -> None:
    if any(source.kind == way for source in declared.sources):
        return
    words = {
        "promise": Text(
            "这一份不能先承诺后补。请拍照上传，或到窗口办。",
            "This one can't be promised for later. Upload a photo, or come to a counter.",
        ),
        "applicant": Text(
            "这一份不用您交，我们自己去查。",
            "You needn't provide this one; we look it up ourselves.",
        ),
    }
    code = "no_promise" if way == "promise" else "not_from_you"
    raise WrongInput(code, words[way].zh, words[way].en, field=declared.key)


def own_draft(draft_id: uuid.UUID, by: Account, *, is_locked: bool = False) -> Draft:
    """Return a draft of this account; raises NotFound."""
    rows = Draft.objects.select_for_update(of=("self",)) if is_locked else Draft.objects.all()
    draft = rows.select_related("person", "mandate__principal").filter(pk=draft_id).first()
    if draft is None or not access.is_owner(draft, by):
        raise access.no_such_draft()
    return draft
