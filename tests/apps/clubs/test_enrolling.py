"""The school puts one pupil in, types in paper forms, ends a leader's term; a round closes by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.apps.clubs.clubs_of import (
    choose,
    clubs,
    later,
    offer,
    opened,
    paper,
    published,
    pupil,
    school_class,
)

from minsheng.apps.audit import reads as audit
from minsheng.apps.clubs import actions, reads
from minsheng.apps.clubs.models import Choice, Entry, Leader, Offer, Round
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import reads as people
from minsheng.cli import worker_command
from minsheng.lib.errors import Conflict, NotFound, WrongInput

HEAD = "kongrui"


def running(district, seats: dict[str, int] | None = None) -> Round:
    """A published round in which 吴一桐 is in 合唱 and nobody in 围棋."""
    made = opened(district, seats)
    choose(district, made, "wumei", "choir")
    return published(district, made)


def name(child) -> str:
    return people.name_of(child.person)


def enrol(district, made: Round, club: str = "go", who: str = HEAD, **changes) -> Choice:
    """Put 林小禾 of 四（2）班 into a club."""
    asked = {"class_id": school_class().pk, "name": "林小禾", **changes}
    return actions.enrol(offer(made, club).pk, **asked, by=district.account(who))


# ── one pupil ───────────────────────────────────────────────────────────────────────────────────


def test_the_head_puts_a_pupil_in_takes_them_out_and_back_and_the_family_is_told(district):
    made, head = running(district), district.account(HEAD)
    choice = enrol(district, made)
    (hers,) = reads.children_with_clubs(district.account("linxia"))
    assert [(one.offer.title.zh, one.state) for one in hers.choices] == [("围棋", "placed")]
    assert "学校" in hers.choices[0].reason.zh
    mother = Notice.objects.filter(account=district.account("linxia"))
    assert mother.filter(title_zh__contains="学校给孩子报了").count() == 1
    assert actions.take_out(choice.pk, by=head).status == "left"
    assert actions.take_out(choice.pk, by=head).status == "left"
    (hers,) = reads.children_with_clubs(district.account("linxia"))
    assert hers.choices[0].state == "left" and "退出来" in hers.choices[0].reason.zh
    assert actions.put_back(choice.pk, by=head).status == "placed"
    kinds = [one.kind for one in audit.history("clubs", str(made.pk))]
    assert kinds[-3:] == ["clubs.enrolled", "clubs.taken_out", "clubs.put_back"]
    assert reads.verify(made.pk).is_good


def test_a_place_taken_again_after_leaving_it_leaves_the_draw_as_it_was(district):
    made = opened(district)
    choose(district, made, "linxia", "go", "robots")
    published(district, made)
    choice = Choice.objects.get(offer__club="qinghuai.go")
    actions.leave(choice.pk, by=district.account("linxia"))
    again = enrol(district, made)
    assert (again.pk, again.rank, again.is_late) == (choice.pk, 1, False)
    assert reads.verify(made.pk).is_good


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("full", "clubs.full"),
        ("waited", "clubs.waited_for"),
        ("day", "clubs.clash"),
        ("enough", "clubs.enough"),
        ("in", "clubs.in_already"),
        ("grade", "clubs.grade"),
        ("ended", "clubs.not_published"),
        ("nobody", "clubs.name"),
        ("class", "clubs.class"),
    ],
)
def test_why_a_pupil_cant_be_put_in_is_said_with_what_to_do(district, what, code):
    made = running(district)
    head, child = district.account(HEAD), pupil("linxiaohe")
    changes: dict[str, object] = {}
    match what:
        case "full":
            Offer.objects.filter(pk=offer(made, "choir").pk).update(seats=1)
            changes["club"] = "choir"
        case "waited":
            entry = Entry.objects.get(pupil=pupil("wuyitong"))
            go = offer(made, "go")
            Choice.objects.create(entry=entry, offer=go, rank=2, day=go.day)
            Offer.objects.filter(pk=offer(made, "choir").pk).update(day=(go.day + 1) % 5)
            entry.choices.filter(rank=1).update(day=(go.day + 1) % 5)
        case "day":
            enrol(district, made, "choir")
            Offer.objects.filter(pk=offer(made, "go").pk).update(day=offer(made, "choir").day)
        case "enough":
            enrol(district, made, "choir")
            Round.objects.update(most=1)
        case "in":
            enrol(district, made)
        case "grade":
            Offer.objects.filter(pk=offer(made, "go").pk).update(grades=[1, 2])
        case "ended":
            actions.end_round(made.pk, by=head)
        case "nobody":
            changes["name"] = "没这个人"
        case "class":
            changes["class_id"] = school_class("mingde-4-1").pk
    before = Choice.objects.filter(entry__pupil=child).count()
    with pytest.raises((Conflict, WrongInput)) as wrong:
        enrol(district, made, **changes)
    assert wrong.value.code == code
    assert wrong.value.zh.count("。") >= 2  # what is so, and what to do
    assert Choice.objects.filter(entry__pupil=child).count() == before


@pytest.mark.parametrize("who", ["liqiang", "linxia", "wumei", "tanmei", "kelan", "shaoqing"])
def test_only_leader_and_head_put_pupils_in_and_take_them_out(district, who):
    made = running(district)
    choice = enrol(district, made)
    by = district.account(who)
    for act in (
        lambda: actions.take_out(choice.pk, by=by),
        lambda: actions.put_back(choice.pk, by=by),
        lambda: enrol(district, made, "choir", who),
        lambda: reads.enrol_room(offer(made, "go").pk, account=by),
    ):
        with pytest.raises(NotFound):
            act()
    choice.refresh_from_db()
    assert choice.status == "placed"


def test_who_waits_moves_up_and_then_nothing_can_be_put_back_nor_what_a_family_gave_up(district):
    made = opened(district, {"go": 1})
    choose(district, made, "linxia", "go")
    choose(district, made, "wumei", "go")
    published(district, made)
    head, first = district.account(HEAD), Choice.objects.get(status="placed")
    actions.take_out(first.pk, by=head)
    second = Choice.objects.get(status="placed")
    assert second.pk != first.pk
    with pytest.raises(Conflict, match=r"clubs\.full|满"):
        actions.put_back(first.pk, by=head)
    family = "linxia" if second.entry.pupil == pupil("linxiaohe") else "wumei"
    actions.leave(second.pk, by=district.account(family))
    with pytest.raises(Conflict) as wrong:
        actions.put_back(second.pk, by=head)
    assert wrong.value.code == "clubs.familys_wish"
    assert actions.put_back(first.pk, by=head).status == "placed"


# ── paper ───────────────────────────────────────────────────────────────────────────────────────


def test_the_family_sees_who_typed_its_form_in_and_changes_it(district):
    made = opened(district)
    teacher = district.account("tanmei")
    actions.enter_from_paper(made.pk, pupil("linxiaohe").pk, clubs("go"), by=teacher)
    (hers,) = reads.children_with_clubs(district.account("linxia"))
    assert hers.typed_by == teacher.display and hers.typed_at is not None
    assert Notice.objects.filter(account=district.account("linxia")).exists()
    form = reads.paper_form(school_class().pk, pupil("linxiaohe").pk, account=teacher)
    assert form.chosen == ("qinghuai.go",) and form.line.state == "paper"
    choose(district, made, "linxia", "choir")
    (hers,) = reads.children_with_clubs(district.account("linxia"))
    assert hers.typed_by == ""


def test_what_a_family_chose_itself_is_neither_shown_to_the_school_nor_replaced_by_paper(district):
    made, teacher = opened(district), district.account("tanmei")
    child = pupil("linxiaohe")
    choose(district, made, "linxia", "choir")
    form = reads.paper_form(school_class().pk, child.pk, account=teacher)
    assert (form.line.state, form.chosen) == ("family", ())
    with pytest.raises(Conflict):
        actions.enter_from_paper(made.pk, child.pk, clubs("go"), by=teacher)
    assert Choice.objects.get().offer.club == "qinghuai.choir"
    choose(district, made, "linxia")  # takes everything back: paper may stand in for it
    actions.enter_from_paper(made.pk, child.pk, clubs("go"), by=teacher)
    found = reads.paper_class(school_class().pk, account=teacher)
    assert [one.state for one in found.lines if one.pupil == child.pk] == ["paper"]
    assert found.missing == len(found.lines) - 1


# ── time ────────────────────────────────────────────────────────────────────────────────────────


def test_a_round_closes_by_itself_at_its_time_once_and_is_not_drawn(district):
    made = opened(district)
    paper(district, made, 1, ["go"])
    assert actions.close_due_rounds(made.closes - timedelta(seconds=1)) == 0
    assert actions.close_due_rounds(made.closes) == 1
    assert actions.close_due_rounds(later()) == 0
    made.refresh_from_db()
    assert (made.status, made.seed, made.closed_at) == ("closed", "", made.closes)
    assert len(made.digest) == 64
    told = Notice.objects.filter(account=district.account(HEAD), title_zh__contains="截止")
    assert told.count() == 1
    actions.draw_round(made.pk, "3 1 6", by=district.account(HEAD))
    assert reads.verify(made.pk).is_good


def test_the_worker_closes_what_is_due(district):
    made = opened(district)
    Round.objects.update(closes=timezone.now() - timedelta(minutes=1))
    worker_command.fire_timers()
    made.refresh_from_db()
    assert made.status == "closed"


# ── who leads ───────────────────────────────────────────────────────────────────────────────────


def test_a_leaders_term_ends_a_successor_goes_on_and_the_past_stays_readable(district):
    made, head, today = running(district), district.account(HEAD), district.today
    old, new = district.account("tanmei"), district.account("kelan")
    term = actions.name_leader("qinghuai.go", old, by=head, since=today - timedelta(days=30))
    club = offer(made, "go").pk
    for who in ("tanmei", "liqiang", "shaoqing"):
        with pytest.raises(NotFound):
            actions.end_leader(term.pk, by=district.account(who), on=today)
    for wrong in ({"on": today - timedelta(days=31)}, {"on": today, "successor": old}):
        with pytest.raises(WrongInput):
            actions.end_leader(term.pk, by=head, **wrong)
    actions.end_leader(term.pk, by=head, on=today, successor=new)
    actions.end_leader(term.pk, by=head, on=today + timedelta(days=1))
    with pytest.raises(NotFound):
        reads.club_list(club, account=old)
    reads.club_list(club, account=new)
    lines = [(one.name, one.since, one.until) for one in reads.terms(club, account=head)]
    assert lines == [
        (new.display, today, None), (old.display, today - timedelta(days=30), today),
    ]  # fmt: skip
    assert reads.terms(club, account=new) == []


def test_a_successor_of_another_school_is_refused_and_nothing_ends(district):
    running(district)
    head, today = district.account(HEAD), district.today
    term = actions.name_leader("qinghuai.go", district.account("tanmei"), by=head, since=today)
    with pytest.raises(WrongInput):
        actions.end_leader(term.pk, by=head, on=today, successor=district.account("qiaoyu"))
    assert Leader.objects.get().until is None
