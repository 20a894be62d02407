"""The district's own words for header and footer, from the packs that are in force."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from minsheng.apps.cases import catalogue
from minsheng.content.problems import PackError
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class Counter:
    """A place one can walk to."""

    name: Text
    address: Text
    hours: Text


@dataclass(frozen=True, slots=True)
class Frame:
    """A district as the frame of a page names it."""

    name: Text
    owner: Text
    phone: str
    phone_note: Text
    counters: tuple[Counter, ...] = ()


# Shown when the packs can't be read, so that even then an error page stands.
BARE = Frame(
    name=Text("公共服务", "Public services"),
    owner=Text("民生", "Minsheng"),
    phone="12345",
    phone_note=Text("说不清楚也没关系，我们会问您。", "If you are not sure, we will ask."),
)


def district() -> Frame:
    """Return the district that this portal serves."""
    try:
        return _read()
    except PackError:
        return BARE


@lru_cache(maxsize=1)
def _read() -> Frame:
    found = catalogue.packs().district
    return Frame(
        name=found.title,
        owner=found.organ,
        phone=found.contact.telephone,
        phone_note=found.contact.telephone_note,
        counters=tuple(
            Counter(window.title, window.address, window.hours) for window in found.contact.windows
        ),
    )
