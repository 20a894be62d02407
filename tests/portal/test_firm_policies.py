"""What a firm is entitled to, page by page: decided, explained, what waits, and a stranger."""

from __future__ import annotations

from typing import Any

from tests.apps.scores.firms_of import PAPER, declared

from minsheng.apps.visits import reads as visits
from minsheng.cli.demo import visiting

PAGE = "/firm/policies"


def shown(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.status_code
    return str(response.content.decode())


def test_a_firm_fills_what_one_policy_reads_and_reads_why(district: Any) -> None:
    owner = district.client("huangyi")
    assert 'href="/firm/policies' in shown(owner.get("/firm/room"))
    page = shown(owner.get(PAGE))
    assert "项还差几个数" in page and "知识价值信用贷" in page and "打分表和准入条件" in page
    page = shown(owner.get(f"{PAGE}/keep-jobs"))
    assert "还差几个数才定得了" in page and "还没问" in page
    form = shown(owner.get("/firm/room/numbers?policy=keep-jobs"))
    assert 'name="premium_fen"' in form and 'name="rd_fen"' not in form
    typed = {
        "staff": "86", "large": "0", "laid_off": "2", "premium_months": "48", "premium_fen": "61,920",
        "paper": PAPER, "as_of": district.today.isoformat(),
    }  # fmt: skip
    wrong = shown(owner.post("/firm/room/numbers?policy=keep-jobs", typed | {"large": "x"}), 422)
    assert 'href="#large-1"' in wrong and 'value="61,920"' in wrong
    sent = owner.post("/firm/room/numbers?policy=keep-jobs", typed)
    assert (sent.status_code, sent.url) == (302, f"{PAGE}/keep-jobs")
    page = shown(owner.get(f"{PAGE}/keep-jobs"))
    assert "您的企业符合条件" in page and "本区还没有填这个标准" in page
    assert "由人社局填" in page and "5.5%" in page and "企业自己填的" in page
    assert "有 1 项政策您的企业符合条件" in shown(owner.get(PAGE))


def test_a_policy_leads_to_where_a_firm_applies(district: Any) -> None:
    declared(district, here="是", in_store="是")
    owner = district.client("huangyi")
    assert 'href="/firm/loans"' in shown(owner.get(f"{PAGE}/ladder-loan"))
    page = shown(owner.get(f"{PAGE}/innovation-voucher"))
    assert "还判不了" in page and 'href="/firm/vouchers"' in page
    neighbour = shown(owner.get(f"{PAGE}/growth-loan"))
    assert "两江新区的政策" in neighbour and "本区还没有同样的办法" in neighbour
    assert shown(owner.get(f"{PAGE}/keep-jobs?lang=en"))


def test_residents_do_not_meet_what_is_for_firms(district: Any) -> None:
    page = shown(district.client("qinsu").get("/mine/policies"))
    assert "稳岗返还" not in page and "返乡入乡" not in page and "一次性求职补贴" in page
    assert district.client("qinsu").get("/mine/policies/keep-jobs").status_code == 404
    assert district.client("huangyi").get(f"{PAGE}/flexible-insurance").status_code == 404


def test_strangers_see_no_firm_and_no_number(district: Any) -> None:
    code = declared(district, premium_fen="61,920").credit_code
    stranger = district.client("liqiang")
    for address in (f"{PAGE}?firm={code}", f"{PAGE}/keep-jobs?firm={code}"):
        page = shown(stranger.get(address))
        assert "还没有登记您代表哪家企业" in page and "61,920" not in page
    assert district.client("yuelan").get(PAGE).status_code == 403


def test_the_desk_shows_numbers_of_a_policy_for_firms_and_tries_none(district: Any) -> None:
    officer = district.client("tangli")
    page = shown(officer.get("/desk/policies/keep-jobs"))
    assert "返还比例（中小微企业）" in page and "提一个新值" in page and "改一个数试算" not in page
    forced = officer.get("/desk/policies/keep-jobs?name=share_small&value=1/2")
    assert "这里只能按人试算" in shown(forced, 422)


def test_the_firm_of_the_demonstration_has_its_steward(district: Any) -> None:
    town = visiting.packs().district.areas.of_kind("park", "community", on=district.today)
    (told,) = visiting._firms_of_cast(town)
    visiting.actions.add_visited(told.plan, told.whom, by=None, level=told.level)
    (card,) = visits.firm_visits(district.account("huangyi"), told.whom.organisation.credit_code)
    assert card.waiting and card.visitor
    assert "上门服务的人" in shown(district.client("huangyi").get("/firm/room"))
