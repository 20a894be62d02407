"""One service walked to its end: somebody applies, offices decide, anyone can verify, 李强 sees nothing.

Who applies and with which answers stands in `journey.yaml` beside the service. Every figure is read from the running installation. Each claim that doesn't hold is collected, so
that one walk tells everything that is wrong.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from minsheng.cli.demo.cast import CAST, PASSWORD
from minsheng.cli.demo.scripts import Script
from minsheng.cli.journeys.killing import Killer
from minsheng.cli.journeys.plain_browser import Page, PlainBrowser
from minsheng.cli.stack import Stack
from minsheng.engines.casework.spec import ItemSpec, ServiceSpec
from minsheng.lib.errors import Unavailable

WAIT_SECONDS = 120.0
PHOTO = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"
    b"\x15\xc4\x89\x00\x00\x00\x0bIDATx\x9cc\xf8\x0f\x04\x00\t\xfb\x03\xfd\xfb^k+\x00\x00\x00\x00"
    b"IEND\xaeB`\x82"
)
Seen = TypeVar("Seen")


@dataclass
class Told:
    """What the walk found: figures of the installation, and every claim that doesn't hold."""

    number: str = ""
    items: int = 0
    closed: bool = False
    certificates: int = 0
    asked_fields: int = 0
    materials_asked: int = 0
    materials_avoided: int = 0
    workdays: int = 0
    audit_ok: bool = False
    wrong: list[str] = field(default_factory=list)

    @property
    def result(self) -> dict[str, Any]:
        """The figures as the command prints them."""
        return {
            "items": self.items,
            "closed": self.closed,
            "certificates": self.certificates,
            "asked_fields": self.asked_fields,
            "materials_asked": self.materials_asked,
            "materials_avoided": self.materials_avoided,
            "workdays": self.workdays,
            "audit_ok": self.audit_ok,
            "case": self.number,
            "wrong": self.wrong,
        }


@dataclass
class Walk:
    """One walk through the story. `say` is told each step.

    `kill`: how often the web server and the worker are killed at random moments that follow from
    `seed`, beside the worker once while it waits for a register.
    """

    stack: Stack
    spec: ServiceSpec
    script: Script
    today: date
    say: Callable[[str], None]
    kill: int = 0
    seed: int = 1
    told: Told = field(default_factory=Told)
    asked: list[str] = field(default_factory=list)
    submitted: dict[str, Any] = field(default_factory=dict)
    killer: Killer = field(init=False)
    browsers: ExitStack = field(default_factory=ExitStack)

    def run(self) -> Told:
        """Walk the whole story and return what was found; every browser is closed at the end."""
        with self.browsers:
            return self._run()

    def _run(self) -> Told:
        self.killer = Killer(self.stack, times=self.kill, seed=self.seed, say=self.say)
        applicant = self.browser(self.script.applicant, at=f"/services/{self.spec.slug}/start")
        self.apply(applicant)
        self.decide(applicant)
        self.killer.finish()
        self.verify(applicant)
        self.refuse(applicant)
        self.rate(applicant)
        self.check()
        return self.told

    @property
    def name(self) -> str:
        """Who applies."""
        return next(one.name for one in CAST if one.username == self.script.applicant)

    @property
    def items(self) -> list[ItemSpec]:
        """The items that are part of the case."""
        keys = {item["key"] for item in self.submitted["items"] if item["status"] != "skipped"}
        return [item for key, item in self.spec.items.items() if key in keys]

    def browser(self, username: str, *, at: str = "/sign-in") -> PlainBrowser:
        """Return a browser in which this person of the cast is signed in."""
        browser = PlainBrowser(self.stack.base_url, before_sending=self.killer.strike)
        self.browsers.callback(browser.close)
        if username:
            browser.sign_in(username, PASSWORD, at=at)
        return browser

    def claim(self, words: str, holds: object) -> None:
        """Keep a claim that doesn't hold."""
        if not holds:
            self.told.wrong.append(words)
            self.say(f"  不对 / wrong: {words}")

    # ── the applicant ───────────────────────────────────────────────────────────────────────────
    def apply(self, applicant: PlainBrowser) -> None:
        """Find the service, answer what is asked, see the plan, submit; a second click is one case."""
        front = applicant.open("/")
        self.claim("the front door leads to the service", _leads(applicant, front, self.spec.slug))
        page = applicant.open(f"/services/{self.spec.slug}/start")
        draft = page.path.split("/")[2]
        materials = 0
        for _ in range(20):
            where = page.path.split("?")[0]
            if "/steps/" in where:
                page = self._answer(applicant, page)
            elif where.endswith("/event"):
                form = page.form(asks="event")
                page = applicant.send(page, form, {"event": form.choices["event"][0]})
            elif where.endswith("/items"):
                form = page.form(asks="items")
                chosen = [*form.values.get("items", []), *self.script.choose]
                page = applicant.send(page, form, {"items": chosen})
            elif where.endswith("/materials"):
                page, count = self._supply(applicant, page)
                materials += count
            else:
                break
        self.told.asked_fields = len(self.asked)
        self.say(f"{self.name}答了 {len(self.asked)} 项：{'、'.join(self.asked)} / fields asked")
        self.claim("the plan is shown before submission", page.path == f"/apply/{draft}/plan")
        form = page.form(ends="/submit")
        first, second = applicant.send(page, form), applicant.send(page, form)
        self.claim("a second click leads to the same case", first.path == second.path)
        self.told.number = first.path.split("?")[0].rpartition("/")[2]
        seen = self.submitted = self.case()
        self.told.workdays = seen["workdays"]
        self.told.items = sum(item["status"] != "skipped" for item in seen["items"])
        self.told.materials_asked = seen["materials_asked"]
        self.told.materials_avoided = seen["materials_avoided"]
        self.claim(
            "what was asked for is what the case counts", materials == seen["materials_asked"]
        )
        self.say(
            f"提交，案卷 {self.told.number}，{self.told.items} 件事，"
            f"最晚第 {self.told.workdays} 个工作日办完 / submitted"
        )

    def _answer(self, applicant: PlainBrowser, page: Page) -> Page:
        """Answer the questions of one page and return the next page."""
        form = max(page.forms, key=lambda one: len(one.controls))
        known = self.script.answers_on(self.today)
        unknown = [name for name in form.controls if name not in known]
        self.claim(f"{self.name} can answer {', '.join(unknown)}", not unknown)
        answers = {name: known[name] for name in form.controls if name in known}
        self.asked += [name for name in form.controls if name not in self.asked]
        after = applicant.send(page, form, answers)
        if after.status != 200 or after.path == page.path:
            raise Unavailable(
                "answers_refused",
                f"{page.path} 不收这些回答：{after.title}",
                f"{page.path} did not take the answers: {after.title}",
            )
        return after

    def _supply(self, applicant: PlainBrowser, page: Page) -> tuple[Page, int]:
        """Give each proof that is asked for, by promise where one may, else a photo."""
        form = max(page.forms, key=lambda one: len(one.files))
        promises = {name: form.choices[name][0] for name in form.choices if "promise-" in name}
        photos = {
            name: ("photo.png", PHOTO, "image/png")
            for name in form.files
            if name.replace("file-", "promise-") not in promises
        }
        self.say(f"还要补 {len(form.files)} 份材料 / proofs asked for")
        return applicant.send(page, form, promises, files=photos), len(form.files)

    # ── the offices ─────────────────────────────────────────────────────────────────────────────
    def decide(self, applicant: PlainBrowser) -> None:
        """Let each office decide what comes to it until the case is closed."""
        posts = {item["post"] for item in self.submitted["items"]}
        desks = {m.username: self.browser(m.username) for m in CAST if posts.intersection(m.posts)}
        self.claim("the form of another office is refused", self._refuses(desks))
        decided = 0

        def closed() -> bool | None:
            nonlocal decided
            for username, desk in desks.items():
                for item in _items_of(desk.open(f"/desk?q={self.told.number}")):
                    decided += self._approve(desk, username, item)
            page = applicant.open(f"/mine/cases/{self.told.number}")
            return True if f"/mine/cases/{self.told.number}/rate" in page.links else None

        self.until(closed, "the case is closed")
        self.claim("each item was decided once", decided == self.told.items)

    def _approve(self, desk: PlainBrowser, username: str, item: str) -> bool:
        """Agree to an item that waits for a decision; False when it doesn't (any more)."""
        page = _opened(desk, item)
        if not any("decision" in form.controls for form in page.forms):
            return False
        form = page.form(asks="decision")
        evidence = {"evidence": "看过原件"} if "evidence" in form.controls else {}
        desk.send(page, form, {"decision": "approve", **evidence})
        name = next(member.name for member in CAST if member.username == username)
        self.say(f"{name}同意了：{page.title.partition(' — ')[0]} / approved")
        return True

    def _refuses(self, desks: dict[str, PlainBrowser]) -> bool:
        """Whether an item is shown to its own office and to no other."""

        def own() -> tuple[str, str] | None:
            for username, desk in desks.items():
                for item in _items_of(desk.open(f"/desk?q={self.told.number}")):
                    return username, item
            return None

        owner, item = self.until(own, "the first office has an item")
        return all(
            desk.open(item).status == (200 if username == owner else 403)
            for username, desk in desks.items()
        )

    def verify(self, applicant: PlainBrowser) -> None:
        """Wait for the certificates, open each, and verify it as a passer-by."""
        wanted = sum(bool(item.gives) for item in self.items) + 1  # one for the whole case
        numbers = self.until(
            lambda: (
                found
                if len(found := _certificates(applicant.open(f"/mine/cases/{self.told.number}")))
                >= wanted
                else None
            ),
            f"{wanted} certificates are printed",
        )
        self.claim("no certificate was made twice", len(numbers) == wanted)
        passer_by = self.browser("")
        good = 0
        for number in numbers:
            paper = applicant.open(f"/mine/certificates/{number}/pdf")
            by_number = passer_by.open(f"/verify/{number}")
            answer = passer_by.open(f"/api/v1/verify/{number}")
            page = passer_by.open("/verify")
            form = next(one for one in page.forms if one.files)
            named = {form.files[0]: ("certificate.pdf", paper.content, "application/pdf")}
            by_file = passer_by.send(page, form, files=named)
            changed = {
                form.files[0]: ("certificate.pdf", paper.content[:-1] + b" ", "application/pdf")
            }
            forged = passer_by.send(page, form, files=changed)
            good += (
                paper.content.startswith(b"%PDF-")
                and number in by_number.text
                and by_number.status == 200
                and json.loads(answer.content)["status"] == "valid"
                and number in by_file.text
                and number not in forged.text
            )
        self.told.certificates = good
        self.claim("every certificate verifies by number and by file", good == len(numbers))
        self.say(f"{good} 张证照，路人都能核验 / certificates, verified by a passer-by")

    # ── everybody else ──────────────────────────────────────────────────────────────────────────
    def refuse(self, applicant: PlainBrowser) -> None:
        """Ask for the same pages as a stranger and as nobody."""
        case = f"/mine/cases/{self.told.number}"
        certificates = _certificates(applicant.open(case))
        paths = [case, f"{case}/rate", f"{case}/withdraw"]
        for number in certificates[:1]:
            paths += [f"/mine/certificates/{number}", f"/mine/certificates/{number}/pdf"]
        stranger, nobody = self.browser("liqiang"), self.browser("")
        for path in paths:
            self.claim(f"李强 finds nothing at {path}", stranger.open(path).status == 404)
            self.claim(f"nobody is let in at {path}", nobody.open(path).path.startswith("/sign-in"))
        self.say(f"李强和没登录的人，{len(paths)} 个地址都看不到 / refused to strangers")

    def rate(self, applicant: PlainBrowser) -> None:
        """Rate the case."""
        page = applicant.open(f"/mine/cases/{self.told.number}/rate")
        applicant.send(page, page.form(asks="score"), {"score": "5", "comment": "很快"})
        self.say(f"{self.name}评了 5 分 / rated")

    # ── the ledger ──────────────────────────────────────────────────────────────────────────────
    def check(self) -> None:
        """Verify the ledger and replay the case in that installation."""
        case = self.case()
        self.told.closed = case["status"] != "running"
        self.claim(
            "every item is done", all(i["status"] in {"done", "skipped"} for i in case["items"])
        )
        self.claim("the rating is kept", case["score"] == 5)
        self.claim("the case is what its events say", case["replay_ok"])
        verified = self._json("audit", "verify")
        self.told.audit_ok = bool(verified["ok"])
        self.claim("the ledger is whole", verified["ok"])
        events = self._json("audit", "history", f"case:{self.told.number}")["events"]
        done = [event["data"].get("item") for event in events if event["kind"] == "done"]
        self.claim("each item was done once", len(done) == len(set(done)) == self.told.items)
        for register in (item.effect for item in self.items if item.effect):
            about = [one["case"] for one in self.stack.registers.written(register)]
            self.claim(f"{register} was written to once", about.count(self.told.number) == 1)
        self.say("账本核对过，每件事只发生一次 / the ledger is whole, each thing happened once")

    def case(self) -> dict[str, Any]:
        """Return how the case stands."""
        return self._json("case", self.told.number)

    def until(self, look: Callable[[], Seen | None], words: str) -> Seen:
        """Return what `look` sees as soon as it sees something."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            if (seen := look()) is not None:
                return seen
            time.sleep(0.2)
        raise Unavailable(
            "journey_stuck",
            f"等了 {WAIT_SECONDS:.0f} 秒也没有：{words}",
            f"did not happen: {words}",
        )

    def _json(self, *words: str) -> dict[str, Any]:
        printed = self.stack.command(*words, "--json")
        lines = printed.stdout.splitlines()
        if not lines:
            raise Unavailable(
                "command_failed",
                f"minsheng {' '.join(words)} 没有答案：{printed.stderr[-500:]}",
                f"minsheng {' '.join(words)} printed nothing",
            )
        return dict(json.loads(lines[-1]))


def _leads(browser: PlainBrowser, front: Page, slug: str) -> bool:
    """Whether the front door leads to the service, over one page between at most."""
    wanted = f"/services/{slug}"
    nearby = [link for link in front.links if link.startswith(("/events/", "/headings/"))]
    return wanted in front.links or any(wanted in browser.open(link).links for link in nearby)


def _opened(desk: PlainBrowser, item: str) -> Page:
    """Return the page of an item; where it holds sensitive data, the officer first says why."""
    page = desk.open(item)
    asked = next((form for form in page.forms if "purpose" in form.controls), None)
    return page if asked is None else desk.send(page, asked, {"purpose": "case"})


def _items_of(page: Page) -> list[str]:
    """Return the addresses of the items in a work list."""
    found = (link for link in page.links if re.fullmatch(r"/desk/items/\d+", link))
    return list(dict.fromkeys(found))


def _certificates(page: Page) -> list[str]:
    """Return the numbers of the certificates that a case shows."""
    found = (re.fullmatch(r"/mine/certificates/([\w-]+)", link) for link in page.links)
    return list(dict.fromkeys(match[1] for match in found if match))
