"""`minsheng journey`: walk a whole story over HTTP against freshly started processes."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from typing import Any

from minsheng.cli.printing import add_json, print_json

STORIES = {
    "assessment": "AssessmentStory",
    "courtyard": "CourtyardStory",
    "entitlement": "EntitlementStory",
    "firm": "FirmStory",
    "lesson": "LessonStory",
    "points": "PointsStory",
    "repair": "RepairStory",
    "whistle": "WhistleStory",
    "visits": "VisitsStory",
}
"""Stories that no service pack tells: a class of `minsheng.cli.journeys.<name>`."""
BY_API = {"entitlement": "EntitlementByApi"}
"""Stories that can be walked over the API alone: a class of `minsheng.cli.journeys.<name>_api`."""
WORDS = "从头走一遍 / walk a whole story against a fresh installation"


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("journey", help=WORDS, description=WORDS)
    parser.add_argument("service", help="哪一件事，例如 newborn / which service, such as newborn")
    parser.add_argument(
        "--story", default="", metavar="NAME",
        help="走 journey-NAME.yaml 写的那一种 / the way that journey-NAME.yaml tells",
    )  # fmt: skip
    parser.add_argument(
        "--by", choices=("pages", "api"), default="pages",
        help="按网页走，还是只用接口（entitlement）/ by pages, or over the API alone (entitlement)",
    )  # fmt: skip
    parser.add_argument(
        "--postgres",
        default="",
        metavar="URL",
        help="在这个 PostgreSQL 上新建一个库来走 / in a new database on this server",
    )
    parser.add_argument(
        "--households", type=int, default=60, metavar="N", help="演示区多少户 / how many households"
    )
    parser.add_argument(
        "--fault",
        nargs=2,
        action="append",
        default=[],
        metavar=("REGISTER", "MODE"),
        help="先让登记库 failing、slow 或 wrong / set the fault switch of a register first",
    )
    parser.add_argument(
        "--kill", type=int, default=0, metavar="N",
        help="随机杀掉网站和后台 N 次 / kill web server and worker at random, N times",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="哪一种随机 / which chance"
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Walk the story; status 1 when anything it claims doesn't hold."""
    if arguments.by == "api" and arguments.service not in BY_API:
        words = f"“{arguments.service}”只能按网页走 / {arguments.service!r} is walked by pages only"
        print(words, file=sys.stderr)
        return 2
    os.environ["MINSHENG_MODE"] = "demo"  # a journey walks an installation of its own
    from minsheng.cli.starting import start_django

    start_django()  # the packs say which services there are
    from minsheng.apps.cases import catalogue
    from minsheng.cli.demo.loading import today
    from minsheng.cli.demo.scripts import FILE, script_of
    from minsheng.cli.journeys.walk import Walk
    from minsheng.cli.stack import Stack

    if arguments.service in STORIES:
        return run_story(arguments)
    services = catalogue.packs().services
    loaded = services.get(arguments.service)
    script = script_of(loaded, arguments.story) if loaded else None
    if loaded is None or script is None:
        known = "、".join(slug for slug, one in services.items() if script_of(one))
        print(
            f"走不了“{arguments.service}”：服务包里要有 {FILE}。能走的：{known} / "
            f"can't walk {arguments.service!r}: its pack needs {FILE}",
            file=sys.stderr,
        )
        return 2
    began = time.monotonic()

    def say(words: str) -> None:
        print(f"{time.monotonic() - began:6.1f}  {words}", flush=True)

    say("新开一套：登记库、网站、后台 / starting registers, web server and worker")
    with Stack(households=arguments.households, postgres=arguments.postgres) as stack:
        for register, mode in arguments.fault:
            stack.switch(register, mode)
            say(f"{register}: {mode}")
        say(f"在 / at {stack.base_url}")
        walk = Walk(
            stack, loaded.spec, script, today(), say, kill=arguments.kill, seed=arguments.seed
        )
        told = walk.run()
    ok = told.closed and told.audit_ok and not told.wrong
    say("走通了 / the story holds" if ok else f"有 {len(told.wrong)} 处不对 / things are wrong")
    print_json(arguments, told.result)
    return 0 if ok else 1


def run_story(arguments: argparse.Namespace) -> int:
    """Walk a story of its own module; status 1 when anything it claims doesn't hold."""
    from minsheng.cli.demo.loading import today
    from minsheng.cli.stack import Stack

    name = arguments.service
    module, kind = (f"{name}_api", BY_API[name]) if arguments.by == "api" else (name, STORIES[name])
    story = getattr(importlib.import_module(f"minsheng.cli.journeys.{module}"), kind)
    began = time.monotonic()

    def say(words: str) -> None:
        print(f"{time.monotonic() - began:6.1f}  {words}", flush=True)

    say("新开一套 / starting an installation")
    with Stack(households=arguments.households, postgres=arguments.postgres) as stack:
        told = story(stack, today(), say).run()
    say(
        "走通了 / the story holds" if told.ok else f"有 {len(told.wrong)} 处不对 / things are wrong"
    )
    print_json(arguments, told.result)
    return 0 if told.ok else 1
