"""One visit as a line of a list: who, where, why, by when, and how it stands. No full name here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from minsheng.apps.people.installed import calendar, packs
from minsheng.apps.people.models import Account
from minsheng.apps.visits import access
from minsheng.apps.visits.models import Visit, Visited
from minsheng.apps.visits.plans import plan
from minsheng.engines.visits import Facts, State, standing
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term

PROTECTED = Text("受保护的孩子", "A protected child")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """One visit. `left` are working days until the last day in order, negative when it is missed."""

    id: int
    number: str
    visited: int
    plan: str
    title: Text
    who: Text
    area: str
    where: Text
    why: Text
    state: State
    due: date
    until: date
    provisional: bool
    left: int
    day: date | None
    at: time | None
    no_shows: int
    visitor: int | None
    settled_on: date | None
    revision: int
    is_protected: bool


def line(visit: Visit, *, on: date, who: Text | None = None) -> VisitLine:
    """Return a visit as a line; `visit.visited` and whom it names were read with it."""
    visited = visit.visited
    spec = plan(visited.plan)
    return VisitLine(
        id=visit.pk,
        number=visit.number,
        visited=visited.pk,
        plan=visited.plan,
        title=spec.title,
        who=who if who is not None else who_of(visited),
        area=visited.area,
        where=where_of(visited.area),
        why=spec.basis_title(visit.basis, visited.level),
        state=state_of(visit, on=on, soon=spec.soon),
        due=visit.due_day,
        until=visit.until,
        provisional=visit.due_provisional,
        left=calendar().workdays_between(on, visit.until),
        day=visit.day,
        at=visit.at,
        no_shows=visit.no_shows,
        visitor=visit.account_id or visited.account_id,
        settled_on=visit.settled_on,
        revision=visit.revision,
        is_protected=visited.protected,
    )


def state_of(visit: Visit, *, on: date, soon: Term) -> State:
    """Return how a stored visit stands on a day."""
    facts = Facts(
        due=visit.due_day,
        until=visit.until,
        provisional=visit.due_provisional,
        outcome=visit.outcome,  # type: ignore[arg-type]
        missed_on=visit.missed_on,
        no_shows=visit.no_shows,
        paused_until=visit.visited.paused_until,
    )
    return standing(facts, on=on, soon=soon, calendar=calendar())


def who_of(visited: Visited) -> Text:
    """Return who or what is visited, with the name masked."""
    if visited.organisation is not None:
        return Text(visited.organisation.name)
    if visited.kind == "household" and visited.person is not None:
        masked = visited.person.name_masked
        return Text(f"{masked}一家", f"The family of {masked}")
    if visited.person is not None:
        return Text(visited.person.name_masked or "已删除", visited.person.name_masked or "erased")
    return where_of(visited.area)


def who_for(visited: Visited, account: Account) -> Text:
    """Return the same for a member of staff who isn't the visitor: nothing of a protected one."""
    return who_of(visited) if access.sees_who(visited, account) else PROTECTED


def where_of(area: str) -> Text:
    """Return an area with what it lies in: 东坡村，青槐镇."""
    path = packs().district.areas.path(area)[-2:]
    if not path:
        return Text("没有写地方", "no place given")
    return Text(
        "".join(one.title.zh for one in path), ", ".join(one.title.to("en") for one in path[::-1])
    )
