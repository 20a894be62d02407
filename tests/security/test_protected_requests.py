"""A child asks for help: the protection posts act, and nobody else learns that anything was said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from tests.factories import District

from minsheng.apps.appeals import actions, reads, store
from minsheng.apps.appeals.models import Request
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import reads as cases
from minsheng.apps.matching.models import Trace
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import actions as people
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Post
from minsheng.apps.search.models import Document
from minsheng.apps.supervision import actions as supervision
from minsheng.apps.supervision import reads as orders
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.lib.workdays import Term

WORDS = "三单元六楼的男孩，晚上常哭着喊疼。"
CONTACT = {
    "speaker": "other",
    "contact_name": "王芳",
    "phone": "13800001234",
    "safe_way": "day",
}
COLLEAGUES = ("linlan", "zhoujing", "fanxue", "hejun")
DESK_PAGES = ("/desk", "/desk/requests", "/desk/requests/rates?kind=minors", "/desk/supervision")
OWN_PAGES = ("/", "/appeals", "/mine", "/mine/notices", "/search?q=男孩", "/figures/requests")
HELPERS = ("civil.protection", "hospital.protection")


def tell(district: District, *, by: str = "wangfang", category: str = "minor.hurt") -> Request:
    told = actions.Told(category=category, words=WORDS, area="jinhu.hubin", contact=CONTACT)
    return actions.file_request("minors", told, by=district.account(by))


def appoint(district: District, username: str, post: str) -> None:
    """Let somebody of the cast fill one more post."""
    people.assign(district.account(username), people_reads.post(post), since=district.today)


def led(district: District) -> Request:
    """A report that the police lead, 罗川 alone in that post, and 许宁 at the door."""
    made = tell(district)
    appoint(district, "luochuan", "police.protection")
    door = district.account("xuning")
    return actions.dispatch(made.number, "police.protection", HELPERS, by=door)


def closed(district: District, by: str = "wangfang", lead: str = "civil.protection") -> Request:
    """One led to its end by its own posts."""
    number, door = (
        tell(district, by=by, category="minor.bullied").number,
        district.account("xuning"),
    )
    actions.dispatch(number, lead, by=door)
    actions.sign(number, "1", by=door)
    actions.contact(number, "1", "call", by=door, words="说了经过。")
    actions.answer_item(number, "1", "done", "有人陪他上学了。", by=door)
    return actions.record_visit(number, by=door, solved=True, score=5)


def hidden(text: str, number: str) -> bool:
    return not any(one in text for one in (number, "三单元", "有人伤害孩子", "晚上常哭"))


def test_a_report_is_led_by_the_named_posts_and_the_lead_never_learns_who_spoke(district):
    made, door, police = led(district), district.account("xuning"), district.account("luochuan")
    number = made.number
    assert "有人伤害孩子" not in str(reads.obstacles(made.person))
    view = reads.desk_view(number, account=police, purpose="case")
    assert (view.words, view.contact, view.ways) == (WORDS, (), ("portal",))
    assert "13800001234" in str(reads.desk_view(number, account=door, purpose="case").contact)
    for key in ("1", "2", "3"):
        actions.sign(number, key, by=police if key == "1" else door)
    with pytest.raises(NotAllowed):
        actions.contact(number, "1", "call", by=police, words="打过去了。")
    actions.contact(number, "1", "call", by=door, words="白天打通了，说了楼号。")
    for key in ("2", "3"):
        actions.answer_item(number, key, "done", "一起见了孩子，一次问完。", by=door)
    actions.answer_item(number, "1", "done", "孩子安全了，后面有人陪。", by=police)
    closed = actions.answer_visit(number, by=district.account("wangfang"), solved=True, score=5)
    assert (closed.status, closed.outcome) == ("closed", "solved")
    assert store.replayed(closed) == store.state_of(closed)
    own = district.client("wangfang")
    assert "孩子安全了" in own.get(f"/appeals/{number}").content.decode()
    listed = own.get("/appeals").content.decode()
    assert "一件诉求" in listed
    assert "有人伤害孩子" not in listed


def test_the_lead_may_write_to_who_has_a_sign_in_and_not_to_a_caller(district):
    made, police = led(district), district.account("luochuan")
    actions.sign(made.number, "1", by=police)
    actions.contact(made.number, "1", "portal", by=police, words="我们去看过了。")
    door = district.account("xuning")
    told = actions.Told(category="minor.hurt", words=WORDS, contact=CONTACT, channel="phone")
    called = actions.file_request("minors", told, by=door).number
    actions.dispatch(called, "police.protection", by=door)
    actions.sign(called, "1", by=police)
    with pytest.raises(NotAllowed):
        actions.contact(called, "1", "portal", by=police)
    assert reads.desk_view(called, account=police, purpose="case").ways == ()


def test_a_colleague_without_duty_and_a_stranger_see_nothing_of_it(district):
    number = led(district).number
    appoint(district, "linlan", "civil.children")
    district.work()
    for name in COLLEAGUES:
        client, account = district.client(name), district.account(name)
        for path in DESK_PAGES:
            assert hidden(client.get(path).content.decode(), number), (name, path)
        for path in (f"/desk/requests/{number}", f"/desk/requests/{number}/sorting"):
            assert client.get(path).status_code == 404, (name, path)
        head = {"Authorization": f"Bearer {district.token(name)}"}
        for path in ("/desk/requests", f"/desk/requests/{number}", f"/search?q={number}", "/inbox"):
            assert hidden(client.get(f"/api/v1{path}", headers=head).content.decode().replace(path, ""), number), (name, path)  # fmt: skip
        with pytest.raises(NotAllowed):
            actions.dispatch(number, "civil.protection", by=account)
        assert not Notice.objects.filter(account=account, link__contains=number).exists()
    for name in ("liqiang", "chenli"):
        client = district.client(name)
        for path in OWN_PAGES:
            assert hidden(client.get(path).content.decode(), number), (name, path)
        assert client.get(f"/appeals/{number}").status_code == 404
        with pytest.raises(NotFound):
            actions.urge(number, by=district.account(name))


def test_a_named_post_without_part_and_a_part_without_the_name_see_nothing(district):
    made, door = tell(district, category="minor.alone"), district.account("xuning")
    actions.dispatch(made.number, "civil.protection", by=door)
    appoint(district, "linlan", "hospital.protection")
    with pytest.raises(NotFound):
        reads.desk_view(made.number, account=district.account("linlan"), purpose="case")
    actions.sign(made.number, "1", by=door)
    # The right is taken from the post: it falls blind at once, and can't act.
    Post.objects.filter(key="civil.protection").update(opens_protected=False)
    with pytest.raises(NotFound):
        reads.desk_view(made.number, account=door, purpose="case")
    assert reads.items_of_posts(door) == []
    with pytest.raises(NotAllowed):
        actions.contact(made.number, "1", "call", by=door)


def test_it_goes_to_no_post_that_may_not_open_it_and_joins_no_other(district):
    one, two, door = tell(district), tell(district, by="chenli"), district.account("xuning")
    for act in (
        lambda: actions.dispatch(one.number, "police.order", by=door),
        lambda: actions.dispatch(one.number, "police.protection", ["education.affairs"], by=door),
    ):
        with pytest.raises(WrongInput) as wrong:
            act()
        assert wrong.value.field == "lead"
    with pytest.raises(Conflict):
        actions.join_request(one.number, two.number, by=door)
    one.refresh_from_db()
    assert (one.status, one.items.count()) == ("received", 0)


def test_why_is_asked_first_and_each_look_stands_in_a_book_of_its_own(district):
    number = tell(district).number
    door = district.client("xuning")
    session = door.session
    del session["purpose"]
    session.save()
    asked = door.get(f"/desk/requests/{number}")
    assert hidden(asked.content.decode(), "somebody else's")
    assert "只有保护岗查得到" in asked.content.decode()
    wrong = door.post(f"/desk/requests/{number}", {"back": f"/desk/requests/{number}"})
    assert wrong.status_code == 422
    assert not Entry.objects.filter(stream="look.protected").exists()
    page = door.post(
        f"/desk/requests/{number}",
        {"back": f"/desk/requests/{number}", "purpose": "review"},
        follow=True,
    )
    assert WORDS in page.content.decode()
    looks = cases.protected_looks(district.account("xuning"))
    assert [(one.case, one.purpose and one.purpose.zh) for one in looks] == [
        (number, "复查投诉或差错")
    ]
    assert not Entry.objects.filter(stream="look", text__contains=number).exists()
    assert number not in district.client("wangfang").get("/mine/looks").content.decode()
    head = {"Authorization": f"Bearer {district.token('xuning')}"}
    at = f"/api/v1/desk/requests/{number}"
    assert district.client().get(at, headers=head).status_code == 403
    assert district.client().get(f"{at}?purpose=nosy", headers=head).status_code == 422
    assert district.client().get(f"{at}?purpose=case", headers=head).json()["words"] == WORDS


def test_its_words_reach_neither_search_nor_what_is_compared(district):
    number = led(district).number
    again = tell(district, by="chenli").number
    district.work()
    assert not Trace.objects.exists()
    assert not [row for row in Document.objects.all() if "三单元" in str(vars(row))]
    door = district.account("xuning")
    for one in (number, again):
        assert (reads.hints(one, account=door).alike, reads.hints(one, account=door).likely) == (
            (),
            (),
        )
    with pytest.raises(NotAllowed):
        reads.spots(door)  # nothing of protected kinds is counted, so there is nothing to see


def test_it_is_in_no_public_figure_and_in_no_rate_of_others(district):
    made = [closed(district, by) for by in ("wangfang", "chenli") * 3]
    made += [closed(district, lead="hospital.protection")]
    appoint(district, "linlan", "hospital.protection")  # a named post, but not who dispatches
    spec = installed.packs().appeals["minors"].spec
    today = district.today
    assert len({one.number for one in made}) == 7
    assert reads.public_lines(spec, on=today) == []
    page = district.client().get("/figures/requests").content.decode()
    shown = page[page.index("<main") : page.index("</main>")]  # the foot links to 孩子的学习
    assert "孩子" not in shown
    span = {"since": today.replace(day=1), "until": today + timedelta(days=1), "by": "street"}
    for name in COLLEAGUES:
        account = district.account(name)
        table = reads.rate_table(spec, **span, account=account)
        assert (table.requests, table.closed, table.lines, dict(table.whole)) == (0, 0, (), {}), (
            name
        )
        assert reads.behind_rate(spec, **span, key="", rate="solution", account=account) == []
        assert spec not in reads.kinds_rated(account, on=today)
    client = district.client("zhoujing")
    for sheet in ("excel", "pdf"):
        found = client.get(f"/desk/requests/rates/{sheet}?kind=minors")
        assert "minors" not in found.headers.get("Content-Disposition", "")
    assert reads.rate_table(spec, **span, account=district.account("xuning")).closed == 7


def test_nobody_is_written_to_and_supervision_names_nothing(district):
    people.set_address(district.account("wangfang"), email="wangfang@example.cn")
    people.set_address(district.account("xuning"), email="xuning@example.cn")
    made = led(district)
    district.work()
    assert mail.outbox == []
    said = [f"{row.title_zh}{row.body_zh}" for row in Notice.objects.filter(kind="request")]
    assert said
    assert all("孩子" not in one for one in said)
    due = store.state_of(made).items["1"].finish_due.at.date()
    supervision.watch(installed.calendar().add(due, Term(6, "wd")).day)
    leader = district.account("zhoujing")
    for row in Notice.objects.exclude(kind="request"):
        assert made.number not in f"{row.title_zh}{row.body_zh}{row.link}"
    assert orders.choices(made.number, account=leader) == []
    assert hidden(
        district.client("zhoujing").get("/desk/supervision").content.decode(), made.number
    )


def test_nothing_typed_is_lost_and_an_unknown_answer_names_its_field(district):
    form = {"words": WORDS, "category": "minor.hurt", "area": "", **CONTACT, "safe_way": "shout"}
    sent = district.client("wangfang").post("/appeals/new/minors", form)
    assert sent.status_code == 422
    assert WORDS in sent.content.decode()
    assert not Request.objects.exists()
    form |= {"safe_way": "portal", "contact_name": "", "phone": "", "once": "a"}
    district.client("wangfang").post("/appeals/new/minors", form)
    made = Request.objects.get()
    assert made.due_at - timezone.now() < timedelta(hours=1)
