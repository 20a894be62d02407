"""Offices, posts and sign-ins: the pages of the system and of the security administrator."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.people import access, actions, reads
from minsheng.lib.errors import MinshengError, NotFound, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, mistakes
from minsheng.portal.languages import Language, language_of

RIGHTS = (
    ("look", Text("办事时能打开个人信息", "may open personal data in a case")),
    ("vouch", Text("看身份证，能替人核实身份", "sees identity cards and confirms identities")),
    ("lead", Text("看各部门的数字", "sees the figures of all offices")),
    ("protected", Text("能打开受保护的案卷", "opens protected cases")),
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def offices(request: SignedIn) -> HttpResponse:
    """Show offices and posts, and name one; for the system administrator."""
    access.require_duty(request.user, "system")
    error: MinshengError | None = None
    act = request.POST.get("act", "")
    if request.method == "POST":
        try:
            _name(request, act)
        except MinshengError as wrong:
            if not wrong.field:
                raise
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-offices"))
    lang = language_of(request)
    lines = reads.offices()
    office = _office_fields(request, error if act == "office" else None, lang)
    post = _post_fields(request, error if act == "post" else None, lang, lines)
    return render(
        request,
        "portal/desk/offices.html",
        {
            "offices": lines,
            "office_fields": office,
            "post_fields": post,
            "rights": [
                {"key": key, "label": label, "on": key in request.POST.getlist("rights")}
                for key, label in RIGHTS
            ],
            "count": sum(len(line.posts) for line in lines),
            "errors": mistakes([*office, *post]),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def accounts(request: SignedIn) -> HttpResponse:
    """Show the sign-ins of staff, and open one; for the security administrator."""
    access.require_duty(request.user, "security")
    lang, error = language_of(request), None
    if request.method == "POST":
        try:
            made = actions.open_staff_account(
                request.user,
                request.POST.get("username", ""),
                display=request.POST.get("display", ""),
                demo=request.user.demo,
            )
        except MinshengError as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-account", args=[made.pk]))
    typed = request.GET.get("q", "").strip()[:40]
    labels = {
        "username": Text("登录名", "Sign-in name"),
        "display": Text("姓名", "Name"),
    }
    fields = [_text(request, key, label, error, lang) for key, label in labels.items()]
    lines = reads.staff_accounts(typed)
    return render(
        request,
        "portal/desk/accounts.html",
        {
            "lines": [_line(one) for one in lines],
            "open": sum(one.account.is_active for one in lines),
            "typed": typed,
            "fields": fields,
            "errors": mistakes(fields),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def account(request: SignedIn, account_id: int) -> HttpResponse:
    """Show one sign-in with its posts by date, and give, take or close; security administrator."""
    access.require_duty(request.user, "security")
    found = reads.account(account_id)
    if not found.is_staff_member:
        raise NotFound(
            "people.not_staff_account",
            "这是居民自己的账号，这里只管工作人员的。",
            "This is a resident's own account; only those of staff are managed here.",
        )
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _change(request, account_id)
        except MinshengError as wrong:
            if not wrong.field:
                raise
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-account", args=[account_id]))
    lang, today = language_of(request), timezone.localdate()
    fields = _assignment_fields(request, error, lang)
    link = ""
    if found.is_active and not found.has_usable_password():
        secret = actions.first_password_secret(request.user, found)
        link = request.build_absolute_uri(reverse("first-password", args=[secret]))
    return render(
        request,
        "portal/desk/account.html",
        {
            "account": found,
            "assignments": [
                {"row": row, "holds": row.holds_on(today), "may_end": not row.until or row.until > today}
                for row in reads.assignments_of(found)
            ],
            "link": link,
            "is_self": found.pk == request.user.pk,
            "fields": fields,
            "errors": mistakes(fields),
        },
        status=error.status if error else 200,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def first_password(request: HttpRequest, secret: str) -> HttpResponse:
    """Let the owner of a new sign-in set the first password; the link works once."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            actions.set_first_password(secret, request.POST.get("password", ""))
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("sign-in"))
    lang = language_of(request)
    field = Field(
        id="password",
        name="password",
        label=Text("您的新密码", "Your new password").to(lang),
        help=Text("至少 10 位，别人猜不到的。", "At least 10 characters nobody would guess.").to(lang),
        error=error.to(lang) if error else "",
        autocomplete="new-password",
    )  # fmt: skip
    return render(
        request,
        "portal/desk/first_password.html",
        {"fields": [field], "errors": mistakes([field])},
        status=error.status if error else 200,
    )


def _name(request: SignedIn, act: str) -> None:
    title = Text(request.POST.get("title_zh", "").strip(), request.POST.get("title_en", "").strip())
    key = request.POST.get("key", "").strip()
    if act == "office":
        actions.name_office(request.user, key=key, title=title)
    else:
        rights = request.POST.getlist("rights")
        actions.name_post(
            request.user,
            office=request.POST.get("office", ""),
            key=key,
            title=title,
            may_look="look" in rights,
            may_vouch="vouch" in rights,
            may_lead="lead" in rights,
            opens_protected="protected" in rights,
        )


def _change(request: SignedIn, account_id: int) -> None:
    by, found = request.user, reads.account(account_id)
    match request.POST.get("act", ""):
        case "give":
            actions.give_post(
                by,
                found,
                reads.post(request.POST.get("post", "")),
                since=_day(request, "since") or timezone.localdate(),
                until=_day(request, "until"),
            )
        case "take":
            number = request.POST.get("assignment", "")
            row = reads.assignment(int(number) if number.isdecimal() and len(number) < 19 else 0)
            actions.take_post(by, row, on=max(timezone.localdate(), row.since))
        case "close":
            actions.close_staff_account(by, found)
        case _:
            raise WrongInput(
                "act_missing", "请先选要做什么。", "Choose first what to do.", field="post"
            )


def _day(request: SignedIn, name: str) -> date | None:
    typed = request.POST.get(name, "").strip()
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise WrongInput(
            "day_wrong",
            "日期写成 2026-03-24 这样。",
            "Write the day like this: 2026-03-24.",
            field=name,
        ) from error


def _line(one: reads.StaffLine) -> dict[str, object]:
    today = timezone.localdate()
    return {
        "account": one.account,
        "posts": [row.post for row in one.assignments if row.holds_on(today)],
        "waits": one.account.is_active and not one.has_password,
    }


def _text(
    request: HttpRequest,
    name: str,
    label: Text,
    error: MinshengError | None,
    lang: Language,
    *,
    wrong_at: str = "",
    required: bool = True,
    prefix: str = "",
    help_text: Text | None = None,
) -> Field:
    at = wrong_at or (error.field if error else "")
    return Field(
        id=f"{prefix}{name}",
        name=name,
        label=label.to(lang),
        value=request.POST.get(name, "") if error else "",
        help=help_text.to(lang) if help_text else "",
        error=error.to(lang) if error and at == name else "",
        required=required,
    )


_TITLE_ZH, _TITLE_EN = Text("中文名称", "Name in Chinese"), Text("英文名称", "Name in English")
_KEY_HELP = Text("小写字母，比如 police", "Small letters, such as police")
_POST_HELP = Text(
    "小写字母。结尾是 system、security、audit 的是管理员岗，看不到个人信息",
    "Small letters. system, security and audit are administrators' posts, which see no personal data",
)


def _office_fields(
    request: HttpRequest, error: MinshengError | None, lang: Language
) -> list[Field]:
    at = {"title": "title_zh"}.get(error.field, error.field) if error else ""
    return [
        _text(request, "key", Text("代号", "Key"), error, lang, wrong_at=at, prefix="o-", help_text=_KEY_HELP),
        _text(request, "title_zh", _TITLE_ZH, error, lang, wrong_at=at, prefix="o-"),
        _text(request, "title_en", _TITLE_EN, error, lang, wrong_at=at, prefix="o-", required=False),
    ]  # fmt: skip


def _post_fields(
    request: HttpRequest,
    error: MinshengError | None,
    lang: Language,
    lines: list[reads.OfficeLine],
) -> list[Field]:
    at = {"title": "title_zh", "rights": "key"}.get(error.field, error.field) if error else ""
    office = Field(
        id="p-office",
        name="office",
        label=Text("部门", "Office").to(lang),
        control="select",
        value=request.POST.get("office", "") if error else "",
        options=[Choice(line.office.key, line.office.title.to(lang)) for line in lines],
    )
    return [
        office,
        _text(request, "key", Text("代号", "Key"), error, lang, wrong_at=at, prefix="p-", help_text=_POST_HELP),
        _text(request, "title_zh", _TITLE_ZH, error, lang, wrong_at=at, prefix="p-"),
        _text(request, "title_en", _TITLE_EN, error, lang, wrong_at=at, prefix="p-", required=False),
    ]  # fmt: skip


def _assignment_fields(
    request: HttpRequest, error: MinshengError | None, lang: Language
) -> list[Field]:
    day = Text("写成 2026-03-24 这样", "Like this: 2026-03-24")
    at = error.field if error else ""
    post = Field(
        id="post",
        name="post",
        label=Text("岗位", "Post").to(lang),
        control="select",
        value=request.POST.get("post", "") if error else "",
        options=[
            Choice(one.key, f"{one.department.title.to(lang)}  {one.title.to(lang)}")
            for one in reads.posts()
        ],
        error=error.to(lang) if error and at not in {"since", "until"} else "",
    )
    since = Text("从哪天起", "From")
    until = Text("到哪天止（那天起不再担任）", "Until (no longer from that day)")
    return [
        post,
        _text(request, "since", since, error, lang, help_text=day, required=False),
        _text(request, "until", until, error, lang, help_text=day, required=False),
    ]
