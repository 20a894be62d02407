"""A teacher's record: their own, checked by the head, never by name anywhere else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.contests.rounds_of import PDF, RUNNER, schools, story
from tests.factories import District

from minsheng.apps.contests import actions, reads
from minsheng.apps.contests.models import Growth
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput


def done(
    district: District, *, hours: float = 8, back: int = 0, platform: str = "training"
) -> Growth:
    line = actions.Done(
        platform=platform, title="暑期培训", day=district.today - timedelta(days=back), hours=hours,
        evidence=("证明.pdf", PDF),
    )  # fmt: skip
    return actions.add_growth(line, by=district.account("tanmei"))


def test_hours_count_once_the_head_has_checked_and_for_five_years(district: District) -> None:
    schools(district)
    me, head = district.account("tanmei"), district.account("kongrui")
    for back in (0, 5 * 365 + 3):
        actions.check_growth(done(district, back=back).pk, True, by=head)
    done(district, hours=2.25)
    assert reads.own_hours(me, on=district.today) == 8
    assert len(reads.own_growth(me)) == 3


def test_a_head_sees_totals_without_names_and_only_their_own_school(district: District) -> None:
    schools(district)
    head = district.account("kongrui")
    for _ in range(2):
        actions.check_growth(done(district, hours=180).pk, True, by=head)
    (totals,) = reads.school_totals(head, on=district.today)
    assert (totals.teachers, totals.reached) == (2, 1)
    assert [(count, hours) for _, count, hours in totals.platforms] == [
        (0, 0), (2, 360), (0, 0), (0, 0), (0, 0),
    ]  # fmt: skip
    assert "谭梅" not in repr(totals)
    assert reads.school_totals(district.account("tanmei"), on=district.today) == []
    assert reads.to_check(district.account("xiaohui")) == []


def test_a_refused_line_may_be_contested_and_is_looked_at_again(district: District) -> None:
    schools(district)
    row, head, me = done(district), district.account("kongrui"), district.account("tanmei")
    for name in ("xiaohui", "kelan", "tanmei", "liqiang", RUNNER):
        with pytest.raises(NotFound):
            actions.check_growth(row.pk, True, by=district.account(name))
    with pytest.raises(WrongInput):
        actions.check_growth(row.pk, False, by=head)
    actions.check_growth(row.pk, False, "没有证明", by=head)
    with pytest.raises(NotFound):
        actions.contest_growth(row.pk, "有", by=district.account("kelan"))
    actions.contest_growth(row.pk, "证明在附件里", by=me)
    assert reads.to_check(head)[0].words == "证明在附件里"
    assert actions.check_growth(row.pk, True, by=head).state == "confirmed"
    with pytest.raises(Conflict):
        actions.check_growth(row.pk, False, "不", by=head)


def test_a_line_from_an_award_may_be_contested_and_the_bureau_answers(district: District) -> None:
    story(district)
    row = Growth.objects.get(award__isnull=False)
    actions.contest_growth(row.pk, "奖次写错了", by=district.account("tanmei"))
    with pytest.raises(NotFound):
        actions.answer_growth(row.pk, "好", by=district.account("kongrui"))
    assert len(reads.contested_awards(district.account(RUNNER))) == 1
    actions.answer_growth(row.pk, "核对过，没有错", by=district.account(RUNNER))
    assert reads.own_growth(district.account("tanmei"))[0].reply == "核对过，没有错"


@pytest.mark.parametrize(
    ("field", "more"),
    [("platform", {"platform": "sleep"}), ("hours", {"hours": 0.3}), ("day", {"back": -1})],
)
def test_wrong_lines_name_their_field(district: District, field: str, more: dict) -> None:
    schools(district)
    with pytest.raises(WrongInput) as refused:
        done(district, **more)
    assert refused.value.field == field


def test_who_teaches_nowhere_has_no_record(district: District) -> None:
    schools(district)
    line = actions.Done(platform="study", title="读书", day=district.today)
    for name in ("liqiang", "linlan"):
        with pytest.raises(NotAllowed):
            actions.add_growth(line, by=district.account(name))


def test_evidence_is_opened_by_the_head_for_a_purpose_and_the_teacher_reads_who_and_why(
    district: District,
) -> None:
    schools(district)
    row, me, head = done(district), district.account("tanmei"), district.account("kongrui")
    assert actions.open_evidence(row.pk, by=me).content == PDF
    assert reads.own_growth(me)[0].looks == ()
    for wrong in ("", "curious"):
        with pytest.raises(WrongInput):
            actions.open_evidence(row.pk, wrong, by=head)
    assert reads.own_growth(me)[0].looks == ()
    opened = actions.open_evidence(row.pk, "check", by=head)
    assert (opened.content, opened.name) == (PDF, f"evidence-{row.pk}.pdf")
    ((day, who, why),) = reads.own_growth(me)[0].looks
    assert (day, who, why.zh) == (district.today, head.display, "核对这一条")


def test_evidence_is_refused_to_others_and_opens_for_the_bureau_while_it_is_contested(
    district: District,
) -> None:
    schools(district)
    row, head, me = done(district), district.account("kongrui"), district.account("tanmei")
    for name in ("xiaohui", "kelan", "qiaoyu", "liqiang", "duping", RUNNER):
        with pytest.raises(NotFound):
            actions.open_evidence(row.pk, "check", by=district.account(name))
        with pytest.raises(NotFound):
            reads.evidence_line(row.pk, account=district.account(name))
    actions.check_growth(row.pk, False, "没有证明", by=head)
    actions.contest_growth(row.pk, "证明在附件里", by=me)
    reviewer = district.account(RUNNER)
    assert actions.open_evidence(row.pk, "doubt", by=reviewer).content == PDF
    assert [one[1] for one in reads.own_growth(me)[0].looks] == [reviewer.display]
    actions.check_growth(row.pk, True, by=head)
    with pytest.raises(NotFound):
        actions.open_evidence(row.pk, "doubt", by=reviewer)
    bare = actions.add_growth(
        actions.Done(platform="study", title="读书", day=district.today), by=me
    )
    with pytest.raises(NotFound):
        actions.open_evidence(bare.pk, by=me)
