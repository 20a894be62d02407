"""Addresses for leaders."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from minsheng.portal.cockpit import answers, exports, lists, room, supposing, wall

urlpatterns: list[URLPattern | URLResolver] = [
    path("cockpit", room.room, name="cockpit"),
    path("cockpit/requests", answers.room, name="cockpit-requests"),
    path("cockpit/requests/list", answers.behind, name="cockpit-requests-list"),
    path("cockpit/list", lists.behind, name="cockpit-list"),
    path("cockpit/spot", lists.spot, name="cockpit-spot"),
    path("cockpit/what-if", supposing.what_if, name="cockpit-what-if"),
    path("cockpit/cases/<str:number>", lists.case, name="cockpit-case"),
    path("cockpit/formulas", lists.formulas, name="cockpit-formulas"),
    path("cockpit/wall", wall.wall, name="cockpit-wall"),
    path("cockpit/figures.xlsx", exports.excel, name="cockpit-excel"),
    path("cockpit/figures.pdf", exports.pdf, name="cockpit-pdf"),
]
