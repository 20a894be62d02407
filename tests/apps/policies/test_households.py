"""What is known of a household: asked of a register over the socket, or said by it, and by whom is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from tests.api.api_caller import Caller, problem, told
from tests.cli.cli_caller import call

from minsheng.apps.people.actions import offices
from minsheng.apps.people.models import Account
from minsheng.apps.policies import actions, asking, dossiers, reads
from minsheng.apps.policies.shelf import shelf
from minsheng.cli.demo import policies as demo
from minsheng.engines.policies.spec import Condition
from minsheng.lib.errors import NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.rules import Reason, Rule

pytestmark = pytest.mark.django_db
INCOME = "household.income_fen_month"
SLUG = "household-test"
RULE = "household.income_per_head < 150000 and lives_here"


@pytest.fixture
def pair(district: Any, monkeypatch: Any) -> Account:
    """吴梅 and a child in one household, and a policy for households with little: invented, for the test alone."""
    wumei: Account = district.account("wumei")
    known = shelf()
    schema = known.vocabulary.model.schema("person")
    first = known.policies["jobless-registration"]
    condition = Condition(key="little", rule=Rule.parse(RULE, schema), text=Text("家里收入少"))
    policy = replace(first, slug=SLUG, title=Text("测试"), conditions=(condition,), makes_true=(), makes_today=())  # fmt: skip
    monkeypatch.setitem(known.policies, SLUG, policy)
    demo.note(timezone.localdate())
    assert wumei.person is not None
    if not reads.people.household_members(wumei.person):
        offices.create_household([(wumei.person, "head", True)], since=date(2020, 1, 1))
    return wumei


def fill(district: Any, account: Account, body: dict[str, Any] | None) -> None:
    """Let the register of assistance know this of her household, and nothing else."""
    number = reads.people.number_of(account.person)
    district.store.fill([("civil.assistance", number, body)] if body is not None else [])


def outcome(account: Account) -> bool | None:
    found = reads.told(account, SLUG, on=timezone.localdate())
    assert found is not None
    return found.told.decision.value


def test_the_register_of_assistance_decides_what_rests_on_the_households_income(
    district: Any, pair: Account
) -> None:
    assert outcome(pair) is None
    fill(district, pair, {"income_fen_month": 90_000, "since": "2026-01-01"})
    assert asking.ask_registers(pair.person, on=timezone.localdate(), by="test") == 1
    assert outcome(pair) is True
    found = reads.told(pair, SLUG, on=timezone.localdate())
    assert found is not None
    used = next(one for one in found.facts if one.label.zh == "家庭月收入")
    assert (used.value.zh, used.said.zh, used.source) == ("900.00 元", "救助库", "register:civil.assistance")  # fmt: skip
    district.store.fill([])
    assert asking.ask_registers(pair.person, on=timezone.localdate(), by="test") == 0
    assert outcome(pair) is True, "what is fresh isn't asked again"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (None, Reason.REGISTER_NONE),
        ({"income_fen_month": "much"}, Reason.REGISTER_SILENT),
        ({"income_fen_month": 90_000, "since": "soon"}, Reason.REGISTER_SILENT),
        ({"other": 1}, Reason.REGISTER_SILENT),
    ],
)
def test_nothing_and_nonsense_are_never_an_income(
    district: Any, pair: Account, body: dict[str, Any] | None, reason: Reason
) -> None:
    fill(district, pair, body)
    assert asking.ask_registers(pair.person, on=timezone.localdate(), by="test") == 0
    known = dossiers.of_household(reads.people.household_members(pair.person)[0].household)
    assert known["income_fen_month"].reason == reason
    assert outcome(pair) is None


def test_a_register_that_fails_takes_nothing_away(district: Any, pair: Account) -> None:
    today = timezone.localdate()
    actions.answer(pair, INCOME, 90_000, on=today)
    district.store.fill([])
    district.store.set_mode("civil.assistance", "failing")
    assert asking.ask_registers(pair.person, on=today, by="test") == 0
    assert outcome(pair) is True


def test_the_household_says_it_itself_and_it_is_marked_so(district: Any, pair: Account) -> None:
    today = timezone.localdate()
    assert INCOME in {fact.name for fact in reads.askable([INCOME])}
    with pytest.raises(WrongInput):
        actions.answer(pair, INCOME, "much", on=today)
    page = district.client("wumei").post(f"/mine/policies/{SLUG}", {"fact": INCOME, INCOME: "900"})
    assert page.status_code == 302
    text = district.client("wumei").get(f"/mine/policies/{SLUG}").content.decode()
    assert "这一家自己说的" in text
    assert "工资条或银行流水" in text
    assert outcome(pair) is True
    actions.take_back(pair, INCOME)
    assert outcome(pair) is None
    actions.decline(pair, INCOME, on=today)
    assert outcome(pair) is None


def test_what_the_register_said_is_not_the_households_to_change(
    district: Any, pair: Account
) -> None:
    today = timezone.localdate()
    fill(district, pair, {"income_fen_month": 900_000})
    asking.ask_registers(pair.person, on=today, by="test")
    with pytest.raises(NotAllowed):
        actions.answer(pair, INCOME, 100, on=today)
    assert outcome(pair) is False


def test_the_register_that_speaks_later_stands_before_the_households_word(
    district: Any, pair: Account
) -> None:
    today = timezone.localdate()
    actions.answer(pair, INCOME, 100, on=today)
    fill(district, pair, {"income_fen_month": 900_000})
    assert asking.ask_registers(pair.person, on=today, by="test") == 1
    assert outcome(pair) is False


def test_a_child_and_a_stranger_speak_for_no_household(district: Any, pair: Account) -> None:
    today = timezone.localdate()
    newcomer = district.account("zhaomin")
    with pytest.raises(NotAllowed):
        actions.answer(newcomer, INCOME, 100, on=today)
    with pytest.raises(NotAllowed):
        actions.answer(pair, "household.members", 100, on=today)


def test_the_page_asks_the_registers_and_the_command_says_who_said_it(
    district: Any, pair: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(district, pair, {"income_fen_month": 90_000})
    client = district.client("wumei")
    assert "再查一次家庭的登记" in client.get(f"/mine/policies/{SLUG}").content.decode()
    assert client.post(f"/mine/policies/{SLUG}", {"act": "registers"}).status_code == 302
    said = call(capsys, "policy", "explain", SLUG, "--person", "demo:wumei")
    assert "家庭月收入：900.00 元（救助库，" in said.out
    assert "monthly income of the household: 900.00 yuan" in said.out


def test_the_registers_are_asked_by_api_about_ones_own_household(
    district: Any, pair: Account
) -> None:
    fill(district, pair, {"income_fen_month": 90_000})
    own, stranger = Caller(district.token("wumei")), Caller(district.token("liqiang"))
    assert told(stranger.post("/me/policy-registers")) == {"facts": 0}
    assert outcome(pair) is None
    problem(Caller(district.token("tangli")).post("/me/policy-registers"), 403, "residents_only")
    assert told(own.post("/me/policy-registers")) == {"facts": 1}
    assert outcome(pair) is True
    assert told(own.post("/me/policy-registers")) == {"facts": 0}
