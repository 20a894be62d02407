"""Who may do what with a stake: the firm's speaker, the centre, the bureau, the holding company, experts."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.apps.stakes.models import Stake
from minsheng.apps.steps.access import posts_of, speaks_for
from minsheng.engines.equity import GrantTerms, Side
from minsheng.lib.errors import NotAllowed, NotFound

OPINION_ABOUT = {
    "checked": "apply", "running": "write_off", "reviewed": "write_off", "audited": "write_off",
    "held": "write_off",
}  # fmt: skip
"""What an expert's word is about, by the state of a stake."""


def schemes() -> list[GrantTerms]:
    """Return the schemes in force today."""
    today = timezone.localdate()
    return [one for one in installed.packs().stakes.values() if one.effective_from <= today]


def terms_of(scheme: str) -> GrantTerms:
    """Return one scheme; NotFound for an unknown one."""
    found = installed.packs().stakes.get(scheme)
    if found is None:
        raise no_such_stake()
    return found


def sides_of(stake: Stake, account: Account) -> tuple[Side, ...]:
    """Return as whom this account may act on a stake; none for a stranger."""
    if not account.is_staff_member:
        return ("firm",) if speaks_for(stake.organisation, account) else ()
    held, posts = posts_of(account), terms_of(stake.scheme).posts
    named: dict[Side, str] = {
        "centre": posts.centre, "bureau": posts.bureau, "holding": posts.holding,
    }  # fmt: skip
    return tuple(side for side, post in named.items() if post in held)


def is_expert(stake: Stake, account: Account) -> bool:
    """Whether this account is asked for its opinion about a stake as it stands."""
    is_asked = stake.opinions_due is not None and stake.state in OPINION_ABOUT
    return is_asked and experts_of(stake) in posts_of(account)


def may_ask(stake: Stake, on: date) -> bool:
    """Whether the experts can be asked on a day about writing a stake off: not before a call has ended."""
    if OPINION_ABOUT.get(stake.state) != "write_off":
        return False
    return stake.opinions_due is None or stake.opinions_due < on


def may_see(stake: Stake, account: Account) -> bool:
    """Whether this account has to do with a stake."""
    return bool(sides_of(stake, account)) or experts_of(stake) in posts_of(account)


def has_part(account: Account) -> bool:
    """Whether this account has a part in any scheme as staff."""
    held = posts_of(account)
    return any(
        held & {one.posts.fund, one.posts.centre, one.posts.bureau, one.posts.holding, one.posts.experts}
        for one in schemes()
    )  # fmt: skip


def experts_of(stake: Stake) -> str:
    """Return the post of the experts who judge a stake."""
    return terms_of(stake.scheme).posts.experts


def not_yours() -> NotAllowed:
    """Return the refusal of a step that belongs to somebody else."""
    return NotAllowed(
        "stakes.not_yours",
        "这一步不归您办：初审归创新中心，批准和确认归科创局，付钱和持股归国资公司。请看“先投后股”里等您办的。",
        "This step isn't yours: the centre checks, the bureau approves, the holding company pays and holds. "
        "See what waits for you under Grants and shares.",
    )


def no_such_stake() -> NotFound:
    """Return the one answer to everybody who may not know whether there is such a project."""
    return NotFound(
        "stakes.none",
        "没有这个项目，或者它不归您看。请回列表看看。",
        "There is no such project, or it isn't yours. See the list.",
    )
