"""What a cashier is entitled to: asked two things, found, applied for, approved, paid; a wrong recovery refused.

Over HTTP against fresh processes, without JavaScript. Every claim that doesn't hold is collected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from minsheng.cli.journeys.hands import Hands
from minsheng.cli.journeys.plain_browser import Form, Page
from minsheng.cli.stack import Stack
from minsheng.engines.payments import Answered, Statement, read_pain001, write_pain002

CASHIER, STRANGER = "qinsu", "liqiang"
DECIDES, APPROVES, PAYS, HEAD = "tangli", "jinyue", "duanlin", "guanyi"
LEADER = "zhoujing"
POLICY = "flexible-insurance"
SEARCH = "/desk/screening"
PAGE = f"/mine/policies/{POLICY}"
CARD = "6222020000000000000"
POT_YUAN = "10000"
ANSWERS = {"work": "flexible", "other_loans": "no"}
MOST_QUESTIONS = 12


@dataclass
class Told:
    """What the walk found, in numbers read from the installation."""

    found: bool = False
    asked: int = 0
    paid_fen: int = 0
    months: int = 0
    clawback_refused: bool = False
    books_balanced: bool = False
    audit_ok: bool = False
    wrong: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the whole story holds."""
        return self.books_balanced and self.audit_ok and not self.wrong

    @property
    def result(self) -> dict[str, Any]:
        """The figures as the command prints them."""
        return {
            "found": self.found,
            "asked": self.asked,
            "paid_fen": self.paid_fen,
            "months": self.months,
            "clawback": "refused" if self.clawback_refused else "",
            "books": "balanced" if self.books_balanced else "",
            "audit_ok": self.audit_ok,
            "wrong": self.wrong,
        }


@dataclass
class EntitlementStory:
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
            self.listed()
            self.asked()
            self.found()
            grant = self.applied()
            self.approved(grant)
            self.paid()
            self.read(grant)
            self.taken_back(grant)
            self.strangers(grant)
        self.check()
        return self.told

    # ── the story ───────────────────────────────────────────────────────────────────────────────
    def listed(self) -> None:
        """Before anything is asked the subsidy stands on her page, one answer short."""
        page = self.hands.of(CASHIER).open("/mine/policies").text
        self.claim("the subsidy waits for an answer on her page", PAGE in page)
        self.say("秦素在“我能享受什么”里看到了 / she sees what may be hers")

    def found(self) -> None:
        """An officer searches the registers, the leader approves, and she is told."""
        officer = self.hands.of(DECIDES)
        page = officer.open(SEARCH)
        form = page.form(asks="policies")
        bases = {name: one[-1] for name, one in form.choices.items() if name.startswith("basis-")}
        run = officer.send(page, form, {**bases, "policies": POLICY, "purpose": "tell"}).path
        done = self.hands.until(lambda: "等另一个人批" in officer.open(run).text)
        self.claim("the search ends and waits for another person", done)
        self.hands.act(LEADER, run, "approve")
        cashier = self.hands.of(CASHIER)
        self.told.found = self.hands.until(
            lambda: "有政策可能适合您" in cashier.open("/mine/notices").text
        )
        self.claim("she is told that something may be for her", self.told.found)
        self.say("登记库里找到了她，通知了 / found in the registers, and told")

    def asked(self) -> None:
        """She answers what is asked until nothing is left to ask."""
        browser = self.hands.of(CASHIER)
        while self.told.asked < MOST_QUESTIONS:
            page = browser.open("/mine/policy-questions")
            form = next((one for one in page.forms if "fact" in one.values), None)
            if form is None:
                break
            name = str(form.values["fact"])
            self.claim(f"she knows the answer to {name}", name in ANSWERS)
            sent = browser.send(page, form, {name: ANSWERS.get(name, "no"), "act": "answer"})
            self.claim(f"{name} is answered", sent.status == 200)
            self.told.asked += 1
            self.say(f"问了 {name} / asked")
        self.claim(
            "she qualifies for 600 yuan a month", "每月 600.00 元" in browser.open(PAGE).text
        )

    def applied(self) -> str:
        """One click, the bank account once; a second click is the same claim."""
        browser = self.hands.of(CASHIER)
        page = browser.open(PAGE)
        form = page.form(ends="/claim")
        wrong = browser.send(page, form, {"account": CARD[:-1] + "1"})
        self.claim("a wrong card is refused", wrong.status == 422)
        first, second = (browser.send(page, form, {"account": CARD}) for _ in range(2))
        self.claim("a second click is the same claim", first.path == second.path)
        self.say("秦素点了申请 / applied")
        return first.path.rpartition("/")[2]

    def approved(self, grant: str) -> None:
        """Two of the treasury give a pot, one officer decides with the sheet, another approves."""
        self.hands.act(PAYS, "/desk/money", "propose", policy=POLICY, amount=POT_YUAN)
        desk = f"/desk/grants/{grant}"
        sheet = self.hands.of(DECIDES).open(desk).text
        self.claim(
            "the sheet shows what she paid and the share", "900.00 元" in sheet and "2/3" in sheet
        )
        self.hands.act(DECIDES, desk, "decide")
        early = self.hands.act(APPROVES, desk, "approve")
        self.claim(
            "without a pot nothing is approved", early.status == 409 and "额度不够" in early.text
        )
        budget = re.findall(
            r'name="budget" value="(\d+)"', self.hands.of(HEAD).open("/desk/money").text
        )
        self.hands.act(HEAD, "/desk/money", "give", budget=budget[0] if budget else "0")
        done = self.hands.act(APPROVES, desk, "approve")
        self.claim("it is approved", done.status == 200 and "正在享受" in done.text)
        self.say("初审、定额度、复核 / decided, pot given, approved")

    def paid(self) -> None:
        """A batch goes out as pain.001; the bank answers with pain.002, and the same answer again."""
        browser = self.hands.of(PAYS)
        page = self.hands.act(PAYS, "/desk/money", "batch", policy=POLICY)
        self.claim("the batch is made", "等银行回" in page.text)
        batch = read_pain001(browser.open(f"{page.path}/file").content)
        self.claim("the file pays her account", [one.account for one in batch.orders] == [CARD])
        lines = tuple(
            Answered(key=one.key, outcome="paid", amount_fen=one.amount_fen) for one in batch.orders
        )
        said = Statement(batch=batch.number, lines=lines, count=len(lines), sum_fen=batch.sum_fen)
        answer = write_pain002(said, made_at=timezone.now())
        for _ in range(2):
            after = self._upload(page.path, answer)
        self.claim("the bank's answer is booked once", after.text.count("对的账") == 1)
        self.claim("all of it is paid", "元都付了" in after.text)
        self.say(f"批次 {batch.number} 付了 / paid")

    def read(self, grant: str) -> None:
        """She reads what came, and how each month was worked out."""
        browser = self.hands.of(CASHIER)
        page = browser.open("/mine/grants")
        came = re.search(r"<h1>到账 ([\d,]+)\.(\d\d) 元", page.text)
        self.told.paid_fen = int(came[1].replace(",", "") + came[2]) if came else 0
        months = re.findall(
            r"/mine/grants/months/(\d+)", browser.open(f"/mine/grants/{grant}").text
        )
        self.told.months = len(set(months))
        for month in set(months):
            text = browser.open(f"/mine/grants/months/{month}").text
            self.claim("a month's sheet is readable", "是这样算的" in text and "三分之二" in text)

    def taken_back(self, grant: str) -> None:
        """An officer asks it back for a reason that isn't so, and is told what is so."""
        desk = f"/desk/grants/{grant}"
        text = self.hands.of(DECIDES).open(desk).text
        months = re.findall(r'name="months" id="month-\d+" value="(\d+)"', text)
        refused = self.hands.act(
            DECIDES, desk, "recover", months=months, ground="employed", why="听说上班了"
        )
        is_told = "这个理由对不上" in refused.text and "没有提出收回" in refused.text
        self.told.clawback_refused = refused.status == 422 and is_told
        self.claim("a recovery on a wrong ground is refused", self.told.clawback_refused)
        mine = self.hands.of(CASHIER).open(f"/mine/grants/{grant}").text
        self.claim("nothing is asked back of her", "收回：" not in mine)
        self.say("收回的理由对不上，被拒绝 / a recovery on a wrong ground is refused")

    def strangers(self, grant: str) -> None:
        """李强 sees nothing of it."""
        stranger = self.hands.of(STRANGER)
        paths = (f"/mine/grants/{grant}", f"/desk/grants/{grant}", "/desk/money")
        refused = [stranger.open(path).status in (403, 404) for path in paths]
        self.claim("李强 finds nothing", all(refused))

    def check(self) -> None:
        """The books balance and the ledger of events verifies."""
        answer = self.stack.command("accounts", "verify", "--json")
        books = json.loads(answer.stdout.splitlines()[-1])
        self.told.books_balanced = bool(books["ok"]) and books["sum"] == 0
        self.told.audit_ok = self.stack.command("audit", "verify").returncode == 0

    # ── hands ───────────────────────────────────────────────────────────────────────────────────
    def claim(self, words: str, holds: object) -> None:
        """Keep a claim that doesn't hold."""
        self.hands.claim(words, holds)

    def _upload(self, path: str, content: bytes) -> Page:
        browser = self.hands.of(PAYS)
        page = browser.open(path)
        form: Form = next(one for one in page.forms if "file" in one.files)
        return browser.send(page, form, files={"file": ("answer.xml", content, "application/xml")})
