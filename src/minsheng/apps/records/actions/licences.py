"""Issuing and revoking licences."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.records import reads, signing
from minsheng.apps.records.actions.files import author, store_file
from minsheng.apps.records.certificates.fonts import font_book
from minsheng.apps.records.certificates.render import render
from minsheng.apps.records.certificates.sheet import Fact, Table
from minsheng.apps.records.files import vault
from minsheng.apps.records.issuers import Issue, sheet_for
from minsheng.apps.records.models import Licence
from minsheng.apps.records.numbers import new_number
from minsheng.lib.errors import Conflict, NotFound, WrongInput
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account, Person

STREAM = "licence"


@dataclass(frozen=True, slots=True)
class Origin:
    """Which attempt of which item of which case gave the licence. One origin, one licence."""

    case: str
    item: str
    attempt: int = 1


def issue_licence(
    kind: str,
    holder: Person,
    *,
    title: Text,
    office: Text,
    district: Text,
    facts: Sequence[Fact],
    origin: Origin,
    by: Account | str,
    on: date | None = None,
    valid_until: date | None = None,
    table: Table | None = None,
    discreet: bool = False,
) -> Licence:
    """Return the licence of this origin: made, printed, signed and kept, or the one there is.

    May be called again after a crash, and by two workers at once: the same origin always gives
    the same licence. `facts` are printed in their order; `on` is the day of issue (today).
    `discreet`: its verification page says only whether it is genuine.
    Raises Unavailable when it can't be printed (a missing character) or signed; then nothing is
    kept and it can be tried again. Raises Conflict when the origin gave another kind or holder.
    """
    existing = _of_origin(origin)
    if existing is not None:
        return _same(existing, kind, holder)
    day = on or timezone.localdate()
    number = new_number(day.year)
    issue = Issue(
        kind=kind,
        number=number,
        title=title,
        office=office,
        district=district,
        holder_name=people_reads.name_of(holder),
        holder_number=holder.number_masked,
        facts=tuple(facts),
        table=table,
        issued_on=day,
        valid_until=valid_until,
        verify_url=reads.verify_url(number),
        demo=settings.DEMO,
    )
    pdf = _signed(issue)
    try:
        with transaction.atomic():
            return _keep(issue, holder, pdf=pdf, origin=origin, by=author(by))
    except IntegrityError:
        existing = _of_origin(origin)
        if existing is None:
            raise
        return _same(existing, kind, holder)


def set_discreet(case: str, *, discreet: bool) -> int:
    """Return how many licences of a case now say (or no longer say) only whether they are genuine."""
    return Licence.objects.filter(origin_case=case).update(discreet=discreet)


def set_withheld(case: str, *, withheld: bool) -> int:
    """Return how many licences of a case are now hidden from their holder, or shown again."""
    return Licence.objects.filter(origin_case=case).update(withheld=withheld)


def revoke_licence(
    licence_id: uuid.UUID | str,
    *,
    reason: Text,
    by: Account | str,
    replaced_by: Licence | None = None,
) -> Licence:
    """Return the licence, revoked. `reason` is a declared text that strangers will read.

    `replaced_by` is the one with new wording; the verification page then leads to it. Revoking
    twice changes nothing: day, reason and author of the first time stand.
    """
    if not reason.zh:
        raise WrongInput(
            "licence_reason",
            "撤销要写明原因。请选一个原因再撤销。",
            "Revoking needs a reason. Choose one, then revoke.",
            field="reason",
        )
    with transaction.atomic():
        licence = Licence.objects.select_for_update().filter(pk=licence_id).first()
        if licence is None:
            raise NotFound(
                "licence_unknown",
                "没有这张证照，请核对编号。",
                "There is no such certificate. Check its number.",
            )
        if licence.is_revoked:
            return licence
        licence.status = Licence.REVOKED
        licence.revoked_at = timezone.now()
        licence.revoked_by = author(by)
        licence.reason_zh, licence.reason_en = reason.zh, reason.en
        licence.replaced_by = replaced_by
        licence.save(
            update_fields=[
                "status",
                "revoked_at",
                "revoked_by",
                "reason_zh",
                "reason_en",
                "replaced_by",
            ]
        )
        kind = "licence_replaced" if replaced_by is not None else "licence_revoked"
        _record(licence, kind, author(by))
    return licence


def _signed(issue: Issue) -> bytes:
    # Half a second to load, and every command would pay for it.
    from minsheng.apps.records.certificates.sign import sign

    fonts = settings.MINSHENG_VAR / "fonts"
    authority = signing.authority()
    pdf = render(
        sheet_for(issue),
        font_book(fonts),
        at=timezone.now(),
        signer=authority.lines,
        folder=fonts,
    )
    return sign(pdf, authority, reason=f"{issue.title.zh} {issue.number}")


def _keep(issue: Issue, holder: Person, *, pdf: bytes, origin: Origin, by: str) -> Licence:
    stored = store_file(pdf, f"{issue.title.zh}-{issue.number}.pdf", owner=holder, by=by)
    licence_id = uuid.uuid4()
    licence = Licence(
        id=licence_id,
        kind=issue.kind,
        number=issue.number,
        title_zh=issue.title.zh,
        title_en=issue.title.en,
        office_zh=issue.office.zh,
        office_en=issue.office.en,
        holder=holder,
        facts_sealed=people.seal_value(
            holder,
            json.dumps([asdict(fact) for fact in issue.facts], ensure_ascii=False),
            purpose_field=reads.facts_field(licence_id),
        ),
        issued_on=issue.issued_on,
        issued_at=timezone.now(),
        issued_by=by,
        valid_until=issue.valid_until,
        origin_case=origin.case,
        origin_item=origin.item,
        origin_attempt=origin.attempt,
        file=stored,
        demo=issue.demo,
    )
    try:
        licence.save(force_insert=True)
    except IntegrityError:
        vault.drop(settings.MINSHENG_FILES, stored.place)
        raise
    _record(licence, "licence_issued", by)
    return licence


def _of_origin(origin: Origin) -> Licence | None:
    return Licence.objects.filter(
        origin_case=origin.case, origin_item=origin.item, origin_attempt=origin.attempt
    ).first()


def _same(licence: Licence, kind: str, holder: Person) -> Licence:
    if licence.kind != kind or licence.holder_id != holder.pk:
        raise Conflict(
            "licence_origin_taken",
            "这一步已经发过另一张证照，不能再发。请打开案卷看一看。",
            "This step has already issued another certificate. Open the case and look.",
            facts={"licence": str(licence.pk)},
        )
    return licence


def _record(licence: Licence, kind: str, by: str) -> None:
    news = audit.News(
        kind=kind,
        at=timezone.now(),
        by=by,
        data={
            "licence_kind": licence.kind,
            "file": licence.file.digest,
            "case": licence.origin_case,
            "item": licence.origin_item,
            "attempt": licence.origin_attempt,
        },
    )
    audit.record(STREAM, str(licence.pk), news)
