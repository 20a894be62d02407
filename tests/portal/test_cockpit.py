"""The cockpit: for leaders only, every figure with its list and formula, to take along and to put up."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import openpyxl
import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone
from tests.factories import District
from tests.past_cases import past_case

from minsheng.apps.cases import reads as cases
from minsheng.apps.cases.models import Case
from minsheng.apps.cases.reads import Scope, Share
from minsheng.apps.ratings import actions as ratings
from minsheng.lib.texts import Text
from minsheng.portal.charts.flow import Stage, Stream, draw_flow
from minsheng.portal.charts.heat import HeatLine, draw_heat
from minsheng.portal.charts.trend import Trend, TrendPoint, draw_trend
from minsheng.portal.cockpit import exports, saying
from minsheng.portal.cockpit.scopes import View

PAGES = ("/cockpit", "/cockpit/list", "/cockpit/formulas", "/cockpit/wall", "/cockpit/what-if")
FIRST = "birth_certificate"


@pytest.fixture
def cases_of_a_month(district: District) -> list[Case]:
    """Three cases of 王芳: in time, late, and late with the first office now."""
    today = timezone.localdate()
    return [
        past_case(district, "A", begin=today - timedelta(days=25), score=5),
        past_case(district, "B", begin=today - timedelta(days=28), took={FIRST: 16}),
        past_case(district, "C", begin=today - timedelta(days=24), until=FIRST),
    ]


@pytest.fixture
def leader(district: District, cases_of_a_month: list[Case]) -> Client:
    return district.client("zhoujing")


def shown(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return str(response.content.decode())


def test_only_leaders_are_let_in(district: District, leader: Client) -> None:
    number = Case.objects.latest("pk").number
    paths = [
        *PAGES,
        "/cockpit/spot",
        f"/cockpit/cases/{number}",
        "/cockpit/figures.xlsx",
        "/cockpit/figures.pdf",
    ]
    for who in ("liqiang", "wangfang", "linlan", "zhaomin", "hejun"):
        client = district.client(who)
        assert {client.get(path).status_code for path in paths} == {403}, who
    assert {leader.get(path, follow=True).status_code for path in paths} == {200}
    assert "/cockpit" in shown(leader, "/desk/more")
    assert "/cockpit" not in shown(district.client("linlan"), "/desk/more")


def test_every_number_of_the_room_opens_a_list_of_that_length(leader: Client) -> None:
    page = shown(leader, "/cockpit")
    opened = set(re.findall(r'href="(/cockpit/list\?[^"]+)"', page))
    assert len(opened) > 8
    for path in opened:
        assert leader.get(path.replace("&amp;", "&")).status_code == 200
    streams = re.findall(r'href="(/cockpit/list\?[^"]*kind=flowed[^"]*)">(\d+)<', page)
    assert streams and "kind=papers_asked" in page
    for path, count in streams:
        rows = shown(leader, path.replace("&amp;", "&"))
        assert len(re.findall(r'href="/cockpit/cases/[\d-]+', rows)) == int(count)
    late = re.search(r'href="(/cockpit/list\?[^"]*late_items[^"]*)">打开 (\d+) 件', page)
    assert late is not None and late[2] == "1"
    rows = shown(leader, late[1].replace("&amp;", "&"))
    assert len(re.findall(r"/cockpit/cases/[\d-]+", rows)) == 1
    for anchor in re.findall(r"/cockpit/formulas#(\w+)", page):
        assert f'id="{anchor}"' in shown(leader, "/cockpit/formulas")


def test_hot_spots_and_bad_ratings_open_their_lists(
    district: District, leader: Client, cases_of_a_month: list[Case]
) -> None:
    clerk = district.account("zhaomin")
    for score in (5, 5, 4, 2):
        ratings.rate_visit(ratings.give_code(by=clerk)[1], ratings.Given(score, {}))
    assert "差评 1/" not in shown(leader, "/cockpit")  # of four nothing is said
    ratings.rate_visit(ratings.give_code(by=clerk)[1], ratings.Given(1, {}, "等了很久"))
    page = shown(leader, "/cockpit").replace("&amp;", "&")
    spots = re.findall(r'href="(/cockpit/spot\?[^"]+)"', page)
    assert len(spots) == len(
        cases.hot_spots(View(30, "", timezone.localdate()).scope, on=timezone.localdate()).rows
    )
    rows = re.findall(r"/cockpit/cases/([\d-]+)", shown(leader, spots[0]))
    told = int(re.findall(r"涉及 (\d+) 个案卷", page)[0])
    assert len(rows) == told and set(rows) <= {case.number for case in cases_of_a_month}
    (badly,) = re.findall(r'href="(/desk/ratings\?[^"]+bad=1)#behind"', page)
    assert "差评 2/5 条" in page and "这一格的 2 条" in shown(leader, badly)
    assert "这一格的 5 条" in shown(leader, badly.replace("&bad=1", ""))
    assert leader.get("/cockpit/spot?item=x").status_code == 302
    late = cases_of_a_month[1]
    Case.objects.filter(pk=late.pk).update(protected=True)
    assert late.number not in leader.get(spots[0], follow=True).content.decode()


def test_no_page_of_a_leader_names_a_person(leader: Client) -> None:
    number = Case.objects.order_by("pk")[1].number
    for path in (*PAGES, "/cockpit/list?kind=ended", f"/cockpit/cases/{number}"):
        page = shown(leader, path)
        assert "王" not in page, path


def test_a_late_case_says_which_office_each_day_came_from(
    leader: Client, cases_of_a_month: list[Case]
) -> None:
    late = cases_of_a_month[1]
    days = len(cases.delay(late.number, on=timezone.localdate()).found.late)
    page = shown(leader, f"/cockpit/cases/{late.number}")
    assert days and f"晚了 {days} 个工作日" in page
    assert page.count("算晚的一天") == days
    assert leader.get("/cockpit/cases/2026-999999").status_code == 404


def test_nonsense_in_the_address_counts_as_not_asked(leader: Client) -> None:
    for query in (
        "days=9999999999",
        "days=x&service=../..",
        "kind=nothing&week=2026-13-99&page=x",
        "kind=due&week=9999-12-31",
    ):
        assert leader.get(f"/cockpit/list?{query}").status_code == 200
        assert leader.get(f"/cockpit?{query}").status_code == 200


def test_the_wall_renews_itself_without_a_script_until_it_is_stopped(leader: Client) -> None:
    moving, still = leader.get("/cockpit/wall"), leader.get("/cockpit/wall?still=1")
    assert moving.headers["Refresh"] == "60"
    assert "Refresh" not in still.headers
    assert "停住" in moving.content.decode() and "每分钟自动更新" in still.content.decode()


def test_the_workbook_holds_numbers_as_numbers_and_says_how_they_are_made(leader: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(leader.get("/cockpit/figures.xlsx?days=90").content))
    assert book.sheetnames == [
        "概况", "各服务", "每周按时率", "各部门超期", "晚在哪里", "去向", "公式和来源",
    ]  # fmt: skip
    services = list(book["各服务"].values)
    line = dict(zip(services[0], services[1], strict=True))
    assert (line["收到（件）"], line["办结（件）"], line["按时（件）"]) == (3, 2, 1)
    assert line["按时率（%）"] == 50
    assert line["评分（1 到 5）"] is None and line["评分人数"] is None
    assert line["基线出处"] == "没有可比的基线"
    heads = [row[0] for row in list(book["公式和来源"].values)[1:]]
    assert heads == [one.title.zh for one in cases.DEFINITIONS]
    late = sum(row[3] for row in list(book["各部门超期"].values)[1:])
    assert late == 2


def test_a_name_that_looks_like_a_formula_stays_a_name(leader: Client) -> None:
    on = timezone.localdate()
    found = cases.figures(Scope(on - timedelta(days=89), on), on=on)
    evil = '=HYPERLINK("http://evil","x")'
    lines = tuple(replace(line, title=Text(evil)) for line in found.services)
    spots = cases.hot_spots(found.scope, on=on)
    book = exports.workbook(replace(found, services=lines), spots, View(90, "", on))
    cell = openpyxl.load_workbook(io.BytesIO(book))["各服务"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (evil, "s", True)


def test_the_printed_sheet_says_the_finding(leader: Client) -> None:
    printed = leader.get("/cockpit/figures.pdf").content
    assert printed.startswith(b"%PDF")
    with pypdfium2.PdfDocument(printed) as sheet:
        text = sheet[0].get_textpage().get_text_range()
    assert "按时率" in text and "公式和来源" in text.replace("\r\n", "")


# ── words and drawings, without a database ──────────────────────────────────────────────────────
def test_a_share_of_few_is_said_as_a_count_and_of_none_not_at_all() -> None:
    assert saying.share_said(Share(7, 8))[0] == "7/8"
    assert saying.share_said(Share(9, 10)) == ("90", Text("%", "%"))
    assert saying.share_said(Share(0, 0))[0] == "—"


def test_a_week_without_anything_due_is_a_dashed_cell_and_not_a_zero() -> None:
    rows = [HeatLine("公安分局", [(0.0, "0"), None, (33.3, "1/3")])]
    drawn = draw_heat(rows, ["1/5", "1/12", "1/19"], title="t", about="a", ident="h")
    assert drawn.count('class="unk"') == 1
    assert re.findall(r'class="m hm(\d)t"[^>]*>([^<]+)<', drawn) == [("1", "0"), ("5", "1/3")]


def test_a_gap_in_the_weeks_stays_a_gap() -> None:
    points = [TrendPoint("", p) for p in (90.0, 95.0, None, 100.0)]
    drawn = draw_trend(Trend(points, "t", "a"), ident="t")
    lines = re.findall(r'class="ln-r" d="M([^"]+)"', drawn)
    assert [line.count(".") // 2 for line in lines] and len(lines) == 2
    assert drawn.count('class="ref2"') == 1


def test_what_flows_in_flows_out_in_both_widths() -> None:
    columns = [
        [Stage("a", "甲"), Stage("b", "乙")],
        [Stage("m", "中")],
        [Stage("x", "好", "r"), Stage("y", "坏", "v")],
    ]
    streams = [Stream("a", "m", 3), Stream("b", "m", 1), Stream("m", "x", 3), Stream("m", "y", 1)]
    wide = draw_flow(columns, streams, title="t", about="a", ident="f")
    narrow = draw_flow(columns, streams, title="t", about="a", ident="n", narrow=True)
    assert set(re.findall(r">(\S+ \d)<", wide)) == {"甲 3", "乙 1", "中 4", "好 3", "坏 1"}
    assert set(re.findall(r">(\S+ \d)<", narrow)) == {"中 4", "好 3", "坏 1"}


def test_the_headline_names_who_needs_help_only_when_somebody_does() -> None:
    quiet = SimpleNamespace(
        on_time=Share(19, 20), on_time_before=Share(18, 20), late_now=0, late_items={}
    )
    assert saying.headline(quiet).zh == "按时率升到 95%，没有一件正在超期"  # type: ignore[arg-type]
    busy = SimpleNamespace(
        on_time=Share(7, 8),
        on_time_before=Share(0, 0),
        late_now=3,
        late_items={"hr": 2, "police": 1},
    )
    assert saying.headline(busy).zh == "按时率是 7/8，人力社保局要帮一把"  # type: ignore[arg-type]
