"""A round is opened, judges are named and given works; they grade, or say that they can't be fair."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.contests import access, blindness, sealing
from minsheng.apps.contests.actions.writing import locked, record, require_state, tell
from minsheng.apps.contests.findings import conflicts_of
from minsheng.apps.contests.models import (
    CONFLICT,
    CONFLICTS,
    DRAFT,
    JUDGING,
    LIVE,
    OPEN,
    RECOMMENDED,
    REPLACED,
    REVIEW,
    SCORED,
    WAITING,
    Judge,
    Round,
    Sheet,
    Work,
)
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.engines import judging
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text

MOST_JUDGES = 60
REMIND_BEFORE = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRound:
    """A round to open; no places means those of the pack."""

    contest: str
    year: int
    enter_by: date
    school_places: int = 0
    places: int = 0


def open_round(new: NewRound, *, by: Account, on: date | None = None, demo: bool = False) -> Round:
    """Return a new round. Raises NotAllowed for who doesn't run it, WrongInput, Conflict for a second one."""
    spec = access.contest(new.contest)
    access.require_runner(by, spec)
    today = on or timezone.localdate()
    school, places = (
        given or spec.quotas[level].most
        for given, level in ((new.school_places, "school"), (new.places, "district"))
    )
    for wrong, name, zh, en in (
        (not today <= new.enter_by <= today + timedelta(days=366), "enter_by", "截止日期从今天起，一年以内。", "Entries close from today within a year."),
        (not today.year - 5 <= new.year <= today.year + 1, "year", "年份不对。", "The year can't be right."),
        (not 1 <= school <= 50, "school_places", "每校名额写 1 到 50。", "From 1 to 50 places for a school."),
        (not 1 <= places <= 500, "places", "区里名额写 1 到 500。", "From 1 to 500 places for the district."),
    ):  # fmt: skip
        if wrong:
            raise WrongInput(
                f"contests.{name}", f"{zh}别的都还在。", f"{en} The rest is kept.", field=name
            )
    try:
        with transaction.atomic():
            made = Round.objects.create(
                contest=spec.key, year=new.year, enter_by=new.enter_by,
                judge_by=new.enter_by + timedelta(days=spec.judging.days),
                school_places=school, places=places, seed=secrets.randbelow(2**31), demo=demo,
            )  # fmt: skip
            record(made, "opened", by, contest=spec.key, year=new.year)
    except IntegrityError as cause:
        raise Conflict(
            "contests.opened_already",
            "这一年的这个评选已经开了。请用已有的那一轮。",
            "This contest is open for that year already. Use that round.",
        ) from cause
    return made


def name_judges(round_id: int, usernames: Sequence[str], *, by: Account) -> Round:
    """Set who judges in a round, before works are given out. Raises WrongInput naming who can't."""
    with transaction.atomic():
        one = locked(round_id)
        access.require_runner(by, access.contest(one.contest))
        require_state(one, OPEN)
        names = list(dict.fromkeys(name.strip() for name in usernames if name.strip()))
        accounts = [people.account_by_username(name) for name in names]
        wrong = [
            name
            for name, found in zip(names, accounts, strict=True)
            if found is None or not found.is_staff_member or not found.is_active
        ]
        if wrong or not 2 <= len(names) <= MOST_JUDGES:
            listed = "、".join(wrong)
            raise WrongInput(
                "contests.judges",
                f"写 2 到 {MOST_JUDGES} 位工作人员的登录名" + (f"，这些找不到：{listed}。" if wrong else "。"),
                f"Name 2 to {MOST_JUDGES} members of staff" + (f"; unknown: {listed}." if wrong else "."),
                field="judges",
            )  # fmt: skip
        Judge.objects.filter(round=one).delete()
        order = sorted((found for found in accounts if found), key=lambda _: secrets.randbits(40))
        for at, account in enumerate(order):
            Judge.objects.create(round=one, account=account, letter=_letter(at))
        record(one, "judges", by, judges=len(order))
    return one


def begin_judging(round_id: int, *, by: Account, on: date | None = None) -> Round:
    """Give each recommended work to its judges, by the seed of the round. Raises Conflict.

    Nobody gets a work of their own, of their school or group, or of somebody they are related to.
    """
    with transaction.atomic():
        one = locked(round_id)
        spec = access.contest(one.contest)
        access.require_runner(by, spec)
        require_state(one, OPEN)
        works = list(Work.objects.filter(round=one, state=RECOMMENDED).order_by("number"))
        judges = list(Judge.objects.filter(round=one).select_related("account").order_by("letter"))
        if not works:
            raise Conflict(
                "contests.nothing", "还没有学校推荐作品，先等一等。", "No school has recommended a work yet."
            )  # fmt: skip
        try:
            plan = judging.assign(
                [work.pk for work in works], [one.pk for one in judges],
                per_work=spec.judging.judges_per_work, conflicts=conflicts_of(one),
                random=np.random.default_rng(one.seed),
            )  # fmt: skip
        except judging.Unassignable as cause:
            numbers = "、".join(work.number for work in works if work.pk in cause.works)
            raise Conflict(
                "contests.too_few_judges",
                f"这些作品能回避后剩下的评委不够：{numbers}。请再请几位别的学校的。",
                f"Too few judges without a conflict for {numbers}. Name some from other schools.",
            ) from cause
        for work, mine in plan.judges_of.items():
            Sheet.objects.bulk_create([Sheet(work_id=work, judge_id=judge) for judge in mine])
        one.state = JUDGING
        one.judge_by = max(one.judge_by, (on or timezone.localdate()) + timedelta(days=1))
        one.save(update_fields=["state", "judge_by"])
        record(one, "assigned", by, works=len(works), judges=len(judges), pieces=plan.pieces)
        busy = [judge.account for judge in judges if plan.loads[judge.pk]]
        _tell_judges(one, busy, "given")
    return one


def score_work(sheet_id: int, grades: Mapping[str, int], comment: str, *, by: Account) -> Sheet:
    """Keep a judge's grades and comment; they may be changed until judging is closed.

    Raises WrongInput for a grade off the scale or a comment that names the judge.
    """
    with transaction.atomic():
        found = access.require_sheet(sheet_id, by)
        one = locked(found.work.round_id)
        require_state(one, JUDGING)
        sheet = Sheet.objects.select_for_update().get(pk=sheet_id)
        if sheet.state not in LIVE:
            raise access.no_such()
        spec = access.contest(one.contest)
        for key in spec.criteria:
            grade = grades.get(key)
            if grade is None or not spec.scale.lowest <= grade <= spec.scale.highest:
                raise WrongInput(
                    "contests.grade",
                    f"“{spec.criteria[key].title.zh}”写 {spec.scale.lowest} 到 {spec.scale.highest} 的整数。别的都还在。",
                    f"“{spec.criteria[key].title.to('en')}” takes a whole number from {spec.scale.lowest} to {spec.scale.highest}.",
                    field=f"grade-{key}",
                )  # fmt: skip
        comment = sealing.checked(comment, field="comment")
        own = blindness.names_in(comment, (by.username, by.display.split("（")[0]))
        if own:
            raise WrongInput(
                "contests.signed",
                "评语里有您的名字，老师会知道是谁评的。请去掉。",
                "Your comment holds your name; the teacher would know who judged. Take it out.",
                field="comment",
            )
        sheet.grades = {key: int(grades[key]) for key in spec.criteria}
        sheet.comment, sheet.state = sealing.sealed(comment), SCORED
        sheet.scored_at = timezone.now()
        sheet.save(update_fields=["grades", "comment", "state", "scored_at"])
        record(one, "scored", by, sheet=sheet.pk)
    return sheet


def declare_conflict(sheet_id: int, why: str, *, by: Account) -> Sheet | None:
    """Let a judge step back from a work; return the substitute's sheet, or None when nobody is left.

    What was graded already is dropped. Whoever runs the round is told when nobody is left.
    """
    if why not in CONFLICTS:
        raise WrongInput("contests.why", "请选一个原因。", "Choose a reason.", field="why")
    with transaction.atomic():
        found = access.require_sheet(sheet_id, by)
        one = locked(found.work.round_id)
        require_state(one, JUDGING)
        sheet = Sheet.objects.select_for_update().get(pk=sheet_id)
        if sheet.state not in LIVE:
            raise access.no_such()
        sheet.state, sheet.why = CONFLICT, why
        sheet.grades, sheet.comment, sheet.scored_at = {}, "", None
        sheet.save()
        record(one, "conflict", by, sheet=sheet.pk, why=why)
        return _substitute(one, sheet, by)


def replace_judge(sheet_id: int, *, by: Account) -> Sheet | None:
    """Give a work that a judge hasn't graded to somebody else; None when nobody is left."""
    with transaction.atomic():
        found = Sheet.objects.filter(pk=sheet_id).values_list("work__round", flat=True).first()
        if found is None:
            raise access.no_such()
        one = locked(found)
        access.require_runner(by, access.contest(one.contest))
        require_state(one, JUDGING)
        sheet = Sheet.objects.select_for_update().get(pk=sheet_id)
        if sheet.state != WAITING:
            raise Conflict(
                "contests.graded_already",
                "这张刚刚评好了，不用换。请刷新看看。",
                "This sheet has just been filled in. Reload to see.",
            )
        sheet.state = REPLACED
        sheet.save(update_fields=["state"])
        record(one, "replaced", by, sheet=sheet.pk)
        return _substitute(one, sheet, by)


def close_judging(round_id: int, *, by: Account) -> Round:
    """End the judging once every sheet is filled in. Raises Conflict with how many aren't."""
    with transaction.atomic():
        one = locked(round_id)
        access.require_runner(by, access.contest(one.contest))
        require_state(one, JUDGING)
        waiting = Sheet.objects.filter(work__round=one, state=WAITING).count()
        bare = Work.objects.filter(round=one, state=RECOMMENDED).exclude(sheets__state=SCORED)
        if waiting or bare.exists():
            raise Conflict(
                "contests.still_judging",
                f"还有 {waiting} 张没评，{bare.count()} 件一张都没有。催一催，或者换人。",
                f"{waiting} sheets are empty, {bare.count()} works have none. Remind, or replace.",
            )
        one.state = REVIEW
        one.save(update_fields=["state"])
        record(one, "closed", by)
        chairs = people.accounts_of(access.contest(one.contest).chair)
        tell(
            chairs, Text("评选等您确认", "A contest waits for you"),
            Text("看过评委宽严和分数线，再确认。", "See how severe judges were and the line, then confirm."),
            link=f"/school/contests/{one.pk}", key=f"review:{one.pk}",
        )  # fmt: skip
    return one


def remind(on: date | None = None) -> int:
    """Remind teachers with a draft and judges with an empty sheet, two days before; return how many."""
    today = on or timezone.localdate()
    done = 0
    soon = (today, today + REMIND_BEFORE)
    with transaction.atomic():
        for work in Work.objects.filter(
            state=DRAFT, round__state=OPEN, round__enter_by__range=soon
        ).select_related("account", "round"):
            tell(
                [work.account], Text("作品快截止了", "Entries close soon"),
                Text(f"{work.round.enter_by} 截止，您有一件还没交。", f"Entries close on {work.round.enter_by}; one of yours isn't handed in."),
                link=f"/school/contests/works/{work.pk}", key=f"enter:{work.pk}",
            )  # fmt: skip
            done += 1
        late = Sheet.objects.select_for_update().filter(
            state=WAITING, was_reminded=False, work__round__state=JUDGING,
            work__round__judge_by__lte=soon[1],
        )  # fmt: skip
        rows = list(late.select_related("judge__account", "work__round"))
        for one in {row.work.round_id: row.work.round for row in rows}.values():
            mine = {
                row.judge.account_id: row.judge.account
                for row in rows
                if row.work.round_id == one.pk
            }
            _tell_judges(one, list(mine.values()), "due")
        done += Sheet.objects.filter(pk__in=[row.pk for row in rows]).update(was_reminded=True)
    return done


def _substitute(one: Round, gone: Sheet, by: Account) -> Sheet | None:
    there: dict[int, list[int]] = {}
    for work, judge in Sheet.objects.filter(work__round=one, state__in=LIVE).values_list(
        "work", "judge"
    ):
        there.setdefault(work, []).append(judge)
    judges = list(Judge.objects.filter(round=one).order_by("letter").values_list("pk", flat=True))
    try:
        taker = judging.substitute(there, gone.work_id, judges=judges, conflicts=conflicts_of(one))
    except judging.Unassignable:
        record(one, "no_substitute", by, work=gone.work_id)
        tell(
            people.accounts_of(access.contest(one.contest).runner),
            Text("一件作品没有人能替评", "Nobody is left for a work"),
            Text("评委回避了，也没有别的人能替。", "A judge stepped back, and nobody else can take it."),
            link=f"/school/contests/{one.pk}", key=f"nobody:{gone.pk}",
        )  # fmt: skip
        return None
    made = Sheet.objects.create(work_id=gone.work_id, judge_id=taker)
    record(one, "substituted", by, sheet=made.pk)
    _tell_judges(one, [made.judge.account], f"substitute:{made.pk}")
    return made


def _tell_judges(one: Round, accounts: Sequence[Account], what: str) -> None:
    tell(
        accounts, Text("有作品等您评", "Works wait for your grades"),
        Text(f"请在 {one.judge_by} 前评完，看不到是谁的作品。", f"Please grade by {one.judge_by}; you won't see whose they are."),
        link="/school/contests", key=f"{what}:{one.pk}",
    )  # fmt: skip


def _letter(at: int) -> str:
    first, second = divmod(at, 26)
    return (chr(64 + first) if first else "") + chr(65 + second)
