"""A leak, from the report to the archive, over HTTP: ledger, plan, repair, observation, re-inspection.

The observation lasts ninety days. Nobody waits for them: after the pages have refused an early check, the
installation's own clock of that one entry is put forward, and the walk says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minsheng.cli.demo.cast import PASSWORD
from minsheng.cli.journeys.plain_browser import Page, PlainBrowser
from minsheng.cli.journeys.walk import PHOTO
from minsheng.cli.stack import Stack

ESTATE = "estate.lianhuayuan"
WORKER, CHECKER, STRANGER, OTHER = "fangwei", "dingrui", "liqiang", "sunwei"
_FORWARD = """
from datetime import timedelta
from minsheng.apps.projects.models import Entry
from django.utils import timezone
entry = Entry.objects.get(number={number!r})
entry.observe_until = timezone.localdate()
entry.save(update_fields=["observe_until"])
"""


@dataclass
class Told:
    """What the walk found: figures of the installation, and every claim that doesn't hold."""

    number: str = ""
    warranty: str = ""
    observe_days: int = 0
    refused_early: int = 0
    refused_own_check: bool = False
    rain: bool = False
    checked: bool = False
    archived: bool = False
    reopened: int = 0
    strangers_refused: int = 0
    audit_ok: bool = False
    wrong: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the story holds."""
        return self.archived and self.audit_ok and not self.wrong

    @property
    def result(self) -> dict[str, Any]:
        """The figures as the command prints them."""
        return {
            "entry": self.number,
            "warranty": self.warranty,
            "observe_days": self.observe_days,
            "put_forward": True,
            "refused_early": self.refused_early,
            "refused_own_check": self.refused_own_check,
            "rain": self.rain,
            "reopened": self.reopened,
            "checked_by_another": self.checked,
            "archived": self.archived,
            "strangers_refused": self.strangers_refused,
            "audit_ok": self.audit_ok,
            "wrong": self.wrong,
        }


@dataclass
class RepairStory:
    """One walk. `say` is told each step."""

    stack: Stack
    today: date
    say: Callable[[str], None]
    told: Told = field(default_factory=Told)

    def run(self) -> Told:
        """Walk the story and return what was found."""
        with ExitStack() as open_ones:
            people = {name: PlainBrowser(self.stack.base_url) for name in _PEOPLE}
            for name, browser in people.items():
                open_ones.callback(browser.close)
                browser.sign_in(name, PASSWORD)
            self._report(people[WORKER])
            self.strangers(people)
            self.mend(people[WORKER])
            self.observe(people[WORKER])
            self.check(people)
            self.archive(people[WORKER])
        self.told.audit_ok = self.stack.command("audit", "verify").returncode == 0
        self._claim(self.told.audit_ok, "the ledger verifies")
        return self.told

    @property
    def _entry(self) -> str:
        return f"/desk/projects/{self.told.number}"

    @property
    def _page(self) -> str:
        return f"/desk/repairs/{self.told.number}"

    def _report(self, worker: PlainBrowser) -> None:
        page = worker.open(f"/desk/repairs/new?estate={ESTATE}")
        form = page.form(asks="part")
        answers = {
            "building": form.choices["building"][0],
            "flat": "3-1",
            "part": "roof",
            "words": "顶层屋面漏雨，卧室滴水。",
        }
        done = worker.send(page, form, answers)
        self.told.number = done.path.rpartition("/")[2]
        found = re.search(r"<h1>(.*?)</h1>", done.text)
        self.told.warranty = found[1].partition("：")[2] if found else ""
        self._claim(
            done.status == 200 and bool(re.match(r"\d{4}-\d+", self.told.number)), "reported"
        )
        self._claim("建设工程质量管理条例" in done.text, "the warranty names its law")
        self.say(f"报修进了台账 / in the ledger: {self.told.number}, {self.told.warranty}")

    def strangers(self, people: dict[str, PlainBrowser]) -> None:
        """Show the repair to whoever has no part in it."""
        refused = [
            people[name].open(path).status in {403, 404}
            for name in (STRANGER, OTHER)
            for path in (self._page, self._entry)
        ]
        self.told.strangers_refused = sum(refused)
        self._claim(all(refused), "strangers see nothing")

    def mend(self, worker: PlainBrowser) -> None:
        """Plan it, and show how it was before and after."""
        page = worker.open(self._page)
        plan = {
            "plan": "铲除起鼓处，重做卷材，闭水 48 小时。",
            "contractor": "演示防水公司",
            "bearer": "builder",
            "act": "plan",
        }
        done = worker.send(page, page.form(asks="plan"), plan)
        self._claim("演示防水公司" in done.text, "planned")
        for act, words in (("before", "修之前：卷材起鼓。"), ("after", "修之后：卷材平整。")):
            self._write(worker, act, words, photo=True)
        self.say("定了方案，前后照片传了 / planned, pictures added")

    def observe(self, worker: PlainBrowser) -> None:
        """Finish it, let it come back once, and ask for the check too early three times."""
        early = self._write(worker, "ask", "修好了")
        self.told.refused_early += early.status == 409
        done = self._write(worker, "finish", "做完了，闭水不漏。")
        shown = worker.open(self._page).text
        found = re.search(r"观察到.*?datetime=\"([\d-]+)\"", shown)
        until = date.fromisoformat(found[1]) if found else self.today
        self.told.observe_days = (until - self.today).days
        self._claim(done.status == 200 and self.told.observe_days == 90, "observed for 90 days")
        early = self._write(worker, "ask", "应该好了")
        self.told.refused_early += early.status == 409
        back = worker.open(self._entry)
        again = worker.send(back, back.form(asks="words"), {"words": "又滴水了", "act": "reopen"})
        self.told.reopened = again.text.count("又打开过")
        self._claim(self.told.reopened == 1, "it came back and was opened again")
        self._write(worker, "finish", "补做了泛水，闭水不漏。")
        forward = self.stack.command(
            "django", "shell", "-c", _FORWARD.format(number=self.told.number)
        )
        self._claim(forward.returncode == 0, "put forward")
        early = self._write(worker, "ask", "三个月了")
        self.told.refused_early += early.status == 409
        self._claim(self.told.refused_early == 3, "an early check is refused three times")
        page = worker.open(self._entry)
        rain = {"rain": self.today.isoformat(), "words": "大雨后看过，干的。", "act": "rain"}
        self.told.rain = worker.send(page, page.form(asks="rain"), rain).status == 200
        self.say("观察 90 天（往前拨），过了一场雨 / observed (put forward), through rain")

    def check(self, people: dict[str, PlainBrowser]) -> None:
        """Have it looked at by somebody else."""
        worker, checker = people[WORKER], people[CHECKER]
        self._claim(
            self._write(worker, "ask", "90 天没有再漏。").status == 200, "asked for the check"
        )
        waiting = checker.open(self._entry)
        check = {"words": "到 3-1 看过屋面和卧室。", "act": "pass"}
        own = worker.send(worker.open(self._entry), waiting.form(asks="words"), check)
        self.told.refused_own_check = own.status == 403
        self._claim(self.told.refused_own_check, "who mended it can't check it")
        done = checker.send(waiting, waiting.form(asks="words"), check)
        self.told.checked = done.status == 200 and "核对通过" in done.text
        self._claim(self.told.checked, "checked by another")
        self.say("别人复查通过 / looked at by another")

    def archive(self, worker: PlainBrowser) -> None:
        """Put it into the archive."""
        page = worker.open(self._page)
        # The header has a form too: it signs out.
        form = next(one for one in page.forms if one.method == "post" and not one.action)
        done = worker.send(page, form, {"act": "archive"})
        self.told.archived = done.status == 200 and "</time>归档" in done.text
        self._claim(self.told.archived, "archived")
        self.say("归档 / archived")

    def _write(self, browser: PlainBrowser, act: str, words: str, *, photo: bool = False) -> Page:
        page = browser.open(self._entry)
        files = {"file": (f"{act}.png", PHOTO, "image/png")} if photo else None
        return browser.send(
            page, page.form(asks="words"), {"words": words, "act": act}, files=files
        )

    def _claim(self, holds: bool, what: str) -> None:
        if not holds:
            self.told.wrong.append(what)
            self.say(f"不对 / wrong: {what}")


_PEOPLE = (WORKER, CHECKER, STRANGER, OTHER)
