"""My data: see everything held, put it right, take it away, erase it, agree and take back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from openpyxl import Workbook

from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import reads
from minsheng.apps.erasure import actions as erasure
from minsheng.apps.erasure import reads as erasure_reads
from minsheng.apps.erasure.held import held_elsewhere
from minsheng.apps.people import actions as people
from minsheng.apps.people import assurance
from minsheng.apps.people.purposes import CONSENTS
from minsheng.lib.errors import MinshengError, NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Choice, Field, mistakes
from minsheng.portal.languages import Language, language_of
from minsheng.portal.sources import kept_name

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def data(request: SignedIn) -> HttpResponse:
    """Show everything held about me; change what is mine, agree, take back, ask for a correction."""
    account, lang = request.user, language_of(request)
    if not account.is_proved:
        return render(request, "portal/resident/my_data.html", {"proved": False})
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request)
        except MinshengError as wrong:
            if not wrong.field:
                raise
            error = wrong
        else:
            return HttpResponseRedirect(reverse("my-data"))
    own, wish = _own_fields(request, error, lang), _wish_fields(request, error, lang)
    sections = (*reads.held_about(account), *held_elsewhere(account))
    return render(
        request,
        "portal/resident/my_data.html",
        {
            "proved": True,
            "sections": sections,
            "count": sum(len(section.rows) for section in sections),
            "consents": reads.consent_lines(account),
            "corrections": [
                {"line": line, "what": kept_name(line.what)}
                for line in reads.corrections_of(account)
            ],
            "own_fields": own,
            "wish_fields": wish,
            "may_export": assurance.level_of(account) >= assurance.NEEDED["export"][0],
            "errors": mistakes([*own, *wish]),
        },
        status=error.status if error else 200,
    )


def _taken(request: SignedIn) -> Mapping[str, Any]:
    return reads.export_of(request.user, more=held_elsewhere(request.user))


@require_POST
@residents_only
def export_json(request: SignedIn) -> HttpResponse:
    """Give everything held about me as one JSON file."""
    content = json.dumps(_taken(request), ensure_ascii=False, indent=1)
    return _file(content.encode(), "application/json; charset=utf-8", "minsheng-my-data.json")


@require_POST
@residents_only
def export_sheet(request: SignedIn) -> HttpResponse:
    """Give everything held about me as a sheet that one can read and print."""
    taken = _taken(request)
    book = Workbook()
    sheet = book.create_sheet("我的信息", 0)
    del book["Sheet"]
    lines = [("哪一类", "是什么", "内容", "从哪里来，什么时候")]
    for section in taken["sections"]:
        lines += [(section["title"], r["label"], r["text"], r["note"]) for r in section["rows"]]
    lines += [("谁看过", look["who"], look["purpose"], look["at"]) for look in taken["looks"]]
    for number, line in enumerate(lines, 1):
        for column, text in enumerate(line, 1):
            cell = sheet.cell(number, column, text)
            cell.data_type = "s"  # what somebody typed is never a formula
    for letter, width in zip("ABCD", (16, 22, 46, 30), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    out = BytesIO()
    book.save(out)
    return _file(out.getvalue(), SHEET, "minsheng-my-data.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def erase(request: SignedIn) -> HttpResponse:
    """Say what erasing does and what stands against it; then do it, and sign out."""
    account = request.user
    if not account.is_proved or account.person is None:
        return HttpResponseRedirect(reverse("identity"))
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            if request.POST.get("sure") != "yes":
                raise WrongInput(
                    "erase_sure",
                    "请先勾上“我知道删了找不回来”。",
                    "Tick first that you know it can't be undone.",
                    field="sure",
                )
            erasure.erase_oneself(account, password=request.POST.get("password", ""))
        except MinshengError as wrong:
            error = wrong
        else:
            logout(request)
            return render(request, "portal/resident/erased.html", {})
    lang = language_of(request)
    fields = _erase_fields(error, lang)
    return render(
        request,
        "portal/resident/erase.html",
        {
            "obstacles": erasure_reads.obstacles(account.person),
            "fields": fields,
            "may": assurance.level_of(account) >= assurance.NEEDED["erase"][0],
            "errors": mistakes(fields) or ([{"id": "", "text": error.to(lang)}] if error else []),
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn) -> None:
    account = request.user
    match request.POST.get("act", ""):
        case "own":
            people.set_address(account, email=request.POST.get("email", "").strip())
            people.set_display(account, display=request.POST.get("display", ""))
        case "correct":
            cases.ask_correction(
                account, what=request.POST.get("what", ""), wish=request.POST.get("wish", "")
            )
        case "agree" | "take_back" as act:
            _consent(request, gives=act == "agree")
        case _:
            raise NotAllowed("act_missing", "刷新页面，再选一次。", "Reload and choose again.")


def _consent(request: SignedIn, *, gives: bool) -> None:
    account, purpose = request.user, request.POST.get("purpose", "")
    number = next(
        (one.case for one in reads.consent_lines(account) if one.purpose == purpose and one.case),
        "",
    )
    if number:
        case = reads.find_case(number)
        cases.consent_case(case.pk, by=account, given=gives)
        return
    if purpose not in CONSENTS or account.person is None:
        raise NotAllowed(
            "no_such_consent", "没有这一项同意，刷新再选。", "There is no such consent."
        )
    if gives and purpose == "mail" and not account.email:
        raise WrongInput(
            "email_missing", "先填邮箱，再同意。", "Type your mail address first.", field="email"
        )
    act = people.give_consent if gives else people.withdraw_consent
    act(account.person, purpose, by=account)


def _own_fields(request: SignedIn, error: MinshengError | None, lang: Language) -> list[Field]:
    account, typed = request.user, request.POST if error else {}
    at = error.field if error else ""
    return [
        Field(
            id="display",
            name="display",
            label=Text("怎么称呼您", "How we call you").to(lang),
            value=typed.get("display", account.display),
            required=False,
            maxlength=60,
        ),
        Field(
            id="email",
            name="email",
            label=Text("邮箱", "Mail address").to(lang),
            help=Text("不填就不发提醒", "Without one no reminder is sent").to(lang),
            value=typed.get("email", account.email),
            error=error.to(lang) if error and at == "email" else "",
            required=False,
            autocomplete="email",
        ),
    ]


def _wish_fields(request: SignedIn, error: MinshengError | None, lang: Language) -> list[Field]:
    typed = request.POST if error else {}
    at = error.field if error else ""
    return [
        Field(
            id="what",
            name="what",
            label=Text("哪里记错了", "Where the mistake is").to(lang),
            control="select",
            value=typed.get("what", ""),
            options=[
                Choice(key, f"{kept_name(key).to(lang)} {title.to(lang)}" if key.startswith("case:") else kept_name(key).to(lang))
                for key, title in reads.correctable(request.user)
            ],
            error=error.to(lang) if error and at == "what" else "",
        ),
        Field(
            id="wish",
            name="wish",
            label=Text("现在是什么，应该是什么", "What it says, and what it should say").to(lang),
            control="textarea",
            value=typed.get("wish", ""),
            error=error.to(lang) if error and at == "wish" else "",
            maxlength=500,
        ),
    ]  # fmt: skip


def _erase_fields(error: MinshengError | None, lang: Language) -> list[Field]:
    at = error.field if error else ""
    said = error.to(lang) if error else ""
    return [
        Field(
            id="password",
            name="password",
            label=Text("您的密码", "Your password").to(lang),
            error=said if at == "password" else "",
            autocomplete="current-password",
        ),
        Field(
            id="sure",
            name="sure",
            control="checkbox",
            label=Text("我知道删了找不回来", "I know that it can't be undone").to(lang),
            error=said if at == "sure" else "",
        ),
    ]


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
