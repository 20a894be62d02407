"""One week of a class of 45 in a real browser: planned, rehearsed, taught, an exit ticket, what follows.

The teacher at a desk, the pupil and her mother on phones. 43 of the class write on paper and are
typed in behind the scenes; one is typed in by the teacher, one answers on her phone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from tests import browser as browsers
from tests import factories
from tests.factories import District

from minsheng.apps.mastery import actions as mastery
from minsheng.apps.mastery.models import OPEN, Sheet, Work
from minsheng.apps.schools.models import SchoolUser
from minsheng.cli.demo import cast, dual, learning, schools
from minsheng.content.loading import load
from minsheng.engines import population
from minsheng.engines.items import Item, right_answer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESK = 390, 1280
CLASS, PUPILS, FEW = "qinghuai-4-2", 45, 4
TEACHER, COLLEAGUE, ADVISER, LEAD = "tanmei", "kelan", "shaoqing", "qiaoyu"
PUPIL, MOTHER, OTHER_MOTHER, STRANGER = "linxiaohe", "linxia", "wumei", "liqiang"
TITLE, SUBJECT = "乘法分配律（浏览器）", "mathematics-4"
ADVICE, DOUBT = "第三步多留三分钟。", "她在家讲给妹妹听过，讲得很清楚。"
STEPS = {
    "situation": ("5", "25 人各订一套校服，上衣 65 元，裤子 35 元，一共多少钱？"),
    "question": ("10", "两种列法放在一起，等学生发现。"),
    "activity": ("13", "用方格纸摆给别人看，再一起做几道。"),
    "assessment": ("7", "出门条，当场看。"),
    "digital": ("5", "各做各的下一题。"),
}
Seat = Callable[..., Page]


@pytest.fixture
def week(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> District:
    """The district with a class of 45, smaller ones beside it, and a week of earlier answers."""
    settings.MINSHENG_FILES = tmp_path / "files"
    district = factories.settle(tmp_path)
    whole = schools.written()
    few = [replace(one, pupils=PUPILS if one.key == CLASS else FEW) for one in whole.classes]
    for module in (schools, learning):
        monkeypatch.setattr(module, "written", lambda: replace(whole, classes=tuple(few)))
    monkeypatch.setattr(learning, "_today", lambda *_: None)
    monkeypatch.setattr(dual, "TAUGHT", 1)
    today = timezone.localdate()
    schools.begin(population.District(cast.households(), ()), on=today, seed=1)
    dual.begin(today)
    learning.begin(today, seed=1, weeks=1)
    for work in Work.objects.filter(state=OPEN, school_class__sourced_id=CLASS):
        mastery.close_work(work.pk, by=district.account(TEACHER))
    return district


@pytest.fixture
def seat(chromium: Browser, week: District, live_server: Any) -> Iterator[Seat]:
    """Give each person a browser of their own, signed in; at the end no page may have complained."""
    pages: dict[str, Page] = {}
    with ExitStack() as opened:

        def of(who: str) -> Page:
            if who not in pages:
                session = week.client(who).cookies["sessionid"].value
                width = PHONE if who in (PUPIL, MOTHER) else DESK
                one = browsers.opened(chromium, live_server.url, width=width, session=session)
                pages[who] = opened.enter_context(one)
            return pages[who]

        yield of
        said = [line for page in pages.values() for line in browsers.heard(page)]
        refusals = re.compile(r"status of (403|404|422)")
        assert [line for line in said if not refusals.search(line)] == []


def test_a_week_of_a_class_of_45(week: District, seat: Seat) -> None:
    lesson = plan_and_set(seat(TEACHER))
    rehearse_and_invite(seat(TEACHER), lesson)
    work = teach_and_give_the_ticket(seat(TEACHER), lesson)
    answer_on_the_phone(seat(PUPIL), work)
    type_one_in(seat(TEACHER), work)
    type_the_others_in(week, work)
    see_what_it_shows(seat(TEACHER), work)
    end_and_compare(seat(TEACHER), lesson)
    pupil = SchoolUser.objects.get(sourced_id=f"{CLASS}-17").pk
    practise_with_reasons(seat(PUPIL))
    override(seat(TEACHER), pupil)
    see_one_portrait(seat, pupil)
    contest_and_answer(seat, pupil)
    observe(seat, lesson)
    teach_with_the_other_school(seat)
    turn_others_away(seat, lesson, work, pupil)


# ── planned and rehearsed ───────────────────────────────────────────────────────────────────────
def plan_and_set(page: Page) -> int:
    """Write a plan of five steps, mend what doesn't add up, set a lesson; return its number."""
    page.goto("/school/lessons")
    page.get_by_role("link", name="写一份教案").click()
    expect(page.locator("h1")).to_have_text("五步备一节课")
    page.get_by_label("课题").fill(TITLE)
    page.locator("summary", has_text="运算律").click()
    page.get_by_label("乘法分配律", exact=True).check()
    for key, (minutes, words) in STEPS.items():
        page.fill(f"[name='{key}.minutes']", minutes)
        page.fill(f"[name='{key}.teacher']", words)
    page.fill("[name='activity.practice']", "4")
    page.fill("[name='activity.minutes']", "20")
    page.get_by_role("button", name="存下这份教案").click()
    expect(page.locator(".errors")).to_be_focused()
    expect(page.get_by_label("课题")).to_have_value(TITLE)
    page.fill("[name='activity.minutes']", STEPS["activity"][0])
    page.get_by_role("button", name="存下这份教案").click()
    expect(page.locator("h1")).to_have_text(TITLE)
    page.check("[name=school_class]")
    page.fill("[name=day]", timezone.localdate().isoformat())
    page.fill("[name=starts]", "14:20")
    page.get_by_role("button", name="排上").click()
    expect(page.locator("#before")).to_have_text("这节课要用到的，班里会了没有")
    return number_in(page)


def rehearse_and_invite(page: Page, lesson: int) -> None:
    """Rehearse on the twin of the class, with its spread; ask a colleague and an adviser."""
    page.get_by_role("button", name="排一遍").click()
    rehearsal = page.locator("#rehearsal")
    expect(rehearsal.locator("th", has_text="多半在")).to_be_visible()
    expect(rehearsal.locator("tbody")).to_contain_text(re.compile(r"\d+–\d+%"))
    for name in ("柯蓝", "邵青"):
        choice = page.locator("#observer option", has_text=name).get_attribute("value")
        page.select_option("#observer", choice)
        page.get_by_role("button", name="请来听课").click()
        expect(page.locator("#observers + *, .rows").filter(has_text=name).first).to_be_visible()


# ── taught ──────────────────────────────────────────────────────────────────────────────────────
def teach_and_give_the_ticket(page: Page, lesson: int) -> int:
    """Go through the steps from one screen; the ticket says how long it takes: two minutes at most."""
    page.get_by_role("button", name="开始上课").click()
    expect(page.locator("h1")).to_have_text("情境创学")
    for step in ("问题引学", "活动互学", "评价优学"):
        page.get_by_role("button", name=f"下一步：{step}").click()
        expect(page.locator("h1")).to_have_text(step)
    ticket = page.locator("section", has=page.locator("#ticket"))
    promised = re.search(r"预计共 (\d+) 秒", ticket.inner_text())
    each = [int(one) for one in re.findall(r"约 (\d+) 秒", ticket.inner_text())]
    assert promised is not None
    assert sum(each) == int(promised[1]) <= 120
    assert 3 <= len(each) <= 6
    page.get_by_role("button", name="发出门条").click()
    expect(ticket).to_contain_text("已经发了")
    page.get_by_role("button", name="下一步：数字助学").click()
    page.get_by_role("link", name="看交了多少").click()
    expect(page.locator("#arrivals")).to_contain_text(f"交了 0，共 {PUPILS} 人")
    return number_in(page)


def answer_on_the_phone(page: Page, work: int) -> None:
    """Answer on a phone: nothing scrolls sideways, what is left out is said once, then it is in."""
    page.goto("/learn")
    page.get_by_role("link", name=f"出门条：{TITLE}").click()
    expect(page.locator(".title-block")).to_contain_text("约 2 分钟")
    assert browsers.sideways(page) == []
    keys = Work.objects.get(pk=work).items
    for key in keys[:-1]:
        fill_in(page, bank()[key])
    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_role("alert")).to_contain_text("还没有交，先看看这 1 题")
    page.get_by_role("button", name="就这样交").click()
    expect(page.locator("h1")).to_have_text(f"对了 {len(keys) - 1} 题，别的看看怎么做")
    expect(page.locator(".solution")).to_have_count(len(keys))
    assert browsers.sideways(page) == []


def fill_in(page: Page, item: Item) -> None:
    """Answer one item of a sheet right, with the control that it has."""
    truth, name = right_answer(item), f"[name='a-{item.key}']"
    controls = page.locator(name)
    kind = controls.first.evaluate("one => one.type || one.tagName")
    if kind in ("radio", "checkbox"):
        for value in (truth,) if isinstance(truth, str) else truth:
            page.check(f"{name}[value='{value}']")
        return
    for at, value in enumerate((truth,) if isinstance(truth, str) else truth):
        one = controls.nth(at)
        if kind == "select-one":
            one.select_option(value)
        else:
            one.fill(value.split("|")[0])


def type_one_in(page: Page, work: int) -> None:
    """Type in what one pupil wrote on paper: nothing but one answer."""
    page.goto(f"/school/works/{work}")
    page.get_by_role("link", name="补录").first.click()
    page.locator(".typing input").first.fill("0")
    page.get_by_role("button", name="存好，录下一个").click()
    expect(page.locator("h1")).to_contain_text("纸上写的录")


def type_the_others_in(week: District, work: int) -> None:
    """Every third pupil shows a known mistake in each item that knows one."""
    keys = Work.objects.get(pk=work).items
    waiting = Sheet.objects.filter(work=work, state="waiting").order_by("pupil")
    for at, sheet in enumerate(waiting):
        said = {key: slip(bank()[key]) if at % 3 == 0 else right(bank()[key]) for key in keys}
        mastery.type_in(work, sheet.pupil_id, said, by=week.account(TEACHER))


def see_what_it_shows(page: Page, work: int) -> None:
    """Read items, misconceptions with names, groups and what to do tomorrow; collect."""
    page.goto(f"/school/works/{work}")
    arrivals = page.locator("#arrivals")
    expect(arrivals).to_contain_text(f"交了 {PUPILS}，共 {PUPILS} 人")
    expect(arrivals.locator(".betrayed").first).to_contain_text(re.compile(r"（1\d）"))
    tomorrow = page.locator("section", has=page.get_by_role("heading", name="明天做什么"))
    expect(tomorrow.locator("li").first).to_be_visible()
    groups = page.locator("section", has=page.get_by_role("heading", name="明天的小组"))
    names = [len(one.split("、")) for one in groups.locator("p").all_inner_texts()[1:]]
    assert sum(names) == PUPILS
    expect(page.get_by_role("heading", name="这些知识点，全班怎样")).to_be_visible()
    page.get_by_role("button", name="收卷").click()
    expect(arrivals).to_contain_text("收好了")


def end_and_compare(page: Page, lesson: int) -> None:
    """End the lesson: the prediction stands beside what happened, with its score."""
    page.goto(f"/school/lessons/{lesson}/teach")
    page.get_by_role("button", name="下课").click()
    page.goto(f"/school/lessons/{lesson}")
    expect(page.locator("h1")).to_have_text(re.compile(r"预测 \d+% 做对，实际 \d+%"))
    expect(page.locator("#rehearsal")).to_contain_text("Brier")


# ── what follows ────────────────────────────────────────────────────────────────────────────────
def practise_with_reasons(page: Page) -> None:
    """The next exercises each say why, in words for a pupil."""
    page.goto("/learn")
    page.get_by_role("button", name=re.compile(r"练 \d 道")).click()
    expect(page.locator("h1")).to_contain_text("自己练")
    items = page.locator(".item")
    why = items.locator("p.why").filter(
        has_text=re.compile("先把“|快会了|老师专门|早就会了|可以学新的")
    )
    expect(why).to_have_count(items.count())
    assert browsers.sideways(page) == []


def override(page: Page, pupil: int) -> None:
    """The teacher settles one skill and passes over one exercise; both stand as hers."""
    page.goto(f"/school/pupils/{pupil}")
    first = page.locator(".exercise .ask").first.inner_text()
    page.get_by_role("button", name="换一道").first.click()
    expect(page.locator("#rulings li")).to_have_count(1)
    assert page.locator(".exercise .ask").first.inner_text() != first
    page.locator("summary", has_text="由我来定").first.click()
    page.locator("details[open]").get_by_role("button", name="还没会").click()
    expect(page.locator("#rulings li")).to_have_count(2)
    expect(page.locator("#rulings")).to_contain_text("谭梅")


def see_one_portrait(seat: Seat, pupil: int) -> None:
    """Pupil, mother and teacher see one portrait, and what the teacher settled."""
    for who, path in ((PUPIL, "learn"), (MOTHER, "learn"), (TEACHER, "school")):
        page = seat(who)
        page.goto(f"/{path}/pupils/{pupil}")
        main = page.locator("main")
        expect(main).to_contain_text("乘法分配律")
        expect(main).to_contain_text("老师定的")
        expect(main).to_contain_text("谁能看，谁看过")
        assert browsers.sideways(page) == []
    expect(seat(PUPIL).locator("h1")).to_contain_text(re.compile("我已经会|才刚开始"))
    expect(seat(MOTHER).locator("h1")).to_contain_text("林小禾")


def contest_and_answer(seat: Seat, pupil: int) -> None:
    """The mother says that a finding is wrong; the teacher answers and changes it; both read it."""
    mother, teacher = seat(MOTHER), seat(TEACHER)
    mother.goto(f"/learn/pupils/{pupil}")
    mother.locator("summary", has_text="我觉得不对").click()
    mother.get_by_label("哪一样").select_option("distributive-law")
    mother.get_by_label("为什么").fill(DOUBT)
    mother.get_by_role("button", name="告诉老师").click()
    expect(mother.locator("#objections")).to_contain_text(DOUBT)
    teacher.goto(f"/school/pupils/{pupil}")
    theirs = teacher.locator("#objections .item", has_text=DOUBT)
    theirs.get_by_label("改成会了").check()
    theirs.get_by_label("答复一句").fill("听她讲过了，改过来了。")
    theirs.get_by_role("button", name="答复").click()
    expect(teacher.locator("#objections .item", has_text=DOUBT)).to_contain_text("已答复")
    mother.goto(f"/learn/pupils/{pupil}")
    line = mother.locator("#objections li", has_text=DOUBT)
    expect(line).to_contain_text("改了")
    expect(line).to_contain_text("听她讲过了")


def observe(seat: Seat, lesson: int) -> None:
    """Two observers hand in their sheets, a gap is refused; the teacher reads how far they agree."""
    for who, low in ((COLLEAGUE, "2"), (ADVISER, "1")):
        page = seat(who)
        page.goto("/school/observations")
        page.get_by_role("link", name=TITLE).click()
        scales = page.locator("fieldset:has(.scale)")
        names = scales.evaluate_all("all => all.map(one => one.id)")
        for at, name in enumerate(names[1:], start=1):
            page.check(f"[name='{name}'][value='{3 if at % 3 else low}']")
        page.get_by_role("button", name="交给老师").click()
        expect(page.locator(".errors")).to_be_focused()
        page.check(f"[name='{names[0]}'][value='{low}']")
        page.fill("[name=advice]", ADVICE)
        page.get_by_role("button", name="交给老师").click()
        expect(page.locator("h1")).to_have_text("交上去了，谢谢")
    teacher = seat(TEACHER)
    teacher.goto(f"/school/lessons/{lesson}")
    expect(teacher.locator("main")).to_contain_text(re.compile(r"加权 kappa -?\d\.\d+"))


def teach_with_the_other_school(seat: Seat) -> None:
    """A lesson of two schools: one ticket, its minutes said; each teacher reads their own names."""
    lead, here = seat(LEAD), seat(TEACHER)
    lead.goto("/school/dual")
    coming = lead.locator("#past li, li", has_text="还没上").get_by_role("link", name="乘法分配律")
    coming.last.click()
    lead.get_by_role("button", name="两边一起开始上课").click()
    form = lead.locator("#items")
    promised = re.search(r"预计共 (\d+) 秒", form.inner_text())
    assert promised is not None
    assert int(promised[1]) <= 120
    assert "$" not in form.inner_text()
    lead.get_by_role("button", name="同时发给两边").click()
    expect(lead.locator("#both-h")).to_be_visible()
    lead.get_by_role("button", name="下课").click()
    expect(lead.locator("main")).to_contain_text("上完了")
    here.goto(lead.url)
    expect(here.locator("#both-h")).to_be_visible()
    assert "$" not in here.locator("main").inner_text()
    assert "林小禾" not in lead.locator("main").inner_text()


def turn_others_away(seat: Seat, lesson: int, work: int, pupil: int) -> None:
    """A stranger, a mother of another class and another school's teacher see none of it."""
    paths = [
        f"/school/lessons/{lesson}", f"/school/works/{work}", f"/school/pupils/{pupil}",
        f"/learn/pupils/{pupil}", f"/learn/works/{work}",
    ]  # fmt: skip
    for who in (STRANGER, OTHER_MOTHER, LEAD):
        for path in paths:
            response = seat(who).goto(path)
            assert response is not None
            assert response.status in (403, 404), f"{who} at {path}"
            assert "林小禾" not in seat(who).locator("main").inner_text()


# ── hands ───────────────────────────────────────────────────────────────────────────────────────
def bank() -> Mapping[str, Item]:
    """Return the items of the subject."""
    return load().subjects[SUBJECT].items


def right(item: Item) -> str | tuple[str, ...]:
    """Return the right answer as a teacher types it in."""
    truth = right_answer(item)
    return truth if isinstance(truth, str) else tuple(one.split("|")[0] for one in truth)


def slip(item: Item) -> str | tuple[str, ...]:
    """Return a wrong answer that betrays a misconception, where the item knows one; else nothing."""
    return next(iter(item.wrong), "")


def number_in(page: Page) -> int:
    """Return the number at the end of a page's address."""
    found = re.search(r"/(\d+)(?:[/?#].*)?$", page.url)
    assert found is not None
    return int(found[1])
