"""What is different between two forms of a service, in plain words.

Every field of every part is compared, known by name or not: two forms that differ at all differ
here. What officers and applicants feel most stands first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from minsheng.engines.casework.spec import ServiceSpec, Source
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term
from minsheng.rules import Rule
from minsheng.rules.describe import condition

LONG = 40
FIRST = ("effective_from", "effective_to", "items", "materials", "fields", "admission", "subjects")
NOTHING = Text("无", "nothing")
_ARE_KEYS_OF: Mapping[str, str] = {
    "needs": "items", "items": "items", "materials": "materials", "uses": "fields",
    "fields": "fields", "shows": "fields", "consent_of": "subjects", "subject": "subjects", "gives": "certificates",
    "holder": "subjects", "counts_from": "fields",
}  # fmt: skip
_HEADLINES = ("title", "label", "text", "ask", "otherwise", "key")
WORDS: Mapping[str, tuple[str, str]] = {
    "act": ("用在哪一步", "the step it is for"),
    "admission": ("受理条件", "conditions of admission"),
    "answer_within": ("补正要在几天内", "the term to answer in"),
    "approver": ("谁批准", "who agrees to it"),
    "answer": ("回答", "the answer"),
    "applicant": ("谁来申请", "who applies"),
    "ask": ("问法", "how it is asked"),
    "baseline": ("对照的基准", "the baseline"),
    "certificates": ("证件", "certificates"),
    "checks": ("核对", "checks"),
    "by": ("多久", "how long"),
    "call_back_at": ("几分以下回访", "the score that is called back"),
    "cite": ("依据", "the basis"),
    "cites": ("依据", "the basis"),
    "clause": ("条款", "the clause"),
    "consent": ("什么时候要同意", "when consent is needed"),
    "consent_of": ("要谁同意", "who must agree"),
    "counts_from": ("从哪天算起", "the day it counts from"),
    "days": ("哪些日子", "the days"),
    "due": ("时限", "the term"),
    "effect": ("写进哪个登记库", "the register it is written to"),
    "effective_from": ("从哪天起生效", "the first day"),
    "effective_to": ("到哪天为止", "the last day"),
    "event_key": ("怎么认定是同一件事", "what makes it the same event"),
    "extend": ("可以延长", "the extension"),
    "fields": ("要填的", "the questions"),
    "gives": ("办出的证", "the certificate it gives"),
    "heading": ("栏目", "the heading"),
    "headline": ("标语", "the headline"),
    "help": ("填写提示", "the hint"),
    "how": ("怎么办", "how it goes"),
    "instead": ("不符合时怎么办", "what to do instead"),
    "items": ("事项", "items"),
    "label": ("叫法", "the label"),
    "lasts": ("要多久", "how long it takes"),
    "holder": ("发给谁", "the holder"),
    "lead": ("牵头部门", "the lead office"),
    "lede": ("导语", "the lede"),
    "life_event": ("人生事件", "the life event"),
    "mark": ("依据的标记", "the mark of the basis"),
    "materials": ("材料", "proofs"),
    "max_length": ("最多几个字", "the most characters"),
    "months": ("几个月以后", "how many months later"),
    "needs": ("要等哪一件", "the items it waits for"),
    "objections": ("有意见怎么提", "how to speak up"),
    "objection": ("可以提异议", "the objection"),
    "office": ("办理部门", "the office"),
    "on_needed_reversed": ("前一件被撤回时", "when a needed item is reversed"),
    "optional": ("可不可以不选", "whether it may be left out"),
    "options": ("选项", "the choices"),
    "otherwise": ("不符合时的说法", "what is said otherwise"),
    "past": ("是不是过去的日子", "whether it lies in the past"),
    "post": ("办理岗位", "the post"),
    "next_steps": ("办好以后可以接着办的", "what may be of use next"),
    "preselect": ("先替人选上", "whether it is chosen beforehand"),
    "promise_due": ("容缺几天内补", "the term of the promise"),
    "protect": ("保护等级", "how it is protected"),
    "protected": ("是不是保护案卷", "whether cases are protected"),
    "questions": ("常见问题", "questions people ask"),
    "rate": ("评价", "the rating"),
    "reasons": ("理由", "reasons"),
    "remedy": ("救济途径", "the remedy"),
    "required": ("是不是必填", "whether it is required"),
    "result": ("结果", "the result"),
    "rule": ("条件", "the condition"),
    "scale": ("评价分几级", "the scale of the rating"),
    "shows": ("公示哪些信息", "what the notice shows"),
    "sources": ("从哪里取，先后", "where it comes from, best first"),
    "steps": ("表的页", "the pages of the form"),
    "subject": ("关于谁", "whom it is about"),
    "subjects": ("关系人", "the people"),
    "text": ("说法", "the words"),
    "title": ("名称", "the name"),
    "to": ("交给谁", "to whom it goes"),
    "transfer_to": ("可以转给", "whom it may be passed to"),
    "type": ("填法", "the kind of answer"),
    "uses": ("能看的信息", "what the office may read"),
    "valid": ("有效期", "how long it is valid"),
    "when": ("什么时候要办", "when it applies"),
    "within": ("多久以内", "within how long"),
    "who": ("谁能办", "who it is for"),
    "why": ("为什么问", "why it is asked"),
}
_SOURCES: Mapping[str, tuple[str, str]] = {
    "item": ("另一件办好就有", "another item"),
    "licence": ("证照库", "certificates"),
    "register": ("登记库", "register"),
    "promise": ("先承诺后补", "a promise"),
    "applicant": ("申请人提供", "the applicant"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `part` is the group it belongs to (items, fields …), `key` which of them.

    `path` names the exact place; `before` and `after` are the two values in words.
    """

    part: str
    key: str
    path: tuple[str, ...]
    text: Text
    before: Text = NOTHING
    after: Text = NOTHING


def differences(old: ServiceSpec, new: ServiceSpec) -> tuple[Difference, ...]:
    """Return what differs between two forms; () exactly when they are equal."""
    return tuple(_Comparison(old, new).whole())


@dataclass(frozen=True, slots=True)
class _Comparison:
    old: ServiceSpec
    new: ServiceSpec

    def whole(self) -> Iterator[Difference]:
        names = [part.name for part in fields(ServiceSpec)]
        for name in [*FIRST, *(name for name in names if name not in FIRST)]:
            before, after = getattr(self.old, name), getattr(self.new, name)
            if name == "effective_from" and before != after:
                yield self._begins()
            elif before != after:
                yield from self._field(name, before, after, (name,), Text(""))

    def _begins(self) -> Difference:
        was, now = self.old.effective_from, self.new.effective_from
        words = Text(
            f"从 {now} 起生效，原来的从 {was} 起", f"In force from {now}; the other from {was}"
        )
        path = ("effective_from",)
        return Difference(path[0], "", path, words, Text(str(was)), Text(str(now)))

    def _field(
        self, name: str, before: Any, after: Any, path: tuple[str, ...], of: Text
    ) -> Iterator[Difference]:
        """Yield the differences of one field. `of` names the thing it belongs to."""
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from self._keyed(name, before, after, path, of)
        elif _are_things(before) and _are_things(after):
            named = _by_headline(before), _by_headline(after)
            yield from self._keyed(name, *named, path, of)
            if list(named[0]) != list(named[1]) and set(named[0]) == set(named[1]):
                yield self._said(
                    name, path, of, "的先后变了", "come in another order", before, after
                )
        elif isinstance(before, tuple) and isinstance(after, tuple):
            yield from self._listed(name, before, after, path, of)
        elif _is_thing(before) and _is_thing(after) and type(before) is type(after):
            yield from self._inside(before, after, path, of)
        else:
            yield self._changed(name, before, after, path, of)

    def _keyed(
        self,
        name: str,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        path: tuple[str, ...],
        of: Text,
    ) -> Iterator[Difference]:
        zh, en = _words(name)
        for key in [*after, *(key for key in before if key not in after)]:
            inner = (*path, str(key))
            if key not in before:
                yield self._one(inner, of, f"{zh}多了{{x}}", f"{en}: {{x}} is new", after[key])
            elif key not in after:
                yield self._one(inner, of, f"{zh}少了{{x}}", f"{en}: {{x}} is gone", before[key])
            elif before[key] != after[key]:
                head = _joined(of, _headline(after[key]))
                if _is_thing(before[key]) and _is_thing(after[key]):
                    yield from self._inside(before[key], after[key], inner, head)
                else:
                    yield self._changed(name, before[key], after[key], inner, of)

    def _inside(
        self, before: Any, after: Any, path: tuple[str, ...], of: Text
    ) -> Iterator[Difference]:
        for part in fields(after):
            was, now = getattr(before, part.name), getattr(after, part.name)
            if was != now:
                yield from self._field(part.name, was, now, (*path, part.name), of)

    def _listed(
        self,
        name: str,
        before: Sequence[Any],
        after: Sequence[Any],
        path: tuple[str, ...],
        of: Text,
    ) -> Iterator[Difference]:
        zh, en = _words(name)
        for one in after:
            if one not in before:
                words = self._value(name, one)
                yield self._one(path, of, f"{zh}多了{{x}}", f"{en}: {{x}} is new", words)
        for one in before:
            if one not in after:
                words = self._value(name, one)
                yield self._one(path, of, f"{zh}少了{{x}}", f"{en}: {{x}} is gone", words)
        if set(before) == set(after):
            yield self._changed(name, tuple(before), tuple(after), path, of)

    def _one(self, path: tuple[str, ...], of: Text, zh: str, en: str, thing: Any) -> Difference:
        head = thing if isinstance(thing, Text) else _headline(thing)
        words = Text(zh.format(x=_quoted(head.zh)), en.format(x=f"“{_short(head.to('en'))}”"))
        key = path[1] if len(path) > 1 else ""
        return Difference(path[0], key, path, _under(of, words))

    def _said(
        self,
        name: str,
        path: tuple[str, ...],
        of: Text,
        zh: str,
        en: str,
        before: Any,
        after: Any,
    ) -> Difference:
        words = _words(name)
        key = path[1] if len(path) > 1 else ""
        text = _under(of, Text(f"{words[0]}{zh}", f"{words[1]} {en}"))
        return Difference(
            path[0], key, path, text, self._value(name, before), self._value(name, after)
        )

    def _changed(
        self, name: str, before: Any, after: Any, path: tuple[str, ...], of: Text
    ) -> Difference:
        was, now = self._value(name, before), self._value(name, after)
        if isinstance(before, Rule) and isinstance(after, Rule) and was == now:
            was, now = Text(before.source), Text(after.source)
        if max(len(was.zh), len(now.zh)) > LONG:
            return self._said(name, path, of, "改写了", "is written anew", before, after)
        if was.zh == now.zh:
            zh = f"的英文从“{was.en}”改为“{now.en}”"
        else:
            zh = f"从{_plain(before, was.zh)}改为{_plain(after, now.zh)}"
        return self._said(
            name, path, of, zh, f"is {now.to('en')} instead of {was.to('en')}", before, after
        )

    def _value(self, name: str, value: Any) -> Text:
        """Return a value in words; a key by the title of what it names."""
        group = _ARE_KEYS_OF.get(name)
        if isinstance(value, str) and group:
            known = getattr(self.new, group).get(value) or getattr(self.old, group).get(value)
            return (
                _headline(known) if known is not None else Text(value or "无", value or "nothing")
            )
        if isinstance(value, tuple):
            parts = [self._value(name, one) for one in value]
            return Text(
                "、".join(part.zh for part in parts) or "无",
                ", ".join(part.to("en") for part in parts) or "nothing",
            )
        return _in_words(value)


def _in_words(value: Any) -> Text:
    match value:
        case None | "":
            return NOTHING
        case Text():
            return value if value.zh else NOTHING
        case Term():
            return value.text
        case Rule():
            return condition(value.ir)
        case bool():
            return Text("是", "yes") if value else Text("不是", "no")
        case date():
            return Text(value.isoformat())
        case Source():
            zh, en = _SOURCES[value.kind]
            name = f" {value.name}" + (f"/{value.part}" if value.part else "") if value.name else ""
            return Text(f"{zh}{name}", f"{en}{name}")
    if _is_thing(value):
        return _headline(value)
    return Text(str(value))


def _plain(value: Any, said: str) -> str:
    """Return what stands after 从 and 改为: counted terms and days bare, words in quotes."""
    if isinstance(value, Term):
        return f" {said}" if said[:1].isdigit() else said
    if isinstance(value, date):
        return f" {said} "
    return said if value in (None, "") or "“" in said else f"“{said}”"


def _quoted(words: str) -> str:
    return f"“{_short(words)}”"


def _short(words: str) -> str:
    return words if len(words) <= LONG else f"{words[: LONG - 1]}…"


def _joined(of: Text, head: Text) -> Text:
    if not of.zh:
        return head
    return Text(f"{of.zh}，{_short(head.zh)}", f"{of.to('en')}, {_short(head.to('en'))}")


def _under(of: Text, words: Text) -> Text:
    if not of.zh:
        return Text(words.zh, words.en[:1].upper() + words.en[1:])
    return Text(f"{of.zh}：{words.zh}", f"{of.to('en')}: {words.en}")


def _words(name: str) -> tuple[str, str]:
    return WORDS.get(name, (name, name))


def _is_thing(value: Any) -> bool:
    """Whether this is a part with fields of its own, and not a single value."""
    return (
        is_dataclass(value)
        and not isinstance(value, type)
        and not isinstance(value, Text | Term | Rule | Source)
    )


def _are_things(value: Any) -> bool:
    return isinstance(value, tuple) and all(_is_thing(one) for one in value)


def _headline(thing: Any) -> Text:
    """Return what a part is called: its title, label, words or key."""
    for name in _HEADLINES:
        found = getattr(thing, name, None)
        if isinstance(found, Text) and found.zh:
            return found
        if isinstance(found, str) and found:
            return Text(found)
    return _spelled(thing)


def _spelled(thing: Any) -> Text:
    """Return a part without a name by what it holds."""
    if not is_dataclass(thing):
        return Text(str(thing))
    held = [(part.name, getattr(thing, part.name)) for part in fields(thing)]
    said = [(_words(name), _in_words(value)) for name, value in held if value not in (None, "")]
    return Text(
        "，".join(f"{words[0]} {value.zh}" for words, value in said),
        ", ".join(f"{words[1]} {value.to('en')}" for words, value in said),
    )


def _by_headline(things: Sequence[Any]) -> dict[str, Any]:
    """Return parts by what they are called; two of one name are told apart by number."""
    found: dict[str, Any] = {}
    for one in things:
        name = _headline(one).zh
        count = 2
        while name in found:
            name, count = f"{_headline(one).zh} {count}", count + 1
        found[name] = one
    return found
