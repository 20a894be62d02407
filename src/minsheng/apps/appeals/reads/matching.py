"""What a dispatcher is shown beside a request: likely classes with their words, likely duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils import timezone

from minsheng.apps.appeals import access, catalogue, sealing, store, traces
from minsheng.apps.appeals.levels import sorting_of
from minsheng.apps.appeals.models import Joined, Request, Sorted
from minsheng.apps.appeals.reads.mine import area_title, status_said, whole_number
from minsheng.apps.appeals.reads.telling import post_title
from minsheng.apps.matching import reads as matching
from minsheng.apps.people.models import Account
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.spec import NO_TEXT
from minsheng.engines.matching import Evidence, Kind, Match, Model, Word
from minsheng.engines.matching.linkage import Part
from minsheng.lib.texts import Text

SHOWN_FROM_BITS = 0.3
SAID: Mapping[Part, Mapping[str, Text]] = {
    "text": {
        "0.45": Text("用词几乎一样", "almost the same words"),
        "0.30": Text("用词很像", "much the same words"),
        "0.15": Text("有些词一样", "some of the same words"),
        "0.00": Text("用词不一样", "other words"),
    },
    "kind": {
        "small": Text("同一小类", "the same kind"),
        "likely": Text("很可能同一类", "probably the same kind"),
        "middle": Text("同一中类", "a kindred kind"),
        "none": Text("不是一类", "another kind"),
    },
    "place": {
        "60": Text("同一个地方", "the same place"),
        "200": Text("200 米以内", "within 200 m"),
        "500": Text("隔 200 米以上", "more than 200 m apart"),
        "1500": Text("隔 500 米以上", "more than 500 m apart"),
        "far": Text("隔得远", "far apart"),
    },
    "time": {
        "24": Text("一天以内", "within a day"),
        "72": Text("三天以内", "within three days"),
        "168": Text("隔三天以上", "more than three days apart"),
        "336": Text("隔一周以上", "more than a week apart"),
        "long": Text("隔两周以上", "more than two weeks apart"),
    },
    "details": {
        "same": Text("说的是同一栋、同一户", "the same building or door"),
        "other": Text("说的是别的栋、别的户", "another building or door"),
    },
}


@dataclass(frozen=True, slots=True)
class Likely:
    """A class a request may belong to: how likely in per cent, the words that decided, whose duty."""

    category: str
    title: Text
    percent: int
    words: tuple[Word, ...]
    post: Text
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """One comparison in words; `is_for`: it speaks for one thing, otherwise against."""

    said: Text
    bits: float
    is_for: bool


@dataclass(frozen=True, slots=True)
class Alike:
    """A request that may be about the same thing, with what speaks for and against."""

    number: str
    title: Text
    area: Text
    said: Text
    percent: int
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Hints:
    """What is shown beside a request. None of it is ever applied by itself.

    `is_sorted`: requests of this kind are sorted into three ways; `size` says how this one was.
    """

    likely: tuple[Likely, ...] = ()
    alike: tuple[Alike, ...] = ()
    followers: tuple[str, ...] = ()
    head: str = ""
    may_part: bool = False
    is_sorted: bool = False
    size: Text = NO_TEXT


def hints(number: str, *, account: Account) -> Hints:
    """Return the hints for whoever dispatches a request; only what is joined for anybody else."""
    request = whole_number(number)
    spec, state = access.spec_of(request), store.state_of(request)
    held = access.held_by(account)
    if not access.may_see(spec, state, held):
        raise access.no_such_request()
    followers, head = joined(request)
    row, triage = Sorted.objects.filter(request=request).first(), sorting_of(request)
    plain = Hints(
        followers=followers,
        head=head,
        may_part=bool(head) and bool(held.in_kind(spec) & {spec.dispatcher, spec.redo}),
        is_sorted=triage is not None,
        size=triage.sizes.get(row.size, Text("")) if row and triage else Text(""),
    )
    if (
        access.dispatcher(spec, state) not in held.in_kind(spec)
        or state.status != "received"
        or spec.protected
    ):
        return plain
    words = sealing.opened(request.person, request.words, field=sealing.WORDS)
    kinds = _kinds(spec)
    if not words or not kinds:
        return plain
    model = matching.model(kinds)
    return replace(
        plain,
        likely=tuple(_likely(spec, request, model, words)),
        alike=() if head else tuple(_alike(request, spec, model, words)),
    )


def joined(request: Request) -> tuple[tuple[str, ...], str]:
    """Return the numbers of those joined to a request, and of the one it is joined to."""
    rows = Joined.objects.filter(head=request).order_by("request__number")
    own = Joined.objects.filter(request=request).values_list("head__number", flat=True).first()
    return tuple(rows.values_list("request__number", flat=True)), own or ""


def _kinds(spec: Appeal) -> tuple[Kind, ...]:
    return tuple(
        Kind(
            leaf.key,
            tuple(one.key for one in list(spec.line(leaf.key))[1:3]),
            (leaf.title.zh, *leaf.words),
        )
        for leaf in spec.leaves()
        if leaf.words
    )


def _likely(spec: Appeal, request: Request, model: Model, words: str) -> list[Likely]:
    path, today = catalogue.area_path(request.area), timezone.localdate()
    return [
        Likely(
            one.kind,
            spec.title_of(one.kind),
            round(100 * one.chance),
            one.words,
            post_title(spec.duty_of(one.kind, path, today).post),
            one.kind == request.category,
        )
        for one in model.suggest(words)
    ]


def _alike(request: Request, spec: Appeal, model: Model, words: str) -> list[Alike]:
    guessed = [one.kind for one in model.suggest(words, limit=5)]
    chosen = [request.category] if traces.has_words(spec, request.category) else []
    found = matching.duplicates(
        words,
        told=request.received_at,
        kinds=list(dict.fromkeys([*chosen, *guessed])),
        at=traces.point_of(request.area),
        model=model,
        but=request.number,
    )
    numbers = [match.key for match in found]
    open_ones = Request.objects.filter(number__in=numbers, slug=request.slug)
    rows = {row.number: row for row in open_ones.exclude(status="closed")}
    return [_one(rows[match.key], match) for match in found if match.key in rows][:5]


def _one(row: Request, match: Match) -> Alike:
    spec, state = access.spec_of(row), store.state_of(row)
    signs = (_sign(one) for one in match.evidence if abs(one.bits) >= SHOWN_FROM_BITS)
    return Alike(
        row.number,
        spec.title_of(row.category),
        area_title(row.area),
        status_said(state),
        round(100 * match.chance),
        tuple(sorted((one for one in signs if one.said.zh), key=lambda one: -one.bits)),
    )


def _sign(one: Evidence) -> Sign:
    said = SAID[one.part].get(one.level, Text(""))
    return Sign(said, one.bits, one.bits > 0)
