"""Everything in the pack folders, read once: services, baselines, calendar, district, regions.

A root holds `services/`, `points/`, `appeals/`, `plans/`, `baselines/`, `calendars/`, `clubs/`,
`contests/`, `districts/`, `facts/`, `gradings/`, `lessons/`, `loans/`, `policies/`, `scores/`, `sittings/`, `stakes/`, `subjects/`, `visits/` and `vouchers/`; each may be absent. Roots are read in order. The last root with a district decides
which district this is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

from minsheng.content import calendars, district, points, regions
from minsheng.content.appeals import LoadedAppeal, load_appeal
from minsheng.content.baselines import Baseline
from minsheng.content.clubs import FILE as CLUBS
from minsheng.content.clubs import Catalogue, read_catalogue
from minsheng.content.contests import ContestSpec
from minsheng.content.councils import FILE as COUNCIL
from minsheng.content.councils import load_council
from minsheng.content.district import District
from minsheng.content.funds import shared_posts
from minsheng.content.gradings import FILE as GRADING
from minsheng.content.gradings import LoadedGrading, read_grading
from minsheng.content.lessons import FILE as LESSONS
from minsheng.content.loans import FILE as LOAN
from minsheng.content.loans import load_loan, wrong_loan
from minsheng.content.plans import Plan, load_plan
from minsheng.content.policies import ALL_WAITING, read_policies
from minsheng.content.policies import FILE as POLICY
from minsheng.content.policies import Shelf as Policies
from minsheng.content.problems import PackError, Place, Problem, error_at, refuse
from minsheng.content.reading import Node, read_file
from minsheng.content.repairs import Repairs, load_repairs
from minsheng.content.schema import Builder
from minsheng.content.scores import FACTS, HolderFacts, LoadedScore, read_facts, read_score
from minsheng.content.scores import FILE as SCORE
from minsheng.content.screening import FILE as SCREENING
from minsheng.content.screening import ScreeningSpec
from minsheng.content.service import LoadedService, load_service
from minsheng.content.sittings import SittingSpec
from minsheng.content.stakes import FILE as STAKE
from minsheng.content.stakes import load_stake, wrong_stake
from minsheng.content.subjects import FILE as SUBJECT
from minsheng.content.subjects import Shelf, Subject
from minsheng.content.triage import FILE as TRIAGE
from minsheng.content.triage import Sorting, load_sorting
from minsheng.content.visits import VisitSpec
from minsheng.content.vocabulary import FILE as VOCABULARY
from minsheng.content.vocabulary import VocabularySpec, read_vocabulary
from minsheng.content.vouchers import FILE as VOUCHER
from minsheng.content.vouchers import LoadedVoucher, read_voucher
from minsheng.engines.councils import Council
from minsheng.engines.equity import GrantTerms
from minsheng.engines.lending import LoanTerms
from minsheng.engines.lessons import Pattern
from minsheng.engines.points import Scheme
from minsheng.lib.regions import RegionTable
from minsheng.lib.workdays import WorkCalendar, YearNotice

Read = TypeVar("Read")
Given = ParamSpec("Given")
DISTRICT_FILES = ("district.yaml", "departments.yaml")
FURTHER_FILES = ("areas.yaml", "grants.yaml", "oversight.yaml", "registers.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packs:
    """What the pack folders hold, whole and checked in itself."""

    services: Mapping[str, LoadedService]
    baselines: Mapping[str, Baseline]
    calendar: WorkCalendar
    district: District
    regions: RegionTable
    plans: Mapping[str, Plan] = field(default_factory=dict)
    appeals: Mapping[str, LoadedAppeal] = field(default_factory=dict)
    points: Mapping[str, Scheme] = field(default_factory=dict)
    repairs: Repairs | None = None
    visits: Mapping[str, VisitSpec] = field(default_factory=dict)
    triages: Mapping[str, Sorting] = field(default_factory=dict)
    councils: Mapping[str, Council] = field(default_factory=dict)
    sittings: Mapping[str, SittingSpec] = field(default_factory=dict)
    contests: Mapping[str, ContestSpec] = field(default_factory=dict)
    subjects: Mapping[str, Subject] = field(default_factory=dict)
    gradings: Mapping[str, LoadedGrading] = field(default_factory=dict)
    lessons: Mapping[str, Pattern] = field(default_factory=dict)
    clubs: Mapping[str, Catalogue] = field(default_factory=dict)
    policies: Policies | None = None
    scores: Mapping[str, LoadedScore] = field(default_factory=dict)
    loans: Mapping[str, LoanTerms] = field(default_factory=dict)
    stakes: Mapping[str, GrantTerms] = field(default_factory=dict)
    screening: ScreeningSpec | None = None
    vouchers: Mapping[str, LoadedVoucher] = field(default_factory=dict)

    def case_baselines(self, slug: str) -> tuple[Baseline, ...]:
        """Return the cited lines about a service as a whole."""
        return tuple(line for line in self.baselines.values() if line.case == slug)


@dataclass(slots=True)
class Found:
    """What could be read, and what was wrong. Whoever needs it whole raises on `problems`."""

    services: dict[str, LoadedService] = field(default_factory=dict)
    appeals: dict[str, LoadedAppeal] = field(default_factory=dict)
    triages: dict[str, Sorting] = field(default_factory=dict)
    councils: dict[str, tuple[Council, Node]] = field(default_factory=dict)
    sittings: dict[str, tuple[SittingSpec, Node]] = field(default_factory=dict)
    gradings: dict[str, LoadedGrading] = field(default_factory=dict)
    lessons: dict[str, tuple[Pattern, Node]] = field(default_factory=dict)
    contests: dict[str, tuple[ContestSpec, Node]] = field(default_factory=dict)
    baselines: dict[str, Baseline] = field(default_factory=dict)
    baseline_nodes: dict[str, Node] = field(default_factory=dict)
    notices: list[tuple[str, YearNotice]] = field(default_factory=list)
    district: District | None = None
    district_node: Node | None = None
    regions: RegionTable | None = None
    plans: dict[str, tuple[Plan, Node]] = field(default_factory=dict)
    repairs: tuple[Repairs, Node] | None = None
    problems: list[Problem] = field(default_factory=list)
    folders: dict[str, str] = field(default_factory=dict)
    points: dict[str, tuple[Scheme, Node]] = field(default_factory=dict)
    visits: dict[str, VisitSpec] = field(default_factory=dict)
    visit_nodes: dict[str, Node] = field(default_factory=dict)
    subjects: dict[str, tuple[Path, str]] = field(default_factory=dict)
    clubs: dict[str, tuple[Catalogue, Node]] = field(default_factory=dict)
    vocabulary: tuple[VocabularySpec, Node] | None = None
    policy_folders: dict[Path, str] = field(default_factory=dict)
    waiting_policies: dict[Path, str] = field(default_factory=dict)
    policies: Policies | None = None
    declared: dict[str, tuple[HolderFacts, Node]] = field(default_factory=dict)
    scores: dict[str, LoadedScore] = field(default_factory=dict)
    loans: dict[str, tuple[LoanTerms, Node]] = field(default_factory=dict)
    stakes: dict[str, tuple[GrantTerms, Node]] = field(default_factory=dict)
    screening: tuple[ScreeningSpec, Node] | None = None
    vouchers: dict[str, LoadedVoucher] = field(default_factory=dict)

    def attempt(
        self, read: Callable[Given, Read], *args: Given.args, **named: Given.kwargs
    ) -> Read | None:
        """Return what `read` gives, or None after keeping its problems."""
        try:
            return read(*args, **named)
        except PackError as error:
            self.problems.extend(error.problems)
            return None


def default_roots() -> tuple[Path, ...]:
    """Return the packs that came with the product: `packs/` of its repository."""
    return (Path(__file__).resolve().parents[3] / "packs",)


def load(roots: Sequence[Path] = ()) -> Packs:
    """Return everything under `roots` (default: the product's own packs).

    Raises PackError with every mistake, each with file and line.
    """
    found = read_roots(roots or default_roots())
    calendar = found.attempt(calendars.newest, found.notices)
    if found.problems or found.district is None or found.regions is None:
        raise PackError(found.problems or [_no_district(roots)])
    return Packs(
        services=found.services,
        baselines=found.baselines,
        calendar=WorkCalendar((calendar or {}).values()),
        district=found.district,
        regions=found.regions,
        plans={slug: plan for slug, (plan, _) in found.plans.items()},
        appeals=found.appeals,
        points={key: scheme for key, (scheme, _) in found.points.items()},
        repairs=found.repairs[0] if found.repairs else None,
        visits=found.visits,
        triages=found.triages,
        councils={slug: council for slug, (council, _) in found.councils.items()},
        sittings={key: spec for key, (spec, _) in found.sittings.items()},
        loans={key: terms for key, (terms, _) in found.loans.items()},
        stakes={key: terms for key, (terms, _) in found.stakes.items()},
        contests={key: spec for key, (spec, _) in found.contests.items()},
        subjects=Shelf(found.subjects),
        gradings=found.gradings,
        lessons={key: pattern for key, (pattern, _) in found.lessons.items()},
        clubs={key: catalogue for key, (catalogue, _) in found.clubs.items()},
        policies=found.policies,
        scores=found.scores,
        screening=found.screening[0] if found.screening else None,
        vouchers=found.vouchers,
    )


def read_roots(roots: Sequence[Path]) -> Found:
    """Return what can be read under `roots`, with every problem met on the way."""
    found = Found()
    for root in roots:
        if not root.is_dir():
            found.problems.append(
                error_at(
                    Place(root.as_posix()), "没有这个文件夹", "there is no such folder of packs"
                )
            )
            continue
        _read_services(root, found)
        _read_appeals(root, found)
        _read_baselines(root, found)
        _read_calendars(root, found)
        _read_district(root, found)
        _read_plans(root, found)
        _read_points(root, found)
        for path in sorted(root.glob("repairs/*.yaml")):
            read = found.attempt(load_repairs, path, shown=shown(root, path))
            found.repairs = read or found.repairs
        _read_visits(root, found)
        _read_sittings(root, found)
        _read_gradings(root, found)
        _read_lessons(root, found)
        _read_contests(root, found)
        _find_subjects(root, found)
        _read_clubs(root, found)
        _find_policies(root, found)
        _read_scores(root, found)
        _read_loans(root, found)
        _read_stakes(root, found)
        for folder in sorted(path.parent for path in root.glob(f"vouchers/*/{VOUCHER}")):
            voucher = found.attempt(read_voucher, folder, shown(root, folder))
            found.vouchers |= {voucher.scheme.voucher: voucher} if voucher else {}
    funds = [(terms.posts.fund, node) for terms, node in found.loans.values()]
    funds += [(terms.posts.fund, node) for terms, node in found.stakes.values()]
    found.problems += shared_posts(funds)
    if found.vocabulary is not None:
        firm = found.declared.get("firm")
        found.policies, problems = read_policies(
            found.policy_folders,
            found.waiting_policies,
            *found.vocabulary,
            firm[0] if firm else None,
        )
        found.problems += problems
    return found


def shown(root: Path, path: Path) -> str:
    """Return a path as messages show it: beginning with the name of its root."""
    return (Path(root.name) / path.relative_to(root)).as_posix()


def _read_services(root: Path, found: Found) -> None:
    for folder in sorted(path.parent for path in root.glob("services/*/service.yaml")):
        name = shown(root, folder)
        loaded = found.attempt(load_service, folder, shown=name)
        if loaded is None:
            continue
        slug = loaded.spec.slug
        if slug in found.services:
            found.problems.append(
                error_at(
                    Place(f"{name}/service.yaml", 1, "service"),
                    f"“{slug}”已经有了，在 {found.folders[slug]}",
                    f"'{slug}' is there already, in {found.folders[slug]}",
                )
            )
            continue
        found.services[slug] = loaded
        found.folders[slug] = name


def _read_appeals(root: Path, found: Found) -> None:
    for folder in sorted(path.parent for path in root.glob("appeals/*/appeal.yaml")):
        name = shown(root, folder)
        loaded = found.attempt(load_appeal, folder, shown=name)
        if loaded is None:
            continue
        slug = loaded.spec.appeal
        if slug in found.appeals:
            first = found.folders[f"appeals/{slug}"]
            found.problems.append(
                error_at(
                    Place(f"{name}/appeal.yaml", 1, "appeal"),
                    f"“{slug}”已经有了，在 {first}",
                    f"'{slug}' is there already, in {first}",
                )
            )
            continue
        found.appeals[slug] = loaded
        if (folder / TRIAGE).is_file():
            sorting = found.attempt(load_sorting, folder / TRIAGE, shown=f"{name}/{TRIAGE}")
            found.triages |= {slug: sorting} if sorting else {}
        if (folder / COUNCIL).is_file():
            council = found.attempt(load_council, folder / COUNCIL, shown=f"{name}/{COUNCIL}")
            found.councils |= {slug: council} if council else {}
        found.folders[f"appeals/{slug}"] = name


def _read_baselines(root: Path, found: Found) -> None:
    for path in sorted(root.glob("baselines/*.yaml")):
        node = found.attempt(read_file, path, shown=shown(root, path))
        lines = found.attempt(lambda node: node.mapping, node) if node else None
        for key, inner in (lines or {}).items():
            if key in found.baselines:
                first = found.baseline_nodes[key].place
                found.problems.append(
                    error_at(
                        inner.place,
                        f"“{key}”已经有了，在 {first}",
                        f"'{key}' is there already, in {first}",
                    )
                )
                continue
            line = found.attempt(Builder().build_keyed, Baseline, key, inner)
            if line is not None:
                found.baselines[key] = line
                found.baseline_nodes[key] = inner


def _read_visits(root: Path, found: Found) -> None:
    for path in sorted(root.glob("visits/*/visit.yaml")):
        node = found.attempt(read_file, path, shown=shown(root, path))
        if node is None:
            continue
        key = path.parent.name
        if key in found.visits:
            first = found.visit_nodes[key].place
            found.problems.append(
                error_at(
                    node.place,
                    f"“{key}”已经有了，在 {first}",
                    f"'{key}' is there already, in {first}",
                )
            )
            continue
        spec = found.attempt(Builder().build_keyed, VisitSpec, key, node)
        if spec is not None:
            found.visits[key], found.visit_nodes[key] = spec, node


def _read_sittings(root: Path, found: Found) -> None:
    for path in sorted(root.glob("sittings/*/sitting.yaml")):
        node = found.attempt(read_file, path, shown=shown(root, path))
        if node is None:
            continue
        spec = found.attempt(Builder().build_keyed, SittingSpec, path.parent.name, node)
        if spec is not None:
            found.sittings[spec.key] = spec, node


def _read_gradings(root: Path, found: Found) -> None:
    for folder in sorted(path.parent for path in root.glob(f"gradings/*/{GRADING}")):
        read = found.attempt(read_grading, folder, shown=shown(root, folder))
        if read is not None:
            found.gradings[folder.name] = read


def _read_lessons(root: Path, found: Found) -> None:
    for path in sorted(root.glob(LESSONS)):
        node = found.attempt(read_file, path, shown=shown(root, path))
        if node is None:
            continue
        pattern = found.attempt(Builder().build_keyed, Pattern, path.parent.name, node)
        if pattern is not None:
            found.lessons[pattern.key] = pattern, node


def _read_clubs(root: Path, found: Found) -> None:
    for folder in sorted(path.parent for path in root.glob(f"clubs/*/{CLUBS}")):
        read = found.attempt(read_catalogue, folder, shown=shown(root, folder))
        if read is not None:
            found.clubs[read[0].key] = read


def _read_contests(root: Path, found: Found) -> None:
    for path in sorted(root.glob("contests/*/contest.yaml")):
        node = found.attempt(read_file, path, shown=shown(root, path))
        if node is None:
            continue
        spec = found.attempt(Builder().build_keyed, ContestSpec, path.parent.name, node)
        if spec is not None:
            found.contests[spec.key] = spec, node


def _find_policies(root: Path, found: Found) -> None:
    """Note where policies lie; they are read when all are known, since they share a vocabulary."""
    if (root / VOCABULARY).is_file():
        path = root / VOCABULARY
        read = found.attempt(read_vocabulary, path, shown=shown(root, path))
        found.vocabulary = read or found.vocabulary
    if (root / SCREENING).is_file():
        node = found.attempt(read_file, root / SCREENING, shown=shown(root, root / SCREENING))
        spec = found.attempt(Builder().build, ScreeningSpec, node) if node else None
        found.screening = (spec, node) if spec and node else found.screening
    for folder in sorted(path.parent for path in root.glob(f"policies/*/{POLICY}")):
        found.policy_folders[folder] = shown(root, folder)
    for waiting in sorted(root.glob(ALL_WAITING)):
        found.waiting_policies[waiting] = shown(root, waiting)


def _read_scores(root: Path, found: Found) -> None:
    for path in (root / name for name in FACTS):
        read = found.attempt(read_facts, path, shown=shown(root, path)) if path.is_file() else None
        if read is not None:
            found.declared[read[0].holder] = read
    for folder in sorted(path.parent for path in root.glob(f"scores/*/{SCORE}")):
        facts = {holder: one for holder, (one, _) in found.declared.items()}
        loaded = found.attempt(read_score, folder, shown(root, folder), facts)
        if loaded is not None:
            found.scores[loaded.score.score] = loaded


def _find_subjects(root: Path, found: Found) -> None:
    """Note where each subject lies; it is read when it is first asked for."""
    for folder in sorted(path.parent for path in root.glob(f"subjects/*/{SUBJECT}")):
        name, key = shown(root, folder), folder.name
        if key in found.subjects:
            first = found.subjects[key][1]
            found.problems.append(
                error_at(
                    Place(f"{name}/{SUBJECT}", 1),
                    f"“{key}”已经有了，在 {first}",
                    f"'{key}' is there already, in {first}",
                )
            )
            continue
        found.subjects[key] = folder, name


def _read_calendars(root: Path, found: Found) -> None:
    for path in sorted(root.glob("calendars/*.yaml")):
        name = shown(root, path)
        notice = found.attempt(calendars.load_notice, path, shown=name)
        if notice is not None:
            found.notices.append((name, notice))


def _read_plans(root: Path, found: Found) -> None:
    for path in sorted(root.glob("plans/*/plan.yaml")):
        read = found.attempt(load_plan, path, shown=shown(root, path))
        if read is None:
            continue
        slug, first = read[0].plan, found.plans.get(read[0].plan)
        if first is not None:
            found.problems.append(
                error_at(
                    read[1].place,
                    f"“{slug}”已经有了，在 {first[1].place}",
                    f"'{slug}' is there already, in {first[1].place}",
                )
            )
            continue
        found.plans[slug] = read


def _read_district(root: Path, found: Found) -> None:
    folders = sorted(path.parent for path in root.glob("districts/*/district.yaml"))
    if len(folders) > 1:
        found.problems.append(
            error_at(
                Place(shown(root, folders[1]) + "/district.yaml"),
                "一个包文件夹里只能有一个区",
                "one folder of packs holds one district",
            )
        )
    for folder in folders[:1]:
        name = shown(root, folder)
        read = found.attempt(_district_in, folder, name)
        if read is not None:
            found.district, found.district_node = read
            found.problems.extend(district.wrong_references(*read))
        table = found.attempt(
            regions.load_regions, folder / "regions.yaml", shown=f"{name}/regions.yaml"
        )
        found.regions = table or found.regions


def _read_points(root: Path, found: Found) -> None:
    for folder in sorted(path.parent for path in root.glob(f"points/*/{points.FILE}")):
        read = found.attempt(points.load_scheme, folder, shown=shown(root, folder))
        if read is None:
            continue
        found.problems.extend(points.wrong_scheme(*read, folder=folder.name))
        if found.district is not None:
            found.problems.extend(points.wrong_names(*read, found.district))
        found.points[read[0].scheme] = read


def _read_loans(root: Path, found: Found) -> None:
    for folder in sorted(path.parent for path in root.glob(f"loans/*/{LOAN}")):
        read = found.attempt(load_loan, folder, shown=shown(root, folder))
        if read is not None:
            found.problems.extend(wrong_loan(*read, found.district, folder=folder.name))
            found.loans[read[0].scheme] = read


def _read_stakes(root: Path, found: Found) -> None:
    for folder in sorted(path.parent for path in root.glob(f"stakes/*/{STAKE}")):
        read = found.attempt(load_stake, folder, shown=shown(root, folder))
        if read is not None:
            found.problems.extend(wrong_stake(*read, found.district, folder=folder.name))
            found.stakes[read[0].scheme] = read


def _district_in(folder: Path, name: str) -> tuple[District, Node]:
    """Return the district of one folder; its files hold different keys of one mapping."""
    merged: dict[str, Node] = {}
    further = [file for file in FURTHER_FILES if (folder / file).exists()]
    for file in (*DISTRICT_FILES, *further):
        for key, node in read_file(folder / file, shown=f"{name}/{file}").mapping.items():
            if key in merged:
                raise refuse(
                    node.place,
                    f"“{key}”已经有了，在 {merged[key].place}",
                    f"'{key}' is there already, in {merged[key].place}",
                )
            merged[key] = node
    whole = Node(merged, Place(f"{name}/{DISTRICT_FILES[0]}", 1))
    return Builder().build_keyed(District, folder.name, whole), whole


def _no_district(roots: Sequence[Path]) -> Problem:
    where = ", ".join(path.as_posix() for path in roots)
    return error_at(
        Place(where),
        "没有找到区的资料（districts/<名字>/district.yaml）",
        "no district found (districts/<name>/district.yaml)",
    )
