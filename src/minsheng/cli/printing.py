"""What commands print: words for a person, and one JSON object as the last line where asked."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the option `--json`."""
    parser.add_argument("--json", action="store_true", help="最后一行是 JSON / last line is JSON")


def print_json(arguments: argparse.Namespace, result: Mapping[str, Any]) -> None:
    """Print `result` on one line where `--json` was given; the caller prints nothing after it."""
    if arguments.json:
        print(json.dumps(dict(result), ensure_ascii=False, default=str), flush=True)


def group(commands: Any, name: str, words: str) -> Any:
    """Return the place to which the sub-commands of a command are added."""
    parser = commands.add_parser(name, help=words, description=words)
    return parser.add_subparsers(dest="act", required=True, metavar="做什么/act")
