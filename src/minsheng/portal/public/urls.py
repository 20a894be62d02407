"""Addresses for everybody: language, look, help, accessibility, sources, the specimen."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from minsheng.portal.public import (
    awards,
    clubs,
    councils,
    courtyards,
    kiosk,
    pages,
    points,
    posted,
    preferences,
    projects,
    requests,
    sittings,
    sources,
    specimen,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("language", preferences.language, name="language"),
    path("mode", preferences.mode, name="mode"),
    path("help", pages.help_page, name="help"),
    path("kiosk", kiosk.kiosk, name="kiosk"),
    path("kiosk/<slug:code>", kiosk.kiosk_visit, name="kiosk-visit"),
    path("accessibility", pages.accessibility, name="accessibility"),
    path("sources", sources.sources, name="sources"),
    path("site-map", pages.site_map, name="site-map"),
    path("design", specimen.design, name="design"),
    path("projects", projects.projects, name="projects"),
    path("projects/<slug:number>", projects.project, name="project"),
    path("courtyards", courtyards.board, name="courtyards"),
    path("posted", posted.posted_now, name="posted-now"),
    path("posted/<str:number>", posted.posted, name="posted"),
    path("posted/<str:number>/objection", posted.speak_up, name="posted-object"),
    path("figures/requests", requests.figures, name="request-figures"),
    path("figures/councils", councils.results, name="council-results"),
    path("figures/councils/<int:matter_id>", councils.result, name="council-result"),
    path("figures/councils/<int:matter_id>/sheet", councils.sheet, name="council-sheet"),
    path("sittings", sittings.sittings, name="sittings"),
    path("clubs", clubs.clubs, name="clubs"),
    path("clubs/rounds/<int:round_id>", clubs.one_round, name="clubs-round"),
    path("clubs/rounds/<int:round_id>/record", clubs.record, name="clubs-record"),
    path("awards", awards.awards, name="awards"),
    path("points", points.public_points, name="public-points"),
    path("points/<slug:scheme>/<slug:circle>", points.circle, name="points-circle"),
    path("points/<slug:scheme>/<slug:circle>/sheet", points.sheet, name="points-sheet"),
    path("robots.txt", pages.robots, name="robots"),
    path("favicon.ico", pages.favicon, name="favicon"),
]
