"""A firm's whistle walked to its end: three offices under one lead, sent back once, supervised, rated.

Over HTTP against fresh processes, without JavaScript. Every claim that doesn't hold is collected.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minsheng.cli.journeys.hands import Hands
from minsheng.cli.journeys.plain_browser import Page, PlainBrowser
from minsheng.cli.stack import Stack

FIRM, STRANGER, DISPATCHER, LEADER, CALLER = "huangyi", "liqiang", "fanxue", "zhoujing", "jiangtao"
WRONG, LEAD, HELPERS = "economy.energy", "planning.land", ("construction.buildings", "urban.roads")
OFFICERS = {
    "economy.energy": "pengbo",
    "planning.land": "weiguo",
    "construction.buildings": "caili",
    "urban.roads": "tianye",
}
TOLD = {
    "words": "三号厂房的规划验收卡了两个月，新线装不了，门口的路也压坏了。",
    "category": "land",
    "grade": "soon",
    "area": "park.kechuang",
    "contact_name": "黄毅",
    "phone": "13800001234",
}


@dataclass
class Told:
    """What the walk found."""

    number: str = ""
    offices: int = 0
    returned: int = 0
    ordered: int = 0
    rounds: int = 0
    score: int | None = None
    closed: bool = False
    replay_ok: bool = False
    audit_ok: bool = False
    wrong: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the whole story holds."""
        return self.closed and self.audit_ok and self.replay_ok and not self.wrong

    @property
    def result(self) -> dict[str, Any]:
        """The figures as the command prints them."""
        return {
            "request": self.number,
            "offices": self.offices,
            "returned": self.returned,
            "ordered": self.ordered,
            "rounds": self.rounds,
            "score": self.score,
            "closed": self.closed,
            "replay_ok": self.replay_ok,
            "audit_ok": self.audit_ok,
            "wrong": self.wrong,
        }


@dataclass
class WhistleStory:
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
            self.whistle()
            self.send_back()
            self.share()
            self.supervise()
            self.answer("1 到厂看过，补了材料，周五前发证。", helpers=True)
            self.not_solved()
            self.solved()
            self.check()
        return self.told

    # ── the story ───────────────────────────────────────────────────────────────────────────────
    def whistle(self) -> None:
        """The firm whistles; a second click is the same whistle; a stranger can't."""
        firm, stranger = self.of(FIRM), self.of(STRANGER)
        page = firm.open("/firm/new/whistle")
        form = page.form(asks="category")
        first, second = firm.send(page, form, TOLD), firm.send(page, form, TOLD)
        self.claim("a second click is the same whistle", first.path == second.path)
        self.told.number = first.path.rpartition("/")[2]
        self.claim("who speaks for no firm can't whistle", not _asks(stranger, "/firm/new/whistle"))
        for path in (self.own, f"/appeals/{self.told.number}"):
            self.claim(f"李强 finds nothing at {path}", stranger.open(path).status == 404)
        self.claim("nobody is let in", self.of("").open(self.own).path.startswith("/sign-in"))
        self.say(f"黄毅替企业吹哨 {self.told.number} / whistled")

    def send_back(self) -> None:
        """It goes to the wrong office first, which sends it back, once."""
        desk = self.of(DISPATCHER)
        listed = self.hands.until(lambda: self.told.number in desk.open("/desk/requests").text)
        self.claim("the dispatcher has it in the list", listed)
        self.act(DISPATCHER, "dispatch", post=WRONG)
        wrong = OFFICERS[WRONG]
        self.claim(
            "an office without a part finds nothing",
            self.of("sunwei").open(self.desk).status == 404,
        )
        self.act(wrong, "send_back", item="1", reason="not_ours", words="归规划管。")
        self.told.returned = self.events("returned")
        self.say("派错了，退了一次单 / sent back once")

    def share(self) -> None:
        """Three offices under one lead, each with an item of its own."""
        self.act(DISPATCHER, "dispatch", post=LEAD, helpers=list(HELPERS))
        again = self.act(DISPATCHER, "dispatch", post=LEAD, helpers=list(HELPERS))
        self.claim("dispatching twice changes nothing", again.status == 200)
        items = [i for i in self.request()["items"] if i["status"] == "waiting"]
        self.told.offices = len({item["post"].partition(".")[0] for item in items})
        self.claim("one leads", sum(item["is_lead"] for item in items) == 1)
        for item in items:
            self.act(OFFICERS[item["post"]], "sign", item=item["key"])
        self.say(f"{self.told.offices} 个部门办，规划牵头 / three offices, one lead")

    def supervise(self) -> None:
        """The leader orders a reply in writing; the office answers; the order is closed."""
        leader, lead = self.of(LEADER), self.of(OFFICERS[LEAD])
        page = leader.open(f"/desk/supervision/new?case={self.told.number}")
        form = page.form(asks="reason")
        order = leader.send(
            page, form, {"key": form.choices["key"][0], "reason": "企业等了两个月。"}
        )
        self.claim("an order is written", order.path.startswith("/desk/supervision/"))
        page = lead.open(order.path)
        lead.send(page, page.form(asks="words"), {"act": "reply", "words": "周五前发证。"})
        page = leader.open(order.path)
        leader.send(page, page.form(asks="finding"), {"act": "accept", "finding": "盯到发证。"})
        self.told.ordered = int("办结" in leader.open(order.path).text)
        self.say("督办一次，书面回复，办结 / supervised")

    def answer(self, words: str, *, helpers: bool = False) -> None:
        """The lead reports in person; helpers answer; the lead answers for all."""
        items = [i for i in self.request()["items"] if i["status"] in ("waiting", "open")]
        lead = next(item for item in items if item["is_lead"])
        officer = OFFICERS[lead["post"]]
        if lead["status"] == "waiting":
            self.act(officer, "sign", item=lead["key"])
        early = self.act(officer, "answer", item=lead["key"], result="done", words=words)
        self.claim("nobody answers before speaking to the firm", early.status == 409)
        self.act(officer, "contact", item=lead["key"], way="visit", reached="yes", words="到厂了。")
        if helpers:
            early = self.act(officer, "answer", item=lead["key"], result="done", words=words)
            self.claim("the lead answers after the helpers", early.status == 409)
        for item in items:
            if not item["is_lead"]:
                self.act(
                    OFFICERS[item["post"]],
                    "answer",
                    item=item["key"],
                    result="done",
                    words="好了。",
                )
        self.act(officer, "answer", item=lead["key"], result="done", words=words)
        shown = self.hands.until(lambda: words in self.of(FIRM).open(self.own).text)
        self.claim("the firm reads the answer", shown)
        self.say("上门报到，办完反馈 / reported in person and answered")

    def not_solved(self) -> None:
        """The firm says no: the leader dispatches it again."""
        self.rate("no", "1", "证还没有拿到。")
        listed = self.hands.until(
            lambda: self.told.number in self.of(LEADER).open("/desk/requests").text
        )
        self.claim("the post above has it", listed)
        self.act(LEADER, "dispatch", post=LEAD)
        self.say("企业说没解决，领导重派 / not solved: done again one level up")

    def solved(self) -> None:
        """It is answered again, and the firm says that it is solved."""
        self.answer("规划验收证已经发到企业手里。")
        self.claim(
            "it waits for a call back",
            self.told.number in self.of(CALLER).open("/desk/requests").text,
        )
        self.rate("yes", "5", "证拿到了。")
        self.say("企业说解决了，打了 5 分 / solved and rated")

    def check(self) -> None:
        """Verify the ledger and replay the request in that installation."""
        found = self.request()
        self.told.closed = found["outcome"] == "solved"
        self.told.rounds, self.told.score = found["round"], found["score"]
        self.told.replay_ok = found["replay_ok"]
        self.claim("the request is what its events say", found["replay_ok"])
        self.told.audit_ok = bool(self.hands.command("audit", "verify")["ok"])
        self.claim("the ledger is whole", self.told.audit_ok)
        self.claim("it was closed once", self.events("closed") == 1)
        said = json.dumps(self._events(), ensure_ascii=False)
        for secret in ("厂房", "黄毅", "13800001234", "发证"):
            self.claim(f"{secret} is in no event", secret not in said)
        told = self.hands.until(
            lambda: "您的诉求办结了" in self.of(FIRM).open("/mine/notices").text
        )
        self.claim("the firm is told that it is closed", told)

    # ── hands ───────────────────────────────────────────────────────────────────────────────────
    @property
    def own(self) -> str:
        """The firm's page of the whistle."""
        return f"/firm/{self.told.number}"

    @property
    def desk(self) -> str:
        """The offices' page of the whistle."""
        return f"/desk/requests/{self.told.number}"

    def of(self, username: str) -> PlainBrowser:
        """Return the browser of one of the cast."""
        return self.hands.of(username)

    def act(self, username: str, act: str, **answers: str | list[str]) -> Page:
        """Send one act at the desk and return the page that comes back."""
        return self.hands.act(username, self.desk, act, **answers)

    def rate(self, solved: str, score: str, words: str) -> None:
        """Say as the firm whether it is solved."""
        firm = self.of(FIRM)
        page = firm.open(self.own)
        form = page.form(asks="solved")
        firm.send(page, form, {"act": "answer", "solved": solved, "score": score, "words": words})

    def claim(self, words: str, holds: object) -> None:
        """Keep a claim that doesn't hold."""
        self.hands.claim(words, holds)

    def request(self) -> dict[str, Any]:
        """Return how the request stands."""
        return self.hands.command("request", self.told.number)

    def events(self, kind: str) -> int:
        """Return how many events of a kind the whistle has."""
        return sum(event["kind"] == kind for event in self._events())

    def _events(self) -> list[dict[str, Any]]:
        return self.hands.events(f"request:{self.told.number}")


def _asks(browser: PlainBrowser, path: str) -> bool:
    """Whether a page asks for a category."""
    return any("category" in form.controls for form in browser.open(path).forms)
