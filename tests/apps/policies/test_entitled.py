"""What a resident is entitled to: facts kept sealed, answered, grown old, forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from minsheng.apps.audit import reads as audit
from minsheng.apps.erasure import actions as erasure
from minsheng.apps.erasure.held import held_elsewhere
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.policies import actions, reads
from minsheng.apps.policies.dossiers import Known
from minsheng.apps.policies.models import Dossier
from minsheng.cli.demo import policies as demo
from minsheng.lib.errors import NotAllowed, WrongInput
from minsheng.rules import Missing, Reason

pytestmark = pytest.mark.django_db
FLEXIBLE = "flexible-insurance"


@pytest.fixture
def cashier(district: Any) -> Account:
    """秦素, whose registers have spoken and whose work nobody knows."""
    demo.note(timezone.localdate())
    found: Account = district.account("qinsu")
    return found


def person_of(account: Account) -> Person:
    assert account.person is not None
    return account.person


def eligible(account: Account) -> bool | None:
    found = reads.told(account, FLEXIBLE, on=timezone.localdate())
    assert found is not None
    return found.told.decision.value


def test_the_cashier_is_asked_one_thing_and_then_told_how_much(cashier: Account) -> None:
    today = timezone.localdate()
    found = reads.entitled(cashier, on=today)
    assert {FLEXIBLE, "jobless-registration"} <= {line.policy.slug for line in found.unknown}
    assert (found.ask[0].fact.name, found.ask[0].settles) == ("work", 2)
    actions.answer(cashier, "work", "flexible", on=today)
    (line,) = reads.entitled(cashier, on=today).yes
    assert line.decision.amount_fen == 60_000
    assert line.amount.zh == "每月 600.00 元"
    assert line.amount.en == "600.00 yuan a month"


def test_what_a_register_says_is_not_a_persons_to_say(cashier: Account) -> None:
    with pytest.raises(NotAllowed):
        actions.answer(cashier, "hard_to_employ_recognised", True, on=timezone.localdate())


def test_a_wrong_answer_is_refused_and_loses_nothing(cashier: Account) -> None:
    today = timezone.localdate()
    actions.answer(cashier, "work", "flexible", on=today)
    with pytest.raises(WrongInput):
        actions.answer(cashier, "work", "astronaut", on=today)
    assert eligible(cashier) is True


def test_a_register_that_is_silent_leaves_it_open_and_never_counts_as_zero(
    cashier: Account,
) -> None:
    today = timezone.localdate()
    actions.answer(cashier, "work", "flexible", on=today)
    silent = Known(None, "register:hr.insurance", today, Reason.REGISTER_SILENT)
    actions.note_facts(person_of(cashier), {"flexible_paid_fen_month": silent}, by="test")
    found = reads.told(cashier, FLEXIBLE, on=today)
    assert found is not None
    told = found.told
    assert told.decision.value is None
    assert told.decision.missing == {Missing("flexible_paid_fen_month", Reason.REGISTER_SILENT)}


def test_what_a_register_said_grows_old(cashier: Account) -> None:
    today = timezone.localdate()
    actions.answer(cashier, "work", "flexible", on=today)
    later = today + timedelta(days=400)
    found = reads.told(cashier, FLEXIBLE, on=later)
    assert found is not None
    told = found.told
    assert told.decision.value is None
    assert Missing("hard_to_employ_recognised", Reason.STALE) in told.decision.missing


def test_facts_are_sealed_and_events_hold_names_only(cashier: Account) -> None:
    row = Dossier.objects.get(person=person_of(cashier))
    assert "90000" not in row.facts_sealed
    assert "flexible" not in row.facts_sealed
    events = [event for event in audit.since(0, 10_000) if event.kind == "noted"]
    assert events
    assert all("90000" not in event.text for event in events)


def test_erasing_somebody_forgets_what_was_known(cashier: Account) -> None:
    person = person_of(cashier)
    erasure.erase_person(person, by="test", reason="own_wish")
    assert not Dossier.objects.filter(person=person).exists()


def test_who_is_not_proved_sees_nothing(district: Any) -> None:
    newcomer = people.open_account("newcomer", "a-long-password-9", display="新来的")
    with pytest.raises(NotAllowed):
        reads.entitled(newcomer, on=timezone.localdate())


def test_an_unknown_fact_is_refused(cashier: Account) -> None:
    fact = {"shoe_size": Known(41, "person", timezone.localdate())}
    with pytest.raises(WrongInput, match="shoe_size"):
        actions.note_facts(person_of(cashier), fact, by="test")


def test_the_copy_of_my_data_holds_every_fact_with_its_day(cashier: Account) -> None:
    today = timezone.localdate()
    actions.answer(cashier, "work", "flexible", on=today)
    actions.note_facts(
        person_of(cashier),
        {"released": Known(True, "register:justice.released", today)},
        by="system:test",
    )
    section = next(one for one in held_elsewhere(cashier) if one.key == "policies")
    rows = {row.label.zh: row for row in section.rows}
    assert rows["就业情况"].plain == ("“灵活就业”", f"您自己说的，{today}")
    assert rows["刑满释放人员"].plain[0] == "是", "hidden from everybody but the person"
    assert "释放" not in str(reads.told(cashier, FLEXIBLE, on=today))
