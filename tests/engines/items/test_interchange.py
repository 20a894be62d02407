"""Items as QTI 3 and back, and a map of skills as CASE: nothing is lost, nothing dropped in silence."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.items.samples import (
    blanks,
    choice,
    choices,
    expression,
    judge,
    number,
    order,
    written,
)

from minsheng.engines.items import Item, Skill, Unit
from minsheng.engines.items.case import framework
from minsheng.engines.items.formula import as_plain
from minsheng.engines.items.pictures import Angle
from minsheng.engines.items.qti import SPACE, from_qti, may_be_carried, to_qti
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text

CARRIED: list[Item] = [
    choice("A", wrong={"B": "zero-dropped"}), choices("A", "C"), judge("false"),
    number("12.5", tolerance="0.1", unit="平方米", wrong={"125": "point-lost"}), number("3/4"),
    number("-7"), order("C", "A", "B", "D"), choice("B", options={"A": "$3/4$", "B": "$a<b$ & <x>"}),
]  # fmt: skip


@pytest.mark.parametrize("item", CARRIED, ids=lambda item: f"{item.kind}-{item.answer}")
def test_an_item_comes_back_as_it_was(item: Item) -> None:
    back = from_qti(to_qti(item))
    assert type(back) is type(item)
    for name in ("key", "skills", "level", "seconds", "answer", "wrong", "tolerance", "unit"):
        assert getattr(back, name, None) == getattr(item, name, None), name
    for name in ("ask", "why"):
        assert as_plain(getattr(back, name)) == as_plain(getattr(item, name))
    options = getattr(item, "options", {})
    assert {key: as_plain(words) for key, words in getattr(back, "options", {}).items()} == {
        key: as_plain(words) for key, words in options.items()
    }


@given(st.text(alphabet="$1a{}^/()+ 四<&□", max_size=60).map(str.strip).filter(bool))
def test_a_formula_means_the_same_when_it_comes_back(ask: str) -> None:
    back = from_qti(to_qti(number("3", ask=ask))).ask
    again = from_qti(to_qti(number("3", ask=back))).ask
    assert as_plain(again).replace(" ", "") == as_plain(back).replace(" ", "")
    if ask.count("$") == 0:
        assert back == ask


def test_the_document_has_the_shape_of_qti_3() -> None:
    top = ElementTree.fromstring(to_qti(CARRIED[3]))
    names = [one.tag.removeprefix(f"{{{SPACE}}}") for one in top]
    assert names == [
        "qti-response-declaration", "qti-outcome-declaration", "qti-item-body",
        "qti-response-processing",
    ]  # fmt: skip
    equal = top.find(f".//{{{SPACE}}}qti-equal")
    assert equal is not None
    assert (equal.get("tolerance-mode"), equal.get("tolerance")) == ("absolute", "0.1 0.1")


@pytest.mark.parametrize(
    "item",
    [blanks("1", "2"), expression("a+b"), written((1, "说", ("好",))),
     choice(picture=Angle(kind="angle", degrees=60))],
    ids=["blanks", "expression", "text", "picture"],
)  # fmt: skip
def test_what_can_t_be_carried_is_refused_by_name(item: Item) -> None:
    assert not may_be_carried(item)
    with pytest.raises(WrongInput) as refused:
        to_qti(item)
    assert item.key in refused.value.zh


def test_an_item_of_another_system_is_read_with_the_skill_it_is_given() -> None:
    text = f"""<qti-assessment-item xmlns="{SPACE}" identifier="Q_0001" title="t">
      <qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">
        <qti-correct-response><qti-value>opt2</qti-value></qti-correct-response>
      </qti-response-declaration>
      <qti-item-body><p>Which one?</p>
        <qti-choice-interaction response-identifier="RESPONSE" max-choices="1">
          <qti-prompt>Choose.</qti-prompt>
          <qti-simple-choice identifier="opt1">one</qti-simple-choice>
          <qti-simple-choice identifier="opt2">two</qti-simple-choice>
        </qti-choice-interaction></qti-item-body></qti-assessment-item>"""
    item = from_qti(text, skills=["add"])
    assert (item.key, item.kind, item.skills, item.level) == ("q-0001", "choice", ("add",), 2)
    assert item.ask == "Which one?\nChoose."
    assert (item.answer, dict(item.options)) == ("B", {"A": "one", "B": "two"})  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "", "no xml", "<a/>", "<" * 1000, '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        "<a>" * 100 + "</a>" * 100, "x" * 300_000, f'<qti-assessment-item xmlns="{SPACE}"/>',
    ],
)  # fmt: skip
def test_what_is_no_item_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(WrongInput) as refused:
        from_qti(text)
    assert refused.value.zh


def test_a_map_becomes_a_framework_whose_links_all_lead_somewhere() -> None:
    units = {"sums": Unit(key="sums", title=Text("加减"), term=1)}
    skills = {
        key: Skill(key=key, title=Text(key), unit="sums", can=Text(f"我会{key}"), needs=needs)
        for key, needs in (("add", ()), ("laws", ("add",)))
    }
    made = [
        framework(
            Text("算一算"), units, skills, address="https://example.org/sums-4", creator="自编",
            changed=datetime(2026, 11, 30, tzinfo=UTC),
        )
        for _ in range(2)
    ]  # fmt: skip
    assert made[0] == made[1]
    package = made[0]
    known = {one["identifier"] for one in (package["CFDocument"], *package["CFItems"])}
    assert len(known) == 4
    links = [
        (one["associationType"], one["originNodeURI"]["title"], one["destinationNodeURI"]["title"])
        for one in package["CFAssociations"]
    ]
    assert links == [
        ("isChildOf", "加减", "算一算"), ("isChildOf", "add", "加减"),
        ("isChildOf", "laws", "加减"), ("precedes", "add", "laws"),
    ]  # fmt: skip
    for one in package["CFAssociations"]:
        assert one["originNodeURI"]["identifier"] in known
        assert one["destinationNodeURI"]["identifier"] in known
