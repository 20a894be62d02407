"""Items of each kind for the tests."""

from __future__ import annotations

from typing import Any

from minsheng.engines.items import (
    Blanks,
    Choice,
    Choices,
    Expression,
    Judge,
    Named,
    Number,
    Order,
    RubricPoint,
    Written,
)


def _shared(named: dict[str, Any]) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "key": "x-001", "skills": ("laws",), "level": 2, "seconds": 40, "ask": "算一算。",
        "why": "看书。",
    }  # fmt: skip
    given = {**usual, **named}
    if "wrong" in given:
        given["wrong"] = Named(given["wrong"])
    if "options" in given:
        given["options"] = Named(given["options"])
    return given


ABCD = {"A": "三万零五百", "B": "三万五百", "C": "三千零五百", "D": "三十万五百"}


def choice(answer: str = "A", **named: Any) -> Choice:
    return Choice(kind="choice", answer=answer, **_shared({"options": ABCD, **named}))


def choices(*answer: str, **named: Any) -> Choices:
    return Choices(kind="choices", answer=answer, **_shared({"options": ABCD, **named}))


def judge(answer: str = "true", **named: Any) -> Judge:
    return Judge(kind="judge", answer=answer, **_shared(named))


def number(answer: str, **named: Any) -> Number:
    return Number(kind="number", answer=answer, **_shared(named))


def blanks(*answer: str, **named: Any) -> Blanks:
    return Blanks(kind="blanks", answer=answer, **_shared({"ask": "①，②", **named}))


def expression(answer: str, **named: Any) -> Expression:
    return Expression(kind="expression", answer=answer, **_shared(named))


def order(*answer: str, **named: Any) -> Order:
    return Order(kind="order", answer=answer, **_shared({"options": ABCD, **named}))


def written(*points: tuple[int, str, tuple[str, ...]], **named: Any) -> Written:
    rubric = tuple(RubricPoint(points=p, about=about, any=words) for p, about, words in points)
    return Written(kind="text", rubric=rubric, **_shared(named))
