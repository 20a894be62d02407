"""Contests over the API: the same acts, the same refusals, nothing that tells whose a work is."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import encode_multipart
from PIL import Image
from tests.apps.contests.rounds_of import JUDGES, PDF, RUNNER, open_papers, schools, story
from tests.factories import District

from minsheng.apps.contests.models import Material, Round, Sheet
from minsheng.apps.records import actions as records


def ask(district: District, name: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    head = {"Authorization": f"Bearer {district.token(name)}"} if name else {}
    send = getattr(Client(), method)
    if method == "post":
        answer = send(f"/api/v1{path}", body or {}, "application/json", headers=head)
    else:
        answer = send(f"/api/v1{path}", headers=head)
    return answer.status_code, answer.json()


def test_from_the_judges_to_the_chair(district: District) -> None:
    made = story(district, "recommended")
    acts = f"/contests/{made.round.pk}/acts"
    assert ask(district, "tanmei", "post", acts, {"act": "begin"})[0] == 403
    assert ask(district, RUNNER, "post", acts, {"act": "judges", "judges": list(JUDGES)})[0] == 200
    assert ask(district, RUNNER, "post", acts, {"act": "begin"})[1]["state"] == "judging"
    for judge in JUDGES:
        rows = ask(district, judge, "get", "/contest-sheets")[1]
        assert not any(word in repr(rows) for word in ("谭梅", "孙伟", "松林", "tanmei"))
        for row in rows["rows"]:
            filled = {"grades": dict.fromkeys(row["criteria"], 9), "comment": "好"}
            at = f"/contest-sheets/{row['id']}"
            assert ask(district, "kelan", "post", at, filled)[0] == 404
            assert (
                ask(district, judge, "post", at, {"grades": {"question": 3}, "comment": "好"})[0]
                == 422
            )
            if row["number"] == made.works["sunwei"].number:
                filled["grades"]["evidence"] = 5
            assert ask(district, judge, "post", at, filled)[1]["state"] == "scored"
    assert ask(district, RUNNER, "post", acts, {"act": "close"})[1]["state"] == "review"
    shown = ask(district, "duping", "get", f"/contests/{made.round.pk}")[1]
    assert [one["place"] for one in shown["ranks"]] == ["in", "out"]
    assert "谭梅" not in repr(shown)
    confirm = {"act": "confirm", "seen": shown["seen"]}
    assert ask(district, RUNNER, "post", acts, confirm)[0] == 403
    assert ask(district, "duping", "post", acts, confirm)[1]["state"] == "public"
    mine = ask(district, "tanmei", "get", "/contest-works")[1]["rows"][0]
    assert [one["comment"] for one in mine["scores"]] == ["好", "好"]
    assert ask(district, "tanmei", "get", f"/contests/{made.round.pk}")[0] == 404


def test_a_work_and_a_record_of_ones_own(district: District) -> None:
    schools(district)
    one = open_papers(district)
    wanted = {"kind": "paper", "subject": "数学", "grade": 4, "knot": "面积", "title": "面积"}
    work = ask(district, "tanmei", "post", f"/contests/{one.pk}/works", wanted)[1]["id"]
    status, refused = ask(
        district, "tanmei", "post", f"/contest-works/{work}/acts", {"act": "send"}
    )
    assert (status, refused["code"]) == (422, "contests.missing")
    assert ask(district, "kelan", "post", f"/contest-works/{work}/acts", {"act": "send"})[0] == 404
    line = {"platform": "study", "title": "读书", "day": district.today.isoformat(), "hours": 2}
    made = ask(district, "tanmei", "post", "/growth", line)[1]["id"]
    assert ask(district, "kelan", "post", f"/growth/{made}/acts", {"act": "right"})[0] == 404
    assert ask(district, "kongrui", "post", f"/growth/{made}/acts", {"act": "right"})[0] == 200
    assert ask(district, "tanmei", "get", "/growth")[1]["hours"] == 2
    assert ask(district, "kelan", "get", "/growth")[1]["rows"] == []
    assert ask(district, "", "get", "/awards")[1] == {"rows": []}
    assert Round.objects.count() == 1


def send_paper(
    district: District, name: str, work: int, content: bytes, *, key: str = "paper"
) -> Any:
    """PUT a paper as a form."""
    body = encode_multipart("b", {"file": SimpleUploadedFile("谭梅的论文.pdf", content)})
    return Client().put(
        f"/api/v1/contest-works/{work}/papers/{key}", body, "multipart/form-data; boundary=b",
        headers={"Authorization": f"Bearer {district.token(name)}"},
    )  # fmt: skip


def get_paper(district: District, name: str, paper: int) -> Any:
    head = {"Authorization": f"Bearer {district.token(name)}"}
    return Client().get(f"/api/v1/contest-papers/{paper}", headers=head)


def test_papers_are_handed_in_listed_and_downloaded_by_those_who_may(district: District) -> None:
    schools(district)
    one = open_papers(district)
    wanted = {"kind": "paper", "subject": "数学", "grade": 4, "knot": "面积", "title": "面积"}
    work = ask(district, "tanmei", "post", f"/contests/{one.pk}/works", wanted)[1]["id"]
    at = f"/contest-works/{work}/papers"
    assert ask(district, "tanmei", "get", at)[1]["rows"][0]["paper"] is None
    assert send_paper(district, "kelan", work, PDF).status_code == 404
    assert send_paper(district, "tanmei", work, b"no").status_code == 422
    assert send_paper(district, "tanmei", work, PDF, key="nothing").status_code == 422
    made = send_paper(district, "tanmei", work, PDF)
    assert made.status_code == 200
    paper = made.json()["rows"][0]["paper"]
    assert ask(district, "tanmei", "get", at)[1] == made.json()
    found = get_paper(district, "tanmei", paper)
    assert (found.status_code, found.content) == (200, PDF)
    for name in (
        "kelan",
        "kongrui",
        "qiaoyu",
        "liqiang",
        RUNNER,
    ):  # not sent in yet: its owner's alone
        assert get_paper(district, name, paper).status_code in (403, 404)
        assert ask(district, name, "get", at)[0] in (403, 404)


def test_a_judge_gets_a_paper_with_neither_name_nor_author(district: District) -> None:
    made = story(district, "judging")
    work = made.works["tanmei"]
    out = io.BytesIO()
    Image.new("RGB", (60, 60), "white").save(out, "PDF", author="谭梅", creator="tanmei")
    file = records.store_file(out.getvalue(), "谭梅.pdf", owner=None, by=work.account)
    Material.objects.filter(work=work).update(file=file)
    paper = Material.objects.get(work=work).pk
    sheet = Sheet.objects.filter(work=work, state="waiting").first()
    assert sheet is not None
    judge = sheet.judge.account.username
    rows = ask(district, judge, "get", f"/contest-sheets/{sheet.pk}/papers")[1]["rows"]
    assert [one["paper"] for one in rows] == [paper]
    assert ask(district, "kelan", "get", f"/contest-sheets/{sheet.pk}/papers")[0] == 404
    for name in (judge, RUNNER):
        found = get_paper(district, name, paper)
        assert found.status_code == 200
        assert work.number in found["Content-Disposition"]
        for telling in ("谭梅", "tanmei"):
            assert telling not in found["Content-Disposition"]
            for way in ("utf-8", "utf-16-be"):
                assert telling.encode(way) not in found.content
        with pypdfium2.PdfDocument(found.content) as pages:
            assert len(pages) == 1
    own = get_paper(district, "tanmei", paper)
    assert own.content == out.getvalue()
