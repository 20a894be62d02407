"""What is offered afterwards: days worked out from the case's own date, checked by hand."""

from __future__ import annotations

from datetime import date

from tests.product_packs import PACKS

from minsheng.engines.casework.offers import Offer, offers
from minsheng.rules import Missing, Reason, Unknown

NEWBORN = PACKS.services["newborn"].spec
VACCINES = "免费疫苗，从哪天起可以打"


def offered(born: object, *, on: date, title: str = VACCINES) -> Offer:
    found = offers(NEWBORN, {"child_birth": born}, on=on)
    return next(one for one in found if one.step.title.zh == title)


def test_the_doses_of_a_published_worked_schedule() -> None:
    """A child of 17 September 2026 has DTaP on these five days."""
    found = offered(date(2026, 9, 17), on=date(2026, 9, 29))
    dtap = [one.day.isoformat() for one in found.days if "百白破" in one.title.zh]
    assert dtap == ["2026-11-17", "2027-01-17", "2027-03-17", "2028-03-17", "2032-09-17"]


def test_twenty_two_doses_are_for_every_child() -> None:
    found = offered(date(2026, 9, 17), on=date(2026, 9, 29))
    words = "、".join(one.title.zh for one in found.days)
    doses = words.count(" 针") + words.count(" 剂") + words.count("卡介苗") + words.count("甲肝")
    assert doses == 22


def test_the_month_after_the_last_of_january_ends_in_february() -> None:
    found = offered(date(2026, 1, 31), on=date(2026, 2, 1))
    assert found.days[1].day == date(2026, 2, 28)
    assert found.coming is not None and found.coming.day == date(2026, 2, 28)


def test_a_day_has_passed_on_the_day_after_it() -> None:
    found = offered(date(2026, 3, 18), on=date(2026, 4, 18))
    assert [one.is_past for one in found.days[:2]] == [True, False]
    later = offered(date(2026, 3, 18), on=date(2026, 4, 19))
    assert [one.is_past for one in later.days[:3]] == [True, True, False]


def test_without_a_day_of_birth_no_day_is_told() -> None:
    silent = Unknown(frozenset({Missing("child_birth", Reason.REGISTER_SILENT)}))
    found = offered(silent, on=date(2026, 4, 18))
    assert found.days == () and found.coming is None
    assert found.step.text.zh


def test_what_is_of_use_to_one_branch_is_offered_to_it_alone() -> None:
    veteran = PACKS.services["veteran"].spec
    told = {
        branch: [one.step.title.zh for one in offers(veteran, facts, on=date(2026, 4, 1))]
        for branch, facts in {
            "placed": {"branch": "placed"}, "self": {"branch": "self_employed"}, "": {},
        }.items()
    }  # fmt: skip
    assert "由政府安排工作的" in told["placed"] and "由政府安排工作的" not in told["self"]
    assert told[""] == ["遇到法律上的事"]


def test_what_was_chosen_is_not_offered_again() -> None:
    born = {"child_birth": date(2026, 3, 18)}
    chosen = {**born, "selected": frozenset({"vaccination", "guidance"})}
    left_out = {**born, "selected": frozenset()}
    titles = [
        {one.step.title.zh for one in offers(NEWBORN, facts, on=date(2026, 3, 20))}
        for facts in (chosen, left_out)
    ]
    assert titles[1] - titles[0] == {"预防接种证还没有办", "育儿指导"}
    card = next(
        one
        for one in offers(NEWBORN, left_out, on=date(2026, 3, 20))
        if one.step.cite.clause == "47"
    )
    assert [one.day for one in card.days] == [date(2026, 4, 18)]
