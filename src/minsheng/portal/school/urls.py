"""Addresses of schools: `school/` for who works there, `learn/` for pupils and their families."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from minsheng.portal.school import (
    bookings,
    choices,
    clubs,
    contests,
    growth,
    learn,
    register,
    rooms,
    works,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("school", rooms.school, name="school"),
    path("school/schools/<int:school_id>", rooms.one_school, name="school-one"),
    path("school/schools/<int:school_id>/register", register.export, name="school-register-out"),
    path("school/classes/<int:class_id>", rooms.one_class, name="school-class"),
    path("school/register", register.register, name="school-register"),
    path("school/register/<uuid:import_id>", register.one_import, name="school-import"),
    path(
        "school/register/<uuid:import_id>/problems",
        register.import_problems,
        name="school-import-problems",
    ),
    path("school/clubs", clubs.clubs, name="school-clubs"),
    path("school/clubs/<int:offer_id>", clubs.one_club, name="school-club"),
    path("school/clubs/rounds/<int:round_id>", clubs.one_round, name="school-round"),
    path("school/bookings", bookings.bookings, name="school-bookings"),
    path("school/contests", contests.contests, name="school-contests"),
    path("school/contests/<int:round_id>", contests.contest, name="school-contest"),
    path("school/contests/<int:round_id>/enter", contests.enter, name="school-contest-enter"),
    path("school/contests/works/<int:work_id>", works.work, name="school-work"),
    path("school/contests/sheets/<int:sheet_id>", works.sheet, name="school-sheet"),
    path("school/contests/materials/<int:material_id>", works.material, name="school-material"),
    path("school/growth", growth.growth, name="school-growth"),
    path("school/awards", growth.awards, name="school-awards"),
    path("school/awards.xlsx", growth.awards_sheet, name="school-awards-sheet"),
    path("learn", learn.learn, name="learn"),
    path("learn/clubs", choices.clubs, name="learn-clubs"),
]
