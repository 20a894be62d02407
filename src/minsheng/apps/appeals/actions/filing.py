"""A request is made: by a resident, for a firm, or written down by a clerk for a caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from minsheng.apps.appeals import access, catalogue, sealing, store, traces
from minsheng.apps.appeals.actions.transition import locked, step_locked, write_events
from minsheng.apps.appeals.models import Request, Serial
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.people import actions as people
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account, Organisation, Person
from minsheng.apps.people.typed import typed
from minsheng.content.appeals import Appeal, LoadedAppeal
from minsheng.engines.appeals.decide import receive
from minsheng.engines.appeals.fold import apply
from minsheng.engines.appeals.state import Event, TakeUpAgain
from minsheng.engines.appeals.state import Request as State
from minsheng.lib.errors import NotAllowed, WrongInput

CHANNELS = ("portal", "api", "open311", "phone", "visit", "mail", "demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody tells: what it is about, where, how urgent, in which words, whom to contact."""

    category: str
    words: str
    area: str = ""
    grade: str = ""
    contact: Mapping[str, str] = field(default_factory=dict)
    channel: str = "portal"
    organisation: str = ""


def file_request(slug: str, told: Told, *, by: Account, at: datetime | None = None) -> Request:
    """Return a new request: of a resident, of the firm they speak for, or of a caller.

    A clerk of the dispatching post writes it down for whoever calls (`channel` phone or visit).
    Raises NotAllowed, and WrongInput with the field that is wrong.
    """
    at = at or timezone.now()
    loaded = catalogue.appeal_on(slug, timezone.localtime(at).date())
    if loaded.spec.from_visits:
        raise catalogue.no_such_kind()
    checked = _checked(loaded.spec, told, at)
    if by.is_staff_member:
        who = access.acting(loaded.spec.dispatcher, by)
        if told.channel not in ("phone", "visit"):
            raise WrongInput(
                "appeals.channel",
                "请选是电话还是来访。",
                "Say whether they called or came.",
                field="channel",
            )
        received = received_of(loaded, checked, by=who, at=at)
        with transaction.atomic():
            name = checked.contact.get("contact_name") or "来电人"
            person = people.create_person(None, name, demo=by.demo, by=who)
            return open_request(loaded, checked, received, person=person, account=None)
    firm = _firm(loaded.spec, checked, by)
    _require_proved(by)
    received = received_of(loaded, checked, by=access.requester(by), at=at)
    # Whatever can be wrong was found above: within an answer given once, no savepoint is needed.
    with transaction.atomic(savepoint=False):
        person = people.held_person_of(by)
        return open_request(loaded, checked, received, person=person, account=by, firm=firm)


def file_once(slug: str, told: Told, *, by: Account, key: str) -> str:
    """Return the number of the request made under this key, now or by the click before."""

    def act() -> tuple[int, str]:
        return 200, file_request(slug, told, by=by).number

    who, once = f"account:{by.pk}", f"request:{key}"
    return outbox.answer_once(who, once, fingerprints=[slug], act=act).body


def file_for_firm(
    slug: str,
    told: Told,
    *,
    speaker: Account,
    firm: Organisation,
    by: str,
    at: datetime | None = None,
) -> Request:
    """Return a new request of a firm whose representative spoke to a post, or says so again.

    The caller has asked who may; `by` is whoever writes it down, as events say it.
    """
    at = at or timezone.now()
    loaded = catalogue.appeal_on(slug, timezone.localtime(at).date())
    checked = _checked(loaded.spec, told, at)
    received = received_of(loaded, checked, by=by, at=at)
    with transaction.atomic():
        person = people.held_person_of(speaker)
        return open_request(loaded, checked, received, person=person, account=speaker, firm=firm)


def checked_told(slug: str, told: Told, *, at: datetime | None = None) -> Told:
    """Return what was told with its answers read by their types, as a request would ask for them."""
    at = at or timezone.now()
    loaded = catalogue.appeal_on(slug, timezone.localtime(at).date())
    return _checked(loaded.spec, told, at)


def take_up_again(number: str, words: str, *, by: Account, at: datetime | None = None) -> Request:
    """Return the new request that goes on where a closed one ended, linked to it; made once."""
    at = at or timezone.now()
    with transaction.atomic():
        before = locked(number)
        if not access.is_requester(before, by):
            raise access.no_such_request()
        text = sealing.checked(words, name="words")
        made = Request.objects.filter(predecessor=before).first()
        if made is not None:
            return made
        loaded = catalogue.appeal_on(before.slug, timezone.localtime(at).date())
        told = Told(
            category=before.category,
            words=text,
            area=before.area,
            grade=before.grade,
            contact=sealing.opened_contact(before.person, before.contact),
        )
        received = received_of(loaded, told, by=access.requester(by), at=at)
        made = open_request(
            loaded, told, received, person=before.person, account=by, firm=before.organisation,
            predecessor=before,
        )  # fmt: skip
        successor = made.number

        def go_on(request: Request, spec: Appeal, state: State) -> TakeUpAgain:
            return TakeUpAgain(access.requester(by), successor)

        step_locked(before, go_on, at=at)
    return made


Received = tuple[State, tuple[Event, ...]]


def received_of(loaded: LoadedAppeal, told: Told, *, by: str, at: datetime) -> Received:
    """Return the new request's state and first event. Raises WrongInput for what the pack lacks."""
    return receive(
        loaded.spec, category=told.category, grade=told.grade, area=told.area, at=at, by=by,
        calendar=installed.calendar(), channel=told.channel,
    )  # fmt: skip


def open_request(
    loaded: LoadedAppeal,
    told: Told,
    received: Received,
    *,
    person: Person,
    account: Account | None,
    firm: Organisation | None = None,
    predecessor: Request | None = None,
    finding: int | None = None,
) -> Request:
    """Return a new request of what was told and checked, in the caller's transaction."""
    state, events = received
    at, by = state.received, events[0].by
    request = Request(
        slug=loaded.spec.appeal,
        form=catalogue.pin(loaded),
        person=person,
        account=account,
        organisation=firm,
        channel=told.channel,
        received_at=at,
        predecessor=predecessor,
        finding_id=finding,
        words=sealing.sealed(person, told.words, field=sealing.WORDS),
        contact=sealing.sealed_contact(person, told.contact),
    )
    if predecessor is not None:
        link = Event("request.follows", at, by, "", {"number": predecessor.number})
        state, events = apply(state, link), (*events, link)
    if finding is not None:
        link = Event("request.found", at, by, "", {"finding": finding})
        state, events = apply(state, link), (*events, link)
    store.set_columns(request, state, loaded.spec)
    # Until the transaction ends, all who file wait for one another at the number: it comes last.
    request.number = f"~{uuid4().hex[:18]}"
    request.save(force_insert=True)
    write_events(request, None, state, events, loaded.spec)
    request.number = _number(at)
    request.save(update_fields=("number", "seq", "head"))
    traces.note(request, loaded.spec, told.words)
    return request


def _checked(spec: Appeal, told: Told, at: datetime) -> Told:
    """Return what was told with its answers read by their types."""
    words = sealing.checked(told.words, name="words")
    if told.area and told.area not in installed.packs().district.areas:
        raise WrongInput(
            "appeals.area",
            "请从列出的地方里选一个。您写的都还在。",
            "Choose one of the listed places. What you wrote is kept.",
            field="area",
        )
    answers: dict[str, str] = {}
    for key, one in spec.fields.items():
        text = told.contact.get(key, "").strip()
        if not text and one.required:
            raise WrongInput(
                "appeals.missing",
                f"请填“{one.label.zh}”。您写的都还在。",
                f"Please fill in “{one.label.to('en')}”. What you wrote is kept.",
                field=key,
            )
        if text:
            value = typed(one, text, on=timezone.localtime(at).date())
            answers[key] = str(value)
    return replace(told, words=words, contact=answers)


def _firm(spec: Appeal, told: Told, by: Account) -> Organisation | None:
    if spec.requester != "organisation":
        return None
    for firm in people_reads.organisations_of(by):
        if told.organisation in ("", firm.credit_code):
            return firm
    raise NotAllowed(
        "appeals.no_firm",
        "企业吹哨要由企业的代表来提。请带执照和委托书到窗口登记，当场就能用。",
        "A firm whistles through its representative. Bring licence and mandate to a counter; it works at once.",
    )


def _require_proved(account: Account) -> None:
    if account.person_id is None or not account.is_proved:
        raise NotAllowed(
            "appeals.prove_first",
            "先核实身份，再提诉求，约 1 分钟；也可以打 12345，不用核实。",
            "Confirm who you are first, about a minute; or call 12345, which needs no confirmation.",
        )


def _number(at: datetime) -> str:
    """Return the next number of the year, in one statement that every database here knows."""
    year = timezone.localtime(at).year
    table = connection.ops.quote_name(Serial._meta.db_table)
    take = f'UPDATE {table} SET "last" = "last" + 1 WHERE year = %s RETURNING "last"'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(take, [year])
        row = cursor.fetchone()
        if row is None:
            Serial.objects.bulk_create([Serial(year=year)], ignore_conflicts=True)
            cursor.execute(take, [year])
            row = cursor.fetchone()
    return f"S{year % 100:02d}-{row[0]:06d}"
