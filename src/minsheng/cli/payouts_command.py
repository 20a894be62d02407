"""`minsheng payouts`: pots and batches held against the bank's answers. Read only; no names, no accounts."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

from minsheng.cli.printing import add_json, group, print_json
from minsheng.lib.money import format_yuan

WORDS = "政策的钱 / the money of policies: pots, batches, show. 只看不改 / read only"


def add(commands: Any) -> None:
    """Add the command."""
    acts = group(commands, "payouts", WORDS)
    pots = acts.add_parser("pots", help="每项的额度用了多少 / how the pots stand")
    pots.add_argument("--year", type=int, help="哪一年，默认今年 / which year")
    add_json(pots)
    pots.set_defaults(run=show_pots)
    batches = acts.add_parser("batches", help="最近的批次 / the newest batches")
    add_json(batches)
    batches.set_defaults(run=list_batches)
    show = acts.add_parser(
        "show", help="一批逐笔对账；对不上是 1 / one batch line by line; 1 where it isn't whole"
    )
    show.add_argument("number", help="批号，像 F26-000001 / its number")
    add_json(show)
    show.set_defaults(run=show_batch)


def show_pots(arguments: argparse.Namespace) -> int:
    """Print the pot of each policy that pays money."""
    from minsheng.cli.starting import start_django

    start_django()
    from django.utils import timezone

    from minsheng.apps.payouts import reads
    from minsheng.apps.policies.shelf import shelf

    year, rows = arguments.year or timezone.localdate().year, []
    for one in shelf().policies.values():
        if not one.is_configured or one.amount is None or one.about != "person":
            continue
        pot, (ready, ready_fen, without) = reads.pot(one.slug, year), reads.waiting(one.slug)
        rows.append(
            {
                "policy": one.slug,
                "given_fen": pot.given_fen,
                "spent_fen": pot.spent_fen,
                "held_fen": pot.held_fen,
                "left_fen": pot.left_fen,
                "ready": ready,
                "ready_fen": ready_fen,
                "without_account": without,
            }
        )
        if not arguments.json:
            print(
                f"{one.slug:<22} 额度 {format_yuan(pot.given_fen)}，付了 {format_yuan(pot.spent_fen)}，"
                f"留着 {format_yuan(pot.held_fen)}，还有 {format_yuan(pot.left_fen)} 元；等发 {ready} 笔 / "
                "given, paid, set aside, left; waiting"
            )
    print_json(arguments, {"year": year, "pots": rows})
    return 0


def list_batches(arguments: argparse.Namespace) -> int:
    """Print the newest batches, one a line."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.payouts import reads

    rows = []
    for row, still in reads.batches():
        rows.append(
            {
                "number": row.number,
                "policy": row.policy,
                "pay_on": row.pay_on,
                "count": row.count,
                "sum_fen": row.sum_fen,
                "open": still,
            }
        )
        if not arguments.json:
            print(
                f"{row.number}  {row.policy:<22} {row.pay_on}  {row.count} 笔 "
                f"{format_yuan(row.sum_fen)} 元，{still} 笔等银行 / lines, yuan, with the bank"
            )
    if not rows and not arguments.json:
        print("没有 / none")
    print_json(arguments, {"batches": rows})
    return 0


def show_batch(arguments: argparse.Namespace) -> int:
    """Print one batch line by line; 1 where its lines don't sum to it or somebody must ask the bank."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.payouts import overview

    one = overview.batch_figures(arguments.number)
    if not arguments.json:
        print(
            f"{one.number}  {one.policy}  {one.pay_on}  {one.count} 笔 {format_yuan(one.sum_fen)} 元，"
            f"{one.open} 笔等银行，回执 {one.answers} 份 / lines, yuan, with the bank, answers"
        )
        for line in one.lines:
            print(
                f"  {line.key:<16} {line.month:%Y-%m} {format_yuan(line.amount_fen):>12}  "
                f"{line.outcome or 'open'} {line.reason}".rstrip()
            )
        if one.ask_about:
            print(f"要问银行 / ask the bank about: {', '.join(one.ask_about)}")
    print_json(arguments, {**dataclasses.asdict(one), "whole": one.is_whole})
    return 0 if one.is_whole and not one.ask_about else 1
