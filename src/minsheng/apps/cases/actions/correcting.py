"""Asking that something wrong be put right, and the answer of the office that keeps it."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.cases import access, catalogue
from minsheng.apps.cases.models import CorrectionRequest
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import actions as people
from minsheng.apps.people import assurance
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account
from minsheng.lib.errors import Conflict, NotFound, WrongInput
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term

STREAM = "correction"
WISH, ANSWER = "correction.wish", "correction.answer"
LONGEST = 500


def ask_correction(by: Account, *, what: str, wish: str) -> CorrectionRequest:
    """Return a request to the office that keeps `what`: "register:<name>" or "case:<number>".

    It is answered within the working days of MINSHENG_CORRECTION_WORKDAYS. Raises WrongInput, NotFound
    for a register nobody keeps or a case that isn't one's own.
    """
    assurance.require_level(by, "correct")
    if by.person is None:
        raise access.no_such_case()
    words = wish.strip()
    if not 2 <= len(words) <= LONGEST:
        raise WrongInput(
            "correction_wish",
            f"写清楚哪里错了、应该是什么，最多 {LONGEST} 个字。",
            f"Say what is wrong and what it should be, in at most {LONGEST} characters.",
            field="wish",
        )
    office = _owner(what, by)
    sealed = people.seal_value(by.person, words, purpose_field=WISH)
    term = Term(settings.MINSHENG_CORRECTION_WORKDAYS, "wd")
    with transaction.atomic():
        row = CorrectionRequest.objects.create(
            person=by.person,
            account=by,
            what=what,
            office=office,
            wish_sealed=sealed,
            asked_at=timezone.now(),
            due_day=catalogue.calendar().add(timezone.localdate(), term).day,
        )
        _record(row, "asked", f"account:{by.pk}", office=office)
    return row


def answer_correction(
    request_id: int, *, by: Account, is_done: bool, answer: str
) -> CorrectionRequest:
    """Return a request that a post of the office answered, in words; answered once, it stands."""
    words = answer.strip()
    if not 2 <= len(words) <= LONGEST:
        raise WrongInput(
            "correction_answer",
            "写一句改了什么，或者为什么不改。",
            "Say in a sentence what was changed, or why not.",
            field="answer",
        )
    with transaction.atomic():
        rows = CorrectionRequest.objects.select_for_update(of=("self",)).select_related("person")
        row = rows.filter(pk=request_id).first()
        post = next(
            (p for p in access.posts_that_answer(by) if row and p.department.key == row.office),
            None,
        )
        if row is None or post is None or row.account_id == by.pk:
            raise NotFound(
                "no_such_correction",
                "没有这个请求，或者不归您的部门。",
                "There is no such request, or it isn't your office's.",
            )
        if row.status != CorrectionRequest.WAITS:
            raise Conflict(
                "correction_answered",
                "同事已经答复过了，刷新页面看看。",
                "A colleague has answered it. Reload the page.",
            )
        row.status = CorrectionRequest.DONE if is_done else CorrectionRequest.DECLINED
        if not row.person.is_erased:
            row.answer_sealed = people.seal_value(row.person, words, purpose_field=ANSWER)
        row.answered_at, row.answered_by = timezone.now(), f"post:{post.key}/account:{by.pk}"
        row.save(update_fields=["status", "answer_sealed", "answered_at", "answered_by"])
        _record(row, "answered", row.answered_by, status=row.status)
        account = people_reads.account_of_person(row.person)
        if account is not None:
            notices.notify(
                account,
                kind="correction.answered",
                title=Text("更正请求有答复了", "Your request for correction was answered"),
                body=Text("到“我的信息”里看。", "Read it under “My data”."),
                link="/mine/data",
                key=f"correction:{row.pk}",
            )
    return row  # fmt: skip


def _owner(what: str, by: Account) -> str:
    """Return the office that keeps a register, or leads the service of a case of one's own."""
    kind, _, name = what.partition(":")
    if kind == "case":
        case = access.case_by_number(name)
        if not access.is_applicant(case, by):
            raise access.no_such_case()
        return catalogue.pinned_spec(case.pack_id).lead
    keepers = catalogue.register_keepers()
    if kind == "register" and name in keepers:
        return keepers[name]
    raise WrongInput(
        "correction_what",
        "请选是哪一处记错了。",
        "Choose where the mistake is.",
        field="what",
    )


def _record(row: CorrectionRequest, kind: str, by: str, **facts: str) -> None:
    data = {"what": row.what.partition(":")[0], **facts}
    audit.record(STREAM, str(row.pk), audit.News(kind, timezone.now(), by, data))
