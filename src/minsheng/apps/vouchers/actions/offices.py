"""What offices do: open a year, list providers, issue or refuse, pay or send back; time that runs out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from minsheng.apps.accounts import actions as accounts
from minsheng.apps.accounts.actions import Why
from minsheng.apps.audit import actions as audit
from minsheng.apps.people.models import Account
from minsheng.apps.vouchers import access, sealing
from minsheng.apps.vouchers.actions.moving import (
    POOL,
    STREAM,
    give_back,
    locked,
    pay,
    record,
    scheme_of,
    tell_firm,
)
from minsheng.apps.vouchers.models import Provider, RegisterParty, Voucher
from minsheng.engines.vouchers import after
from minsheng.lib.errors import Conflict, WrongInput

WORKER = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProvider:
    """A provider to list: what it may be used for, who leads it, who owns it (one number a line)."""

    credit_code: str
    name: str
    uses: Sequence[str]
    head: str
    owners: str = ""


def open_pool(slug: str, year: int, *, by: Account) -> int:
    """Give a year its money, once, and return how much in fen."""
    who = access.redeemer(slug, by)
    scheme = access.loaded(slug).scheme
    if abs(year - timezone.localdate().year) > 1:
        raise WrongInput(
            "vouchers.year", "请写今年或明年。", "Write this year or the next.", field="year"
        )
    unit = scheme.unit(year)
    why = Why(f"{unit}:opened", "pool", timezone.localdate(), who)
    accounts.give(unit, POOL, scheme.pool_fen, why)
    return scheme.pool_fen


def list_provider(slug: str, wanted: NewProvider, *, by: Account) -> Provider:
    """Return a listed provider; one that is there already gets the new words."""
    who, scheme = access.issuer(slug, by), access.loaded(slug).scheme
    code = sealing.number(wanted.credit_code, field="credit_code")
    name = sealing.checked(wanted.name, field="name")[:200]
    uses = [one for one in wanted.uses if one in scheme.uses]
    if not uses:
        raise WrongInput(
            "vouchers.uses",
            "请选用途。别的都还在。",
            "Choose uses. The rest is kept.",
            field="uses",
        )
    party = sealing.sealed_party(code, wanted.head, wanted.owners)
    with transaction.atomic():
        made, _ = Provider.objects.update_or_create(
            credit_code=code,
            defaults={
                "name": name, "uses": uses, "party": party, "ended_on": None,
                "suspended_on": None, "why": "", "listed_on": timezone.localdate(),
            },
        )  # fmt: skip
        _record_provider(made, "listed", who)
    return made


def end_provider(slug: str, provider_id: int, why: str, *, by: Account) -> Provider:
    """Take a provider from the list, with why; contracts that were reserved go on."""
    return _change_provider(slug, provider_id, "ended", why, by)


def suspend_provider(slug: str, provider_id: int, why: str, *, by: Account) -> Provider:
    """Let no new contract name a provider for now, with why; contracts that were reserved go on."""
    return _change_provider(slug, provider_id, "suspended", why, by)


def resume_provider(slug: str, provider_id: int, why: str, *, by: Account) -> Provider:
    """Let new contracts name a suspended provider again, with why."""
    return _change_provider(slug, provider_id, "resumed", why, by)


def note_register(
    slug: str, code: str, *, head: str, owners: str, managers: str, by: Account
) -> RegisterParty:
    """Keep who leads, manages and owns a firm or a provider by the register of firms."""
    who = access.issuer(slug, by)
    code = sealing.number(code, field="register_code")
    token = sealing.sealed_party(code, head, owners, managers)
    with transaction.atomic():
        made = RegisterParty.objects.create(credit_code=code, party=token, by=who)
        news = audit.News("register.noted", timezone.now(), who, {"row": made.pk})
        audit.record(STREAM, f"register:{code}", news)
    return made


def _change_provider(slug: str, provider_id: int, act: str, why: str, by: Account) -> Provider:
    who, today = access.issuer(slug, by), timezone.localdate()
    told = sealing.checked(why, field=f"provider-why-{provider_id}")
    with transaction.atomic():
        found = Provider.objects.select_for_update().filter(pk=provider_id).first()
        if found is None:
            raise access.no_such_voucher()
        is_open = {
            "ended": found.ended_on is None,
            "suspended": found.ended_on is None and found.suspended_on is None,
            "resumed": found.ended_on is None and found.suspended_on is not None,
        }
        if not is_open[act]:
            raise Conflict(
                "vouchers.provider_not_now",
                "这家机构刚才已经有人改过了，没有再改。刷新看看。",
                "Somebody has changed this provider already; nothing was changed. Reload and look.",
            )
        if act == "ended":
            found.ended_on = today
        else:
            found.suspended_on = today if act == "suspended" else None
        found.why = sealing.sealed(told)
        found.save(update_fields=["ended_on", "suspended_on", "why"])
        _record_provider(found, act, who)
    return found


def issue(voucher_id: int, *, by: Account) -> Voucher:
    """Issue a voucher that was asked for: it can be used until a day."""
    with transaction.atomic():
        row = locked(voucher_id)
        who = access.issuer(row.scheme, by)
        row.state = after(row.state, "issue")  # type: ignore[arg-type]
        row.issued_by, row.until = by, scheme_of(row).last_day(timezone.localdate())
        row.save()
        record(row, "issued", who)
        tell_firm(row)
    return row


def refuse(voucher_id: int, why: str, *, by: Account) -> Voucher:
    """Refuse a voucher that was asked for, with why; its money goes back to the pool."""
    with transaction.atomic():
        row = locked(voucher_id)
        who = access.issuer(row.scheme, by)
        state = after(row.state, "refuse")  # type: ignore[arg-type]
        told = sealing.checked(why, field=f"why-{row.pk}")
        give_back(row, "refused", who)
        row.state, row.why = state, sealing.sealed(told)
        row.save()
        record(row, "refused", who)
        tell_firm(row, told)
    return row


def redeem(voucher_id: int, *, by: Account) -> Voucher:
    """Pay a voucher that was used; Conflict for whoever issued it."""
    with transaction.atomic():
        row = locked(voucher_id)
        who = access.redeemer(row.scheme, by)
        state = after(row.state, "redeem")  # type: ignore[arg-type]
        if row.issued_by_id == by.pk:
            raise Conflict(
                "vouchers.two_persons",
                "这张券是您发的，要由另一个人兑付。",
                "You issued this voucher; another person pays it.",
            )
        pay(row, who)
        row.state, row.redeemed_by = state, by
        row.save()
        record(row, "redeemed", who)
        tell_firm(row)
    return row


def send_back(voucher_id: int, why: str, *, by: Account) -> Voucher:
    """Send a proof back, with what is missing; the voucher stays reserved for its contract."""
    with transaction.atomic():
        row = locked(voucher_id)
        who = access.redeemer(row.scheme, by)
        state = after(row.state, "send_back")  # type: ignore[arg-type]
        told = sealing.checked(why, field=f"why-{row.pk}")
        row.state, row.why = state, sealing.sealed(told)
        row.save()
        record(row, "sent_back", who)
        tell_firm(row, told)
    return row


def expire(on: date | None = None) -> int:
    """Let vouchers end whose last day has passed, and return how many; their money goes back."""
    today, done = on or timezone.localdate(), 0
    late = Voucher.objects.filter(state__in=("issued", "reserved"), until__lt=today)
    for pk in list(late.values_list("pk", flat=True)):
        with transaction.atomic():
            row = locked(pk)
            if row.state not in ("issued", "reserved") or row.until is None or row.until >= today:
                continue
            row.state = after(row.state, "expire")  # type: ignore[arg-type]
            give_back(row, "expired", WORKER)
            row.save()
            record(row, "expired", WORKER)
            tell_firm(row)
            done += 1
    return done


def _record_provider(row: Provider, kind: str, by: str) -> None:
    news = audit.News(f"provider.{kind}", timezone.now(), by, {"provider": row.pk})
    audit.record(STREAM, f"provider:{row.pk}", news)
