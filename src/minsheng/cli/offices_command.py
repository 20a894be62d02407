"""`minsheng offices`: offices and posts of the pack, and the first three administrators.

After that, administrators do the rest on their pages. No password is typed or shown here.
"""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from minsheng.cli.printing import add_json, print_json

WORDS = "部门、岗位和三个管理员 / offices, posts and the three administrators"


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("offices", help=WORDS, description=WORDS)
    parser.add_argument(
        "act",
        choices=("load", "first", "merge"),
        help="load：按包建立或更新部门和岗位；first：给一个管理岗位开第一个账号 / "
        "load: make or update what the pack says; first: the first sign-in of an administrator；"
        "merge：--post 的事归 --into / the work of --post becomes that of --into",
    )
    parser.add_argument("--username", default="", help="登录名 / sign-in name")
    parser.add_argument("--name", default="", help="姓名 / name")
    parser.add_argument("--post", default="", help="office.system office.security office.audit")
    parser.add_argument("--into", default="", help="并到哪个岗位 / which post takes over")
    parser.add_argument(
        "--from", dest="from_day", type=date.fromisoformat, metavar="DAY", help="哪天起 / from when"
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Load the offices of the pack, open the first sign-in of an administrator, or merge a post."""
    from minsheng.cli.starting import start_django

    start_django()
    acts = {"load": _load, "first": _first, "merge": _merge}
    return acts[arguments.act](arguments)


def _merge(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from minsheng.apps.people import actions, reads

    old, new = reads.post(arguments.post), reads.post(arguments.into)
    on = arguments.from_day or timezone.localdate()
    actions.succeed_post(old, new, on=on, by="cli")
    print(f"{on} 起，{old.key} 的事归 {new.key} / from {on} the work of {old.key} is {new.key}'s")
    print_json(arguments, {"ok": True, "post": old.key, "into": new.key, "from": on})
    return 0


def _load(arguments: argparse.Namespace) -> int:
    from minsheng.apps.people import reads
    from minsheng.cli.demo.loading import load_offices

    load_offices()
    lines = reads.offices()
    posts = sum(len(line.posts) for line in lines)
    print(f"{len(lines)} 个部门，{posts} 个岗位 / {len(lines)} offices, {posts} posts")
    print_json(arguments, {"offices": len(lines), "posts": posts})
    return 0


def _first(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from minsheng.apps.people import actions

    account, secret = actions.open_first_administrator(
        arguments.username, display=arguments.name, post_key=arguments.post
    )
    link = f"{settings.MINSHENG_BASE_URL.rstrip('/')}/first-password/{secret}"
    print("三天内打开这个链接，设自己的密码，只能用一次 / open within three days, works once:")
    print(link)
    print_json(arguments, {"username": account.username, "post": arguments.post, "link": link})
    return 0
