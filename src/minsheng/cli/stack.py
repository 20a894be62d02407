"""A whole installation in fresh processes: registers, web server and worker on free ports.

Journeys and browser tests run against it, on SQLite or on a database of its own in PostgreSQL.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import httpx

from minsheng.cli.registers.store import REGISTERS, Store
from minsheng.cli.serve_command import end, web_command
from minsheng.cli.temporary import installation
from minsheng.lib.errors import Unavailable

START_SECONDS = 120.0
LEASE_SECONDS = 10
"""Shorter than in service, so that what a killed worker held is soon taken up again."""


class Stack:
    """Fresh processes with a small demonstration district; everything is gone at the end.

    `postgres` is the URL of a server on which a database may be made and dropped; empty: SQLite.
    """

    def __init__(self, *, households: int = 60, postgres: str = "") -> None:
        self._cleanup = ExitStack()
        empty = self._cleanup.enter_context(installation(postgres=postgres))
        self.folder = Path(empty["MINSHENG_VAR"])
        self.web_port, self.registers_port = free_port(), free_port()
        self.base_url = f"http://127.0.0.1:{self.web_port}"
        self._households = households
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._logs = {
            name: (self.folder / f"{name}.log").open("wb")
            for name in ("demo", "registers", "web", "worker")
        }
        self.environment = {
            **os.environ,
            **empty,
            "MINSHENG_BASE_URL": self.base_url,
            "MINSHENG_REGISTERS_URL": f"http://127.0.0.1:{self.registers_port}",
            # One that answers late on a busy machine would be taken for a silent one.
            "MINSHENG_REGISTERS_TIMEOUT_MS": "30000",
        }

    def __enter__(self) -> Stack:
        with ExitStack() as unless_up:
            unless_up.callback(self._end)
            self._run("demo", ["demo", "--households", str(self._households), "--history", "0"])
            self.start("registers")
            self.start("web")
            self.start("worker")
            self._wait_for(f"http://127.0.0.1:{self.registers_port}/health")
            self._wait_for(f"{self.base_url}/")
            unless_up.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def start(self, name: str) -> None:
        """Start one of "registers", "web", "worker" (again)."""
        commands = {
            "registers": [*_MINSHENG, "registers", "--port", str(self.registers_port)],
            "web": web_command("127.0.0.1", self.web_port, 2),
            "worker": [*_MINSHENG, "worker", "--lease", str(LEASE_SECONDS)],
        }
        self._processes[name] = subprocess.Popen(
            commands[name],
            env=self.environment,
            stdout=self._logs[name],
            stderr=subprocess.STDOUT,
            process_group=0 if os.name == "posix" else None,
        )

    def pid(self, name: str) -> int:
        """Return the process that was started under a name; it leads a group of its own."""
        return self._processes[name].pid

    def kill(self, name: str) -> None:
        """End one process, with what it has started, by SIGKILL."""
        if os.name == "posix":
            os.killpg(self._processes[name].pid, signal.SIGKILL)
        else:
            self._processes[name].kill()
        self._processes[name].wait()

    def switch(self, register: str, mode: str) -> None:
        """Set the fault switch of a register: ok, slow, failing or wrong."""
        self.registers.set_mode(register, mode)

    @property
    def registers(self) -> Store:
        """What the registers of this installation know and were asked to write."""
        return Store(self.folder / REGISTERS)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a `minsheng` command in this installation and return what it printed."""
        return subprocess.run(
            [*_MINSHENG, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def log(self, name: str) -> str:
        """Return what a process has printed."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def _run(self, name: str, words: list[str]) -> None:
        status = subprocess.run(
            [*_MINSHENG, *words],
            env=self.environment,
            stdout=self._logs[name],
            stderr=subprocess.STDOUT,
        ).returncode
        if status:
            raise self._broken(name)

    def _wait_for(self, url: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            for name, process in self._processes.items():
                if process.poll() is not None:
                    raise self._broken(name)
            try:
                if httpx.get(url, trust_env=False, timeout=5).status_code < 500:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise self._broken("web")

    def _broken(self, name: str) -> Unavailable:
        tail = "\n".join(self.log(name).splitlines()[-15:])
        return Unavailable(
            "stack_broken",
            f"{name} 没有启动起来。它最后说：\n{tail}",
            f"{name} did not start.",
        )

    def _end(self) -> None:
        end(list(self._processes.values()))
        for log in self._logs.values():
            log.close()
        self._cleanup.close()


_MINSHENG = [sys.executable, "-m", "minsheng"]


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
