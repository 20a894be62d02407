"""A teacher enters a work with its materials; the school recommends it within its places."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from minsheng.apps.contests import access, blindness, sealing
from minsheng.apps.contests.actions.writing import locked, record, require_state, tell
from minsheng.apps.contests.models import (
    CHOSEN,
    DRAFT,
    IN_ROUND,
    OPEN,
    RECOMMENDED,
    SENT,
    Material,
    Round,
    Work,
)
from minsheng.apps.people.models import Account
from minsheng.apps.records import actions as records
from minsheng.apps.records import reads as record_reads
from minsheng.content.contests import ContestSpec
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.texts import Text

LONGEST_LINK = 300
MOST_DRAFTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What a teacher says about a work: class, subject, grade, lesson, title, address of the video."""

    kind: str
    subject: str
    grade: int
    knot: str
    title: str
    video: str = ""


def begin_work(round_id: int, entered: Entered, *, by: Account, on: date | None = None) -> Work:
    """Return a new work of a teacher, not yet handed in.

    Raises NotAllowed for who works at no school, WrongInput with the field, Conflict when entries
    are closed on that day (today, unless a past round is entered).
    """
    school = access.school_of(by)
    if school is None:
        raise NotAllowed(
            "contests.no_teacher",
            "只有学校名册里的老师能参加。请学校把您的登录名写进名册。",
            "Teachers in a school's register take part. Ask your school to enter your sign-in.",
        )
    with transaction.atomic():
        one = locked(round_id)
        _require_entering(one, on)
        fields = _checked(access.contest(one.contest), entered)
        if Work.objects.filter(round=one, account=by).count() >= MOST_DRAFTS:
            raise Conflict(
                "contests.enough",
                f"一轮最多 {MOST_DRAFTS} 件作品。请改已有的那件。",
                f"At most {MOST_DRAFTS} works in a round. Change one you have.",
            )
        taken = set(Work.objects.filter(round=one).values_list("number", flat=True))
        number = _number()
        while number in taken:
            number = _number()
        made = Work.objects.create(round=one, account=by, school=school, number=number, **fields)
        record(one, "begun", by, work=made.pk)
    return made


def change_work(work_id: int, entered: Entered, *, by: Account) -> Work:
    """Return a work with what the teacher says now; only while it isn't handed in."""
    with transaction.atomic():
        work, one = _own_draft(work_id, by)
        for name, value in _checked(access.contest(one.contest), entered).items():
            setattr(work, name, value)
        work.save()
        record(one, "changed", by, work=work.pk)
    return work


def add_material(
    work_id: int,
    key: str,
    content: bytes,
    name: str,
    *,
    by: Account,
    declared: str = "",
    on: date | None = None,
) -> Work:
    """Keep a paper of a work, in place of an earlier one. Raises WrongInput for another kind of file."""
    with transaction.atomic():
        work, one = _own_draft(work_id, by, on)
        spec = access.contest(one.contest)
        kind = spec.classes[work.kind]
        if key not in (*kind.needs, *kind.may) or spec.materials[key].kind != "document":
            raise WrongInput(
                "contests.material",
                "这类作品不交这份材料。请从列出的材料里选。",
                "This class has no such material. Choose one that is listed.",
                field="key",
            )
        stored = records.store_file(content, name, owner=None, by=by, declared=declared)
        earlier = Material.objects.filter(work=work, key=key).first()
        if earlier is not None:
            old = earlier.file_id
            earlier.delete()
            records.forget_file(old)
        Material.objects.create(work=work, key=key, file=stored)
        record(one, "material", by, work=work.pk, key=key)
    return work


def missing(work: Work) -> list[Text]:
    """Return what is still to be handed in, by name."""
    spec = access.contest(work.round.contest)
    there = set(work.materials.values_list("key", flat=True))
    if work.video:
        there |= {key for key, one in spec.materials.items() if one.kind == "link"}
    return [spec.materials[key].title for key in spec.classes[work.kind].needs if key not in there]


def warnings(work: Work) -> list[Text]:
    """Return where a name stands by which judges would see whose work it is."""
    names = blindness.telling_names(work.account, work.school)
    spec = access.contest(work.round.contest)
    found = []
    for where, text in (
        (Text("作品名称", "The title"), work.title),
        (Text("课时", "The lesson"), work.knot),
        (Text("视频地址", "The address of the video"), sealing.opened(work.video)),
    ):
        if there := blindness.names_in(text, names):
            found.append(blindness.said(where, there))
    for row in work.materials.select_related("file"):
        title = spec.materials[row.key].title
        opened = record_reads.opened(row.file)
        there = blindness.names_in(opened.name, names)
        there += [
            one for one in blindness.names_in_paper(opened.content, names) if one not in there
        ]
        if there:
            found.append(blindness.said(title, there))
    return found


def send_work(work_id: int, *, despite: bool = False, by: Account, on: date | None = None) -> Work:
    """Hand a work in at the school. `despite` warnings that a name stands in it.

    Raises WrongInput naming what is missing, or the warnings; Conflict for a lesson chosen lately.
    """
    with transaction.atomic():
        work, one = _own_draft(work_id, by, on)
        if lacking := missing(work):
            raise WrongInput(
                "contests.missing",
                f"还差：{'、'.join(text.zh for text in lacking)}。补上再交，别的都留着。",
                f"Still missing: {', '.join(text.to('en') for text in lacking)}. The rest is kept.",
                field="materials",
            )
        _require_fresh(one, work)
        found = warnings(work)
        if found and not despite:
            raise WrongInput(
                "contests.names",
                "".join(text.zh for text in found) + "确实改不了的，勾选后再交。",
                " ".join(text.to("en") for text in found)
                + " If it can't be changed, tick the box.",
                field="despite",
            )
        work.state, work.was_warned, work.sent_at = SENT, bool(found), timezone.now()
        work.save(update_fields=["state", "was_warned", "sent_at"])
        record(one, "sent", by, work=work.pk, warned=bool(found))
    return work


def take_back(work_id: int, *, by: Account) -> Work:
    """Take a work back to change it, before the school has recommended it."""
    with transaction.atomic():
        found = access.require_own(work_id, by)
        one = locked(found.round_id)
        work = Work.objects.select_for_update().get(pk=work_id)
        _require_entering(one)
        if work.state != SENT:
            raise _not_so()
        work.state = DRAFT
        work.save(update_fields=["state"])
        record(one, "taken_back", by, work=work.pk)
    return work


def recommend(work_id: int, wanted: bool = True, *, by: Account, on: date | None = None) -> Work:
    """Recommend a work for the school, or take that back. Raises Conflict where no place is left."""
    with transaction.atomic():
        found = access.require_led(work_id, by)
        one = locked(found.round_id)
        _require_entering(one, on)
        work = Work.objects.select_for_update().get(pk=work_id)
        if work.account_id == by.pk:
            raise NotAllowed(
                "contests.own_work",
                "自己的作品请学校另一位负责人推荐。",
                "Another head of the school recommends your own work.",
            )
        if (work.state == RECOMMENDED) == wanted and work.state in (SENT, RECOMMENDED):
            return work
        if work.state not in (SENT, RECOMMENDED):
            raise _not_so()
        there = Work.objects.filter(round=one, school=work.school_id, state__in=IN_ROUND).count()
        if wanted and there >= one.school_places:
            raise Conflict(
                "contests.no_place",
                f"学校的 {one.school_places} 个名额用完了。要换，请先撤下一件。",
                f"The school's {one.school_places} places are taken. Take one back first.",
            )
        work.state = RECOMMENDED if wanted else SENT
        work.save(update_fields=["state"])
        record(one, "recommended" if wanted else "unrecommended", by, work=work.pk)
        if wanted:
            tell(
                [work.account],
                Text("学校推荐了您的作品", "Your school recommended your work"),
                Text(
                    "接下来区里盲评，结果会告诉您。", "The district judges it blind; you will hear."
                ),
                link=f"/school/contests/works/{work.pk}",
                key=f"recommended:{work.pk}",
            )
    return work


def _own_draft(work_id: int, by: Account, on: date | None = None) -> tuple[Work, Round]:
    found = access.require_own(work_id, by)
    one = locked(found.round_id)
    _require_entering(one, on)
    work = (
        Work.objects.select_for_update(of=("self",))
        .select_related("round", "school__parent", "account")
        .get(pk=work_id)
    )
    if work.state != DRAFT:
        raise Conflict(
            "contests.sent_already",
            "这件已经交了。要改，请先撤回来。",
            "This one is handed in. Take it back first.",
        )
    return work, one


def _require_entering(one: Round, on: date | None = None) -> None:
    require_state(one, OPEN)
    if (on or timezone.localdate()) > one.enter_by:
        raise Conflict(
            "contests.closed",
            f"{one.enter_by} 截止，现在不能再改。问教育局还有没有下一轮。",
            f"Entries closed on {one.enter_by}. Ask the bureau about the next round.",
        )


def _require_fresh(one: Round, work: Work) -> None:
    spec = access.contest(one.contest)
    if spec.no_repeat is None:
        return
    rows = Work.objects.filter(
        round__contest=one.contest, round__year__gte=one.year - spec.no_repeat.years,
        round__year__lt=one.year, subject=work.subject, grade=work.grade, state=CHOSEN,
    )  # fmt: skip
    if any(_same(row, work.knot) for row in rows.values_list("knot", flat=True)):
        raise WrongInput(
            "contests.repeated",
            f"这个课时近 {spec.no_repeat.years} 年已经有入选的，不能重复。请换一个课时。",
            f"This lesson was chosen within {spec.no_repeat.years} years. Choose another.",
            field="knot",
        )


def _same(one: str, other: str) -> bool:
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def _checked(spec: ContestSpec, entered: Entered) -> dict[str, str | int]:
    if entered.kind not in spec.classes:
        raise WrongInput(
            "contests.kind", "请选一类。别的都还在。", "Choose a class. The rest is kept.", field="kind"
        )  # fmt: skip
    if not 0 <= entered.grade <= 12:
        raise WrongInput(
            "contests.grade", "年级写 1 到 12，幼儿园写 0。", "Grade 1 to 12; 0 for kindergarten.", field="grade"
        )  # fmt: skip
    kind = spec.classes[entered.kind]
    takes_link = any(spec.materials[key].kind == "link" for key in (*kind.needs, *kind.may))
    link = entered.video.strip()
    if link:
        try:
            parts = urlsplit(link)
            fits = parts.scheme == "https" and bool(parts.hostname) and not parts.username
        except ValueError:
            fits = False
        if not takes_link or not fits or len(link) > LONGEST_LINK or any(c.isspace() for c in link):
            raise WrongInput(
                "contests.video",
                "视频地址要以 https:// 开头，中间没有空格。别的都还在。",
                "The address of the video begins with https:// and has no blanks.",
                field="video",
            )
    return {
        "kind": entered.kind,
        "subject": sealing.checked(entered.subject, field="subject", most=40),
        "grade": entered.grade,
        "knot": sealing.checked(entered.knot, field="knot", most=80),
        "title": sealing.checked(entered.title, field="title", most=80),
        "video": sealing.sealed(link),
    }


def _number() -> str:
    return f"{secrets.randbelow(9000) + 1000}"


def _not_so() -> Conflict:
    return Conflict(
        "contests.other_state",
        "这件作品已经走到别的步骤了。请刷新看看。",
        "This work is at another step by now. Reload to see.",
    )


def largest_upload() -> int:
    """Return how many bytes a paper may have."""
    limit: int = settings.MINSHENG_UPLOAD_BYTES
    return limit
