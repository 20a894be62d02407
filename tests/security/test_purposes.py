"""Who opens or decides a sensitive record says why first: at the page, and by the API."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from tests.api.api_caller import Caller, problem, told
from tests.factories import District, newborn

from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import reads
from minsheng.apps.cases.models import Case, Item
from minsheng.apps.people import reads as people

WORDS = "请补一张清楚的照片：<b>“背面”</b> & 正面"


def silent(district: District, who: str) -> Client:
    """The browser of an officer who hasn't said why yet."""
    client = district.client(who)
    session = client.session
    del session["purpose"]
    session.save()
    return client


def looks() -> list[str]:
    return [entry.data["purpose"] for entry in Entry.objects.filter(kind="looked").order_by("pk")]


def test_an_officer_may_not_decide_a_sensitive_item_by_the_api_without_saying_why(
    district: District,
):
    story = newborn(district)
    item = story.item_id("birth_certificate")
    linlan = Caller(district.token("linlan"))
    before = looks()
    for path, body in (
        ("decision", {"decision": "approve"}),
        ("reversal", {"reason": "record_corrected"}),
        ("acts", {"act": "accept"}),
        ("acts", {"act": "pause", "reason": "x"}),
    ):
        refused = problem(linlan.post(f"/items/{item}/{path}", body), 403, "purpose_needed")
        assert "case" in refused["detail_zh"] and "什么都没有动" in refused["detail_zh"]
    for path in ("/bulk/preview", "/bulk/decisions"):
        body = {"items": [item], "act": "approve"}
        problem(linlan.post(path, body), 403, "purpose_needed")
    problem(linlan.get(f"/items/{item}"), 403, "purpose_needed")
    curious = {"decision": "approve", "purpose": "curious"}
    problem(linlan.post(f"/items/{item}/decision", curious), 422, "purpose_needed")
    assert looks() == before
    assert Item.objects.get(pk=item).status == "open"
    # A stranger to the item is told that it isn't theirs, not that it holds something sensitive.
    wutong = Caller(district.token("wutong"))
    problem(wutong.post(f"/items/{item}/decision", {"decision": "approve"}), 403, "another_office")

    body = {"decision": "approve", "purpose": "review"}
    told(linlan.post(f"/items/{item}/decision", body, Idempotency_Key="d-1"))
    kept = looks()
    assert set(kept[len(before) :]) == {"review"}
    told(linlan.post(f"/items/{item}/decision", body, Idempotency_Key="d-1"))
    assert looks() == kept, "the same call again is not another look"
    shown = district.client("wangfang").get("/mine/looks").content.decode()
    assert "复查投诉或差错" in shown


@pytest.mark.parametrize("act", ["claim", "unclaim"])
def test_to_take_an_item_on_opens_nothing_and_needs_no_purpose(district: District, act: str):
    story = newborn(district)
    told(
        Caller(district.token("linlan")).post(
            f"/items/{story.item_id('birth_certificate')}/acts", {"act": act}
        )
    )


def test_the_page_asks_why_and_loses_nothing_that_was_typed(district: District):
    story = newborn(district)
    item = story.item_id("birth_certificate")
    client, path = silent(district, "linlan"), f"/desk/items/{item}"
    reason = reads.decision(item, account=district.account("linlan")).returns[0].key
    typed = {"decision": f"return:{reason}", "message": WORDS, "evidence": ""}
    before = looks()
    asked = client.post(path, typed)
    shown = asked.content.decode()
    assert asked.status_code == 403
    assert "刚才写的都在" in shown
    assert looks() == before
    assert Item.objects.get(pk=item).status == "open"
    kept = fields(shown)
    assert kept["message"] == WORDS
    assert kept["decision"] == typed["decision"]
    assert f'action="{path}"' in shown
    assert client.post(path, {**kept, "purpose": "case"}).status_code == 302
    assert Item.objects.get(pk=item).status == "returned"
    (note,) = Case.objects.get(pk=story.case_id).notes.filter(kind="message")
    assert note
    assert client.get(path).status_code == 200, "said once, it holds for a while"


def test_every_page_of_an_item_asks_and_comes_back_to_itself(district: District):
    story = newborn(district)
    item = story.item_id("birth_certificate")
    for end in ("", "/acts/accept", "/reverse"):
        client, path = silent(district, "linlan"), f"/desk/items/{item}{end}"
        shown = client.get(path).content.decode()
        assert "先说为什么要看" in shown, end
        kept = fields(shown)
        assert kept == {"back": path}
        where = client.post(f"/desk/items/{item}/purpose", {**kept, "purpose": "case"})
        assert where.headers["Location"] == path
        assert silent(district, "linlan").post(path, {"message": WORDS}).status_code == 403, end
    elsewhere = {"back": "https://example.org/desk/items/1", "purpose": "case"}
    where = client.post(f"/desk/items/{item}/purpose", elsewhere)
    assert where.headers["Location"] == f"/desk/items/{item}"


def test_many_at_once_are_asked_for_too_and_the_ticks_stay(district: District):
    story = newborn(district)
    item = story.item_id("birth_certificate")
    client = silent(district, "linlan")
    typed = {
        "service": "newborn",
        "kind": "birth_certificate",
        "item": [str(item)],
        "act": "approve",
        "step": "preview",
    }
    asked = client.post("/desk/bulk", typed)
    assert asked.status_code == 403
    kept = fields(asked.content.decode())
    assert (kept["item"], kept["act"]) == (str(item), "approve")
    before = looks()
    assert client.post("/desk/bulk", {**kept, "purpose": "audit"}).status_code == 200
    assert looks() == [*before, "audit"]


def test_who_answers_for_more_time_says_why_too(district: District):
    story = newborn(district)
    item = Item.objects.get(pk=story.item_id("birth_certificate"))
    zhou = district.account("zhoujing")
    item.asks_post = people.posts_of(zhou)[0].key
    item.save(update_fields=["asks_post"])
    caller = Caller(district.token("zhoujing"))
    problem(caller.post(f"/items/{item.pk}/extension", {"granted": True}), 403, "purpose_needed")
    wutong = Caller(district.token("wutong"))
    problem(wutong.post(f"/items/{item.pk}/extension", {"granted": True}), 403, "not_asked")


def fields(page: str) -> dict[str, str]:
    """What the form of the page sends along by itself."""
    form = page[page.index('<form method="post" action=') :]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}
