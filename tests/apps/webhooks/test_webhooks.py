"""Subscribers outside are told once, signed, of what they asked for, and of nobody by name."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.apps.webhooks.receiver import Receiver, receiving
from tests.cli.cli_caller import call
from tests.factories import District, newborn, siblings

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases.models import Case
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.outbox import reads as outbox_reads
from minsheng.apps.outbox.models import Effect
from minsheng.apps.webhooks import actions, reads
from minsheng.apps.webhooks.connect import sender
from minsheng.apps.webhooks.models import Subscriber
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = ("submitted", "done", "refused", "closed")


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A receiver on this machine, which is allowed here."""
    settings.MINSHENG_WEBHOOKS_PRIVATE = True
    settings.MINSHENG_WEBHOOKS_TIMEOUT_MS = 400
    logging.disable(logging.CRITICAL)
    with receiving() as one:
        yield one
    logging.disable(logging.NOTSET)


def subscribe(receiver: Receiver, key: str = "sync", **more: Any) -> None:
    given: dict[str, Any] = {
        "title": "公安同步",
        "url": f"{receiver.address}/hook",
        "kinds": KINDS,
        "from_day": timezone.localdate(),
        "by": "account:1",
        **more,
    }
    receiver.secret = actions.declare(key, **given)


def run(*, after: timedelta = timedelta(0)) -> int:
    """Announce, and carry out the calls that are due `after` so long."""
    actions.announce()
    return outbox.run_due(actions.HANDLERS, now=timezone.now() + after, worker="test")


def test_each_event_is_told_once_signed_in_order_and_names_nobody(
    district: District, receiver: Receiver
) -> None:
    first, second = siblings(district, 2)
    newborn(district, event=first)  # before anybody asked
    subscribe(receiver)
    story = newborn(district, until="birth_certificate", event=second)
    assert (run(), run()) == (2, 0)
    bodies = [one["body"] for one in receiver.calls]
    assert [one["type"] for one in bodies] == ["case.submitted", "case.done"]
    assert bodies[1]["data"] == {
        "case": story.number,
        "service": "newborn",
        "number": bodies[1]["data"]["number"],
        "item": "birth_certificate",
        "attempt": 1,
    }
    assert abs(receiver.calls[0]["at"] - timezone.now().timestamp()) < 60
    told = "".join(one["text"] for one in receiver.calls)
    for personal in ("王芳", "陈", "account:", "post:", "1380000"):
        assert personal not in told
    assert len(set(receiver.ids)) == 2
    # In the database the secret is sealed, in the ledger there is none.
    row = Subscriber.objects.get()
    assert receiver.secret not in row.secret_sealed
    assert [e.kind for e in audit.history("webhooks", "sync")] == ["webhook.declared"]

    assert actions.replay("sync", since=timezone.now() - timedelta(hours=1), by="account:1") == 2
    assert run() == 2
    assert receiver.ids[2:] == receiver.ids[:2]  # the receiver knows them again

    Case.objects.update(protected=True)
    actions.replay("sync", since=timezone.now() - timedelta(hours=1), by="account:1")
    assert run() == 2
    assert len(receiver.calls) == 4  # a protected case is told of to nobody
    actions.end("sync", by="account:1")
    assert actions.announce() == 0


def test_a_receiver_that_fails_is_tried_again_under_the_same_id_until_a_person_must_look(
    district: District, receiver: Receiver
) -> None:
    subscribe(receiver, kinds=["submitted"])
    newborn(district)
    actions.announce()
    receiver.moods = ["500", "hang", "cut", "drip", "away"]
    now, pauses = timezone.now(), []
    for _ in range(5):
        assert outbox.run_due(actions.HANDLERS, now=now, worker="test") == 0
        effect = Effect.objects.get(kind=actions.DELIVER)
        assert effect.last_error_code == "webhooks.not_taken"
        assert effect.not_before is not None
        pauses.append((effect.not_before - now).total_seconds())
        now = effect.not_before
    assert [round(pause) for pause in pauses] == sorted({round(pause) for pause in pauses})
    assert len(receiver.calls) == 5  # nothing was followed
    assert outbox.run_due(actions.HANDLERS, now=now, worker="test") == 1
    assert len(set(receiver.ids)) == 1

    actions.replay("sync", since=timezone.now() - timedelta(hours=1), by="account:1")
    receiver.moods = ["410"]
    assert run() == 0
    (stuck,) = outbox_reads.stuck()
    assert (stuck.kind, stuck.last_error_code) == (actions.DELIVER, "webhooks.gone")
    outbox.retry(stuck.id, by="account:1")
    assert run() == 1
    assert outbox_reads.stuck() == []


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:192.168.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://224.0.0.1/",
        "https://0.0.0.0/",
        "http://example.org/",
        "https://user:pass@example.org/",
        "ftp://example.org/",
        "https:///nowhere",
        "https://example.org:99999/",
    ],
)
def test_an_address_that_leads_inside_or_is_none_can_not_be_declared(url: str) -> None:
    with pytest.raises((NotAllowed, WrongInput)) as refused:
        actions.declare(
            "sync", title="x", url=url, kinds=["done"], from_day=date(2026, 1, 1), by="cli"
        )
    assert refused.value.field == "url"
    assert reads.subscribers() == []


def test_a_name_that_leads_inside_is_refused_and_the_address_looked_at_is_the_one_called(
    receiver: Receiver, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MINSHENG_WEBHOOKS_PRIVATE = False
    answers = [["93.184.216.34", "10.0.0.7"], ["127.0.0.1"]]

    def resolve(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, 1, 6, "", (one, port)) for one in answers.pop(0)]

    monkeypatch.setattr(sender.socket, "getaddrinfo", resolve)
    with pytest.raises(NotAllowed):
        sender.send("https://example.org/", b"{}", {})
    settings.MINSHENG_WEBHOOKS_PRIVATE = True
    receiver.secret = "whsec_AAAA"
    port = receiver.address.rpartition(":")[2]
    headers = actions.signature.headers("whsec_AAAA", message="m", timestamp=1, body=b"{}")
    assert sender.send(f"http://example.org:{port}/", b"{}", headers) == 204
    assert answers == []  # asked once for each call, and never again
    assert receiver.calls[0]["host"] == f"example.org:{port}"


def test_what_is_wrong_in_a_declaration_is_told_by_field(receiver: Receiver) -> None:
    today = timezone.localdate()
    for wrong, field in (
        ({"kinds": []}, "kinds"),
        ({"kinds": ["rated"]}, "kinds"),
        ({"title": " "}, "title"),
        ({"to_day": today - timedelta(days=1)}, "to"),
    ):
        with pytest.raises(WrongInput) as refused:
            subscribe(receiver, **wrong)
        assert refused.value.field == field
    with pytest.raises(WrongInput):
        subscribe(receiver, key="Sync 1")
    subscribe(receiver)
    with pytest.raises(Conflict):
        subscribe(receiver)
    with pytest.raises(NotFound):
        actions.end("nobody", by="cli")


def test_nothing_is_told_before_its_first_day_or_after_its_last(receiver: Receiver) -> None:
    today = timezone.localdate()
    subscribe(receiver, from_day=today + timedelta(days=1))
    subscribe(receiver, "old", from_day=today - timedelta(days=9), to_day=today - timedelta(days=1))
    assert [line.is_told for line in reads.subscribers()] == [False, False]
    assert not Subscriber.objects.active(today).exists()


def test_an_operator_adds_lists_and_ends_one_and_sees_the_secret_once(
    capsys: pytest.CaptureFixture[str], receiver: Receiver
) -> None:
    added = call(
        capsys, "webhooks", "add", "sync", "--title", "公安", "--url", f"{receiver.address}/",
        "--kinds", "done,refused", "--json",
    )  # fmt: skip
    assert added.json["secret"].startswith("whsec_")
    listed = call(capsys, "webhooks", "list", "--json")
    assert added.json["secret"] not in listed.out
    assert listed.json["subscribers"][0]["on"] is True
    assert (
        call(capsys, "webhooks", "replay", "sync", "--since", "2026-01-01", "--json").json["calls"]
        == 0
    )
    assert call(capsys, "webhooks", "end", "sync").status == 0
    assert call(capsys, "webhooks", "list", "--json").json["subscribers"][0]["on"] is False


def test_the_system_administrator_adds_one_on_a_page_and_nobody_else_gets_in(
    district: District, receiver: Receiver
) -> None:
    page = district.client("gaoyuan")
    given = {"act": "add", "key": "sync", "title": "公安", "url": f"{receiver.address}/", "to": ""}
    wrong = page.post("/desk/webhooks", given)
    assert (wrong.status_code, "至少选一种" in wrong.content.decode()) == (422, True)
    made = page.post("/desk/webhooks", {**given, "kinds": ["done", "refused"]})
    assert "whsec_" in made.content.decode()
    shown = page.get("/desk/webhooks").content.decode()
    assert "whsec_" not in shown
    assert "公安" in shown
    assert page.post("/desk/webhooks", {"act": "again", "key": "sync"}).status_code == 302
    assert page.post("/desk/webhooks", {"act": "end", "key": "sync"}).status_code == 302
    assert not reads.subscribers()[0].is_told
    for other in ("qinwen", "hejun", "zhoujing", "liqiang"):
        assert district.client(other).get("/desk/webhooks").status_code == 403
