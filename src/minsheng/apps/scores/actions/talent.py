"""Numbers of a talent: declared, found right or wrong, objected to; and the code that a desk checks once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.scores import access, sealing
from minsheng.apps.scores.actions.declaring import Typed, checked_day
from minsheng.apps.scores.models import (
    CONFIRMED,
    DECLARED,
    OBJECTED,
    REFUSED,
    TalentCode,
    TalentNumber,
)
from minsheng.apps.scores.reads.talent import Opened, openings_of
from minsheng.engines.scoring import Fact
from minsheng.lib import suites
from minsheng.lib.errors import Conflict, NotFound, WrongInput

STREAM = "talent"
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12
GOOD_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a desk learns from a code: whose it is, masked, and whether one thing is open."""

    name: str
    opened: Opened


def declare_own(typed: Typed, *, by: Account) -> list[str]:
    """Keep what a person says of themselves and return which facts are new or changed.

    What is new or changed waits for the office again. Raises NotAllowed for who isn't proved,
    WrongInput with the field.
    """
    person, facts = access.own_person(by), access.talent().score.facts
    as_of = checked_day(typed.as_of)
    paper = sealing.checked(typed.paper, field="paper")
    numbers = {
        name: _number(facts[name], text)
        for name, text in typed.numbers.items()
        if name in facts and text.strip()
    }
    with transaction.atomic():
        locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        rows = {row.fact: row for row in TalentNumber.objects.filter(person=locked)}
        changed = []
        for name, value in numbers.items():
            there = rows.get(name)
            same = there is not None and int(sealing.opened_for(locked, there.value)) == value
            if same and there is not None and (there.state != REFUSED and there.as_of >= as_of):
                continue
            made, _ = TalentNumber.objects.update_or_create(
                person=locked,
                fact=name,
                defaults={
                    "value": sealing.sealed_for(locked, str(value)),
                    "paper": sealing.sealed_for(locked, paper),
                    "as_of": as_of,
                    "state": DECLARED,
                    "decided_by": None,
                    "why": "",
                    "words": "",
                    "at": timezone.now(),
                },
            )
            _record(made, "declared", f"account:{by.pk}")
            changed.append(name)
    return changed


def confirm_number(number_id: int, *, by: Account) -> TalentNumber:
    """Find a number right. Raises NotAllowed, Conflict as `refuse_number`."""
    return _decide(number_id, CONFIRMED, "", by)


def refuse_number(number_id: int, why: str, *, by: Account) -> TalentNumber:
    """Find a number wrong, with why.

    The keeper decides on what was declared; on an objection who confirms, and never who refused.
    Raises NotAllowed for everybody else, Conflict once it is decided.
    """
    return _decide(number_id, REFUSED, why, by)


def object_to_refusal(number_id: int, words: str, *, by: Account) -> TalentNumber:
    """Object to what an office found wrong: somebody else looks at it again."""
    person = access.own_person(by)
    with transaction.atomic():
        row = _locked(number_id)
        if row.person_id != person.pk:
            raise access.no_talent_number()
        if row.state != REFUSED:
            raise Conflict(
                "scores.not_refused",
                "这个数没有被退回，不用提异议。要改，点“填数、改数”。",
                "This number wasn't refused, so no objection is needed. To change it, declare it anew.",
            )
        told = sealing.checked(words, field=f"words-{row.pk}")
        row.state, row.words = OBJECTED, sealing.sealed_for(row.person, told)
        row.save(update_fields=["state", "words"])
        _record(row, "objected", f"account:{by.pk}")
    return row


def give_talent_code(*, by: Account, at: datetime | None = None) -> tuple[TalentCode, str]:
    """Return a new code of this person; the one before is void. The code is kept nowhere."""
    person, at = access.own_person(by), at or timezone.now()
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    with transaction.atomic():
        locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        row, _ = TalentCode.objects.update_or_create(
            person=locked, defaults={"digest": _digest(code), "until": at + GOOD_FOR}
        )
        news = audit.News("talent.code_given", at, f"account:{by.pk}", {})
        audit.record(STREAM, str(person.pk), news)
    return row, code


def check_talent_code(code: str, use: str, *, by: Account, at: datetime | None = None) -> Checked:
    """Return whether the points behind a code open one thing, and nothing else; the code is used up.

    The person sees that somebody looked. Raises NotAllowed for who has no such desk, WrongInput for a
    thing that points don't open, NotFound for a code that is unknown, used or too old.
    """
    loaded, at = access.require_talent_desk(by), at or timezone.now()
    if use not in loaded.score.opens:
        raise WrongInput(
            "scores.no_opening",
            "请选一样积分能管的事。码还没有用掉。",
            "Choose one of the things that points open. The code isn't used up.",
            field="use",
        )
    plain = "".join(code.upper().split()).replace("-", "")
    with transaction.atomic():
        rows = TalentCode.objects.select_for_update(of=("self",)).select_related("person")
        row = rows.filter(digest=_digest(plain), until__gt=at).first()
        if row is None:
            raise NotFound(
                "scores.no_code",
                "没有这个码，或者用过了、过了 5 分钟。请本人再出一个。",
                "No such code, or it is used or older than 5 minutes. Ask the person for another.",
            )
        person = people.record_look(row.person_id, by=by, purpose="window", what="talent")
        row.delete()
        opened = next(
            one for one in openings_of(loaded, person, on=timezone.localdate(at)) if one.key == use
        )
        return Checked(person.name_masked, opened)


def forget_talent(person: Person) -> None:
    """Delete what a person declared, and their code: they are erased."""
    TalentNumber.objects.filter(person=person).delete()
    TalentCode.objects.filter(person=person).delete()


def _decide(number_id: int, state: str, why: str, by: Account) -> TalentNumber:
    loaded = access.require_talent_desk(by)
    with transaction.atomic():
        row = _locked(number_id)
        if row.state not in (DECLARED, OBJECTED):
            raise Conflict(
                "scores.number_decided",
                "这个数已经定了。请刷新页面。",
                "This number has been decided. Reload the page.",
            )
        who = (access.keeper if row.state == DECLARED else access.confirmer)(by, loaded)
        if by.pk == row.decided_by_id or by.person_id == row.person_id:
            raise Conflict(
                "scores.another_decides",
                "这个数要由另一个人定：不能是退回它的人，也不能是本人。",
                "Another person decides this: neither who refused it nor whose number it is.",
            )
        told = sealing.checked(why, field=f"why-{row.pk}") if state == REFUSED else ""
        row.state, row.decided_by = state, by
        row.why = sealing.sealed_for(row.person, told)
        row.save(update_fields=["state", "decided_by", "why"])
        _record(row, state, who)
    return row


def _locked(number_id: int) -> TalentNumber:
    rows = TalentNumber.objects.select_for_update(of=("self",)).select_related("person")
    found = rows.filter(pk=number_id).first()
    if found is None:
        raise access.no_talent_number()
    return found


def _number(fact: Fact, text: str) -> int:
    return sealing.number(text, is_money=fact.type == "money", signed=fact.signed, field=fact.key)


def _digest(code: str) -> str:
    return suites.digest(suites.DEFAULT, code.encode())


def _record(row: TalentNumber, kind: str, by: str) -> None:
    news = audit.News(f"talent.{kind}", timezone.now(), by, {"number": row.pk, "fact": row.fact})
    audit.record(STREAM, str(row.person_id), news)
