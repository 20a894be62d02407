"""What am I entitled to, page by page; what is asked, what a wrong answer says, and a stranger."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from minsheng.cli.demo import policies as demo

pytestmark = pytest.mark.django_db
PAGE = "/mine/policies/flexible-insurance"


def shown(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.status_code
    return str(response.content.decode())


def test_the_cashier_answers_one_question_and_sees_what_she_gets(district: Any) -> None:
    demo.note(timezone.localdate())
    cashier = district.client("qinsu")
    assert "有 3 项还差一两个答案" in shown(cashier.get("/mine/policies"))
    page = shown(cashier.get(PAGE))
    assert "还差一点才定得了" in page
    assert "您现在做什么工作" in page
    assert "2/3" in page
    wrong = shown(cashier.post(PAGE, {"fact": "work", "work": ""}), 422)
    assert 'class="field bad"' in wrong
    assert cashier.post(PAGE, {"fact": "work", "work": "flexible"}).status_code == 302
    page = shown(cashier.get(PAGE))
    assert "您符合条件，每月 600.00 元" in page
    assert "您说过的" in page
    assert "有 1 项政策您符合条件" in shown(cashier.get("/mine/policies"))


def test_the_elder_qualifies_and_reads_which_rates_wait(district: Any) -> None:
    demo.note(timezone.localdate())
    elder = district.client("chenlian")
    page = shown(elder.get("/mine/policies"))
    assert "有 5 项政策您符合条件" in page
    assert "只发高的一项；本区的标准还没有填齐，现在比不出来" in page
    assert "0.00 元" not in page
    for slug in ("disabled-living", "disabled-nursing", "elder-disabled", "elder-meals"):
        page = shown(elder.get(f"/mine/policies/{slug}"))
        assert "您符合条件" in page
        assert "本区还没有填这个标准" in page
    assert "您符合条件" in shown(elder.get("/mine/policies/elder-medical-help"))


@pytest.mark.parametrize(
    ("who", "slug", "amount"),
    [
        ("zhanglei", "training-subsidy", "1,800.00 元"),
        ("liqiang", "skill-subsidy", "2,000.00 元"),
        ("linxia", "unemployment-benefit", "本区还没有填这个标准"),
        ("wumei", "disabled-living", "本区还没有填这个标准"),
    ],
)
def test_others_of_the_cast_meet_other_policies(
    district: Any, who: str, slug: str, amount: str
) -> None:
    demo.note(timezone.localdate())
    page = shown(district.client(who).get(f"/mine/policies/{slug}"))
    assert "您符合条件" in page
    assert amount in page


def test_questions_come_one_by_one_are_skipped_and_taken_back(district: Any) -> None:
    demo.note(timezone.localdate())
    cashier = district.client("qinsu")
    asks = "/mine/policy-questions"
    assert "您现在做什么工作" in shown(cashier.get(asks))
    answered = cashier.post(asks, {"fact": "work", "work": "none", "act": "answer"})
    assert (answered.status_code, answered["Location"]) == (302, f"{asks}?last=work")
    page = shown(cashier.get(answered["Location"]))
    assert "您现在做什么工作" not in page
    assert "收回刚才那个答案" in page
    cashier.post(asks, {"fact": "work", "act": "back"})
    assert "您现在做什么工作" in shown(cashier.get(asks))
    cashier.post(asks, {"fact": "work", "act": "skip"})
    for _ in range(10):
        page = shown(cashier.get(asks))
        if "没有要问您的了" in page:
            break
        name = page.split('name="fact" value="')[1].split('"')[0]
        assert name != "work"
        cashier.post(asks, {"fact": name, "act": "skip"})
    else:
        raise AssertionError("it never ends")


def test_what_nobody_asks_cannot_be_answered(district: Any) -> None:
    demo.note(timezone.localdate())
    cashier = district.client("qinsu")
    forged = {"fact": "hard_to_employ_recognised", "hard_to_employ_recognised": "yes"}
    assert cashier.post(PAGE, forged).status_code == 404
    assert cashier.get("/mine/policies/free-money").status_code == 404


def test_the_page_is_english_too(district: Any) -> None:
    demo.note(timezone.localdate())
    cashier = district.client("qinsu")
    cashier.get("/language?to=en&next=/")
    page = shown(cashier.get(PAGE))
    assert "It can&#x27;t be told yet" in page or "It can't be told yet" in page
    assert "national frame: at most two thirds" in page


def test_each_sees_their_own_and_staff_and_strangers_nothing(district: Any) -> None:
    demo.note(timezone.localdate())
    stranger = shown(district.client("liqiang").get(PAGE))
    assert "现在还不符合" in stranger
    assert "怎样才能符合" in stranger
    assert "900.00" not in stranger
    assert district.client().get(PAGE).status_code == 302
    assert district.client("zhaomin").get(PAGE).status_code == 403
    assert district.client("zhaomin").get("/mine/policy-questions").status_code == 403
    assert district.client().get("/mine/policy-questions").status_code == 302
