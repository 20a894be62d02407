"""A work is entered, checked and recommended within places."""

from __future__ import annotations

import zlib
from datetime import timedelta

import pytest
from tests.apps.contests.rounds_of import PDF, RUNNER, entered, hand_in, open_papers, schools, story
from tests.factories import District

from minsheng.apps.contests import actions, reads
from minsheng.apps.contests.models import Material, Round, Work
from minsheng.apps.records.models import StoredFile
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput


@pytest.fixture
def one(district: District) -> Round:
    schools(district)
    return open_papers(district)


def test_what_is_missing_is_named_and_nothing_is_lost(district: District, one: Round) -> None:
    by = district.account("tanmei")
    work = actions.begin_work(one.pk, entered(), by=by)
    with pytest.raises(WrongInput, match="paper") as refused:
        actions.send_work(work.pk, by=by)
    assert "论文（去掉姓名和学校）" in refused.value.zh
    with pytest.raises(WrongInput):
        actions.add_material(work.pk, "paper", b"MZ not a paper", "论文.pdf", by=by)
    with pytest.raises(WrongInput):
        actions.add_material(work.pk, "video", PDF, "论文.pdf", by=by)
    actions.add_material(work.pk, "paper", PDF, "第一稿.pdf", by=by)
    actions.add_material(work.pk, "paper", PDF, "第二稿.pdf", by=by)
    assert Material.objects.count() == StoredFile.objects.count() == 1
    assert actions.send_work(work.pk, by=by).state == "sent"


@pytest.mark.parametrize(
    ("title", "name", "content"),
    [
        ("谭梅的分数课", "论文.pdf", PDF),
        ("松林小学的分数课", "论文.pdf", PDF),
        ("分数课", "谭梅.pdf", PDF),
        ("分数课", "论文.pdf", PDF.replace(b"/Catalog", b"/Catalog/Author(" + "谭梅".encode() + b")")),
        ("分数课", "论文.pdf", PDF.replace(b"endobj", b"endobj stream\n" + zlib.compress("竹园与东山教育集团".encode("utf-16-be")) + b"endstream", 1)),
    ],
)  # fmt: skip
def test_a_name_that_would_tell_is_warned_of(
    district: District, one: Round, title: str, name: str, content: bytes
) -> None:
    by = district.account("tanmei")
    work = actions.begin_work(one.pk, entered(title), by=by)
    actions.add_material(work.pk, "paper", content, name, by=by)
    with pytest.raises(WrongInput) as refused:
        actions.send_work(work.pk, by=by)
    assert refused.value.field == "despite"
    sent = actions.send_work(work.pk, despite=True, by=by)
    assert sent.was_warned


def test_a_lesson_chosen_lately_is_refused_and_an_older_one_isnt(district: District) -> None:
    schools(district)
    runner, by = district.account(RUNNER), district.account("tanmei")
    lesson = actions.Entered(
        kind="special", subject="数学", grade=4, knot="分数 的初步认识", title="分", video="https://v.example/1"
    )  # fmt: skip
    years = {}
    for back in (5, 2, 0):
        new = actions.NewRound(contest="excellent-lesson", year=district.today.year - back, enter_by=district.today + timedelta(days=3))  # fmt: skip
        years[back] = actions.open_round(new, by=runner)
    for back in (5, 2):
        old = actions.begin_work(years[back].pk, lesson, by=district.account("sunwei"))
        Work.objects.filter(pk=old.pk).update(state="chosen", knot="分数的初步认识")
    work = actions.begin_work(years[0].pk, lesson, by=by)
    for key in ("design", "tasks", "slides"):
        actions.add_material(work.pk, key, PDF, f"{key}.pdf", by=by)
    with pytest.raises(WrongInput) as refused:
        actions.send_work(work.pk, by=by)
    assert refused.value.field == "knot"
    Work.objects.filter(round=years[2]).update(state="passed")
    assert actions.send_work(work.pk, by=by).state == "sent"  # special education: no homework


@pytest.mark.parametrize("video", ["http://v.example/1", "javascript:alert(1)", "https://", "https://a b"])  # fmt: skip
def test_a_video_is_a_safe_address(district: District, video: str) -> None:
    schools(district)
    new = actions.NewRound(
        contest="teaching-drill", year=district.today.year, enter_by=district.today
    )
    one = actions.open_round(new, by=district.account(RUNNER))
    lesson = actions.Entered(
        kind="lesson", subject="语文", grade=3, knot="春", title="春", video=video
    )
    with pytest.raises(WrongInput) as refused:
        actions.begin_work(one.pk, lesson, by=district.account("tanmei"))
    assert refused.value.field == "video"


def test_a_school_has_its_places_and_no_more(district: District) -> None:
    schools(district)
    one, head = open_papers(district, school_places=1), district.account("kongrui")
    mine, other = (hand_in(district, one, name) for name in ("tanmei", "kelan"))
    actions.recommend(mine.pk, by=head)
    actions.recommend(mine.pk, by=head)  # once is enough
    with pytest.raises(Conflict, match="1 places"):
        actions.recommend(other.pk, by=head)
    actions.recommend(mine.pk, False, by=head)
    assert actions.recommend(other.pk, by=head).state == "recommended"


def test_only_the_head_of_the_school_recommends(district: District) -> None:
    made = story(district, "sent")
    for name in ("xiaohui", "tanmei", "qiaoyu", "shaoqing", "liqiang", "zhoujing"):
        with pytest.raises(NotFound):
            actions.recommend(made.works["tanmei"].pk, by=district.account(name))


def test_strangers_and_who_teaches_nowhere_enter_nothing(district: District, one: Round) -> None:
    for name in ("liqiang", "linlan", "shaoqing"):
        with pytest.raises(NotAllowed):
            actions.begin_work(one.pk, entered(), by=district.account(name))
    assert reads.rounds(district.account("liqiang")) == []
    with pytest.raises(NotAllowed):
        open_by = actions.NewRound(contest="teaching-drill", year=2026, enter_by=district.today)
        actions.open_round(open_by, by=district.account("tanmei"))


def test_after_the_last_day_nothing_is_changed(district: District, one: Round) -> None:
    work = hand_in(district, one, "tanmei")
    Round.objects.update(enter_by=district.today - timedelta(days=1))
    with pytest.raises(Conflict):
        actions.take_back(work.pk, by=district.account("tanmei"))
    with pytest.raises(Conflict):
        actions.recommend(work.pk, by=district.account("kongrui"))
