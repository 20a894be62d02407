"""Addresses of GeoReport v2; each ends in .json or .xml."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from minsheng.api.open311 import views

urlpatterns: list[URLPattern] = [
    re_path(r"^services\.(?P<form>json|xml)$", views.services, name="open311-services"),
    re_path(
        r"^services/(?P<code>[\w.\-]{1,140})\.(?P<form>json|xml)$",
        views.service,
        name="open311-service",
    ),
    re_path(r"^requests\.(?P<form>json|xml)$", views.requests, name="open311-requests"),
    re_path(
        r"^requests/(?P<number>[\w\-]{1,20})\.(?P<form>json|xml)$",
        views.request,
        name="open311-request",
    ),
    re_path(
        r"^tokens/(?P<number>[\w\-]{1,20})\.(?P<form>json|xml)$", views.token, name="open311-token"
    ),
]
