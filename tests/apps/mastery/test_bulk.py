"""Over night: answers read in bulk are those that are read one by one, and so is all that follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from django.db import transaction
from tests.apps.mastery.conftest import SUBJECT, type_all
from tests.factories import District

from minsheng.apps.mastery import actions, bulk, folding
from minsheng.apps.mastery.actions import nightly
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.mastery.models import Answer, Sheet, SkillFit, Standing, Work
from minsheng.apps.schools.models import SchoolClass

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(school: SchoolClass, ticket: Callable[..., Work], district: District) -> list[int]:
    """Two tickets on two days, answered by all, the later one typed in first; pupils by id."""
    works = []
    for turn, back in enumerate((0, 3)):
        work = ticket(count=4, day=district.today - timedelta(days=back))
        count = Sheet.objects.filter(work=work).count()
        rights = [[(seat + at + turn) % 3 > 0 for at in range(4)] for seat in range(count)]
        type_all(work, rights, district)
        actions.close_work(work.pk, by=district.account("tanmei"))
        works.append(work)
    waits = Answer.objects.filter(sheet__work=works[0]).first()
    assert waits is not None
    Answer.objects.filter(pk=waits.pk).update(result="suggested")
    return sorted(Standing.objects.filter(subject=SUBJECT).values_list("pupil_id", flat=True))


def test_bulk_reads_what_is_read_one_by_one(answered: list[int]) -> None:
    of = shelf(SUBJECT)
    pupils = answered[::-1]
    found, count = bulk.told(of, pupils)
    counted = folding.counted(SUBJECT)
    one_by_one = folding.rows_of(of, {pk: at for at, pk in enumerate(pupils)}, counted)
    assert count == counted.count() == Answer.objects.count() - 1
    for part in ("pupil", "skill", "right", "day"):
        assert np.array_equal(getattr(found, part), getattr(one_by_one, part)), part
    few, _ = bulk.told(of, answered[1:3])
    assert few.pupils == 2
    assert len(few) == (np.isin(one_by_one.pupil, [len(pupils) - 2, len(pupils) - 3])).sum()


def test_standings_made_anew_are_those_of_each_pupil(answered: list[int]) -> None:
    for pupil in answered:
        folding.rebuild(shelf(SUBJECT), pupil)
    fields = ("pupil_id", "skills", "answers", "last_day")
    before = list(Standing.objects.order_by("pupil_id").values(*fields))
    Standing.objects.update(skills={}, answers=0, last_day=None)
    Standing.objects.filter(pupil=answered[0]).delete()
    with transaction.atomic():
        bulk.remake(shelf(SUBJECT), answered[::-1])
    after = list(Standing.objects.order_by("pupil_id").values(*fields))
    assert [one["skills"].keys() for one in after] == [one["skills"].keys() for one in before]
    for one, other in zip(after, before, strict=True):
        assert (one["answers"], one["last_day"]) == (other["answers"], other["last_day"])
        for key, values in one["skills"].items():
            assert values == pytest.approx(other["skills"][key], rel=1e-12)


def test_the_fit_takes_all_answers_in_any_number_of_groups(
    answered: list[int], monkeypatch: pytest.MonkeyPatch, district: District
) -> None:
    assert nightly.fit_skills(SUBJECT, on=district.today) is None
    monkeypatch.setattr(nightly, "FEWEST", 10)
    whole = nightly.fit_skills(SUBJECT, on=district.today)
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    parts = nightly.fit_skills(SUBJECT, on=district.today + timedelta(days=1))
    assert whole is not None
    assert parts is not None
    assert whole.answers == parts.answers == Answer.objects.count() - 1
    assert whole.skills.keys() == parts.skills.keys()
    for key, chances in whole.skills.items():
        assert chances == pytest.approx(parts.skills[key], abs=1e-4)
    assert SkillFit.objects.count() == 2
