"""Stakes as the firm sees its own, as officers see what is theirs to do, with the cap table before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Q
from django.utils import timezone

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.apps.stakes import access
from minsheng.apps.stakes.actions.stepping import INNER, days_held, holder_name, principal_of
from minsheng.apps.stakes.fund import converted, read
from minsheng.apps.stakes.kind import STAKE
from minsheng.apps.stakes.models import ORDERED, PAID, PLANNED, Opinion, Stake
from minsheng.apps.stakes.words import ACTS, ASKS, SAID, SIDES
from minsheng.apps.steps.access import firms_of, is_applicant, posts_of
from minsheng.apps.steps.reads import (
    MOST_SHOWN,
    Fund,
    Held,
    OpenStep,
    Taken,
    fund_of,
    reasons_of,
    taken,
)
from minsheng.apps.steps.sealing import opened
from minsheng.engines import equity
from minsheng.engines.equity import Converted, GrantTerms
from minsheng.lib.texts import Text

__all__ = [
    "Asked",
    "Fund",
    "Holding",
    "OpenStep",
    "Part",
    "Preview",
    "StakeLine",
    "StakeView",
    "Taken",
    "held_about",
    "inbox",
    "opinions_asked",
    "own_stakes",
    "pools",
    "schemes",
    "stake_view",
    "terms_of",
    "verify",
]

schemes = access.schemes
terms_of = access.terms_of
_ALL = Stake.objects.select_related("organisation", "account")
QUIET = ("decline", "refuse", "return", "take_back", "write_off", "withdraw")
OPINIONS = {
    "apply": Text("说您的意见", "Give your opinion"),
    "write_off": Text("说能不能核销", "Say whether it may be written off"),
}
TRANCHE_SAID = {
    PLANNED: Text("还没有下单", "Not ordered"),
    ORDERED: Text("下单了，等付", "Ordered; waits to be paid"),
    PAID: Text("付了", "Paid"),
}


@dataclass(frozen=True, slots=True)
class StakeLine:
    """One project in a list."""

    id: int
    firm: str
    scheme: Text
    title: str
    asked_fen: int
    state: str
    said: Text
    applied_on: date


@dataclass(frozen=True, slots=True)
class Asked:
    """A project about which an expert is asked; `left`: working days until the last one."""

    line: StakeLine
    about: Text
    due: date
    left: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the money. `may`: order, pay or stop."""

    id: int
    title: Text
    fen: int
    from_on: date
    needs: str
    state: str
    said: Text
    paid_on: date | None
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class Word:
    """An expert's opinion, without the expert's name."""

    about: str
    agrees: bool
    has_interest: bool
    words: str


@dataclass(frozen=True, slots=True)
class Holding:
    """A holder's part, exactly and in percent; `is_own` for the public holding company."""

    holder: str
    held: Fraction
    part: Fraction
    is_own: bool

    @property
    def held_said(self) -> str:
        """Return what is held with thousands apart, and what is left over as a fraction."""
        whole, rest = divmod(self.held, 1)
        return f"{whole:,}" + (f" {rest}" if rest else "")

    @property
    def percent(self) -> str:
        """Return the part in percent, rounded to two decimals, as digits."""
        hundredths = round(self.part * 10_000)
        return f"{hundredths // 100}.{hundredths % 100:02d}"


@dataclass(frozen=True, slots=True)
class Preview:
    """A conversion with every number on the way, before it is confirmed or after."""

    made: Converted
    principal_fen: int
    before: tuple[Holding, ...]
    after: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class StakeView:
    """One project with everything that whoever looks may know, and may do."""

    line: StakeLine
    terms: GrantTerms
    purpose: str
    approved_fen: int
    paid_fen: int
    contracted_on: date | None
    event: str
    investor: str
    pre_money_fen: int
    new_money_fen: int
    parts: tuple[Part, ...]
    words: tuple[Word, ...]
    preview: Preview | None
    holdings: tuple[Holding, ...]
    way: str
    buyer: str
    value_fen: int
    proceeds_fen: int
    days_held: int
    steps: tuple[Taken, ...]
    may: tuple[OpenStep, ...]


def own_stakes(account: Account, *, code: str = "") -> list[StakeLine]:
    """Return the projects of the firms for which this account speaks today, newest first.

    With the credit code of one of them, of that one alone.
    """
    firms = firms_of(account, code=code)
    return _lines(_ALL.filter(organisation__in=firms).order_by("-id")[:MOST_SHOWN])


def inbox(account: Account) -> list[StakeLine]:
    """Return the projects on which something is this account's to do, the oldest first."""
    held = posts_of(account)
    wanted = Q(pk__in=[])
    for terms in installed.packs().stakes.values():
        own, posts = Q(scheme=terms.scheme), terms.posts
        if posts.centre in held:
            wanted |= own & Q(state__in=_waiting_for("centre"))
        if posts.bureau in held:
            wanted |= own & Q(state__in=_waiting_for("bureau"))
        if posts.holding in held:
            wanted |= own & Q(state__in=_waiting_for("holding"))
        if posts.experts in held:
            wanted |= own & _asked_of(account)
    return _lines(_ALL.filter(wanted).order_by("id")[:MOST_SHOWN])


def opinions_asked(account: Account) -> list[Asked]:
    """Return what this account is asked for its opinion about, the most urgent first."""
    held, calendar, today = posts_of(account), installed.calendar(), timezone.localdate()
    schemes = [one.scheme for one in access.schemes() if one.posts.experts in held]
    rows = _ALL.filter(_asked_of(account), scheme__in=schemes).order_by("opinions_due", "id")
    found = []
    for stake in rows:
        if stake.opinions_due is None or is_applicant(stake.organisation, stake.account, account):
            continue
        left = calendar.workdays_between(today, stake.opinions_due)
        line = _lines([stake])[0]
        about = access.OPINION_ABOUT[stake.state]
        found.append(Asked(line, OPINIONS[about], stake.opinions_due, left))
    return found


def _asked_of(account: Account) -> Q:
    """Return the condition on stakes to wait for the word of an expert."""
    asked = Q(pk__in=[])
    for about in ("apply", "write_off"):
        states = [state for state, one in access.OPINION_ABOUT.items() if one == about]
        spoke = Opinion.objects.filter(expert=account, about=about).values("stake_id")
        asked |= Q(state__in=states, opinions_due__isnull=False) & ~Q(pk__in=spoke)
    return asked


def stake_view(stake_id: int, account: Account) -> StakeView:
    """Return one project with what this account may do; NotFound for a stranger."""
    stake = _ALL.filter(pk=stake_id).first()
    if stake is None or not access.may_see(stake, account):
        raise access.no_such_stake()
    terms = access.terms_of(stake.scheme)
    return StakeView(
        line=_lines([stake])[0],
        terms=terms,
        purpose=stake.purpose,
        approved_fen=stake.approved_fen,
        paid_fen=principal_of(stake),
        contracted_on=stake.contracted_on,
        event=stake.event,
        investor=opened(stake.investor),
        pre_money_fen=stake.pre_money_fen,
        new_money_fen=stake.new_money_fen,
        parts=tuple(_parts(stake, terms, access.sides_of(stake, account))),
        words=tuple(
            Word(one.about, one.agrees, one.has_interest, opened(one.words))
            for one in stake.opinions.order_by("pk")
        ),
        preview=_preview(stake),
        holdings=_holdings(read(stake.after), holder_name(stake)) if stake.after else (),
        way=stake.way,
        buyer=opened(stake.buyer),
        value_fen=stake.value_fen,
        proceeds_fen=stake.proceeds_fen,
        days_held=days_held(stake),
        steps=taken(stake.steps.all(), ACTS, SIDES),
        may=tuple(_open(stake, account)),
    )


def pools(account: Account) -> list[Fund[GrantTerms]]:
    """Return the pools of the schemes in which this account has a part with money."""
    held, today = posts_of(account), timezone.localdate()
    return [
        fund_of(STAKE, terms, fills=terms.posts.fund in held, on=today)
        for terms in access.schemes()
        if held & {terms.posts.fund, terms.posts.bureau, terms.posts.holding}
    ]


def held_about(account: Account) -> list[Held]:
    """Return the projects that this account applied with, with reasons and holders, for a copy of its data."""
    found: list[Held] = []
    for stake in _ALL.filter(account=account).order_by("id"):
        number = f"{stake.organisation.name}，{stake.applied_on}，{SAID[stake.state].zh}"
        found.append((Text(stake.title), stake.purpose, number))
        found += reasons_of(taken(stake.steps.all(), ACTS, SIDES), stake.title)
        opinions = stake.opinions.order_by("pk")
        found += [(ACTS["opinion"], opened(one.words), stake.title) for one in opinions]
        table = read(stake.after or stake.before)
        found += [
            (Text("股东", "Holder"), holder, f"{stake.title}，{held}")
            for holder, held in table.holdings.items()
        ]
    return found


def verify() -> list[str]:
    """Return what doesn't add up, in words for a log: the books, each table, each part of the money."""
    wrong: list[str] = []
    for terms in installed.packs().stakes.values():
        wrong += accounts.verify(terms.unit).wrong
    for stake in _ALL.exclude(after=""):
        if sum(read(stake.after).parts().values()) != 1:
            wrong.append(f"stake {stake.pk}: parts don't sum to one")
        if stake.state in ("converting", "held", "exiting"):
            made = converted(stake, principal_of(stake), holder_name(stake))
            if made.after != read(stake.after):
                wrong.append(f"stake {stake.pk}: the stored table isn't what converts")
    for stake in _ALL.filter(state="exited"):
        posted = accounts.posting_by_key(f"stake:{stake.pk}:sale")
        moved = sum(line.amount for line in accounts.lines_of(posted)) if posted else 0
        if moved != stake.proceeds_fen:
            wrong.append(f"stake {stake.pk}: {moved} fen came back, not {stake.proceeds_fen}")
    for stake in _ALL.filter(tranches__state=PAID).distinct():
        for part in stake.tranches.filter(state=PAID):
            posted = accounts.posting_by_key(f"stake:{stake.pk}:pay:{part.pk}")
            moved = sum(line.amount for line in accounts.lines_of(posted)) if posted else 0
            if moved != part.fen:
                wrong.append(f"stake {stake.pk}: {moved} fen were paid of {part.fen}")
    return wrong


def _waiting_for(side: equity.Side) -> list[str]:
    return [state for state in equity.STATES if equity.allowed(state, side)]


def _open(stake: Stake, account: Account) -> Iterable[OpenStep]:
    if account.is_staff_member and is_applicant(stake.organisation, stake.account, account):
        return
    for side in access.sides_of(stake, account):
        for act in equity.allowed(stake.state, side):  # type: ignore[arg-type]
            step = equity.step(stake.state, act)  # type: ignore[arg-type]
            if step is None or act in INNER:
                continue
            asks = (*ASKS.get(act, ()), *(("reason",) if step.says_why else ()))
            yield OpenStep(act, ACTS[act], asks, act in QUIET)
        if side == "bureau" and access.may_ask(stake, timezone.localdate()):
            yield OpenStep("ask", ACTS["ask"], (), is_quiet=True)
    if access.is_expert(stake, account):
        about = access.OPINION_ABOUT[stake.state]
        if not stake.opinions.filter(about=about, expert=account).exists():
            asks = ("agrees", "has_interest", "words")
            yield OpenStep("opinion", OPINIONS[about], asks, is_quiet=False)


def _parts(stake: Stake, terms: GrantTerms, sides: tuple[equity.Side, ...]) -> Iterable[Part]:
    today = timezone.localdate()
    for one in stake.tranches.order_by("pk"):
        ready = (
            ("reviewed", "audited") if one.needs == "review" else ("running", "reviewed", "audited")
        )
        may = set()
        if "bureau" in sides:
            if one.state == PLANNED and stake.state in ready and one.from_on <= today:
                may.add("order")
            if one.state == ORDERED:
                may.add("stop")
        if "holding" in sides and one.state == ORDERED:
            may.add("pay")
        part = terms.tranches.get(one.key)
        yield Part(
            id=one.pk,
            title=part.title if part else Text(one.key),
            fen=one.fen,
            from_on=one.from_on,
            needs=one.needs,
            state=one.state,
            said=TRANCHE_SAID[one.state],
            paid_on=one.paid_on,
            may=frozenset(may),
        )


def _preview(stake: Stake) -> Preview | None:
    if not stake.before or stake.state == "written_off":
        return None
    principal, own = principal_of(stake), holder_name(stake)
    made = converted(stake, principal, own)
    return Preview(made, principal, _holdings(made.before, own), _holdings(made.after, own))


def _holdings(table: equity.ShareTable, own: str) -> tuple[Holding, ...]:
    parts = table.parts()
    return tuple(
        Holding(holder, held, parts[holder], holder == own)
        for holder, held in sorted(table.holdings.items(), key=lambda one: (-one[1], one[0]))
    )


def _lines(stakes: Iterable[Stake]) -> list[StakeLine]:
    return [
        StakeLine(
            id=stake.pk,
            firm=stake.organisation.name,
            scheme=access.terms_of(stake.scheme).title,
            title=stake.title,
            asked_fen=stake.asked_fen,
            state=stake.state,
            said=SAID[stake.state],
            applied_on=stake.applied_on,
        )
        for stake in stakes
    ]
