"""`minsheng registers`: serve the stand-ins for hospital, population, marriage and social card."""

from __future__ import annotations

import argparse
import sys
from typing import Any
from urllib.parse import urlsplit

from minsheng.cli.registers.store import REGISTERS, Store
from minsheng.cli.serve_command import require_free


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("registers", help="演示登记库 / the demonstration registers")
    parser.add_argument("--host", default="127.0.0.1", help="在哪个地址上 / at which address")
    parser.add_argument(
        "--port", type=int, help="默认按 MINSHENG_REGISTERS_URL / default: the one set there"
    )
    parser.add_argument(
        "--switch",
        nargs=2,
        metavar=("REGISTER", "MODE"),
        help="设成 ok、slow、failing、wrong 后退出 / set a fault switch and leave",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted, or set one fault switch."""
    from django.conf import settings

    from minsheng.cli.starting import start_django

    if not settings.DEMO:
        print("演示登记库只在演示模式里有。/ These registers exist in demonstration mode only.")
        return 2
    start_django()  # which registers there are, the packs say
    from minsheng.cli.registers.server import serve

    store = Store(settings.MINSHENG_VAR / REGISTERS)
    if arguments.switch:
        register, mode = arguments.switch
        return _switch(store, register, mode)
    port = arguments.port
    if port is None:
        port = urlsplit(settings.MINSHENG_REGISTERS_URL).port or 8701
    require_free(arguments.host, port, option="MINSHENG_REGISTERS_URL=… --port")
    server = serve(store, token=settings.MINSHENG_REGISTERS_TOKEN, host=arguments.host, port=port)
    print(f"登记库 / registers http://{arguments.host}:{server.server_port}", flush=True)
    server.serve_forever()
    return 0


def _switch(store: Store, register: str, mode: str) -> int:
    """Set one fault switch; status 2 for a register or mode that there isn't."""
    from minsheng.cli.registers.answers import MODES, read, written

    registers = (*read(), *written())
    for word, known in ((register, registers), (mode, MODES)):
        if word not in known:
            print(
                f"没有“{word}”，可以写：{'、'.join(known)} / no {word!r}; known: {', '.join(known)}",
                file=sys.stderr,
            )
            return 2
    store.set_mode(register, mode)
    print(f"{register}: {mode}")
    return 0
