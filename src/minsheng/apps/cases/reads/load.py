"""How much work lies with each post, what was finished week by week, and the list behind each number.

No names of applicants; protected cases are neither counted nor listed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.actions.bulk import own_items
from minsheng.apps.cases.models import CLOCK_RUNS, IN_INBOX, Item
from minsheng.apps.cases.reads.late_work import (
    edge_of,
    monday_of,
    mondays_until,
    open_items,
    sunday_of,
)
from minsheng.apps.people import access as people_access
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Post
from minsheng.engines.casework.rarer import CLAIMABLE
from minsheng.engines.casework.spec import ReasonSpec
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text

Kind = Literal["open", "late", "this_week", "stopped", "unclaimed", "done"]
WEEKS = 4
NOBODY = "nobody"
"""In an address: what was finished without a record of who did it."""
FINISHED = ("done", "refused", "external")
_OFFICER = re.compile(r"post:[^/]*/account:(\d+)")


@dataclass(frozen=True, slots=True)
class OfficerLoad:
    """What one officer of a post finished in each week, oldest first. `name` "" : not recorded.

    `key` names the officer in the address of the list.
    """

    key: str
    name: str
    done: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PostLoad:
    """What lies with a post. `is_filled`: somebody fills it today. `unclaimed`: nobody is on it today."""

    key: str
    title: Text
    office: Text
    open: int
    late: int
    this_week: int
    stopped: int
    unclaimed: int
    done: tuple[int, ...]
    officers: tuple[OfficerLoad, ...]
    is_filled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """Which number of the load: its post and kind; for `done` the week from `week`, and who did it."""

    post: str
    kind: Kind
    on: date
    week: date | None = None
    officer: str = ""


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One item behind a number of the load. `is_own`: it lies with a post of who reads this."""

    id: int
    number: str
    title: Text
    service: Text
    status: str
    due: date | None
    left: int | None
    finished: date | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class BulkGroup:
    """Open items of one kind that lie with one's posts: they may be decided together."""

    slug: str
    item: str
    service: Text
    title: Text
    count: int
    returns: tuple[ReasonSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One open item of such a group."""

    id: int
    number: str
    who: str
    due: date | None
    left: int | None


def weeks_until(on: date) -> tuple[date, ...]:
    """Return the Mondays of the weeks that the load is told for, oldest first."""
    return mondays_until(on, weeks=WEEKS)


def load_of(account: Account, *, on: date) -> list[PostLoad]:
    """Return the load of the posts of this account's offices, most late first; a leader sees all."""
    posts = _posts_shown(account, on)
    keys = [post.key for post in posts]
    counts = _counts(keys, on)
    done = _done(keys, on)
    filled = people.filled_posts(on)
    names = people.displays({int(who) for by in done.values() for who in by if who})
    found = [
        _post_load(
            post,
            counts.get(post.key, NOTHING),
            done.get(post.key, {}),
            names,
            on,
            is_filled=post.key in filled,
        )
        for post in posts
        if post.key in counts or post.key in done
    ]
    return sorted(found, key=lambda one: (-one.late, -one.open, one.key))


def load_list_count(which: Portion, *, account: Account) -> int:
    """Return how long the list behind a number of the load is: that number."""
    return _behind(which, account).count()


def load_list(which: Portion, *, account: Account, start: int, count: int) -> list[LoadRow]:
    """Return a stretch of the list behind a number of the load, the most urgent or newest first.

    Raises NotFound where the post isn't one of this account's offices; a leader sees all.
    """
    order = ("-finished", "-pk") if which.kind == "done" else ("due_day", "pk")
    rows = _behind(which, account).select_related("case").order_by(*order)
    own = {post.key for post in people.posts_of(account, which.on)}
    return [_load_row(row, own, which.on) for row in rows[start : start + count]]


def post_shown(account: Account, key: str, *, on: date) -> Post:
    """Return a post whose load this account may see; NotFound for others."""
    found = next((post for post in _posts_shown(account, on) if post.key == key), None)
    if found is None:
        raise NotFound(
            "no_such_post",
            "没有这个岗位，或者它不在您的部门。回“部门的量”看看。",
            "There is no such post, or it isn't of your office. Go back to the office load.",
        )
    return found


def bulk_groups(account: Account) -> list[BulkGroup]:
    """Return the kinds of open items of which this account's posts have several."""
    rows = (
        own_items(account)
        .filter(status="open", is_stopped=False)
        .select_related(None)
        .order_by()
        .values_list("case__slug", "key")
        .annotate(n=Count("pk"))
    )
    found = []
    for slug, key, count in rows:
        loaded = catalogue.packs().services.get(slug)
        if loaded is None or key not in loaded.spec.items or count < 2:
            continue
        spec = loaded.spec
        reasons = (r for r in spec.reasons.values() if r.act == "return" and r.fits(key))
        found.append(BulkGroup(slug, key, spec.title, spec.items[key].title, count, tuple(reasons)))
    return sorted(found, key=lambda one: (-one.count, one.slug, one.item))


def bulk_rows(account: Account, *, slug: str, item: str, limit: int = 50) -> list[BulkRow]:
    """Return the open items of one kind that lie with this account's posts, the most urgent first."""
    rows = own_items(account).filter(status="open", is_stopped=False, case__slug=slug, key=item)
    calendar, on = catalogue.calendar(), timezone.localdate()
    return [
        BulkRow(
            id=row.pk,
            number=row.case.number,
            who=row.case.applicant.name_masked,
            due=row.due_day,
            left=calendar.workdays_between(on, row.due_day) if row.due_day else None,
        )
        for row in rows.order_by("due_day", "pk")[:limit]
    ]


def _posts_shown(account: Account, on: date) -> list[Post]:
    if people_access.is_leader(account, on=on):
        return people.posts_of_offices()
    own = people.posts_of(account, on)
    return people.posts_of_offices({post.department_id for post in own})


def _portions(on: date) -> dict[Kind, Q]:
    """Return which of the items with a post each number counts, in the order of `NOTHING`."""
    running = Q(status__in=CLOCK_RUNS, is_stopped=False)
    sunday = sunday_of(monday_of(on))
    return {
        "open": Q(),
        "late": running & Q(due_day__lt=edge_of(on), due_provisional=False),
        "this_week": running & Q(due_day__range=(edge_of(on), sunday)),
        "stopped": ~running,
        "unclaimed": Q(status__in=CLAIMABLE, is_stopped=False)
        & (Q(claimed_by="") | Q(claimed_on__isnull=True) | Q(claimed_on__lt=on)),
    }


NOTHING = (0, 0, 0, 0, 0)


def _with_posts() -> QuerySet[Item]:
    return open_items().filter(status__in=IN_INBOX)


def _finished(on: date) -> QuerySet[Item]:
    return open_items().filter(status__in=FINISHED, finished__gte=weeks_until(on)[0])


def _behind(which: Portion, account: Account) -> QuerySet[Item]:
    post = post_shown(account, which.post, on=which.on).key
    if which.kind != "done":
        return _with_posts().filter(_portions(which.on)[which.kind], post=post)
    rows = _finished(which.on).filter(post=post)
    if which.week is not None:
        rows = rows.filter(finished__range=(which.week, sunday_of(which.week)))
    if which.officer == NOBODY:
        return rows.exclude(decided_by__contains="/account:")
    if which.officer:
        return rows.filter(decided_by__endswith=f"/account:{which.officer}")
    return rows


def _load_row(row: Item, own: set[str], on: date) -> LoadRow:
    spec = catalogue.pinned_spec(row.case.pack_id)
    runs = row.status in CLOCK_RUNS and not row.is_stopped and row.due_day is not None
    return LoadRow(
        id=row.pk,
        number=row.case.number,
        title=spec.items[row.key].title,
        service=spec.title,
        status=row.status,
        due=row.due_day,
        left=catalogue.calendar().workdays_between(on, row.due_day)
        if runs and row.due_day is not None
        else None,
        finished=row.finished,
        is_own=row.post in own,
    )


def _counts(posts: list[str], on: date) -> dict[str, tuple[int, ...]]:
    """Return the numbers of each post with something open, in the order of `_portions`."""
    numbers = {kind: Count("pk", filter=portion) for kind, portion in _portions(on).items()}
    rows = (
        _with_posts()
        .filter(post__in=posts)
        .order_by()
        .values_list("post")
        .annotate(**{f"n_{kind}": number for kind, number in numbers.items()})
    )
    return {post: tuple(found) for post, *found in rows}


def _done(posts: list[str], on: date) -> dict[str, dict[str, Counter[date]]]:
    """Return for each post and officer how much was finished in each week."""
    rows = (
        _finished(on)
        .filter(post__in=posts)
        .annotate(week=TruncWeek("finished"))
        .order_by()
        .values_list("post", "decided_by", "week")
        .annotate(n=Count("pk"))
    )
    found: dict[str, dict[str, Counter[date]]] = defaultdict(lambda: defaultdict(Counter))
    for post, decided_by, week, count in rows:
        match = _OFFICER.fullmatch(decided_by)
        found[post][match[1] if match else ""][week] += count
    return found


def _post_load(
    post: Post,
    counts: tuple[int, ...],
    done: Mapping[str, Counter[date]],
    names: Mapping[int, str],
    on: date,
    *,
    is_filled: bool,
) -> PostLoad:
    weeks = weeks_until(on)
    officers = sorted(
        (
            OfficerLoad(
                who or NOBODY,
                names.get(int(who), "") if who else "",
                tuple(by_week[week] for week in weeks),
            )
            for who, by_week in done.items()
        ),
        key=lambda one: (-sum(one.done), one.name),
    )
    total, late, week, still, free = counts
    return PostLoad(
        key=post.key,
        title=post.title,
        office=post.department.title,
        open=total,
        late=late,
        this_week=week,
        stopped=still,
        unclaimed=free,
        done=tuple(sum(column) for column in zip(*(one.done for one in officers), strict=True))
        or (0,) * WEEKS,
        officers=tuple(officers),
        is_filled=is_filled,
    )
