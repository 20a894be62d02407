"""What registers say of the cast (演示)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

from minsheng.apps.people import reads as people
from minsheng.apps.policies import actions, asking
from minsheng.apps.policies.dossiers import Known
from minsheng.apps.policies.shelf import policy, shelf
from minsheng.apps.screening import access, outcomes
from minsheng.apps.screening import actions as screening
from minsheng.apps.screening.actions import Begun
from minsheng.cli.demo.cast import households, known_person
from minsheng.content.loading import default_roots
from minsheng.content.reading import read_file
from minsheng.engines.population import District, register_facts
from minsheng.rules import Reason

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

FILE = "districts/demo/dossiers.yaml"
ASSISTANCE = "civil.assistance"


def note(on: date) -> int:
    """Keep what the registers say of the cast and return of how many."""
    written = read_file(default_roots()[0] / FILE, shown=f"packs/{FILE}").plain["people"]
    for key, one in written.items():
        person = people.person_by_number(known_person(key).number)
        if person is None:
            raise ValueError(f"{key} is nobody of the cast")
        actions.note_facts(person, _known(one, on), by="system")
    return len(written)


def household_rows(on: date) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield what the register of assistance knows of households: (register, citizen number, body)."""
    written = read_file(default_roots()[0] / FILE, shown=f"packs/{FILE}").plain["households"]
    for key, facts in written.items():
        yield ASSISTANCE, known_person(key).number, {**facts, "since": f"{on.year}-01-01"}


def ask_households(on: date) -> int:
    """Ask the registers about the households they know, and return how many facts they gave."""
    found = (people.person_by_number(number) for _, number, _ in household_rows(on))
    return sum(asking.ask_registers(one, on=on, by="system") for one in found if one is not None)


def find(on: date) -> str:
    """Let 唐莉 search for who qualifies and 周静 approve it; return the number of the run."""
    slugs = ("flexible-insurance", "hard-to-employ", "child-allowance")
    row = screening.finish(screening.start(begun(slugs, on), by=account_of("tangli")))
    return str(screening.decide(row.pk, approve=True, by=account_of("zhoujing")).pk)


def begun(slugs: Sequence[str], on: date) -> Begun:
    """Return what a run of these policies is begun with: each data set on a basis the pack allows."""
    sources = outcomes.sources_of([policy(slug) for slug in slugs])
    declared = {
        one.source: one.bases[-1] for one in access.spec().datasets if one.source in sources
    }
    return Begun(policies=slugs, purpose="tell", bases=declared, on=on)


def account_of(username: str) -> Account:
    """Return a sign-in of the cast."""
    found = people.account_by_username(username)
    if found is None:
        raise LookupError(username)
    return found


def invent(district: District, *, on: date, seed: int) -> int:
    """Keep invented facts of everybody who isn't of the cast, and return of how many."""
    facts = shelf().vocabulary.facts
    own = {person.number for household in households() for person in household.members}
    drawn = [one for home in district.households for one in home.members if one.number not in own]
    found = people.persons_by_numbers(one.number for one in drawn)
    random = Random(seed)  # noqa: S311 - invented people, not secrets
    rows = []
    for one in drawn:
        said = register_facts(one, on=on, random=random)
        known = {
            name: Known(value, facts["person", name].source, on) for name, value in said.items()
        }
        rows.append((found[one.number], known))
    return actions.note_many(rows, by="system")


def _known(one: Mapping[str, Any], on: date) -> dict[str, Known]:
    facts = shelf().vocabulary.facts
    found = {
        name: Known(_plain(value), facts["person", name].source, on)
        for name, value in one["facts"].items()
    }
    for name in one.get("silent", ()):
        source = facts["person", name].source
        found[name] = Known(None, source, on, Reason.REGISTER_SILENT)
    return found


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
