"""The plan drawing: days as columns, offices as lanes, everything flows into one day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.lib.workdays import WorkCalendar, YearNotice
from minsheng.portal.charts import svg
from minsheng.portal.charts.days import DayScale, columns_between
from minsheng.portal.charts.lanes import LaneItem, Lanes, Promise, plan_lanes
from minsheng.portal.public import specimen_samples as samples

QINGMING = date(2026, 4, 6)
CALENDAR = WorkCalendar(
    [
        YearNotice(
            year=2026,
            off=frozenset({QINGMING}),
            work=frozenset({date(2026, 5, 9)}),
            source="test",
            mark="L",
            names={QINGMING: "清明节"},
            names_en={QINGMING: "Qingming"},
        ),
        YearNotice(
            year=2027,
            off=frozenset({date(2027, 1, 1)}),
            work=frozenset(),
            source="test",
            mark="L",
            provisional=True,
        ),
    ]
)
START = date(2026, 3, 24)


def item(key: str, start: str, end: str, **more: object) -> LaneItem:
    return LaneItem(
        key=key,
        number=more.pop("number", 1),
        title=more.pop("title", f"事项{key}"),
        office=more.pop("office", f"部门{key}"),
        start=date.fromisoformat(start),
        end=date.fromisoformat(end),
        **more,
    )


def drawn(*items: LaneItem, until: str = "2026-04-14", **more: object) -> Lanes:
    day = date.fromisoformat(until)
    return plan_lanes(
        items,
        columns_between(START, day, CALENDAR),
        finish=more.pop("finish", Promise(day)),
        lang=more.pop("lang", "zh"),
        **more,
    )


def words_of(lanes: Lanes) -> list[str]:
    root = ElementTree.fromstring(lanes.svg)
    return ["".join(node.itertext()) for node in root.iter("text")]


# ── days ────────────────────────────────────────────────────────────────────────────────────────


def test_the_day_of_sending_is_not_a_column_and_days_off_have_no_number():
    columns = columns_between(START, date(2026, 3, 30), CALENDAR)
    assert [(c.day.day, c.number) for c in columns] == [
        (25, 1), (26, 2), (27, 3), (28, 0), (29, 0), (30, 4),
    ]  # fmt: skip


def test_a_weekend_day_that_is_worked_is_a_column():
    columns = columns_between(date(2026, 5, 8), date(2026, 5, 10), CALENDAR)
    assert [(c.day.day, c.number) for c in columns] == [(9, 1), (10, 0)]


def test_the_columns_fill_the_width_and_follow_each_other():
    scale = DayScale(columns_between(START, date(2026, 4, 14), CALENDAR), left=100, right=900)
    assert scale.start_of(date(2026, 3, 25)) == 100
    assert scale.end_of(date(2026, 4, 14)) == pytest.approx(900)
    assert scale.end_of(date(2026, 3, 28)) == scale.end_of(date(2026, 3, 27))
    assert scale.start_of(date(2026, 3, 28)) == scale.start_of(date(2026, 3, 30))
    assert [band.name for band in scale.bands] == ["", "清明节", ""]
    assert scale.end_of(date(2030, 1, 1)) == 900
    assert scale.start_of(date(2020, 1, 1)) == 100


def test_a_plan_without_a_working_day_is_refused():
    with pytest.raises(ValueError, match="working day"):
        DayScale(columns_between(date(2026, 3, 27), date(2026, 3, 29), CALENDAR), left=0, right=9)


# ── the drawing ─────────────────────────────────────────────────────────────────────────────────


def test_the_drawing_says_the_finding_in_words():
    lanes = drawn(item("a", "2026-03-25", "2026-03-25", critical=True))
    root = ElementTree.fromstring(lanes.svg)
    assert root.get("role") == "img"
    title, about = root.find("title"), root.find("desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {about.get('id')}"
    assert about.text == "事项a，部门a，3月25日前；全部办好，4月14日"


def test_titles_are_escaped():
    lanes = drawn(item("a", "2026-03-25", "2026-03-25", title='<script>"&', office="<b>"))
    assert "<script>" not in lanes.svg
    assert '① <script>"&' in words_of(lanes)[-3]


def test_critical_items_are_filled_and_stand_lowest():
    first = item("a", "2026-03-25", "2026-03-25", number=1, critical=True)
    slack = item("b", "2026-03-26", "2026-03-26", number=2, needs=("a",))
    last = item("c", "2026-03-26", "2026-04-14", number=3, needs=("a",), critical=True)
    root = ElementTree.fromstring(drawn(first, slack, last).svg)
    bars = [r for r in root.iter("rect") if r.get("height") == "14"]
    by_class = {bar.get("class"): float(bar.get("y")) for bar in bars}
    assert set(by_class) == {"fr", "hollow-r"}
    assert by_class["hollow-r"] < by_class["fr"]
    assert len([p for p in root.iter("path") if p.get("class") == "ln-r"]) == 2


def test_state_is_shown_after_sending():
    today = date(2026, 4, 2)
    lanes = drawn(
        item("a", "2026-03-25", "2026-03-25", number=1, state="done"),
        item("b", "2026-03-26", "2026-04-14", number=2, state="open", used_to=today),
        item(
            "c", "2026-03-26", "2026-04-10", number=3, state="returned", used_to=date(2026, 3, 30)
        ),
        item("d", "2026-03-26", "2026-03-27", number=4, state="open", used_to=today),
        item("e", "2026-03-26", "2026-03-27", number=5, state="cancelled"),
        item("f", "2026-03-26", "2026-03-27", number=6, state="waiting"),
        today=today,
    )
    said = " ".join(words_of(lanes))
    assert "3月25日办好" in said
    assert "等您补一样" in said
    assert "超期，应3月27日前" in said
    assert "不办了" in said
    assert "今天" in said
    assert [key for key, _ in lanes.keys] == [
        "used", "running", "idle", "stopped", "late", "gone", "off", "today",
    ]  # fmt: skip
    root = ElementTree.fromstring(lanes.svg)
    kinds = {rect.get("class") for rect in root.iter("rect")}
    assert {"fr", "fv", "hollow-o", "hollow-r", "unk", "hollow"} <= kinds


def test_a_skipped_item_is_left_out_everywhere():
    lanes = drawn(
        item("a", "2026-03-25", "2026-03-25", number=1),
        item("b", "2026-03-25", "2026-03-25", number=2, state="skipped"),
    )
    assert [row.number for row in lanes.rows] == ["①"]
    assert "事项b" not in lanes.svg
    with pytest.raises(ValueError, match="at least one item"):
        drawn(item("a", "2026-03-25", "2026-03-25", state="skipped"))


def test_a_provisional_day_is_dashed_and_says_so():
    lanes = plan_lanes(
        [item("a", "2026-12-28", "2027-01-05", critical=True, provisional=True)],
        columns_between(date(2026, 12, 25), date(2027, 1, 5), CALENDAR),
        finish=Promise(date(2027, 1, 5), provisional=True),
        lang="zh",
    )
    assert words_of(lanes).count("暂定") == 2
    assert "1月5日前（暂定）" in " ".join(words_of(lanes))
    assert 'class="soft-r dash"' in lanes.svg
    assert 'class="hollow-r dash"' in lanes.svg
    assert lanes.provisional
    assert lanes.lines[0].provisional


def test_the_holiday_is_named_in_the_language_of_the_columns():
    columns = columns_between(START, date(2026, 4, 14), CALENDAR, lang="en")
    lanes = plan_lanes(
        [item("a", "2026-03-25", "2026-04-14")],
        columns,
        finish=Promise(date(2026, 4, 14)),
        lang="en",
    )
    assert "Qingming" in words_of(lanes)


def test_the_list_for_a_phone_is_sorted_by_day_and_says_what_is_waited_for():
    lanes = drawn(
        item("a", "2026-03-25", "2026-03-30", number=1),
        item("b", "2026-03-31", "2026-04-14", number=2, needs=("a",)),
        item("c", "2026-03-25", "2026-03-26", number=3),
    )
    assert [(line.day_words, line.weekday_words) for line in lanes.lines] == [
        ("3月26日", "周四前"), ("3月30日", "周一前"), ("4月14日", "周二前"),
    ]  # fmt: skip
    assert lanes.lines[2].about == "部门b，等①办好后开始"
    assert lanes.lines[0].about == "部门c，提交后马上开始"


def test_the_table_tells_the_same_days():
    lanes = drawn(
        item("a", "2026-03-25", "2026-03-30", number=1),
        item("b", "2026-03-31", "2026-04-14", number=2, needs=("a",)),
    )
    row = lanes.rows[1]
    assert (row.number, row.start, row.end, row.waits_for) == (
        "②", "第 5 个工作日", "第 14 个工作日", "①",
    )  # fmt: skip
    assert row.day == date(2026, 4, 14)


def test_no_text_is_smaller_than_it_may_be():
    """The narrowest the drawing gets is 1040 px for 1120 units; text stays above 11.5 px."""
    from minsheng.portal.charts import lane_drawing

    for size in (lane_drawing.NORMAL, lane_drawing.ELDER):
        assert size.small * 1040 / lane_drawing.WIDTH >= 11.5


# ── any plan ────────────────────────────────────────────────────────────────────────────────────


@st.composite
def plans(draw: st.DrawFn) -> Lanes:
    length = draw(st.integers(1, 70))
    count = draw(st.integers(1, 9))
    states = ["", "waiting", "open", "returned", "external", "held", "done", "refused", "cancelled"]
    submitted = draw(st.booleans())
    items = []
    for number in range(1, count + 1):
        start = draw(st.integers(1, length))
        end = draw(st.integers(start, length))
        needs = tuple(str(n) for n in range(1, number) if draw(st.booleans()))
        items.append(
            LaneItem(
                key=str(number),
                number=number,
                title=draw(
                    st.sampled_from(["证", "科学育儿指导登记", "Medical certificate of birth"])
                ),
                office=draw(st.sampled_from(["局", "公安分局", "Human Resources Bureau"])),
                start=workday(start),
                end=workday(end),
                needs=needs,
                critical=draw(st.booleans()),
                state=draw(st.sampled_from(states[1:])) if submitted else "",
                used_to=workday(start) if submitted and draw(st.booleans()) else None,
            )
        )
    today = workday(draw(st.integers(1, length + 5))) if submitted else None
    until = workday(length)
    return plan_lanes(
        items,
        columns_between(START, until, CALENDAR),
        finish=Promise(until, provisional=draw(st.booleans())),
        lang=draw(st.sampled_from(["zh", "en"])),
        today=today,
        elder=draw(st.booleans()),
    )


def workday(number: int) -> date:
    day = START
    while number:
        day += timedelta(days=1)
        number -= CALENDAR.is_workday(day)
    return day


@settings(max_examples=60, deadline=None)
@given(plans())
def test_any_plan_stays_inside_its_frame(lanes: Lanes):
    root = ElementTree.fromstring(lanes.svg)
    _, _, width, height = map(float, root.get("viewBox").split())
    for rect in root.iter("rect"):
        x, wide = float(rect.get("x")), float(rect.get("width"))
        assert wide > 0
        assert x >= 0
        assert x + wide <= width
    for text in root.iter("text"):
        assert 0 <= float(text.get("y")) <= height
    for path in root.iter("path"):
        numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path.get("d"))]
        assert all(-9 <= n <= width for n in numbers)
    assert "style=" not in lanes.svg


def test_text_widths_are_generous_but_not_wild():
    assert svg.text_width("出生", 10) == 20
    assert 4 < svg.text_width("a", 10) < 7
    assert svg.text_width("出生", 10, bold=True) > 20


def test_long_names_are_broken_between_words_and_cut_at_the_third_line():
    rows = svg.wrapped("Human Resources and Social Security Bureau", 10, width=100)
    assert rows == ["Human Resources", "and Social Security", "Bureau"]
    cut = svg.wrapped("一二三四五六七八九十" * 3, 10, width=60, lines=2)
    assert len(cut) == 2
    assert cut[1].endswith("…")


def test_the_specimen_draws_in_all_modes():
    for lang in ("zh", "en"):
        for elder in (False, True):
            assert set(samples.plans(lang, elder=elder)) == {"seven", "three", "running"}
