"""Every write of screening: begin, carry on, stop, approve, say that somebody was found wrongly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.notices import actions as notices
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.people.models import Account, Person
from minsheng.apps.policies import populations
from minsheng.apps.policies.shelf import policy
from minsheng.apps.screening import access, batches
from minsheng.apps.screening.models import (
    APPROVED,
    DECLINED,
    READY,
    RUNNING,
    STOPPED,
    Finding,
    Mark,
    Refusal,
    Run,
)
from minsheng.apps.screening.outcomes import opened, sources_of
from minsheng.apps.screening.words import REASONS
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

BATCH = "screening.batch"
TELL = "screening.tell"
TOLD_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What a run is begun with: which policies, what for, and each data set with its basis."""

    policies: Sequence[str]
    purpose: str
    bases: Mapping[str, str]
    on: date


def start(begun: Begun, *, by: Account) -> Run:
    """Return a run that begins now; the worker carries it on, batch by batch.

    Raises NotAllowed for another post, WrongInput where a policy, the purpose or the basis of a
    data set is missing, Conflict while another run is under way.
    """
    access.require(access.may_start(by))
    chosen = [policy(slug, begun.on) for slug in dict.fromkeys(begun.policies)]
    spec = access.spec()
    if not chosen or any(not one.is_configured or one.about != "person" for one in chosen):
        raise WrongInput(
            "screening.policies",
            "选一项以上、已经配置好的政策。",
            "Choose one or more policies that are configured.",
            field="policies",
        )
    if begun.purpose not in spec.purposes:
        raise WrongInput("screening.purpose", "选为什么找人。", "Say what for.", field="purpose")
    bases = {}
    for source in sources_of(chosen):
        declared = spec.dataset(source)
        basis = begun.bases.get(source, "")
        if declared is None or basis not in declared.bases:
            title = declared.title if declared else Text(source, source)
            raise WrongInput(
                "screening.basis",
                f"“{title.zh}”凭什么用，还没有写明。选一个依据，别的都还在。",
                f"On what basis {title.to('en')!r} is read isn't declared. Choose one; the rest is kept.",
                field=f"basis-{source}",
            )
        bases[source] = basis
    approved = Run.objects.filter(state=APPROVED).order_by("-pk")
    previous = next((one for one in approved if set(one.policies) & set(begun.policies)), None)
    row = Run(
        purpose=begun.purpose,
        bases=bases,
        policies={one.slug: one.version for one in chosen},
        on=begun.on,
        people=populations.everybody(),
        previous=previous,
        started_by=by,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _record(row, "begun", by, {"purpose": row.purpose, "policies": sorted(row.policies)})
            _put_batch(row)
    except IntegrityError as error:
        raise Conflict(
            "screening.running",
            "有一次正在找，等它找完，或者先停下来。",
            "Another run is under way. Wait for it, or stop it first.",
        ) from error
    return row


def carry_batch(job: outbox.Job) -> None:
    """Screen the next people of a run, and put the effect for those after them."""
    row = Run.objects.select_for_update().get(pk=job.payload["run"])
    if row.state == RUNNING and row.batches == job.payload["batch"]:
        carry_on(row)
        if row.state == RUNNING:
            _put_batch(row)


def carry_on(row: Run) -> None:
    """Do the next batch of a run, locked, in the caller's transaction; save the row."""
    batches.screen_next(row)
    if row.cursor == populations.END:
        row.state, row.finished_at = READY, timezone.now()
        audit.record("screening", str(row.pk), audit.News("finished", timezone.now(), "system", {
            "screened": row.screened, "input": row.input_hash}))  # fmt: skip
    row.save()


def stop(run_id: int, *, by: Account) -> Run:
    """Return a run that was under way and is stopped; nothing of it is used."""
    access.require(access.may_see(by))
    with transaction.atomic():
        row = _locked(run_id)
        if row.state != RUNNING:
            raise _not_now()
        row.state, row.finished_at = STOPPED, timezone.now()
        row.save(update_fields=["state", "finished_at"])
        Finding.objects.filter(run=row).delete()
        _record(row, "stopped", by, {})
    return row


def decide(run_id: int, *, approve: bool, by: Account) -> Run:
    """Return a run that a second person approved or declined; approved, people are told.

    Raises NotAllowed for whoever began it and for other posts, Conflict when it was decided.
    """
    access.require(access.may_approve(by))
    with transaction.atomic():
        row = _locked(run_id)
        if row.state != READY:
            raise _not_now()
        if row.started_by_id == by.pk:
            raise NotAllowed(
                "screening.same_person",
                "自己开始的，要另一个人来批。",
                "Whoever began it can't approve it. Ask another one.",
            )
        row.state = APPROVED if approve else DECLINED
        row.decided_by, row.decided_at = by, timezone.now()
        row.save(update_fields=["state", "decided_by", "decided_at"])
        _record(row, "approved" if approve else "declined", by, {})
        if approve and row.purpose == "tell":
            _put_tell(row, 0)
        if approve:
            _forget_superseded(row)
        else:
            Finding.objects.filter(run=row).delete()
    return row


def _forget_superseded(row: Run) -> None:
    """Delete what earlier runs found, where this one asked the same policies."""
    for earlier in Run.objects.filter(state=APPROVED, pk__lt=row.pk):
        if set(earlier.policies) <= set(row.policies):
            Finding.objects.filter(run=earlier).delete()


def tell(job: outbox.Job) -> None:
    """Tell the next people of an approved run that there may be something for them."""
    row = Run.objects.get(pk=job.payload["run"])
    found = Finding.objects.filter(run=row, pk__gt=job.payload["after"]).order_by("pk")
    rows = list(found.select_related("person")[:TOLD_AT_ONCE])
    marked = batches.marked(row, [one.person_id for one in rows])
    accounts = {
        one.person_id: one
        for one in Account.objects.filter(
            person__in=[one.person_id for one in rows], kind=Account.RESIDENT, is_active=True
        )
    }
    for one in rows:
        account = accounts.get(one.person_id)
        said = {slug for slug, outcome in opened(one).items() if outcome.value is True}
        if account is not None and said - marked.get(one.person_id, set()):
            notices.notify(
                account,
                kind="screening",
                title=Text("有政策可能适合您", "Something may be for you"),
                body=Text(
                    "按登记库里的信息，您可能符合一项政策。点开看为什么，要不要办由您定。",
                    "By what the registers know, a policy may apply to you. See why; it is up to you.",
                ),
                link="/mine/policies",
                key=f"screening:{row.pk}",
            )
    if len(rows) == TOLD_AT_ONCE:
        _put_tell(row, rows[-1].pk)


def mark_wrong(
    run_id: int, person_id: UUID, slug: str, *, reason: str, condition: str, by: Account
) -> Mark:
    """Return the word of an officer or of the person that a policy named somebody wrongly.

    The same version names that person no more. Raises WrongInput for a reason that isn't one,
    NotFound for somebody the run didn't find.
    """
    if reason not in REASONS:
        raise WrongInput("screening.reason", "选哪里不对。", "Say what is wrong.", field="reason")
    row = Run.objects.filter(pk=run_id, state=APPROVED).first()
    is_own = by.is_proved and by.person_id is not None and by.person_id == person_id
    if not is_own:
        access.require(access.may_see(by))
    finding = (
        Finding.objects.select_related("person").filter(run=row, person=person_id).first()
        if row
        else None
    )
    said = opened(finding).get(slug) if finding else None
    if row is None or finding is None or said is None or said.value is not True:
        raise NotFound(
            "screening.not_found", "名单里没有这一条。", "There is no such line in the list."
        )
    keys = {one.key for one in policy(slug).conditions}
    if condition and condition not in keys:
        raise WrongInput(
            "screening.condition", "选哪一个条件不对。", "Say which condition.", field="condition"
        )
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=finding.person_id)
        mark, made = Mark.objects.get_or_create(
            person=finding.person,
            policy=slug,
            version=row.policies[slug],
            defaults={"run": row, "condition": condition, "reason": reason, "by": by},
        )
        if made:
            _record(row, "marked", by, {"policy": slug, "condition": condition, "reason": reason})
    return mark


def refuse(account: Account) -> None:
    """Keep that a resident doesn't wish to be searched for; what was found is forgotten."""
    person = _own(account)
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        _, made = Refusal.objects.get_or_create(person=person)
        Finding.objects.filter(person=person).delete()
        if made:
            _record_wish(person, "refused", account)


def allow(account: Account) -> None:
    """Take back a refusal."""
    person = _own(account)
    with transaction.atomic():
        if Refusal.objects.filter(person=person).delete()[0]:
            _record_wish(person, "allowed", account)


def forget(person: Person) -> None:
    """Delete what was found of a person who is erased."""
    Finding.objects.filter(person=person).delete()
    Mark.objects.filter(person=person).delete()
    Refusal.objects.filter(person=person).delete()


def finish(row: Run) -> Run:
    """Carry a run on to its end at once, batch by batch, each in a transaction of its own."""
    while row.state == RUNNING:
        with transaction.atomic():
            row = Run.objects.select_for_update().get(pk=row.pk)
            if row.state == RUNNING:
                carry_on(row)
    return row


HANDLERS: Mapping[str, outbox.Handler] = {BATCH: carry_batch, TELL: tell}
"""What the worker runs for this app."""


def _put_batch(row: Run) -> None:
    outbox.put(BATCH, f"{BATCH}:{row.pk}:{row.batches}", {"run": row.pk, "batch": row.batches})


def _put_tell(row: Run, after: int) -> None:
    outbox.put(TELL, f"{TELL}:{row.pk}:{after}", {"run": row.pk, "after": after})


def _own(account: Account) -> Person:
    if account.person is None or not account.is_proved:
        raise NotAllowed(
            "screening.not_proved",
            "先核实身份，再来一次。",
            "Confirm who you are, then try again.",
        )
    return account.person


def _locked(run_id: int) -> Run:
    row = Run.objects.select_for_update().filter(pk=run_id).first()
    if row is None:
        raise NotFound("screening.no_run", "没有这一次。", "There is no such run.")
    return row


def _not_now() -> Conflict:
    return Conflict(
        "screening.not_now",
        "这一次已经不在这一步了。刷新页面看看。",
        "This run is past that step. Reload the page.",
    )


def _record(row: Run, kind: str, by: Account, data: dict[str, Any]) -> None:
    news = audit.News(kind, timezone.now(), f"account:{by.pk}", data)
    audit.record("screening", str(row.pk), news)


def _record_wish(person: Person, kind: str, by: Account) -> None:
    news = audit.News(kind, timezone.now(), f"account:{by.pk}", {"subject": f"person:{person.pk}"})
    audit.record("screening", "wishes", news)
