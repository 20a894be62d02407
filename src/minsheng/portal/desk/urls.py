"""Addresses for members of staff."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from minsheng.portal.desk import counter, decide, inbox

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk", inbox.inbox, name="desk"),
    path("desk/items/<int:item_id>", decide.item, name="desk-item"),
    path("desk/items/<int:item_id>/reverse", decide.reverse_done, name="desk-reverse"),
    path("desk/done", inbox.done, name="desk-done"),
    path("desk/stuck", inbox.stuck, name="desk-stuck"),
    path("desk/counter", counter.counter, name="desk-counter"),
]
