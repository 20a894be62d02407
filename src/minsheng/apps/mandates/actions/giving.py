"""Giving a mandate and accepting it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.mandates import access
from minsheng.apps.mandates.actions.noting import record
from minsheng.apps.mandates.models import AGENCY, CLERK, FAMILY, Mandate
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import assurance, keys, numbers
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Organisation, Person
from minsheng.apps.records import actions as records
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.identifiers import CreditCode
from minsheng.lib.names import parse_name
from minsheng.lib.texts import Text

MINE = "/mine/agents"
_CONTRACT = re.compile(r"[0-9A-Za-z\u4e00-\u9fff\-—〔〕()（）]{2,60}")


def grant_family(
    by: Account, *, number: str, services: Sequence[str] = (), case: str = "", last_day: date
) -> Mandate:
    """Return a mandate that waits for the named person to accept; the giver is proved.

    The caller has checked that services and case exist and are the giver's. The answer is the same
    whether the named person has an account here or not. Raises WrongInput, NotAllowed.
    """
    assurance.require_level(by, "let_act")
    if by.person is None or by.is_staff_member:
        raise access.no_such_mandate()
    parsed = numbers.parse_number(number)
    if parsed.number == people.number_of(by.person):
        raise WrongInput(
            "mandate_to_oneself",
            "这是您自己的号码。请填代您办事的那个人的。",
            "This is your own number. Type that of the person who will act for you.",
            field="number",
        )
    _check_scope(services, case)
    _check_days(timezone.localdate(), last_day)
    with transaction.atomic():
        mandate = Mandate.objects.create(
            kind=FAMILY,
            principal=by.person,
            agent_blind=keys.blind_of_number(parsed.number),
            agent_shown=parsed.masked,
            services=list(services),
            case=case,
            since=timezone.localdate(),
            last_day=last_day,
            given_by=by,
        )
        record(mandate, "given", f"account:{by.pk}", **_scope(mandate))
        named = people.person_by_number(parsed)
        account = people.account_of_person(named) if named else None
        if account is not None:
            _tell(
                account,
                mandate,
                Text("有人请您代办", "Somebody asks you to act for them"),
                Text("打开看是谁、办什么，再点接受。", "Open it, see who and what, then accept."),
            )
    return mandate


def accept_mandate(mandate_id: int, *, by: Account) -> Mandate:
    """Return a mandate that the named, proved person accepted; NotFound for everybody else."""
    with transaction.atomic():
        rows = Mandate.objects.select_for_update(of=("self",)).select_related("principal")
        mandate = rows.filter(pk=mandate_id, ended_at__isnull=True).first()
        if mandate is None or not access.is_named(mandate, by) or by.is_staff_member:
            raise access.no_such_mandate()
        if mandate.last_day < timezone.localdate():
            raise access.ended()
        if mandate.accepted_at is None:
            mandate.agent, mandate.accepted_at = by, timezone.now()
            mandate.agent_shown = by.person.name_masked if by.person else ""
            mandate.save(update_fields=["agent", "accepted_at", "agent_shown"])
            record(mandate, "accepted", f"account:{by.pk}")
            _tell_principal(
                mandate,
                Text("对方接受了代办", "Your agent accepted"),
                Text(
                    "从现在起对方能代您办。随时可以收回。",
                    "They may act for you now. You can take it back at any time.",
                ),
            )
    return mandate


def begin_at_counter(
    by: Account,
    *,
    number: str,
    name: str,
    service: str,
    basis: str,
    file_name: str = "",
    content: bytes = b"",
) -> Mandate:
    """Return today's mandate of a clerk at the counter, for one service of one person.

    `basis` is "present" (the person stands here, the card was seen) or "signed", with the signed
    authorisation as a file. Raises NotAllowed unless `by` stands at a counter today.
    """
    _require_counter(by)
    if basis not in {Mandate.PRESENT, Mandate.SIGNED}:
        raise WrongInput(
            "mandate_basis",
            "请选本人在场，还是有签字的授权书。",
            "Say whether the person is here or has signed an authorisation.",
            field="basis",
        )
    if basis == Mandate.SIGNED and not content:
        raise WrongInput(
            "authorisation_missing",
            "本人不在场，要附上签字的授权书。拍照或扫描都行。",
            "The person isn't here, so attach the signed authorisation: a photo or a scan.",
            field="authorisation",
        )
    person = _principal(by, number, name)
    _check_scope([service], "")
    today = timezone.localdate()
    with transaction.atomic():
        stored = (
            records.store_file(content, file_name, owner=person, by=by)
            if basis == Mandate.SIGNED
            else None
        )
        mandate = Mandate.objects.create(
            kind=CLERK,
            principal=person,
            agent=by,
            agent_shown=_post_title(by),
            services=[service],
            basis=basis,
            authorisation=stored,
            since=today,
            last_day=today,
            given_by=by,
            accepted_at=timezone.now(),
        )
        record(mandate, "given", f"account:{by.pk}", **_scope(mandate), basis=basis)
        _tell_principal(
            mandate,
            Text("窗口在代您办事", "A counter is acting for you"),
            Text(
                "如果不是您本人要办的，马上收回并打电话告诉我们。",
                "If this isn't what you asked for, take it back and call us at once.",
            ),
        )
    return mandate


def open_contract(
    by: Account,
    *,
    contract: str,
    agent: Account,
    number: str,
    name: str,
    services: Sequence[str],
    since: date,
    last_day: date,
    credit_code: str = "",
    organisation: str = "",
) -> Mandate:
    """Return the mandate of an agency clerk, kept in the register of contracts by a counter.

    The principal is the person whose card was seen; with `credit_code` they sign for that
    organisation. Raises NotAllowed, WrongInput, and Conflict for a contract that is open already.
    """
    _require_counter(by)
    if not _CONTRACT.fullmatch(contract):
        raise WrongInput(
            "contract_number",
            "写上协议编号，最多 60 个字。",
            "Write the number of the contract, at most 60 characters.",
            field="contract",
        )
    if not access.may_serve(agent) or agent.pk == by.pk:
        raise WrongInput(
            "agency_clerk",
            "代办专员要是在岗的工作人员，也不能是您自己。请核对登录名。",
            "An agency clerk is a member of staff with a post, and not you. Check the sign-in name.",
            field="agent",
        )
    _check_scope(services, "")
    _check_days(since, last_day)
    person = _principal(by, number, name)
    firm = _organisation(credit_code, organisation)
    try:
        with transaction.atomic():
            mandate = Mandate.objects.create(
                kind=AGENCY,
                principal=person,
                organisation=firm,
                agent=agent,
                agent_shown=_post_title(agent),
                services=list(services),
                contract=contract,
                since=since,
                last_day=last_day,
                given_by=by,
                accepted_at=timezone.now(),
            )
            record(mandate, "given", f"account:{by.pk}", **_scope(mandate))
            _tell_principal(
                mandate,
                Text("代办协议登记好了", "Your agency contract is on record"),
                Text(
                    "专员办了什么，这里都看得到。随时可以收回。",
                    "You see here whatever the clerk does. You can take it back at any time.",
                ),
            )
    except IntegrityError as error:
        raise Conflict(
            "contract_open",
            "这个协议编号已经登记，还没有结束。请核对编号。",
            "This contract is on record and hasn't ended. Check its number.",
            field="contract",
        ) from error
    return mandate


def _principal(by: Account, number: str, name: str) -> Person:
    """Return the person whose card a clerk has seen; that it was opened is written down."""
    parsed = numbers.parse_number(number)
    known = people.person_by_number(parsed)
    if known is None:
        return people_actions.create_person(parsed, name, demo=by.demo, by=f"account:{by.pk}")
    if parse_name(name) != people.name_of(known):
        raise WrongInput(
            "people.name_differs",
            "姓名和登记的不一样，请对照身份证再看一遍。",
            "The name differs from the one on record. Compare it with the card.",
            field="name",
        )
    people_actions.record_look(known.pk, by=by, purpose="window", what="profile")
    return known


def _organisation(credit_code: str, name: str) -> Organisation | None:
    if not credit_code:
        return None
    code = CreditCode.parse(credit_code, demo=settings.DEMO)
    if not name.strip():
        raise WrongInput(
            "organisation_name",
            "写上单位名称，和营业执照上一样。",
            "Write the name of the organisation as on its licence.",
            field="organisation",
        )
    return people_actions.create_organisation(code, name)


def _require_counter(by: Account) -> None:
    if not access.may_register(by):
        raise NotAllowed(
            "not_at_a_counter",
            "只有当班的窗口人员能替人办事、登记协议。",
            "Only a clerk on duty at a counter acts for people and keeps contracts.",
        )


def _check_scope(services: Collection[str], case: str) -> None:
    if not services and not case:
        raise WrongInput(
            "mandate_scope",
            "请选办哪几件事。没选的，谁也不能代办。",
            "Choose what they may do for you. Nobody may do what you don't choose.",
            field="services",
        )


def _check_days(since: date, last_day: date) -> None:
    longest = settings.MINSHENG_MANDATE_DAYS
    if last_day < max(since, timezone.localdate()) or last_day > since + timedelta(days=longest):
        raise WrongInput(
            "mandate_days",
            f"最后一天要在今天以后，最长 {longest} 天。请改一下日期。",
            f"The last day lies after today and at most {longest} days from the first. Change it.",
            field="last_day",
        )


def _scope(mandate: Mandate) -> dict[str, str]:
    return {
        "kind": mandate.kind,
        "services": ",".join(mandate.services),
        "case": mandate.case,
        "since": mandate.since.isoformat(),
        "last_day": mandate.last_day.isoformat(),
    }


def _post_title(account: Account) -> str:
    post = next(iter(people.posts_of(account)), None)
    return f"{post.department.title_zh} {post.title_zh}"[:60] if post else ""


def _tell_principal(mandate: Mandate, title: Text, body: Text) -> None:
    account = people.account_of_person(mandate.principal)
    if account is not None:
        _tell(account, mandate, title, body)


def _tell(account: Account, mandate: Mandate, title: Text, body: Text) -> None:
    notices.notify(
        account,
        kind="mandate",
        title=title,
        body=body,
        link=MINE,
        key=f"mandate:{mandate.pk}:{title.en[:20]}:{account.pk}",
    )
