"""Second looks at a draw, the chair's word, objections while it is public, the end; what went further up."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.contests import access, findings, sealing
from minsheng.apps.contests.actions.writing import locked, record, require_state, tell
from minsheng.apps.contests.models import (
    AWAITED,
    CHOSEN,
    CONFIRMED,
    DISMISSED,
    DONE,
    LOST,
    PASSED,
    PUBLIC,
    RECOMMENDED,
    REMOVED,
    REVIEW,
    UPHELD,
    WON,
    Award,
    Challenge,
    Growth,
    Round,
    Sending,
    Work,
)
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term

AWARD_OF = {"city": "city", "ministry": "national"}


def look_again(work_id: int, taken: bool, words: str, *, by: Account) -> Work:
    """Say after a second look whether a work at the line goes on, and why. Raises Conflict elsewhere."""
    words = sealing.checked(words, field="words")
    with transaction.atomic():
        work, one = _locked_work(work_id)
        access.require_runner(by, access.contest(one.contest))
        require_state(one, REVIEW)
        if work.pk not in findings.result_of(one).line.draws:
            raise Conflict(
                "contests.no_draw",
                "这件不在分数线边上，不用再看。请刷新看看。",
                "This work isn't at the line; it needs no second look. Reload to see.",
            )
        work.second_look, work.second_words = "in" if taken else "out", sealing.sealed(words)
        work.save(update_fields=["second_look", "second_words"])
        record(one, "second_look", by, work=work.pk, taken=taken)
    return work


def confirm(round_id: int, seen: str, *, by: Account, on: date | None = None) -> Round:
    """Let the chair confirm the result they have seen, and make it public for the days of the contest.

    `seen` is the digest of what was shown. Raises Conflict where it has changed since, or a draw
    hasn't been looked at again.
    """
    with transaction.atomic():
        one = locked(round_id)
        spec = access.contest(one.contest)
        access.require_chair(by, spec)
        require_state(one, REVIEW)
        result = findings.result_of(one)
        if seen != result.digest:
            raise Conflict(
                "contests.changed",
                "您看过之后结果有变化，没有确认。请再看一遍。",
                "The result has changed since you saw it; nothing was confirmed. Look again.",
            )
        if result.undecided or result.overfull or len(result.chosen) < min(one.places, len(result.line.order)):  # fmt: skip
            raise Conflict(
                "contests.draw",
                f"分数线边上有并列的：{len(result.undecided)} 件还没再看，名额也要正好。请教研员先定。",
                f"There is a draw at the line: {len(result.undecided)} works need a second look, and places must come out even.",
            )
        prizes = findings.prizes(one, result)
        for work in Work.objects.filter(round=one, state=RECOMMENDED):
            work.state = CHOSEN if work.pk in result.chosen else PASSED
            work.prize = prizes.get(work.pk, "")
            work.save(update_fields=["state", "prize"])
        days = Term(spec.judging.publicity_workdays, "wd")
        one.public_until = installed.calendar().add(on or timezone.localdate(), days).day
        one.state, one.seen = PUBLIC, result.digest
        one.save(update_fields=["state", "seen", "public_until"])
        record(one, "confirmed", by, chosen=len(result.chosen), seen=result.digest)
        owners = Work.objects.filter(round=one, state__in=(CHOSEN, PASSED)).select_related(
            "account"
        )
        tell(
            {work.account_id: work.account for work in owners}.values(),
            Text("评选有结果了", "A contest has its result"),
            Text("打开看分数和评语。", "Open it for grades and comments."),
            link="/school/contests", key=f"result:{one.pk}",
        )  # fmt: skip
    return one


def challenge(work_id: int, words: str, *, by: Account) -> Challenge:
    """Return an objection against a work that is public; for whoever works at a school, once each."""
    words = sealing.checked(words, field="words")
    try:
        with transaction.atomic():
            work, one = _locked_work(work_id)
            if not access.works_at_a_school(by) or work.state != CHOSEN:
                raise access.no_such()
            if one.state != PUBLIC or one.public_until is None or timezone.localdate() > one.public_until:  # fmt: skip
                raise Conflict(
                    "contests.not_public",
                    "公示期过了，不能再提异议。还是不对的，请找教育局。",
                    "It isn't public any more. If it is still wrong, tell the education bureau.",
                )
            made = Challenge.objects.create(work=work, by=by, words=sealing.sealed(words))
            record(one, "challenged", by, challenge=made.pk)
    except IntegrityError as cause:
        raise Conflict(
            "contests.challenged_already",
            "您对这件提过异议了，等答复。",
            "You have objected to this one; an answer will come.",
        ) from cause
    return made


def decide_challenge(challenge_id: int, upheld: bool, answer: str, *, by: Account) -> Challenge:
    """Decide an objection, by somebody else; an upheld one takes the work out. Raises Conflict twice."""
    answer = sealing.checked(answer, field="answer")
    with transaction.atomic():
        found = Challenge.objects.filter(pk=challenge_id).first()
        if found is None:
            raise access.no_such()
        work, one = _locked_work(found.work_id)
        access.require_runner(by, access.contest(one.contest))
        require_state(one, PUBLIC)
        row = (
            Challenge.objects.select_for_update(of=("self",))
            .select_related("by")
            .get(pk=challenge_id)
        )
        if by.pk in (row.by_id, work.account_id):
            raise NotAllowed(
                "contests.somebody_else",
                "这条和您有关，要由别人来定。请交给同事。",
                "This concerns you, so somebody else decides. Hand it to a colleague.",
            )
        if row.outcome:
            raise Conflict(
                "contests.decided_already",
                "这条刚才有人定了。请刷新看看。",
                "Somebody has decided this already. Reload to see.",
            )
        row.outcome = UPHELD if upheld else DISMISSED
        row.answer, row.decided_by = sealing.sealed(answer), by
        row.save(update_fields=["outcome", "answer", "decided_by"])
        if upheld:
            work.state, work.prize = REMOVED, ""
            work.save(update_fields=["state", "prize"])
        record(one, "challenge_decided", by, challenge=row.pk, outcome=row.outcome)
        tell(
            {row.by, work.account} if upheld else {row.by},
            Text("公示的异议有答复了", "An objection was decided"),
            Text("打开看看。", "Open it to see."),
            link=f"/school/contests/{one.pk}", key=f"decided:{row.pk}",
        )  # fmt: skip
    return row


def finish(round_id: int, *, by: Account, on: date | None = None) -> Round:
    """End a round after its public days: awards are given, and stand in each teacher's record."""
    with transaction.atomic():
        one = locked(round_id)
        spec = access.contest(one.contest)
        access.require_runner(by, spec)
        require_state(one, PUBLIC)
        today = on or timezone.localdate()
        if one.public_until is None or today <= one.public_until:
            raise Conflict(
                "contests.still_public",
                f"公示到 {one.public_until}，过了才能定。",
                f"It is public until {one.public_until}; afterwards it can be ended.",
            )
        if Challenge.objects.filter(work__round=one, outcome="").exists():
            raise Conflict(
                "contests.open_challenge",
                "还有异议没有定。请先答复。",
                "An objection isn't decided yet. Answer it first.",
            )
        works = Work.objects.filter(round=one, state=CHOSEN).select_related("account", "school")
        for work in works.order_by("pk"):
            prize = spec.prizes[work.prize].title.zh if work.prize in spec.prizes else ""
            give_award(work, "district", on=today, prize=prize)
        one.state = DONE
        one.save(update_fields=["state"])
        record(one, "finished", by, awards=len(works))
    return one


def send_up(work_id: int, level: str, on: date, *, by: Account) -> Sending:
    """Note that a work went to the city or the ministry. Raises WrongInput for another level."""
    with transaction.atomic():
        work, one = _locked_work(work_id)
        spec = access.contest(one.contest)
        access.require_runner(by, spec)
        require_state(one, DONE)
        won = work.sendings.filter(level="city", outcome=WON).exists()
        if level not in spec.upward or work.state != CHOSEN or (level == "ministry" and "city" in spec.upward and not won):  # fmt: skip
            raise WrongInput(
                "contests.level",
                "选上的才往上送，先市里后部里；这个评选也要有这一级。",
                "Chosen works go up, to the city first; and the contest must have that level.",
                field="level",
            )
        if on > timezone.localdate():
            raise WrongInput(
                "contests.day", "日期不能在今天以后。", "The day can't lie ahead.", field="day"
            )
        made, new = Sending.objects.get_or_create(work=work, level=level, defaults={"sent_on": on})
        if new:
            record(one, "sent_up", by, work=work.pk, level=level)
    return made


def note_outcome(sending_id: int, won: bool, certificate: str = "", *, by: Account) -> Sending:
    """Note what came of a work further up, with the number of its certificate; an award follows."""
    with transaction.atomic():
        found = Sending.objects.filter(pk=sending_id).first()
        if found is None:
            raise access.no_such()
        work, one = _locked_work(found.work_id)
        access.require_runner(by, access.contest(one.contest))
        row = Sending.objects.select_for_update().get(pk=sending_id)
        if row.outcome != AWAITED:
            raise Conflict(
                "contests.noted_already",
                "结果已经记过了，不能再改。",
                "The outcome is noted already and stands.",
            )
        certificate = sealing.checked(certificate, field="certificate", most=60, needed=won)
        row.outcome, row.certificate = WON if won else LOST, certificate
        row.save(update_fields=["outcome", "certificate"])
        if won:
            give_award(work, AWARD_OF[row.level], on=timezone.localdate(), certificate=certificate)
        record(one, "outcome", by, sending=row.pk, outcome=row.outcome)
    return row


def publish_award(award_id: int, wanted: bool, *, by: Account) -> Award:
    """Let a teacher say whether an award of theirs stands on the public list by name."""
    with transaction.atomic():
        row = Award.objects.select_for_update().filter(pk=award_id, account=by).first()
        if row is None:
            raise access.no_such()
        row.is_public = wanted
        row.save(update_fields=["is_public"])
        if row.work is not None:
            record(row.work.round, "award_public", by, award=row.pk, public=wanted)
    return row


def give_award(
    work: Work, level: str, *, on: date, prize: str = "", certificate: str = ""
) -> Award:
    """Return an award for a work, once for each level; it stands in the teacher's record at once."""
    spec = access.contest(work.round.contest)
    award, new = Award.objects.get_or_create(
        work=work, level=level,
        defaults={
            "account": work.account, "school": work.school, "contest": spec.key,
            "title": work.title, "prize": prize, "given_on": on, "certificate": certificate,
            "demo": work.round.demo,
        },
    )  # fmt: skip
    if new:
        Growth.objects.create(
            account=work.account, school=work.school, platform=spec.platform,
            title=f"{spec.title.zh}：{work.title}"[:80], day=on, state=CONFIRMED, award=award,
        )  # fmt: skip
    return award


def _locked_work(work_id: int) -> tuple[Work, Round]:
    found = Work.objects.filter(pk=work_id).values_list("round_id", flat=True).first()
    if found is None:
        raise access.no_such()
    one = locked(found)
    work = (
        Work.objects.select_for_update(of=("self",))
        .select_related("account", "school", "round")
        .get(pk=work_id)
    )
    return work, one
