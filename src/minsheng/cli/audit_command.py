"""`minsheng audit`: whether the ledger is whole, a new seal, the history of one chain."""

from __future__ import annotations

import argparse
from typing import Any

from minsheng.cli.printing import add_json, group, print_json
from minsheng.lib.errors import NotFound


def add(commands: Any) -> None:
    """Add the command."""
    acts = group(commands, "audit", "事件账本 / the event ledger: verify, seal, history")
    verify = acts.add_parser("verify", help="账本完整吗 / whether the ledger is whole")
    verify.set_defaults(run=run_verify)
    seal = acts.add_parser("seal", help="现在就封印 / seal what is new")
    seal.set_defaults(run=run_seal)
    history = acts.add_parser("history", help="一条链的事件 / the events of one chain")
    history.add_argument(
        "chain", metavar="CHAIN", help="case:2026-000001，也可以写 stream:key / or stream:key"
    )
    history.set_defaults(run=run_history)
    for parser in (verify, seal, history):
        add_json(parser)


def run_verify(arguments: argparse.Namespace) -> int:
    """Print whether every chain, head and seal fits, and what this look can't tell."""
    from minsheng.cli.starting import start_django

    start_django()
    from django.conf import settings

    from minsheng.apps.audit import reads
    from minsheng.cli import ledger

    heads = list(ledger.claims())
    report = reads.verify(settings.MINSHENG_SEALS, heads=heads)
    cases = sum(head.stream == "case" for head in heads)
    lost = ledger.lost(cases)
    for problem in report.problems:
        print(f"{problem.where}: {problem.text.zh} / {problem.text.to('en')}")
    if lost:
        print(f"有 {lost} 个案卷没有事件，或者有事件没有案卷 / {lost} cases and chains don't match")
    print("这次看得出的 / what this look would have seen:")
    for detection in report.detects:
        mark = "能 yes" if detection.seen else "不能 no"
        print(f"  {mark:<7} {detection.attack.zh} / {detection.attack.to('en')}")
    ok = report.ok and not lost
    print(
        f"{'完整' if ok else '不完整'}：{report.entries} 条事件，{report.chains} 条链，"
        f"{report.seals} 个封印，{report.unsealed} 条还没封 / "
        f"{'whole' if ok else 'NOT whole'}: {report.entries} events, {report.chains} chains, "
        f"{report.seals} seals, {report.unsealed} not sealed yet"
    )
    result = {
        "ok": ok,
        "entries": report.entries,
        "chains": report.chains,
        "cases": cases,
        "requests": len(heads) - cases,
        "seals": report.seals,
        "unsealed": report.unsealed,
        "found": report.found + lost,
        "problems": [{"code": p.code, "where": p.where} for p in report.problems],
    }
    print_json(arguments, result)
    return 0 if ok else 1


def run_seal(arguments: argparse.Namespace) -> int:
    """Seal what is new; nothing new is no fault."""
    from minsheng.cli.starting import start_django

    start_django()
    from django.conf import settings
    from django.utils import timezone

    from minsheng.apps.audit import actions

    made = actions.seal(timezone.now(), settings.MINSHENG_SEALS)
    if made is None:
        print("没有新的事件要封 / there is nothing new to seal")
        print_json(arguments, {"sealed": 0})
        return 0
    print(f"第 {made.number} 个封印，{made.count} 条事件 / seal {made.number}, {made.count} events")
    print(made.root)
    result = {"sealed": made.count, "number": made.number, "root": made.root}
    print_json(arguments, result)
    return 0


def run_history(arguments: argparse.Namespace) -> int:
    """Print the events of one chain; they hold ids and decisions, nothing personal."""
    from minsheng.cli.starting import start_django

    start_django()
    from django.utils import timezone

    from minsheng.apps.appeals import reads as requests
    from minsheng.apps.audit import reads
    from minsheng.apps.cases import reads as cases

    stream, _, key = str(arguments.chain).partition(":")
    if stream == "case" and "-" in key:
        key = str(cases.find_case(key).pk)
    if stream == "request" and "-" in key:
        key = str(requests.whole_number(key).pk)
    entries = reads.history(stream, key)
    if not entries:
        raise NotFound(
            "no_such_chain",
            f"没有这条链：{arguments.chain}。案卷写 case:2026-000001。",
            f"There is no chain {arguments.chain}. For a case write case:2026-000001.",
        )
    events: list[dict[str, Any]] = [
        {
            "seq": entry.seq,
            "at": timezone.localtime(entry.at).isoformat(timespec="seconds"),
            "kind": entry.kind,
            "by": entry.by,
            "data": dict(entry.data),
            "hash": entry.hash,
        }
        for entry in entries
    ]
    for event in events:
        said = " ".join(f"{name}={value}" for name, value in event["data"].items())
        print(f"{event['seq']:>4}  {event['at']}  {event['kind']:<16} {event['by']}  {said}")
    print_json(arguments, {"stream": stream, "key": key, "events": events})
    return 0
