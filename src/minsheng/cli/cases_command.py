"""`minsheng cases export`: the event log of all cases, for tools that look into processes.

Pseudonymous: nothing personal, no case number, posts instead of people.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from minsheng.cli.printing import add_json, group, print_json

WORDS = "所有案卷 / all cases: export"


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
