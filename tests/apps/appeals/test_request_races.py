"""Two people act on one request at the same moment: one wins, the other is told, nothing is torn."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from tests.apps.appeals.requests_of import whistle

from minsheng.apps.appeals import actions, reads
from minsheng.apps.appeals.models import Request
from minsheng.lib.errors import Conflict


@pytest.mark.django_db(transaction=True)
def test_dispatchers_and_offices_at_once_have_one_winner(district):
    number = whistle(district).number
    desk = district.account("fanxue")
    answers: list[str] = []
    gate = threading.Barrier(4)

    def send(post: str) -> None:
        gate.wait()
        try:
            actions.dispatch(number, post, by=desk)
            answers.append("won")
        except Conflict:
            answers.append("told")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=send, args=(post,))
        for post in ("economy.energy", "urban.roads", "planning.land", "economy.firms")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["told", "told", "told", "won"]
    made = Request.objects.get(number=number)
    assert reads.check_request(made).is_good
    assert made.items.count() == 1
