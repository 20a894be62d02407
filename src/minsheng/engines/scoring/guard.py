"""A score of persons never touches a right: what it may open is a closed list, and words are looked at too.

What everybody is owed (school, doctor, benefits, registration, public services) can't hang on points.
The lists are this product's own reading; a use that isn't on the first one is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from minsheng.engines.scoring.spec import Score
from minsheng.lib.texts import Text

USES: Mapping[str, Text] = MappingProxyType(
    {
        "flat_order": Text("人才公寓的先后", "the order for talent flats"),
        "steward": Text("人才管家上门", "a steward who comes"),
        "venue": Text("场馆、活动先约", "booking venues and events first"),
        "salon": Text("交流活动的邀请", "invitations to meetings"),
    }
)
_RIGHTS = re.compile(
    "入学|上学|学位|学校|看病|就医|医院|医生|挂号|低保|救助|补贴|补助|津贴|养老|医保|社保|公租房|落户|户口"
    "|办证|开证明|用水|用电|选举|投票|信访|投诉|诉讼"
    "|school|enrol|doctor|hospital|allowance|subsid|pension|insurance|relief|public housing|hukou"
    "|certificate|water supply|electricity|election|petition|complain|lawsuit",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Breach:
    """Something a score may not open, with the key of it in the pack."""

    key: str
    zh: str
    en: str


def breaches(score: Score) -> Iterator[Breach]:
    """Yield everything that a score opens and points may have nothing to do with."""
    for key, one in score.opens.items():
        if one.use not in USES:
            yield Breach(
                key,
                f"积分不能用来开“{one.use}”；能开的只有：{'、'.join(USES)}",
                f"points can't open '{one.use}'; only: {', '.join(USES)}",
            )
        found = _RIGHTS.search(one.title.zh) or _RIGHTS.search(one.title.en)
        if found:
            yield Breach(
                key,
                f"“{found[0]}”是人人都有的权利和待遇，积分不能和它挂钩",
                f"'{found[0]}' is a right or benefit of everybody; points have nothing to do with it",
            )
