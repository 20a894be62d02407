"""Invariants 3 and 11: nothing personal outside sealed rows, erasure is real, the protected stay so."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from tests.apps.cases.cases_cast import Packs, case, everything_stored, follow, item
from tests.factories import District, Newborn, newborn

from minsheng.apps.audit import reads as audit
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.models import CaseNote, CaseSubject, CaseValue, Draft, LookUp
from minsheng.apps.erasure import actions as erasure
from minsheng.apps.notices import reads as notices
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Person
from minsheng.apps.ratings import actions as ratings
from minsheng.cli.demo import cast
from minsheng.lib.errors import Conflict, NotAllowed, NotFound

NAME, PHONE, STREET = "陈玥昇", "13912345678", "青槐镇槐安路 77 号 6-3"
WORDS = ("名字的第三个字请再写一遍", "就是昇", "电话问过妇幼保健院", "办得很好")
TYPED = {"child_name": NAME, "phone": PHONE, "card_delivery": "post", "card_address": STREET}


def whole_story(district: District) -> Newborn:
    """Return a story in which everybody writes something, led to its end without printing."""
    story = newborn(district, until="draft", household="father")
    wang, lin = district.account("wangfang"), district.account("linlan")
    for step in ("child", "household", "card"):
        answers = {**TYPED, "household": "father"}
        assert not actions.save_answers(story.draft, by=wang, step=step, answers=answers)
    submitted = actions.submit_draft(story.draft, by=wang)
    story.case_id, story.number = submitted.pk, submitted.number
    actions.consent_case(story.case_id, by=district.account("chenli"), given=True)
    row = item(story, "birth_certificate").pk
    actions.return_item(row, by=lin, reason="name_unclear", message=WORDS[0])
    actions.supply_item(story.case_id, "birth_certificate", by=wang, answer=WORDS[1])
    actions.approve_item(row, by=lin, evidence=WORDS[2])
    for key, officer in (("household", "sunwei"), ("social_card", "wutong")):
        follow()
        actions.approve_item(item(story, key).pk, by=district.account(officer))
    follow()
    ratings.rate_case(story.case_id, ratings.Given(5, {}, WORDS[3]), by=wang)
    return story


def secrets(district: District, story: Newborn) -> list[str]:
    """Return everything personal in the story, also what the registers answered."""
    view = reads.case_view(story.number, account=district.account("wangfang"))
    receipts = [one.row.result for one in view.items if one.row.result]
    known = {label.zh: value.zh for label, value, _ in view.values}
    assert len(receipts) == 2
    born = known["出生日期"]
    return [
        NAME, PHONE, STREET, "王芳", "陈立", "含光路", cast.WANG_FANG.number, cast.CHEN_LI.number,
        "YS-DEMO-0001", "500999", born, *receipts, *WORDS,
    ]  # fmt: skip


def test_nothing_personal_stands_in_any_row_of_a_case_its_events_effects_or_notices(
    district: District,
):
    story = whole_story(district)
    stored = everything_stored("cases", "ratings", "audit", "outbox", "notices")
    del stored["cases.PackVersion.normalised"]
    found = {
        (column, secret)
        for secret in secrets(district, story)
        for column, text in stored.items()
        if secret in text
    }
    assert found == set()


def test_a_draft_keeps_nothing_personal_in_the_clear_either(district: District):
    newborn(district, until="answered")
    stored = everything_stored("cases")
    del stored["cases.PackVersion.normalised"]
    for secret in ("陈予珺", "13800001234", "YS-DEMO-0001", "王芳", "含光路"):
        assert not [column for column, text in stored.items() if secret in text], secret


@pytest.mark.django_db(transaction=True)
def test_the_database_file_holds_no_value_in_the_clear(district: District):
    if connection.vendor != "sqlite":
        pytest.skip("looks into the file of SQLite")
    story = whole_story(district)
    unique = [NAME, PHONE, STREET, *WORDS]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(str(connection.settings_dict["NAME"]))
    content = path.read_bytes()
    assert case(story).head.encode() in content  # the right file, written out
    assert [word for word in unique if word.encode() in content] == []


def test_the_answers_to_two_registers_are_shown_to_whom_they_concern(district: District):
    story = whole_story(district)
    wang, sun = district.account("wangfang"), district.account("sunwei")
    mine = reads.case_view(story.number, account=wang)
    entry = next(one.row.result for one in mine.items if one.row.key == "household")
    assert entry.startswith("HK-")
    assert reads.decision(item(story, "household").pk, account=sun).item.result == entry
    his = reads.case_view(story.number, account=district.account("chenli"))
    assert [one.row.result for one in his.items] == [""]


# ── erasing ─────────────────────────────────────────────────────────────────────────────────────


def test_an_applicant_with_a_running_case_is_not_erased(district: District):
    story = newborn(district)
    wang = person(district, "wangfang")
    with pytest.raises(Conflict) as refused:
        erasure.erase_person(wang, by="account:1", reason="asked")
    assert story.number in refused.value.zh
    assert not Person.objects.get(pk=wang.pk).is_erased


def test_an_erased_applicant_leaves_a_whole_chain_and_values_nobody_can_read(district: District):
    story = whole_story(district)
    wang = person(district, "wangfang")
    later = newborn(district, until="draft")
    before = audit.history("case", str(story.case_id))
    gone = erasure.erase_person(wang, by="account:1", reason="asked")

    for value in CaseValue.objects.filter(case_id=story.case_id).exclude(sealed=""):
        with pytest.raises(NotFound):
            people.open_value(gone, value.sealed, purpose_field=value.field)
    for note in CaseNote.objects.filter(case_id=story.case_id):
        with pytest.raises(NotFound):
            people.open_value(gone, note.sealed, purpose_field="note")
    assert not Draft.objects.filter(pk=later.draft).exists()
    assert not LookUp.objects.filter(person=gone).exists()
    assert not Notice.objects.filter(account__person=gone).exists()
    assert [e.hash for e in audit.history("case", str(story.case_id))] == [e.hash for e in before]
    assert audit.verify(heads=reads.claims()).ok
    assert reads.case_counts() == {"done": 1}
    with pytest.raises(NotAllowed):
        reads.decision(item(story, "household").pk, account=district.account("sunwei"))


def test_an_erased_father_can_not_be_found_by_his_number(district: District):
    whole_story(district)
    chen = person(district, "chenli")
    erasure.erase_person(chen, by="account:1", reason="asked")
    assert [row.number_blind for row in CaseSubject.objects.filter(person=chen)] == [""]


# ── protected ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def protected(packs: Packs, district: District) -> Newborn:
    """王芳's case in a service that is protected and, absurdly, asks the father to agree."""
    packs.change(("service: newborn\n", "service: newborn\nprotected: true\n"))
    return newborn(district, household="father")


def test_a_protected_case_is_hidden_from_the_others_it_is_about(
    protected: Newborn, district: District
):
    chen = district.account("chenli")
    assert reads.cases_of(chen) == []
    assert reads.consent_requests(chen) == []
    assert reads.lookups_about(chen) == []
    assert notices.notices_of(chen) == []
    with pytest.raises(NotFound):
        reads.case_view(protected.number, account=chen)
    with pytest.raises(NotFound):
        actions.consent_case(protected.case_id, by=chen, given=True)


def test_notices_of_a_protected_case_name_no_service_and_no_item(
    protected: Newborn, district: District
):
    actions.approve_item(item(protected, "birth_certificate").pk, by=district.account("xuning"))
    follow()
    told = notices.notices_of(district.account("wangfang"))
    texts = {(notice.kind, notice.title_zh, notice.body_zh) for notice in told}
    assert texts == {("case.news", "您的案卷有新进展", "登录以后看。")}


def test_looks_into_a_protected_case_stand_in_a_stream_of_their_own(
    protected: Newborn, district: District
):
    row = item(protected, "birth_certificate").pk
    reads.decision(row, account=district.account("xuning"))
    streams = set(Entry.objects.filter(kind="looked").values_list("stream", flat=True))
    assert "look.protected" in streams
    for username in ("wangfang", "chenli"):
        looks = people.looks_at(person(district, username))
        assert protected.number not in [look.case for look in looks]


@pytest.mark.parametrize("username", ["linlan", "sunwei", "zhaomin", "zhoujing", "hejun"])
def test_only_the_named_post_opens_a_protected_case(
    protected: Newborn, district: District, username: str
):
    account = district.account(username)
    with pytest.raises(NotAllowed):
        reads.decision(item(protected, "birth_certificate").pk, account=account)
    assert protected.number not in [row.number for row in reads.inbox(account)]
    assert reads.decision(
        item(protected, "birth_certificate").pk, account=district.account("xuning")
    ).values


# ── look-ups ────────────────────────────────────────────────────────────────────────────────────


def test_a_look_up_says_whom_which_register_and_how_it_ended_and_nothing_else(district: District):
    newborn(district, until="draft")
    columns = {field.attname for field in LookUp._meta.concrete_fields}
    assert columns == {
        "id", "person_id", "register", "slug", "is_own", "outcome", "milliseconds", "at",
        "withheld",
    }  # fmt: skip
    asked = set(LookUp.objects.values_list("register", "is_own", "outcome"))
    assert asked == {
        ("hospital.birth_record", True, "found"),
        ("population.person", True, "found"),
        ("population.person", False, "found"),
        ("civil.marriage", True, "found"),
        ("hospital.birth_bill", True, "found"),
    }


def test_of_an_answer_only_declared_fields_are_kept(district: District):
    """The population register also tells the region and the day of birth; nobody declared them."""
    from minsheng.apps.cases.forms import open_form

    story = newborn(district, until="draft")
    form = open_form(Draft.objects.get(pk=story.draft), on=district.today)
    assert form.found.keys() <= form.spec.fields.keys()
    assert "1996-05-18" not in str(form)
    assert "region" not in str(form.found)


def test_each_register_is_asked_once_about_each_person(district: District):
    newborn(district, until="draft")
    asked = list(LookUp.objects.values_list("register", "person_id"))
    assert len(asked) == len(set(asked)) == 5


def test_a_father_sees_that_a_register_was_asked_about_him(district: District):
    newborn(district, until="draft")
    (row,) = reads.lookups_about(district.account("chenli"))
    assert (row.register, row.slug, row.is_own) == ("population.person", "newborn", False)


def person(district: District, username: str) -> Person:
    found = district.account(username).person
    assert found is not None
    return found
