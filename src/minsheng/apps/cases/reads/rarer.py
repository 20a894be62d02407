"""What else may be done with an item, beside deciding it: for the desk and the API alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from minsheng.apps.cases import access, catalogue, store
from minsheng.apps.cases.actions.transition import NOTE
from minsheng.apps.cases.corrections import printed
from minsheng.apps.cases.facts import Fact
from minsheng.apps.cases.models import Item, PublicNotice
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.engines.casework.clocks import clock_of
from minsheng.engines.casework.spec import NO_TEXT, FieldSpec, ItemSpec, ReasonSpec, ServiceSpec
from minsheng.engines.casework.state import CaseState, ItemState, person_of
from minsheng.engines.casework.step import ENDED_BY_OTHERS, is_past, stop_kind, was_asked
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Clock, Due, Term

MOVABLE = ("open", "returned", "held")
CLAIMABLE = ("open", "held", "objected")


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """What else may be done with an item now, and how far what was begun has come.

    acts: the keys of acts that are possible for this officer now. claimed_by: who is on it today.
    accepted: the day from which it counts as accepted; ask_by: until when the applicant may be
    asked. extension: "", asked, granted or refused; `extended_due` the day it would give. stop:
    the kind of a stop that somebody else ends. own_refusal: this officer refused it before.
    """

    acts: tuple[str, ...]
    claimed_by: str = ""
    is_mine: bool = False
    accepted: date | None = None
    is_deemed: bool = False
    ask_by: date | None = None
    may_ask: bool = False
    extension: str = ""
    extension_reason: Text = NO_TEXT
    extend_by: Term | None = None
    extended_due: Due | None = None
    approver: Text = NO_TEXT
    stop: str = ""
    stop_until: date | None = None
    notice: str = ""
    posts: tuple[tuple[str, Text], ...] = ()
    extensions: tuple[ReasonSpec, ...] = ()
    stops: tuple[ReasonSpec, ...] = ()
    corrections: tuple[ReasonSpec, ...] = ()
    rejections: tuple[ReasonSpec, ...] = ()
    printed: tuple[tuple[FieldSpec, str], ...] = ()
    own_refusal: bool = False

    @property
    def is_taken(self) -> bool:
        """Whether a colleague is on it today."""
        return bool(self.claimed_by) and not self.is_mine

    @property
    def waits_for_others(self) -> bool:
        """Whether nothing may be decided before experts or the public were heard."""
        return self.stop in ENDED_BY_OTHERS


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRequest:
    """A request for more time that waits for an answer."""

    item: Item
    title: Text
    service: Text
    office: Text
    who: str
    asked_by: str
    asked_words: str
    reason: Text
    by: Term
    now: Due
    then: Due


def more(
    item: Item, spec: ServiceSpec, state: CaseState, known: Mapping[str, Fact], account: Account
) -> More:
    """Return what else this officer may do with an item of one of their posts."""
    now, declared, on = state.items[item.key], spec.items[item.key], timezone.localdate()
    claimed = _claimed(now, on)
    is_mine = bool(claimed) and person_of(now.claimed_by) == f"account:{account.pk}"
    may_ask = (
        now.status == "open"
        and now.accepted is None
        and not was_asked(spec, now)
        and not is_past(now.ask_by, on)
    )
    kind = stop_kind(spec, now) if now.is_stopped else ""
    notice = _notice(item, now) if kind == "public_notice" else ""
    extended = _extended(spec, state, item.key) if now.started is not None else None
    asked = spec.reasons.get(now.extension_reason)
    posts = _posts(declared, item.post) if now.status in MOVABLE else ()
    lines = printed(spec, known, item.key) if now.status == "done" else ()
    found = More(
        acts=(),
        claimed_by=claimed,
        is_mine=is_mine,
        accepted=now.accepted,
        is_deemed=now.accepted is not None and now.accepted == now.started,
        ask_by=now.ask_by,
        may_ask=may_ask,
        extension=now.extension,
        extension_reason=asked.text if asked else Text(""),
        extend_by=declared.extend.by if declared.extend else None,
        extended_due=extended,
        approver=post_title(declared.extend.approver) if declared.extend else Text(""),
        stop=kind,
        stop_until=now.stop_until,
        notice=notice,
        posts=posts,
        extensions=_reasons(spec, item.key, "extend"),
        stops=tuple(r for r in _reasons(spec, item.key, "stop") if _may_stop(item, r)),
        corrections=_reasons(spec, item.key, "correct"),
        rejections=_reasons(spec, item.key, "reject"),
        printed=lines,
        own_refusal=f"account:{account.pk}" in (now.not_by, _refuser(now)),
    )
    return _with_acts(found, now, declared, on)


def extension_requests(account: Account) -> list[ExtensionRequest]:
    """Return the requests for more time that wait for this account's posts, oldest first."""
    posts = [post.key for post in people.posts_of(account)]
    rows = Item.objects.filter(asks_post__in=posts).exclude(asks_post="")
    return [_request(row) for row in rows.select_related("case__applicant").order_by("due_day")]


def extension_request(item_id: int, *, account: Account) -> ExtensionRequest:
    """Return one request for more time; NotAllowed unless it waits for one of one's posts."""
    item = Item.objects.select_related("case__applicant").filter(pk=item_id).first()
    if item is None:
        raise access.no_such_item()
    access.require_asked(item, account)
    return _request(item)


def post_title(key: str) -> Text:
    """Return the name of a post with its office: "公安分局户籍岗"."""
    district = catalogue.packs().district
    post = district.posts.get(key)
    if post is None:
        return Text(key)
    office = district.departments[post.department].title
    return Text(f"{office.zh}{post.title.zh}", f"{office.to('en')}, {post.title.to('en')}")


def _with_acts(found: More, now: ItemState, declared: ItemSpec, on: date) -> More:
    acts = []
    if now.status in CLAIMABLE:
        acts.append("unclaim" if found.is_mine else "takeover" if found.is_taken else "claim")
    if not found.is_taken:
        acts += _open_acts(found, now, declared, on) if now.status == "open" else []
        if found.posts:
            acts.append("transfer")
        if now.status == "done" and found.corrections and found.printed:
            acts.append("correct")
    return replace(found, acts=tuple(acts))


def _open_acts(found: More, now: ItemState, declared: ItemSpec, on: date) -> list[str]:
    acts = []
    if now.accepted is None:
        acts.append("accept")
    if now.is_stopped:
        if found.stop != "public_notice" or is_past(now.stop_until, on):
            acts.append("resume")
        return acts
    in_time = now.promised is None or on <= now.promised.day
    if declared.extend is not None and not now.extension and found.extensions and in_time:
        acts.append("extend")
    if found.stops:
        acts.append("pause")
    return acts


def _claimed(now: ItemState, on: date) -> str:
    """Return the name of who is on the item today, or ""."""
    account = person_of(now.claimed_by).removeprefix("account:")
    return people.account(account).display if account and now.claimed_on == on else ""


def _refuser(now: ItemState) -> str:
    return person_of(now.decided_by) if now.status == "objected" else ""


def _notice(item: Item, now: ItemState) -> str:
    row = PublicNotice.objects.filter(item=item, attempt=now.attempt).order_by("-pk").first()
    return row.number if row is not None else ""


def _may_stop(item: Item, reason: ReasonSpec) -> bool:
    return not (item.case.protected and reason.kind == "public_notice")


def _posts(declared: ItemSpec, own: str) -> tuple[tuple[str, Text], ...]:
    """Return the posts an item may be passed to: declared, its own, and those of one office."""
    posts = catalogue.packs().district.posts
    office = posts[own].department if own in posts else ""
    keys = [*declared.transfer_to, declared.post]
    keys += [key for key, post in posts.items() if post.department == office]
    return tuple((key, post_title(key)) for key in dict.fromkeys(keys) if key != own)


def _extended(spec: ServiceSpec, state: CaseState, key: str) -> Due | None:
    extend, clock = spec.items[key].extend, clock_of(spec, state, key)
    if extend is None:
        return None
    term = Term(clock.term.amount + extend.by.amount, clock.term.unit)
    longer = Clock(clock.start, term, clock.stops)
    return longer.reading(catalogue.calendar(), timezone.localdate()).due


def _request(item: Item) -> ExtensionRequest:
    case = item.case
    spec, state = catalogue.pinned_spec(case.pack_id), store.state_of(case)
    now, declared = state.items[item.key], spec.items[item.key]
    reason = spec.reasons.get(now.extension_reason)
    asked = person_of(now.extension_by).removeprefix("account:")
    note = case.notes.filter(item=item.key, kind="request").order_by("-at", "-pk").first()
    due = Due(item.due_day or timezone.localdate(), item.due_provisional)
    return ExtensionRequest(
        item=item,
        title=declared.title,
        service=spec.title,
        office=post_title(item.post),
        who=case.applicant.name_masked,
        asked_by=people.account(asked).display if asked else "",
        asked_words=people.open_value(case.applicant, note.sealed, purpose_field=NOTE)
        if note
        else "",
        reason=reason.text if reason else Text(""),
        by=declared.extend.by if declared.extend else declared.due,
        now=due,
        then=_extended(spec, state, item.key) or due,
    )


def _reasons(spec: ServiceSpec, item: str, act: str) -> tuple[ReasonSpec, ...]:
    return tuple(r for r in spec.reasons.values() if r.act == act and r.fits(item))
