"""Over night: portraits made anew where works changed, also after a kill; what is kept, held, forgotten."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from django.db import connections
from django.utils import timezone
from tests.apps.mastery.conftest import SUBJECT, answers, type_all
from tests.cli.cli_caller import call
from tests.factories import District
from tests.marathon import can_fork

from minsheng.apps.mastery import actions, bulk, folding, reads
from minsheng.apps.mastery.actions import nightly
from minsheng.apps.mastery.bank import Shelf, shelf
from minsheng.apps.mastery.models import (
    Answer,
    Note,
    Objection,
    Ruling,
    SkillFit,
    Snapshot,
    Standing,
    Work,
)
from minsheng.apps.people import actions as people
from minsheng.apps.schools import reads as schools
from minsheng.apps.schools.models import SchoolClass, SchoolUser

Give = Callable[..., Work]
RIGHTS = [[True, False, True], [False, False, True], [True, True, True], [True, False, False]]
WRONG = {"addition-laws": [0.5] * len(folding.PARTS) + [1.0, 1]}
"""What stood in a portrait before something was put right behind it."""


def skills() -> dict[int, dict[str, list[float]]]:
    """Where each pupil stands."""
    return dict(Standing.objects.filter(subject=SUBJECT).values_list("pupil_id", "skills"))


def scratch() -> dict[int, dict[str, list[float]]]:
    """Where each pupil stands when made from all answers alone, in the order of time."""
    of = shelf(SUBJECT)
    pupils = sorted(skills())
    (stand,) = folding.retold(of, pupils, until=[date.max])
    return {pupil: folding.packed(of, stand, row) for row, pupil in enumerate(pupils)}


def same(
    some: dict[int, dict[str, list[float]]], others: dict[int, dict[str, list[float]]]
) -> bool:
    """Whether both say the same of everybody, up to the last digits."""
    return some.keys() == others.keys() and all(
        some[pupil].keys() == others[pupil].keys()
        and all(values == pytest.approx(others[pupil][key]) for key, values in some[pupil].items())
        for pupil in some
    )


@pytest.fixture
def answered(district: District, ticket: Give) -> Work:
    """A ticket that the whole class has answered."""
    work = ticket()
    pupils = schools.pupil_ids(work.school_class)
    type_all(work, [RIGHTS[at % len(RIGHTS)] for at in range(len(pupils))], district)
    return work


# ── made anew ───────────────────────────────────────────────────────────────────────────────────


def test_what_went_wrong_behind_a_portrait_is_put_right_over_night_once(answered: Work) -> None:
    Standing.objects.update(skills=WRONG)
    told: list[tuple[str, int, int]] = []
    whole = Standing.objects.count()
    assert (
        nightly.renew_changed(SUBJECT, at_once=2, progress=lambda *one: told.append(one)) == whole
    )
    assert same(skills(), scratch()) and "distributive-law" in next(iter(skills().values()))
    assert [one[1] for one in told] == [*range(2, whole, 2), whole]
    assert {one[2] for one in told} == {whole}
    assert nightly.renew_changed(SUBJECT) == 0


def test_only_whose_works_changed_is_made_anew(
    district: District, answered: Work, xiaohe: SchoolUser, ticket: Give
) -> None:
    nightly.renew_changed(SUBJECT)
    actions.close_work(answered.pk, by=district.account("tanmei"))
    work = ticket("read-bars")
    nightly.renew_changed(SUBJECT)
    Standing.objects.update(skills=WRONG)
    teacher = district.account("tanmei")
    actions.type_in(work.pk, xiaohe.pk, answers(work, [True, True, True]), by=teacher)
    assert nightly.renew_changed(SUBJECT) == 1
    kept = skills()
    assert same({xiaohe.pk: kept.pop(xiaohe.pk)}, {xiaohe.pk: scratch()[xiaohe.pk]})
    assert all(one == WRONG for one in kept.values())


@can_fork
@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_a_batch_it_leaves_whole_batches_and_goes_on(
    answered: Work,
) -> None:
    Standing.objects.update(skills=WRONG)
    context = multiprocessing.get_context("fork")
    in_the_middle = context.Event()
    connections.close_all()
    child = context.Process(target=_renew_and_hang, args=(in_the_middle,))
    child.start()
    assert child.pid is not None and in_the_middle.wait(60)
    os.kill(child.pid, signal.SIGKILL)
    child.join(30)
    assert child.exitcode == -signal.SIGKILL
    left_before = Standing.objects.count() - 2
    done = Standing.objects.exclude(renewed=0)
    assert done.count() == 2 and not done.filter(skills=WRONG).exists()
    left = Standing.objects.filter(renewed=0)
    assert all(one.skills == WRONG for one in left)  # the half batch is as if it had never begun
    assert nightly.renew_changed(SUBJECT, at_once=2) == left_before
    assert same(skills(), scratch())


def _renew_and_hang(in_the_middle: object) -> None:
    """Renew two at once and stop when the second batch is written and not marked yet."""
    remake, seen = bulk.remake, [0]

    def slow(of: Shelf, pupils: Sequence[int]) -> None:
        remake(of, pupils)
        seen[0] += 1
        if seen[0] == 2:
            in_the_middle.set()  # type: ignore[attr-defined]
            time.sleep(120)

    bulk.remake = slow
    nightly.renew_changed(SUBJECT, at_once=2)


def test_the_command_renews_with_progress_and_again_renews_nothing(
    capsys: pytest.CaptureFixture[str], answered: Work
) -> None:
    Standing.objects.update(skills=WRONG)
    first = call(capsys, "learn", "nightly", "--json")
    assert first.status == 0 and first.json["renewed"] == {SUBJECT: Standing.objects.count()}
    assert same(skills(), scratch())
    again = call(capsys, "learn", "nightly", "--json")
    assert again.json["renewed"] == {SUBJECT: 0} and again.json["kept"] == first.json["kept"]


# ── the day ─────────────────────────────────────────────────────────────────────────────────────


def test_closing_the_day_keeps_each_standing_once_and_fits_when_there_is_enough(
    district: District, answered: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = district.today
    assert actions.close_day(on=day) == Standing.objects.count() == Snapshot.objects.count()
    assert not SkillFit.objects.exists()  # too few answers to learn from
    kept = {one.pupil_id: one.known for one in Snapshot.objects.all()}
    known = folding.PARTS.index("known")
    for pupil, of_pupil in skills().items():
        assert kept[pupil] == {key: round(its[known] * 1000) for key, its in of_pupil.items()}
    monkeypatch.setattr(nightly, "FEWEST", 5)
    actions.close_day(on=day)
    actions.close_day(on=day)
    assert Snapshot.objects.count() == Standing.objects.count()
    fit = SkillFit.objects.get()
    assert fit.day == day and fit.answers == folding.counted(SUBJECT).count()
    actions.close_day(on=day + timedelta(days=1))
    assert Snapshot.objects.count() == 2 * Standing.objects.count()


# ── works of the past ───────────────────────────────────────────────────────────────────────────


def test_works_of_the_past_fold_to_what_all_answers_from_the_beginning_say(
    district: District, school: SchoolClass
) -> None:
    its, pupils = shelf(SUBJECT).subject.by_skill, schools.pupil_ids(school)
    works = []
    for week, skill in enumerate(("distributive-law", "read-bars", "distributive-law")):
        items = tuple(one.key for one in its[skill] if one.kind in {"choice", "judge", "number"})[
            week : week + 2
        ]
        given = Work(items=list(items), subject=SUBJECT)
        works.append(
            actions.PastWork(
                school_class=school.pk, kind="ticket", title="过去的", items=items,
                at=timezone.now() - timedelta(days=21 - 7 * week),
                sheets=tuple(
                    actions.PastSheet(pupil, answers(given, [bool((at + week) % 3), at % 2 == 0]))
                    for at, pupil in enumerate(pupils)
                ),
            )
        )  # fmt: skip
    count = actions.import_works(SUBJECT, works, snapshots=[district.today - timedelta(days=10)])
    assert count == 6 * len(pupils)
    imported = {one.pupil_id: one for one in Standing.objects.all()}
    assert len(imported) == len(pupils)
    assert same(skills(), scratch())
    for pupil, one in imported.items():
        again = folding.rebuild(shelf(SUBJECT), pupil)
        assert same({pupil: again.skills}, {pupil: one.skills})
        assert (again.answers, again.last_day) == (one.answers, one.last_day)
    assert Snapshot.objects.filter(day=district.today - timedelta(days=10)).count() == len(pupils)


# ── held and forgotten ──────────────────────────────────────────────────────────────────────────


def test_a_pupil_reads_everything_that_is_held_and_nobody_reads_anothers(
    district: District, xiaohe: SchoolUser, answered: Work
) -> None:
    teacher, mother = district.account("tanmei"), district.account("linxia")
    actions.rule_on(
        xiaohe.pk, SUBJECT, "mastered", "distributive-law", why="课上讲得清楚", by=teacher
    )
    actions.object_to(xiaohe.pk, SUBJECT, "distributive-law", "她会的", by=mother)
    held = list(reads.held_about(district.account("linxiaohe")))
    words = [one.words for one in held]
    assert [one.what.zh for one in held].count("作答") == 3
    given = answers(answered, [True] * 3)
    assert len(given) == 3 and all(words[:3])
    assert "课上讲得清楚" in words and "她会的" in words
    known = len(Standing.objects.get(pupil=xiaohe).skills)
    assert any(one.what.zh == "学习画像" and f"{known} 个知识点" in one.words for one in held)
    for who in ("linxia", "wuyitong", "liqiang", "tanmei"):
        assert "她会的" not in [one.words for one in reads.held_about(district.account(who))]


def test_of_an_erased_pupil_scores_stay_and_no_portrait_comes_back(
    district: District, xiaohe: SchoolUser, answered: Work
) -> None:
    teacher, mother = district.account("tanmei"), district.account("linxia")
    actions.rule_on(
        xiaohe.pk, SUBJECT, "mastered", "distributive-law", why="课上讲得清楚", by=teacher
    )
    actions.object_to(xiaohe.pk, SUBJECT, "distributive-law", "她会的", by=mother)
    actions.add_note(xiaohe.pk, "interest", "out", "喜欢机器人", by=mother)
    actions.close_day()
    others = Standing.objects.count() - 1
    actions.forget(xiaohe.person)
    for kind in (Standing, Snapshot, Ruling, Objection, Note):
        assert not kind.objects.filter(pupil=xiaohe).exists()
    mine = Answer.objects.filter(sheet__pupil=xiaohe)
    assert mine.count() == 3 and not mine.exclude(given="").exists()
    assert set(mine.values_list("result", flat=True)) <= {"right", "wrong"}
    assert Standing.objects.count() == others
    assert xiaohe.person is not None
    people.erase_person(xiaohe.person, by="system", reason="own_wish")
    Standing.objects.update(renewed=0)
    assert nightly.renew_changed(SUBJECT) == others
    assert not Standing.objects.filter(pupil=xiaohe).exists()
