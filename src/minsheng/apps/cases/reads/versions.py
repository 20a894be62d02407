"""The forms of the services: which is in force, what comes, what differs, what stored cases say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from django.utils import timezone

from minsheng import content
from minsheng.apps.cases import access, catalogue
from minsheng.apps.cases.actions.publishing import draft_form
from minsheng.apps.cases.carrying import tried
from minsheng.apps.cases.models import Case, Publication
from minsheng.apps.people.models import Account
from minsheng.content import Difference, LoadedService, Problem
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text

FormState = Literal["in_force", "coming", "past", "proposed", "draft"]
LAST = 200
MOST_LINES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLine:
    """One form of a service, from its first day. `publication` is 0 for the installed and drafts."""

    slug: str
    begins: date
    ends: date | None
    state: FormState
    hash: str
    title: Text
    publication: int = 0
    proposed_by: str = ""
    proposed_at: datetime | None = None
    published_by: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """One form beside the one before it. `problems` stop its proposal; it is `proved` without."""

    line: FormLine
    before: FormLine | None
    differences: tuple[Difference, ...]
    problems: tuple[Problem, ...]
    may_propose: bool
    may_publish: bool
    may_withdraw: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class TrialGroup:
    """One difference and the numbers of the cases that would have had it."""

    kind: str
    item: str
    text: Text
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One stored case that would have been different, and in what."""

    number: str
    changes: tuple[Text, ...]


@dataclass(slots=True)
class TrialReport:
    """What a form would have made of the last stored cases. Protected ones are counted, not listed.

    `unreadable`: the person was erased, so that nobody can say.
    """

    slug: str
    to_hash: str
    cases: int = 0
    unreadable: int = 0
    different: int = 0
    groups: list[TrialGroup] = field(default_factory=list)
    lines: list[TrialLine] = field(default_factory=list)

    @property
    def same(self) -> int:
        """How many cases would have been the same."""
        return self.cases - self.unreadable - self.different

    @property
    def text(self) -> Text:
        """The report in one sentence."""
        if not self.cases:
            return Text("还没有存着的案卷可以试", "There is no stored case to try it on yet")
        unread = f"，{self.unreadable} 个打不开" if self.unreadable else ""
        unread_en = f", {self.unreadable} can't be opened" if self.unreadable else ""
        return Text(
            f"拿最近 {self.cases} 个案卷试：{self.different} 个会不一样，{self.same} 个一样{unread}",
            f"Tried on the last {self.cases} cases: {self.different} would differ, "
            f"{self.same} would not{unread_en}",
        )


def versions() -> list[FormLine]:
    """Return every form of every service, by service, the latest first; drafts of folders too."""
    return [line for slug in catalogue.packs().services for line in versions_of(slug)]


def versions_of(slug: str) -> list[FormLine]:
    """Return the forms of one service: installed, published, proposed, and drafts, latest first."""
    on = timezone.localdate()
    installed = catalogue.packs().services[slug]
    current = content.form_on(catalogue.forms_of(slug), on)
    rows = Publication.objects.filter(slug=slug).exclude(status="withdrawn")
    rows = rows.select_related("proposed_by", "published_by")
    lines = [_line(installed.spec, installed.hash, _state(installed, current, on))]
    known = {installed.hash}
    for row in rows:
        form = catalogue.stored(row.pack_id)
        state: FormState = "proposed" if row.status == "proposed" else _state(form, current, on)
        lines.append(_published(row, form, state))
        known.add(row.pack_id)
    for draft in content.read_forms(catalogue.roots(), slug):
        if draft.loaded is None:
            lines.append(_broken(draft, installed.spec.title))
        elif draft.loaded.hash not in known:
            lines.append(_line(draft.loaded.spec, draft.loaded.hash, "draft"))
    return sorted(lines, key=lambda line: (line.begins, line.state != "draft"), reverse=True)


def form_view(slug: str, begins: str, *, account: Account) -> FormView:
    """Return one form beside the one before it, with what this account may do about it.

    Of a draft and a proposal for one day the proposal is shown. Raises NotFound.
    """
    lines = versions_of(slug) if slug in catalogue.packs().services else []
    mine = [line for line in lines if line.begins.isoformat() == begins]
    if not mine:
        draft_form(slug, begins)
    line = next((one for one in mine if one.publication), mine[0])
    earlier = [o for o in lines if o.begins < line.begins and o.state not in ("draft", "proposed")]
    before = max(earlier, key=lambda one: one.begins, default=None)
    problems: tuple[Problem, ...] = ()
    if line.state == "draft":
        found = content.check_form(draft_form(slug, begins), catalogue.roots())
        problems = tuple(problem for problem in found if problem.severity == "error")
    spec = _spec(line) if line.hash else None
    old = _spec(before) if before else None
    row = Publication.objects.filter(pk=line.publication).first()
    is_own = row is not None and row.proposed_by_id == account.pk
    leads, to_come = access.may_publish(account), line.begins > timezone.localdate()
    return FormView(
        line=line,
        before=before,
        differences=content.differences(old, spec) if spec and old else (),
        problems=problems,
        may_propose=line.state == "draft"
        and spec is not None
        and access.may_propose(spec, account)
        and to_come,
        may_publish=line.state == "proposed" and leads and not is_own and to_come,
        may_withdraw=line.state in ("proposed", "coming") and (is_own or leads),
        is_own=is_own,
    )


def try_form(
    slug: str,
    begins: str,
    *,
    last: int = LAST,
    progress: Callable[[int, int], None] | None = None,
) -> TrialReport:
    """Return how the last stored cases of a service would have differed under a form.

    Reads everything, writes nothing. Raises NotFound, and PackError for a form nobody can read.
    """
    to = _form_of(slug, begins)
    report = TrialReport(slug, to.hash)
    groups: dict[tuple[str, str, Text], list[str]] = {}
    rows = Case.objects.filter(slug=slug).select_related("applicant").order_by("-pk")[:last]
    cases = list(rows)
    for done, case in enumerate(cases, 1):
        report.cases += 1
        try:
            changes = tried(case, to)
        except MinshengError:
            # Erased: nobody can open its values, so nobody can say.
            report.unreadable += 1
            changes = ()
        if changes:
            report.different += 1
            number = "" if case.protected else case.number
            for change in changes:
                groups.setdefault(
                    (change.kind, change.item, _general(change.kind, change.text)), []
                ).append(number)
            if number and len(report.lines) < MOST_LINES:
                report.lines.append(TrialLine(number, tuple(change.text for change in changes)))
        if progress is not None:
            progress(done, len(cases))
    report.groups = sorted(
        (
            TrialGroup(kind, item, text, tuple(numbers))
            for (kind, item, text), numbers in groups.items()
        ),
        key=lambda group: (-len(group.cases), group.kind, group.item, group.text.zh),
    )
    return report


def _general(kind: str, text: Text) -> Text:
    """Return what a change says without the days of one case, so that many cases make one group."""
    if kind not in ("due", "late", "finish"):
        return text
    words = {
        "due": Text("到期的日子变了", "another due day"),
        "late": Text("办得及时，按新时限就超期了", "in time, but late under the new term"),
        "finish": Text("全部办好的日子变了", "another day for all of it"),
    }[kind]
    title, colon, _ = text.zh.partition("：")
    title_en, colon_en, _ = text.en.partition(": ")
    if not colon:
        return words
    return Text(f"{title}：{words.zh}", f"{title_en}{colon_en}{words.en}")


def _form_of(slug: str, begins: str) -> LoadedService:
    """Return the form of a day: proposed or published if there is one, else the folder's draft."""
    row = Publication.objects.filter(slug=slug).exclude(status="withdrawn")
    for pack_hash, day in row.values_list("pack_id", "effective_from"):
        if day.isoformat() == begins:
            return catalogue.stored(pack_hash)
    draft = draft_form(slug, begins)
    if draft.loaded is None:
        raise content.PackError(draft.problems)
    return draft.loaded


def _spec(line: FormLine) -> ServiceSpec | None:
    if line.state == "draft":
        loaded = draft_form(line.slug, line.begins.isoformat()).loaded
        return loaded.spec if loaded else None
    installed = catalogue.packs().services[line.slug]
    return installed.spec if line.hash == installed.hash else catalogue.pinned_spec(line.hash)


def _state(form: LoadedService, current: LoadedService | None, on: date) -> FormState:
    if current is not None and form.hash == current.hash:
        return "in_force"
    return "coming" if form.spec.effective_from > on else "past"


def _line(spec: ServiceSpec, pack_hash: str, state: FormState) -> FormLine:
    return FormLine(
        slug=spec.slug,
        begins=spec.effective_from,
        ends=spec.effective_to,
        state=state,
        hash=pack_hash,
        title=spec.title,
    )


def _published(row: Publication, form: LoadedService, state: FormState) -> FormLine:
    return FormLine(
        slug=row.slug,
        begins=row.effective_from,
        ends=row.effective_to,
        state=state,
        hash=row.pack_id,
        title=form.spec.title,
        publication=row.pk,
        proposed_by=row.proposed_by.display or row.proposed_by.username,
        proposed_at=row.proposed_at,
        published_by=(row.published_by.display or row.published_by.username)
        if row.published_by
        else "",
        published_at=row.published_at,
    )


def _broken(draft: content.Form, title: Text) -> FormLine:
    begins = date.fromisoformat(draft.begins)
    return FormLine(slug=draft.slug, begins=begins, ends=None, state="draft", hash="", title=title)
