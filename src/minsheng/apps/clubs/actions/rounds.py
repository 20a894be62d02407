"""A round is opened, closed, drawn once and published, by the head of the school."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.clubs import access, market, telling
from minsheng.apps.clubs.models import Choice, Entry, Leader, Offer, Round
from minsheng.apps.clubs.models.rounds import (
    CLOSED,
    DRAWN,
    ENDED,
    OPEN,
    PLACED,
    PUBLISHED,
)
from minsheng.apps.people import installed, keys
from minsheng.apps.people.models import Account
from minsheng.apps.schools import reads as schools
from minsheng.apps.schools.models import TEACHER, Enrollment, Guardianship, Org, SchoolUser, now
from minsheng.content.clubs import CONTINUING, GRADE, OTHER, SIBLING, Catalogue
from minsheng.engines.allocation import accept, commitment, digest_of, draw_numbers, faults
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text

SEED = "clubs.seed"
LONGEST = timedelta(days=60)
MOST_CLUBS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundWanted:
    """A round to open: until when families choose, how many clubs a pupil may have."""

    school: str
    catalogue: str
    title: str
    closes: datetime
    changes_until: date
    most: int = 1


def open_round(wanted: RoundWanted, *, by: Account, at: datetime | None = None) -> Round:
    """Return a new round of a school with all its clubs; the hash of its seed is public from now on.

    Raises NotFound for all but the head, WrongInput with the field, Conflict while another one is
    under way. `at`: when it happens, now unless said otherwise.
    """
    when = at or timezone.now()
    school = _school(wanted.school, by)
    catalogue = access.catalogue(wanted.catalogue)
    _check(wanted, when)
    clubs = catalogue.clubs_at(school.sourced_id)
    if not clubs:
        raise WrongInput(
            "clubs.no_clubs",
            "目录里没有这所学校的社团。请先把社团写进目录。",
            "The catalogue has no club of this school. Write them into it first.",
            field="school",
        )
    seed = secrets.token_hex(32)
    try:
        with transaction.atomic():
            made = Round.objects.create(
                school=school, catalogue=catalogue.key, title=wanted.title.strip(),
                most=wanted.most, closes=wanted.closes, changes_until=wanted.changes_until,
                seed_sealed=keys.seal_setting(SEED, seed), opened_at=when,
            )  # fmt: skip
            made.commitment = commitment(made.key, seed)
            made.save(update_fields=["commitment"])
            Offer.objects.bulk_create(
                Offer(
                    round=made, club=one.key, seats=one.seats, day=one.day, starts=one.hours[0],
                    ends=one.hours[1], grades=list(one.grades), fee_yuan=one.fee_yuan,
                    first_grades=list(one.first_grades),
                )
                for one in clubs
            )  # fmt: skip
            _record(made, "opened", by, {"commitment": made.commitment})
    except IntegrityError as cause:
        raise _refused(
            "clubs.under_way",
            "这所学校还有一轮没公布结果。先把那一轮办完。",
            "A round of this school isn't published yet. Finish it first.",
        ) from cause
    return made


def close_round(round_id: int, *, by: Account, at: datetime | None = None) -> Round:
    """Close a round once its time is over: classes are set, the digest of all entries is public."""
    when = at or timezone.now()
    with transaction.atomic():
        found = access.require_run(by, locked(round_id))
        if found.status != OPEN:
            return found
        if when < found.closes:
            raise _refused(
                "clubs.not_yet",
                f"说好到 {timezone.localtime(found.closes):%m-%d %H:%M} 才截止，不能提前。",
                f"Families may choose until {timezone.localtime(found.closes):%m-%d %H:%M}.",
            )
        _close(found, when, by=_said(by))
    return found


def close_due_rounds(at: datetime | None = None) -> int:
    """Close the rounds whose time is over, tell their heads, and return how many there were.

    Nothing is drawn: that needs numbers thrown in the room, by people who can be seen.
    """
    when, done = at or timezone.now(), 0
    due = Round.objects.filter(status=OPEN, closes__lte=when).order_by("pk")
    for pk in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            found = locked(pk)
            if found.status != OPEN:
                continue
            _close(found, when, by="system")
            telling.tell(
                schools.heads_of(found.school),
                Text("社团志愿截止了，请抽签", "Choices of clubs are closed: draw them"),
                Text(
                    "请几位家长到场，当场掷数，再抽签。",
                    "Ask some parents in, let them throw numbers, then draw.",
                ),
                link=f"/school/clubs/rounds/{found.pk}",
                key=f"clubs:{found.pk}:closed",
            )
            done += 1
    return done


def draw_round(round_id: int, words: str, *, by: Account, at: datetime | None = None) -> Round:
    """Draw a closed round, once: numbers for all, places by deferred acceptance, proved before stored.

    `words` nobody could know before, such as numbers thrown in the room; they are public. Raises
    WrongInput for none, Conflict for a round that isn't closed or is drawn already.
    """
    words = words.strip()
    if not 1 <= len(words) <= 100 or not words.isprintable():
        raise WrongInput(
            "clubs.words",
            "请写在场的人当场掷出来的数，比如 3 1 6 6，100 字以内。",
            "Write what people in the room have just thrown, as 3 1 6 6; at most 100 characters.",
            field="words",
        )
    with transaction.atomic():
        found = access.require_run(by, locked(round_id))
        if found.status != CLOSED:
            raise _refused(
                "clubs.not_closed",
                "只有截止了、还没抽过的一轮才能抽，抽一次算数。",
                "Only a round that is closed and not drawn can be drawn, and only once.",
            )
        seed = keys.open_setting(SEED, found.seed_sealed)
        entries = list(found.entries.all())
        numbers = draw_numbers(
            [one.ticket for one in entries], key=found.key, seed=seed, digest=found.digest,
            words=words,
        )  # fmt: skip
        for one in entries:
            one.number = numbers[one.ticket]
        Entry.objects.bulk_update(entries, ["number"], batch_size=500)
        rows = market.rows_of(found)
        matching = accept(rows.market)
        if faults(rows.market, matching.placed.tolist()):
            raise RuntimeError("the matching isn't stable: nothing is stored")
        won = [rows.choices[at].pk for at in np.flatnonzero(matching.placed).tolist()]
        for start in range(0, len(won), 500):
            part = Choice.objects.filter(pk__in=won[start : start + 500])
            part.update(status=PLACED, was_drawn=True)
        found.seed, found.words, found.status = seed, words, DRAWN
        found.drawn_at = at or timezone.now()
        found.save(update_fields=["seed", "words", "status", "drawn_at"])
        _record(found, "drawn", by, {"places": len(won), "passes": matching.passes})
    return found


def publish_round(round_id: int, *, by: Account, at: datetime | None = None) -> Round:
    """Let families see their places, and tell each of them that they are there."""
    with transaction.atomic():
        found = access.require_run(by, locked(round_id))
        if found.status == PUBLISHED:
            return found
        if found.status != DRAWN:
            raise _refused(
                "clubs.not_drawn", "还没有抽签。先抽签，再公布。", "Draw it first, then publish."
            )
        Round.objects.filter(school=found.school, status=PUBLISHED).update(status=ENDED)
        found.status, found.published_at = PUBLISHED, at or timezone.now()
        found.save(update_fields=["status", "published_at"])
        _record(found, "published", by, {})
        for entry in found.entries.select_related("pupil__person"):
            telling.tell(
                telling.family_of(entry.pupil),
                Text("社团抽签的结果出来了", "The clubs are drawn"),
                Text("看看进了哪个，为什么。", "See which one, and why."),
                link="/learn/clubs",
                key=f"clubs:{found.pk}:published",
            )
    return found


def end_round(round_id: int, *, by: Account) -> Round:
    """End a published round at the end of term."""
    with transaction.atomic():
        found = access.require_run(by, locked(round_id))
        if found.status == PUBLISHED:
            found.status = ENDED
            found.save(update_fields=["status"])
            _record(found, "ended", by, {})
    return found


def name_leader(club: str, account: Account, *, by: Account, since: date) -> Leader:
    """Return who leads a club from a day on, named by the head of its school; named once.

    Raises NotFound for all but the head, WrongInput for who isn't at the school.
    """
    known = [one for pack in _catalogues() for one in pack.clubs.values() if one.key == club]
    school = schools.org(known[0].school) if known else None
    if school is None or not access.runs(by, school):
        raise access.no_such_club()
    users = SchoolUser.objects.filter(account=account, org=school, role=TEACHER, status="active")
    if not users.exists():
        raise WrongInput(
            "clubs.leader",
            "带社团的要是本校名册里的老师。请先写进名册。",
            "A leader is a teacher in the school's register. Write them into it first.",
            field="account",
        )
    with transaction.atomic():
        made, is_new = Leader.objects.get_or_create(
            club=club, account=account, until=None, defaults={"school": school, "since": since}
        )
        if is_new:
            telling.record("club", made.pk, "leader", _said(by), {"account": account.pk})
    return made


def end_leader(
    leader_id: int, *, by: Account, on: date, successor: Account | None = None
) -> Leader:
    """Return a leader's term, ended on a day (no longer theirs from that day on), by the head.

    With a successor the club is theirs from the same day. Who led it before stays on record. Ended
    once: again changes nothing. Raises NotFound for all but the head, WrongInput for a day before the
    term began or a successor who isn't at the school.
    """
    with transaction.atomic():
        found = Leader.objects.select_for_update(of=("self",)).select_related("school__parent")
        term = found.filter(pk=leader_id).first()
        if term is None or not access.runs(by, term.school):
            raise access.no_such_club()
        if term.until is not None:
            return term
        if on < term.since:
            raise WrongInput(
                "clubs.term",
                f"从 {term.since} 才开始带，结束不能更早。请改日子。",
                f"The term began on {term.since}; it can't end before. Choose another day.",
                field="successor",
            )
        if successor == term.account:
            raise WrongInput(
                "clubs.successor",
                "接着带的是同一位老师，那就不用结束。请选另一位，或者选“先不定”。",
                "The successor is the same teacher: nothing to end. Choose another, or nobody yet.",
                field="successor",
            )
        term.until = on
        term.save(update_fields=["until"])
        facts: dict[str, str | int | bool] = {"account": term.account_id, "until": on.isoformat()}
        telling.record("club", term.pk, "leader_ended", _said(by), facts)
        if successor is not None:
            name_leader(term.club, successor, by=by, since=on)
    return term


def locked(round_id: int) -> Round:
    """Return a round with its row locked until the transaction ends; raises NotFound."""
    found = Round.objects.select_for_update(of=("self",)).select_related("school__parent")
    one = found.filter(pk=round_id).first()
    if one is None:
        raise access.no_such_round()
    return one


def _close(found: Round, when: datetime, *, by: str) -> None:
    """Close a round whose row is locked."""
    found.entries.filter(choices__isnull=True).delete()
    _set_classes(found)
    found.digest = digest_of(market.hashes_of(found))
    found.status, found.closed_at = CLOSED, when
    found.save(update_fields=["digest", "status", "closed_at"])
    facts: dict[str, str | int | bool] = {
        "digest": found.digest, "entries": found.entries.count(),
    }  # fmt: skip
    telling.record(telling.ROUND, found.pk, "closed", by, facts)


def _set_classes(found: Round) -> None:
    """Set as what each pupil stands in line: in the club before, a sibling in it, its grades."""
    before = Choice.objects.filter(
        status=PLACED,
        entry__round__school=found.school,
        entry__round__status__in=(PUBLISHED, ENDED),
        entry__round__pk__lt=found.pk,
    )
    members: dict[str, set[int]] = defaultdict(set)
    for club, pupil in before.values_list("offer__club", "entry__pupil_id"):
        members[club].add(pupil)
    entries = list(found.entries.all())
    grades = _grades([one.pupil_id for one in entries])
    siblings = _siblings([one.pupil_id for one in entries])
    choices = list(Choice.objects.filter(entry__round=found).select_related("entry", "offer"))
    for one in choices:
        pupil, club = one.entry.pupil_id, one.offer.club
        if pupil in members[club]:
            one.kind = CONTINUING
        elif siblings[pupil] & members[club]:
            one.kind = SIBLING
        elif grades.get(pupil) in one.offer.first_grades:
            one.kind = GRADE
        else:
            one.kind = OTHER
    Choice.objects.bulk_update(choices, ["kind"], batch_size=500)


def _grades(pupils: list[int]) -> dict[int, int]:
    rows = Enrollment.objects.filter(
        now(timezone.localdate()), user__in=pupils, school_class__kind="homeroom"
    )
    return dict(rows.values_list("user_id", "school_class__grade"))


def _siblings(pupils: list[int]) -> dict[int, set[int]]:
    """Return for each pupil those who have a guardian in common with them."""
    today = timezone.localdate()
    mine = Guardianship.objects.filter(now(today), pupil__in=pupils)
    rows = Guardianship.objects.filter(now(today), person__in=mine.values("person"))
    families: dict[object, set[int]] = defaultdict(set)
    for pupil, person in rows.values_list("pupil_id", "person_id"):
        families[person].add(pupil)
    found: dict[int, set[int]] = defaultdict(set)
    for family in families.values():
        for pupil in family:
            found[pupil] |= family - {pupil}
    return found


def _school(sourced_id: str, by: Account) -> Org:
    found = schools.org(sourced_id)
    if found is None or not access.runs(by, found):
        raise access.no_such_round()
    return found


def _catalogues() -> list[Catalogue]:
    return list(installed.packs().clubs.values())


def _check(wanted: RoundWanted, when: datetime) -> None:
    day = timezone.localdate(wanted.closes)
    for wrong, name, zh, en in (
        (not 1 <= len(wanted.title.strip()) <= 60, "title", "请写这一轮叫什么，60 字以内。", "Name the round, in at most 60 characters."),
        (not when < wanted.closes <= when + LONGEST, "closes", "截止要在以后，60 天以内。", "It closes later than now, within 60 days."),
        (wanted.changes_until < day, "changes_until", "候补到哪天，要在截止以后。", "Moving up ends after the round closes."),
        (not 1 <= wanted.most <= MOST_CLUBS, "most", f"一个孩子最多写 1 到 {MOST_CLUBS} 个。", f"From 1 to {MOST_CLUBS} clubs."),
    ):  # fmt: skip
        if wrong:
            raise WrongInput(
                f"clubs.{name}", f"{zh}别的都还在。", f"{en} The rest is kept.", field=name
            )


def _record(found: Round, kind: str, by: Account, facts: dict[str, str | int | bool]) -> None:
    telling.record(telling.ROUND, found.pk, kind, _said(by), facts)


def _said(by: Account) -> str:
    return f"account:{by.pk}"


def _refused(code: str, zh: str, en: str) -> Conflict:
    return Conflict(code, f"{zh}什么都没有改。", f"{en} Nothing was changed.")
