"""What everybody may read is found: the same finds in the same order on every database."""

from __future__ import annotations

import random

import pytest
from django.utils import timezone
from tests.apps.cases.cases_cast import Packs

from minsheng.apps.cases import catalogue
from minsheng.apps.search import actions, reads
from minsheng.apps.search.models import Document, Edition, Gram
from minsheng.apps.search.texts import Found, texts
from minsheng.engines.search import score
from minsheng.lib.texts import Text

pytestmark = pytest.mark.django_db
QUERIES = (
    "户", "证", "出生", "户口", "上户口", "新生儿", "社保卡", "孩子出生", "出生户囗登记", "新生儿出生一见事",
    "怎么给孩子上户口", "newborn", "newbron", "Household", "停表", "工作日 周末", "电话", "大字", "妇幼", "低保",
    "学", "退伍", "zzz", "　", "军", "one form", "NEWBORN", "身后",
)  # fmt: skip


def brute(typed: str, found: list[Found], limit: int = 50) -> list[tuple[str, str, int]]:
    """Rank every text with the kernel alone: no database has a say."""
    scored = [(score(typed.strip(), one.entry), one) for one in found]
    ordered = sorted(
        ((points, one) for points, one in scored if points),
        key=lambda pair: reads.place_of(pair[0], pair[1].kind, pair[1].title.zh, pair[1].key),
    )
    return [(one.kind, one.key, points) for points, one in ordered[:limit]]


def finds(typed: str, **more: object) -> list[tuple[str, str, int]]:
    return [(hit.kind, hit.key, hit.score) for hit in reads.find_texts(typed, **more)]


def test_the_database_gives_what_the_kernel_gives_for_every_query():
    found = texts(timezone.localdate())
    answered = {}
    for typed in QUERIES:
        answered[typed] = finds(typed)
        assert answered[typed] == brute(typed, found), typed
    assert all(
        answered[typed][0][:2] == ("service", "newborn")
        for typed in ("新生儿", "newborn", "上户口", "出生户囗登记")
    )
    assert answered["孩子出生"][0][:2] == ("event", "birth")
    assert answered["户"]
    assert answered["停表"][0][0] == "help"
    assert answered["电话"][0][:2] == ("page", "help")
    assert not answered["zzz"]
    assert not answered["　"]


def test_among_many_texts_the_best_are_not_lost_to_the_limit(monkeypatch: pytest.MonkeyPatch):
    """500 texts of few characters: common pairs are cut, and who holds what was typed is found."""
    monkeypatch.setattr(reads, "MOST_ROWS", 60)
    draw = random.Random(7)
    alphabet = "出生户口登记证件办理孩子老人补贴学校医院申请"
    made = [
        Found(
            "made",
            f"{number:05d}",
            Text("".join(draw.choices(alphabet, k=6))),
            (),
            (Text("".join(draw.choices(alphabet, k=30))),),
        )
        for number in range(500)
    ]
    actions.index_texts()
    actions.put(made)
    for typed in ("老人补贴", "孩子", "学校申请", "医院登记", "口登", "补贴学校"):
        best = max(points for _, _, points in brute(typed, made))
        if best >= 500:  # some text holds what was typed
            assert finds(typed)[0][2] >= best, typed


def test_excerpts_mark_the_find_in_the_readers_language():
    (hit, *_) = reads.find_texts("停表")
    assert [piece.text for piece in hit.title_pieces if piece.is_hit] == ["停表"]
    (first, *_) = reads.find_texts("holidays", language="en")
    assert "holidays" in [piece.text for piece in first.excerpt if piece.is_hit]


def test_the_index_follows_the_packs_and_is_written_once(packs: Packs):
    assert actions.index_texts() > 20
    before = list(Gram.objects.order_by("pk").values_list("pk", flat=True))
    assert actions.index_texts() == 0
    assert list(Gram.objects.order_by("pk").values_list("pk", flat=True)) == before
    assert not finds("喜得贵子")
    packs.change(
        ('words: ["新生儿",', 'words: ["喜得贵子", "新生儿",'), file="districts/demo/district.yaml"
    )
    found = {hit[:2] for hit in finds("喜得贵子")}
    assert found == {("service", "newborn"), ("event", "birth")}
    assert Edition.objects.count() == 1
    assert Document.objects.filter(kind="service").count() == len(catalogue.packs().services)


def test_rows_of_one_thing_are_one():
    actions.index_texts()
    keys = list(Document.objects.values_list("kind", "key"))
    assert len(keys) == len(set(keys))
