"""`minsheng grants`: awards in figures, for whoever runs the system. Nobody's name, nothing of their facts."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

from minsheng.cli.printing import add_json, group, print_json
from minsheng.lib.money import format_yuan

WORDS = "补贴 / awards: list, show. 没有姓名和个人情况 / without names or facts"


def add(commands: Any) -> None:
    """Add the command."""
    acts = group(commands, "grants", WORDS)
    listing = acts.add_parser(
        "list", help="最近的补贴，走到哪一步 / the newest, and where they stand"
    )
    listing.add_argument("--policy", default="", metavar="SLUG", help="只要这一项 / of this policy")
    listing.add_argument("--state", default="", help="只要这种状态，像 running / in this state")
    add_json(listing)
    listing.set_defaults(run=list_awards)
    show = acts.add_parser("show", help="一笔补贴的每个月和收回 / one, its months and recoveries")
    show.add_argument("grant", type=int, help="编号 / its id")
    add_json(show)
    show.set_defaults(run=show_award)


def list_awards(arguments: argparse.Namespace) -> int:
    """Print the newest awards, one a line."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.grants import overview

    rows = overview.listed(arguments.policy, arguments.state)
    for one in () if arguments.json else rows:
        print(
            f"{one.grant:>6}  {one.policy:<22} {one.state:<8} {one.claimed_on}  "
            f"{one.months_paid} 个月 {format_yuan(one.paid_fen)} 元 / months, yuan paid"
        )
    if not rows and not arguments.json:
        print("没有 / none")
    print_json(arguments, {"grants": [dataclasses.asdict(one) for one in rows]})
    return 0


def show_award(arguments: argparse.Namespace) -> int:
    """Print one award: each month with the digest of its sheet, and what is asked back."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.grants import overview

    found = overview.whole(arguments.grant)
    one = found.figures
    if not arguments.json:
        print(
            f"{one.grant}  {one.policy}  {one.state}\n"
            f"{one.claimed_on} 申请，从 {one.from_month:%Y-%m} 起，{found.people} 人经手 / "
            f"claimed, from, {found.people} people dealt with it"
        )
        for month in found.months:
            print(
                f"  {month.month:%Y-%m}  {format_yuan(month.amount_fen):>12}  {month.state:<9} {month.sheet}"
            )
        for back in found.recoveries:
            print(
                f"  收回 {back.recovery}：{back.ground} {format_yuan(back.due_fen)} 元，{back.state} / "
                f"asked back"
            )
    print_json(arguments, dataclasses.asdict(found))
    return 0
