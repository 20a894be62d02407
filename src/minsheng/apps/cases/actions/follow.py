"""What follows a step: notices, certificates, register writes, timers. Run by the worker.

Each may run twice and acts once: notices have a key, licences an origin, writes an idempotency
key, timers a row of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import reads as audit
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import catalogue, facts, lookups, store
from minsheng.apps.cases.actions.steps import finish_effect
from minsheng.apps.cases.connect.registers import Written
from minsheng.apps.cases.models import Case, CaseSubject, CaseValue, FiredTimer
from minsheng.apps.notices import actions as notices
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account
from minsheng.apps.records import actions as records
from minsheng.apps.records import reads as records_reads
from minsheng.apps.records.actions import Origin
from minsheng.apps.records.certificates.sheet import Fact, Table
from minsheng.engines.casework.advance import Timer, acceptable_on_fire, timers
from minsheng.engines.casework.spec import FieldSpec, ServiceSpec
from minsheng.lib.texts import Text, day_said

COMPLETION = "completion"


def follow_case(job: outbox.Job) -> None:
    """Tell people and put what else follows from a run of events of one case."""
    case = Case.objects.select_related("applicant", "filed_by").get(pk=job.payload["case"])
    first, last = int(job.payload["from"]), int(job.payload["to"])
    for entry in audit.history(store.CHAIN, str(case.pk), after=first - 1):
        if entry.seq <= last:
            _follow_entry(case, entry)


def call_effect(job: outbox.Job) -> Written:
    """Write to the outside register; runs with no transaction open and may be repeated."""
    case = Case.objects.select_related("applicant").get(pk=job.payload["case"])
    spec = catalogue.pinned_spec(case.pack_id)
    item = spec.items[str(job.payload["item"])]
    body = {
        key: facts.as_plain(fact.value)
        for key, fact in facts.values_of(case).items()
        if fact.is_known and key in item.uses
    }
    body["about"] = people_reads.number_of(case.applicant)
    body["case"] = case.number
    return lookups.write(str(job.payload["register"]), body, key=job.key)


def finish_call(job: outbox.Job, written: Written) -> None:
    """Keep what the register answered and let the item be done."""
    case = Case.objects.select_related("applicant").get(pk=job.payload["case"])
    for key, value in written.values.items():
        CaseValue.objects.update_or_create(
            case=case,
            field=key,
            defaults={
                "sealed": people.seal_value(
                    case.applicant, facts.as_text(str(value)), purpose_field=key
                ),
                "origin": f"register:{job.payload['register']}",
                "reason": "",
                "at": timezone.now(),
            },
        )
    finish_effect(
        case.pk,
        str(job.payload["item"]),
        attempt=int(job.payload["attempt"]),
        result=written.result,
    )


def issue_certificate(job: outbox.Job) -> None:
    """Print, sign and keep the certificate of an item, or of the whole case."""
    case = Case.objects.select_related("applicant").get(pk=job.payload["case"])
    spec = catalogue.pinned_spec(case.pack_id)
    key = str(job.payload["item"])
    if key:
        _issue_item(case, spec, key, int(job.payload["attempt"]))
    else:
        _issue_completion(case, spec, int(job.payload["attempt"]))


def revoke_certificate(job: outbox.Job) -> None:
    """Revoke what a reversed attempt had given; its verification page says so from now on."""
    case = Case.objects.get(pk=job.payload["case"])
    spec = catalogue.pinned_spec(case.pack_id)
    licence = records_reads.licence_of_origin(
        case.number, str(job.payload["item"]), attempt=int(job.payload["attempt"])
    )
    reason = spec.reasons.get(str(job.payload["reason"]))
    if licence is not None:
        words = (
            reason.text
            if reason
            else Text("它所依据的那一件更正了", "What it was based on has been corrected")
        )
        records.revoke_licence(licence.pk, reason=words, by="system")


def fire_timers() -> int:
    """Fire the timers that are due in running cases and return how many acted."""
    on = timezone.localdate()
    calendar = catalogue.calendar()
    fired = 0
    for case in Case.objects.filter(status="running").iterator():
        spec = catalogue.pinned_spec(case.pack_id)
        for timer in timers(spec, store.state_of(case), calendar):
            if timer.at_day <= on:
                fired += _fire(case.pk, timer, on)
    return fired


def _follow_entry(case: Case, entry: Entry) -> None:
    act = _FOLLOW.get(entry.kind)
    if act is not None:
        act(case, catalogue.pinned_spec(case.pack_id), entry)


def _told_submitted(case: Case, spec: ServiceSpec, entry: Entry) -> None:
    day = day_said(case.promised_day)
    _tell(
        case,
        entry,
        "submitted",
        Text(f"收到了：{spec.title.zh}", f"We have it: {spec.title.to('en')}"),
        Text(
            f"{day.zh}前全部办好。办好一件，告诉您一件。",
            f"All done by {day.en}. We tell you as each item is done.",
        ),
    )


def _told_done(case: Case, spec: ServiceSpec, entry: Entry) -> None:
    item = spec.items[str(entry.data["item"])]
    if item.gives:
        _put(case, "case.certificate", item.key, int(str(entry.data["attempt"])))
    _tell(
        case,
        entry,
        "done",
        Text(f"办好了：{item.title.zh}", f"Done: {item.title.to('en')}"),
        Text("到案卷里看结果。", "See the result in your case."),
    )


def _told_refused(case: Case, spec: ServiceSpec, entry: Entry) -> None:
    item = spec.items[str(entry.data["item"])]
    reason = spec.reasons.get(str(entry.data.get("reason", "")))
    _tell(
        case,
        entry,
        "refused",
        Text(f"没办成：{item.title.zh}", f"Refused: {item.title.to('en')}"),
        reason.remedy if reason else Text("到案卷里看原因。", "See why in your case."),
    )


def _told_returned(case: Case, spec: ServiceSpec, entry: Entry) -> None:
    item = spec.items[str(entry.data["item"])]
    _tell(
        case,
        entry,
        "returned",
        Text(f"等您补一样：{item.title.zh}", f"One thing needed from you: {item.title.to('en')}"),
        Text(
            "打开案卷看要补什么，写好发出就接着办。等您的日子停表，别的照办。",
            "Open the case to see what is needed; once you send it, we go on. "
            "The clock is stopped while we wait for you; the rest goes ahead.",
        ),
    )


def _told_consent(case: Case, spec: ServiceSpec, entry: Entry) -> None:
    subject = CaseSubject.objects.filter(case=case, key=str(entry.data["subject"])).first()
    account = people_reads.account_of_person(subject.person) if subject else None
    if account is not None:
        _notify(
            account,
            case,
            entry,
            "consent",
            Text(f"要您同意：{spec.title.zh}", f"Your consent is needed: {spec.title.to('en')}"),
            Text(
                "有一件要您同意才能开始。打开案卷，点同意或不同意。",
                "One item starts only when you agree. Open the case and say yes or no.",
            ),
        )


def _closed(case: Case, spec: ServiceSpec, entry: Entry) -> None:
    if entry.data.get("status") in {"done", "partly_done"}:
        _put(case, "case.certificate", "", entry.seq)
        _tell(
            case,
            entry,
            "closed",
            Text(f"全部办完：{spec.title.zh}", f"All finished: {spec.title.to('en')}"),
            Text("办得怎样？打开案卷，说一句真话。", "How did it go? Open the case and be frank."),
        )


def _reversed(case: Case, spec: ServiceSpec, entry: Entry) -> None:
    item = str(entry.data["item"])
    attempt = int(str(entry.data["attempt"])) - 1
    outbox.put(
        "case.revoke",
        f"case:{case.pk}:{item}:{attempt}:revoke",
        {
            "case": case.pk,
            "item": item,
            "attempt": attempt,
            "reason": str(entry.data.get("reason", "")),
        },
    )


def _put(case: Case, kind: str, item: str, attempt: int) -> None:
    outbox.put(
        kind,
        f"case:{case.pk}:{item}:{attempt}:certificate",
        {"case": case.pk, "item": item, "attempt": attempt},
    )


_FOLLOW: Mapping[str, Callable[[Case, ServiceSpec, Entry], None]] = {
    "case.submitted": _told_submitted,
    "submitted": _told_submitted,
    "done": _told_done,
    "refused": _told_refused,
    "returned": _told_returned,
    "consent_wanted": _told_consent,
    "closed": _closed,
    "reversed": _reversed,
    "redone": _reversed,
}


def _tell(case: Case, entry: Entry, kind: str, title: Text, body: Text) -> None:
    account = people_reads.account_of_person(case.applicant) or case.filed_by
    _notify(account, case, entry, kind, title, body)


def _notify(account: Account, case: Case, entry: Entry, kind: str, title: Text, body: Text) -> None:
    notices.notify(
        account,
        kind=f"case.{kind}",
        title=title,
        body=body,
        link=f"/mine/cases/{case.number}",
        key=f"case:{case.pk}:{entry.seq}:{account.pk}",
    )


def _issue_item(case: Case, spec: ServiceSpec, key: str, attempt: int) -> None:
    item = spec.items[key]
    declared = spec.certificates[item.gives]
    known = facts.values_of(case)
    records.issue_licence(
        item.gives,
        case.applicant,
        title=declared.title,
        office=catalogue.packs().district.office(item.office),
        district=catalogue.packs().district.title,
        facts=[
            _printed(spec.fields[name], known[name].value)
            for name in declared.fields
            if name in known and known[name].is_known
        ],
        origin=Origin(case.number, key, attempt),
        by="system",
    )


def _issue_completion(case: Case, spec: ServiceSpec, attempt: int) -> None:
    calendar = catalogue.calendar()
    state = store.state_of(case)
    known = facts.values_of(case)
    district = catalogue.packs().district
    rows = tuple(
        (
            spec.items[key].title.zh,
            district.office(spec.items[key].office).zh,
            item.finished.isoformat(),
            f"{max(1, calendar.workdays_between(item.started, item.finished))} 个工作日",
        )
        for key, item in state.items.items()
        if item.status == "done" and item.started and item.finished
    )
    records.issue_licence(
        COMPLETION,
        case.applicant,
        title=Text("一件事办结凭证", "Certificate of completion"),
        office=district.office(spec.lead),
        district=district.title,
        facts=[
            Fact("case", Text("案卷", "Case"), case.number),
            Fact("service", Text("办的事", "Service"), spec.title.zh),
            *(
                _printed(spec.fields[name], known[name].value)
                for name in ("child_name",)
                if name in spec.fields and name in known and known[name].is_known
            ),
            Fact("submitted", Text("提交", "Submitted"), case.submitted_day.isoformat()),
        ],
        table=Table(
            (
                Text("事项", "Item"),
                Text("办理部门", "Office"),
                Text("办结日期", "Done on"),
                Text("用时", "Time"),
            ),
            rows,
        ),
        origin=Origin(case.number, "", attempt),
        by="system",
    )


def _printed(declared: FieldSpec, value: object) -> Fact:
    """Return one line of a certificate; the child's own number is printed whole."""
    shown = str(value) if declared.type == "citizen_number" else facts.shown(declared, value, "zh")
    return Fact(declared.key, declared.label, shown)


def _fire(case_id: int, timer: Timer, on: date) -> int:
    """Let one timer act, unless it has acted or says nothing true any more."""
    try:
        with transaction.atomic():
            case = Case.objects.select_for_update().get(pk=case_id)
            spec = catalogue.pinned_spec(case.pack_id)
            state = store.state_of(case)
            calendar = catalogue.calendar()
            if not acceptable_on_fire(spec, state, timer, calendar=calendar, on=on):
                return 0
            item = case.items.get(key=timer.item)
            FiredTimer.objects.create(
                item=item, rule=timer.rule, due_version=timer.due_version, at=timezone.now()
            )
            for account in people_reads.accounts_of(item.post, on):
                notices.notify(
                    account,
                    kind=f"timer.{timer.rule}",
                    title=_TIMER_WORDS[timer.rule],
                    body=Text(
                        f"案卷 {case.number}：{spec.items[item.key].title.zh}",
                        f"Case {case.number}: {spec.items[item.key].title.to('en')}",
                    ),
                    link=f"/desk/items/{item.pk}",
                    key=f"timer:{item.pk}:{timer.rule}:{timer.due_version}:{account.pk}",
                )
            return 1
    except IntegrityError:
        return 0


_TIMER_WORDS = {
    "soon": Text("还剩一个工作日", "One working day left"),
    "due": Text("今天到期", "Due today"),
    "overdue": Text("超期了", "Late"),
}
