"""Acting for somebody, one's own data, emergencies and protection: the same acts as the pages."""

from __future__ import annotations

from datetime import timedelta

from tests.api.api_caller import Caller, problem, told
from tests.factories import ANSWERS, District, newborn

from minsheng.apps.outbox.models import Answered
from minsheng.cli.demo import cast


def test_an_agent_acts_by_the_api_in_the_scope_and_not_a_day_longer(district: District) -> None:
    wang, chen = Caller(district.token("wangfang")), Caller(district.token("chenli"))
    day = (district.today + timedelta(days=9)).isoformat()
    grant = {"number": cast.CHEN_LI.number, "services": ["newborn"], "last_day": day}
    given = told(wang.post("/mandates", grant, Idempotency_Key="give-1"))
    assert told(wang.post("/mandates", grant, Idempotency_Key="give-1"))["id"] == given["id"]
    assert told(chen.post(f"/mandates/{given['id']}/acceptance"))["accepted"]
    draft = told(chen.post("/applications", {"service": "newborn", "mandate": given["id"]}), 201)
    for step, answers in ANSWERS.items():
        chen.send("PUT", f"/applications/{draft['id']}/steps/{step}", {"answers": answers})
    shown = chen.get(f"/applications/{draft['id']}").content.decode()
    assert cast.WANG_FANG.number not in shown and "含光路" not in shown and "王芳" not in shown
    (line,) = told(wang.get("/mandates"))["given"]
    assert [act["act"] for act in line["acts"]] == ["began:newborn"]
    assert told(wang.post(f"/mandates/{given['id']}/end"))["ended"]
    assert chen.get(f"/applications/{draft['id']}").status_code == 404
    # What is kept of an answered call holds nothing personal.
    kept = " ".join(str(value) for row in Answered.objects.values() for value in row.values())
    assert not [one for one in (cast.CHEN_LI.number, "陈＊", "王芳", "陈立") if one in kept]


def test_an_emergency_a_protection_and_my_own_data_by_the_api(district: District) -> None:
    story = newborn(district)
    wang, wutong = Caller(district.token("wangfang")), Caller(district.token("wutong"))
    why = "要马上联系家属，等不到管它的岗位"
    opened = told(wutong.post(f"/cases/{story.number}/emergency", {"reason": why}))
    assert told(wutong.get(f"/emergencies/{opened['id']}"))["who"] == "王芳"
    looks = told(wang.get("/me/looks"))
    assert looks["emergencies"][0]["reason"] == why
    hejun = Caller(district.token("hejun"))
    found = {"finding": "justified", "words": "核对了急诊记录"}
    told(hejun.post(f"/audit/emergencies/{opened['id']}/finding", found))
    assert told(wang.get("/me/data"))["obstacles"][0]["case"] == story.number
    problem(wang.post("/me/erasure", {"password": cast.PASSWORD}), 409, "case_running")
    xuning = Caller(district.token("xuning"))
    told(xuning.post(f"/cases/{story.number}/protection", {"reason": "threatened"}))
    assert [one["number"] for one in told(xuning.get("/protected-cases"))["rows"]] == [story.number]
    assert wutong.get(f"/emergencies/{opened['id']}").status_code == 404
    assert [e for e in told(hejun.get("/audit/entries"))["rows"] if e["stream"] == "case"] == []
