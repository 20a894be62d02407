"""Assessments on pages: the questions of a sheet as fields, what is typed, what a policy waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from minsheng.apps.assessments import access, reads
from minsheng.apps.assessments.actions import Answer
from minsheng.apps.people import installed
from minsheng.apps.policies import reads as policies
from minsheng.engines.grading.grade import named
from minsheng.engines.grading.sheets import Answers
from minsheng.engines.grading.spec import Grading, Item
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.fields import Choice, Field
from minsheng.portal.languages import Language

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account
    from minsheng.content.gradings import LoadedGrading
    from minsheng.engines.policies.spec import Policy

TONES = {
    "asked": "idle",
    "appointed": "open",
    "both_in": "open",
    "signed": "done",
    "cancelled": "no",
}
FACTS = "facts"
"""The last part of a sheet: what can settle the level or make it worse."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a sheet: its key in addresses, its name, what it asks."""

    key: str
    title: Text
    asks: tuple[str, ...]


def kind() -> LoadedGrading:
    """Return the way of assessing that pages offer: the first of the packs; raises NotFound."""
    return access.grading(next(iter(installed.packs().gradings), ""))


def parts(grading: Grading) -> tuple[Part, ...]:
    """Return the groups of items in the order of the standard, then the facts."""
    groups = (
        Part(one.key, one.title, tuple(item.key for item in one.items)) for one in grading.groups
    )
    facts = Part(FACTS, Text("诊断和情况", "Diagnoses and events"), tuple(grading.schema.fields))
    return (*groups, facts)


def question(
    grading: Grading, key: str, *, value: object, error: str, lang: Language, prefix: str = "f"
) -> Field:
    """Return one item or fact as a field with its answers as large choices, the best first."""
    items = {one.key: one for one in grading.items()}
    blank = Field(id=f"{prefix}-{key}", name=key, label="", value=shown(value), error=error)
    if key in items:
        item = items[key]
        return replace(
            blank,
            label=item.title.to(lang),
            control="radio",
            help=item.scale.to(lang),
            options=[_choice(item, points, lang) for points in reversed(item.points)],
        )
    about = grading.schema.fields[key]
    blank = replace(blank, label=about.label.to(lang))
    if about.type == "boolean":
        answers = (("yes", Text("是", "Yes")), ("no", Text("否", "No")))
        options = [Choice(one, said.to(lang)) for one, said in answers]
        return replace(blank, control="radio", options=options)
    none = Text("没有就写 0", "Write 0 for none").to(lang)
    return replace(blank, inputmode="numeric", width="s", help=none)


def shown(value: object) -> str:
    """Return an answer as forms send it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def typed(grading: Grading, key: str, text: str) -> object:
    """Return what was typed or chosen as an answer, or None for nothing; raises WrongInput."""
    text = text.strip()
    if not text:
        return None
    if key in grading.schema.fields and grading.schema.fields[key].type == "boolean":
        return {"yes": True, "no": False}.get(text, text)
    if text.isascii() and text.isdigit() and len(text) < 4:
        return int(text)
    raise WrongInput(
        "assessments.count",
        "请写一个整数，没有就写 0。别的都还在。",
        "Write a whole number, 0 for none. The rest is kept.",
        field=key,
    )


def sent(grading: Grading, part: Part, form: Mapping[str, str]) -> list[Answer]:
    """Return the answers and notes of one part that a form sent; what it doesn't hold is left as it is."""
    found = []
    for key in part.asks:
        note = form.get(f"note-{key}")
        value = typed(grading, key, form[key][:20]) if key in form else None
        if value is not None or note is not None:
            found.append(Answer(key, value, note))
    return found


def done(part: Part, answers: Answers) -> int:
    """Return how many of a part are answered."""
    return sum(answers.of(key) is not None for key in part.asks)


def level_said(grading: Grading, level: int) -> Text:
    """Return a level with its number and name."""
    found = named(grading, level)
    return Text(found.zh.strip(), found.to("en"))


def about_policy(account: Account, policy: Policy, missing: set[str]) -> dict[str, object]:
    """Return what a policy's page says of an assessment: to be asked for, under way, or its source."""
    loaded = access.grading_of_fact(policies.names_of(policy))
    if loaded is None or account.person is None:
        return {}
    key, named_facts = loaded.spec.key, loaded.spec.arranging
    waits = bool(missing & {named_facts.level_fact, named_facts.day_fact})
    lines = reads.own_lines(account, key)
    own = [one for one in lines if one.who == account.person.name_masked]
    result = reads.standing_result(account.person, key)
    return {
        "to_assess": waits,
        "assessing": next((one for one in own if one.state in ("asked", "appointed", "both_in")), None),
        "assessed": result,
    }  # fmt: skip


def _choice(item: Item, points: int, lang: Language) -> Choice:
    number = Text(f"{points} 分", f"{points}").to(lang)
    if points in item.said:
        return Choice(str(points), item.said[points].to(lang), number)
    return Choice(str(points), number)
