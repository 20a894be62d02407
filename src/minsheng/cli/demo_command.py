"""`minsheng demo`: load the demonstration district."""

from __future__ import annotations

import argparse
import json
import time
from typing import Any


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("demo", help="装入演示区 / load the demonstration district")
    parser.add_argument("--households", type=int, default=2000)
    parser.add_argument("--if-empty", action="store_true", help="已有就不动 / only when empty")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Migrate, then load."""
    from django.conf import settings
    from django.core.management import call_command

    from minsheng.cli.main import start_django

    if not settings.DEMO:
        print("生产模式里不能装入演示数据。/ Demonstration data can't be loaded in production.")
        return 2
    start_django()
    call_command("migrate", verbosity=0, interactive=False)
    from minsheng.cli.demo import loading

    if not loading.is_empty():
        if not arguments.if_empty:
            print("已经有演示数据了，没有动。/ There is demonstration data already; left alone.")
            return 1
        return 0
    started = time.monotonic()
    print(
        f"装入演示区，{arguments.households} 户 / loading the demonstration district …", flush=True
    )
    loaded = loading.load(household_count=arguments.households, on=loading.today())
    seconds = round(time.monotonic() - started, 1)
    print(f"{loaded['persons']} 人，{loaded['births']} 个新生儿，{seconds} 秒 / loaded")
    if arguments.json:
        print(json.dumps({**loaded, "seconds": seconds}))
    return 0
