"""The acts of the desk by their names, for faces that send what was chosen: pages and programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from minsheng.apps.appeals.actions import joining, steps
from minsheng.apps.appeals.models import Request
from minsheng.apps.people.models import Account
from minsheng.lib.errors import WrongInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was chosen and written for one act. Which parts count depends on the act.

    `post` is the lead, one more helper, or the post to which a dispute goes; `to` the request that
    one is joined to; `to_all`: those joined to it get the answer too. `granted`, `reached`
    and `solved` are answers yes or no.
    """

    act: str
    item: str = ""
    words: str = ""
    reason: str = ""
    post: str = ""
    helpers: tuple[str, ...] = ()
    category: str = ""
    grade: str = ""
    way: str = ""
    result: str = ""
    to: str = ""
    to_all: bool = False
    until: date | None = None
    granted: bool = False
    reached: bool = True
    solved: bool | None = None
    accepts: bool = False
    score: int | None = None


def do(number: str, deed: Deed, *, by: Account) -> Request:
    """Carry out one act of the desk on a request; raises what the act raises."""
    act = DEEDS.get(deed.act)
    if act is None:
        raise WrongInput(
            "appeals.act",
            "请先选一样再发。您写的都还在。",
            "Choose what to do first. What you wrote is still here.",
            field="act",
        )
    return act(number, deed, by)


def _hold(number: str, deed: Deed, by: Account) -> Request:
    if deed.until is None:
        raise WrongInput(
            "appeals.until",
            "复查日写成 2026-03-24 这样。您写的都还在。",
            "Write the review date like 2026-03-24. What you wrote is kept.",
            field="until",
        )
    return steps.ask_hold(number, deed.item, deed.reason, deed.until, by=by, words=deed.words)


def _answer(number: str, deed: Deed, by: Account) -> Request:
    if deed.to_all:
        return joining.answer_all(number, deed.item, deed.result, deed.words, by=by).request
    return steps.answer_item(number, deed.item, deed.result, deed.words, by=by)


DEEDS: Mapping[str, Callable[[str, Deed, Account], Request]] = MappingProxyType(
    {
        "dispatch": lambda n, d, by: joining.dispatch_together(
            n, d.post, d.helpers, by=by, words=d.words
        ),
        "classify": lambda n, d, by: steps.classify(n, d.category, d.grade, by=by),
        "refuse": lambda n, d, by: steps.refuse_request(n, d.reason, by=by, words=d.words),
        "add_helper": lambda n, d, by: steps.add_helper(n, d.post, by=by, words=d.words),
        "relieve": lambda n, d, by: steps.relieve(n, d.item, by=by),
        "decide_dispute": lambda n, d, by: steps.decide_dispute(
            n, d.item, d.post, by=by, words=d.words
        ),
        "sign": lambda n, d, by: steps.sign(n, d.item, by=by),
        "contact": lambda n, d, by: steps.contact(
            n, d.item, d.way, by=by, reached=d.reached, words=d.words
        ),
        "send_back": lambda n, d, by: joining.send_back_together(
            n, d.item, d.reason, by=by, words=d.words
        ),
        "dispute": lambda n, d, by: steps.raise_dispute(n, d.item, d.reason, by=by, words=d.words),
        "extend": lambda n, d, by: steps.ask_extension(n, d.item, d.reason, by=by, words=d.words),
        "answer_extension": lambda n, d, by: steps.answer_extension(
            n, d.item, by=by, granted=d.granted
        ),
        "hold": _hold,
        "answer_hold": lambda n, d, by: steps.answer_hold(n, d.item, by=by, granted=d.granted),
        "end_hold": lambda n, d, by: steps.end_hold(n, d.item, by=by),
        "answer": _answer,
        "join": lambda n, d, by: joining.join_request(n, d.to, by=by),
        "part": lambda n, d, by: joining.part_request(n, by=by),
        "visit": lambda n, d, by: steps.record_visit(
            n, by=by, reached=d.reached, solved=d.solved, accepts=d.accepts, score=d.score,
            words=d.words,
        ),
    }
)  # fmt: skip
