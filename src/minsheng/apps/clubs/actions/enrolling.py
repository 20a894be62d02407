"""The school puts one pupil into one club, and takes one out again; either can be taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from minsheng.apps.clubs import access, telling
from minsheng.apps.clubs.actions.choosing import give_up, move_up, put_in, refuse_unless_free
from minsheng.apps.clubs.actions.rounds import locked
from minsheng.apps.clubs.models import Choice, Offer, Round
from minsheng.apps.clubs.models.rounds import LEFT, PLACED, PUBLISHED
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account
from minsheng.apps.schools import reads as schools
from minsheng.apps.schools.models import SchoolUser
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text


def enrol(offer_id: int, class_id: int, name: str, *, by: Account) -> Choice:
    """Return the place that the school gives to a pupil, named by class and name in full.

    By the club's leader or the head of the school. There has to be a free place for which nobody
    waits. Raises NotFound for anybody else, WrongInput for nobody of that name or not of the grade,
    Conflict where there is no place, with what to do.
    """
    offer = access.require_list(by, offer_id)
    pupil = _named(offer, class_id, name)
    with transaction.atomic():
        return _put(offer, pupil, by=by, kind="enrolled")


def take_out(choice_id: int, *, by: Account, at: datetime | None = None) -> Choice:
    """Take a pupil out of a club; whoever waits first moves up, the family is told. Once is enough."""
    with transaction.atomic():
        choice, found = _choice(choice_id, by)
        if choice.status != PLACED:
            return choice
        if found.status != PUBLISHED:
            raise _not_running()
        give_up(choice, by_school=True)
        _record(choice, "taken_out", by)
        move_up(found, at)
        choice.refresh_from_db()
        _tell(
            choice,
            Text("学校把孩子从一个社团里退出来了", "The school took your child out of a club"),
            Text("不清楚为什么，请问学校。", "Ask the school if you don't know why."),
        )
    return choice


def put_back(choice_id: int, *, by: Account) -> Choice:
    """Return a place that the school took away, given back while it is free.

    Raises Conflict where the family itself left, or somebody else has the place by now.
    """
    with transaction.atomic():
        choice, _found = _choice(choice_id, by)
        if choice.status == PLACED:
            return choice
        if choice.status != LEFT or not choice.by_school:
            raise Conflict(
                "clubs.familys_wish",
                "这个名额是家里自己退的，学校放不回去。请家里自己报。什么都没有改。",
                "The family gave this place up itself: it alone takes it again. Nothing was changed.",
            )
        return _put(choice.offer, choice.entry.pupil, by=by, kind="put_back")


def _put(offer: Offer, pupil: SchoolUser, *, by: Account, kind: str) -> Choice:
    if pupil.person is not None:
        people.held(pupil.person)
    found = locked(offer.round_id)
    refuse_unless_free(found, offer, pupil)
    made = put_in(found, offer, pupil, by=by, by_school=True)
    _record(made, kind, by)
    _tell(
        made,
        Text("学校给孩子报了一个社团", "The school put your child into a club"),
        Text("不想去随时可以退。", "You may leave it whenever you like."),
    )
    return made


def _named(offer: Offer, class_id: int, name: str) -> SchoolUser:
    """Return the pupil of the offer's school with this name in this class."""
    school = offer.round.school
    there = next((one for one in schools.classes_at(school) if one.pk == class_id), None)
    if there is None:
        raise WrongInput(
            "clubs.class",
            "请选孩子在哪个班。您写的名字还在。",
            "Choose the child's class. The name is kept.",
            field="class",
        )
    said = "".join(name.split())
    found = [one for one in schools.pupils_in(there) if said and "".join(one.name.split()) == said]
    if len(found) != 1:
        zh = (
            "有两个同名的孩子"
            if found
            else f"没有叫“{said[:20]}”的孩子"
            if said
            else "请写孩子的名字"
        )
        en = "Two have this name" if found else "Nobody has this name" if said else "Write the name"
        raise WrongInput(
            "clubs.name",
            f"{there.title}：{zh}。请核对班级和姓名，同名的请家里自己在网上报。",
            f"{there.title}: {en}. Check class and name; of two alike, let the family take the place.",
            field="name",
        )
    return SchoolUser.objects.select_related("person", "org").get(pk=found[0].id)


def _choice(choice_id: int, by: Account) -> tuple[Choice, Round]:
    """Return a choice with its round locked; raises NotFound for who may not read the club's list."""
    found = Choice.objects.filter(pk=choice_id).values_list("offer_id", flat=True).first()
    if found is None:
        raise access.no_such_club()
    offer = access.require_list(by, found)
    the_round = locked(offer.round_id)
    choice = Choice.objects.select_related("entry__pupil__person", "entry__pupil__org", "offer")
    return choice.get(pk=choice_id), the_round


def _tell(choice: Choice, title: Text, body: Text) -> None:
    telling.tell(
        telling.family_of(choice.entry.pupil),
        title,
        body,
        link="/learn/clubs",
        key=f"clubs:{choice.pk}:school:{timezone.now().timestamp()}",
    )


def _record(choice: Choice, kind: str, by: Account) -> None:
    facts: dict[str, str | int | bool] = {"entry": choice.entry_id, "offer": choice.offer_id}
    telling.record(telling.ROUND, choice.offer.round_id, kind, f"school/account:{by.pk}", facts)


def _not_running() -> Conflict:
    return Conflict(
        "clubs.not_running",
        "这一轮已经结束，名单不再变。什么都没有改。",
        "The round has ended: its lists stay as they are. Nothing was changed.",
    )
