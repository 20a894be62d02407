"""How somebody who doesn't qualify could: the smallest changes, and what a person does about each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from minsheng.engines.policies.flip_words import NOT_BY_YOU, flips_texts
from minsheng.engines.policies.flips import Flips, Lever, Who, flips
from minsheng.engines.policies.spec import Policy, Vocabulary
from minsheng.lib.texts import Text
from minsheng.rules import Scope
from minsheng.rules.ir import fields_of


@dataclass(frozen=True, slots=True)
class Ways:
    """What would turn a no into a yes, as sentences, and the advice for what a person can change."""

    flips: Flips
    texts: tuple[Text, ...]
    advice: tuple[Text, ...]


def ways(policy: Policy, scope: Scope, vocabulary: Vocabulary, *, on: date) -> Ways:
    """Return what would have to change for a policy that says no; nothing where it doesn't."""
    own = vocabulary.model.schema(policy.about).fields
    levers = {
        path: Lever(Who(fact.change), is_private=path not in own)
        for path in fields_of(policy.ir)
        if (fact := vocabulary.at(path, policy.about)) is not None
    }
    found = flips(policy.ir, scope, levers, on=on)
    if found.verdict is not False:
        return Ways(found, (), ())
    shown = _sayable(found)
    texts = flips_texts(shown)
    if found.smallest and not shown.smallest and found.turns_on is None:
        texts = (NOT_BY_YOU,)
    return Ways(found, texts, tuple(_advice(shown, vocabulary, policy.about)))


def _sayable(found: Flips) -> Flips:
    """Return the same without the sets that rest on somebody else's fact, which can't be told."""
    return replace(
        found,
        smallest=tuple(
            one for one in found.smallest if not any(change.is_secret for change in one.changes)
        ),
    )


def _advice(found: Flips, vocabulary: Vocabulary, about: str) -> Iterator[Text]:
    """Yield the advice on each fact that a named set holds, once."""
    seen: set[str] = set()
    for one in found.by_person or found.smallest:
        for change in one.changes:
            fact = vocabulary.at(change.path, about)
            if fact is not None and fact.advice.zh and fact.advice.zh not in seen:
                seen.add(fact.advice.zh)
                yield fact.advice
