"""One item (题) of each kind, as a pack writes it. QTI 3 calls it an assessmentItem.

`ask`, `options` and `why` are in the language of the lesson, with formulas between dollar signs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from minsheng.engines.items.pictures import Picture

BLANKS = "①②③④⑤⑥⑦⑧⑨⑩"
TRUTHS = ("true", "false")


class Named(Mapping[str, str]):
    """Words by what they stand for: options by letter, misconceptions by wrong answer."""

    __slots__ = ("_words",)

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = MappingProxyType(dict(words))

    def __getitem__(self, key: str) -> str:
        return self._words[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def __hash__(self) -> int:
        return hash(tuple(self._words.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and dict(self._words) == dict(other)

    def __repr__(self) -> str:
        return f"Named({dict(self._words)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Named, (dict(self._words),)


NONE = Named({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every item has. `seconds` is the expected time; `wrong` is by wrong answer the
    misconception it betrays; `why` the solution that is shown afterwards.
    """

    key: str
    skills: tuple[str, ...]
    level: int
    seconds: int
    ask: str
    why: str
    picture: Picture | None = None
    wrong: Named = NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Asked):
    """One of several options."""

    kind: Literal["choice"]
    options: Named
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices(Asked):
    """Some of several options; right when all of these and no other are chosen."""

    kind: Literal["choices"]
    options: Named
    answer: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge(Asked):
    """Right or wrong: `answer` is "true" or "false"."""

    kind: Literal["judge"]
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Asked):
    """A number, right within `tolerance` (absolute; exact without). `unit` stands after the blank."""

    kind: Literal["number"]
    answer: str
    tolerance: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blanks(Asked):
    """Several blanks ①②③ in `ask`, each a number or a short word."""

    kind: Literal["blanks"]
    answer: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression(Asked):
    """An expression or equation, right when it is equal for all values of its letters.

    `must` are signs that the answer has to use; `form: simplest` wants it as short as `answer`.
    """

    kind: Literal["expression"]
    answer: str
    must: tuple[str, ...] = ()
    form: Literal["", "simplest"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Asked):
    """Options that are to be put in order."""

    kind: Literal["order"]
    options: Named
    answer: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricPoint:
    """What a written answer should say, what it is worth, and words that speak for it."""

    points: int
    about: str
    any: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Asked):
    """A few sentences. The rubric only suggests points; a teacher decides."""

    kind: Literal["text"]
    rubric: tuple[RubricPoint, ...]


Item: TypeAlias = Choice | Choices | Judge | Number | Blanks | Expression | Order | Written

KINDS: Mapping[str, type[Asked]] = MappingProxyType(
    {
        "choice": Choice,
        "choices": Choices,
        "judge": Judge,
        "number": Number,
        "blanks": Blanks,
        "expression": Expression,
        "order": Order,
        "text": Written,
    }
)


def options_of(item: Item) -> Named:
    """Return the options of an item by letter; none where there are none."""
    return item.options if isinstance(item, Choice | Choices | Order) else NONE


def right_answer(item: Item) -> str | tuple[str, ...]:
    """Return the answer as the pack gives it; of a written one there is none: ""."""
    return "" if isinstance(item, Written) else item.answer
