"""Who is in a case sees what concerns them; everybody whose record was read can see that it was."""

from __future__ import annotations

import pytest
from tests.factories import District, newborn

from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import reads
from minsheng.apps.cases.models import Case, CaseNote, LookUp
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account, Person
from minsheng.apps.ratings import actions as ratings
from minsheng.cli.demo import cast
from minsheng.lib.errors import NotFound


def _person(number: str) -> Person:
    found = people_reads.person_by_number(number)
    assert found is not None
    return found


def test_a_father_who_is_not_asked_does_not_see_her_case(district: District):
    """He may have gone long ago, or the number may be mistyped and he a stranger."""
    story = newborn(district, household="mother")
    chen = district.account("chenli")
    client = district.client("chenli")
    assert client.get(f"/mine/cases/{story.number}").status_code == 404
    assert story.number not in client.get("/mine").content.decode()
    assert reads.cases_of(chen) == []
    with pytest.raises(NotFound):
        cases.consent_case(story.case_id, by=chen, given=True)


def test_a_father_who_is_asked_still_sees_it_after_his_answer(district: District):
    story = newborn(district, household="father")
    chen = district.account("chenli")
    assert [line.number for line in reads.cases_of(chen)] == [story.number]
    cases.consent_case(story.case_id, by=chen, given=False)
    assert district.client("chenli").get(f"/mine/cases/{story.number}").status_code == 200


def test_a_look_up_about_him_stands_under_his_name(district: District):
    newborn(district, until="draft")
    asked = set(LookUp.objects.values_list("register", "person_id"))
    wang, chen = _person(cast.WANG_FANG.number), _person(cast.CHEN_LI.number)
    assert ("population.person", chen.pk) in asked
    assert ("population.person", wang.pk) in asked
    assert ("civil.marriage", chen.pk) not in asked


def test_he_sees_that_an_officer_read_his_data_in_her_case(district: District):
    story = newborn(district)
    officer = district.account("linlan")
    reads.decision(story.item_id("birth_certificate"), account=officer)
    looks = people_reads.looks_at(_person(cast.CHEN_LI.number))
    assert looks[0].purpose.zh == "办理您的事"
    assert looks[0].case == story.number


def test_a_look_names_the_duty_it_was_done_for(district: District):
    """She fills two posts; the first by name is not the one whose item she opens."""
    story = newborn(district)
    people.assign(
        district.account("linlan"), people_reads.post("hall.window"), since=district.today
    )
    people.assign(district.account("linlan"), people_reads.post("hr.card"), since=district.today)
    item = story.item_id("birth_certificate")
    reads.decision(item, account=district.account("linlan"))
    entry = Entry.objects.filter(stream="look", kind="looked").latest("pk")
    assert entry.data["post"] == "hospital.birth"


def test_words_of_evidence_cannot_be_guessed_from_the_ledger(district: District):
    """The ledger is never erased: a plain hash of a short sentence would still give it away."""
    from minsheng.lib import suites

    story = newborn(district)
    district.bear()
    words = "电话问过，无误"
    officer = district.account("linlan")
    cases.approve_item(story.item_id("birth_certificate"), by=officer, evidence=words)
    entry = Entry.objects.filter(stream="case", kind="approved").latest("pk")
    guesses = {suites.digest(suite, words.encode()) for suite in suites.SUITES}
    hexes = {guess.partition(":")[2] for guess in guesses}
    assert entry.data["evidence"]
    assert not any(one in entry.text for one in hexes)


def test_an_erased_applicant_leaves_no_word_in_any_table_of_her_case(district: District):
    story = newborn(district, until="social_card")
    wang = _person(cast.WANG_FANG.number)
    sealed = CaseNote.objects.filter(case_id=story.case_id).first()
    assert sealed is not None
    people.erase_person(wang, by="account:0", reason="request")
    wang.refresh_from_db()
    with pytest.raises(NotFound):
        people_reads.open_value(wang, sealed.sealed, purpose_field="note")


@pytest.mark.parametrize("secret", ["陈予珺", "13800001234", cast.WANG_FANG.number, "王芳", "陈立"])
def test_the_ledger_holds_nothing_personal(district: District, secret: str):
    newborn(district, until="rated", household="mother")
    assert not any(secret in entry.text + entry.by + entry.key for entry in Entry.objects.all())


def test_officers_see_neither_score_nor_words_of_a_rating(district: District):
    story = newborn(district, until="social_card")
    wang = district.account("wangfang")
    ratings.rate_case(story.case_id, ratings.Given(1, {}, "等得太久了，很生气"), by=wang)
    for officer, key in (("linlan", "birth_certificate"), ("wutong", "social_card")):
        client = district.client(officer)
        for path in ("/desk", "/desk/done", f"/desk/items/{story.item_id(key)}"):
            page = client.get(path).content.decode()
            assert "很生气" not in page, path
            assert "1 分" not in page, path
        head = {"Authorization": f"Bearer {district.token(officer)}"}
        answer = client.get(f"/api/v1/items/{story.item_id(key)}?purpose=case", headers=head)
        assert answer.status_code == 200
        assert "很生气" not in answer.content.decode()
        assert "score" not in answer.json()


def test_the_inbox_shows_masked_names_only(district: District):
    newborn(district)
    page = district.client("linlan").get("/desk").content.decode()
    assert "王＊" in page
    assert "王芳" not in page
    assert cast.WANG_FANG.number not in page


def test_an_officer_reads_only_what_the_post_uses(district: District):
    story = newborn(district, until="household")
    page = district.client("wutong").get(f"/desk/items/{story.item_id('social_card')}")
    assert page.status_code == 200
    assert "3280" not in page.content.decode()  # the weight at birth belongs to the hospital


def test_no_account_left_alone_with_a_person_sees_that_persons_page(district: District):
    """The tie to a person says nothing until the number is proved."""
    story = newborn(district, until="birth_certificate")
    Account.objects.filter(username="wangfang").update(assurance="local")
    client = district.client("wangfang")
    mine = client.get("/mine").content.decode()
    looks = client.get("/mine/looks").content.decode()
    assert "出生医学证明" not in mine
    assert "出生医学证明岗" not in looks
    assert Case.objects.get(pk=story.case_id).number not in looks
