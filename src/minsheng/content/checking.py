"""What would stop a publication, and what had better be mended: `minsheng pack check`.

Proved here: every pack can be read, stands on a known office, post, heading and baseline, has its
texts in Chinese, its numbers with a source and a mark, no cycle, no dead end, computable dates, a
stored form that reads back the same, and green tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from minsheng.content import appeals, calendars, clubs, gradings, subjects
from minsheng.content.appeals import LoadedAppeal
from minsheng.content.baselines import Baseline
from minsheng.content.contests import wrong_contest
from minsheng.content.councils import wrong_council
from minsheng.content.district import District
from minsheng.content.forms import DAY, Form, read_forms, span_of, wrong_succession
from minsheng.content.lessons import wrong_pattern
from minsheng.content.loading import Found, default_roots, read_roots, shown
from minsheng.content.packtests import LocatedTest, read_tests, run_test
from minsheng.content.plans import Plan, wrong_plan
from minsheng.content.policies import run_tests, wrong_policy
from minsheng.content.problems import (
    PackError,
    Place,
    Problem,
    error_at,
    unknown_word,
    warning_at,
)
from minsheng.content.reading import Node, place_of, read_file
from minsheng.content.repairs import wrong_repairs
from minsheng.content.scores import run_sentences as run_scores
from minsheng.content.scores import wrong_posts, wrong_score
from minsheng.content.screening import wrong_screening
from minsheng.content.service import LoadedService, normalise, service_from
from minsheng.content.sittings import wrong_sitting
from minsheng.content.subject_proofs import wrong_subject
from minsheng.content.triage import run_sentences, wrong_sorting
from minsheng.content.visits import wrong_requests, wrong_visit
from minsheng.content.vocabulary import wrong_vocabulary
from minsheng.content.vouchers import wrong_voucher
from minsheng.content.wording import missing_chinese, missing_english, stiff_words, texts_in
from minsheng.engines.casework import prove
from minsheng.engines.casework.plan import plan
from minsheng.engines.casework.savings import MEASURES
from minsheng.engines.casework.spec import ItemSpec, ServiceSpec
from minsheng.lib.errors import MinshengError
from minsheng.lib.workdays import WorkCalendar
from minsheng.rules import Rule
from minsheng.rules.ir import Const, walk

KNOWN_FOLDERS = (
    "facts",
    "gradings",
    "policies",
    "services",
    "points",
    "appeals",
    "plans",
    "repairs",
    "baselines",
    "calendars",
    "districts",
    "baselines",
    "calendars",
    "districts",
    "clubs",
    "sittings",
    "contests",
    "subjects",
    "lessons",
    "loans",
    "stakes",
    "visits",
    "scores",
    "vouchers",
)
MAIN_FILES = {
    "services": "service.yaml",
    "scores": "score.yaml",
    "vouchers": "voucher.yaml",
    "appeals": appeals.FILE,
    "subjects": subjects.FILE,
    "clubs": clubs.FILE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was checked and what was found. `is_good` when nothing stops a publication."""

    problems: tuple[Problem, ...]
    services: tuple[str, ...]
    appeals: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    visits: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    items: int = 0
    clubs: int = 0
    courses: int = 0
    baselines: int
    years: tuple[int, ...]
    tests_run: int
    tests_failed: int

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The findings that stop a publication."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The findings that don't."""
        return tuple(problem for problem in self.problems if problem.severity == "warning")

    @property
    def is_good(self) -> bool:
        """Whether the packs may be published."""
        return not self.errors

    @property
    def counts(self) -> dict[str, int]:
        """The figures of this report, for one line of a command."""
        return {
            "services": len(self.services),
            "appeals": len(self.appeals),
            "forms": len(self.forms),
            "plans": len(self.plans),
            "visits": len(self.visits),
            "subjects": len(self.subjects),
            "items": self.items,
            "clubs": self.clubs,
            "courses": self.courses,
            "baselines": self.baselines,
            "calendar_years": len(self.years),
            "tests_run": self.tests_run,
            "tests_failed": self.tests_failed,
            "errors": len(self.errors),
            "warnings": len(self.warnings),
        }


def check(roots: Sequence[Path] = ()) -> Report:
    """Return everything that is wrong under `roots` (default: the product's own packs)."""
    roots = tuple(roots) or default_roots()
    found = read_roots(roots)
    problems = [*found.problems, *_strange_files(roots)]
    calendar = _calendar(found, problems)
    if found.district is None:
        place = Place(", ".join(root.as_posix() for root in roots))
        problems.append(
            error_at(
                place, "没有区的资料（districts/<名字>/district.yaml）", "there is no district"
            )
        )
    elif found.district_node is not None:
        problems += _texts(found.district, found.district_node)
    for key, line in found.baselines.items():
        problems += _baseline(line, found.baseline_nodes[key], found)
    for plan_pack, node in found.plans.values():
        problems += _plan_pack(plan_pack, node, found)
    for scheme, node in found.points.values():
        problems += _texts(scheme, node)
    if found.repairs is not None:
        problems += _texts(*found.repairs)
        if found.district is not None:
            problems += wrong_repairs(*found.repairs, posts=found.district.posts)
    run = failed = 0
    for slug, loaded in found.services.items():
        file = f"{found.folders[slug]}/service.yaml"
        more = _prove(loaded, file, found, calendar, problems)
        run, failed = run + more[0], failed + more[1]
    more_policies = _policies(found, problems)
    run, failed = run + more_policies[0], failed + more_policies[1]
    more_scores = _scores(found, problems)
    run, failed = run + more_scores[0], failed + more_scores[1]
    more_gradings = _gradings(found, problems)
    run, failed = run + more_gradings[0], failed + more_gradings[1]
    for slug, appeal in found.appeals.items():
        more = _prove_appeal(appeal, found.folders[f"appeals/{slug}"], found, calendar, problems)
        run, failed = run + more[0], failed + more[1]
    problems += _councils(found)
    problems += _sittings(found)
    problems += _money(found)
    problems += _screening(found)
    problems += _lessons(found)
    problems += _clubs(found)
    problems += _contests(found)
    problems += _vouchers(found)
    items = _subjects(found, problems)
    for key, visit in found.visits.items():
        problems += wrong_visit(visit, found.visit_nodes[key], found.district)
        problems += wrong_requests(visit, found.visit_nodes[key], found.appeals)
        problems += _texts(visit, found.visit_nodes[key])
    forms = read_forms(roots)
    for form in forms:
        more = _prove_form(form, found, calendar, problems)
        run, failed = run + more[0], failed + more[1]
    problems += _successions(found, forms)
    return Report(
        problems=tuple(dict.fromkeys(problems)),
        services=tuple(found.services),
        appeals=tuple(found.appeals),
        forms=tuple(f"{form.slug}/{form.begins}" for form in forms),
        plans=tuple(found.plans),
        visits=tuple(found.visits),
        subjects=tuple(found.subjects),
        items=items,
        clubs=sum(len(one.clubs) for one, _ in found.clubs.values()),
        courses=sum(len(one.courses) for one, _ in found.clubs.values()),
        baselines=len(found.baselines),
        years=calendar.years,
        tests_run=run,
        tests_failed=failed,
    )


def _policies(found: Found, problems: list[Problem]) -> tuple[int, int]:
    """Return how many sentences of policies were tried and how many failed."""
    run = failed = 0
    if found.vocabulary is not None:
        problems += wrong_vocabulary(*found.vocabulary)
        problems += _texts(*found.vocabulary)
    if found.policies is None:
        return 0, 0
    folders = {folder.name: folder for folder in found.policy_folders}
    for slug, policy in found.policies.policies.items():
        problems += wrong_policy(policy, found.policies, found.district)
        node, folder = found.policies.nodes[slug], folders.get(slug)
        problems += _texts(found.policies.specs[slug], node)
        if folder is not None and policy.is_configured:
            tried, wrong = run_tests(policy, folder, found.policy_folders[folder])
            run, failed = run + tried, failed + len(wrong)
            problems += wrong
            if not tried:
                problems.append(error_at(node.place, "没有测试", "there is no test"))
    return run, failed


def _scores(found: Found, problems: list[Problem]) -> tuple[int, int]:
    """Return how many sentences of scores were tried and how many failed."""
    run = failed = 0
    for facts, node in found.declared.values():
        problems += _texts(facts, node)
    for loaded in found.scores.values():
        problems += wrong_score(loaded)
        if found.district is not None:
            problems += wrong_posts(loaded, found.district)
        problems += _texts(loaded.spec, loaded.node)
        tried, wrong = run_scores(loaded)
        run, failed = run + tried, failed + len(wrong)
        problems += wrong
    return run, failed


def _gradings(found: Found, problems: list[Problem]) -> tuple[int, int]:
    """Return how many sentences of gradings were tried and how many failed."""
    run = failed = 0
    facts = found.policies.vocabulary.facts if found.policies is not None else {}
    for loaded in found.gradings.values():
        problems += _texts(loaded.spec, loaded.node)
        if found.district is not None:
            problems += gradings.wrong_arranging(loaded, found.district.posts, facts)
        tried, wrong = gradings.run_tests(loaded)
        run, failed = run + tried, failed + len(wrong)
        problems += wrong
    return run, failed


def check_form(form: Form, roots: Sequence[Path] = ()) -> tuple[Problem, ...]:
    """Return everything that is wrong with one dated form: the gate of its publication."""
    found = read_roots(tuple(roots) or default_roots())
    problems = list(found.problems)
    _prove_form(form, found, _calendar(found, problems), problems)
    return tuple(dict.fromkeys(problems))


def _prove_form(
    form: Form, found: Found, calendar: WorkCalendar, problems: list[Problem]
) -> tuple[int, int]:
    """Add what is wrong with a dated form; return how many tests ran, and failed."""
    problems += form.problems
    if form.slug not in found.services:
        problems.append(
            error_at(
                Place(form.file),
                f"没有 {form.slug}/service.yaml，后一版接在谁后面不清楚",
                f"there is no {form.slug}/service.yaml for this form to follow",
            )
        )
    if form.loaded is None:
        return 0, 0
    return _prove(form.loaded, form.file, found, calendar, problems)


def _prove(
    loaded: LoadedService,
    file: str,
    found: Found,
    calendar: WorkCalendar,
    problems: list[Problem],
) -> tuple[int, int]:
    node = read_file(loaded.folder / "service.yaml", shown=file)
    problems += _service(loaded, node, found, calendar)
    run = failed = 0
    for located in _tests(loaded, file, problems):
        wrong = run_test(loaded.spec, located, calendar=calendar)
        run, failed = run + 1, failed + bool(wrong)
        problems += wrong
    return run, failed


def _plan_pack(plan_pack: Plan, node: Node, found: Found) -> Iterator[Problem]:
    yield from _texts(plan_pack, node)
    if found.district is not None:
        folder = Path(node.place.file).parent.name
        posts, areas = found.district.posts, found.district.areas
        yield from wrong_plan(plan_pack, node, folder=folder, posts=posts, areas=areas)


def _councils(found: Found) -> Iterator[Problem]:
    for slug, (council, node) in found.councils.items():
        if slug in found.appeals and found.appeals[slug].spec.protected:
            yield error_at(
                node.place,
                "受保护的一类不能拿去给邻居商量",
                "a protected kind is never brought before neighbours",
            )
        yield from wrong_council(council, node, found.district)
        yield from _texts(council, node)


def _lessons(found: Found) -> Iterator[Problem]:
    for pattern, node in found.lessons.values():
        yield from wrong_pattern(pattern, node)
        yield from _texts(pattern, node)


def _sittings(found: Found) -> Iterator[Problem]:
    specs = {slug: one.spec for slug, one in found.appeals.items()}
    for sitting, node in found.sittings.values():
        yield from _texts(sitting, node)
        if found.district is not None:
            yield from wrong_sitting(sitting, node, found.district, specs)


def _money(found: Found) -> Iterator[Problem]:
    for terms, node in (*found.loans.values(), *found.stakes.values()):
        yield from _texts(terms, node)


def _screening(found: Found) -> Iterator[Problem]:
    if found.screening is not None and found.district is not None and found.policies is not None:
        yield from _texts(*found.screening)
        yield from wrong_screening(*found.screening, found.district, found.policies)


def _clubs(found: Found) -> Iterator[Problem]:
    for catalogue, node in found.clubs.values():
        yield from _texts(catalogue, node)
        yield from clubs.wrong_catalogue(catalogue, node)


def _vouchers(found: Found) -> Iterator[Problem]:
    for voucher in found.vouchers.values():
        yield from wrong_voucher(voucher, found.district)
        yield from _texts(voucher.scheme, voucher.node)


def _contests(found: Found) -> Iterator[Problem]:
    for contest, node in found.contests.values():
        yield from _texts(contest, node)
        if found.district is not None:
            yield from wrong_contest(contest, node, found.district)


def _subjects(found: Found, problems: list[Problem]) -> int:
    """Add what is wrong with each subject; return how many items were proved."""
    count = 0
    for folder, name in found.subjects.values():
        version = name, subjects.digest_of(folder)
        if version not in _subjects_proved:
            _subjects_proved[version] = _prove_subject(folder, name)
        more, wrong = _subjects_proved[version]
        count += more
        problems += wrong
    return count


_subjects_proved: dict[tuple[str, str], tuple[int, tuple[Problem, ...]]] = {}
"""What proving the same files has shown; a draft of a service needn't wait for every item."""


def _prove_subject(folder: Path, name: str) -> tuple[int, tuple[Problem, ...]]:
    """Return how many items a subject has and what is wrong with it."""
    try:
        subject, nodes = subjects.subject_in(folder, shown=name)
    except PackError as error:
        return 0, error.problems
    wrong = (
        *wrong_subject(subject, nodes),
        *_texts(subject.spec, nodes.spec),
        *_texts(subject.skills.skills, nodes.skills),
        *_texts(subject.misconceptions, nodes.misconceptions),
    )
    return len(subject.items), wrong


def _prove_appeal(
    loaded: LoadedAppeal,
    name: str,
    found: Found,
    calendar: WorkCalendar,
    problems: list[Problem],
) -> tuple[int, int]:
    """Add what is wrong with a kind of request; return how many tests ran, and failed."""
    node = appeals.read_appeal(loaded.folder, name)
    problems += _texts(loaded.spec, node)
    if appeals.appeal_from(loaded.normalised) != loaded.spec:
        problems.append(
            error_at(node.place, "存下来再读，和原来不一样", "the stored form reads differently")
        )
    if found.district is None:
        return 0, 0
    parts = found.repairs[0].parts if found.repairs is not None else {}
    wrong = list(appeals.wrong_appeal(loaded.spec, node, found.district, parts=parts))
    problems += wrong
    if wrong:
        return 0, 0
    if loaded.spec.appeal in found.triages:
        problems += wrong_sorting(found.triages[loaded.spec.appeal], found.district)
    run, failed = appeals.run_tests(loaded, name, calendar, found.district)
    if loaded.spec.appeal in found.triages:
        sorting = found.triages[loaded.spec.appeal]
        more = run_sentences(sorting, loaded.folder, name, on=sorting.effective_from)
        run, failed = run + more[0], failed + more[1]
    problems += failed
    return run, len(failed)


def _successions(found: Found, forms: Iterable[Form]) -> Iterator[Problem]:
    """Yield what is wrong with the order in time of the forms of each service."""
    for slug, loaded in found.services.items():
        spans = [span_of(loaded.spec, Place(f"{found.folders[slug]}/service.yaml"))]
        spans += [
            span_of(form.loaded.spec, Place(form.file))
            for form in forms
            if form.slug == slug and form.loaded is not None
        ]
        yield from wrong_succession(spans)


def _calendar(found: Found, problems: list[Problem]) -> WorkCalendar:
    try:
        return WorkCalendar(calendars.newest(found.notices).values())
    except PackError as error:
        problems.extend(error.problems)
        return WorkCalendar({n.year: n for _, n in found.notices}.values())


def _strange_files(roots: Iterable[Path]) -> Iterator[Problem]:
    """Yield a problem for what lies in a pack folder and would silently not be read."""
    for root in roots:
        if not root.is_dir():
            continue
        for path in sorted(root.iterdir()):
            if path.is_dir() and path.name not in KNOWN_FOLDERS and not _is_hidden(path):
                yield unknown_word(
                    Place(shown(root, path)),
                    path.name,
                    KNOWN_FOLDERS,
                    kind_zh="文件夹",
                    kind_en="folder",
                )
        for kind, file in MAIN_FILES.items():
            for path in sorted(root.glob(f"{kind}/*")):
                if not _is_hidden(path) and not (path / file).is_file():
                    yield error_at(
                        Place(shown(root, path)),
                        f"这里没有 {file}，不会被读到",
                        f"there is no {file} here, so it is not read",
                    )
        for path in sorted(root.glob("services/*/*")):
            yield from _strange_form(root, path)
        for path in sorted(root.rglob("*.yml")):
            yield error_at(
                Place(shown(root, path)),
                "文件名要以 .yaml 结尾，不然不会被读到",
                "the name must end in .yaml, or it is not read",
            )


def _strange_form(root: Path, path: Path) -> Iterator[Problem]:
    """Yield a problem for a folder inside a service that is neither its tests nor a dated form."""
    if not path.is_dir() or path.name == "tests" or _is_hidden(path):
        return
    if not DAY.fullmatch(path.name):
        yield error_at(
            Place(shown(root, path)),
            "服务里的文件夹只能叫 tests，或者是新版生效的那一天，例如 2027-01-01",
            "a folder in a service is `tests` or the day a later form begins, as 2027-01-01",
        )
    elif not (path / "service.yaml").is_file():
        yield error_at(
            Place(shown(root, path)),
            "这里没有 service.yaml，不会被读到",
            "there is no service.yaml here, so it is not read",
        )


def _is_hidden(path: Path) -> bool:
    return path.name.startswith((".", "__"))


# ── one service ─────────────────────────────────────────────────────────────────────────────────


def _service(
    loaded: LoadedService, node: Node, found: Found, calendar: WorkCalendar
) -> Iterator[Problem]:
    spec = loaded.spec
    for proved in _proved(spec):
        make = error_at if proved.severity == "error" else warning_at
        yield make(place_of(node, *proved.path), proved.zh, proved.en)
    if service_from(loaded.normalised) != spec:
        yield error_at(node.place, "存下来再读，和原来不一样", "the stored form reads differently")
    yield from _texts(spec, node)
    yield from _sources_of_numbers(spec, node)
    yield from _certificates(spec, node)
    yield from _dates(spec, node, calendar)
    if found.district is not None:
        yield from _offices(spec, node, found.district)
    yield from _least_privilege(spec, node)
    for key, item in spec.items.items():
        if item.baseline and item.baseline not in found.baselines:
            yield unknown_word(
                place_of(node, "items", key, "baseline"),
                item.baseline,
                found.baselines,
                kind_zh="基准",
                kind_en="baseline",
            )


_ways_tried: dict[str, tuple[prove.Problem, ...]] = {}
"""What trying a chain of one shape has shown; whoever checks a text needn't try it all again."""


def _proved(spec: ServiceSpec) -> tuple[prove.Problem, ...]:
    found = prove.declared(spec)
    if any(problem.severity == "error" for problem in found):
        return found
    for part in prove.chains(spec):
        key = normalise(prove.shape(part))
        if key not in _ways_tried:
            _ways_tried[key] = prove.chain_ways_out(part)
        found = (*found, *_ways_tried[key])
    return tuple(dict.fromkeys(found))


def _texts(value: object, node: Node) -> Iterator[Problem]:
    for one in texts_in(value):
        place = place_of(node, *one.path)
        if missing_chinese(one.text):
            yield error_at(place, "没有中文", "there is no Chinese text")
        elif missing_english(one.text):
            yield warning_at(
                place, "没有英文，英文页面会显示中文", "no English text; the Chinese is shown"
            )
        for word in stiff_words(one.text):
            yield warning_at(place, f"“{word}”是公文腔，换一种说法", f"'{word}' is office language")


def _sources_of_numbers(spec: ServiceSpec, node: Node) -> Iterator[Problem]:
    for key, item in spec.items.items():
        if item.cite is None:
            yield error_at(
                place_of(node, "items", key, "due"),
                "时限没有出处：加上 cite（title 和 mark）",
                "the term has no source: add cite with title and mark",
            )
        if item.objection is not None and item.objection.cite is None:
            yield error_at(
                place_of(node, "items", key, "objection"),
                "提异议的期限没有出处：加上 cite（title 和 mark）",
                "the term of objections has no source: add cite with title and mark",
            )
        for number, check in enumerate(item.checks, 1):
            if check.cite is None and _has_number(check.rule):
                yield error_at(
                    place_of(node, "items", key, "checks", str(number)),
                    "条件里有数，没有出处：加上 cite（title 和 mark）",
                    "this condition holds a number without a source: add cite",
                )
    for key, reason in spec.reasons.items():
        if reason.lasts is not None and reason.cite is None:
            yield error_at(
                place_of(node, "reasons", key, "lasts"),
                "天数没有出处：加上 cite（title 和 mark）",
                "the number of days has no source: add cite with title and mark",
            )
    if not spec.cites:
        yield error_at(
            place_of(node, "cites"), "没有写依据", "there is no basis for this service: add cites"
        )


def _has_number(rule: Rule) -> bool:
    return any(
        isinstance(part, Const) and not isinstance(part.value, str | bool) for part in walk(rule.ir)
    )


def _least_privilege(spec: ServiceSpec, node: Node) -> Iterator[Problem]:
    """Yield a problem for each check whose evidence would show a field the office may not read."""
    for key, item in spec.items.items():
        for index, check in enumerate(item.checks):
            for name in check.rule.fields:
                if name in spec.fields and name not in item.uses:
                    yield error_at(
                        place_of(node, "items", key, "checks", str(index)),
                        f"核对要看 {name}，可这一件的 uses 里没有它；加进 uses，或换一条核对",
                        f"the check reads {name}, which this item's `uses` don't list",
                    )


def _certificates(spec: ServiceSpec, node: Node) -> Iterator[Problem]:
    given = {item.gives for item in spec.items.values()}
    for key in spec.certificates:
        if key not in given:
            yield warning_at(
                place_of(node, "certificates", key),
                "没有哪一件办出这个证",
                "no item gives this certificate",
            )


def _dates(spec: ServiceSpec, node: Node, calendar: WorkCalendar) -> Iterator[Problem]:
    """Yield a problem unless a plan can be made on the first day and at the start of each year."""
    if spec.effective_to is not None and spec.effective_to < spec.effective_from:
        yield error_at(place_of(node, "effective"), "结束早于开始", "it ends before it begins")
    starts = [date(year, 1, 1) for year in calendar.years[:-1]]
    days = [spec.effective_from, *(day for day in starts if day >= spec.effective_from)]
    for day in days:
        try:
            plan(spec, {}, on=day, calendar=calendar)
        except MinshengError as error:
            yield error_at(place_of(node, "effective"), error.zh, error.en)


def _offices(spec: ServiceSpec, node: Node, district: District) -> Iterator[Problem]:
    departments, posts = district.departments, district.posts
    headings = [heading.key for heading in district.headings]
    events = [event.key for event in district.life_events]
    for word, known, zh, en, path in (
        (spec.lead, departments, "部门", "department", ("lead",)),
        (spec.heading, headings, "栏目", "heading", ("heading",)),
        (spec.life_event, events, "人生事件", "life event", ("life_event",)),
    ):
        if word not in known:
            yield unknown_word(place_of(node, *path), word, known, kind_zh=zh, kind_en=en)
    for key, item in spec.items.items():
        if item.office not in departments:
            place = place_of(node, "items", key, "office")
            yield unknown_word(
                place, item.office, departments, kind_zh="部门", kind_en="department"
            )
        place = place_of(node, "items", key, "post")
        if item.post not in posts:
            yield unknown_word(place, item.post, posts, kind_zh="岗位", kind_en="post")
        elif posts[item.post].department != item.office:
            yield error_at(
                place,
                f"岗位“{item.post}”是“{posts[item.post].department}”的，不是“{item.office}”的",
                f"post '{item.post}' belongs to '{posts[item.post].department}'",
            )
        for word, names in _other_posts(item):
            if word not in posts:
                place = place_of(node, "items", key, *names)
                yield unknown_word(place, word, posts, kind_zh="岗位", kind_en="post")


def _other_posts(item: ItemSpec) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the posts an item names besides its own, each with its path."""
    for number, post in enumerate(item.transfer_to, 1):
        yield post, ("transfer_to", str(number))
    if item.extend is not None:
        yield item.extend.approver, ("extend", "approver")
    if item.objection is not None:
        yield item.objection.to, ("objection", "to")


# ── baselines and tests ─────────────────────────────────────────────────────────────────────────


def _baseline(line: Baseline, node: Node, found: Found) -> Iterator[Problem]:
    if line.case and line.case not in found.services:
        yield unknown_word(
            place_of(node, "case"), line.case, found.services, kind_zh="服务", kind_en="service"
        )
    if not any(line.before.of(one) or line.after.of(one) for one in MEASURES):
        yield warning_at(
            node.place, "一个数也没有，这一行没有用处", "no figure at all: a useless line"
        )
    yield from _texts(line, node)


def _tests(loaded: LoadedService, file: str, problems: list[Problem]) -> list[LocatedTest]:
    tests: list[LocatedTest] = []
    folder = Path(file).parent
    for path in loaded.tests:
        own = path.is_relative_to(loaded.folder)
        place = (folder if own else folder.parent) / "tests" / path.name
        try:
            tests += read_tests(path, shown=place.as_posix())
        except PackError as error:
            problems.extend(error.problems)
    if not tests:
        problems.append(
            error_at(
                Place(file),
                "没有用例：在 tests/ 里至少写一个",
                "there is no test: write at least one in tests/",
            )
        )
    return tests
