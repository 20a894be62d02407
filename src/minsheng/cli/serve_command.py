"""`minsheng serve`: the web server; with `--all` registers and worker beside it."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("serve", help="启动网站 / serve the portal")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8700)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--all", action="store_true", help="连同登记库和后台 / registers and worker too"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    web = web_command(arguments.host, arguments.port, arguments.workers)
    if not arguments.all:
        return subprocess.run(web).returncode
    minsheng = [sys.executable, "-m", "minsheng"]
    return _together(
        [web, [*minsheng, "registers"], [*minsheng, "worker"]],
        f"http://{arguments.host}:{arguments.port}",
    )


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
        "--threads", "4", "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip


def _together(commands: Sequence[Sequence[str]], address: str) -> int:
    """Run all until one ends or somebody interrupts, then end the rest."""
    processes = [subprocess.Popen(list(words)) for words in commands]
    _print_welcome(address)
    previous = signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.3)
        return next((p.returncode for p in processes if p.returncode is not None), 1)
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGTERM, previous)
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def _print_welcome(address: str) -> None:
    from django.conf import settings

    print(f"\n民生 Minsheng：{address}", flush=True)
    if settings.DEMO:
        from minsheng.cli.demo.cast import CAST, PASSWORD

        print("演示登录（人物和数据均为虚构）/ demonstration sign-ins, all made up:")
        for member in CAST:
            print(f"  {member.username:<10} {member.name}  {member.part_zh} / {member.part_en}")
        print(f"  密码 / password: {PASSWORD}\n按 Ctrl-C 停止 / Ctrl-C stops it", flush=True)
