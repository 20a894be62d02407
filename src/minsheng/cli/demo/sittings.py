"""Invented sittings of the enterprise house: topic days ahead, and a seat of the firm of the cast."""

from __future__ import annotations

from datetime import date

from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.sittings import actions, reads

WORDS = "想问变压器增容要等多久，要带什么材料。（演示）"
CONTACT = {"contact_name": "黄毅", "phone": "13800000000"}


def set_days(on: date) -> int:
    """Set the next topic days of each house, book one seat, and return how many days there are."""
    made = []
    for spec in installed.packs().sittings.values():
        convener = people.accounts_of(spec.convener)[0]
        starts, ends = spec.hours
        for day, topic in reads.proposed_days(spec, on=on)[:3]:
            wanted = actions.Wanted(
                house=spec.key, day=day, starts=starts, ends=ends, place=next(iter(spec.places)),
                topic=topic, seats=spec.seats,
            )  # fmt: skip
            made.append(actions.set_sitting(wanted, by=convener))
    firm = people.account_by_username("huangyi")
    if made and firm is not None:
        actions.book_seat(made[0].pk, actions.Asked(words=WORDS, contact=CONTACT), by=firm)
    return len(made)
