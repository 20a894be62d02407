"""`minsheng policy cliffs`: how what somebody gets moves as one fact rises, each cliff to the fen."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from minsheng.cli import policy_trying, printing
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.rules import FieldKind
from minsheng.rules.show import shown, shown_money

if TYPE_CHECKING:
    from minsheng.engines.policies.spec import Policy
    from minsheng.engines.simulation import Piece, Schedule

MOST_YUAN, MOST_COUNT = 10_000, 1_000
NO_CLIFF = Text("没有一处多了反而少得。", "Nowhere does more of it lose.")
OPEN = Text(
    "定不了的地方，也就不知道会不会少得；用 --facts 把缺的事实补上。",
    "Where it can't be told, neither can a loss; add what is missing with --facts.",
)
YUAN = FieldKind("number", unit=Text("元", "yuan"))
SAID = {
    True: Text("符合", "qualifies"),
    False: Text("不符合", "doesn't qualify"),
    None: Text("定不了", "can't be told"),
}


def add(acts: Any) -> None:
    """Add the act to the command."""
    parser = acts.add_parser(
        "cliffs",
        help="一个数涨上去，拿到的怎么变，哪里少得 / how the amount moves as a fact rises",
    )
    parser.add_argument("policy", help="政策的名字 / its name")
    parser.add_argument(
        "fact", help="哪个数，例如 flexible_paid_fen_month / which number that rises"
    )
    parser.add_argument("--person", help="从演示里的人开始，例如 demo:qinsu / begin from somebody")
    parser.add_argument(
        "--facts",
        help="什么样的家庭，JSON：事实的名字 → 值，金额写分 / the household, JSON, money in fen",
    )
    parser.add_argument(
        "--to",
        help=f"涨到多少，金额写元；默认 {MOST_YUAN} 元或 {MOST_COUNT} / up to, money in yuan",
    )
    parser.add_argument("--on", type=date.fromisoformat, help="按哪一天 / on which day")
    parser.add_argument("--language", choices=("zh", "en"), help="只用一种语言 / one language")
    printing.add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what a household of this kind gets, piece by piece, and where one more loses."""
    from minsheng.cli.starting import start_django

    start_django()
    from django.utils import timezone

    from minsheng.apps.policies import reads
    from minsheng.apps.policies.shelf import policy
    from minsheng.apps.screening import cliffs

    on = arguments.on or timezone.localdate()
    found = policy(arguments.policy)
    facts: dict[str, Any] = {}
    if arguments.person:
        facts |= reads.scope_of(policy_trying.person_of(arguments.person), on=on).facts
    if arguments.facts:
        facts |= policy_trying.mapping_of(arguments.facts)
    fact = cliffs.rising_facts(found).get(arguments.fact)
    is_money = fact is not None and fact.kind.type == "money"
    high = _high(arguments.to, is_money=is_money)
    told = cliffs.schedule_of(found, arguments.fact, facts, high=high, on=on)
    assert fact is not None  # schedule_of refuses what it doesn't read
    printing.print_json(arguments, _as_json(found.slug, arguments.fact, on, told))
    if not arguments.json:
        for lang in (arguments.language,) if arguments.language else ("zh", "en"):
            print("\n".join(_page(found, fact.kind, told, lang)), end="\n\n")
    return 0


def _high(text: str | None, *, is_money: bool) -> int:
    """Return how far it rises: fen for money."""
    scale = 100 if is_money else 1
    if text is None:
        return MOST_YUAN * scale if is_money else MOST_COUNT
    try:
        exact = Fraction(text.replace(",", "")) * scale
    except (ValueError, ZeroDivisionError):
        exact = Fraction(-1)
    if exact.denominator != 1 or exact < 0:
        raise WrongInput(
            "cliffs.range",
            "--to 写一个数，金额写元，例如 3000 或 3000.50。",
            "Write a number after --to, money in yuan, such as 3000 or 3000.50.",
            field="to",
        )
    return int(exact)


def _page(policy: Policy, kind: FieldKind, told: Schedule, lang: str) -> list[str]:
    title, label, is_zh = policy.title.to(lang), kind.label.to(lang), lang == "zh"
    gives = policy.amount is not None
    lines = [f"{title}：“{label}”涨上去" if is_zh else f"{title}: as “{label}” rises"]
    lines += [f"  {_piece(one, kind, gives_money=gives).to(lang)}" for one in told.pieces]
    for one in told.cliffs:
        at, loss = shown(one.at, kind), shown_money(one.loss_fen)
        lines.append(
            f"到 {at.zh}这一处，少得 {loss.zh}。"
            if is_zh
            else f"At {at.to('en')} it loses {loss.to('en')}."
        )
    if any(one.at_low is None for one in told.pieces):
        lines.append(OPEN.to(lang))
    elif gives and not told.cliffs:
        lines.append(NO_CLIFF.to(lang))
    return lines


def _piece(one: Piece, kind: FieldKind, *, gives_money: bool) -> Text:
    low, high = shown(one.low, kind), shown(one.high, kind)
    where = (
        low
        if one.low == one.high
        else Text(f"{low.zh}到 {high.zh}", f"{low.to('en')} to {high.to('en')}")
    )
    said = SAID[one.value]
    if one.value is not True or not gives_money:
        return Text(f"{where.zh}：{said.zh}", f"{where.to('en')}: {said.to('en')}")
    if one.at_low is None or one.at_high is None or one.slope is None:
        return Text(
            f"{where.zh}：{said.zh}，金额不知道",
            f"{where.to('en')}: {said.to('en')}, the amount isn't known",
        )
    first, last = shown_money(one.at_low), shown_money(one.at_high)
    if one.slope == 0:
        return Text(f"{where.zh}：{first.zh}", f"{where.to('en')}: {first.to('en')}")
    if kind.type == "money":
        rate, each = shown(abs(one.slope), YUAN), Text("每多 1 元", "for each yuan")
    else:
        rate = shown(abs(one.slope) / 100, YUAN)
        each = Text(f"每多 1 {kind.unit.zh}".rstrip(), "for each one")
    more = Text("多得", "more") if one.slope > 0 else Text("少得", "less")
    return Text(
        f"{where.zh}：{first.zh} → {last.zh}，{each.zh}{more.zh} {rate.zh}",
        f"{where.to('en')}: {first.to('en')} → {last.to('en')}, "
        f"{each.to('en')} {rate.to('en')} {more.to('en')}",
    )


def _as_json(slug: str, fact: str, on: date, told: Schedule) -> Mapping[str, Any]:
    return {
        "policy": slug,
        "fact": fact,
        "on": on.isoformat(),
        "pieces": [
            {
                "low": one.low,
                "high": one.high,
                "eligible": one.value,
                "at_low_fen": one.at_low,
                "at_high_fen": one.at_high,
                "marginal_rate": None if one.marginal_rate is None else str(one.marginal_rate),
            }
            for one in told.pieces
        ],
        "cliffs": [{"at": one.at, "loss_fen": one.loss_fen} for one in told.cliffs],
    }
