"""Nobody, and 李强, at every endpoint. The list is made from the description of the API.

An endpoint that isn't named below is held to refuse; so a new one is closed until somebody opens
it here, on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.api.api_caller import BASE, Caller, problem, told
from tests.factories import District, Newborn, newborn

from minsheng.api.v1 import api
from minsheng.apps.cases import reads as cases
from minsheng.cli.demo import cast

pytestmark = pytest.mark.doors
PUBLIC = {"sign_in", "list_services", "read_service", "verify", "health", "rate_visit", "search"}
PUBLIC = {
    "sign_in",
    "list_services",
    "read_service",
    "verify",
    "health",
    "rate_visit",
    "search",
    "list_public_points",
    "list_sittings",
    "list_club_rounds",
    "read_club_record",
    "list_public_awards",
    "list_council_results",
    "list_policies",
    "read_policy",
}
"""Open to everybody."""
OWN = {
    "list_my_assessments",
    "read_my_data",
    "export_my_data",
    "list_my_looks",
    "list_my_consents",
    "list_my_corrections",
    "ask_correction",
    "erase_me",
    "list_mandates",
    "grant_mandate",
    "search_cases",
    "sign_out",
    "me",
    "start_application",
    "list_cases",
    "list_followed",
    "list_near",
    "list_own_councils",
    "list_request_kinds",
    "list_requests",
    "make_request",
    "list_joins",
    "list_notices",
    "list_my_points",
    "list_my_policies",
    "list_my_grants",
    "name_my_bank_account",
    "read_my_talent",
    "declare_my_numbers",
    "give_my_talent_code",
    "list_my_findings",
    "set_my_wish",
    "ask_my_registers",
    "list_my_policy_choices",
    "read_my_policy",
    "read_my_question",
    "answer_my_question",
    "list_my_seats",
    "list_my_loans",
    "list_my_stakes",
    "list_my_clubs",
    "list_own_sheets",
    "join_points",
    "list_ratings",
    "list_own_visits",
    "mark_notices_read",
}
"""Open to whoever is signed in, about themselves only: nothing of 王芳 may be in the answer."""
OFFICERS_OWN = {
    "read_load",
    "list_desk_grants",
    "list_extensions",
    "list_versions",
    "list_stuck",
    "read_moves",
    "ask_to_move",
    "list_inbox",
    "list_points_desk",
    "list_orders",
    "list_plans",
    "list_projects",
    "list_repairs",
    "list_desk_requests",
    "list_desk_sittings",
    "list_desk_assessments",
    "list_pairings",
    "list_dual_lessons",
    "list_school_orgs",
    "list_school_classes",
    "list_lessons",
    "list_lesson_plans",
    "list_class_lessons",
    "list_observations",
    "list_contests",
    "list_my_works",
    "list_my_sheets",
    "list_awards",
    "list_growth",
    "list_reviews",
    "list_emergencies",
    "list_corrections",
    "list_wishes",
    "list_my_visits",
    "list_enrolled",
    "list_voices",
    "read_visit_coverage",
    "break_glass",  # told at once and reviewed: tests/security/test_break_glass.py
}
"""Open to members of staff, about their own posts only."""
SIGNED = {"take_text"}
"""Open to whoever signs with the secret of the gateway; who is signed in doesn't matter."""
LESSON_PLAN = {
    "title": "乘法分配律",
    "skills": ["distributive-law"],
    "steps": {"situation": {"minutes": 40, "teacher": "买校服"}},
}
CHANGED = {"since": "2030-01-01", "reason": "试", "source": "演示文件"}
BODIES: dict[str, Any] = {
    "give_work": {"kind": "ticket", "subject": "mathematics-4", "title": "角", "items": ["an-001"]},
    "type_in_sheet": {"answers": {"an-001": "D"}},
    "hand_in_sheet": {"answers": {"an-001": "D"}},
    "decide_answer": {"score": 1000},
    "object_to_finding": {"subject": "mathematics-4", "skill": "lines", "words": "不对"},
    "answer_learning_objection": {"answer": "好", "changes": False},
    "rule_on_pupil": {"subject": "mathematics-4", "kind": "pin", "target": "lines"},
    "add_learning_note": {"kind": "help", "domain": "in", "words": "看过错题"},
    "begin_screening_run": {"policies": ["flexible-insurance"], "purpose": "tell", "bases": {}},
    "decide_screening_run": {"approve": True},
    "try_policy": {"name": "share", "value": "1/2"},
    "propose_shared_number": {"value": "45", **CHANGED},
    "propose_policy_number": {"name": "share", "value": "1/2", **CHANGED},
    "check_policy_text": {"text": "title: x", "since": "2030-01-01"},
    "propose_policy_text": {"text": "title: x", **CHANGED},
    "decide_policy_proposal": {"approve": True},
    "take_back_policy_proposal": CHANGED,
    "try_shared_number": {"name": "older_age_female", "value": "45"},
    "follow_policy": {"fact": "age", "high": 100},
    "claim_grant": {"policy": "no-such-policy"},
    "name_my_bank_account": {"account": "6222020000000000000"},
    "act_on_my_grant": {"act": "give_up"},
    "answer_recovery": {"words": "不对"},
    "act_on_grant": {"act": "decide"},
    "claim_at_counter": {
        "policy": "flexible-insurance",
        "number": cast.WANG_FANG.number,
        "agreed": True,
    },
    "compute_grant_months": {"policy": "flexible-insurance"},
    "ask_grant_back": {"ground": "employed", "months": [1], "words": "上班了"},
    "act_on_recovery": {"act": "confirm"},
    "note_repayment": {"part": 1},
    "propose_pot": {"policy": "flexible-insurance", "amount_fen": 1},
    "act_on_pot": {"act": "give"},
    "make_batch": {"policy": "flexible-insurance"},
    "answer_my_question": {"value": "flexible"},
    "order_good": {"good": "soap"},
    "object_to_points": {"words": "不对"},
    "propose_points": {"number": 1, "item": "cleanup", "day": timezone.localdate().isoformat()},
    "decide_points_objection": {"times": 0},
    "name_representative": {"username": "liqiang", "credit_code": "91500999MA0DEMB022"},
    "set_project_helpers": {"helpers": []},
    "add_project_milestone": {"title": "开工", "due": timezone.localdate().isoformat()},
    "set_project_visibility": {"is_public": True},
    "book_seat": {"words": "想问用电"},
    "say_seat_solved": {"solved": True},
    "save_club_choices": {"pupil": 1, "clubs": ["qinghuai.go"]},
    "take_club": {"pupil": 1},
    "note_club_presences": {"day": timezone.localdate().isoformat(), "marks": {"1": "came"}},
    "open_club_round": {
        "school": "qinghuai",
        "catalogue": "after-school",
        "title": "社团",
        "closes": (timezone.now() + timedelta(days=3)).isoformat(),
        "changes_until": (timezone.localdate() + timedelta(days=9)).isoformat(),
    },
    "act_on_club_round": {"act": "close"},
    "offer_lesson": {
        "kind": "lab",
        "catalogue": "after-school",
        "host": "physics",
        "title": "电路",
        "day": (timezone.localdate() + timedelta(days=9)).isoformat(),
        "starts": "14:30",
        "ends": "15:30",
        "grades": [4],
        "seats": 40,
    },
    "cancel_lesson": {"why": "不开了"},
    "book_lesson": {"school_class": 1},
    "act_on_lesson": {"act": "confirm"},
    "save_lesson_plan": {"subject": "mathematics-4", "plan": LESSON_PLAN},
    "revise_lesson_plan": {"plan": LESSON_PLAN},
    "share_lesson_plan": {"shared": "district"},
    "set_class_lesson": {"school_class": 1, "day": "2030-01-01", "starts": "09:00"},
    "act_on_class_lesson": {"act": "begin"},
    "give_lesson_ticket": {"items": ["an-001"]},
    "invite_observer": {"observer": 1},
    "hand_in_observation": {"scores": {"situation.real": 2}},
    "rehearse_class_lesson": {"seed": 1},
    "cancel_sitting": {"why": "不开了"},
    "ask_for_assessment": {"person": "00000000-0000-4000-8000-000000000000"},
    "write_assessment_down": {"number": "500000195005200380"},
    "object_to_assessment": {"words": "不同意"},
    "appoint_assessment": {
        "day": timezone.localdate().isoformat(),
        "starts": "09:30",
        "place": "家里",
        "assessors": [1, 2],
    },
    "save_assessment_answers": {"answers": [{"key": "eating", "value": 4}]},
    "settle_assessment": {"informant": "女儿"},
    "sign_assessment": {"revision": 0},
    "ask_voucher": {"scheme": "innovation", "use": "research", "amount_fen": 1, "words": "试验"},
    "act_on_firm_voucher": {"act": "give_up"},
    "declare_firm_ownership": {"head": "11010119850914003X"},
    "list_voucher_provider": {
        "scheme": "innovation",
        "credit_code": "91500000MA0DEMLAB1",
        "name": "云桥检测",
        "uses": ["research"],
        "head": "110101196503030015",
    },
    "act_on_voucher_provider": {"scheme": "innovation", "act": "suspend", "why": "试"},
    "note_voucher_register": {
        "scheme": "innovation",
        "credit_code": "91500000MA0DEMLAB1",
        "head": "110101196503030015",
    },
    "act_on_recheck": {"act": "clear"},
    "act_on_firm_recheck": {"act": "answer", "reason": "试"},
    "keep_score_year": {"act": "keep"},
    "declare_firm_numbers": {"numbers": {"staff": 1}, "paper": "报告", "as_of": "2026-01-01"},
    "object_to_firm_number": {"words": "不对"},
    "note_firm_numbers": {"numbers": {"staff": 1}, "paper": "报告", "as_of": "2026-01-01"},
    "answer_score_objection": {"answer": "好"},
    "enter_score_weights": {"weights": {}, "starts": "2026-01-01", "source": "文件"},
    "act_on_score_weights": {"act": "confirm"},
    "declare_my_numbers": {
        "numbers": {},
        "paper": "证书",
        "as_of": timezone.localdate().isoformat(),
    },
    "object_to_talent_refusal": {"words": "不对"},
    "check_talent_code": {"code": "ABCDEFGHJKMN", "use": "flats"},
    "act_on_talent_number": {"act": "confirm"},
    "act_on_firm_loan": {"act": "withdraw"},
    "act_on_loan": {"act": "recommend"},
    "act_on_firm_stake": {"act": "withdraw"},
    "act_on_stake": {"act": "check"},
    "give_stake_opinion": {"agrees": True, "has_interest": False, "words": "好"},
    "act_on_stake_part": {"act": "order"},
    "mark_named_wrongly": {
        "person": "00000000-0000-4000-8000-000000000000",
        "policy": "flexible-insurance",
        "reason": "other",
    },
    "set_my_wish": {"refused": True},
    "say_i_am_named_wrongly": {"policy": "flexible-insurance", "reason": "other"},
    "act_on_voucher": {"act": "issue"},
    "apply_for_loan": {
        "scheme": "ladder",
        "rung": "tech",
        "bank": "bank.hanguang",
        "amount_fen": 100,
        "months": 1,
        "purpose": "备料",
    },
    "apply_for_grant_money": {
        "scheme": "seed",
        "title": "样机",
        "purpose": "样机",
        "amount_fen": 100,
    },
    "act_on_seat": {"act": "came"},
    "propose_pairing": {
        "subject": "mathematics-4",
        "lead_teacher": 1,
        "lead": [{"school_class": 1, "teacher": 1}],
        "far": [{"school_class": 2, "teacher": 2}],
        "since": timezone.localdate().isoformat(),
        "until": (timezone.localdate() + timedelta(days=90)).isoformat(),
    },
    "act_on_pairing": {"act": "agree"},
    "set_dual_lesson": {"plan": 1, "day": timezone.localdate().isoformat(), "starts": "09:00"},
    "act_on_dual_lesson": {"act": "begin"},
    "hand_register_in": {"content": "UEsDBA=="},
    "act_on_register": {"act": "drop"},
    "set_sitting": {
        "house": "enterprise-house",
        "day": (timezone.localdate() + timedelta(days=9)).isoformat(),
        "starts": "14:30",
        "ends": "16:30",
        "place": "house",
        "topic": "energy",
        "seats": 2,
    },
    "open_contest": {
        "contest": "papers",
        "year": timezone.localdate().year,
        "enter_by": timezone.localdate().isoformat(),
    },
    "act_on_contest": {"act": "begin"},
    "enter_work": {"kind": "paper", "subject": "数学", "grade": 4, "knot": "面积", "title": "面积"},
    "act_on_work": {"act": "send"},
    "score_sheet": {"grades": {"question": 5}, "comment": "好"},
    "step_back": {"why": "other"},
    "decide_challenge": {"upheld": True, "answer": "好"},
    "note_sending": {"won": False},
    "add_growth": {"platform": "study", "title": "读书", "day": "2026-01-01"},
    "act_on_growth": {"act": "right"},
    "hand_over_good": {"code": "ABCDEFGH"},
    "stock_goods": {"good": "soap", "count": 1},
    "choose_items": {"items": []},
    "start_application": {"service": "newborn"},
    "search_cases": {"text": "出生"},
    "publish_version": {"hash": "a1:none"},
    "ask_to_move": {"hash": "a1:none"},
    "agree_to_move": {"hash": "a1:none"},
    "choose_event": {"event": "YS-DEMO-0001"},
    "save_answers": {"answers": {"child_name": "李四"}},
    "give_material": {"promise": True},
    "give_consent": {"given": True},
    "rate": {"score": 1},
    "supply": {"answer": "没有"},
    "decide": {"decision": "approve"},
    "preview_bulk": {"items": [1], "act": "approve"},
    "decide_bulk": {"items": [1], "act": "approve"},
    "reverse_item": {"reason": "record_corrected"},
    "set_my_consent": {"purpose": "case:1", "given": True},
    "ask_correction": {"what": "register:population.person", "wish": "地址还是旧的"},
    "erase_me": {"password": "minsheng-demo"},
    "grant_mandate": {
        "number": cast.CHEN_LI.number,
        "services": ["newborn"],
        "last_day": (timezone.localdate() + timedelta(days=30)).isoformat(),
    },
    "act_at_counter": {"number": cast.WANG_FANG.number, "name": "王芳", "service": "newborn"},
    "keep_contract": {
        "contract": "代办-1",
        "agent": "zhengkai",
        "number": cast.WANG_FANG.number,
        "name": "王芳",
        "services": ["newborn"],
        "since": "2026-01-01",
        "last_day": "2026-12-31",
    },
    "protect_case": {"reason": "threatened"},
    "end_protection": {"reason": "danger_over"},
    "add_webhook": {"key": "x", "title": "x", "url": "https://example.org/", "kinds": ["done"]},
    "rotate_webhook": {"overlap_hours": 0},
    "replay_webhook": {"since": "2026-01-01T00:00:00+08:00"},
    "name_office": {"key": "insurance", "title_zh": "医保局"},
    "name_post": {"key": "cards", "title_zh": "医保岗"},
    "open_staff_account": {"username": "new.one", "display": "新人"},
    "give_post": {"post": "hr.card"},
    "keep_protection": {"reason": "danger_stays"},
    "break_glass": {"reason": "要马上联系家属，等不到管它的岗位"},
    "review_emergency": {"finding": "justified", "words": "好"},
    "answer_correction": {"done": True, "answer": "改了"},
    "add_words": {"words": "补一句"},
    "confirm_solved": {"solved": True},
    "take_review_step": {"step": "correct", "words": "改了"},
    "appeal_rating": {"words": "评错了"},
    "decide_rating_appeal": {"upheld": True, "words": "成立"},
    "write_order": {"key": "1", "reason": "太慢"},
    "reply_order": {"words": "办好了"},
    "send_back_reply": {"words": "不行"},
    "close_order": {"finding": "查清了"},
    "act": {"act": "claim"},
    "note_visit": {"way": "home", "agreed": True},
    "note_no_show": {"words": "没人"},
    "note_refusal": {"words": "不要"},
    "plan_visit": {"day": timezone.localdate().isoformat()},
    "note_voice": {"area": "courtyard.01", "finding": "lamp", "words": "灯不亮"},
    "ask_other_day": {"day": timezone.localdate().isoformat()},
    "add_to_visit": {"words": "补一句"},
    "enrol_for_visits": {"plan": "firm-steward", "number": "91500999MADEM00010"},
    "pause_visits": {"until": "2000-01-01"},  # who may not is refused before the day is looked at
    "answer_extension": {"granted": True},
    "answer_join": {"agreed": True},
    "object_to": {"words": "不对"},
    "enter_rating": {"about": "2026-000001", "channel": "paper", "score": 5},
    "open_project": {"title": "路灯", "owner": "construction.works", "due": "2030-01-01"},
    "act_on_project": {"act": "news", "words": "看过"},
    "assign_project": {"owner": "construction.works", "due": "2030-01-01"},
    "ask_project_change": {"what": "due", "after": "2030-01-01", "reason": "晚一点"},
    "decide_project_change": {"agreed": True, "answer": "好"},
    "report_repair": {"building": 1, "part": "roof", "words": "漏"},
    "plan_repair": {"plan": "补", "contractor": "演示公司", "bearer": "builder"},
    "make_request": {
        "kind": "hotline",
        "category": "utilities.light.out",
        "words": "灯不亮",
        "contact": {"contact_name": "李强", "phone": "13800001234"},
    },
    "challenge_sorting": {"reason": "不对"},
    "sort_request": {"answers": {"danger": "yes"}},
    "return_sorting": {"reason": "不对"},
    "set_fund": {"area": "jinhu.hubin", "amount_fen": 1},
    "cast_ballot": {"choice": "1"},
    "call_council": {
        "number": "S26-000001",
        "title": "灯",
        "words": "换",
        "place": "楼下",
        "at": "2030-01-01T19:00:00+08:00",
    },
    "keep_minutes": {"came": 1, "minutes": "好"},
    "open_council_vote": {
        "question": "换？",
        "proposals": [{"words": "换"}],
        "opens_on": "2030-01-01",
        "closes_on": "2030-01-05",
    },
    "end_council": {"act": "finish", "words": "好"},
    "propose_payment": {"what": "灯", "payee": "甲", "amount_fen": 1},
    "act_on_payment": {"act": "approve"},
    "answer_request": {"solved": True},
    "renew_request": {"words": "又坏了"},
    "act_on_request": {"act": "sign", "item": "1"},
    "take_text": {"sender": "13800001234", "text": "5 2026-000001"},
}


def operations() -> Iterator[tuple[str, str, str]]:
    """Every operation of the API as (name, method, path)."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            yield operation["operationId"], method.upper(), path.removeprefix(BASE)


OPERATIONS = sorted(operations())
CLOSED = [one for one in OPERATIONS if one[0] not in PUBLIC]
OTHERS = [one for one in CLOSED if one[0] not in OWN]


ASKED = {"listed_requests": "?kind=open"}
"""What must be asked for, so that the refusal is about who asks."""
NOTHING = {
    "{scheme}": "village",
    "{circle}": "dongpo",
    "{policy_name}": "flexible-insurance",
    "{number_name}": "older_age_female",
    "{code}": "91500999MADEM00010",
    "{fact}": "work",
    "{proposal}": "1",
    "{objection}": "1",
    "{order}": "1",
    "{visited}": "1",
    "{application}": "00000000-0000-4000-8000-000000000000",
    "{number}": "2026-000001",
    "{request_number}": "S26-000001",
    "{key}": "household",
    "{service}": "newborn",
    "{begins}": "2027-01-01",
    "{publication}": "1",
    "{move}": "1",
    "{office}": "police",
    "{account}": "1",
    "{assignment}": "1",
    "{step}": "1",
    "{rating}": "1",
    "{mandate}": "1",
    "{emergency}": "1",
    "{correction_id}": "1",
    "{item}": "1",
    "{join}": "1",
    "{kind}": "ended",
    "{change}": "1",
    "{entry}": "1",
    "{sitting_id}": "1",
    "{assessment_id}": "1",
    "{voucher_id}": "1",
    "{grant_id}": "1",
    "{recovery_id}": "1",
    "{instalment_id}": "1",
    "{budget_id}": "1",
    "{fund_scheme}": "ladder",
    "{part_id}": "1",
    "{number_id}": "1",
    "{score_name}": "innovation",
    "{weights_id}": "1",
    "{kind_name}": "innovation",
    "{provider_id}": "1",
    "{person_id}": "00000000-0000-4000-8000-000000000000",
    "{batch_number}": "F26-000001",
    "{run_id}": "1",
    "{loan_id}": "1",
    "{stake_id}": "1",
    "{round_id}": "1",
    "{choice_id}": "1",
    "{offer_id}": "1",
    "{slot_id}": "1",
    "{booking_id}": "1",
    "{seat_id}": "1",
    "{class_id}": "1",
    "{pairing_id}": "1",
    "{dual_id}": "1",
    "{import_id}": "00000000-0000-4000-8000-000000000000",
    "{work_id}": "1",
    "{sheet_id}": "1",
    "{challenge_id}": "1",
    "{sending_id}": "1",
    "{growth_id}": "1",
    "{paper_id}": "1",
    "{plan_id}": "1",
    "{other_id}": "1",
    "{lesson_id}": "1",
    "{matter_id}": "1",
    "{vote_id}": "1",
    "{payment_id}": "1",
    "{pupil_id}": "1",
    "{answer_id}": "1",
    "{objection_id}": "1",
    "{ruling_id}": "1",
    "{note_id}": "1",
}


def filled(path: str, **values: object) -> str:
    for name, value in {**NOTHING, **{f"{{{k}}}": v for k, v in values.items()}}.items():
        path = path.replace(name, str(value))
    return path


def hers(district: District, name: str, path: str) -> tuple[Newborn, str]:
    """王芳's case, and the path of an operation with everything in it being hers."""
    is_certificate = "certificates" in path
    story = newborn(district, until="birth_certificate" if is_certificate else "submitted")
    wang = district.account("wangfang")
    first = cases.case_view(story.number, account=wang).items[0]
    draft = newborn(district, until="draft").draft if "{application}" in path else ""
    return story, filled(
        path,
        application=draft,
        number=first.licence.number if is_certificate and first.licence else story.number,
        key={"save_answers": "child", "give_material": "marriage"}.get(name, "birth_certificate"),
        item=first.row.pk,
    )


def state_of(story: Newborn) -> object:
    """What a stranger must not be able to change."""
    wang = story.district.account("wangfang")
    view = cases.case_view(story.number, account=wang)
    return (
        view.case.seq,
        view.case.score,
        [item.row.status for item in view.items],
        [draft.saved_at for draft in cases.drafts_of(wang)],
    )


def test_the_lists_name_operations_that_exist() -> None:
    assert {name for name, _, _ in OPERATIONS} >= PUBLIC | OWN | set(BODIES)


@pytest.mark.django_db
@pytest.mark.parametrize("operation", CLOSED, ids=lambda one: one[0])
@pytest.mark.parametrize("token", ["", "ms_nonsense"])
def test_nobody_is_refused(token: str, operation: tuple[str, str, str]) -> None:
    name, method, path = operation
    response = Caller(token).send(method, filled(path), BODIES.get(name))
    problem(response, 401, "not_signed_in")


@pytest.mark.parametrize("operation", OTHERS, ids=lambda one: one[0])
@pytest.mark.parametrize("who", ["liqiang", "wutong"])
def test_a_stranger_is_refused(
    who: str, operation: tuple[str, str, str], district: District
) -> None:
    """李强, a resident without a tie, and 吴桐, an officer of another office."""
    name, method, path = operation
    if who == "wutong" and name in OFFICERS_OWN:
        return  # an officer has lists of their own; see below
    story, path = hers(district, name, path)
    before = state_of(story)
    body = BODIES.get(name)
    if "bulk" in name:
        wang = district.account("wangfang")
        items = cases.case_view(story.number, account=wang).items
        body = {**body, "items": [item.row.pk for item in items]}
    response = Caller(district.token(who)).send(method, path + ASKED.get(name, ""), body)
    assert response.status_code in ({401} if name in SIGNED else {403, 404}), response.content
    assert "王" not in response.content.decode()
    assert state_of(story) == before


def test_an_inbox_holds_nothing_of_another_office(district: District) -> None:
    newborn(district, until="submitted")
    assert told(Caller(district.token("wutong")).get("/inbox"))["rows"] == []
    assert told(Caller(district.token("wutong")).get("/load"))["posts"] == []
    assert len(told(Caller(district.token("linlan")).get("/inbox"))["rows"]) == 1


@pytest.mark.parametrize("name", sorted(OWN))
def test_what_is_open_to_all_signed_in_shows_a_stranger_nothing_of_hers(
    name: str, district: District
) -> None:
    story = newborn(district, until="submitted")
    method, path = next((method, path) for one, method, path in OPERATIONS if one == name)
    response = Caller(district.token("liqiang")).send(method, filled(path), BODIES.get(name))
    assert response.status_code < 300
    text = response.content.decode()
    assert story.number not in text
    assert "王" not in text and "陈予珺" not in text


@pytest.mark.parametrize("name", sorted(OFFICERS_OWN))
def test_an_officers_lists_hold_nothing_of_another_office(name: str, district: District) -> None:
    story = newborn(district, until="submitted")
    path = next(path for one, _, path in OPERATIONS if one == name)
    assert story.number not in Caller(district.token("wutong")).get(path).content.decode()
