"""Pairings: those that concern somebody, and one with its classes, hours and who has agreed."""

from __future__ import annotations

from dataclasses import dataclass

from minsheng.apps.dual import access
from minsheng.apps.dual.models import FAR, LEAD, Pairing, PairingClass, Slot
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.people.installed import packs
from minsheng.apps.people.models import Account
from minsheng.apps.schools import reads as school_reads
from minsheng.apps.schools.models import SchoolClass
from minsheng.lib.texts import Text

STATES = {
    "proposed": Text("等两边校长同意", "Waits for both heads"),
    "agreed": Text("定了", "Agreed"),
    "declined": Text("没有同意", "Declined"),
    "ended": Text("结束了", "Ended"),
}
DAYS = (
    Text("星期一", "Monday"),
    Text("星期二", "Tuesday"),
    Text("星期三", "Wednesday"),
    Text("星期四", "Thursday"),
    Text("星期五", "Friday"),
    Text("星期六", "Saturday"),
    Text("星期日", "Sunday"),
)


@dataclass(frozen=True, slots=True)
class PairingLine:
    """A pairing in a list: with the subject's name, how it stands, whether it waits for this account."""

    row: Pairing
    subject: Text
    state: Text
    waits_for_me: bool


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class that may be paired, with who teaches it."""

    school_class: SchoolClass
    teachers: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class PairingView:
    """One pairing: the classes of each side, the hours, what this account may do."""

    row: Pairing
    subject: Text
    state: Text
    lead: tuple[PairingClass, ...]
    far: tuple[PairingClass, ...]
    slots: tuple[tuple[Slot, Text], ...]
    may: frozenset[str]


def pairings_of(account: Account) -> list[PairingLine]:
    """Return the pairings that this account may see, those that run first."""
    order = {"proposed": 0, "agreed": 1, "ended": 2, "declined": 3}
    lines = [
        PairingLine(one, subject_said(one.subject), STATES[one.state], "agree" in may(account, one))
        for one in access.pairings(account).select_related(
            "lead_school__parent", "far_school__parent"
        )
    ]
    return sorted(lines, key=lambda line: order[line.row.state])


def pairing_view(pairing_id: int, *, account: Account) -> PairingView:
    """Return one pairing."""
    row = access.require_pairing(account, pairing_id)
    classes = list(row.classes.select_related("school_class__school", "teacher").order_by("pk"))
    return PairingView(
        row,
        subject_said(row.subject),
        STATES[row.state],
        tuple(one for one in classes if one.side == LEAD),
        tuple(one for one in classes if one.side == FAR),
        tuple((one, DAYS[one.weekday]) for one in row.slots.order_by("weekday", "starts")),
        may(account, row),
    )


def may(account: Account, pairing: Pairing) -> frozenset[str]:
    """Return what this account may do with a pairing now: agree, decline, end, timetable, lesson."""
    found = set()
    sides = access.sides_led(account, pairing)
    if pairing.state == "proposed" and any(
        getattr(pairing, f"{side}_agreed_by_id") is None for side in sides
    ):
        found |= {"agree", "decline"}
    if pairing.state in ("proposed", "agreed"):
        if sides:
            found |= {"end", "timetable"}
        if pairing.lead_teacher_id == account.pk:
            found.add("timetable")
    if pairing.state == "agreed" and pairing.lead_teacher_id == account.pk:
        found.add("lesson")
    return frozenset(found)


def classes_to_pair(account: Account) -> tuple[list[ClassLine], list[ClassLine]]:
    """Return the classes that a head may pair: of the schools they lead, and of the others."""
    led = school_reads.schools_led(account)
    mine = [one for school in led for one in school_reads.classes_at(school)]
    others = SchoolClass.objects.filter(status="active").exclude(
        pk__in=[one.pk for one in mine]
    ).select_related("school").order_by("school__name", "grade", "title")  # fmt: skip
    return [_line(one) for one in mine], [_line(one) for one in others]


def subjects() -> list[tuple[str, Text]]:
    """Return the subjects that can be taught together: those with a pack."""
    return [(key, subject_said(key)) for key in sorted(packs().subjects)]


def subject_said(key: str) -> Text:
    """Return the name of a subject."""
    return shelf(key).subject.spec.title


def _line(one: SchoolClass) -> ClassLine:
    return ClassLine(one, tuple(school_reads.teachers_of(one)))
