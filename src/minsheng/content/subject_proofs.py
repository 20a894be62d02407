"""What would stop a subject from being taught from: each item is tried on its own answers.

Whatever the checker of answers does in a lesson, it does here first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from minsheng.content.problems import Place, Problem, error_at, unknown_word, warning_at
from minsheng.content.reading import Node, place_of
from minsheng.content.subjects import Subject, SubjectNodes
from minsheng.engines.items import (
    BLANKS,
    Blanks,
    Choices,
    Expression,
    Item,
    Judge,
    Number,
    Written,
    check_answer,
    options_of,
    read_number,
    right_answer,
)
from minsheng.engines.items.expressions import SIGNS, UnreadableError, has_letters, read_expression
from minsheng.engines.items.formula import wrong_formula
from minsheng.engines.items.pictures import wrong_picture

ITEMS_PER_SKILL = 5
SKILLS_PER_ITEM = 3
LEVELS = (1, 2, 3)
SECONDS = range(5, 901)
LETTERS = "ABCDEF"
TERMS = (1, 2)


def wrong_subject(subject: Subject, nodes: SubjectNodes) -> Iterator[Problem]:
    """Yield everything that is wrong with a subject that can be read."""
    yield from _wrong_frame(subject, nodes)
    for key, item in subject.items.items():
        yield from _wrong_names(subject, item, nodes.items[key])
        yield from wrong_item(item, nodes.items[key])
    yield from _twins(subject, nodes)


def _wrong_frame(subject: Subject, nodes: SubjectNodes) -> Iterator[Problem]:
    units, skills = subject.spec.units, subject.skills.skills
    for key, unit in units.items():
        if unit.term not in TERMS:
            yield error_at(
                place_of(nodes.spec, "units", key, "term"),
                "学期写 1（上学期）或 2（下学期）",
                "a term is 1 or 2",
            )
    for name, place in nodes.files.items():
        if name not in units:
            yield unknown_word(
                Place(place.file), name, units, kind_zh="单元（文件名）", kind_en="unit (file name)"
            )
    for key, skill in skills.items():
        if skill.unit not in units:
            yield unknown_word(
                place_of(nodes.skills, key, "unit"), skill.unit, units,
                kind_zh="单元", kind_en="unit",
            )  # fmt: skip
        count = len(subject.by_skill[key])
        if count < ITEMS_PER_SKILL:
            yield error_at(
                place_of(nodes.skills, key),
                f"“{skill.title.zh}”只有 {count} 道题，至少要 {ITEMS_PER_SKILL} 道",
                f"'{key}' has {count} items; {ITEMS_PER_SKILL} are needed",
            )
    betrayed = {word for item in subject.items.values() for word in item.wrong.values()}
    for key, misconception in subject.misconceptions.items():
        if misconception.skill not in skills:
            yield unknown_word(
                place_of(nodes.misconceptions, key, "skill"), misconception.skill, skills,
                kind_zh="能力点", kind_en="skill",
            )  # fmt: skip
        if key not in betrayed:
            yield warning_at(
                place_of(nodes.misconceptions, key),
                "没有一道题能看出这个误区",
                "no item betrays this misconception",
            )


def _wrong_names(subject: Subject, item: Item, node: Node) -> Iterator[Problem]:
    known = subject.skills.skills
    if not 1 <= len(set(item.skills)) == len(item.skills) <= SKILLS_PER_ITEM:
        yield error_at(
            place_of(node, "skills"),
            f"写 1 到 {SKILLS_PER_ITEM} 个不同的能力点",
            f"name 1 to {SKILLS_PER_ITEM} different skills",
        )
    for key in item.skills:
        if key not in known:
            yield unknown_word(
                place_of(node, "skills"), key, known, kind_zh="能力点", kind_en="skill"
            )
    for answer, word in item.wrong.items():
        place = place_of(node, "wrong", answer)
        if word not in subject.misconceptions:
            yield unknown_word(
                place, word, subject.misconceptions, kind_zh="误区", kind_en="misconception"
            )
        elif subject.misconceptions[word].skill not in item.skills:
            own = subject.misconceptions[word].skill
            yield error_at(
                place,
                f"误区“{word}”是“{own}”的，不在这道题的 skills 里",
                f"the misconception '{word}' belongs to '{own}', not to a skill of this item",
            )


def wrong_item(item: Item, node: Node) -> Iterator[Problem]:
    """Yield everything that is wrong with one item in itself."""
    if item.level not in LEVELS:
        yield error_at(place_of(node, "level"), "难度写 1、2 或 3", "a level is 1, 2 or 3")
    if item.seconds not in SECONDS:
        yield error_at(
            place_of(node, "seconds"),
            f"用时写 {SECONDS[0]} 到 {SECONDS[-1]} 秒",
            f"{SECONDS[0]} to {SECONDS[-1]} seconds",
        )
    for name, words in (("ask", item.ask), ("why", item.why)):
        if not words:
            yield error_at(place_of(node, name), "这里是空的", "this is empty")
    shown: dict[tuple[str, ...], str] = {("ask",): item.ask, ("why",): item.why}
    shown |= {("options", letter): words for letter, words in options_of(item).items()}
    for path, words in shown.items():
        said = wrong_formula(words)
        if said is not None:
            yield error_at(place_of(node, *path), said.zh, said.en)
    yield from _wrong_options(item, node)
    yield from _wrong_form(item, node)
    found = list(_wrong_answers(item, node))
    yield from found
    if item.picture is not None:
        said = wrong_picture(item.picture)
        if said is not None:
            yield error_at(place_of(node, "picture"), said.zh, said.en)


def _wrong_options(item: Item, node: Node) -> Iterator[Problem]:
    options = options_of(item)
    if not options:
        return
    place = place_of(node, "options")
    if [*options] != [*LETTERS[: len(options)]] or len(options) < 2:
        yield error_at(
            place, "选项按 A、B、C 的顺序写，至少两个", "options are A, B, C …, two at least"
        )
    if len({_same(words) for words in options.values()}) < len(options):
        yield error_at(place, "有两个选项一样", "two options are the same")


def _wrong_form(item: Item, node: Node) -> Iterator[Problem]:
    """Yield what is wrong with the parts that only one kind of item has."""
    place = place_of(node, "answer")
    match item:
        case Choices() if len(item.answer) < 2:
            yield warning_at(
                place, "只有一个对的，用 choice", "one right option: use the kind choice"
            )
        case Number() if item.tolerance:
            tolerance = read_number(item.tolerance)
            if tolerance is None or tolerance < 0:
                yield error_at(
                    place_of(node, "tolerance"), "写一个不小于 0 的数", "a number, 0 or more"
                )
        case Blanks():
            asked = [mark for mark in BLANKS if mark in item.ask]
            if asked != [*BLANKS[: len(item.answer)]]:
                yield error_at(
                    place_of(node, "ask"),
                    f"题目里的空（{''.join(asked) or '没有'}）和 {len(item.answer)} 个答案对不上",
                    f"the blanks {' '.join(asked)} in ask don't fit {len(item.answer)} answers",
                )
        case Expression():
            yield from _wrong_expression(item, node)
        case Written():
            if not item.rubric or any(one.points < 1 or not one.any for one in item.rubric):
                yield error_at(
                    place_of(node, "rubric"),
                    "至少一个要点，每个至少 1 分、一个词",
                    "one point at least, each with points and words",
                )


def _wrong_expression(item: Expression, node: Node) -> Iterator[Problem]:
    for sign in item.must:
        if sign not in SIGNS:
            yield unknown_word(
                place_of(node, "must"), sign, SIGNS, kind_zh="运算符号", kind_en="sign"
            )
    try:
        read = read_expression(item.answer)
    except UnreadableError as error:
        yield error_at(place_of(node, "answer"), error.said.zh, error.said.en)
        return
    if not has_letters(read) and not item.must and not item.form and not read.is_equation:
        yield warning_at(
            place_of(node, "answer"),
            "只写结果也算对；要求写出算式，就加上 must",
            "the bare result is right too; add must to ask for the calculation",
        )


def _wrong_answers(item: Item, node: Node) -> Iterator[Problem]:
    """Yield each answer of the pack that the checker does not take as the pack says."""
    place = place_of(node, "answer")
    if isinstance(item, Written):
        if item.wrong:
            yield error_at(
                place_of(node, "wrong"), "这类题由老师看，不写 wrong", "a teacher judges: no wrong"
            )
        return
    if isinstance(item, Judge) and item.answer not in ("true", "false"):
        yield error_at(place, '写 "true" 或 "false"', 'write "true" or "false"')
        return
    if isinstance(item, Expression):
        try:
            for key in (item.answer, *item.wrong):
                read_expression(key)
        except UnreadableError as error:
            yield error_at(place, error.said.zh, error.said.en)
            return
    answer = right_answer(item)
    found = check_answer(item, answer)
    if not found.is_right:
        zh = found.said.zh if found.result == "unreadable" else f"批改成“{found.result}”"
        yield error_at(
            place,
            f"答案自己也不算对：{zh}",
            f"the answer is not right by its own check: {found.result}: {found.said.en}",
        )
    for key, word in item.wrong.items():
        given = check_answer(item, key)
        inner = place_of(node, "wrong", key)
        if given.result == "unreadable":
            yield error_at(
                inner,
                f"“{key}”读不懂：{given.said.zh}",
                f"'{key}' can't be read: {given.said.en}",
            )
        elif given.is_right:
            yield error_at(inner, f"“{key}”其实是对的", f"'{key}' is right, not wrong")
        elif given.misconception != word:
            yield error_at(
                inner,
                f"“{key}”和另一个错误答案是一回事",
                f"'{key}' is the same as another wrong answer",
            )


def _twins(subject: Subject, nodes: SubjectNodes) -> Iterator[Problem]:
    seen: dict[object, str] = {}
    for key, item in subject.items.items():
        options = frozenset(map(_same, options_of(item).values()))
        sign = (_same(item.ask), options, item.picture)
        first = seen.setdefault(sign, key)
        if first != key:
            yield error_at(
                place_of(nodes.items[key], "ask"),
                f"和“{first}”是同一道题（{nodes.items[first].place}）",
                f"this is the same item as '{first}' ({nodes.items[first].place})",
            )


def _same(words: str) -> str:
    """Return words without what doesn't tell two texts apart: spaces, width, case of letters."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", words))
