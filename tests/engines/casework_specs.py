"""Small services, calendars and moments for the tests of the case engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from minsheng.engines.casework.advance import advance, apply, submit
from minsheng.engines.casework.spec import (
    AdmissionSpec,
    Cite,
    ExtendSpec,
    ItemSpec,
    MaterialSpec,
    ObjectionSpec,
    ReasonSpec,
    ServiceSpec,
    Source,
    SubjectSpec,
)
from minsheng.engines.casework.state import CaseState, Command, Event
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term, WorkCalendar, YearNotice
from minsheng.rules import FieldKind, Rule, Schema

SCHEMA = Schema(
    {
        "selected": FieldKind("set"),
        "household": FieldKind("choice", ("mother", "father")),
        "births": FieldKind("integer"),
        "lives_here": FieldKind("boolean"),
        "insured": FieldKind("boolean"),
    }
)
REASONS = {
    r.key: r
    for r in (
        ReasonSpec(
            key="wrong", text=Text("不符合", "no"), act="refuse", remedy=Text("可以复议", "object")
        ),
        ReasonSpec(key="unclear", text=Text("看不清", "unclear"), act="return"),
        ReasonSpec(key="expert", text=Text("鉴定", "appraisal"), act="stop", kind="appraisal"),
        ReasonSpec(key="mistake", text=Text("办错了", "mistake"), act="reverse"),
        ReasonSpec(
            key="panel",
            text=Text("专家评审", "panel"),
            act="stop",
            kind="expert_review",
            lasts=Term(10, "wd"),
        ),
        ReasonSpec(
            key="posted",
            text=Text("公示", "public notice"),
            act="stop",
            kind="public_notice",
            lasts=Term(5, "wd"),
            objections=Text("打 12345", "call 12345"),
            cite=Cite(Text("演示", "demo"), "L"),
        ),
        ReasonSpec(key="slow", text=Text("登记库慢", "register slow"), act="extend"),
        ReasonSpec(key="misprint", text=Text("印错了", "misprint"), act="correct"),
        ReasonSpec(
            key="right",
            text=Text("没有错", "it was right"),
            act="reject",
            remedy=Text("诉讼", "court"),
        ),
    )
}
DEMO = Cite(Text("演示", "demo"), "L")
HEAD = "office.leader"
SUN, LIN, WANG, CHEN = "police.household", "hospital.birth", "wangfang", "chenli"


def calendar_of(
    *,
    first: int = 2025,
    last: int = 2028,
    off: Iterable[date] = (),
    work: Iterable[date] = (),
    provisional: Iterable[int] = (),
) -> WorkCalendar:
    """A calendar of plain weekends, save the days given."""
    off, work = frozenset(off), frozenset(work)
    return WorkCalendar(
        YearNotice(
            year,
            frozenset(d for d in off if d.year == year),
            frozenset(d for d in work if d.year == year),
            "test",
            "L",
            provisional=year in set(provisional),
        )
        for year in range(first, last + 1)
    )


PLAIN = calendar_of()
MONDAY = date(2026, 3, 23)  # a plain Monday


def at(day: date, hour: int = 10) -> datetime:
    """A moment of that day in China, given in UTC so that a forgotten zone shows."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 8)


def rule(source: str) -> Rule:
    return Rule.parse(source, SCHEMA)


def item(key: str, due: str = "2wd", **more: Any) -> ItemSpec:
    defaults: dict[str, Any] = {
        "title": Text(f"事项{key}", f"Item {key}"),
        "office": "police",
        "post": "police.household",
        "result": Text("结果", "result"),
    }
    return ItemSpec(key=key, due=Term.parse(due), **(defaults | more))


def full_item(key: str, due: str = "2wd", **more: Any) -> ItemSpec:
    """An item to which everything may happen."""
    defaults: dict[str, Any] = {
        "extend": ExtendSpec(by=Term.parse("10" + due[-2:]), approver=HEAD, cite=DEMO),
        "objection": ObjectionSpec(within=Term(60, "cd"), to=HEAD, due=Term(5, "wd"), cite=DEMO),
        "transfer_to": ("hall.window",),
        "answer_within": Term(5, "wd"),
        "gives": "paper",
    }
    return item(key, due, **(defaults | more))


def material(key: str, *sources: Source, **more: Any) -> MaterialSpec:
    return MaterialSpec(key=key, title=Text(key, key), sources=sources, **more)


def admission(source: str) -> AdmissionSpec:
    return AdmissionSpec(
        rule=rule(source),
        otherwise=Text("这次不符合：不住在这里。", "Not this time: you do not live here."),
        instead=Text("请到户籍地办。", "Apply where you are registered."),
        cite=Cite(Text("演示", "demo"), "L"),
    )


def service(*items: ItemSpec, **more: Any) -> ServiceSpec:
    defaults: dict[str, Any] = {
        "slug": "test",
        "title": Text("测试一件事", "Test"),
        "headline": Text("测试", "Test"),
        "lede": Text("测试", "Test"),
        "heading": "health",
        "life_event": "birth",
        "icon": "baby",
        "effective_from": date(2026, 1, 1),
        "lead": "health",
        "event_key": Source("register", "hospital.birth_record"),
        "cites": (),
        "subjects": {
            "mother": SubjectSpec(key="mother", title=Text("母亲", "Mother"), applicant=True),
            "father": SubjectSpec(
                key="father", title=Text("父亲", "Father"), consent=rule("household == 'father'")
            ),
        },
        "fields": {},
        "steps": (),
        "materials": {},
        "reasons": REASONS,
    }
    return ServiceSpec(items={i.key: i for i in items}, **(defaults | more))


def newborn(**more: Any) -> ServiceSpec:
    """The shape of the newborn service: certificate → household (effect, consent) → card."""
    return service(
        item("birth", "1wd", office="health", post=LIN),
        item(
            "household",
            "3wd",
            needs=("birth",),
            consent_of=("father",),
            effect="population.household",
            on_needed_reversed="redo",
        ),
        item("card", "10wd", needs=("household",), optional=True),
        **more,
    )


def start(
    spec: ServiceSpec,
    facts: Mapping[str, object] | None = None,
    *,
    on: date = MONDAY,
    calendar: WorkCalendar = PLAIN,
) -> CaseState:
    """A case just submitted, with every optional item chosen unless `facts` say otherwise."""
    chosen = frozenset(k for k, i in spec.items.items() if i.optional)
    given = {"selected": chosen, "household": "mother"} | dict(facts or {})
    return submit(spec, given, at=at(on), by=WANG, calendar=calendar)[0]


def do(
    spec: ServiceSpec,
    state: CaseState,
    *commands: Command,
    on: date = MONDAY,
    calendar: WorkCalendar = PLAIN,
) -> CaseState:
    """The state after the commands."""
    for command in commands:
        state = fold(spec, state, advance(spec, state, command, at=at(on), calendar=calendar))
    return state


def fold(spec: ServiceSpec, state: CaseState, events: Iterable[Event]) -> CaseState:
    for event in events:
        state = apply(spec, state, event)
    return state


def statuses(state: CaseState) -> dict[str, str]:
    return {key: i.status for key, i in state.items.items()}
