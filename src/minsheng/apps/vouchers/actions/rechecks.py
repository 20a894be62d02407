"""Checking paid vouchers again: a draw that can be repeated, one step after another, the money back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db import transaction
from django.utils import timezone

from minsheng.apps.accounts import actions as accounts
from minsheng.apps.audit import actions as audit
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.apps.steps.actions import Kind, checked, record, require_other, tell_firm, why
from minsheng.apps.vouchers import access
from minsheng.apps.vouchers.actions.moving import POOL, scheme_of
from minsheng.apps.vouchers.models import Draw, Recheck, RecheckTaken, Voucher
from minsheng.engines import vouchers as engine
from minsheng.engines.vouchers.recheck import RecheckAct, RecheckState
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.money import format_yuan
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term

RECHECK = Kind(
    name="recheck",
    area="vouchers",
    steps=RecheckTaken,
    news=Text("您企业的创新券在复核", "A voucher of your firm is checked again"),
    fund=Text("总额", "the pool"),
)
REASON = Text("理由", "the reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What comes with a step: a reason, how much was wrong, whether the provider is to blame."""

    reason: str = ""
    amount_fen: int = 0
    blames_provider: bool = False


def draw_rechecks(slug: str, *, by: Account) -> Draw:
    """Draw from the paid vouchers that took part in no draw yet which are checked again.

    The seed is the machine's. Raises NotAllowed for all but who checks, Conflict where there is none.
    """
    who, scheme = access.rechecker(slug, by), access.loaded(slug).scheme
    with transaction.atomic():
        rows = Voucher.objects.select_for_update().filter(scheme=slug, state="redeemed")
        waiting = {str(row.pk): row for row in rows.order_by("pk") if row.considered_in_id is None}
        if not waiting:
            raise Conflict(
                "vouchers.nothing_to_draw",
                "兑付了的券都抽过了，没有新的可以抽。",
                "Every paid voucher took part in a draw: there is nothing new to draw from.",
            )
        seed, percent = secrets.token_hex(32), scheme.recheck.percent
        drawn = engine.sample(waiting, seed=seed, percent=percent)
        made = Draw.objects.create(
            scheme=slug,
            seed=seed,
            percent=percent,
            candidates=sorted(map(int, waiting)),
            digest=engine.keys_digest(waiting),
            drawn=sorted(map(int, drawn)),
            account=by,
        )
        Voucher.objects.filter(pk__in=made.candidates).update(considered_in=made)
        for key in drawn:
            row = waiting[key]
            Recheck.objects.create(
                voucher=row, draw=made, organisation_id=row.organisation_id, account=row.asked_by
            )
        facts = {"draw": made.pk, "of": len(waiting), "drawn": len(drawn), "digest": made.digest}
        audit.record("draw", str(made.pk), audit.News("draw.made", timezone.now(), who, facts))
    return made


def step_recheck(voucher_id: int, act: str, found: Found, *, by: Account) -> Recheck:
    """Return a voucher's check after one step.

    Raises NotFound for strangers, NotAllowed where it is somebody else's step or the same person's as
    before, Conflict where it isn't the time, WrongInput with the field.
    """
    with transaction.atomic():
        row = _locked(voucher_id)
        sides = access.recheck_sides(row, by)
        if not sides:
            raise access.no_such_voucher()
        passed = access.day_passed(row)
        step = engine.recheck_step(
            cast(RecheckState, row.state), cast(RecheckAct, act), day_passed=passed
        )
        if step is None:
            raise _not_now(row)
        if step.side not in sides:
            raise access.not_yours()
        if step.side != "firm":
            _require_others(row, by)
        reason = (
            checked(RECHECK, found.reason, field="reason", what=REASON) if step.says_why else ""
        )
        fen = _effect(row, act, found, by)
        row.state = step.to
        row.save()
        record(RECHECK, row, act, step.side, by, fen=fen, reason=reason)
        tell_firm(RECHECK, row, engine.RECHECK_SAID[row.state])
    return row


def _effect(row: Recheck, act: str, found: Found, by: Account) -> int:
    rules = scheme_of(row.voucher).recheck
    match act:
        case "clear":
            row.checked_by = by
        case "doubt":
            row.owed_fen, row.checked_by = _wrong_amount(row, found), by
            row.blames_provider = found.blames_provider
            row.day = _last_day(rules.answer_workdays)
        case "uphold":
            row.owed_fen, row.decided_by = _wrong_amount(row, found), by
            row.blames_provider = found.blames_provider
            row.day = _last_day(rules.objection_workdays)
        case "drop":
            row.decided_by = by
        case "take_back":
            unit = scheme_of(row.voucher).unit(row.voucher.year)
            accounts.give(unit, POOL, row.owed_fen, why(RECHECK, row, "returned", "payer", by))
        case "answer" | "object":
            return 0
    return 0 if act in ("clear", "drop", "overturn") else row.owed_fen


def _wrong_amount(row: Recheck, found: Found) -> int:
    most = row.voucher.amount_fen
    amount = found.amount_fen or row.owed_fen
    if not 0 < amount <= most:
        raise WrongInput(
            "vouchers.wrong_amount",
            f"写有问题的金额，大于 0，最多是兑付的 {format_yuan(most)} 元。别的都还在。",
            f"How much is wrong: above 0, at most the {format_yuan(most)} yuan that were paid. "
            "The rest is kept.",
            field="amount",
        )
    return amount


def _last_day(workdays: int) -> date:
    return installed.calendar().add(timezone.localdate(), Term(workdays, "wd")).day


def _require_others(row: Recheck, by: Account) -> None:
    """Refuse whoever issued, paid, checked or decided before, and whoever speaks for the firm.

    Recording that the money came back is the payer's, whoever that is.
    """
    require_other(RECHECK, row, by)
    before = {row.checked_by_id, row.decided_by_id}
    if row.state not in ("upheld", "owed"):
        before |= {row.voucher.issued_by_id, row.voucher.redeemed_by_id}
    if by.pk in before:
        raise NotAllowed(
            "vouchers.same_person",
            "这张券前面的一步是您办的，要由另一个人来办。什么都没有改。",
            "You took an earlier step of this voucher: another person takes this one. Nothing was changed.",
        )


def _locked(voucher_id: int) -> Recheck:
    found = (
        Recheck.objects.select_for_update(of=("self",))
        .select_related("voucher__provider", "organisation", "account")
        .filter(pk=voucher_id)
        .first()
    )
    if found is None:
        raise access.no_such_voucher()
    return found


def _not_now(row: Recheck) -> Conflict:
    said = engine.RECHECK_SAID[row.state]
    until = f"，企业可以说到 {row.day}" if row.day else ""
    until_en = f", and the firm has until {row.day}" if row.day else ""
    return Conflict(
        "vouchers.recheck_not_now",
        f"复核现在是“{said.zh}”{until}，这一步做不了。刷新看看，什么都没有改。",
        f"The check is '{said.to('en')}' now{until_en}: this step can't be taken. Nothing was changed.",
        facts={"voucher": row.pk, "state": row.state},
    )
