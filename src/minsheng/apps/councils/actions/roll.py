"""The roll of homes: written down by whoever calls the council, asked for by residents, confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.appeals.catalogue import area_path
from minsheng.apps.audit import actions as audit
from minsheng.apps.councils import access
from minsheng.apps.councils.models import Home
from minsheng.apps.councils.writing import checked
from minsheng.apps.people import assurance, installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.lib.errors import Conflict, NotFound, WrongInput
from minsheng.lib.texts import Text

STREAM = "home"
LABEL = Text("哪一栋哪一户", "which home")


def register_homes(slug: str, area: str, labels: Iterable[str], *, by: Account) -> int:
    """Write homes of an area down by their labels, and return how many there are."""
    post = convener_at(slug, area)
    who = access.acting(post, by)
    said = [
        checked(label, field="labels", what=LABEL, most=40) for label in labels if label.strip()
    ]
    return write_homes(area, said, by=who)


def write_homes(area: str, labels: Iterable[str], *, by: str) -> int:
    """Put homes on the roll of an area; those that are there already stay as they are."""
    with transaction.atomic():
        rows = [Home(area=area, label=label) for label in labels]
        Home.objects.bulk_create(rows, ignore_conflicts=True)
        news = audit.News(
            kind="homes.registered", at=timezone.now(), by=by, data={"homes": len(rows)}
        )
        audit.record(STREAM, area, news)
    return Home.objects.filter(area=area).count()


def ask_for_home(home_id: int, *, by: Account) -> Home:
    """Say that one's household lives in a home of the roll; the desk confirms it."""
    assurance.require_level(by, "let_act")
    household = _household(by)
    with transaction.atomic():
        home = _locked(home_id)
        if home.household_id == household or home.asked_by_id == household:
            return home
        if home.household_id is not None or home.asked_by_id is not None:
            raise Conflict(
                "councils.home_taken",
                "这一户已经有人登记，或者正在核对。如果弄错了，请打社区电话。",
                "Somebody is written down for this home, or it is being checked. If that is wrong, call the community.",
            )
        Home.objects.filter(asked_by=household).update(asked_by=None)
        home.asked_by_id = household
        home.save()
        _record(home, "home.asked", access_name(by))
    return home


def answer_home(home_id: int, slug: str, *, agrees: bool, by: Account) -> Home:
    """Confirm that a household lives in the home it asked for, or not."""
    with transaction.atomic():
        home = _locked(home_id)
        who = access.acting(convener_at(slug, home.area), by)
        if home.asked_by_id is None:
            raise Conflict(
                "councils.home_answered",
                "这一户已经核对过了。",
                "This home has been dealt with already.",
            )
        if agrees:
            settle_home(home, home.asked_by_id, by=who)
        else:
            home.asked_by = None
            home.save()
            _record(home, "home.refused", who)
    return home


def settle_home(home: Home, household: UUID, *, by: str) -> None:
    """Write down that a household votes for a home; Conflict where it has another one."""
    try:
        with transaction.atomic():
            home.household_id, home.asked_by = household, None
            home.save()
    except IntegrityError as error:
        raise Conflict(
            "councils.other_home",
            "这家人已经登记在另一户。先把那一户改过来。",
            "This household is written down for another home. Put that right first.",
        ) from error
    _record(home, "home.confirmed", by)


def settle_home_of(account: Account, area: str, label: str, *, by: str) -> None:
    """Write down that somebody's household votes for a home of the roll."""
    settle_home(Home.objects.get(area=area, label=label), _household(account), by=by)


def vacate_home(home_id: int, slug: str, *, by: Account) -> Home:
    """Write down that nobody votes for a home any more: they have moved."""
    with transaction.atomic():
        home = _locked(home_id)
        who = access.acting(convener_at(slug, home.area), by)
        if home.household_id is not None:
            home.household = None
            home.save()
            _record(home, "home.vacated", who)
    return home


def forget(person: Person) -> None:
    """Take a person's household off the roll where nobody else of it is left."""
    for household in people.household_ids(person):
        if people.has_other_members(household, but=person):
            continue
        Home.objects.filter(household=household).update(household=None)
        Home.objects.filter(asked_by=household).update(asked_by=None)


def convener_at(slug: str, area: str) -> str:
    """Return the post that calls the council in an area; raises WrongInput for an unknown one."""
    council = access.council_of(slug)
    if council is None:
        raise access.no_such_matter()
    if area not in installed.packs().district.areas:
        raise WrongInput("councils.area", "请选一个地方。", "Choose a place.", field="area")
    return council.convene.at(area_path(area))


def access_name(by: Account) -> str:
    """Return a resident as events say it."""
    return f"resident/account:{by.pk}"


def _household(by: Account) -> UUID:
    members = people.household_members(by.person) if by.person is not None else []
    if not members:
        raise Conflict(
            "councils.no_household",
            "还查不到您的户口。请打社区电话，由社区登记。",
            "Your household isn't known yet. Call the community, and they write it down.",
        )
    return members[0].household_id


def _locked(home_id: int) -> Home:
    home = Home.objects.select_for_update().filter(pk=home_id).first()
    if home is None:
        raise NotFound("councils.no_such_home", "名册里没有这一户。", "There is no such home.")
    return home


def _record(home: Home, kind: str, by: str) -> None:
    news = audit.News(kind=kind, at=timezone.now(), by=by, data={"home": home.pk})
    audit.record(STREAM, home.area, news)
