"""Another value of a number: tried, proposed by one, approved by another, from a day on and not before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from minsheng.apps.audit import reads as audit
from minsheng.apps.policies import actions as policies
from minsheng.apps.policies import reads
from minsheng.apps.policies.models import Override
from minsheng.apps.policies.shelf import policy
from minsheng.apps.screening import publishing
from minsheng.apps.screening.publishing import NewValue
from minsheng.cli.demo import policies as demo
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput

pytestmark = pytest.mark.django_db
FLEXIBLE = "flexible-insurance"


@pytest.fixture
def cast(district: Any) -> Any:
    today = timezone.localdate()
    demo.note(today)
    policies.answer(district.account("qinsu"), "work", "flexible", on=today)
    return district


def half(days: int = 1) -> NewValue:
    return NewValue(
        policy=FLEXIBLE,
        name="share",
        value="1/2",
        since=timezone.localdate() + timedelta(days=days),
        reason="资金不够",
        source="演示文件 1 号",
    )


def gets(cast: Any, days: int) -> int | None:
    found = reads.told(
        cast.account("qinsu"), FLEXIBLE, on=timezone.localdate() + timedelta(days=days)
    )
    assert found is not None
    return found.told.decision.amount_fen


def test_a_published_value_holds_from_its_day_on_and_not_before(cast: Any) -> None:
    before = policy(FLEXIBLE).version
    row = publishing.propose(half(), by=cast.account("tangli"))
    assert (gets(cast, 1), policy(FLEXIBLE).version) == (60_000, before)
    done = publishing.decide(row.pk, approve=True, by=cast.account("zhoujing"))
    assert (gets(cast, 0), gets(cast, 1)) == (60_000, 45_000)
    assert done.seen == before != done.becomes == policy(FLEXIBLE).version
    assert policy(FLEXIBLE).params["share"].values[-1].source.zh == "演示文件 1 号"
    kinds = [one.kind for one in audit.since(0, 10_000) if one.stream == "policy"]
    assert kinds == ["proposed", "approved"]


def test_who_proposed_it_does_not_approve_it_and_strangers_do_neither(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for stranger in ("liqiang", "sunwei", "zhoujing"):
        with pytest.raises(NotAllowed):
            publishing.propose(half(), by=cast.account(stranger))
    row = publishing.propose(half(), by=cast.account("tangli"))
    for stranger in ("liqiang", "sunwei", "tangli"):
        with pytest.raises(NotAllowed):
            publishing.decide(row.pk, approve=True, by=cast.account(stranger))
    monkeypatch.setattr(publishing.access, "may_approve", lambda account: True)
    with pytest.raises(NotAllowed, match="proposed it"):
        publishing.decide(row.pk, approve=True, by=cast.account("tangli"))


def test_nothing_reaches_back_unless_it_says_so(cast: Any) -> None:
    officer, leader = cast.account("tangli"), cast.account("zhoujing")
    with pytest.raises(WrongInput, match="tomorrow"):
        publishing.propose(half(0), by=officer)
    row = publishing.propose(half(), by=officer)
    Override.objects.update(since=timezone.localdate())
    with pytest.raises(Conflict, match="first day"):
        publishing.decide(row.pk, approve=True, by=leader)
    publishing.decide(row.pk, approve=False, by=leader)
    back = publishing.propose(replace(half(-30), is_retroactive=True), by=officer)
    publishing.decide(back.pk, approve=True, by=leader)
    assert gets(cast, 0) == 45_000


def test_why_and_on_what_it_rests_is_said_and_one_waits_at_a_time(cast: Any) -> None:
    officer = cast.account("tangli")
    for wrong in (
        replace(half(), reason=" "),
        replace(half(), source=""),
        replace(half(), value="viel"),
        replace(half(), name="older_age_male"),
    ):
        with pytest.raises(WrongInput):
            publishing.propose(wrong, by=officer)
    publishing.propose(half(), by=officer)
    with pytest.raises(Conflict):
        publishing.propose(half(5), by=officer)


def test_what_was_proposed_for_another_version_is_not_approved(cast: Any) -> None:
    officer, leader = cast.account("tangli"), cast.account("zhoujing")
    first = publishing.propose(half(), by=officer)
    second = publishing.propose(replace(half(), name="most_months", value="24"), by=officer)
    publishing.decide(first.pk, approve=True, by=leader)
    with pytest.raises(Conflict, match="changed"):
        publishing.decide(second.pk, approve=True, by=leader)
