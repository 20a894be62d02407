"""Calls the command as a person does: words in, printed lines and exit status out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from minsheng.cli.main import main

ASKED = ("MINSHENG_", "DJANGO_SETTINGS_MODULE")
BLANK = "MINSHENG_BLANK_"
"""No setting: where an installation that is made for a while finds its tables made already."""


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The last line of standard output, which must be one JSON object."""
        read = json.loads(self.out.splitlines()[-1])
        assert isinstance(read, dict)
        return read


def call(capsys: pytest.CaptureFixture[str], *words: str) -> Answer:
    """Run a command in this process."""
    capsys.readouterr()
    try:
        status = main(list(words))
    except SystemExit as left:
        status = int(left.code or 0)
    printed = capsys.readouterr()
    return Answer(status, printed.out, printed.err)


def run(*words: str, environment: Mapping[str, str]) -> Answer:
    """Run a command as a process of its own, with no setting but those given."""
    return run_python("-m", "minsheng", *words, environment=environment)


def run_python(*words: str, environment: Mapping[str, str]) -> Answer:
    """Run Python as a process of its own, with no setting of ours but those given."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if name.startswith(BLANK) or not name.startswith(ASKED)
    }
    done = subprocess.run(
        [sys.executable, *words],
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=900,
    )
    return Answer(done.returncode, done.stdout, done.stderr)
