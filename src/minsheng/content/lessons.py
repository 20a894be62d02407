"""Ways of teaching, as `lessons/<key>/lesson.yaml` writes them: steps, questions, the scale."""

from __future__ import annotations

from collections.abc import Iterator

from minsheng.content.problems import Problem, error_at
from minsheng.content.reading import Node, place_of
from minsheng.engines.lessons import Pattern

FILE = "lessons/*/lesson.yaml"


def wrong_pattern(pattern: Pattern, node: Node) -> Iterator[Problem]:
    """Yield everything in a pack by which no lesson can be planned or observed."""
    if pattern.minutes != sum(step.minutes for step in pattern.steps.values()):
        yield error_at(
            place_of(node, "minutes"),
            "各步的分钟加起来要等于一节课",
            "the minutes of the steps must add up to a lesson",
        )
    if len(pattern.steps) < 2:
        yield error_at(place_of(node, "steps"), "至少两步", "at least two steps")
    for key, step in pattern.steps.items():
        if not step.questions:
            yield error_at(
                place_of(node, "steps", key), "每一步至少一个观察题", "a question for each step"
            )
    if len(pattern.scale) < 2:
        yield error_at(place_of(node, "scale"), "至少两个分值", "a scale has at least two scores")
