"""A lesson as it is planned: steps with minutes, what is done, questions, materials. Plans compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from minsheng.engines.lessons.sheet import Pattern
from minsheng.lib.texts import Text

MOST_WORDS, MOST_LINES = 600, 12
LONGEST_LINE = 200
Mark = Literal["", "+", "-"]


@dataclass(frozen=True, slots=True)
class Material:
    """Something the lesson needs: what it is called, and where it is, if it has an address."""

    title: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step as it is planned. `skills` are practised in it; `practice` exercises for each pupil."""

    minutes: int
    teacher: str = ""
    pupils: str = ""
    questions: tuple[str, ...] = ()
    materials: tuple[Material, ...] = ()
    skills: tuple[str, ...] = ()
    practice: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A lesson: what it is about, the skills it is for, its steps by the keys of the pattern."""

    title: str
    aim: str
    skills: tuple[str, ...]
    steps: Mapping[str, Step]

    @property
    def minutes(self) -> int:
        """Return how long all steps take."""
        return sum(step.minutes for step in self.steps.values())


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that can't be taught so: the field it stands in, and what to do."""

    field: str
    said: Text


@dataclass(frozen=True, slots=True)
class Change:
    """What changed: in which step ("" of the lesson), which part, and the words with their marks.

    `words`: pieces marked "+" (new), "-" (gone) or "" (as before).
    """

    step: str
    part: str
    before: str
    after: str
    words: tuple[tuple[Mark, str], ...]


def wrong_in(plan: Plan, pattern: Pattern, *, known_skills: Sequence[str] = ()) -> list[Wrong]:
    """Return everything that has to be mended before a plan is kept; none for a good one.

    `known_skills` are the keys of the subject's map; without them skills aren't looked at.
    """
    return list(_wrong(plan, pattern, set(known_skills)))


def differences(old: Plan, new: Plan, pattern: Pattern) -> tuple[Change, ...]:
    """Return what changed from one plan to the other, in the order of the plan."""
    found = []
    before, after = dict(_parts(old, pattern)), dict(_parts(new, pattern))
    for at in before | after:
        was, now = before.get(at, ""), after.get(at, "")
        if was != now:
            found.append(Change(*at, was, now, tuple(_pieces(was, now))))
    return tuple(found)


def plan_kept(plan: Plan) -> dict[str, Any]:
    """Return a plan as it is stored."""
    return asdict(plan)


def plan_from(kept: Mapping[str, Any]) -> Plan:
    """Return a plan as it was stored."""
    steps = {
        key: Step(
            minutes=int(step["minutes"]),
            teacher=step.get("teacher", ""),
            pupils=step.get("pupils", ""),
            questions=tuple(step.get("questions", ())),
            materials=tuple(Material(**one) for one in step.get("materials", ())),
            skills=tuple(step.get("skills", ())),
            practice=int(step.get("practice", 0)),
        )
        for key, step in kept["steps"].items()
    }
    return Plan(
        title=kept["title"], aim=kept.get("aim", ""), skills=tuple(kept["skills"]), steps=steps
    )


def _wrong(plan: Plan, pattern: Pattern, known: set[str]) -> Iterator[Wrong]:
    if not plan.title.strip() or len(plan.title) > 60:
        yield Wrong("title", Text("课题写 1 到 60 个字。", "The title has 1 to 60 characters."))
    if len(plan.aim) > MOST_WORDS:
        yield Wrong("aim", _too_long(MOST_WORDS))
    if not plan.skills:
        yield Wrong(
            "skills", Text("请选这节课要学的知识点。", "Choose what the lesson is to teach.")
        )
    for skill in dict.fromkeys(
        (*plan.skills, *(key for step in plan.steps.values() for key in step.skills))
    ):
        if known and skill not in known:
            yield Wrong(
                "skills",
                Text(f"知识图谱里没有“{skill}”。", f"There is no skill “{skill}” in the map."),
            )
    for key in pattern.steps:
        if key not in plan.steps:
            title = pattern.steps[key].title
            yield Wrong(
                f"{key}.minutes",
                Text(f"还没有写“{title.zh}”。", f"“{title.to('en')}” is missing."),
            )
    for key, step in plan.steps.items():
        yield from _wrong_step(key, step)
    if plan.minutes != pattern.minutes and not any(
        step.minutes < 0 for step in plan.steps.values()
    ):
        apart = plan.minutes - pattern.minutes
        yield Wrong(
            "minutes",
            Text(
                f"五步一共 {plan.minutes} 分钟，一节课 {pattern.minutes} 分钟，"
                f"{'多了' if apart > 0 else '还差'} {abs(apart)} 分钟。",
                f"The steps take {plan.minutes} minutes of a lesson of {pattern.minutes}: "
                f"{abs(apart)} {'too many' if apart > 0 else 'are left'}.",
            ),
        )


def _wrong_step(key: str, step: Step) -> Iterator[Wrong]:
    if not 0 <= step.minutes <= 60:
        yield Wrong(f"{key}.minutes", Text("分钟写 0 到 60 的整数。", "Minutes run from 0 to 60."))
    if step.minutes and not (step.teacher.strip() or step.pupils.strip()):
        yield Wrong(
            f"{key}.teacher",
            Text(
                "这一步写一句：老师做什么，或者学生做什么。",
                "Say what the teacher or the pupils do in this step.",
            ),
        )
    for part in ("teacher", "pupils"):
        if len(getattr(step, part)) > MOST_WORDS:
            yield Wrong(f"{key}.{part}", _too_long(MOST_WORDS))
    for part, lines in (
        ("questions", step.questions),
        ("materials", [one.title + one.link for one in step.materials]),
    ):
        if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
            yield Wrong(
                f"{key}.{part}",
                Text(
                    f"最多 {MOST_LINES} 行，每行 {LONGEST_LINE} 字以内。",
                    f"At most {MOST_LINES} lines of {LONGEST_LINE} characters.",
                ),
            )
    for one in step.materials:
        if one.link and not one.link.startswith(("https://", "http://", "/")):
            yield Wrong(
                f"{key}.materials",
                Text(
                    f"“{one.title}”的地址要以 https:// 开头。",
                    f"The address of “{one.title}” begins with https://.",
                ),
            )
    if not 0 <= step.practice <= 20:
        yield Wrong(f"{key}.practice", Text("练习题数写 0 到 20。", "Exercises run from 0 to 20."))


def _too_long(most: int) -> Text:
    return Text(f"最多 {most} 个字。", f"At most {most} characters.")


def _parts(plan: Plan, pattern: Pattern) -> Iterator[tuple[tuple[str, str], str]]:
    yield ("", "title"), plan.title
    yield ("", "aim"), plan.aim
    yield ("", "skills"), "、".join(plan.skills)
    for key in (*pattern.steps, *(key for key in plan.steps if key not in pattern.steps)):
        step = plan.steps.get(key)
        if step is None:
            continue
        yield (key, "minutes"), str(step.minutes)
        yield (key, "teacher"), step.teacher
        yield (key, "pupils"), step.pupils
        yield (key, "questions"), "\n".join(step.questions)
        yield (
            (key, "materials"),
            "\n".join(f"{one.title} {one.link}".strip() for one in step.materials),
        )
        yield (key, "skills"), "、".join(step.skills)
        yield (key, "practice"), str(step.practice)


def _pieces(before: str, after: str) -> Iterator[tuple[Mark, str]]:
    """Yield the text of both with its marks; joined without "-" it is the new one."""
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            yield "", before[a:b]
            continue
        if b > a:
            yield "-", before[a:b]
        if d > c:
            yield "+", after[c:d]
