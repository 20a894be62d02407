"""The command `minsheng`: whatever an operator or analyst does often.

With `--json` the last line of standard output is one JSON object; the exit status says whether it
went well.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from minsheng.lib.errors import MinshengError

COMMANDS = (
    "demo",
    "serve",
    "worker",
    "registers",
    "journey",
    "pack",
    "audit",
    "case",
    "bench",
    "screenshots",
    "django",
)


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minsheng.config.settings")
    parser = argparse.ArgumentParser(
        prog="minsheng", description="民生：办事平台的命令。/ The commands of Minsheng."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令 command")
    for name in COMMANDS:
        importlib.import_module(f"minsheng.cli.{name}_command").add(commands)
    arguments = parser.parse_args(words)
    try:
        return int(arguments.run(arguments) or 0)
    except MinshengError as error:
        print(f"{error.zh}\n{error.en}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def start_django() -> None:
    """Set Django up; commands that need tables call it first."""
    import django

    django.setup()
