"""A family says what it would like, leaves whenever it likes, takes what is left; the list moves up."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from minsheng.apps.clubs import access, market, telling
from minsheng.apps.clubs.actions.rounds import locked
from minsheng.apps.clubs.models import Choice, Entry, Offer, Round
from minsheng.apps.clubs.models.rounds import ASKED, LEFT, PLACED, PUBLISHED
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account
from minsheng.apps.schools import reads as schools
from minsheng.apps.schools.models import SchoolUser
from minsheng.engines.allocation import accept
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text

MOST_CHOICES = 8
PAPER = "paper"
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def save_choices(
    round_id: int, pupil_id: int, clubs: Sequence[str], *, by: Account, at: datetime | None = None
) -> Entry:
    """Return the pupil's entry with these clubs, the dearest first, instead of those before.

    May be changed until the round closes; nothing at all takes the pupil out. Raises NotFound for who
    isn't of the family, WrongInput for a club that isn't offered to the grade, Conflict when closed.
    """
    pupil = access.require_family(by, pupil_id)
    return _save(round_id, pupil, clubs, by=by, who="family", when=at or timezone.now())


def enter_from_paper(
    round_id: int, pupil_id: int, clubs: Sequence[str], *, by: Account, at: datetime | None = None
) -> Entry:
    """Return a pupil's entry that the family wrote on paper, typed in by a teacher of the class.

    The family is told, sees who typed it in, and may change it as its own. Raises NotFound for who
    doesn't teach the pupil, Conflict where the family has chosen for itself.
    """
    pupil = access.require_taught(by, pupil_id)
    return _save(round_id, pupil, clubs, by=by, who=PAPER, when=at or timezone.now())


def _save(
    round_id: int, pupil: SchoolUser, clubs: Sequence[str], *, by: Account, who: str, when: datetime
) -> Entry:
    with transaction.atomic():
        _hold(pupil)
        found = _round_at(round_id, pupil)
        if not found.is_choosing(when):
            raise _refused(
                "clubs.closed",
                "这一轮已经截止，改不了了。公布以后有空位可以直接报。",
                "The round is closed. After it is published you may take what is left.",
            )
        offers = _checked(found, pupil, clubs)
        if who == PAPER:
            _leave_the_familys_own(found, pupil)
        entry, _ = Entry.objects.get_or_create(
            round=found,
            pupil=pupil,
            defaults={"ticket": _ticket(), "salt": secrets.token_hex(16), "saved_by": by},
        )
        entry.saved_by, entry.saved_at, entry.is_paper = by, when, who == PAPER
        entry.save(update_fields=["saved_by", "saved_at", "is_paper"])
        entry.choices.all().delete()
        Choice.objects.bulk_create(
            Choice(entry=entry, offer=offer, rank=rank, day=offer.day)
            for rank, offer in enumerate(offers, 1)
        )
        facts: dict[str, str | int | bool] = {"entry": entry.pk, "choices": len(offers)}
        telling.record(telling.ROUND, found.pk, "chosen", f"{who}/account:{by.pk}", facts)
        if who == PAPER:
            telling.tell(
                telling.family_of(pupil),
                Text("老师按纸表替您填了社团志愿", "Your paper form of clubs was typed in"),
                Text(
                    "请看一看对不对。截止以前您可以改。",
                    "See whether it is right. You may change it until the round closes.",
                ),
                link="/learn/clubs",
                key=f"clubs:{found.pk}:paper:{entry.pk}:{when.timestamp()}",
            )
    return entry


def leave(choice_id: int, *, by: Account, at: datetime | None = None) -> Choice:
    """Give up a place, or stop waiting for one, whenever the family likes; once is enough.

    With a place goes what was ranked below it and isn't held. Until the round's last day of changes
    whoever waits moves up, in lottery order, and is told.
    """
    with transaction.atomic():
        found = Choice.objects.filter(pk=choice_id).values("entry_id", "entry__round_id").first()
        if found is None:
            raise access.no_such_club()
        entry = access.require_own(by, found["entry_id"])
        the_round = locked(found["entry__round_id"])
        choice = Choice.objects.select_related("entry", "offer").get(pk=choice_id)
        if choice.status == LEFT:
            return choice
        if the_round.status != PUBLISHED:
            raise _refused(
                "clubs.not_published",
                "结果公布以后才有名额可退。现在可以改志愿。",
                "There is no place to give up before the result. You may change your choices.",
            )
        held = choice.status == PLACED
        give_up(choice, by_school=False)
        kind = "given_up" if held else "stopped_waiting"
        _record(the_round, kind, by, {"entry": entry.pk, "offer": choice.offer_id})
        if held:
            move_up(the_round, at)
        choice.refresh_from_db()
    return choice


def take_left_over(offer_id: int, pupil_id: int, *, by: Account) -> Choice:
    """Return a place in a club that has room and for which nobody waits, taken at once.

    Raises Conflict where it is full, waited for, on a day with another club, or one too many.
    """
    pupil = access.require_family(by, pupil_id)
    offer = Offer.objects.filter(pk=offer_id).first()
    if offer is None:
        raise access.no_such_club()
    with transaction.atomic():
        _hold(pupil)
        found = _round_at(offer.round_id, pupil)
        there = Choice.objects.filter(entry__pupil=pupil, offer=offer).first()
        if there is not None and there.status == PLACED:
            return there
        refuse_unless_free(found, offer, pupil)
        made = put_in(found, offer, pupil, by=by, by_school=False)
        _record(found, "taken", by, {"entry": made.entry_id, "offer": offer.pk})
    return made


def refuse_unless_free(found: Round, offer: Offer, pupil: SchoolUser) -> None:
    """Raise unless this pupil may have a place now: say why not, and what can be done.

    WrongInput: not for the grade. Conflict: not published, in already, full, waited for, another club
    on that day, one too many.
    """
    if found.status != PUBLISHED:
        raise _refused(
            "clubs.not_published",
            "结果还没公布，或者这一轮已经结束。公布以后有空位可以直接报。",
            "The result isn't published, or the round has ended. Once it is published you may take what is left.",
        )
    there = schools.class_of(pupil)
    if there is None or there.grade not in offer.grades:
        grades = "、".join(map(str, offer.grades))
        raise WrongInput(
            "clubs.grade",
            f"这个社团给 {grades} 年级，孩子不在这些年级。请看给孩子年级的社团。",
            f"This club is for grades {', '.join(map(str, offer.grades))}. See those for the child's grade.",
            field="name",
        )
    mine = Choice.objects.filter(entry__pupil=pupil, entry__round=found)
    if mine.filter(offer=offer, status=PLACED).exists():
        raise _refused(
            "clubs.in_already",
            "孩子已经在这个社团里了，不用再报。",
            "The child is in this club already: nothing to do.",
        )
    board = market.board_of(found)
    if board.taken.get(offer.pk, 0) >= offer.seats:
        raise _refused(
            "clubs.full",
            f"{offer.seats} 个名额都满了。请看别的社团，或者等有人退出。",
            f"All {offer.seats} places are taken. See the other clubs, or wait until somebody leaves.",
        )
    own = set(mine.values_list("pk", flat=True))
    others = [one for one in board.waiting.get(offer.pk, ()) if one not in own]
    if others:
        raise _refused(
            "clubs.waited_for",
            f"前面有 {len(others)} 个孩子在候补，空位先给他们。请看别的社团。",
            f"Others wait for it ({len(others)}); a free place goes to them. See the other clubs.",
        )
    held = list(mine.filter(status=PLACED).select_related("offer"))
    clash = next((one for one in held if one.day == offer.day), None)
    if clash is not None:
        title = access.club_title(found.catalogue, clash.offer.club)
        raise _refused(
            "clubs.clash",
            f"孩子那一天已经在{title.zh}。请先退{title.zh}，再报这个。",
            f"The child is in {title.to('en')} on that day. Leave it first, then take this one.",
        )
    if len(held) >= found.most:
        raise _refused(
            "clubs.enough",
            f"孩子已经有 {found.most} 个社团，这一轮最多 {found.most} 个。请先退一个。",
            f"The child has {found.most} already, as many as this round allows. Leave one first.",
        )


def put_in(
    found: Round, offer: Offer, pupil: SchoolUser, *, by: Account, by_school: bool
) -> Choice:
    """Return a place that is free, given to a pupil.

    What was chosen before the draw keeps its rank: the draw must replay for ever.
    """
    entry = _late_entry(found, pupil, by)
    last = entry.choices.exclude(offer=offer).aggregate(most=Max("rank"))["most"] or 0
    made, _ = Choice.objects.update_or_create(
        entry=entry,
        offer=offer,
        defaults={"status": PLACED, "by_school": by_school},
        create_defaults={
            "rank": last + 1, "day": offer.day, "status": PLACED, "is_late": True,
            "by_school": by_school,
        },
    )  # fmt: skip
    return made


def give_up(choice: Choice, *, by_school: bool) -> None:
    """Give a choice up; with a place goes what was ranked below it and isn't held."""
    gone = Choice.objects.filter(pk=choice.pk)
    if choice.status == PLACED:
        below = Choice.objects.filter(entry=choice.entry_id, rank__gt=choice.rank, status=ASKED)
        gone = gone | below
    ids = [one.pk for one in gone]
    Choice.objects.filter(pk__in=ids).update(status=LEFT, by_school=by_school)


def move_up(found: Round, at: datetime | None = None) -> None:
    """Give every place that is free to whoever waits first, as far as the chain goes, and tell them.

    After the round's last day of changes nobody is moved.
    """
    if timezone.localdate(at) > found.changes_until:
        return
    rows = market.rows_of(found)
    placed = accept(rows.market).placed
    won = [rows.choices[at] for at in np.flatnonzero(placed).tolist()]
    won = [one for one in won if one.status != PLACED]
    kept = {rows.choices[at].pk for at in np.flatnonzero(placed).tolist()}
    lost = [one.pk for one in rows.choices if one.status == PLACED and one.pk not in kept]
    # First what is let go: nobody has two clubs on one day, not even for a moment.
    Choice.objects.filter(pk__in=lost).update(status=ASKED)
    Choice.objects.filter(pk__in=[one.pk for one in won]).update(status=PLACED, by_school=False)
    for one in won:
        entry = Entry.objects.select_related("pupil__person").get(pk=one.entry_id)
        facts: dict[str, str | int | bool] = {"entry": entry.pk, "offer": one.offer_id}
        telling.record(telling.ROUND, found.pk, "moved_up", "system", facts)
        telling.tell(
            telling.family_of(entry.pupil),
            Text("候补到了一个社团", "A club you waited for has a place"),
            Text(
                "不想去可以退，名额给下一位。",
                "If you don't want it, leave; the next one moves up.",
            ),
            link="/learn/clubs",
            key=f"clubs:{found.pk}:moved:{one.pk}:{timezone.now().timestamp()}",
        )


def _late_entry(found: Round, pupil: SchoolUser, by: Account) -> Entry:
    last = found.entries.aggregate(most=Max("number"))["most"] or 0
    entry, _ = Entry.objects.get_or_create(
        round=found,
        pupil=pupil,
        defaults={
            "ticket": _ticket(), "salt": secrets.token_hex(16), "saved_by": by,
            "number": last + 1, "is_late": True,
        },
    )  # fmt: skip
    return entry


def _hold(pupil: SchoolUser) -> None:
    if pupil.person is not None:
        people.held(pupil.person)


def _round_at(round_id: int, pupil: SchoolUser) -> Round:
    """Return a round of the pupil's own school, locked."""
    found = locked(round_id)
    if found.school_id != pupil.org_id:
        raise access.no_such_round()
    return found


def _checked(found: Round, pupil: SchoolUser, clubs: Sequence[str]) -> list[Offer]:
    there = schools.class_of(pupil)
    grade = there.grade if there else 0
    known = {one.club: one for one in found.offers.all() if grade in one.grades}
    if len(clubs) > MOST_CHOICES or len(set(clubs)) != len(clubs) or not set(clubs) <= set(known):
        raise WrongInput(
            "clubs.choices",
            f"从列出来的社团里选，每个选一次，最多 {MOST_CHOICES} 个。您选的都还在。",
            f"Choose among those listed, each once, at most {MOST_CHOICES}. What you chose is kept.",
            field="club-1",
        )
    return [known[one] for one in clubs]


def _leave_the_familys_own(found: Round, pupil: SchoolUser) -> None:
    own = Entry.objects.filter(round=found, pupil=pupil, is_paper=False, choices__isnull=False)
    if own.exists():
        raise _refused(
            "clubs.familys_own",
            "这家已经自己在网上填了，纸表不能盖掉。要改请家里自己改。",
            "The family has chosen for itself; a paper form doesn't replace that. It changes its own.",
        )


def _ticket() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def _record(found: Round, kind: str, by: Account, facts: dict[str, str | int | bool]) -> None:
    telling.record(telling.ROUND, found.pk, kind, f"family/account:{by.pk}", facts)


def _refused(code: str, zh: str, en: str) -> Conflict:
    return Conflict(code, f"{zh}什么都没有改。", f"{en} Nothing was changed.")
