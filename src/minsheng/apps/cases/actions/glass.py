"""Break-glass: an officer without the post opens a case in an emergency, and it is reviewed."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.cases import access, catalogue
from minsheng.apps.cases.models import BrokenGlass, Case
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import access as people_access
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account, Assignment
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term

STREAM = "glass"
REASON, WORDS = "glass.reason", "glass.words"
SHORTEST_REASON = 10
FINDINGS = {
    "justified": Text("有必要", "it was needed"),
    "not_justified": Text("没有必要", "it was not needed"),
}


def break_glass(number: str, *, by: Account, reason: str) -> BrokenGlass:
    """Return the opening of a case for some hours, by an officer who fills no post of it.

    The written reason is sealed under the applicant's key. Audit and security administrators and
    the applicant are told at once. NotAllowed for who may not look at all; a protected case is not
    found, as one that doesn't exist. WrongInput for a reason of fewer than ten characters.
    """
    if not people_access.may_look_as_staff(by, purpose="emergency"):
        raise NotAllowed(
            "glass_not_for_you",
            "您的岗位不能紧急查看案卷。真有急事，请打电话给管它的岗位。",
            "Your post may not open cases in an emergency. Call the post that has it.",
        )
    words = reason.strip()
    if not SHORTEST_REASON <= len(words) <= 500:
        raise WrongInput(
            "glass_reason",
            f"写清楚为什么急，{SHORTEST_REASON} 到 500 个字。审计会看。",
            f"Say why it is urgent, in {SHORTEST_REASON} to 500 characters. Audit will read it.",
            field="reason",
        )
    case = access.case_by_number(number)
    if case.protected or case.applicant.is_erased:
        raise access.no_such_case()
    sealed = people.seal_value(case.applicant, words, purpose_field=REASON)
    now = timezone.now()
    term = Term(settings.MINSHENG_GLASS_REVIEW_WORKDAYS, "wd")
    with transaction.atomic():
        row = BrokenGlass.objects.create(
            case=case,
            account=by,
            post=_post_of(by),
            reason_sealed=sealed,
            opened_at=now,
            until=now + timedelta(hours=settings.MINSHENG_GLASS_HOURS),
            review_by=catalogue.calendar().add(timezone.localdate(), term).day,
        )
        people.record_look(
            case.applicant_id, by=by, purpose="emergency", what="case", case=case.number
        )
        _record(row, "broken", by, post=row.post)
        _tell(row, case)
    return row


def review_glass(glass_id: int, *, by: Account, finding: str, words: str) -> BrokenGlass:
    """Return an opening with the audit administrator's finding; found once, it stands.

    The finding is all that the audit administrator ever writes. Raises NotAllowed, WrongInput,
    and Conflict for one that has a finding.
    """
    people_access.require_duty(by, "audit")
    if finding not in FINDINGS:
        raise WrongInput(
            "glass_finding",
            "请选有必要还是没有必要。",
            "Say whether it was needed or not.",
            field="finding",
        )
    if not words.strip():
        raise WrongInput(
            "glass_words",
            "写一句凭什么这么认定。",
            "Say in a sentence what this rests on.",
            field="words",
        )
    with transaction.atomic():
        rows = BrokenGlass.objects.select_for_update(of=("self",)).select_related("case__applicant")
        row = rows.filter(pk=glass_id).first()
        if row is None:
            raise access.no_such_case()
        if row.finding:
            raise Conflict(
                "glass_reviewed",
                "这一次已经复查过，结论不再改。",
                "This opening was reviewed; its finding stands.",
            )
        if not row.case.applicant.is_erased:
            row.words_sealed = people.seal_value(
                row.case.applicant, words.strip()[:500], purpose_field=WORDS
            )
        row.finding, row.found_at, row.found_by = finding, timezone.now(), by
        row.save(update_fields=["finding", "found_at", "found_by", "words_sealed"])
        _record(row, "reviewed", by, finding=finding)
    return row


def _tell(row: BrokenGlass, case: Case) -> None:
    today = timezone.localdate()
    for duty in ("audit", "security"):
        held = Assignment.objects.filter(duty=duty, account__is_active=True).select_related(
            "account"
        )
        for assignment in held:
            if assignment.holds_on(today):
                notices.notify(
                    assignment.account,
                    kind="glass.broken",
                    title=Text("有人紧急查看了案卷", "A case was opened in an emergency"),
                    body=Text(
                        f"案卷 {case.number}。{row.review_by} 前要复查。",
                        f"Case {case.number}. To be reviewed by {row.review_by}.",
                    ),
                    link="/desk/audit" if duty == "audit" else "",
                    key=f"glass:{row.pk}:{assignment.account_id}",
                )
    account = people_reads.account_of_person(case.applicant)
    if account is not None:
        notices.notify(
            account,
            kind="glass.broken",
            title=Text("有人紧急查看了您的案卷", "Your case was opened in an emergency"),
            body=Text(
                "是谁、为什么，到“谁看过我的信息”里看。审计会复查。",
                "See who and why under “Who has looked at my data”. Audit will review it.",
            ),
            link="/mine/looks",
            key=f"glass:{row.pk}:{account.pk}",
        )  # fmt: skip


def _post_of(by: Account) -> str:
    return next(post.key for post in people_reads.posts_of(by) if post.may_look)


def _record(row: BrokenGlass, kind: str, by: Account, **facts: str) -> None:
    data = {"case": row.case.number, **facts}
    audit.record(STREAM, str(row.pk), audit.News(kind, timezone.now(), f"account:{by.pk}", data))
