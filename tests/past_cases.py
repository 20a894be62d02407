"""Cases that ran on given days, taken over with their history: for figures that can be counted by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from tests.factories import District

from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import catalogue
from minsheng.apps.cases.facts import Fact
from minsheng.apps.cases.models import Case
from minsheng.apps.people import reads as people
from minsheng.engines.casework import state as casework
from minsheng.engines.casework.advance import advance, apply, submit
from minsheng.engines.casework.state import CHINA, Command

FACTS = {"household": "mother", "marriage_status": "married", "births": 1}


def past_case(
    district: District,
    event: str,
    *,
    begin: date,
    took: Mapping[str, int] | None = None,
    until: str = "",
    asks: str = "",
    score: int | None = None,
    by: str = "wangfang",
    origins: Mapping[str, str] | None = None,
    values: Mapping[str, object] | None = None,
) -> Case:
    """Return a case of 王芳 with the items nobody may leave out: each one is decided so many working days after it opened (1).

    until: the item at which it still stands. asks: the item whose officer asks once, and is
    answered two working days later. by: whose account filed it. values: what is known of it.
    """
    loaded, calendar = catalogue.packs().services["newborn"], catalogue.calendar()
    spec, account = loaded.spec, district.account(by)
    state, events = submit(
        spec,
        {**FACTS, "selected": frozenset()},
        at=_at(begin),
        by=f"account:{account.pk}",
        calendar=calendar,
    )
    happened, words = list(events), []
    now = _at(begin)

    def do(command: Command, at: datetime) -> None:
        nonlocal state, now
        now = max(now, at)
        for one in advance(spec, state, command, at=now, calendar=calendar):
            state = apply(spec, state, one)
            happened.append(one)

    while state.status == "running":
        ready = [
            (_after(item.started or begin, (took or {}).get(key, 1)), key)
            for key, item in state.items.items()
            if item.status == "open" and key != until
        ]
        for key, item in state.items.items():
            if item.maybe and item.status in {"waiting", "open"} and key != until:
                do(casework.Skip(key, "x"), now)
        if not ready:
            break
        day, key = min(ready)
        if state.items[key].status != "open":
            continue
        officer = f"post:{spec.items[key].post}"
        if key == asks and not state.items[key].stops:
            reason = next(r.key for r in spec.reasons.values() if r.act == "return" and r.fits(key))
            do(casework.Return(key, officer, reason), _at(day))
            do(casework.Supply(key, f"account:{account.pk}"), _at(_after(day, 2)))
            words.append(cases.PastWords("answer", key, f"account:{account.pk}", now, "补上了"))
        do(casework.Approve(key, officer), _at(day))
        if state.items[key].status == "external":
            do(casework.EffectDone(key, state.items[key].attempt, "r"), now)
    if score is not None:
        do(casework.Rate(f"account:{account.pk}", score), now)
    applicant = people.account_by_username("wangfang")
    assert applicant is not None and applicant.person is not None
    return cases.take_over_case(
        cases.PastCase(
            service=loaded,
            applicant=applicant.person,
            filed_by=account,
            event=event,
            events=happened,
            origins=origins or {},
            values={key: Fact(value, "asked") for key, value in (values or {}).items()},
            words=words,
        )
    )


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10), CHINA)


def _after(day: date, workdays: int) -> date:
    calendar = catalogue.calendar()
    for _ in range(workdays):
        day = calendar.next_workday(day + timedelta(days=1))
    return day
