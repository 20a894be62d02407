"""What every act on a matter shares: rows locked in one order, the state moved, words checked, events written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from minsheng.apps.appeals.actions.transition import locked as locked_request
from minsheng.apps.appeals.actions.transition import write_own
from minsheng.apps.appeals.models import Request
from minsheng.apps.councils.access import no_such_matter
from minsheng.apps.councils.models import Matter
from minsheng.apps.outbox import actions as outbox
from minsheng.engines.appeals.state import Event
from minsheng.engines.councils import Act, after
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text

TELL = "council.tell"
STATES: Mapping[str, Text] = {
    "called": Text("等开会", "meeting called"),
    "met": Text("开过会了", "met"),
    "voting": Text("正在表决", "voting"),
    "decided": Text("表决通过，正在办", "agreed, being done"),
    "failed": Text("表决没有通过", "not agreed"),
    "done": Text("办好了", "done"),
    "dropped": Text("没有办成", "dropped"),
}


def locked(matter_id: int) -> tuple[Matter, Request]:
    """Return a matter and its request with their rows locked, the request first."""
    number = Matter.objects.filter(pk=matter_id).values_list("request__number", flat=True).first()
    if number is None:
        raise no_such_matter()
    request = locked_request(number)
    matter = Matter.objects.select_for_update().get(pk=matter_id)
    matter.request = request
    return matter, request


def move(matter: Matter, act: Act) -> None:
    """Set the state that an act leads to; Conflict where the state doesn't allow it."""
    state = after(matter.state, act)  # type: ignore[arg-type]
    if state is None:
        said = STATES[matter.state]
        raise Conflict(
            "councils.not_now",
            f"这件事现在是“{said.zh}”，这一步做不了。刷新看看，您写的没有发出。",
            f"This matter is '{said.to('en')}' now, so this step can't be taken. Reload and see; "
            "what you wrote was not sent.",
            facts={"matter": matter.pk, "state": matter.state},
        )
    matter.state = state


def note(
    request: Request, kind: str, at: datetime, who: str, data: Mapping[str, str | int] | None = None,
    *, words: str = "",
) -> None:  # fmt: skip
    """Append an event to the request's chain, its lock held; the requester reads it, and the words."""
    write_own(request, Event(kind, at, who, "", dict(data or {})), words=words, shown=True)


def tell(matter: Matter, what: str, key: str) -> None:
    """Put the telling of others than the requester: neighbours, or the post whose turn it is."""
    outbox.put(TELL, f"{TELL}:{matter.pk}:{what}:{key}", {"matter": matter.pk, "what": what})


def checked(text: str, *, field: str, what: Text, most: int, needed: bool = True) -> str:
    """Return words without blanks around; WrongInput, naming the field, for none or too many."""
    text = " ".join(text.split()) if most <= 200 else text.replace("\r\n", "\n").strip()
    if not text and needed:
        raise WrongInput(
            "councils.missing",
            f"还没有写：{what.zh}。别的都还在。",
            f"This is missing: {what.to('en')}. The rest is still there.",
            field=field,
        )
    if len(text) > most or any(ord(c) < 32 and c != "\n" for c in text):
        raise WrongInput(
            "councils.too_long",
            f"{what.zh}最多 {most} 个字，不能有看不见的字符。您写的都还在。",
            f"{what.to('en').capitalize()}: at most {most} characters, none of them invisible. "
            "What you wrote is still here.",
            field=field,
        )
    return text
