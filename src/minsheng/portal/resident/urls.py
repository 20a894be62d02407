"""Addresses for residents: front door, guides, the guided form, their own cases."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from minsheng.portal.resident import (
    agents,
    apply,
    cases,
    certificates,
    home,
    mine,
    mydata,
    ratings,
    services,
    sign_in,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("search", home.search, name="search"),
    path("headings/<slug:key>", home.heading, name="heading"),
    path("events/<slug:key>", home.life_event, name="life-event"),
    path("services/<slug:slug>", services.guide, name="guide"),
    path("services/<slug:slug>/start", apply.start, name="start"),
    path("apply/<uuid:draft_id>", apply.resume, name="apply"),
    path("apply/<uuid:draft_id>/event", apply.event, name="apply-event"),
    path("apply/<uuid:draft_id>/items", apply.items, name="apply-items"),
    path("apply/<uuid:draft_id>/steps/<slug:key>", apply.step, name="apply-step"),
    path("apply/<uuid:draft_id>/materials", apply.materials, name="apply-materials"),
    path("apply/<uuid:draft_id>/plan", apply.plan, name="apply-plan"),
    path("apply/<uuid:draft_id>/submit", apply.submit, name="apply-submit"),
    path("apply/<uuid:draft_id>/discard", apply.discard, name="apply-discard"),
    path("mine", mine.mine, name="mine"),
    path("mine/notices", mine.notices, name="notices"),
    path("mine/looks", mine.looks, name="looks"),
    path("mine/data", mydata.data, name="my-data"),
    path("mine/data/export.json", mydata.export_json, name="my-data-json"),
    path("mine/data/export.xlsx", mydata.export_sheet, name="my-data-sheet"),
    path("mine/data/erase", mydata.erase, name="my-data-erase"),
    path("mine/agents", agents.agents, name="agents"),
    path("mine/identity", mine.identity, name="identity"),
    path("mine/cases/<str:number>", cases.case, name="case"),
    path("mine/cases/<str:number>/consent", cases.consent, name="case-consent"),
    path("mine/cases/<str:number>/supply/<slug:item>", cases.supply, name="case-supply"),
    path("mine/cases/<str:number>/withdraw", cases.withdraw, name="case-withdraw"),
    path("mine/cases/<str:number>/rate", ratings.rate_case, name="case-rate"),
    path("mine/ratings", ratings.ratings, name="ratings"),
    path("mine/ratings/<int:rating_id>", ratings.rating, name="rating"),
    path("rate", ratings.enter_code, name="rate-code"),
    path("rate/<slug:code>", ratings.rate_visit, name="rate-visit"),
    path("mine/certificates/<str:number>", certificates.certificate, name="certificate"),
    path("mine/certificates/<str:number>/pdf", certificates.pdf, name="certificate-pdf"),
    path("verify", certificates.verify, name="verify"),
    path("verify/<str:number>", certificates.verify_number, name="verify-number"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
]
