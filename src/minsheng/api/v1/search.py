"""Looking for something: what everybody may read, and the cases one may see."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from minsheng.api.callers import caller
from minsheng.api.v1.shapes import Shape, Words, words
from minsheng.apps.cases import reads as cases
from minsheng.apps.search import reads
from minsheng.engines.search import Piece

router = Router()
Typed = Annotated[str, Query(max_length=reads.LONGEST_QUERY, description="What to look for.")]
Language = Annotated[str, Query("zh", pattern="^(zh|en)$", description="Of the excerpts.")]


class Part(Shape):
    """A run of characters; `hit` where they are what was looked for."""

    text: str
    hit: bool


class TextFind(Shape):
    """One find, the best first. `kind` is service, question, event, heading, help, place or page."""

    kind: str
    key: str
    title: Words
    excerpt: list[Part]
    score: int


class TextFinds(Shape):
    """What everybody may read."""

    rows: list[TextFind]


class LookFor(Shape):
    """What to look for among cases. In the body, so that a citizen number is in no address."""

    text: Annotated[str, Field(min_length=1, max_length=reads.LONGEST_QUERY)]


class CaseFind(Shape):
    """A case of mine, or (with `item`) an item of one of my posts. `who` is masked."""

    case: str
    service: Words
    title: Words
    status: str
    submitted: date
    who: str
    item: int | None


class CaseFinds(Shape):
    """The cases one may see, what waits first."""

    rows: list[CaseFind]


@router.get("/search", auth=None, response=TextFinds)
def search(request: HttpRequest, q: Typed, language: Language = "zh") -> TextFinds:
    """Return services, questions, life events, places and pages that answer what was typed."""
    return TextFinds(
        rows=[
            TextFind(
                kind=hit.kind,
                key=hit.key,
                title=words(hit.title),
                excerpt=_parts(hit.excerpt),
                score=hit.score,
            )
            for hit in reads.find_texts(q, language=language)
        ]
    )


@router.post("/search/cases", response=CaseFinds)
def search_cases(request: HttpRequest, payload: LookFor) -> CaseFinds:
    """Return the cases I may see that answer what was typed.

    Residents: own ones, by number, service or item. Officers: items of their posts, also by masked
    name or a whole citizen number; such a find is noted for the person to see.
    """
    return CaseFinds(
        rows=[
            CaseFind(
                case=found.number,
                service=words(found.service),
                title=words(found.title),
                status=found.status,
                submitted=found.submitted_day,
                who=found.who,
                item=found.item_id or None,
            )
            for found in cases.find_cases(payload.text, account=caller(request))
        ]
    )


def _parts(pieces: tuple[Piece, ...]) -> list[Part]:
    return [Part(text=piece.text, hit=piece.is_hit) for piece in pieces]
