"""The bank account somebody's money goes to."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from minsheng.apps.payouts.models import Purse
from minsheng.apps.payouts.writing import FIELD, record
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account, Person
from minsheng.lib.errors import NotAllowed, WrongInput
from minsheng.lib.identifiers import mask_bank_card, parse_bank_card


def name_account(account: Account, text: str) -> Purse:
    """Keep the bank account of a resident, checked and sealed; an earlier one is replaced.

    Raises NotAllowed before they are proved, WrongInput on the field `account`.
    """
    if account.person is None or not account.is_proved:
        raise NotAllowed(
            "payouts.not_proved",
            "先核实身份，再填银行卡。在“我的”里点“核实身份”。",
            "Confirm who you are first, under “Mine”; then give your bank account.",
        )
    number = _number(text)
    with transaction.atomic():
        person = people.held_person_of(account)
        return _keep(person, number, by=f"account:{account.pk}")


def take_account(person: Person, text: str, *, by: str) -> Purse:
    """Keep the bank account that somebody names at a counter, as `name_account`; `by` is who wrote it down."""
    number = _number(text)
    with transaction.atomic():
        return _keep(people.held(person), number, by=by)


def _number(text: str) -> str:
    try:
        return parse_bank_card(text)
    except WrongInput as error:
        raise WrongInput(error.code, error.zh, error.en, field="account") from error


def _keep(person: Person, number: str, *, by: str) -> Purse:
    """Keep a checked number, in the caller's transaction, the person locked."""
    purse, _ = Purse.objects.update_or_create(
        person=person,
        defaults={
            "number_sealed": people.seal_value(person, number, purpose_field=FIELD),
            "masked": mask_bank_card(number),
            "changed_at": timezone.now(),
        },
    )
    record(f"person:{person.pk}", "account_named", by, {})
    return purse


def forget(person: Person) -> None:
    """Delete the bank account of a person who is erased."""
    Purse.objects.filter(person=person).delete()
