"""Many items at once: looked at first, one transaction each, and what can't go along is explained."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories import District
from tests.past_cases import past_case

from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.models import Case, Item
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.cli.demo.cast import WANG_FANG
from minsheng.lib.errors import NotFound, WrongInput

FIRST = "birth_certificate"
SECOND = "household"
REASON = "name_unclear"


@pytest.fixture
def lin(district: District) -> Account:
    return district.account("linlan")


@pytest.fixture
def items(district: District) -> dict[str, Item]:
    """Items of 林岚: two whose checks are yes, one unknown, one answered no, and one of 孙伟."""
    today = timezone.localdate()
    begin = today - timedelta(days=3)
    known = {
        "birth_record_id": "YS-1",
        "mother_number": WANG_FANG.number,
        "mother_name": "王芳",
        "child_birth": begin,
    }
    made = {
        "yes": past_case(district, "A", begin=begin, until=FIRST, values=known),
        "also": past_case(district, "B", begin=begin, until=FIRST, values=known),
        "unknown": past_case(district, "C", begin=begin, until=FIRST),
        "no": past_case(
            district,
            "D",
            begin=begin,
            until=FIRST,
            values={**known, "child_birth": begin.replace(year=begin.year - 2)},
        ),
        "other": past_case(district, "E", begin=begin, until=SECOND, values=known),
    }
    found = {name: case.items.get(key=FIRST) for name, case in made.items() if name != "other"}
    return {**found, "other": made["other"].items.get(key=SECOND)}


def status(item: Item) -> str:
    item.refresh_from_db()
    return item.status


def test_the_preview_says_of_each_what_would_happen_and_changes_nothing(
    items: dict[str, Item], lin: Account
) -> None:
    ids = [items[name].pk for name in ("yes", "unknown", "no")]
    before = list(Case.objects.order_by("pk").values_list("seq", flat=True))
    yes, unknown, no = actions.preview_bulk(ids, by=lin, act="approve")
    assert (yes.goes, unknown.goes, no.goes) == (True, False, False)
    assert (unknown.wants_evidence, no.wants_evidence) == (True, False)
    assert any("户口" in line.zh for line in yes.follows)
    assert "未知" in unknown.words.zh and "否" in no.words.zh
    told = actions.preview_bulk(ids, by=lin, act="approve", evidence={ids[1]: "打电话问过医院"})
    assert [line.goes for line in told] == [True, True, False]
    assert list(Case.objects.order_by("pk").values_list("seq", flat=True)) == before
    looks = people.looks_at(Person.objects.get(pk=items["yes"].case.applicant_id))
    assert {items["yes"].case.number, items["no"].case.number} <= {look.case for look in looks}


def test_each_is_decided_on_its_own_and_one_that_fails_stops_nobody(
    items: dict[str, Item], lin: Account
) -> None:
    actions.approve_item(items["also"].pk, by=lin)
    ids = [items[name].pk for name in ("also", "no", "unknown", "yes")]
    results = actions.decide_bulk(
        ids,
        by=lin,
        act="approve",
        evidence={items["no"].pk: "看过", items["unknown"].pk: "问过医院"},
    )
    assert [one.done for one in results] == [False, False, True, True]
    assert results[0].words.zh and results[2].may_undo
    assert [status(items[n]) for n in ("also", "no", "unknown", "yes")] == [
        "done",
        "open",
        "done",
        "done",
    ]
    again = actions.decide_bulk(ids, by=lin, act="approve")
    assert not any(one.done for one in again)


def test_who_was_faster_between_preview_and_confirmation_is_told(
    items: dict[str, Item], lin: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    from minsheng.apps.cases.actions import bulk

    def faster(item_id: int, **options: object) -> Case:
        actions.approve_item(item_id, by=lin)
        return actions.approve_item(item_id, by=lin)

    monkeypatch.setattr(bulk, "approve_item", faster)
    (one,) = actions.decide_bulk([items["yes"].pk], by=lin, act="approve")
    assert not one.done and "林岚" in one.words.zh


def test_asking_back_takes_one_reason_and_words_and_only_once(
    items: dict[str, Item], lin: Account
) -> None:
    ids = [items["yes"].pk, items["also"].pk]
    with pytest.raises(WrongInput, match="message_missing"):
        actions.decide_bulk(ids, by=lin, act="return", reason=REASON)
    with pytest.raises(WrongInput, match="reason_missing"):
        actions.decide_bulk(ids, by=lin, act="return", reason="nonsense", message="请补")
    results = actions.decide_bulk(
        ids, by=lin, act="return", reason=REASON, message="请再写一遍名字"
    )
    assert [one.done for one in results] == [True, True]
    assert {status(items["yes"]), status(items["also"])} == {"returned"}
    (stuck,) = [row for row in reads.inbox(lin) if row.id == ids[0]]
    assert "等申请人" in stuck.stuck.zh
    again = actions.preview_bulk(ids, by=lin, act="return", reason=REASON)
    assert not any(line.goes for line in again)


def test_only_ones_own_unprotected_items_of_one_kind(
    district: District, items: dict[str, Item], lin: Account
) -> None:
    mine = items["yes"].pk
    for stranger in ("liqiang", "wutong", "zhoujing"):
        with pytest.raises(NotFound):
            actions.decide_bulk([mine], by=district.account(stranger), act="approve")
    lines = actions.preview_bulk([mine, items["other"].pk, 999_999], by=lin, act="approve")
    assert [line.id for line in lines] == [mine]
    Case.objects.filter(pk=items["yes"].case_id).update(protected=True)
    with pytest.raises(NotFound):
        actions.preview_bulk([mine], by=lin, act="approve")
    with pytest.raises(WrongInput):
        actions.preview_bulk(list(range(1, 60)), by=lin, act="approve")


def test_the_load_of_an_office_is_counted_and_stays_in_the_office(
    district: District, items: dict[str, Item], lin: Account
) -> None:
    on = timezone.localdate()
    actions.decide_bulk([items["yes"].pk], by=lin, act="approve")
    (post,) = reads.load_of(lin, on=on)
    assert (post.key, post.open, post.is_filled) == ("hospital.birth", 3, True)
    assert {one.name: sum(one.done) for one in post.officers}[lin.display] == 1
    assert post.done[-1] >= 1
    groups = reads.bulk_groups(lin)
    assert [(one.item, one.count) for one in groups] == [(FIRST, 3)]
    assert len(reads.bulk_rows(lin, slug="newborn", item=FIRST)) == 3
    assert reads.load_of(district.account("wutong"), on=on) == []
    everybody = reads.load_of(district.account("zhoujing"), on=on)
    assert {one.key for one in everybody} >= {"hospital.birth", "police.household"}
