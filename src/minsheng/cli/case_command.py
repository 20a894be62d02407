"""`minsheng case`: how one case stands, and whether every case is what its events say.

Prints nothing personal: numbers, matters, offices, days.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from minsheng.cli.printing import add_json, print_json

if TYPE_CHECKING:
    from minsheng.apps.cases.models import Case

WORDS = "看一个案卷，或 check 核对全部 / one case, or check all"


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("case", help=WORDS, description=WORDS)
    parser.add_argument(
        "number", metavar="NUMBER", help="2026-000001；check 核对全部案卷 / or: check"
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Show one case, or check all."""
    from minsheng.cli.starting import start_django

    start_django()
    if arguments.number == "check":
        return _check_all(arguments)
    return _show(arguments)


def _check_all(arguments: argparse.Namespace) -> int:
    """Replay every case and compare it with its row; look for items that wait where nobody is."""
    from minsheng.apps.cases.reads import orphans
    from minsheng.cli import ledger

    checked, wrong = 0, []
    for case in ledger.all_cases():
        found = ledger.check_case(case)
        checked += 1
        if not found.is_good:
            wrong.append(found.number)
            print(f"{found.number}: 和它的事件对不上 / is not what its events say")
    lost = ledger.lost(checked)
    if lost:
        print(f"有 {lost} 个案卷没有事件，或者有事件没有案卷 / {lost} cases and chains don't match")
    print(f"{checked} 个案卷，{len(wrong)} 个不对 / {checked} cases, {len(wrong)} wrong")
    alone = orphans()
    for one in alone:
        print(f"{one.number} {one.item}: 岗位 {one.post} 没有人 / nobody fills the post {one.post}")
    ok = not wrong and not lost and not alone
    print_json(
        arguments,
        {"ok": ok, "cases": checked, "wrong": wrong, "lost": lost, "orphans": len(alone)},
    )
    return 0 if ok else 1


def _show(arguments: argparse.Namespace) -> int:
    from minsheng.apps.cases import catalogue
    from minsheng.apps.cases.reads import find_case
    from minsheng.cli import ledger

    case = find_case(arguments.number)
    spec = catalogue.pinned_spec(case.pack_id)
    checked = ledger.check_case(case)
    items = _items(case)
    materials = [row.state for row in case.materials.all()]
    result = {
        "number": case.number,
        "service": case.slug,
        "pack": case.pack_id,
        "status": case.status,
        "submitted": case.submitted_day,
        "promised": case.promised_day,
        "promised_provisional": case.promised_provisional,
        "workdays": case.promised_workdays,
        "closed": case.closed_day,
        "score": case.score,
        "items": items,
        "materials_asked": sum(state in {"provided", "promised"} for state in materials),
        "materials_avoided": sum(state in {"found", "coming"} for state in materials),
        "events": checked.events,
        "replay_ok": checked.is_good,
    }
    print(f"{case.number}  {spec.title.zh} / {spec.title.to('en')}  {case.status}")
    print(f"  提交 submitted {case.submitted_day}  承诺 promised {case.promised_day}")
    for item in items:
        left = "" if item["left"] is None else f"  还剩 left {item['left']}"
        print(f"  {item['title']}  {item['office']}  {item['status']}  {item['due_day']}{left}")
    print(f"  {checked.events} 条事件 events  {'一致 ok' if checked.is_good else '对不上 WRONG'}")
    print_json(arguments, result)
    return 0 if checked.is_good else 1


def _items(case: Case) -> list[dict[str, Any]]:
    """Return the items of a case with their clocks, as of today."""
    from django.utils import timezone

    from minsheng.apps.cases import catalogue, store
    from minsheng.engines.casework.clocks import due_of

    spec = catalogue.pinned_spec(case.pack_id)
    state, calendar, on = store.state_of(case), catalogue.calendar(), timezone.localdate()
    items = []
    for row in case.items.order_by("position"):
        reading = due_of(spec, state, row.key, calendar=calendar, on=on) if row.started else None
        running = row.status in {"open", "external"}
        items.append(
            {
                "key": row.key,
                "title": spec.items[row.key].title.zh,
                "office": catalogue.packs().district.office(row.office).zh,
                "post": row.post,
                "status": row.status,
                "attempt": row.attempt,
                "due_day": reading.due.day if reading else None,
                "left": reading.left if reading and running else None,
                "used": reading.used if reading else None,
                "stopped": reading.stopped if reading else None,
                "finished": row.finished,
            }
        )
    return items
