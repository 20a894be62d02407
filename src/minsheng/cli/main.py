"""The command `minsheng`: whatever an operator or analyst does often.

With `--json` the last line of standard output is one JSON object; the exit status says whether it
went well: 0 yes, 1 no, 2 asked wrongly or not to be done here.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from minsheng.lib.errors import MinshengError

COMMANDS = (
    "demo",
    "serve",
    "worker",
    "registers",
    "pack",
    "policy",
    "grade",
    "score",
    "voucher",
    "talent",
    "grants",
    "payouts",
    "subject",
    "case",
    "cases",
    "request",
    "school",
    "audit",
    "accounts",
    "offices",
    "clubs",
    "webhooks",
    "journey",
    "measure",
    "learn",
    "bench",
    "screenshots",
    "django",
)
DESCRIPTION = "民生：一个区的办事平台。/ Minsheng: the public services of one district."
EPILOG = """\
每个命令后面加 --help 看用法；能加 --json 的，最后一行是一个 JSON。
Add --help to a command for its use; where --json is taken, the last line is one JSON object.

先试试 / to begin with:   minsheng demo   minsheng serve --all   minsheng journey newborn
"""


class _Parser(argparse.ArgumentParser):
    """Says in both languages what was asked wrongly."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: 这样用不了，看 {self.prog} --help / {message}\n")


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minsheng.config.settings")
    arguments = parser().parse_args(words)
    try:
        return int(arguments.run(arguments) or 0)
    except MinshengError as error:
        print(f"{error.zh}\n{error.en}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; quick, for nothing of Django is loaded."""
    whole = _Parser(
        prog="minsheng",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = whole.add_subparsers(
        dest="command", required=True, metavar="命令/command", parser_class=_Parser
    )
    for name in COMMANDS:
        importlib.import_module(f"minsheng.cli.{name}_command").add(commands)
    return whole
