"""A new form on the desk: what differs and what it did to past cases, then two people."""

from __future__ import annotations

import re
from datetime import date

from tests.apps.cases.cases_cast import Clock, Packs
from tests.apps.cases.conftest import clock as clock
from tests.apps.cases.conftest import packs as packs
from tests.apps.cases.conftest import spring as spring
from tests.apps.cases.test_versions import BEGINS, FASTER, draft, published
from tests.factories import District, newborn

from minsheng.apps.cases.models import Move, Publication

MOVING = "/desk/versions/newborn/moving"
PATH = f"/desk/versions/newborn/{BEGINS}"


def page(district: District, who: str, path: str) -> str:
    response = district.client(who).get(path)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_form_is_looked_at_proposed_and_published_on_the_desk(
    packs: Packs, clock: Clock, spring: District
):
    story = newborn(spring)
    draft(packs, BEGINS, FASTER, tests=True)
    shown = page(spring, "linlan", PATH)
    assert "时限从 3 个工作日改为 2 个工作日" in shown
    assert "拿最近 1 个案卷试：1 个会不一样" in shown
    assert story.number in shown
    assert "发布这一版" not in shown
    lin, zhou = spring.client("linlan"), spring.client("zhoujing")
    assert lin.post(PATH, {"act": "propose"}).status_code == 302
    row = Publication.objects.get()
    body = {"act": "publish", "publication": str(row.pk), "seen": row.pack_id}
    assert lin.post(PATH, body).status_code == 403
    assert "1 个新版等人发布" in page(spring, "zhoujing", "/desk/versions")
    assert "发布这一版" in page(spring, "zhoujing", PATH)
    assert zhou.post(PATH, {**body, "seen": "a1:other"}).status_code == 409
    assert zhou.post(PATH, {"act": "publish", "publication": "9" * 30}).status_code == 404
    assert zhou.post(PATH, body).status_code == 302
    published = page(spring, "sunwei", "/desk/versions")
    assert "周静（演示）发布" in published
    for path in (PATH, "/desk/versions"):
        assert spring.client("liqiang").get(path).status_code == 403
    assert spring.client("zhoujing").get("/desk/versions/newborn/2020-01-01").status_code == 404
    assert spring.client("zhoujing").get("/desk/versions/..%2f/x").status_code == 404


def test_a_broken_draft_says_what_to_mend_and_has_no_button(packs: Packs, spring: District):
    folder = draft(packs, BEGINS)
    (folder / "service.yaml").write_text("service: newborn\n", encoding="utf-8")
    shown = page(spring, "linlan", PATH)
    assert "还不能发布" in shown
    assert "service.yaml" in shown
    assert 'value="propose"' not in shown
    assert spring.client("linlan").post(PATH, {"act": "propose"}).status_code == 422


def test_running_cases_are_moved_on_the_desk_by_two_people(
    packs: Packs, clock: Clock, spring: District
):
    clock.go_to(date(2026, 3, 31))
    story = newborn(spring)
    spring.work()
    published(packs, spring, ("    due: 10wd\n", "    due: 8wd\n"))
    clock.go_to(date(2026, 4, 1))
    lin, zhou = spring.client("linlan"), spring.client("zhoujing")
    assert "1 个在办的案卷还在以前的版本" in page(spring, "sunwei", "/desk/versions")
    shown = page(spring, "linlan", MOVING)
    assert "1 个能换到新版，0 个换不了" in shown
    assert story.number in shown
    assert "提前到" in shown
    seen = re.search(r'name="seen" value="([^"]+)"', shown)
    assert seen
    assert lin.post(MOVING, {"act": "ask", "seen": "a1:other"}).status_code == 409
    assert lin.post(MOVING, {"act": "ask", "seen": seen[1]}).status_code == 302
    row = Move.objects.get()
    agree = {"act": "agree", "move": str(row.pk), "seen": seen[1]}
    assert lin.post(MOVING, agree).status_code == 403
    assert zhou.post(MOVING, {**agree, "move": "9" * 30}).status_code == 404
    assert zhou.post(MOVING, {"act": "other"}).status_code == 422
    assert zhou.post(MOVING, agree).status_code == 302
    spring.work()
    assert "在办的案卷都在新版里" in page(spring, "zhoujing", MOVING)
    for who in ("liqiang", "hejun", "wangfang"):
        assert spring.client(who).get(MOVING).status_code == 403, who
        assert spring.client(who).post(MOVING, agree).status_code == 403, who
    assert zhou.get("/desk/versions/nothing/moving").status_code == 404
