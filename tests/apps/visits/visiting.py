"""A small round of visits on the demonstration district: firms, an elder, a child, a family."""

from __future__ import annotations

from datetime import date, timedelta

from tests.factories import District

from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Organisation, Person
from minsheng.apps.visits import actions
from minsheng.apps.visits.actions import Note, Whom
from minsheng.apps.visits.models import Visit, Visited
from minsheng.cli.demo import cast
from minsheng.lib.identifiers import CreditCode, credit_code

ELDER = {"mood": "good", "meals": "yes", "medicine": "yes"}
FIRM = {"met": "owner", "running": "same"}
CHILD = {"carer": "grandparents", "meals": "yes", "spoke": "yes"}


def person(username: str) -> Person:
    """Return a person of the cast."""
    found = people.person_by_number(cast.known_person(username).number)
    assert found is not None
    return found


def firm(number: int = 1) -> Organisation:
    """Return an invented firm."""
    code = CreditCode.parse(credit_code("91", "500999", f"MADEM0{number:03d}"), demo=True)
    return people_actions.create_organisation(code, f"演示企业{number}号", demo=True)


def elder(district: District, who: str = "liuchanghe", *, since: date | None = None) -> Visited:
    """Return an elder who is visited every week, by 艾明."""
    whom = Whom(
        person=person(who),
        area="yunqi.huaian",
        address="云栖街道槐安路 7 号 1-2",
        place=(106.4061, 29.5918),
    )
    return actions.add_visited("elder-visit", whom, by=None, level="alone", since=since)


def child(district: District, who: str = "gaofeng") -> Visited:
    """Return a protected child whom 蒋悦 visits."""
    whom = Whom(person=person(who), area="shiqiao.hewan", address="石桥镇石桥街 9 号")
    return actions.add_visited("left-behind", whom, by=None)


def first_visit(visited: Visited) -> Visit:
    """Return the open visit by the rhythm."""
    return Visit.objects.get(visited=visited, basis="", outcome="")


def note(**more: object) -> Note:
    """Return a form of an elder, filled in."""
    filled: dict[str, object] = {"way": "home", "agreed": True, "answers": ELDER, **more}
    return Note(**filled)  # type: ignore[arg-type]


def days(count: int) -> timedelta:
    """Return a number of days."""
    return timedelta(days=count)
