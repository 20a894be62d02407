"""The pages of whoever makes requests, the same in each room: a list, a form, one request."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from minsheng.apps.appeals import actions, reads
from minsheng.apps.appeals.access import no_such_request
from minsheng.apps.appeals.catalogue import appeal_on
from minsheng.apps.appeals.reads import OwnLine, OwnView
from minsheng.apps.cases import catalogue
from minsheng.apps.councils import actions as council_acts
from minsheng.apps.councils import reads as councils
from minsheng.apps.people import reads as people
from minsheng.apps.projects.words import STATES as STATES_OF_REPAIR
from minsheng.apps.repairs.reads import RepairState
from minsheng.apps.repairs.words import warranty_said
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.spec import Requester
from minsheng.lib.areas import AreaKind
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn
from minsheng.portal.fields import Choice, Field, Mistake, field_of, mistakes
from minsheng.portal.languages import Language, language_of

if TYPE_CHECKING:
    from minsheng.apps.people.models import Organisation

STATES = {"received": "running", "handling": "running", "visiting": "yours", "closed": "done"}
PLACES: tuple[AreaKind, ...] = (
    "street",
    "town",
    "community",
    "village",
    "estate",
    "courtyard",
    "park",
)
FEW = 7


@dataclass(frozen=True, slots=True)
class Room:
    """Where requests are made and read: for whom, and the names of its three addresses."""

    requester: Requester
    list_name: str
    new_name: str
    one_name: str

    @property
    def is_firm(self) -> bool:
        """Whether this is the room of firms."""
        return self.requester == "organisation"


def list_page(request: SignedIn, room: Room, lines: Sequence[OwnLine]) -> HttpResponse:
    """Return the list of one's requests."""
    return render(
        request,
        "portal/requests/list.html",
        {
            "room": room,
            "rows": [row_of(line, room) for line in lines],
            "waiting": sum(line.waits for line in lines),
            "open": sum(line.status != "closed" for line in lines),
            "kinds": [
                {"spec": one.spec, "path": reverse(room.new_name, args=[one.spec.appeal])}
                for one in reads.kinds_for(room.requester)
            ],
            "proved": request.user.is_proved,
            "firms": people.organisations_of(request.user) if room.is_firm else [],
        },
    )


def new_page(request: SignedIn, room: Room, slug: str) -> HttpResponse:
    """Return the form of a new request, or take it and lead to it."""
    loaded = appeal_on(slug, timezone.localdate())
    spec, lang = loaded.spec, language_of(request)
    typed = {key: str(value) for key, value in request.POST.items()}
    error: MinshengError | None = None
    if request.method == "POST":
        told = actions.Told(
            category=typed.get("category", "")[:60],
            words=typed.get("words", ""),
            area=typed.get("area", "")[:60],
            grade=typed.get("grade", "")[:60] if spec.asks_grade else "",
            contact={key: typed.get(key, "")[:200] for key in spec.fields},
            organisation=typed.get("organisation", "")[:18] if room.is_firm else "",
        )
        try:
            number = actions.file_once(
                slug, told, by=request.user, key=typed.get("once", "")[:60] or secrets.token_hex(8)
            )
        except (WrongInput, NotAllowed) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse(room.one_name, args=[number]))
    firms = people.organisations_of(request.user) if room.is_firm else []
    fields = form_fields(spec, lang, typed, error, firms=firms)
    own = [] if error is None or error.field else [Mistake("", error.to(lang))]
    return render(
        request,
        "portal/requests/new.html",
        {
            "room": room,
            "spec": spec,
            "fields": fields,
            "errors": [*own, *mistakes(fields)],
            "once": typed.get("once") or secrets.token_hex(16),
            "may": request.user.is_proved and (not room.is_firm or bool(firms)),
        },
        status=error.status if error else 200,
    )


def one_page(request: SignedIn, room: Room, number: str) -> HttpResponse:
    """Return one of one's own requests, or carry out an act on it."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            where = act_on_own(request, number)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse(room.one_name, args=[where]))
    context = own_context(request, number, error)
    view: OwnView = context["view"]
    if view.spec.requester != room.requester:
        raise no_such_request()
    context |= {
        "room": room,
        "matter": councils.matter_of_request(number, account=request.user),
        "private": councils.own_private(number, account=request.user),
        "before_path": reverse(room.one_name, args=[view.before]) if view.before else "",
        "after_path": reverse(room.one_name, args=[view.after]) if view.after else "",
    }
    status = error.status if error else 200
    return render(request, "portal/requests/one.html", context, status=status)


def own_context(request: SignedIn, number: str, error: MinshengError | None) -> dict[str, Any]:
    """Return what a page shows of a request to whoever made it, speaks for it, or noted it."""
    view = reads.own_view(number, account=request.user)
    return {
        "view": view,
        "state": STATES[view.status],
        "finding": finding(view),
        "levels": view.spec.levels,
        "sorting": reads.own_sorting(number, account=request.user),
        "repair": shown_repair(view.repair),
        "challenged": request.POST.get("act") == "challenge",
        "reason": request.POST.get("reason", ""),
        "words": request.POST.get("words", ""),
        "chosen": {key: request.POST.get(key, "") for key in ("solved", "score")},
        "errors": [Mistake(_at(error), error.to(language_of(request)))] if error else [],
    }


def shown_repair(repair: RepairState | None) -> dict[str, object] | None:
    """Return the repair of a request with its state and warranty in words."""
    if repair is None:
        return None
    return {
        "is": repair,
        "state_words": STATES_OF_REPAIR[repair.state],  # type: ignore[index]
        "warranty": warranty_said(repair.answer),
    }


def finding(view: OwnView) -> Text:
    """Return what the page says first: how it stands, and by whom."""
    title = view.title
    if view.status == "visiting":
        return Text(f"{title.zh}：办完了，解决了吗？", f"{title.to('en')}: done. Is it solved?")
    lead = next((one for one in view.offices if one.is_lead), None)
    if view.status == "handling" and lead is not None:
        return Text(
            f"{title.zh}：{lead.title.zh}在办", f"{title.to('en')}: with {lead.title.to('en')}"
        )
    return Text(f"{title.zh}：{view.said.zh}", f"{title.to('en')}: {view.said.to('en')}")


def form_fields(
    spec: Appeal,
    lang: Language,
    typed: Mapping[str, str],
    error: MinshengError | None,
    *,
    firms: Sequence[Organisation] = (),
) -> list[Field]:
    """Return the questions of a new request, with what was typed and what is wrong with it.

    Who speaks for several firms says for which.
    """
    wrong = {error.field: error.to(lang)} if error is not None else {}
    fields = [
        Field(
            id="words",
            name="words",
            label=Text("什么事，说一说", "What is it about?").to(lang),
            control="textarea",
            width="l",
            rows=5,
            maxlength=1000,
            help=Text("在哪里、从什么时候、想要怎样", "Where, since when, what you need").to(lang),
        ),
        _choice(
            "category",
            Text("归哪一类", "Which kind"),
            [(c.key, c.title, c.note) for c in spec.leaves()],
            lang,
            groups={c.key: _heading(spec, c.key) for c in spec.leaves()},
        ),
    ]
    if len(firms) > 1:
        several = [(firm.credit_code, Text(firm.name), Text("")) for firm in firms]
        fields.insert(
            0, _choice("organisation", Text("为哪家企业", "For which firm"), several, lang)
        )
    if spec.asks_grade:
        options = [(g.key, g.title, g.note) for g in spec.grades.values()]
        fields.append(_choice("grade", Text("有多急", "How urgent"), options, lang))
    if spec.has_place:
        fields.append(_choice("area", Text("在哪里", "Where"), _places(), lang, required=False))
    fields += [field_of(one, lang=lang, own=True) for one in spec.fields.values()]
    return [
        replace(one, value=typed.get(one.name, ""), error=wrong.get(one.name, "")) for one in fields
    ]


def _choice(
    name: str,
    label: Text,
    options: Iterable[tuple[str, Text, Text]],
    lang: Language,
    *,
    required: bool = True,
    groups: Mapping[str, Text] = MappingProxyType({}),
) -> Field:
    choices = [
        Choice(key, title.to(lang), note.to(lang), groups.get(key, Text("")).to(lang))
        for key, title, note in options
    ]
    return Field(
        id=name,
        name=name,
        label=label.to(lang),
        control="radio" if len(choices) <= FEW else "select",
        options=choices,
        required=required,
    )


def _heading(spec: Appeal, category: str) -> Text:
    """Return what heads a category in a long list: those it lies in, or nothing."""
    _, *above = spec.line(category)
    if len(above) < 2:
        return Text("")
    return Text(
        "，".join(one.title.zh for one in reversed(above)),
        ", ".join(one.title.to("en") for one in reversed(above)),
    )


def _places() -> list[tuple[str, Text, Text]]:
    areas = catalogue.packs().district.areas
    found = areas.of_kind(*PLACES, on=timezone.localdate())
    return [(area.key, reads.area_title(area.key), Text("")) for area in found]


def act_on_own(request: SignedIn, number: str) -> str:
    """Carry out what was chosen, and return the number of the request to show next."""
    act, by = request.POST.get("act", ""), request.user
    words = request.POST.get("words", "")
    match act:
        case "answer":
            solved = {"yes": True, "no": False, "rest": False}.get(request.POST.get("solved", ""))
            score = request.POST.get("score", "")
            actions.answer_visit(
                number,
                by=by,
                solved=solved,
                accepts=request.POST.get("solved") == "rest",
                score=int(score) if score.isascii() and score.isdigit() else None,
                words=words,
            )
        case "urge":
            actions.urge(number, by=by)
        case "challenge":
            actions.challenge_sorting(number, request.POST.get("reason", ""), by=by)
        case "mediator":
            council_acts.ask_mediator(number, by=by)
        case "no_mediator":
            council_acts.cancel_mediation(number, by=by)
        case "withdraw":
            actions.withdraw_request(number, by=by)
        case "again":
            return actions.take_up_again(number, words, by=by).number
        case _:
            raise WrongInput(
                "appeals.act",
                "请先选一样再发。您写的都还在。",
                "Choose what to do first. What you wrote is still here.",
                field="words",
            )
    return number


def row_of(line: OwnLine, room: Room) -> dict[str, object]:
    """Return one request of a list, with the address of its page in a room."""
    return {
        "number": line.number,
        "title": line.title,
        "path": reverse(room.one_name, args=[line.number]),
        "state": "late" if line.is_late else STATES[line.status],
        "said": line.said,
        "received": line.received,
    }


def _at(error: MinshengError) -> str:
    return {"solved": "solved-1", "score": "score-1"}.get(error.field, error.field)
