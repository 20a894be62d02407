"""My cases, my notices, who looked at my data, and proving who I am."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.appeals import reads as appeals
from minsheng.apps.cases import catalogue, lookups
from minsheng.apps.cases import reads as cases
from minsheng.apps.notices import actions as notice_actions
from minsheng.apps.notices import reads as notice_reads
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import assurance
from minsheng.apps.people.actions import RegisterAnswer
from minsheng.apps.records import reads as records
from minsheng.apps.screening import reads as screening
from minsheng.apps.visits import reads as visits
from minsheng.lib.errors import MinshengError
from minsheng.lib.identifiers import CitizenNumber
from minsheng.portal.doors import SignedIn, residents_only, signed_in
from minsheng.portal.fields import Field, mistakes
from minsheng.portal.languages import language_of
from minsheng.portal.requests import row_of
from minsheng.portal.resident.joining import rows_of as join_rows
from minsheng.portal.resident.requests import ROOM
from minsheng.portal.sources import register_name
from minsheng.rules import Reason

MOST_ASKED = 5


@require_safe
@residents_only
def mine(request: SignedIn) -> HttpResponse:
    """Return what waits for me, my cases, requests, drafts and certificates."""
    account = request.user
    lines, asked = cases.cases_of(account), appeals.own_requests(account)
    asked.sort(key=lambda one: (not one.waits, one.status == "closed"))
    drafts = [
        {"draft": draft, "title": catalogue.pinned_spec(draft.pack_id).title}
        for draft in cases.drafts_of(account)
    ]
    return render(
        request,
        "portal/resident/mine.html",
        {
            "lines": lines,
            "running": sum(line.status == "running" for line in lines),
            "drafts": drafts,
            "requests": cases.consent_requests(account),
            "joins": join_rows(cases.joins_of(account)),
            "asked": [row_of(one, ROOM) for one in asked[:MOST_ASKED]],
            "asked_open": sum(one.status != "closed" for one in asked),
            "asked_waiting": sum(one.waits for one in asked),
            "licences": records.licences_of(account.person)
            if account.is_proved and account.person
            else [],
            "unread": notice_reads.unread_count(account),
            "proved": account.is_proved,
            "screened": screening.found_for(account),
            "is_visited": visits.is_visited(account),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def notices(request: SignedIn) -> HttpResponse:
    """Return my notices; opening the page by the button marks them read."""
    if request.method == "POST":
        notice_actions.mark_all_read(request.user)
        return HttpResponseRedirect(reverse("notices"))
    return render(
        request,
        "portal/resident/notices.html",
        {
            "notices": notice_reads.notices_of(request.user),
            "unread": notice_reads.unread_count(request.user),
        },
    )


@require_safe
@residents_only
def looks(request: SignedIn) -> HttpResponse:
    """Return who opened my record, when and why."""
    account = request.user
    return render(
        request,
        "portal/resident/looks.html",
        {
            "looks": cases.looks_about(account.person)
            if account.is_proved and account.person
            else [],
            "lookups": [
                {"name": register_name(row.register), "at": row.at, "outcome": row.outcome}
                for row in cases.lookups_about(account)
            ],
            "exports": cases.exports_of(account.person)
            if account.is_proved and account.person
            else [],
            "glass": cases.glass_of_case_holder(account.person)
            if account.is_proved and account.person
            else [],
            "proved": account.is_proved,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def identity(request: SignedIn) -> HttpResponse:
    """Prove who I am by a challenge of the population register."""
    lang = language_of(request)
    error: MinshengError | None = None
    number, name = request.POST.get("number", ""), request.POST.get("name", "")
    if request.method == "POST":
        try:
            people_actions.prove_by_register(request.user, number, name, _ask)
        except MinshengError as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("mine"))
    zh = lang == "zh"
    said = error.to(lang) if error else ""
    at_name = bool(error and error.field == "name")
    fields = [
        Field(
            id="name",
            name="name",
            label="姓名" if zh else "Name",
            why="和身份证上一样。" if zh else "As it is on your identity card.",
            value=name,
            error=said if at_name else "",
            autocomplete="name",
        ),
        Field(
            id="number",
            name="number",
            label="公民身份号码" if zh else "Citizen number",
            why="只用来核对，存的时候加密，页面上只显示头尾。"
            if zh
            else "Used only to check who you are; stored encrypted, and shown masked on every page.",
            value=number,
            error="" if at_name else said,
        ),
    ]
    return render(
        request,
        "portal/resident/identity.html",
        {
            "fields": fields,
            "errors": mistakes(fields),
            "proved": request.user.is_proved,
            "level": assurance.LEVELS[assurance.level_of(request.user)],
            "acts": [
                {
                    "what": what,
                    "needs": assurance.LEVELS[needed],
                    "may": assurance.level_of(request.user) >= needed,
                }
                for needed, what in assurance.NEEDED.values()
            ],
        },
        status=error.status if error else 200,
    )


def _ask(number: CitizenNumber) -> RegisterAnswer | Reason:
    answer = lookups.find("population.person", number.number)
    if answer.outcome == "none":
        return Reason.REGISTER_NONE
    if answer.outcome != "found":
        return Reason.REGISTER_SILENT
    record = answer.records[0]
    try:
        return RegisterAnswer(str(record["name"]), date.fromisoformat(str(record["born_on"])))
    except (KeyError, ValueError):
        return Reason.REGISTER_SILENT
