"""Subscribers outside are told once, signed, of what they asked for, and of nobody by name."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.api.api_caller import Caller, problem, told
from tests.apps.webhooks.receiver import Receiver, receiving
from tests.cli.cli_caller import call
from tests.factories import District, newborn, siblings

from minsheng.apps.audit import reads as audit
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases.models import Case
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.outbox import reads as outbox_reads
from minsheng.apps.outbox.models import Effect
from minsheng.apps.webhooks import actions, reads
from minsheng.apps.webhooks.connect import sender
from minsheng.apps.webhooks.models import Subscriber
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
KINDS = ("submitted", "done", "refused", "closed")


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A receiver on this machine, which is allowed here."""
    settings.MINSHENG_WEBHOOKS_PRIVATE = True
    settings.MINSHENG_WEBHOOKS_TIMEOUT_MS = 1_500
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


def from_the_docs() -> Any:
    """The check of a receiver, as the docs have it."""
    text = (ROOT / "docs/engines/webhooks.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found
    names: dict[str, Any] = {}
    exec(found[1], names)
    return names["is_genuine"]


def test_while_a_secret_is_changed_both_hold_and_afterwards_the_new_one_alone(
    district: District, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_genuine = from_the_docs()
    subscribe(receiver)
    old = receiver.secret
    new = actions.rotate("sync", by="account:1", overlap_hours=2)
    assert new != old
    assert [line.old_secret_until is not None for line in reads.subscribers()] == [True]
    now = timezone.now()
    calls = []
    monkeypatch.setattr(
        sender, "send", lambda url, body, headers: calls.append((body, headers)) or 204
    )
    newborn(district)
    assert run() == 1
    ((body, headers),) = calls
    assert len(headers["webhook-signature"].split()) == 2
    assert is_genuine(old, headers, body)
    assert is_genuine(new, headers, body)
    assert not is_genuine(new, headers, body + b" ")
    assert not is_genuine(new, {**headers, "webhook-timestamp": "1"}, body)
    assert not is_genuine("whsec_AAAA", headers, body)
    with pytest.raises(Conflict):
        actions.rotate("sync", by="account:1")
    for wrong in (-1, 24 * 31):
        with pytest.raises(WrongInput):
            actions.rotate("sync", by="account:1", overlap_hours=wrong)
    # The overlap is over: the old one signs nothing more.
    Subscriber.objects.update(old_secret_until=now - timedelta(seconds=1))
    actions.replay("sync", since=now - timedelta(hours=1), by="account:1")
    run()
    body, headers = calls[-1]
    assert len(headers["webhook-signature"].split()) == 1
    assert is_genuine(new, headers, body)
    assert not is_genuine(old, headers, body)
    # A leaked one ends at once, also in the middle of a change.
    actions.rotate("sync", by="account:1")
    last = actions.rotate("sync", by="account:1", overlap_hours=0)
    actions.replay("sync", since=now - timedelta(hours=1), by="account:1")
    run()
    body, headers = calls[-1]
    assert is_genuine(last, headers, body)
    assert not is_genuine(new, headers, body)
    kinds = [event.kind for event in audit.history("webhooks", "sync")]
    assert kinds.count("webhook.secret_changed") == 3
    kept = " ".join(Entry.objects.filter(stream="webhooks").values_list("text", flat=True))
    assert kept
    assert [one for one in (old, new, last) if one in kept] == []


def test_a_subscriber_is_told_of_the_services_it_asked_for_alone(
    district: District, receiver: Receiver
) -> None:
    with pytest.raises(WrongInput) as refused:
        subscribe(receiver, services=["newborm"])
    assert refused.value.field == "services"
    subscribe(receiver, services=["farewell"])
    newborn(district)
    assert run() == 0
    assert actions.replay("sync", since=timezone.now() - timedelta(hours=1), by="account:1") == 0
    subscribe(receiver, "mine", services=["newborn", "farewell"])
    (record,) = siblings(district, 1)
    Case.objects.update(status="withdrawn", closed_day=timezone.localdate())
    newborn(district, event=record)
    assert run() == 1


def test_each_try_is_a_line_of_the_log_and_old_lines_go(
    district: District, receiver: Receiver
) -> None:
    subscribe(receiver, kinds=["submitted"])
    newborn(district)
    receiver.moods = ["500", "410"]
    actions.announce()
    now = timezone.now()
    for _ in range(2):
        outbox.run_due(actions.HANDLERS, now=now, worker="test")
        now += timedelta(minutes=1)
    (stuck,) = outbox_reads.stuck()
    outbox.retry(stuck.id, by="account:1")
    assert outbox.run_due(actions.HANDLERS, now=now, worker="test") == 1
    lines = reads.deliveries("sync")
    assert [(one.status, one.error) for one in reversed(lines)] == [
        (500, "webhooks.not_taken"),
        (410, "webhooks.gone"),
        (204, ""),
    ]
    assert len({one.message for one in lines}) == 1
    assert actions.forget_deliveries(now=timezone.now() + timedelta(days=183)) == 0
    assert actions.forget_deliveries(now=timezone.now() + timedelta(days=185)) == 3


def test_page_command_and_api_do_the_same_for_the_system_administrator_alone(
    district: District, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    system = district.client("gaoyuan")
    form = {
        "act": "add",
        "key": "sync",
        "title": "公安同步",
        "url": f"{receiver.address}/hook",
        "kinds": ["done"],
        "services": ["newborn"],
    }
    shown = system.post("/desk/webhooks", form).content.decode()
    first = re.search(r"whsec_[\w+/=]+", shown)
    assert first
    page = system.get("/desk/webhooks").content.decode()
    assert first[0] not in page
    assert "新生儿" in page
    shown = system.post("/desk/webhooks", {"act": "rotate", "key": "sync"}).content.decode()
    assert re.search(r"whsec_[\w+/=]+", shown)
    assert "正在换密钥" in system.get("/desk/webhooks").content.decode()
    caller = Caller(district.token("gaoyuan"))
    (row,) = told(caller.get("/webhooks"))["rows"]
    assert (row["services"], row["old_secret_until"] is not None) == (["newborn"], True)
    problem(caller.post("/webhooks/sync/secret", {"overlap_hours": 24}), 409, "webhooks.changing")
    made = told(caller.post("/webhooks/sync/secret", {"overlap_hours": 0}))
    assert made["secret"].startswith("whsec_")
    assert told(caller.get("/webhooks/sync/deliveries"))["rows"] == []
    problem(caller.get("/webhooks/none/deliveries"), 404, "webhooks.unknown")
    assert "whsec_" in call(capsys, "webhooks", "rotate", "sync", "--overlap", "0").out
    assert "0 条" in call(capsys, "webhooks", "log", "sync").out
    assert system.post("/desk/webhooks", {"act": "rotate", "key": "sync"}).status_code == 200
    assert system.post("/desk/webhooks", {"act": "rotate", "key": "sync"}).status_code == 409
    told(caller.post("/webhooks/sync/end"))
    for name in ("qinwen", "hejun", "sunwei", "wangfang", "liqiang"):
        other, client = Caller(district.token(name)), district.client(name)
        assert client.post("/desk/webhooks", {"act": "rotate", "key": "sync"}).status_code == 403
        for answer in (
            other.get("/webhooks"),
            other.get("/webhooks/sync/deliveries"),
            other.post("/webhooks/sync/secret", {"overlap_hours": 0}),
            other.post("/webhooks/sync/end"),
            other.post("/webhooks", {"key": "x", "title": "x", "url": "https://x", "kinds": []}),
        ):
            assert answer.status_code == 403, name
