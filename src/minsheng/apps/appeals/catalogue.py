"""The kinds of request in force, and the pinned form of each running one."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from minsheng.apps.appeals.models import Form
from minsheng.apps.people import installed
from minsheng.content.appeals import Appeal, LoadedAppeal, appeal_from
from minsheng.lib.errors import NotFound


def appeals_on(day: date) -> list[LoadedAppeal]:
    """Return the kinds of request that may be made on a day."""
    return [one for one in installed.packs().appeals.values() if _holds(one.spec, day)]


def appeal_on(slug: str, day: date) -> LoadedAppeal:
    """Return one kind of request; raises NotFound with a way on."""
    found = installed.packs().appeals.get(slug)
    if found is None or not _holds(found.spec, day):
        raise no_such_kind()
    return found


def no_such_kind() -> NotFound:
    """Return the answer to who asks for a kind of request that isn't made here."""
    return NotFound(
        "appeals.no_such_kind",
        "这一类诉求不能在这里提。请打 12345，一样有人接。",
        "This kind of request can't be made here. Call 12345; somebody will take it.",
    )


def pin(loaded: LoadedAppeal) -> Form:
    """Return the stored form of a kind of request, kept for those that will be pinned to it."""
    form, _ = Form.objects.get_or_create(
        hash=loaded.hash, defaults={"slug": loaded.spec.appeal, "normalised": loaded.normalised}
    )
    return form


@lru_cache(maxsize=64)
def pinned(form_hash: str) -> Appeal:
    """Return the kind of request as it was when one was pinned to it."""
    for loaded in installed.packs().appeals.values():
        if loaded.hash == form_hash:
            return loaded.spec
    return appeal_from(Form.objects.get(hash=form_hash).normalised)


def area_path(area: str) -> tuple[str, ...]:
    """Return the keys of an area and all it lies in, outermost first."""
    return tuple(one.key for one in installed.packs().district.areas.path(area))


def _holds(spec: Appeal, day: date) -> bool:
    return spec.effective_from <= day and (spec.effective_to is None or day <= spec.effective_to)
