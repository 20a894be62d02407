"""`minsheng accounts`: whether all accounts add up; what is due by the calendar."""

from __future__ import annotations

import argparse
from typing import Any

from minsheng.cli.printing import add_json, group, print_json


def add(commands: Any) -> None:
    """Add the command."""
    acts = group(commands, "accounts", "账户 / accounts: verify, due")
    verify = acts.add_parser("verify", help="每一笔都平吗 / whether everything adds up")
    verify.set_defaults(run=run_verify)
    due = acts.add_parser(
        "due", help="到期的现在就办 / do now what is due: post, lapse, base, expire"
    )
    due.set_defaults(run=run_due)
    for parser in (verify, due):
        add_json(parser)


def run_verify(arguments: argparse.Namespace) -> int:
    """Print the balances of each unit by role, and whatever doesn't follow from the entries."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.accounts import reads

    report = reads.verify()
    units = {unit: dict(reads.totals(unit)) for unit in reads.units()}
    for unit, roles in units.items():
        print(f"{unit}: " + "  ".join(f"{role} {sum_}" for role, sum_ in roles.items()))
    for problem in report.wrong:
        print(problem)
    print(
        f"{'平' if report.is_whole else '不平'}：{report.accounts} 个账户，{report.postings} 笔，"
        f"合计 {report.total} / {'whole' if report.is_whole else 'NOT whole'}: {report.accounts} "
        f"accounts, {report.postings} postings, sum {report.total}"
    )
    print_json(
        arguments,
        {
            "ok": report.is_whole,
            "accounts": report.accounts,
            "postings": report.postings,
            "lines": report.lines,
            "sum": report.total,
            "units": units,
            "wrong": list(report.wrong),
        },
    )
    return 0 if report.is_whole else 1


def run_due(arguments: argparse.Namespace) -> int:
    """Do what the worker does by the calendar, and print how much that was."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.points import actions

    done = {
        "posted": actions.post_due(),
        "lapsed": actions.lapse_due(),
        "base": actions.give_base(),
        "expired": actions.expire_due(),
    }
    print("  ".join(f"{name} {count}" for name, count in done.items()))
    print_json(arguments, done)
    return 0
