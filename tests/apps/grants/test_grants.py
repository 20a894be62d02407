"""One award from the click to the money: two people, sealed sheets, a pot that is never overspent."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.apps.grants.story import (
    CARD,
    FLEXIBLE,
    answer,
    batched,
    claimed,
    fill_pot,
    known,
    month,
    paid,
    running,
)

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.audit import reads as audit
from minsheng.apps.erasure import reads as erasure
from minsheng.apps.grants import actions, reads
from minsheng.apps.grants.models import Grant
from minsheng.apps.payouts import actions as payouts
from minsheng.apps.payouts import reads as payout_reads
from minsheng.apps.payouts.models import BatchLine, Instalment, Purse
from minsheng.apps.policies import actions as policies
from minsheng.apps.policies import reads as policy_reads
from minsheng.apps.policies.dossiers import Known
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

pytestmark = pytest.mark.django_db


def test_from_the_click_to_the_money(district: Any) -> None:
    paid(district)
    cashier = district.account("qinsu")
    (line,) = reads.own_grants(cashier)
    assert (line.paid_fen, line.months, line.said.zh) == (60_000, 1, "正在享受")
    pot = payout_reads.pot(FLEXIBLE, timezone.localdate().year)
    assert (pot.given_fen, pot.spent_fen, pot.held_fen, pot.left_fen) == (
        1_000_000,
        60_000,
        0,
        940_000,
    )
    report = accounts.verify()
    assert report.is_whole, report.wrong


def test_the_sheet_says_every_line_with_values_sources_and_numbers(district: Any) -> None:
    grant = running(district)
    view = reads.own_view(grant.pk, account=district.account("qinsu"))
    sheet = view.sheet
    assert sheet is not None
    assert sheet.amount_fen == 60_000
    assert [one.verdict for one in sheet.conditions] == ["yes"] * 6
    paid = next(one for one in sheet.facts if one.label.zh == "上个月自己交的社保费")
    assert (paid.value.zh, paid.source) == ("900.00 元", "register:hr.insurance")
    share = next(one for one in sheet.numbers if one.label.zh == "补贴比例")
    assert (share.value.zh, share.mark) == ("2/3", "M")
    assert "三分之二" in share.cite.zh


def test_nothing_personal_is_in_the_rows_or_events(district: Any) -> None:
    paid(district)
    row, line, purse = Instalment.objects.get(), BatchLine.objects.get(), Purse.objects.get()
    for sealed in (
        row.sheet_sealed,
        line.number_sealed,
        purse.number_sealed,
        Grant.objects.get().sheet_sealed,
    ):
        assert CARD not in sealed
        assert "900" not in sealed or sealed.startswith("a1:")
    assert purse.masked == line.masked == "**** 0000"
    for stream, key in (("grant", str(Grant.objects.get().pk)), ("payout", f"instalment:{row.pk}")):
        for entry in audit.history(stream, key):
            assert CARD not in str(entry.data)
            assert "秦素" not in str(entry.data)


def test_a_sheet_that_was_changed_is_noticed(district: Any) -> None:
    grant = running(district)
    from minsheng.apps.grants import sheets

    forged = sheets.sealed(grant.person, '{"amount_fen":1}')
    Grant.objects.filter(pk=grant.pk).update(sheet_sealed=forged.token)
    with pytest.raises(Conflict):
        reads.own_view(grant.pk, account=district.account("qinsu"))


def test_who_does_not_qualify_claims_nothing(district: Any) -> None:
    cashier = known(district, work="none")
    with pytest.raises(Conflict) as refused:
        actions.claim(FLEXIBLE, by=cashier, account_number=CARD)
    assert "不符合" in refused.value.zh
    with pytest.raises(NotAllowed):
        actions.claim(FLEXIBLE, by=district.account("tangli"))
    assert not Grant.objects.exists()


def test_a_wrong_card_is_refused_and_nothing_claimed(district: Any) -> None:
    cashier = known(district)
    for text in ("", "6222020000000000001", "hello"):
        with pytest.raises(WrongInput) as wrong:
            actions.claim(FLEXIBLE, by=cashier, account_number=text)
        assert wrong.value.field == "account"
    assert not Grant.objects.exists()
    assert not Purse.objects.exists()


def test_a_second_click_is_the_same_claim(district: Any) -> None:
    first = claimed(district)
    assert actions.claim(FLEXIBLE, by=district.account("qinsu")) == first


def test_two_people_of_the_right_office_decide_and_approve(district: Any) -> None:
    fill_pot(district)
    grant = claimed(district)
    for username in ("qinsu", "liqiang", "jinyue", "duanlin", "dengyan"):
        with pytest.raises(NotAllowed):
            actions.decide(grant.pk, by=district.account(username))
    actions.decide(grant.pk, by=district.account("tangli"))
    for username in ("tangli", "duanlin", "qinsu"):
        with pytest.raises(NotAllowed):
            actions.approve(grant.pk, by=district.account(username))
    actions.approve(grant.pk, by=district.account("jinyue"))
    with pytest.raises(Conflict):
        actions.approve(grant.pk, by=district.account("jinyue"))


def test_the_same_person_in_both_posts_is_refused_by_act_and_table(district: Any) -> None:
    from minsheng.apps.people import actions as people
    from minsheng.apps.people import reads as people_reads

    fill_pot(district)
    tangli = district.account("tangli")
    people.assign(tangli, people_reads.post("hr.approval"), since=timezone.localdate())
    grant = claimed(district)
    actions.decide(grant.pk, by=tangli)
    with pytest.raises(NotAllowed):
        actions.approve(grant.pk, by=tangli)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(state="running", approved_by=tangli)


def test_a_pot_that_is_too_small_approves_nothing(district: Any) -> None:
    with pytest.raises(Conflict) as short:
        running(district, pot_fen=59_999)
    assert "额度不够" in short.value.zh
    assert Grant.objects.get().state == "decided"
    assert not Instalment.objects.exists()
    fill_pot(district, 1)
    actions.approve(Grant.objects.get().pk, by=district.account("jinyue"))
    assert payout_reads.pot(FLEXIBLE, timezone.localdate().year).left_fen == 0


def test_a_refused_claim_says_why_to_its_person_alone(district: Any) -> None:
    grant = claimed(district)
    with pytest.raises(WrongInput):
        actions.refuse(grant.pk, " ", by=district.account("tangli"))
    actions.refuse(grant.pk, "缴费凭证是别人的", by=district.account("tangli"))
    assert reads.own_view(grant.pk, account=district.account("qinsu")).words == "缴费凭证是别人的"
    with pytest.raises(NotFound):
        reads.own_view(grant.pk, account=district.account("liqiang"))
    with pytest.raises(NotFound):
        reads.desk_view(grant.pk, account=district.account("dengyan"))


def test_what_changed_since_the_claim_is_seen_at_the_decision(district: Any) -> None:
    fill_pot(district)
    grant = claimed(district)
    today = timezone.localdate()
    policies.note_facts(grant.person, {"insured_by_unit": Known(True, "register:hr.insurance", today)}, by="system")  # fmt: skip
    with pytest.raises(Conflict) as changed:
        actions.decide(grant.pk, by=district.account("tangli"))
    assert "不符合" in changed.value.zh
    assert Grant.objects.get().state == "claimed"


def test_a_month_is_set_aside_once(district: Any) -> None:
    grant = running(district)
    done = actions.compute_months(FLEXIBLE, by=district.account("tangli"))
    assert (done.reserved, done.not_due) == (0, 1)
    row = Instalment.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Instalment.objects.create(
            person=grant.person, policy=FLEXIBLE, month=row.month, amount_fen=1, unit="fen:x",
            sheet_sealed="", sheet_digest="",
        )  # fmt: skip


def test_earlier_months_come_each_on_its_own(district: Any) -> None:
    grant = running(district)
    Grant.objects.filter(pk=grant.pk).update(from_month=month(-3))
    done = actions.compute_months(FLEXIBLE, by=district.account("tangli"))
    assert (done.reserved, done.reserved_fen) == (3, 180_000)
    assert sorted(row.month for row in Instalment.objects.all()) == [
        month(n) for n in (-3, -2, -1, 0)
    ]


@pytest.mark.parametrize("before, gets", [(34, 2), (35, 1), (36, 0)])
def test_thirty_six_months_and_no_more_from_the_ledger(
    district: Any, before: int, gets: int
) -> None:
    """秦素 is not close to retirement here; months before this system and months of its ledger add up."""
    known(district)
    person = district.account("qinsu").person
    today = timezone.localdate()
    policies.note_facts(
        person,
        {
            "received.flexible_insurance": Known(before - 1, "ledger:policies", today),
            "retires_on": Known("2050-01-01", "register:hr.insurance", today),
        },
        by="system",
    )
    fill_pot(district)
    grant = actions.claim(FLEXIBLE, by=district.account("qinsu"), account_number=CARD)
    actions.decide(grant.pk, by=district.account("tangli"))
    actions.approve(grant.pk, by=district.account("jinyue"))
    assert policy_reads.scope_of(person, on=today).get("received.flexible_insurance") == before
    Grant.objects.filter(pk=grant.pk).update(from_month=month(-4))
    done = actions.compute_months(FLEXIBLE, by=district.account("tangli"))
    assert done.reserved == gets, "month 36 comes, month 37 doesn't"


def test_a_refused_payment_goes_back_to_the_pot_and_comes_again(district: Any) -> None:
    batch = batched(district)
    pays = district.account("duanlin")
    payouts.read_bank_answer(batch.number, answer(batch, outcome="refused", reason="AC01"), by=pays)
    row = Instalment.objects.get()
    assert (row.state, row.reason) == ("failed", "AC01")
    assert payout_reads.pot(FLEXIBLE, timezone.localdate().year).held_fen == 0
    payouts.retry_instalment(row.pk, by=pays)
    with pytest.raises(Conflict):
        payouts.retry_instalment(row.pk, by=pays)
    second = payouts.make_batch(FLEXIBLE, by=pays, pay_on=timezone.localdate())
    payouts.read_bank_answer(second.number, answer(second), by=pays)
    assert Instalment.objects.get().state == "paid"
    assert payout_reads.pot(FLEXIBLE, timezone.localdate().year).spent_fen == 60_000
    assert accounts.verify().is_whole


def test_the_same_answer_twice_changes_nothing_and_another_batchs_is_refused(district: Any) -> None:
    batch = paid(district)
    pays = district.account("duanlin")
    before = accounts.verify()
    again = payouts.read_bank_answer(batch.number, answer(batch), by=pays)
    assert again.found == {"paid": 1}
    other = answer(batch).replace(batch.number.encode(), b"F26-999999")
    with pytest.raises(WrongInput):
        payouts.read_bank_answer(batch.number, other, by=pays)
    against = payouts.read_bank_answer(
        batch.number, answer(batch, outcome="refused", reason="AC01"), by=pays
    )
    assert against.looked_at == [BatchLine.objects.get().key], "a contradiction is for a person"
    assert Instalment.objects.get().state == "paid"
    assert accounts.verify() == before


def test_a_paid_line_with_another_amount_stays_open(district: Any) -> None:
    batch = batched(district)
    wrong = answer(batch).replace(b">600.00</InstdAmt>", b">60.00</InstdAmt>")
    found = payouts.read_bank_answer(batch.number, wrong, by=district.account("duanlin"))
    assert found.found == {"differs": 1}
    assert Instalment.objects.get().state == "batched"


def test_a_pot_takes_two_people(district: Any) -> None:
    duanlin = district.account("duanlin")
    budget = payouts.propose_budget(FLEXIBLE, 2026, 100, by=duanlin)
    for username in ("duanlin", "tangli", "qinsu"):
        with pytest.raises(NotAllowed):
            payouts.give_budget(budget.pk, by=district.account(username))
    payouts.drop_budget(budget.pk, by=district.account("guanyi"))
    with pytest.raises(Conflict):
        payouts.give_budget(budget.pk, by=district.account("guanyi"))
    assert payout_reads.pot(FLEXIBLE, 2026).given_fen == 0
    for amount in (0, -1, 10**13):
        with pytest.raises(WrongInput):
            payouts.propose_budget(FLEXIBLE, 2026, amount, by=duanlin)


def test_nobody_is_erased_while_money_is_on_its_way(district: Any) -> None:
    grant = running(district)
    assert {one.code for one in erasure.obstacles(grant.person)} >= {
        "grant_open",
        "money_under_way",
    }


def test_the_file_for_the_bank_is_for_who_pays_and_each_look_is_written_down(district: Any) -> None:
    from minsheng.apps.people import reads as people
    from minsheng.engines.payments import read_pain001
    from minsheng.lib.texts import Text

    batch, title = batched(district), Text("灵活就业社保补贴")
    for username in ("tangli", "guanyi", "qinsu"):
        with pytest.raises(NotAllowed):
            payout_reads.payment_file(batch.number, account=district.account(username), title=title)
    made = read_pain001(
        payout_reads.payment_file(batch.number, account=district.account("duanlin"), title=title)
    )
    (order,) = made.orders
    assert (order.name, order.account, order.amount_fen) == ("秦素", CARD, 60_000)
    assert order.purpose.startswith("灵活就业社保补贴 ")
    assert people.looks_at(Grant.objects.get().person)


def test_an_ended_award_pays_what_is_set_aside_and_nothing_after(district: Any) -> None:
    grant = running(district)
    with pytest.raises(NotFound):
        actions.give_up(grant.pk, by=district.account("liqiang"))
    with pytest.raises(NotAllowed):
        actions.end(grant.pk, "上班了", by=district.account("jinyue"))
    actions.give_up(grant.pk, by=district.account("qinsu"))
    assert Instalment.objects.get().state == "reserved"
    assert actions.compute_due() == 0
    with pytest.raises(Conflict):
        actions.end(grant.pk, "上班了", by=district.account("tangli"))
    again = actions.claim(FLEXIBLE, by=district.account("qinsu"))
    assert again.pk != grant.pk
    assert {one.code for one in erasure.obstacles(grant.person)} >= {"money_under_way"}


def test_an_office_ends_an_award_with_words_the_person_reads(district: Any) -> None:
    grant = running(district)
    page = district.client("tangli").post(f"/desk/grants/{grant.pk}", {"act": "end", "ending": ""})
    assert page.status_code == 422
    district.client("tangli").post(
        f"/desk/grants/{grant.pk}", {"act": "end", "ending": "到单位上班了"}
    )
    assert (
        "到单位上班了" in district.client("qinsu").get(f"/mine/grants/{grant.pk}").content.decode()
    )


def test_the_worker_works_out_each_month_once(district: Any) -> None:
    grant = running(district)
    Grant.objects.filter(pk=grant.pk).update(from_month=month(-1))
    assert actions.compute_due() == 1
    assert actions.compute_due() == 0
