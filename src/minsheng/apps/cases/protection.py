"""Protected cases: why a case is protected, and which named post opens it instead of the usual one.

Named are the posts of the district that `opens_protected`. In a protected case each item is the work
of the named post of its office, of the office above it, or of the first named one of the district.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from minsheng.apps.cases import catalogue
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Post
from minsheng.lib.errors import NotAllowed
from minsheng.lib.texts import Text

PROTECTED = "case.protected"
KEPT = "case.protection_kept"
RELEASED = "case.protection_ended"
FROM_APPLICANT = "from_applicant"
WARN_WORKDAYS = 10
LONGEST_DAYS = 365
# Declared, never free text: it stands in the ledger. Reporting harm to a minor at once is a duty
# (未成年人保护法, art. 11).
REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "child_at_risk": Text("孩子有危险", "a child is at risk"),
        "domestic_violence": Text("家庭暴力", "domestic violence"),
        "threatened": Text("有人威胁当事人", "somebody threatens the person"),
        FROM_APPLICANT: Text(
            "危险来自申请人，申请人也看不到",
            "the danger comes from the applicant, who sees nothing either",
        ),
    }
)
KEEPINGS: Mapping[str, Text] = MappingProxyType(
    {
        "danger_stays": Text("危险还在", "the danger is still there"),
        "not_reached": Text(
            "联系不上当事人，先不解除", "the person can't be reached; not ended yet"
        ),
    }
)
ENDINGS: Mapping[str, Text] = MappingProxyType(
    {
        "danger_over": Text("危险已经过去，当事人同意", "the danger is over and the person agrees"),
        "marked_by_mistake": Text("标错了案卷", "the wrong case was marked"),
    }
)


def post_for(office: str, post: str, *, is_protected: bool) -> str:
    """Return the post whose work an item is: the usual one, or the named one where protected.

    A district without any named post keeps a protected item with nobody: "" is no one's post.
    """
    if not is_protected:
        return post
    named = list(Post.objects.filter(opens_protected=True).order_by("key"))
    if any(one.key == post for one in named):
        return post
    of = {one.department.key: one.key for one in reversed(_with_offices(named))}
    departments = catalogue.packs().district.departments
    seen: set[str] = set()
    while office and office not in seen:
        if office in of:
            return of[office]
        seen.add(office)
        office = departments[office].parent if office in departments else ""
    return named[0].key if named else ""


def accounts_named(on: date) -> list[Account]:
    """Return the active accounts that fill a named post on a day, each once."""
    posts = Post.objects.filter(opens_protected=True).order_by("key")
    found = {account.pk: account for post in posts for account in people.accounts_of(post, on)}
    return list(found.values())


def named_posts(account: Account) -> list[str]:
    """Return the posts by which this account opens protected cases today."""
    return [post.key for post in people.posts_of(account) if post.opens_protected]


def require_named(account: Account) -> str:
    """Return a named post that this account fills today; raises NotAllowed."""
    posts = named_posts(account)
    if not posts:
        raise NotAllowed(
            "protected_posts_only",
            "受保护的案卷只由指定的岗位打开和标记。发现孩子或家人有危险，马上告诉保护岗。",
            "Only the named posts open and mark protected cases. If somebody is in danger, tell "
            "them at once.",
        )
    return posts[0]


def _with_offices(posts: list[Post]) -> list[Post]:
    keys = [post.pk for post in posts]
    return list(Post.objects.filter(pk__in=keys).select_related("department").order_by("key"))
