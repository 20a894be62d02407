"""A firm applies with a project; one of its projects is under way at a time before the contract."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from minsheng.apps.people.models import Account, Organisation
from minsheng.apps.stakes import access
from minsheng.apps.stakes.kind import STAKE
from minsheng.apps.stakes.models import Stake
from minsheng.apps.steps.access import firms_of
from minsheng.apps.steps.actions import checked, record
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.texts import Text

BEFORE_THE_MONEY = ("applied", "checked", "recommended", "approved")
MOST_TITLE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a firm asks for; `organisation` is a credit code, or empty for the only one."""

    scheme: str
    title: str
    purpose: str
    amount_fen: int
    organisation: str = ""


def apply_for_grant(wanted: Wanted, *, by: Account) -> Stake:
    """Return a firm's new project.

    Raises NotAllowed for who speaks for no firm, WrongInput with the field, Conflict where one is under way.
    """
    firm = _firm(wanted.organisation, by)
    title, purpose = _check(wanted)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=firm.pk)
        under_way = Stake.objects.filter(
            organisation=firm, scheme=wanted.scheme, state__in=BEFORE_THE_MONEY
        )
        if under_way.exists():
            raise Conflict(
                "stakes.under_way",
                "这家企业已经有一个项目在申请，没有再交一个。请在列表里看它走到哪一步。",
                "A project of this firm is under way; no second one was made. See the list.",
            )
        stake = Stake.objects.create(
            scheme=wanted.scheme,
            organisation=firm,
            account=by,
            title=title,
            purpose=purpose,
            asked_fen=wanted.amount_fen,
            applied_on=timezone.localdate(),
        )
        record(STAKE, stake, "apply", "firm", by, fen=stake.asked_fen)
    return stake


def _check(wanted: Wanted) -> tuple[str, str]:
    """Return title and purpose, after everything that was asked for was looked at."""
    terms = access.terms_of(wanted.scheme)
    if terms not in access.schemes():
        raise access.no_such_stake()
    most = terms.cap.most_yuan
    if not 0 < wanted.amount_fen <= most * 100:
        raise _wrong("amount", f"一个项目最多 {most:,} 元。", f"At most {most:,} yuan a project.")
    title = checked(STAKE, wanted.title, field="title", what=Text("项目名称", "the project's name"))
    if len(title) > MOST_TITLE:
        raise _wrong("title", f"最多 {MOST_TITLE} 个字。", f"At most {MOST_TITLE} characters.")
    purpose = checked(
        STAKE, wanted.purpose, field="purpose", what=Text("要做什么", "what is to be done")
    )
    return title, purpose


def _firm(code: str, by: Account) -> Organisation:
    for firm in firms_of(by, code=code):
        return firm
    raise NotAllowed(
        "stakes.no_firm",
        "经费要由企业的代表来申请。请带执照和委托书到窗口登记，当场就能用。",
        "A firm applies through its representative. Bring licence and mandate to a counter; it works at once.",
    )


def _wrong(field: str, zh: str, en: str) -> WrongInput:
    return WrongInput(
        f"stakes.{field}", f"{zh}别的都还在。", f"{en} The rest is kept.", field=field
    )
