"""Form fields: labels, descriptions, values that stay, autofill only for one's own data."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from minsheng.engines.casework.spec import FieldSpec, Option
from minsheng.lib.texts import Text
from minsheng.portal.fields import Choice, Field, Mistake, field_of, mistakes

TYPES = (
    "text", "name", "date", "choice", "boolean", "integer", "money", "citizen_number", "phone",
    "bank_card", "address", "file",
)  # fmt: skip


def spec(kind: str, **more: object) -> FieldSpec:
    return FieldSpec(key="x", type=kind, label=Text("问题", "Question"), **more)


def shown(field: Field) -> str:
    return render_to_string("portal/components/_field.html", {"field": field})


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_of_a_pack_can_be_asked(kind: str):
    options = (Option("a", Text("甲", "A")), Option("b", Text("乙", "B")))
    page = shown(field_of(spec(kind, options=options), lang="zh", value="a", error="错在这里。"))
    assert "问题" in page
    assert 'id="f-x-msg"' in page
    assert "错在这里。" in page
    assert 'f-x-msg"' in page.split("aria-describedby=")[1][:80]


def test_the_value_stays_and_is_escaped():
    page = shown(field_of(spec("text"), lang="zh", value='"><script>', error="不行。"))
    assert 'value="&quot;&gt;&lt;script&gt;"' in page
    assert 'aria-invalid="true"' in page


def test_only_ones_own_data_is_offered_by_the_browser():
    assert 'autocomplete="tel"' in shown(field_of(spec("phone"), lang="zh", own=True))
    assert 'autocomplete="off"' in shown(field_of(spec("phone"), lang="zh"))
    assert 'autocomplete="off"' in shown(field_of(spec("bank_card"), lang="zh", own=True))


def test_a_yes_or_no_question_has_no_answer_chosen_for_you():
    page = shown(field_of(spec("boolean"), lang="zh"))
    assert "checked" not in page
    assert "checked" in shown(field_of(spec("boolean"), lang="zh", value="no"))


def test_a_long_list_is_a_select():
    many = tuple(Option(str(n), Text(f"第{n}个")) for n in range(8))
    assert "<select" in shown(field_of(spec("choice", options=many), lang="zh"))
    assert "<select" not in shown(field_of(spec("choice", options=many[:7]), lang="zh"))


def test_a_file_says_what_it_may_be_and_how_large():
    field = field_of(spec("file"), lang="zh", limits={"upload_bytes": 10_000_000})
    assert field.help == "PDF 或照片（JPG、PNG），最大 10 MB"
    page = shown(field_of(spec("file"), lang="zh", value="小结.pdf"))
    assert "已收到：小结.pdf" in page
    assert "required" not in page


def test_an_optional_question_says_so():
    assert "可不填" in shown(field_of(spec("text", required=False), lang="zh"))
    assert "可不填" not in shown(field_of(spec("text"), lang="zh"))


def test_english_falls_back_to_chinese():
    field = field_of(spec("text", why=Text("为了打款。")), lang="en")
    assert (field.label, field.why) == ("Question", "为了打款。")


def test_the_summary_counts_and_links_to_the_fields():
    radio = Field(
        id="r",
        name="r",
        label="跟谁",
        control="radio",
        options=[Choice("a", "甲")],
        error="选一个。",
    )
    card = Field(id="c", name="c", label="卡号", error="少了 1 位。")
    lines = mistakes([Field(id="ok", name="ok", label="好的"), radio, card])
    assert lines == [Mistake("r-1", "选一个。"), Mistake("c", "少了 1 位。")]
    page = render_to_string("portal/components/_errors.html", {"errors": lines})
    assert "还有 2 处要改" in page
    assert 'href="#r-1"' in page
    assert 'role="alert"' in page
    assert 'id="r-1"' in shown(radio)
    assert render_to_string("portal/components/_errors.html", {"errors": []}).strip() == ""
