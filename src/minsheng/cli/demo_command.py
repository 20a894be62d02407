"""`minsheng demo`: load the demonstration district."""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

HOUSEHOLDS = 2000
CASES = 8
HISTORY = 200


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("demo", help="装入演示区 / load the demonstration district")
    parser.add_argument(
        "--households", type=int, default=HOUSEHOLDS, metavar="N", help="多少户 / how many"
    )
    parser.add_argument(
        "--cases", type=int, default=CASES, metavar="N", help="在办的案卷 / cases under way"
    )
    parser.add_argument(
        "--history", type=int, default=HISTORY, metavar="N", help="过去半年的案卷 / past cases"
    )
    parser.add_argument(
        "--if-empty", action="store_true", help="已有就不动 / only into an empty database"
    )
    parser.add_argument("--json", action="store_true", help="最后一行是 JSON / last line is JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Migrate, then load; with --if-empty leave at once where both are done."""
    from django.conf import settings

    from minsheng.cli.demo import marker

    if not settings.DEMO:
        print("正式环境不能装入演示数据。/ Demonstration data can't be loaded in production.")
        return 2
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    database = settings.DATABASES["default"]
    if arguments.if_empty and marker.is_loaded(settings.MINSHENG_VAR, database):
        return _print({"loaded": False}, arguments)
    return _load(arguments)


def _load(arguments: argparse.Namespace) -> int:
    from django.conf import settings
    from django.core.management import call_command

    from minsheng.cli.demo import marker
    from minsheng.cli.starting import start_django

    start_django()
    call_command("migrate", verbosity=0, interactive=False)
    from minsheng.cli.demo import loading

    database = settings.DATABASES["default"]
    if not loading.is_empty():
        marker.mark_loaded(settings.MINSHENG_VAR, database)
        if not arguments.if_empty:
            print("已经有演示数据了，没有动。/ There is demonstration data already; left alone.")
        return _print({"loaded": False}, arguments) or int(not arguments.if_empty)
    started = time.monotonic()
    print(
        f"装入演示区，{arguments.households} 户 / loading the demonstration district …", flush=True
    )
    loaded = loading.load(
        household_count=arguments.households,
        on=loading.today(),
        cases=arguments.cases,
        history=arguments.history,
    )
    marker.mark_loaded(settings.MINSHENG_VAR, database)
    seconds = round(time.monotonic() - started, 1)
    print(
        f"{loaded['persons']} 人，{loaded['births']} 个新生儿，{loaded['cases']} 个案卷在办，"
        f"半年来的案卷 {loaded['history']} 个，"
        f"{seconds} 秒 / loaded"
    )
    return _print({"loaded": True, **loaded, "seconds": seconds}, arguments)


def _print(result: dict[str, Any], arguments: argparse.Namespace) -> int:
    if arguments.json:
        print(json.dumps(result, ensure_ascii=False))
    return 0
