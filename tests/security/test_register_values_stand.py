"""What a register said can't be replaced by whoever sends a form that nobody was shown."""

from __future__ import annotations

import json

from tests.factories import District, newborn

from minsheng.apps.cases import actions as cases
from minsheng.apps.cases.actions.drafts import facts_of
from minsheng.apps.cases.models import CaseSubject, Draft
from minsheng.apps.people import reads as people
from minsheng.cli.demo import cast

FORGED = {
    "child": {
        "child_birth": "2020-01-01",
        "mother_number": cast.LI_QIANG.number,
        "father_number": cast.LI_QIANG.number,
        "father_name": "李强",
    },
    "household": {"marriage_status": "none", "mother_address": "别人家 1 号"},
}


def _forged(draft: Draft) -> set[str]:
    """Return the fields whose register value was replaced by what was typed."""
    known = facts_of(draft)
    return {
        key
        for fields in FORGED.values()
        for key in fields
        if not known[key].origin.startswith("register:")
    }


def test_a_form_nobody_was_shown_replaces_no_value_of_a_register(district: District):
    story = newborn(district, until="answered")
    client = district.client("wangfang")
    for step, answers in FORGED.items():
        client.post(f"/apply/{story.draft}/steps/{step}", answers)
    assert _forged(Draft.objects.get(pk=story.draft)) == set()


def test_the_api_replaces_no_value_of_a_register(district: District):
    story = newborn(district, until="answered")
    head = {"Authorization": f"Bearer {district.token('wangfang')}"}
    for step, answers in FORGED.items():
        district.client().put(
            f"/api/v1/applications/{story.draft}/steps/{step}",
            json.dumps({"answers": answers}),
            content_type="application/json",
            headers=head,
        )
    assert _forged(Draft.objects.get(pk=story.draft)) == set()


def test_nobody_is_drawn_into_a_case_by_a_number_typed_over_the_register(district: District):
    story = newborn(district, until="answered")
    typed = {"father_number": cast.LI_QIANG.number, "child_name": "陈予珺", "phone": "13800001234"}
    wang = district.account("wangfang")
    cases.save_answers(story.draft, by=wang, step="child", answers=typed)
    story.submit()
    li = people.person_by_number(cast.LI_QIANG.number)
    assert not CaseSubject.objects.filter(person=li).exists()


def test_a_value_that_the_form_asks_for_may_differ_from_the_register(district: District):
    """The guard must not close the address to which the card is posted."""
    story = newborn(district, until="answered")
    typed = {"card_delivery": "post", "card_address": "青槐街 9 号"}
    wang = district.account("wangfang")
    assert not cases.save_answers(story.draft, by=wang, step="card", answers=typed)
    known = facts_of(Draft.objects.get(pk=story.draft))
    assert known["card_address"].value == "青槐街 9 号"


def test_what_no_register_knows_may_be_typed_and_mended(district: District):
    district.bear()
    story = newborn(district, until="draft")
    wang = district.account("wangfang")
    for day in ("2026-01-02", "2026-01-03"):
        cases.save_answers(story.draft, by=wang, step="child", answers={"child_birth": day})
    known = facts_of(Draft.objects.get(pk=story.draft))
    assert str(known["child_birth"].value) == "2026-01-03"
