"""The five methods of GeoReport v2. Making a request needs `api_key`: the token of a resident.

Reading needs none: everybody sees what is public of a request, its maker, by their key, what they wrote.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from minsheng.api.languages import language_of
from minsheng.api.open311.answers import Form, Value, answer, definition, in_geo_report
from minsheng.apps.appeals import actions
from minsheng.apps.appeals import reads as appeals
from minsheng.apps.appeals.reads import PublicRequest
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.content.appeals import Appeal
from minsheng.engines.casework.spec import FieldSpec
from minsheng.lib.errors import NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

ASKED = {"contact_name", "phone"}
"""What the standard has fields of its own for; the rest of a form are attributes."""
NOTICE = Text(
    "收到了。哪个部门办、哪天到期，用这个编号查。",
    "Received. Look it up by this number: which office has it, and until when.",
)


@in_geo_report("GET", "HEAD")
def services(request: HttpRequest, *, form: Form) -> HttpResponse:
    """Return every kind of matter that can be reported."""
    lang = language_of(request)
    rows: list[dict[str, Value]] = [
        {
            "service_code": f"{spec.appeal}.{one.key}",
            "service_name": one.title.to(lang),
            "description": one.note.to(lang) if one.note else "",
            "metadata": bool(_attributes(spec)),
            "type": "realtime",
            "keywords": "",
            "group": spec.title.to(lang),
        }
        for spec in appeals.public_kinds(timezone.localdate())
        for one in spec.leaves()
    ]
    return answer("services", "service", rows, form)


@in_geo_report("GET", "HEAD")
def service(request: HttpRequest, code: str, *, form: Form) -> HttpResponse:
    """Return what is asked about one kind of matter beside its place and its words."""
    spec, _ = _service(code)
    lang = language_of(request)
    rows: list[dict[str, Value]] = [
        {
            "variable": True,
            "code": one.key,
            "datatype": "singlevaluelist" if one.options else "string",
            "required": one.required,
            "datatype_description": one.help.to(lang) if one.help else "",
            "order": number,
            "description": one.label.to(lang),
            "values": [{"key": o.key, "name": o.label.to(lang)} for o in one.options],
        }
        for number, one in enumerate(_attributes(spec), 1)
    ]
    return definition("service_definition", {"service_code": code, "attributes": rows}, form)


@in_geo_report("GET", "HEAD", "POST")
def requests(request: HttpRequest, *, form: Form) -> HttpResponse:
    """Return what is public of the requests of the last 90 days, or make one."""
    if request.method == "POST":
        return _made(request, form)
    lang, sent = language_of(request), request.GET
    numbers = [one for one in sent.get("service_request_id", "").split(",") if one]
    codes = {one for one in sent.get("service_code", "").split(",") if one}
    states = {one for one in sent.get("status", "").split(",") if one}
    found = appeals.public_requests(
        on=timezone.localdate(),
        numbers=numbers,
        since=_moment(sent.get("start_date", ""), "start_date"),
        until=_moment(sent.get("end_date", ""), "end_date"),
    )
    rows = [
        _public(one, lang)
        for one in found
        if (numbers or not codes or _code(one) in codes)
        and (numbers or not states or _state(one) in states)
    ]
    return answer("service_requests", "request", rows, form)


@in_geo_report("GET", "HEAD")
def request(request: HttpRequest, number: str, *, form: Form) -> HttpResponse:
    """Return one request: what is public of it, and to its maker what they wrote."""
    lang = language_of(request)
    found = appeals.public_requests(on=timezone.localdate(), numbers=[number])
    rows = [_public(one, lang) for one in found]
    if account := _account(request):
        own = appeals.own_view(number, account=account)
        closed = own.status == "closed"
        rows = [
            {
                **_empty(number, f"{own.slug}.{own.category}"),
                "status": "closed" if closed else "open",
                "status_notes": own.answer or own.said.to(lang),
                "service_name": own.title.to(lang),
                "description": own.words,
                "agency_responsible": own.offices[0].title.to(lang) if own.offices else "",
                "requested_datetime": own.received.isoformat(),
                "expected_datetime": own.due.at.isoformat() if own.due else None,
                "address": own.area.to(lang) if own.area else "",
            }
        ]
    if not rows:
        raise _unknown()
    return answer("service_requests", "request", rows, form)


@in_geo_report("GET", "HEAD")
def token(request: HttpRequest, number: str, *, form: Form) -> HttpResponse:
    """Return the number behind a token: they are the same, for every request is numbered at once."""
    account = _account(request)
    if account is not None:
        appeals.own_view(number, account=account)
    elif not appeals.public_requests(on=timezone.localdate(), numbers=[number]):
        raise _unknown()
    rows = [{"service_request_id": number, "token": number}]
    return answer("service_requests", "request", rows, form)


def _made(request: HttpRequest, form: Form) -> HttpResponse:
    """Make a request of what was sent. With `Idempotency-Key`, sent twice it is made once."""
    account = _account(request)
    if account is None or account.is_staff_member:
        raise _wrong_key()
    sent = request.POST
    spec, category = _service(sent.get("service_code", ""))
    name = " ".join(filter(None, (sent.get("first_name"), sent.get("last_name"))))
    if not name and account.person is not None:
        name = people.name_of(account.person)
    contact = {"contact_name": name, "phone": sent.get("phone", "")}
    for one in _attributes(spec):
        contact[one.key] = sent.get(f"attribute[{one.key}]", "")
    picture = sent.get("media_url", "")[:500]
    told = actions.Told(
        category=category,
        words="\n".join(filter(None, (sent.get("description", ""), picture))),
        area=_area(sent.get("address_id", ""), sent.get("lat", ""), sent.get("long", "")),
        contact={key: contact.get(key, "")[:200] for key in spec.fields},
        channel="open311",
    )
    key = request.headers.get("Idempotency-Key", "")[:60] or secrets.token_hex(8)
    number = actions.file_once(spec.appeal, told, by=account, key=key)
    notice = NOTICE.to(language_of(request))
    rows: list[dict[str, Value]] = [
        {"service_request_id": number, "service_notice": notice, "account_id": ""}
    ]
    return answer("service_requests", "request", rows, form, status=201)


def _account(request: HttpRequest) -> Account | None:
    """Return whose key was sent; None for none at all. A wrong key is refused, never ignored."""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    key = request.POST.get("api_key") or request.GET.get("api_key") or bearer
    if not key:
        return None
    account = people.account_of_token(key)
    if account is None:
        raise _wrong_key()
    return account


def _service(code: str) -> tuple[Appeal, str]:
    kind, _, category = code.partition(".")
    for spec in appeals.public_kinds(timezone.localdate()):
        if spec.appeal == kind and category in {one.key for one in spec.leaves()}:
            return spec, category
    raise NotFound(
        "open311.service",
        "没有这个 service_code。GET services 列出能用的。",
        "There is no such service_code. GET services lists those there are.",
    )


def _attributes(spec: Appeal) -> list[FieldSpec]:
    return [one for key, one in spec.fields.items() if key not in ASKED]


def _area(key: str, lat: str, long: str) -> str:
    """Return the area meant: the one named, or the community or village nearest to the point."""
    areas, today = installed.packs().district.areas, timezone.localdate()
    if key or not (lat or long):
        return key[:60]
    try:
        point = float(long), float(lat)
    except ValueError as error:
        raise WrongInput(
            "open311.point",
            "lat 和 long 要写成度，例如 29.59 和 106.35。",
            "Write lat and long in degrees, as 29.59 and 106.35.",
        ) from error
    if areas.containing(point, on=today) is None:
        raise WrongInput(
            "open311.elsewhere",
            "这个地方不在本区。请打当地的 12345。",
            "This place isn't in the district. Call the 12345 of that place.",
        )
    nearest = areas.nearest(point, "community", "village", on=today)
    return nearest.key if nearest else ""


def _moment(text: str, name: str) -> datetime | None:
    if not text:
        return None
    try:
        found = parse_datetime(text)
        day = parse_date(text) if found is None else None
    except ValueError:
        found, day = None, None
    if day is not None:
        found = datetime.combine(day, time())
    if found is None:
        raise WrongInput(
            "open311.date",
            f"{name} 写成 2026-03-06T00:00:00Z。",
            f"Write {name} as 2026-03-06T00:00:00Z.",
        )
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _public(one: PublicRequest, lang: str) -> dict[str, Value]:
    return {
        **_empty(one.number, _code(one)),
        "status": _state(one),
        "status_notes": one.said.to(lang),
        "service_name": one.title.to(lang),
        "agency_responsible": one.office.to(lang) if one.office else "",
        "requested_datetime": _day(one.received),
        "updated_datetime": _day(one.changed),
        "expected_datetime": _day(one.expected) if one.expected else None,
    }


def _empty(number: str, code: str) -> dict[str, Value]:
    """Return every field of the standard that nobody else may read, empty, in its order."""
    return {
        "service_request_id": number,
        "status": "",
        "status_notes": "",
        "service_name": "",
        "service_code": code,
        "description": "",
        "agency_responsible": "",
        "service_notice": "",
        "requested_datetime": None,
        "updated_datetime": None,
        "expected_datetime": None,
        "address": "",
        "address_id": "",
        "zipcode": "",
        "lat": None,
        "long": None,
        "media_url": "",
    }


def _code(one: PublicRequest) -> str:
    return f"{one.kind}.{one.category}"


def _state(one: PublicRequest) -> str:
    return "closed" if one.is_closed else "open"


def _day(day: date) -> str:
    """Return a day as the standard's moment; the hour of what everybody reads stays untold."""
    return timezone.make_aware(datetime.combine(day, time())).isoformat()


def _wrong_key() -> NotAllowed:
    return NotAllowed(
        "open311.key",
        "api_key 要是居民登录后的令牌：POST /api/v1/sessions 可以换到。打 12345 不用登录。",
        "The api_key must be a resident's token, from POST /api/v1/sessions. Calling 12345 needs none.",
    )


def _unknown() -> NotFound:
    return NotFound(
        "open311.no_such_request",
        "没有这件诉求，或者它不公开。用提出它的人的 api_key 再查。",
        "There is no such request, or it isn't public. Ask with the api_key of whoever made it.",
    )
