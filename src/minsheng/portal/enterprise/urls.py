"""Addresses for whoever speaks for a firm."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from minsheng.portal.enterprise import loans, policies, requests, room, sittings, stakes, vouchers

urlpatterns: list[URLPattern | URLResolver] = [
    path("firm", requests.requests, name="firm"),
    path("firm/new/<slug:slug>", requests.new, name="firm-request-new"),
    path("firm/room", room.room, name="firm-room"),
    path("firm/room/numbers", room.numbers, name="firm-numbers"),
    path("firm/policies", policies.policies, name="firm-policies"),
    path("firm/policies/<slug:slug>", policies.policy, name="firm-policy"),
    path("firm/vouchers", vouchers.vouchers, name="firm-vouchers"),
    path("firm/vouchers/<int:voucher_id>", vouchers.voucher, name="firm-voucher"),
    path("firm/sittings", sittings.sittings, name="firm-sittings"),
    path("firm/sittings/<int:sitting_id>", sittings.sitting, name="firm-sitting"),
    path("firm/loans", loans.loans, name="firm-loans"),
    path("firm/loans/<int:loan_id>", loans.loan, name="firm-loan"),
    path("firm/stakes", stakes.stakes, name="firm-stakes"),
    path("firm/stakes/<int:stake_id>", stakes.stake, name="firm-stake"),
    path("firm/<str:number>", requests.one, name="firm-request"),
]
