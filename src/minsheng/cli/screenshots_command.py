"""`minsheng screenshots OUT`: a picture of every page as the right person sees it.

Which pages, by whom and in which state is one list that the page tests use too:
`tests/journeys/sights.py` of the repository.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from minsheng.cli.printing import add_json, print_json
from minsheng.lib.errors import NotFound, Unavailable, WrongInput

WORDS = "给每一页拍照 / a picture of every page"
LOOKS = ("light", "dark", "elder", "elder-dark", "contrast")


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("screenshots", help=WORDS, description=WORDS)
    parser.add_argument("out", type=Path, metavar="OUT", help="放到哪个文件夹 / into which folder")
    parser.add_argument("--widths", default="320,1440", help="宽度 / widths in px (320,1440)")
    parser.add_argument(
        "--modes",
        default="light,dark,elder",
        help=f"外观 / looks, of {', '.join(LOOKS)} (light,dark,elder)",
    )
    parser.add_argument("--lang", choices=["zh", "en"], default="zh", help="语言 / language")
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="只要名字里有它的 / only titles that hold this"
    )
    parser.add_argument(
        "--list", action="store_true", help="只列出有哪些，不拍 / only list what there is"
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Start an installation, bring it to every state, and take the pictures."""
    forms = [(w, look) for w in _numbers(arguments.widths) for look in _looks(arguments.modes)]
    _require_repository()
    _require_browser()
    began = time.monotonic()
    if arguments.list:
        from minsheng.cli.temporary import installation

        with installation() as environment:
            titles = list(_chosen(environment, arguments.only))
        print("\n".join(titles))
        print_json(arguments, {"pages": titles})
        return 0
    from minsheng.cli.stack import Stack

    with Stack(households=20) as stack:
        chosen = _chosen(stack.environment, arguments.only)
        print(f"{len(chosen)} 页，每页 {len(forms)} 张 / pages, pictures of each", flush=True)
        prepared = importlib.import_module("tests.journeys.prepared").prepare(stack)
        pictures, failed = take(arguments, prepared, chosen, forms)
    seconds = round(time.monotonic() - began)
    print(f"{pictures} 张，在 / pictures in {arguments.out.resolve()}，{seconds} s")
    for words in failed:
        print(f"没拍成 / failed: {words}")
    result = {"pictures": pictures, "failed": failed, "folder": str(arguments.out.resolve())}
    print_json(arguments, {**result, "seconds": seconds})
    return 1 if failed else 0


def _chosen(environment: Mapping[str, str], only: str) -> dict[str, Any]:
    """Return the pages whose title holds `only`, with Django started for that installation."""
    os.environ.update(environment)
    from minsheng.cli.starting import start_django

    start_django()
    sights = importlib.import_module("tests.journeys.sights").sights()
    return {title: one for title, one in sights.items() if only in title}


def take(
    arguments: argparse.Namespace,
    prepared: Any,
    sights: Mapping[str, Any],
    forms: Sequence[tuple[int, str]],
) -> tuple[int, list[str]]:
    """Return how many pictures were taken, and which pages could not be shown."""
    with importlib.import_module("tests.browser").chromium() as chromium:
        return shoot(chromium, arguments, prepared, sights, forms)


def shoot(
    chromium: Any,
    arguments: argparse.Namespace,
    prepared: Any,
    sights: Mapping[str, Any],
    forms: Sequence[tuple[int, str]],
) -> tuple[int, list[str]]:
    """Take every page in every width and look with one browser."""
    from playwright.sync_api import Error

    opened = importlib.import_module("tests.browser").opened
    arguments.out.mkdir(parents=True, exist_ok=True)
    taken, failed = 0, []
    for title, sight in sights.items():
        name = re.sub(r"\W+", "-", title).strip("-")
        session = prepared.sessions.get(sight.who, "")
        for width, look in forms:
            seen = {"width": width, "look": look, "lang": arguments.lang, "session": session}
            with opened(chromium, prepared.base_url, **seen) as page:
                try:
                    sight.show(page, prepared)
                except (AssertionError, Error) as error:
                    failed.append(f"{title} {width} {look}: {str(error).splitlines()[0]}")
                    continue
                picture = arguments.out / f"{name}-{width}-{look}.png"
                page.screenshot(path=str(picture), full_page=True)
                taken += 1
        print(f"  {title}", flush=True)
    return taken, failed


def _require_repository() -> None:
    root = Path(__file__).resolve().parents[3]
    if not (root / "tests" / "journeys" / "sights.py").is_file():
        raise NotFound(
            "no_sights",
            "这里没有 tests/journeys：要拍的页面写在源码仓库里，请在那里运行。",
            "There is no tests/journeys here: the pages are listed in the repository. Run it there.",
        )
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))


def _require_browser() -> None:
    try:
        browsers = importlib.import_module("tests.browser")
    except ImportError as error:
        raise Unavailable(
            "no_playwright",
            f"拍照要用测试的依赖（{error.name}）。先运行一次 python3 start.py test 就装上了。",
            f"Pictures need the packages of the tests ({error.name}). Run python3 start.py test once.",
        ) from error
    if not browsers.chromium_path():
        raise Unavailable(
            "no_chromium",
            "没有找到 Chromium。装上再来：sudo apt install chromium",
            "No Chromium was found. Mend it with: sudo apt install chromium",
        )


def _numbers(text: str) -> list[int]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words or not all(word.isdigit() and 200 <= int(word) <= 4000 for word in words):
        raise WrongInput(
            "widths",
            f"--widths 写像素，用逗号隔开，比如 320,1440。现在是 {text}。",
            f"--widths are pixels with commas between, such as 320,1440; this is {text}.",
        )
    return [int(word) for word in words]


def _looks(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    unknown = [word for word in words if word not in LOOKS]
    if unknown or not words:
        raise WrongInput(
            "modes",
            f"没有“{'、'.join(unknown)}”这种外观，可以写：{'、'.join(LOOKS)}。",
            f"No look {', '.join(unknown)!r}; known: {', '.join(LOOKS)}.",
        )
    return words
