"""One week of a class of 45: planned, rehearsed, taught, an exit ticket, portraits, observed, planned better.

Over HTTP against fresh processes, without JavaScript. Every claim that doesn't hold is collected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from minsheng.cli.journeys.hands import Hands
from minsheng.cli.journeys.plain_browser import Page, PlainBrowser
from minsheng.cli.stack import Stack
from minsheng.content.loading import load
from minsheng.engines.items.items import Item, options_of, right_answer

TEACHER, HEAD, COLLEAGUE, ADVISER, FAR = "tanmei", "kongrui", "kelan", "shaoqing", "qiaoyu"
PUPIL, MOTHER = "linxiaohe", "linxia"
STRANGERS = ("liqiang", "wumei", "wuyitong")
SEED, WEEKS = 1, 3
SUBJECT, SKILL = "mathematics-4", "distributive-law"
TITLE = "乘法分配律（旅程）"
AIM = "看得出两种算法为什么一样，会正着用、反着用。"
PLAN: dict[str, str | list[str]] = {
    "title": TITLE,
    "aim": AIM,
    "skills": [SKILL],
    "situation.minutes": "5",
    "situation.teacher": "25 人各订一套校服，上衣 65 元，裤子 35 元，一共多少钱？",
    "question.minutes": "10",
    "question.teacher": "两种列法放在一起，等学生发现。",
    "question.questions": "结果为什么一样？\n换别的数还一样吗？",
    "activity.minutes": "13",
    "activity.pupils": "用方格纸摆给别人看，再一起做几道。",
    "activity.materials": "方格纸",
    "activity.practice": "4",
    "assessment.minutes": "7",
    "assessment.teacher": "出门条，当场看。",
    "assessment.practice": "3",
    "digital.minutes": "5",
    "digital.pupils": "各做各的下一题。",
}
BETTER = {
    "question.minutes": "8",
    "activity.minutes": "15",
    "activity.practice": "6",
    "why": "第三步时间不够",
}


_SCHOOL = f"""
from django.utils import timezone
from minsheng.apps.schools import reads
from minsheng.cli.demo import cast, dual, learning, schools
from minsheng.engines import population
today = timezone.localdate()
if reads.school_class("qinghuai-4-2") is None:  # else the demonstration brought all of it
    schools.begin(population.District(cast.households(), ()), on=today, seed={SEED})
    dual.begin(today, seed={SEED})
    learning.begin(today, seed={SEED}, weeks={WEEKS})
"""


@dataclass
class Told:
    """What the walk found."""

    pupils: int = 0
    answered: int = 0
    items: int = 0
    misconceptions: int = 0
    groups: int = 0
    tomorrow: int = 0
    next_exercises: int = 0
    dual: int = 0
    observers: int = 0
    kappa: float | None = None
    predicted: int | None = None
    happened: int | None = None
    versions: int = 0
    refused: int = 0
    audit_ok: bool = False
    wrong: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the whole story holds."""
        return self.audit_ok and self.answered == self.pupils > 0 and not self.wrong

    @property
    def result(self) -> dict[str, Any]:
        """The figures as the command prints them."""
        return dict(vars(self))


@dataclass
class LessonStory:
    """One walk through the story. `say` is told each step."""

    stack: Stack
    today: date
    say: Callable[[str], None]
    told: Told = field(default_factory=Told)
    lesson: str = ""
    plan: str = ""
    work: str = ""
    pupil: str = ""

    def __post_init__(self) -> None:
        self.hands = Hands(self.stack, self.say, self.told.wrong)
        self.items: Mapping[str, Item] = load().subjects[SUBJECT].items
        self.luck = Random(20261130)  # noqa: S311 - invented answers, not secrets

    def run(self) -> Told:
        """Walk the whole story and return what was found; every browser is closed at the end."""
        with self.hands.browsers:
            self.school()
            self.write()
            self.rehearse()
            self.teach()
            self.answer()
            self.results()
            self.portraits()
            self.practise()
            self.together()
            self.observe()
            self.improve()
            self.strangers()
            self.check()
        return self.told

    # ── the story ───────────────────────────────────────────────────────────────────────────────
    def school(self) -> None:
        """The school's register is there, and three weeks of earlier answers."""
        done = self.stack.command("django", "shell", "-c", _SCHOOL)
        self.claim(f"the school is set up: {done.stderr[-300:]}", done.returncode == 0)
        self.say("名册和三周的作答在 / the register and three weeks of answers are there")

    def write(self) -> None:
        """The teacher writes a plan in five steps; one that doesn't add up is refused, nothing is lost."""
        page = self.of(TEACHER).open("/school/plans/new")
        form = page.form(asks="activity.minutes")
        bad = self.of(TEACHER).send(page, form, {**PLAN, "activity.minutes": "20"})
        self.claim("a plan of 47 minutes is refused", bad.status == 422)
        self.claim("and nothing of it is lost", AIM in bad.text)
        made = self.of(TEACHER).send(page, form, PLAN)
        self.claim("the plan is kept", made.path.startswith("/school/plans/"))
        self.plan = made.path.rpartition("/")[2]
        classes = made.form(asks="school_class").choices["school_class"]
        row = self.act(
            TEACHER, f"/school/plans/{self.plan}", "set", school_class=classes[0],
            day=self.today.isoformat(), starts="14:20",
        )  # fmt: skip
        self.lesson = row.path.rpartition("/")[2]
        self.claim("a lesson is set", row.path == self.at)
        self.claim("what the class lacks is shown", "会了没有" in row.text)
        self.say("谭梅备好一节课，看了班里还缺什么 / planned; what the class lacks is seen")

    def rehearse(self) -> None:
        """She rehearses it on the class's twin, and asks a colleague and an adviser to look on."""
        page = self.act(TEACHER, self.at, "rehearse")
        self.claim("the twin says something of each step", "多半在" in page.text)
        self.claim("with its spread", re.search(r"\d+–\d+%", page.text))
        for username in (COLLEAGUE, ADVISER):
            chosen = re.search(rf'value="(\d+)">{self.name_of(username)}', page.text)
            self.claim(f"{username} can be asked", chosen)
            if chosen:
                page = self.act(TEACHER, self.at, "invite", observer=chosen[1])
        early = self.of(COLLEAGUE).open(self.sheet)
        self.claim("nobody fills in a sheet before the lesson", not _asks(early, "advice"))
        self.say("在孪生课堂上排了一遍，请两位来听 / rehearsed on the twin, observers asked")

    def teach(self) -> None:
        """She teaches it step by step from one screen, and gives the exit ticket."""
        self.collect()
        page = self.act(TEACHER, self.at, "begin")
        self.claim(
            "the screen shows the first step", "情境创学" in page.title or "情境创学" in page.text
        )
        for step in ("question", "activity", "assessment"):
            page = self.act(TEACHER, f"{self.at}/teach", "step", step=step)
        items = re.findall(r'name="items"[^>]*value="([\w-]+)"', page.text)
        self.told.items = len(items)
        self.claim("items are suggested", items)
        page = self.act(TEACHER, f"{self.at}/teach", "ticket", items=items)
        found = re.search(r"/school/works/(\d+)", page.text)
        self.claim("the ticket is given", found)
        self.work = found[1] if found else ""
        self.act(TEACHER, f"{self.at}/teach", "step", step="digital")
        self.say(
            f"走完五步，发了 {len(items)} 道题的出门条 / taught; an exit ticket of {len(items)}"
        )

    def collect(self) -> None:
        """Collect what is still open in the class."""
        taught = self.of(TEACHER).open("/school").text
        at = re.findall(r"/school/classes/(\d+)", taught)[0]
        for work in re.findall(
            r"/school/works/(\d+)", self.of(TEACHER).open(f"/school/classes/{at}").text
        ):
            path = f"/school/works/{work}"
            if 'value="close"' in self.of(TEACHER).open(path).text:
                self.act(TEACHER, path, "close")

    def answer(self) -> None:
        """One pupil answers on a phone; what the others wrote on paper is typed in."""
        path = f"/learn/works/{self.work}"
        me = self.of(PUPIL)
        page = me.open(path)
        keys = list(dict.fromkeys(re.findall(r'name="a-([\w-]+)"', page.text)))
        form = page.form(asks=f"a-{keys[0]}")
        said = {f"a-{key}": self.said(key, 0.4) for key in keys}
        done = me.send(page, form, {**said, "act": "as-it-is"})
        self.claim(
            "the pupil sees at once what was right", done.path == path and done.status == 200
        )
        self.claim("with the solution", self.items[keys[0]].why.split("$")[0][:6] in done.text)
        again = me.send(page, form, {**said, "act": "as-it-is"})
        self.claim("a sheet is handed in once", again.status in (200, 409))
        waiting = list(
            dict.fromkeys(
                re.findall(rf"/school/works/{self.work}/pupils/(\d+)", self.result_page().text)
            )
        )
        for at, pupil in enumerate(waiting):
            page = self.of(TEACHER).open(f"/school/works/{self.work}/pupils/{pupil}")
            typed = page.form(asks=f"a-{keys[0]}")
            chance = 0.25 + 0.7 * ((at * 7) % len(waiting)) / len(waiting)
            self.of(TEACHER).send(page, typed, {f"a-{key}": self.line(key, chance) for key in keys})
        self.told.pupils = len(waiting) + 1
        self.say(f"{self.told.pupils} 人都答了 / all {self.told.pupils} have answered")

    def results(self) -> None:
        """At once: items, misconceptions, groups, tomorrow."""
        page = self.result_page()
        left = re.findall(rf"/school/works/{self.work}/pupils/(\d+)", page.text)
        self.told.answered = self.told.pupils - len(set(left))
        self.told.misconceptions = page.text.count('class="betrayed"')
        self.told.groups = _part(page, "明天的小组").count("<h3>")
        self.told.tomorrow = _part(page, "明天做什么").count("<li>")
        self.claim("there are groups for tomorrow", self.told.groups)
        self.claim("there is something to do tomorrow", self.told.tomorrow)
        self.act(TEACHER, f"/school/works/{self.work}", "close")
        self.act(TEACHER, f"{self.at}/teach", "end")
        page = self.of(TEACHER).open(self.at)
        found = re.search(r"预测 (\d+)% 做对，实际 (\d+)%", page.text)
        self.claim("the prediction stands beside the outcome", found)
        if found:
            self.told.predicted, self.told.happened = int(found[1]), int(found[2])
        self.say(f"{self.told.groups} 个小组，明天 {self.told.tomorrow} 件事 / groups, tomorrow")

    def portraits(self) -> None:
        """Pupil, mother and teacher see one portrait; it is contested and answered."""
        room = self.of(MOTHER).open("/learn")
        found = re.search(r"/learn/pupils/(\d+)", room.text)
        self.claim("the mother finds her child", found)
        self.pupil = found[1] if found else "0"
        for username, path in (
            (PUPIL, f"/learn/pupils/{self.pupil}"),
            (MOTHER, f"/learn/pupils/{self.pupil}"),
            (TEACHER, f"/school/pupils/{self.pupil}"),
        ):
            page = self.of(username).open(path)
            self.claim(
                f"{username} sees the portrait", page.status == 200 and "乘法分配律" in page.text
            )
        printed = self.of(MOTHER).open(f"/learn/pupils/{self.pupil}/sheet")
        self.claim("the page for the parents' evening", printed.status == 200)
        self.say("学生、妈妈、老师看到同一幅画像 / one portrait for pupil, mother and teacher")

    def practise(self) -> None:
        """The pupil goes on with what comes next, each with its reason."""
        me = self.of(PUPIL)
        room = me.open("/learn")
        page = me.send(room, room.form(ends="/learn/practice"))
        self.told.next_exercises = len(set(re.findall(r'name="a-([\w-]+)"', page.text)))
        self.claim("there are next exercises", self.told.next_exercises)
        self.claim(
            "each says why", re.search(r"先把“|快会了|老师专门|早就会了|可以学新的", page.text)
        )
        self.say(
            f"下一步 {self.told.next_exercises} 道题，都说了为什么 / next exercises with reasons"
        )

    def together(self) -> None:
        """A lesson with the strong school: one ticket for both classes, each teacher sees their own names."""
        room = self.of(FAR).open("/school/dual")
        lessons = set(re.findall(r"/school/dual/lessons/(\d+)", room.text))
        self.claim("the lead teacher has lessons with the far class", lessons)
        coming = f"/school/dual/lessons/{max(lessons, key=int)}"
        self.act(FAR, coming, "begin")
        page = self.of(FAR).open(coming)
        items = re.findall(r'name="item"[^>]*value="([\w-]+)"', page.text)[:3]
        self.act(FAR, coming, "ticket", item=items)
        ended = self.act(FAR, coming, "end")
        self.claim("it is taught to its end", ended.status == 200)
        here = self.of(TEACHER).open(coming)
        self.told.dual = len(lessons)
        self.claim("the far teacher sees it", here.status == 200)
        self.claim("the lead reads no name of the far class", "林小禾" not in ended.text)
        self.claim("the joint ticket is in the far class", "两边放在一起看" in here.text)
        for username in STRANGERS:
            status = self.of(username).open(coming).status
            self.claim(f"{username} is refused at {coming}", status in (403, 404))
        self.say(f"双师课堂第 {len(lessons)} 节，两边同一张出门条 / a lesson of two schools")

    def observe(self) -> None:
        """Two observers hand in their sheets; the teacher sees how far they agree."""
        for username, low in ((COLLEAGUE, 2), (ADVISER, 1)):
            page = self.of(username).open(self.sheet)
            form = page.form(asks="advice")
            names = [name for name in form.choices if "." in name]
            scores = {name: str(3 if at % 3 else low) for at, name in enumerate(names)}
            missing = self.of(username).send(page, form, {**scores, names[0]: "", "act": "submit"})
            self.claim("a sheet with a gap is refused", missing.status == 422)
            sent = self.of(username).send(
                page, form, {**scores, "advice": "第三步多留时间", "act": "submit"}
            )
            self.claim(f"{username} hands in a sheet", "谢谢" in sent.text)
            self.told.observers += 1
        page = self.of(TEACHER).open(self.at)
        found = re.search(r"kappa (-?\d\.\d+)", page.text)
        self.claim("their agreement is shown", found)
        self.told.kappa = float(found[1]) if found else None
        self.claim(
            "the head reads no sheet", "第三步多留时间" not in self.of(HEAD).open(self.at).text
        )
        self.say(f"两位听课，加权 kappa {self.told.kappa} / two observers agree by number")

    def improve(self) -> None:
        """She plans it better, sees what changed, and rehearses one version beside the other."""
        page = self.of(TEACHER).open(f"/school/plans/{self.plan}/edit")
        new = self.of(TEACHER).send(page, page.form(asks="activity.minutes"), BETTER)
        self.claim("what changed is shown", new.path.endswith(f"/changes/{self.plan}"))
        self.claim("word by word", "<ins>" in new.text and "<del>" in new.text)
        self.told.versions = 2
        newer = new.path.split("/")[3]
        classes = self.of(TEACHER).open(f"/school/plans/{newer}").form(asks="school_class")
        row = self.act(
            TEACHER, f"/school/plans/{newer}", "set",
            school_class=classes.choices["school_class"][0],
            day=self.today.isoformat(), starts="15:20",
        )  # fmt: skip
        page = self.act(TEACHER, row.path, "rehearse", against=self.plan)
        self.claim("two versions lie side by side", re.search(r"看不出差别|个百分点", page.text))
        self.say("改成第二版，和第一版在孪生课堂上比 / improved, and rehearsed beside the first")

    def strangers(self) -> None:
        """A stranger, another class's parent and pupil, a teacher of another school are refused."""
        at = re.findall(r"/school/classes/(\d+)", self.of(TEACHER).open("/school").text)[0]
        rooms = (
            self.at, f"{self.at}/teach", self.sheet, f"/school/works/{self.work}",
            f"/school/pupils/{self.pupil}", f"/school/classes/{at}",
            f"/school/plans/{self.plan}/edit",
            f"/learn/pupils/{self.pupil}", f"/learn/pupils/{self.pupil}/sheet", f"/learn/works/{self.work}",
        )  # fmt: skip
        for username in (*STRANGERS, FAR):
            for path in rooms:
                status = self.of(username).open(path).status
                self.claim(f"{username} is refused at {path}", status in (403, 404))
                self.told.refused += status in (403, 404)
        for path in rooms:
            page = self.of("").open(path)
            self.claim(f"nobody is let in at {path}", page.path.startswith("/sign-in"))
        self.say(f"外人被挡住 {self.told.refused} 次 / strangers refused {self.told.refused} times")

    def check(self) -> None:
        """Verify the ledger; nothing personal stands in it."""
        self.told.audit_ok = bool(self.hands.command("audit", "verify")["ok"])
        self.claim("the ledger is whole", self.told.audit_ok)
        said = str(
            self.hands.events(f"lesson:{self.lesson}") + self.hands.events(f"work:{self.work}")
        )
        for secret in ("林小禾", "第三步多留时间", "谭梅"):
            self.claim(f"{secret} is in no event", secret not in said)

    # ── hands ───────────────────────────────────────────────────────────────────────────────────
    @property
    def at(self) -> str:
        """The page of the lesson."""
        return f"/school/lessons/{self.lesson}"

    @property
    def sheet(self) -> str:
        """The observers' page of the lesson."""
        return f"/school/observations/{self.lesson}"

    def result_page(self) -> Page:
        """The teacher's page of the ticket."""
        return self.of(TEACHER).open(f"/school/works/{self.work}")

    def said(self, key: str, chance: float) -> str | list[str]:
        """Return an answer as a form sends it: right with this chance."""
        item = self.items[key]
        answer = right_answer(item) if self.luck.random() < chance else self.slip(item)
        return answer if isinstance(answer, str) else list(answer)

    def line(self, key: str, chance: float) -> str:
        """Return an answer as a teacher types it in from paper, on one line."""
        said = self.said(key, chance)
        return said if isinstance(said, str) else "；".join(said)

    def slip(self, item: Item) -> str | tuple[str, ...]:
        """Return a wrong answer, one that betrays a misconception where the item knows one."""
        if item.wrong:
            return self.luck.choice(list(item.wrong))
        answer = right_answer(item)
        if isinstance(answer, tuple):
            return answer[::-1] if answer[::-1] != answer else ("0",) * len(answer)
        others = [one for one in options_of(item) if one != answer]
        if others:
            return self.luck.choice(others)
        return {"true": "false", "false": "true"}.get(answer, "1")

    def of(self, username: str) -> PlainBrowser:
        """Return the browser of one of the cast."""
        return self.hands.of(username)

    def act(self, username: str, path: str, act: str, **answers: str | list[str]) -> Page:
        """Send one act to a page and return the page that comes back."""
        return self.hands.act(username, path, act, **answers)

    def name_of(self, username: str) -> str:
        """Return how somebody of the cast is called."""
        return {COLLEAGUE: "柯蓝", ADVISER: "邵青"}[username]

    def claim(self, words: str, holds: object) -> None:
        """Keep a claim that doesn't hold."""
        self.hands.claim(words, holds)


def _asks(page: Page, control: str) -> bool:
    return any(control in form.controls for form in page.forms)


def _part(page: Page, heading: str) -> str:
    """Return the section of a page under a heading; nothing where there is none."""
    _, found, after = page.text.partition(heading)
    return after.partition("</section>")[0] if found else ""
