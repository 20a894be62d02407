"""Sittings are set, called off and reminded of, by whoever convenes the house."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.sittings import access
from minsheng.apps.sittings.models import BOOKED, CANCELLED, Seat, Sitting
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text

STREAM = "sitting"
MOST_SEATS = 200
AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A sitting as it is to be: `starts` and `ends` on one day; no posts means those of the topic."""

    house: str
    day: date
    starts: time
    ends: time
    place: str
    topic: str
    seats: int
    posts: tuple[str, ...] = ()


def set_sitting(wanted: Wanted, *, by: Account) -> Sitting:
    """Return a new sitting, and tell the posts that sit; the same one where it is there already.

    Raises NotAllowed for all but the convener, WrongInput with the field, Conflict where something
    else is set for that place and hour.
    """
    spec = access.house(wanted.house)
    if spec not in access.houses_of(by):
        raise access.not_yours()
    _check(wanted)
    posts = list(wanted.posts or spec.topics[wanted.topic].offices)
    plan = {
        "house": wanted.house, "day": wanted.day, "starts": wanted.starts, "ends": wanted.ends,
        "place": wanted.place, "topic": wanted.topic,
    }  # fmt: skip
    try:
        with transaction.atomic():
            made = Sitting.objects.create(posts=posts, seats=wanted.seats, **plan)
            who = f"post:{spec.convener}/account:{by.pk}"
            record(made, "set", who, {"topic": made.topic, "day": made.day.isoformat()})
            said = Text("请您到企业之家坐班", "You are asked to sit at the enterprise house")
            tell_posts(made, said, "set")
    except IntegrityError as cause:
        there = Sitting.objects.filter(is_cancelled=False, **plan).first()
        if there is not None:
            return there
        raise Conflict(
            "sittings.taken",
            "这个地方这个时间已经有一场了，没有再加。请换时间或地方。",
            "There is a sitting at that place and hour already. Choose another.",
        ) from cause
    return made


def cancel_sitting(sitting_id: int, why: str, *, by: Account) -> Sitting:
    """Call a sitting off before it begins; the firms with a seat and the posts are told why."""
    with transaction.atomic():
        sitting = locked(sitting_id)
        who = access.acting(sitting, by, at_table=False)
        if sitting.is_cancelled:
            return sitting
        why = why.strip()
        if not why or len(why) > 200:
            raise WrongInput(
                "sittings.why",
                "请写清为什么不开了，200 字以内，企业会看到。",
                "Say why it is called off, in at most 200 characters; firms will read it.",
                field="why",
            )
        if sitting.begins <= timezone.now():
            raise Conflict(
                "sittings.begun",
                "已经开始了，不能取消。没有人来的座，记“没有来”。",
                "It has begun and can't be called off. Note who didn't come.",
            )
        sitting.is_cancelled, sitting.why = True, why
        sitting.save(update_fields=["is_cancelled", "why"])
        record(sitting, "cancelled", who, {})
        for seat in Seat.objects.filter(sitting=sitting, status=BOOKED):
            tell_firm(
                seat, Text("企业之家这一场不开了", "A sitting you booked is called off"), "off"
            )
        Seat.objects.filter(sitting=sitting, status=BOOKED).update(status=CANCELLED)
        tell_posts(sitting, Text("企业之家这一场不开了", "A sitting is called off"), "off")
    return sitting


def remind(on: date | None = None) -> int:
    """Remind firms and posts of tomorrow's sittings, once, and return how many there were."""
    tomorrow = (on or timezone.localdate()) + timedelta(days=1)
    waiting = Sitting.objects.filter(day=tomorrow, is_cancelled=False, was_reminded=False)
    done = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            sitting = locked(pk)
            if sitting.was_reminded or sitting.is_cancelled:
                continue
            sitting.was_reminded = True
            sitting.save(update_fields=["was_reminded"])
            for seat in Seat.objects.filter(sitting=sitting, status=BOOKED):
                said = Text("明天企业之家，您订了座", "Tomorrow you have a seat at the house")
                tell_firm(seat, said, "tomorrow")
            said = Text("明天您到企业之家坐班", "Tomorrow you sit at the enterprise house")
            tell_posts(sitting, said, "tomorrow")
            done += 1
    return done


def locked(sitting_id: int) -> Sitting:
    """Return a sitting with its row locked until the transaction ends; raises NotFound."""
    found = Sitting.objects.select_for_update().filter(pk=sitting_id).first()
    if found is None:
        raise access.no_such_sitting()
    return found


def record(sitting: Sitting, kind: str, by: str, facts: dict[str, str | int | bool]) -> None:
    """Write a step of a sitting into the ledger: ids and codes alone."""
    news = audit.News(f"sitting.{kind}", timezone.now(), by, {**facts})
    audit.record(STREAM, str(sitting.pk), news)


def tell_firm(seat: Seat, said: Text, what: str) -> None:
    """Tell whoever speaks today for the firm of a seat."""
    accounts = [
        row.account
        for row in people.representatives()
        if row.organisation_id == seat.organisation_id
    ]
    _tell(accounts, seat.sitting, said, f"/firm/sittings/{seat.sitting_id}", f"{what}:{seat.pk}")


def tell_posts(sitting: Sitting, said: Text, what: str) -> None:
    """Tell whoever fills the posts at the table today."""
    found = {one.pk: one for post in sitting.posts for one in people.accounts_of(post)}
    _tell(found.values(), sitting, said, f"/desk/sittings/{sitting.pk}", what)


def _tell(accounts: Iterable[Account], sitting: Sitting, said: Text, link: str, what: str) -> None:
    topic, at = access.topic_of(sitting).title, f"{sitting.starts:%H:%M}"
    body = Text(
        f"{sitting.day.month}月{sitting.day.day}日 {at}，{topic.zh}",
        f"{sitting.day:%Y-%m-%d} {at}, {topic.to('en')}",
    )
    for account in accounts:
        notices.notify(
            account,
            kind="sitting",
            title=said,
            body=body,
            link=link,
            key=f"sitting:{sitting.pk}:{what}:{account.pk}",
        )


def _check(wanted: Wanted) -> None:
    spec, today = access.house(wanted.house), timezone.localdate()
    known = set(spec.topics[wanted.topic].offices) if wanted.topic in spec.topics else set[str]()
    known |= {post for one in spec.topics.values() for post in one.offices}
    for wrong, name, zh, en in (
        (wanted.topic not in spec.topics, "topic", "请选一个主题。", "Choose a topic."),
        (wanted.place not in spec.places, "place", "请选一个地方。", "Choose a place."),
        (not today <= wanted.day <= today + AHEAD, "day", "日期从今天起，一年以内。", "From today, within a year."),
        (wanted.ends <= wanted.starts, "ends", "结束要比开始晚。", "It must end after it begins."),
        (not 1 <= wanted.seats <= MOST_SEATS, "seats", f"座位写 1 到 {MOST_SEATS}。", f"From 1 to {MOST_SEATS} seats."),
        (not set(wanted.posts) <= known, "posts", "请从列出的部门里选。", "Choose among the listed offices."),
    ):  # fmt: skip
        if wrong:
            raise WrongInput(
                f"sittings.{name}", f"{zh}别的都还在。", f"{en} The rest is kept.", field=name
            )
