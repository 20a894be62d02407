"""Works are judged blind, conflicts replaced, the line drawn, the chair's word taken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.contests.rounds_of import CHAIR, RUNNER, score_all, story
from tests.factories import District

from minsheng.apps.audit.models import Entry
from minsheng.apps.contests import actions, findings, reads
from minsheng.apps.contests.models import Award, Growth, Round, Sheet, Work
from minsheng.apps.notices.models import Notice
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

GRADES = {"question": 8, "evidence": 7, "words": 9}


def test_nobody_judges_their_own_school_or_work(district: District) -> None:
    made = story(district, "recommended")
    runner = district.account(RUNNER)
    actions.name_judges(made.round.pk, ["tanmei", "kelan", "linlan"], by=runner)
    with pytest.raises(Conflict, match=made.works["tanmei"].number):
        actions.begin_judging(made.round.pk, by=runner)
    actions.name_judges(made.round.pk, ["tanmei", "sunwei", "linlan"], by=runner)
    actions.begin_judging(made.round.pk, by=runner)
    pairs = set(Sheet.objects.values_list("work__account__username", "judge__account__username"))
    assert pairs == {
        ("tanmei", "sunwei"), ("tanmei", "linlan"), ("sunwei", "tanmei"), ("sunwei", "linlan"),
    }  # fmt: skip


def test_whoever_steps_back_is_replaced_and_gets_it_never_again(district: District) -> None:
    made = story(district, "judging")
    work = made.works["tanmei"]
    first = made.judge_of("tanmei")
    sheet = next(one for one in made.sheets(first) if one.work_id == work.pk)
    actions.score_work(sheet.pk, GRADES, "好。", by=district.account(first))
    new = actions.declare_conflict(sheet.pk, "relative", by=district.account(first))
    assert new is not None
    assert new.judge.account.username != first
    sheet.refresh_from_db()
    assert (sheet.state, sheet.grades, sheet.comment) == ("conflict", {}, "")
    assert Sheet.objects.filter(work=work, state="waiting").count() == 2
    with pytest.raises(NotFound):
        actions.score_work(sheet.pk, GRADES, "好。", by=district.account(first))
    for _ in range(4):  # until nobody is left: the runner is told
        left = Sheet.objects.filter(work=work, state="waiting").first()
        if left is None:
            break
        actions.declare_conflict(left.pk, "knows", by=left.judge.account)
    assert Sheet.objects.filter(work=work).count() == 4
    assert Notice.objects.filter(
        account=district.account(RUNNER), title_zh__contains="没有人"
    ).exists()


def test_a_judge_keeps_to_the_scale_and_doesnt_sign(district: District) -> None:
    made = story(district, "judging")
    name = made.judge_of("tanmei")
    by, sheet = district.account(name), made.sheets(name)[0]
    for grades in ({"question": 8}, {**GRADES, "words": 11}, {**GRADES, "words": 0}):
        with pytest.raises(WrongInput, match="1 to 10"):
            actions.score_work(sheet.pk, grades, "好。", by=by)
    with pytest.raises(WrongInput) as refused:
        actions.score_work(sheet.pk, GRADES, f"好。——{by.display.split('（')[0]}", by=by)
    assert refused.value.field == "comment"
    with pytest.raises(NotFound):
        actions.score_work(sheet.pk, GRADES, "好。", by=district.account("liqiang"))


def test_grades_stand_once_judging_is_closed(district: District) -> None:
    made = story(district, "judging")
    score_all(made)
    assert Sheet.objects.filter(state="scored").count() == Sheet.objects.count() == 4
    with pytest.raises(NotAllowed):
        actions.close_judging(made.round.pk, by=district.account("tanmei"))
    assert actions.close_judging(made.round.pk, by=district.account(RUNNER)).state == "review"
    with pytest.raises(Conflict):
        score_all(made)


def test_an_empty_sheet_keeps_the_judging_open_and_may_go_to_somebody_else(
    district: District,
) -> None:
    made = story(district, "judging")
    runner = district.account(RUNNER)
    with pytest.raises(Conflict, match="4 sheets"):
        actions.close_judging(made.round.pk, by=runner)
    sheet = Sheet.objects.filter(work=made.works["tanmei"]).first()
    assert sheet is not None
    new = actions.replace_judge(sheet.pk, by=runner)
    assert new is not None
    assert new.judge_id != sheet.judge_id
    with pytest.raises(Conflict):
        actions.replace_judge(sheet.pk, by=runner)


def test_a_draw_at_the_line_is_never_decided_silently(district: District) -> None:
    made = story(district, "judging")
    runner, chair = district.account(RUNNER), district.account(CHAIR)
    score_all(made, first=8, second=8)
    actions.close_judging(made.round.pk, by=runner)
    result = findings.result_of(made.again())
    assert set(result.undecided) == {one.pk for one in made.works.values()}
    with pytest.raises(Conflict, match="second look"):
        actions.confirm(made.round.pk, result.digest, by=chair)
    both = [one.pk for one in made.works.values()]
    for pk in both:
        actions.look_again(pk, True, "都好", by=runner)
    with pytest.raises(Conflict):  # two let in, one place
        actions.confirm(made.round.pk, findings.result_of(made.again()).digest, by=chair)
    actions.look_again(both[1], False, "课例少一些", by=runner)
    with pytest.raises(Conflict, match="changed"):  # what the chair saw before
        actions.confirm(made.round.pk, result.digest, by=chair)
    actions.confirm(made.round.pk, findings.result_of(made.again()).digest, by=chair)
    assert dict(Work.objects.values_list("pk", "state")) == {both[0]: "chosen", both[1]: "passed"}


def test_only_the_chair_confirms_and_sees_letters_not_names(district: District) -> None:
    made = story(district, "review")
    digest = findings.result_of(made.round).digest
    for name in (RUNNER, "tanmei", "liqiang", "zhoujing"):
        with pytest.raises(NotAllowed):
            actions.confirm(made.round.pk, digest, by=district.account(name))
    view = reads.round_view(made.round.pk, account=district.account(CHAIR))
    assert view.names == ()
    assert len(view.judges) == 4
    assert "谭梅" not in repr(view)
    assert "confirm" in view.may
    for name in ("tanmei", "kongrui", "liqiang", "linlan"):
        with pytest.raises(NotFound):
            reads.round_view(made.round.pk, account=district.account(name))


def test_an_upheld_objection_takes_the_work_out_and_somebody_else_decides(
    district: District,
) -> None:
    made = story(district, "public")
    work, runner = made.works["tanmei"], district.account(RUNNER)
    with pytest.raises(NotFound):
        actions.challenge(work.pk, "抄的", by=district.account("liqiang"))
    with pytest.raises(NotFound):  # wasn't chosen: nothing is public of it
        actions.challenge(made.works["sunwei"].pk, "抄的", by=district.account("kelan"))
    row = actions.challenge(work.pk, "和去年的一样", by=district.account("kelan"))
    with pytest.raises(Conflict):
        actions.challenge(work.pk, "和去年的一样", by=district.account("kelan"))
    own = actions.challenge(work.pk, "我也觉得", by=runner)
    with pytest.raises(NotAllowed):
        actions.decide_challenge(own.pk, True, "好", by=runner)
    with pytest.raises(NotAllowed):
        actions.decide_challenge(row.pk, True, "好", by=district.account("kelan"))
    Round.objects.update(public_until=district.today - timedelta(days=1))
    with pytest.raises(Conflict):  # an objection is open
        actions.finish(made.round.pk, by=runner)
    own.delete()
    actions.decide_challenge(row.pk, True, "查实了", by=runner)
    actions.finish(made.round.pk, by=runner)
    assert Award.objects.count() == 0


def test_publicity_has_its_days(district: District) -> None:
    made = story(district, "public")
    assert made.round.public_until is not None
    assert made.round.public_until > district.today
    with pytest.raises(Conflict, match="public until"):
        actions.finish(made.round.pk, by=district.account(RUNNER))


def test_an_award_flows_into_the_record_and_is_public_only_by_consent(district: District) -> None:
    made = story(district)
    award = Award.objects.get()
    assert (award.account.username, award.level, award.prize) == ("tanmei", "district", "一等奖")
    assert Growth.objects.get(award=award).platform == "forum"
    assert reads.public_awards() == []
    with pytest.raises(NotFound):
        actions.publish_award(award.pk, True, by=district.account("kongrui"))
    actions.publish_award(award.pk, True, by=district.account("tanmei"))
    assert [one.title for one in reads.public_awards()] == ["怎么教分数"]
    actions.publish_award(award.pk, False, by=district.account("tanmei"))
    assert reads.public_awards() == []
    assert made.round.state == "done"


def test_papers_end_at_the_district_and_lessons_go_up_with_their_certificates(
    district: District,
) -> None:
    made = story(district)
    work, runner = made.works["tanmei"], district.account(RUNNER)
    with pytest.raises(WrongInput):
        actions.send_up(work.pk, "city", district.today, by=runner)
    Round.objects.update(contest="excellent-lesson")
    with pytest.raises(WrongInput):  # the city comes first
        actions.send_up(work.pk, "ministry", district.today, by=runner)
    sent = actions.send_up(work.pk, "city", district.today, by=runner)
    with pytest.raises(WrongInput) as refused:
        actions.note_outcome(sent.pk, True, "", by=runner)
    assert refused.value.field == "certificate"
    actions.note_outcome(sent.pk, True, "演示-市-0001", by=runner)
    with pytest.raises(Conflict):
        actions.note_outcome(sent.pk, False, by=runner)
    up = actions.send_up(work.pk, "ministry", district.today, by=runner)
    actions.note_outcome(up.pk, True, "演示-部-0001", by=runner)
    assert set(Award.objects.values_list("level", flat=True)) == {"district", "city", "national"}
    assert [one.level for one in reads.register(runner)] == ["national", "city", "district"]


def test_who_sees_which_awards(district: District) -> None:
    story(district)
    seen = {
        name: len(reads.register(district.account(name)))
        for name in (RUNNER, "duping", "kongrui", "xiaohui", "tanmei", "linlan", "liqiang")
    }
    assert seen == {
        RUNNER: 1, "duping": 1, "kongrui": 1, "xiaohui": 0, "tanmei": 0, "linlan": 0, "liqiang": 0,
    }  # fmt: skip


def test_the_workbook_reads_no_formula(district: District) -> None:
    import io

    from openpyxl import load_workbook

    story(district)
    Award.objects.update(title="=1+1")
    book = load_workbook(io.BytesIO(reads.award_workbook(reads.register(district.account(RUNNER)))))
    cell = book.active["E2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_judges_and_teachers_are_reminded_once(district: District) -> None:
    made = story(district, "judging")
    soon = district.today + timedelta(days=1)
    Round.objects.update(enter_by=district.today, judge_by=soon)
    assert actions.remind() == 4
    assert actions.remind() == 0
    notes = Notice.objects.filter(kind="contest", key__startswith=f"contest:due:{made.round.pk}")
    assert notes.count() == Sheet.objects.values("judge").distinct().count()


def test_the_ledger_holds_no_name_and_no_words(district: District) -> None:
    story(district)
    said = repr(list(Entry.objects.filter(stream="contest").values_list("text", "kind", "by")))
    assert "contest.confirmed" in said
    for word in ("谭梅", "写得实", "分数", "tanmei"):
        assert word not in said
    stored = repr(list(Sheet.objects.values_list("comment", flat=True)))
    assert "写得实" not in stored
