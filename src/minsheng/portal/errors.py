"""Error pages: what happened, what to do next, a way back. The broken page needs no database."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text
from minsheng.portal import navigation
from minsheng.portal.context import page
from minsheng.portal.languages import DJANGO_LANGUAGE, language_of

_FIRST_SENTENCE = re.compile(r"^(.+?[。？])(.+)$|^(.+?[.?]) (.+)$", re.S)


NOTHING = Text("")
HOME = Text("回到首页", "Go to the home page")
DESK = Text("回到工作台", "Go to the desk")
BACK = Text("回到上一页", "Go back")


@dataclass(frozen=True, slots=True)
class Told:
    """What an error page says: the finding, the rest of the sentence, the next step."""

    title: Text
    sentence: Text = NOTHING
    next_step: Text = NOTHING
    code: str = ""
    back_path: str = "/"
    back_words: Text = HOME


NEXT_STEPS = {
    403: Text(
        "该您看的却打不开，就换一个账号登录，或者打电话，我们帮您查。",
        "If you ought to see it, sign in with another account, or call and we will look into it.",
    ),
    404: Text(
        "看看地址有没有少几个字，或者从首页再找一次。",
        "Check whether the address lacks a few letters, or look again from the home page.",
    ),
    409: Text(
        "回到上一页，就能看到现在的情况。您填的没有丢。",
        "Go back to see how things stand now. Nothing you typed is lost.",
    ),
    422: Text(
        "回到上一页改一下再提交。您填的没有丢。",
        "Go back, change it and submit it again. Nothing you typed is lost.",
    ),
    503: Text(
        "您填的都存着。过 5 分钟再来，或者打电话，我们替您办。",
        "What you typed is kept. Try again in five minutes, or call and we will do it for you.",
    ),
}


def said(request: HttpRequest, error: MinshengError) -> HttpResponse:
    """Return the page of one of our errors, or its fragment for htmx, with its HTTP status."""
    title_zh, rest_zh = _first(error.zh)
    title_en, rest_en = _first(error.en)
    told = Told(
        title=Text(title_zh, title_en),
        sentence=Text(rest_zh, rest_en),
        next_step=NEXT_STEPS.get(error.status, NOTHING),
        code=error.code,
    )
    return _answer(request, told, status=error.status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for an address that leads nowhere."""
    told = Told(
        title=Text("没有这一页", "There is no such page"),
        sentence=Text(
            "地址写错了，或者这一页搬走了。", "The address is wrong, or the page has moved."
        ),
        next_step=NEXT_STEPS[404],
    )
    return _answer(request, told, status=404)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for somebody who may not look here."""
    told = Told(
        title=Text("这一页不对您开放", "This page isn't open to you"),
        sentence=Text(
            "里面是别人的事，或者别的岗位的事。",
            "It is about somebody else, or belongs to another post.",
        ),
        next_step=NEXT_STEPS[403],
    )
    return _answer(request, told, status=403)


def wrong_method(request: HttpRequest) -> HttpResponse:
    """Return the page for an address that takes forms only and was opened like a page."""
    told = Told(
        title=Text("这个地址不能直接打开", "This address can't be opened directly"),
        sentence=Text(
            "它只收从页面上发来的表单。", "It only takes a form that is sent from a page."
        ),
        next_step=Text(
            "从“我的”再进去，之前保存的都在。",
            "Go in again from “Mine”. What you saved is still there.",
        ),
    )
    return _answer(request, told, status=405)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form that was open too long, or was sent from somewhere else."""
    told = Told(
        title=Text("这次没有发出去", "This was not sent"),
        sentence=Text(
            "这一页开得太久了，或者浏览器没有存 Cookie。",
            "The page was open for too long, or your browser keeps no cookies.",
        ),
        next_step=Text(
            "回到上一页，刷新一下，再提交一次。",
            "Go back, reload the page and submit it once more.",
        ),
    )
    return _answer(request, told, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Return the page for a fault of ours. It reads nothing but the request and the settings."""
    told = Told(
        title=Text("这一页打不开", "This page won't open"),
        sentence=Text(
            "是我们的问题，已经记下来了。您之前保存的都在。",
            "The fault is ours and has been noted. What you saved is still there.",
        ),
        next_step=Text(
            "过 5 分钟再来，或者打电话，有人接听。",
            "Try again in five minutes, or call: somebody answers.",
        ),
    )
    lang = language_of(request)
    with translation.override(DJANGO_LANGUAGE[lang]):
        if _is_fragment(request):
            return HttpResponse(
                render_to_string("portal/components/_error.html", _values(told)), status=500
            )
        return HttpResponse(
            render_to_string("portal/error.html", {**page(request), **_values(told)}), status=500
        )


def _answer(request: HttpRequest, told: Told, *, status: int) -> HttpResponse:
    lang = language_of(request)
    with translation.override(DJANGO_LANGUAGE[lang]):
        if _is_fragment(request):
            return render(request, "portal/components/_error.html", _values(told), status=status)
        values = _values(told)
        if way_back := navigation.came_from(request):
            values |= {"back_path": way_back, "back_words": BACK}
        elif _is_officer(request):
            values |= {"back_path": "/desk", "back_words": DESK}
        values["offer_sign_in"] = status == 403
        return render(request, "portal/error.html", values, status=status)


def _values(told: Told) -> dict[str, object]:
    return {
        "page_title": told.title,
        "sentence": told.sentence if told.sentence.zh else "",
        "next_step": told.next_step if told.next_step.zh else "",
        "code": told.code,
        "back_path": told.back_path,
        "back_words": told.back_words,
    }


def _is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _is_officer(request: HttpRequest) -> bool:
    return bool(getattr(getattr(request, "user", None), "is_staff_member", False))


def _first(sentence: str) -> tuple[str, str]:
    """Return the first sentence, for the headline and without its full stop, and the rest."""
    found = _FIRST_SENTENCE.match(sentence.strip())
    if not found:
        return sentence.strip().rstrip("。."), ""
    first, rest = (found[1], found[2]) if found[1] else (found[3], found[4])
    return first.rstrip("。."), rest.strip()
