"""A map of skills as a framework in CASE 1.0 (1EdTech), for other systems to read.

The subject is the CFDocument, units and skills are CFItems; a skill `isChildOf` its unit, a unit of the
document, and what a skill needs `precedes` it. Identifiers follow from the address alone, so that the same map
gives the same package again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from minsheng.engines.items.skills import Skill, Unit
from minsheng.lib.texts import Text


def framework(
    title: Text,
    units: Mapping[str, Unit],
    skills: Mapping[str, Skill],
    *,
    address: str,
    creator: str,
    changed: datetime,
) -> dict[str, Any]:
    """Return a CFPackage as JSON data.

    `address` is the beginning of every URI, such as https://example.org/subjects/mathematics-4;
    `changed` the time of the last change, with its zone.
    """
    when = changed.isoformat()
    root = address.rstrip("/")

    def named(path: str) -> dict[str, str]:
        uri = f"{root}/{path}" if path else root
        return {"identifier": str(uuid5(NAMESPACE_URL, uri)), "uri": uri}

    def link(title: str, path: str) -> dict[str, str]:
        return {"title": title, **named(path)}

    document = {
        **named(""), "title": title.zh, "creator": creator, "language": "zh-CN",
        "adoptionStatus": "Draft", "lastChangeDateTime": when,
    }  # fmt: skip
    items: list[dict[str, Any]] = []
    associations: list[dict[str, Any]] = []

    def item(path: str, code: str, statement: Text, kind: str, **more: Any) -> None:
        items.append(
            {**named(path), "fullStatement": statement.zh, "humanCodingScheme": code,
             "CFItemType": kind, "language": "zh-CN", "lastChangeDateTime": when,
             "CFDocumentURI": link(title.zh, ""), **more}
        )  # fmt: skip

    def associate(kind: str, origin: dict[str, str], target: dict[str, str]) -> None:
        path = f"associations/{kind}/{origin['identifier']}/{target['identifier']}"
        associations.append(
            {**named(path), "associationType": kind, "originNodeURI": origin,
             "destinationNodeURI": target, "lastChangeDateTime": when,
             "sequenceNumber": len(associations) + 1}
        )  # fmt: skip

    for key, unit in units.items():
        item(f"units/{key}", key, unit.title, "Unit")
        associate("isChildOf", link(unit.title.zh, f"units/{key}"), link(title.zh, ""))
    for key, skill in skills.items():
        item(f"skills/{key}", key, skill.can, "Skill", abbreviatedStatement=skill.title.zh)
        mine = link(skill.title.zh, f"skills/{key}")
        unit = units[skill.unit]
        associate("isChildOf", mine, link(unit.title.zh, f"units/{skill.unit}"))
        for needed in skill.needs:
            associate("precedes", link(skills[needed].title.zh, f"skills/{needed}"), mine)
    return {"CFDocument": document, "CFItems": items, "CFAssociations": associations}
