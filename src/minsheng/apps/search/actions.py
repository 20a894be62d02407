"""The index follows the texts: what is new is put in, what is gone is taken out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from minsheng.apps.cases import catalogue
from minsheng.apps.search.models import Document, Edition, Frequency
from minsheng.apps.search.texts import Found, digest_of, texts
from minsheng.content import Packs
from minsheng.engines.search import document_grams

TEXTS = "texts"
IN_TITLE, IN_WORDS, IN_TEXT = 9, 4, 1
AT_ONCE = 2_000
ROWS_IN_ONE = 1_000
INSERT = "INSERT INTO search_gram (gram, document_id, weight) VALUES "


def index_texts() -> int:
    """Bring the index to the texts of today, and return how many documents were written.

    Nothing is done when it holds them already. No business act: it writes no event.
    """
    found, digest = _of_today()
    if Edition.objects.filter(name=TEXTS, digest=digest).exists():
        return 0
    with transaction.atomic():
        Edition.objects.get_or_create(name=TEXTS, defaults={"digest": "", "at": timezone.now()})
        row = Edition.objects.select_for_update().get(name=TEXTS)
        if row.digest == digest:
            return 0  # another process was faster
        Document.objects.all().delete()
        Frequency.objects.all().delete()
        put(found)
        row.digest, row.at = digest, timezone.now()
        row.save(update_fields=["digest", "at"])
    return len(found)


def _of_today() -> tuple[list[Found], str]:
    """Return today's texts and their digest, worked out once for the packs and forms in force."""
    on = timezone.localdate()
    forms = tuple(loaded.hash for loaded in catalogue.services_on(on))
    kept = _kept.get("texts")
    if kept is None or kept.packs is not catalogue.packs() or kept.forms != forms:
        found = texts(on)
        kept = _Kept(catalogue.packs(), forms, found, digest_of(found))
        _kept["texts"] = kept
    return kept.found, kept.digest


@dataclass(frozen=True, slots=True)
class _Kept:
    packs: Packs
    forms: tuple[str, ...]
    found: list[Found]
    digest: str


_kept: dict[str, _Kept] = {}


def put(found: Sequence[Found]) -> None:
    """Write documents and what they are found by."""
    counted = Counter(dict(Frequency.objects.values_list("gram", "documents")))
    for start in range(0, len(found), AT_ONCE):
        batch = found[start : start + AT_ONCE]
        rows = Document.objects.bulk_create(
            Document(
                kind=one.kind,
                key=one.key,
                title_zh=one.title.zh,
                title_en=one.title.en,
                words="\n".join(one.words),
                text_zh=one.text_zh,
                text_en=one.text_en,
            )
            for one in batch
        )
        grams = list(_grams(zip(rows, batch, strict=True)))
        counted.update(gram for gram, _, _ in grams)
        _insert(grams)
    with transaction.atomic():
        Frequency.objects.all().delete()
        Frequency.objects.bulk_create(
            (Frequency(gram=gram, documents=count) for gram, count in sorted(counted.items())),
            batch_size=AT_ONCE,
        )


def _insert(rows: Sequence[tuple[str, int, int]]) -> None:
    """Write rows of the index, many in one statement: one by one they take five times as long."""
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_IN_ONE):
            part = rows[start : start + ROWS_IN_ONE]
            places = ", ".join(["(%s, %s, %s)"] * len(part))
            cursor.execute(INSERT + places, [value for row in part for value in row])


def _grams(pairs: Iterable[tuple[Document, Found]]) -> Iterator[tuple[str, int, int]]:
    """Yield the rows of the index: by the million, so without an object for each."""
    for row, one in pairs:
        weights = dict.fromkeys(document_grams(f"{one.text_zh}\n{one.text_en}"), IN_TEXT)
        weights |= dict.fromkeys(document_grams("\n".join(one.words)), IN_WORDS)
        weights |= dict.fromkeys(document_grams(f"{one.title.zh}\n{one.title.en}"), IN_TITLE)
        for gram in sorted(weights):
            yield gram, row.pk, weights[gram]
