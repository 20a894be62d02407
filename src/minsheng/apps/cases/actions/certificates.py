"""Certificates of items and of whole cases: issued, and revoked when they stop being true.

Printing and signing take a second and run outside any transaction. So what a certificate rests on
is looked at again after it was made: reversed meanwhile, it is revoked at once.
"""

from __future__ import annotations

from django.utils import timezone

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import catalogue, facts, store
from minsheng.apps.cases.models import Case
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.people.models import Person
from minsheng.apps.people.typed import shown
from minsheng.apps.records import actions as records
from minsheng.apps.records import reads as records_reads
from minsheng.apps.records.actions import Origin
from minsheng.apps.records.certificates.sheet import Fact, Table
from minsheng.apps.records.models import Licence
from minsheng.engines.casework.clocks import due_of
from minsheng.engines.casework.spec import FieldSpec, ServiceSpec
from minsheng.lib.texts import Text

COMPLETION = "completion"
REVERSED = Text("它所依据的那一件更正了", "What it was based on has been corrected")


def issue_certificate(job: outbox.Job) -> None:
    """Print, sign and keep the certificate of an item, or of the whole case (item "").

    Nothing is issued for an attempt that has been reversed meanwhile; what a worker that was killed
    had already kept of it is revoked.
    """
    case = Case.objects.select_related("applicant").get(pk=job.payload["case"])
    item, attempt = str(job.payload["item"]), int(job.payload["attempt"])
    if not _stands(case, item, attempt):
        kept = records_reads.licence_of_origin(case.number, item, attempt=attempt)
        if kept is not None:
            records.revoke_licence(kept.pk, reason=REVERSED, by="system")
        return
    spec = catalogue.pinned_spec(case.pack_id)
    if item:
        licence = _issue_item(case, spec, item, attempt)
    else:
        licence = _issue_completion(case, spec, attempt)
    if job.payload.get("replaces"):
        _replace(case, spec, licence, str(job.payload["replaces"]))
    case.refresh_from_db()
    if case.hidden_from_applicant:
        records.set_withheld(case.number, withheld=True)
    if not _stands(case, item, attempt):
        records.revoke_licence(licence.pk, reason=REVERSED, by="system")


def _replace(case: Case, spec: ServiceSpec, licence: Licence, reason: str) -> None:
    """Revoke every earlier wording of an item's certificate; the last one's page leads to the new one."""
    declared = spec.reasons.get(reason)
    words = declared.text if declared else REVERSED
    earlier = [
        old
        for old in records_reads.licences_of_case(case.number)
        if old.origin_item == licence.origin_item and not old.is_revoked
        if old.origin_attempt < licence.origin_attempt
    ]
    # A licence stands in the place of one alone; another that a quick second correction left goes too.
    is_free = not Licence.objects.filter(replaced_by=licence).exists()
    for old in sorted(earlier, key=lambda one: one.origin_attempt, reverse=True):
        records.revoke_licence(
            old.pk, reason=words, by="system", replaced_by=licence if is_free else None
        )
        is_free = False


def revoke_certificate(job: outbox.Job) -> None:
    """Revoke what a reversed attempt had given; its verification page says so from now on."""
    case = Case.objects.get(pk=job.payload["case"])
    reasons = catalogue.pinned_spec(case.pack_id).reasons
    item, attempt = str(job.payload["item"]), int(job.payload["attempt"])
    declared = reasons.get(str(job.payload["reason"]))
    words = declared.text if declared else REVERSED
    # An earlier wording too, where a correction had no time to replace it.
    for licence in records_reads.licences_of_case(case.number):
        is_meant = licence.origin_item == item and licence.origin_attempt <= attempt
        if is_meant and not licence.is_revoked:
            records.revoke_licence(licence.pk, reason=words, by="system")


def _stands(case: Case, item: str, attempt: int) -> bool:
    """Whether what a certificate says is so: this attempt is done, this closing is the last."""
    if item:
        now = store.state_of(case).items[item]
        return now.attempt == attempt and "done" in (now.status, now.before)
    closings = [e.seq for e in audit.history(store.CHAIN, str(case.pk)) if e.kind == "closed"]
    return case.status in {"done", "partly_done"} and closings[-1:] == [attempt]


def _issue_item(case: Case, spec: ServiceSpec, key: str, attempt: int) -> Licence:
    item, packs, on = spec.items[key], catalogue.packs(), timezone.localdate()
    declared = spec.certificates[item.gives]
    known = facts.values_of(case)
    return records.issue_licence(
        item.gives,
        _holder(case, declared.holder),
        title=declared.title,
        office=packs.district.office(item.office),
        district=packs.district.title,
        facts=[
            _printed(spec.fields[name], known[name].value)
            for name in declared.fields
            if name in known and known[name].is_known
        ],
        origin=Origin(case.number, key, attempt),
        by="system",
        on=on,
        valid_until=packs.calendar.add(on, declared.valid).day if declared.valid else None,
        discreet=case.protected,
    )


def _issue_completion(case: Case, spec: ServiceSpec, attempt: int) -> Licence:
    """Certify which matters are done; named by what the applicant named, as for a child."""
    district, known = catalogue.packs().district, facts.values_of(case)
    names = [
        _printed(declared, known[key].value)
        for key, declared in spec.fields.items()
        if declared.type == "name" and declared.ask == "always"
        if key in known and known[key].is_known
    ]
    return records.issue_licence(
        COMPLETION,
        case.applicant,
        title=Text("一件事办结凭证", "Certificate of completion"),
        office=district.office(spec.lead),
        district=district.title,
        facts=[
            Fact("case", Text("案卷", "Case"), case.number),
            Fact("service", Text("办的事", "Service"), spec.title.zh),
            *names,
            Fact("submitted", Text("提交", "Submitted"), case.submitted_day.isoformat()),
        ],
        table=Table(
            (
                Text("事项", "Item"),
                Text("办理部门", "Office"),
                Text("办结日期", "Done on"),
                Text("用时", "Time"),
            ),
            _rows(case, spec),
        ),
        origin=Origin(case.number, "", attempt),
        by="system",
        discreet=case.protected,
    )


def _rows(case: Case, spec: ServiceSpec) -> tuple[tuple[str, ...], ...]:
    calendar, state = catalogue.calendar(), store.state_of(case)
    district = catalogue.packs().district
    rows = []
    for key, item in state.items.items():
        if item.status != "done" or item.finished is None:
            continue
        used = due_of(spec, state, key, calendar=calendar, on=item.finished).used
        unit = "天" if spec.items[key].due.unit == "cd" else "个工作日"
        rows.append(
            (
                spec.items[key].title.zh,
                district.office(spec.items[key].office).zh,
                item.finished.isoformat(),
                f"{used} {unit}" if used else "当天",
            )
        )
    return tuple(rows)


def _holder(case: Case, subject: str) -> Person:
    """Return the person who holds a certificate: the applicant, unless it is another one."""
    if case.protected:
        return case.applicant  # nobody else finds a certificate of it in their wallet
    row = case.subjects.select_related("person").filter(key=subject).first()
    return row.person if row is not None and row.person is not None else case.applicant


def _printed(declared: FieldSpec, value: object) -> Fact:
    """Return one line of a certificate; a citizen number that it certifies is printed whole."""
    words = str(value) if declared.type == "citizen_number" else shown(declared, value, "zh")
    return Fact(declared.key, declared.label, words)
