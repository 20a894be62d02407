"""Persons: made, given a number, renamed, sealed for, erased; keys rotated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import keys, numbers, reads
from minsheng.apps.people.models import (
    Account,
    HouseholdMember,
    Organisation,
    Person,
    ProofTry,
    Token,
)
from minsheng.lib.errors import Conflict, NotAllowed, NotFound
from minsheng.lib.identifiers import CitizenNumber, CreditCode, mask_name
from minsheng.lib.names import parse_name


@dataclass(frozen=True, slots=True)
class RewrapReport:
    """How far a change of keys has come: persons rewrapped now, and still to do."""

    done: int
    remaining: int


def create_person(
    number: CitizenNumber | str | None,
    name: str,
    *,
    birth: date | None = None,
    sex: str = "",
    demo: bool = False,
    by: str = "",
) -> Person:
    """Return a new person with a key of their own; name, number and birth are sealed.

    A number as text is checked first. Birth and sex come from the number where there is one; a
    newborn has none yet. Raises Conflict when the number belongs to a person already, NotAllowed
    for demonstration people in production.
    """
    person, parsed = unsaved_person(number, name, demo=demo)
    if parsed is None:
        person.sex = sex
        if birth is not None:
            person.birth_sealed = keys.seal_for(person, birth.isoformat(), field=keys.BIRTH)
    with transaction.atomic():
        _save_unique(person, parsed, is_new=True)
        _record(person, "created", by)
    return person


def unsaved_person(
    number: CitizenNumber | str | None, name: str, *, demo: bool
) -> tuple[Person, CitizenNumber | None]:
    """Return a person, sealed but not stored, and the checked number.

    A demonstration number always makes a demonstration person.
    """
    parsed = numbers.parse_number(number) if isinstance(number, str) else number
    is_demo = demo or (parsed is not None and parsed.is_demo)
    if is_demo and not settings.DEMO:
        raise NotAllowed(
            "people.demo_in_production",
            "正式环境不能有演示人员。",
            "Production can't hold demonstration people.",
        )
    person = Person(demo=is_demo, key_id=keys.current_key_id())
    person.key_wrapped = keys.new_person_key(person.pk)
    _set_name(person, name)
    if parsed is not None:
        _set_number(person, parsed)
    return person, parsed


def give_number(person: Person, number: CitizenNumber, *, by: str = "") -> Person:
    """Return the person with the number that the household register has given them.

    Once given it stays: Conflict for another number, or for a number of another person.
    """
    with transaction.atomic():
        locked = _locked(person)
        if locked.number_sealed:
            if keys.open_number(locked) == number.number:
                return locked
            raise Conflict(
                "people.has_number",
                "这个人已经有公民身份号码了，不能改成另一个。请核对号码。",
                "This person has another number already, which can't be changed. Check the number.",
                field="number",
            )
        _set_number(locked, number)
        _save_unique(locked, number, is_new=False)
        _record(locked, "number_given", by)
    return locked


def rename_person(person: Person, name: str, *, by: str = "") -> Person:
    """Return the person under a new name (a newborn is named, a name is changed)."""
    with transaction.atomic():
        locked = _locked(person)
        _set_name(locked, name)
        locked.save(update_fields=["name_sealed", "name_masked"])
        _record(locked, "renamed", by)
    return locked


def create_organisation(code: CreditCode, name: str, *, demo: bool = False) -> Organisation:
    """Return the organisation with this credit code, made or renamed."""
    is_demo = demo or code.is_demo
    if is_demo and not settings.DEMO:
        raise NotAllowed(
            "people.demo_in_production",
            "正式环境不能有演示单位。",
            "Production can't hold demonstration organisations.",
        )
    organisation, _ = Organisation.objects.update_or_create(
        credit_code=code.code, defaults={"name": name.strip(), "demo": is_demo}
    )
    return organisation


def seal_value(person: Person, text: str, *, purpose_field: str) -> str:
    """Return the token that holds `text` under this person's key, for this field only.

    Store the token anywhere; `reads.open_value` opens it with the same person and field until
    the person is erased.
    """
    return keys.seal_for(person, text, field=purpose_field)


def held(person: Person) -> Person:
    """Return a person, locked until the transaction ends, for whom something begins.

    So it can't begin while they are being erased. Raises NotFound for somebody who was.
    """
    locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if locked.is_erased:
        raise _was_erased()
    return locked


def held_person_of(account: Account) -> Person:
    """Return the person of a proved account, held as `held` does, where rows will name the account too.

    Account first, then person, in one statement: the order in which erasing locks them.
    """
    found = (
        Account.objects.select_for_update(of=("self", "person"), no_key=True)
        .select_related("person")
        .filter(pk=account.pk, person__key_wrapped__gt="")
        .first()
    )
    if found is None or found.person is None:
        raise _was_erased()
    return found.person


def _was_erased() -> NotFound:
    return NotFound(
        "people.erased",
        "这个人的信息已经按要求删除，打不开了。",
        "This person's data was erased on request and can't be opened.",
    )


def erase_person(person: Person, *, by: str, reason: str) -> Person:
    """Return the person with nothing left but the id; there is no way back.

    Deletes the person's key, so that every value sealed for them in any table is unreadable;
    empties number, index, name and birth; closes and empties their accounts. Events stay and
    verify, because they never held a personal value. `reason` is a code, not a text.
    """
    with transaction.atomic():
        # Accounts first, then the person: the order in which a proof locks them.
        accounts = list(Account.objects.select_for_update().filter(person=person))
        locked = _locked(person)
        if locked.is_erased:
            return locked
        for name in (
            "number_sealed",
            "number_masked",
            "name_sealed",
            "name_masked",
            "birth_sealed",
            "sex",
            "key_wrapped",
        ):
            setattr(locked, name, "")
        locked.number_blind = None
        locked.erased_at = timezone.now()
        locked.save()
        HouseholdMember.objects.filter(person=locked).delete()
        for account in accounts:
            _empty(account)
        _record(locked, "erased", by, reason=reason)
    return locked


def rewrap_keys(*, limit: int = 1000) -> RewrapReport:
    """Return how many persons were moved to the current key and suite, and how many are left.

    Call it again until `remaining` is 0; only then may the old key leave MINSHENG_KEYS. Values
    sealed under persons' own keys are not touched and stay readable.
    """
    prefix = f"{settings.MINSHENG_SUITE}."
    old = Person.objects.filter(erased_at__isnull=True).exclude(
        Q(key_id=keys.current_key_id()) & Q(key_wrapped__startswith=prefix)
    )
    done = 0
    for pk in list(old.order_by("pk").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            person = Person.objects.select_for_update().get(pk=pk)
            if person.is_erased or keys.is_current(person):
                continue
            number = keys.open_number(person)
            person.key_wrapped = keys.rewrapped(person)
            person.key_id = keys.current_key_id()
            if number:
                person.number_sealed = keys.seal_number(person.pk, number)
                person.number_blind = keys.blind_of_number(number)
            person.save(update_fields=["key_wrapped", "key_id", "number_sealed", "number_blind"])
            done += 1
    return RewrapReport(done=done, remaining=old.count())


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update().get(pk=person.pk)


def _set_name(person: Person, name: str) -> None:
    parsed = parse_name(name)
    person.name_sealed = keys.seal_for(person, parsed, field=keys.NAME)
    person.name_masked = mask_name(parsed)


def _set_number(person: Person, number: CitizenNumber) -> None:
    person.number_sealed = keys.seal_number(person.pk, number.number)
    person.number_blind = keys.blind_of_number(number.number)
    person.number_masked = number.masked
    person.birth_sealed = keys.seal_for(person, number.birth.isoformat(), field=keys.BIRTH)
    person.sex = "m" if number.is_male else "f"


def _save_unique(person: Person, number: CitizenNumber | None, *, is_new: bool) -> None:
    taken = Conflict(
        "people.number_taken",
        "这个号码已经登记在一个人名下，请核对号码。",
        "This number belongs to a person already. Check the number.",
        field="number",
    )
    # The index catches two at once under the current key; the look-up, rows of older keys.
    if number is not None and reads.person_by_number(number) is not None:
        raise taken
    try:
        with transaction.atomic():
            person.save(force_insert=is_new)
    except IntegrityError as error:
        raise taken from error


def _empty(account: Account) -> None:
    AxesProxyHandler.reset_attempts(username=account.username)
    account.username = f"~erased-{account.pk}"
    account.display = ""
    account.email = ""
    account.is_active = False
    account.set_password(None)
    account.save()
    Token.objects.filter(account=account).delete()
    ProofTry.objects.filter(account=account).delete()


def _record(person: Person, kind: str, by: str, *, reason: str = "") -> None:
    data = {"reason": reason} if reason else {}
    audit.record("person", str(person.pk), audit.News(kind, timezone.now(), by, data))
