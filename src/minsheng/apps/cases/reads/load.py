"""How much work lies with each post, and what was finished week by week: counts, no names of people."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncWeek
from django.utils import timezone

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.actions.bulk import own_items
from minsheng.apps.cases.models import CLOCK_RUNS, IN_INBOX
from minsheng.apps.cases.reads.late_work import edge_of, monday_of, mondays_until, open_items
from minsheng.apps.people import access as people_access
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Post
from minsheng.engines.casework.spec import ReasonSpec
from minsheng.lib.texts import Text

WEEKS = 4
FINISHED = ("done", "refused", "external")
_OFFICER = re.compile(r"post:[^/]*/account:(\d+)")


@dataclass(frozen=True, slots=True)
class OfficerLoad:
    """What one officer of a post finished in each week, oldest first. `name` "" : not recorded."""

    name: str
    done: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PostLoad:
    """What lies with a post. `is_filled`: somebody fills it today."""

    key: str
    title: Text
    office: Text
    open: int
    late: int
    this_week: int
    stopped: int
    done: tuple[int, ...]
    officers: tuple[OfficerLoad, ...]
    is_filled: bool


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
    own = people.posts_of(account, on)
    if people_access.is_leader(account, on=on):
        posts = people.posts_of_offices()
    else:
        posts = people.posts_of_offices({post.department_id for post in own})
    keys = [post.key for post in posts]
    counts = _counts(keys, on)
    done = _done(keys, on)
    filled = people.filled_posts(on)
    names = people.displays({int(who) for by in done.values() for who in by if who})
    found = [
        _post_load(
            post,
            counts.get(post.key, (0, 0, 0, 0)),
            done.get(post.key, {}),
            names,
            on,
            is_filled=post.key in filled,
        )
        for post in posts
        if post.key in counts or post.key in done
    ]
    return sorted(found, key=lambda one: (-one.late, -one.open, one.key))


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


def _counts(posts: list[str], on: date) -> dict[str, tuple[int, int, int, int]]:
    running = Q(status__in=CLOCK_RUNS, is_stopped=False)
    sunday = monday_of(on) + timedelta(days=6)
    rows = (
        open_items()
        .filter(post__in=posts, status__in=IN_INBOX)
        .order_by()
        .values_list("post")
        .annotate(
            n=Count("pk"),
            late=Count("pk", filter=running & Q(due_day__lt=edge_of(on), due_provisional=False)),
            week=Count("pk", filter=running & Q(due_day__range=(edge_of(on), sunday))),
            still=Count("pk", filter=~running),
        )
    )
    return {post: (n, late, week, still) for post, n, late, week, still in rows}


def _done(posts: list[str], on: date) -> dict[str, dict[str, Counter[date]]]:
    """Return for each post and officer how much was finished in each week."""
    rows = (
        open_items()
        .filter(post__in=posts, status__in=FINISHED, finished__gte=weeks_until(on)[0])
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
    counts: tuple[int, int, int, int],
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
                names.get(int(who), "") if who else "", tuple(by_week[week] for week in weeks)
            )
            for who, by_week in done.items()
        ),
        key=lambda one: (-sum(one.done), one.name),
    )
    total, late, week, still = counts
    return PostLoad(
        key=post.key,
        title=post.title,
        office=post.department.title,
        open=total,
        late=late,
        this_week=week,
        stopped=still,
        done=tuple(sum(column) for column in zip(*(one.done for one in officers), strict=True))
        or (0,) * WEEKS,
        officers=tuple(officers),
        is_filled=is_filled,
    )
