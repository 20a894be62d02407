"""Finding short Chinese and English texts: grams, ranking, marked excerpts. Pure."""

from minsheng.engines.kit.characters import folded
from minsheng.engines.search.excerpts import Piece, excerpt, marked
from minsheng.engines.search.grams import document_grams, query_grams
from minsheng.engines.search.ranking import Entry, score

__all__ = [
    "Entry",
    "Piece",
    "document_grams",
    "excerpt",
    "folded",
    "marked",
    "query_grams",
    "score",
]
