"""What the calendar brings about: due days that come near, promises, a calendar that changed.

Run every minute by one or more workers. Each timer fires at least once and acts once; with the
case locked it looks again whether what it says is still so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.cases import catalogue, facts, store
from minsheng.apps.cases.actions.drafts import drop_draft
from minsheng.apps.cases.actions.follow import NEWS, PROMISE_BROKEN, PROMISE_MOVED, SIGN_IN
from minsheng.apps.cases.actions.joining import lapse_joins
from minsheng.apps.cases.actions.protection import remind_protections
from minsheng.apps.cases.actions.transition import locked, write_events
from minsheng.apps.cases.models import (
    CLOCK_RUNS,
    RUNNING,
    Case,
    CaseMaterial,
    Draft,
    FiredTimer,
    Item,
)
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.engines.casework.advance import Timer, acceptable_on_fire, advance, timers
from minsheng.engines.casework.clocks import calendar_acts
from minsheng.engines.casework.plan import plan
from minsheng.engines.casework.state import Event, Json
from minsheng.lib.texts import Text, day_said

WORDS = {
    "soon": Text("还剩一个工作日", "One working day left"),
    "due": Text("今天到期", "Due today"),
    "overdue": Text("超期了", "Late"),
}
TOLD_BEFORE = timedelta(days=14)
MOST_TIDIED = 500
PROTECTED = Text("您岗位的一件", "An item of your post")


def fire_timers() -> int:
    """Fire the timers that are due and return how many acted; due days are derived anew first."""
    rederive_days()
    on = timezone.localdate()
    _remind_promises(on)
    _remind_answers(on)
    lapse_joins(timezone.now())
    remind_protections(on)
    _tell_broken_promises(on)
    tidy_drafts(timezone.now())
    acted = sum(_let_days_act(pk, on) for pk in _cases_to_act_on(on))
    return acted + sum(_fire(item, timer, on) for item, timer in _due(on))


def _cases_to_act_on(on: date) -> list[int]:
    rows = Item.objects.filter(acts_on__lte=on, case__status=RUNNING)
    return list(rows.order_by("case_id").values_list("case_id", flat=True).distinct())


def _let_days_act(case_id: int, on: date) -> int:
    """Write what passed days bring about in one case, and return how much that was."""
    acted = 0
    with transaction.atomic():
        case = locked(case_id)
        spec = catalogue.pinned_spec(case.pack_id)
        while acts := calendar_acts(spec, store.state_of(case), on):
            state, at = store.state_of(case), timezone.now()
            events = advance(spec, state, acts[0], at=at, calendar=catalogue.calendar())
            write_events(case, spec, state, events, at=at)
            acted += 1
    return acted


def rederive_days() -> int:
    """Derive the days of running cases on a calendar that has changed; return how many moved.

    The notice of a year that was provisional has come out: provisional days become final. A day
    that was promised without reserve stays; a provisional one may move, and the applicant is told.
    """
    version = catalogue.calendar().version
    cases = Case.objects.filter(status=RUNNING).exclude(calendar=version)
    return sum(_rederive(pk, version) for pk in list(cases.values_list("pk", flat=True)))


def _due(on: date) -> Iterable[tuple[Item, Timer]]:
    """Yield the timers that may be due: their row is found by its due day."""
    calendar = catalogue.calendar()
    horizon = calendar.next_workday(on, inclusive=False)
    items = Item.objects.filter(status__in=CLOCK_RUNS, due_day__lte=horizon, is_stopped=False)
    rows = list(items.select_related("case").order_by("pk"))
    fired = set(
        FiredTimer.objects.filter(item__in=[row.pk for row in rows]).values_list(
            "item_id", "rule", "due_version"
        )
    )
    for row in rows:
        spec = catalogue.pinned_spec(row.case.pack_id)
        for timer in timers(spec, store.state_of(row.case), calendar):
            is_new = (row.pk, timer.rule, timer.due_version) not in fired
            if timer.item == row.key and timer.at_day <= on and is_new:
                yield row, timer


def _fire(item: Item, timer: Timer, on: date) -> int:
    """Let one timer act, unless it has acted or says nothing true any more."""
    try:
        with transaction.atomic():
            case = locked(item.case_id)
            spec, state = catalogue.pinned_spec(case.pack_id), store.state_of(case)
            calendar = catalogue.calendar()
            if not acceptable_on_fire(spec, state, timer, calendar=calendar, on=on):
                return 0
            FiredTimer.objects.create(
                item=item, rule=timer.rule, due_version=timer.due_version, at=timezone.now()
            )
            title = PROTECTED if case.protected else spec.items[item.key].title
            for account in people.accounts_of(item.post, on):
                notices.notify(
                    account,
                    kind=f"timer.{timer.rule}",
                    title=WORDS[timer.rule],
                    body=Text(
                        f"案卷 {case.number}：{title.zh}", f"Case {case.number}: {title.to('en')}"
                    ),
                    link=f"/desk/items/{item.pk}",
                    key=f"timer:{item.pk}:{timer.rule}:{timer.due_version}:{account.pk}",
                    is_quiet=case.protected,
                )
            return 1
    except IntegrityError:
        # Another worker fired it a moment ago.
        return 0


def _remind_promises(on: date) -> None:
    """Remind applicants, once, of what they promised to bring: the working day before."""
    horizon = catalogue.calendar().next_workday(on, inclusive=False)
    owed = CaseMaterial.objects.filter(
        state="promised", due_day__lte=horizon, case__hidden_from_applicant=False
    )
    for row in owed.select_related("case__applicant"):
        account = people.account_of_person(row.case.applicant)
        if account is not None:
            _remind(row, account)


def _tell_broken_promises(on: date) -> None:
    """Once a promised proof hasn't come on its day, tell who must decide on without it, and who promised.

    It is a piece of work for the officers whose items need it: they ask for it, decide without it or
    refuse. Nothing is decided by the calendar.
    """
    broken = CaseMaterial.objects.filter(
        state="promised", due_day__lt=on, case__status=RUNNING
    ).values_list("pk", flat=True)
    for pk in list(broken):
        _break_promise(pk, on)


def _break_promise(material_id: int, on: date) -> None:
    with transaction.atomic():
        found = (
            CaseMaterial.objects.filter(pk=material_id).values_list("case_id", flat=True).first()
        )
        case = locked(found) if found is not None else None
        row = CaseMaterial.objects.filter(pk=material_id, state="promised").first()
        if case is None or row is None or case.status != RUNNING:
            return
        row.state, row.at = "overdue", timezone.now()
        row.save(update_fields=["state", "at"])
        spec, state = catalogue.pinned_spec(case.pack_id), store.state_of(case)
        day = row.due_day.isoformat() if row.due_day else ""
        data: dict[str, Json] = {"material": row.key, "day": day}
        write_events(case, spec, state, [Event(PROMISE_BROKEN, row.at, data=data)], at=row.at)


def tidy_drafts(at: datetime) -> int:
    """Delete forms untouched for MINSHENG_DRAFT_DAYS, two weeks after their owner was told; return how many.

    Nobody loses a form unwarned: one whose owner wasn't told in time is told now and kept that long.
    """
    keep = timedelta(days=settings.MINSHENG_DRAFT_DAYS)
    old = Draft.objects.filter(saved_at__lt=at - keep + TOLD_BEFORE).select_related("account")
    return sum(_tidy(draft, at) for draft in list(old.order_by("saved_at")[:MOST_TIDIED]))


def _tidy(draft: Draft, at: datetime) -> int:
    """Tell the owner of an old form, or delete it where they were told long enough ago."""
    expires = draft.saved_at + timedelta(days=settings.MINSHENG_DRAFT_DAYS)
    is_over = draft.warned_at is not None and at >= max(expires, draft.warned_at + TOLD_BEFORE)
    if draft.warned_at is not None and not is_over:
        return 0
    with transaction.atomic():
        rows = Draft.objects.select_for_update(of=("self",)).filter(pk=draft.pk)
        # Saved, warned of or deleted by another worker meanwhile: then it isn't this one any more.
        row = rows.filter(saved_at=draft.saved_at, warned_at=draft.warned_at).first()
        if row is None:
            return 0
        if not is_over:
            _warn(row, at)
            return 0
        drop_draft(row)
    notices.forget_link(f"/apply/{draft.pk}", keep=set())
    return 1


def _warn(draft: Draft, at: datetime) -> None:
    draft.warned_at = at
    draft.save(update_fields=["warned_at"])
    notices.notify(
        draft.account,
        kind="draft.old",
        title=Text("没提交的表快到期了", "An unfinished form will be deleted"),
        body=Text(
            "很久没有动过。两周内打开存一次就留着；不打开，到期删掉，填的和传的都不留。",
            "It hasn't been touched for long. Open and save it within two weeks to keep it; otherwise "
            "it is deleted with everything typed and uploaded.",
        ),
        link=f"/apply/{draft.pk}",
        key=f"draft:{draft.pk}:{at.date()}",
    )


def _remind_answers(on: date) -> None:
    """Remind applicants, once, of what they were asked: the working day before it ends the item."""
    horizon = catalogue.calendar().next_workday(on, inclusive=False)
    asked = Item.objects.filter(
        status="returned", acts_on__isnull=False, case__hidden_from_applicant=False
    )
    soon = asked.filter(acts_on__lte=horizon + timedelta(days=1), acts_on__gt=on)
    for row in soon.select_related("case__applicant"):
        case = row.case
        account = people.account_of_person(case.applicant)
        if account is None or row.acts_on is None:
            continue
        title = catalogue.pinned_spec(case.pack_id).items[row.key].title
        day = day_said(row.acts_on - timedelta(days=1))
        notices.notify(
            account,
            kind="case.answer",
            title=NEWS
            if case.protected
            else Text(f"别忘了回答：{title.zh}", f"Still to answer: {title.to('en')}"),
            body=SIGN_IN
            if case.protected
            else Text(
                f"{day.zh}还没有补，这一件就不办了。到案卷里写一句就行。",
                f"If nothing comes by {day.en}, this item ends. A line in your case will do.",
            ),
            link=f"/mine/cases/{case.number}",
            key=f"answer:{case.draft}:{row.key}:{row.attempt}",
        )


def _remind(row: CaseMaterial, account: Account) -> None:
    case, day = row.case, row.due_day
    title = catalogue.pinned_spec(case.pack_id).materials[row.key].title
    notices.notify(
        account,
        kind="case.promise",
        title=NEWS
        if case.protected
        else Text(f"别忘了补：{title.zh}", f"Still to bring: {title.to('en')}"),
        body=SIGN_IN
        if case.protected
        else Text(
            f"您答应 {day} 前补上。到案卷里拍照上传就行。",
            f"You promised it by {day}. A photo in your case will do.",
        ),
        link=f"/mine/cases/{case.number}",
        key=f"promise:{case.draft}:{row.key}",
        is_quiet=case.protected,
    )


def _rederive(case_id: int, version: str) -> int:
    with transaction.atomic():
        case = locked(case_id)
        if case.status != RUNNING or case.calendar == version:
            return 0
        spec, state = catalogue.pinned_spec(case.pack_id), store.state_of(case)
        case.calendar = version
        case.save(update_fields=["calendar"])
        store.write_items(case, store.items_of(spec, case, state, list(state.items)))
        if not case.promised_provisional:
            return 0
        known = facts.for_rules(
            facts.values_of(case),
            selected=facts.chosen(spec, state),
            done_before=store.done_before(case.successor_of),
        )
        on, at = case.submitted_day, timezone.now()
        finish = plan(spec, known, on=on, calendar=catalogue.calendar()).finish
        data: dict[str, Json] = {
            "from": case.promised_day.isoformat(),
            "to": finish.day.isoformat(),
            "provisional": finish.provisional,
            "calendar": version,
        }
        moved = int(finish.day != case.promised_day)
        case.promised_day, case.promised_provisional = finish.day, finish.provisional
        case.save(update_fields=["promised_day", "promised_provisional"])
        write_events(case, spec, state, [Event(PROMISE_MOVED, at, data=data)], at=at)
        return moved
