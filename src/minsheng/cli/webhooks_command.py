"""`minsheng webhooks`: who outside is told by a signed call of what happens in cases."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time
from typing import Any

from minsheng.cli.printing import add_json, group, print_json

BY = "cli"


def add(commands: Any) -> None:
    """Add the command."""
    acts = group(commands, "webhooks", "回调 / signed calls: list, add, rotate, end, replay, log")
    listed = acts.add_parser("list", help="有哪些 / who is told")
    listed.set_defaults(run=run_list)
    added = acts.add_parser("add", help="加一个 / tell one more")
    added.add_argument("key", metavar="NAME", help="短名字 / a short name, e.g. police-sync")
    added.add_argument("--title", required=True, help="谁的地址 / whose address it is")
    added.add_argument("--url", required=True, help="https://…")
    added.add_argument(
        "--kinds", required=True, metavar="KIND,KIND", help="告诉哪些事 / done,refused,closed …"
    )
    added.add_argument(
        "--services",
        default="",
        metavar="SERVICE,SERVICE",
        help="哪些服务，不写就是全部 / none: all",
    )
    added.add_argument("--from", dest="from_day", type=date.fromisoformat, metavar="DAY")
    added.add_argument("--to", dest="to_day", type=date.fromisoformat, metavar="DAY")
    added.set_defaults(run=run_add)
    ended = acts.add_parser("end", help="停用 / tell nothing from now on")
    ended.add_argument("key", metavar="NAME")
    ended.set_defaults(run=run_end)
    replayed = acts.add_parser("replay", help="从某天起重发 / send again what was told since a day")
    replayed.add_argument("key", metavar="NAME")
    replayed.add_argument("--since", required=True, type=date.fromisoformat, metavar="DAY")
    replayed.set_defaults(run=run_replay)
    rotated = acts.add_parser("rotate", help="换密钥，新旧一起用一阵 / a new secret beside the old")
    rotated.add_argument("key", metavar="NAME")
    rotated.add_argument(
        "--overlap", type=int, default=24, metavar="HOURS", help="0: 马上 / at once"
    )
    rotated.set_defaults(run=run_rotate)
    logged = acts.add_parser(
        "log", help="最近发了什么、收没收下 / the latest calls and their answers"
    )
    logged.add_argument("key", metavar="NAME")
    logged.set_defaults(run=run_log)
    for parser in (listed, added, ended, replayed, rotated, logged):
        add_json(parser)


def run_list(arguments: argparse.Namespace) -> int:
    """Print who is told of what."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.webhooks import reads

    lines = reads.subscribers()
    for line in lines:
        until = f" → {line.to_day}" if line.to_day else ""
        state = "在用 on" if line.is_told else "停用 off"
        print(f"{line.key}  {line.title}  {line.url}  {line.from_day}{until}  {state}")
        print(f"  {', '.join(line.kinds)}")
        if line.services:
            print(f"  {', '.join(line.services)}")
        if line.old_secret_until:
            print(f"  旧密钥到 / the old secret until {line.old_secret_until:%Y-%m-%d %H:%M}")
    print(f"{len(lines)} 个 / in all")
    told = [{"key": line.key, "url": line.url, "on": line.is_told} for line in lines]
    print_json(arguments, {"ok": True, "subscribers": told})
    return 0


def run_add(arguments: argparse.Namespace) -> int:
    """Declare a subscriber and print its secret, this once."""
    from minsheng.cli.starting import start_django

    start_django()
    from django.utils import timezone

    from minsheng.apps.webhooks import actions

    secret = actions.declare(
        arguments.key,
        title=arguments.title,
        url=arguments.url,
        kinds=[kind.strip() for kind in arguments.kinds.split(",") if kind.strip()],
        from_day=arguments.from_day or timezone.localdate(),
        to_day=arguments.to_day,
        services=[one.strip() for one in arguments.services.split(",") if one.strip()],
        by=BY,
    )
    print("密钥只显示这一次，请交给对方保管 / the secret, shown this once: hand it to the receiver")
    print(secret)
    print_json(arguments, {"ok": True, "key": arguments.key, "secret": secret})
    return 0


def run_end(arguments: argparse.Namespace) -> int:
    """End a subscriber today."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.webhooks import actions

    actions.end(arguments.key, by=BY)
    print(f"{arguments.key}：停用了 / ended")
    print_json(arguments, {"ok": True, "key": arguments.key})
    return 0


def run_rotate(arguments: argparse.Namespace) -> int:
    """Give a subscriber a new secret and print it, this once."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.webhooks import actions

    secret = actions.rotate(arguments.key, by=BY, overlap_hours=arguments.overlap)
    print(f"新密钥只显示这一次，旧的再用 {arguments.overlap} 小时 / the new secret, shown this once; "
          f"the old one holds for {arguments.overlap} hours")  # fmt: skip
    print(secret)
    print_json(arguments, {"ok": True, "key": arguments.key, "secret": secret})
    return 0


def run_log(arguments: argparse.Namespace) -> int:
    """Print the latest tries to tell a subscriber something."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.webhooks import reads

    lines = reads.deliveries(arguments.key)
    for line in lines:
        how = str(line.status) if not line.error else f"{line.status} {line.error}"
        print(f"{line.at:%Y-%m-%d %H:%M:%S}  {line.message}  {line.kind}  #{line.attempt}  {how}")
    print(f"{len(lines)} 条 / calls")
    told = [
        {"message": one.message, "kind": one.kind, "attempt": one.attempt, "status": one.status,
         "error": one.error, "at": one.at.isoformat()}
        for one in lines
    ]  # fmt: skip
    print_json(arguments, {"ok": True, "key": arguments.key, "calls": told})
    return 0


def run_replay(arguments: argparse.Namespace) -> int:
    """Send again what was told since the beginning of a day."""
    from minsheng.cli.starting import start_django

    start_django()
    from django.utils import timezone

    from minsheng.apps.webhooks import actions

    since = timezone.make_aware(datetime.combine(arguments.since, time()))
    calls = actions.replay(arguments.key, since=since, by=BY)
    print(f"{arguments.key}：重发 {calls} 条 / {calls} calls are sent again")
    print_json(arguments, {"ok": True, "key": arguments.key, "calls": calls})
    return 0
