"""And the stranger? Every address of the portal, asked by everybody it isn't meant for.

The list of addresses is Django's own; `tests/journeys/url_map.py` says who may open each.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from tests.apps.appeals.courtyards import family, let_follow
from tests.apps.appeals.requests_of import CONTACT, whistle
from tests.apps.assessments import assessments_of as assessed
from tests.apps.contests.rounds_of import entered, open_papers
from tests.apps.councils.matters_of import AREA, OWN, SHARED, lamp
from tests.apps.grants import story as grants_of
from tests.apps.lessons.conftest import PLAN
from tests.apps.loans.loans_of import fill
from tests.apps.loans.loans_of import led_to as loan_at
from tests.apps.scores.talents_of import talent
from tests.apps.sittings.sittings_of import sitting
from tests.apps.stakes.stakes_of import led_to as stake_at
from tests.apps.vouchers.rechecks_of import drawn, paid
from tests.apps.vouchers.vouchers_of import asked, opened
from tests.factories import District, Newborn, newborn, registers, settle
from tests.journeys.url_map import ADDRESSES, Address, names
from tests.settled import settled

from minsheng.apps.appeals import actions
from minsheng.apps.appeals.models import Request
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import actions as cases
from minsheng.apps.cases.models import Case, Draft, Joiner, PublicNotice
from minsheng.apps.clubs.models import Offer
from minsheng.apps.contests import actions as contests
from minsheng.apps.contests.models import Judge, Round, Sheet, Work
from minsheng.apps.councils import actions as councils
from minsheng.apps.dual.models import DualLesson
from minsheng.apps.grants.models import Grant
from minsheng.apps.lessons import actions as lessons
from minsheng.apps.mastery import actions as mastery
from minsheng.apps.mastery import paper
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Assignment
from minsheng.apps.points import actions as points
from minsheng.apps.projects import actions as projects
from minsheng.apps.projects.models import Evidence
from minsheng.apps.ratings import actions as ratings
from minsheng.apps.records.models import Licence
from minsheng.apps.records.numbers import new_number
from minsheng.apps.repairs import actions as repairs
from minsheng.apps.repairs.models import Building
from minsheng.apps.schools import actions as rosters
from minsheng.apps.schools import reads as registry
from minsheng.apps.schools.models import SchoolClass, SchoolUser
from minsheng.apps.screening import publishing
from minsheng.apps.visits import actions as visits
from minsheng.cli.demo import cast, clubs, dual, schools
from minsheng.cli.demo import policies as demo_policies
from minsheng.cli.demo.schools import SUBJECT
from minsheng.cli.registers.store import Store
from minsheng.engines import population
from minsheng.engines.population.households import DEMO_PREFIX
from minsheng.lib.identifiers import citizen_number
from minsheng.lib.texts import Text

pytestmark = pytest.mark.doors
REFUSED = {403, 404}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
SHARE = ("construction", "office")
"""The offices that have part in the works officer's entries: his own, and that of who checks them."""
NOT_NOW = {
    "desk-reverse",
    "desk-act",
    "desk-extension",
    "desk-objection-file",
    "desk-material",
    "desk-policy-trial",  # asks for a number to be tried
    "desk-policy-cliffs-file",  # asks for a number that rises
}  # as things stand
OFFICERS = [member.username for member in cast.CAST if member.post]
SOMEBODYS = {name: address for name, address in ADDRESSES.items() if address.belongs_to}
WANGFANGS = {name: address for name, address in SOMEBODYS.items() if address.door == "resident"}
ITEMS = {name: address for name, address in SOMEBODYS.items() if address.door == "staff"}
# Forms that would do something if they were let through, whatever they are sent to.
ANSWERS = {
    "decision": "approve", "reason": "issued_by_mistake", "message": "好", "evidence": "看过",
    "given": "yes", "answer": "没有错", "score": "5", "child_name": "李四", "phone": "13900000000",
    "event": "YS-DEMO-0002", "username": "liqiang", "name": "李强", "number": "", "effect": "1",
}  # fmt: skip


def _money(district: District) -> dict[str, str]:
    """A loan whose loss is shared, and a project whose shares are held: both of 科迈精工."""
    fill(district)
    return {
        "loan": str(loan_at(district, "share").pk),
        "stake": str(stake_at(district, "confirm").pk),
    }


@dataclass(frozen=True)
class Told:
    """What is made once: where its files are kept, how far the story is, what stands in addresses."""

    folder: Path
    story: Newborn
    places: dict[str, str]


_TOLD: dict[date, Told] = {}


@pytest.fixture
def told(
    db: None, settings: Any, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    """Everything that the addresses lead to, made by the first test and put back for the others."""
    settings.MINSHENG_FILES = tmp_path / "files"
    today = timezone.localdate()
    if today in _TOLD:
        shutil.copytree(_TOLD[today].folder, tmp_path, dirs_exist_ok=True)
    district = District(today, Store(tmp_path / "registers.sqlite3"))

    def load() -> None:
        settle(tmp_path)
        story = newborn(district, until="household")
        places = _places(district, story)
        kept = tmp_path_factory.mktemp("told")
        shutil.copytree(tmp_path, kept, dirs_exist_ok=True)
        _TOLD[today] = Told(kept, story, places)

    with registers(district.store) as url:
        settings.MINSHENG_REGISTERS_URL = url
        settled(("told", today), load)
        made = _TOLD[today]
        yield replace(made, story=replace(made.story, district=district))


@pytest.fixture
def district(told: Told) -> District:
    """The district of the story."""
    return told.story.district


@pytest.fixture
def story(told: Told) -> Newborn:
    """王芳's case: her certificate is made, 孙伟 has the household item before him."""
    return told.story


@pytest.fixture
def places(told: Told) -> dict[str, str]:
    """What stands in the addresses: a draft, a case and a certificate of 王芳, an item of 孙伟."""
    return told.places


def _places(district: District, story: Newborn) -> dict[str, str]:
    second = population.Birth("YS-DEMO-0002", cast.WANG_FANG, district.today, "male", 3100)
    district.bear(second)
    draft = newborn(district, until="answered").draft
    clerk, mother = district.account("zhaomin"), district.account("wangfang")
    given = ratings.Given(1, {}, "窗口说不清")
    rating = ratings.rate_visit(ratings.give_code(by=clerk)[1], given, by=mother)
    return {
        **_points(district),
        **_ledger(district),
        **_councils(district),
        "draft": str(draft),
        "step": "child",
        "case": story.number,
        "item": "household",
        "act": "pause",
        "proof": "marriage",
        "first day": "2026-01-01",
        "notice": _notice(story),
        "join": _join(story),
        "item id": str(story.item_id("household")),
        "rating": str(rating.pk),
        "visit code": ratings.give_code(by=clerk)[1],
        "request kind": "hotline",
        "whistle kind": "whistle",
        "voucher": _voucher(district),
        "voucher checked": _voucher_checked(district),
        "score with weights": "innovation",
        "talent": str(talent(district).pk),
        "whistle": whistle(district, "signed").number,
        "sitting": str(sitting(district).pk),
        **_assessments(district),
        **_money(district),
        **_grants(district),
        **_school(district),
        **_clubs(district),
        **_contests(district),
        "request": actions.file_request(
            "hotline",
            actions.Told(category="utilities.light.out", words="灯不亮", contact=CONTACT),
            by=mother,
        ).number,
        "voice": _voice(district),
        "visited": str(family(district).visited_id),
        "screening run": demo_policies.find(district.today),
        "policy with a table": "skill-subsidy",
        "policy proposal": _proposal(district),
        "order": "2026-0001",
        "visit": "2026-000001",
        "review": "2026-0001",
        "certificate": Licence.objects.get(kind="birth-certificate").number,
        "service": "newborn",
        "heading": "health",
        "policy": "flexible-insurance",
        "firm policy": "keep-jobs",
        "life event": "birth",
        "officer": str(district.account("wutong").pk),
        "secret": "1-used",
        "glass": str(
            cases.break_glass(
                story.number, by=district.account("wutong"), reason="要马上联系家属，等不到"
            ).pk
        ),
    }


def _assessments(district: District) -> dict[str, str]:
    """Return an assessment of 徐桂兰 under way, and one of 陈莲 that is signed."""
    done = assessed.signed(district, row=assessed.asked(district, "chenlian"))
    return {
        "assessment": str(assessed.appointed(district).pk),
        "signed assessment": str(done.assessment_id),
        "part of assessment": "mind",
    }


def _proposal(district: District) -> str:
    """Return a number of a policy that 唐莉 proposed."""
    new = publishing.NewValue(
        policy="flexible-insurance", name="share", value="1/2",
        since=district.today + timedelta(days=1), reason="试", source="演示文件",
    )  # fmt: skip
    return str(publishing.propose(new, by=district.account("tangli")).pk)


def _voucher(district: District) -> str:
    """Return a voucher that 黄毅 asked for."""
    opened(district)
    return str(asked(district).pk)


def _voucher_checked(district: District) -> str:
    """Return a paid voucher of 黄毅's firm that was drawn to be checked again."""
    row = paid(district)
    drawn(district)
    return str(row.pk)


def _school(district: District) -> dict[str, str]:
    """Return the class that 谭梅 teaches, a ticket she gave, 林小禾, a register of its school."""
    people = population.District(cast.households(), ())
    schools.begin(people, on=district.today, seed=1, most=2)
    # Before anybody else's ticket is open in these classes.
    paired = _dual(district)
    taught = SchoolClass.objects.get(sourced_id="qinghuai-4-2")
    head = district.account("kongrui")
    content = rosters.hand_out("qinghuai", form="oneroster", by=head)
    waiting = rosters.hand_in(content, by=head)
    given = mastery.Given(subject=schools.SUBJECT, title="角", items=("an-001", "an-002"))
    teacher = district.account("tanmei")
    work = mastery.give_ticket(taught.pk, given, by=teacher)
    scans = mastery.read_scans(work.pk, [paper.answer_sheets(work.pk, account=teacher)], by=teacher)
    picture = scans.pictures.order_by("pk")[0]
    return {
        **paired,
        "scans": str(scans.pk),
        "scanned sheet": str(picture.sheet),
        "scanned page": str(picture.page),
        "class": str(taught.pk),
        "school of class": str(taught.school_id),
        "import": str(waiting.pk),
        "given work": str(work.pk),
        "own work": str(work.pk),
        "pupil": str(SchoolUser.objects.get(sourced_id="qinghuai-4-2-17").pk),
        "subject": schools.SUBJECT,
        "exercise": "an-001",
        **_lessons(district, taught),
    }


def _lessons(district: District, school_class: SchoolClass) -> dict[str, str]:
    """Return a plan of 谭梅 that she shares with nobody, a lesson of it, and one that is observed."""
    teacher = district.account("tanmei")
    drafted = lessons.Drafted(subject=SUBJECT, plan=PLAN)
    first = lessons.save_plan(drafted, by=teacher)
    second = lessons.revise_plan(
        first.pk, replace(drafted, plan=replace(PLAN, aim="会反着用")), by=teacher
    )
    other = lessons.save_plan(drafted, by=teacher)
    set_for = {"class_id": school_class.pk, "day": district.today, "by": teacher}
    lesson = lessons.set_lesson(second.pk, starts=time(9), **set_for)
    seen = lessons.set_lesson(other.pk, starts=time(10), **set_for)
    for username in ("kelan", "shaoqing"):
        lessons.invite(seen.pk, district.account(username).pk, by=teacher)
    return {
        "own plan": str(second.pk),
        "earlier plan": str(first.pk),
        "lesson": str(lesson.pk),
        "observed lesson": str(seen.pk),
    }


def _dual(district: District) -> dict[str, str]:
    """Return the pairing of the demonstration and its first lesson."""
    dual.begin(district.today)
    found = DualLesson.objects.order_by("pk")[0]
    return {
        "pairing": str(found.pairing_id), "dual lesson": str(found.pk), "lead screen": "0",
    }  # fmt: skip


def _clubs(district: District) -> dict[str, str]:
    """Return the round of 青槐小学 that is drawn, and a club that 谭梅 leads."""
    clubs.begin(district.today, seed=1)
    found = Offer.objects.get(round__school__sourced_id="qinghuai", club="qinghuai.go")
    choosing = SchoolClass.objects.get(sourced_id="mingde-4-1")
    return {
        "club round": str(found.round_id), "club": str(found.pk),
        "choosing class": str(choosing.pk),
        "choosing pupil": str(registry.pupil_ids(choosing)[0]),
    }  # fmt: skip


def _contests(district: District) -> dict[str, str]:
    """Return an open round with a work of 谭梅 and its paper, and a sheet that 柯蓝 judges by."""
    one, by = open_papers(district), district.account("tanmei")
    work = contests.begin_work(one.pk, entered(), by=by)
    contests.add_material(work.pk, "paper", PDF, "论文.pdf", by=by)
    other = Round.objects.create(
        contest="papers", year=2020, state="judging", enter_by=date(2020, 1, 1),
        judge_by=date(2020, 1, 2), school_places=1, places=1, seed=1,
    )  # fmt: skip
    judged = Work.objects.create(
        round=other, account=district.account("qiaoyu"), school=work.school, number="1234",
        kind="paper", subject="数学", grade=4, knot="面积", title="面积", state="recommended",
    )  # fmt: skip
    judge = Judge.objects.create(round=other, account=district.account("kelan"), letter="A")
    did = contests.Done(
        platform="study", title="读书", day=district.today, evidence=("笔记.pdf", PDF)
    )
    return {
        "growth line": str(contests.add_growth(did, by=by).pk),
        "contest": str(one.pk),
        "work": str(work.pk),
        "paper": str(work.materials.get().pk),
        "sheet": str(Sheet.objects.create(work=judged, judge=judge).pk),
    }


def _ledger(district: District) -> dict[str, str]:
    """Return an entry everybody may see, a file in one that isn't public, and a repair."""
    fang = district.account("fangwei")

    def opened(title: str, *, is_public: bool) -> str:
        new = projects.NewEntry(
            title=Text(title), owner="construction.works", checker="office.ledger",
            due=date(2030, 1, 1), area="qinghuai.dongpo", is_public=is_public,
            milestones=[projects.NewMilestone(title=Text("装好"), due=date(2030, 1, 1))],
        )  # fmt: skip
        return projects.open_entry(new, by=fang).number

    inside = opened("路灯夜查", is_public=False)
    projects.add_news(inside, projects.Shown("看过", "现场.pdf", PDF), by=fang)
    flats = (("1-1", 9000),)
    built = repairs.NewBuilding(
        area="estate.heyuan", name="9 栋", accepted_on=date(2015, 6, 1), flats=flats
    )
    repairs.register_buildings([built], by="system")
    building = Building.objects.get(name="9 栋").pk
    made = repairs.report_repair(building, part="roof", words="漏雨", flat="1-1", by=fang)
    return {
        "entry": opened("路灯换灯", is_public=True),
        "shown file": str(Evidence.objects.get(entry__number=inside, words="看过").pk),
        "repair": made.entry.number,
    }


def _councils(district: District) -> dict[str, str]:
    """Return a matter that has ended with a paid file, a small request, and one for the mediator."""
    story = lamp(district, "approved")
    desk, mother = district.account("shenya"), district.account("wangfang")
    councils.pay(story.payment, councils.Proof("收据", "收据.pdf", PDF), by=desk)
    councils.finish_matter(story.matter, "都亮了", by=desk)
    told = actions.Told(category="other.matter.unsure", words="种花", area=AREA, contact=CONTACT)
    other, private = (actions.file_request("hotline", told, by=mother).number for _ in range(2))
    for number, answers in ((other, SHARED), (private, OWN)):
        actions.sort_request(number, answers, by=district.account("fanxue"))
    councils.ask_mediator(private, by=mother)
    return {
        "matter": str(story.matter),
        "ended matter": str(story.matter),
        "payment": str(story.payment),
        "shared request": other,
        "small request": other,
        "private request": private,
    }


def _voice(district: District) -> str:
    """Return the request that became of what 石柱 heard in a courtyard."""
    visits.note_voice(
        "courtyard", "courtyard.07", "wish", "想放两条凳子", by=district.account("shizhu")
    )
    let_follow()
    return Request.objects.get(category="wish").number


def _grants(district: District) -> dict[str, str]:
    """刘洋's award with a month that was paid in a batch."""
    batch = grants_of.paid(district, username="liuyang")
    line = batch.lines.get()
    grant = Grant.objects.get()
    return {
        "policy": grants_of.FLEXIBLE, "grant": str(grant.pk),
        "instalment": str(line.instalment_id), "batch": batch.number,
    }  # fmt: skip


def _points(district: District) -> dict[str, str]:
    """Return a line of hers that is public, and an order of hers."""
    mother, helper = district.account("wangfang"), district.account("yangqun")
    points.join("village", "dongpo", by=mother)
    points.add_stock("village", "dongpo", "soap", 1, by=district.account("tangping"))
    line = points.propose(
        "village", "dongpo", 1, item="yard", day=district.today, by=helper
    )  # fmt: skip
    points.publish("village", "dongpo", by=helper)
    order = points.order("village", "soap", by=mother)
    places = {"scheme of points": "village", "circle of points": "dongpo"}
    return {**places, "proposal": str(line.pk), "order of points": str(order.pk)}


def _notice(story: Newborn) -> str:
    """Return the number of a public notice of his item, which is over."""
    day = story.district.today
    row = PublicNotice.objects.create(
        number=new_number(day.year),
        item_id=story.item_id("household"),
        attempt=1,
        reason="registration_notice",
        posted_on=day,
        until=day,
    )
    return row.number


def _join(story: Newborn) -> str:
    """Return the id by which 陈立 has joined her case."""
    row = Joiner.objects.create(
        slug="newborn",
        case_id=story.case_id,
        person=story.district.account("chenli").person,
        subject="father",
        status=Joiner.AGREED,
        asked_at=timezone.now(),
        answered_at=timezone.now(),
    )
    return str(row.pk)


def test_every_address_says_whom_it_is_for():
    listed, real = set(ADDRESSES), set(names())
    assert real - listed == set(), "add these to tests/journeys/url_map.py"
    assert listed - real == set(), "these are gone"


def test_a_passer_by_is_led_to_the_sign_in_page(district: District, places: dict[str, str]):
    asked = {name: a for name, a in ADDRESSES.items() if a.door != "public"}
    let_in = [
        f"{name} {method}: {answer.status_code}"
        for name, method, answer in _ask(Client(), asked, places)
        if answer.status_code not in REFUSED
        and not answer.headers.get("Location", "").startswith("/sign-in?next=%2F")
    ]
    assert let_in == []


def test_a_passer_by_may_open_what_is_public(places: dict[str, str]):
    closed = [
        f"{name}: {Client().get(address.path(name, places)).status_code}"
        for name, address in ADDRESSES.items()
        if address.door == "public" and "GET" in address.methods
        if Client().get(address.path(name, places)).status_code not in {200, 302}
    ]
    assert closed == []


def test_the_stranger_opens_nothing_of_hers_and_changes_nothing(
    district: District, story: Newborn, places: dict[str, str]
):
    before = _state(story)
    assert _let_in(district.client("liqiang"), WANGFANGS, places) == []
    assert _state(story) == before


def test_the_stranger_reads_nothing_about_her_on_his_own_pages(
    district: District, story: Newborn, places: dict[str, str]
):
    client = district.client("liqiang")
    secrets = [places["draft"], story.number, places["certificate"], "陈予珺", "13800001234"]
    for name, address in ADDRESSES.items():
        if address.slots or not address.is_page or "GET" not in address.methods:
            continue
        page = client.get(address.path(name, places)).content.decode()
        assert [secret for secret in secrets if secret in page] == [], name


def test_she_herself_is_let_in(district: District, places: dict[str, str]):
    """The other tests would pass if the product refused everybody."""
    for name, address in WANGFANGS.items():
        client = district.client(address.belongs_to)
        if "GET" in address.methods:
            assert client.get(address.path(name, places)).status_code in {200, 302}, name
    for name, address in ITEMS.items():
        if name in NOT_NOW:
            continue
        if "GET" in address.methods:
            officer = district.client(address.belongs_to)
            assert officer.get(address.path(name, places)).status_code in {200, 302}, name


def test_officers_of_other_offices_neither_see_nor_decide_his_item(
    district: District, story: Newborn, places: dict[str, str]
):
    before = _state(story)
    for one in OFFICERS:
        others = {
            name: a
            for name, a in ITEMS.items()
            if a.belongs_to != one
            and not (a.belongs_to == "fangwei" and _has_part(one))
            and one not in a.also
        }
        assert _let_in(district.client(one), others, places) == [], one
    assert _state(story) == before


def test_an_officer_who_left_the_post_is_refused_at_once(
    district: District, story: Newborn, places: dict[str, str]
):
    sunwei = district.account("sunwei")
    held = Assignment.objects.get(account=sunwei)
    people.end_assignment(held, on=district.today)
    assert _let_in(district.client("sunwei"), ITEMS, places) == []


def test_residents_open_no_desk_page(district: District, story: Newborn, places: dict[str, str]):
    before = _state(story)
    desk = {
        name: address for name, address in ADDRESSES.items() if address.door in {"staff", "leader"}
    }
    residents = ["wangfang", "chenli", "liqiang"]
    assert {one: _let_in(district.client(one), desk, places) for one in residents} == _nothing(
        residents
    )
    assert _state(story) == before


def test_officers_open_no_page_of_leaders(
    district: District, story: Newborn, places: dict[str, str]
):
    rooms = {name: address for name, address in ADDRESSES.items() if address.door == "leader"}
    others = [one for one in OFFICERS if one != "zhoujing"]
    assert {one: _let_in(district.client(one), rooms, places) for one in others} == _nothing(others)
    leader = district.client("zhoujing")
    # A place that lost no days leads to the list of the cases that did.
    inside = [
        a.status_code == 200 or a.headers.get("Location", "").startswith("/cockpit/list")
        for _, _, a in _ask(leader, rooms, places)
    ]
    assert inside and all(inside)


def test_officers_open_no_resident_page(district: District, story: Newborn, places: dict[str, str]):
    before = _state(story)
    rooms = {name: address for name, address in ADDRESSES.items() if address.door == "resident"}
    assert {one: _let_in(district.client(one), rooms, places) for one in OFFICERS} == _nothing(
        OFFICERS
    )
    assert _state(story) == before


def test_an_account_that_is_not_proved_opens_no_record(
    district: District, story: Newborn, places: dict[str, str]
):
    people.open_account("newcomer", cast.PASSWORD, kind="resident", display="新来的", demo=True)
    before = _state(story)
    client = district.client("newcomer")
    assert _let_in(client, WANGFANGS, places) == []
    assert client.get("/services/newborn/start").status_code == 403
    assert client.get("/mine").status_code == 200
    assert _state(story) == before


def test_the_father_sees_his_part_and_acts_only_on_it(schooled: District):
    """In a district where nothing of theirs is under way yet."""
    story = newborn(schooled, household="father")
    places = {"case": story.number, "item": "household"}
    client = schooled.client("chenli")
    page = client.get(f"/mine/cases/{story.number}")
    assert page.status_code == 200
    assert "13800001234" not in page.content.decode()
    before = _state(story)
    hers = {n: a for n, a in WANGFANGS.items() if n in {"case-supply", "case-withdraw"}}
    for name, method, answer in _ask(client, hers, places):
        if method == "POST":
            assert answer.status_code in REFUSED, name
    rated = client.post(f"/mine/cases/{story.number}/rate", ANSWERS)
    assert rated.status_code in REFUSED
    assert _state(story) == before


def test_a_form_without_its_token_is_refused(
    district: District, story: Newborn, places: dict[str, str]
):
    before = _state(story)
    let_in = []
    for name, address in ADDRESSES.items():
        if "POST" not in address.methods:
            continue
        client = district.client(_who(address), enforce_csrf_checks=True)
        answer = client.post(address.path(name, places), ANSWERS)
        if answer.status_code != 403:
            let_in.append(f"{name}: {answer.status_code}")
    assert let_in == []
    assert _state(story) == before


def test_addresses_answer_only_the_methods_they_are_made_for(
    district: District, places: dict[str, str]
):
    wrong = []
    for name, address in ADDRESSES.items():
        client = district.client(_who(address))
        path = address.path(name, places)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            if method not in address.methods.split():
                status = client.generic(method, path).status_code
                if status != 405:
                    wrong.append(f"{name} {method}: {status}")
    assert wrong == []


def test_only_the_window_vouches_for_somebody(district: District):
    people.open_account("newcomer", cast.PASSWORD, kind="resident", display="新来的", demo=True)
    number = citizen_number(DEMO_PREFIX, date(1990, 1, 1), 7)
    typed = {"username": "newcomer", "name": "张三", "number": number}
    others = [one for one in OFFICERS if one != "zhaomin"]
    let_in = [
        one
        for one in others
        if district.client(one).post("/desk/counter", typed).status_code not in REFUSED
    ]
    assert let_in == []
    assert district.client("zhaomin").post("/desk/counter", typed).status_code == 200


def test_a_draft_is_gone_for_everybody_once_it_is_submitted(district: District, story: Newborn):
    for username in ("wangfang", "liqiang"):
        answer = district.client(username).get(f"/apply/{story.draft}/plan")
        assert answer.status_code in REFUSED


def _has_part(username: str) -> bool:
    posts = next(member.posts for member in cast.CAST if member.username == username)
    return any(post.partition(".")[0] in SHARE for post in posts)


def _ask(
    client: Client, addresses: Mapping[str, Address], places: Mapping[str, str]
) -> Iterator[tuple[str, str, HttpResponse]]:
    """Yield each address by each method it answers, with what it answered."""
    for name, address in addresses.items():
        path = address.path(name, places)
        if "GET" in address.methods:
            yield name, "GET", client.get(path)
        if "POST" in address.methods:
            yield name, "POST", client.post(path, ANSWERS)


def _let_in(
    client: Client, addresses: Mapping[str, Address], places: Mapping[str, str]
) -> list[str]:
    return [
        f"{name} {method}: {answer.status_code}"
        for name, method, answer in _ask(client, addresses, places)
        if answer.status_code not in REFUSED
    ]


def _nothing(usernames: list[str]) -> dict[str, list[str]]:
    return {username: [] for username in usernames}


def _who(address: Address) -> str:
    """Return somebody who may pass the door of this address."""
    behind = {
        "public": "",
        "signed in": "wangfang",
        "resident": "wangfang",
        "staff": "sunwei",
        "leader": "zhoujing",
    }
    return address.belongs_to or behind[address.door]


def _state(story: Newborn) -> tuple[object, ...]:
    """Return what nobody else may change: her case, her draft, her certificates, the ledger."""
    case = Case.objects.get(pk=story.case_id)
    return (
        case.seq,
        case.status,
        case.score,
        list(Draft.objects.order_by("pk").values()),
        sorted(Licence.objects.values_list("number", "status")),
        Entry.objects.exclude(stream="sign-in").count(),
    )
