"""A month of visits over HTTP: one missed and made up for, one not wanted, findings that go on.

The demonstration has written the month behind; what is left to do today is done here, page by page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from minsheng.cli.demo.cast import PASSWORD
from minsheng.cli.journeys.plain_browser import Page, PlainBrowser
from minsheng.cli.stack import Stack
from minsheng.lib.errors import Unavailable

ELDER = {"way": "home", "agreed": "yes", "mood": "tired", "meals": "yes", "medicine": "yes"}
FIRM = {"way": "onsite", "met": "owner", "running": "same"}
NUMBER = re.compile(r"/desk/rounds/(\d{4}-\d{6,})$")


@dataclass(frozen=True)
class Told:
    """What the walk found: figures of the installation, and every claim that doesn't hold."""

    result: dict[str, Any]
    wrong: list[str]

    @property
    def ok(self) -> bool:
        """Whether every claim holds."""
        return not self.wrong


@dataclass
class VisitsStory:
    """One walk. `say` is told each step; each claim that doesn't hold is collected."""

    stack: Stack
    today: date
    say: Callable[[str], None]
    wrong: list[str] = field(default_factory=list)
    browsers: ExitStack = field(default_factory=ExitStack)

    def run(self) -> Told:
        """Walk the story and return its figures."""
        with self.browsers:
            return Told(self._run(), self.wrong)

    def _run(self) -> dict[str, Any]:
        visitor, steward = self.browser("aiming"), self.browser("yuelan")
        missed = self.missed(visitor)
        self.recover(visitor, missed)
        due = self.numbers(steward.open("/desk/rounds"))
        self.claim("the steward has three firms to see", len(due) >= 3)
        self.find(steward, due[0], "road", "门口的坡道塌了一块")
        self.find(steward, due[1], "power", "下午电压低，机床停过两次")
        self.refused(steward, due[2])
        self.own_page()
        self.voices()
        self.strangers(missed)
        events = {n: self.events(n) for n in (missed, *due[:3])}
        found = [
            e["data"] for rows in events.values() for e in rows if e["kind"] == "visit.finding"
        ]
        entries = [one for one in found if one["leads"] == "entry"]
        requests = [one for one in found if one["leads"] == "request"]
        self.claim("one finding is in the ledger of projects", entries and entries[0]["reference"])
        self.claim("one finding is an event for a request", len(requests) == 1)
        self.claim("an event holds no word of what was said", "坡道" not in json.dumps(events))
        audit = self.command("audit", "verify")
        self.claim("the ledger is whole", audit["ok"])
        month = self.month()
        self.say(f"一个月：{month} / the month")
        return {
            "ok": not self.wrong,
            **month,
            "entries": len(entries),
            "entry": entries[0]["reference"] if entries else "",
            "requests": len(requests),
            "audit_ok": bool(audit["ok"]),
            "wrong": self.wrong,
        }

    def missed(self, visitor: PlainBrowser) -> str:
        """Return a visit that was missed, as its visitor finds it."""
        page = visitor.open("/desk/rounds")
        self.claim("the list says how many are missed", "已过期" in page.title + page.text)
        return self.numbers(page)[0]

    def recover(self, visitor: PlainBrowser, number: str) -> None:
        """Go there late: the visit is made up for, the next one is planned."""
        before = self.events(number)
        self.claim("that it was missed is written down once", _count(before, "visit.missed") == 1)
        self.note(visitor, number, ELDER)
        self.claim("it is made now", _count(self.events(number), "visit.done") == 1)
        page = visitor.open(f"/desk/rounds/{number}")
        self.claim("the page says that it was made up for", "补上了" in page.text)
        self.say(f"{number} 过期没去，今天补上了 / missed, and made up for")

    def find(self, steward: PlainBrowser, number: str, key: str, words: str) -> None:
        """Note a visit with one finding."""
        found = {f"finding-{key}": "yes", f"words-{key}": words}
        self.note(steward, number, {**FIRM, **found})
        self.say(f"{number} 走访企业，发现：{key} / a finding")

    def refused(self, steward: PlainBrowser, number: str) -> None:
        """Note that a visit isn't wanted: no miss, and the next one is planned."""
        page = steward.open(f"/desk/rounds/{number}")
        form = next(one for one in page.forms if "words" in one.controls)
        steward.send(page, form, {"words": "今天停产检修", "act": "refused"})
        kinds = [event["kind"] for event in self.events(number)]
        self.claim("not wanting it is written down", "visit.refused" in kinds)
        self.claim("and is no miss", "visit.missed" not in kinds)
        self.say(f"{number} 这次不要来，不算过期 / not wanted, no miss")

    def own_page(self) -> None:
        """The visited elder reads who comes and why, and asks for another day."""
        elder = self.browser("chenlian", at="/mine/visits")
        page = elder.open("/mine/visits")
        self.claim("the elder reads who comes", "艾明" in page.text)
        form = next(one for one in page.forms if "day" in one.controls)
        day = (self.today + timedelta(3)).isoformat()
        elder.send(page, form, {"day": day, "act": "wish"})
        self.claim("the wish stands on her page", "约在" in elder.open("/mine/visits").text)
        self.claim("she reads who looked", elder.open("/mine/looks").status == 200)
        self.say("陈莲请改到另一天 / another day was asked for")

    def voices(self) -> None:
        """A helper notes what was said in a courtyard."""
        helper = self.browser("shizhu")
        page = helper.open("/desk/voices")
        form = page.form(asks="finding")
        said = {"area": "courtyard.02", "finding": "lamp", "words": "竹林口的灯一闪一闪"}
        page = helper.send(page, form, said)
        self.claim("the voice is noted", "竹林口的灯" in page.text)
        self.say("院坝里的话记下了一条 / a voice was noted")

    def strangers(self, number: str) -> None:
        """李强 and an officer of another office find nothing."""
        for who, wanted in (("liqiang", {403, 404}), ("wutong", {404})):
            status = self.browser(who).open(f"/desk/rounds/{number}").status
            self.claim(f"{who} finds no visit", status in wanted)
        self.claim(
            "nobody is let in", self.browser("").open("/desk/rounds").path.startswith("/sign-in")
        )
        self.say("李强和别的部门都看不到 / refused to strangers")

    def month(self) -> dict[str, int]:
        """Return how the month stands, as the leader's overview counts it."""
        leader = self.browser("zhoujing")
        answer = leader.open("/api/v1/visits/coverage")
        rows = json.loads(answer.content)["rows"]
        names = ("done", "missed", "recovered", "refused", "open")
        found = {name: sum(row[name] for row in rows) for name in names}
        self.claim("somebody was missed and made up for", found["recovered"] >= 1)
        self.claim("somebody didn't want it", found["refused"] >= 1)
        self.claim("all seven plans are visited", len({row["plan"] for row in rows}) == 7)
        return found

    def note(self, browser: PlainBrowser, number: str, answers: dict[str, str]) -> Page:
        """Fill in the form of a visit and send it."""
        page = browser.open(f"/desk/rounds/{number}")
        form = page.form(asks="way")
        after = browser.send(page, form, {**answers, "act": "done"})
        self.claim(f"the form of {number} was taken", after.path == "/desk/rounds")
        return after

    def numbers(self, page: Page) -> list[str]:
        """Return the visits that a list leads to, in its order."""
        found = (NUMBER.search(link) for link in page.links)
        return list(dict.fromkeys(match[1] for match in found if match))

    def events(self, number: str) -> list[dict[str, Any]]:
        """Return what the ledger holds of a visit."""
        return list(self.command("audit", "history", f"visit:{number}")["events"])

    def browser(self, username: str, *, at: str = "/sign-in") -> PlainBrowser:
        """Return a browser in which this person of the cast is signed in."""
        browser = PlainBrowser(self.stack.base_url)
        self.browsers.callback(browser.close)
        if username:
            browser.sign_in(username, PASSWORD, at=at)
        return browser

    def claim(self, words: str, holds: object) -> None:
        """Keep a claim that doesn't hold."""
        if not holds:
            self.wrong.append(words)
            self.say(f"  不对 / wrong: {words}")

    def command(self, *words: str) -> dict[str, Any]:
        """Return what a command of the installation answers."""
        printed = self.stack.command(*words, "--json")
        lines = printed.stdout.splitlines()
        if not lines:
            raise Unavailable(
                "command_failed",
                f"minsheng {' '.join(words)} 没有答案：{printed.stderr[-500:]}",
                f"minsheng {' '.join(words)} printed nothing",
            )
        return dict(json.loads(lines[-1]))


def _count(events: list[dict[str, Any]], kind: str) -> int:
    return sum(event["kind"] == kind for event in events)
