"""One district: its front door, its offices and posts, its towns, where to call and where to go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from minsheng.content.grants import Grants, wrong_grants
from minsheng.content.oversight import Ledger, Ratings, Schooling, Supervision, wrong_oversight
from minsheng.content.problems import Problem, error_at, refuse, unknown_word
from minsheng.content.reading import Node, place_of
from minsheng.content.schema import Builder, scalar_form
from minsheng.engines.casework.spec import NO_TEXT, Question
from minsheng.lib.areas import Area, AreaTable
from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """An office of the district. `parent` is the office it belongs to, or empty.

    `head` is the post that answers for it; without one its parent's does. `keeps` are the registers
    it answers for when somebody says that they hold a mistake.
    """

    key: str
    title: Text
    short: Text = NO_TEXT
    parent: str = ""
    telephone: str = ""
    head: str = ""
    keeps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A duty of one office. Items belong to posts; people hold them for a time.

    `vouches`: sees identity cards and may prove whose account it is. `leads`: sees the figures of
    all offices. `opens_protected`: named to
    open protected cases; the items of its office in such a case are its work. `area`: the street,
    town, village or community that it looks after as a whole.
    """

    key: str
    department: str
    title: Text
    area: str = ""
    vouches: bool = False
    leads: bool = False
    opens_protected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A register outside Minsheng that services ask or write to, as pages call it."""

    key: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEvent:
    """Something that happens in a family or firm, as people look for it on the front page.

    `services` of an event are those whose pack names it; an event without one is said to be not
    connected yet.
    """

    key: str
    title: Text
    note: Text
    icon: str
    heading: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One of the six headings the district itself uses."""

    key: str
    title: Text
    lede: Text
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A counter one can walk to. `life_events`: it is for these alone; empty: for all."""

    key: str
    title: Text
    address: Text
    hours: Text
    life_events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to call and where to go."""

    telephone: str
    telephone_note: Text
    windows: tuple[Window, ...]

    def windows_for(self, life_event: str) -> tuple[Window, ...]:
        """Return the counters that are of use when this has happened."""
        return tuple(w for w in self.windows if not w.life_events or life_event in w.life_events)


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """The district that this installation serves. `demo` marks an invented one.

    `help`: what people ask about how it works, whatever they apply for.
    """

    key: str
    title: Text
    organ: Text
    demo: bool
    note: Text
    contact: Contact
    headings: tuple[Heading, ...]
    life_events: tuple[LifeEvent, ...]
    departments: Mapping[str, Department]
    posts: Mapping[str, Post]
    supervision: Supervision = field(default_factory=Supervision)
    ratings: Ratings = field(default_factory=Ratings)
    ledger: Ledger = field(default_factory=Ledger)
    schooling: Schooling = field(default_factory=Schooling)
    grants: Grants = field(default_factory=Grants)
    areas: AreaTable = field(default_factory=AreaTable)
    help: tuple[Question, ...] = ()
    registers: Mapping[str, Register] = field(default_factory=dict)

    def head_of(self, office: str) -> str:
        """Return the post that answers for an office: its own head, its parent's, or the leader."""
        seen: set[str] = set()
        while office in self.departments and office not in seen:
            seen.add(office)
            department = self.departments[office]
            if department.head:
                return department.head
            office = department.parent
        return self.supervision.leader

    def office(self, key: str) -> Text:
        """Return the name of an office; a key nobody declared is shown as it is."""
        found = self.departments.get(key)
        return found.title if found else Text(key)

    def events_of(self, heading: str) -> tuple[LifeEvent, ...]:
        """Return the life events under one heading, in the order of the front page."""
        return tuple(event for event in self.life_events if event.heading == heading)

    def life_event(self, key: str) -> LifeEvent | None:
        """Return one life event, or None."""
        return next((event for event in self.life_events if event.key == key), None)


def _areas(node: Node) -> AreaTable:
    areas = Builder().build(tuple[Area, ...], node)
    for number, area in enumerate(areas, 1):
        if any(area.key == earlier.key for earlier in areas[: number - 1]):
            raise refuse(
                place_of(node, str(number)), f"“{area.key}”写了两次", f"'{area.key}' stands twice"
            )
    try:
        return AreaTable(areas)
    except MinshengError as cause:
        raise refuse(node.place, cause.zh, cause.en) from cause


scalar_form(AreaTable, _areas)


def wrong_references(district: District, node: Node) -> Iterator[Problem]:
    """Yield a problem for each name in the district that nothing declares."""
    for key, department in district.departments.items():
        if department.parent and department.parent not in district.departments:
            place = place_of(node, "departments", key, "parent")
            yield unknown_word(
                place, department.parent, district.departments, kind_zh="部门", kind_en="department"
            )
        if department.head and department.head not in district.posts:
            place = place_of(node, "departments", key, "head")
            yield unknown_word(
                place, department.head, district.posts, kind_zh="岗位", kind_en="post"
            )
    for key, post in district.posts.items():
        if post.department not in district.departments:
            place = place_of(node, "posts", key, "department")
            yield unknown_word(
                place, post.department, district.departments, kind_zh="部门", kind_en="department"
            )
        if post.area and post.area not in district.areas:
            place = place_of(node, "posts", key, "area")
            yield unknown_word(place, post.area, district.areas, kind_zh="地方", kind_en="place")
    yield from wrong_oversight(district.supervision, district.ratings, district.posts, node)
    yield from wrong_grants(district.grants, district.departments, district.posts, node)
    headings = [heading.key for heading in district.headings]
    for number, event in enumerate(district.life_events, 1):
        if event.heading not in headings:
            place = place_of(node, "life_events", str(number), "heading")
            yield unknown_word(place, event.heading, headings, kind_zh="栏目", kind_en="heading")
    yield from _wrong_windows(district, node)
    for group in ("headings", "life_events"):
        keys = [one.key for one in getattr(district, group)]
        for number, key in enumerate(keys, 1):
            if key in keys[: number - 1]:
                yield error_at(
                    place_of(node, group, str(number)),
                    f"“{key}”写了两次",
                    f"'{key}' stands twice",
                )


def _wrong_windows(district: District, node: Node) -> Iterator[Problem]:
    events = [event.key for event in district.life_events]
    for number, window in enumerate(district.contact.windows, 1):
        for name in window.life_events:
            if name not in events:
                place = place_of(node, "contact", "windows", str(number), "life_events")
                yield unknown_word(place, name, events, kind_zh="人生事件", kind_en="life event")
