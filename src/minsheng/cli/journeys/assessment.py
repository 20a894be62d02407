"""The story of an assessment: a policy can't be told, two assess, settle, sign; the policy is told.

People act in browsers over HTTP, 徐桂兰 from the page of the policy on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minsheng.cli.journeys.hands import Hands
from minsheng.cli.stack import Stack

ELDER, ARRANGER, FIRST, SECOND, OTHERS = (
    "xuguilan", "aiming", "mengyan", "dingke", ("gebing", "taoran"),
)  # fmt: skip
POLICY = "/mine/policies/elder-medical-help"
NAMES = {"mengyan": "孟妍", "dingke": "丁可", "gebing": "葛冰", "taoran": "陶然"}
DOWN = {"bathing": "1", "walking": "2", "stairs": "0", "transport": "0", "memory": "2"}
NOBODY = {"coma": "no", "dementia": "yes", "mental_disorder": "no", "care_events": "1"}
_BEST = re.compile(r'name="(\w+)" id="f-\w+-1" value="(\d)"')


@dataclass
class Told:
    """What happened, in figures read from the installation, and every claim that doesn't hold."""

    result: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the whole story holds."""
        return not self.wrong


@dataclass
class AssessmentStory:
    """One walk. `say` is told each step."""

    stack: Stack
    today: date
    say: Callable[[str], None]
    told: Told = field(default_factory=Told)

    def run(self) -> Told:
        """Walk it and return what was found."""
        self.hands = Hands(self.stack, self.say, self.told.wrong)
        with self.hands.browsers:
            self._walk()
        found = self.hands.command("audit", "verify")
        self.told.result["audit_ok"] = bool(found["ok"])
        self.hands.claim("the ledger is whole", found["ok"])
        self.told.result["wrong"] = self.told.wrong
        return self.told

    def _walk(self) -> None:
        before = self._page(ELDER, POLICY)
        self.hands.claim("the policy waits for the level", "能力评估" in before)
        self.told.result["before"] = "unknown" if "还差一点" in before else "told"
        number = self._ask()
        self._assess(number, (FIRST, SECOND), {"memory": "3"})
        self._strangers(number)
        page = self._page(ELDER, f"/mine/assessments/{number}")
        level = re.search(r"<h1>[^<]*?(\d) 级", page)
        self.told.result["level"] = int(level[1]) if level else None
        self.hands.claim("a rule made it worse", "加重的规则成立" in page)
        after = self._page(ELDER, POLICY)
        self.told.result["after"] = "eligible" if "您符合条件" in after else "not"
        self.hands.claim("the policy is told, and names its source", "来自" in after)
        self.say("评估签了字，助医定了：符合 / signed, and the policy is told")
        self._object(number)

    def _ask(self) -> str:
        if "等安排" not in self._page(ELDER, "/mine/assessments"):
            self.hands.act(ELDER, "/mine/assessments", "ask")
        page = self._page(ELDER, "/mine/assessments")
        self.say("徐桂兰申请了评估 / an assessment is asked for")
        return str(re.findall(r"/mine/assessments/(\d+)", page)[0])

    def _assess(self, number: str, names: tuple[str, str], changes: Mapping[str, str]) -> None:
        at = f"/desk/assessments/{number}"
        page = self._page(ARRANGER, at)
        ids = [re.findall(rf'value="(\d+)"[^>]*><label[^>]*>{NAMES[n]}', page)[0] for n in names]
        plan = {"day": self.today.isoformat(), "starts": "09:30", "place": "槐安路 19 号"}
        self.hands.act(ARRANGER, at, "appoint", assessors=ids, **plan)
        for name, different in zip(names, ({}, changes), strict=True):
            self._fill(name, at, {**DOWN, **different})
        one, other = names
        early = self.hands.act(one, at, "sign", revision="0")
        self.hands.claim("what differs is settled first", early.status == 422)
        self.hands.act(one, at, "settle", key="memory", memory="2", why="又问了一遍")
        self.hands.act(other, at, "informant", informant="女儿（演示）")
        stale = self.hands.act(one, at, "sign", revision="1")
        self.hands.claim("a signature is of what stands", stale.status == 409)
        for name in names:
            self.hands.act(name, at, "sign", revision="2")
        self.say(f"{NAMES[one]}、{NAMES[other]}各评各的，商定，签字 / two assessed and signed")

    def _fill(self, name: str, at: str, changes: Mapping[str, str]) -> None:
        for part in dict.fromkeys(re.findall(rf"{at}/parts/(\w+)", self._page(name, at))):
            path = f"{at}/parts/{part}"
            best = dict(_BEST.findall(self._page(name, path)))
            given = NOBODY if part == "facts" else best
            answers = {key: changes.get(key, value) for key, value in given.items()}
            first, value = next(iter(answers.items()))
            kept = self.hands.act(name, path, "keep", **{first: value})
            self.hands.claim("an answer is kept as it is given", b"true" in kept.content)
            self.hands.act(name, path, "all", **answers)
        self.hands.act(name, at, "hand_in")

    def _object(self, number: str) -> None:
        words = "洗澡一步也自己来不了。"
        page = self.hands.act(ELDER, f"/mine/assessments/{number}", "object", words=words)
        review = page.path.rpartition("/")[2]
        self.hands.claim("an objection is another assessment", review != number)
        self._assess(review, (OTHERS[0], OTHERS[1]), {"memory": "3"})
        old = self._page(ELDER, f"/mine/assessments/{number}")
        self.hands.claim("the later result counts", "现在算的是新的结果" in old)
        kinds = [event["kind"] for event in self.hands.events(f"assessment:{number}")]
        self.told.result["signatures"] = kinds.count("assessment.signed")
        self.told.result["review"] = "signed"
        self.say("要求复核，另外两名评过 / objected to, two others looked again")

    def _strangers(self, number: str) -> None:
        refused = 0
        for who, path in (
            ("liqiang", f"/mine/assessments/{number}"),
            ("liqiang", f"/desk/assessments/{number}"),
            ("linlan", f"/desk/assessments/{number}"),
            (OTHERS[0], f"/desk/assessments/{number}"),
        ):
            refused += self.hands.of(who).open(path).status in (403, 404)
        self.told.result["refused"] = refused
        self.hands.claim("strangers are refused", refused == 4)

    def _page(self, who: str, path: str) -> str:
        return self.hands.of(who).open(path).text
