"""Who judges now: each level may send back once, the resident may challenge each judgement once.

A challenge goes one level up, sending back one level down. Both are used up, so that it ends: no matter
is judged more than `2 · levels` times.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from minsheng.engines.triage.spec import Size
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text

Outcome = Literal["open", "judged", "final"]


class NotNow(Conflict):
    """A matter, as it stands, doesn't allow it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a matter stands: at which level (0 is the desk), judged or not, and what is used up.

    "final": judged at the top, or challenged at every level below it.
    """

    level: int = 0
    outcome: Outcome = "open"
    way: str = ""
    size: Size | Literal[""] = ""
    sent_back: frozenset[int] = frozenset()
    judged: int = 0


@dataclass(frozen=True, slots=True)
class Judge:
    """The level says which way, from the answers."""

    way: str
    size: Size


@dataclass(frozen=True, slots=True)
class SendBack:
    """The level gives it to the one below to judge again, with a reason; once."""

    reason: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """The resident doesn't agree, with a reason; the next level judges."""

    reason: str


Command = Judge | SendBack | Challenge


@dataclass(frozen=True, slots=True)
class Took:
    """What has happened: at which level, and how it stands afterwards."""

    kind: Literal["judged", "sent_back", "challenged"]
    level: int
    after: Standing


def taken(standing: Standing, levels: int) -> frozenset[str]:
    """Return which of "judge", "send_back" and "challenge" may be done now."""
    if standing.outcome == "open":
        may_send = standing.level > 0 and standing.level not in standing.sent_back
        return frozenset({"judge", "send_back"} if may_send else {"judge"})
    return frozenset({"challenge"} if standing.outcome == "judged" else ())


def take(standing: Standing, command: Command, *, levels: int) -> Took:
    """Return what a command does. Raises NotNow when it can't be done."""
    may = taken(standing, levels)
    match command:
        case Judge(way, size) if "judge" in may:
            is_last = standing.level == levels - 1
            after = replace(
                standing,
                outcome="final" if is_last else "judged",
                way=way,
                size=size,
                judged=standing.judged + 1,
            )
            return Took("judged", standing.level, after)
        case SendBack(reason) if "send_back" in may:
            _needs(reason)
            after = replace(
                standing,
                level=standing.level - 1,
                sent_back=standing.sent_back | {standing.level},
            )
            return Took("sent_back", standing.level, after)
        case Challenge(reason) if "challenge" in may:
            _needs(reason)
            return Took(
                "challenged",
                standing.level,
                replace(standing, level=standing.level + 1, outcome="open"),
            )
    raise _not_now(standing)


def _needs(reason: str) -> None:
    if not reason.strip():
        raise NotNow(
            "triage.reason",
            "要写一句为什么，对方才看得懂。",
            "Say in a sentence why, so that the other side understands.",
        )


def _not_now(standing: Standing) -> NotNow:
    said = {
        "open": Text("正在重新判断，还没有结果", "it is being judged"),
        "judged": Text("已经判断过了", "it has been judged"),
        "final": Text("最上一级已经判断，这里到头了", "the highest level has judged; it ends here"),
    }[standing.outcome]
    return NotNow(
        "triage.not_now",
        f"现在不能这样做：{said.zh}。刷新一下，看现在到哪一步。",
        f"This can't be done now: {said.en}. Reload to see where it stands.",
    )
