"""The portal's addresses, one list per audience."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("minsheng.portal.public.urls")),
    path("", include("minsheng.portal.resident.urls")),
    path("", include("minsheng.portal.enterprise.urls")),
    path("", include("minsheng.portal.desk.urls")),
    path("", include("minsheng.portal.cockpit.urls")),
    path("", include("minsheng.portal.school.urls")),
]
