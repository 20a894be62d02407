"""The three rates of a kind of request: by office, street, grade or month, with the list behind each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils import timezone

from minsheng.apps.appeals import access, catalogue
from minsheng.apps.appeals.models import Request
from minsheng.apps.appeals.reads import counting
from minsheng.apps.people import access as people_access
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.rates import Fact, Figure, RateName, figures
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
MOST_BEHIND = 500


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
    group, title = _grouping(by, spec)
    asked = _asked(spec, since, until, account)
    facts = list(counting.facts(asked, by_month=by == "month"))
    small = spec.rates.small_under
    found = figures(facts, group, small_under=small)
    whole = figures(facts, lambda fact: "", small_under=small)
    requests, closed = counting.requests(asked)
    return RateTable(
        spec=spec,
        since=since,
        until=until,
        by=by,
        whole=whole.get("", {}),
        lines=tuple(RateLine(key, title(key), found[key]) for key in sorted(found)),
        requests=requests,
        closed=closed,
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
    """Return the requests behind one number, those that fall short first; at most MOST_BEHIND."""
    asked = _asked(spec, since, until, account)
    if key:
        asked = _of_group(asked, by, key)
    return [
        Behind(number, spec.title_of(category), timezone.localtime(at).date(), is_short)
        for number, category, at, is_short in counting.behind(asked, rate, most=MOST_BEHIND)
    ]


def public_lines(spec: Appeal, *, on: date) -> list[PublicLine]:
    """Return what everybody may read: closed and solved by category in the last 90 days.

    Categories with fewer than `hidden_under` are added up as one line, and shown only when that is
    enough. No place is shown: a small village must not be picked out. Of a protected kind nothing is.
    """
    if spec.protected:
        return []
    least = spec.rates.hidden_under
    first = date.fromordinal(on.toordinal() - PUBLIC_DAYS + 1)
    rows = Request.objects.filter(
        slug=spec.appeal,
        status="closed",
        closed_at__gte=datetime(first.year, first.month, first.day, tzinfo=CHINA),
    )
    added = rows.values("category").annotate(
        n=Count("pk"), n_solved=Count("pk", filter=Q(outcome="solved"))
    )
    closed, solved = Counter[str](), Counter[str]()
    for row in added.order_by("category"):
        closed[row["category"]], solved[row["category"]] = row["n"], row["n_solved"]
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


def _asked(spec: Appeal, since: date, until: date, account: Account) -> counting.Asked:
    """Return what counts between two days for whoever asks."""
    offices = offices_seen(spec, account)
    posts = None if offices is None else _posts_of(offices)
    at = _then(timezone.now(), until)
    return counting.Asked(slug=spec.appeal, since=since, until=until, at=at, posts=posts)


def _of_group(asked: counting.Asked, by: str, key: str) -> counting.Asked:
    """Return only what lies in one group, as `_grouping` groups it."""
    if by == "street":
        within = [one.key for one in installed.packs().district.areas.within(key)]
        return replace(asked, rows=Q(request__area__in=within))
    if by == "grade":
        return replace(asked, rows=Q(request__grade=key))
    if by == "month":
        first = date.fromisoformat(f"{key}-01")
        after = date.fromordinal(first.toordinal() + 32).replace(day=1)
        return replace(asked, since=max(first, asked.since), until=min(after, asked.until))
    return replace(asked, rows=Q(post__in=_posts_of([key])))


def _posts_of(offices: Collection[str]) -> list[str]:
    posts = installed.packs().district.posts
    return [key for key, post in posts.items() if post.department in offices]


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
