"""A round of clubs: families choose, it is drawn once and can be drawn again by anybody, lists move up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.apps.clubs.clubs_of import (
    WORDS,
    choose,
    clubs,
    drawn,
    later,
    offer,
    opened,
    paper,
    places,
    published,
    pupil,
    wanted,
)

from minsheng.apps.audit import reads as audit
from minsheng.apps.clubs import actions, market, reads
from minsheng.apps.clubs.models import Choice, Entry, Leader, Offer, Presence, Round
from minsheng.apps.erasure.held import held_elsewhere
from minsheng.apps.erasure.reads import obstacles
from minsheng.apps.notices.models import Notice
from minsheng.apps.schools.models import Guardianship
from minsheng.engines.allocation import Draw, lottery_faults
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput


def fill(district, made: Round, *keys: str) -> None:
    """Four families of 四（2）班 want the same, on paper."""
    for seat in (1, 2, 3, 4):
        paper(district, made, seat, keys)


# ── choosing ────────────────────────────────────────────────────────────────────────────────────


def test_a_family_chooses_changes_its_mind_and_the_child_sees_the_same(district):
    made = opened(district)
    choose(district, made, "linxia", "robots", "go")
    choose(district, made, "linxia", "go", "science")
    child = district.account("linxiaohe")
    (mine,) = reads.children_with_clubs(child)
    assert [(one.rank, one.offer.title.zh) for one in mine.choices] == [
        (1, "围棋"), (2, "小小科学家"),
    ]  # fmt: skip
    assert mine.is_choosing and {one.state for one in mine.choices} == {"asked"}
    actions.save_choices(made.pk, pupil("linxiaohe").pk, clubs("choir"), by=child)
    (hers,) = reads.children_with_clubs(district.account("linxia"))
    assert [one.offer.title.zh for one in hers.choices] == ["合唱"]
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("who", ["liqiang", "wumei", "wuyitong", "tanmei", "kongrui", "shaoqing"])
def test_nobody_chooses_for_somebody_elses_child(district, who):
    made = opened(district)
    with pytest.raises(NotFound):
        actions.save_choices(made.pk, pupil("linxiaohe").pk, clubs("go"), by=district.account(who))
    assert not Entry.objects.exists()


def test_a_paper_form_is_typed_in_by_the_classs_teacher_and_stays_the_familys(district):
    made = opened(district)
    child = pupil("linxiaohe")
    for who in ("kelan", "kongrui", "liqiang", "linxia"):
        with pytest.raises(NotFound):
            actions.enter_from_paper(made.pk, child.pk, clubs("go"), by=district.account(who))
    actions.enter_from_paper(made.pk, child.pk, clubs("go"), by=district.account("tanmei"))
    (hers,) = reads.children_with_clubs(district.account("linxia"))
    assert [one.offer.title.zh for one in hers.choices] == ["围棋"]
    choose(district, made, "linxia", "choir")
    assert Choice.objects.get().offer.club == "qinghuai.choir"


@pytest.mark.parametrize(
    "keys", [["go", "go"], ["nothing"], ["papercut", *["go"] * 8]], ids=["twice", "unknown", "many"]
)
def test_what_isnt_offered_to_the_grade_or_twice_is_refused(district, keys):
    made = opened(district)
    with pytest.raises(WrongInput):
        choose(district, made, "linxia", *keys)
    Offer.objects.filter(round=made, club="qinghuai.go").update(grades=[1, 2])
    with pytest.raises(WrongInput):
        choose(district, made, "linxia", "go")


def test_after_the_round_has_closed_nothing_changes(district):
    made = opened(district)
    choose(district, made, "linxia", "go")
    Round.objects.update(closes=timezone.now() - timedelta(minutes=1))
    with pytest.raises(Conflict):
        choose(district, made, "linxia", "choir")
    actions.close_round(made.pk, by=district.account("kongrui"))
    with pytest.raises(Conflict):
        choose(district, made, "linxia", "choir")


# ── the draw ────────────────────────────────────────────────────────────────────────────────────


def test_a_round_isnt_closed_before_its_time_nor_drawn_before_it_is_closed_nor_twice(district):
    made, head = opened(district), district.account("kongrui")
    choose(district, made, "linxia", "go")
    with pytest.raises(Conflict):
        actions.close_round(made.pk, by=head)
    with pytest.raises(Conflict):
        actions.draw_round(made.pk, WORDS, by=head)
    with pytest.raises(Conflict):
        reads.verify(made.pk)
    actions.close_round(made.pk, by=head, at=later())
    with pytest.raises(WrongInput):
        actions.draw_round(made.pk, "  ", by=head)
    with pytest.raises(Conflict):
        actions.publish_round(made.pk, by=head)
    actions.draw_round(made.pk, WORDS, by=head)
    with pytest.raises(Conflict):
        actions.draw_round(made.pk, "6 6 6 6", by=head)


def test_the_seed_is_hidden_until_the_draw_and_is_the_one_committed_to(district):
    made = opened(district, {"go": 2})
    fill(district, made, "go", "science")
    assert made.seed == "" and len(made.commitment) == 64
    assert made.commitment not in made.seed_sealed
    record = reads.record_of(made.pk)
    assert (record["seed"], record["entries"], record["commitment"]) == ("", [], made.commitment)
    found = drawn(district, made)
    assert reads.record_of(made.pk)["seed"] == ""  # drawn and not yet published
    assert market.draw_of(found, market.hashes_of(found)).seed == found.seed
    assert reads.verify(made.pk).is_good


def test_anybody_can_check_the_lottery_from_what_is_public_and_nobody_is_named(district):
    made = opened(district, {"go": 2})
    fill(district, made, "go", "science")
    choose(district, made, "linxia", "go")
    published(district, made)
    record = reads.record_of(made.pk)
    draw = Draw(
        key=record["round"], commitment=record["commitment"], digest=record["digest"],
        seed=record["seed"], words=record["words"],
        entries={one["ticket"]: one["hash"] for one in record["entries"]},
        numbers={one["ticket"]: one["number"] for one in record["entries"]},
    )  # fmt: skip
    assert lottery_faults(draw) == ()
    assert lottery_faults(replace(draw, words="1 1 1 1")) != ()
    assert {key for one in record["entries"] for key in one} == {"ticket", "hash", "number"}
    told = str(record)
    assert "林" not in told and "salt" not in told
    assert all(one["asked"] is None for one in record["clubs"])  # five asked: not said out loud
    entry = Entry.objects.get(pupil=pupil("linxiaohe"))
    assert entry.salt not in told
    (mine,) = reads.children_with_clubs(district.account("linxia"))
    assert (mine.ticket, mine.salt, mine.number) == (entry.ticket, entry.salt, entry.number)


def test_places_go_by_lottery_number_and_each_family_reads_why(district):
    made = opened(district, {"go": 2})
    fill(district, made, "go")
    choose(district, made, "linxia", "go")
    published(district, made)
    numbers = dict(Entry.objects.values_list("pupil__sourced_id", "number"))
    assert places(made, "go") == {key for key, number in numbers.items() if number <= 2}
    (mine,) = reads.children_with_clubs(district.account("linxia"))
    (row,) = mine.choices
    number = numbers["qinghuai-4-2-17"]
    assert f"抽签号 {number}" in row.reason.zh
    assert "不到 10 人，2 个名额" in row.reason.zh
    assert row.state == ("placed" if number <= 2 else "waiting")
    assert row.ahead == max(0, number - 3)


def test_who_was_in_the_club_before_comes_first_then_a_sibling_then_the_clubs_grade(district):
    first = opened(district, {"robots": 1, "go": 1})
    paper(district, first, 1, ["go"])
    published(district, first)
    actions.end_round(first.pk, by=district.account("kongrui"))
    parent = Guardianship.objects.filter(pupil=pupil("qinghuai-4-2-01")).first()
    assert parent is not None
    Guardianship.objects.create(
        pupil=pupil("qinghuai-4-2-02"), person=parent.person, relation="mother",
        since=district.today,
    )  # fmt: skip
    second = opened(district, {"go": 1, "science": 1})
    fill(district, second, "go", "science")
    published(district, second)
    kinds = dict(
        Choice.objects.filter(offer=offer(second, "go")).values_list(
            "entry__pupil__sourced_id", "kind"
        )
    )
    assert kinds == {
        "qinghuai-4-2-01": "continuing", "qinghuai-4-2-02": "sibling",
        "qinghuai-4-2-03": "other", "qinghuai-4-2-04": "other",
    }  # fmt: skip
    assert places(second, "go") == {"qinghuai-4-2-01"}
    assert Choice.objects.filter(offer=offer(second, "science")).first().kind == "grade"


def test_a_trial_never_uses_the_real_seed_and_changes_nothing(district):
    made, head = opened(district, {"go": 2}), district.account("kongrui")
    fill(district, made, "go", "science")
    actions.close_round(made.pk, by=head, at=later())
    shown = reads.trial(made.pk, account=head)
    assert (shown.entries, shown.places, shown.without) == (4, 4, 0)
    made.refresh_from_db()
    assert (made.status, made.seed) == ("closed", "")
    assert not Choice.objects.exclude(status="asked").exists()
    for who in ("liqiang", "tanmei", "linxia"):
        with pytest.raises(NotFound):
            reads.trial(made.pk, account=district.account(who))


@pytest.mark.parametrize(
    "break_it",
    [
        lambda: Choice.objects.filter(was_drawn=True).first().delete(),
        lambda: Choice.objects.filter(rank=1).update(kind="sibling"),
        lambda: Round.objects.update(seed="00" * 32),
        lambda: Choice.objects.filter(rank=1, was_drawn=True).update(was_drawn=False),
        lambda: Entry.objects.filter(number=1).update(number=99),
    ],
    ids=["a choice gone", "a class", "the seed", "a place", "a number"],
)
def test_a_replay_finds_whatever_was_changed_behind_the_draw(district, break_it):
    made = opened(district, {"go": 2})
    fill(district, made, "go", "science")
    published(district, made)
    assert reads.verify(made.pk).is_good
    break_it()
    assert not reads.verify(made.pk).is_good


def test_a_replay_finds_other_words_unless_they_draw_the_same(district):
    made = opened(district, {"go": 2})
    fill(district, made, "go", "science")
    published(district, made)
    found = []
    for words in (
        "1 1 1 1",
        "2 2 2 2",
        "3 3 3 3",
        "4 4 4 4",
    ):  # four families: one in 24 draws alike
        Round.objects.update(words=words)
        found.append(reads.verify(made.pk).is_good)
    assert not all(found)


def test_only_the_head_runs_a_round_and_only_head_and_bureau_replay_it(district):
    made = opened(district)
    choose(district, made, "linxia", "go")
    for who in ("liqiang", "linxia", "tanmei", "shaoqing", "zhoujing"):
        account = district.account(who)
        for act in (
            lambda by: actions.open_round(wanted(district), by=by),
            lambda by: actions.close_round(made.pk, by=by, at=later()),
            lambda by: actions.draw_round(made.pk, WORDS, by=by),
            lambda by: actions.publish_round(made.pk, by=by),
            lambda by: actions.end_round(made.pk, by=by),
            lambda by: reads.round_view(made.pk, account=by),
        ):
            with pytest.raises(NotFound):
                act(account)
    drawn(district, made)
    assert reads.verify(made.pk, account=district.account("shaoqing")).is_good
    for who in ("liqiang", "linxia", "tanmei"):
        with pytest.raises(NotFound):
            reads.verify(made.pk, account=district.account(who))


def test_one_round_of_a_school_at_a_time_and_wrong_input_names_its_field(district):
    opened(district)
    with pytest.raises(Conflict):
        opened(district)
    for change, field in (
        ({"title": " "}, "title"), ({"most": 9}, "most"), ({"closes": timezone.now()}, "closes"),
        ({"changes_until": district.today - timedelta(days=1)}, "changes_until"),
    ):  # fmt: skip
        with pytest.raises(WrongInput) as wrong:
            actions.open_round(
                wanted(district, school="mingde", **change), by=district.account("kongrui")
            )
        assert wrong.value.field == field


# ── afterwards ──────────────────────────────────────────────────────────────────────────────────


def test_whoever_leaves_lets_the_first_in_line_move_up_and_that_family_is_told(district):
    made = opened(district, {"go": 1})
    fill(district, made, "go")
    choose(district, made, "linxia", "go")
    choose(district, made, "wumei", "go")
    published(district, made)
    numbers = {n: key for key, n in Entry.objects.values_list("pupil__sourced_id", "number")}
    order = [numbers[n] for n in sorted(numbers)]
    for at, key in enumerate(order[:-1]):
        assert places(made, "go") == {key}
        choice = Choice.objects.get(entry__pupil__sourced_id=key)
        _leave(district, choice, key)
        assert places(made, "go") == {order[at + 1]}
    moved = Notice.objects.filter(title_zh="候补到了一个社团", account=district.account("linxia"))
    assert moved.exists() is (order[0] != "qinghuai-4-2-17")
    assert reads.verify(made.pk).is_good
    kinds = [one.kind for one in audit.history("clubs", str(made.pk))]
    assert kinds.count("clubs.moved_up") == len(order) - 1


def _leave(district, choice: Choice, key: str) -> None:
    """Leave as the family: of the cast where there is one, else as the guardian with an account."""
    who = {"qinghuai-4-2-17": "linxia", "qinghuai-4-1-08": "wumei"}.get(key)
    if who is None:
        # No account of the demonstration: 王芳 looks after this pupil too.
        account = district.account("wangfang")
        Guardianship.objects.create(
            pupil=pupil(key), person=account.person, relation="other", since=district.today
        )
    else:
        account = district.account(who)
    actions.leave(choice.pk, by=account)
    assert actions.leave(choice.pk, by=account).status == "left"


def test_leaving_is_always_open_and_after_the_last_day_nobody_is_moved(district):
    made = opened(district, {"go": 1})
    choose(district, made, "linxia", "go")
    choose(district, made, "wumei", "go")
    published(district, made)
    Round.objects.update(changes_until=district.today - timedelta(days=1))
    first = Choice.objects.get(status="placed")
    _leave(district, first, first.entry.pupil.sourced_id)
    assert not Choice.objects.filter(status="placed").exists()
    assert reads.verify(made.pk).is_good


@pytest.mark.parametrize("who", ["liqiang", "wumei", "tanmei", "kongrui"])
def test_nobody_else_gives_a_childs_place_away(district, who):
    made = opened(district)
    choose(district, made, "linxia", "go")
    published(district, made)
    with pytest.raises(NotFound):
        actions.leave(Choice.objects.get().pk, by=district.account(who))
    assert Choice.objects.get().status == "placed"


def test_what_is_left_over_is_taken_at_once_and_never_before_those_who_wait(district):
    made = opened(district, {"go": 1, "choir": 1}, most=2)
    choose(district, made, "linxia", "go")
    choose(district, made, "wumei", "go")
    published(district, made)
    mother, child = district.account("linxia"), pupil("linxiaohe")
    (mine,) = reads.children_with_clubs(mother)
    assert "合唱" in [one.title.zh for one in mine.left_over]
    actions.take_left_over(offer(made, "choir").pk, child.pk, by=mother)
    assert places(made, "choir") == {"qinghuai-4-2-17"}
    with pytest.raises(Conflict):
        actions.take_left_over(
            offer(made, "choir").pk, pupil("wuyitong").pk, by=district.account("wumei")
        )
    with pytest.raises(Conflict):  # on the day of the choir
        actions.take_left_over(offer(made, "coding").pk, child.pk, by=mother)
    with pytest.raises(NotFound):
        actions.take_left_over(offer(made, "ink").pk, child.pk, by=district.account("liqiang"))
    assert reads.verify(made.pk).is_good


def test_the_database_lets_nobody_have_two_clubs_on_one_day(district):
    made = opened(district)
    choose(district, made, "linxia", "go", "science")
    with pytest.raises(IntegrityError), transaction.atomic():
        Choice.objects.update(status="placed")


# ── who came ────────────────────────────────────────────────────────────────────────────────────


def running(district) -> tuple[Offer, Choice]:
    """A club that met on its last day, led by 谭梅."""
    made = opened(district)
    choose(district, made, "linxia", "go")
    published(district, made)
    Round.objects.update(published_at=timezone.now() - timedelta(days=30))
    head = district.account("kongrui")
    actions.name_leader("qinghuai.go", district.account("tanmei"), by=head, since=district.today)
    return offer(made, "go"), Choice.objects.get()


def test_the_leader_keeps_who_came_and_the_family_reads_it(district):
    club, choice = running(district)
    leader = district.account("tanmei")
    found = reads.club_list(club.pk, account=leader)
    assert [one.name for one in found.members] == ["林小禾"]
    assert found.may_mark and found.day is not None and found.day.weekday() == 0
    actions.note_presences(club.pk, found.day, {choice.pk: "absent"}, by=leader)
    actions.note_presences(club.pk, found.day, {choice.pk: "came"}, by=leader)
    assert Presence.objects.get().status == "came"
    (mine,) = reads.children_with_clubs(district.account("linxia"))
    assert (mine.choices[0].came, mine.choices[0].absent) == (1, 0)
    for day in (
        found.day + timedelta(days=1),
        found.day + timedelta(days=7),
        found.day - timedelta(days=35),
    ):
        with pytest.raises(WrongInput):
            actions.note_presences(club.pk, day, {choice.pk: "came"}, by=leader)
    with pytest.raises(WrongInput):
        actions.note_presences(club.pk, found.day, {choice.pk: "late"}, by=leader)
    with pytest.raises(WrongInput):
        actions.note_presences(club.pk, found.day, {choice.pk + 99: "came"}, by=leader)


@pytest.mark.parametrize("who", ["liqiang", "linxia", "wumei", "kelan", "shaoqing", "zhoujing"])
def test_a_clubs_list_is_seen_by_its_leader_and_the_head_alone(district, who):
    club, choice = running(district)
    account = district.account(who)
    with pytest.raises(NotFound):
        reads.club_list(club.pk, account=account)
    with pytest.raises(NotFound):
        actions.note_presences(club.pk, district.today, {choice.pk: "came"}, by=account)
    assert reads.room(account).led == ()


def test_the_head_reads_a_list_and_doesnt_mark_it_and_names_leaders_of_the_school(district):
    club, choice = running(district)
    head = district.account("kongrui")
    found = reads.club_list(club.pk, account=head)
    assert len(found.members) == 1 and not found.may_mark
    with pytest.raises(NotAllowed):
        actions.note_presences(club.pk, found.day, {choice.pk: "came"}, by=head)
    with pytest.raises(WrongInput):
        actions.name_leader(
            "qinghuai.go", district.account("qiaoyu"), by=head, since=district.today
        )
    with pytest.raises(NotFound):
        actions.name_leader(
            "qinghuai.go", district.account("kelan"), by=district.account("tanmei"),
            since=district.today,
        )  # fmt: skip
    actions.name_leader("qinghuai.go", district.account("tanmei"), by=head, since=district.today)
    assert Leader.objects.count() == 1


# ── figures, my data, erasing ───────────────────────────────────────────────────────────────────


def test_the_bureau_reads_figures_and_no_small_group(district):
    made = opened(district)
    fill(district, made, "go")
    published(district, made)
    rows, goals = reads.district(district.account("shaoqing"))
    own = next(one for one in rows if one.school.zh.startswith("青槐小学"))
    assert (own.clubs, own.entries, own.placed) == (12, None, None)
    assert sum(one.clubs for one in rows) == 63
    assert {one.key: counted for one, counted in goals}["courses"] == 224
    for who in ("liqiang", "linxia", "tanmei", "kongrui"):
        with pytest.raises(NotFound):
            reads.district(district.account(who))


def test_a_pupil_finds_their_clubs_in_my_data_and_leaves_before_erasing(district):
    made = opened(district)
    choose(district, made, "linxia", "go")
    child = district.account("linxiaohe")
    assert "club_place" in [one.code for one in obstacles(child.person)]
    published(district, made)
    (section,) = [one for one in held_elsewhere(child) if one.key == "clubs"]
    assert section.rows[0].label.zh == "围棋"
    assert "club_place" in [one.code for one in obstacles(child.person)]
    actions.leave(Choice.objects.get().pk, by=child)
    assert "club_place" not in [one.code for one in obstacles(child.person)]
    assert not any(one.key == "clubs" for one in held_elsewhere(district.account("liqiang")))
