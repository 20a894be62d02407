"""Writing to outside registers what an office has agreed to; run by the worker."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from minsheng.apps.cases import catalogue, facts, lookups, store
from minsheng.apps.cases.actions.steps import finish_effect
from minsheng.apps.cases.actions.transition import locked, write_events
from minsheng.apps.cases.connect.registers import Written
from minsheng.apps.cases.models import Case, CaseValue
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.people import actions as people
from minsheng.apps.people import keys
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.typed import typed
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import Event, Json

REGISTERED = "register.corrected"


def receipt_field(item: str) -> str:
    """Return under which name a case keeps what a register answered to an item's write."""
    return f"{item}.receipt"


def call_effect(job: outbox.Job) -> Written:
    """Write to the outside register; runs with no transaction open and may be repeated.

    Only the fields that the item's office may read are sent. A write that corrects an earlier one
    names it, so that the register changes its entry instead of making a second.
    """
    case = Case.objects.select_related("applicant").get(pk=job.payload["case"])
    key = str(job.payload["item"])
    uses = catalogue.pinned_spec(case.pack_id).items[key].uses
    known = facts.values_of(case)
    body = {k: facts.as_plain(known[k].value) for k in uses if k in known and known[k].is_known}
    body["about"] = people_reads.number_of(case.applicant)
    body["case"] = case.number
    before = known.get(receipt_field(key))
    if before is not None and int(job.payload["attempt"]) > 1:
        body["replaces"] = before.value
    return lookups.write(str(job.payload["register"]), body, key=job.key)


def finish_call(job: outbox.Job, written: Written) -> None:
    """Keep what the register answered and let the item be done, in one transaction."""
    item, register = str(job.payload["item"]), str(job.payload["register"])
    with transaction.atomic():
        case = locked(int(job.payload["case"]))
        spec = catalogue.pinned_spec(case.pack_id)
        answered = _answered(spec, register, written)
        _keep(case, {**answered, receipt_field(item): written.result}, register, timezone.now())
        result = keys.blind("case-result", f"{case.draft}\n{written.result}")
        finish_effect(case.pk, item, attempt=int(job.payload["attempt"]), result=result)


def call_rewrite(job: outbox.Job) -> Written | None:
    """Tell the register what an officer has put right in a done item; None when that fell meanwhile.

    The write names the entry that it changes. Runs with no transaction open and may be repeated.
    """
    return call_effect(job) if _stands(Case.objects.get(pk=job.payload["case"]), job) else None


def finish_rewrite(job: outbox.Job, written: Written | None) -> None:
    """Keep what the register answered and have the new certificate made, in one transaction."""
    if written is None:
        return
    item, attempt = str(job.payload["item"]), int(job.payload["attempt"])
    register = str(job.payload["register"])
    with transaction.atomic():
        case = locked(int(job.payload["case"]))
        spec, state, at = catalogue.pinned_spec(case.pack_id), store.state_of(case), timezone.now()
        now = state.items[item]
        if now.attempt == attempt or now.status not in ("external", "done"):
            # Taken back meanwhile, the next write changes this entry; one that is done has its own.
            answered = _answered(spec, register, written)
            _keep(case, {**answered, receipt_field(item): written.result}, register, at)
        data: dict[str, Json] = {"attempt": attempt, "register": register}
        write_events(case, spec, state, [Event(REGISTERED, at, item=item, data=data)], at=at)
        if not _stands(case, job):
            return
        outbox.put(
            "case.certificate",
            f"case.certificate:{case.draft}:{item}:{attempt}",
            {
                "case": case.pk,
                "item": item,
                "attempt": attempt,
                "replaces": job.payload["replaces"],
            },
        )


def _stands(case: Case, job: outbox.Job) -> bool:
    """Whether the attempt that a rewrite is about is still the one that is done."""
    now = store.state_of(case).items[str(job.payload["item"])]
    return now.attempt == int(job.payload["attempt"]) and "done" in (now.status, now.before)


def _answered(spec: ServiceSpec, register: str, written: Written) -> dict[str, object]:
    """Return the declared fields of an answer, typed. Raises WrongInput for one that can't be."""
    on = timezone.localdate()
    return {
        declared.key: typed(declared, str(written.values[source.part]), on=on)
        for declared in spec.fields.values()
        for source in declared.sources
        if source.kind == "register" and source.name == register
        if written.values.get(source.part) not in (None, "")
    }


def _keep(case: Case, values: dict[str, object], register: str, at: datetime) -> None:
    CaseValue.objects.bulk_create(
        [
            CaseValue(
                case=case,
                field=key,
                sealed=people.seal_value(case.applicant, facts.as_text(value), purpose_field=key),
                origin=f"register:{register}",
                reason="",
                at=at,
            )
            for key, value in values.items()
        ],
        update_conflicts=True,
        unique_fields=["case", "field"],
        update_fields=["sealed", "origin", "reason", "at"],
    )
