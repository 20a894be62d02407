"""`minsheng request`: how one request stands, whether it is what its events say, and mail taken in.

Prints nothing personal: numbers, categories, offices, moments. `minsheng request mail` reads one mail as a
mail server pipes it; it answers 0 when it is taken in, 65 for what is no mail, 75 for "bring it again".
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from minsheng.cli.printing import add_json, print_json
from minsheng.lib.errors import MinshengError, WrongInput

WORDS = "看一件诉求，check 核对全部，mail 收一封信 / one request, check all, or mail: take one in"
EX_DATAERR, EX_TEMPFAIL = 65, 75  # as mail servers read them (sysexits.h)


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("request", help=WORDS, description=WORDS)
    parser.add_argument(
        "number",
        metavar="NUMBER",
        help="S26-000001；check 核对全部诉求；mail 从标准输入收一封信 / or: check, mail",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Show one request, or check all."""
    from minsheng.cli.starting import start_django

    start_django()
    if arguments.number == "mail":
        return _take_mail(arguments)
    return _check_all(arguments) if arguments.number == "check" else _show(arguments)


def _take_mail(arguments: argparse.Namespace) -> int:
    """Make a request of the mail on standard input."""
    from django.db import DatabaseError

    from minsheng.apps.appeals import actions

    try:
        taken = actions.take_mail(sys.stdin.buffer.read())
    except WrongInput as wrong:
        print(f"{wrong.zh} / {wrong.en}", file=sys.stderr)
        return EX_DATAERR
    except (MinshengError, DatabaseError) as error:
        now = "现在存不下，请稍后再送来 / It can't be kept now; bring it again"
        said = f"{error.zh} / {error.en}" if isinstance(error, MinshengError) else now
        print(said, file=sys.stderr)
        return EX_TEMPFAIL
    left = "自动发的信，没有收 / automatic mail, left alone"
    print(taken.number or left)
    print_json(arguments, {"number": taken.number, "again": taken.is_again})
    return 0


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
