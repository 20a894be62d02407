"""The services in force, and the pinned form of each running case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from django.db.models import QuerySet
from django.utils import timezone

from minsheng import content
from minsheng.apps.cases.models import PackVersion, Publication
from minsheng.apps.people.installed import calendar, packs, roots
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.lib.errors import NotFound

__all__ = [
    "calendar", "form_among", "forms_of", "later_forms", "packs", "pin", "pinned_spec",
    "register_keepers", "reload", "roots", "service_on", "services_on", "stored",
]  # fmt: skip


def reload() -> None:
    """Read the pack folders anew at the next question: after publishing, and in tests."""
    packs.cache_clear()
    pinned_spec.cache_clear()
    stored.cache_clear()


def forms_of(slug: str) -> list[content.LoadedService]:
    """Return the installed form of a service and those that two people have published."""
    return _forms(Publication.objects.filter(slug=slug)).get(slug, [])


def services_on(day: date) -> list[content.LoadedService]:
    """Return the services in force on `day`, in the order of their folders."""
    forms = _forms(Publication.objects.all())
    found = [content.form_on(forms[slug], day) for slug in forms]
    return [form for form in found if form is not None]


def service_on(slug: str, day: date) -> content.LoadedService:
    """Return the form of one service in force on `day`; raises NotFound with a way on."""
    return form_among(slug, later_forms(slug), day)


def later_forms(slug: str) -> list[str]:
    """Return the published forms of one service, in the order of their first days."""
    rows = Publication.objects.filter(slug=slug, status="published").order_by("effective_from")
    return list(rows.values_list("pack_id", flat=True))


def form_among(slug: str, later: Sequence[str], day: date) -> content.LoadedService:
    """Return the form in force on `day`: the installed one, or one of `later`; as `service_on`."""
    installed = packs().services.get(slug)
    forms = [*([installed] if installed else []), *map(stored, later)]
    loaded = content.form_on(forms, day)
    if loaded is None:
        raise NotFound(
            "no_such_service",
            "这件事还不能在这里办。回首页搜一搜，或打 12345 问。",
            "This can't be done here yet. Search from the home page, or call 12345 and ask.",
        )
    return loaded


def register_keepers() -> dict[str, str]:
    """Return which office answers for each register, as the district declares."""
    departments = packs().district.departments
    return {name: key for key, declared in departments.items() for name in declared.keeps}


def pin(loaded: content.LoadedService) -> PackVersion:
    """Return the stored form of a service, kept for the cases that will be pinned to it."""
    version, _ = PackVersion.objects.get_or_create(
        hash=loaded.hash,
        defaults={
            "slug": loaded.spec.slug,
            "normalised": loaded.normalised,
            "stored_at": timezone.now(),
        },
    )
    return version


@lru_cache(maxsize=256)
def pinned_spec(pack_hash: str) -> ServiceSpec:
    """Return the service as it was when a case was pinned to it."""
    for loaded in packs().services.values():
        if loaded.hash == pack_hash:
            return loaded.spec
    return content.service_from(PackVersion.objects.get(hash=pack_hash).normalised)


@lru_cache(maxsize=256)
def stored(pack_hash: str) -> content.LoadedService:
    """Return a stored form as the folders would give it."""
    return content.loaded_from(pinned_spec(pack_hash))


def _forms(rows: QuerySet[Publication]) -> dict[str, list[content.LoadedService]]:
    """Return every form that holds at some time, by service: one query, whatever the day."""
    forms = {slug: [loaded] for slug, loaded in packs().services.items()}
    published = rows.filter(status="published").order_by("effective_from")
    for slug, pack_hash in published.values_list("slug", "pack_id"):
        forms.setdefault(slug, []).append(stored(pack_hash))
    return forms
