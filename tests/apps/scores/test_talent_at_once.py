"""Two desks with one code, and declaring while being erased: one wins, nothing is left of the other."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from tests.apps.scores.talents_of import NUMBERS, PAPER, confirmed, talent

from minsheng.apps.audit import reads as audit
from minsheng.apps.erasure import actions as erasure
from minsheng.apps.people import reads as people
from minsheng.apps.scores import actions
from minsheng.apps.scores.models import TalentNumber
from minsheng.lib.errors import MinshengError

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do things at the same time and return what came of each: "done", or the code of an error."""
    gate, said = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
            said[place] = "done"
        except MinshengError as error:
            said[place] = error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_of_two_desks_with_one_code_exactly_one_is_answered(district):
    person = confirmed(district, "degree")
    _, code = actions.give_talent_code(by=district.account("huangyi"))
    desks = [district.account(name) for name in ("yuelan", "caobin")]
    said = at_once(*(lambda by=by: actions.check_talent_code(code, "venue", by=by) for by in desks))
    assert sorted(said) == ["done", "scores.no_code"]
    looks = audit.history(people.LOOK_STREAM, str(person.pk))
    assert len([one for one in looks if one.data["part"] == "talent"]) == 1


def test_nothing_is_declared_of_somebody_who_is_erased_at_the_same_time(district):
    person, account = talent(district), district.account("huangyi")
    typed = actions.Typed(numbers=NUMBERS | {"degree": "3"}, paper=PAPER, as_of=district.today)
    said = at_once(
        lambda: actions.declare_own(typed, by=account),
        lambda: erasure.erase_person(person, by="account:1", reason="own_wish"),
    )
    assert said[1] == "done" and said[0] in ("done", "people.erased")
    assert not TalentNumber.objects.exists()
