"""An installation in which every page has something to show, made by people over HTTP.

王芳 has a finished case, one that waits for her and for 陈立, one whose certificate was revoked, one that is
posted, one that was refused, one
she withdrew, and a draft. 李强 has twins to choose from. 陈立 has a draft that no register knows
anything about. newcomer hasn't proved who they are. One outside effect is stuck.
"""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pypdfium2
from django.utils import timezone
from tests.journeys.visitors import Visitor, bear, birth, sign_in

from minsheng.cli.demo import cast
from minsheng.cli.stack import Stack

ANSWERS = {
    "child": {"child_name": "陈予珺", "phone": "13800001234"},
    "household": {"household": "mother"},
    "card": {"card_delivery": "collect"},
}
OFFICERS = {"birth_certificate": "linlan", "household": "sunwei", "social_card": "wutong"}
PEOPLE = ("newcomer", *(member.username for member in cast.CAST))
_BY_HAND = r"""
from django.utils import timezone
from minsheng.apps.outbox.models import Effect
from minsheng.apps.people import actions as people
people.open_account("newcomer", "minsheng-demo", kind="resident", display="新来的", demo=True)
now = timezone.now()
from datetime import date
from minsheng.apps.people.models import Account
from minsheng.apps.projects import actions as projects
from minsheng.lib.texts import Text
fang = Account.objects.get(username="fangwei")
entry = projects.open_entry(projects.NewEntry(title=Text("东坡村路灯夜查（演示）"), owner="construction.works",
    checker="office.ledger", due=date(2030, 1, 1), area="qinghuai.dongpo", is_public=True,
    milestones=[projects.NewMilestone(title=Text("装好"), due=date(2026, 1, 1))]), by=fang)
pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
projects.add_news(entry.number, projects.Shown("看过现场", "现场.pdf", pdf), by=fang)
projects.ask_change(entry.number, "scope", "再加两盏", reason="村里要", by=fang)
projects.open_plan("school-building", by=Account.objects.get(username="zhoujing"))
from minsheng.apps.repairs import actions as repairs
repairs.register_buildings([repairs.NewBuilding(area="estate.heyuan", name="备查 9 栋", accepted_on=date(2015, 6, 1),
    flats=(("1-1", 9000), ("1-2", 9000)))], by="system")
from minsheng.apps.repairs.models import Building
building = Building.objects.get(name="备查 9 栋").pk
made = repairs.report_repair(building, part="roof", words="漏雨", flat="1-1", by=fang)
repairs.report_repair(building, part="pipes", words="滴水", flat="1-2", by=fang)
from minsheng.cli.demo import councils
councils.begin(timezone.localdate())
from minsheng.apps.appeals import actions as appeals
from minsheng.apps.visits import actions as visits
from minsheng.cli.worker_command import follow_requests, work
who = {name: Account.objects.get(username=name) for name in ("shizhu", "fanxue")}
from minsheng.apps.visits.models import Finding
for words in ("二栋顶楼漏雨。", "三栋外墙返潮。"):
    said = visits.note_voice("courtyard", "courtyard.01", "leak", words, by=who["shizhu"])
    while follow_requests() or work("prepared", kinds=(appeals.HEARD,)):
        pass
    asked = Finding.objects.get(pk=said.pk).reference
    appeals.sort_request(asked, {"danger": "no", "duty": "yes"}, by=who["fanxue"])
    appeals.dispatch(asked, "construction.repairs", by=who["fanxue"])
    appeals.sign(asked, "1", by=fang)
    appeals.contact(asked, "1", "visit", by=fang, words="看过了。")
    if "顶楼" in words:
        defect = appeals.Defect(building=building, part="outer_wall", words=words, flat="1-2")
        appeals.open_repair(asked, defect, by=fang)
from minsheng.cli.demo import cast, schools
from minsheng.engines import population
schools.begin(population.District(cast.households(), ()), on=timezone.localdate(), seed=1, most=4)
from minsheng.cli.demo import dual
dual.begin(timezone.localdate())
from minsheng.cli.demo import learning
learning.begin(timezone.localdate(), seed=1, weeks=3)
from minsheng.cli.demo import clubs
clubs.begin(timezone.localdate(), seed=1)
from minsheng.cli.demo import lessons
lessons.begin(timezone.localdate())
from dataclasses import replace
from minsheng.apps.schools import actions as registers, registers as kept, sheets
whole = kept.register_of(["qinghuai"])
moved = tuple(replace(row, seat=row.seat + 20 if row.seat else 0) for row in whole.enrollments)
wrong = tuple(replace(row, school_class="nowhere") for row in whole.enrollments)
left = {row.sourced_id for row in whole.users if row.role == "student"} - {"qinghuai-4-2-17", "qinghuai-4-1-08"}
fewer = replace(whole, users=tuple(row for row in whole.users if row.sourced_id not in left),
    enrollments=tuple(row for row in whole.enrollments if row.user not in left),
    guardians=tuple(row for row in whole.guardians if row.pupil not in left))
for roster in (replace(whole, enrollments=moved), replace(whole, enrollments=wrong), fewer):
    registers.hand_in(sheets.workbook(roster), by=Account.objects.get(username="kongrui"))
from minsheng.cli.demo import policies as found_by_policies
found_by_policies.note(timezone.localdate())
found_by_policies.find(timezone.localdate())
from datetime import timedelta
from minsheng.apps.policies import shelf
from minsheng.apps.screening import publishing
officer, leader = (Account.objects.get(username=name) for name in ("tangli", "zhoujing"))
later = {"since": timezone.localdate() + timedelta(days=30), "reason": "演示", "source": "演示文件 1 号"}
text = shelf.text_in_force("flexible-insurance", timezone.localdate())
text = text.replace("flexible_paid_fen_month > 0", "flexible_paid_fen_month >= 1000")
new = publishing.propose_text(publishing.NewText(policy="flexible-insurance", text=text, is_meant=True, **later), by=officer)
publishing.decide(new.pk, approve=True, by=leader)
publishing.propose(publishing.NewValue(policy="", name="older_age_female", value="45", **later), by=officer)
from minsheng.cli.demo import contests
contests.begin(timezone.localdate(), seed=1, works=4)
from minsheng.apps.grants import actions as grants
from minsheng.apps.payouts import actions as payouts
from minsheng.apps.policies import actions as policies
from minsheng.apps.policies import dossiers
by = {name: Account.objects.get(username=name) for name in ("liuyang", "duanlin", "guanyi", "tangli", "jinyue", "qinsu")}
said = {**dossiers.of_person(by["qinsu"].person), "work": dossiers.Known("flexible", "person", timezone.localdate())}
policies.note_facts(by["liuyang"].person, said, by="system")
pot = payouts.propose_budget("flexible-insurance", timezone.localdate().year, 1000000, by=by["duanlin"])
payouts.give_budget(pot.pk, by=by["guanyi"])
grant = grants.claim("flexible-insurance", by=by["liuyang"], account_number="6222020000000000000")
grants.decide(grant.pk, by=by["tangli"])
grants.approve(grant.pk, by=by["jinyue"])
payouts.make_batch("flexible-insurance", by=by["duanlin"], pay_on=timezone.localdate())
Effect.objects.create(kind="case.effect", key="case.effect:7:social_card:1", state="stuck",
    payload={}, created_at=now, stuck_at=now, attempts=8, last_error_code="register_silent")
"""


@dataclass(frozen=True)
class Prepared:
    """Where it is, what stands in its addresses, and everybody's session."""

    base_url: str
    places: Mapping[str, str]
    sessions: Mapping[str, str]


def prepare(stack: Stack) -> Prepared:
    """Let the cast fill a fresh installation and return where everything is."""
    done = stack.command("django", "shell", "-c", _BY_HAND)
    assert done.returncode == 0, done.stderr
    sessions = sign_in(stack, PEOPLE)
    people = {name: Visitor(stack.base_url, sessions.get(name, "")) for name in ("", *PEOPLE)}
    today = timezone.localdate()
    mother = people["wangfang"]

    bear(stack.folder, birth("YS-1", on=today))
    finished = submit(mother)
    for item in OFFICERS:
        decide(people[OFFICERS[item]], finished, "approve")
    page = mother.find(f"/mine/cases/{finished}", "/rate")
    certificates = _numbers(page)

    bear(stack.folder, birth("YS-2", on=today))
    waiting = submit(mother, household="father")
    returned = decide(people["linlan"], waiting, "return:name_unclear", "请确认名字里的珺字。")

    bear(stack.folder, birth("YS-3", on=today))
    reversed_case = submit(mother)
    item = decide(people["linlan"], reversed_case, "approve")
    held = find_item(people["sunwei"], reversed_case)
    revoked = mother.find_at(
        f"/mine/cases/{reversed_case}", lambda text: next(iter(_numbers(text)), "")
    )
    people["linlan"].post(f"{item}/purpose", purpose="case")  # it is done: why open it?
    people["linlan"].post(f"{item}/reverse", reason="record_corrected", message="医院更正了记录。")
    people[""].find(f"/verify/{revoked}", "撤销")

    bear(stack.folder, birth("YS-4", on=today))
    withdrawn = submit(mother)
    mother.post(f"/mine/cases/{withdrawn}/withdraw")

    bear(stack.folder, birth("YS-8", on=today))
    posted = submit(mother)
    decide(people["linlan"], posted, "approve")
    posted_item = find_item(people["sunwei"], posted)
    people["sunwei"].post(f"{posted_item}/purpose", purpose="case")
    people["sunwei"].post(
        f"{posted_item}/acts/extend", reason="register_slow", message="人口库在迁移"
    )
    people["sunwei"].post(f"{posted_item}/acts/pause", reason="registration_notice")
    notice = re.findall(r"/posted/([\w-]+)", people["sunwei"].open(posted_item).text)[0]

    bear(stack.folder, birth("YS-9", on=today))
    refused = submit(mother)
    decide(people["linlan"], refused, "refuse:not_born_here")

    bear(stack.folder, birth("YS-5", on=today))
    draft = fill_in(mother, household="father")

    feedback = rate_a_visit(people)
    people["zhoujing"].post(
        "/desk/supervision/new",
        case=waiting,
        key=returned.rpartition("/")[2],
        reason="申请人来问过两次",
        reply_workdays="2",
    )
    questions = _draft(people["chenli"].open("/services/newborn/start").url.path)
    people["chenli"].post(f"/apply/{questions}/join")
    join = re.findall(r"/mine/joins/(\d+)/answer", mother.open(f"/mine/cases/{posted}").text)[0]
    mother.post(f"/mine/joins/{join}/answer", agreed="yes")
    orders = people["zhoujing"].open("/desk/supervision").text
    ledger = people["fangwei"].open("/desk/projects?words=路灯夜查").text
    entry = re.findall(r"/desk/projects/(\d{4}-\d+)", ledger)[0]
    shown = re.findall(
        r"/desk/projects/files/(\d+)", people["fangwei"].open(f"/desk/projects/{entry}").text
    )
    requests = make_requests(people)
    heard = people["shizhu"].find("/desk/voices", "/desk/voices/S")
    said = re.findall(r"/desk/voices/(S\d\d-\d+)", heard)
    leak, mended = said[0], said[1]

    twins = [birth(f"YS-{n}", cast.LI_QIANG, on=today) for n in (6, 7)]
    bear(stack.folder, birth("YS-5", on=today), *twins)
    found = Prepared(
        base_url=stack.base_url,
        places={
            "service": "newborn",
            "first day": "2026-01-01",
            "heading": "health",
            "policy": "flexible-insurance",
            "firm policy": "keep-jobs",
            "waiting firm policy": "growth-loan",
            "empty heading": "culture",
            "life event": "birth",
            "other life event": "school",
            "step": "child",
            "step 2": "household",
            "step 3": "card",
            "parents step": "parents",
            "draft": draft,
            "draft of twins": _draft(people["liqiang"].open("/services/newborn/start").url.path),
            "draft of questions": questions,
            "join": join,
            "posted case": posted,
            "case": waiting,
            "finished case": finished,
            "reversed case": reversed_case,
            "withdrawn case": withdrawn,
            "item": "birth_certificate",
            "refused case": refused,
            "posted item id": posted_item.rpartition("/")[2],
            "notice": notice,
            "act": "pause",
            "proof": "marriage",
            "item id": returned.rpartition("/")[2],
            "open item id": item.rpartition("/")[2],
            "held item id": held.rpartition("/")[2],
            "done item id": _done_item(people["sunwei"], finished),
            "certificate": certificates[0],
            "revoked certificate": revoked,
            "entry": entry,
            "repair": re.findall(
                r"/desk/repairs/(\d{4}-\d+)", people["fangwei"].open("/desk/repairs").text
            )[0],
            "shown file": shown[0],
            "order": re.findall(r"/desk/supervision/(\d{4}-\d+)", orders)[0],
            "visit": re.findall(
                r"/desk/rounds/(\d{4}-\d+)", people["aiming"].open("/desk/rounds").text
            )[0],
            "leak": leak,
            "policy with a table": "skill-subsidy",
            **dict(
                zip(
                    ("policy proposal", "published text"),
                    re.findall(
                        r"/desk/policy-proposals/(\d+)",
                        people["tangli"].open("/desk/policy-proposals").text,
                    ),
                    strict=True,
                )
            ),
            "screening run": re.findall(
                r"/desk/screening/(\d+)", people["tangli"].open("/desk/screening").text
            )[0],
            "voice": mended,
            "visited": re.findall(
                r"/desk/rounds/people/(\d+)", people["shizhu"].open("/desk/rounds/people").text
            )[0],
            **feedback,
            **requests,
            **find_grants(people),
            **find_money(people),
            **make_sittings(people),
            **make_assessments(people),
            **schools_of(people),
            **contests_of(people),
            **dual_of(people),
            **find_councils(people),
            **collect_points(people),
            "unknown certificate": "2026-AAAA-BBBB-CCCC",
            "officer": _officer(people["qinwen"]),
            "secret": "1-used",
            "glass": _glass(people["wutong"], waiting),
        },
        sessions=sessions,
    )
    for name, at in (("linlan", item), ("sunwei", held)):
        people[name].post(f"{at}/purpose", purpose="case")
    for visitor in people.values():
        visitor.leave()
    return found


def rate_a_visit(people: Mapping[str, Visitor]) -> dict[str, str]:
    """Let 王芳 rate a visit badly, and the desk find it founded; leave a code that is still good."""
    first, second = (_code(people["zhaomin"].post("/desk/visits").text) for _ in range(2))
    people["wangfang"].post(f"/rate/{first}", score="1", comment="窗口没有一次说清。")
    desk = people["xujing"]
    review = re.findall(r"/desk/reviews/(\d{4}-\d+)", desk.open("/desk/reviews").text)[0]
    at = f"/desk/reviews/{review}"
    desk.post(at, act="reached", words="说了经过。")
    desk.post(at, act="founded", words="属实。", for_office="一次说清要带什么。")
    mine = people["wangfang"].open("/mine/ratings").text
    rating = re.findall(r"/mine/ratings/(\d+)", mine)[0]
    return {"visit code": second, "review": review, "rating": rating}


def schools_of(people: Mapping[str, Visitor]) -> dict[str, str]:
    """Return where the class that 谭梅 teaches is, its school, clubs and registers that wait."""
    head = people["kongrui"].open("/school").text
    waiting = re.findall(r"/school/register/([\w-]{36})", head)
    schools = re.findall(r"/school/schools/(\d+)\">([^<]+)", head)
    led = people["tanmei"].open("/school/clubs").text
    rounds = re.findall(r"/school/clubs/rounds/(\d+)", people["kongrui"].open("/school/clubs").text)
    at = re.findall(r"/school/classes/(\d+)", people["tanmei"].open("/school").text)[0]
    works = re.findall(r"/school/works/(\d+)", people["tanmei"].open(f"/school/classes/{at}").text)
    return {
        "class": at,
        **lessons_of(people["tanmei"]),
        "school of class": next(key for key, name in schools if "青槐" in name),
        "stopped import": waiting[0],
        "wrong import": waiting[1],
        "import": waiting[2],
        "club": re.findall(r"/school/clubs/(\d+)", led)[0],
        "open round": rounds[0],
        **choosing_class_of(people["qiaoyu"]),
        "club round": rounds[-1],
        "given work": works[1],
        "own work": works[0],
        "own done work": works[2],
        **scans_of(people["tanmei"], works[1]),
        "pupil": re.findall(r"/learn/pupils/(\d+)", people["linxia"].open("/learn").text)[0],
        "subject": "mathematics-4",
        "exercise": "an-001",
        "exercise with a picture": "av-025",
    }


def choosing_class_of(teacher: Visitor) -> dict[str, str]:
    """Return a class whose school has an open round of clubs, and a pupil whose form can be typed in."""
    at = re.findall(r"/school/classes/(\d+)\"", teacher.open("/school").text)[0]
    page = teacher.open(f"/school/classes/{at}/clubs").text
    return {
        "choosing class": at,
        "choosing pupil": re.findall(rf"/school/classes/{at}/clubs/(\d+)", page)[0],
    }


def scans_of(teacher: Visitor, work: str) -> dict[str, str]:
    """Return where two empty answer sheets wait to be settled, after the teacher has handed them in."""
    whole = pypdfium2.PdfDocument(teacher.open(f"/school/works/{work}/paper.pdf").content)
    some, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    some.import_pages(whole, [0, 1])
    some.save(out)
    made = teacher.send_file(f"/school/works/{work}/paper", "scans.pdf", out.getvalue())
    # Where nothing was read, only the sight of the scans fails, and says so.
    at = [*re.findall(r"/paper/([\w-]{36})", str(made.url)), str(uuid.UUID(int=0))][0]
    return {"scans": at, "scanned sheet": "1", "scanned page": "1"}


def contests_of(people: Mapping[str, Visitor]) -> dict[str, str]:
    """Return the open round with 谭梅's work, what 柯蓝 judges, the rounds being judged and ended."""

    def found(who: str, pattern: str, at: str = "/school/contests") -> list[str]:
        return re.findall(pattern, people[who].open(at).text)

    ended, judged, opened = sorted(set(found("shaoqing", r'/school/contests/(\d+)"')), key=int)
    sheet = found("kelan", r"/school/contests/sheets/(\d+)")[0]
    papers = found("kelan", r"/school/contests/materials/(\d+)", f"/school/contests/sheets/{sheet}")
    return {
        "contest": opened,
        "judged contest": judged,
        "ended contest": ended,
        "work": found("tanmei", r"/school/contests/works/(\d+)")[0],
        "sent work": found("kelan", r"/school/contests/works/(\d+)")[0],
        "sheet": sheet,
        "paper": papers[0],
        "growth line": found("kongrui", r"/school/growth/(\d+)/evidence", "/school/growth")[0],
    }


def lessons_of(teacher: Visitor) -> dict[str, str]:
    """Return where a teacher's lessons and the versions of their plan are."""
    room = teacher.open("/school/lessons").text
    shown = list(dict.fromkeys(re.findall(r"/school/lessons/(\d+)\"", room)))
    own = sorted(shown, key=int)[-2:]  # the others are her part in dual lessons
    coming, taught = (one for one in shown if one in own)
    plan = re.findall(r"/school/plans/(\d+)", room)[0]
    versions = re.findall(r"/changes/(\d+)", teacher.open(f"/school/plans/{plan}").text)
    return {
        "own plan": plan,
        "earlier plan": versions[0],
        "lesson": coming,
        "taught lesson": taught,
        "observed lesson": taught,
    }


def dual_of(people: Mapping[str, Visitor]) -> dict[str, str]:
    """Return the pairing of the demonstration, a lesson that was taught and one to come."""
    page = people["qiaoyu"].open("/school/dual").text
    lessons = sorted(set(re.findall(r"/school/dual/lessons/(\d+)", page)), key=int)
    return {
        "pairing": re.findall(r"/school/dual/pairings/(\d+)", page)[0],
        "dual lesson": lessons[0],
        "coming dual lesson": lessons[-1],
        "lead screen": "0",
    }


def find_grants(people: Mapping[str, Visitor]) -> dict[str, str]:
    """Return 刘洋's award, its month, and the batch that pays it."""
    grant = re.findall(r"/mine/grants/(\d+)", people["liuyang"].open("/mine/grants").text)[0]
    page = people["liuyang"].open(f"/mine/grants/{grant}").text
    batch = re.findall(r"/desk/money/(F\d\d-\d+)", people["duanlin"].open("/desk/money").text)[0]
    months = re.findall(r"/mine/grants/months/(\d+)", page)
    return {"grant": grant, "instalment": months[0], "batch": batch}


def find_money(people: Mapping[str, Visitor]) -> dict[str, str]:
    """Return the loan and the project of the demonstration."""
    loan = re.findall(r"/firm/loans/(\d+)", people["huangyi"].open("/firm/loans").text)[0]
    stake = re.findall(r"/firm/stakes/(\d+)", people["huangyi"].open("/firm/stakes").text)[0]
    asked = people["huangyi"].post(
        "/firm/stakes", title="主轴热误差补偿", purpose="样机", amount="2000000"
    )
    waiting = asked.url.path.rpartition("/")[2]
    people["xuhang"].post(f"/desk/stakes/{waiting}", act="check")
    return {"loan": loan, "stake": stake}


def vouchers(owner: Visitor) -> dict[str, str]:
    """Return the vouchers of a firm: one to use, one to be paid, one that is checked again."""
    found = re.findall(r"/firm/vouchers/(\d+)", owner.open("/firm/vouchers").text)
    return {"voucher": found[1], "voucher used": found[2], "voucher checked": found[-1]}


def make_sittings(people: Mapping[str, Visitor]) -> dict[str, str]:
    """Let a topic day begin in a minute and a firm have a seat at it; one more is free."""
    soon = timezone.localtime() + timedelta(seconds=90)
    plan = {"topic": "energy", "place": "park", "ends": "23:59", "seats": "3"}
    begun = people["yuelan"].post(
        "/desk/sittings", day=f"{soon:%Y-%m-%d}", starts=f"{soon:%H:%M}", **plan
    ).url.path.rpartition("/")[2]  # fmt: skip
    people["huangyi"].post(
        f"/firm/sittings/{begun}", act="book", words="增容要等多久？", contact_name="黄毅",
        phone="13800001234",
    )  # fmt: skip
    free = re.findall(r"/firm/sittings/(\d+)", people["huangyi"].open("/firm/sittings").text)
    return {"sitting": free[-1], "begun sitting": begun}


def make_assessments(people: Mapping[str, Visitor]) -> dict[str, str]:
    """Arrange what 徐桂兰 asked for; let 陈莲 object, and two others hand in sheets that differ."""
    asked = people["xuguilan"].open("/mine/assessments").text
    signed = people["chenlian"].open("/mine/assessments").text
    first, done = (re.findall(r"/mine/assessments/(\d+)", text)[0] for text in (asked, signed))
    objected = people["chenlian"].post(
        f"/mine/assessments/{done}", act="object", words="洗澡自己来不了"
    )
    review = objected.url.path.rpartition("/")[2]
    arranger = people["aiming"]
    for number, names in ((first, ("孟妍", "丁可")), (review, ("葛冰", "陶然"))):
        page = arranger.open(f"/desk/assessments/{number}").text
        ids = [re.findall(rf'value="(\d+)"[^>]*><label[^>]*>{name}', page)[0] for name in names]
        plan = {"day": timezone.localdate().isoformat(), "starts": "00:10", "place": "青槐街 40 号"}
        arranger.post(f"/desk/assessments/{number}", act="appoint", assessors=ids, **plan)
    for name, memory in (("gebing", "1"), ("taoran", "3")):
        _fill_in(people[name], review, {"memory": memory})
    return {
        "assessment": first,
        "signed assessment": done,
        "compared assessment": review,
        "part of assessment": "self_care",
        "facts of assessment": "facts",
        "policy with assessment": "elder-medical-help",
    }


def _fill_in(assessor: Visitor, number: str, changes: Mapping[str, str]) -> None:
    """Give every item full points and no rule, save for the changes, and hand the sheet in."""
    at = f"/desk/assessments/{number}"
    for part in re.findall(rf"{at}/parts/(\w+)", assessor.open(at).text):
        page = assessor.open(f"{at}/parts/{part}").text
        best = re.findall(r'name="(\w+)" id="f-\w+-1" value="(\d)"', page)
        none = {"coma": "no", "dementia": "no", "mental_disorder": "no", "care_events": "0"}
        answers = {**dict(best), **changes} if part != "facts" else none
        asked = {key: value for key, value in answers.items() if f'name="{key}"' in page}
        assessor.post(f"{at}/parts/{part}", **asked)
    assessor.post(at, act="hand_in")


def make_requests(people: Mapping[str, Visitor]) -> dict[str, str]:
    """Let a firm whistle and 王芳 ask for things, each led to another point."""
    contact = {"contact_name": "黄毅", "phone": "13800001234", "area": "park.kechuang"}
    told = {**contact, "words": "变压器总跳闸。", "category": "energy", "grade": "soon"}
    desk, officer = people["fanxue"], people["pengbo"]

    def whistle(step: int) -> str:
        sent = people["huangyi"].post("/firm/new/whistle", **told)
        number = sent.url.path.rpartition("/")[2]
        at = f"/desk/requests/{number}"
        acts = (
            (desk, {"act": "dispatch", "post": "economy.energy", "helpers": "urban.roads"}),
            (officer, {"act": "sign", "item": "1"}),
            (people["tianye"], {"act": "sign", "item": "2"}),
            (people["tianye"], {"act": "answer", "item": "2", "result": "done", "words": "好了"}),
            (officer, {"act": "contact", "item": "1", "way": "visit", "reached": "yes"}),
            (officer, {"act": "answer", "item": "1", "result": "done", "words": "换了开关。"}),
        )
        for who, answers in acts[:step]:
            who.post(at, **answers)
        return number

    held, disputed = whistle(2), whistle(2)
    officer.post(
        f"/desk/requests/{held}", act="hold", item="1", reason="waits_money",
        until=(timezone.localdate() + timedelta(days=9)).isoformat(),
    )  # fmt: skip
    officer.post(f"/desk/requests/{disputed}", act="dispute", item="1", reason="duty_unclear")
    sent = people["wangfang"].post(
        "/appeals/new/hotline", words="路灯不亮。", category="utilities.light.out", **contact
    )
    again = people["wangfang"].post(
        "/appeals/new/hotline",
        **{**contact, "words": "路灯又不亮了。", "category": "other.matter.unsure"},
    )
    mine = sent.url.path.rpartition("/")[2]
    people["fanxue"].post(
        f"/desk/requests/{mine}/sorting", act="judge", danger="no", duty="no", touched="stair",
        property="shared", effort="some",
    )  # fmt: skip
    child = people["wangfang"].post(
        "/appeals/new/minors", words="孩子放学不敢回家。", category="minor.bullied", area="",
        speaker="other", safe_way="portal",
    )  # fmt: skip
    return {
        "protected kind": "minors",
        "protected request": child.url.path.rpartition("/")[2],
        "request kind": "hotline",
        "whistle kind": "whistle",
        **vouchers(people["huangyi"]),
        "score with weights": "innovation",
        "talent": re.findall(
            r"/desk/talent/([\w-]{36})", people["yuelan"].open("/desk/talent").text
        )[0],
        "request": mine,
        "shared request": mine,
        "unsorted request": again.url.path.rpartition("/")[2],
        "new whistle": whistle(0),
        "whistle": whistle(2),
        "held whistle": held,
        "disputed whistle": disputed,
        "answered whistle": whistle(6),
    }


def find_councils(people: Mapping[str, Visitor]) -> dict[str, str]:
    """Return the matters of the demonstration: one with an open vote, one done; and who waits for what."""
    room = people["shenya"].open("/desk/councils").text
    talks = people["yangqun"].open("/desk/mediation").text
    voting = re.findall(r"/council/(\d+)", people["wangfang"].open("/council").text)[0]
    done = re.findall(r"/figures/councils/(\d+)", people[""].open("/figures/councils").text)[0]
    page = people["shenya"].open(f"/desk/councils/{done}").text
    return {
        "matter": voting,
        "ended matter": done,
        "payment": next(iter(re.findall(r"/desk/councils/files/(\d+)", page)), "1"),
        "small request": re.findall(r"/desk/councils/new/([\w-]+)", room)[0],
        "private request": re.findall(r"/desk/mediation/([\w-]+)", talks)[0],
    }


def collect_points(people: Mapping[str, Visitor]) -> dict[str, str]:
    """Let 王芳 have points, an order and a line that is public and objected to."""
    desk, mother = "/desk/points/village/dongpo", people["wangfang"]
    for one in ("wangfang", "liuyang"):
        people[one].post("/mine/points", join="village/dongpo")
    people["tangping"].post(f"{desk}/shop", good="soap", count="9")
    number = re.findall(r"(\d+) 号", mother.open("/mine/points/village").text)[0]
    entry = {"act": "propose", "number": number, "day": timezone.localdate().isoformat()}
    people["yangqun"].post(desk, **entry, item="cleanup", times="2")
    people["yangqun"].post(desk, act="publish")
    page = mother.open("/points/village/dongpo").text
    line = re.findall(r"/mine/points/objections/(\d+)", page)[0]
    people["liuyang"].post(f"/mine/points/objections/{line}", words="只来了一个人。")
    people["yangqun"].post(desk, **entry, item="yard", times="1")
    order = mother.post("/mine/points/village/shop", good="soap").url.path.rpartition("/")[2]
    places = {"scheme of points": "village", "circle of points": "dongpo"}
    return {**places, "proposal": line, "order of points": order}


def _code(page: str) -> str:
    return re.findall(r"/rate/([A-Z0-9]{12})", page)[0]


def fill_in(mother: Visitor, **other: str) -> str:
    """Answer every question of a draft and return its id."""
    draft = _draft(mother.open("/services/newborn/start").url.path)
    mother.post(f"/apply/{draft}/items", items="social_card")
    for step, answers in ANSWERS.items():
        mother.post(f"/apply/{draft}/steps/{step}", **{**answers, **_of(answers, other)})
    return draft


def submit(mother: Visitor, **other: str) -> str:
    """Fill in a draft, submit it and return the number of the case."""
    case = mother.post(f"/apply/{fill_in(mother, **other)}/submit")
    assert case.status_code == 200, f"the form was not taken: {case.status_code}"
    return case.url.path.rpartition("/")[2]


def decide(officer: Visitor, number: str, decision: str, message: str = "") -> str:
    """Decide the officer's item of a case and return the item's path."""
    item = find_item(officer, number)
    officer.post(item, decision=decision, message=message, evidence="看过原件", purpose="case")
    return item


def find_item(officer: Visitor, number: str) -> str:
    """Return the path of the item of a case in the officer's work list, once it is there."""
    return officer.find_at(
        f"/desk?q={number}",
        lambda text: next(iter(re.findall(r"/desk/items/\d+", text)), ""),
    )


def _of(answers: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in other.items() if key in answers}


def _draft(path: str) -> str:
    return path.split("/")[2]


def _numbers(text: str) -> list[str]:
    return re.findall(r"/mine/certificates/([\w-]+)\"", text)


def _glass(officer: Visitor, number: str) -> str:
    done = officer.post("/desk/glass", number=number, reason="要马上联系家属，等不到管它的岗位")
    return done.url.path.rpartition("/")[2]


def _officer(security: Visitor) -> str:
    page = security.open("/desk/accounts?q=sunwei").text
    return re.findall(r"/desk/accounts/(\d+)", page)[0]


def _done_item(officer: Visitor, number: str) -> str:
    rows = officer.open("/desk/done").text.split("<li>")
    return next(re.findall(r"/desk/items/(\d+)", row)[0] for row in rows if number in row)
