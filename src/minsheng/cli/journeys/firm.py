"""A firm's life walked through: points, a voucher, a loan that fails and is shared 8 : 2, a grant sold as shares.

Over HTTP against fresh processes, without JavaScript. Every claim that doesn't hold is collected.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minsheng.cli.journeys.hands import Hands
from minsheng.cli.journeys.plain_browser import Page
from minsheng.cli.stack import Stack
from minsheng.lib.money import parse_yuan

FIRM, STRANGER, CENTRE, BANK, OTHER_BANK = "huangyi", "liqiang", "xuhang", "jinhao", "mingzhu"
GUARANTOR, BUREAU, HOLDING = "renjing", "gaowen", "kangning"
STEWARD, PAYER = "yuelan", "fanhua"
EXPERTS = ("heming", "fuxiao", "yanshi")
LAB, TIED = "91500000MA0DEMLAB1", "91500000MA0DEMB02X"
"""Two providers of services; the second is led by whoever leads the firm."""
NAMED = {
    "scheme": "innovation", "credit_code": TIED, "name": "自家检测（演示）", "uses": "research",
    "head": "11010119850914003X", "owners": "",
}  # fmt: skip
VOUCHER = {"use": "research", "amount": "30000.00", "words": "主轴振动试验（演示）"}
CONTRACT = {"contract_yuan": "60000.00", "contract": "试验合同 9 号（演示）"}
ASKED = {
    "rung": "tech", "bank": "bank.hanguang", "amount": "3000000.00", "months": "12",
    "purpose": "买两台五轴机床，给新订单备料。",
}  # fmt: skip
PROJECT = {
    "title": "主轴热误差补偿",
    "purpose": "样机、测试和两名博士的工资。",
    "amount": "2000000.00",
}
LINES = ("要分的损失", "担保公司承担", "银行承担")
"""Lines of the sheet of a loss, as the page heads them."""
ROUND = {
    "event": "financing", "pre_money": "38000000", "new_money": "10000000", "investor": "星河创投（演示）",
    "holdings": "创始团队 700000\n员工持股 300000", "reason": "A 轮协议看过原件。",
}  # fmt: skip
SALE = {
    "way": "transfer", "buyer": "星河创投（演示）", "value": "60000000", "reason": "新股东受让。",
}  # fmt: skip
_EARLIER = """
from datetime import timedelta
from django.utils import timezone
from minsheng.apps.{app}.models import {model}
day = timezone.localdate() - timedelta(days=1)
{model}.objects.filter({key}={pk}).update({field}=day)
"""
"""Lets a day have come: what is due was due yesterday."""
_VERIFY = """
from minsheng.apps.loans import reads as loans
from minsheng.apps.stakes import reads as stakes
print(len([*loans.verify(), *stakes.verify()]), "wrong")
"""


@dataclass
class Told:
    """What the walk found. Amounts in yuan as the pages show them; the part of the firm as a fraction."""

    points: tuple[int, int] = (0, 0)
    voucher: str = ""
    lent: str = ""
    lost: str = ""
    borne_by_guarantor: str = ""
    borne_by_bank: str = ""
    came_back: int = 0
    tranches: int = 0
    part: str = ""
    proceeds: str = ""
    refused: int = 0
    accounts_ok: bool = False
    books_ok: bool = False
    audit_ok: bool = False
    wrong: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the whole story holds."""
        return self.accounts_ok and self.books_ok and self.audit_ok and not self.wrong

    @property
    def result(self) -> dict[str, Any]:
        """The figures as the command prints them."""
        return {
            "points": list(self.points),
            "voucher": self.voucher,
            "lent": self.lent,
            "lost": self.lost,
            "borne_by_guarantor": self.borne_by_guarantor,
            "borne_by_bank": self.borne_by_bank,
            "came_back": self.came_back,
            "tranches": self.tranches,
            "part": self.part,
            "proceeds": self.proceeds,
            "refused": self.refused,
            "accounts_ok": self.accounts_ok,
            "books_ok": self.books_ok,
            "audit_ok": self.audit_ok,
            "wrong": self.wrong,
        }


@dataclass
class FirmStory:
    """One walk through the story. `say` is told each step."""

    stack: Stack
    today: date
    say: Callable[[str], None]
    told: Told = field(default_factory=Told)

    def __post_init__(self) -> None:
        self.hands = Hands(self.stack, self.say, self.told.wrong)

    def run(self) -> Told:
        """Walk the whole story and return what was found; every browser is closed at the end."""
        with self.hands.browsers:
            self.score()
            self.buy()
            loan = self.borrow()
            self.default(loan)
            self.recover(loan)
            stake = self.win()
            self.pay(stake)
            self.convert(stake)
            self.sell(stake)
            self.strangers(loan, stake)
            self.check()
        return self.told

    # ── points and a voucher ────────────────────────────────────────────────────────────────────
    def score(self) -> None:
        """The firm sees its points and the shortest way to pass, spends so, and passes."""
        firm = self.hands.of(FIRM)
        room = firm.open("/firm/room")
        way = re.search(r"研发费用增加 [\d,.]+ 元，到 ([\d,.]+) 元，到 60 分", room.text)
        self.claim("the shortest way to pass is named", way)
        page = firm.open("/firm/room/numbers")
        typed = {"rd_fen": way[1]} if way else {}
        after = firm.send(page, page.form(asks="rd_fen"), typed)
        self.told.points = (_points(room), _points(after))
        self.claim("more was spent, and the firm passes", "还没有达标" not in after.text)
        self.say(f"积分 {self.told.points[0]} → {self.told.points[1]}，达标 / passed")

    def buy(self) -> None:
        """A voucher pays half of a contract with a listed provider, never with one of the firm's own."""
        firm = self.hands.of(FIRM)
        page = firm.open("/firm/vouchers")
        form = page.form(asks="words")
        much = firm.send(page, form, {**VOUCHER, "amount": "199999.00"})
        self.claim("more than a firm may have is refused", much.status in (409, 422))
        made = firm.send(page, form, VOUCHER)
        number = made.path.rpartition("/")[2]
        self._taken(STEWARD, "/desk/vouchers", "list", NAMED)
        self._taken(STEWARD, "/desk/vouchers", "issue", {"voucher": number})
        own = self.hands.act(FIRM, made.path, "reserve", provider=TIED, **CONTRACT)
        self.claim("a provider of one's own is refused", own.status in (409, 422))
        self._taken(FIRM, made.path, "reserve", {"provider": LAB, **CONTRACT})
        self._taken(FIRM, made.path, "prove", {"proof": "报告、发票各一份（演示）"})
        same = self.hands.act(STEWARD, "/desk/vouchers", "redeem", voucher=number)
        self.claim("who issued doesn't pay", same.status == 403)
        self._taken(PAYER, "/desk/vouchers", "redeem", {"voucher": number})
        if "兑付了" in firm.open(made.path).text:
            self.told.voucher = VOUCHER["amount"]
        self.claim("the voucher is paid", self.told.voucher)
        self.say(f"创新券 {number}：发、用、兑付；自家机构被拒 / issued, used, paid")

    # ── the loan ────────────────────────────────────────────────────────────────────────────────
    def borrow(self) -> str:
        """The firm applies once, the bank decides on its own, the fund stands behind it."""
        firm = self.hands.of(FIRM)
        before = self._free("/desk/loans", GUARANTOR)
        page = firm.open("/firm/loans")
        form = page.form(asks="purpose")
        wrong = firm.send(page, form, {**ASKED, "amount": "3000000.01"})
        self.claim(
            "more than the rung allows is refused, and kept",
            wrong.status == 422 and "3000000.01" in wrong.text,
        )
        made = firm.send(page, form, ASKED)
        loan = made.path.rpartition("/")[2]
        self.claim(
            "a second application waits for the first", firm.send(page, form, ASKED).status == 409
        )
        self.loan(CENTRE, loan, "recommend")
        self.claim(
            "the centre can't decide for the bank",
            self.hands.act(CENTRE, _loan(loan), "agree", reason="x").status == 403,
        )
        self.claim(
            "another bank finds nothing", self.hands.of(OTHER_BANK).open(_loan(loan)).status == 404
        )
        self.loan(BANK, loan, "agree", reason="订单真实，现金流够。")
        self.loan(GUARANTOR, loan, "guarantee")
        held = before - self._free("/desk/loans", GUARANTOR)
        self.claim(f"80 % are set aside in the fund, not {held}", held == 240_000_000)
        self.loan(BANK, loan, "contract")
        self.loan(BANK, loan, "pay_out")
        self.loan(BANK, loan, "repay", amount="1166666.63")
        self.told.lent = ASKED["amount"]
        self.say(f"贷款 {loan}：推荐、银行同意、担保、放款，还了一部分 / lent and partly repaid")
        return loan

    def default(self, loan: str) -> None:
        """It isn't repaid in time: the bank claims, the guarantee body shares, once."""
        self._let(app="loans", model="Loan", key="pk", pk=loan, field="due_on")
        self.loan(BANK, loan, "call_overdue")
        self.loan(BANK, loan, "claim", reason="催收两次，账上没有钱。")
        self.claim(
            "the bank can't share its own claim",
            self.hands.act(BANK, _loan(loan), "share").status == 403,
        )
        shared = self.loan(GUARANTOR, loan, "share")
        again = self.hands.act(GUARANTOR, _loan(loan), "share")
        self.claim("a loss is shared once", again.status == 409)
        figures = dict(
            re.findall(r'<th scope="row">([^<]+)</th><td class="n">([\d,.]+)</td>', shared.text)
        )
        lost, by_guarantor, by_bank = (figures.get(one, "0") for one in LINES)
        self.told.lost = lost
        self.told.borne_by_guarantor, self.told.borne_by_bank = by_guarantor, by_bank
        both = [parse_yuan(by_guarantor), parse_yuan(by_bank)]
        self.claim("both shares sum to the loss", sum(both) == parse_yuan(lost) > 0)
        self.say(
            f"逾期 {self.told.lost}：{self.told.borne_by_guarantor} 和 {self.told.borne_by_bank} / shared 8 : 2"
        )

    def recover(self, loan: str) -> None:
        """Something comes back, more than was lost: each gets what it lost, the rest is the firm's."""
        for amount in ("500000.01", "2000000.00"):
            self.loan(BANK, loan, "report", amount=amount, reason="拍卖设备。")
            page = self.loan(GUARANTOR, loan, "recover")
            self.told.came_back += 1
        figures = dict(
            re.findall(r'<th scope="row">([^<]+)</th><td class="n">([\d,.]+)</td>', page.text)
        )
        self.claim("the guarantee body lacks nothing", figures.get("担保公司还差") == "0.00")
        self.claim("the bank lacks nothing", figures.get("银行还差") == "0.00")
        self.claim("what is above is the firm's", figures.get("多追回的，归企业") == "666,666.64")
        self.loan(GUARANTOR, loan, "close", reason="都追回了。")
        self.say("追回两笔，按同一比例分回，多的归企业 / recovered in the same ratio")

    # ── the grant ───────────────────────────────────────────────────────────────────────────────
    def win(self) -> str:
        """The firm applies with a project; experts speak; the bureau approves and contracts."""
        firm = self.hands.of(FIRM)
        page = firm.open("/firm/stakes")
        made = firm.send(page, page.form(asks="purpose"), PROJECT)
        stake = made.path.rpartition("/")[2]
        self.stake(CENTRE, stake, "check")
        early = self.hands.act(CENTRE, _stake(stake), "conclude")
        self.claim("without enough experts nothing is concluded", early.status == 409)
        for expert in EXPERTS:
            self.stake(expert, stake, "opinion", agrees="yes", has_interest="no", words="值得做。")
        for who, act in ((CENTRE, "conclude"), (BUREAU, "approve"), (BUREAU, "contract")):
            self.stake(who, stake, act)
        self.say(f"项目 {stake}：初审、专家、批准、合同 / approved")
        return stake

    def pay(self, stake: str) -> None:
        """Two parts, each ordered by one body and paid by another; the second after the check and its day."""
        early = self._part(BUREAU, stake, "order")
        self.stake(BUREAU, stake, "order", part=early)
        own = self.hands.act(BUREAU, _stake(stake), "pay", part=early)
        self.claim("who ordered doesn't pay", own.status == 403)
        self.stake(HOLDING, stake, "pay", part=early)
        self.claim("no second part before its check", not self._part(BUREAU, stake, "order"))
        self.stake(CENTRE, stake, "pass_review", reason="样机过了测试。")
        self._let(app="stakes", model="Tranche", key="stake_id", pk=stake, field="from_on")
        self.stake(BUREAU, stake, "audit", reason="账目清楚。")
        late = self._part(BUREAU, stake, "order")
        self.stake(BUREAU, stake, "order", part=late)
        page = self.stake(HOLDING, stake, "pay", part=late)
        self.told.tranches = page.text.count('1,000,000.00 元</span><span class="sub">付了')
        self.say("两笔经费都付了 / both parts paid")

    def convert(self, stake: str) -> None:
        """A round: the cap table is seen before it is confirmed; another body confirms it."""
        seen = self.stake(HOLDING, stake, "trigger", **ROUND)
        self.claim("the table is shown before it counts", "转股以后会这样" in seen.text)
        self.stake(HOLDING, stake, "propose")
        own = self.hands.act(HOLDING, _stake(stake), "confirm")
        self.claim("who proposes doesn't confirm", own.status == 403)
        self.stake(BUREAU, stake, "confirm")
        mine = self.hands.of(FIRM).open(f"/firm/stakes/{stake}").text
        found = re.findall(
            r'国资持股公司（演示）</th><td class="n">[^<]+</td><td class="n">([^<]+)</td>', mine
        )
        self.told.part = found[0] if found else ""
        self.say(f"转股：占 {self.told.part} / converted")

    def sell(self, stake: str) -> None:
        """The shares are sold; the money comes back to the pool; nobody sells twice."""
        before = self._free("/desk/stakes", HOLDING)
        self.stake(HOLDING, stake, "offer", **SALE)
        self.stake(BUREAU, stake, "sell")
        again = self.hands.act(BUREAU, _stake(stake), "sell")
        self.claim("nobody sells twice", again.status == 409)
        back = self._free("/desk/stakes", HOLDING) - before
        self.told.proceeds = f"{back // 100}.{back % 100:02d}"
        self.say(f"退出，收回 {self.told.proceeds} / sold")

    # ── the end ─────────────────────────────────────────────────────────────────────────────────
    def strangers(self, loan: str, stake: str) -> None:
        """李强, a passer-by and an officer without a part find nothing."""
        for who, paths in (
            (
                STRANGER,
                (f"/firm/loans/{loan}", f"/firm/stakes/{stake}", _loan(loan), _stake(stake)),
            ),
            ("sunwei", (_loan(loan), _stake(stake), "/desk/loans", "/desk/stakes")),
        ):
            for path in paths:
                refused = self.hands.of(who).open(path).status in (403, 404)
                self.claim(f"{who} finds nothing at {path}", refused)
                self.told.refused += refused
        led = self.hands.of("").open(_loan(loan)).path.startswith("/sign-in")
        self.claim("nobody is let in", led)

    def check(self) -> None:
        """Books, losses, cap tables and the ledger agree."""
        self.told.accounts_ok = bool(self.hands.command("accounts", "verify")["ok"])
        found = self.stack.command("django", "shell", "-c", _VERIFY).stdout
        self.told.books_ok = "0 wrong" in found.splitlines()
        self.claim(f"losses and tables follow from their postings: {found}", self.told.books_ok)
        self.told.audit_ok = bool(self.hands.command("audit", "verify")["ok"])
        self.claim("the ledger is whole", self.told.audit_ok)

    def loan(self, who: str, loan: str, act: str, **answers: str) -> Page:
        """Take a step of the loan and claim that it was taken."""
        return self._taken(who, _loan(loan), act, answers)

    def stake(self, who: str, stake: str, act: str, **answers: str) -> Page:
        """Take a step of the project and claim that it was taken."""
        return self._taken(who, _stake(stake), act, answers)

    def claim(self, words: str, holds: object) -> None:
        """Keep a claim that doesn't hold."""
        self.hands.claim(words, holds)

    def _taken(self, who: str, path: str, act: str, answers: dict[str, str]) -> Page:
        page = self.hands.act(who, path, act, **answers)
        self.claim(f"{who} takes {act} ({page.status})", page.status == 200)
        return page

    def _part(self, who: str, stake: str, act: str) -> str:
        """Return the part of the money that can be ordered now, or nothing."""
        text = self.hands.of(who).open(_stake(stake)).text
        found = re.findall(r'name="part" value="(\d+)"><button[^>]+value="(\w+)"', text)
        return next((part for part, value in found if value == act), "")

    def _free(self, path: str, who: str) -> int:
        """Return how much of a fund is free, in fen."""
        found = re.search(
            r'<span class="num">([\d,.]+) 元</span>', self.hands.of(who).open(path).text
        )
        return parse_yuan(found[1]) if found else 0

    def _let(self, **what: str) -> None:
        done = self.stack.command("django", "shell", "-c", _EARLIER.format(**what))
        self.claim(f"a day goes by: {done.stderr[-200:]}", done.returncode == 0)


def _points(room: Page) -> int:
    found = re.search(r"<h1>[^<]*：(\d+) 分", room.text)
    return int(found[1]) if found else -1


def _loan(loan: str) -> str:
    return f"/desk/loans/{loan}"


def _stake(stake: str) -> str:
    return f"/desk/stakes/{stake}"
