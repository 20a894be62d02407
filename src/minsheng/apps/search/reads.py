"""What was looked for: public texts by the index, cases by their own tables, as far as one may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Sum

from minsheng.apps.search.actions import index_texts
from minsheng.apps.search.models import Document, Frequency, Gram
from minsheng.engines.search import Entry, Piece, excerpt, marked, query_grams, score
from minsheng.lib.texts import Text

LONGEST_QUERY = 60
MOST_CANDIDATES = 120
MOST_ROWS = 3_000
MOST_FOUND = 50
NAMED = 600  # from here on a title or another name answers, and not a sentence
# Of finds that answer equally well, what can be done stands before what can be read.
RANKS = {"service": 0, "event": 1, "question": 2, "help": 2}


@dataclass(frozen=True, slots=True)
class Hit:
    """One find. `title` and `excerpt` are in pieces, so that a face can mark what was looked for."""

    kind: str
    key: str
    title: Text
    title_pieces: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    score: int


class _Row(NamedTuple):
    """A document as it is read for ranking."""

    kind: str
    key: str
    title_zh: str
    title_en: str
    words: str
    text_zh: str
    text_en: str


def find_texts(typed: str, *, language: str = "zh", limit: int = MOST_FOUND) -> list[Hit]:
    """Return the public texts that answer what was typed, the best first.

    Both languages are searched; titles and excerpts are in `language` where it holds the find. The
    order follows from whole numbers and keys alone: it is the same on every database.
    """
    typed = typed.strip()[:LONGEST_QUERY]
    if not query_grams(typed):
        return []
    index_texts()
    ids = candidates(query_grams(typed))
    # Plain rows: making 120 models of them took a quarter of a search.
    rows = map(_Row._make, Document.objects.filter(pk__in=ids).values_list(*_Row._fields))
    scored = [(score(typed, _entry(row)), row) for row in rows]
    best = sorted(
        ((points, row) for points, row in scored if points),
        key=lambda pair: place_of(pair[0], pair[1].kind, pair[1].title_zh, pair[1].key),
    )
    return [_hit(row, points, typed, language) for points, row in best[:limit]]


def place_of(points: int, kind: str, title: str, key: str) -> tuple[int, int, int, str, str]:
    """Return where a find stands among the others."""
    return -points, RANKS.get(kind, len(RANKS)), len(title), kind, key


def candidates(grams: Collection[str]) -> list[int]:
    """Return the documents that share most with what was typed, those with it in names first.

    A gram that stands in very many documents says little; it is left out where rarer ones do.
    """
    kept = _rarest(grams) if len(grams) > 1 else list(grams)
    if len(kept) == 1:
        alone = Gram.objects.filter(gram=kept[0]).order_by("-weight", "-document")
        return list(alone.values_list("document", flat=True)[:MOST_CANDIDATES])
    shared = Gram.objects.filter(gram__in=kept).values("document")
    shared = shared.annotate(count=Count("gram"), weight_sum=Sum("weight"))
    ordered = shared.order_by("-count", "-weight_sum", "-document")[:MOST_CANDIDATES]
    return [row["document"] for row in ordered]


def _rarest(grams: Collection[str]) -> list[str]:
    """Return the grams that stand in few documents, and at least the rarest that stands in any."""
    kept: list[str] = []
    rows = 0
    known = Frequency.objects.filter(gram__in=grams).order_by("documents", "gram")
    for gram, count in known.values_list("gram", "documents"):
        if kept and rows + count > MOST_ROWS:
            break
        kept.append(gram)
        rows += count
    return kept


def _entry(row: _Row) -> Entry:
    words = tuple(row.words.split("\n"))
    return Entry((row.title_zh, row.title_en), words, (row.text_zh, row.text_en))


def _hit(row: _Row, points: int, typed: str, language: str) -> Hit:
    title = Text(row.title_zh, row.title_en)
    own, other = row.text_zh.split("\n"), row.text_en.split("\n")
    if language.startswith("en") and row.text_en:
        own, other = other, own
    words = row.words.split("\n")
    order = (words, own, other) if points >= NAMED else (own, words, other)
    shown = next((found for lines in order if (found := excerpt(lines, typed))), ())
    if not shown and own[0]:
        shown = (Piece(own[0], is_hit=False),)
    return Hit(row.kind, row.key, title, marked(title.to(language), typed), shown, points)
