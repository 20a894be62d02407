"""An officer claims for who is at the counter: with their card and their word; they are told and can take it back."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apps.grants.story import CARD, FLEXIBLE, fill_pot, known

from minsheng.apps.audit import reads as audit
from minsheng.apps.grants import actions
from minsheng.apps.grants.models import Grant
from minsheng.apps.notices.models import Notice
from minsheng.apps.payouts.models import Purse
from minsheng.apps.people import reads as people
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput

pytestmark = pytest.mark.django_db
PATH = "/desk/grants/counter"


def number_of(district: Any, username: str = "qinsu") -> str:
    return people.number_of(district.account(username).person)


def claimed(district: Any, *, by: str = "zhaomin", **changed: Any) -> Grant:
    words = {"agreed": True, "account_number": CARD, **changed}
    number = words.pop("number", number_of(district))
    return actions.claim_at_counter(FLEXIBLE, number, by=district.account(by), **words)


def test_it_is_told_written_down_and_goes_the_same_way(district: Any) -> None:
    cashier = known(district)
    fill_pot(district)
    grant = claimed(district)
    assert (grant.at_counter, grant.claimed_by.username) == (True, "zhaomin")
    (entry,) = [one for one in audit.history("grant", str(grant.pk)) if one.kind == "grant.claimed"]
    assert (entry.data["counter"], entry.data["consent"]) == ("card_seen", "spoken")
    told = Notice.objects.filter(account=cashier, kind="grant")
    assert any("窗口替您申请" in one.title_zh for one in told)
    actions.decide(grant.pk, by=district.account("tangli"))
    assert actions.approve(grant.pk, by=district.account("jinyue")).state == "running"


def test_the_person_takes_it_back_before_it_is_decided(district: Any) -> None:
    known(district)
    grant = claimed(district)
    client = district.client("qinsu")
    page = client.get(f"/mine/grants/{grant.pk}").content.decode()
    assert "由工作人员替您申请的" in page
    assert "收回这个申请" in page
    client.post(f"/mine/grants/{grant.pk}", {"act": "give_up"})
    assert Grant.objects.get().state == "ended"
    with pytest.raises(Conflict):
        actions.decide(grant.pk, by=district.account("tangli"))


def test_who_claimed_for_somebody_does_not_decide_it(district: Any) -> None:
    known(district)
    grant = claimed(district, by="tangli")
    with pytest.raises(NotAllowed):
        actions.decide(grant.pk, by=district.account("tangli"))


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"number": "110101190001010000"}, "number"), ({"agreed": False}, "agreed"), ({"account_number": ""}, "account"), ({"account_number": "12"}, "account")],
)  # fmt: skip
def test_without_card_word_or_account_nothing_is_claimed(
    district: Any, changed: dict[str, Any], field: str
) -> None:
    known(district)
    with pytest.raises(WrongInput) as wrong:
        claimed(district, **changed)
    assert wrong.value.field == field
    assert not Grant.objects.exists()
    assert not Purse.objects.exists()


def test_other_posts_residents_and_who_does_not_qualify_are_refused(district: Any) -> None:
    known(district)
    for username in ("qinsu", "liqiang", "duanlin", "dengyan", "jinyue"):
        with pytest.raises(NotAllowed):
            claimed(district, by=username)
    with pytest.raises(Conflict) as refused:
        claimed(district, number=number_of(district, "liqiang"))
    assert refused.value.code == "grants.not_entitled"
    assert not Grant.objects.exists()


def test_the_page_takes_it_and_keeps_what_was_typed(district: Any) -> None:
    known(district)
    desk = district.client("zhaomin")
    assert f'value="{FLEXIBLE}" selected' in desk.get(f"{PATH}?policy={FLEXIBLE}").content.decode()
    wrong = desk.post(PATH, {"policy": FLEXIBLE, "number": "x", "account": CARD})
    assert wrong.status_code == 422
    assert f'value="{CARD}"' in wrong.content.decode()
    assert desk.post(PATH, {}).status_code == 422
    form = {"policy": FLEXIBLE, "number": number_of(district), "account": CARD, "agreed": "yes"}
    made = desk.post(PATH, form)
    assert made.status_code == 302
    assert "申请好了" in desk.get(PATH + made["Location"]).content.decode()
    assert (
        "本人在窗口"
        in district.client("tangli").get(f"/desk/grants/{Grant.objects.get().pk}").content.decode()
    )
    assert district.client("duanlin").get(PATH).status_code == 403
