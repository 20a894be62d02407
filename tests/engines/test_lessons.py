"""A lesson in five steps: what can't be taught so, what changed, on what observers differ."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.lessons import (
    Material,
    Pattern,
    Plan,
    Step,
    StepPattern,
    apart,
    by_step,
    differences,
    plan_from,
    plan_kept,
    wrong_in,
)
from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text

PATTERN = Pattern(
    key="p", title=Text("课"), summary=Text("课"), minutes=40, cite=Cite(Text("本区"), "L"),
    scale=(Text("没有"), Text("有"), Text("都是")),
    steps={
        key: StepPattern(
            key=key, title=Text(key), about=Text(key), minutes=20,
            questions={"one": Text("一"), "two": Text("二")},
        )
        for key in ("begin", "do")
    },
)  # fmt: skip
PLAN = Plan(
    title="乘法分配律",
    aim="会用",
    skills=("distributive-law",),
    steps={
        "begin": Step(minutes=10, teacher="讲一个买校服的事", questions=("两种算法一样吗？",)),
        "do": Step(
            minutes=30, pupils="用方格纸摆一摆", materials=(Material("方格纸"),), practice=4
        ),
    },
)


def fields(plan: Plan) -> list[str]:
    return [one.field for one in wrong_in(plan, PATTERN, known_skills=["distributive-law"])]


def test_a_good_plan_has_nothing_wrong() -> None:
    assert fields(PLAN) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(PLAN, title=" "), "title"),
        (replace(PLAN, skills=()), "skills"),
        (replace(PLAN, skills=("nothing",)), "skills"),
        (replace(PLAN, steps={"begin": PLAN.steps["begin"]}), "do.minutes"),
        (
            replace(PLAN, steps={**PLAN.steps, "do": replace(PLAN.steps["do"], minutes=31)}),
            "minutes",
        ),
        (replace(PLAN, steps={**PLAN.steps, "do": Step(minutes=30)}), "do.teacher"),
        (
            replace(
                PLAN,
                steps={
                    **PLAN.steps,
                    "do": replace(
                        PLAN.steps["do"], materials=(Material("片", "javascript:alert(1)"),)
                    ),
                },
            ),
            "do.materials",
        ),
    ],
)
def test_what_cannot_be_taught_so_is_named_by_its_field(wrong: Plan, field: str) -> None:
    assert field in fields(wrong)


def test_a_plan_is_kept_and_read_whole() -> None:
    assert plan_from(plan_kept(PLAN)) == PLAN


def test_what_changed_is_shown_word_by_word() -> None:
    new = replace(
        PLAN,
        steps={**PLAN.steps, "begin": replace(PLAN.steps["begin"], teacher="讲一个买桌椅的事")},
    )
    (change,) = differences(PLAN, new, PATTERN)
    assert (change.step, change.part) == ("begin", "teacher")
    assert change.words == (("", "讲一个买"), ("-", "校服"), ("+", "桌椅"), ("", "的事"))


WORDS = st.text("甲乙丙丁", max_size=12)


@given(WORDS, WORDS, st.lists(WORDS, max_size=3), st.integers(0, 40))
def test_old_and_new_can_be_read_from_a_difference(
    was: str, now: str, questions: list[str], minutes: int
) -> None:
    old = replace(PLAN, aim=was)
    step = Step(minutes=minutes, teacher="讲", questions=tuple(questions))
    new = replace(PLAN, aim=now, steps={**PLAN.steps, "do": step})
    for change in differences(old, new, PATTERN):
        assert "".join(text for mark, text in change.words if mark != "+") == change.before
        assert "".join(text for mark, text in change.words if mark != "-") == change.after
    assert differences(new, new, PATTERN) == ()


def test_scores_are_summed_by_step_and_those_far_apart_are_talked_about() -> None:
    first = {"begin.one": 0, "begin.two": 2, "do.one": 1}
    second = {"begin.one": 2, "begin.two": 2, "do.one": 2}
    assert by_step(PATTERN, first) == {"begin": 1.0, "do": 1.0}
    assert [(one.question.name, one.scores) for one in apart(PATTERN, [first, second])] == [
        ("begin.one", (0, 2))
    ]
