"""Every page as somebody sees it: full, empty, with mistakes, refused. One list for all page tests.

Each page of the URL map must be seen at least once; `test_accessibility.py` holds that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.test import RequestFactory
from playwright.sync_api import Page, Route
from tests.journeys.prepared import Prepared
from tests.journeys.url_map import ADDRESSES

from minsheng.portal import errors

Act = Callable[[Page], None]
BROKEN = "/this-page-is-broken"


@dataclass(frozen=True, slots=True)
class Sight:
    """One page as one person sees it.

    `address` is the page that shows at the end; `via` the one that is opened first when `act`
    leads on from there. `places` puts other things into the address: slot → place.
    """

    title: str
    address: str = ""
    who: str = ""
    query: str = ""
    places: Mapping[str, str] = field(default_factory=dict)
    via: str = ""
    act: Act | None = None
    status: int = 200
    path: str = ""

    def show(self, page: Page, prepared: Prepared) -> str:
        """Open the page, do what leads to this sight, and return the HTML that was sent.

        Fails when something else is answered.
        """
        response = page.goto(self.where(prepared))
        if self.act is not None:
            with page.expect_navigation() as led:
                self.act(page)
            response = led.value
        assert response is not None
        assert response.status == self.status, f"{response.url} answered {response.status}"
        return response.text()

    def where(self, prepared: Prepared) -> str:
        """Return the address that is opened first."""
        if self.path:
            return self.path
        name = self.via or self.address
        stands = {slot: prepared.places[place] for slot, place in self.places.items()}
        return ADDRESSES[name].path(name, {**prepared.places, **stands}) + self.query


def send(selector: str = "main form .btn") -> Act:
    """Return the act of pressing a button; the browser's own checks are left out."""

    def act(page: Page) -> None:
        page.evaluate("for (const form of document.forms) form.noValidate = true")
        page.locator(selector).first.click()

    return act


def send_folded(selector: str) -> Act:
    """Return the act of opening what is folded away and pressing a button in it."""

    def act(page: Page) -> None:
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        send(selector)(page)

    return act


def send_with(**answers: str) -> Act:
    """Return the act of typing answers by the names of the fields and sending the form."""

    def act(page: Page) -> None:
        for name, text in answers.items():
            page.locator(f"main [name={name}]").first.fill(text)
        send()(page)

    return act


def touch_no_level(page: Page) -> None:
    """Send the form of the kiosk with no level: touching one would use up the code."""
    page.evaluate("document.querySelector('main [name=score]').value = ''")
    send()(page)


def tick_only(value: str) -> Act:
    """Return the act of leaving out every choice but one and sending the form."""

    def act(page: Page) -> None:
        for box in page.locator("main [type=checkbox]").all():
            box.set_checked(box.get_attribute("value") == value)
        send()(page)

    return act


def send_without_cookie(page: Page) -> None:
    """Send the form although the browser keeps no cookie of it."""
    page.context.clear_cookies(name="csrftoken")
    send()(page)


def choose_file(page: Page) -> None:
    """Verify a file that is no certificate."""
    file = {"name": "photo.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 no"}
    page.locator("#file").set_input_files(files=[file])  # type: ignore[list-item]
    send("main form[enctype] .btn")(page)


def break_down(page: Page) -> None:
    """Show the page of a fault of ours, with the look and language that the cookies ask for."""

    def answer(route: Route) -> None:
        request = RequestFactory().get(BROKEN)
        request.COOKIES.update({one["name"]: one["value"] for one in page.context.cookies()})
        body = errors.broken(request).content
        route.fulfill(status=500, content_type="text/html; charset=utf-8", body=body)

    page.route(f"**{BROKEN}", answer)
    page.goto(BROKEN)
    page.unroute(f"**{BROKEN}")


def _retry_what_is_gone(page: Page) -> None:
    button = page.locator("main form .btn").first
    button.evaluate("(button) => { button.value = '999999'; }")
    button.click()


def _submit_old_page(page: Page) -> None:
    form = page.locator("form[action$='/discard']")
    form.evaluate("(form) => { form.action = form.action.replace('discard', 'submit'); }")
    page.locator("form[action$='/submit'] button").click()


_QUESTIONS = {"draft": "draft of questions"}
_TWINS = {"draft": "draft of twins"}
_ANSWERED = {"whistle": "answered whistle"}
_FINISHED = {"case": "finished case"}
_REVOKED = {"certificate": "revoked certificate"}
_UNKNOWN = {"certificate": "unknown certificate"}


def _step(number: int) -> dict[str, str]:
    return {"step": "step" if number == 1 else f"step {number}"}


SIGHTS = (
    # What everybody sees.
    Sight("front door", "home"),
    Sight("front door with a case that waits", "home", "wangfang"),
    Sight("front door with a consent that is wanted", "home", "chenli"),
    Sight("search, empty", "search"),
    Sight("search with finds", "search", query="?q=户口"),
    Sight("search among my own cases", "search", "wangfang", query="?q=出生"),
    Sight("search without a find", "search", query="?q=zzz"),
    Sight("heading", "heading"),
    Sight("heading without a service", "heading", places={"heading": "empty heading"}),
    Sight("life event", "life-event"),
    Sight("life event without a service", "life-event", places={"life event": "other life event"}),
    Sight("guide", "guide"),
    Sight("guide with a draft", "guide", "wangfang"),
    Sight("help", "help"),
    Sight("accessibility", "accessibility"),
    Sight("sources", "sources"),
    Sight("site map", "site-map"),
    Sight("display", "mode"),
    Sight("specimen", "design"),
    Sight("verify", "verify"),
    Sight("verify without a file", "verify", act=send("main form[enctype] .btn"), status=422),
    Sight("verify a file that is none", "verify", act=choose_file),
    Sight("valid certificate", "verify-number"),
    Sight("revoked certificate", "verify-number", places=_REVOKED),
    Sight("unknown certificate", "verify-number", places=_UNKNOWN, status=404),
    Sight("sign in", "sign-in", query="?next=/mine"),
    Sight("sign in with mistakes", "sign-in", act=send(), status=422),
    # Applying.
    Sight("which child", "apply-event", "liqiang", places=_TWINS),
    Sight("which child, none chosen", "apply-event", "liqiang", places=_TWINS, act=send(), status=422),
    Sight("what is done", "apply-items", "wangfang"),
    Sight("what is done, one without what it needs", "apply-items", "wangfang", act=tick_only("birth_costs"), status=422),
    Sight("first step", "apply-step", "wangfang"),
    Sight(
        "first step with mistakes",
        "apply-step",
        "chenli",
        places=_QUESTIONS,
        act=send_with(child_name="=陈予珺", phone="1380000"),
        status=422,
    ),
    Sight("household step", "apply-step", "wangfang", places=_step(2)),
    Sight("card step", "apply-step", "wangfang", places=_step(3)),
    Sight("first step, no register knows", "apply-step", "chenli", places=_QUESTIONS),
    Sight(
        "first step, no register knows, nothing answered",
        "apply-step",
        "chenli",
        places=_QUESTIONS,
        act=send(),
        status=422,
    ),
    Sight("parents step, no register knows", "apply-step", "chenli", places={**_QUESTIONS, "step": "parents step"}),
    Sight("household step, no register knows", "apply-step", "chenli", places={**_QUESTIONS, **_step(2)}),
    Sight("proofs", "apply-materials", "chenli", places=_QUESTIONS),
    Sight("proofs, none given", "apply-materials", "chenli", places=_QUESTIONS, act=send(), status=422),
    Sight("plan", "apply-plan", "wangfang"),
    Sight("plan with gaps", "apply-plan", "chenli", places=_QUESTIONS),
    Sight(
        "plan submitted with gaps",
        "apply-submit",
        "chenli",
        via="apply-plan",
        places=_QUESTIONS,
        act=_submit_old_page,
        status=422,
    ),
    # What is mine.
    Sight("mine", "mine", "wangfang"),
    Sight("mine, consent wanted", "mine", "chenli"),
    Sight("mine, not proved", "mine", "newcomer"),
    Sight("notices", "notices", "wangfang"),
    Sight("notices, none", "notices", "liqiang"),
    Sight("who looked", "looks", "wangfang"),
    Sight("who looked, not proved", "looks", "newcomer"),
    Sight("my data", "my-data", "wangfang"),
    Sight("my data, not proved", "my-data", "newcomer"),
    Sight("my data, nothing wrong told", "my-data", "liqiang", act=send("form.stack:has([name=wish]) .btn"), status=422),
    Sight("erase, a case runs", "my-data-erase", "wangfang"),
    Sight("erase", "my-data-erase", "liqiang"),
    Sight("erase, not sure", "my-data-erase", "liqiang", act=send(), status=422),
    Sight("who acts for me", "agents", "wangfang"),
    Sight("who acts for me, not proved", "agents", "newcomer"),
    Sight("who acts for me, with mistakes", "agents", "wangfang", act=send("main form.stack .btn"), status=422),
    Sight("identity, proved", "identity", "wangfang"),
    Sight("identity", "identity", "newcomer"),
    Sight(
        "identity with mistakes",
        "identity",
        "newcomer",
        act=send_with(name="张三", number="50099919900101"),
        status=422,
    ),
    Sight("case that waits", "case", "wangfang"),
    Sight("case just submitted", "case", "wangfang", query="?new=1"),
    Sight("case as the father", "case", "chenli"),
    Sight("asked to join", "apply-join", "chenli", places={"draft": "draft of questions"}),
    Sight("case that I joined", "joined", "chenli"),
    Sight("case that somebody joined", "case", "wangfang", places={"case": "posted case"}),
    Sight("case finished", "case", "wangfang", places=_FINISHED),
    Sight("case with a revoked certificate", "case", "wangfang", places={"case": "reversed case"}),
    Sight("case withdrawn", "case", "wangfang", places={"case": "withdrawn case"}),
    Sight("answer left empty", "case-supply", "wangfang", via="case", act=send("form.stack .btn"), status=422),
    Sight("case refused", "case", "wangfang", places={"case": "refused case"}),
    Sight("object", "case-object", "wangfang", places={"case": "refused case", "item": "item"}),
    Sight("object without words", "case-object", "wangfang", places={"case": "refused case", "item": "item"}, act=send(), status=422),
    Sight("public notices", "posted-now"),
    Sight("public notice", "posted"),
    Sight("object to a notice", "posted-object", "liqiang"),
    Sight("object to a notice without words", "posted-object", "liqiang", act=send(), status=422),
    Sight("withdraw", "case-withdraw", "wangfang"),
    Sight("rate", "case-rate", "wangfang", places=_FINISHED),
    Sight("rate, nothing chosen", "case-rate", "wangfang", places=_FINISHED, act=send(), status=422),
    Sight("what I am entitled to", "policies", "qinsu"),
    Sight("what I am entitled to, little known", "policies", "wangfang"),
    Sight("what I am entitled to, not proved", "policies", "newcomer"),
    Sight("a few questions", "policy-questions", "qinsu"),
    Sight("a few questions, none chosen", "policy-questions", "qinsu", act=send(), status=422),
    Sight("policy, one question", "policy", "qinsu"),
    Sight("policy, no answer given", "policy", "qinsu", act=send(), status=422),
    Sight("what I get", "grants", "liuyang"),
    Sight("what I get, no account", "grants", "qinsu", act=send(), status=422),
    Sight("an award", "grant", "liuyang"),
    Sight("how a month was worked out", "grant-month", "liuyang"),
    Sight("apply", "grant-claim", "liuyang"),
    Sight("apply, not entitled", "grant-claim", "qinsu"),
    Sight("awards at the desk", "desk-grants", "tangli"),
    Sight("an award at the desk", "desk-grant", "tangli"),
    Sight("a claim at the counter", "desk-grant-counter", "zhaomin"),
    Sight("a claim at the counter, nothing given", "desk-grant-counter", "zhaomin", act=send(), status=422),
    Sight("the money of policies", "desk-money", "duanlin"),
    Sight("the money of policies, nothing chosen", "desk-money", "duanlin", act=send(), status=422),
    Sight("a batch", "desk-batch", "duanlin"),
    Sight("a batch, no answer chosen", "desk-batch", "duanlin", act=send(), status=422),
    Sight("my points", "points", "wangfang"),
    Sight("my points, none", "points", "liqiang"),
    Sight("my points, not proved", "points", "newcomer"),
    Sight("statement of points", "points-scheme", "wangfang"),
    Sight("exchange shop", "points-shop", "wangfang"),
    Sight("order of points", "points-order", "wangfang"),
    Sight("object to points", "points-objection", "wangfang"),
    Sight("object to points without words", "points-objection", "wangfang", act=send(), status=422),
    Sight("public points", "public-points"),
    Sight("points of a village", "points-circle"),
    Sight("sheet of points", "points-sheet"),
    Sight("my ratings", "ratings", "wangfang"),
    Sight("my ratings, none", "ratings", "liqiang"),
    Sight("my bad rating", "rating", "wangfang"),
    Sight("rating code", "rate-code"),
    Sight("rating code that is none", "rate-code", act=send(), status=404),
    Sight("rate a visit", "rate-visit"),
    Sight("kiosk", "kiosk"),
    Sight("kiosk, code that is none", "kiosk", act=send(), status=404),
    Sight("kiosk, levels", "kiosk-visit"),
    Sight("kiosk, nothing chosen", "kiosk-visit", act=touch_no_level, status=422),
    Sight("rate a visit, signed in", "rate-visit", "wangfang"),
    Sight("rate a visit, nothing chosen", "rate-visit", act=send(), status=422),
    Sight("certificate", "certificate", "wangfang"),
    Sight("my revoked certificate", "certificate", "wangfang", places=_REVOKED),
    # Requests.
    Sight("local room", "desk-local", "shenya", query="?area=jinhu"),
    Sight("local room of a village", "desk-local", "yangqun"),
    Sight("local list", "desk-local-list", "shenya", query="?area=jinhu&kind=requests-open"),
    Sight("local list, none", "desk-local-list", "shenya", query="?area=meiling&kind=repairs"),
    Sight("near me", "near", "liqiang", query="?area=jinhu.hubin"),
    Sight("near me, no place", "near", "chenli", query="?area=none"),
    Sight("near me, one to follow", "near-request", "liqiang"),
    Sight("council, my vote", "council", "wangfang"),
    Sight("council, no home yet", "council", "liqiang", query="?area=estate.fengyuan"),
    Sight("council matter, to vote", "council-matter", "wangfang"),
    Sight("council matter, nothing chosen", "council-matter", "wangfang", act=send(".decide form.stack .btn"), status=422),
    Sight("council results", "council-results"),
    Sight("council result", "council-result"),
    Sight("bench of policies", "desk-policies", "tangli"),
    Sight("a policy on the bench", "desk-policy", "tangli"),
    Sight("a policy tried", "desk-policy", "tangli", query="?name=share&value=1/2"),
    Sight("a policy, nothing proposed", "desk-policy", "tangli", act=send("main form[method=post] .btn"), status=422),
    Sight("the text of a policy", "desk-policy-text", "tangli"),
    Sight("the text of a policy with a table", "desk-policy-text", "tangli", places={"policy": "policy with a table"}),
    Sight("the text of a policy, nothing changed", "desk-policy-text", "tangli", act=send("button[value=propose]"), status=422),
    Sight("numbers that policies share", "desk-policy-numbers", "tangli"),
    Sight("a shared number tried", "desk-policy-numbers", "tangli", query="?name=older_age_female&value=45"),
    Sight("a shared number, nothing proposed", "desk-policy-numbers", "tangli", act=send("main form[method=post] .btn"), status=422),
    Sight("what was changed in policies", "desk-policy-proposals", "tangli"),
    Sight("a proposal of mine", "desk-policy-proposal", "tangli"),
    Sight("a proposal to approve", "desk-policy-proposal", "zhoujing"),
    Sight("a proposal tried", "desk-policy-proposal", "zhoujing", query="?try=1"),
    Sight("a text published, to take back", "desk-policy-proposal", "tangli", places={"policy proposal": "published text"}),
    Sight("a text published, no reason to take back", "desk-policy-proposal", "tangli", places={"policy proposal": "published text"}, act=send_folded("button[value=take_back]"), status=422),
    Sight("cliffs of a policy, to be asked", "desk-policy-cliffs", "tangli"),
    Sight("cliffs of a policy", "desk-policy-cliffs", "tangli", query="?person=qinsu&fact=received.flexible_insurance&f.work=flexible"),
    Sight("cliffs of all policies", "desk-policy-cliffs", "tangli", query="?person=qinsu&fact=flexible_paid_fen_month&of=all&f.work=flexible"),
    Sight("cliffs, a range that is none", "desk-policy-cliffs", "tangli", query="?fact=age&low=x", status=422),
    Sight("screening", "desk-screening", "tangli"),
    Sight("screening, nothing chosen", "desk-screening", "tangli", act=send(), status=422),
    Sight("screening, who approves", "desk-screening", "zhoujing"),
    Sight("a run of screening", "desk-screening-run", "tangli"),
    Sight("council desk", "desk-councils", "shenya"),
    Sight("council desk of the leader", "desk-councils", "zhoujing"),
    Sight("council roll", "desk-homes", "shenya", query="?area=jinhu.hubin"),
    Sight("council call", "desk-council-call", "shenya"),
    Sight("council call with mistakes", "desk-council-call", "shenya", act=send(".decide form.stack .btn"), status=422),
    Sight("council at the desk, voting", "desk-council", "shenya"),
    Sight("council at the desk, done", "desk-council", "tangping", places={"matter": "ended matter"}),
    Sight("council mediation", "desk-mediation", "yangqun"),
    Sight("council talk", "desk-talk", "yangqun"),
    Sight("council talk with mistakes", "desk-talk", "yangqun", act=send(".decide form.stack .btn"), status=422),
    Sight("council private request", "request", "wangfang", places={"request": "private request"}),
    Sight("my requests", "requests", "wangfang"),
    Sight("my requests, none", "requests", "liqiang"),
    Sight("a new request", "request-new", "wangfang"),
    Sight("a new request with mistakes", "request-new", "wangfang", act=send("main form.stack .btn"), status=422),
    Sight("my request", "request", "wangfang"),
    Sight("whistles", "firm", "huangyi"),
    Sight("whistles, no firm", "firm", "liqiang"),
    Sight("my classes", "school", "tanmei"),
    Sight("the schools I lead", "school", "kongrui"),
    Sight("no school of mine", "school", "linlan"),
    Sight("the schools of the district", "school", "shaoqing"),
    Sight("a school, by its head", "school-one", "kongrui"),
    Sight("a school, by the bureau", "school-one", "shaoqing"),
    Sight("registers in and out", "school-register", "kongrui"),
    Sight("registers, no file chosen", "school-register", "kongrui", act=send("main form.stack .btn"), status=422),
    Sight("a register to look at", "school-import", "kongrui"),
    Sight("a register with mistakes", "school-import", "kongrui", places={"import": "wrong import"}),
    Sight("a register that takes much away", "school-import", "kongrui", places={"import": "stopped import"}),
    Sight("a register to second", "school-import", "shaoqing", places={"import": "stopped import"}),
    Sight("a register to second, no reason", "school-import", "shaoqing", places={"import": "stopped import"}, act=send("main form.stack .btn"), status=422),
    Sight("a class", "school-class", "tanmei"),
    Sight("contests, my works and judging", "school-contests", "kelan"),
    Sight("contests to run", "school-contests", "shaoqing"),
    Sight("contests to run, with mistakes", "school-contests", "shaoqing", act=send_folded("main form.stack .btn"), status=422),
    Sight("contests to recommend for", "school-contests", "kongrui"),
    Sight("contests, none of mine", "school-contests", "linlan"),
    Sight("a contest to enter", "school-contest-enter", "tanmei"),
    Sight("a contest to enter, with mistakes", "school-contest-enter", "tanmei", act=send("main form.stack .btn"), status=422),
    Sight("my work, papers missing", "school-work", "tanmei"),
    Sight("my work, handed in too early", "school-work", "tanmei", act=send("button[value=send]"), status=422),
    Sight("a work to recommend", "school-work", "kongrui", places={"work": "sent work"}),
    Sight("a work to judge", "school-sheet", "kelan"),
    Sight("a work to judge, with mistakes", "school-sheet", "kelan", act=send("main form.stack .btn"), status=422),
    Sight("a round to run", "school-contest", "shaoqing"),
    Sight("a round to run, no judges", "school-contest", "shaoqing", act=send("button[value=judges]"), status=422),
    Sight("a round being judged", "school-contest", "shaoqing", places={"contest": "judged contest"}),
    Sight("a round that has ended", "school-contest", "shaoqing", places={"contest": "ended contest"}),
    Sight("a round as teachers see it", "school-contest", "tanmei", places={"contest": "ended contest"}),
    Sight("a round before its result", "school-contest", "tanmei"),
    Sight("my record", "school-growth", "tanmei"),
    Sight("my record, a line with mistakes", "school-growth", "kelan", act=send_folded("button[value=add]"), status=422),
    Sight("records to check", "school-growth", "kongrui"),
    Sight("evidence of a record", "school-growth-evidence", "kongrui"),
    Sight("evidence of a record, no reason", "school-growth-evidence", "kongrui", via="school-growth-evidence", act=send(), status=422),
    Sight("register of awards", "school-awards", "shaoqing"),
    Sight("register of awards, none", "school-awards", "linlan"),
    Sight("awards of teachers", "awards"),
    Sight("a class that I lead", "school-class", "kongrui"),
    Sight("giving a ticket", "school-give", "tanmei"),
    Sight("giving a ticket with items", "school-give", "tanmei", query="?skill=distributive-law&skill=read-bars"),
    Sight("giving homework", "school-give", "tanmei", query="?kind=homework&skill=symmetry"),
    Sight("giving with mistakes", "school-give", "tanmei", act=send("main form .btn"), status=422),
    Sight("a work", "class-work", "tanmei"),
    Sight("a work that is over", "class-work", "tanmei", places={"given work": "own done work"}),
    Sight("a work on paper", "class-work-paper", "tanmei"),
    Sight("questions to print", "class-work-questions", "tanmei"),
    Sight("a work on paper, no file", "class-work-paper", "tanmei", act=send("main form .btn"), status=422),
    Sight("scans to settle", "class-work-scans", "tanmei"),
    Sight("typing in from paper", "class-work-type", "tanmei"),
    Sight("typing in what is in", "class-work-type", "tanmei", places={"given work": "own done work"}),
    Sight("a portrait for a teacher", "school-pupil", "tanmei"),
    Sight("a portrait with mistakes", "school-pupil", "tanmei", act=send("#objections form.stack .btn"), status=422),
    Sight("a page for the parents' evening", "school-pupil-sheet", "tanmei"),
    Sight("items", "school-items", "tanmei"),
    Sight("items, none", "school-items", "tanmei", query="?q=zzz"),
    Sight("an item", "school-item", "tanmei"),
    Sight("an item with a picture", "school-item", "tanmei", places={"exercise": "exercise with a picture"}),
    Sight("my sheet", "learn-work", "linxiaohe"),
    Sight("my sheet with things to mend", "learn-work", "linxiaohe", act=send(), status=422),
    Sight("my sheet, done", "learn-work", "linxiaohe", places={"own work": "own done work"}),
    Sight("what went wrong", "learn-wrong", "linxiaohe"),
    Sight("my portrait", "learn-pupil", "linxiaohe"),
    Sight("the portrait of my child", "learn-pupil", "linxia"),
    Sight("one page of my child", "learn-pupil-sheet", "linxia"),
    Sight("lessons", "lessons", "tanmei"),
    Sight("lessons of others", "lessons", "shaoqing"),
    Sight("lessons, none", "lessons", "linlan"),
    Sight("a lesson to come", "lesson", "tanmei"),
    Sight("a lesson taught", "lesson", "tanmei", places={"lesson": "taught lesson"}),
    Sight("a lesson, its head", "lesson", "kongrui", places={"lesson": "taught lesson"}),
    Sight("a lesson rehearsed", "lesson", "tanmei", act=send('[value="rehearse"]')),
    Sight("a lesson, not begun", "lesson-teach", "tanmei"),
    Sight("a new plan", "plan-new", "tanmei"),
    Sight("a new plan with mistakes", "plan-new", "tanmei", act=send("main form.stack-l .btn"), status=422),
    Sight("a plan", "plan", "tanmei"),
    Sight("a plan to be revised", "plan-edit", "tanmei"),
    Sight("what changed in a plan", "plan-changes", "tanmei"),
    Sight("lessons to observe", "observations", "kelan"),
    Sight("lessons to observe, none", "observations", "linlan"),
    Sight("an observation handed in", "observation", "kelan"),
    Sight("dual lessons, the lead teacher", "school-dual", "qiaoyu"),
    Sight("dual lessons, a head", "school-dual", "kongrui"),
    Sight("dual lessons, none", "school-dual", "linlan"),
    Sight("a pairing to propose", "school-dual-new", "kongrui"),
    Sight("a pairing with mistakes", "school-dual-new", "kongrui", act=send("main form.stack .btn"), status=422),
    Sight("a pairing to propose, no head", "school-dual-new", "tanmei"),
    Sight("a pairing", "school-dual-pairing", "qiaoyu"),
    Sight("a pairing, a head", "school-dual-pairing", "kongrui"),
    Sight("whether dual lessons help", "school-dual-effect", "shaoqing"),
    Sight("a dual lesson taught, the far teacher", "school-dual-lesson", "tanmei"),
    Sight("a dual lesson taught, the adviser", "school-dual-lesson", "shaoqing"),
    Sight("a dual lesson to come", "school-dual-lesson", "qiaoyu", places={"dual lesson": "coming dual lesson"}),
    Sight("learning, of my child", "learn", "linxia"),
    Sight("learning, my own", "learn", "linxiaohe"),
    Sight("learning, no child", "learn", "liqiang"),
    Sight("clubs and courses", "clubs"),
    Sight("a draw that anybody can check", "clubs-round"),
    Sight("a round whose seed is hidden", "clubs-round", places={"club round": "open round"}),
    Sight("clubs of my child", "learn-clubs", "linxia"),
    Sight("clubs, my own", "learn-clubs", "linxiaohe"),
    Sight("clubs, no child", "learn-clubs", "liqiang"),
    Sight("clubs I lead", "school-clubs", "tanmei"),
    Sight("rounds I run", "school-clubs", "kongrui"),
    Sight("clubs of the district", "school-clubs", "shaoqing"),
    Sight("no club of mine", "school-clubs", "linlan"),
    Sight("a round that is published", "school-round", "kongrui"),
    Sight("a round that is open", "school-round", "kongrui", places={"club round": "open round"}),
    Sight("a club's list", "school-club", "tanmei"),
    Sight("a club's list, for the head", "school-club", "kongrui"),
    Sight("a pupil put into a club", "school-club-enrol", "tanmei"),
    Sight("nobody of that name", "school-club-enrol", "tanmei", via="school-club-enrol", act=send(), status=422),
    Sight("paper forms, no round", "school-club-forms", "tanmei"),
    Sight("paper forms of a class", "school-club-forms", "qiaoyu", places={"class": "choosing class"}),
    Sight("one paper form", "school-club-form", "qiaoyu"),
    Sight("lessons to book", "school-bookings", "tanmei"),
    Sight("lessons to confirm", "school-bookings", "shaoqing"),
    Sight("loans of a firm", "firm-loans", "huangyi"),
    Sight("loans, no firm", "firm-loans", "liqiang"),
    Sight("loans with mistakes", "firm-loans", "huangyi", act=send("main form.stack .btn"), status=422),
    Sight("a loan of a firm", "firm-loan", "huangyi"),
    Sight("projects of a firm", "firm-stakes", "huangyi"),
    Sight("projects with mistakes", "firm-stakes", "huangyi", act=send("main form.stack .btn"), status=422),
    Sight("a project of a firm", "firm-stake", "huangyi"),
    Sight("loans at the desk", "desk-loans", "luoan"),
    Sight("a loan at the desk", "desk-loan", "renjing"),
    Sight("projects at the desk", "desk-stakes", "kangning"),
    Sight("a project at the desk, shares to come", "desk-stake", "kangning"),
    Sight("assessments of an elder", "assessments", "xuguilan"),
    Sight("assessments, none", "assessments", "liqiang"),
    Sight("assessments, not proved", "assessments", "newcomer"),
    Sight("an assessment arranged", "assessment", "xuguilan"),
    Sight("a result with an objection", "assessment", "chenlian", places={"assessment": "signed assessment"}),
    Sight("the sheet of an elder", "assessment-sheet", "chenlian"),
    Sight("assessments to arrange", "desk-assessments", "aiming"),
    Sight("assessments to arrange, a wrong number", "desk-assessments", "aiming", act=send_with(number="12"), status=422),
    Sight("assessments, none at the desk", "desk-assessments", "linlan"),
    Sight("an assessment to arrange", "desk-assessment", "aiming"),
    Sight("an assessment to fill in", "desk-assessment", "mengyan"),
    Sight("an assessment handed in too early", "desk-assessment", "mengyan", act=send("main form .btn"), status=422),
    Sight("one group of items", "desk-assessment-part", "mengyan"),
    Sight("what makes a level worse", "desk-assessment-part", "mengyan", places={"part of assessment": "facts of assessment"}),
    Sight("a count in words", "desk-assessment-part", "mengyan", places={"part of assessment": "facts of assessment"}, act=send_with(care_events="很多"), status=422),
    Sight("two sheets beside one another", "desk-assessment", "gebing", places={"assessment": "compared assessment"}),
    Sight("two sheets, signed too early", "desk-assessment", "gebing", places={"assessment": "compared assessment"}, act=send("button[value=sign]"), status=422),
    Sight("the sheet at the desk", "desk-assessment-sheet", "dingke"),
    Sight("how far assessors agree", "desk-assessments-quality", "aiming"),
    Sight("a policy that waits for an assessment", "policy", "xuguilan", places={"policy": "policy with assessment"}),
    Sight("topic days", "sittings"),
    Sight("topic days of a firm", "firm-sittings", "huangyi"),
    Sight("a firm's points", "firm-room", "huangyi"),
    Sight("a firm's points, no firm", "firm-room", "liqiang"),
    Sight("an objection without words", "firm-room", "huangyi", act=send_folded("details.sub .btn"), status=422),
    Sight("a firm's numbers", "firm-numbers", "huangyi"),
    Sight("a firm's numbers with mistakes", "firm-numbers", "huangyi", act=send_with(staff="八十"), status=422),
    Sight("policies of a firm", "firm-policies", "huangyi"),
    Sight("policies of a firm, no firm", "firm-policies", "liqiang"),
    Sight("one policy of a firm", "firm-policy", "huangyi"),
    Sight("one policy of a firm, no firm", "firm-policy", "liqiang"),
    Sight("one policy of a firm that waits", "firm-policy", "huangyi", places={"firm policy": "waiting firm policy"}),
    Sight("numbers that a policy of firms reads", "firm-numbers", "huangyi", query="?policy=keep-jobs"),
    Sight("vouchers of a firm", "firm-vouchers", "huangyi"),
    Sight("vouchers of a firm, no firm", "firm-vouchers", "liqiang"),
    Sight("vouchers of a firm with mistakes", "firm-vouchers", "huangyi", act=send("main form.stack .btn"), status=422),
    Sight("one voucher to use", "firm-voucher", "huangyi"),
    Sight("one voucher with mistakes", "firm-voucher", "huangyi", act=send("main form.stack .btn"), status=422),
    Sight("one voucher, waiting for payment", "firm-voucher", "huangyi", places={"voucher": "voucher used"}),
    Sight("vouchers at the desk, to issue", "desk-vouchers", "yuelan"),
    Sight("vouchers at the desk, to pay", "desk-vouchers", "fanhua"),
    Sight("one voucher, checked again", "firm-voucher", "huangyi", places={"voucher": "voucher checked"}),
    Sight("one voucher, an answer without words", "firm-voucher", "huangyi", places={"voucher": "voucher checked"}, act=send("main form.stack .btn"), status=422),
    Sight("vouchers checked again", "desk-rechecks", "xuhang"),
    Sight("vouchers checked again, for who decides", "desk-rechecks", "gaowen"),
    Sight("a voucher checked again", "desk-recheck", "gaowen"),
    Sight("vouchers at the desk, no reason", "desk-vouchers", "fanhua", act=send_folded("details.data .btn"), status=422),
    Sight("points of a talent", "mine-talent", "huangyi"),
    Sight("points of a talent, nothing declared", "mine-talent", "liqiang"),
    Sight("points of a talent, not proved", "mine-talent", "newcomer"),
    Sight("code of a talent", "mine-talent", "huangyi", act=send("button[value=code]")),
    Sight("numbers of a talent", "mine-talent-numbers", "huangyi"),
    Sight("numbers of a talent with mistakes", "mine-talent-numbers", "huangyi", act=send_with(degree="博士"), status=422),
    Sight("talents at the desk", "desk-talent", "yuelan"),
    Sight("talents at the desk, nothing chosen", "desk-talent", "yuelan", act=send("main form.stack .btn"), status=422),
    Sight("numbers of a talent to check", "desk-talent-one", "yuelan"),
    Sight("numbers of a talent, refused without why", "desk-talent-one", "yuelan", act=send("button[value=refuse]"), status=422),
    Sight("scores at the desk", "desk-scores", "yuelan"),
    Sight("scores at the desk with mistakes", "desk-scores", "yuelan", act=send("main form.stack .btn"), status=422),
    Sight("scores of a year to keep", "desk-scores-year", "yuelan"),
    Sight("weights to enter", "desk-weights", "yuelan"),
    Sight("weights with mistakes", "desk-weights", "yuelan", act=send(), status=422),
    Sight("topic days, no firm", "firm-sittings", "liqiang"),
    Sight("a topic day to book", "firm-sitting", "huangyi"),
    Sight("a topic day with mistakes", "firm-sitting", "huangyi", act=send("main form.stack .btn"), status=422),
    Sight("a topic day, my seat", "firm-sitting", "huangyi", places={"sitting": "begun sitting"}),
    Sight("topic days to set", "desk-sittings", "yuelan"),
    Sight("topic days, none", "desk-sittings", "linlan"),
    Sight("a topic day at the table", "desk-sitting", "pengbo", places={"sitting": "begun sitting"}),
    Sight("a topic day to call off", "desk-sitting", "yuelan"),
    Sight("a child's need", "request-new", "wangfang", places={"request kind": "protected kind"}),
    Sight("a protected request, why it is opened", "desk-request", "xuning", places={"whistle": "protected request"}),
    Sight("a new whistle", "firm-request-new", "huangyi"),
    Sight("a new whistle, no firm", "firm-request-new", "liqiang"),
    Sight("my whistle", "firm-request", "huangyi"),
    Sight("my whistle, is it solved", "firm-request", "huangyi", places=_ANSWERED),
    Sight("my whistle, nothing chosen", "firm-request", "huangyi", places=_ANSWERED, act=send(".decide form.stack .btn"), status=422),
    Sight("requests at the desk", "desk-requests", "fanxue"),
    Sight("requests at the office", "desk-requests", "pengbo"),
    Sight("requests, none", "desk-requests", "linlan"),
    Sight("rates as the leader", "desk-request-rates", "zhoujing", query="?kind=whistle"),
    Sight("rates of one's own office, none", "desk-request-rates", "linlan"),
    Sight("a rate opened", "desk-request-rates", "zhoujing", query="?kind=whistle&rate=response"),
    Sight("how requests went", "request-figures"),
    Sight("a call", "desk-request-new", "fanxue"),
    Sight("a call with mistakes", "desk-request-new", "fanxue", act=send("main form.stack .btn"), status=422),
    Sight("to dispatch", "desk-request", "fanxue", places={"whistle": "new whistle"}),
    Sight("to dispatch, with hints", "desk-request", "fanxue", places={"whistle": "request"}),
    Sight("sorted", "desk-sorting", "fanxue"),
    Sight("to sort", "desk-sorting", "fanxue", places={"request": "unsorted request"}),
    Sight("to sort, half answered", "desk-sorting", "fanxue", places={"request": "unsorted request"}, act=send(".decide form.stack .btn"), status=422),
    Sight("hot spots", "desk-hotspots", "fanxue"),
    Sight("a request at the office", "desk-request", "pengbo"),
    Sight("a hold to agree to", "desk-request", "zhoujing", places={"whistle": "held whistle"}),
    Sight("a dispute to decide", "desk-request", "zhoujing", places={"whistle": "disputed whistle"}),
    Sight("to call back", "desk-request", "jiangtao", places=_ANSWERED),
    # The desk.
    Sight("desk", "desk", "linlan"),
    Sight("desk with a held item", "desk", "sunwei"),
    Sight("desk, more time is asked", "desk", "zhoujing"),
    Sight("desk, an opinion is asked for", "desk", "heming"),
    Sight("desk, nothing waits", "desk", "hejun"),
    Sight("desk, nothing fits", "desk", "linlan", query="?q=999999"),
    Sight("item", "desk-item", "linlan", places={"item id": "open item id"}),
    Sight("item, nothing chosen", "desk-item", "linlan", places={"item id": "open item id"}, act=send(), status=422),
    Sight("item, returned", "desk-item", "linlan"),
    Sight("item, posted", "desk-item", "sunwei", places={"item id": "posted item id"}),
    Sight("stop the clock", "desk-act", "linlan", places={"item id": "open item id"}),
    Sight("stop the clock, no reason", "desk-act", "linlan", places={"item id": "open item id"}, act=send(), status=422),
    Sight("more time is asked", "desk-extension", "zhoujing", places={"item id": "posted item id"}),
    Sight("item, held", "desk-item", "sunwei", places={"item id": "held item id"}),
    Sight("item, done", "desk-item", "sunwei", places={"item id": "done item id"}),
    Sight("take back", "desk-reverse", "sunwei", places={"item id": "done item id"}),
    Sight("take back, no reason", "desk-reverse", "sunwei", places={"item id": "done item id"}, act=send(), status=422),
    Sight("lately done", "desk-done", "sunwei"),
    Sight("versions", "desk-versions", "zhoujing"),
    Sight("running cases to another form", "desk-moving", "zhoujing"),
    Sight("version in force", "desk-version", "zhoujing"),
    Sight("find a case", "desk-search", "sunwei"),
    Sight("find a case, found", "desk-search", "sunwei", act=send_with(q="王")),
    Sight("find a case, nothing", "desk-search", "sunwei", act=send_with(q="李")),
    Sight("together", "desk-bulk", "linlan"),
    Sight("together, one kind", "desk-bulk", "sunwei", query="?service=newborn&kind=household"),
    Sight("load of my office", "desk-load", "linlan"),
    Sight("load of all offices", "desk-load", "zhoujing"),
    Sight("behind the load", "desk-load-list", "sunwei", query="?post=police.household&kind=open"),
    Sight("lately done, nothing", "desk-done", "zhoujing"),
    Sight("stuck", "desk-stuck", "gaoyuan"),
    Sight("retried what is gone", "desk-stuck", "gaoyuan", act=_retry_what_is_gone, status=404),
    Sight("orders as the leader", "desk-orders", "zhoujing"),
    Sight("orders, none", "desk-orders", "wutong"),
    Sight("order to answer", "desk-order", "linlan"),
    Sight("order as the leader", "desk-order", "zhoujing"),
    Sight("order answered with nothing", "desk-order", "linlan", act=send(".decide .btn"), status=422),
    Sight("new order, no such case", "desk-order-new", "zhoujing", query="?case=2020-000001", status=404),
    Sight("my visits", "desk-rounds", "aiming"),
    Sight("my visits, none", "desk-rounds", "wutong"),
    Sight("the day's way", "desk-route", "yuelan"),
    Sight("the day's way, nowhere to go", "desk-route", "wutong"),
    Sight("who is late with visits", "desk-coverage", "zhoujing"),
    Sight("visits of nobody to answer for", "desk-coverage", "wutong"),
    Sight("visits on the phone", "desk-phone", "aiming"),
    Sight("voices of the courtyards", "desk-voices", "shizhu"),
    Sight("a voice with nothing said", "desk-voices", "shizhu", act=send(), status=422),
    Sight("voices, no helper", "desk-voices", "wutong"),
    Sight("the board of the courtyards", "courtyards"),
    Sight("what became of a voice", "desk-voice", "shizhu"),
    Sight("who is visited", "desk-enrolled", "fanhua"),
    Sight("somebody new to visit", "desk-enrolled", "fanhua", query="?plan=firm-steward"),
    Sight("somebody new to visit, no number", "desk-enrolled", "fanhua", query="?plan=firm-steward", act=send("#new .btn"), status=422),
    Sight("somebody who is visited", "desk-enrolled-one", "shizhu"),
    Sight("a pause without a day", "desk-enrolled-one", "shizhu", act=send("button[value=pause]"), status=422),
    Sight("a leak to repair", "desk-request", "fangwei", places={"whistle": "leak"}),
    Sight("a leak under repair", "desk-request", "fangwei", places={"whistle": "voice"}),
    Sight("who visits me", "my-visits", "chenlian"),
    Sight("nobody visits me", "my-visits", "liqiang"),
    Sight("a visit", "desk-round", "aiming"),
    Sight("a visit, nothing filled in", "desk-round", "aiming", act=send("#form .btn"), status=422),
    Sight("bad reviews", "desk-reviews", "xujing"),
    Sight("bad reviews, none", "desk-reviews", "wutong"),
    Sight("bad review at the desk", "desk-review", "xujing"),
    Sight("bad review at the office", "desk-review", "zhaomin"),
    Sight("bad review, nothing written", "desk-review", "zhaomin", act=send(".decide .btn"), status=422),
    Sight("satisfaction", "desk-ratings", "zhoujing"),
    Sight("satisfaction of one's own office", "desk-ratings", "wutong"),
    Sight("a rating on paper", "desk-rating-entry", "zhaomin"),
    Sight("rating codes", "desk-visits", "zhaomin"),
    Sight("a rating code", "desk-visits", "zhaomin", act=send()),
    Sight("counter", "desk-counter", "zhaomin"),
    Sight("counter with mistakes", "desk-counter", "zhaomin", act=send(), status=422),
    # The ledger.
    Sight("ledger", "desk-projects", "zhoujing"),
    Sight("ledger, nothing like that", "desk-projects", "zhoujing", query="?words=zzz"),
    Sight("ledger, board", "desk-projects", "zhoujing", query="?view=board"),
    Sight("ledger, Gantt", "desk-projects", "zhoujing", query="?view=gantt"),
    Sight("ledger, map", "desk-projects", "zhoujing", query="?view=map"),
    Sight("ledger, plans", "desk-projects", "zhoujing", query="?view=tree"),
    Sight("ledger, new entry", "desk-project-new", "fangwei"),
    Sight("ledger, new entry without a title", "desk-project-new", "fangwei", act=send(), status=422),
    Sight("ledger, from Excel", "desk-project-import", "fangwei"),
    Sight("ledger, no workbook", "desk-project-import", "fangwei", act=send(), status=422),
    Sight("public ledger", "projects"),
    Sight("public ledger, map", "projects", query="?view=map"),
    Sight("public ledger, plans", "projects", query="?view=tree"),
    Sight("public entry", "project"),
    Sight("ledger entry", "desk-project", "fangwei"),
    Sight("ledger entry, nothing written", "desk-project", "fangwei", act=send("button[value=news]"), status=422),
    Sight("ledger entry, a change to decide", "desk-project", "lijia"),
    Sight("repairs", "desk-repairs", "fangwei"),
    Sight("repairs, the estate", "desk-repair-new", "fangwei"),
    Sight("repairs, the home", "desk-repair-new", "fangwei", query="?estate=estate.heyuan"),
    Sight("repair", "desk-repair", "fangwei"),
    Sight("repair, a vote", "desk-repair", "fangwei", query="?part_area=120&part_persons=2&yes_area=90&yes_persons=1"),
    Sight("repair, nothing settled", "desk-repair", "fangwei", act=send("button[value=plan]"), status=422),
    # The three separated administrators.
    Sight("points at the desk", "desk-points", "yangqun"),
    Sight("points at the desk, none", "desk-points", "sunwei"),
    Sight("record points", "desk-points-circle", "yangqun"),
    Sight("record points, with mistakes", "desk-points-circle", "yangqun", act=send_with(times="99"), status=422),
    Sight("watch over points", "desk-points-circle", "tangping"),
    Sight("shop of points", "desk-points-shop", "tangping"),
    Sight("shop of points, wrong code", "desk-points-shop", "tangping", act=send_with(code="WRONG"), status=404),
    Sight("more", "desk-more", "hejun"),
    Sight("more, nothing", "desk-more", "linlan"),
    Sight("offices", "desk-offices", "gaoyuan"),
    Sight("offices with mistakes", "desk-offices", "gaoyuan", act=send(), status=422),
    Sight("signed calls", "desk-webhooks", "gaoyuan"),
    Sight("signed calls with mistakes", "desk-webhooks", "gaoyuan", act=send("main form[novalidate] .btn"), status=422),
    Sight("sign-ins of staff", "desk-accounts", "qinwen"),
    Sight("sign-ins with mistakes", "desk-accounts", "qinwen", act=send("main form[method=post] .btn"), status=422),
    Sight("one sign-in", "desk-account", "qinwen"),
    Sight("audit", "desk-audit", "hejun"),
    Sight("audit, verified", "desk-audit", "hejun", act=send("button[value=verify]")),
    Sight("wishes to join", "desk-joins", "linlan"),
    Sight("requests for correction", "desk-corrections", "sunwei"),
    Sight("in an emergency", "desk-glass", "wutong"),
    Sight("in an emergency, no reason", "desk-glass", "wutong", act=send(), status=422),
    Sight("behind the glass", "desk-behind-glass", "wutong"),
    Sight("protected cases", "desk-protected", "xuning"),
    Sight("protected cases, wrong number", "desk-protected", "xuning", act=send("main form.stack .btn"), status=422),
    Sight("acting for people", "desk-acting", "zhaomin"),
    Sight("acting for nobody", "desk-acting", "zhengkai"),
    Sight("acting, nothing typed", "desk-acting", "zhaomin", act=send("main form.stack .btn"), status=422),
    Sight("firms", "desk-firms", "zhaomin"),
    Sight("firms with mistakes", "desk-firms", "zhaomin", act=send("main form.stack .btn"), status=422),
    Sight("contracts", "desk-contracts", "zhaomin"),
    Sight("contracts with mistakes", "desk-contracts", "zhaomin", act=send("main form.stack .btn"), status=422),
    Sight("first password", "first-password"),
    # The cockpit.
    Sight("cockpit", "cockpit", "zhoujing"),
    Sight("cockpit, one day", "cockpit", "zhoujing", query="?days=1&service=newborn"),
    Sight("cockpit list", "cockpit-list", "zhoujing", query="?kind=submitted"),
    Sight("cockpit list, empty", "cockpit-list", "zhoujing", query="?kind=ended_late"),
    Sight("cockpit requests", "cockpit-requests", "zhoujing"),
    Sight("cockpit requests list", "cockpit-requests-list", "zhoujing", query="?kind=open"),
    Sight("cockpit requests, none", "cockpit-requests-list", "zhoujing", query="?kind=soon&office=hall"),
    Sight("cockpit case", "cockpit-case", "zhoujing"),
    Sight("what if", "cockpit-what-if", "zhoujing"),
    Sight("cockpit formulas", "cockpit-formulas", "zhoujing"),
    Sight("cockpit wall", "cockpit-wall", "zhoujing", query="?still=1"),
    Sight("not for officers of one office", "cockpit", "linlan", status=403),
    # Refusals and faults.
    Sight("no such page", path="/no/such/page", status=404),
    Sight("no such case", "case", "liqiang", status=404),
    Sight("not for residents", "desk", "liqiang", status=403),
    Sight("not for officers", "mine", "linlan", status=403),
    Sight("another office", "desk-item", "wutong", status=403),
    Sight("form without its cookie", "sign-in", act=send_without_cookie, status=403),
    Sight("fault of ours", path="/help", act=break_down, status=500),
)  # fmt: skip


def sights() -> dict[str, Sight]:
    """Return the sights by title."""
    found = {sight.title: sight for sight in SIGHTS}
    assert len(found) == len(SIGHTS), "two sights have one title"
    return found
