"""Awards as their person sees them, and as the desk does."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from minsheng.apps.grants import access, sheets, together
from minsheng.apps.grants.access import no_such_grant, policy_of
from minsheng.apps.grants.models import CLAIMED, DECIDED, ENDED, OPEN, REFUSED, RUNNING, Grant
from minsheng.apps.grants.recoveries import Asked, recoveries
from minsheng.apps.grants.sheets import Sheet
from minsheng.apps.grants.writing import opened
from minsheng.apps.payouts import access as payout_access
from minsheng.apps.payouts import reads as payouts
from minsheng.apps.payouts.access import rules
from minsheng.apps.payouts.models import PAID, RESERVED, Instalment, Purse
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account, Person
from minsheng.apps.people.obstacles import Obstacle
from minsheng.apps.policies.shelf import shelf
from minsheng.engines.policies.conflicts import Choice
from minsheng.engines.policies.spec import Policy
from minsheng.lib.identifiers import mask_name
from minsheng.lib.texts import Text

STEP: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}
STATES: Mapping[str, Text] = {
    CLAIMED: Text("收到了，等初审", "Received, waits for a decision"),
    DECIDED: Text("初审过了，等复核", "Decided, waits for the second look"),
    RUNNING: Text("正在享受", "Running"),
    REFUSED: Text("没有通过", "Refused"),
    ENDED: Text("结束了", "Ended"),
}

IN_FORCE = Text("认定了，在生效", "In force")
"""How a running award is called that pays nothing."""

TURNS = frozenset({"decide", "approve", "answer"})
"""Acts for which an award waits; anything else may be done, and needn't."""


@dataclass(frozen=True, slots=True)
class Line:
    """One award in a list. `who` is a masked name, and `waits` whether it is the desk's turn."""

    grant: Grant
    title: Text
    said: Text
    paid_fen: int
    months: int
    who: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """One award whole: what it rests on, what was paid, and what the caller may do now."""

    grant: Grant
    policy: Policy
    said: Text
    who: str
    sheet: Sheet | None
    instalments: tuple[tuple[Instalment, Text], ...]
    purse: Purse | None
    words: str
    paid_fen: int
    may: frozenset[str]
    asked_back: tuple[Asked, ...]
    next: Text
    object_until: date | None
    objection: str
    objection_answer: str


def said(grant: Grant) -> Text:
    """Return how far an award is, in words."""
    if grant.state == RUNNING and not policy_of(grant).pays:
        return IN_FORCE
    return STATES[grant.state]


def open_grant(person: Person, slug: str) -> Grant | None:
    """Return the award of a policy that a person has or has claimed, or None."""
    return Grant.objects.filter(person=person, policy=slug, state__in=OPEN).first()


def own_grants(account: Account) -> list[Line]:
    """Return a resident's awards, the newest first; none before they are proved."""
    if account.person is None or not account.is_proved:
        return []
    return _lines(Grant.objects.filter(person=account.person).order_by("-pk"))


def left_out(account: Account, slugs: Collection[str], *, on: date) -> Mapping[str, Choice]:
    """Return which of the policies a resident is entitled to they don't get beside another, and why.

    Those too that can't be compared yet, for want of a rate.
    """
    if account.person is None or not account.is_proved:
        return {}
    found = together.choices(account.person, on=on, also=slugs)
    return {slug: one for slug, one in found.items() if one.text.zh}


def own_purse(account: Account) -> Purse | None:
    """Return the masked account a resident's money goes to, or None."""
    if account.person is None or not account.is_proved:
        return None
    return payouts.purse_of(account.person)


def own_view(grant_id: int, *, account: Account) -> View:
    """Return an award with its sheet for the person themselves; NotFound for anybody else."""
    grant = _grant(grant_id)
    if grant is None or not access.is_own(grant.person, account):
        raise no_such_grant()
    may = {"give_up"} if grant.state in OPEN else set[str]()
    until = access.object_until(grant.settled_on) if grant.settled_on else None
    if until is not None and timezone.localdate() <= until and not grant.objection_sealed:
        may.add("object")
    if printable(grant):
        may.add("print")
    return _view(grant, account, frozenset(may))


def own_instalment(instalment_id: int, *, account: Account) -> tuple[Instalment, Sheet]:
    """Return a month with its sheet for the person themselves; NotFound for anybody else."""
    row = payouts.instalment(instalment_id)
    if row is None or not access.is_own(row.person, account):
        raise no_such_grant()
    return row, sheets.opened(row.person, row.sheet_sealed, row.sheet_digest)


def desk(account: Account) -> list[Line]:
    """Return what waits for this account, then what runs, of the offices it works for."""
    offices = access.offices_of(account)
    slugs = [one.slug for one in shelf().policies.values() if one.office in offices]
    unanswered = ~Q(objection_sealed="") & Q(objection_answer_sealed="")
    rows = Grant.objects.filter(Q(policy__in=slugs, state__in=OPEN) | unanswered).order_by("pk")
    lines = [
        replace(one, waits=bool(_may(one.grant, account) & TURNS))
        for one in _lines(rows, named=True)
        if access.may_see(one.grant, account)
    ]
    return sorted(lines, key=lambda one: (not one.waits, -one.grant.pk))


def desk_view(grant_id: int, *, account: Account) -> View:
    """Return an award with its sheet for the office of its policy, after writing down the look."""
    grant = _grant(grant_id)
    if grant is None or not access.may_see(grant, account):
        raise no_such_grant()
    decides, approves = _duties(grant)
    post = decides if decides in payout_access.posts_of(account) else approves
    if not grant.person.is_erased:
        people.record_look(
            grant.person_id, by=account, purpose="case", what="values", case=f"grant {grant.pk}",
            post_key=post,
        )  # fmt: skip
    return _view(grant, account, _may(grant, account))


def paying_policies(account: Account) -> list[Policy]:
    """Return the policies that pay money, for whoever handles money or works for their office."""
    offices = access.offices_of(account)
    money = payout_access.handles_money(account)
    return [
        one
        for one in shelf().policies.values()
        if one.pays and one.about == "person"
        and (money or one.office in offices)
    ]  # fmt: skip


def obstacles(person: Person) -> list[Obstacle]:
    """Return the awards that stand against erasing a person."""
    return [
        Obstacle(
            code="grant_open",
            what=Text("补贴还在申请或发放", "A subsidy is claimed or running"),
            way=Text("办完或停发以后", "Once it has ended"),
            link=f"/mine/grants/{row.pk}",
        )
        for row in Grant.objects.filter(person=person, state__in=OPEN).order_by("pk")
    ]


def held_about(account: Account) -> list[tuple[Text, str, str]]:
    """Return what is held of a resident here: title, state and amount paid."""
    return [
        (one.title, one.said.zh, f"{one.grant.from_month:%Y-%m}，{one.months}")
        for one in own_grants(account)
    ]


def printable(grant: Grant) -> bool:
    """Whether a decision can be printed: it is settled, and how it was worked out is kept."""
    return grant.settled_on is not None and bool(grant.sheet_sealed)


def _next(grant: Grant, found: Policy, rows: Sequence[Instalment]) -> Text:
    """Return what comes next, with its day where there is one."""
    if grant.state in (CLAIMED, DECIDED):
        return Text(
            "等两个人看过，有结果马上通知您", "Two officers look at it; you are told at once"
        )
    if not found.pays or grant.state not in (RUNNING, ENDED):
        return Text("")
    pay_on = payouts.pays_on([row.pk for row in rows])
    if pay_on is not None:
        return Text(f"{pay_on} 银行付款", f"the bank pays on {pay_on}")
    if any(row.state == RESERVED for row in rows):
        return Text(
            "钱留好了，等财政局做下一批", "set aside; it comes with the treasury's next batch"
        )
    if grant.state == ENDED or found.per == "once":
        return Text("没有下一次了", "nothing more comes")
    day = next_month(grant, found)
    return Text(f"{day} 按那时的登记再算", f"on {day} it is worked out anew")


def next_month(grant: Grant, found: Policy) -> date:
    """Return the first day on which the next month, quarter or year of a running award is worked out."""
    day, today = grant.from_month, timezone.localdate()
    while day <= today:
        for _ in range(STEP[found.per]):
            day = sheets.month_after(day)
    return day


def _duties(grant: Grant) -> tuple[str, str]:
    """Return the posts that decide and approve."""
    office, found = policy_of(grant).office, rules()
    return found.decide.get(office, ""), found.approve.get(office, "")


def _may(grant: Grant, account: Account) -> frozenset[str]:
    """Return what an account may do with an award now."""
    may = set(_may_settle(grant, account))
    is_open = bool(grant.objection_sealed) and not grant.objection_answer_sealed
    if is_open and access.may_answer(grant, account):
        may |= {"answer", *(("reopen",) if grant.state == REFUSED else ())}
    if printable(grant):
        may.add("print")
    return frozenset(may)


def _may_settle(grant: Grant, account: Account) -> frozenset[str]:
    (decides, approves), held = _duties(grant), payout_access.posts_of(account)
    if grant.state == CLAIMED and decides in held and grant.claimed_by_id != account.pk:
        return frozenset({"decide", "refuse"})
    if grant.state == DECIDED and approves in held and grant.decided_by_id != account.pk:
        return frozenset({"approve", "refuse"})
    if grant.state in (RUNNING, ENDED) and decides in held:
        return frozenset({"recover", *(("end",) if grant.state == RUNNING else ())})
    return frozenset()


def _grant(grant_id: int) -> Grant | None:
    return Grant.objects.select_related("person").filter(pk=grant_id).first()


def _lines(rows: QuerySet[Grant], *, named: bool = False) -> list[Line]:
    found = []
    for grant in rows.select_related("person"):
        paid = [
            one for one in payouts.instalments_of(grant.person, grant.policy) if one.state == PAID
        ]
        found.append(
            Line(
                grant,
                policy_of(grant).title,
                said(grant),
                sum(one.amount_fen for one in paid),
                len(paid),
                _masked(grant.person) if named else "",
            )
        )
    return found


def _view(grant: Grant, account: Account, may: frozenset[str]) -> View:
    found = policy_of(grant)
    rows = payouts.instalments_of(grant.person, grant.policy)
    return View(
        grant=grant,
        policy=found,
        said=said(grant),
        who=_masked(grant.person),
        sheet=_sheet(grant, found),
        instalments=tuple((row, payouts.STATES[row.state]) for row in rows),
        purse=payouts.purse_of(grant.person),
        words=opened(grant.person, grant.words_sealed),
        paid_fen=sum(row.amount_fen for row in rows if row.state == PAID),
        may=may,
        asked_back=recoveries(grant, account),
        next=_next(grant, found, rows),
        object_until=access.object_until(grant.settled_on) if grant.settled_on else None,
        objection=opened(grant.person, grant.objection_sealed),
        objection_answer=opened(grant.person, grant.objection_answer_sealed),
    )


def _sheet(grant: Grant, found: Policy) -> Sheet | None:
    """Return the sheet that was sealed, or before a decision how it comes out now."""
    if grant.person.is_erased:
        return None
    if grant.sheet_sealed:
        return sheets.opened(grant.person, grant.sheet_sealed, grant.sheet_digest)
    reckoned = sheets.reckon(
        grant.person, found, month=grant.from_month, claimed_on=timezone.localdate(grant.claimed_at)
    )
    return sheets.read(reckoned.text)


def _masked(person: Person) -> str:
    return "" if person.is_erased else mask_name(people_reads.name_of(person))
