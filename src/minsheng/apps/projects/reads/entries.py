"""Entries as lists and pages show them: what may be seen, how far each is, what goes wrong early."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db.models import Case, Count, F, Q, QuerySet, Sum, TextField, When
from django.db.models.functions import Cast
from django.utils import timezone

from minsheng.apps.audit import reads as audit
from minsheng.apps.people import access as people_access
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people.installed import packs
from minsheng.apps.projects import access
from minsheng.apps.projects.models import Change, Entry, Evidence, Milestone
from minsheng.apps.projects.writing import STREAM, opened
from minsheng.apps.records import actions as records
from minsheng.engines.projects import (
    Act,
    Facts,
    Light,
    Limits,
    Signal,
    allowed,
    expected,
    light_of,
    progress,
    signals,
)
from minsheng.engines.projects.flow import ENDED
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account
    from minsheng.apps.records.reads import Opened

MOST_ROWS = 2000
NOBODY = Text("没有定", "nobody yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which entries: an empty word leaves out nothing. `light` "any" is every one with a sign."""

    kind: str = ""
    plan: str = ""
    state: str = ""
    office: str = ""
    area: str = ""
    light: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry in a list. `progress` and `expected` are None where unknown."""

    number: str
    kind: str
    title: Text
    plan: str
    plan_title: Text
    node: str
    parent: int | None
    id: int
    owner: Text
    office: Text
    office_key: str
    due: date | None
    state: str
    progress: Fraction | None
    expected: Fraction | None
    light: Light
    signals: tuple[Signal, ...]
    risk: str
    area: str
    planned_fen: int | None
    approved_fen: int | None
    spent_fen: int | None
    is_public: bool
    news_on: date
    opened_on: date
    closed_on: date | None
    weight: int
    places: int | None
    milestones: tuple[MilestoneLine, ...]


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """One milestone; `is_late` on the day it is read."""

    key: str
    title: Text
    weight: int
    due: date
    done_on: date | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of an entry's history, with words and file where somebody showed something."""

    kind: str
    at: datetime
    who: Text
    words: str = ""
    file: int | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A wish to change something."""

    id: int
    what: str
    before: str
    after: str
    reason: str
    state: str
    answer: str
    asked_at: datetime
    may_decide: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One entry as this reader may see it, and what this reader may do."""

    row: Row
    scope: str
    risk_words: str
    helpers: tuple[Text, ...]
    helper_keys: tuple[str, ...]
    checker: Text
    observe_days: int
    needs_rain: bool
    rain_on: date | None
    observe_until: date | None
    reopened: int
    round: int
    changes: tuple[ChangeLine, ...]
    history: tuple[Happened, ...]
    may_work: bool
    may_finish: bool
    may_ask_check: bool
    may_check: bool
    may_assign: bool
    may_change: bool
    may_amend: bool
    may_show: bool
    may_reopen: bool
    may_drop: bool


def limits() -> Limits:
    """Return from when signs show, by the district's settings."""
    ledger = packs().district.ledger
    return Limits(
        behind_points=ledger.behind_points,
        money_ahead_points=ledger.money_ahead_points,
        silent_days=ledger.silent_days,
        soon_days=ledger.soon_days,
    )


def visible(account: Account | None) -> QuerySet[Entry]:
    """Return the entries this account may see, as `access.may_see` says of one."""
    rows = Entry.objects.all()
    if account is not None and people_access.is_leader(account):
        return rows
    seen = Q(is_public=True)
    if account is not None and people_access.is_staff(account):
        offices = access.offices_of(account)
        posts = [key for key, post in packs().district.posts.items() if post.department in offices]
        seen |= Q(office__in=offices) | Q(checker__in=posts)
        # A list of posts as text: keys hold no quotes, so a quoted one is found whole or not at all.
        rows = rows.annotate(helpers_text=Cast("helpers", TextField()))
        for post in posts:
            seen |= Q(helpers_text__contains=f'"{post}"')
    return rows.filter(seen)


@dataclass(frozen=True, slots=True)
class Standing:
    """How all the entries stand that somebody may see: numbers by state and light, sums in fen."""

    count: int
    states: Mapping[str, int]
    lights: Mapping[str, int]
    approved_fen: int
    spent_fen: int


def standing(account: Account | None, *, on: date | None = None) -> Standing:
    """Return the numbers of all entries, added up by the database; lights are of open ones alone."""
    day, rows = on or timezone.localdate(), visible(account)
    states = rows.values_list("state").annotate(n=Count("pk")).order_by("state")
    sums = rows.aggregate(approved=Sum("approved_fen"), spent=Sum("spent_fen"))
    still_open = rows.exclude(state__in=ENDED).prefetch_related("milestones").order_by("pk")
    lights = Counter[str](
        light_of(_signs(found, list(found.milestones.all()), on=day))
        for found in still_open.iterator(chunk_size=500)
    )
    by_state = dict(states)
    return Standing(
        count=sum(by_state.values()),
        states=by_state,
        lights=lights,
        approved_fen=sums["approved"] or 0,
        spent_fen=sums["spent"] or 0,
    )


def entries(
    account: Account | None, filters: Filters | None = None, *, on: date | None = None
) -> list[Row]:
    """Return the entries this account may see, the soonest due first, those without a day last.

    At most MOST_ROWS: where there are more, those that are still open come before ended ones.
    """
    day, wanted = on or timezone.localdate(), filters or Filters()
    rows = visible(account)
    for name in ("kind", "plan", "state", "office", "area"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    if wanted.words:
        rows = rows.filter(
            Q(title_zh__icontains=wanted.words)
            | Q(title_en__icontains=wanted.words)
            | Q(number__startswith=wanted.words)
        )
    if wanted.light:  # what has ended shows none
        rows = rows.exclude(state__in=ENDED)
    has_ended = Case(When(state__in=ENDED, then=1), default=0)
    first = rows.order_by(has_ended, F("due").asc(nulls_last=True), "number")
    found = first.prefetch_related("milestones")[:MOST_ROWS]
    made = [row_of(one, on=day) for one in found]
    if wanted.light:
        made = [
            row
            for row in made
            if row.light == wanted.light or (wanted.light == "any" and row.light)
        ]
    return sorted(made, key=lambda row: (row.due is None, row.due or day, row.number))


def local_entries(area: str, kind: str, *, account: Account, on: date | None = None) -> list[Row]:
    """Return the entries of a place that aren't over, all or those that run late, for who looks after it.

    Only those this account may see: the public ones, and those its offices take part in.
    """
    on = on or timezone.localdate()
    within = people_access.within_place(account, area)
    rows = visible(account).filter(area__in=within).exclude(state__in=["closed", "dropped"])
    if kind == "late":
        rows = rows.filter(due__lt=on)
    return [row_of(one, on=on) for one in rows.order_by("due", "pk")[:MOST_ROWS]]


def entry(number: str, *, account: Account | None, on: date | None = None) -> EntryView:
    """Return one entry with its history; the one NotFound for who may not see it."""
    day = on or timezone.localdate()
    found = Entry.objects.filter(number=number).select_related("person").first()
    if found is None or not access.may_see(found, account):
        raise access.no_such_entry()
    reader = account if account is not None and people_access.is_staff(account) else None
    if reader is not None and found.person is not None and not found.person.is_erased:
        people_actions.record_look(
            found.person.pk, by=reader, purpose="case", what="case", case=found.number
        )
    can: frozenset[Act] = allowed(found.state)  # type: ignore[arg-type]
    works = reader is not None and access.may_work(found, reader)
    owns = reader is not None and access.owns(found, reader)
    assigns = reader is not None and access.may_assign(found, reader)
    checks = reader is not None and found.checker in access.held(reader)
    leads = reader is not None and people_access.is_leader(reader)
    return EntryView(
        row=row_of(found, on=day),
        scope=found.scope,
        risk_words=found.risk_words,
        helpers=tuple(_post(post) for post in found.helpers),
        helper_keys=tuple(found.helpers),
        checker=_post(found.checker),
        observe_days=found.observe_days,
        needs_rain=found.needs_rain,
        rain_on=found.rain_on,
        observe_until=found.observe_until,
        reopened=found.reopened,
        round=found.round,
        changes=tuple(_change(one, reader) for one in found.changes.order_by("-pk"))
        if reader
        else (),
        history=tuple(_history(found, is_inside=reader is not None)),
        may_work=works and "work" in can,
        may_finish=owns and "finish" in can and found.observe_days > 0,
        may_ask_check=owns
        and "ask_check" in can
        and (found.state == "observing" or not found.observe_days),
        may_check=reader is not None and "pass_check" in can and access.may_check(found, reader),
        may_assign=assigns and "start" in can,
        may_change=owns and found.is_open,
        may_amend=(owns or assigns) and found.is_open,
        may_show=assigns and found.person_id is None,
        may_reopen="reopen" in can and (owns or checks or leads),
        may_drop=assigns and "drop" in can,
    )


def evidence_file(evidence_id: int, *, account: Account) -> Opened:
    """Return a file that was shown for an entry, to the staff who may see the entry."""
    shown = Evidence.objects.select_related("entry", "file").filter(pk=evidence_id).first()
    is_staff = people_access.is_staff(account)
    if (
        shown is None
        or shown.file is None
        or not is_staff
        or not access.may_see(shown.entry, account)
    ):
        raise access.no_such_entry()
    return records.open_for_duty(shown.file.pk, by=account, purpose="case", case=shown.entry.number)


def row_of(found: Entry, *, on: date) -> Row:
    """Return an entry as lists show it on a day."""
    district, plan = packs().district, packs().plans.get(found.plan)
    lines = list(found.milestones.all())
    steps = [one.step for one in lines]
    signs = _signs(found, lines, on=on)
    return Row(
        id=found.pk,
        number=found.number,
        kind=found.kind,
        title=found.title,
        plan=found.plan,
        plan_title=plan.title if plan else Text(found.plan),
        node=found.node,
        parent=found.parent_id,
        owner=_post(found.owner),
        office=district.office(found.office) if found.office else NOBODY,
        office_key=found.office,
        due=found.due,
        state=found.state,
        progress=Fraction(1) if found.state == "closed" else progress(steps),
        expected=expected(steps, on=on),
        light=light_of(signs),
        signals=signs,
        risk=found.risk,
        area=found.area,
        planned_fen=found.planned_fen,
        approved_fen=found.approved_fen,
        spent_fen=found.spent_fen,
        is_public=found.is_public,
        news_on=found.news_on,
        opened_on=found.opened_on,
        closed_on=found.closed_on,
        weight=found.weight,
        places=found.places,
        milestones=tuple(
            MilestoneLine(
                one.key,
                one.title,
                one.weight,
                one.due,
                one.done_on,
                one.done_on is None and one.due < on and found.is_open,
            )
            for one in lines
        ),
    )


def _signs(found: Entry, lines: Sequence[Milestone], *, on: date) -> tuple[Signal, ...]:
    """Return the early signs of an entry on a day."""
    facts = Facts(
        is_open=found.is_open and found.state != "listed",
        due=found.due,
        milestones=[one.step for one in lines],
        money=found.money,
        last_news=found.news_on if found.state == "running" else None,
    )
    return signals(facts, limits(), on=on)


def _post(key: str) -> Text:
    district = packs().district
    found = district.posts.get(key)
    if found is None:
        return NOBODY
    office = district.office(found.department)
    return Text(f"{office.zh}{found.title.zh}", f"{office.to('en')}, {found.title.to('en')}")


def _change(one: Change, reader: Account) -> ChangeLine:
    return ChangeLine(
        one.pk,
        one.what,
        one.before,
        one.after,
        one.reason,
        one.state,
        one.answer,
        one.asked_at,
        one.state == "asked" and access.may_decide(one, reader),
    )


def _history(found: Entry, *, is_inside: bool) -> Iterable[Happened]:
    """Yield what happened, newest first; outsiders read which step it was, no words and no files."""
    shown: dict[object, Evidence] = (
        {one.pk: one for one in found.evidence.all()} if is_inside else {}
    )
    for line in reversed(audit.history(STREAM, found.number)):
        evidence = shown.get(line.data.get("evidence"))
        yield Happened(
            kind=line.kind.removeprefix("entry."),
            at=line.at,
            who=_who(line.by),
            words=opened(found, evidence.words) if evidence else "",
            file=evidence.pk if evidence and evidence.file_id else None,
            shown=evidence.kind if evidence else "",
        )


def _who(by: str) -> Text:
    """Return the post that acted, never a name."""
    key = by.partition("/")[0].removeprefix("post:")
    return _post(key) if key in packs().district.posts else Text("系统", "the system")
