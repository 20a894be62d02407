"""Policies: `policies/<name>/policy.yaml`, read together because they share one vocabulary.

What can't be decided yet stands in `policies/not-configured.yaml` and files named like it, each with
what it lacks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from minsheng.content.district import District
from minsheng.content.problems import PackError, Problem, error_at, refuse, unknown_word
from minsheng.content.reading import Node, place_of, read_file, read_text
from minsheng.content.schema import Builder
from minsheng.content.scores import HolderFacts
from minsheng.content.vocabulary import (
    NO_TEXT,
    EntitySpec,
    FactSpec,
    ParamSpec,
    Table,
    VocabularySpec,
    build_vocabulary,
    exact,
    param,
)
from minsheng.engines.policies.decide import decide
from minsheng.engines.policies.entering import with_entered
from minsheng.engines.policies.spec import (
    Audience,
    Check,
    Clash,
    Condition,
    Conflict,
    Door,
    Gives,
    Ground,
    JudgedOn,
    Policy,
    Rhythm,
    Vocabulary,
)
from minsheng.lib.cites import Cite, Mark
from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text
from minsheng.rules import (
    DecisionTable,
    Param,
    ParamValue,
    Rule,
    RuleError,
    Schema,
    Scope,
    ValueType,
    Where,
    WrongType,
)
from minsheng.rules.ir import Parameter, walk

FILE = "policy.yaml"
WAITING = "not-configured.yaml"
ALL_WAITING = "policies/not-configured*.yaml"
FIRM = "firm"
_MONTHS = Text("个月", "months")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Condition:
    key: str
    rule: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Amount:
    """How much: a formula, or a table."""

    text: Text
    rule: str = ""
    table: Table | None = None
    per: Rhythm = "once"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Conflict:
    key: str
    kind: Clash
    cite: Cite
    same: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    key: str
    text: Text
    cite: Cite
    check: Check = "rule"
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySpec:
    """One policy as its file writes it."""

    key: str
    title: Text
    why: Text
    for_whom: tuple[Audience, ...]
    office: str
    effective_from: date
    cites: tuple[Cite, ...]
    about: str = ""
    short: Text = NO_TEXT
    door: Door = ""
    heading: str = "civil"
    judged_on: JudgedOn = "submission"
    effective_to: date | None = None
    params: Mapping[str, ParamSpec] = field(default_factory=lambda: MappingProxyType({}))
    conditions: Mapping[str, _Condition] = field(default_factory=lambda: MappingProxyType({}))
    gives: Gives = "money"
    makes_true: tuple[str, ...] = ()
    makes_today: tuple[str, ...] = ()
    amount: _Amount | None = None
    counts_months: bool = False
    counts_year: str = ""
    for_each: str = ""
    not_with: Mapping[str, _Conflict] = field(default_factory=lambda: MappingProxyType({}))
    take_back: Mapping[str, _Ground] = field(default_factory=lambda: MappingProxyType({}))
    how: Text = NO_TEXT
    lacks: tuple[Text, ...] = ()

    @property
    def entity(self) -> str:
        """The entity whose facts it is judged by: a household through the person who asks, unless
        the pack says `about: household`.
        """
        return self.about or (FIRM if self.for_whom == (FIRM,) else "person")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """One policy that can't be decided yet. `mark` says how far its frame may be shown as fact."""

    key: str
    title: Text
    why: Text
    for_whom: tuple[Audience, ...]
    mark: Mark
    lacks: tuple[Text, ...]
    office: str = ""
    door: Door = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _WaitingFile:
    office: str
    effective_from: date
    cites: tuple[Cite, ...]
    policies: Mapping[str, _Waiting]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Every policy with the vocabulary they are written in, and where each stands."""

    vocabulary: Vocabulary
    policies: Mapping[str, Policy]
    specs: Mapping[str, PolicySpec]
    nodes: Mapping[str, Node]
    written: tuple[VocabularySpec, Node]

    def in_force(self, on: date) -> tuple[Policy, ...]:
        """Return the policies that hold on a day and can be decided, in the order of their names."""
        return tuple(
            one for one in self.policies.values() if one.is_configured and one.in_force(on)
        )


def ledger_of(slug: str) -> str:
    """Return the name of the fact that counts the months a policy was already paid."""
    return f"received.{slug.replace('-', '_')}"


def read_policies(
    folders: Mapping[Path, str],
    waiting: Mapping[Path, str],
    spec: VocabularySpec,
    spec_node: Node,
    firm: HolderFacts | None = None,
) -> tuple[Shelf | None, list[Problem]]:
    """Return the shelf of all policies and what is wrong.

    folders: each policy's folder → its name in messages; waiting: the files of those that can't be
    decided yet, the same way. A folder takes the place of a policy that waited. `firm`: what firms
    declare; rules about firms read the same facts as their scores.
    """
    problems: list[Problem] = []
    written: dict[str, tuple[PolicySpec, Node]] = {}
    for file, shown in waiting.items():
        try:
            written |= _read_waiting(file, shown)
        except PackError as error:
            problems += error.problems
    for folder, shown in folders.items():
        try:
            node = read_file(folder / FILE, shown=f"{shown}/{FILE}")
            written[folder.name] = Builder().build_keyed(PolicySpec, folder.name, node), node
        except PackError as error:
            problems += error.problems
    if firm is not None:
        spec = replace(spec, entities={**spec.entities, FIRM: _firm_entity(firm)})
    for one, node in written.values():
        problems += _wrong_audience(one, node, spec)
    specs = {slug: one for slug, (one, _) in written.items()}
    try:
        vocabulary = build_vocabulary(spec, spec_node, further=_ledgers(specs, spec))
    except PackError as error:
        return None, [*problems, *error.problems]
    policies: dict[str, Policy] = {}
    for slug, (one, node) in written.items():
        if one.entity in spec.entities:
            try:
                policies[slug] = _assembled(one, node, vocabulary)
            except PackError as error:
                problems += error.problems
    nodes = {slug: node for slug, (_, node) in written.items()}
    shelf = Shelf(
        vocabulary=vocabulary,
        policies=policies,
        specs=specs,
        nodes=nodes,
        written=(spec, spec_node),
    )
    return shelf, problems


def _ledgers(
    specs: Mapping[str, PolicySpec], spec: VocabularySpec
) -> dict[str, dict[str, FactSpec]]:
    """Return the facts that count the months of each policy that counts them, by entity."""
    found: dict[str, dict[str, FactSpec]] = {}
    for slug, one in specs.items():
        if one.counts_months and one.entity in spec.entities:
            found.setdefault(one.entity, {})[ledger_of(slug)] = _months_paid(slug, one)
    return found


def with_shared(shelf: Shelf, later: Mapping[str, tuple[ParamValue, ...]]) -> Shelf:
    """Return the shelf with further dated values of numbers that policies share.

    Everything that reads one is read anew, derived facts too. Raises KeyError for a number the
    vocabulary doesn't have, PackError for a value of another kind.
    """
    spec, node = shelf.written
    vocabulary = build_vocabulary(spec, node, further=_ledgers(shelf.specs, spec), later=later)
    policies = {
        slug: _assembled(shelf.specs[slug], shelf.nodes[slug], vocabulary)
        for slug in shelf.policies
    }
    return replace(shelf, vocabulary=vocabulary, policies=policies)


def with_text(shelf: Shelf, slug: str, text: str) -> Shelf:
    """Return the shelf with one policy as a text writes it; raises PackError with every mistake."""
    node = read_text(text, file=f"{slug}/{FILE}")
    spec = Builder().build_keyed(PolicySpec, slug, node)
    found = _assembled(spec, node, shelf.vocabulary)
    return replace(
        shelf,
        policies={**shelf.policies, slug: found},
        specs={**shelf.specs, slug: spec},
        nodes={**shelf.nodes, slug: node},
    )


def edited(shelf: Shelf, slug: str, text: str, district: District | None) -> Shelf:
    """Return the shelf with a changed text of a policy, once everything a pack check asks of it holds.

    Raises PackError with every mistake at its line: also where the text changes what other packs
    rest on, or a number that is there already, which is published by itself.
    """
    made = with_text(shelf, slug, text)
    wrong = wrong_policy(made.policies[slug], made, district)
    problems = [one for one in wrong if one.severity == "error"]
    problems += _wrong_edit(shelf.specs[slug], made.specs[slug], made.nodes[slug])
    if problems:
        raise PackError(problems)
    return made


def _wrong_edit(before: PolicySpec, after: PolicySpec, node: Node) -> Iterator[Problem]:
    """Yield where a changed text goes beyond what is changed as a text."""
    for key in ("for_whom", "counts_months"):
        if getattr(after, key) != getattr(before, key):
            yield error_at(
                place_of(node, key),
                f"“{key}”别处也用到，不能在这里改；要改就改规则包",
                f"{key!r} is used elsewhere too and isn't changed here but in the packs",
            )
    for name in sorted(before.params.keys() & after.params.keys()):
        if before.params[name] != after.params[name]:
            yield error_at(
                place_of(node, "params", name),
                f"“{name}”这个数已经有了，要改它就单独提一个新值；这里请写回原来的",
                f"the number {name!r} is there already: propose its new value by itself, and leave"
                " it here as it was",
            )
    if after.lacks or not after.conditions:
        yield error_at(
            place_of(node, "conditions"), "至少写一个条件", "write one condition at least"
        )


def _read_waiting(file: Path, shown: str) -> dict[str, tuple[PolicySpec, Node]]:
    """Return the policies of a file that only says what each of them lacks."""
    node = read_file(file, shown=shown)
    whole = Builder().build(_WaitingFile, node)
    return {
        key: (
            PolicySpec(
                key=key,
                title=one.title,
                why=one.why,
                for_whom=one.for_whom,
                door=one.door,
                office=one.office or whole.office,
                effective_from=whole.effective_from,
                cites=(*whole.cites, Cite(one.why, one.mark)),
                lacks=one.lacks,
            ),
            node.mapping["policies"].mapping[key],
        )
        for key, one in whole.policies.items()
    }


def _wrong_audience(one: PolicySpec, node: Node, spec: VocabularySpec) -> Iterator[Problem]:
    place = place_of(node, "for_whom")
    if not one.for_whom:
        yield error_at(place, "写明给谁的", "say for whom it is")
    elif FIRM in one.for_whom and len(one.for_whom) > 1 and not one.lacks:
        yield error_at(
            place,
            "能判的政策，给企业的和给个人的分开写：看的事实不一样",
            "a policy that is decided for firms isn't for others as well: it reads other facts",
        )
    elif one.about and one.about not in spec.entities:
        there = place_of(node, "about")
        yield unknown_word(there, one.about, spec.entities, kind_zh="对象", kind_en="entity")
    elif one.entity not in spec.entities:
        yield error_at(
            place,
            "没有企业的事实：先写 facts/firm.yaml",
            "no facts of firms are declared: write facts/firm.yaml first",
        )


def _firm_entity(firm: HolderFacts) -> EntitySpec:
    """Return what firms declare as rules of policies read it."""
    return EntitySpec(
        key=FIRM,
        label=Text("企业", "firm"),
        facts={
            key: FactSpec(
                key=key, label=one.label, type=one.type, source=FIRM, unit=one.unit, ask=one.ask,
                change=one.change, advice=one.advice,
            )
            for key, one in firm.facts.items()
        },
    )  # fmt: skip


def _months_paid(slug: str, one: PolicySpec) -> FactSpec:
    title = one.short if one.short.zh else one.title
    return FactSpec(
        key=ledger_of(slug),
        label=Text(f"已领{title.zh}的月数", f"months of {title.to('en')} already paid"),
        type="integer",
        source="ledger:policies",
        unit=_MONTHS,
    )


def _assembled(one: PolicySpec, node: Node, vocabulary: Vocabulary) -> Policy:
    params = {key: param(spec, place_of(node, "params", key)) for key, spec in one.params.items()}
    try:
        schema = _with_params(vocabulary.model.schemas, params)[one.entity]
    except RuleError as error:
        raise refuse(place_of(node, "params"), error.zh, error.en) from error
    problems: list[Problem] = []
    conditions: list[Condition] = []
    for key, condition in one.conditions.items():
        path = ("conditions", key, "rule")
        rule = _rule(condition.rule, schema, node, path, "boolean", problems)
        if rule is not None:
            conditions.append(Condition(key=key, rule=rule, text=condition.text))
    amount = None
    if one.amount is not None:
        amount = _amount(one.amount, schema, node, problems)
    grounds = list(_grounds(one, schema, node, problems))
    if problems:
        raise PackError(problems)
    return Policy(
        slug=one.key,
        title=one.title,
        short=one.short if one.short.zh else one.title,
        why=one.why,
        about=one.entity,
        for_whom=one.for_whom,
        door=one.door,
        heading=one.heading,
        office=one.office,
        effective_from=one.effective_from,
        effective_to=one.effective_to,
        judged_on=one.judged_on,
        cites=one.cites,
        conditions=tuple(conditions),
        gives=one.gives,
        makes_true=one.makes_true,
        makes_today=one.makes_today,
        amount=amount,
        amount_text=one.amount.text if one.amount else NO_TEXT,
        per=one.amount.per if one.amount else "once",
        ledger=ledger_of(one.key) if one.counts_months else "",
        yearly=one.counts_year,
        for_each=one.for_each,
        params=params,
        conflicts=tuple(
            Conflict(other=key, kind=clash.kind, cite=clash.cite, same=clash.same)
            for key, clash in one.not_with.items()
        ),
        grounds=tuple(grounds),
        how=one.how,
        lacks=one.lacks,
    )


def _grounds(
    one: PolicySpec, schema: Schema, node: Node, problems: list[Problem]
) -> Iterator[Ground]:
    """Yield for what money may be taken back; a ground has a rule, or one of the other checks."""
    for key, ground in one.take_back.items():
        rule = None
        if bool(ground.rule) != (ground.check == "rule"):
            problems.append(
                error_at(
                    place_of(node, "take_back", key),
                    "收回的理由要么写 rule，要么写 check: recount 或 account",
                    "a ground has a rule, or check: recount or account",
                )
            )
        elif ground.rule:
            path = ("take_back", key, "rule")
            rule = _rule(ground.rule, schema, node, path, "boolean", problems)
        yield Ground(key=key, text=ground.text, cite=ground.cite, check=ground.check, rule=rule)


def _with_params(schemas: Mapping[str, Schema], params: Mapping[str, Param]) -> dict[str, Schema]:
    """Return the schemas of all entities with a policy's own numbers in each of them."""
    found: dict[str, Schema] = {}
    for name, schema in schemas.items():
        found[name] = replace(schema, params={**schema.params, **params}, entities=found)
    return found


def _rule(
    source: str,
    schema: Schema,
    node: Node,
    path: tuple[str, ...],
    gives: ValueType,
    problems: list[Problem],
) -> Rule | None:
    place = place_of(node, *path)
    try:
        return Rule.parse(source, schema, at=Where(field=place.field), gives=gives)
    except RuleError as error:
        problems.append(error_at(place, error.zh, error.en))
        return None


def _amount(written: _Amount, schema: Schema, node: Node, problems: list[Problem]) -> Rule | None:
    if written.table is None:
        return _rule(written.rule, schema, node, ("amount", "rule"), "money", problems)
    place = place_of(node, "amount", "table")
    try:
        table = DecisionTable.parse(written.table.plain, schema, at=Where(field=place.field))
        if table.gives != "money":
            raise WrongType("amount 的表要给出金额：gives: money", "the table must give money")
    except RuleError as error:
        steps = error.at.field.split(".") if error.at.field else ["amount", "table"]
        problems.append(error_at(place_of(node, *steps), error.zh, error.en))
        return None
    return Rule(f"table({', '.join(table.inputs)})", table.ir)


def wrong_policy(policy: Policy, shelf: Shelf, district: District | None) -> Iterator[Problem]:
    """Yield what would stop a policy from being published."""
    node = shelf.nodes[policy.slug]
    if not policy.cites:
        yield error_at(place_of(node, "cites"), "没有写依据", "no basis is given: add cites")
    if policy.is_configured and not policy.conditions:
        yield error_at(
            node.place,
            "没有条件就是人人都有；缺东西的写 lacks",
            "without a condition everybody gets it; what is missing goes to lacks",
        )
    if not policy.is_configured and "effective" in node.mapping:
        yield error_at(
            place_of(node, "lacks"),
            f"还判不了的政策写在 {WAITING} 里；只缺一个标准的，把那个参数的值写成 null",
            f"a policy with lacks decides nothing: it belongs in {WAITING}; where only a rate is"
            " missing, give that parameter the value null",
        )
    for conflict in policy.conflicts:
        if conflict.other not in shelf.policies:
            place = place_of(node, "not_with", conflict.other)
            yield unknown_word(
                place, conflict.other, shelf.policies, kind_zh="政策", kind_en="policy"
            )
    if district is not None and policy.office not in district.departments:
        yield unknown_word(
            place_of(node, "office"),
            policy.office,
            district.departments,
            kind_zh="部门",
            kind_en="office",
        )
    if policy.is_configured:
        yield from _wrong_gift(policy, shelf, node)
        if district is not None and policy.about != FIRM:
            yield from _wrong_duties(policy, district, node)
    used = {name for rule in policy.rules() for name in _params_in(rule)}
    for name in policy.params:
        if name not in used:
            yield error_at(
                place_of(node, "params", name), "没有规则用到它", "no rule uses this number"
            )


def _wrong_gift(policy: Policy, shelf: Shelf, node: Node) -> Iterator[Problem]:
    """Yield where what a policy gives doesn't fit its amount, or a recognition makes no known fact true."""
    if (policy.amount is None) != (policy.gives in ("recognition", "service")):
        yield error_at(
            place_of(node, "gives"),
            "发钱（money）和贷款（loan）要写 amount；认定（recognition）和服务（service）没有 amount",
            "money and a loan have an amount; a recognition and a service have none",
        )
    for key, kind, name in (
        ("for_each", "text", policy.for_each),
        ("counts_year", "integer", policy.yearly),
    ):
        fact = shelf.vocabulary.facts.get((policy.about, name))
        if name and (fact is None or fact.kind.type != kind):
            yield error_at(
                place_of(node, key),
                f"“{name}”不是词汇表里的一项 {kind} 事实",
                f"{name!r} is no {kind} fact of the vocabulary",
            )
    for conflict in policy.conflicts:
        other = shelf.policies.get(conflict.other)
        if conflict.same and not (policy.for_each and other is not None and other.for_each):
            yield error_at(
                place_of(node, "not_with", conflict.other, "same"),
                "same 要两项政策都写 for_each：同一个什么",
                "same needs for_each in both policies: the same what",
            )
    for key, kind in (("makes_true", "boolean"), ("makes_today", "date")):
        for name in getattr(policy, key):
            fact = shelf.vocabulary.facts.get((policy.about, name))
            if policy.gives != "recognition" or fact is None or fact.kind.type != kind:
                yield error_at(
                    place_of(node, key),
                    f"“{name}”不是认定以后成立的事实：要是词汇表里的 {kind}，政策要写 gives: recognition",
                    f"{name!r} is no fact that a recognition makes so: a {kind} of the vocabulary, in a"
                    " policy with gives: recognition",
                )


def _wrong_duties(policy: Policy, district: District, node: Node) -> Iterator[Problem]:
    """Yield where a district that decides on claims has nobody for those of this policy's office."""
    duties = district.grants
    if not duties.decide or policy.gives == "loan":
        return
    for posts, zh, en in (
        (duties.decide, "初审", "decides"),
        (duties.approve, "复核", "looks again"),
    ):
        if not posts.get(policy.office):
            yield error_at(
                place_of(node, "office"),
                f"“{policy.office}”没有{zh}的岗位，申请了没有人办：在 grants.yaml 里加一个",
                f"no post of {policy.office!r} {en}: a claim would reach nobody; add one to grants.yaml",
            )


def _params_in(rule: Rule) -> Iterator[str]:
    return (node.name for node in walk(rule.ir) if isinstance(node, Parameter))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expected:
    eligible: str
    amount: int | None = None
    failing: tuple[str, ...] | None = None
    missing: tuple[str, ...] | None = None


def run_tests(policy: Policy, folder: Path, shown: str) -> tuple[int, list[Problem]]:
    """Return how many sentences in `tests/` were tried, and what is wrong with them.

    A test has a name, a day, facts (nested as the vocabulary relates them) and what is expected:
    eligible yes, no or unknown, the amount in fen, which conditions fail, which facts are missing.
    `params` are numbers a district hasn't entered yet, entered for this one sentence.
    """
    run, problems = 0, list[Problem]()
    for path in sorted(folder.glob("tests/*.yaml")):
        try:
            node = read_file(path, shown=f"{shown}/tests/{path.name}")
            common = node.mapping.get("common")
            for one in node.mapping["tests"].items:
                run += 1
                problems += _tried(policy, one, dict(common.plain) if common else {})
        except PackError as error:
            problems += error.problems
    return run, problems


def _tried(policy: Policy, node: Node, common: Mapping[str, object]) -> Iterator[Problem]:
    try:
        given = {**common, **node.mapping["facts"].plain}
        wanted = Builder().build(_Expected, node.mapping["expect"])
        on = node.mapping["on"].plain
        entered = node.mapping.get("params")
        values = {key: exact(one) for key, one in entered.plain.items()} if entered else {}
        tried = with_entered(policy, values, on=on) if values else policy
        found = decide(tried, Scope(given), on=on)
    except KeyError as error:
        yield error_at(node.place, f"缺“{error.args[0]}”", f"'{error.args[0]}' is missing here")
        return
    except MinshengError as error:
        yield error_at(node.place, error.zh, error.en)
        return
    said = {True: "yes", False: "no", None: "unknown"}[found.value]
    got: dict[str, object] = {
        "eligible": said,
        "amount": found.amount_fen,
        "failing": tuple(sorted(found.failing)),
        "missing": tuple(sorted(one.field for one in found.missing)),
    }
    for key in ("eligible", "amount", "failing", "missing"):
        want = getattr(wanted, key)
        want = tuple(sorted(want)) if isinstance(want, tuple) else want
        if want is not None and want != got[key]:
            yield error_at(
                place_of(node, "expect", key),
                f"“{node.mapping['name'].plain}”：{key} 应是 {want}，算出 {got[key]}",
                f"{key}: expected {want}, found {got[key]}",
            )
