"""What if a post had an officer less or more work: from when its items came and went in the ledger.

The ledger says when an item came to a post and when it was decided, not how long somebody worked on
it. That is taken from the order: items are taken up as they came, by as many officers as fill the
post. Items that were asked back, stopped or held on the way are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from statistics import fmean

from django.utils import timezone

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.reads.eventlog import event_log
from minsheng.apps.cases.reads.rarer import post_title
from minsheng.apps.people import reads as people
from minsheng.engines.casework.xes import LoggedCase
from minsheng.engines.queueing import Observed, Outcome, services_of, what_if
from minsheng.lib.texts import Text
from minsheng.lib.workdays import WorkCalendar

DAYS = 180
FEWEST = 30
"""Of fewer items nothing is said: gaps and times drawn from them would repeat a few days."""
SEED = 2026
NEAR = 2.0
"""A simulated stay within this factor of the ledger's counts as near it."""
OPENS, CLOSES = 9, 17
"""The hours that make one working day on the axis of time."""
DECIDES = frozenset({"approved", "refused"})
DISTURBS = frozenset({"returned", "paused", "held", "transferred", "redone"})
MODEL = Text(
    "按账本里每件什么时候到岗、什么时候办定，先到先办地模拟：到的间隔和办的时长都从过去抽，抽 20 次，"
    "每次 600 件。账本没有记每件真正办了多久，是按先到先办、在岗几个人推出来的；问过申请人、停过表的不用。"
    "模拟的现在和账本差得远的岗位，不下结论。看的是变化，不是预言",
    "Simulated first come, first served, from when each item came to the post and was decided: gaps and "
    "times are drawn from the past, 20 runs of 600 items. The ledger doesn't say how long somebody worked "
    "on an item; that follows from the order and from how many fill the post. Items asked back or stopped "
    "are left out. Where the simulated present is far from the ledger, nothing is concluded. Read it for the change, not as a prophecy",
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """So many officers more at each post, and so many per cent of today's demand."""

    officers: int = -1
    demand_percent: int = 100


@dataclass(frozen=True, slots=True)
class PostWaiting:
    """One post as it is and as it would be; times in working days.

    observed_stay: what the ledger says, for comparison with `now`, the same simulated. `then` is
    None where nobody would be left.
    """

    post: str
    title: Text
    items: int
    officers: int
    officers_then: int
    term: int
    observed_stay: float
    now: Outcome
    then: Outcome | None

    @property
    def fits(self) -> bool:
        """Whether the simulated stay is near the ledger's; else the model says nothing of this post.

        An officer who works on many items side by side, or at some hours only, isn't a queue.
        """
        return self.observed_stay / NEAR <= self.now.stay.mean <= self.observed_stay * NEAR


def waiting(
    scenario: Scenario, *, on: date | None = None, post: str = "", seed: int = SEED
) -> list[PostWaiting]:
    """Return each post with enough items in DAYS days, or one; the longest wait to come first."""
    on = on or timezone.localdate()
    found = [
        _simulated(key, times, scenario, on=on, seed=seed)
        for key, times in sorted(_times(on).items())
        if len(times) >= FEWEST and post in {"", key}
    ]
    return sorted(
        found, key=lambda one: (not one.fits, one.then is not None, -_stay(one), one.post)
    )


@dataclass(frozen=True, slots=True, order=True)
class _Time:
    came: float
    left: float
    term: int


def _times(on: date) -> dict[str, list[_Time]]:
    """Return when the items of each post came and were decided, on the axis of working days."""
    since, calendar = on - timedelta(days=DAYS), catalogue.calendar()
    found: dict[str, list[_Time]] = defaultdict(list)
    for case in event_log(since=since):
        for post, item, came, left in _stays(case):
            due = catalogue.pinned_spec(case.version).items[item].due
            found[post].append(
                _Time(
                    _place(came, since, calendar),
                    _place(left, since, calendar),
                    due.amount if due.unit == "wd" else 0,
                )
            )
    return found


def _stays(case: LoggedCase) -> Iterator[tuple[str, str, datetime, datetime]]:
    """Yield (post, item, came, decided) of each item that was decided without a disturbance."""
    came: dict[str, datetime] = {}
    for event in case.events:
        if event.kind == "opened":
            came[event.item] = event.at
        elif event.kind in DISTURBS:
            came.pop(event.item, None)
        elif event.kind in DECIDES and event.item in came:
            yield event.post, event.item, came.pop(event.item), event.at


def _place(at: datetime, since: date, calendar: WorkCalendar) -> float:
    """Return a moment in working days since a day; nights and days off take no time."""
    local = timezone.localtime(at)
    day = local.date()
    whole = calendar.workdays_between(since, day)
    if not calendar.is_workday(day):
        return float(whole)
    hours = local.hour + local.minute / 60
    return whole - 1 + min(1.0, max(0.0, (hours - OPENS) / (CLOSES - OPENS)))


def _simulated(
    post: str, times: list[_Time], scenario: Scenario, *, on: date, seed: int
) -> PostWaiting:
    times = sorted(times)
    officers = max(1, len(people.accounts_of(post, on)))
    arrivals = [one.came for one in times]
    term = Counter(one.term for one in times).most_common(1)[0][0]
    observed = Observed(
        gaps=[later - earlier for earlier, later in pairwise(arrivals)],
        services=services_of(arrivals, [one.left for one in times], officers),
        servers=officers,
    )

    def run(servers: int, demand: float) -> Outcome:
        return what_if(
            observed,
            generator=Random(seed),  # noqa: S311  a simulation, no secret
            servers=servers,
            demand=demand,
            term=float(term) if term else float("inf"),
        )

    after = officers + scenario.officers
    return PostWaiting(
        post=post,
        title=post_title(post),
        items=len(times),
        officers=officers,
        officers_then=max(0, after),
        term=term,
        observed_stay=fmean(one.left - one.came for one in times),
        now=run(officers, 1.0),
        then=run(after, scenario.demand_percent / 100) if after >= 1 else None,
    )


def _stay(one: PostWaiting) -> float:
    return one.then.stay.mean if one.then else 0.0
