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

if TYPE_CHECKING:
    from minsheng.engines.policies.spec import Policy
    from minsheng.engines.simulation import Schedule

MOST_YUAN, MOST_COUNT = 10_000, 1_000
OPEN = Text(
    "定不了的地方，也就不知道会不会少得；用 --facts 把缺的事实补上。",
    "Where it can't be told, neither can a loss; add what is missing with --facts.",
)


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
    from minsheng.apps.screening.cliff_words import NO_CLIFF, cliff_said, piece_said

    title, label, is_zh = policy.title.to(lang), kind.label.to(lang), lang == "zh"
    gives = policy.amount is not None
    lines = [f"{title}：“{label}”涨上去" if is_zh else f"{title}: as “{label}” rises"]
    lines += [f"  {piece_said(one, kind, gives_money=gives).to(lang)}" for one in told.pieces]
    for one in told.cliffs:
        said = cliff_said(one, kind).to(lang)
        lines.append(f"{said}。" if is_zh else f"{said}.")
    if any(one.at_low is None for one in told.pieces):
        lines.append(OPEN.to(lang))
    elif gives and not told.cliffs:
        lines.append(NO_CLIFF.to(lang))
    return lines


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
