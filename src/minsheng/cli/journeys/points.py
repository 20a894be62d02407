"""The story of points: recorded, public, objected to, corrected, counted, exchanged, ended, undone.

People act in browsers over HTTP. Only the calendar is moved by hand: the days of a list, an order
or a lot are set back in the database, as if so many days had gone by.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minsheng.cli.demo.cast import PASSWORD
from minsheng.cli.journeys.plain_browser import Page, PlainBrowser
from minsheng.cli.stack import Stack

PLACE = "/points/village/dongpo"
DESK, SHOP = f"/desk{PLACE}", f"/desk{PLACE}/shop"
MINE = "/mine/points/village"
_CALENDAR = """
from datetime import timedelta
from minsheng.apps.points.models import Exchange, PublicList
from minsheng.apps.accounts.models import Lot
gone = timedelta(days={days})
for model, names in ((PublicList, ("published_on", "last_day")), (Exchange, ("ready_until",)), (Lot, ("expires_on",))):
    for row in model.objects.all():
        days = {{name: getattr(row, name) - gone for name in names if getattr(row, name)}}
        if days:
            model.objects.filter(pk=row.pk).update(**days)
"""


@dataclass
class Told:
    """What happened, in numbers read from the installation, and every claim that doesn't hold."""

    steps: dict[str, int] = field(default_factory=dict)
    balances: dict[str, int] = field(default_factory=dict)
    sum: int = 1
    accounts_ok: bool = False
    audit_ok: bool = False
    wrong: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the whole story holds."""
        return self.accounts_ok and self.audit_ok and not self.wrong

    @property
    def result(self) -> dict[str, Any]:
        """The figures as the command prints them."""
        return {
            **self.steps,
            "balances": self.balances,
            "sum": self.sum,
            "accounts_ok": self.accounts_ok,
            "audit_ok": self.audit_ok,
            "wrong": self.wrong,
        }


@dataclass
class PointsStory:
    """One walk through the story of Dongpo Village. `say` is told each step."""

    stack: Stack
    today: date
    say: Callable[[str], None]
    told: Told = field(default_factory=Told)
    browsers: ExitStack = field(default_factory=ExitStack)

    def run(self) -> Told:
        """Walk it and return what was found."""
        with self.browsers:
            self._walk()
        self._verify()
        return self.told

    def _walk(self) -> None:
        wang, liu = self._browser("wangfang"), self._browser("liuyang")
        helper, council = self._browser("yangqun"), self._browser("tangping")
        for one in (wang, liu):
            self._post(one, "/mine/points", join="village/dongpo")
        number = self._number(wang)
        self.say(f"王芳家参加，{number} 号；刘洋也参加 / both take part")
        first, second = self._propose(helper, number), self._propose(helper, number, item="yard")
        self._count("proposed", 2)
        self._post(helper, DESK, act="publish")
        self._count("published", self._claim(second > first > 0, "两条都记下了"))
        self._stranger(second)
        page = liu.open(f"/mine/points/objections/{first}")
        liu.send(page, page.form(asks="words"), {"words": "那天只来了一个人。"})
        self._count("objected", 1)
        self._decide(council)
        self._days(8)
        self._expect("posted", wang, 10 + 5 + 20, "更正后的 1 次和庭院 20 分记了账")
        self._exchange(wang, council)
        self._post(council, DESK, act="reverse", proposal=str(second))
        self._expect("reversed", wang, 10 + 5 + 20 - 5 - 20, "庭院的 20 分撤回了")
        self._lapse(wang)
        self._days(730)
        self._expect("expired", wang, 0, "过了最后一天，剩下的没有了")

    def _propose(self, helper: PlainBrowser, number: int, item: str = "cleanup") -> int:
        times = "4" if item == "cleanup" else "1"
        self._post(
            helper, DESK, act="propose", number=str(number), item=item,
            day=self.today.isoformat(), times=times,
        )  # fmt: skip
        ids = [
            int(one) for one in re.findall(r'name="proposal" value="(\d+)"', helper.open(DESK).text)
        ]
        return max(ids, default=0)

    def _decide(self, council: PlainBrowser) -> None:
        text = council.open(DESK).text
        found = re.search(r'name="objection" value="(\d+)"', text)
        self._claim("只来了一个人" in text, "监督组读得到异议")
        self._post(
            council, DESK, act="decide", objection=found[1] if found else "0",
            answer="correct", times="1",
        )  # fmt: skip
        public = self._browser("").open(PLACE).text
        self._count("corrected", self._claim("异议后更正" in public, "公示上写明更正"))

    def _exchange(self, wang: PlainBrowser, council: PlainBrowser) -> None:
        self._post(council, SHOP, good="soap", count="3")
        code = self._order(wang)
        page = council.open(SHOP)
        handed = council.send(page, page.form(asks="code"), {"code": code})
        again = council.send(page, page.form(asks="code"), {"code": code})
        self._claim(again.status == 409, "同一个码第二次被拒绝")
        self._count("exchanged", self._claim("可以交给来人" in handed.text, "凭码交货"))
        self._balance(wang, 10 + 5 + 20 - 5, "换了一块皂，少 5 分")

    def _lapse(self, wang: PlainBrowser) -> None:
        before = self._usable(wang)
        self._order(wang)
        self._balance(wang, before - 5, "订了以后，5 分留着")
        self._days(15)
        self._expect("lapsed", wang, before, "没有来取，5 分退回")

    def _order(self, wang: PlainBrowser) -> str:
        page = self._post(wang, f"{MINE}/shop", good="soap")
        found = re.search(r'<span class="num">([0-9A-Z]{8})</span>', page.text)
        self._claim(found is not None, "订了就有取货码")
        return found[1] if found else ""

    def _stranger(self, proposal: int) -> None:
        stranger = self._browser("liqiang")
        paths = (MINE, f"/mine/points/objections/{proposal}", DESK)
        refused = [stranger.open(path).status in (403, 404) for path in paths]
        public = stranger.open(PLACE).text
        self._claim(all(refused), "李强打不开")
        self._claim("王芳" not in public, "公示里没有全名")

    def _days(self, days: int) -> None:
        self.say(f"过了 {days} 天 / {days} days go by")
        for words in (("django", "shell", "-c", _CALENDAR.format(days=days)), ("accounts", "due")):
            done = self.stack.command(*words)
            self._claim(done.returncode == 0, f"{words[0]} {done.stderr[-300:]}")

    def _verify(self) -> None:
        answer = self.stack.command("accounts", "verify", "--json")
        found = json.loads(answer.stdout.splitlines()[-1])
        self.told.accounts_ok, self.told.sum = found["ok"], found["sum"]
        self.told.balances = found["units"].get("points:village.dongpo", {})
        self.told.audit_ok = self.stack.command("audit", "verify").returncode == 0

    def _expect(self, step: str, who: PlainBrowser, usable: int, claim: str) -> None:
        self._count(step, self._balance(who, usable, claim))

    def _balance(self, who: PlainBrowser, usable: int, claim: str) -> bool:
        found = self._usable(who)
        return self._claim(found == usable, f"{claim}（要 {usable}，有 {found}）")

    def _usable(self, who: PlainBrowser) -> int:
        found = re.search(r"<h1>能用 (\d+) 分", who.open(MINE).text)
        return int(found[1]) if found else -1

    def _number(self, who: PlainBrowser) -> int:
        found = re.search(r"(\d+) 号", who.open(MINE).text)
        return int(found[1]) if found else 0

    def _count(self, step: str, count: int) -> None:
        self.told.steps[step] = int(count)

    def _claim(self, holds: bool, claim: str) -> bool:
        self.say(f"{'✓' if holds else '✗'} {claim}")
        if not holds:
            self.told.wrong.append(claim)
        return holds

    def _browser(self, username: str) -> PlainBrowser:
        browser = PlainBrowser(self.stack.base_url)
        self.browsers.callback(browser.close)
        if username:
            browser.sign_in(username, PASSWORD)
        return browser

    def _post(self, who: PlainBrowser, path: str, **answers: str) -> Page:
        """Send what a button of the page would send: the first form's token with these answers."""
        page = who.open(path)
        token = next(
            (
                f.values["csrfmiddlewaretoken"]
                for f in page.forms
                if "csrfmiddlewaretoken" in f.values
            ),
            "",
        )
        form = next((f for f in page.forms if f.method == "post"), page.form())
        form.action, form.values = path, {"csrfmiddlewaretoken": token}
        answered = who.send(page, form, answers)
        self._claim(answered.status == 200, f"{who.signed_in_as} {path} {answers.get('act', '')}")
        return answered
