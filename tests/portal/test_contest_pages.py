"""Contests in pages: entered, judged by number alone, confirmed by the chair, public, objected to."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from tests.apps.contests.rounds_of import JUDGES, PDF, RUNNER, open_papers, schools, story
from tests.factories import District

from minsheng.apps.contests import actions
from minsheng.apps.contests.models import Award, Challenge, Growth, Round, Sheet, Work

NAMES = ("谭梅", "孙伟", "tanmei", "sunwei", "松林", "梅溪", "东山", "西河", "孔睿")
ROOM = "/school/contests"


def page(district: District, who: str, path: str) -> str:
    answer = district.client(who).get(path)
    assert answer.status_code == 200, (who, path, answer.status_code)
    return main_of(answer.content.decode())


def main_of(text: str) -> str:
    """What the page is about; the header names who is signed in."""
    return re.search(r"<main.*</main>", text, re.S)[0]  # type: ignore[index]


def test_a_teacher_enters_hands_in_and_the_head_recommends(district: District) -> None:
    schools(district)
    one, teacher = open_papers(district), district.client("tanmei")
    form = {
        "kind": "paper",
        "subject": "数学",
        "grade": "四",
        "knot": "面积",
        "title": "怎么教面积",
    }
    wrong = teacher.post(f"{ROOM}/{one.pk}/enter", form)
    assert wrong.status_code == 422
    assert "怎么教面积" in wrong.content.decode()
    made = teacher.post(f"{ROOM}/{one.pk}/enter", {**form, "grade": "4"})
    at = made.url
    assert "还差 1 样材料" in page(district, "tanmei", at)
    early = teacher.post(at, {"act": "send"})
    assert early.status_code == 422
    assert "论文（去掉姓名和学校）" in early.content.decode()
    wrong = teacher.post(
        at, {"act": "material", "key": "paper", "file": SimpleUploadedFile("a.pdf", b"no")}
    )
    assert 'href="#file-paper"' in wrong.content.decode()
    named = SimpleUploadedFile("谭梅的论文.pdf", PDF, "application/pdf")
    teacher.post(at, {"act": "material", "key": "paper", "file": named})
    warned = teacher.post(at, {"act": "send"})
    assert warned.status_code == 422
    assert 'name="despite"' in warned.content.decode()
    teacher.post(at, {"act": "send", "despite": "yes"})
    assert Work.objects.get().state == "sent"
    assert "谭梅" in page(district, "kongrui", ROOM)
    district.client("kongrui").post(at, {"act": "recommend"})
    assert Work.objects.get().state == "recommended"
    for stranger in ("kelan", "qiaoyu", "linlan"):
        assert district.client(stranger).get(at).status_code == 404
        assert district.client(stranger).post(at, {"act": "recommend"}).status_code == 404


def test_a_judge_reads_no_name_anywhere(district: District) -> None:
    made = story(district, "judging")
    judge = made.judge_of("tanmei")
    sheet = next(one for one in made.sheets(judge) if one.work_id == made.works["tanmei"].pk)
    room, mine = page(district, judge, ROOM), page(district, judge, f"{ROOM}/sheets/{sheet.pk}")
    for text in (room, mine):
        assert [name for name in NAMES if name in text] == []
    assert made.works["tanmei"].number in mine
    paper = re.search(r"/school/contests/materials/\d+", mine)[0]  # type: ignore[index]
    opened = district.client(judge).get(paper)
    assert opened.content == PDF
    disposition = opened.headers["Content-Disposition"]
    assert f"{made.works['tanmei'].number}-paper.pdf" in disposition
    client = district.client(judge)
    empty = client.post(f"{ROOM}/sheets/{sheet.pk}", {"grade-question": "9", "comment": "好"})
    assert empty.status_code == 422
    grades = {
        "grade-question": "9",
        "grade-evidence": "8",
        "grade-words": "7",
        "comment": "问题真。",
    }
    assert client.post(f"{ROOM}/sheets/{sheet.pk}", grades).status_code == 302
    sheet.refresh_from_db()
    assert sheet.grades == {"question": 9, "evidence": 8, "words": 7}
    others = [
        name
        for name in JUDGES
        if not Sheet.objects.filter(work=sheet.work, judge__account__username=name).exists()
    ]
    for stranger in (*others, "kelan", "kongrui", "shaoqing"):
        assert district.client(stranger).get(f"{ROOM}/sheets/{sheet.pk}").status_code == 404
    assert district.client(others[0]).get(paper).status_code == 404
    assert district.client("liqiang").get(paper).status_code == 403


def test_a_teacher_reads_grades_and_comments_and_no_judge(district: District) -> None:
    made = story(district, "judging")
    at = f"{ROOM}/works/{made.works['tanmei'].pk}"
    from tests.apps.contests.rounds_of import score_all

    score_all(made)
    assert "写得实" not in page(district, "tanmei", at)
    made = story_on(made)
    text = page(district, "tanmei", at)
    assert text.count("写得实") == 2
    judges = [district.account(name).display.split("（")[0] for name in JUDGES]
    assert [name for name in (*JUDGES, *judges) if name in text] == []
    public = page(district, "kelan", f"{ROOM}/{made.round.pk}")
    assert "谭梅" in public
    assert "写得实" not in public
    assert "孙伟" not in public


def story_on(made):
    """Close, confirm: the result is public."""
    from minsheng.apps.contests import findings

    actions.close_judging(made.round.pk, by=made.district.account(RUNNER))
    digest = findings.result_of(made.again()).digest
    actions.confirm(made.round.pk, digest, by=made.district.account("duping"))
    made.again()
    return made


def test_the_round_is_run_on_its_page_and_blind_until_it_is_public(district: District) -> None:
    made = story(district, "recommended")
    at, runner = f"{ROOM}/{made.round.pk}", district.client(RUNNER)
    assert runner.post(at, {"act": "judges", "judges": "linlan\nnobody"}).status_code == 422
    runner.post(at, {"act": "judges", "judges": "\n".join(JUDGES)})
    runner.post(at, {"act": "begin"})
    assert Round.objects.get().state == "judging"
    empty = page(district, RUNNER, at)
    assert "还有 4 张没评" in empty
    from tests.apps.contests.rounds_of import score_all

    score_all(made, first=8, second=8)
    runner.post(at, {"act": "close"})
    shown = page(district, "duping", at)
    assert "评委宽严" in shown
    assert "线边上 2 件要再看" in shown
    for text in (shown, page(district, RUNNER, at)):
        assert [name for name in NAMES if name in text] == []
    assert 'value="confirm"' not in shown
    for name, act in (("tanmei", "in"), ("sunwei", "out")):
        runner.post(at, {"act": act, "about": made.works[name].pk, "words": "再看过"})
    seen = re.search(r'name="seen" value="(\w+)"', page(district, "duping", at))[1]  # type: ignore[index]
    assert runner.post(at, {"act": "confirm", "seen": seen}).status_code == 403
    assert district.client("duping").post(at, {"act": "confirm", "seen": "x"}).status_code == 409
    district.client("duping").post(at, {"act": "confirm", "seen": seen})
    assert Round.objects.get().state == "public"
    district.client("kelan").post(
        at, {"act": "challenge", "about": made.works["tanmei"].pk, "words": "像见过"}
    )
    assert "像见过" in page(district, RUNNER, at)
    assert "像见过" not in page(district, "tanmei", at)
    runner.post(
        at, {"act": "dismiss", "about": Challenge.objects.get().pk, "answer": "查过，不一样"}
    )
    assert Challenge.objects.get().outcome == "dismissed"


def test_awards_go_to_the_register_and_are_public_by_consent_alone(district: District) -> None:
    story(district)
    assert "谭梅" in page(district, RUNNER, "/school/awards")
    assert "谭梅" not in page(district, "linlan", "/school/awards")
    assert "谭梅" not in district.client().get("/awards").content.decode()
    me = district.client("tanmei")
    me.post("/school/growth", {"act": "public", "about": Award.objects.get().pk})
    assert "谭梅" in district.client().get("/awards").content.decode()
    sheet = district.client(RUNNER).get("/school/awards.xlsx?year=&level=")
    assert sheet.content[:2] == b"PK"
    assert district.client("liqiang").get("/school/awards.xlsx").status_code == 403


def test_a_record_is_its_teachers_and_their_heads(district: District) -> None:
    schools(district)
    me = district.client("tanmei")
    line = {"act": "add", "platform": "training", "title": "暑期培训", "day": "昨天", "hours": "8"}
    wrong = me.post("/school/growth", line)
    assert wrong.status_code == 422
    assert "暑期培训" in wrong.content.decode()
    me.post("/school/growth", {**line, "day": district.today.isoformat()})
    row = Growth.objects.get()
    assert "暑期培训" in page(district, "kongrui", "/school/growth")
    for stranger in ("kelan", "xiaohui", RUNNER):
        assert "暑期培训" not in page(district, stranger, "/school/growth")
        assert district.client(stranger).post("/school/growth", {"act": "right", "about": row.pk}).status_code == 404  # fmt: skip
    district.client("kongrui").post("/school/growth", {"act": "right", "about": row.pk})
    assert "五年里 8 学时" in page(district, "tanmei", "/school/growth")


def test_the_head_says_why_before_opening_evidence_and_the_teacher_reads_it(
    district: District,
) -> None:
    schools(district)
    me, head = district.client("tanmei"), district.client("kongrui")
    line = {
        "act": "add", "platform": "training", "title": "暑期培训", "hours": "8",
        "day": district.today.isoformat(), "evidence": SimpleUploadedFile("证明.pdf", PDF),
    }  # fmt: skip
    me.post("/school/growth", line)
    at = f"/school/growth/{Growth.objects.get().pk}/evidence"
    assert me.get(at).content == PDF
    assert at in page(district, "kongrui", "/school/growth")
    assert "为什么要看" in page(district, "kongrui", at)
    empty = head.post(at, {})
    assert empty.status_code == 422 and 'href="#purpose-1"' in empty.content.decode()
    assert head.post(at, {"purpose": "check"}).content == PDF
    assert "看过证明：核对这一条" in page(district, "tanmei", "/school/growth")
    for stranger in ("kelan", "xiaohui", "liqiang", RUNNER):
        client = district.client(stranger)
        assert client.get(at).status_code in (403, 404)
        assert client.post(at, {"purpose": "check"}).status_code in (403, 404)
    row = Growth.objects.get().pk
    head.post("/school/growth", {"act": "wrong", "about": row, "reply": "没有盖章"})
    assert "暑期培训" not in page(district, RUNNER, "/school/growth")
    me.post("/school/growth", {"act": "contest", "about": row, "words": "有盖章"})
    assert at in page(district, RUNNER, "/school/growth")
    assert district.client(RUNNER).post(at, {"purpose": "doubt"}).content == PDF
