"""`minsheng serve`: the web server; with `--all` registers and worker beside it."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from minsheng.lib.errors import Unavailable

WAIT_SECONDS = 60.0
_STOPPING = [signal.SIGTERM] + ([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("serve", help="启动网站 / serve the portal")
    parser.add_argument("--host", default="127.0.0.1", help="在哪个地址上 / at which address")
    parser.add_argument("--port", type=int, default=8700, help="默认 8700 / default 8700")
    parser.add_argument("--workers", type=int, default=2, help="几个进程 / how many processes")
    parser.add_argument(
        "--all", action="store_true", help="连同登记库和后台 / registers and worker too"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from django.conf import settings

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    if not settings.DEMO:
        from minsheng.cli.starting import start_django

        start_django()  # says in a sentence what the server would say in a traceback
    require_free(arguments.host, arguments.port, option="--port")
    web = web_command(arguments.host, arguments.port, arguments.workers)
    if not arguments.all:
        return subprocess.run(web).returncode
    minsheng = [sys.executable, "-m", "minsheng"]
    parts = {"web": web, "worker": [*minsheng, "worker"]}
    if settings.DEMO:
        parts["registers"] = [*minsheng, "registers"]
    return _together(parts, arguments.host, arguments.port)


def web_command(host: str, port: int, workers: int) -> list[str]:
    """Return the words that start the web server of this platform."""
    if os.name == "nt":
        return [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host,
            "--port", str(port), "--workers", "1", "minsheng.config.wsgi:application",
        ]  # fmt: skip
    return [
        sys.executable, "-m", "gunicorn", "minsheng.config.wsgi:application",
        "--bind", f"{host}:{port}", "--workers", str(workers), "--worker-class", "gthread",
        "--threads", "4", "--log-level", "warning", "--no-control-socket", "--preload",
    ]  # fmt: skip


def require_free(host: str, port: int, *, option: str) -> None:
    """Raise Unavailable when somebody listens at this port already."""
    if port and answers(host, port):
        raise Unavailable(
            "port_taken",
            f"端口 {port} 已经有程序在用，可能上次的还开着。关掉它，或者换一个：{option} {port + 10}",
            f"Port {port} is in use, perhaps by an earlier start. End that one, or choose another: "
            f"{option} {port + 10}",
        )


def answers(host: str, port: int) -> bool:
    """Return whether something takes connections there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def _together(parts: Mapping[str, Sequence[str]], host: str, port: int) -> int:
    """Run all parts until one ends or somebody interrupts, then end the rest.

    The first one is the web server; the others start when it answers, so that it answers sooner.
    """
    for number in _STOPPING:
        signal.signal(number, _interrupt)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, words in parts.items():
            processes[name] = _apart(words)
            if len(processes) == 1:
                _wait_until_served(processes[name], host, port)
        _print_welcome(f"http://{host}:{port}")
        while True:
            for name, process in processes.items():
                status = process.poll()
                if status is not None:
                    print(f"{name} 停了，别的也停 / {name} ended ({status}), so do the others")
                    return status or 1
            time.sleep(0.3)
    except KeyboardInterrupt:
        return 0
    finally:
        end(list(processes.values()))


def _apart(words: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a process that Ctrl-C doesn't reach: it is ended in order, by this one."""
    if os.name == "nt":
        group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        return subprocess.Popen(list(words), creationflags=group)
    return subprocess.Popen(list(words), process_group=0)


def end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask processes to end, and make those end that don't within ten seconds."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _wait_until_served(web: subprocess.Popen[bytes], host: str, port: int) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not answers(host, port) and web.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)


def _print_welcome(address: str) -> None:
    from django.conf import settings

    print(f"\n民生 Minsheng：{address}", flush=True)
    if settings.DEMO:
        from minsheng.cli.demo.cast import CAST, PASSWORD

        print("演示登录（人物和数据均为虚构）/ demonstration sign-ins, all made up:")
        for member in CAST:
            print(f"  {member.username:<10} {member.name}  {member.part_zh} / {member.part_en}")
        print(f"  密码 / password: {PASSWORD}")
    print("按 Ctrl-C 停止 / Ctrl-C stops it", flush=True)
