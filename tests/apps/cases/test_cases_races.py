"""Several people and processes on one case at once, with real connections and real commits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.apps.cases.cases_cast import at_once
from tests.factories import District, newborn, siblings

from minsheng import content
from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions, catalogue, reads, statements, store
from minsheng.apps.cases.actions.steps import finish_effect
from minsheng.apps.cases.models import Case, Item
from minsheng.apps.outbox.models import Effect
from minsheng.lib.errors import Conflict, MinshengError

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = pytest.mark.parametrize(
    "rounds", [pytest.param(5, id="few"), pytest.param(100, id="many", marks=pytest.mark.long)]
)


@pytest.fixture
def side_by_side(settings, tmp_path: Path) -> Iterator[None]:
    """Packs in which the three items of the newborn service need nothing of one another."""
    root = Path(shutil.copytree(content.default_roots()[0], tmp_path / "packs"))
    path = root / "services/newborn/service.yaml"
    text = path.read_text(encoding="utf-8")
    for need in ("    needs: [birth_certificate]\n", "    needs: [household]\n"):
        assert need in text
        text = text.replace(need, "")
    path.write_text(text, encoding="utf-8")
    settings.MINSHENG_PACKS = [root]
    catalogue.packs.cache_clear()
    yield
    catalogue.packs.cache_clear()


def statuses(case_id: int) -> dict[str, str]:
    chosen = Item.objects.filter(case_id=case_id).exclude(status="skipped")
    return dict(chosen.values_list("key", "status"))


@ROUNDS
def test_of_two_officers_on_one_item_exactly_one_wins(district: District, rounds: int):
    lin = district.account("linlan")
    for event in siblings(district, rounds):
        story = newborn(district, event=event)
        row = story.item_id("birth_certificate")
        given = at_once(
            lambda row=row: actions.approve_item(row, by=lin),
            lambda row=row: actions.refuse_item(row, by=lin, reason="not_born_here"),
        )
        refused = [one for one in given if isinstance(one, Conflict)]
        assert len(refused) == 1, given
        assert refused[0].facts["decided_by"]
        case = Case.objects.get(pk=story.case_id)
        assert store.replayed(case) == store.state_of(case)
        kinds = [entry.kind for entry in audit.history("case", str(case.pk))]
        assert (kinds.count("approved"), kinds.count("refused")) in {(1, 0), (0, 1)}


@ROUNDS
def test_the_last_items_finishing_together_never_leave_a_case_open(
    side_by_side: None, district: District, rounds: int
):
    for event in siblings(district, rounds):
        story = newborn(district, event=event)
        for key, officer in (("household", "sunwei"), ("social_card", "wutong")):
            actions.approve_item(story.item_id(key), by=district.account(officer), evidence="看过")
        row = story.item_id("birth_certificate")
        given = at_once(
            lambda row=row: actions.approve_item(row, by=district.account("linlan")),
            lambda c=story.case_id: finish_effect(c, "household", attempt=1, result="HK-1"),
            lambda c=story.case_id: finish_effect(c, "social_card", attempt=1, result="K-1"),
        )
        assert not [one for one in given if isinstance(one, MinshengError)], given
        case = Case.objects.get(pk=story.case_id)
        assert (case.status, set(statuses(case.pk).values())) == ("done", {"done"})
        assert store.replayed(case) == store.state_of(case)
        kinds = [entry.kind for entry in audit.history("case", str(case.pk))]
        assert kinds.count("closed") == 1


@ROUNDS
def test_withdrawing_beside_an_approval_ends_in_one_of_the_two_orders(
    district: District, rounds: int
):
    wang, lin = district.account("wangfang"), district.account("linlan")
    for event in siblings(district, rounds):
        story = newborn(district, event=event)
        row = story.item_id("birth_certificate")
        at_once(
            lambda row=row: actions.approve_item(row, by=lin),
            lambda c=story.case_id: actions.withdraw_case(c, by=wang),
        )
        case = Case.objects.get(pk=story.case_id)
        assert case.status in {"withdrawn", "partly_done"}
        first = statuses(case.pk)["birth_certificate"]
        assert first == ("done" if case.status == "partly_done" else "cancelled")
        assert store.replayed(case) == store.state_of(case)


@ROUNDS
def test_two_clicks_at_once_make_one_case(district: District, rounds: int):
    wang = district.account("wangfang")
    for event in siblings(district, rounds):
        story = newborn(district, until="answered", event=event)
        given = at_once(*[lambda d=story.draft: actions.submit_draft(d, by=wang)] * 3)
        assert len({one.pk for one in given if isinstance(one, Case)}) == 1, given
        assert not [one for one in given if isinstance(one, MinshengError)], given


def test_two_workers_carry_out_each_effect_once(district: District):
    from minsheng.cli.worker_command import work

    story = newborn(district, until="birth_certificate")
    actions.approve_item(story.item_id("household"), by=district.account("sunwei"))
    at_once(lambda: work("one"), lambda: work("two"))
    work("three")
    assert statuses(story.case_id)["household"] == "done"
    assert Effect.objects.exclude(state="done").count() == 0
    view = reads.case_view(story.number, account=district.account("wangfang"))
    assert [one.kind for one in view.timeline].count("done") == 2


def test_a_step_that_fails_in_the_middle_leaves_nothing_behind(
    district: District, monkeypatch: pytest.MonkeyPatch
):
    story = newborn(district)
    before = Case.objects.get(pk=story.case_id)
    entries = len(audit.history("case", str(before.pk)))

    write = statements.write

    def broken(*arguments: Any, **named: Any) -> None:
        write(*arguments, **named)
        raise RuntimeError("after the last write of the step")

    monkeypatch.setattr(statements, "write", broken)
    with pytest.raises(RuntimeError):
        actions.approve_item(story.item_id("birth_certificate"), by=district.account("linlan"))
    after = Case.objects.get(pk=before.pk)
    assert (after.seq, after.head, after.state) == (before.seq, before.head, before.state)
    assert statuses(before.pk)["birth_certificate"] == "open"
    assert len(audit.history("case", str(before.pk))) == entries
