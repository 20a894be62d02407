#!/usr/bin/env python3
"""Sets Minsheng up and starts it, with nothing but Python 3.11 or newer.

    python3 start.py            set up, load the demonstration district, serve
    python3 start.py setup      set up only
    python3 start.py serve      serve what is set up (the same as no word)
    python3 start.py test       lint, types, contracts, packs, tests   [--long] [pytest arguments]

Standard library only. Everything else is in `minsheng` itself.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
VAR = Path(os.environ.get("MINSHENG_VAR", HERE / "var"))


class Halt(Exception):
    """Setting up can't go on; the message says which one command mends it."""


def main(words: list[str]) -> int:
    """Run the word given and return the exit status."""
    if sys.version_info < (3, 11):
        version = ".".join(map(str, sys.version_info[:2]))
        print(
            f"需要 Python 3.11 或更新的版本，这里是 {version}。/ "
            f"Python 3.11 or newer is needed; this is {version}."
        )
        return 2
    # Compiling a thousand modules anew at every start would cost seconds each time.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    word, rest = (words[0], words[1:]) if words else ("serve", [])
    try:
        if word == "setup":
            setup("requirements.lock")
            return 0
        if word == "serve":
            setup("requirements.lock")
            return serve(rest)
        if word == "test":
            setup("requirements-test.lock")
            return test(rest)
    except Halt as halt:
        print(halt, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    print(__doc__)
    return 0 if word in {"help", "-h", "--help"} else 2


# ── set up ──────────────────────────────────────────────────────────────────────────────────────


def setup(lock: str) -> None:
    """Make the environment hold exactly what `lock` names; quick when it does already."""
    wanted = _stamp(lock)
    stamps = VENV / "minsheng-locks"
    if stamps.exists() and wanted in stamps.read_text(encoding="utf-8").splitlines():
        return
    started = time.monotonic()
    if not PYTHON.exists():
        print("建立环境 / making the environment …", flush=True)
        _make_venv()
    print(f"安装依赖 / installing what {lock} names …", flush=True)
    _install(HERE / lock)
    _link_source()
    known = stamps.read_text(encoding="utf-8") if stamps.exists() else ""
    if lock == "requirements-test.lock":  # a superset of the other
        known += _stamp("requirements.lock") + "\n"
    stamps.write_text(known + wanted + "\n", encoding="utf-8")
    print(f"好了，用时 {time.monotonic() - started:.0f} 秒 / done", flush=True)


def _stamp(lock: str) -> str:
    text = (HERE / lock).read_bytes() + sys.version.encode() + str(HERE).encode()
    return f"{lock} {hashlib.sha256(text).hexdigest()}"


def _make_venv() -> None:
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError as error:
        raise Halt(
            "这个 Python 没有 venv。装上再来：sudo apt install python3-venv\n"
            "This Python has no venv. Mend it with: sudo apt install python3-venv"
        ) from error
    venv.create(VENV, with_pip=True, clear=False)


def _install(lock: Path) -> None:
    """Install by hash, with uv where it can be had, else with pip."""
    installer = _uv() or [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install"]
    if subprocess.run([*installer, "-q", "--require-hashes", "-r", str(lock)]).returncode:
        raise Halt(
            "有的依赖没装上，多半是没有网络。接上网络后再运行：python3 start.py\n"
            "Some packages could not be installed, most likely for want of a network.\n"
            "Connect, then run again: python3 start.py"
        )


def _uv() -> list[str] | None:
    """Return the words that install with uv, or None where there is none to be had."""
    if os.environ.get("MINSHENG_NO_UV"):
        return None
    found = shutil.which("uv")
    if found is None:
        pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
        lock = ["--require-hashes", "-r", str(HERE / "requirements-uv.lock")]
        if subprocess.run([*pip, *lock], stderr=subprocess.DEVNULL).returncode:
            return None
        found = str(BIN / ("uv.exe" if os.name == "nt" else "uv"))
    return [found, "pip", "install", "--python", str(PYTHON), "--compile-bytecode"]


def _link_source() -> None:
    """Make `import minsheng` and the command `minsheng` work from this checkout."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    where = subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, check=True)
    (Path(where.stdout.strip()) / "minsheng.pth").write_text(f"{HERE / 'src'}\n", encoding="utf-8")
    if os.name == "nt":
        (BIN / "minsheng.cmd").write_text('@"%~dp0python.exe" -m minsheng %*\n', encoding="utf-8")
        return
    command = BIN / "minsheng"
    command.write_text(f'#!/bin/sh\nexec "{PYTHON}" -m minsheng "$@"\n', encoding="utf-8")
    command.chmod(0o755)


# ── serve ───────────────────────────────────────────────────────────────────────────────────────


def serve(rest: list[str]) -> int:
    """Load the demonstration where there is no district yet, then serve all parts."""
    minsheng = [str(PYTHON), "-m", "minsheng"]
    if _mode() == "demo":
        status = subprocess.run([*minsheng, "demo", "--if-empty"]).returncode
        if status:
            return status
    return subprocess.run([*minsheng, "serve", "--all", *rest]).returncode


def _mode() -> str:
    """Return the mode that is set; a folder in which nothing was ever set is a demonstration."""
    if "MINSHENG_MODE" in os.environ:
        return os.environ["MINSHENG_MODE"]
    kept = VAR / "mode"
    if not kept.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        kept.write_text("demo\n", encoding="utf-8")
    return kept.read_text(encoding="utf-8").strip()


# ── test ────────────────────────────────────────────────────────────────────────────────────────


def test(rest: list[str]) -> int:
    """Run every check; return 0 when all went well."""
    environment = {**os.environ, "MINSHENG_MODE": "demo"}
    return subprocess.run(
        [str(PYTHON), str(HERE / "tests" / "run.py"), *rest], env=environment, cwd=HERE
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
