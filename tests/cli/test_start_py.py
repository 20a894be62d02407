"""`start.py`: thin, from the standard library alone, quick when there is nothing to do."""

from __future__ import annotations

import ast
import importlib.util
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
Capture = pytest.CaptureFixture[str]


class Ran(NamedTuple):
    """Words of a process that start.py would have started."""

    words: list[str]
    options: dict[str, Any]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with start.py and the lock files, and nothing set up."""
    for name in ("start.py", "requirements.lock", "requirements-test.lock", "requirements-uv.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "src").mkdir()
    return tmp_path


@pytest.fixture
def start(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """start.py of that checkout, which starts no process: they are kept in `ran`."""
    for name in ("MINSHENG_VAR", "MINSHENG_MODE", "MINSHENG_NO_UV"):
        monkeypatch.delenv(name, raising=False)
    spec = importlib.util.spec_from_file_location("start_under_test", checkout / "start.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ran = []  # type: ignore[attr-defined]

    def keep(words: list[str], **options: Any) -> object:
        module.ran.append(Ran(words, options))  # type: ignore[attr-defined]
        if "purelib" in str(words):
            return module.subprocess.CompletedProcess(words, 0, stdout=str(checkout))
        return module.subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(module.subprocess, "run", keep)
    monkeypatch.setattr(module, "_make_venv", lambda: module.BIN.mkdir(parents=True))
    return module


def test_it_needs_the_standard_library_alone_and_stays_short() -> None:
    text = (ROOT / "start.py").read_text(encoding="utf-8")
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
        if name is not None
    }
    assert imported <= sys.stdlib_module_names
    assert len(text.splitlines()) <= 220


def test_the_locks_name_versions_and_hashes_and_no_place() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        lines = [
            line.strip() for line in lock.read_text(encoding="utf-8").splitlines() if line.strip()
        ]
        assert not [line for line in lines if "://" in line or " @ " in line], lock
        needed = [line for line in lines if not line.startswith(("#", "--hash"))]
        assert needed
        assert all("==" in line for line in needed), lock
        assert sum(line.startswith("--hash=sha256:") for line in lines) >= len(needed), lock


def test_it_sets_up_once_and_then_starts_nothing(start: ModuleType) -> None:
    assert start.main(["setup"]) == 0
    installs = [one for one in start.ran if "--require-hashes" in one.words]
    assert installs[-1].words[-1].endswith("requirements.lock")
    start.ran.clear()
    start.PYTHON.touch()
    assert start.main(["setup"]) == 0
    assert start.ran == []


def test_a_changed_lock_is_installed_anew(start: ModuleType, checkout: Path) -> None:
    start.main(["setup"])
    start.PYTHON.touch()
    start.ran.clear()
    with (checkout / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    start.main(["setup"])
    assert any("--require-hashes" in one.words for one in start.ran)


def test_without_uv_it_installs_with_pip(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINSHENG_NO_UV", "1")
    start.main(["setup"])
    (install,) = [one for one in start.ran if "--require-hashes" in one.words]
    assert install.words[1:3] == ["-m", "pip"]


def test_where_uv_cannot_be_had_it_falls_back_to_pip(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: Callable[..., Any] = start.subprocess.run

    def refuse_uv(words: list[str], **options: Any) -> Any:
        done = kept(words, **options)
        if str(words[-1]).endswith("requirements-uv.lock"):
            done.returncode = 1
        return done

    monkeypatch.setattr(start.subprocess, "run", refuse_uv)
    monkeypatch.setattr(start.shutil, "which", lambda name: None)
    assert start.main(["setup"]) == 0
    assert start.ran[-2].words[1:3] == ["-m", "pip"]


def test_without_network_it_names_the_one_command_that_mends_it(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(
        start.subprocess, "run", lambda words, **_: start.subprocess.CompletedProcess(words, 1)
    )
    assert start.main(["setup"]) == 2
    said = capsys.readouterr().err
    assert "网络" in said
    assert "network" in said
    assert "python3 start.py" in said


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_without_venv_it_names_the_one_command_that_mends_it(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, module: str
) -> None:
    spec = importlib.util.spec_from_file_location("start_without", checkout / "start.py")
    assert spec is not None
    assert spec.loader is not None
    bare = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bare)
    monkeypatch.setitem(sys.modules, module, None)
    assert bare.main(["setup"]) == 2
    said = capsys.readouterr().err
    assert "sudo apt install python3-venv" in said
    assert not (checkout / ".venv/bin").exists()


def test_an_old_python_is_told_so(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(start.sys, "version_info", (3, 10, 4))
    assert start.main([]) == 2
    assert "3.11" in capsys.readouterr().out
    assert start.ran == []


def test_no_word_sets_up_loads_what_is_missing_and_serves_all(
    start: ModuleType, checkout: Path
) -> None:
    assert start.main(["serve", "--port", "8710"]) == 0
    assert start.ran[-2].words[-2:] == ["demo", "--if-empty"]
    assert start.ran[-1].words[-4:] == ["serve", "--all", "--port", "8710"]
    assert (checkout / "var/mode").read_text(encoding="utf-8") == "demo\n"


def test_production_is_served_without_a_demonstration(
    start: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINSHENG_MODE", "production")
    assert start.main(["serve"]) == 0
    assert not [one for one in start.ran if "demo" in one.words]
    assert not (checkout / "var/mode").exists()


def test_a_word_there_is_not_shows_those_there_are(start: ModuleType, capsys: Capture) -> None:
    assert start.main(["sevre"]) == 2
    assert "python3 start.py test" in capsys.readouterr().out
