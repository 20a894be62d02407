"""System, security and audit: three people, disjoint rights, nobody two of them."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.api.api_caller import Caller, problem, told
from tests.factories import District, newborn

from minsheng.apps.audit import reads as audit
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import actions as protection
from minsheng.apps.cases import reads as cases
from minsheng.apps.cases.models import Case
from minsheng.apps.outbox.models import Effect
from minsheng.apps.people import access, reads
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account, Assignment
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, NotFound
from minsheng.lib.texts import Text

THREE = {"system": "gaoyuan", "security": "qinwen", "audit": "hejun"}
TITLE = Text("医保岗", "Insurance")


def test_each_administrator_does_only_their_own(district: District):
    of = {duty: district.account(name) for duty, name in THREE.items()}
    sun = district.account("sunwei")
    held = Assignment.objects.get(account=sun)
    since = district.today
    acts = {
        "system": [
            lambda by: people.name_office(by, key="insurance", title=TITLE),
            lambda by: people.name_post(by, office="police", key="cards", title=TITLE),
        ],
        "security": [
            lambda by: people.open_staff_account(by, "new.one", display="新人"),
            lambda by: people.give_post(by, sun, reads.post("hr.card"), since=since),
            lambda by: people.take_post(by, held, on=since),
            lambda by: people.close_staff_account(by, district.account("wutong")),
        ],
        "audit": [cases.ledger_lines],
    }
    for duty, mine in acts.items():
        others = [account for other, account in of.items() if other != duty]
        for act in mine:
            for other in [*others, sun, district.account("zhoujing"), district.account("wangfang")]:
                with pytest.raises(NotAllowed):
                    act(other)
            act(of[duty])
    assert access.administers(of["audit"], "audit")
    assert audit.verify(heads=cases.claims()).ok


def test_nobody_holds_two_duties_by_act_and_by_table(district: District):
    for duty, name in THREE.items():
        account = district.account(name)
        for other in ("office.system", "office.security", "office.audit", "hr.card"):
            if other == f"office.{duty}":
                continue
            with pytest.raises(Conflict):
                people.assign(account, reads.post(other), since=district.today)
        wrong = reads.post("office.audit" if duty != "audit" else "office.system")
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(
                account=account, post=wrong, since=district.today, duty=wrong.duty
            )
    with pytest.raises(Conflict):  # nor does an officer become one beside the post
        people.assign(district.account("sunwei"), reads.post("office.audit"), since=district.today)
    # A row slipped in without the duty gives no right.
    Assignment.objects.create(
        account=district.account("hejun"), post=reads.post("office.system"), since=district.today
    )
    assert reads.duty_of(district.account("hejun")) == "audit"


def test_no_administrator_sees_personal_data(district: District):
    story = newborn(district, until="birth_certificate")
    for name in THREE.values():
        client = district.client(name)
        for path in (
            "/desk", "/desk/done", "/desk/more", "/desk/offices", "/desk/accounts", "/desk/audit",
            f"/desk/items/{story.item_id('household')}", f"/mine/cases/{story.number}",
        ):  # fmt: skip
            page = client.get(path).content.decode()
            for secret in ("王芳", "王＊", "陈予珺", "13800001234"):
                assert secret not in page, (name, path)
    wang = district.account("wangfang").person
    assert wang is not None
    for name in THREE.values():
        for purpose in ("case", "audit"):
            with pytest.raises(NotAllowed):
                people.record_look(
                    wang.pk, by=district.account(name), purpose=purpose, what="profile"
                )


def test_the_audit_page_reads_and_verifies_and_leaves_out_what_is_protected(district: District):
    story = newborn(district)
    client = district.client("hejun")
    assert '"num">case submitted' in client.get("/desk/audit?stream=case").content.decode()
    before = Entry.objects.count()
    assert "账本完整" in client.post("/desk/audit", {"act": "verify"}).content.decode()
    assert Entry.objects.count() == before  # reading and verifying writes nothing
    Case.objects.filter(pk=story.case_id).update(protected=True)
    lines = cases.ledger_lines(district.account("hejun"))
    assert not [line for line in lines if line.stream == "case"]


def test_a_sign_in_is_opened_given_a_post_and_taken_back_on_the_page(district: District):
    security = district.client("qinwen")
    made = security.post("/desk/accounts", {"username": "tang.min", "display": "唐敏"})
    path = made.headers["Location"]
    page = security.get(path).content.decode()
    link = page.partition("/first-password/")[2].partition("<")[0]
    account = reads.account_by_username("tang.min")
    assert account is not None and not account.has_usable_password()
    owner = district.client()
    set_it = owner.post(f"/first-password/{link}", {"password": "a long one of her own"})
    assert set_it.status_code == 302
    again = owner.post(f"/first-password/{link}", {"password": "another long one 1"})
    assert again.status_code == 404
    day = district.today.isoformat()
    security.post(path, {"act": "give", "post": "police.household", "since": day})
    account.refresh_from_db()
    assert [post.key for post in reads.posts_of(account)] == ["police.household"]
    held = Assignment.objects.get(account=account)
    security.post(path, {"act": "take", "assignment": held.pk})
    assert reads.posts_of(account) == []
    security.post(path, {"act": "close"})
    account.refresh_from_db()
    assert not account.is_active and not account.has_usable_password()
    kinds = list(
        Entry.objects.filter(stream="account", key=str(account.pk)).values_list("kind", flat=True)
    )
    assert kinds == [
        "opened", "opened_by", "password_set", "assigned", "assignment_ended", "closed",
    ]  # fmt: skip


def test_the_security_administrator_changes_nothing_of_their_own(district: District):
    qin = district.account("qinwen")
    own = Assignment.objects.get(account=qin)
    for act in (
        lambda: people.take_post(qin, own, on=district.today),
        lambda: people.close_staff_account(qin, qin),
        lambda: people.give_post(qin, qin, reads.post("hr.card"), since=district.today),
        lambda: people.close_staff_account(qin, district.account("wangfang")),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize("secret", ["", "1", "x-y", "999999999999999999999-a", "1-used", "-"])
def test_a_made_up_link_sets_no_password(district: District, secret: str):
    with pytest.raises(NotFound):
        people.set_first_password(secret, "a long password 1")
    assert Account.objects.get(username="hejun").has_usable_password()


def test_a_post_of_an_administrator_is_never_given_sight(district: District):
    gao = district.account("gaoyuan")
    with pytest.raises(MinshengError):
        people.name_post(gao, office="hr", key="audit", title=TITLE, may_vouch=True)
    made = people.name_post(gao, office="hr", key="audit", title=TITLE, may_look=True)
    assert (made.duty, made.may_look) == ("audit", False)


def test_the_first_of_each_duty_is_opened_at_the_command_line_and_only_the_first(
    district: District,
):
    with pytest.raises(Conflict):
        people.open_first_administrator("he.jun", display="何军", post_key="office.audit")
    Assignment.objects.filter(duty="audit").delete()
    account, secret = people.open_first_administrator(
        "he.jun", display="何军", post_key="office.audit"
    )
    assert reads.duty_of(account) == "audit"
    people.set_first_password(secret, "a long password 1")
    with pytest.raises(MinshengError):
        people.open_first_administrator("sun.wei", display="孙伟", post_key="police.household")


def test_each_administrator_does_only_their_own_by_the_api(district: District):
    sun = district.account("sunwei")
    held = Assignment.objects.get(account=sun)
    wutong = district.account("wutong").pk
    acts = {
        "system": [
            ("GET", "/offices", None),
            ("POST", "/offices", {"key": "insurance", "title_zh": "医保局"}),
            ("POST", "/offices/police/posts", {"key": "cards", "title_zh": "证件岗"}),
        ],
        "security": [
            ("GET", "/staff?text=sun", None),
            ("POST", "/staff", {"username": "new.one", "display": "新人"}),
            ("POST", f"/staff/{sun.pk}/posts", {"post": "hr.card"}),
            ("POST", f"/assignments/{held.pk}/end", None),
            ("POST", f"/staff/{wutong}/close", None),
        ],
        "audit": [
            ("GET", "/audit/entries", None),
            ("GET", "/audit/ledger", None),
            ("GET", "/audit/emergencies", None),
        ],
    }
    everybody = {*THREE.values(), "sunwei", "zhoujing", "wangfang"}
    before = Entry.objects.count()
    for duty, mine in acts.items():
        for other in everybody - {THREE[duty]}:
            caller = Caller(district.token(other))
            for method, path, body in mine:
                answer = caller.send(method, path, body)
                assert answer.status_code == 403, (other, path)
    assert Entry.objects.filter(kind__in=["office_named", "opened_by", "assigned"], pk__gt=before).count() == 0  # fmt: skip
    for duty, mine in acts.items():
        caller = Caller(district.token(THREE[duty]))
        for method, path, body in mine:
            assert caller.send(method, path, body).status_code == 200, path
    security = Caller(district.token("qinwen"))
    new = Account.objects.get(username="new.one")
    secret = told(security.post(f"/staff/{new.pk}/password-link"))["secret"]
    people.set_first_password(secret, "correct horse battery")
    problem(security.post(f"/staff/{new.pk}/password-link"), 409, "people.has_password")
    own = district.account("qinwen").pk
    problem(security.post(f"/staff/{own}/close"), 403, "people.own_rights")
    problem(security.post(f"/staff/{own}/posts", {"post": "hr.card"}), 403, "people.own_rights")
    for other in ("gaoyuan", "hejun", "sunwei"):
        answer = Caller(district.token(other)).post(f"/staff/{new.pk}/password-link")
        assert answer.status_code == 403
    assert audit.verify(heads=cases.claims()).ok


def test_a_stuck_step_is_tried_again_by_system_or_the_post_never_by_audit(district: District):
    story = newborn(district, until="birth_certificate")
    Effect.objects.all().delete()
    kept = {"case": story.case_id, "item": "household", "attempt": 1}
    step = _stuck("case.effect", "effect:1", kept)
    mail = _stuck("notice.email", "mail:1", {"notice": "1"})
    for name, shown in (
        ("gaoyuan", {step.pk: True, mail.pk: True}),
        ("hejun", {step.pk: False, mail.pk: False}),
        ("sunwei", {step.pk: True}),
        ("wutong", {}),
        ("qinwen", {}),
        ("zhoujing", {}),
    ):
        rows = told(Caller(district.token(name)).get("/stuck"))["rows"]
        assert {row["id"]: row["may_retry"] for row in rows} == shown, name
        page = district.client(name).get("/desk/stuck").content.decode()
        assert page.count("再试一次</button>") == sum(shown.values()), name
        if not shown.get(step.pk):
            answer = Caller(district.token(name)).post(f"/stuck/{step.pk}/retry")
            problem(answer, 403, "retry_not_yours")
            body = {"effect": str(step.pk)}
            assert district.client(name).post("/desk/stuck", body).status_code == 403, name
    step.refresh_from_db()
    assert step.state == "stuck"
    problem(
        Caller(district.token("sunwei")).post(f"/stuck/{mail.pk}/retry"), 403, "retry_not_yours"
    )
    assert (
        district.client("sunwei").post("/desk/stuck", {"effect": str(step.pk)}).status_code == 302
    )
    told(Caller(district.token("gaoyuan")).post(f"/stuck/{mail.pk}/retry"))
    assert set(Effect.objects.values_list("state", flat=True)) == {"waiting"}
    # Of a protected case only the named post sees which; system sees that a step is stuck.
    Effect.objects.filter(pk=step.pk).update(state="stuck", stuck_at=timezone.now())
    protection.protect_case(story.number, by=district.account("xuning"), reason="threatened")
    for name, rows in (("gaoyuan", 1), ("sunwei", 0), ("xuning", 1)):
        page = told(Caller(district.token(name)).get("/stuck"))["rows"]
        assert len(page) == rows, name
        assert (story.number in str(page)) == (name == "xuning"), name


def _stuck(kind: str, key: str, payload: dict[str, object]) -> Effect:
    now = timezone.now()
    return Effect.objects.create(
        kind=kind, key=key, payload=payload, state="stuck", stuck_at=now, created_at=now
    )
