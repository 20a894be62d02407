"""`minsheng subject`: which subjects there are; a subject for other systems, and items from them.

Needs neither Django nor a database: a folder of packs is enough.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minsheng.cli import pack_versions
from minsheng.cli.printing import add_json, group, print_json
from minsheng.lib.errors import MinshengError, NotFound

if TYPE_CHECKING:
    from minsheng.content import Packs
    from minsheng.content.subjects import Subject

ADDRESS = "urn:minsheng:subjects"


def add(commands: Any) -> None:
    """Add the command."""
    acts = group(commands, "subject", "学科和题库 / subjects: list, export, import")
    listing = acts.add_parser("list", help="有哪些学科 / which subjects there are")
    listing.set_defaults(run=run_list)
    export = acts.add_parser(
        "export", help="能力点导出成 CASE，题导出成 QTI 3 / skills as CASE, items as QTI 3"
    )
    export.add_argument("subject", metavar="SUBJECT")
    export.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="写到这里 / written here"
    )
    export.add_argument(
        "--address", default=ADDRESS, metavar="URI", help="标识从这里开始 / where URIs begin"
    )
    export.set_defaults(run=run_export)
    taken = acts.add_parser(
        "import", help="QTI 3 的题读成题库的写法 / QTI 3 items as a file of a pack"
    )
    taken.add_argument("files", nargs="+", type=Path, metavar="FILE")
    taken.add_argument(
        "--skill", action="append", default=[], metavar="KEY",
        help="题里没写能力点时用这个 / the skill of items that name none",
    )  # fmt: skip
    taken.add_argument("--out", type=Path, required=True, metavar="FILE")
    taken.set_defaults(run=run_import)
    for parser in (listing, export):
        parser.add_argument(
            "--folder", action="append", type=Path, default=[],
            help="服务包文件夹，默认按 MINSHENG_PACKS / folder of packs, default: MINSHENG_PACKS",
        )  # fmt: skip
    for parser in (listing, export, taken):
        add_json(parser)


def _packs(arguments: argparse.Namespace) -> Packs:
    from minsheng import content

    return content.load(pack_versions.roots_of(arguments))


def run_list(arguments: argparse.Namespace) -> int:
    """Print the subjects with what they hold."""
    rows = []
    for key, subject in _packs(arguments).subjects.items():
        counts = {
            "skills": len(subject.skills.skills),
            "misconceptions": len(subject.misconceptions),
            "items": len(subject.items),
        }
        print(f"{key}  {subject.spec.title.zh} / {subject.spec.title.to('en')}")
        print(
            f"  {counts['skills']} 个能力点，{counts['misconceptions']} 个误区，{counts['items']} 道题 / "
            f"{counts['skills']} skills, {counts['misconceptions']} misconceptions, "
            f"{counts['items']} items"
        )
        rows.append({"subject": key, "hash": subject.hash, **counts})
    print_json(arguments, {"subjects": rows})
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Write `case.json` and one QTI file for each item; say which kinds could not be written."""
    from minsheng.engines.items import case, qti

    packs = _packs(arguments)
    subject = packs.subjects.get(arguments.subject)
    if subject is None:
        raise NotFound(
            "no_such_subject",
            f"没有学科“{arguments.subject}”。有：{'、'.join(packs.subjects)}。",
            f"No subject {arguments.subject!r}. There are: {', '.join(packs.subjects)}.",
        )
    out: Path = arguments.out
    (out / "items").mkdir(parents=True, exist_ok=True)
    package = case.framework(
        subject.spec.title,
        subject.spec.units,
        subject.skills.skills,
        address=f"{arguments.address.rstrip('/:')}:{subject.spec.key}"
        if arguments.address.startswith("urn:")
        else f"{arguments.address.rstrip('/')}/{subject.spec.key}",
        creator=packs.district.title.zh,
        changed=datetime.fromtimestamp(packs_changed(arguments, subject), tz=UTC),
    )
    text = json.dumps(package, ensure_ascii=False, indent=2)
    (out / "case.json").write_text(text + "\n", encoding="utf-8")
    left: Counter[str] = Counter()
    for item in subject.items.values():
        if qti.may_be_carried(item):
            (out / "items" / f"{item.key}.xml").write_text(qti.to_qti(item), encoding="utf-8")
        else:
            left[item.kind + (" 带图 with a picture" if item.picture else "")] += 1
    written = len(subject.items) - left.total()
    print(f"写了 {written} 道题，在 {out} / {written} items written")
    for kind, count in sorted(left.items()):
        print(f"没有写：{kind}，{count} 道 / not written: {kind}, {count}")
    print_json(
        arguments,
        {"written": written, "left_out": dict(left), "cf_items": len(package["CFItems"]),
         "cf_associations": len(package["CFAssociations"])},
    )  # fmt: skip
    return 0


def packs_changed(arguments: argparse.Namespace, subject: Subject) -> float:
    """Return when a file of a subject last changed, in seconds."""
    from minsheng import content

    roots = pack_versions.roots_of(arguments) or content.default_roots()
    files = [
        path for root in roots for path in (root / "subjects" / subject.spec.key).rglob("*.yaml")
    ]
    return max(path.stat().st_mtime for path in files)


def run_import(arguments: argparse.Namespace) -> int:
    """Write the items of QTI files as a file of a pack; name each one that can't be read."""
    import yaml

    from minsheng.content.schema import plain
    from minsheng.engines.items import qti

    items: dict[str, Any] = {}
    failed = 0
    for path in arguments.files:
        try:
            item = qti.from_qti(path.read_text(encoding="utf-8"), skills=arguments.skill)
        except (MinshengError, OSError, UnicodeDecodeError) as error:
            failed += 1
            said = f"{error.zh} / {error.en}" if isinstance(error, MinshengError) else str(error)
            print(f"{path}: {said}")
            continue
        if item.key in items:
            failed += 1
            print(f"{path}: “{item.key}”已经有了 / is there already")
            continue
        written = plain(item)
        assert isinstance(written, Mapping)
        items[item.key] = {key: value for key, value in written.items() if key != "key"}
    text = yaml.safe_dump({"items": items}, allow_unicode=True, sort_keys=False, width=1000)
    arguments.out.write_text(text, encoding="utf-8")
    print(
        f"读了 {len(items)} 道，{failed} 道读不了，写在 {arguments.out}。放进学科的 items 文件夹，"
        f"再运行 minsheng pack check。/ {len(items)} read, {failed} not."
    )
    print_json(arguments, {"read": len(items), "failed": failed})
    return 1 if failed else 0
