"""What held before stays: a month of the past is judged by what held in it, and inference is said."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from minsheng.apps.policies import actions, dossiers, reads
from minsheng.apps.policies.dossiers import Known, merged, read, written

MAY, JULY, AUGUST, OCTOBER = (date(2026, one, 10) for one in (5, 7, 8, 10))
REGISTER = "register:hr.insurance"


def test_each_day_has_the_word_that_held_on_it() -> None:
    known = merged({}, {"x": Known(900, REGISTER, JULY)})
    known = merged(known, {"x": Known(600, REGISTER, OCTOBER)})["x"]
    assert [known.on(day).value for day in (JULY, AUGUST, OCTOBER)] == [900, 900, 600]
    assert known.on(MAY).value == 900, "the first that is known stands in"
    assert [known.is_inferred(day) for day in (MAY, JULY, OCTOBER)] == [True, False, False]


def test_a_register_that_knows_since_when_puts_the_past_right() -> None:
    known = merged({}, {"x": Known(False, REGISTER, MAY)})
    known = merged(known, {"x": Known(True, REGISTER, OCTOBER, since=JULY)})["x"]
    assert [known.on(day).value for day in (MAY, JULY, AUGUST)] == [False, True, True]
    wrong = {"x": Known(True, REGISTER, OCTOBER, since=date(2026, 1, 1))}
    assert merged({"x": known}, wrong)["x"].on(MAY).value is True


def test_the_same_word_again_renews_its_day_and_keeps_since_when() -> None:
    known = merged({}, {"x": Known(900, REGISTER, MAY)})
    again = merged(known, {"x": Known(900, REGISTER, OCTOBER)})["x"]
    assert (again.as_of, again.begins, again.earlier) == (OCTOBER, MAY, ())


def test_two_words_of_one_day_leave_the_later() -> None:
    known = merged({"x": Known(1, "person", MAY)}, {"x": Known(2, "person", MAY)})["x"]
    assert (known.value, known.earlier) == (2, ())


def test_silence_keeps_what_was_known_before_it() -> None:
    known = merged({"x": Known(900, REGISTER, MAY)}, {"x": Known(None, REGISTER, OCTOBER, "register_silent")})["x"]  # fmt: skip
    assert known.at("x", on=AUGUST) == 900
    assert str(known.at("x", on=OCTOBER)) != "900"
    spoken = merged({"x": known}, {"x": Known(600, REGISTER, OCTOBER + timedelta(9))})["x"]
    assert [one.value for one in spoken.earlier] == [900], "silence itself is no history"


def test_a_document_is_read_as_it_was_written_and_so_is_an_old_one() -> None:
    known = merged({}, {"x": Known([1, 2], "person", MAY, since=date(2026, 1, 1))})
    known = merged(known, {"x": Known([3], "person", OCTOBER), "y": Known(True, REGISTER, JULY)})
    assert read(written(known)) == known
    old = '{"x":[900,"register:hr.insurance","2026-05-10",""]}'
    assert read(old) == {"x": Known(900, REGISTER, MAY)}


@pytest.mark.django_db
def test_taking_an_answer_back_brings_back_what_a_register_had_said(district: Any) -> None:
    account, today = district.account("qinsu"), timezone.localdate()
    before = Known(True, "register:education.degrees", today - timedelta(days=30))
    actions.note_facts(account.person, {"is_graduate": before}, by="test")
    actions.answer(account, "is_graduate", False, on=today)
    assert reads.scope_of(account.person, on=today).get("is_graduate") is False
    actions.take_back(account, "is_graduate")
    assert dossiers.of_person(account.person) == {"is_graduate": before}
