"""A new form on the desk: what differs and what it did to past cases, then two people."""

from __future__ import annotations

from tests.apps.cases.cases_cast import Clock, Packs
from tests.apps.cases.conftest import clock as clock
from tests.apps.cases.conftest import packs as packs
from tests.apps.cases.conftest import spring as spring
from tests.apps.cases.test_versions import BEGINS, FASTER, draft
from tests.factories import District, newborn

from minsheng.apps.cases.models import Publication

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
