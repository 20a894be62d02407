"""Many new requests at once over HTTP: nothing is lost, nothing made twice; how fast is benchmarked."""

from __future__ import annotations

import json

import pytest
from benchmarks import storm
from tests.factories import District

from minsheng.apps.appeals.models import Request
from minsheng.cli.worker_command import work

TRIPS = 14  # with the look-up of the token, and the test's own savepoint for BEGIN and COMMIT


@pytest.mark.django_db(transaction=True)
def test_a_short_storm_loses_nothing_and_doubles_nothing(district: District, live_server) -> None:
    tokens = [district.token(name) for name in storm.CALLERS]
    host = live_server.url.removeprefix("http://")
    schedule = storm.asks(rate=20, seconds=2, tokens=tokens, host=host, seed=3)
    heard = storm.send(live_server.url, schedule)
    found = storm.judged(heard, after=0)
    assert {name: found[name] for name in ("sent", "answered", "stored")} == {
        "sent": 40, "answered": 40, "stored": 40,
    }  # fmt: skip
    assert found["sent_twice_at_once"] == 1
    for name in ("lost", "doubled", "answered_and_not_stored", "rows_against_their_events"):
        assert found[name] == 0, found
    while work("storm"):
        pass
    told = storm.followed(0, say=str, stuck_after=0)
    assert (told["stuck"], told["not_told"], told["told_twice"]) == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_what_was_sent_twice_or_not_stored_is_seen(district: District, live_server) -> None:
    host = live_server.url.removeprefix("http://")
    token = district.token("wangfang")
    schedule = storm.asks(rate=3, seconds=1, tokens=[token], host=host, seed=4)
    heard = storm.send(live_server.url, schedule)
    again = [
        storm.Ask(a.number, 0, a.words, a.packet.replace(b"storm-", b"other-"), False)
        for a in schedule[:1]
    ]
    heard[0].numbers += storm.send(live_server.url, again)[0].numbers
    Request.objects.get(number=heard[1].numbers[0]).delete()
    found = storm.judged(heard, after=0)
    assert (found["lost"], found["answered_and_not_stored"]) == (1, 1)
    assert found["doubled"] == 2  # its words are stored twice, and two numbers were given for one


def test_filing_takes_few_round_trips(district: District, django_assert_max_num_queries) -> None:
    client = district.client()
    body = {
        "kind": "hotline", "category": "utilities.light.out", "area": "jinhu.hubin",
        "words": "路灯不亮。", "contact": {"contact_name": "王芳", "phone": "13800001234"},
    }  # fmt: skip
    token = district.token("wangfang")

    def file(key: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        return client.post(
            "/api/v1/requests", json.dumps(body), content_type="application/json", headers=headers
        ).status_code

    assert file("first") == 200  # the year's numbers begin
    with django_assert_max_num_queries(TRIPS):
        assert file("second") == 200
