"""The database adds up the three rates exactly as the engine does, whoever asks and however they are grouped."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone
from tests.apps.appeals.requests_of import CONTACT
from tests.factories import District

from minsheng.apps.appeals import access, actions, catalogue, reads, store
from minsheng.apps.appeals.models import Request, RequestItem, RequestSaid
from minsheng.apps.appeals.reads import counting, rates
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.rates import NAMES, Fact, facts_of, figures

ROADS = "urban.roads"
PLACES = ("jinhu.hubin", "yunqi.huaian", "")


def counted_by_the_engine(slug: str, since: date, until: date) -> Iterator[Fact]:
    """What counts, read from the state of every request."""
    at = rates._then(timezone.now(), until)
    for request in Request.objects.filter(slug=slug):
        for fact in facts_of(access.spec_of(request), store.state_of(request), at=at):
            if since <= fact.day < until:
                yield fact


def assert_rates_agree(spec: Appeal, since: date, until: date) -> int:
    """See that both ways give the same figures by every group, and return how much counted."""
    asked = counting.Asked(
        slug=spec.appeal, since=since, until=until, at=rates._then(timezone.now(), until)
    )
    facts = list(counted_by_the_engine(spec.appeal, since, until))
    for by in reads.GROUPS:
        group, _ = rates._grouping(by, spec)
        added = figures(counting.facts(asked, by_month=by == "month"), group, small_under=5)
        assert added == figures(facts, group, small_under=5), by
    for name in NAMES:
        found = counting.behind(asked, name, most=10**6)
        mine = [fact for fact in facts if fact.rate == name]
        assert len(found) == len(mine)
        assert sum(short for *_, short in found) == sum(fact.weight < 1 for fact in mine)
    return len(facts)


def file(district: District, area: str, days_ago: int) -> str:
    told = actions.Told(
        category="utilities.light.out", words="路灯不亮。", area=area, contact=CONTACT
    )
    at = timezone.now() - timedelta(days=days_ago)
    return actions.file_request("hotline", told, by=district.account("wangfang"), at=at).number


def led(
    district: District, area: str, days_ago: int, *, late: bool, solved: bool, score: int
) -> str:
    """A request led to its end: contact in time or too late, solved or not, a score."""
    desk, road, wang = (district.account(one) for one in ("fanxue", "tianye", "wangfang"))
    number, begin = file(district, area, days_ago), timezone.now() - timedelta(days=days_ago)
    actions.dispatch(number, ROADS, by=desk, at=begin)
    actions.sign(number, "1", by=road, at=begin)
    then = begin + (timedelta(days=9) if late else timedelta(hours=1))
    actions.contact(number, "1", "call", by=road, at=then)
    actions.answer_item(number, "1", "done", "好了。", by=road, at=then)
    actions.answer_visit(number, by=wang, solved=solved, accepts=True, score=score, at=then)
    return number


@pytest.fixture
def many(district: District) -> District:
    """Twelve led ones; one silent and late, one sent back and led by another, one withdrawn, one new."""
    draw = itertools.cycle(
        [(False, True, 5), (False, True, 4), (True, False, 1), (False, False, 3)]
    )
    for number in range(12):
        late, solved, score = next(draw)
        led(district, PLACES[number % 3], 12 + 4 * number, late=late, solved=solved, score=score)
    desk, begin = district.account("fanxue"), timezone.now() - timedelta(days=20)
    silent = file(district, "jinhu.hubin", 20)
    actions.dispatch(silent, ROADS, by=desk, at=begin)
    back = file(district, "jinhu.hubin", 20)
    actions.dispatch(back, ROADS, by=desk, at=begin)
    actions.send_back(back, "1", "not_ours", by=district.account("tianye"), at=begin)
    actions.dispatch(back, "urban.order", by=desk, at=begin)
    gone = file(district, "", 20)
    actions.dispatch(gone, ROADS, by=desk, at=begin)
    actions.withdraw_request(gone, by=district.account("wangfang"))
    file(district, "", 0)
    return district


def test_the_database_adds_up_what_the_engine_counts(many: District) -> None:
    spec = catalogue.appeal_on("hotline", many.today).spec
    today = many.today
    first = date(2000, 1, 1)
    assert assert_rates_agree(spec, first, today + timedelta(days=1)) == 12 * 3 + 2
    for back in (90, 45, 21, 9):
        assert_rates_agree(spec, today - timedelta(days=back), today - timedelta(days=back // 3))


def test_a_sheet_worked_out_by_hand(many: District) -> None:
    # Contact: 12 led, 3 of them too late, and 2 silent ones past their day → 9 of 14.
    # Solved: 6 of 12. Scores 5, 4, 1, 3, three of each: by the pack's levels.
    spec = catalogue.appeal_on("hotline", many.today).spec
    span = {"since": date(2000, 1, 1), "until": many.today + timedelta(days=1)}
    table = reads.rate_table(spec, **span, by="street", account=many.account("zhoujing"))
    worth = {level.score: level.percent for level in spec.levels}
    assert table.whole["response"].weight == 9 and table.whole["response"].count == 14
    assert table.whole["solution"].weight == 6 and table.whole["solution"].count == 12
    score = sum(Fraction(3 * worth[one], 100) for one in (5, 4, 1, 3))
    assert table.whole["satisfaction"].weight == score
    assert (table.requests, table.closed) == (14, 12)
    for line in table.lines:
        behind = reads.behind_rate(
            spec, **span, by="street", key=line.key, rate="response",
            account=many.account("zhoujing"),
        )  # fmt: skip
        if line.key:
            assert len(behind) == line.figures["response"].count
        assert [one.is_short for one in behind] == sorted(
            (b.is_short for b in behind), reverse=True
        )


def test_an_office_sees_its_own_and_a_stranger_none(many: District) -> None:
    spec = catalogue.appeal_on("hotline", many.today).spec
    span = {"since": date(2000, 1, 1), "until": many.today + timedelta(days=1), "by": "office"}
    mine = reads.rate_table(spec, **span, account=many.account("tianye"))
    assert [line.key for line in mine.lines] == ["urban"]
    for name in ("liqiang", "sunwei"):
        table = reads.rate_table(spec, **span, account=many.account(name))
        assert (table.lines, table.requests) == ((), 0)


def test_what_was_said_before_is_read_from_the_states(many: District) -> None:
    """The migration writes the same rows as the steps do."""
    migration = import_module("minsheng.apps.appeals.migrations.0005_rates_by_the_database")
    fields = ("request_id", "round", "post", "at", "solved", "score")
    before = sorted(RequestSaid.objects.values_list(*fields))
    unsure = sorted(
        RequestItem.objects.filter(contact_provisional=True).values_list("pk", flat=True)
    )
    RequestSaid.objects.all().delete()
    RequestItem.objects.update(contact_provisional=False)
    migration.read_states(apps, None)
    assert sorted(RequestSaid.objects.values_list(*fields)) == before
    assert len(before) == 12
    again = RequestItem.objects.filter(contact_provisional=True).values_list("pk", flat=True)
    assert sorted(again) == unsure


def test_the_number_of_questions_does_not_grow(
    many: District, django_assert_max_num_queries
) -> None:
    spec = catalogue.appeal_on("hotline", many.today).spec
    account = many.account("zhoujing")
    with django_assert_max_num_queries(12):
        reads.rate_table(
            spec, since=date(2000, 1, 1), until=many.today, by="office", account=account
        )
