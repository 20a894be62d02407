"""My certificates, and the page on which anybody can verify one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.records import reads as records
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.languages import language_of
from minsheng.portal.qr import qr_svg
from minsheng.portal.words import day_text

LARGEST_CHECKED = 5_000_000


@require_safe
@residents_only
def certificate(request: SignedIn, number: str) -> HttpResponse:
    """Return one of my certificates as a sheet."""
    found = records.licence_by_number(number, by=request.user)
    english = language_of(request) == "en"
    issued_zh = day_text(found.issued_on, "zh", weekday=False, year=True)
    issued_en = day_text(found.issued_on, "en", weekday=False, year=True)
    return render(
        request,
        "portal/resident/certificate.html",
        {
            "licence": found,
            "sheet": {
                "number": found.number,
                "title": found.title,
                "title_en": "" if english else found.title_en.upper(),
                "body": Text(
                    f"兹证明{found.holder.name_masked}的下列事项已经登记在册。"
                    f"{found.office.zh}，{issued_zh}。",
                    f"The following facts about {found.holder.name_masked} are on record. "
                    f"{found.office.to('en')}, {issued_en}.",
                ),
                "caption": Text("登记的内容", "What is certified"),
                "head": [Text("内容", "What"), Text("登记为", "As on record")],
                "table": [(fact.label, fact.value) for fact in records.facts_of(found)],
                "digest": records.verification(found.number, is_holder=True).digest,
                "qr": qr_svg(records.verify_url(found.number)),
                "qr_label": Text("核验二维码", "QR code to verify"),
                "sample": found.demo,
            },
        },
    )


@require_safe
@residents_only
def pdf(request: SignedIn, number: str) -> HttpResponse:
    """Return the signed PDF of one of my certificates."""
    found = records.licence_by_number(number, by=request.user)
    opened = records.file_of(found.pk, by=request.user)
    disposition = content_disposition_header("download" in request.GET, opened.name) or "inline"
    return HttpResponse(
        opened.content,
        content_type=opened.media_type,
        headers={
            "Content-Disposition": disposition,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a number or a file, and lead to the answer."""
    number = request.GET.get("number", "").strip()
    if number:
        return HttpResponseRedirect(reverse("verify-number", args=[number[:40].replace("/", "-")]))
    upload = request.FILES.get("file") if request.method == "POST" else None
    if upload is None or (upload.size or 0) > LARGEST_CHECKED:
        return render(
            request,
            "portal/resident/verify.html",
            {"asked": request.method == "POST", "too_large": upload is not None},
            status=422 if request.method == "POST" else 200,
        )
    found = records.verification_of_file(upload.read())
    return render(request, "portal/resident/verified.html", {"found": found, "by_file": True})


@require_safe
def verify_number(request: HttpRequest, number: str) -> HttpResponse:
    """Say whether a certificate is valid, revoked, expired or unknown. Open to everybody."""
    found = records.verification(number)
    return render(
        request,
        "portal/resident/verified.html",
        {"found": found},
        status=404 if found.status == "unknown" else 200,
    )
