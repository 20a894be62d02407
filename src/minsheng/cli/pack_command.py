"""`minsheng pack`: prove packs before they are published, list them, show one.

Check, list, show and diff need neither Django nor a database: a folder of packs is enough.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minsheng.cli import pack_tables, pack_versions
from minsheng.cli.printing import add_json, group, print_json
from minsheng.lib.errors import NotFound

if TYPE_CHECKING:
    from minsheng.content import LoadedService, Packs


def add(commands: Any) -> None:
    """Add the command."""
    acts = group(commands, "pack", "服务包 / packs: check, list, show, diff, replay, migrate")
    check = acts.add_parser("check", help="发布前全部核对 / prove everything before publication")
    check.set_defaults(run=run_check)
    listing = acts.add_parser("list", help="有哪些服务 / which services there are")
    listing.set_defaults(run=run_list)
    show = acts.add_parser("show", help="一个服务：版本、事项、时限 / one service in short")
    show.add_argument("slug", metavar="SERVICE")
    show.set_defaults(run=run_show)
    drawn = acts.add_parser("bpmn", help="一个服务画成 BPMN 2.0 / one service as BPMN 2.0")
    drawn.add_argument("slug", metavar="SERVICE")
    drawn.add_argument("--out", type=Path, metavar="FILE", help="写到文件 / into a file")
    drawn.set_defaults(run=run_bpmn)
    diff = acts.add_parser("diff", help="两个版本差在哪里 / what differs between two forms")
    diff.add_argument("old", metavar="A", help=pack_versions.NAMING)
    diff.add_argument("new", metavar="B", help=pack_versions.NAMING)
    diff.set_defaults(run=pack_versions.run_diff)
    for parser in (check, listing, show, drawn, diff):
        parser.add_argument(
            "--folder",
            action="append",
            type=Path,
            default=[],
            help="服务包文件夹，默认按 MINSHENG_PACKS / folder of packs, default: MINSHENG_PACKS",
        )
        add_json(parser)
    pack_versions.add(acts)
    pack_tables.add(acts)


def run_check(arguments: argparse.Namespace) -> int:
    """Print every problem with its file and line; status 1 when one stops a publication."""
    from minsheng import content

    report = content.check(pack_versions.roots_of(arguments))
    for problem in report.problems:
        word = "错误 error" if problem.severity == "error" else "提醒 warning"
        print(f"{word}  {problem}")
    counts = report.counts
    print(
        f"{counts['services']} 个服务，{counts['baselines']} 条依据，{counts['tests_run']} 个测试，"
        f"{counts['items']} 道题，{counts['errors']} 处错误，{counts['warnings']} 处提醒 / "
        f"{counts['services']} services, {counts['baselines']} baselines, "
        f"{counts['tests_run']} tests, {counts['items']} items, {counts['errors']} errors, {counts['warnings']} warnings"
    )
    problems = [
        {
            "severity": problem.severity,
            "file": problem.file,
            "line": problem.line,
            "field": problem.field,
            "zh": problem.zh,
            "en": problem.en,
        }
        for problem in report.problems
    ]
    print_json(arguments, {"ok": report.is_good, **counts, "problems": problems})
    return 0 if report.is_good else 1


def run_list(arguments: argparse.Namespace) -> int:
    """Print the services with their versions."""
    from minsheng import content

    services = content.load(pack_versions.roots_of(arguments)).services.values()
    for loaded in services:
        print(f"{loaded.spec.slug:<20} {_short(loaded)}  {loaded.spec.title.zh} / ", end="")
        print(loaded.spec.title.to("en"))
    print_json(
        arguments,
        {
            "services": [
                {"slug": s.spec.slug, "hash": s.hash, "title": s.spec.title.zh} for s in services
            ]
        },
    )
    return 0


def run_bpmn(arguments: argparse.Namespace) -> int:
    """Print one service as BPMN 2.0, or write it into a file."""
    from minsheng.engines.casework.bpmn import bpmn

    packs, loaded = _named(arguments)
    offices = {key: office.title.zh for key, office in packs.district.departments.items()}
    drawn = bpmn(loaded.spec, offices=offices)
    if arguments.out is None:
        print(drawn, end="")
    else:
        arguments.out.write_text(drawn, encoding="utf-8")
        print(f"写在 {arguments.out} / written")
    print_json(arguments, {"slug": loaded.spec.slug, "hash": loaded.hash, "bytes": len(drawn)})
    return 0


def _named(arguments: argparse.Namespace) -> tuple[Packs, LoadedService]:
    """Return the packs and the service that was named; NotFound where there is none."""
    from minsheng import content

    packs = content.load(pack_versions.roots_of(arguments))
    loaded = packs.services.get(arguments.slug)
    if loaded is None:
        raise NotFound(
            "no_such_service",
            f"没有服务“{arguments.slug}”。有：{'、'.join(packs.services)}。",
            f"No service {arguments.slug!r}. There are: {', '.join(packs.services)}.",
        )
    return packs, loaded


def run_show(arguments: argparse.Namespace) -> int:
    """Print one service: version, since when, items with office and term."""
    packs, loaded = _named(arguments)
    spec = loaded.spec
    until = f" – {spec.effective_to}" if spec.effective_to else ""
    print(f"{spec.title.zh} / {spec.title.to('en')}")
    print(f"版本 version   {loaded.hash}")
    print(f"生效 effective {spec.effective_from}{until}")
    for item in spec.items.values():
        office = packs.district.office(item.office)
        after = f"  ← {'、'.join(item.needs)}" if item.needs else ""
        print(f"  {item.key:<20} {item.due.text.zh}  {item.title.zh}，{office.zh}{after}")
    print_json(
        arguments,
        {
            "slug": spec.slug,
            "hash": loaded.hash,
            "effective_from": spec.effective_from,
            "effective_to": spec.effective_to,
            "fields": len(spec.fields),
            "materials": len(spec.materials),
            "tests": len(loaded.tests),
            "items": [
                {
                    "key": item.key,
                    "title": item.title.zh,
                    "office": item.office,
                    "post": item.post,
                    "due": f"{item.due.amount}{item.due.unit}",
                    "needs": list(item.needs),
                }
                for item in spec.items.values()
            ],
        },
    )
    return 0


def _short(loaded: LoadedService) -> str:
    return loaded.hash.rpartition(":")[2][:12]
