"""`minsheng pack diff | replay | migrate`: two forms compared, a form tried, running cases moved."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minsheng.cli.printing import add_json, print_json
from minsheng.lib.errors import NotFound, WrongInput

if TYPE_CHECKING:
    from minsheng.content import LoadedService

LAST = 200
NAMING = "newborn、newborn/2027-01-01 或文件夹 / a service, one of its dated forms, or a folder"


def add(acts: Any) -> None:
    """Add the acts that need the database."""
    replay = acts.add_parser(
        "replay",
        help="拿存着的案卷试新版，什么都不写 / try a form on stored cases, writing nothing",
    )
    replay.add_argument("slug", metavar="SERVICE")
    replay.add_argument("--to", required=True, metavar="DAY", help="新版的生效日 / day it begins")
    replay.add_argument("--last", type=int, default=LAST, help="最近几个案卷 / how many cases")
    replay.set_defaults(run=run_replay)
    migrate = acts.add_parser(
        "migrate", help="在办的案卷换到生效的版本 / move running cases to the form in force"
    )
    migrate.add_argument("slug", metavar="SERVICE")
    how = migrate.add_mutually_exclusive_group(required=True)
    how.add_argument("--dry-run", action="store_true", help="只看会怎样 / only say what would be")
    how.add_argument("--yes", action="store_true", help="真的换 / do it")
    migrate.set_defaults(run=run_migrate)
    for parser in (replay, migrate):
        add_json(parser)


def roots_of(arguments: argparse.Namespace) -> Sequence[Path]:
    """Return the pack folders that were named, by option or by MINSHENG_PACKS."""
    if arguments.folder:
        return [folder.resolve() for folder in arguments.folder]
    named = os.environ.get("MINSHENG_PACKS", "")
    return [Path(part).expanduser().resolve() for part in named.split(os.pathsep) if part]


def run_diff(arguments: argparse.Namespace) -> int:
    """Print what differs between two forms, one sentence a line."""
    from minsheng import content

    roots = roots_of(arguments) or content.default_roots()
    old, new = (form_named(name, roots) for name in (arguments.old, arguments.new))
    found = content.differences(old.spec, new.spec)
    for one in found:
        print(f"{one.text.zh}\n    {one.text.to('en')}")
    if not found:
        print("两个版本一样 / the two forms are the same")
    print_json(
        arguments,
        {
            "old": old.hash,
            "new": new.hash,
            "count": len(found),
            "differences": [
                {
                    "part": one.part,
                    "key": one.key,
                    "path": ".".join(one.path),
                    "zh": one.text.zh,
                    "en": one.text.to("en"),
                    "before": {"zh": one.before.zh, "en": one.before.to("en")},
                    "after": {"zh": one.after.zh, "en": one.after.to("en")},
                }
                for one in found
            ],
        },
    )
    return 0


def form_named(name: str, roots: Sequence[Path]) -> LoadedService:
    """Return the form that a command names: a folder, a service, or one of its dated forms.

    Raises NotFound with what there is, and PackError where it can't be read.
    """
    from minsheng import content

    folder = Path(name)
    if (folder / "service.yaml").is_file():
        return content.form_in(folder.resolve())
    slug, _, begins = name.partition("/")
    forms = content.read_forms(roots, slug)
    for form in forms:
        if form.begins == begins:
            if form.loaded is None:
                raise content.PackError(form.problems)
            return form.loaded
    installed = content.load(roots).services
    if not begins and slug in installed:
        return installed[slug]
    there = [*installed, *(f"{form.slug}/{form.begins}" for form in forms)]
    raise NotFound(
        "no_such_form",
        f"没有“{name}”。有：{'、'.join(there)}；也可以写文件夹。",
        f"No form {name!r}. There are: {', '.join(there)}; a folder will do as well.",
    )


def run_replay(arguments: argparse.Namespace) -> int:
    """Print how many of the last cases would have differed, and in what."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.cases import reads as cases

    if arguments.last < 1:
        raise WrongInput("last", "--last 至少是 1。", "--last must be at least 1.", field="last")
    report = cases.try_form(
        arguments.slug, arguments.to, last=arguments.last, progress=_progress("试 trying")
    )
    print(f"{report.text.zh}\n{report.text.to('en')}")
    for group in report.groups:
        print(f"  {len(group.cases):>6}  {group.text.zh} / {group.text.to('en')}")
    print_json(
        arguments,
        {
            "service": arguments.slug,
            "to": report.to_hash,
            "cases": report.cases,
            "unreadable": report.unreadable,
            "same": report.same,
            "different": report.different,
            "groups": [
                {
                    "kind": group.kind,
                    "item": group.item,
                    "zh": group.text.zh,
                    "en": group.text.to("en"),
                    "count": len(group.cases),
                    "cases": list(group.cases),
                }
                for group in report.groups
            ],
            "list": [
                {"number": line.number, "changes": [change.zh for change in line.changes]}
                for line in report.lines
            ],
        },
    )
    return 0


def run_migrate(arguments: argparse.Namespace) -> int:
    """Say what moving would do to each running case, or move them, one transaction each."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.cases import actions

    if arguments.dry_run:
        report = actions.assess_cases(arguments.slug, progress=_progress("看 looking"))
    else:
        report = actions.move_cases(arguments.slug, by="operator", progress=_progress("换 moving"))
    for line in report.lines:
        words = "；".join(text.zh for text in line.texts) or "别的不变"
        print(f"  {line.number}  {line.outcome}  {words}")
    print(f"{report.text.zh}\n{report.text.to('en')}")
    print_json(
        arguments,
        {
            "service": arguments.slug,
            "to": report.to_hash,
            "dry_run": arguments.dry_run,
            **report.counts,
            "list": [
                {
                    "number": line.number,
                    "outcome": line.outcome,
                    "zh": [text.zh for text in line.texts],
                    "en": [text.to("en") for text in line.texts],
                }
                for line in report.lines
            ],
        },
    )
    return 0


def _progress(word: str) -> Any:
    """Return what shows on a terminal how far long work has come."""

    def show(done: int, total: int) -> None:
        if sys.stderr.isatty() and (done % 20 == 0 or done == total):
            end = "\n" if done == total else ""
            print(f"\r{word} {done}/{total}", end=end, file=sys.stderr, flush=True)

    return show
