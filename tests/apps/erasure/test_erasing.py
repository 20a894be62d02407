"""Nobody is erased while something of theirs is under way; afterwards nobody can read their words."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from tests.apps.appeals.requests_of import CONTACT, whistle

from minsheng.apps.appeals import actions, reads
from minsheng.apps.appeals.models import Request, RequestNote
from minsheng.apps.audit import reads as audit
from minsheng.apps.erasure import actions as erasure
from minsheng.apps.erasure import reads as erasing
from minsheng.apps.matching.models import Trace
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Person
from minsheng.cli.demo import cast
from minsheng.cli.ledger import claims
from minsheng.lib.errors import Conflict, MinshengError, NotFound

WORDS = "小区门口的路灯不亮，晚上看不清。"


def told(district, who="wangfang", words=WORDS) -> str:
    made = actions.Told(
        category="utilities.light.out", words=words, area="jinhu.hubin", contact=CONTACT
    )
    return actions.file_request("hotline", made, by=district.account(who)).number


def person(district, who="wangfang") -> Person:
    found = district.account(who).person
    assert found is not None
    return found


def test_an_open_request_holds_erasing_up_and_says_what_and_until_when(district):
    number = told(district)
    with pytest.raises(Conflict) as refused:
        erasure.erase_oneself(district.account("wangfang"), password=cast.PASSWORD)
    assert refused.value.code == "request_open"
    assert refused.value.facts["number"] == number in refused.value.zh
    assert "办结或撤回以后，才能删除信息，现在什么都没有删" in refused.value.zh
    page = district.client("wangfang").get("/mine/data/erase").content.decode()
    assert number in page and f'href="/appeals/{number}"' in page and "还有 1 件在办" in page
    assert erasing.obstacles(person(district, "liqiang")) == []
    assert not person(district).is_erased


def test_the_whistle_of_a_firm_holds_up_who_made_it(district):
    number = whistle(district, "signed").number
    [found] = erasing.obstacles(person(district, "huangyi"))
    assert (found.number, found.link) == (number, f"/firm/{number}")


def test_after_closing_words_are_unreadable_and_the_chain_verifies(district):
    number, road = told(district), district.account("tianye")
    actions.dispatch(number, "urban.roads", by=district.account("fanxue"), words="请看一下")
    actions.sign(number, "1", by=road)
    actions.contact(number, "1", "call", by=road, words="说好明天去")
    actions.withdraw_request(number, by=district.account("wangfang"))
    row = Request.objects.get(number=number)
    before = [one.hash for one in audit.history("request", str(row.pk))]
    gone = erasure.erase_person(row.person, by="account:1", reason="own_wish")
    row.refresh_from_db()
    tokens = [(row.words, "request.words"), (row.contact, "request.contact")]
    tokens += [(note.sealed, "request.note") for note in RequestNote.objects.filter(request=row)]
    assert len(tokens) == 4
    for token, field in tokens:
        assert token
        with pytest.raises(NotFound):
            people.open_value(gone, token, purpose_field=field)
    view = reads.desk_view(number, account=road)
    assert (view.words, view.contact) == ("", ())
    assert {one.words for one in view.happenings} == {""}
    assert not Trace.objects.filter(subject=number).exists()
    assert [one.hash for one in audit.history("request", str(row.pk))] == before
    assert reads.check_request(row).is_good
    assert audit.verify(heads=claims()).ok


@pytest.mark.django_db(transaction=True)
def test_of_filing_and_erasing_at_once_one_wins_and_nobody_erased_has_an_open_request(district):
    """A request of somebody erased would have words that no office can open."""
    wang = person(district)
    gate, said = threading.Barrier(2), dict[str, str]()

    def run(name, act) -> None:
        gate.wait()
        try:
            act()
            said[name] = "done"
        except MinshengError as error:
            said[name] = error.code
        finally:
            connection.close()

    account = district.account("wangfang")
    made = actions.Told(category="utilities.light.out", words=WORDS, contact=CONTACT)
    acts = {
        "file": lambda: actions.file_request("hotline", made, by=account),
        "erase": lambda: erasure.erase_person(wang, by="account:1", reason="own_wish"),
    }
    threads = [threading.Thread(target=run, args=one) for one in acts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said in (
        {"file": "done", "erase": "request_open"},
        {"file": "people.erased", "erase": "done"},
    )
    wang.refresh_from_db()
    assert wang.is_erased != Request.objects.filter(person=wang).exists()


@pytest.mark.django_db(transaction=True)
def test_a_request_filed_with_an_account_read_before_the_erasing_is_refused(district):
    stale = district.account("wangfang")
    erasure.erase_person(person(district), by="account:1", reason="own_wish")
    made = actions.Told(category="utilities.light.out", words=WORDS, contact=CONTACT)
    with pytest.raises(NotFound, match="erased"):
        actions.file_request("hotline", made, by=stale)
    assert not Request.objects.exists()
