"""`minsheng registers`: serve the stand-ins for hospital, population, marriage and social card."""

from __future__ import annotations

import argparse
from typing import Any


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("registers", help="演示登记库 / the demonstration registers")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8701)
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

    from minsheng.cli.registers.server import MODES, serve
    from minsheng.cli.registers.store import REGISTERS, Store

    if not settings.DEMO:
        print("演示登记库只在演示模式里有。/ These registers exist in demonstration mode only.")
        return 2
    store = Store(settings.MINSHENG_VAR / REGISTERS)
    if arguments.switch:
        register, mode = arguments.switch
        if mode not in MODES:
            print(f"{mode}: {', '.join(MODES)}")
            return 2
        store.set_mode(register, mode)
        return 0
    server = serve(
        store,
        token=settings.MINSHENG_REGISTERS_TOKEN,
        host=arguments.host,
        port=arguments.port,
    )
    print(f"登记库 / registers http://{arguments.host}:{server.server_port}", flush=True)
    server.serve_forever()
    return 0
