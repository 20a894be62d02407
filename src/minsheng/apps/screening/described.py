"""A case that an officer describes to try policies on: what is asked for, and what was typed as facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings

from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.policies.reads import scope_of
from minsheng.apps.policies.shelf import shelf
from minsheng.apps.screening import access
from minsheng.apps.screening.cliffs import read_paths, with_fact
from minsheng.apps.screening.trials import plain_of_text
from minsheng.engines.policies.spec import Policy
from minsheng.lib.errors import NotFound, WrongInput
from minsheng.lib.texts import Text
from minsheng.rules import FieldKind
from minsheng.rules.schema import read_value

if TYPE_CHECKING:
    from minsheng.apps.people.models import Person

MEMBERS = "household.members"
MOST_MEMBERS = 20
_MEMBERS_KIND = FieldKind(
    "integer", label=Text("家庭人口", "people in the household"), unit=Text("人", "people")
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One fact that a described case may say: its way, and how it is read."""

    path: str
    kind: FieldKind


def facts_of(policies: Iterable[Policy]) -> tuple[Asked, ...]:
    """Return the facts of one person and their household that some policies read."""
    found: dict[str, Asked] = {}
    for path in read_paths(policies):
        fact = None if "[]" in path else shelf().vocabulary.at(path)
        if fact is not None:
            found[path] = Asked(path, fact.kind)
        if path.startswith("household"):
            found[MEMBERS] = Asked(MEMBERS, _MEMBERS_KIND)
    return tuple(found.values())


def people_of_demo() -> list[tuple[str, str]]:
    """Return who of the demonstration may be taken as a case: sign-in and name. Elsewhere nobody."""
    if not settings.DEMO:
        return []
    rows = Account.objects.filter(person__demo=True, person__erased_at=None, is_active=True)
    rows = rows.exclude(person=None).select_related("person").order_by("username")[:60]
    return [
        (row.username, people.name_of(row.person))
        for row in rows
        if row.person is not None and row.is_proved and not row.is_staff_member
    ]


def facts_of_demo(username: str, *, by: Account, on: date) -> dict[str, object]:
    """Return what is known of somebody of the demonstration; the look is written down."""
    access.require(access.may_see(by))
    person = _person_of_demo(username)
    people_actions.record_look(person.pk, by=by, purpose="screening", what="register")
    return dict(scope_of(person, on=on).facts)


def _person_of_demo(username: str) -> Person:
    row = None
    if settings.DEMO:
        rows = Account.objects.filter(username=username, person__demo=True)
        row = rows.select_related("person").first()
    if row is None or row.person is None:
        raise NotFound(
            "described.nobody",
            "演示里没有这个人。只有演示的人能拿来试；真实的情况，把事实写在下面。",
            "There is nobody so called in the demonstration. Only its people can be tried; "
            "describe a real case by its facts.",
        )
    return row.person


def described(
    policies: Iterable[Policy], typed: Mapping[str, str], known: Mapping[str, object]
) -> dict[str, Any]:
    """Return the facts of a case: what is known, and over it what was typed, by the way to each.

    Empty text says nothing. Raises WrongInput, at the field, for what isn't a value of its kind.
    """
    made: dict[str, Any] = deepcopy(dict(known))
    asked = {one.path: one for one in facts_of(policies)}
    for path, text in typed.items():
        if text.strip() and path in asked:
            value = _value(asked[path], text.strip())
            if path == MEMBERS:
                made["household"] = {**made.get("household", {}), "members": [{}] * int(value)}
    for path, text in typed.items():
        if text.strip() and path in asked and path != MEMBERS:
            made = with_fact(made, path, _value(asked[path], text.strip()), "person")
    return made


def _value(one: Asked, text: str) -> Any:
    value = read_value(one.kind, plain_of_text(one.kind.type, text))
    if value is None or (one.path == MEMBERS and not 1 <= int(value) <= MOST_MEMBERS):  # type: ignore[arg-type]
        label = one.kind.label
        raise WrongInput(
            "described.value",
            f"“{label.zh}”的值不对。金额写元，日期写 2026-04-22，人数写 1 到 {MOST_MEMBERS}。",
            f"That is no value for {label.to('en')!r}. Write yuan, 2026-04-22, 1 to {MOST_MEMBERS} people.",
            field=f"f.{one.path}",
        )
    return value
