"""Runs over everybody: declared, approved by another, reproducible, and nobody who doesn't wish it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from minsheng.apps.audit import reads as audit
from minsheng.apps.erasure import actions as erasure
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.policies import actions as policies
from minsheng.apps.policies.dossiers import Known
from minsheng.apps.policies.shelf import shelf
from minsheng.apps.screening import actions, batches, reads
from minsheng.apps.screening.actions import Begun
from minsheng.apps.screening.models import Finding, Mark, Run
from minsheng.cli.demo import policies as demo
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

pytestmark = pytest.mark.django_db
FLEXIBLE = "flexible-insurance"
RELEASED = "register:justice.released"


@pytest.fixture
def cast(district: Any) -> Any:
    """The district with what registers say of the cast; 秦素 has said that she works flexibly."""
    today = timezone.localdate()
    demo.note(today)
    policies.answer(district.account("qinsu"), "work", "flexible", on=today)
    return district


def begun(*slugs: str, without: str = "", purpose: str = "tell") -> Begun:
    sources = actions.sources_of([actions.policy(slug) for slug in slugs])
    spec = actions.access.spec()
    bases = {key: spec.dataset(key).bases[-1] for key in sources if key != without}  # type: ignore[union-attr]
    return Begun(policies=slugs, purpose=purpose, bases=bases, on=timezone.localdate())


def run_of(cast: Any, *slugs: str) -> Run:
    return actions.finish(actions.start(begun(*(slugs or (FLEXIBLE,))), by=cast.account("tangli")))


def approved(cast: Any, *slugs: str) -> Run:
    row = run_of(cast, *slugs)
    return actions.decide(row.pk, approve=True, by=cast.account("zhoujing"))


def person_of(account: Account) -> Person:
    assert account.person is not None
    return account.person


def test_a_run_finds_the_cashier_and_adds_up(cast: Any) -> None:
    row = run_of(cast, FLEXIBLE, "hard-to-employ")
    assert row.state == "ready"
    counts = row.counts[FLEXIBLE]
    assert (counts["yes"], counts["amount_fen"]) == (1, 60_000)
    assert row.screened == row.people == counts["yes"] + counts["no"] + counts["unknown"]
    assert counts["missing"]["hard_to_employ_recognised"] > 0
    finding = Finding.objects.get(run=row, person=person_of(cast.account("qinsu")))
    assert "flexible" not in finding.outcome_sealed
    assert "60000" not in finding.outcome_sealed


def test_the_same_facts_give_the_same_hash_and_other_facts_another(cast: Any) -> None:
    first, again = run_of(cast), run_of(cast)
    assert first.input_hash == again.input_hash
    assert first.counts == again.counts
    policies.answer(cast.account("liqiang"), "work", "none", on=timezone.localdate())
    assert run_of(cast).input_hash != first.input_hash


def test_smaller_batches_find_the_same(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run_of(cast)
    monkeypatch.setattr(batches, "HOUSEHOLDS_AT_ONCE", 1)
    parts = run_of(cast)
    assert parts.batches > whole.batches
    assert (parts.counts, parts.screened) == (whole.counts, whole.screened)


def test_each_data_set_needs_its_basis_and_each_run_its_purpose(cast: Any) -> None:
    officer = cast.account("tangli")
    unconfigured = next(one.slug for one in shelf().policies.values() if not one.is_configured)
    with pytest.raises(WrongInput, match=r"basis"):
        actions.start(begun(FLEXIBLE, without="register:hr.insurance"), by=officer)
    with pytest.raises(WrongInput):
        actions.start(begun(FLEXIBLE, purpose="curiosity"), by=officer)
    with pytest.raises(WrongInput):
        actions.start(begun(unconfigured), by=officer)
    assert not Run.objects.exists()


def test_only_the_named_posts_begin_and_see(cast: Any) -> None:
    for stranger in ("liqiang", "sunwei", "zhoujing"):
        with pytest.raises(NotAllowed):
            actions.start(begun(FLEXIBLE), by=cast.account(stranger))
    row = run_of(cast)
    for stranger in ("liqiang", "sunwei", "qinsu"):
        with pytest.raises(NotAllowed):
            reads.run_view(row.pk, cast.account(stranger))


def test_who_began_it_does_not_approve_it(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row = run_of(cast)
    officer = cast.account("tangli")
    with pytest.raises(NotAllowed):
        actions.decide(row.pk, approve=True, by=officer)
    monkeypatch.setattr(actions.access, "may_approve", lambda account: True)
    with pytest.raises(NotAllowed, match="began it"):
        actions.decide(row.pk, approve=True, by=officer)


def test_there_is_no_list_before_approval(cast: Any) -> None:
    row = run_of(cast)
    officer = cast.account("tangli")
    with pytest.raises(NotFound):
        reads.work_list(row.pk, officer)
    with pytest.raises(NotFound):
        reads.export_rows(row.pk, officer)
    assert reads.found_for(cast.account("qinsu")) == []
    actions.decide(row.pk, approve=True, by=cast.account("zhoujing"))
    (line,) = reads.work_list(row.pk, officer)
    assert (line.slug, line.outcome.amount_fen) == (FLEXIBLE, 60_000)
    ((name, number, _),) = reads.export_rows(row.pk, officer)
    assert name == "秦素"
    assert "*" in number
    with pytest.raises(Conflict):
        actions.decide(row.pk, approve=False, by=cast.account("zhoujing"))


def test_what_is_declined_is_forgotten(cast: Any) -> None:
    row = run_of(cast)
    actions.decide(row.pk, approve=False, by=cast.account("zhoujing"))
    assert not Finding.objects.exists()


def test_the_person_found_is_told_and_nobody_else_learns_of_it(cast: Any) -> None:
    row = approved(cast)
    cast.work()
    notice = Notice.objects.get(kind="screening")
    assert notice.account == cast.account("qinsu")
    assert "补贴" not in notice.title_zh + notice.body_zh
    (found,) = reads.found_for(cast.account("qinsu"))
    assert (found.run_id, found.policy.slug, found.amount_fen) == (row.pk, FLEXIBLE, 60_000)
    assert reads.found_for(cast.account("liqiang")) == []
    texts = [event.text for event in audit.since(0, 10_000) if event.stream == "screening"]
    assert texts
    assert all(str(person_of(cast.account("qinsu")).pk) not in text for text in texts)


def test_who_refused_or_took_consent_back_is_not_screened(cast: Any) -> None:
    cashier, whole = cast.account("qinsu"), run_of(cast)
    actions.refuse(cashier)
    assert not Finding.objects.filter(person=cashier.person).exists()
    row = run_of(cast)
    assert row.counts[FLEXIBLE]["yes"] == 0
    assert (row.left_out, row.screened) == (1, whole.screened - 1)
    actions.allow(cashier)
    assert run_of(cast).counts[FLEXIBLE]["yes"] == 1
    people.give_consent(person_of(cashier), "screening", by=cashier)
    assert run_of(cast).counts[FLEXIBLE]["yes"] == 1
    people.withdraw_consent(person_of(cashier), "screening", by=cashier)
    assert run_of(cast).counts[FLEXIBLE]["yes"] == 0


def test_a_set_that_wants_consent_is_read_only_of_who_consented(cast: Any) -> None:
    cashier, today = cast.account("qinsu"), timezone.localdate()
    person = person_of(cashier)
    said = {
        "released": Known(True, RELEASED, today),
        "startup_registered": Known(True, "register:market.entities", today),
        "project_here": Known(True, "register:market.entities", today),
        "other_loans": Known(False, "person", today),
        "hard_to_employ_recognised": Known(False, "register:hr.employment", today),
    }
    policies.note_facts(person, said, by="test")
    slug = "startup-loan"
    finding = Finding.objects.get(run=run_of(cast, slug), person=person)
    assert "released" in reads.opened(finding)[slug].missing
    people.give_consent(person, "screening", by=cashier)
    finding = Finding.objects.get(run=run_of(cast, slug), person=person)
    assert "released" not in reads.opened(finding)[slug].missing


def test_a_wrong_finding_comes_back_as_a_rate_and_not_again(cast: Any) -> None:
    row, cashier = approved(cast), cast.account("qinsu")
    person = person_of(cashier)
    with pytest.raises(WrongInput):
        actions.mark_wrong(row.pk, person.pk, FLEXIBLE, reason="", condition="", by=cashier)
    with pytest.raises(NotAllowed):
        actions.mark_wrong(
            row.pk, person.pk, FLEXIBLE, reason="changed", condition="", by=cast.account("liqiang")
        )
    for _ in range(2):
        actions.mark_wrong(
            row.pk, person.pk, FLEXIBLE, reason="changed", condition="paid", by=cashier
        )
    assert Mark.objects.count() == 1
    assert reads.found_for(cashier) == []
    (count,) = reads.run_view(row.pk, cast.account("tangli")).policies
    assert count.wrong is not None
    assert (count.wrong.marks, [one.people for one in count.wrong.conditions]) == (1, [1])
    again = run_of(cast)
    assert (again.counts[FLEXIBLE]["yes"], again.counts[FLEXIBLE]["marked"]) == (0, 1)
    Mark.objects.update(version="another")
    assert run_of(cast).counts[FLEXIBLE]["yes"] == 1


def test_a_run_says_what_changed_since_the_last(cast: Any) -> None:
    approved(cast)
    policies.answer(cast.account("qinsu"), "work", "none", on=timezone.localdate())
    row = run_of(cast)
    assert row.changes == {FLEXIBLE: {"lost": {"people": 1, "because": {"flexible": 1}}}}
    view = reads.run_view(row.pk, cast.account("tangli"))
    (change,) = view.policies[0].changes
    assert change.people is None  # one person is too few to be shown


def test_two_runs_at_a_time_are_refused_and_a_stopped_one_makes_way(cast: Any) -> None:
    officer = cast.account("tangli")
    row = actions.start(begun(FLEXIBLE), by=officer)
    with pytest.raises(Conflict):
        actions.start(begun(FLEXIBLE), by=officer)
    actions.stop(row.pk, by=officer)
    cast.work()
    assert Run.objects.get(pk=row.pk).screened == 0
    assert run_of(cast).state == "ready"


def test_the_worker_carries_a_run_on_batch_by_batch(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "HOUSEHOLDS_AT_ONCE", 1)
    row = actions.start(begun(FLEXIBLE), by=cast.account("tangli"))
    cast.work()
    done = Run.objects.get(pk=row.pk)
    assert (done.state, done.screened) == ("ready", done.people)
    assert done.batches > 3


def test_a_register_that_grew_old_is_unknown_and_never_no(cast: Any) -> None:
    cast_day = timezone.localdate() + timedelta(days=400)
    later = Begun(policies=[FLEXIBLE], purpose="tell", bases=begun(FLEXIBLE).bases, on=cast_day)
    row = actions.finish(actions.start(later, by=cast.account("tangli")))
    assert row.counts[FLEXIBLE]["yes"] == 0
    finding = Finding.objects.get(run=row, person=cast.account("qinsu").person)
    assert reads.opened(finding)[FLEXIBLE].value is None


def test_erasing_somebody_forgets_what_was_found(cast: Any) -> None:
    row, person = approved(cast), person_of(cast.account("qinsu"))
    actions.mark_wrong(
        row.pk, person.pk, FLEXIBLE, reason="other", condition="", by=cast.account("qinsu")
    )
    erasure.erase_person(person, by="test", reason="own_wish")
    assert not Finding.objects.filter(person=person).exists()
    assert not Mark.objects.filter(person=person).exists()
