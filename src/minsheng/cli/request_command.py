"""`minsheng request`: how one request stands, and whether it is what its events say.

Prints nothing personal: numbers, categories, offices, moments.
"""

from __future__ import annotations

import argparse
from typing import Any

from minsheng.cli.printing import add_json, print_json

WORDS = "看一件诉求，或 check 核对全部 / one request, or check all"


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("request", help=WORDS, description=WORDS)
    parser.add_argument(
        "number", metavar="NUMBER", help="S26-000001；check 核对全部诉求 / or: check"
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Show one request, or check all."""
    from minsheng.cli.starting import start_django

    start_django()
    return _check_all(arguments) if arguments.number == "check" else _show(arguments)


def _check_all(arguments: argparse.Namespace) -> int:
    """Replay every request and compare it with its rows."""
    from minsheng.apps.appeals import reads

    checked, wrong = 0, []
    for found in reads.checks():
        checked += 1
        if not found.is_good:
            wrong.append(found.number)
            print(f"{found.number}: 和它的事件对不上 / is not what its events say")
    print(f"{checked} 件诉求，{len(wrong)} 件不对 / {checked} requests, {len(wrong)} wrong")
    print_json(arguments, {"ok": not wrong, "requests": checked, "wrong": wrong})
    return 0 if not wrong else 1


def _show(arguments: argparse.Namespace) -> int:
    from minsheng.apps.appeals import reads

    request = reads.whole_number(arguments.number)
    checked = reads.check_request(request)
    items = [
        {
            "key": row.key,
            "post": row.post,
            "is_lead": row.is_lead,
            "round": row.round,
            "status": row.status,
            "finish_due": row.finish_due.isoformat(),
        }
        for row in request.items.order_by("pk")
    ]
    print(f"{request.number}  {request.slug}  {request.category}  {request.status}")
    for item in items:
        lead = "牵头 lead" if item["is_lead"] else "协办 helper"
        print(f"  {item['key']}  {item['post']}  {lead}  {item['status']}  {item['finish_due']}")
    print(f"  {checked.events} 条事件 events  {'一致 ok' if checked.is_good else '对不上 WRONG'}")
    print_json(
        arguments,
        {
            "number": request.number,
            "kind": request.slug,
            "category": request.category,
            "status": request.status,
            "outcome": request.outcome,
            "round": request.round,
            "score": request.score,
            "items": items,
            "events": checked.events,
            "replay_ok": checked.is_good,
        },
    )
    return 0 if checked.is_good else 1
