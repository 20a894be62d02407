"""Rounds of 青槐小学 led to a point of their story, for the tests of the app, of pages and endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.utils import timezone
from tests.factories import District

from minsheng.apps.clubs import actions
from minsheng.apps.clubs.models import Booking, Choice, Entry, Offer, Round, Slot
from minsheng.apps.schools.models import SchoolClass, SchoolUser

PACK = "after-school"
WORDS = "3 1 6 6"


def pupil(name: str) -> SchoolUser:
    """林小禾 or 吴一桐, or a pupil by class and seat."""
    key = {"linxiaohe": "qinghuai-4-2-17", "wuyitong": "qinghuai-4-1-08"}.get(name, name)
    return SchoolUser.objects.get(sourced_id=key)


def school_class(key: str = "qinghuai-4-2") -> SchoolClass:
    """A class by its key."""
    return SchoolClass.objects.get(sourced_id=key)


def wanted(district: District, **changes: object) -> actions.RoundWanted:
    """A round that closes in three days."""
    plan: dict[str, object] = {
        "school": "qinghuai", "catalogue": PACK, "title": "这学期的社团",
        "closes": timezone.now() + timedelta(days=3),
        "changes_until": district.today + timedelta(days=20), "most": 2,
    }  # fmt: skip
    return actions.RoundWanted(**{**plan, **changes})  # type: ignore[arg-type]


def opened(district: District, seats: dict[str, int] | None = None, **changes: object) -> Round:
    """An open round of 青槐小学; `seats` of clubs by their short key."""
    made = actions.open_round(wanted(district, **changes), by=district.account("kongrui"))
    for club, count in (seats or {}).items():
        Offer.objects.filter(round=made, club=f"qinghuai.{club}").update(seats=count)
    return made


def clubs(*keys: str) -> list[str]:
    """Keys of clubs of 青槐小学."""
    return [f"qinghuai.{key}" for key in keys]


def later() -> datetime:
    """After the round's time."""
    return timezone.now() + timedelta(days=4)


def choose(district: District, made: Round, who: str, *keys: str) -> Entry:
    """What a parent of the cast would like for their child."""
    child = pupil({"linxia": "linxiaohe", "wumei": "wuyitong"}[who])
    return actions.save_choices(made.pk, child.pk, clubs(*keys), by=district.account(who))


def paper(district: District, made: Round, seat: int, keys: Sequence[str]) -> Entry:
    """What the family of a pupil of 四（2）班 wrote on paper."""
    child = pupil(f"qinghuai-4-2-{seat:02d}")
    teacher = district.account("tanmei")
    return actions.enter_from_paper(made.pk, child.pk, clubs(*keys), by=teacher)


def drawn(district: District, made: Round) -> Round:
    """The round, closed and drawn."""
    head = district.account("kongrui")
    actions.close_round(made.pk, by=head, at=later())
    return actions.draw_round(made.pk, WORDS, by=head)


def published(district: District, made: Round) -> Round:
    """The round, drawn and published."""
    drawn(district, made)
    return actions.publish_round(made.pk, by=district.account("kongrui"))


def places(made: Round, club: str) -> set[str]:
    """Who is in a club, by the register's key."""
    rows = Choice.objects.filter(offer__round=made, offer__club=f"qinghuai.{club}", status="placed")
    return set(rows.values_list("entry__pupil__sourced_id", flat=True))


def offer(made: Round, club: str) -> Offer:
    """A club of a round."""
    return Offer.objects.get(round=made, club=f"qinghuai.{club}")


def slot(district: District, **changes: object) -> Slot:
    """A professor who comes in a week."""
    plan: dict[str, object] = {
        "kind": "professor", "catalogue": PACK, "host": "tech", "title": "桥为什么不倒",
        "day": district.today + timedelta(days=7), "starts": time(14), "ends": time(15),
        "grades": (3, 4), "seats": 100, "classes": 1,
    }  # fmt: skip
    made = actions.Wanted(**{**plan, **changes})  # type: ignore[arg-type]
    return actions.offer_slot(made, by=district.account("shaoqing"))


def begun(made: Slot) -> None:
    """Let hours have been yesterday."""
    day = timezone.localdate() - timedelta(days=1)
    Slot.objects.filter(pk=made.pk).update(day=day)
    Booking.objects.filter(slot=made).update(day=day)
