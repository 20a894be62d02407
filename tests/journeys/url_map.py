"""Every address of the product, taken from Django's resolver, and who may open it.

`ADDRESSES` says for each name how its arguments are filled and behind which door it lies. An
address that isn't listed fails a test, so that no new page is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.urls import URLPattern, URLResolver, get_resolver, reverse

Door = Literal["public", "signed in", "resident", "staff", "leader"]
# Their own tests say who may call them.
API = ("api/", "open311/")


@dataclass(frozen=True, slots=True)
class Address:
    """One address: its door, how its arguments are filled, and what it answers.

    `slots`: argument → the name of what stands there in a prepared district, such as "draft".
    `belongs_to`: the only person, or office, of the cast that may open it; empty: all behind the
    door. `also`: who else may. `methods`: what it answers. `is_page`: it shows a page, and doesn't lead on or download.
    """

    door: Door
    slots: Mapping[str, str] = field(default_factory=dict)
    belongs_to: str = ""
    methods: str = "GET"
    is_page: bool = True
    also: tuple[str, ...] = ()

    def path(self, name: str, places: Mapping[str, str]) -> str:
        """Return the path with what stands in the prepared district."""
        return reverse(name, kwargs={key: places[slot] for key, slot in self.slots.items()})


_IN_A_PAIRING = ("tanmei", "kongrui", "shaoqing", "duping", "wenqing")
_DRAFT = {"draft_id": "draft"}
_CASE = {"number": "case"}
_ITEM = {"item_id": "item id"}
_WORK = {"work_id": "given work"}
_PUPIL = {"pupil_id": "pupil"}
_AT_SCHOOL = ("kelan", "qiaoyu", "kongrui", "wenqing", "duping", "shaoqing")
_SCHEME = {"scheme": "scheme of points"}
_CIRCLE = {**_SCHEME, "circle": "circle of points"}

ADDRESSES: dict[str, Address] = {
    # Everybody.
    "language": Address("public", is_page=False),
    "mode": Address("public"),
    "help": Address("public"),
    "accessibility": Address("public"),
    "sources": Address("public"),
    "posted-now": Address("public"),
    "courtyards": Address("public"),
    "posted": Address("public", {"number": "notice"}),
    "posted-object": Address("signed in", {"number": "notice"}, methods="GET POST"),
    "site-map": Address("public"),
    "design": Address("public"),
    "request-figures": Address("public"),
    "robots": Address("public", is_page=False),
    "favicon": Address("public", is_page=False),
    "home": Address("public"),
    "search": Address("public"),
    "heading": Address("public", {"key": "heading"}),
    "life-event": Address("public", {"key": "life event"}),
    "guide": Address("public", {"slug": "service"}),
    "verify": Address("public", methods="GET POST"),
    "verify-number": Address("public", {"number": "certificate"}),
    "sign-in": Address("public", methods="GET POST"),
    "sign-out": Address("public", methods="POST", is_page=False),
    # Residents who apply.
    "start": Address("resident", {"slug": "service"}, methods="GET POST", is_page=False),
    "apply": Address("resident", _DRAFT, "wangfang", is_page=False),
    "apply-event": Address("resident", _DRAFT, "wangfang", "GET POST"),
    "apply-items": Address("resident", _DRAFT, "wangfang", "GET POST"),
    "apply-step": Address("resident", {**_DRAFT, "key": "step"}, "wangfang", "GET POST"),
    "apply-materials": Address("resident", _DRAFT, "wangfang", "GET POST"),
    "apply-plan": Address("resident", _DRAFT, "wangfang"),
    "apply-join": Address("resident", _DRAFT, "wangfang", "GET POST"),
    "apply-submit": Address("resident", _DRAFT, "wangfang", "POST"),
    "apply-discard": Address("resident", _DRAFT, "wangfang", "POST", is_page=False),
    # What belongs to a resident.
    "mine": Address("resident"),
    "notices": Address("signed in", methods="GET POST"),
    "looks": Address("resident"),
    "identity": Address("resident", methods="GET POST"),
    "my-data": Address("resident", methods="GET POST"),
    "my-data-json": Address("resident", methods="POST", is_page=False),
    "my-data-sheet": Address("resident", methods="POST", is_page=False),
    "my-data-erase": Address("resident", methods="GET POST"),
    "agents": Address("resident", methods="GET POST"),
    "case": Address("resident", _CASE, "wangfang"),
    "case-consent": Address("resident", _CASE, "wangfang", "POST", is_page=False),
    "case-supply": Address("resident", {**_CASE, "item": "item"}, "wangfang", "POST"),
    "case-object": Address("resident", {**_CASE, "item": "item"}, "wangfang", "GET POST"),
    "joined": Address("resident", {"join_id": "join"}, "chenli"),
    "join-answer": Address("resident", {"join_id": "join"}, "wangfang", "POST", is_page=False),
    "join-end": Address("resident", {"join_id": "join"}, "chenli", "POST", is_page=False),
    "case-again": Address("resident", _CASE, "wangfang", "POST", is_page=False),
    "case-withdraw": Address("resident", _CASE, "wangfang", "GET POST"),
    "case-rate": Address("resident", _CASE, "wangfang", "GET POST"),
    "ratings": Address("resident"),
    "rating": Address("resident", {"rating_id": "rating"}, "wangfang", "GET POST"),
    "points": Address("resident", methods="GET POST"),
    "policies": Address("resident", methods="GET POST"),
    "policy-questions": Address("resident", methods="GET POST"),
    "policy": Address("resident", {"slug": "policy"}, methods="GET POST"),
    "grants": Address("resident", methods="GET POST"),
    "grant": Address("resident", {"grant_id": "grant"}, "liuyang", "GET POST"),
    "grant-sheet": Address("resident", {"grant_id": "grant"}, "liuyang", is_page=False),
    "grant-month": Address("resident", {"instalment_id": "instalment"}, "liuyang"),
    "grant-claim": Address("resident", {"slug": "policy"}, methods="GET POST"),
    "desk-grants": Address("staff", methods="GET POST"),
    "desk-grant-counter": Address(
        "staff", {}, "tangli", "GET POST", also=("zhaomin", "dengyan", "hemiao")
    ),
    "desk-grant": Address("staff", {"grant_id": "grant"}, "tangli", "GET POST", also=("jinyue",)),
    "desk-grant-sheet": Address(
        "staff", {"grant_id": "grant"}, "tangli", also=("jinyue",), is_page=False
    ),
    "desk-money": Address("staff", {}, "duanlin", "GET POST", also=("guanyi",)),
    "desk-batch": Address("staff", {"number": "batch"}, "duanlin", "GET POST", also=("guanyi",)),
    "desk-batch-file": Address("staff", {"number": "batch"}, "duanlin", is_page=False),
    "points-scheme": Address("resident", _SCHEME, "wangfang", "GET POST"),
    "points-shop": Address("resident", _SCHEME, "wangfang", "GET POST"),
    "points-order": Address("resident", {"exchange_id": "order of points"}, "wangfang"),
    "points-cancel": Address(
        "resident", {"exchange_id": "order of points"}, "wangfang", "POST", is_page=False
    ),
    "points-objection": Address("resident", {"proposal_id": "proposal"}, "wangfang", "GET POST"),
    "public-points": Address("public"),
    "points-circle": Address("public", _CIRCLE),
    "points-sheet": Address("public", _CIRCLE),
    "kiosk": Address("public", methods="GET POST"),
    "kiosk-visit": Address("public", {"code": "visit code"}, methods="GET POST"),
    "rate-code": Address("public", methods="GET POST"),
    "rate-visit": Address("public", {"code": "visit code"}, methods="GET POST"),
    "certificate": Address("resident", {"number": "certificate"}, "wangfang"),
    "certificate-pdf": Address("resident", {"number": "certificate"}, "wangfang", is_page=False),
    # Requests: of residents, of firms.
    "requests": Address("resident"),
    "request-new": Address("resident", {"slug": "request kind"}, methods="GET POST"),
    "request": Address("resident", {"number": "request"}, "wangfang", "GET POST"),
    "near": Address("resident"),
    "near-request": Address("resident", {"number": "shared request"}, methods="GET POST"),
    "council": Address("resident", methods="GET POST"),
    "council-matter": Address("resident", {"matter_id": "matter"}, "wangfang", "GET POST"),
    "council-results": Address("public"),
    "council-result": Address("public", {"matter_id": "ended matter"}),
    "council-sheet": Address("public", {"matter_id": "ended matter"}, is_page=False),
    "firm": Address("resident"),
    "firm-request-new": Address("resident", {"slug": "whistle kind"}, methods="GET POST"),
    "sittings": Address("public"),
    "firm-sittings": Address("resident"),
    "firm-loans": Address("resident", methods="GET POST"),
    "firm-loan": Address("resident", {"loan_id": "loan"}, belongs_to="huangyi", methods="GET POST"),
    "firm-stakes": Address("resident", methods="GET POST"),
    "firm-stake": Address(
        "resident", {"stake_id": "stake"}, belongs_to="huangyi", methods="GET POST"
    ),
    "desk-loans": Address(
        "staff",
        belongs_to="renjing",
        also=("luoan", "xuhang", "jinhao", "mingzhu"),
        methods="GET POST",
    ),
    "desk-loan": Address(
        "staff",
        {"loan_id": "loan"},
        belongs_to="renjing",
        also=("luoan", "xuhang", "jinhao", "mingzhu"),
        methods="GET POST",
    ),
    "desk-loan-loss": Address(
        "staff",
        {"loan_id": "loan"},
        belongs_to="renjing",
        also=("luoan", "xuhang", "jinhao", "mingzhu"),
        is_page=False,
    ),
    "desk-stakes": Address(
        "staff",
        belongs_to="kangning",
        also=("gaowen", "shimin", "xuhang", "heming", "fuxiao", "yanshi", "tongwei"),
        methods="GET POST",
    ),
    "desk-stake": Address(
        "staff",
        {"stake_id": "stake"},
        belongs_to="kangning",
        also=("gaowen", "xuhang", "heming", "fuxiao", "yanshi", "tongwei"),
        methods="GET POST",
    ),
    "desk-stake-table": Address(
        "staff",
        {"stake_id": "stake"},
        belongs_to="kangning",
        also=("gaowen", "xuhang", "heming", "fuxiao", "yanshi", "tongwei"),
        is_page=False,
    ),
    "firm-room": Address("resident", methods="GET POST"),
    "firm-numbers": Address("resident", methods="GET POST"),
    "firm-policies": Address("resident"),
    "firm-policy": Address("resident", {"slug": "firm policy"}),
    "firm-vouchers": Address("resident", methods="GET POST"),
    "firm-voucher": Address("resident", {"voucher_id": "voucher"}, "huangyi", "GET POST"),
    "desk-vouchers": Address("staff", {}, "yuelan", "GET POST", also=("caobin", "fanhua")),
    "desk-rechecks": Address(
        "staff", {}, "xuhang", "GET POST", also=("gaowen", "guanyi", "fanhua")
    ),
    "desk-recheck": Address(
        "staff",
        {"voucher_id": "voucher checked"},
        "xuhang",
        "GET POST",
        also=("gaowen", "guanyi", "fanhua"),
    ),
    "mine-talent": Address("resident", methods="GET POST"),
    "mine-talent-numbers": Address("resident", methods="GET POST"),
    "desk-talent": Address("staff", {}, "yuelan", "GET POST", also=("caobin", "fanhua")),
    "desk-talent-one": Address(
        "staff", {"person_id": "talent"}, "yuelan", "GET POST", also=("caobin", "fanhua")
    ),
    "desk-scores": Address("staff", {}, "yuelan", "GET POST", also=("caobin", "fanhua")),
    "desk-scores-year": Address(
        "staff", {"slug": "score with weights"}, "yuelan", "GET POST", also=("caobin", "fanhua")
    ),
    "desk-weights": Address(
        "staff", {"slug": "score with weights"}, "yuelan", "GET POST", also=("caobin",)
    ),
    "assessments": Address("resident", methods="GET POST"),
    "assessment": Address("resident", {"assessment_id": "assessment"}, "xuguilan", "GET POST"),
    "assessment-sheet": Address("resident", {"assessment_id": "signed assessment"}, "chenlian"),
    "desk-assessments": Address("staff", methods="GET POST"),
    "desk-assessments-quality": Address("staff", {}, "aiming"),
    "desk-assessment": Address(
        "staff", {"assessment_id": "assessment"}, "mengyan", "GET POST", also=("dingke", "aiming")
    ),
    "desk-assessment-part": Address(
        "staff",
        {"assessment_id": "assessment", "key": "part of assessment"},
        "mengyan",
        "GET POST",
        also=("dingke",),
    ),
    "desk-assessment-sheet": Address(
        "staff",
        {"assessment_id": "signed assessment"},
        "mengyan",
        also=("dingke", "aiming"),
    ),
    "firm-sitting": Address("resident", {"sitting_id": "sitting"}, methods="GET POST"),
    "desk-sittings": Address("staff", methods="GET POST"),
    "desk-sitting": Address("staff", {"sitting_id": "sitting"}, methods="GET POST"),
    "school": Address("staff"),
    "school-class": Address("staff", {"class_id": "class"}, "tanmei", also=("kongrui",)),
    "school-one": Address(
        "staff", {"school_id": "school of class"}, "kongrui", also=("shaoqing", "duping", "wenqing")
    ),
    "school-register-out": Address(
        "staff",
        {"school_id": "school of class"},
        "kongrui",
        also=("shaoqing", "duping"),
        is_page=False,
    ),
    "school-register": Address("staff", {}, "kongrui", "GET POST", also=("shaoqing", "duping")),
    "school-import": Address(
        "staff", {"import_id": "import"}, "kongrui", "GET POST", also=("shaoqing", "duping")
    ),
    "school-import-problems": Address(
        "staff", {"import_id": "import"}, "kongrui", also=("shaoqing", "duping"), is_page=False
    ),
    "school-contests": Address("staff", methods="GET POST"),
    "school-contest": Address("staff", {"round_id": "contest"}, methods="GET POST"),
    "school-contest-enter": Address("staff", {"round_id": "contest"}, methods="GET POST"),
    "school-work": Address("staff", {"work_id": "work"}, "tanmei", "GET POST"),
    "school-sheet": Address("staff", {"sheet_id": "sheet"}, "kelan", "GET POST"),
    "school-material": Address(
        "staff", {"material_id": "paper"}, "tanmei", is_page=False, also=("kongrui", "shaoqing")
    ),
    "school-growth": Address("staff", methods="GET POST"),
    "school-growth-evidence": Address(
        "staff", {"growth_id": "growth line"}, "kongrui", "GET POST", also=("tanmei",)
    ),
    "school-awards": Address("staff"),
    "school-awards-sheet": Address("staff", is_page=False),
    "awards": Address("public"),
    "lessons": Address("staff"),
    "lesson": Address("staff", {"lesson_id": "lesson"}, "tanmei", "GET POST", also=("kongrui",)),
    "lesson-teach": Address("staff", {"lesson_id": "lesson"}, "tanmei", "GET POST"),
    "plan-new": Address("staff", {}, "tanmei", "GET POST", also=("kelan", "qiaoyu")),
    "plan": Address("staff", {"plan_id": "own plan"}, "tanmei", "GET POST", also=("kongrui",)),
    "plan-edit": Address("staff", {"plan_id": "own plan"}, "tanmei", "GET POST"),
    "plan-changes": Address(
        "staff", {"plan_id": "own plan", "other_id": "earlier plan"}, "tanmei", also=("kongrui",)
    ),
    "observations": Address("staff"),
    "observation": Address(
        "staff", {"lesson_id": "observed lesson"}, "kelan", "GET POST", also=("shaoqing",)
    ),
    "school-dual": Address("staff"),
    "school-dual-new": Address("staff", methods="GET POST"),
    "school-dual-pairing": Address(
        "staff", {"pairing_id": "pairing"}, "qiaoyu", "GET POST", also=_IN_A_PAIRING
    ),
    "school-dual-effect": Address("staff", {"pairing_id": "pairing"}, "qiaoyu", also=_IN_A_PAIRING),
    "school-dual-lesson": Address(
        "staff", {"dual_id": "dual lesson"}, "qiaoyu", "GET POST", also=_IN_A_PAIRING
    ),
    "school-dual-room": Address(
        "staff",
        {"dual_id": "dual lesson", "part_id": "lead screen"},
        "qiaoyu",
        also=tuple(name for name in _IN_A_PAIRING if name != "tanmei"),
        is_page=False,
    ),
    "learn": Address("resident"),
    "clubs": Address("public"),
    "clubs-round": Address("public", {"round_id": "club round"}),
    "clubs-record": Address("public", {"round_id": "club round"}, is_page=False),
    "learn-clubs": Address("resident", methods="GET POST"),
    "school-clubs": Address("staff", methods="GET POST"),
    "school-round": Address("staff", {"round_id": "club round"}, "kongrui", methods="GET POST"),
    "school-club": Address(
        "staff", {"offer_id": "club"}, "tanmei", methods="GET POST", also=("kongrui",)
    ),
    "school-club-enrol": Address(
        "staff", {"offer_id": "club"}, "tanmei", methods="GET POST", also=("kongrui",)
    ),
    "school-club-forms": Address("staff", {"class_id": "class"}, "tanmei"),
    "school-club-form": Address(
        "staff", {"class_id": "choosing class", "pupil_id": "choosing pupil"}, "qiaoyu", "GET POST"
    ),
    "school-bookings": Address("staff", methods="GET POST"),
    "school-give": Address("staff", {"class_id": "class"}, "tanmei", "GET POST"),
    "class-work-questions": Address("staff", _WORK, "tanmei"),
    "class-work": Address("staff", _WORK, "tanmei", "GET POST"),
    "class-work-arrivals": Address("staff", _WORK, "tanmei", is_page=False),
    "class-work-paper": Address("staff", _WORK, "tanmei", "GET POST"),
    "class-work-sheets": Address("staff", _WORK, "tanmei", is_page=False),
    "class-work-scans": Address("staff", {**_WORK, "import_id": "scans"}, "tanmei", "GET POST"),
    "class-work-scan": Address(
        "staff",
        {**_WORK, "import_id": "scans", "sheet": "scanned sheet", "page": "scanned page"},
        "tanmei",
        is_page=False,
    ),
    "class-work-type": Address("staff", {**_WORK, **_PUPIL}, "tanmei", "GET POST"),
    "school-pupil": Address("staff", _PUPIL, "tanmei", "GET POST"),
    "school-pupil-sheet": Address("staff", _PUPIL, "tanmei"),
    "school-items": Address("staff", {}, "tanmei", also=_AT_SCHOOL),
    "school-item": Address(
        "staff", {"subject": "subject", "key": "exercise"}, "tanmei", also=_AT_SCHOOL
    ),
    "learn-work": Address("resident", {"work_id": "own work"}, "linxiaohe", "GET POST"),
    "learn-practice": Address("resident", {}, "linxiaohe", "POST", is_page=False),
    "learn-wrong": Address("resident", {}, "linxiaohe"),
    "learn-pupil": Address("resident", _PUPIL, "linxiaohe", "GET POST"),
    "learn-pupil-sheet": Address("resident", _PUPIL, "linxiaohe"),
    "firm-request": Address("resident", {"number": "whistle"}, "huangyi", "GET POST"),
    # The desk.
    "desk": Address("staff"),
    "desk-requests": Address("staff"),
    "desk-request-rates": Address("staff"),
    "desk-request-excel": Address("staff", is_page=False),
    "desk-request-pdf": Address("staff", is_page=False),
    "desk-request-new": Address("staff", methods="GET POST"),
    "desk-hotspots": Address("staff"),
    "desk-sorting": Address("staff", {"number": "request"}, methods="GET POST"),
    "desk-request": Address("staff", {"number": "whistle"}, methods="GET POST"),
    "desk-item": Address("staff", {"item_id": "item id"}, "sunwei", "GET POST"),
    "desk-purpose": Address("staff", {"item_id": "item id"}, "sunwei", "POST", is_page=False),
    "desk-glass": Address("staff", methods="GET POST"),
    "desk-behind-glass": Address("staff", {"glass_id": "glass"}, "wutong"),
    "desk-reverse": Address("staff", {"item_id": "item id"}, "sunwei", "GET POST"),
    "desk-objection-file": Address("staff", _ITEM, "sunwei", is_page=False),
    "desk-material": Address("staff", {**_ITEM, "key": "proof"}, "sunwei", is_page=False),
    "desk-act": Address("staff", {**_ITEM, "key": "act"}, "sunwei", "GET POST"),
    "desk-extension": Address("staff", _ITEM, "zhoujing", "GET POST"),
    "desk-done": Address("staff"),
    "desk-versions": Address("staff"),
    "desk-moving": Address("staff", {"slug": "service"}, methods="GET POST"),
    "desk-version": Address(
        "staff", {"slug": "service", "begins": "first day"}, methods="GET POST"
    ),
    "desk-search": Address("staff", methods="GET POST"),
    "desk-stuck": Address("staff", methods="GET POST"),
    "desk-orders": Address("staff"),
    "desk-order-new": Address("staff", methods="GET POST"),
    "desk-order": Address("staff", {"number": "order"}, methods="GET POST"),
    "projects": Address("public"),
    "project": Address("public", {"number": "entry"}),
    "desk-project-new": Address("staff", methods="GET POST"),
    "desk-plan-open": Address("staff", methods="POST", is_page=False),
    "desk-project-export": Address("staff", is_page=False),
    "desk-project-import": Address("staff", methods="GET POST"),
    "desk-projects": Address("staff"),
    "desk-project": Address("staff", {"number": "entry"}, methods="GET POST"),
    "desk-project-file": Address("staff", {"evidence_id": "shown file"}, "fangwei", is_page=False),
    "desk-repairs": Address("staff", {}, "fangwei"),
    "desk-repair-new": Address("staff", {}, "fangwei", "GET POST"),
    "desk-repair": Address("staff", {"number": "repair"}, "fangwei", "GET POST"),
    "desk-councils": Address("staff", methods="GET POST"),
    "desk-policies": Address("staff", {}, "tangli", also=("dengyan", "zhoujing")),
    "desk-policy": Address(
        "staff", {"slug": "policy"}, "tangli", "GET POST", also=("dengyan", "zhoujing")
    ),
    "desk-policy-trial": Address(
        "staff", {"slug": "policy"}, "tangli", is_page=False, also=("dengyan", "zhoujing")
    ),
    "desk-policy-text": Address(
        "staff", {"slug": "policy"}, "tangli", "GET POST", also=("dengyan",)
    ),
    "desk-policy-table": Address(
        "staff", {"slug": "policy with a table"}, "tangli", is_page=False, also=("dengyan",)
    ),
    "desk-policy-numbers": Address("staff", {}, "tangli", "GET POST", also=("dengyan", "zhoujing")),
    "desk-policy-proposals": Address("staff", {}, "tangli", also=("dengyan", "zhoujing")),
    "desk-policy-proposal": Address(
        "staff", {"number": "policy proposal"}, "tangli", "GET POST", also=("dengyan", "zhoujing")
    ),
    "desk-policy-cliffs": Address(
        "staff", {"slug": "policy"}, "tangli", also=("dengyan", "zhoujing")
    ),
    "desk-policy-cliffs-file": Address(
        "staff", {"slug": "policy"}, "tangli", is_page=False, also=("dengyan", "zhoujing")
    ),
    "desk-screening": Address("staff", {}, "tangli", "GET POST", also=("dengyan", "zhoujing")),
    "desk-screening-run": Address(
        "staff", {"run_id": "screening run"}, "tangli", "GET POST", also=("dengyan", "zhoujing")
    ),
    "desk-screening-list": Address(
        "staff", {"run_id": "screening run"}, "tangli", is_page=False, also=("dengyan", "zhoujing")
    ),
    "desk-homes": Address("staff", methods="GET POST"),
    "desk-council-call": Address("staff", {"number": "small request"}, "shenya", "GET POST"),
    "desk-council": Address("staff", {"matter_id": "matter"}, methods="GET POST"),
    "desk-council-file": Address("staff", {"payment_id": "payment"}, is_page=False),
    "desk-local": Address("staff"),
    "desk-local-list": Address("staff"),
    "desk-mediation": Address("staff", {}, "yangqun"),
    "desk-talk": Address("staff", {"number": "private request"}, "yangqun", "GET POST"),
    "desk-reviews": Address("staff"),
    "desk-review": Address("staff", {"number": "review"}, methods="GET POST"),
    "desk-ratings": Address("staff"),
    "desk-rating-entry": Address("staff", methods="GET POST"),
    "desk-visits": Address("staff", methods="GET POST"),
    "desk-rounds": Address("staff"),
    "desk-route": Address("staff"),
    "desk-coverage": Address("staff"),
    "desk-phone": Address("staff"),
    "desk-phone-today": Address("staff", is_page=False),
    "desk-phone-worker": Address("staff", is_page=False),
    "desk-voices": Address("staff", methods="GET POST"),
    "desk-voice": Address("staff", {"number": "voice"}, "shizhu", "GET POST"),
    "my-visits": Address("resident", methods="GET POST"),
    "desk-enrolled": Address("staff", methods="GET POST"),
    "desk-enrolled-one": Address("staff", {"visited_id": "visited"}, methods="GET POST"),
    "desk-round": Address("staff", {"number": "visit"}, methods="GET POST"),
    "desk-counter": Address("staff", methods="GET POST"),
    "desk-bulk": Address("staff", methods="GET POST"),
    "desk-load": Address("staff"),
    "desk-load-list": Address("staff", is_page=False),
    # The cockpit.
    "cockpit": Address("leader"),
    "cockpit-list": Address("leader"),
    "cockpit-requests": Address("leader"),
    "cockpit-requests-list": Address("leader"),
    "cockpit-spot": Address("leader", is_page=False),
    "cockpit-case": Address("leader", {"number": "case"}),
    "cockpit-what-if": Address("leader"),
    "cockpit-formulas": Address("leader"),
    "cockpit-wall": Address("leader"),
    "cockpit-excel": Address("leader", is_page=False),
    "cockpit-pdf": Address("leader", is_page=False),
    "desk-points": Address("staff"),
    "desk-points-circle": Address("staff", _CIRCLE, methods="GET POST"),
    "desk-points-shop": Address("staff", _CIRCLE, "tangping", "GET POST"),
    "desk-more": Address("staff"),
    # The three separated administrators.
    "desk-offices": Address("staff", {}, "gaoyuan", "GET POST"),
    "desk-webhooks": Address("staff", {}, "gaoyuan", "GET POST"),
    "desk-accounts": Address("staff", {}, "qinwen", "GET POST"),
    "desk-account": Address("staff", {"account_id": "officer"}, "qinwen", "GET POST"),
    "desk-audit": Address("staff", {}, "hejun", "GET POST"),
    "desk-joins": Address("staff", methods="GET POST"),
    "desk-corrections": Address("staff", methods="GET POST"),
    "desk-protected": Address(
        "staff", {}, "xuning", "GET POST", also=("liangjing",)
    ),  # holds a named post as well
    "desk-acting": Address("staff", methods="GET POST"),
    "desk-firms": Address("staff", {}, "zhaomin", "GET POST"),
    "desk-contracts": Address("staff", {}, "zhaomin", "GET POST"),
    "first-password": Address("public", {"secret": "secret"}, methods="GET POST"),
}


def names() -> list[str]:
    """Return the name of every address outside the API; one without a name appears as its route."""
    return [pattern.name or route for route, pattern in routes() if not route.startswith(API)]


def routes() -> Iterator[tuple[str, URLPattern]]:
    """Yield every route of the product with its pattern."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(
    patterns: list[URLPattern | URLResolver], before: str
) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern
