"""Who may see an entry, work on it, change it, and close it: one predicate per act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minsheng.apps.people import access as people_access
from minsheng.apps.people import reads as people
from minsheng.apps.people.installed import packs
from minsheng.apps.projects.models import Change, Entry
from minsheng.lib.errors import NotAllowed, NotFound
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account


def held(account: Account) -> set[str]:
    """Return the posts this account fills today."""
    return {post.key for post in people.posts_of(account)}


def offices_of(account: Account) -> set[str]:
    """Return the offices this account works for today."""
    return {post.department.key for post in people.posts_of(account)}


def office_of(post: str) -> str:
    """Return the office of a post, or "" for none."""
    found = packs().district.posts.get(post)
    return found.department if found else ""


def may_see(entry: Entry, account: Account | None) -> bool:
    """Whether this account may read it: everybody a public one; the offices that take part; leaders."""
    if entry.is_public:
        return True
    if account is None or not people_access.is_staff(account):
        return False
    if people_access.is_leader(account):
        return True
    taking_part = {entry.office, *(office_of(post) for post in (*entry.helpers, entry.checker))}
    return bool(offices_of(account) & (taking_part - {""}))


def may_work(entry: Entry, account: Account) -> bool:
    """Whether this account fills its owner's post or a helper's today."""
    return bool(held(account) & entry.parties)


def owns(entry: Entry, account: Account) -> bool:
    """Whether this account fills its owner's post today."""
    return entry.owner in held(account)


def may_assign(entry: Entry, account: Account) -> bool:
    """Whether this account may say who has it and until when: a leader, or the plan's steward."""
    return may_steward(entry.plan, account)


def may_steward(slug: str, account: Account) -> bool:
    """Whether this account keeps a plan: a leader any, its steward this one."""
    plan = packs().plans.get(slug)
    is_steward = plan is not None and plan.steward in held(account)
    return people_access.is_leader(account) or is_steward


def may_open(owner: str, account: Account) -> bool:
    """Whether this account may open an entry for that owner: a leader any, others for their office."""
    if not people_access.is_staff(account) or people.duty_of(account):
        return False
    return people_access.is_leader(account) or office_of(owner) in offices_of(account)


def may_decide(change: Change, account: Account) -> bool:
    """Whether this account may decide a change: a leader or the head of its office, never who asked."""
    if change.asked_by_id == account.pk:
        return False
    head = packs().district.head_of(change.entry.office)
    return people_access.is_leader(account) or head in held(account)


def may_check(entry: Entry, account: Account) -> bool:
    """Whether this account may check the closing: fills the checking post, and had no part in it."""
    mine = held(account)
    if entry.checker not in mine or mine & entry.parties or entry.asked_by_id == account.pk:
        return False
    took_part = entry.evidence.filter(by=account).exclude(kind__in=("passed", "failed"))
    return not took_part.exists()


def require(allowed: bool, entry: Entry) -> None:
    """Raise NotAllowed, with whose it is, unless `allowed`."""
    if not allowed:
        raise NotAllowed(
            "projects.not_yours",
            f"这一条归{_post(entry.owner).zh}办，由{_post(entry.checker).zh}核对。您可以看，不能改。",
            f"This entry is worked on by {_post(entry.owner).to('en')} and checked by "
            f"{_post(entry.checker).to('en')}. You may read it, not change it.",
            facts={"entry": entry.number},
        )


def no_such_entry() -> NotFound:
    """Return the one answer to everybody who may not know whether there is such an entry."""
    return NotFound(
        "no_such_entry",
        "没有这一条，或者它不归您看。回台账看看。",
        "There is no such entry, or it isn't for you. See the ledger.",
    )


def _post(key: str) -> Text:
    found = packs().district.posts.get(key)
    return found.title if found else Text("还没有定的岗位", "a post not yet named")
