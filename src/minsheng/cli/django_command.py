"""`minsheng django …`: Django's own commands (migrate, makemigrations, shell)."""

from __future__ import annotations

import argparse
from typing import Any


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("django", help="Django 自带的命令 / Django's own commands")
    parser.add_argument("words", nargs=argparse.REMAINDER)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Hand the words on."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["minsheng django", *arguments.words])
    return 0
