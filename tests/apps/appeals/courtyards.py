"""The courtyard's family, a building in the register, and the worker, for stories that begin there."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from tests.apps.visits.visiting import person
from tests.factories import District

from minsheng.apps.appeals import actions
from minsheng.apps.appeals.models import Request
from minsheng.apps.people import reads as people
from minsheng.apps.repairs import actions as repairs
from minsheng.apps.repairs.actions import NewBuilding
from minsheng.apps.repairs.models import Building
from minsheng.apps.visits import actions as visits
from minsheng.apps.visits.actions import Note, Whom
from minsheng.apps.visits.models import Visit
from minsheng.cli.worker_command import follow_requests, work

SAID = "卧室的顶漏了三天，被子都湿了"


def family(district: District, who: str = "zhouyan") -> Visit:
    """Return the open visit to a family around the first courtyard, by 石柱."""
    head = person(who)
    (member, *_) = people.household_members(head)
    whom = Whom(person=head, household=member.household, area="courtyard.01", address="老槐树旁")
    visited = visits.add_visited("courtyard", whom, by=None)
    return Visit.objects.get(visited=visited, outcome="")


def tell(visit: Visit, district: District, *, key: str = "leak", words: str = SAID) -> Visit:
    """Note the visit with one finding, as the helper."""
    note = Note(
        way="home", agreed=True, answers={"topic": "family", "words": ""}, findings={key: words}
    )
    return visits.note_visit(visit.number, note, by=district.account("shizhu"))


def let_follow() -> None:
    """Let the worker read the ledger and do what follows, as often as there is something."""
    while follow_requests() or work("test", kinds=(actions.HEARD, actions.REPAIR)):
        pass


def the_request() -> Request:
    """Return the one request there is."""
    return Request.objects.get()


def house() -> Building:
    """Return a building of the register with three homes."""
    repairs.register_buildings(
        [
            NewBuilding(
                area="estate.xinglinyuan",
                name="2 栋",
                accepted_on=date(timezone.localdate().year - 2, 6, 1),
                flats=tuple((f"{n}-1", 9000) for n in range(1, 4)),
            )
        ],
        by="system",
    )
    return Building.objects.get()


def in_hand(district: District, *, category: str = "") -> Request:
    """Return the leak of the family, sorted as big, dispatched, signed for and contacted."""
    tell(family(district), district)
    let_follow()
    found = Request.objects.filter(category=category) if category else Request.objects
    number = found.get().number
    dispatcher, officer = district.account("fanxue"), district.account("fangwei")
    answers = {"danger": "no", "duty": "yes"}
    actions.sort_request(number, answers, by=dispatcher)
    actions.dispatch(number, "construction.repairs", by=dispatcher)
    actions.sign(number, "1", by=officer)
    actions.contact(number, "1", "visit", by=officer, words="到家里看过，顶上渗水。")
    return Request.objects.get(number=number)
