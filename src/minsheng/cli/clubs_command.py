"""`minsheng clubs`: rounds of clubs, draw one, replay one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from minsheng.cli import printing

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("clubs", help="课后社团 / rounds of clubs and their draw")
    acts = parser.add_subparsers(dest="act", required=True, metavar="动作/act")
    listing = acts.add_parser("list", help="有哪几轮 / which rounds there are")
    draw = acts.add_parser("draw", help="截止的一轮抽签，只抽一次 / draw a closed round, once")
    draw.add_argument("round", type=int)
    draw.add_argument("--by", required=True, help="校长的登录名 / the head's sign-in")
    draw.add_argument(
        "--words", required=True, help="在场的人当场掷的数 / numbers thrown in the room just now"
    )
    verify = acts.add_parser("verify", help="重算一轮 / replay a drawn round")
    verify.add_argument("round", type=int)
    for one in (listing, draw, verify):
        printing.add_json(one)
        one.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out one act; verify answers 1 where the replay differs."""
    from minsheng.cli.starting import start_django

    start_django()
    return {"list": _list, "draw": _draw, "verify": _verify}[arguments.act](arguments)


def _list(arguments: argparse.Namespace) -> int:
    from minsheng.apps.clubs import reads

    rows = [
        {"round": one.id, "school": one.school.zh, "title": one.title, "status": one.status}
        for one in reads.rounds()
    ]
    return _said(arguments, {"rounds": rows}, *(" ".join(map(str, one.values())) for one in rows))


def _draw(arguments: argparse.Namespace) -> int:
    from minsheng.apps.clubs import actions, reads

    found = actions.draw_round(arguments.round, arguments.words, by=_account(arguments.by))
    verdict = reads.verify(found.pk)
    return _said(
        arguments,
        {"round": found.pk, "status": found.status, "places": verdict.places},
        f"抽好了：{verdict.entries} 份志愿，{verdict.places} 个名额 / "
        f"drawn: {verdict.entries} entries, {verdict.places} places",
    )


def _verify(arguments: argparse.Namespace) -> int:
    from minsheng.apps.clubs import reads

    found = reads.verify(arguments.round)
    good = "一模一样 / exactly the same" if found.is_good else "对不上 / it differs"
    _said(
        arguments,
        {
            "round": arguments.round,
            "is_good": found.is_good,
            "faults": [one.zh for one in found.faults],
            "entries": found.entries,
            "choices": found.choices,
            "places": found.places,
            "digest": found.digest,
        },
        f"重算 {found.entries} 份志愿、{found.choices} 个选择：{good}",
        *(f"{one.zh} / {one.en}" for one in found.faults),
    )
    return 0 if found.is_good else 1


def _account(username: str) -> Account:
    from minsheng.apps.people import reads as people
    from minsheng.lib.errors import NotFound

    found = people.account_by_username(username)
    if found is None:
        raise NotFound("clubs.nobody", "没有这个登录名。", "There is no such sign-in.")
    return found


def _said(arguments: argparse.Namespace, result: dict[str, Any], *lines: str) -> int:
    for one in lines:
        print(one)
    printing.print_json(arguments, {"ok": True, **result})
    return 0
