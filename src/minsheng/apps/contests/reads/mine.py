"""A teacher's own works, and what a head may recommend. Scores and comments, never who gave them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from minsheng.apps.contests import access, findings, sealing, words
from minsheng.apps.contests.models import (
    DONE,
    DRAFT,
    IN_ROUND,
    OPEN,
    PUBLIC,
    RECOMMENDED,
    SCORED,
    SENT,
    Material,
    Round,
    Sheet,
    Work,
)
from minsheng.apps.people.models import Account
from minsheng.apps.records import reads as records
from minsheng.apps.schools import access as schools_access
from minsheng.apps.schools import reads as schools
from minsheng.content.contests import ContestSpec
from minsheng.engines.judging.blind import blind_copy
from minsheng.lib.errors import Conflict, NotFound
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.records.reads import Opened


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round as anybody at a school sees it. `may`: "enter", "run", "chair"."""

    id: int
    contest: str
    title: Text
    summary: Text
    year: int
    state: str
    said: Text
    enter_by: date
    judge_by: date
    public_until: date | None
    school_places: int
    places: int
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """A paper or link that a class of works has; `file`: the id of the material that is there, or 0."""

    key: str
    title: Text
    kind: str
    is_needed: bool
    file: int


@dataclass(frozen=True, slots=True)
class OwnWork:
    """A teacher's work. `scores`: total of 0–100 and comment of each judge, in no order of theirs.

    `owner` is the teacher's name, for the head of their school; `fair`: the score by which it stands.
    """

    id: int
    round: RoundLine
    number: str
    kind: str
    kind_title: Text
    subject: str
    grade: int
    knot: str
    title: str
    video: str
    state: str
    said: Text
    owner: str
    school: Text
    materials: tuple[MaterialLine, ...]
    was_warned: bool
    prize: Text
    fair: float | None
    scores: tuple[tuple[float, str], ...]
    sendings: tuple[tuple[Text, Text, str], ...]
    may: frozenset[str]


def rounds(account: Account) -> list[RoundLine]:
    """Return the rounds that are in the packs, the newest first; those that ended last."""
    if not access.works_at_a_school(account):
        return []
    found = [
        _line(one, account) for one in Round.objects.order_by("-year", "-pk")[:100] if _known(one)
    ]
    return sorted(found, key=lambda one: one.state == DONE)


def round_line(one: Round, account: Account) -> RoundLine:
    """Return one round as anybody at a school sees it."""
    return _line(one, account)


def own_works(account: Account) -> list[OwnWork]:
    """Return my works, newest first."""
    rows = Work.objects.filter(account=account).select_related("round", "school", "account")
    return [_own(row, account) for row in rows.order_by("-id")[:50] if _known(row.round)]


def own_work(work_id: int, *, account: Account) -> OwnWork:
    """Return one work of mine, or one at a school that I lead; raises NotFound."""
    try:
        found = access.require_own(work_id, account)
    except NotFound:
        found = access.require_led(work_id, account)
    return _own(found, account)


def led_works(account: Account) -> list[OwnWork]:
    """Return what was handed in at the schools that I lead, in rounds still open."""
    led = [one.pk for one in schools.schools_led(account)]
    rows = Work.objects.filter(school__in=led, round__state=OPEN, state__in=(SENT, RECOMMENDED))
    found = rows.select_related("round", "school", "account").order_by("round", "school", "id")
    return [_own(row, account) for row in found if _known(row.round)]


def material_of(material_id: int, *, account: Account) -> Opened:
    """Return a paper for whoever may see it, under a name that tells nobody whose it is.

    To judges and who runs the round the file itself doesn't tell either: author and program are taken
    out. Raises NotFound for anybody else, Conflict where they can't be.
    """
    row = (
        Material.objects.select_related("work__round", "work__school", "file")
        .filter(pk=material_id)
        .first()
    )
    if row is None or not access.may_open_material(row.work, account):
        raise access.no_such()
    found = records.opened(row.file)
    name = f"{row.work.number}-{row.key}.{found.name.rpartition('.')[2]}"
    if row.work.account_id == account.pk or schools_access.heads(account, row.work.school):
        return records.Opened(name, found.media_type, found.content)
    try:
        content = blind_copy(found.content, found.media_type)
    except ValueError as cause:
        raise Conflict(
            "contests.tells",
            "这份文件里有作者信息，去不掉，不能给评的人看。请作者另存成普通 PDF 再交。",
            "The file says who made it, and that can't be taken out. Its teacher has to save it anew as a plain PDF.",
        ) from cause
    return records.Opened(name, found.media_type, content)


def papers_of(work_id: int, *, account: Account) -> tuple[MaterialLine, ...]:
    """Return the papers of a work for whoever may open them; raises NotFound for anybody else."""
    work = Work.objects.select_related("round", "school").filter(pk=work_id).first()
    if work is None or not access.may_open_material(work, account):
        raise access.no_such()
    return material_lines(work, access.contest(work.round.contest))


def material_lines(work: Work, spec: ContestSpec) -> tuple[MaterialLine, ...]:
    """Return what a work of this class has, and what it lacks."""
    kind = spec.classes[work.kind]
    there = dict(work.materials.values_list("key", "pk"))
    return tuple(
        MaterialLine(key, spec.materials[key].title, spec.materials[key].kind, key in kind.needs, there.get(key, 0))
        for key in (*kind.needs, *kind.may)
    )  # fmt: skip


def _known(one: Round) -> bool:
    try:
        return bool(access.contest(one.contest))
    except NotFound:
        return False


def _line(one: Round, account: Account) -> RoundLine:
    spec, may = access.contest(one.contest), set()
    is_open = one.state == OPEN and timezone.localdate() <= one.enter_by
    if is_open and access.school_of(account) is not None:
        may.add("enter")
    may |= {"run"} if access.runs(account, spec) else set()
    may |= {"chair"} if access.chairs(account, spec) else set()
    return RoundLine(
        id=one.pk, contest=spec.key, title=spec.title, summary=spec.summary, year=one.year,
        state=one.state, said=words.ROUND_STATES[one.state], enter_by=one.enter_by,
        judge_by=one.judge_by, public_until=one.public_until, school_places=one.school_places,
        places=one.places, may=frozenset(may),
    )  # fmt: skip


def _own(row: Work, account: Account) -> OwnWork:
    spec = access.contest(row.round.contest)
    is_told = row.round.state in (PUBLIC, DONE) and row.account_id == account.pk
    sheets = Sheet.objects.filter(work=row, state=SCORED) if is_told else Sheet.objects.none()
    weight = sum(one.weight for one in spec.criteria.values()) * spec.scale.highest
    scores = sorted(
        (
            100 * sum(spec.criteria[key].weight * grade for key, grade in sheet.grades.items() if key in spec.criteria) / weight,
            sealing.opened(sheet.comment),
        )
        for sheet in sheets
    )  # fmt: skip
    fair = findings.result_of(row.round).scores.get(row.pk) if is_told else None
    prize = spec.prizes[row.prize].title if row.prize in spec.prizes else Text("")
    return OwnWork(
        id=row.pk, round=_line(row.round, account), number=row.number, kind=row.kind,
        kind_title=spec.classes[row.kind].title, subject=row.subject, grade=row.grade,
        knot=row.knot, title=row.title, video=sealing.opened(row.video), state=row.state,
        said=words.WORK_STATES[row.state], owner=row.account.display, school=row.school.title,
        materials=material_lines(row, spec), was_warned=row.was_warned,
        prize=prize if is_told else Text(""), fair=fair, scores=tuple(scores),
        sendings=tuple(
            (words.AWARD_LEVELS["city" if one.level == "city" else "national"], words.SENDINGS[one.outcome], one.certificate)
            for one in row.sendings.order_by("sent_on")
        ),
        may=_may(row, account),
    )  # fmt: skip


def _may(row: Work, account: Account) -> frozenset[str]:
    one = row.round
    if one.state != OPEN or timezone.localdate() > one.enter_by:
        return frozenset()
    mine = {DRAFT: {"change", "send"}, SENT: {"take_back"}}.get(row.state, set())
    found = set(mine) if row.account_id == account.pk else set()
    led = {school.pk for school in schools.schools_led(account)}
    if row.school_id in led and row.account_id != account.pk:
        there = Work.objects.filter(round=one, school=row.school_id, state__in=IN_ROUND).count()
        if row.state == SENT and there < one.school_places:
            found.add("recommend")
        if row.state == RECOMMENDED:
            found.add("unrecommend")
    return frozenset(found)
