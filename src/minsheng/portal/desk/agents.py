"""Acting for people at a counter, and the register of contracts of agency clerks."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import catalogue
from minsheng.apps.cases import reads as case_reads
from minsheng.apps.mandates import access, actions, reads
from minsheng.apps.people import reads as people
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, mistakes
from minsheng.portal.languages import Language, language_of
from minsheng.portal.mandates import held_line, typed_day

LARGEST = 10_000_000
COUNTER = {
    "name": Text("身份证上的姓名", "Name on the card"),
    "number": Text("公民身份号码", "Citizen number"),
}
CONTRACT = {
    "contract": Text("协议编号", "Number of the contract"),
    "agent": Text("代办专员的登录名", "Sign-in name of the agency clerk"),
    "name": Text("签协议的人", "Who signed"),
    "number": Text("签协议的人的公民身份号码", "Citizen number of who signed"),
    "credit_code": Text("统一社会信用代码", "Unified credit code"),
    "organisation": Text("单位名称", "Name of the organisation"),
    "since": Text("从哪天起", "From"),
    "last_day": Text("到哪天为止", "Until"),
}
OPTIONAL = {"credit_code", "organisation"}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def acting(request: SignedIn) -> HttpResponse:
    """Show for whom I act today; begin at the counter for somebody who stands here or has signed."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            return _act(request)
        except MinshengError as wrong:
            if not wrong.field:
                raise
            error = wrong
    lang = language_of(request)
    is_counter = access.may_register(request.user)
    fields = _counter_fields(request, error, lang) if is_counter else []
    return render(
        request,
        "portal/desk/acting.html",
        {
            "held": [held_line(one) for one in reads.held_by(request.user)],
            "lines": case_reads.agent_cases(request.user),
            "is_counter": is_counter,
            "fields": fields,
            "errors": mistakes(fields),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def contracts(request: SignedIn) -> HttpResponse:
    """Show the register of contracts, keep a new one, close one; for a counter."""
    if not access.may_register(request.user):
        raise access.no_such_mandate()
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _keep(request)
        except MinshengError as wrong:
            if not wrong.field:
                raise
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-contracts"))
    lang, chosen = language_of(request), request.POST.getlist("services")
    fields = _contract_fields(request, error, lang)
    rows = [held_line(one) for one in reads.contracts(request.user)]
    return render(
        request,
        "portal/desk/contracts.html",
        {
            "contracts": rows,
            "valid": sum(row["status"] == "holds" for row in rows),
            "fields": fields,
            "services": [
                {"value": slug, "label": loaded.spec.title, "on": slug in chosen}
                for slug, loaded in catalogue.packs().services.items()
            ],
            "errors": mistakes(fields),
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn) -> HttpResponse:
    if request.POST.get("act") == "end":
        actions.end_mandate(_mandate(request), by=request.user)
        return HttpResponseRedirect(reverse("desk-acting"))
    upload = request.FILES.get("authorisation")
    if upload is not None and (upload.size or 0) > LARGEST:
        raise WrongInput(
            "file_too_large",
            "文件太大，最多 10 MB。拍小一点再传，填的都还在。",
            "The file is too large; 10 MB at most. What you typed is kept.",
            field="authorisation",
        )
    mandate = cases.act_at_counter(
        request.user,
        service=request.POST.get("service", ""),
        number=request.POST.get("number", ""),
        name=request.POST.get("name", ""),
        basis=request.POST.get("basis", ""),
        file_name=upload.name or "" if upload else "",
        content=upload.read() if upload else b"",
    )
    return HttpResponseRedirect(f"{reverse('start', args=[mandate.services[0]])}?for={mandate.pk}")


def _keep(request: SignedIn) -> None:
    if request.POST.get("act") == "end":
        actions.end_mandate(_mandate(request), by=request.user)
        return
    agent = people.account_by_username(request.POST.get("agent", ""))
    if agent is None:
        raise WrongInput(
            "agency_clerk",
            "没有这个登录名。代办专员要是在岗的工作人员，请核对。",
            "There is no such sign-in name. An agency clerk is a member of staff with a post.",
            field="agent",
        )
    cases.keep_contract(
        request.user,
        services=request.POST.getlist("services"),
        contract=request.POST.get("contract", "").strip(),
        agent=agent,
        number=request.POST.get("number", ""),
        name=request.POST.get("name", ""),
        credit_code=request.POST.get("credit_code", "").strip(),
        organisation=request.POST.get("organisation", ""),
        since=typed_day(request.POST.get("since", ""), "since"),
        last_day=typed_day(request.POST.get("last_day", ""), "last_day"),
    )


def _mandate(request: SignedIn) -> int:
    number = request.POST.get("mandate", "")
    return int(number) if number.isdecimal() and len(number) < 19 else 0


def _counter_fields(request: SignedIn, error: MinshengError | None, lang: Language) -> list[Field]:
    at = _at(error, {*COUNTER, "service", "basis", "authorisation"}, "number")
    said = error.to(lang) if error else ""
    texts = [
        _text(request, key, label, lang, said if at == key else "")
        for key, label in COUNTER.items()
    ]
    service = Field(
        id="service",
        name="service",
        label=Text("办哪件事", "Which service").to(lang),
        control="select",
        value=request.POST.get("service", ""),
        options=[
            Choice(slug, loaded.spec.title.to(lang))
            for slug, loaded in catalogue.packs().services.items()
        ],
        error=said if at == "service" else "",
    )
    basis = Field(
        id="basis",
        name="basis",
        label=Text("凭什么代办", "On what basis").to(lang),
        control="radio",
        value=request.POST.get("basis", ""),
        options=[
            Choice(
                "present",
                Text("本人在场，看过身份证", "The person is here; I saw the card").to(lang),
            ),
            Choice("signed", Text("有本人签字的授权书", "A signed authorisation").to(lang)),
        ],
        error=said if at == "basis" else "",
    )
    letter = Field(
        id="authorisation",
        name="authorisation",
        label=Text("授权书（本人不在场才要）", "Authorisation (only if the person isn't here)").to(
            lang
        ),
        control="file",
        accept=".pdf,.jpg,.jpeg,.png",
        required=False,
        error=said if at == "authorisation" else "",
    )
    return [*texts, service, basis, letter]  # fmt: skip


def _contract_fields(request: SignedIn, error: MinshengError | None, lang: Language) -> list[Field]:
    at = _at(
        error,
        {*CONTRACT, "services"},
        "credit_code" if error and "credit" in error.code else "number",
    )
    said = error.to(lang) if error else ""
    today = timezone.localdate().isoformat()
    fields = [
        _text(
            request,
            key,
            label,
            lang,
            said if at == key or (key == "contract" and at == "services") else "",
            required=key not in OPTIONAL,
            usual=today if key == "since" else "",
        )
        for key, label in CONTRACT.items()
    ]
    return fields  # fmt: skip


def _text(
    request: SignedIn,
    key: str,
    label: Text,
    lang: Language,
    error: str,
    *,
    required: bool = True,
    usual: str = "",
) -> Field:
    return Field(
        id=key,
        name=key,
        label=label.to(lang),
        value=request.POST.get(key, usual),
        error=error,
        required=required,
    )


def _at(error: MinshengError | None, known: set[str], otherwise: str) -> str:
    if error is None:
        return ""
    return error.field if error.field in known else otherwise
