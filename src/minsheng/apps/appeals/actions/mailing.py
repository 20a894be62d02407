"""A request by e-mail: taken in as it comes, for the dispatcher to say which kind it is.

Nobody knows who really wrote it, so it is a caller's: a person without a number. What the writer said of
themselves stands with the words. Automatic mail and mail of lists is left alone, so that no two machines
write to one another. Attachments are not kept; the words say so.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser

from django.conf import settings
from django.utils import timezone

from minsheng.apps.appeals import sealing
from minsheng.apps.appeals.actions.filing import Told, open_request, received_of
from minsheng.apps.appeals.catalogue import appeals_on
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.people import actions as people
from minsheng.content.appeals import LoadedAppeal
from minsheng.lib.errors import NotFound, WrongInput
from minsheng.lib.names import parse_name

LARGEST = 10_000_000
BY = "channel:mail"
MACHINES = {"bulk", "list", "junk", "auto_reply"}
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a mail: the number of its request, "" where it was left alone; `is_again`: seen before."""

    number: str
    is_again: bool = False


def take_mail(content: bytes, *, at: datetime | None = None) -> Taken:
    """Return the request made of a mail as RFC 5322 writes it; the same mail makes one, however often it comes.

    Raises WrongInput for what is no mail, too large or without words, NotFound where no kind of request
    takes mail.
    """
    at = at or timezone.now()
    if len(content) > LARGEST:
        raise WrongInput(
            "mail.too_large",
            f"信太大，最多 {LARGEST // 1_000_000} MB。",
            f"The mail is too large: at most {LARGEST // 1_000_000} MB.",
        )
    mail = _read(content)
    if _is_automatic(mail):
        return Taken("")
    words = _words(mail)
    loaded = _kind(at)
    name, address = parseaddr(_plain(str(mail["From"] or "")))
    name = _name(name)
    phone = PHONE.search(words)
    known = {"contact_name": name, "phone": phone[0] if phone else ""}
    told = Told(
        category=loaded.spec.mail,
        words=_fitted(words, f"来信：{address}" if address else ""),
        contact={key: known[key] for key in loaded.spec.fields if known.get(key)},
        channel="mail",
    )

    def act() -> tuple[int, str]:
        person = people.create_person(None, name, demo=settings.DEMO, by=BY)
        received = received_of(loaded, told, by=BY, at=at)
        return 201, open_request(loaded, told, received, person=person, account=None).number

    key = str(mail["Message-ID"] or "") or hashlib.sha256(content).hexdigest()
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:40]
    made = outbox.answer_once(BY, f"mail:{digest}", fingerprints=[loaded.spec.appeal], act=act)
    return Taken(made.body, made.is_again)


def _read(content: bytes) -> EmailMessage:
    try:
        mail = message_from_bytes(content, policy=policy.default)
        sender = mail["From"]
    except (MessageError, ValueError, LookupError) as error:
        raise _unreadable() from error
    if not isinstance(mail, EmailMessage) or not sender:
        raise _unreadable()
    return mail


def _is_automatic(mail: EmailMessage) -> bool:
    automatic = str(mail["Auto-Submitted"] or "no").split(";")[0].strip().lower() != "no"
    precedence = str(mail["Precedence"] or "").strip().lower() in MACHINES
    return automatic or precedence or mail["List-Id"] is not None


def _words(mail: EmailMessage) -> str:
    """Return subject and text in the clear, and that there were attachments."""
    body = mail.get_body(preferencelist=("plain", "html"))
    try:
        text = body.get_content() if body is not None else ""
    except (LookupError, ValueError) as error:  # a character set that nobody knows
        raise _unreadable() from error
    if body is not None and body.get_content_subtype() == "html":
        text = _text_of(text)
    parts = [_plain(str(mail["Subject"] or "")), _plain(text)]
    if any(True for _ in mail.iter_attachments()):
        parts.append("（信里有附件，没有收；要看请向来信人要。）")
    words = "\n".join(part for part in parts if part)
    return sealing.checked(words[: sealing.LONGEST], name="words")


def _fitted(words: str, signature: str) -> str:
    """Return the words with who wrote, shortened to what a request holds, and saying so."""
    whole = "\n".join(filter(None, (words, signature)))
    if len(whole) <= sealing.LONGEST:
        return whole
    end = "\n".join(filter(None, ("（信太长，后面的没有收。）", signature)))
    return f"{words[: sealing.LONGEST - len(end) - 1]}\n{end}"


def _plain(text: str) -> str:
    """Return text without control characters and without runs of blanks."""
    clean = "".join(
        " " if unicodedata.category(c) in {"Cc", "Cs", "Cf"} and c != "\n" else c
        for c in text.replace("\r\n", "\n")
    )
    lines = [re.sub(r"[ \t\u3000]+", " ", line).strip() for line in clean.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Text(HTMLParser):
    """Keeps what a page says, without its scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"script", "style"}
        if tag in {"p", "br", "div", "li", "tr"}:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style"} and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.said.append(data)


def _text_of(page: str) -> str:
    reader = _Text()
    reader.feed(page)
    reader.close()
    return "".join(reader.said)


def _name(text: str) -> str:
    """Return the writer's name as they wrote it, or, where that is no name, what they are."""
    try:
        return parse_name(text)
    except WrongInput:
        return "来信人"


def _kind(at: datetime) -> LoadedAppeal:
    day = timezone.localdate(at)
    found = next((one for one in appeals_on(day) if one.spec.mail), None)
    if found is None:
        raise NotFound(
            "mail.no_kind",
            "没有哪一类诉求收信：在一个诉求包里写上 mail。",
            "No kind of request takes mail: write `mail` in a request pack.",
        )
    return found


def _unreadable() -> WrongInput:
    return WrongInput(
        "mail.unreadable",
        "这不是一封能读的信。",
        "This is no mail that can be read.",
    )
