"""The policies of this installation."""

from __future__ import annotations

from minsheng.apps.people.installed import packs
from minsheng.content.policies import Shelf
from minsheng.engines.policies.spec import Policy
from minsheng.lib.errors import NotFound


def shelf() -> Shelf:
    """Return every policy with its vocabulary; NotFound where packs hold none."""
    found = packs().policies
    if found is None:
        raise NotFound(
            "policies.none", "这里还没有政策。", "There are no policies in this installation."
        )
    return found


def policy(slug: str) -> Policy:
    """Return one policy; NotFound for a name that isn't one."""
    found = shelf().policies.get(slug)
    if found is None:
        raise NotFound(
            "policies.no_such",
            "没有这项政策，请从清单里选。",
            "No such policy; choose from the list.",
        )
    return found
