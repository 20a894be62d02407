"""What a search found, as rows of a page: groups in the order in which people look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse

from minsheng.apps.search.reads import Hit
from minsheng.lib.texts import Text

GROUPS: Sequence[tuple[Text, frozenset[str]]] = (
    (Text("能办的", "What you can do here"), frozenset({"service"})),
    (Text("相近的事", "Something similar"), frozenset({"event", "heading"})),
    (Text("有人问过", "Asked before"), frozenset({"question", "help"})),
    (Text("去处", "Places and pages"), frozenset({"place", "page"})),
)


def groups(hits: Iterable[Hit]) -> list[dict[str, object]]:
    """Return the finds in groups, each in the order of its finds; empty groups are left out."""
    found = list(hits)
    rows = [
        {"title": title, "rows": [_row(hit) for hit in found if hit.kind in kinds]}
        for title, kinds in GROUPS
    ]
    return [group for group in rows if group["rows"]]


def path_of(kind: str, key: str) -> str:
    """Return the page of a find."""
    slug = key.partition("/")[0]
    match kind:
        case "service":
            return reverse("guide", args=[slug])
        case "question":
            return f"{reverse('guide', args=[slug])}#asked"
        case "event":
            return reverse("life-event", args=[key])
        case "heading":
            return reverse("heading", args=[key])
        case "help":
            return f"{reverse('help')}#q{key}"
        case "place":
            return f"{reverse('help')}#places"
        case _:
            return reverse(key)


def _row(hit: Hit) -> dict[str, object]:
    return {"path": path_of(hit.kind, hit.key), "title": hit.title_pieces, "words": hit.excerpt}
