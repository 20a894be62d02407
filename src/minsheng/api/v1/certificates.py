"""My certificates, and verifying anybody's by its number."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Router

from minsheng.api.callers import resident
from minsheng.api.v1.shapes import CertificateNumber, Shape, Words, binary, words
from minsheng.apps.records import reads
from minsheng.lib.errors import NotFound

router = Router()
PDF = "application/pdf"


class CertifiedFact(Shape):
    """One fact that a certificate certifies."""

    key: str
    label: Words
    value: str


class Verification(Shape):
    """What anybody may know of a certificate. The holder is masked. Read `status` first.

    `demo`: it is a specimen of the demonstration and certifies nothing.
    """

    number: str
    status: Literal["valid", "revoked", "replaced", "expired"]
    note: Words
    title: Words
    office: Words
    holder: str
    issued_on: date | None
    valid_until: date | None
    revoked_on: date | None
    reason: Words
    replaced_by: str
    digest: str
    demo: bool


class Certificate(Verification):
    """One of my certificates, with what it certifies."""

    kind: str
    case: str
    facts: list[CertifiedFact]
    pdf: str


@router.get("/certificates/{number}", response=Certificate)
def read_certificate(request: HttpRequest, number: CertificateNumber) -> Certificate:
    """Return one of my certificates (or of my child under 14)."""
    licence = reads.licence_by_number(number, by=resident(request))
    return Certificate(
        **_verification(licence.number, is_holder=True).model_dump(),
        kind=licence.kind,
        case=licence.origin_case,
        facts=[
            CertifiedFact(key=fact.key, label=words(fact.label), value=fact.value)
            for fact in reads.facts_of(licence)
        ],
        pdf=f"/api/v1/certificates/{licence.number}/pdf",
    )


@router.get("/certificates/{number}/pdf", response={200: None}, openapi_extra=binary(PDF))
def read_certificate_pdf(request: HttpRequest, number: CertificateNumber) -> HttpResponse:
    """Return the signed PDF of one of my certificates."""
    account = resident(request)
    licence = reads.licence_by_number(number, by=account)
    opened = reads.file_of(licence.pk, by=account)
    return HttpResponse(
        opened.content,
        content_type=opened.media_type,
        headers={
            "Content-Disposition": content_disposition_header(True, opened.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.get("/verify/{number}", auth=None, response=Verification)
def verify(request: HttpRequest, number: CertificateNumber) -> Verification:
    """Return whether a certificate is valid, revoked or expired; 404 when none was issued."""
    return _verification(number)


def _verification(number: str, *, is_holder: bool = False) -> Verification:
    found = reads.verification(number, is_holder=is_holder)
    if found.status == "unknown":
        raise NotFound("certificate_unknown", found.note.zh, found.note.to("en"), field="number")
    return Verification(
        number=found.number,
        status=found.status,
        note=words(found.note),
        title=words(found.title),
        office=words(found.office),
        holder=found.holder,
        issued_on=found.issued_on,
        valid_until=found.valid_until,
        revoked_on=found.revoked_on,
        reason=words(found.reason),
        replaced_by=found.replaced_by,
        digest=found.digest,
        demo=found.demo,
    )
