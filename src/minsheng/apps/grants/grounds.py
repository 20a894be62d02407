"""Whether a declared ground for taking money back holds, and what of a month is due by it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from minsheng.apps.grants import sheets
from minsheng.apps.grants.access import policy_of
from minsheng.apps.grants.models import Grant
from minsheng.apps.payouts import reads as payouts
from minsheng.apps.payouts.models import Instalment
from minsheng.apps.policies import dossiers
from minsheng.apps.policies.reads import scope_of
from minsheng.engines.policies.spec import Ground
from minsheng.lib.errors import WrongInput
from minsheng.lib.money import format_yuan
from minsheng.lib.texts import Text
from minsheng.rules.ir import fields_of


@dataclass(frozen=True, slots=True)
class Held:
    """A ground held against one month: what is due of it (0: the ground doesn't hold), and why, in words."""

    due_fen: int
    why: Text


def ground_of(grant: Grant, key: str) -> Ground:
    """Return a declared ground of a policy; WrongInput for one that isn't declared."""
    found = next((one for one in policy_of(grant).grounds if one.key == key), None)
    if found is None:
        raise WrongInput(
            "grants.no_ground",
            "这项政策没有写明这个收回的理由，请从列出的里选。",
            "This policy declares no such ground; choose from the list.",
            field="ground",
        )
    return found


def held(grant: Grant, ground: Ground, row: Instalment) -> Held:
    """Return what a ground makes of a paid month, on the facts of that month and the ledger as it is now."""
    if ground.check == "recount":
        return _recounted(grant, row)
    if ground.check == "account":
        return _account(row)
    assert ground.rule is not None  # the pack demands one
    on, day = row.month, sheets.held_on(row.month)
    explained = ground.rule.explain(scope_of(grant.person, on=on, held=day), on=on)
    known = dossiers.of_person(grant.person)
    inferred = [
        known[name].on(day).begins
        for name in fields_of(ground.rule.ir)
        if name in known and known[name].is_inferred(day)
    ]
    why = explained.evidence
    if inferred:
        why = Text(
            f"{why.zh}（{row.month:%Y-%m} 没有登记，按 {min(inferred)} 的情况推断）",
            f"{why.to('en')} (nothing is registered of {row.month:%Y-%m}; inferred from {min(inferred)})",
        )
    return Held(row.amount_fen if explained.verdict.value is True else 0, why)


def does_not_hold(ground: Ground, found: Held) -> WrongInput:
    """Return the refusal of a ground that isn't so, with what is so."""
    return WrongInput(
        "grants.wrong_ground",
        f"“{ground.text.zh}”这个理由对不上：{found.why.zh}。没有提出收回，请选对得上的理由。",
        f"The ground {ground.text.to('en')!r} doesn't hold: {found.why.to('en')}. Nothing is asked "
        "back; choose one that holds.",
        field="ground",
    )


def _recounted(grant: Grant, row: Instalment) -> Held:
    """Hold the month as it comes out now against what was paid; an unknown outcome takes nothing back.

    The month itself doesn't count among those that were had.
    """
    reckoned = sheets.reckon(
        grant.person, policy_of(grant), month=row.month,
        claimed_on=timezone.localdate(grant.claimed_at), without_one=True,
    )  # fmt: skip
    right = {False: 0, True: reckoned.amount_fen, None: None}[reckoned.value]
    if right is None:
        return Held(0, Text("现在算不出，缺登记", "it can't be worked out now"))
    return Held(
        max(0, row.amount_fen - right),
        Text(
            f"重新算是 {format_yuan(right)} 元，付了 {format_yuan(row.amount_fen)} 元",
            f"worked out anew it is {format_yuan(right)} yuan, and {format_yuan(row.amount_fen)} were paid",
        ),
    )


def _account(row: Instalment) -> Held:
    if payouts.went_elsewhere(row):
        return Held(row.amount_fen, Text("打到的不是现在的卡", "it went to another account"))
    return Held(0, Text("打到的就是本人现在的卡", "it went to the person's own account"))
