"""One kind of request: from the nodes of `appeal.yaml` to a spec proved in itself, and to its hash."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from minsheng.content.district import District
from minsheng.content.problems import PackError, Place, Problem, error_at, unknown_word
from minsheng.content.reading import MAX_BYTES, Node, node_from_plain, place_of, read_file
from minsheng.content.schema import Builder
from minsheng.content.service import hash_of, normalise_any
from minsheng.engines.appeals.decide import receive
from minsheng.engines.appeals.spec import Act, AppealSpec, Grade
from minsheng.engines.appeals.state import CHINA
from minsheng.engines.casework.spec import FieldSpec
from minsheng.lib.errors import MinshengError
from minsheng.lib.workdays import HOURS, Term, WorkCalendar, moment_after

FILE, CATALOGUE = "appeal.yaml", "catalogue.yaml"
NEEDED: tuple[Act, ...] = ("not_accepted", "return", "dispute", "hold", "extend")


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal(AppealSpec):
    """A kind of request with what only pages need: what is asked of whoever makes it.

    `fields` are asked beside the category, the place and the words. `has_place` says that it is
    asked where it is, `asks_grade` how urgent. `hides_requester`: offices don't learn who it was; the dispatcher speaks for
    them. `protected`: only posts that open protected cases see it. `from_visits`: made only of what
    visits found and courtyards said. `mail`: the category of what comes by e-mail; "" where none does.
    """

    fields: Mapping[str, FieldSpec] = field(default_factory=lambda: MappingProxyType({}))
    has_place: bool = True
    asks_grade: bool = False
    hides_requester: bool = False
    protected: bool = False
    from_visits: bool = False
    mail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedAppeal:
    """A kind of request as it lies in its folder. `hash` names this version for ever."""

    spec: Appeal
    hash: str
    normalised: str
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A matter as it comes: what it is about, where, and when ("2026-03-06 17:00")."""

    category: str
    at: str
    area: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Who leads and by when; what isn't written isn't compared."""

    lead: str = ""
    helpers: tuple[str, ...] = ()
    grade: str = ""
    dispatch: str = ""
    contact: str = ""
    finish: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One test of a pack, as an officer would say it."""

    say: str
    given: Given
    expect: Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tests:
    tests: tuple[Sentence, ...]


def read_appeal(folder: Path, shown: str) -> Node:
    """Return what a request pack holds; its catalogue may lie in a file of its own."""
    node = read_file(folder / FILE, shown=f"{shown}/{FILE}")
    if not (folder / CATALOGUE).is_file():
        return node
    apart = read_file(folder / CATALOGUE, shown=f"{shown}/{CATALOGUE}")
    return Node({**node.mapping, **apart.mapping}, node.place)


def load_appeal(folder: Path, *, shown: str) -> LoadedAppeal:
    """Return the request pack in one folder. Raises PackError with everything that is wrong."""
    node = read_appeal(folder, shown)
    spec = Builder().build(Appeal, node)
    if spec.appeal != folder.name:
        raise PackError(
            [
                error_at(
                    place_of(node, "appeal"),
                    f"appeal 写的是“{spec.appeal}”，文件夹叫“{folder.name}”，要一样",
                    f"appeal is '{spec.appeal}' but its folder is '{folder.name}'",
                )
            ]
        )
    text = normalise_any(spec)
    return LoadedAppeal(spec=spec, hash=hash_of(text), normalised=text, folder=folder)


def appeal_from(normalised: str) -> Appeal:
    """Return the request pack of a stored, normalised text: equal to the one it was made from."""
    place = Place("normalised")
    if len(normalised) > 4 * MAX_BYTES:
        raise PackError([error_at(place, "存下来的内容太大", "the stored text is too large")])
    return Builder().build(Appeal, node_from_plain(json.loads(normalised), place=place))


def wrong_appeal(
    spec: Appeal, node: Node, district: District, *, parts: Collection[str] = ()
) -> Iterator[Problem]:
    """Yield everything in a request pack that can't work in this district with these repairs."""
    yield from _wrong_catalogue(spec, node, district)
    yield from _wrong_posts(spec, node, district)
    yield from _wrong_numbers(spec, node)
    leaves = [one.key for one in spec.leaves()]
    if spec.mail and spec.mail not in leaves:
        yield unknown_word(
            place_of(node, "mail"), spec.mail, leaves, kind_zh="末级类别", kind_en="lowest category"
        )
    for key, category in spec.catalogue.items():
        for part in category.parts:
            if part not in parts:
                yield unknown_word(
                    place_of(node, "catalogue", key, "parts"), part, parts,
                    kind_zh="部位", kind_en="part",
                )  # fmt: skip
    for act in NEEDED:
        if not spec.reasons_for(act) and (act != "extend" or _extends(spec)):
            yield error_at(
                place_of(node, "reasons"),
                f"没有一条理由写着 act: {act}，这一步就走不了",
                f"no reason with act: {act}, so nobody could take that step",
            )
    for key, reason in spec.reasons.items():
        if reason.act == "not_accepted" and not reason.where.zh:
            yield error_at(
                place_of(node, "reasons", key),
                "不受理要告诉人去哪里：加上 where",
                "who isn't taken must hear where to go: add `where`",
            )


def run_tests(
    loaded: LoadedAppeal, shown: str, calendar: WorkCalendar, district: District
) -> tuple[int, list[Problem]]:
    """Return how many sentences of a request pack were tried, and what is wrong with them."""
    run, problems = 0, list[Problem]()
    for path in sorted(loaded.folder.glob("tests/*.yaml")):
        name = f"{shown}/tests/{path.name}"
        try:
            node = read_file(path, shown=name)
            sentences = Builder().build(_Tests, node).tests
        except PackError as error:
            problems += error.problems
            continue
        for number, one in enumerate(sentences, 1):
            run += 1
            place = place_of(node, "tests", str(number))
            problems += _tried(loaded.spec, one, place, calendar, district)
    if not run:
        problems.append(
            error_at(
                Place(f"{shown}/{FILE}"),
                "没有用例：在 tests/ 里至少写一个",
                "there is no test: write at least one in tests/",
            )
        )
    return run, problems


def _tried(
    spec: Appeal, one: Sentence, place: Place, calendar: WorkCalendar, district: District
) -> Iterator[Problem]:
    try:
        at = datetime.fromisoformat(one.given.at).replace(tzinfo=CHINA)
        begun, _ = receive(
            spec, category=one.given.category, area=one.given.area, at=at, by="test",
            calendar=calendar,
        )  # fmt: skip
        areas = tuple(area.key for area in district.areas.path(one.given.area))
        duty, grade = spec.duty_of(begun.category, areas, at.date()), spec.grades[begun.grade]
        found = Expected(
            lead=duty.post,
            helpers=duty.helpers,
            grade=begun.grade,
            dispatch=_said(calendar, at, grade.dispatch),
            contact=_said(calendar, at, grade.contact),
            finish=_said(calendar, at, grade.finish),
        )
    except (MinshengError, ValueError) as error:
        yield error_at(place, f"“{one.say}”试不了：{error}", f"'{one.say}' can't be tried: {error}")
        return
    for name in ("lead", "helpers", "grade", "dispatch", "contact", "finish"):
        wanted, is_so = getattr(one.expect, name), getattr(found, name)
        if wanted and wanted != is_so:
            yield error_at(
                place.inner("expect").inner(name),
                f"“{one.say}”：要 {wanted}，得到 {is_so}",
                f"'{one.say}': expected {wanted}, found {is_so}",
            )


def _said(calendar: WorkCalendar, at: datetime, term: Term) -> str:
    return moment_after(calendar, at, term).at.strftime("%Y-%m-%d %H:%M")


def _extends(spec: Appeal) -> bool:
    return any(grade.extend is not None for grade in spec.grades.values())


def _wrong_catalogue(spec: Appeal, node: Node, district: District) -> Iterator[Problem]:
    for key, category in spec.catalogue.items():
        place = place_of(node, "catalogue", key)
        if category.parent and category.parent not in spec.catalogue:
            yield unknown_word(
                place.inner("parent"), category.parent, spec.catalogue,
                kind_zh="类别", kind_en="category",
            )  # fmt: skip
        *_, outermost = spec.line(key)
        if outermost.parent in spec.catalogue:
            yield error_at(place.inner("parent"), "上级绕成了圈", "the parents form a circle")
        if category.grade and category.grade not in spec.grades:
            yield unknown_word(
                place.inner("grade"), category.grade, spec.grades, kind_zh="时限", kind_en="grade"
            )
        for duty in category.duties:
            if duty.area and duty.area not in district.areas:
                yield unknown_word(
                    place.inner("duties"), duty.area, district.areas, kind_zh="地方", kind_en="area"
                )
    for leaf in spec.leaves():
        place = place_of(node, "catalogue", leaf.key)
        if not spec.grade_of(leaf.key):
            yield error_at(place, "没有写多急（grade）", "no grade, here or above")
        if not spec.backstop_of(leaf.key):
            yield error_at(
                place,
                "没有兜底的岗位（backstop）：谁都不管的时候没人接",
                "no backstop, here or above: nobody would take what nobody's duty is",
            )


def _wrong_posts(spec: Appeal, node: Node, district: District) -> Iterator[Problem]:
    for path, post in _posts(spec):
        if post not in district.posts:
            yield unknown_word(
                place_of(node, *path), post, district.posts, kind_zh="岗位", kind_en="post"
            )
        elif spec.protected and not district.posts[post].opens_protected:
            yield error_at(
                place_of(node, *path),
                f"受保护的诉求只交给 opens_protected 的岗位，“{post}”不是",
                f"a protected request is for posts with opens_protected; '{post}' isn't one",
            )


def _posts(spec: Appeal) -> Iterator[tuple[tuple[str, ...], str]]:
    yield ("dispatcher",), spec.dispatcher
    yield ("redo",), spec.redo
    yield ("visit", "post"), spec.visit.post
    yield ("dispute", "decide"), spec.dispute.decide
    yield ("hold", "approver"), spec.hold.approver
    for key, grade in spec.grades.items():
        if grade.extend is not None:
            yield ("grades", key, "extend", "approver"), grade.extend.approver
    for key, category in spec.catalogue.items():
        if category.backstop:
            yield ("catalogue", key, "backstop"), category.backstop
        for duty in category.duties:
            for post in (duty.post, *duty.helpers):
                yield ("catalogue", key, "duties"), post


def _wrong_numbers(spec: Appeal, node: Node) -> Iterator[Problem]:
    if sorted(level.score for level in spec.levels) != list(range(1, len(spec.levels) + 1)):
        yield error_at(
            place_of(node, "levels"), "分数要从 1 起一个不缺", "scores run from 1 without a gap"
        )
    for number, level in enumerate(spec.levels, 1):
        if not 0 <= level.percent <= 100:
            yield error_at(
                place_of(node, "levels", str(number)), "percent 在 0 到 100", "percent is 0 to 100"
            )
    if spec.visit.attempts < 1:
        yield error_at(place_of(node, "visit", "attempts"), "至少 1 次", "at least once")
    if spec.hold.most.unit in HOURS:
        yield error_at(place_of(node, "hold", "most"), "挂账按天算", "a hold is counted in days")
    for key, grade in spec.grades.items():
        yield from _wrong_order(grade, place_of(node, "grades", key))


def _wrong_order(grade: Grade, place: Place) -> Iterator[Problem]:
    """Yield a problem where the requester would be spoken to after the matter must be finished."""
    contact, finish = grade.contact, grade.finish
    if contact.unit == finish.unit and contact.amount > finish.amount:
        yield error_at(
            place, "先联系，再办完：contact 不能比 finish 长", "contact is longer than finish"
        )
