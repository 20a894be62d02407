"""Points never cut rights: what a rule of points may not touch, and why.

Two closed lists say what points may be used for and what they may be taken away for; whatever is
on neither is refused, and so is a rule whose words are about a right, a basic benefit or lawful
conduct, whatever subject it claims. The lists are this product's own reading of the sentence below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from minsheng.engines.points.scheme import Item, Scheme
from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text

BASIS = Cite(
    Text(
        "中央农办、农业农村部 2020 年 7 月关于积分制的通知：因地制宜；“积分不减损合法权利和基本待遇”一句待核原文",
        "Notice of July 2020 on points (Central Rural Office, farming ministry): as fits the place; "
        "the sentence that points may not cut rights is to be checked against its text",
    ),
    "M",
)
USES: Mapping[str, Text] = MappingProxyType(
    {
        "goods": Text("换日用品", "everyday goods"),
        "discount": Text("商家打折", "a discount of a shop"),
        "meal": Text("吃饭", "a meal"),
        "courtesy": Text("志愿者帮一次忙", "a volunteer's help"),
        "tool": Text("借用农具、场地", "tools or a room on loan"),
        "praise": Text("本人同意的公开表扬", "public thanks, if the person agrees"),
    }
)
MINUS_SUBJECTS: Mapping[str, Text] = MappingProxyType(
    {
        "litter": Text("乱扔垃圾", "litter"),
        "clutter": Text("占了公共地方", "clutter on common ground"),
        "sorting": Text("垃圾不分类", "unsorted waste"),
        "animals": Text("散养家禽家畜", "loose animals"),
        "promise": Text("自己报了名没有来", "not coming after signing up"),
    }
)
VETO_SUBJECTS: Mapping[str, Text] = MappingProxyType(
    {
        "false_claim": Text("虚报积分", "a false claim of points"),
        **MINUS_SUBJECTS,
    }
)


@dataclass(frozen=True, slots=True)
class _Ground:
    """A group of words that a rule may not be about."""

    zh: str
    en: str
    words: re.Pattern[str]


def _ground(zh: str, en: str, *words: str) -> _Ground:
    return _Ground(zh, en, re.compile("|".join(words), re.IGNORECASE))


_VOICE = _ground(
    "反映诉求、打官司",
    "complaining, petitioning or going to court",
    "信访", "上访", "投诉", "举报", "12345", "诉求", "起诉", "诉讼", "打官司", "仲裁", "复议", "差评",
    "petition", "complain", "lawsuit", "going to court", "hotline", "bad review",
)  # fmt: skip
_CHOICE = _ground(
    "自己的家事、信仰和选举",
    "family life, belief and elections",
    "结婚", "离婚", "生育", "生孩子", "彩礼", "信教", "宗教", "选举", "投票", "户口",
    "marri", "divorce", "child-?birth", "birth of a child", "religio", "election", "vot(e|ing)",
)  # fmt: skip
_BENEFIT = _ground(
    "待遇和补助",
    "benefits and allowances",
    "低保", "五保", "特困", "救助", "补贴", "补助", "津贴", "养老金", "养老保险", "医保", "社保", "抚恤",
    "优待", "慰问金", "工资", "分红",
    "allowance", "subsid", "pension", "insurance", "social aid", "relief", "wage", "dividend",
)  # fmt: skip
_SERVICE = _ground(
    "公共服务和财产",
    "public services and property",
    "入学", "上学", "学位", "办证", "开证明", "盖章", "看病", "就医", "用水", "用电", "公租房", "宅基地",
    "承包地", "征地", "补偿", "落户",
    "school place", "enrol", "certificate", "doctor", "water supply", "electricity", "housing",
    "homestead", "contracted land", "compensation",
)  # fmt: skip
_TAKEN = (_VOICE, _CHOICE, _BENEFIT, _SERVICE)
_GIVEN = (_VOICE, _CHOICE)
_SOLD = (_BENEFIT, _SERVICE)


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that would cut a right, with the path to it in the pack."""

    path: tuple[str, ...]
    zh: str
    en: str


def breaches(scheme: Scheme) -> Iterator[Breach]:
    """Yield every rule of a scheme that points may not have."""
    for key, item in scheme.items.items():
        yield from _items(item, ("items", key))
    for key, veto in scheme.vetoes.items():
        path = ("vetoes", key)
        if veto.bars != "honours":
            yield _breach(
                (*path, "bars"),
                f"一票否决只能影响表扬（honours），不能是“{veto.bars}”",
                f"a veto bars honours alone, not '{veto.bars}'",
            )
        yield from _subject(veto.about, VETO_SUBJECTS, (*path, "about"))
        yield from _words(veto.title, _TAKEN, (*path, "title"))
    for key, good in scheme.goods.items():
        path = ("goods", key)
        if good.use not in USES:
            known = "、".join(USES)
            yield _breach(
                (*path, "use"),
                f"积分不能用来换“{good.use}”；能用的只有：{known}",
                f"points can't be used for '{good.use}'; only for: {', '.join(USES)}",
            )
        yield from _words(good.title, _SOLD, (*path, "title"))


def _items(item: Item, path: tuple[str, ...]) -> Iterator[Breach]:
    if item.side == "minus":
        yield from _subject(item.about, MINUS_SUBJECTS, (*path, "about"))
        yield from _words(item.title, _TAKEN, (*path, "title"))
    else:
        yield from _words(item.title, _GIVEN, (*path, "title"))


def _subject(about: str, known: Mapping[str, Text], path: tuple[str, ...]) -> Iterator[Breach]:
    if about not in known:
        names = "、".join(known)
        yield _breach(
            path,
            f"不能因为“{about}”扣；能扣的只有：{names}" if about else f"要写明因为什么扣：{names}",
            f"nothing may be taken for '{about}'; only for: {', '.join(known)}",
        )


def _words(text: Text, grounds: tuple[_Ground, ...], path: tuple[str, ...]) -> Iterator[Breach]:
    for ground in grounds:
        found = ground.words.search(text.zh) or ground.words.search(text.en)
        if found:
            yield _breach(
                path,
                f"“{found[0]}”属于{ground.zh}，积分不能和它挂钩",
                f"'{found[0]}' is about {ground.en}; points may have nothing to do with it",
            )


def _breach(path: tuple[str, ...], zh: str, en: str) -> Breach:
    why_zh = f"积分不减损权利。依据：{BASIS.title.zh}（{BASIS.mark}）"
    why_en = f"points never cut rights. Basis: {BASIS.title.en} ({BASIS.mark})"
    return Breach(path, f"{zh}。{why_zh}", f"{en}; {why_en}")
