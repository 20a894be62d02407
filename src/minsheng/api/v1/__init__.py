"""Version 1. A change that breaks a client makes version 2; a new field or endpoint doesn't."""

from __future__ import annotations

from minsheng.api.callers import SIGNED_IN
from minsheng.api.openapi import Api
from minsheng.api.v1.administration import router as administration_router
from minsheng.api.v1.applications import router as applications_router
from minsheng.api.v1.assessments import router as assessments_router
from minsheng.api.v1.awards import router as awards_router
from minsheng.api.v1.bulk import router as bulk_router
from minsheng.api.v1.cases import router as cases_router
from minsheng.api.v1.certificates import router as certificates_router
from minsheng.api.v1.clubs import router as clubs_router
from minsheng.api.v1.contest_papers import router as contest_papers_router
from minsheng.api.v1.contests import router as contests_router
from minsheng.api.v1.councils import router as councils_router
from minsheng.api.v1.desk import router as desk_router
from minsheng.api.v1.dual import router as dual_router
from minsheng.api.v1.found import router as found_router
from minsheng.api.v1.grants import router as grants_router
from minsheng.api.v1.health import router as health_router
from minsheng.api.v1.indicators import router as indicators_router
from minsheng.api.v1.joins import router as joins_router
from minsheng.api.v1.learning import router as learning_router
from minsheng.api.v1.lesson_plans import router as lesson_plans_router
from minsheng.api.v1.lessons import router as lessons_router
from minsheng.api.v1.loans import router as loans_router
from minsheng.api.v1.mandates import router as mandates_router
from minsheng.api.v1.me import router as me_router
from minsheng.api.v1.mediation import router as mediation_router
from minsheng.api.v1.near import router as near_router
from minsheng.api.v1.notices import router as notices_router
from minsheng.api.v1.observations import router as observations_router
from minsheng.api.v1.payouts import router as payouts_router
from minsheng.api.v1.points import router as points_router
from minsheng.api.v1.policies import router as policies_router
from minsheng.api.v1.policy_changes import router as policy_changes_router
from minsheng.api.v1.projects import router as projects_router
from minsheng.api.v1.ratings import router as ratings_router
from minsheng.api.v1.rechecks import router as rechecks_router
from minsheng.api.v1.repairs import router as repairs_router
from minsheng.api.v1.requests import router as requests_router
from minsheng.api.v1.safeguards import router as safeguards_router
from minsheng.api.v1.schools import router as schools_router
from minsheng.api.v1.scores import router as scores_router
from minsheng.api.v1.screening import router as screening_router
from minsheng.api.v1.search import router as search_router
from minsheng.api.v1.services import router as services_router
from minsheng.api.v1.sessions import router as sessions_router
from minsheng.api.v1.sittings import router as sittings_router
from minsheng.api.v1.stakes import router as stakes_router
from minsheng.api.v1.supervision import router as supervision_router
from minsheng.api.v1.talent import router as talent_router
from minsheng.api.v1.versions import router as versions_router
from minsheng.api.v1.visits import router as visits_router
from minsheng.api.v1.vouchers import router as vouchers_router
from minsheng.api.v1.webhooks import router as webhooks_router

api = Api(
    title="Minsheng 民生",
    version="1",
    description=(
        "一件事一次办的接口：和网页做同样的事。错误是 problem+json，中英文都有。\n\n"
        "The same acts as the portal. Errors are problem+json in both languages; send an "
        "Idempotency-Key with every act that you may have to send again."
    ),
    urls_namespace="api-v1",
    docs_url=None,
    auth=SIGNED_IN,
)
for prefix, tag, router in (
    ("", "sessions", sessions_router),
    ("", "services", services_router),
    ("", "search", search_router),
    ("", "versions", versions_router),
    ("applications", "applications", applications_router),
    ("", "cases", joins_router),
    ("cases", "cases", cases_router),
    ("", "desk", desk_router),
    ("", "desk", bulk_router),
    ("indicators", "indicators", indicators_router),
    ("", "certificates", certificates_router),
    ("", "points", points_router),
    ("", "policies", policies_router),
    ("", "policies", grants_router),
    ("", "policies", awards_router),
    ("", "policies", payouts_router),
    ("", "policies", screening_router),
    ("", "policies", policy_changes_router),
    ("", "policies", found_router),
    ("", "ratings", ratings_router),
    ("", "supervision", supervision_router),
    ("", "visits", visits_router),
    ("", "projects", projects_router),
    ("", "repairs", repairs_router),
    ("", "requests", requests_router),
    ("", "sittings", sittings_router),
    ("", "firms", scores_router),
    ("", "firms", vouchers_router),
    ("", "firms", rechecks_router),
    ("", "firms", talent_router),
    ("", "finance", loans_router),
    ("", "finance", stakes_router),
    ("", "assessments", assessments_router),
    ("", "schools", schools_router),
    ("", "learning", learning_router),
    ("", "dual", dual_router),
    ("", "lessons", lesson_plans_router),
    ("", "lessons", lessons_router),
    ("", "lessons", observations_router),
    ("", "councils", councils_router),
    ("", "councils", mediation_router),
    ("", "clubs", clubs_router),
    ("", "contests", contests_router),
    ("", "contests", contest_papers_router),
    ("", "requests", near_router),
    ("", "me", me_router),
    ("", "mandates", mandates_router),
    ("", "safeguards", safeguards_router),
    ("", "administration", administration_router),
    ("", "webhooks", webhooks_router),
    ("", "notices", notices_router),
    ("", "health", health_router),
):
    api.add_router(prefix, router, tags=[tag])
