"""Proofs of a running case: bringing what was promised, and opening what was brought."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from minsheng.apps.cases import access, agents, catalogue, store
from minsheng.apps.cases.actions.transition import locked, write_events
from minsheng.apps.cases.models import RUNNING, Case, Item
from minsheng.apps.people.models import Account
from minsheng.apps.records import actions as records
from minsheng.apps.records.reads import Opened
from minsheng.engines.casework.state import Event
from minsheng.lib.errors import Conflict, NotFound

CAME = "material.came"
ATTACHED = "objection.file"
BRINGABLE = ("promised", "overdue", "provided")


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as somebody sends it, not looked at yet."""

    name: str
    content: bytes


def bring_material(case_id: int, material: str, *, by: Account, name: str, content: bytes) -> Case:
    """Keep the file of a proof that was promised, or that replaces one given before.

    Returns the case. Raises WrongInput when the file isn't what it says, Conflict when the case
    is closed or the proof isn't the applicant's to bring.
    """
    actor = agents.actor_in(case_id, by)
    case = Case.objects.select_related("applicant").get(pk=case_id)
    if not case.materials.filter(key=material, state__in=BRINGABLE).exists():
        raise _not_wanted()
    stored = records.store_file(content, name, owner=case.applicant, by=by)
    at = timezone.now()
    with transaction.atomic():
        case = locked(case_id)
        agents.require_still(actor, by, case)
        row = case.materials.filter(key=material, state__in=BRINGABLE).first()
        if row is None or (case.status != RUNNING and row.state == "provided"):
            raise _not_wanted()
        row.state, row.origin, row.file, row.at = "provided", "applicant", stored, at
        row.save(update_fields=["state", "origin", "file", "at"])
        spec, state = catalogue.pinned_spec(case.pack_id), store.state_of(case)
        data = {"material": material, "file": str(stored.pk)}
        write_events(case, spec, state, [Event(CAME, at, actor.by, data=data)], at=at)
        actor.note("brought", by, case)
    return case


def attach_file(case_id: int, item: str, *, by: Account, file: Paper) -> Case:
    """Keep a file beside the words of an objection that isn't decided yet, one for each.

    Returns the case. Raises WrongInput when the file isn't what it says, Conflict when nobody looks at
    an objection now or it has a file already.
    """
    actor, at = agents.actor_in(case_id, by), timezone.now()
    with transaction.atomic():
        case = locked(case_id)
        agents.require_still(actor, by, case)
        spec, state = catalogue.pinned_spec(case.pack_id), store.state_of(case)
        note = case.notes.filter(item=item, kind="objection").order_by("-pk").first()
        is_open = item in state.items and state.items[item].status == "objected"
        if note is None or note.file_id is not None or not is_open:
            raise _no_objection()
        stored = records.store_file(file.content, file.name, owner=case.applicant, by=by)
        note.file = stored
        note.save(update_fields=["file"])
        data = {"item": item, "file": str(stored.pk), "digest": stored.digest}
        write_events(case, spec, state, [Event(ATTACHED, at, actor.by, data=data)], at=at)
        actor.note("attached", by, case)
    return case


def open_attached(item_id: int, *, by: Account) -> Opened:
    """Return the file of the last objection to an item, for its post; the look is written down."""
    item = Item.objects.select_related("case").filter(pk=item_id).first()
    if item is None:
        raise access.no_such_item()
    access.require_post(item, by)
    case = item.case
    notes = case.notes.filter(item=item.key, kind="objection", file__isnull=False)
    note = notes.order_by("-pk").first()
    if note is None:
        raise NotFound(
            "no_such_file",
            "这一件的异议没有附文件。回到这一件看申请人写的话。",
            "No file came with an objection to this item. Go back to it for the applicant's words.",
        )
    return records.open_for_duty(
        str(note.file_id), by=by, purpose="case", case=case.number, is_protected=case.protected
    )


def open_material(item_id: int, material: str, *, by: Account) -> Opened:
    """Return the file of a proof to the officer whose item needs it; the look is written down."""
    item = Item.objects.select_related("case").filter(pk=item_id).first()
    if item is None:
        raise access.no_such_item()
    access.require_post(item, by)
    case = item.case
    declared = catalogue.pinned_spec(case.pack_id).items[item.key]
    row = case.materials.select_related("file").filter(key=material).first()
    if (
        row is None
        or row.file is None
        or material not in declared.materials
        or item.started is None
    ):
        raise NotFound(
            "no_such_material",
            "这一件没有这份材料，或者它不是上传的文件。",
            "This item has no such proof, or it isn't an uploaded file.",
        )
    return records.open_for_duty(
        row.file.pk, by=by, purpose="case", case=case.number, is_protected=case.protected
    )


def _no_objection() -> Conflict:
    return Conflict(
        "no_open_objection",
        "现在没有在看的异议，或者已经附过一个文件。到案卷里看。",
        "No objection is being looked at, or it has a file already. See your case.",
    )


def _not_wanted() -> Conflict:
    return Conflict(
        "material_not_wanted",
        "这一份现在不用您交：已经查到，或者案卷已经办结。到案卷里看。",
        "This proof isn't needed from you now: it was found, or the case is closed. See your case.",
    )
