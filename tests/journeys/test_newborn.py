"""A child is born: from a mother's phone through three offices to a certificate anyone can verify.

In a real Chromium against freshly started processes: once with scripts, once without; the
mother's household and the father's; registers that answer and registers that don't.
"""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pypdfium2
import pytest
import zxingcpp
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from tests import browser as browsers
from tests.journeys.visitors import PASSWORD, WAIT_SECONDS, bear, birth, patient

from minsheng.cli.stack import Stack

pytestmark = pytest.mark.browser
PHONE, DESK = 375, 1280
CHILD = "陈予珺"
TELEPHONE = "13800001234"


@dataclass
class Cast:
    """Opens a browser for anybody of the cast, and hears what all pages say and ask for."""

    chromium: Browser
    stack: Stack
    pages: ExitStack
    scripts: bool = True

    def arrive(self, *, width: int = PHONE) -> Page:
        """Return the page of somebody who isn't signed in."""
        page = self.pages.enter_context(
            browsers.opened(self.chromium, self.stack.base_url, width=width, scripts=self.scripts)
        )
        page.set_default_timeout(WAIT_SECONDS * 1000)
        return page

    def sign_in(self, username: str, *, width: int = PHONE) -> Page:
        """Return a page on which somebody has signed in by the form."""
        page = self.arrive(width=width)
        page.goto("/sign-in")
        _sign_in(page, username)
        return page

    def officer(self, username: str) -> Page:
        """Return the desk of an officer."""
        page = self.sign_in(username, width=DESK)
        assert page.url.endswith("/desk")
        return page


@pytest.fixture
def record(stack: Stack) -> Iterator[str]:
    """A child of 王芳 whom the hospital knows and nobody has applied for; registers answer."""
    number = f"YS-{uuid.uuid4().hex[:8]}"
    bear(stack.folder, birth(number, on=timezone.localdate()))
    yield number
    for register in ("hospital.birth_record", "civil.marriage"):
        stack.switch(register, "ok")


@contextmanager
def _cast(chromium: Browser, stack: Stack, *, scripts: bool = True) -> Iterator[Cast]:
    """Yield the cast; at the end no page may have left this host or complained."""
    with ExitStack() as pages:
        cast = Cast(chromium, stack, pages, scripts)
        yield cast
        said = [line for context in chromium.contexts for page in context.pages
                for line in browsers.heard(page)]  # fmt: skip
        assert [line for line in said if "status of 422" not in line] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_mother_fills_in_one_form_and_holds_a_certificate(
    chromium: Browser, stack: Stack, record: str, scripts: bool
):
    with _cast(chromium, stack, scripts=scripts) as cast:
        mother = cast.arrive()
        _find_the_service(mother)
        _start(mother)
        _make_mistakes(mother)
        _answer_step(mother, {"child_name": CHILD, "phone": TELEPHONE})
        _choose(mother, "跟母亲")
        _choose(mother, "到窗口领")
        number = _submit_twice(mother)

        _return_once(cast.officer("linlan"), number, "请确认名字里的珺字。")
        _answer_the_officer(mother, number, "没有错，是斜玉旁的珺。")
        _approve(cast.officer("linlan"), number, sees="没有错，是斜玉旁的珺。")
        _approve(cast.officer("sunwei"), number)
        _approve(cast.officer("wutong"), number)

        address = _read_certificate(mother, number)
        _verify(cast.arrive(), address)
        _read_timeline(mother, number)
        _see_who_looked(mother)
        _rate(mother, number)


def test_the_father_agrees_before_the_child_joins_his_household(
    chromium: Browser, stack: Stack, record: str
):
    with _cast(chromium, stack) as cast:
        mother = cast.sign_in("wangfang")
        _start(mother)
        _answer_step(mother, {"child_name": CHILD, "phone": TELEPHONE})
        _choose(mother, "跟父亲")
        _choose(mother, "到窗口领")
        expect(mother.locator("main")).to_contain_text("等父亲同意")
        number = _submit_twice(mother)
        _approve(cast.officer("linlan"), number)

        sunwei = cast.officer("sunwei")
        assert number not in sunwei.locator("main").inner_text()

        father = cast.sign_in("chenli")
        father.goto("/")
        father.get_by_role("link", name="去看看").click()
        father.goto(f"/mine/cases/{number}")
        assert TELEPHONE not in father.content()
        father.get_by_role("button", name="我同意").click()
        expect(father.get_by_role("button", name="我同意")).to_have_count(0)

        _approve(sunwei, number)
        _approve(cast.officer("wutong"), number)
        _wait(mother, f"/mine/cases/{number}", lambda: _has(mother, "去评价"))


def test_silent_registers_become_questions_and_the_story_still_ends(
    chromium: Browser, stack: Stack, record: str
):
    stack.switch("hospital.birth_record", "failing")
    stack.switch("civil.marriage", "failing")
    with _cast(chromium, stack) as cast:
        mother = cast.sign_in("wangfang")
        _start(mother)
        asked = mother.locator("main")
        expect(asked).to_contain_text("医院的出生记录没有查到，所以问您")
        expect(asked).to_contain_text("有的登记库现在没有回答")
        mother.get_by_label("本区的医院").check()
        mother.get_by_label("女", exact=True).check()
        _answer_step(
            mother,
            {
                "child_name": CHILD,
                "phone": TELEPHONE,
                "child_birth": timezone.localdate().isoformat(),
                "hospital_name": "区妇幼保健院",
                "mother_number": "500999199605180025",
            },
        )
        mother.get_by_label("已登记").check()
        _answer_step(mother, {})
        _answer_step(mother, {"father_number": "500999199511030018", "father_name": "陈立"})
        _choose(mother, "跟母亲")
        _choose(mother, "到窗口领")
        _hand_in(mother)
        number = _submit_twice(mother)

        _approve(cast.officer("linlan"), number, evidence="打电话问了产科，有这次出生。")
        _approve(cast.officer("sunwei"), number, sees="承诺")
        _approve(cast.officer("wutong"), number)
        _wait(mother, f"/mine/cases/{number}", lambda: _has(mother, "去评价"))


def _find_the_service(page: Page) -> None:
    """Come to the guide from the front door, by what happened."""
    page.goto("/")
    page.get_by_role("link", name="孩子出生").click()
    expect(page.get_by_role("navigation", name="您在这里")).to_contain_text("病有良医")
    page.get_by_role("link", name="新生儿出生一件事").click()
    expect(page.locator("h1")).to_have_text("孩子出生，一次办好")
    for office in ("区妇幼保健院", "公安分局", "人力社保局"):
        expect(page.locator("table")).to_contain_text(office)
    page.get_by_role("link", name="开始填表").first.click()
    expect(page.locator("h1")).to_have_text("登录")
    _sign_in(page, "wangfang")
    if "/items" in page.url:
        _take_three(page)
    expect(page.locator("h1")).to_have_text("孩子和您")


def _sign_in(page: Page, username: str) -> None:
    page.get_by_label("登录名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("main form").get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def _start(page: Page) -> None:
    """Open the form at its first question."""
    if "/apply/" not in page.url:
        page.goto("/services/newborn")
        with page.expect_navigation():
            page.get_by_role("link", name="开始填表").first.click()
    if "/items" in page.url:
        _take_three(page)
    expect(page.locator("h1")).to_have_text("孩子和您")


def _take_three(page: Page) -> None:
    """Leave out everything that may be left out, save the card."""
    for box in page.locator("main [name=items]").all():
        box.set_checked(box.get_attribute("value") == "social_card")
    _press(page, "就办这些，下一步")


def _make_mistakes(page: Page) -> None:
    """Type a formula and a short number: both are named, both are kept, the list has the focus."""
    page.get_by_label("孩子的姓名").fill("=陈予珺")
    page.get_by_label("联系手机").fill("1380000")
    _press(page, "保存，下一步")
    errors = page.locator(".errors")
    expect(errors).to_contain_text("还有 2 处要改")
    expect(errors).to_contain_text("现在是 7 位")
    expect(errors).to_be_focused()
    expect(page.get_by_label("孩子的姓名")).to_have_value("=陈予珺")
    expect(page.get_by_label("联系手机")).to_have_value("1380000")
    expect(page.get_by_label("联系手机")).to_have_attribute("aria-invalid", "true")
    errors.get_by_role("link").nth(1).click()
    assert page.url.endswith("#f-phone")


def _answer_step(page: Page, answers: dict[str, str]) -> None:
    for name, text in answers.items():
        page.locator(f"main [name={name}]").fill(text)
    if page.get_by_role("button", name="保存，下一步").count():
        here = page.url
        _press(page, "保存，下一步")
        expect(page.locator(".errors")).to_have_count(0)
        assert page.url != here


def _choose(page: Page, label: str) -> None:
    page.get_by_label(label).check()
    _press(page, "保存，下一步")
    expect(page.locator(".errors")).to_have_count(0)


def _hand_in(page: Page) -> None:
    """Give a file that isn't what it says, then a photo, and promise the rest."""
    upload = page.locator("input[type=file]").first
    upload.set_input_files(
        files=[{"name": "出院小结.pdf", "mimeType": "application/pdf", "buffer": b"just text"}]
    )
    for promise in page.locator("input[type=checkbox]").all():
        promise.check()
    _press(page, "保存，下一步")
    expect(page.locator(".errors")).to_contain_text("还有 1 处要改")
    upload.set_input_files(
        files=[{"name": "出院小结.png", "mimeType": "image/png", "buffer": _photo()}]
    )
    _press(page, "保存，下一步")
    expect(page.locator(".errors")).to_have_count(0)


def _photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (200, 210, 220)).save(out, "PNG")
    return out.getvalue()


def _submit_twice(page: Page) -> str:
    """Read the plan, press the button twice as people do, and return the one case's number."""
    before = _numbers_of(page)
    expect(page.locator(".promise .date")).to_be_visible()
    expect(page.locator(".planlist li")).to_have_count(3)
    page.get_by_role("button", name="提交，开始办").dblclick()
    page.wait_for_url("**/mine/cases/*")
    number = page.url.rpartition("/")[2].partition("?")[0]
    assert _numbers_of(page) - before == {number}
    return number


def _numbers_of(page: Page) -> set[str]:
    """Return the numbers of the cases under “mine”, and come back to this page."""
    here = page.url
    page.goto("/mine")
    numbers = set(re.findall(r"/mine/cases/([\d-]+)", page.content()))
    page.goto(here)
    return numbers


def _open_item(officer: Page, number: str) -> None:
    """Open a case from the work list as soon as it stands there."""
    row = officer.locator(".inbox > li").filter(has_text=number)
    _wait(officer, "/desk", lambda: str(row.count() or ""))
    with officer.expect_navigation():
        row.get_by_role("link").first.click()
    if "为什么要看" in officer.title():
        _press(officer, "打开")  # sensitive data: the first time, the officer says why
    expect(officer.locator("main")).to_contain_text(number)


def _return_once(officer: Page, number: str, message: str) -> None:
    _open_item(officer, number)
    officer.get_by_label("孩子的名字要再确认").check()
    officer.get_by_label("写给申请人看的话").fill(message)
    _press(officer, "确认")
    row = officer.locator(".inbox > li").filter(has_text=number)
    expect(row).to_contain_text("停")


def _answer_the_officer(mother: Page, number: str, answer: str) -> None:
    mother.goto("/mine")
    mother.locator("li").filter(has_text=number).get_by_role("link").first.click()
    banner = mother.locator(".banner").filter(has_text="等您补一样")
    expect(banner).to_contain_text("请确认名字里的珺字。")
    mother.get_by_label("您的回答").fill(answer)
    _press(mother, "发出")
    expect(banner).to_have_count(0)


def _approve(officer: Page, number: str, *, sees: str = "", evidence: str = "") -> None:
    _open_item(officer, number)
    expect(officer.locator("main")).to_contain_text(sees)
    if evidence:
        expect(officer.locator(".checks")).to_contain_text("未知")
        officer.locator("#evidence").fill(evidence)
    officer.get_by_label("同意", exact=False).first.check()
    _press(officer, "确认")
    assert officer.url.endswith("/desk"), officer.locator(".errors").inner_text()


def _read_certificate(mother: Page, number: str) -> str:
    """Wait for the certificate, download its PDF, and return the address in its code."""
    _wait(mother, f"/mine/cases/{number}", lambda: _has(mother, "一件事办结凭证"))
    for title in ("出生医学证明", "户口页（出生登记）", "社会保障卡"):
        expect(mother.locator("a.go").filter(has_text=title)).to_have_count(1)
    mother.locator("a.go").filter(has_text="出生医学证明").click()
    expect(mother.locator(".sheet")).to_contain_text(CHILD)
    with mother.expect_download() as download:
        mother.get_by_role("link", name="下载签名的 PDF").click()
    with pypdfium2.PdfDocument(download.value.path()) as document:
        text = document[0].get_textpage().get_text_bounded()
        picture = document[0].render(scale=3).to_pil()
    assert CHILD in text.replace("\r\n", "")
    assert "演示样本" in text.replace("\r\n", "")
    (code,) = zxingcpp.read_barcodes(picture)
    return code.text


def _verify(stranger: Page, address: str) -> None:
    """Open what the code says, as anybody with a telephone would."""
    stranger.goto(address)
    expect(stranger.locator("h1")).to_contain_text("有效")
    words = stranger.locator("main").inner_text()
    assert "王＊" in words
    assert CHILD not in words
    assert TELEPHONE not in stranger.content()


def _read_timeline(mother: Page, number: str) -> None:
    """Newest first: finished, the three matters in their order, the question, the submission."""
    mother.goto(f"/mine/cases/{number}")
    words = mother.locator(".tl").inner_text()
    order = ["全部办完", "社会保障卡办好了", "出生户口登记办好了", "出生医学证明办好了", "您补好了",
             "区妇幼保健院请您补一样", "您提交了"]  # fmt: skip
    places = [words.find(line) for line in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def _see_who_looked(mother: Page) -> None:
    mother.goto("/mine/looks")
    for post in ("出生医学证明岗", "户籍岗", "社会保障卡岗"):
        expect(mother.locator("main")).to_contain_text(post)
    assert "林岚" not in mother.content()


def _rate(mother: Page, number: str) -> None:
    mother.goto(f"/mine/cases/{number}")
    mother.get_by_role("link", name="去评价").click()
    mother.get_by_label("满意", exact=False).nth(1).check()
    mother.get_by_label("想说的话").fill("快，一趟也没跑。")
    _press(mother, "发出")
    expect(mother.locator("h1")).to_contain_text("新生儿出生一件事")
    expect(mother.get_by_role("link", name="去评价")).to_have_count(0)


def _press(page: Page, name: str) -> None:
    """Press a button of the form and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def _has(page: Page, words: str) -> str:
    return words if words in page.locator("main").inner_text() else ""


def _wait(page: Page, path: str, look: Callable[[], str]) -> None:
    """Reload `path` until `look` finds something; the worker needs a moment."""

    def reload() -> str:
        page.goto(path)
        return look()

    patient(reload, path)
