"""The services in force, and the pinned form of each running case."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.conf import settings
from django.utils import timezone

from minsheng import content
from minsheng.apps.cases.models import PackVersion
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.lib.errors import NotFound
from minsheng.lib.workdays import WorkCalendar


@lru_cache(maxsize=1)
def packs() -> content.Packs:
    """Return everything in the pack folders, read once for each process."""
    return content.load(settings.MINSHENG_PACKS)


def reload() -> None:
    """Read the pack folders anew at the next question: after publishing, and in tests."""
    packs.cache_clear()
    pinned_spec.cache_clear()


def calendar() -> WorkCalendar:
    """Return the working-day calendar of the packs."""
    return packs().calendar


def services_on(day: date) -> list[content.LoadedService]:
    """Return the services in force on `day`, in the order of their folders."""
    return [s for s in packs().services.values() if _in_force(s.spec, day)]


def service_on(slug: str, day: date) -> content.LoadedService:
    """Return one service in force on `day`; raises NotFound with a way on."""
    loaded = packs().services.get(slug)
    if loaded is None or not _in_force(loaded.spec, day):
        raise NotFound(
            "no_such_service",
            "这件事还不能在这里办。回首页搜一搜，或打 12345 问。",
            "This can't be done here yet. Search from the home page, or call 12345 and ask.",
        )
    return loaded


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


def _in_force(spec: ServiceSpec, day: date) -> bool:
    return spec.effective_from <= day and (spec.effective_to is None or day <= spec.effective_to)
