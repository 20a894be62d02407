"""Addresses of schools: `school/` for who works there, `learn/` for pupils and their families."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from minsheng.portal.school import learn, rooms

urlpatterns: list[URLPattern | URLResolver] = [
    path("school", rooms.school, name="school"),
    path("school/classes/<int:class_id>", rooms.one_class, name="school-class"),
    path("learn", learn.learn, name="learn"),
]
