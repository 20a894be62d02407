"""Requests led to a point of their story, for the tests of the app and of pages."""

from __future__ import annotations

from tests.factories import District

from minsheng.apps.appeals import actions
from minsheng.apps.appeals.models import Request

WORDS = "二号厂房的变压器总跳闸，新设备开不了机。"
CONTACT = {"contact_name": "黄毅", "phone": "13800001234"}
POINTS = ("received", "dispatched", "signed", "contacted", "answered", "closed")


def whistle(
    district: District,
    until: str = "received",
    *,
    category: str = "energy",
    helpers: tuple[str, ...] = (),
) -> Request:
    """The whistle of 科迈精工, led to one of POINTS."""
    last = POINTS.index(until)
    told = actions.Told(
        category=category, words=WORDS, area="park.kechuang", grade="soon", contact=CONTACT
    )
    made = actions.file_request("whistle", told, by=district.account("huangyi"))
    number, officer = made.number, district.account("pengbo")
    steps = (
        lambda: actions.dispatch(number, "economy.energy", helpers, by=district.account("fanxue")),
        lambda: actions.sign(number, "1", by=officer),
        lambda: actions.contact(number, "1", "visit", by=officer, words="下午两点到厂里看过。"),
        lambda: actions.answer_item(number, "1", "done", "换了开关，能用了。", by=officer),
        lambda: actions.answer_visit(number, by=district.account("huangyi"), solved=True, score=5),
    )
    for step in steps[:last]:
        made = step()
    return Request.objects.get(pk=made.pk)
