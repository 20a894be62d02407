"""Addresses for members of staff."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from minsheng.portal.desk import (
    administration,
    agents,
    audit,
    bulk,
    corrections,
    counter,
    decide,
    glass,
    inbox,
    load,
    more,
    protected,
    ratings,
    reviews,
    search,
    supervision,
    versions,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk", inbox.inbox, name="desk"),
    path("desk/items/<int:item_id>", decide.item, name="desk-item"),
    path("desk/items/<int:item_id>/reverse", decide.reverse_done, name="desk-reverse"),
    path("desk/items/<int:item_id>/purpose", decide.purpose, name="desk-purpose"),
    path("desk/glass", glass.glass, name="desk-glass"),
    path("desk/glass/<int:glass_id>", glass.behind, name="desk-behind-glass"),
    path("desk/done", inbox.done, name="desk-done"),
    path("desk/bulk", bulk.bulk, name="desk-bulk"),
    path("desk/load", load.load, name="desk-load"),
    path("desk/stuck", inbox.stuck, name="desk-stuck"),
    path("desk/counter", counter.counter, name="desk-counter"),
    path("desk/supervision", supervision.orders, name="desk-orders"),
    path("desk/supervision/new", supervision.new_order, name="desk-order-new"),
    path("desk/supervision/<slug:number>", supervision.order, name="desk-order"),
    path("desk/reviews", reviews.reviews, name="desk-reviews"),
    path("desk/reviews/<slug:number>", reviews.review, name="desk-review"),
    path("desk/ratings", ratings.figures, name="desk-ratings"),
    path("desk/visits", ratings.visits, name="desk-visits"),
    path("desk/search", search.search, name="desk-search"),
    path("desk/versions", versions.versions, name="desk-versions"),
    path("desk/versions/<slug:slug>/<str:begins>", versions.version, name="desk-version"),
    path("desk/more", more.more, name="desk-more"),
    path("desk/offices", administration.offices, name="desk-offices"),
    path("desk/accounts", administration.accounts, name="desk-accounts"),
    path("desk/accounts/<int:account_id>", administration.account, name="desk-account"),
    path("desk/audit", audit.audit_page, name="desk-audit"),
    path("desk/corrections", corrections.corrections, name="desk-corrections"),
    path("desk/protected", protected.protected, name="desk-protected"),
    path("desk/acting", agents.acting, name="desk-acting"),
    path("desk/contracts", agents.contracts, name="desk-contracts"),
    path("first-password/<str:secret>", administration.first_password, name="first-password"),
]
