"""Another value of a number: tried, proposed by one, approved by another, from a day on and not before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.apps.grants.story import CARD

from minsheng.apps.audit import reads as audit
from minsheng.apps.grants import actions as grants
from minsheng.apps.grants.access import policy_of
from minsheng.apps.policies import actions as policies
from minsheng.apps.policies import reads
from minsheng.apps.policies.models import Override
from minsheng.apps.policies.shelf import (
    edition_in_force,
    policy,
    shelf,
    text_in_force,
    unfit_editions,
)
from minsheng.apps.screening import changes, publishing
from minsheng.apps.screening.publishing import NewText, NewValue, Why
from minsheng.cli.demo import policies as demo
from minsheng.content.problems import PackError
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

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


OLDER = "older_age_female"


def shared(days: int = 1, value: str = "45") -> NewValue:
    return replace(half(days), policy="", name=OLDER, value=value)


def test_a_number_that_policies_share_is_published_for_all_of_them_at_once(cast: Any) -> None:
    officer, leader = cast.account("tangli"), cast.account("zhoujing")
    touched = {one.slug for one in changes.readers(OLDER)}
    assert "hard-to-employ" in touched
    before = {slug: policy(slug).version for slug in (*touched, FLEXIBLE)}
    row = publishing.propose(shared(), by=officer)
    change = changes.of_row(row)
    assert {one.slug for one, _ in change.sides} == touched
    assert change.tried > 0
    assert change.otherwise, "a woman of 42 is among the worked cases"
    publishing.decide(row.pk, approve=True, by=leader)
    assert all(policy(slug).version != before[slug] for slug in touched)
    assert policy(FLEXIBLE).version == before[FLEXIBLE]
    values = policy("hard-to-employ")
    (param,) = {changes.shared_numbers(values)[OLDER]}
    tomorrow = timezone.localdate() + timedelta(days=1)
    at = [param.at(day) for day in (timezone.localdate(), tomorrow)]
    assert [one.value for one in at if one] == [40, 45]
    assert shelf().vocabulary.model.params[OLDER] == param, "what is written later reads it too"
    data = [one.data for one in audit.since(0, 10_000) if one.stream == "policy"]
    assert [one["policies"] for one in data] == [
        sorted(touched, key=list(shelf().policies).index)
    ] * 2


def test_a_shared_number_is_one_that_a_policy_reads(cast: Any) -> None:
    with pytest.raises(WrongInput, match="No policy reads"):
        publishing.propose(replace(shared(), name="share"), by=cast.account("tangli"))


def text_of(days: int = 1, **changed: Any) -> NewText:
    text = text_in_force(FLEXIBLE, timezone.localdate())
    for old, new in changed.pop("lines", {"flexible_paid_fen_month > 0": "flexible_paid_fen_month >= 100000"}).items():  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    since = timezone.localdate() + timedelta(days=days)
    return NewText(
        policy=FLEXIBLE, text=text, since=since, reason="改条件", source="演示文件 2 号", **changed
    )


def verdict(cast: Any, days: int) -> bool | None:
    found = reads.told(
        cast.account("qinsu"), FLEXIBLE, on=timezone.localdate() + timedelta(days=days)
    )
    assert found is not None
    return found.told.decision.value


def test_a_changed_condition_is_proposed_approved_and_holds_from_its_day(cast: Any) -> None:
    officer, leader = cast.account("tangli"), cast.account("zhoujing")
    with pytest.raises(WrongInput, match="come out otherwise"):
        publishing.propose_text(text_of(), by=officer)
    row = publishing.propose_text(text_of(is_meant=True), by=officer)
    assert (verdict(cast, 0), verdict(cast, 1)) == (True, True)
    publishing.decide(row.pk, approve=True, by=leader)
    assert (verdict(cast, 0), verdict(cast, 1)) == (True, False)
    assert ">= 100000" in text_in_force(FLEXIBLE, row.since)
    assert ">= 100000" not in text_in_force(FLEXIBLE, timezone.localdate())
    numbers = publishing.propose(half(), by=officer)
    publishing.decide(numbers.pk, approve=True, by=leader)
    assert policy(FLEXIBLE, row.since).params["share"].values[-1].source.zh == "演示文件 1 号"


def test_mistakes_of_a_text_are_named_at_their_line_and_nothing_is_kept(cast: Any) -> None:
    officer = cast.account("tangli")
    wrong = {
        "flexible_paid_fen_month > 0": "flexible_payed_fen_month > 0",
        "counts_months: true": "counts_months: false",
        'value: "2/3"': 'value: "1/2"',
    }
    found: dict[str, int] = {}
    for old, new in wrong.items():
        with pytest.raises(PackError) as error:
            publishing.propose_text(text_of(lines={old: new}), by=officer)
        ((line, said), *_) = changes.problems_of(error.value)
        lines = text_of(lines={old: new}).text.splitlines()
        found[said.zh] = line
        assert new.split(":")[0] in lines[line - 1] or "share" in lines[line - 1]
    assert any("flexible_paid_fen_month" in said for said in found), "what was meant is said"
    assert Override.objects.count() == 0
    with pytest.raises(WrongInput, match="nothing to propose"):
        publishing.propose_text(text_of(lines={}), by=officer)
    with pytest.raises(NotAllowed):
        publishing.propose_text(text_of(is_meant=True), by=cast.account("liqiang"))


def test_a_claim_keeps_the_text_it_began_with(cast: Any) -> None:
    officer, leader = cast.account("tangli"), cast.account("zhoujing")
    grant = grants.claim(FLEXIBLE, by=cast.account("qinsu"), account_number=CARD)
    back = replace(text_of(-1, is_meant=True), is_retroactive=True)
    row = publishing.decide(publishing.propose_text(back, by=officer).pk, approve=True, by=leader)
    rules = [one.rule.source for one in policy(FLEXIBLE).conditions]
    assert "flexible_paid_fen_month >= 100000" in rules
    rules = [one.rule.source for one in policy_of(grant).conditions]
    assert "flexible_paid_fen_month > 0" in rules
    assert grant.edition_id is None
    assert edition_in_force(FLEXIBLE, timezone.localdate()) == row.pk


def test_what_was_published_is_taken_back_from_a_day_on(cast: Any) -> None:
    officer, leader = cast.account("tangli"), cast.account("zhoujing")
    for row in (
        publishing.propose(half(), by=officer),
        publishing.propose(shared(), by=officer),
    ):
        publishing.decide(row.pk, approve=True, by=leader)
    first = Override.objects.get(policy=FLEXIBLE, name="share")
    why = Why(
        since=timezone.localdate() + timedelta(days=3), reason="改回来", source="演示文件 3 号"
    )
    put_back = publishing.take_back(first.pk, why, by=officer)
    assert (put_back.value, put_back.takes_back_id) == ("2/3", first.pk)
    of_all = Override.objects.get(policy="")
    assert publishing.take_back(of_all.pk, why, by=officer).value == "40"


def test_a_text_taken_back_restores_the_one_before(cast: Any) -> None:
    officer, leader = cast.account("tangli"), cast.account("zhoujing")
    row = publishing.propose_text(text_of(is_meant=True), by=officer)
    publishing.decide(row.pk, approve=True, by=leader)
    why = Why(
        since=timezone.localdate() + timedelta(days=3), reason="改回来", source="演示文件 3 号"
    )
    back = publishing.take_back(row.pk, why, by=officer)
    publishing.decide(back.pk, approve=True, by=leader)
    assert [verdict(cast, days) for days in (0, 1, 2, 3)] == [True, False, False, True]
    with pytest.raises(NotFound):
        publishing.take_back(10**6, why, by=officer)


def test_only_who_proposed_it_withdraws_it_and_only_before_it_is_decided(cast: Any) -> None:
    officer, leader = cast.account("tangli"), cast.account("zhoujing")
    row = publishing.propose(half(), by=officer)
    for stranger in ("dengyan", "zhoujing", "liqiang"):
        with pytest.raises(NotAllowed):
            publishing.withdraw(row.pk, by=cast.account(stranger))
    publishing.withdraw(row.pk, by=officer)
    with pytest.raises(Conflict):
        publishing.decide(row.pk, approve=True, by=leader)
    with pytest.raises(Conflict):
        publishing.withdraw(row.pk, by=officer)
    assert publishing.propose(half(), by=officer).state == "proposed"
    kinds = [one.kind for one in audit.since(0, 10_000) if one.stream == "policy"]
    assert kinds == ["proposed", "withdrawn", "proposed"]


def test_a_published_text_that_no_longer_fits_is_named_and_the_packs_stand(cast: Any) -> None:
    officer, leader = cast.account("tangli"), cast.account("zhoujing")
    row = publishing.propose_text(text_of(is_meant=True), by=officer)
    publishing.decide(row.pk, approve=True, by=leader)
    assert unfit_editions(row.since) == ()
    broken = row.text.replace("flexible_paid_fen_month >=", "gone_fact >=")
    Override.objects.filter(pk=row.pk).update(text=broken, value="other")
    assert unfit_editions(row.since) == (FLEXIBLE,)
    assert policy(FLEXIBLE, row.since).conditions[3].rule.source == "flexible_paid_fen_month > 0"
