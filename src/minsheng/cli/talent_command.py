"""`minsheng talent`: the points of a talent of the demonstration, explained; what they open, what they never do."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from minsheng.cli.printing import add_json, group, print_json
from minsheng.cli.score_command import DEMO, as_json, page_of
from minsheng.lib.errors import NotFound

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

WORDS = "人才积分 / points of talents: explain"


def add(commands: Any) -> None:
    """Add the command."""
    acts = group(commands, "talent", WORDS)
    explain = acts.add_parser(
        "explain", help="一个人的积分，逐行 / one person's points, line by line"
    )
    explain.add_argument(
        "person",
        help="演示里的人，写 demo:登录名，例如 demo:huangyi / somebody of the demonstration",
    )
    explain.add_argument("--on", type=date.fromisoformat, help="按哪一天 / on which day")
    explain.add_argument("--language", choices=("zh", "en"), help="只用一种语言 / one language")
    add_json(explain)
    explain.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the points line by line, and what those that were checked open."""
    from minsheng.cli.starting import start_django

    start_django()
    from django.utils import timezone

    from minsheng.apps.scores import reads

    room = reads.talent_room(_account(arguments.person), on=arguments.on or timezone.localdate())
    if arguments.json:
        checked = room.checked
        openings = {
            one.key: {"least": one.least, "open": one.is_open, "missing": one.missing}
            for one in room.openings
        }
        print_json(
            arguments,
            {
                **as_json(room.explained),
                "checked": [str(checked.low), str(checked.high)] if checked else None,
                "openings": openings,
                "numbers": {one.fact.key: one.state for one in room.numbers if one.state},
            },
        )
        return 0
    for language in (arguments.language,) if arguments.language else ("zh", "en"):
        print(
            "\n".join((*page_of(room.explained, language), *_openings(room, language))), end="\n\n"
        )
    return 0


def _openings(room: Any, lang: str) -> list[str]:
    is_zh = lang == "zh"
    lines = [
        "核对过的分，只管这几样（基本权利从来不看分）："
        if is_zh
        else "Checked points open these alone (never a basic right):"
    ]
    for one in room.openings:
        missing = f"还差 {one.missing} 分" if is_zh else f"{one.missing} points are missing"
        said = ("可以" if is_zh else "open") if one.is_open else missing
        lines.append(f"  {one.title.to(lang)}: {said}")
    return lines


def _account(text: str) -> Account:
    from minsheng.apps.people import reads as people

    found = people.account_by_username(text.removeprefix(DEMO)) if text.startswith(DEMO) else None
    if found is None or not found.demo or found.person is None:
        raise NotFound(
            "talent.no_demo_person",
            "演示里没有这个人。写 demo:登录名，例如 demo:huangyi。",
            "There is nobody like that in the demonstration. Write demo:NAME, such as demo:huangyi.",
        )
    return found
