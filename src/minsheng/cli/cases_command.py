"""`minsheng cases`: the event log of all cases, and what would be with fewer officers or more work.

Pseudonymous: nothing personal, no case number, posts instead of people.
"""

from __future__ import annotations

import argparse
import dataclasses
from datetime import date
from pathlib import Path
from typing import Any

from minsheng.cli.printing import add_json, group, print_json

WORDS = "所有案卷 / all cases: export, what-if"


def add(commands: Any) -> None:
    """Add the command."""
    acts = group(commands, "cases", WORDS)
    export = acts.add_parser("export", help="事件日志，XES 格式 / the event log, as XES")
    export.add_argument(
        "--xes", type=Path, required=True, metavar="FILE", help="写到哪个文件 / into which file"
    )
    export.add_argument(
        "--service", default="", metavar="SLUG", help="只要这一件事 / of this service alone"
    )
    export.add_argument(
        "--since", type=date.fromisoformat, default=None, metavar="2026-01-01",
        help="从这天起提交的 / submitted from this day on",
    )  # fmt: skip
    add_json(export)
    export.set_defaults(run=run)
    what_if = acts.add_parser(
        "what-if", help="少一个人、多三成件会怎样 / one officer less, more demand"
    )
    what_if.add_argument(
        "--officers", type=int, default=-1, choices=range(-3, 4), metavar="N",
        help="每个岗位多（少）几个人，默认 -1 / officers more at each post (-1)",
    )  # fmt: skip
    what_if.add_argument(
        "--demand", type=int, default=100, choices=range(10, 501), metavar="PERCENT",
        help="件数是现在的百分之几，默认 100 / demand in per cent of today's (100)",
    )  # fmt: skip
    what_if.add_argument("--post", default="", help="只看一个岗位 / one post alone")
    add_json(what_if)
    what_if.set_defaults(run=simulate)


def run(arguments: argparse.Namespace) -> int:
    """Write the log and say how much is in it."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.cases.reads import event_log
    from minsheng.engines.casework.xes import xes

    counted = {"cases": 0, "events": 0}

    def seen() -> Any:
        for case in event_log(arguments.service, since=arguments.since):
            counted["cases"] += 1
            counted["events"] += len(case.events)
            yield case

    with arguments.xes.open("w", encoding="utf-8") as file:
        file.writelines(xes(seen()))
    print(
        f"{counted['cases']} 个案卷，{counted['events']} 条事件，写在 {arguments.xes} / "
        f"{counted['cases']} cases, {counted['events']} events"
    )
    print_json(arguments, {**counted, "file": str(arguments.xes)})
    return 0


def simulate(arguments: argparse.Namespace) -> int:
    """Print each post as it is and as it would be, in working days."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.cases import reads

    scenario = reads.Scenario(officers=arguments.officers, demand_percent=arguments.demand)
    found = reads.waiting(scenario, post=arguments.post)
    for one in found:
        now = f"{one.now.stay.mean:.1f}"
        if not one.fits:
            then = f"对不上账本的 {one.observed_stay:.1f} / doesn't fit the ledger"
        elif one.then is None:
            then = "没有人了 / nobody left"
        else:
            then = f"{one.then.stay.mean:.1f} ({one.then.stay.low:.1f}–{one.then.stay.high:.1f})"
            then += "" if one.then.is_stable else " 越积越多 / grows without end"
        print(f"{one.post:<24} {one.officers}→{one.officers_then}  {now} → {then}")
    if not found:
        print("没有哪个岗位的件够多 / no post has enough items to say anything")
    print(f"{reads.MODEL.zh}。\n{reads.MODEL.to('en')}.")
    posts = [{**dataclasses.asdict(one), "fits": one.fits} for one in found]
    print_json(arguments, {**dataclasses.asdict(scenario), "posts": posts})
    return 0
