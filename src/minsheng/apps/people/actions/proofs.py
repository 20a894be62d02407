"""Proving that an account belongs to the owner of a citizen number.

Two ways: a challenge (number and name must agree with the population register) or a clerk who
has seen the card. The challenge proves knowledge, not presence: whoever knows both passes. Where
single sign-on of the state is connected, use it instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import access, numbers, reads
from minsheng.apps.people.actions.looks import record_look
from minsheng.apps.people.actions.persons import create_person
from minsheng.apps.people.models import Account, Person, ProofTry
from minsheng.lib.errors import Conflict, NotAllowed, Unavailable, WrongInput
from minsheng.lib.identifiers import CitizenNumber
from minsheng.lib.names import parse_name
from minsheng.rules.values import Reason

TRIES_PER_DAY = 5


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """What the population register says about a number."""

    name: str
    born_on: date


Lookup = Callable[[CitizenNumber], RegisterAnswer | Reason]


def prove_by_register(account: Account, number: str, name: str, lookup: Lookup) -> Person:
    """Return the person behind a proved account, after asking the population register.

    `lookup` asks the register and returns its answer, or the reason why it has none. Raises
    WrongInput (people.proof_mismatch) when number and name don't agree, in the same words as for
    a number nobody has; NotAllowed (people.proof_tries) after five failures in a day; Unavailable
    when the register is silent, which costs no try; Conflict when another account proved it.
    Call it outside a transaction, so that a failed try stays counted.
    """
    _check_open(account)
    if _failures(account) >= TRIES_PER_DAY:
        raise _no_tries_left()
    parsed = numbers.parse_number(number)
    typed = parse_name(name)
    if account.person is not None and reads.number_of(account.person) != parsed.number:
        raise _proved_as_other()
    tried, left = _begin_try(account)
    answer = lookup(parsed)
    if isinstance(answer, Reason) and answer is not Reason.REGISTER_NONE:
        tried.delete()
        raise Unavailable(
            "people.register_silent",
            "公安人口库没有回答。您填的都还在，5 分钟后再试，或带身份证到窗口核实。",
            "The population register does not answer. What you typed is still here. Try again in "
            "five minutes, or bring your identity card to a counter.",
            facts={"reason": str(answer)},
        )
    if isinstance(answer, Reason) or not _agrees(answer, parsed, typed):
        raise WrongInput(
            "people.proof_mismatch",
            f"号码和姓名对不上，请对照身份证再看一遍。今天还能试 {left} 次。",
            f"Number and name don't agree. Compare them with the card. "
            f"{left} {'try' if left == 1 else 'tries'} left today.",
            field="number",
            facts={"left": left},
        )
    person = _prove(account, parsed, answer.name, how="register", by=account)
    tried.delete()
    return person


def prove_by_clerk(account: Account, number: str, *, clerk: Account, name: str = "") -> Person:
    """Return the person behind an account that a clerk proved, having seen the card.

    `name` as on the card; needed when nobody here has this number yet, compared where given.
    Raises NotAllowed unless the clerk fills a post today; nobody proves their own account.
    """
    if not access.may_prove_others(clerk) or clerk.pk == account.pk:
        raise NotAllowed(
            "people.not_a_clerk",
            "只有当班的窗口人员能核实，也不能核实自己的账号。",
            "Only a clerk on duty at a counter can confirm an identity, and never their own.",
        )
    if clerk.person_id is not None and clerk.person_id == account.person_id:
        raise NotAllowed(
            "people.own_account",
            "不能核实自己的账号，请同事来办。",
            "You can't confirm your own identity. Ask a colleague.",
        )
    _check_open(account)
    parsed = numbers.parse_number(number)
    known = reads.person_by_number(parsed)
    if known is not None and clerk.person_id == known.pk:
        raise NotAllowed(
            "people.own_account",
            "不能核实自己的账号，请同事来办。",
            "You can't confirm your own identity. Ask a colleague.",
        )
    if known is not None:
        record_look(known.pk, by=clerk, purpose="proof", what="profile", post_key=_window_of(clerk))
    if known is None and not name:
        raise WrongInput(
            "people.name_needed",
            "这个号码第一次来，请照身份证填上姓名。",
            "This number is new here. Type the name as it is on the card.",
            field="name",
        )
    if known is not None and name and parse_name(name) != reads.name_of(known):
        raise WrongInput(
            "people.name_differs",
            "姓名和登记的不一样，请对照身份证再看一遍。",
            "The name differs from the one on record. Compare it with the card.",
            field="name",
        )
    return _prove(account, parsed, name, how="clerk", by=clerk)


def _prove(account: Account, number: CitizenNumber, name: str, *, how: str, by: Account) -> Person:
    taken = Conflict(
        "people.proved_elsewhere",
        "这个号码已经核实在另一个账号上。用那个账号登录；忘了密码，带身份证到窗口。",
        "This number is already confirmed for another account. Sign in with that one; if you "
        "forgot the password, bring your identity card to a counter.",
        field="number",
    )
    # That one person has one account of each kind is held by the table itself.
    try:
        with transaction.atomic():
            locked = Account.objects.select_for_update().get(pk=account.pk)
            person = reads.person_by_number(number)
            if person is None:
                person = create_person(number, name, demo=locked.demo, by=f"account:{by.pk}")
            if locked.person_id not in (None, person.pk):
                raise _proved_as_other()
            locked.person = person
            locked.assurance = Account.PROVED
            locked.proved_at = timezone.now()
            locked.proved_by = how
            locked.save(update_fields=["person", "assurance", "proved_at", "proved_by"])
            ProofTry.objects.create(account=locked, result="proved")
            news = audit.News(
                kind="proved",
                at=timezone.now(),
                by=f"account:{by.pk}",
                data={"how": how, "person": str(person.pk)},
            )
            audit.record("account", str(locked.pk), news)
    except IntegrityError as error:
        raise taken from error
    account.refresh_from_db()
    return person


def _window_of(clerk: Account) -> str:
    """Return the post in which a clerk vouches."""
    return next(post.key for post in reads.posts_of(clerk) if post.may_vouch)


def _check_open(account: Account) -> None:
    if not account.is_active:
        raise NotAllowed(
            "people.closed",
            "这个账号已经关闭。要办事，带身份证到窗口。",
            "This account is closed. Bring your identity card to a counter instead.",
        )


def _begin_try(account: Account) -> tuple[ProofTry, int]:
    """Return a try that counts from now on, and how many are left after it.

    It is written down before the register is asked: of many at once, five get through.
    """
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        left = TRIES_PER_DAY - _failures(account)
        if left <= 0:
            raise _no_tries_left()
        return ProofTry.objects.create(account=account, result="mismatch"), left - 1


def _failures(account: Account) -> int:
    since = timezone.now() - timedelta(days=1)
    return ProofTry.objects.filter(account=account, at__gte=since, result="mismatch").count()


def _agrees(answer: RegisterAnswer, number: CitizenNumber, name: str) -> bool:
    return parse_name(answer.name) == name and answer.born_on == number.birth


def _no_tries_left() -> NotAllowed:
    return NotAllowed(
        "people.proof_tries",
        f"今天已经试了 {TRIES_PER_DAY} 次。明天再来，或带身份证到窗口核实。",
        f"That was {TRIES_PER_DAY} tries today. Come back tomorrow, or bring your identity "
        "card to a counter.",
    )


def _proved_as_other() -> Conflict:
    return Conflict(
        "people.proved_as_other",
        "这个账号已经核实成另一个人，不能再改。换一个账号，或到窗口问。",
        "This account is confirmed for somebody else and can't be changed. "
        "Use another account, or ask at a counter.",
    )
