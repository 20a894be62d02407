"""Several items at once and the load, as pages: choose, look, confirm, see how each went."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from tests.factories import District
from tests.past_cases import past_case

from minsheng.apps.cases import actions as cases
from minsheng.apps.cases.catalogue import calendar
from minsheng.apps.cases.models import Case

FIRST = "birth_certificate"
KIND = {"service": "newborn", "kind": FIRST}


def test_an_officer_looks_first_then_confirms_and_sees_how_each_went(district: District) -> None:
    begin = timezone.localdate() - timedelta(days=3)
    made = [past_case(district, event, begin=begin, until=FIRST) for event in "AB"]
    ids = [str(case.items.get(key=FIRST).pk) for case in made]
    client = district.client("linlan")
    assert f"kind={FIRST}" in client.get("/desk/bulk").content.decode()
    chosen = client.get("/desk/bulk", KIND).content.decode()
    assert [one for one in ids if f'value="{one}" checked' in chosen] == ids

    nothing = client.post("/desk/bulk", {**KIND, "act": "approve", "step": "preview"})
    assert nothing.status_code == 422 and "一件也没选" in nothing.content.decode()
    form = {**KIND, "act": "approve", "item": ids, "step": "preview"}
    page = client.post("/desk/bulk", form).content.decode()
    assert "0 件会同意，2 件不动" in page and "怎么核实的" in page
    form[f"evidence-{ids[0]}"] = "电话问过医院"
    page = client.post("/desk/bulk", form).content.decode()
    assert "1 件会同意，1 件不动" in page and "确认，办这 1 件" in page
    done = client.post("/desk/bulk", {**form, "step": "do"}).content.decode()
    assert "同意了 1 件，1 件没动" in done
    assert f"/desk/items/{ids[0]}/reverse" in done and "未知" in done
    assert made[0].items.get(key=FIRST).status == "done"

    asked = {**KIND, "act": "return:name_unclear", "item": ids[1:], "step": "preview"}
    assert client.post("/desk/bulk", asked).status_code == 422
    asked["message"] = "请再写一遍名字"
    assert "1 件会问申请人" in client.post("/desk/bulk", asked).content.decode()
    client.post("/desk/bulk", {**asked, "step": "do"})
    inbox = client.get("/desk").content.decode()
    assert "等申请人" in inbox and 'href="/desk/bulk"' in inbox
    load = client.get("/desk/load").content.decode()
    assert "出生医学证明岗" in load and "王" not in load
    for path in ("/desk/bulk", "/desk/load"):
        assert district.client("liqiang").get(path).status_code == 403
    assert not re.search(
        r"\d{4}-\d{6}", district.client("wutong").get("/desk/bulk", KIND).content.decode()
    )
    bad = client.post("/desk/bulk", {**KIND, "act": "approve", "item": ["²", "x"]})
    assert bad.status_code == 404


def test_every_number_of_the_load_opens_a_list_of_that_length(
    district: District,
) -> None:
    today = timezone.localdate()
    # Opened on the last working day: what is due on the next one isn't late, whatever day it is today.
    recent = next(
        day for back in range(1, 15) if calendar().is_workday(day := today - timedelta(days=back))
    )
    first, _, late = (
        past_case(district, event, begin=begin, until=FIRST)
        for event, begin in (("A", recent), ("B", recent), ("C", today - timedelta(days=40)))
    )
    past_case(district, "D", begin=today - timedelta(days=5))
    hidden = past_case(district, "E", begin=recent, until=FIRST)
    Case.objects.filter(pk=hidden.pk).update(protected=True)
    linlan = district.account("linlan")
    cases.claim_item(first.items.get(key=FIRST).pk, by=linlan)

    officer, leader = district.client("linlan"), district.client("zhoujing")
    for client in (officer, leader):
        page = client.get("/desk/load").content.decode()
        numbers = {
            path.replace("&amp;", "&"): int(n)
            for path, n in re.findall(r'href="(/desk/load/list\?[^"]+)">(\d+)</a>', page)
        }
        assert len(numbers) > 3
        for path, number in numbers.items():
            behind = client.get(path).content.decode()
            assert len(re.findall(r'<th scope="row">', behind)) == number, path
            assert hidden.number not in behind and "王" not in behind
    post = first.items.get(key=FIRST).post
    told = {
        kind: numbers[f"/desk/load/list?post={post}&kind={kind}"]
        for kind in ("open", "unclaimed", "late")
    }
    assert told == {"open": 3, "unclaimed": 2, "late": 1}
    assert late.number in officer.get(f"/desk/load/list?post={post}&kind=late").content.decode()
    none = officer.get(f"/desk/load/list?post={post}&kind=stopped").content.decode()
    assert "一件也没有" in none


def test_nobody_reads_the_load_of_another_office(district: District) -> None:
    path = "/desk/load/list?post=hospital.birth&kind=open"
    for who, answer in (("zhoujing", 200), ("linlan", 200), ("sunwei", 404), ("liqiang", 403)):
        assert district.client(who).get(path).status_code == answer, who
    for nonsense in (
        "&week=2026-13-99",
        "&kind=x&page=x",
        "&officer=' or 1",
        "&week=9999-12-31&kind=done",
    ):
        assert district.client("linlan").get(path + nonsense).status_code == 200, nonsense
    assert district.client("linlan").get("/desk/load/list").status_code == 302
    assert district.client("linlan").get("/desk/load/list?post=" + "x" * 300).status_code == 404


def test_a_load_with_nothing_says_so(district: District) -> None:
    assert "手上没有件" in district.client("linlan").get("/desk/load").content.decode()
