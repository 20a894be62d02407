"""What a firm declares and an office notes, objections, weights by two persons, the score of a year."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.apps.scores.firms_of import PAPER, declared, firm, noted, typed

from minsheng.apps.audit import reads as audit
from minsheng.apps.notices.models import Notice
from minsheng.apps.scores import actions, reads
from minsheng.apps.scores.models import Declared, Objection, Snapshot, WeightSet
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput


def test_a_firm_declares_and_is_told_its_points_line_by_line(district):
    declared(district)
    (found,) = [
        one
        for one in reads.own_explained(district.account("huangyi"), on=district.today)
        if one.loaded.score.score == "tech-sme"
    ]
    total = found.count.total
    assert total is not None and total.low == 40 and found.count.passes is False
    points = {one.part.key: one.bands.low for one in found.count.parts}
    assert points == {"people": 8, "research": 20, "results": 12}
    assert [(one.part, one.gain) for one in found.raises] == [
        ("results", 18),
        ("research", 10),
        ("results", 6),
        ("people", 4),
    ]
    assert found.ways


def test_numbers_are_sealed_and_events_hold_none_of_them(district):
    known = declared(district)
    row = Declared.objects.get(fact="staff")
    assert "86" not in row.value and PAPER not in row.paper
    events = audit.history("score", str(known.pk))
    assert {one.kind for one in events} == {"score.declared"}
    assert all(set(one.data) == {"declared", "fact", "source"} for one in events)


def test_what_is_declared_again_replaces_and_the_old_row_stays(district):
    known, owner = declared(district), district.account("huangyi")
    assert actions.declare(known.credit_code, typed(district.today, staff="90"), by=owner) == [
        "staff"
    ]
    assert actions.declare(known.credit_code, typed(district.today, staff="90"), by=owner) == []
    rows = Declared.objects.filter(fact="staff").order_by("pk")
    assert [row.is_current for row in rows] == [False, True]
    assert reads.facts_of(known)["staff"] == 90


def test_nobody_declares_for_a_firm_they_do_not_speak_for(district):
    code = firm(district).credit_code
    for name in ("liqiang", "zhaomin", "yuelan"):
        with pytest.raises(NotAllowed):
            actions.declare(code, typed(district.today), by=district.account(name))
        with pytest.raises(NotAllowed):
            reads.own_numbers(district.account(name))
    for name in ("liqiang", "huangyi", "sunwei"):
        with pytest.raises(NotAllowed):
            actions.note(code, typed(district.today), by=district.account(name))


@pytest.mark.parametrize(
    ("numbers", "field"), [({"staff": "八十"}, "staff"), ({"sales_fen": "1.234"}, "sales_fen")]
)
def test_wrong_numbers_name_their_field(district, numbers, field):
    with pytest.raises(WrongInput) as wrong:
        actions.declare(
            firm(district).credit_code,
            typed(district.today, **numbers),
            by=district.account("huangyi"),
        )
    assert wrong.value.field == field
    tomorrow = typed(district.today + timedelta(days=1))
    with pytest.raises(WrongInput):
        actions.declare(firm(district).credit_code, tomorrow, by=district.account("huangyi"))
    assert not Declared.objects.exists()


def test_what_an_office_noted_is_objected_to_and_another_person_answers(district):
    known, owner = noted(district, staff="120"), district.account("huangyi")
    with pytest.raises(Conflict):
        actions.declare(known.credit_code, typed(district.today, staff="86"), by=owner)
    row = Declared.objects.get()
    made = actions.object_to(row.pk, "年报里是 86 人。", by=owner)
    assert actions.object_to(row.pk, "再说一次", by=owner).pk == made.pk
    assert Notice.objects.filter(account=district.account("fanhua"), kind="score").count() == 1
    for name in ("yuelan", "huangyi", "zhaomin"):
        with pytest.raises((NotAllowed, Conflict)):
            actions.settle_objection(made.pk, "86", "查过年报。", by=district.account(name))
    head = district.account("fanhua")
    assert actions.settle_objection(made.pk, "86", "查过年报。", by=head).outcome == "changed"
    assert reads.facts_of(known) == {"staff": 86}
    with pytest.raises(Conflict):
        actions.settle_objection(made.pk, "87", "再改", by=head)
    (number,) = [one for one in reads.own_numbers(owner) if one.fact.key == "staff"]
    assert (number.objection, number.answer) == ("changed", "查过年报。")


def test_an_objection_can_be_refused_with_why(district):
    noted(district, staff="120")
    made = actions.object_to(Declared.objects.get().pk, "不对", by=district.account("huangyi"))
    with pytest.raises(WrongInput):
        actions.settle_objection(made.pk, "", " ", by=district.account("fanhua"))
    done = actions.settle_objection(made.pk, "", "社保人数是 120。", by=district.account("fanhua"))
    assert done.outcome == "kept"
    assert Objection.objects.get().answered_by.startswith("post:enterprise.head")


def test_a_number_of_ones_own_is_changed_and_not_objected_to(district):
    declared(district)
    row = Declared.objects.get(fact="staff")
    with pytest.raises(Conflict):
        actions.object_to(row.pk, "不对", by=district.account("huangyi"))
    with pytest.raises(NotAllowed):
        actions.object_to(row.pk, "不对", by=district.account("liqiang"))


def test_the_score_of_a_year_is_kept_once_with_its_version(district):
    known, keeper = declared(district), district.account("yuelan")
    made = actions.take_snapshot("tech-sme", known.credit_code, by=keeper)
    actions.declare(
        known.credit_code, typed(district.today, class_one="1"), by=district.account("huangyi")
    )
    assert actions.take_snapshot("tech-sme", known.credit_code, by=keeper).pk == made.pk
    assert Snapshot.objects.count() == 1 and len(made.digest) == 64
    (line,) = reads.snapshots_of(known)
    assert (line.year, line.said.zh) == (district.today.year, "40 分")
    with pytest.raises(NotAllowed):
        actions.take_snapshot("tech-sme", known.credit_code, by=district.account("huangyi"))


def test_the_database_keeps_one_current_number_and_two_persons(district):
    known = declared(district)
    row = Declared.objects.get(fact="staff")
    with pytest.raises(IntegrityError), transaction.atomic():
        Declared.objects.create(
            organisation=known, fact="staff", value=row.value, paper="", source="firm",
            as_of=district.today, by="x",
        )  # fmt: skip
    one = district.account("yuelan")
    with pytest.raises(IntegrityError), transaction.atomic():
        WeightSet.objects.create(
            score="innovation", weights={}, starts=district.today, source="文件",
            state="confirmed", entered_by=one, decided_by=one,
        )  # fmt: skip
