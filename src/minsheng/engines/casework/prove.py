"""What is wrong with a service before anyone uses it: dead ends, dates that can't be computed.

Two kinds of proof. Some things are read off the declaration (a circle, a material nobody can
bring). Others are shown by trying: every state that commands can lead to is visited, up to a
bound, and from each the case must be able to end without the applicant giving up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from graphlib import CycleError
from typing import Literal

from minsheng.engines.casework.explore import Graph, explore
from minsheng.engines.casework.spec import (
    LAWFUL_STOPS,
    NO_TEXT,
    ItemSpec,
    ObjectionSpec,
    RateSpec,
    ReasonSpec,
    ServiceSpec,
)
from minsheng.engines.casework.state import CaseState
from minsheng.engines.casework.step import order_of
from minsheng.lib.texts import Text
from minsheng.lib.workdays import HOURS, Term
from minsheng.rules import Rule

MAX_STATES = 20_000
SOME_DAY = Term(1, "wd")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `path` leads to it as in the pack; lists count from 1."""

    code: str
    severity: Literal["error", "warning"]
    path: tuple[str, ...]
    zh: str
    en: str


def prove(spec: ServiceSpec, *, max_states: int = MAX_STATES) -> tuple[Problem, ...]:
    """Return everything that is wrong with a service; () when it is proved.

    Exploring stops at `max_states` for each chain of items and then says so in a warning.
    """
    found = declared(spec)
    if any(problem.severity == "error" for problem in found):
        return found
    return (*found, *ways_out(spec, max_states=max_states))


def declared(spec: ServiceSpec) -> tuple[Problem, ...]:
    """Return what is wrong as it stands, without trying anything."""
    unknown = tuple(_unknown_names(spec))
    if unknown:
        return unknown
    try:
        order_of(spec)
    except CycleError as circle:
        return (_circle(spec, circle.args[1]),)
    return (
        *_dates(spec),
        *_materials(spec),
        *_consents(spec),
        *_reasons(spec),
        *_unused(spec),
    )


def shape(spec: ServiceSpec) -> ServiceSpec:
    """Return a service without what doesn't decide where its cases can get: words, days, forms.

    Services of one shape have the same ways out. For comparing only: it is no whole service.
    """
    return replace(
        spec,
        slug="",
        title=NO_TEXT,
        headline=NO_TEXT,
        lede=NO_TEXT,
        heading="",
        life_event="",
        icon="",
        effective_from=date.min,
        effective_to=None,
        lead="",
        cites=(),
        subjects={},
        fields={},
        steps=(),
        materials={},
        items={key: _bare(item) for key, item in spec.items.items()},
        certificates={},
        admission=(),
        who=(),
        how=(),
        questions=(),
        next_steps=(),
        reasons={
            key: replace(
                reason,
                text=NO_TEXT,
                remedy=NO_TEXT,
                cite=None,
                lasts=None,
                shows=(),
                objections=NO_TEXT,
            )
            for key, reason in spec.reasons.items()
            if any(reason.fits(item) for item in spec.items)
        },
        rate=RateSpec(),
    )


def _bare(item: ItemSpec) -> ItemSpec:
    return replace(
        item,
        title=NO_TEXT,
        result=NO_TEXT,
        office="",
        post="",
        due=SOME_DAY,
        uses=(),
        materials=(),
        checks=(),
        gives="",
        baseline="",
        cite=None,
        extend=None,
        objection=item.objection and ObjectionSpec(within=SOME_DAY, to=""),
        transfer_to=(),
        answer_within=item.answer_within and SOME_DAY,
    )


def _error(code: str, path: Iterable[str], zh: str, en: str) -> Problem:
    return Problem(code, "error", tuple(path), zh, en)


def _warning(code: str, path: Iterable[str], zh: str, en: str) -> Problem:
    return Problem(code, "warning", tuple(path), zh, en)


# ── read off the declaration ────────────────────────────────────────────────────────────────────


def _unknown_names(spec: ServiceSpec) -> Iterator[Problem]:
    for key, item in spec.items.items():
        for word, names, known in (
            ("needs", item.needs, spec.items),
            ("materials", item.materials, spec.materials),
            ("uses", item.uses, spec.fields),
            ("consent_of", item.consent_of, spec.subjects),
        ):
            for number, name in enumerate(names, 1):
                if name not in known:
                    yield _error(
                        "unknown_name",
                        ("items", key, word, str(number)),
                        f"“{key}”的 {word} 写了“{name}”，没有这一项",
                        f"{word} of '{key}' names '{name}', which does not exist",
                    )
    for key, material in spec.materials.items():
        for number, source in enumerate(material.sources, 1):
            if source.kind == "item" and source.name not in spec.items:
                yield _error(
                    "unknown_name",
                    ("materials", key, "from", str(number)),
                    f"材料“{key}”来自事项“{source.name}”，没有这一件",
                    f"material '{key}' comes from item '{source.name}', which does not exist",
                )
    for key, reason in spec.reasons.items():
        for number, name in enumerate(reason.items, 1):
            if name not in spec.items:
                yield _error(
                    "unknown_name",
                    ("reasons", key, "items", str(number)),
                    f"理由“{key}”只用于“{name}”，没有这一件",
                    f"reason '{key}' is for item '{name}', which does not exist",
                )


def _circle(spec: ServiceSpec, keys: Iterable[str]) -> Problem:
    chain = list(keys)
    return _error(
        "circle",
        ("items", chain[0], "needs"),
        f"这几件互相等，谁也开始不了：{' → '.join(chain)}。去掉其中一个 needs。",
        f"these items wait for each other and none can start: {' → '.join(chain)}; drop one need",
    )


def _dates(spec: ServiceSpec) -> Iterator[Problem]:
    for key, item in spec.items.items():
        yield from _item_dates(key, item)
    for key, reason in spec.reasons.items():
        if reason.lasts is not None:
            yield from _term(reason.lasts, ("reasons", key, "lasts"))
    for key, material in spec.materials.items():
        has_promise = any(source.kind == "promise" for source in material.sources)
        path = ("materials", key, "promise_due")
        if material.promise_due is not None:
            yield from _term(material.promise_due, path)
        if has_promise and material.promise_due is None:
            yield _error(
                "no_date",
                path,
                f"材料“{key}”可以先承诺，但没写几天内补：加上 promise_due",
                f"material '{key}' may be promised but has no day: add promise_due",
            )
        if material.promise_due is not None and not has_promise:
            yield _warning(
                "unused",
                path,
                f"材料“{key}”写了 promise_due，但来源里没有 promise",
                f"material '{key}' has promise_due but can't be promised",
            )


def _item_dates(key: str, item: ItemSpec) -> Iterator[Problem]:
    yield from _term(item.due, ("items", key, "due"))
    if item.answer_within is not None:
        yield from _term(item.answer_within, ("items", key, "answer_within"))
    if item.objection is not None:
        yield from _term(item.objection.within, ("items", key, "objection", "within"))
        if item.objection.due is not None:
            yield from _term(item.objection.due, ("items", key, "objection", "due"))
    if item.extend is not None and item.extend.by.unit != item.due.unit:
        yield _error(
            "no_date",
            ("items", key, "extend", "by"),
            f"“{key}”的时限是 {item.due}，延长 {item.extend.by}：单位要一样，不然加不起来",
            f"'{key}' is due in {item.due} and extended by {item.extend.by}: use one unit",
        )


def _term(term: Term, path: tuple[str, ...]) -> Iterator[Problem]:
    if term.unit in HOURS:
        yield _error(
            "no_date",
            path,
            f"“{term}”按小时算，办好的日期算不出来：请用工作日（wd）或自然日（cd）",
            f"'{term}' counts hours, so no day can be computed: use wd or cd",
        )


def _materials(spec: ServiceSpec) -> Iterator[Problem]:
    upstream = _upstream(spec)
    for key, material in spec.materials.items():
        path = ("materials", key, "from")
        users = [k for k, item in spec.items.items() if key in item.materials]
        if not material.sources:
            yield _error(
                "no_source",
                path,
                f"材料“{key}”没有来源，谁也拿不出来：至少写 applicant",
                f"material '{key}' has no source, so nobody can bring it: write applicant at least",
            )
        if not users:
            yield _warning(
                "unused",
                ("materials", key),
                f"没有哪一件用到材料“{key}”",
                f"no item uses material '{key}'",
            )
        makers = {source.name for source in material.sources if source.kind == "item"}
        others = any(source.kind != "item" for source in material.sources)
        for user in users:
            for maker in sorted(makers - upstream[user]):
                yield (_warning if others else _error)(
                    "too_early",
                    ("items", user, "needs"),
                    f"“{user}”用“{maker}”的结果当材料，却不等它：在 needs 里加上",
                    f"'{user}' uses what '{maker}' makes but does not wait for it: add it to needs",
                )
        may_be_left_out = [m for m in sorted(makers) if _is_conditional(spec, m)]
        if may_be_left_out and not others and users:
            yield _error(
                "no_source",
                path,
                f"不办“{may_be_left_out[0]}”时，材料“{key}”就没有来源：再加一个",
                f"without '{may_be_left_out[0]}' material '{key}' has no source: add another",
            )


def _upstream(spec: ServiceSpec) -> Mapping[str, frozenset[str]]:
    """Return for each item all items it waits for, directly or not."""
    found: dict[str, frozenset[str]] = {}
    for key in order_of(spec):
        needs = spec.items[key].needs
        found[key] = frozenset(needs).union(*(found[need] for need in needs))
    return found


def _is_conditional(spec: ServiceSpec, key: str) -> bool:
    return spec.items[key].optional or spec.items[key].when is not None


def _consents(spec: ServiceSpec) -> Iterator[Problem]:
    for key, item in spec.items.items():
        for number, subject in enumerate(item.consent_of, 1):
            if spec.subjects[subject].consent is None:
                yield _error(
                    "never_asked",
                    ("items", key, "consent_of", str(number)),
                    f"“{key}”要“{subject}”同意，但没写什么时候问：给 subjects.{subject} 加 consent",
                    f"'{key}' needs the consent of '{subject}', who is never asked: add `consent`",
                )


def _reasons(spec: ServiceSpec) -> Iterator[Problem]:
    acts = {reason.act for reason in spec.reasons.values()}
    refusals = [reason for reason in spec.reasons.values() if reason.act == "refuse"]
    for item in spec.items:
        if not any(reason.fits(item) for reason in refusals):
            yield _error(
                "no_reason",
                ("items", item),
                f"“{item}”没有一条“不同意”的理由，经办人只能同意：在 reasons 里写一条 act: refuse",
                f"no reason to refuse fits '{item}', so officers could only approve: add one",
            )
    if "return" not in acts:
        yield _warning(
            "no_reason",
            ("reasons",),
            "没有一条可以请申请人补充的理由（act: return）",
            "no reason to ask the applicant back is declared (act: return)",
        )
    for key, declared in spec.items.items():
        for word, act in (("extend", "extend"), ("objection", "reject")):
            if getattr(declared, word) is not None and not any(
                reason.act == act and reason.fits(key) for reason in spec.reasons.values()
            ):
                yield _error(
                    "no_reason",
                    ("items", key, word),
                    f"“{key}”写了 {word}，却没有一条能用的理由：在 reasons 里写一条 act: {act}",
                    f"'{key}' has {word} but no reason with act: {act} fits it: add one",
                )
    for key, reason in spec.reasons.items():
        if reason.act in ("refuse", "reject") and not reason.remedy.zh:
            yield _error(
                "no_remedy",
                ("reasons", key, "remedy"),
                f"不同意的理由“{key}”没写对方还能怎么办：加上 remedy",
                f"reason '{key}' refuses without a remedy: say what the person can still do",
            )
        if reason.act == "stop":
            yield from _stop(key, reason)


def _stop(key: str, reason: ReasonSpec) -> Iterator[Problem]:
    """Yield what a reason to stop a clock lacks: a basis, and for a notice its days and its way."""
    if reason.kind not in LAWFUL_STOPS and reason.cite is None:
        yield _error(
            "no_basis",
            ("reasons", key, "kind"),
            f"停表的理由“{key}”不在行政许可法第 45 条所列之内：写上 kind，或用 cite 写明依据",
            f"reason '{key}' is none of those in art. 45 of the Licensing Law: give its kind, or cite",
        )
    if reason.kind == "public_notice":
        for word, value in (("lasts", reason.lasts), ("objections", reason.objections.zh)):
            if not value:
                yield _error(
                    "no_notice",
                    ("reasons", key, word),
                    f"公示“{key}”要写几天（lasts）和怎么提意见（objections），缺 {word}",
                    f"public notice '{key}' needs its days and how to object: {word} is missing",
                )


def _unused(spec: ServiceSpec) -> Iterator[Problem]:
    used = {name for item in spec.items.values() for name in item.uses}
    used |= {name for certificate in spec.certificates.values() for name in certificate.fields}
    used |= {name for rule in _rules(spec) for name in rule.fields}
    for key in spec.fields:
        if key not in used:
            yield _warning(
                "unused",
                ("fields", key),
                f"没有哪个部门、证照或规则用到“{key}”：不用的不要问",
                f"no office, certificate or rule uses '{key}': don't ask for it",
            )


def _rules(spec: ServiceSpec) -> Iterator[Rule]:
    yield from (admission.rule for admission in spec.admission)
    yield from (subject.consent for subject in spec.subjects.values() if subject.consent)
    yield from (field.when for field in spec.fields.values() if field.when)
    yield from (material.when for material in spec.materials.values() if material.when)
    for item in spec.items.values():
        if item.when:
            yield item.when
        yield from (check.rule for check in item.checks)


# ── shown by trying ─────────────────────────────────────────────────────────────────────────────


def ways_out(spec: ServiceSpec, *, max_states: int = MAX_STATES) -> tuple[Problem, ...]:
    """Return the items that can get stuck or can never be done.

    What an item can do depends only on the items upstream of it, so each last item is tried with
    its own chain; the whole case ends when every chain has.
    """
    found = (p for part in chains(spec) for p in chain_ways_out(part, max_states=max_states))
    return tuple(dict.fromkeys(found))


def chain_ways_out(part: ServiceSpec, *, max_states: int = MAX_STATES) -> tuple[Problem, ...]:
    """Return what one of the `chains` gets stuck in or can never do."""
    found: list[Problem] = []
    last = list(part.items)[-1]
    graph = explore(part, max_states)
    if not graph.is_complete:
        found.append(
            _warning(
                "not_all_tried",
                ("items", last),
                f"“{last}”这一串的情形太多，试了 {max_states} 种，没有试完",
                f"the chain of '{last}' has too many states: {max_states} were tried, not all",
            )
        )
    return (*found, *_stuck(graph, last), *_never_done(part, graph))


def chains(spec: ServiceSpec) -> Iterator[ServiceSpec]:
    """Yield the service cut to each last item, which comes last, with all it waits for."""
    upstream = _upstream(spec)
    needed = frozenset().union(*upstream.values()) if upstream else frozenset()
    for last in (key for key in spec.items if key not in needed):
        keys = [key for key in spec.items if key in upstream[last]]
        yield replace(spec, items={key: spec.items[key] for key in [*keys, last]})


def _stuck(graph: Graph, last: str) -> Iterator[Problem]:
    """Yield a problem when the case can get to where it can't end any more."""
    ends = [key for key, state in graph.states.items() if state.status != "running"]
    reached = set(ends) | set(graph.frontier)
    todo = list(reached)
    while todo:
        for key in graph.back.get(todo.pop(), ()):
            if key not in reached:
                reached.add(key)
                todo.append(key)
    stuck = [state for key, state in graph.states.items() if key not in reached]
    if stuck:
        where = _where(stuck[0])
        yield _error(
            "no_way_out",
            ("items", last),
            f"会卡住，案卷再也办不完：{where.zh}",
            f"the case can get stuck and never end: {where.en}",
        )


def _where(state: CaseState) -> Text:
    text = ", ".join(f"{key}: {item.status}" for key, item in state.items.items())
    return Text(text, text)


def _never_done(spec: ServiceSpec, graph: Graph) -> Iterator[Problem]:
    done = {k for s in graph.states.values() for k, i in s.items.items() if i.status == "done"}
    for key in spec.items:
        if key not in done and graph.is_complete:
            yield _error(
                "never_done",
                ("items", key),
                f"“{key}”怎么也办不成",
                f"'{key}' can never be done",
            )
