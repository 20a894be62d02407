"""The enterprise house in pages: set by one press, booked, answered, closed by the firm's word."""

from __future__ import annotations

import re

from tests.apps.sittings.sittings_of import CONTACT, WORDS, begin, booked, came, sitting

from minsheng.apps.appeals.models import Request
from minsheng.apps.sittings.models import Seat, Sitting


def test_from_the_proposed_day_to_the_firms_word(district):
    convener, firm, table = (district.client(one) for one in ("yuelan", "huangyi", "pengbo"))
    page = convener.get("/desk/sittings").content.decode()
    form = re.search(r'<form method="post">.*?</form>', page, re.S)[0]
    typed = dict(re.findall(r'name="(day|topic|starts|ends|seats|place)" value="([^"]+)"', form))
    sent = convener.post("/desk/sittings", typed)
    made = Sitting.objects.get()
    assert sent.url == f"/desk/sittings/{made.pk}"
    assert "用电、用水、用气" in district.client().get("/sittings").content.decode()
    at = f"/firm/sittings/{made.pk}"
    assert at in firm.get("/firm/sittings").content.decode()
    firm.post(at, {"act": "book", "words": WORDS, **CONTACT})
    assert "退座" in firm.get(at).content.decode()
    begin(made)
    desk = f"/desk/sittings/{made.pk}"
    page = table.get(desk).content.decode()
    assert WORDS in page
    assert "13800001234" in page
    seat = str(Seat.objects.get().pk)
    table.post(desk, {"act": "came", "seat": seat})
    empty = table.post(desk, {"act": "answer", "seat": seat, "words": " "})
    assert empty.status_code == 422
    assert f'href="#words-{seat}"' in empty.content.decode()
    table.post(desk, {"act": "answer", "seat": seat, "words": "二十天增容。"})
    assert "二十天增容。" in firm.get(at).content.decode()
    assert firm.post(at, {"act": "say", "seat": seat}).status_code == 422
    firm.post(at, {"act": "say", "seat": seat, "solved": "yes"})
    assert Seat.objects.get().outcome == "solved"


def test_a_whistle_made_at_the_table_is_linked_from_the_firms_seat(district):
    made = sitting(district)
    seat = came(district, made)
    district.client("pengbo").post(
        f"/desk/sittings/{made.pk}", {"act": "whistle", "seat": str(seat.pk)}
    )
    number = Request.objects.get().number
    assert f"/firm/{number}" in district.client("huangyi").get(
        f"/firm/sittings/{made.pk}"
    ).content.decode()  # fmt: skip
    assert (
        "在企业之家（" in district.client("fanxue").get(f"/desk/requests/{number}").content.decode()
    )


def test_wrong_input_keeps_what_was_typed(district):
    made, firm = sitting(district), district.client("huangyi")
    form = {"act": "book", "words": WORDS, "contact_name": "黄毅", "phone": "12"}
    wrong = firm.post(f"/firm/sittings/{made.pk}", form)
    assert wrong.status_code == 422
    assert WORDS in wrong.content.decode()
    form = {"day": "明天", "starts": "14:30", "ends": "16:30", "topic": "land", "place": "park"}
    wrong = district.client("yuelan").post("/desk/sittings", {**form, "seats": "8"})
    assert wrong.status_code == 422
    assert 'value="明天"' in wrong.content.decode()
    assert Seat.objects.count() == 0


def test_the_public_list_names_no_firm_and_strangers_open_nothing_else(district):
    made = sitting(district)
    booked(district, made)
    page = district.client().get("/sittings").content.decode()
    assert "还有 1 个座" in page
    assert "科迈" not in page
    stranger = district.client("liqiang")
    page = stranger.get(f"/firm/sittings/{made.pk}").content.decode()
    assert "科迈" not in page
    assert WORDS not in page
    assert (
        stranger.post(f"/firm/sittings/{made.pk}", {"act": "book", "words": "想去"}).status_code
        == 403
    )
    assert stranger.get(f"/desk/sittings/{made.pk}").status_code == 403
    for name in ("tianye", "zhoujing"):
        assert district.client(name).get(f"/desk/sittings/{made.pk}").status_code == 404
        assert district.client(name).post("/desk/sittings", {}).status_code == 403
    assert district.client().get("/firm/sittings").status_code == 302
