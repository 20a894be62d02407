"""`minsheng pack diff`: two forms of a service compared."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from minsheng.cli.printing import print_json
from minsheng.lib.errors import NotFound

if TYPE_CHECKING:
    from minsheng.content import LoadedService

NAMING = "newborn、newborn/2027-01-01 或文件夹 / a service, one of its dated forms, or a folder"


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
