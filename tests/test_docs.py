"""The documents name what exists: paths, packages, settings, words, days."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest

from minsheng import content
from minsheng.cli.main import parser
from minsheng.lib.workdays import Term

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "minsheng"
MAP = ROOT / "docs" / "map.md"
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
MADE_HERE = {"var", "build", "node_modules"}
"""What git ignores; names with a dot are left out as well, save those the map explains."""
EXPLAINED = {".ci", ".gitignore"}
MADE_AT_RUN_TIME = {"var/", ".venv/"}
SUFFIXES = (".py", ".md", ".toml", ".lock", ".yaml", ".css", ".html", ".typ", ".js")
TICKED = re.compile(r"`([^`\n]+)`")
SEEN = (
    "孩子出生", "新生儿出生一件事", "开始填表", "待办", "等登记库", "演示样本", "谁看过我的信息",
    "大字版", "还不能在网上办",
)  # fmt: skip
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def pages() -> list[Path]:
    """Return every Markdown page that is part of the product."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def prose(text: str) -> str:
    """Return a page without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)


def packages() -> list[str]:
    """Return every package of the product, as the map writes it."""
    return sorted(
        f"{path.parent.relative_to(ROOT).as_posix()}/" for path in SOURCE.rglob("__init__.py")
    )


def entries_at_the_top() -> list[str]:
    return sorted(
        path.name
        for path in ROOT.iterdir()
        if path.name in EXPLAINED or not (path.name.startswith(".") or path.name in MADE_HERE)
        if path.is_file() or any(path.rglob("*.*"))
    )


def paths_on_the_map() -> Iterator[tuple[str, Path]]:
    """Yield each path on the map as written, with the folder its section is about."""
    folder = ROOT
    for line in prose(MAP.read_text(encoding="utf-8")).splitlines():
        if line.startswith("#"):
            heading = TICKED.search(line)
            folder = ROOT / heading[1] if heading else ROOT
        row = folder
        for word in TICKED.findall(line):
            is_path = word.endswith((*SUFFIXES, "/")) and not re.search(r"[<> ]|^/", word)
            if is_path and word not in MADE_AT_RUN_TIME:
                yield word, row
            if word.startswith(("src/", "packs/")) and word.endswith("/"):
                row = ROOT / word


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as the usual renderers make them."""
    made = set()
    for line in prose(page.read_text(encoding="utf-8")).splitlines():
        if line.startswith("#"):
            title = line.lstrip("#").strip().lower()
            made.add(re.sub(r"[^\w\- ]", "", title).replace(" ", "-"))
    return made


def settings_read() -> set[str]:
    """Return every variable that the settings read from the environment."""
    tree = ast.parse((SOURCE / "config" / "settings.py").read_text(encoding="utf-8"))
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def defaults_written_out() -> dict[str, str]:
    """Return the defaults that stand in the settings as a plain number or text."""
    tree = ast.parse((SOURCE / "config" / "settings.py").read_text(encoding="utf-8"))
    found = {}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"text", "integer"}
            and len(node.args) == 2
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[1], ast.Constant)
            and node.args[1].value != ""
        ):
            found[str(node.args[0].value)] = str(node.args[1].value)
    return found


def rows_of(page: Path, *, first: str) -> list[list[str]]:
    """Return the rows of tables whose first cell fits the pattern."""
    rows = []
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if re.fullmatch(first, cells[0]):
                rows.append(cells)
    return rows


# ── the map ─────────────────────────────────────────────────────────────────────────────────────


def test_every_path_on_the_map_exists() -> None:
    found = list(paths_on_the_map())
    assert len(found) > 150
    absent = [
        word
        for word, folder in found
        if not (ROOT / word).exists()
        and not any((base / word).exists() for base in (SOURCE, folder))
        and not (folder != ROOT and any(folder.rglob(word.rstrip("/"))))
    ]
    assert absent == []


@pytest.mark.parametrize("package", packages())
def test_every_package_is_on_the_map(package: str) -> None:
    assert f"`{package}`" in MAP.read_text(encoding="utf-8")


@pytest.mark.parametrize("entry", entries_at_the_top())
def test_everything_at_the_top_is_on_the_map(entry: str) -> None:
    text = MAP.read_text(encoding="utf-8")
    assert any(f"`{entry}{end}" in text for end in ("`", "/"))


# ── links and words ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(prose(page.read_text(encoding="utf-8"))):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        goal = (page.parent / unquote(path)).resolve() if path else page
        if not goal.exists() or (anchor and anchor not in anchors(goal)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", pages(), ids=named)
def test_pages_hold_no_path_of_a_machine_and_no_host_of_a_registry(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    machine = re.compile(r"/(home|root|work|Users|tmp)/|pypi\.org|pythonhosted|npmjs|C:\\")
    assert machine.findall(text) == []


def test_every_page_about_the_product_is_in_the_index_of_its_folder() -> None:
    for folder in ("howto", "engines", "decisions"):
        index = (ROOT / "docs" / folder / "README.md").read_text(encoding="utf-8")
        listed = set(re.findall(r"\]\(([\w.-]+\.md)\)", index))
        there = {page.name for page in (ROOT / "docs" / folder).glob("*.md")} - {"README.md"}
        assert there == listed, folder


def test_each_word_of_the_glossary_is_used_in_the_code() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in [*SOURCE.rglob("*.py"), *(ROOT / "packs").rglob("*.yaml")]
    )
    rows = rows_of(ROOT / "docs" / "glossary.md", first=r".*[一-鿿].*")
    words = [word for row in rows for word in TICKED.findall(row[1])]
    assert len(words) > 60
    assert [word for word in words if not re.search(rf"\b{re.escape(word)}\b", code)] == []


@pytest.mark.parametrize("page", READMES, ids=named)
def test_what_a_readme_says_one_sees_is_on_a_page(page: Path) -> None:
    """Words in the walk that name a link, button or state must be those of the product."""
    shown = "\n".join(
        path.read_text(encoding="utf-8")
        for folder, kind in ((SOURCE, "*.html"), (SOURCE, "*.py"), (ROOT / "packs", "*.yaml"))
        for path in folder.rglob(kind)
    )
    text = page.read_text(encoding="utf-8")
    words = re.findall(r"“([^”]{2,12})”", text) if page.name.endswith("zh-CN.md") else SEEN
    assert len(words) > 8
    assert [word for word in words if word not in shown or word not in text] == []


# ── settings and days ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", READMES, ids=named)
def test_the_settings_of_the_readme_are_those_of_the_code(page: Path) -> None:
    told = {row[0].strip("`") for row in rows_of(page, first=r"`MINSHENG_\w+`")}
    assert told == settings_read() | {"MINSHENG_VAR"}


@pytest.mark.parametrize("page", READMES, ids=named)
def test_the_defaults_of_the_readme_are_those_of_the_code(page: Path) -> None:
    told = {row[0].strip("`"): row[2] for row in rows_of(page, first=r"`MINSHENG_\w+`")}
    defaults = defaults_written_out()
    assert len(defaults) > 8
    assert {name: told[name] for name in defaults if f"`{defaults[name]}`" not in told[name]} == {}


@pytest.mark.parametrize("page", READMES, ids=named)
def test_the_commands_of_the_readme_are_those_there_are(page: Path) -> None:
    told = {row[0].strip("`").split()[1] for row in rows_of(page, first=r"`minsheng .*`")}
    there = {
        name
        for action in parser()._actions
        if isinstance(action, argparse._SubParsersAction)
        for name in action.choices
    }
    assert told == there


def test_the_days_in_the_page_on_working_days_are_what_the_calendar_says() -> None:
    calendar = content.load(()).calendar
    rows = rows_of(ROOT / "docs" / "engines" / "workdays.md", first=r"\d{4}-\d\d-\d\d")
    assert len(rows) >= 6
    for start, term, due, because in rows:
        found = calendar.add(date.fromisoformat(start), Term.parse(term))
        assert found.day == date.fromisoformat(due), start
        assert found.provisional == ("provisional" in because), start
