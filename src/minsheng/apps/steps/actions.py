"""What every step shares: words checked, the step with its event written, the firm told, a fund filled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.db import models, transaction
from django.utils import timezone

from minsheng.apps.accounts import actions as accounts
from minsheng.apps.accounts import reads as account_reads
from minsheng.apps.accounts.actions import Why
from minsheng.apps.accounts.models import Posting
from minsheng.apps.audit import actions as audit
from minsheng.apps.notices import actions as notices
from minsheng.apps.people.models import Account
from minsheng.apps.steps import sealing
from minsheng.apps.steps.access import is_applicant
from minsheng.apps.steps.models import Step
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text

M = TypeVar("M", bound=models.Model)
MOST_WORDS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of affair: `name` of its rows in ledger and steps, `area` of its errors and pages.

    `news` heads what the firm is told; `fund` names the money behind it.
    """

    name: str
    area: str
    steps: type[Step]
    news: Text
    fund: Text


class Affair(Protocol):
    """What a step is taken of."""

    pk: Any
    state: Any
    organisation: Any
    organisation_id: Any
    account: Any


class Terms(Protocol):
    """What a pack says of the money behind a kind of affair."""

    @property
    def scheme(self) -> str:
        """Return the key of the scheme."""
        ...

    @property
    def unit(self) -> str:
        """Return the unit in which its money is counted."""
        ...


def locked(model: type[M], pk: int, missing: Callable[[], NotFound]) -> M:
    """Return an affair with its row locked until the transaction ends; raises what `missing` gives."""
    rows = model._default_manager.select_for_update(of=("self",))
    found = rows.select_related("organisation", "account").filter(pk=pk).first()
    if found is None:
        raise missing()
    return found


def require_other(kind: Kind, affair: Affair, by: Account) -> None:
    """Refuse whoever applied, or speaks for the firm, any step that belongs to an office."""
    if is_applicant(affair.organisation, affair.account, by):
        raise NotAllowed(
            f"{kind.area}.own_application",
            "这是您自己申请的，或者您代表这家企业，要由同岗位的另一个人来办。什么都没有改。",
            "You applied for this, or speak for the firm: another person of your post takes the step. "
            "Nothing was changed.",
        )


def checked(kind: Kind, text: str, *, field: str, what: Text) -> str:
    """Return words without blanks around; WrongInput, naming the field, for none or too many."""
    text = " ".join(text.split())
    if not text:
        raise WrongInput(
            f"{kind.area}.missing",
            f"还没有写：{what.zh}。别的都还在。",
            f"This is missing: {what.to('en')}. The rest is still there.",
            field=field,
        )
    if len(text) > MOST_WORDS or any(ord(c) < 32 for c in text):
        raise WrongInput(
            f"{kind.area}.too_long",
            f"{what.zh}最多 {MOST_WORDS} 个字。您写的都还在。",
            f"{what.to('en').capitalize()}: at most {MOST_WORDS} characters. What you wrote is here.",
            field=field,
        )
    return text


def record(
    kind: Kind, affair: Affair, act: str, side: str, by: Account, *, fen: int = 0, reason: str = ""
) -> None:
    """Write a step and its event: the event holds codes and amounts alone, the reason is sealed."""
    at = timezone.now()
    kind.steps._default_manager.create(
        **{kind.name: affair}, act=act, side=side, account=by, amount_fen=fen,
        reason=sealing.sealed(reason), at=at,
    )  # fmt: skip
    data = {"state": affair.state, "fen": fen}
    news = audit.News(f"{kind.name}.{act}", at, who(side, by), data)
    audit.record(kind.name, str(affair.pk), news)


def who(side: str, by: Account) -> str:
    """Return who acts, as events say it."""
    return f"{side}/account:{by.pk}"


def why(kind: Kind, affair: Affair, key: str, side: str, by: Account) -> Why:
    """Return what a posting of an affair says of itself."""
    cause = f"{kind.name}:{affair.pk}"
    return Why(f"{cause}:{key}", cause, timezone.localdate(), who(side, by))


def tell_firm(kind: Kind, affair: Affair, said: Text) -> None:
    """Tell whoever speaks today for the firm where its affair stands, once for each step."""
    taken = kind.steps._default_manager.filter(**{kind.name: affair.pk}).count()
    notices.notify_speakers(
        affair.organisation_id,
        kind=kind.name,
        title=kind.news,
        body=said,
        link=f"/firm/{kind.area}/{affair.pk}",
        key=f"{kind.name}:{affair.pk}:{taken}",
    )


def fund_key(kind: Kind, terms: Terms) -> str:
    """Return the key of the posting that fills the fund of a scheme."""
    return f"{kind.area}:fund:{terms.scheme}"


def holder_of(terms: Terms) -> str:
    """Return the holder of a scheme's fund."""
    return f"fund:{terms.scheme}"


def fill(kind: Kind, terms: Terms, yuan: int, *, side: str, by: Account) -> Posting:
    """Return the posting that puts into a fund what the pack says; once, now or before.

    Conflict where it was filled with another amount before.
    """
    posted = Why(fund_key(kind, terms), f"{kind.area}:fund", timezone.localdate(), who(side, by))
    with transaction.atomic():
        posting = accounts.give(terms.unit, holder_of(terms), yuan * 100, posted)
        if sum(line.amount for line in account_reads.lines_of(posting)) != yuan * 100:
            raise Conflict(
                f"{kind.area}.fund_filled",
                f"{kind.fund.zh}已经按原来的数注入过了，没有再记。",
                f"{kind.fund.to('en').capitalize()} was filled with another amount before. "
                "Nothing was posted.",
            )
    return posting
