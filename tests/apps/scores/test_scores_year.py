"""The scores of a year: seen before, kept of every firm at once, by two where weights are; drawn over years."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.apps.scores.firms_of import declared

from minsheng.apps.notices.models import Notice
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.scores import actions, reads, sealing
from minsheng.apps.scores.models import Snapshot, YearAsked
from minsheng.lib.errors import Conflict, NotAllowed, NotFound


def weigh(district) -> None:
    """Let the weights of the innovation points hold: alike for all parts, the last one takes the rest."""
    score = next(one.score for one in reads.desk(district.account("yuelan")).to_weigh)
    parts = list(score.parts)
    each = dict.fromkeys(parts[:-1], "5") | {parts[-1]: str(100 - 5 * (len(parts) - 1))}
    made = actions.enter_weights(
        "innovation", dict.fromkeys(score.stages, each), starts=district.today, source="指引（演示）",
        by=district.account("yuelan"),
    )  # fmt: skip
    actions.confirm_weights(made.pk, by=district.account("fanhua"))


def test_a_year_without_weights_is_kept_at_once_of_every_firm_with_a_total(district):
    declared(district)
    keeper = district.account("yuelan")
    view = reads.year_of("tech-sme", keeper)
    assert (view.by_two, view.may_ask, view.ready) == (False, True, 1)
    assert view.lines[0].said.zh == "40 分"
    assert actions.keep_year("tech-sme", by=keeper) == 1
    assert actions.keep_year("tech-sme", by=keeper) == 0
    assert Snapshot.objects.count() == 1
    assert reads.year_of("tech-sme", keeper).ready == 0
    for name in ("fanhua", "huangyi"):
        with pytest.raises(NotAllowed):
            actions.keep_year("tech-sme", by=district.account(name))
    with pytest.raises(NotFound):
        reads.year_of("tech-sme", district.account("huangyi"))


def test_where_weights_are_by_two_the_year_is_asked_by_one_and_confirmed_by_another(district):
    declared(district)
    weigh(district)
    keeper, head = district.account("yuelan"), district.account("fanhua")
    with pytest.raises(Conflict):
        actions.confirm_year("innovation", by=head)
    assert actions.keep_year("innovation", by=keeper) == 0
    assert not Snapshot.objects.exists()
    with pytest.raises(Conflict):
        actions.keep_year("innovation", by=keeper)
    assert Notice.objects.filter(account=head, link="/desk/scores/year/innovation").count() == 1
    people.assign(keeper, people_reads.post("enterprise.head"), since=district.today)
    with pytest.raises(Conflict) as error:
        actions.confirm_year("innovation", by=keeper)
    assert error.value.code == "scores.two_persons_year"
    assert reads.year_of("innovation", head).may_confirm
    assert actions.confirm_year("innovation", by=head) == 1
    assert Snapshot.objects.get().score == "innovation"
    with pytest.raises(IntegrityError), transaction.atomic():
        YearAsked.objects.update(confirmed_by=keeper)


def test_the_clock_keeps_or_asks_once_the_day_has_come(district):
    declared(district)
    weigh(district)
    year = district.today.year
    assert actions.keep_due(date(year, 12, 19)) == 0
    assert actions.keep_due(date(year, 12, 20)) == 2  # one kept, one asked
    assert actions.keep_due(date(year, 12, 21)) == 0
    assert [one.score for one in Snapshot.objects.all()] == ["tech-sme"]
    assert YearAsked.objects.get().asked_by is None
    assert actions.confirm_year("innovation", by=district.account("fanhua")) == 1


def test_the_room_draws_the_years_and_the_desk_shows_what_would_be_kept(district):
    known = declared(district)
    for before, points in ((2, "20"), (1, "32")):
        detail = {"low": points, "high": points}
        Snapshot.objects.create(
            organisation=known, score="tech-sme", year=district.today.year - before, digest="0" * 64,
            detail=sealing.sealed(json.dumps(detail)), by="test",
        )  # fmt: skip
    page = district.client("huangyi").get("/firm/room").content.decode()
    assert "<svg" in page and f"{district.today.year - 2} 年 20 分" in page
    assert "32%" not in page
    keeper = district.client("yuelan")
    assert "/desk/scores/year/tech-sme" in keeper.get("/desk/scores").content.decode()
    seen = keeper.get("/desk/scores/year/tech-sme").content.decode()
    assert "科迈精工" in seen and "40 分" in seen
    assert keeper.post("/desk/scores/year/tech-sme", {"act": "keep"}).status_code == 302
    assert keeper.post("/desk/scores/year/innovation", {"act": "confirm"}).status_code == 403
    assert district.client("sunwei").get("/desk/scores/year/tech-sme").status_code == 404
    assert Snapshot.objects.filter(year=district.today.year).count() == 1
