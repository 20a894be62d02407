"""From a voice to the archive: a leak told in the courtyard, judged big, repaired, checked, rated.

The helper's phone sends what a family said, twice, as a weak network does; it becomes one request. The
repair itself is walked by the story of repairs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minsheng.cli.journeys.hands import Hands
from minsheng.cli.journeys.repair import RepairStory
from minsheng.cli.stack import Stack

HELPER, FAMILY, STRANGER, OTHER = "shizhu", "zhouyan", "liqiang", "wutong"
DISPATCHER, WORKER, CHECKER = "fanxue", "fangwei", "dingrui"
SAID = "杏林苑二栋三楼，卧室的顶漏了三天"
ESTATE = "estate.xinglinyuan"
REQUEST = re.compile(r"/desk/voices/(S\d{2}-\d{6,})")
REPAIR = re.compile(r"/desk/repairs/(\d{4}-\d{4,})")


@dataclass
class Told:
    """What the walk found."""

    visit: str = ""
    number: str = ""
    sorted_as: str = ""
    entry: str = ""
    refused_early: int = 0
    observe_days: int = 0
    reopened: int = 0
    archived: bool = False
    told: int = 0
    score: int | None = None
    closed: bool = False
    strangers_refused: int = 0
    replay_ok: bool = False
    audit_ok: bool = False
    wrong: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the whole story holds."""
        return self.closed and self.archived and self.replay_ok and self.audit_ok and not self.wrong

    @property
    def result(self) -> dict[str, Any]:
        """The figures as the command prints them."""
        return {
            "visit": self.visit,
            "request": self.number,
            "sorted_as": self.sorted_as,
            "entry": self.entry,
            "refused_early": self.refused_early,
            "observe_days": self.observe_days,
            "reopened": self.reopened,
            "archived": self.archived,
            "told": self.told,
            "score": self.score,
            "closed": self.closed,
            "strangers_refused": self.strangers_refused,
            "replay_ok": self.replay_ok,
            "audit_ok": self.audit_ok,
            "wrong": self.wrong,
        }


@dataclass
class CourtyardStory:
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
            self.phone()
            self.heard()
            self.strangers()
            self.judge()
            self.open_repair()
            self.repair()
            self.answer()
            self.check()
        return self.told

    # ── the story ───────────────────────────────────────────────────────────────────────────────
    def phone(self) -> None:
        """The helper takes today's round along, and sends what the family said, twice."""
        helper, claim = self.hands.of(HELPER), self.hands.claim
        rows = json.loads(helper.open("/api/v1/visits/mine").content)["rows"]
        around = [row for row in rows if row["plan"] == "courtyard"]
        self.told.visit = number = next(row["number"] for row in around if self._is_family(row))
        helper.open("/desk/rounds/phone")
        day = {"day": self.today.isoformat()}
        helper.post_json(f"/api/v1/visits/{number}/day", day, key=f"day-{number}")
        taken = json.loads(helper.open("/desk/rounds/phone/today").content)
        claim("the phone has the visit", number in {one["number"] for one in taken["visits"]})
        findings = {one["key"] for one in taken["plans"]["courtyard"]["findings"]}
        claim("the phone asks for a leak", "leak" in findings)
        note = {
            "way": "home",
            "agreed": True,
            "answers": {"topic": "family"},
            "findings": {"leak": SAID},
        }
        path, key = f"/api/v1/visits/{number}/note", f"phone-{number}"
        sent = [helper.post_json(path, note, key=key).status_code for _ in range(2)]
        claim("what is sent twice counts once", sent == [200, 200])
        self.say(f"联络员的手机发来走访 {number} / sent by the helper's phone")

    def heard(self) -> None:
        """It becomes one request, which the helper and the family read."""
        helper, family, claim = self.hands.of(HELPER), self.hands.of(FAMILY), self.hands.claim
        page = f"/desk/rounds/{self.told.visit}"
        claim("it became a request", self.hands.until(lambda: self._made(helper.open(page).text)))
        claim("only one", len(REQUEST.findall(helper.open(page).text)) == 1)
        claim("the helper reads what was said", SAID in helper.open(self.voice).text)
        claim("the family finds it among theirs", self.told.number in family.open("/appeals").text)
        claim("in the words that were said", SAID in family.open(self.own).text)
        looks = family.open("/mine/looks").text
        claim("the family reads who looked", "院坝联络员" in looks)
        self.say(f"转成诉求 {self.told.number} / became a request")

    def strangers(self) -> None:
        """李强 and an officer of another office find nothing."""
        paths = {STRANGER: (self.own, self.desk), OTHER: (self.desk, self.voice)}
        asked = [(who, path) for who, found in paths.items() for path in found]
        refused = [self.hands.of(who).open(path).status in {403, 404} for who, path in asked]
        self.told.strangers_refused = sum(refused)
        self.hands.claim("strangers find nothing", all(refused))
        passer_by = self.hands.of("").open(self.own)
        self.hands.claim("nobody is let in", passer_by.path.startswith("/sign-in"))

    def judge(self) -> None:
        """It is sorted as big, for the home is under warranty; the family reads why."""
        act, claim = self.hands.act, self.hands.claim
        act(DISPATCHER, f"{self.desk}/sorting", "judge", danger="no", duty="yes")
        own = self.hands.of(FAMILY).open(self.own).text
        self.told.sorted_as = "big" if "大事，政府办" in own else ""
        claim("it is big", self.told.sorted_as)
        claim("the family reads why", "法律规定由部门管" in own)
        act(DISPATCHER, self.desk, "dispatch", post="construction.repairs")
        act(WORKER, self.desk, "sign", item="1")
        act(WORKER, self.desk, "contact", item="1", way="visit", reached="yes", words="到家看过。")
        self.say("判为大事，派给维修岗 / judged big and dispatched")

    def open_repair(self) -> None:
        """The worker goes from the request to the ledger, and back."""
        worker, claim = self.hands.of(WORKER), self.hands.claim
        page = worker.open(self.desk)
        link = next(one for one in page.links if "/desk/repairs/new" in one)
        page = worker.open(f"{link}&estate={ESTATE}")
        form = page.form(asks="part")
        answers = {"building": form.choices["building"][1], "flat": "3-1", "part": "roof"}
        claim("the words are there already", SAID in str(form.values["words"]))
        done = worker.send(page, form, answers)
        self.told.entry = done.path.rpartition("/")[2]
        claim("it is in the ledger", REPAIR.search(done.path))
        claim("the repair leads back", self.desk in done.links)
        claim("the request leads there", done.path in worker.open(self.desk).links)
        again = worker.send(page, form, answers)
        claim("one request opens one repair", again.path == done.path)
        own = self.hands.of(FAMILY).open(self.own).text
        claim("the family reads of it", self.told.entry in own)
        self.say(f"立了维修台账 {self.told.entry} / a repair is open")

    def repair(self) -> None:
        """Repaired, come back once, observed, refused too early, checked by another, archived."""
        worker, claim = self.hands.of(WORKER), self.hands.claim
        early = self.hands.act(WORKER, f"/desk/repairs/{self.told.entry}", "archive")
        claim("no archive before the work", early.status == 409)
        done = self._answer("修好了。")
        claim("no answer before the archive", done.status == 409 and "还没有归档" in done.text)
        self.told.refused_early = (early.status == 409) + (done.status == 409)
        story = RepairStory(self.stack, self.today, self.say)
        story.told.number, story.told.wrong = self.told.entry, self.told.wrong
        story.mend(worker)
        story.observe(worker)
        own = self.hands.of(FAMILY)
        claim("the family reads of the observation", "观察到" in own.open(self.own).text)
        story.check({WORKER: worker, CHECKER: self.hands.of(CHECKER)})
        claim("no answer before the archive", self._answer("修好了。").status == 409)
        story.archive(worker)
        self.told.refused_early += story.told.refused_early + 1
        self.told.observe_days, self.told.reopened = story.told.observe_days, story.told.reopened
        self.told.archived = story.told.archived

    def answer(self) -> None:
        """The worker answers, the family rates it, and the helper can tell the courtyard."""
        claim, family, helper = self.hands.claim, self.hands.of(FAMILY), self.hands.of(HELPER)
        news = ("维修复查过、归档了", "修好了，开始观察", "您的诉求立了维修台账")
        told = self.hands.until(lambda: news[0] in family.open("/mine/notices").text)
        self.told.told = sum(one in family.open("/mine/notices").text for one in news)
        claim("the family is told of each step", told and self.told.told == len(news))
        claim("it is answered", self._answer("修好了，看了三个月没有再漏。").status == 200)
        page = family.open(self.own)
        rate = {"act": "answer", "solved": "yes", "score": "5", "words": "谢谢。"}
        family.send(page, page.form(asks="solved"), rate)
        seen = helper.open(self.voice).text
        claim("the helper reads the end", "解决了" in seen and self.told.entry in seen)
        self.say("告诉了本人，打了 5 分 / told and rated")

    def check(self) -> None:
        """Verify the ledger and replay the request in that installation."""
        claim, found = self.hands.claim, self.hands.command("request", self.told.number)
        self.told.closed, self.told.score = found["outcome"] == "solved", found["score"]
        self.told.replay_ok = found["replay_ok"]
        claim("it is closed and rated", self.told.closed and self.told.score == 5)
        claim("the request is what its events say", found["replay_ok"])
        self.told.audit_ok = bool(self.hands.command("audit", "verify")["ok"])
        claim("the ledger is whole", self.told.audit_ok)
        chains = (f"visit:{self.told.visit}", f"project:{self.told.entry}")
        said = [*(event for chain in chains for event in self.hands.events(chain))]
        own = self.hands.events(f"request:{self.told.number}")
        kinds = [event["kind"] for event in own]
        claim("each step of the repair is in the request once", kinds.count("repair.archived") == 1)
        claim("it was made once", kinds.count("request.found") == 1)
        text = json.dumps([*said, *own], ensure_ascii=False)
        for secret in ("漏了三天", "周岩", "谢谢"):
            claim(f"{secret} is in no event", secret not in text)

    # ── hands ───────────────────────────────────────────────────────────────────────────────────
    @property
    def own(self) -> str:
        """The family's page of the request."""
        return f"/appeals/{self.told.number}"

    @property
    def desk(self) -> str:
        """The offices' page of the request."""
        return f"/desk/requests/{self.told.number}"

    @property
    def voice(self) -> str:
        """The helper's page of the request."""
        return f"/desk/voices/{self.told.number}"

    def _is_family(self, row: dict[str, Any]) -> bool:
        return "周岩" in self.hands.of(HELPER).open(f"/desk/rounds/{row['number']}").text

    def _made(self, text: str) -> bool:
        found = REQUEST.search(text)
        self.told.number = found[1] if found else ""
        return found is not None

    def _answer(self, words: str) -> Any:
        return self.hands.act(WORKER, self.desk, "answer", item="1", result="done", words=words)
