"""Background steps that gave up: what each is in words, and whose duty it is to try one again.

The system administrator's, or that of the post whose item it follows; never the audit administrator's,
who changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils import timezone

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.models import Case, Item
from minsheng.apps.outbox import reads as outbox
from minsheng.apps.outbox.reads import EffectLine
from minsheng.apps.people import access as people_access
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.lib.texts import Text

NO_TEXT = Text("")
KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "case.effect": Text("写登记库", "writing to a register"),
        "case.rewrite": Text("改登记库里的记录", "putting a register's entry right"),
        "case.follow": Text("决定以后的通知和出证", "notices and certificates after a decision"),
        "case.certificate": Text("出证", "printing a certificate"),
        "assessment.certificate": Text(
            "出评估的结果证明", "printing the certificate of an assessment"
        ),
        "case.revoke": Text("吊销证", "revoking a certificate"),
        "case.move": Text("换到新版", "moving a case to a new form"),
        "request.follow": Text("诉求走一步以后的通知", "notices after a step of a request"),
        "council.tell": Text("告诉邻居和经办岗位", "telling neighbours and posts"),
        "request.heard": Text("把走访发现的事转成诉求", "making a request of what a visit found"),
        "request.repair": Text(
            "把维修的进展写进诉求", "writing a repair's progress into its request"
        ),
        "dual.room": Text("开双师课的视频房间", "opening the room of a dual lesson"),
        "dual.room_end": Text("关双师课的视频房间", "closing the room of a dual lesson"),
        "notice.email": Text("发邮件提醒", "sending a mail"),
        "webhook.deliver": Text("告知订阅的外部系统", "telling a subscriber outside"),
        "screening.batch": Text("政策找人：算下一批", "judge the next part of a search"),
        "screening.tell": Text("政策找人：告诉找到的人", "tell those a search found"),
    }
)


@dataclass(frozen=True, slots=True)
class StuckLine:
    """One stuck step as somebody sees it whose duty it is, or who audits.

    `title` and `case` are of the item it follows; empty where there is none, or the case is
    protected and not theirs.
    """

    effect: EffectLine
    words: Text
    title: Text
    case: str
    may_retry: bool


def stuck_for(account: Account) -> list[StuckLine]:
    """Return the stuck steps that are this account's duty; all for system and audit."""
    is_system = people_access.administers(account, "system")
    sees_all = is_system or people_access.administers(account, "audit")
    posts = {post.key for post in people.posts_of(account, timezone.localdate())}
    lines = []
    for effect in outbox.stuck():
        item = item_of(effect)
        is_theirs = item is not None and item.post in posts
        if sees_all or is_theirs:
            lines.append(_line(effect, item, is_theirs=is_theirs, may_retry=is_system or is_theirs))
    return lines


def may_retry(effect: EffectLine, account: Account) -> bool:
    """Whether it is this account's duty to let a step be tried again."""
    if people_access.administers(account, "system"):
        return True
    item, posts = item_of(effect), people.posts_of(account, timezone.localdate())
    return item is not None and item.post in {post.key for post in posts if not post.duty}


def item_of(effect: EffectLine) -> Item | None:
    """Return the item that a step follows, or None."""
    case, key = effect.payload.get("case"), effect.payload.get("item")
    if not isinstance(case, int) or not key:
        return None
    return Item.objects.select_related("case").filter(case_id=case, key=key).first()


def _line(effect: EffectLine, item: Item | None, *, is_theirs: bool, may_retry: bool) -> StuckLine:
    words = KINDS.get(effect.kind, Text(effect.kind, effect.kind))
    case = item.case if item else Case.objects.filter(pk=effect.payload.get("case") or 0).first()
    if case is None or (case.protected and not is_theirs):
        return StuckLine(effect, words, NO_TEXT, "", may_retry)
    spec = catalogue.pinned_spec(case.pack_id)
    title = spec.items[item.key].title if item else spec.title
    return StuckLine(effect, words, title, case.number, may_retry)
