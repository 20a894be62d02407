"""The schemes of the installed packs, and the circle somebody is in."""

from __future__ import annotations

from minsheng.apps.people import installed
from minsheng.engines.points import Circle, Good, Item, Scheme
from minsheng.lib.errors import NotFound, WrongInput


def schemes() -> dict[str, Scheme]:
    """Return every scheme by its key."""
    return dict(installed.packs().points)


def scheme_of(key: str) -> Scheme:
    """Return one scheme; NotFound for an unknown one."""
    found = installed.packs().points.get(key)
    if found is None:
        raise no_such_circle()
    return found


def circle_of(scheme: str, circle: str) -> tuple[Scheme, Circle]:
    """Return a scheme and one of its circles; NotFound for an unknown one."""
    found = scheme_of(scheme)
    if circle not in found.circles:
        raise no_such_circle()
    return found, found.circles[circle]


def item_of(scheme: Scheme, key: str) -> Item:
    """Return an item that can be proposed; WrongInput for another."""
    item = scheme.items.get(key)
    if item is None or item.side == "base":
        raise WrongInput(
            "points.item",
            "请选一项。没有合适的，和积分监督组说。",
            "Choose an item. If none fits, tell whoever watches over the points.",
            field="item",
        )
    return item


def good_of(scheme: Scheme, key: str) -> Good:
    """Return a good of the shop; NotFound for an unknown one."""
    if key not in scheme.goods:
        raise NotFound(
            "points.good", "没有这样东西。回商店再选。", "There is no such thing. Choose again."
        )
    return scheme.goods[key]


def no_such_circle() -> NotFound:
    """Return the error of a scheme or circle that no pack declares."""
    return NotFound(
        "points.no_circle",
        "没有这个积分。回“我的积分”看看。",
        "There are no such points. Look under My points.",
    )
