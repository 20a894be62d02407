"""`minsheng bench`: figures we claim, each beside the peer it is compared with."""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from minsheng.cli.printing import add_json, print_json
from minsheng.lib.errors import NotFound, WrongInput

WORDS = "测量，旁边放着对照 / measure, with the peer beside it"

COUNTS = {"cases": 40, "search": 100_000, "appeals": 1_000_000, "measurement": 1_000_000,
          "policies": 1_000_000, "night": 100_000, "policy_flips": 1_000, "policy_interview": 1_000}  # fmt: skip


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("bench", help=WORDS, description=WORDS)
    parser.add_argument("what", choices=list(COUNTS), help="测什么 / what is measured")
    parser.add_argument(
        "--count",
        type=int,
        default=0,
        metavar="N",
        help="多少件、多少条 / how many cases, or texts",
    )
    parser.add_argument(
        "--workers",
        default="1,8",
        metavar="N,N",
        help="几个进程同时办 / how many processes at once",
    )
    parser.add_argument(
        "--stored",
        type=int,
        default=0,
        metavar="N",
        help="先存这么多件，再测一遍 / measure again beside so many stored cases (PostgreSQL)",
    )
    parser.add_argument(
        "--no-peer",
        action="store_true",
        help="不比别的软件 / without the peer, such as SpiffWorkflow",
    )
    parser.add_argument(
        "--part",
        default="",
        metavar="NAME",
        help="measurement：只测这一部分 / only this part, such as calibration",
    )
    parser.add_argument(
        "--postgres",
        default="",
        metavar="URL",
        help="在这个 PostgreSQL 上新建一个库来测 / in a new database on this server",
    )
    parser.add_argument(
        "--storm",
        type=float,
        default=0.0,
        metavar="N",
        help="appeals：每秒新来 N 件诉求，走 HTTP / so many new requests a second, over HTTP",
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=60.0,
        metavar="N",
        help="--storm 来多久 / how long the storm lasts",
    )
    parser.add_argument(
        "--streamed",
        type=int,
        default=0,
        metavar="N",
        help="policies：再分批算 N 个人 / also judge so many people, part by part",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure in an installation of its own, which is gone afterwards."""
    root = repository(arguments.what)
    from minsheng.cli.temporary import installation

    sys.path.insert(0, str(root))
    if arguments.what == "cases" and not arguments.no_peer:
        importlib.import_module("benchmarks.spiff").require()  # said before anything is made
    configured = os.environ.get("MINSHENG_DATABASE", "")
    postgres = arguments.postgres or (configured if configured.startswith("postgres") else "")
    if arguments.what == "measurement":  # pure kernels: no installation
        measuring = importlib.import_module("benchmarks.measurement")
        count = arguments.count or COUNTS[arguments.what]
        return printed(
            arguments,
            measuring.measure(
                count=count, peer=not arguments.no_peer, only=arguments.part, say=say
            ),
        )
    if arguments.what == "policies":
        measuring = importlib.import_module("benchmarks.policies")
        count = arguments.count or COUNTS[arguments.what]
        return printed(
            arguments,
            measuring.measure(
                count=count, peer=not arguments.no_peer, streamed=arguments.streamed, say=say
            ),
        )
    if arguments.what.startswith("policy_"):
        measuring = importlib.import_module(f"benchmarks.{arguments.what}")
        found = measuring.compare(arguments.count or COUNTS[arguments.what])
        return printed(arguments, dataclasses.asdict(found))
    if arguments.storm:
        return printed(arguments, storm(arguments, postgres))
    with installation(postgres=postgres) as environment:
        os.environ.update(environment)
        os.environ["MINSHENG_PACKS"] = os.pathsep.join(
            str(folder) for folder in (root / "packs", root / "benchmarks/packs")
        )
        from minsheng.cli.starting import start_django

        start_django()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0, interactive=False)
        measuring = importlib.import_module(f"benchmarks.{arguments.what}")
        try:
            result = measuring.measure(
                count=arguments.count or COUNTS[arguments.what], **asked(arguments)
            )
        finally:
            connections.close_all()
    return printed(arguments, result)


def storm(arguments: argparse.Namespace, postgres: str) -> Mapping[str, Any]:
    """Return the figures of a storm on a whole installation in processes of its own."""
    if arguments.what != "appeals" or arguments.storm < 0 or arguments.seconds <= 0:
        raise WrongInput(
            "bench_storm",
            "--storm 只用于 appeals；每秒几件、来几秒，都要大于 0。",
            "--storm belongs to appeals; rate and seconds are above 0.",
        )
    from minsheng.cli.stack import Stack

    say("loading the demonstration district, starting its processes")
    with Stack(households=60, postgres=postgres) as stack:
        os.environ.update(stack.environment)
        from minsheng.cli.starting import start_django

        start_django()
        from django.db import connections

        measuring = importlib.import_module("benchmarks.storm")
        try:
            found: Mapping[str, Any] = measuring.measure(
                stack, rate=arguments.storm, seconds=arguments.seconds, say=say
            )
            return found
        finally:
            connections.close_all()


def printed(arguments: argparse.Namespace, result: Mapping[str, Any]) -> int:
    """Print every figure on a line, and as JSON where that was asked for."""
    for name, value in flat(result):
        print(f"{name:<56} {value}")
    print_json(arguments, result)
    return 0


def asked(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what one measurement is asked for and the others aren't."""
    if arguments.what == "appeals":
        return {"say": say}
    if arguments.what != "cases":
        return {}
    return {
        "workers": numbers(arguments.workers),
        "kept": arguments.stored,
        "peer": not arguments.no_peer,
        "say": say,
    }


def say(line: str) -> None:
    """Tell how far a long measurement is, apart from its figures."""
    print(line, file=sys.stderr, flush=True)


def numbers(text: str) -> tuple[int, ...]:
    """Return the numbers of workers asked for. Raises WrongInput for anything else."""
    parts = text.split(",")
    if not all(part.isascii() and part.isdigit() and 0 < int(part) <= 64 for part in parts):
        raise WrongInput(
            "bench_workers",
            "--workers 写 1 到 64 的数，用逗号分开，比如 1,8。",
            "--workers takes numbers from 1 to 64 with commas between, such as 1,8.",
        )
    return tuple(int(part) for part in parts)


def flat(result: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every figure with the path that leads to it."""
    for name, value in result.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def repository(name: str) -> Path:
    """Return the folder that holds `benchmarks/<name>.py`: the repository this command runs from.

    Raises NotFound where only the product is installed.
    """
    root = Path(__file__).resolve().parents[3]
    if not (root / "benchmarks" / f"{name}.py").is_file():
        raise NotFound(
            "no_benchmarks",
            "这里没有 benchmarks 文件夹：测量的代码在源码仓库里，请在那里运行。",
            "There is no folder benchmarks here: it belongs to the repository. Run it there.",
        )
    return root
