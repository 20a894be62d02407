"""Plans with visits, as `visits/<name>/visit.yaml` writes them: whom, why, how often, what is asked,
and what follows from what was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

from minsheng.content.appeals import LoadedAppeal
from minsheng.content.district import District
from minsheng.content.problems import Problem, error_at, refuse, unknown_word
from minsheng.content.reading import Node, place_of
from minsheng.content.schema import scalar_form, string
from minsheng.engines.casework.spec import NO_TEXT, Cite, FieldSpec
from minsheng.engines.visits import Level, Plan, Rhythm, SchoolTerm, Trigger, Way, wrong_plan
from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term

SubjectKind = Literal["person", "household", "organisation", "place"]
Leads = Literal["entry", "request", "visit"]
FIELD_TYPES = ("text", "choice", "boolean", "integer", "date")
TRIES = 3
SOON = Term(5, "wd")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingSpec:
    """What a visitor may find, and what follows: a ledger entry, a request, or another visit.

    `office` owns what follows, within `within`; of an entry the post `owner` does. `trigger` names the
    visit that is called for. `appeal` and `category` say which request is made; without them the
    office is only told. `posted`: the courtyard's board shows what became of it.
    """

    key: str
    title: Text
    leads: Leads
    cite: Cite
    office: str = ""
    owner: str = ""
    within: Term | None = None
    trigger: str = ""
    appeal: str = ""
    category: str = ""
    urgent: bool = False
    posted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSpec:
    """One plan with visits.

    `post` visits, unless an account of it is named for somebody. `why` is what the visited person
    reads. `agreed`: their word is asked before anything but the fact of the visit is kept.
    `protected`: hidden from household and lists; named posts see who it is. `tries`: how often
    nobody is met before the head of the office decides. `voices` may be noted of a place without a
    visit.
    """

    key: str
    title: Text
    why: Text
    subject: SubjectKind
    post: str
    effective_from: date
    levels: Mapping[str, Level]
    ways: Mapping[str, Way]
    fields: Mapping[str, FieldSpec]
    cites: tuple[Cite, ...]
    effective_to: date | None = None
    heading: str = ""
    triggers: Mapping[str, Trigger] = field(default_factory=lambda: MappingProxyType({}))
    findings: Mapping[str, FindingSpec] = field(default_factory=lambda: MappingProxyType({}))
    terms: tuple[SchoolTerm, ...] = ()
    soon: Term = SOON
    agreed: Text = NO_TEXT
    protected: bool = False
    tries: int = TRIES
    voices: bool = False

    @property
    def plan(self) -> Plan:
        """The plan as the engine reads it."""
        return Plan(
            levels=self.levels,
            ways=self.ways,
            triggers=self.triggers,
            terms=self.terms,
            soon=self.soon,
        )

    def basis_title(self, basis: str, level: str) -> Text:
        """Return in words why a visit is due: what called for it, or the rhythm of the level."""
        found = self.triggers.get(basis)
        return found.title if found else self.plan.level(level).title


def _rhythm(node: Node) -> Rhythm:
    try:
        return Rhythm.parse(string(node))
    except MinshengError as cause:
        raise refuse(node.place, cause.zh, cause.en) from cause


scalar_form(Rhythm, _rhythm)


def wrong_visit(spec: VisitSpec, node: Node, district: District | None) -> Iterator[Problem]:
    """Yield what would stop a plan from being published."""
    for path, zh, en in wrong_plan(spec.plan):
        yield error_at(place_of(node, *path), zh, en)
    if not spec.cites:
        yield error_at(place_of(node, "cites"), "没有写依据", "no basis is given: add cites")
    if spec.subject in ("person", "household") and spec.protected and not spec.agreed.zh:
        yield error_at(
            place_of(node, "agreed"),
            "受保护的走访要先问对方同不同意记下来",
            "a protected plan asks before anything is written down",
        )
    yield from _wrong_fields(spec, node)
    yield from _wrong_findings(spec, node)
    if district is not None:
        yield from _wrong_names(spec, node, district)


def _wrong_fields(spec: VisitSpec, node: Node) -> Iterator[Problem]:
    for key, asked in spec.fields.items():
        place = place_of(node, "fields", key)
        if asked.type not in FIELD_TYPES:
            yield unknown_word(
                place_of(node, "fields", key, "type"),
                asked.type,
                FIELD_TYPES,
                kind_zh="走访表能用的类型",
                kind_en="type for a visit form",
            )
        if asked.sources or asked.when is not None:
            yield error_at(
                place, "走访表直接问，不写 from 和 when", "a visit form asks: no from, no when"
            )
        if asked.type == "choice" and len(asked.options) < 2:
            yield error_at(place, "选项至少两个", "a choice has two options at least")
        if not asked.help.zh:
            yield error_at(place, "缺 help：告诉走访的人怎么填", "help is missing")


def _wrong_findings(spec: VisitSpec, node: Node) -> Iterator[Problem]:
    for key, finding in spec.findings.items():
        place = place_of(node, "findings", key)
        if finding.leads == "visit" and finding.trigger not in spec.triggers:
            yield unknown_word(
                place_of(node, "findings", key, "trigger"),
                finding.trigger,
                spec.triggers,
                kind_zh="触发条件",
                kind_en="trigger",
            )
        if finding.leads == "entry" and not finding.owner:
            yield error_at(place, "台账要写哪个岗位来办（owner）", "an entry needs its post: owner")
        if finding.leads != "visit" and (not finding.office or finding.within is None):
            yield error_at(
                place,
                "要写谁来办（office）和几天内（within）",
                "say whose duty it is (office) and within which term (within)",
            )


def wrong_requests(
    spec: VisitSpec, node: Node, appeals: Mapping[str, LoadedAppeal]
) -> Iterator[Problem]:
    """Yield each finding that leads to a request nobody could make of it."""
    for key, finding in spec.findings.items():
        place = place_of(node, "findings", key)
        if not finding.appeal:
            continue
        if finding.leads != "request" or finding.appeal not in appeals:
            yield unknown_word(
                place.inner("appeal"), finding.appeal, appeals, kind_zh="诉求", kind_en="request"
            )
            continue
        kind = appeals[finding.appeal].spec
        leaves = {one.key for one in kind.leaves()}
        if finding.category not in leaves:
            yield unknown_word(
                place.inner("category"), finding.category, leaves,
                kind_zh="类别", kind_en="category",
            )  # fmt: skip
        if (kind.requester == "organisation") != (spec.subject == "organisation"):
            yield error_at(
                place,
                "走访的是企业，才转企业的诉求；走访的是人，才转居民的诉求",
                "a request of a firm comes from a visit to a firm, one of a resident from a home",
            )
        if spec.protected and not kind.protected:
            yield error_at(
                place,
                "受保护的走访只能转受保护的诉求",
                "what a protected visit found leads to a protected request only",
            )


def _wrong_names(spec: VisitSpec, node: Node, district: District) -> Iterator[Problem]:
    if spec.post not in district.posts:
        place = place_of(node, "post")
        yield unknown_word(place, spec.post, district.posts, kind_zh="岗位", kind_en="post")
    headings = [heading.key for heading in district.headings]
    if spec.heading and spec.heading not in headings:
        place = place_of(node, "heading")
        yield unknown_word(place, spec.heading, headings, kind_zh="栏目", kind_en="heading")
    for key, finding in spec.findings.items():
        if finding.owner and finding.owner not in district.posts:
            place = place_of(node, "findings", key, "owner")
            yield unknown_word(place, finding.owner, district.posts, kind_zh="岗位", kind_en="post")
        if finding.office and finding.office not in district.departments:
            place = place_of(node, "findings", key, "office")
            yield unknown_word(
                place, finding.office, district.departments, kind_zh="部门", kind_en="department"
            )
