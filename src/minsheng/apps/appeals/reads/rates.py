"""The three rates of a kind of request: by office, street, grade or month, with the list behind each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from minsheng.apps.appeals import access, catalogue, store
from minsheng.apps.appeals.models import Request
from minsheng.apps.people import access as people_access
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.rates import Fact, Figure, RateName, facts_of, figures
from minsheng.engines.appeals.state import CHINA
from minsheng.lib.texts import Text

GROUPS: Mapping[str, Text] = {
    "office": Text("部门", "Office"),
    "street": Text("镇街", "Street or town"),
    "grade": Text("时限档", "Grade"),
    "month": Text("月份", "Month"),
}
NOWHERE = Text("没有说在哪里", "No place given")
PUBLIC_DAYS = 90


@dataclass(frozen=True, slots=True)
class RateLine:
    """The three rates of one group."""

    key: str
    title: Text
    figures: Mapping[RateName, Figure]


@dataclass(frozen=True, slots=True)
class RateTable:
    """The three rates of one kind of request between two days, `until` not included."""

    spec: Appeal
    since: date
    until: date
    by: str
    whole: Mapping[RateName, Figure]
    lines: tuple[RateLine, ...]
    requests: int
    closed: int


@dataclass(frozen=True, slots=True)
class Behind:
    """One request behind a number, and whether it counts against the rate."""

    number: str
    title: Text
    day: date
    is_short: bool


@dataclass(frozen=True, slots=True)
class PublicLine:
    """What everybody may read of one category; `solved` None where it, or the rest, is too small."""

    title: Text
    closed: int
    solved: int | None


def kinds_rated(account: Account, *, on: date) -> list[Appeal]:
    """Return the kinds of request whose rates this account may ask for."""
    specs = [one.spec for one in catalogue.appeals_on(on)]
    return [one for one in specs if not one.protected or offices_seen(one, account) is None]


def rate_table(spec: Appeal, *, since: date, until: date, by: str, account: Account) -> RateTable:
    """Return the rates this account may see: all for leaders and the centre, else its own offices'."""
    offices = offices_seen(spec, account)
    pairs = [
        (request, fact)
        for request, fact in _facts(spec.appeal, since, until)
        if offices is None or office_of(fact) in offices
    ]
    group, title = _grouping(by, spec)
    small = spec.rates.small_under
    found = figures((fact for _, fact in pairs), group, small_under=small)
    whole = figures((fact for _, fact in pairs), lambda fact: "", small_under=small)
    closed = {r.pk for r, _ in pairs if r.status == "closed"}
    return RateTable(
        spec=spec,
        since=since,
        until=until,
        by=by,
        whole=whole.get("", {}),
        lines=tuple(RateLine(key, title(key), found[key]) for key in sorted(found)),
        requests=len({request.pk for request, _ in pairs}),
        closed=len(closed),
    )


def behind_rate(
    spec: Appeal,
    *,
    since: date,
    until: date,
    by: str,
    key: str,
    rate: str,
    account: Account,
) -> list[Behind]:
    """Return the requests behind one number, those that fall short first."""
    offices, (group, _) = offices_seen(spec, account), _grouping(by, spec)
    found = [
        Behind(request.number, spec.title_of(request.category), fact.day, fact.weight < 1)
        for request, fact in _facts(spec.appeal, since, until)
        if fact.rate == rate
        and (not key or group(fact) == key)
        and (offices is None or office_of(fact) in offices)
    ]
    return sorted(found, key=lambda one: (not one.is_short, one.day, one.number))


def public_lines(spec: Appeal, *, on: date) -> list[PublicLine]:
    """Return what everybody may read: closed and solved by category in the last 90 days.

    Categories with fewer than `hidden_under` are added up as one line, and shown only when that is
    enough. No place is shown: a small village must not be picked out. Of a protected kind nothing is.
    """
    if spec.protected:
        return []
    least = spec.rates.hidden_under
    rows = Request.objects.filter(
        slug=spec.appeal,
        status="closed",
        closed_at__date__gt=date.fromordinal(on.toordinal() - PUBLIC_DAYS),
    ).values_list("category", "outcome")
    closed, solved = Counter[str](), Counter[str]()
    for category, outcome in rows:
        closed[category] += 1
        solved[category] += outcome == "solved"
    small = [key for key, count in closed.items() if count < least]
    lines = [
        _public(spec.title_of(key), count, solved[key], least)
        for key, count in closed.most_common()
        if key not in small
    ]
    rest = sum(closed[key] for key in small)
    if rest >= least:
        others = Text("别的，每类都少", "Others, each few")
        lines.append(_public(others, rest, sum(solved[key] for key in small), least))
    return lines


def offices_seen(spec: Appeal, account: Account) -> frozenset[str] | None:
    """Return the offices whose rates this account sees; None for all.

    Of a protected kind only its own dispatchers see any: an office's few could be picked out.
    """
    whole = {spec.dispatcher, spec.visit.post, spec.redo}
    held = access.held_by(account).in_kind(spec)
    if held & whole or (people_access.is_leader(account) and not spec.protected):
        return None
    if spec.protected:
        return frozenset()
    district = installed.packs().district
    own = {district.posts[post].department for post in held if post in district.posts}
    heads = {key for key in district.departments if district.head_of(key) in held}
    return frozenset(own | heads)


def office_of(fact: Fact) -> str:
    """Return the office for which something counts."""
    post = installed.packs().district.posts.get(fact.post)
    return post.department if post else fact.post.partition(".")[0]


def _public(title: Text, closed: int, solved: int, least: int) -> PublicLine:
    """Hide how many were solved where that, or the rest, is too small a number."""
    is_shown = solved >= least and (closed - solved >= least or closed == solved)
    return PublicLine(title, closed, solved if is_shown else None)


def _facts(slug: str, since: date, until: date) -> Iterator[tuple[Request, Fact]]:
    """Yield what counts between two days, with its request."""
    at = timezone.now()
    rows = Request.objects.filter(
        Q(closed_at=None) | Q(closed_at__date__gte=since), slug=slug, received_at__date__lt=until
    )
    for request in rows.order_by("pk").iterator(chunk_size=500):
        for fact in facts_of(access.spec_of(request), store.state_of(request), at=_then(at, until)):
            if since <= fact.day < until:
                yield request, fact


def _then(now: datetime, until: date) -> datetime:
    """Return now, or the end of a month that is over: its figures no longer move."""
    end = datetime(until.year, until.month, until.day, tzinfo=CHINA)
    return min(now, end)


def _grouping(by: str, spec: Appeal) -> tuple[Callable[[Fact], str], Callable[[str], Text]]:
    district = installed.packs().district
    areas = district.areas

    def street(fact: Fact) -> str:
        outermost = areas.outermost(fact.area)
        return outermost.key if outermost else ""

    ways: Mapping[str, tuple[Callable[[Fact], str], Callable[[str], Text]]] = {
        "office": (office_of, district.office),
        "street": (street, lambda key: areas[key].title if key in areas else NOWHERE),
        "grade": (
            lambda fact: fact.grade,
            lambda key: spec.grades[key].title if key in spec.grades else Text(key),
        ),
        "month": (lambda fact: f"{fact.day:%Y-%m}", Text),
    }
    return ways.get(by, ways["office"])
