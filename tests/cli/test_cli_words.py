"""What the command `minsheng` takes, and what it says to whom asks wrongly."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from tests.cli.cli_caller import call, run

from minsheng.cli.main import COMMANDS, parser


def test_help_names_every_command_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    answer = call(capsys, "--help")
    assert answer.status == 0
    for command in COMMANDS:
        said = re.search(rf"^ {{4}}{command}\s+(.+)$", answer.out, re.MULTILINE)
        assert said, command
        assert re.search(r"[一-鿿].* / \w", said[1]), said[1]


def test_help_loads_neither_django_nor_the_network() -> None:
    script = (
        "import sys; from minsheng.cli.main import parser; parser().format_help();"
        "print([name for name in ('django', 'httpx', 'yaml', 'cryptography') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("words", [(), ("nonsense",), ("pack",), ("audit", "nonsense"), ("case",)])
def test_asking_wrongly_is_status_two_and_says_where_to_look(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    answer = call(capsys, *words)
    assert answer.status == 2
    assert "看 minsheng" in answer.err
    assert "--help" in answer.err
    assert answer.out == ""


def test_every_command_that_promises_json_has_the_option() -> None:
    promised = ("demo", "journey newborn", "pack check", "pack list", "pack show newborn",
                "audit verify", "audit seal", "audit history x:1", "case 2026-000001",
                "bench cases", "screenshots out")  # fmt: skip
    for words in promised:
        assert parser().parse_args([*words.split(), "--json"]).json is True, words


def test_a_missing_setting_gets_a_sentence_and_not_a_traceback(tmp_path: object) -> None:
    answer = run(
        "worker",
        "--once",
        environment={"MINSHENG_MODE": "production", "MINSHENG_VAR": str(tmp_path)},
    )
    assert answer.status == 2
    assert "MINSHENG_SECRET" in answer.err
    assert "python3 start.py" in answer.err
    assert "MINSHENG_MODE=demo" in answer.err
    assert "Traceback" not in answer.err


def test_a_mode_there_is_not_gets_a_sentence(tmp_path: object) -> None:
    answer = run("demo", environment={"MINSHENG_MODE": "dmeo", "MINSHENG_VAR": str(tmp_path)})
    assert answer.status == 2
    assert "'dmeo'" in answer.err
    assert "Traceback" not in answer.err
