"""What a firm does: asks, signs with a listed provider, proves that it was used, gives up."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from minsheng.apps.accounts import reads as books
from minsheng.apps.audit import actions as audit
from minsheng.apps.people.models import Account, Organisation
from minsheng.apps.vouchers import access, sealing
from minsheng.apps.vouchers.actions.moving import (
    POOL,
    STREAM,
    give_back,
    locked,
    record,
    scheme_of,
    set_aside,
)
from minsheng.apps.vouchers.models import Ownership, Provider, RegisterParty, Voucher
from minsheng.engines.vouchers import Party, after, payable, ties, ties_said
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.money import format_yuan

_COUNTED = ("asked", "issued", "reserved", "used", "redeemed")


def declare_ownership(code: str, head: str, owners: str, *, by: Account) -> Ownership:
    """Keep who leads and owns a firm, as it says: numbers, one owner a line."""
    firm = access.own_firm(by, code)
    token = sealing.sealed_party(firm.credit_code, head, owners)
    with transaction.atomic():
        made = Ownership.objects.create(organisation=firm, party=token, by=f"account:{by.pk}")
        news = audit.News("ownership.declared", timezone.now(), f"account:{by.pk}", {})
        audit.record(STREAM, f"firm:{firm.pk}", news)
    return made


def ask(slug: str, *, code: str, use: str, amount_fen: int, words: str, by: Account) -> Voucher:
    """Return a voucher that was asked for; its money is set aside at once, or it isn't made.

    Raises WrongInput for an unknown use or an amount above what the firm may still have, NotEnough
    where the pool of the year has less.
    """
    firm, loaded, today = access.own_firm(by, code), access.loaded(slug), timezone.localdate()
    scheme = loaded.scheme
    if use not in scheme.uses:
        raise WrongInput(
            "vouchers.use",
            "请选一种用途。别的都还在。",
            "Choose a use. The rest is kept.",
            field="use",
        )
    told = sealing.checked(words, field="words")
    _require_pool(slug, today.year)
    with transaction.atomic():
        # The row of the firm is locked: two askings of one firm can't both pass its cap.
        Organisation.objects.select_for_update().get(pk=firm.pk)
        mine = Voucher.objects.filter(organisation=firm, scheme=slug, year=today.year)
        had = mine.filter(state__in=_COUNTED).aggregate(sum=Sum("amount_fen"))["sum"] or 0
        if not 0 < amount_fen <= scheme.cap_fen - had:
            left = format_yuan(scheme.cap_fen - had)
            raise WrongInput(
                "vouchers.cap",
                f"今年您企业还能申请 {left} 元，请写这以内的数。别的都还在。",
                f"Your firm can still ask for {left} yuan this year. The rest is kept.",
                field="amount",
            )
        row = Voucher(
            organisation=firm, scheme=slug, year=today.year, digest=loaded.digest, use=use,
            amount_fen=amount_fen, step="-", words=sealing.sealed(told), asked_by=by,
        )  # fmt: skip
        row.save()
        set_aside(row, amount_fen, "asked", f"account:{by.pk}")
        row.save()
        record(row, "asked", f"account:{by.pk}")
    return row


def reserve_for(
    voucher_id: int, *, provider: str, contract_fen: int, contract: str, by: Account
) -> Voucher:
    """Reserve a voucher for a contract with a listed provider; what is too much goes back to the pool.

    Raises WrongInput for a provider that isn't listed for this use, Conflict for a related party (with
    what binds the two), and where either side hasn't said who owns it.
    """
    with transaction.atomic():
        row = locked(voucher_id)
        who = access.require_own(row, by)
        state = after(row.state, "reserve")  # type: ignore[arg-type]
        _require_time(row)
        listed = _listed(provider, row)
        _require_no_ties(row, listed)
        told = sealing.checked(contract, field="contract")
        pays = payable(scheme_of(row), amount_fen=row.amount_fen, contract_fen=contract_fen)
        if pays < 1:
            raise WrongInput(
                "vouchers.contract",
                "请写合同的金额，单位是元。别的都还在。",
                "Write the amount of the contract, in yuan. The rest is kept.",
                field="contract_yuan",
            )
        give_back(row, "loosened", who)
        set_aside(row, pays, "contract", who)
        row.state, row.provider, row.contract_fen = state, listed, contract_fen
        row.contract = sealing.sealed(told)
        row.save()
        record(row, "reserved", who)
    return row


def prove(voucher_id: int, proof: str, *, by: Account) -> Voucher:
    """Say that the service was had, and by which papers."""
    with transaction.atomic():
        row = locked(voucher_id)
        who = access.require_own(row, by)
        state = after(row.state, "prove")  # type: ignore[arg-type]
        _require_time(row)
        row.proof, row.why = sealing.sealed(sealing.checked(proof, field="proof")), ""
        row.state = state
        row.save()
        record(row, "used", who)
    return row


def give_up(voucher_id: int, *, by: Account) -> Voucher:
    """Return a voucher that isn't used; its money goes back to the pool."""
    with transaction.atomic():
        row = locked(voucher_id)
        who = access.require_own(row, by)
        row.state = after(row.state, "give_up")  # type: ignore[arg-type]
        give_back(row, "returned", who)
        row.save()
        record(row, "returned", who)
    return row


def _require_pool(slug: str, year: int) -> None:
    unit = access.loaded(slug).scheme.unit(year)
    if books.posting_by_key(f"{unit}:opened") is None:
        raise Conflict(
            "vouchers.no_pool",
            f"{year} 年的创新券还没有开放。开放了会在这里写。",
            f"The vouchers of {year} aren't open yet. It will be said here.",
            facts={"pool": POOL},
        )


def _require_time(row: Voucher) -> None:
    if row.until is not None and timezone.localdate() > row.until:
        raise Conflict(
            "vouchers.too_late",
            f"这张券到 {row.until:%Y-%m-%d} 为止，已经过期了。可以再申请一张。",
            f"This voucher ended on {row.until:%Y-%m-%d}. You can ask for another.",
        )


def _listed(code: str, row: Voucher) -> Provider:
    found = Provider.objects.filter(
        credit_code=code, ended_on__isnull=True, suspended_on__isnull=True
    ).first()
    if found is None or row.use not in found.uses:
        raise WrongInput(
            "vouchers.not_listed",
            "这家机构不在这种用途的名单里，请从名单里选。别的都还在。",
            "This provider isn't listed for that use. Choose from the list; the rest is kept.",
            field="provider",
        )
    return found


def _by_register(code: str) -> list[Party]:
    """Return who leads, manages and owns a firm by the register of firms: one, or none when unknown."""
    found = RegisterParty.objects.filter(credit_code=code).order_by("-pk").first()
    return [sealing.opened_party(found.party)] if found else []


def _require_no_ties(row: Voucher, provider: Provider) -> None:
    own = Ownership.objects.filter(organisation_id=row.organisation_id).order_by("-pk").first()
    registered = _by_register(row.organisation.credit_code)
    if own is None and not registered:
        raise Conflict(
            "vouchers.ownership_first",
            "请先填法定代表人和股东，才能查和机构有没有关联。",
            "Declare first who leads and owns the firm, so that ties can be checked.",
        )
    firm = [*([sealing.opened_party(own.party)] if own else []), *registered]
    other = [sealing.opened_party(provider.party), *_by_register(provider.credit_code)]
    pairs = [tie for one in firm for two in other for tie in ties(one, two)]
    found = tuple(dict.fromkeys(pairs))
    if found:
        said = ties_said(found)
        raise Conflict(
            "vouchers.related",
            f"不能向有关联的机构买：{said.zh}。请换一家机构。",
            f"Nothing can be bought from a related party: {said.to('en')}. Choose another provider.",
            facts={"ties": ",".join(found)},
        )
