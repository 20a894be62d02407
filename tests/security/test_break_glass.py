"""Behind the glass for some hours, told at once, reviewed afterwards; and why a record is opened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.factories import District, newborn

from minsheng.apps.audit import reads as audit
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import reads
from minsheng.apps.cases.models import BrokenGlass
from minsheng.apps.notices.models import Notice
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

WHY = "产妇送到急诊，要马上联系家属，户籍岗没有人接电话"


def test_an_emergency_is_told_shown_and_reviewed(district: District):
    story = newborn(district)
    wutong, client = district.account("wutong"), district.client("wutong")
    with pytest.raises(WrongInput):
        cases.break_glass(story.number, by=wutong, reason="急")
    answer = client.post("/desk/glass", {"number": story.number, "reason": WHY})
    row = BrokenGlass.objects.get()
    assert WHY not in row.reason_sealed
    page = client.get(answer.headers["Location"]).content.decode()
    assert "13800001234" in page and "王芳" in page
    told = set(
        Notice.objects.filter(kind="glass.broken").values_list("account__username", flat=True)
    )
    assert told == {"hejun", "qinwen", "wangfang"}
    hers = district.client("wangfang").get("/mine/looks").content.decode()
    assert WHY in hers and "社会保障卡岗" in hers and "紧急查看" in hers
    for other in ("sunwei", "linlan", "hejun", "qinwen", "liqiang"):
        assert district.client(other).get(f"/desk/glass/{row.pk}").status_code in {403, 404}, other

    # Unreviewed and late, it stands on the audit page; the finding stands, and by nobody else.
    BrokenGlass.objects.update(review_by=district.today - timedelta(days=1))
    (line,) = reads.glass_to_review(district.account("hejun"))
    assert line.is_late
    assert WHY in district.client("hejun").get("/desk/audit").content.decode()
    for other in ("wutong", "qinwen", "gaoyuan", "zhoujing"):
        with pytest.raises(NotAllowed):
            cases.review_glass(row.pk, by=district.account(other), finding="justified", words="好")
    with pytest.raises(WrongInput):
        cases.review_glass(row.pk, by=district.account("hejun"), finding="fine", words="好")
    district.client("hejun").post(
        "/desk/audit",
        {"act": "review", "glass": row.pk, "finding": "justified", "words": "核对了急诊记录"},
    )
    with pytest.raises(Conflict):
        cases.review_glass(
            row.pk, by=district.account("hejun"), finding="not_justified", words="改主意"
        )
    assert "核对了急诊记录" in district.client("wangfang").get("/mine/looks").content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        BrokenGlass.objects.update(found_by=wutong)  # nobody reviews their own

    BrokenGlass.objects.update(until=timezone.now())
    assert client.get(f"/desk/glass/{row.pk}").status_code == 404
    assert not any(WHY in entry.text for entry in Entry.objects.all())
    assert audit.verify(heads=reads.claims()).ok


def test_no_administrator_and_no_resident_breaks_glass_and_never_a_protected_case(
    district: District,
):
    story = newborn(district)
    for name in ("gaoyuan", "qinwen", "hejun", "wangfang", "liqiang"):
        with pytest.raises(NotAllowed):
            cases.break_glass(story.number, by=district.account(name), reason=WHY)
    row = cases.break_glass(story.number, by=district.account("wutong"), reason=WHY)
    cases.protect_case(story.number, by=district.account("xuning"), reason="threatened")
    for number in (story.number, "2026-999999"):
        with pytest.raises(NotFound):
            cases.break_glass(number, by=district.account("wutong"), reason=WHY)
    with pytest.raises(NotFound):
        reads.emergency(row.pk, account=district.account("wutong"))
    assert reads.glass_of(district.account("wutong")) == []
    (line,) = reads.glass_to_review(district.account("hejun"))
    assert (line.case, line.reason) == ("", "")


def test_a_sensitive_record_asks_for_a_declared_purpose_first(district: District):
    story = newborn(district)
    path = f"/desk/items/{story.item_id('birth_certificate')}"
    client = district.client("linlan")
    session = client.session
    del session["purpose"]
    session.save()
    before = Entry.objects.filter(kind="looked").count()
    asked = client.get(path).content.decode()
    assert "为什么要看" in asked and "陈予珺" not in asked and "王＊" not in asked
    assert client.post(f"{path}/purpose", {"purpose": "好奇"}).status_code == 422
    head = {"Authorization": f"Bearer {district.token('linlan')}"}
    api = path.replace("/desk", "/api/v1")
    assert client.get(api, headers=head).json()["code"] == "purpose_needed"
    assert client.get(f"{api}?purpose=curious", headers=head).status_code == 422
    assert Entry.objects.filter(kind="looked").count() == before  # nothing opened, nothing logged
    client.post(f"{path}/purpose", {"purpose": "review"})
    assert "陈予珺" in client.get(path).content.decode()
    assert Entry.objects.filter(kind="looked").latest("pk").data["purpose"] == "review"
    assert "复查投诉或差错" in district.client("wangfang").get("/mine/looks").content.decode()
    stranger = district.client("wutong")
    assert stranger.post(f"{path}/purpose", {"purpose": "case"}).status_code == 403
