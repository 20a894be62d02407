"""What stands in school registers about a person: why they can't be erased yet, and what is held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.people.obstacles import Obstacle
from minsheng.apps.schools import reads
from minsheng.apps.schools.models import ACTIVE, STUDENT, Guardianship, SchoolUser, now
from minsheng.lib.texts import Text

LOOKS_SHOWN = timedelta(days=30)
RELATION_TITLES = {
    "mother": Text("母亲", "mother"),
    "father": Text("父亲", "father"),
    "grandparent": Text("祖辈", "grandparent"),
    "other": Text("其他监护人", "other guardian"),
}
LOOKED_AS = {
    "teacher": Text("任课老师", "a teacher of the class"),
    "head": Text("校长", "the head"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that school registers hold about somebody."""

    title: Text
    value: Text
    note: str = ""


def obstacles(person: Person) -> list[Obstacle]:
    """Return the registers in which somebody stands today, as a pupil or as a pupil's guardian."""
    pupils = SchoolUser.objects.filter(person=person, role=STUDENT, status=ACTIVE)
    found = [
        Obstacle(
            code="school_pupil",
            what=Text(f"还在{one.org.name}的名册里", f"You are in the register of {one.org.title.to('en')}"),
            way=Text("毕业或者转学、学校改好名册以后", "Leave the school and have its register changed"),
            link="/learn",
        )
        for one in pupils.select_related("org")
    ]  # fmt: skip
    ties = Guardianship.objects.filter(
        now(timezone.localdate()), person=person, pupil__status=ACTIVE
    )
    found += [
        Obstacle(
            code="school_guardian",
            what=Text(f"{one.pupil.org.name}把您登记为学生的监护人", f"{one.pupil.org.title.to('en')} has you as a pupil's guardian"),
            way=Text("请学校把监护人改好以后", "Have the school change the guardian"),
            link="/learn",
        )
        for one in ties.select_related("pupil__org")
    ]  # fmt: skip
    return found


def held_about(account: Account, *, on: date | None = None) -> list[Held]:
    """Return what registers hold about a proved person: school and class, children, who opened the list."""
    if account.person is None or not account.is_proved:
        return []
    day = on or timezone.localdate()
    found = []
    me = reads.own_pupil(account, on=day)
    if me is not None:
        found.append(Held(Text("我的班", "My class"), _place(me)))
        ties = Guardianship.objects.filter(now(day), pupil=me.id).select_related("person")
        found += [
            Held(Text("我的监护人", "My guardian"), Text(people.name_of(one.person)), RELATION_TITLES[one.relation].zh)
            for one in ties.order_by("pk")
        ]  # fmt: skip
        found += _looks(me, day)
    for child in reads.children_of(account, on=day):
        tie = Guardianship.objects.filter(now(day), pupil=child.id, person=account.person).first()
        note = RELATION_TITLES[tie.relation].zh if tie else "家庭"
        place = _place(child)
        said = Text(f"{child.name}，{place.zh}", f"{child.name}, {place.to('en')}")
        found.append(Held(Text("我的孩子", "My child"), said, note))
        found += _looks(child, day)
    return found


def _place(child: reads.ChildLine) -> Text:
    one = child.school_class
    return Text(f"{one.school.name}，{one.title}", f"{one.school.title.to('en')}, {one.title}")


def _looks(child: reads.ChildLine, day: date) -> list[Held]:
    return [
        Held(
            Text("打开过班级名单", "The list of the class was opened"),
            LOOKED_AS.get(one.role, Text(one.role)),
            one.day.isoformat(),
        )
        for one in reads.looks_at_class(child.school_class, since=day - LOOKS_SHOWN)
    ]
