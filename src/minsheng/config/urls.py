"""The URL map: the portal at the root, version 1 of the API below /api/v1/, Open311 beside it."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("api/", include("minsheng.api.urls")),
    path("open311/v2/", include("minsheng.api.open311.urls")),
    path("", include("minsheng.portal.urls")),
]
handler404 = "minsheng.portal.errors.not_found"
handler403 = "minsheng.portal.errors.not_allowed"
handler500 = "minsheng.portal.errors.broken"
