"""Who may do what with vouchers: the firm, who issues, who pays."""

from __future__ import annotations

from django.utils import timezone

from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Organisation
from minsheng.apps.steps.access import posts_of, speaks_for
from minsheng.apps.vouchers.models import Recheck, Voucher
from minsheng.content.vouchers import LoadedVoucher
from minsheng.engines.vouchers.recheck import RecheckSide
from minsheng.lib.errors import NotAllowed, NotFound


def loaded(slug: str) -> LoadedVoucher:
    """Return one kind of voucher; raises NotFound."""
    found = installed.packs().vouchers.get(slug)
    if found is None:
        raise no_such_voucher()
    return found


def kinds() -> list[LoadedVoucher]:
    """Return every kind of voucher, by name."""
    return list(installed.packs().vouchers.values())


def own_firm(account: Account, code: str = "") -> Organisation:
    """Return the firm that this account speaks for today: that of a credit code, or the only one."""
    firms = [] if account.is_staff_member else people.organisations_of(account)
    found = [one for one in firms if code in ("", one.credit_code)]
    if len(found) != 1:
        raise NotAllowed(
            "vouchers.not_your_firm",
            "没有登记您代表这家企业。带营业执照和委托书到综合窗口登记，当场能用。",
            "It isn't written down that you speak for this firm. Register at the general counter.",
        )
    return found[0]


def require_own(voucher: Voucher, account: Account) -> str:
    """Return who acts, as events say it, for whoever speaks for the firm; raises NotFound."""
    is_own = not account.is_staff_member and account.is_proved
    if not is_own or people.representing(account, voucher.organisation) is None:
        raise no_such_voucher()
    return f"account:{account.pk}"


def issuer(slug: str, account: Account) -> str:
    """Return who acts, as events say it, where this account issues; raises NotAllowed."""
    return _acting(account, loaded(slug).scheme.issuer)


def redeemer(slug: str, account: Account) -> str:
    """Return who acts, as events say it, where this account pays; raises NotAllowed."""
    return _acting(account, loaded(slug).scheme.redeemer)


def duties(slug: str, account: Account) -> frozenset[str]:
    """Return which of "issuer" and "redeemer" this account is for a kind of voucher."""
    scheme, held = loaded(slug).scheme, {post.key for post in people.posts_of(account)}
    pairs = (("issuer", scheme.issuer), ("redeemer", scheme.redeemer))
    return frozenset(duty for duty, post in pairs if post in held)


def rechecker(slug: str, account: Account) -> str:
    """Return who acts, as events say it, where this account checks paid vouchers again."""
    return _acting(account, loaded(slug).scheme.recheck.checker)


def recheck_sides(row: Recheck, account: Account) -> tuple[RecheckSide, ...]:
    """Return as whom this account may act on a voucher that is checked again; none for a stranger."""
    if not account.is_staff_member:
        return ("firm",) if speaks_for(row.organisation, account) else ()
    return duties_of_recheck(row.voucher.scheme, account)


def duties_of_recheck(slug: str, account: Account) -> tuple[RecheckSide, ...]:
    """Return what this account does where vouchers of a kind are checked again."""
    scheme, held = loaded(slug).scheme, posts_of(account)
    rules = scheme.recheck
    named: dict[RecheckSide, str] = {
        "checker": rules.checker, "decider": rules.decider, "reviewer": rules.reviewer,
        "payer": scheme.redeemer,
    }  # fmt: skip
    return tuple(side for side, post in named.items() if post in held)


def day_passed(row: Recheck) -> bool:
    """Whether the firm's last day to answer or object is over."""
    return row.day is not None and timezone.localdate() > row.day


def may_serve(account: Account) -> bool:
    """Whether this account issues or pays any vouchers."""
    return any(duties(one.scheme.voucher, account) for one in kinds())


def no_such_voucher() -> NotFound:
    """Return the answer to who asks for a voucher that isn't there, or isn't theirs."""
    return NotFound(
        "vouchers.none",
        "没有这张券，或者不是您企业的。请回列表看看。",
        "There is no such voucher, or it isn't your firm's. See the list.",
    )


def not_yours() -> NotAllowed:
    """Return the refusal to who neither issues nor pays."""
    return NotAllowed(
        "vouchers.not_yours",
        "这件事由企业服务中心管创新券的岗位办。您的待办在工作台。",
        "This is done by the posts that keep vouchers. What waits for you is at your desk.",
    )


def _acting(account: Account, post: str) -> str:
    if post not in {one.key for one in people.posts_of(account)}:
        raise not_yours()
    return f"post:{post}/account:{account.pk}"
